//! Path and method to room.

use std::time::Instant;

use crate::linkback::Desk;
use crate::pingback;
use crate::reply::{Reply, Verdict};
use crate::request::Request;
use crate::service::Service;
use crate::trackback;

/// What an address asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Route {
    /// `xmlrpc.php`
    XmlRpc,
    /// `wp-trackback.php`, possibly with more path behind it.
    TrackbackScript,
    /// A permalink's `trackback/`, or any address with `tb=1`.
    TrackbackPermalink,
}

/// Which room answers a path. The site may live below the root, so only the path's end counts.
fn route(request: &Request) -> Route {
    let path = request.path();
    if path.ends_with(b"/xmlrpc.php") || memchr::memmem::find(path, b"/xmlrpc.php/").is_some() {
        Route::XmlRpc
    } else if path.ends_with(b"/wp-trackback.php")
        || memchr::memmem::find(path, b"/wp-trackback.php/").is_some()
    {
        Route::TrackbackScript
    } else {
        Route::TrackbackPermalink
    }
}

/// Answers one request, and hands it back for the log.
pub(super) async fn answer(
    service: &Service,
    request: Request,
    started: Instant,
) -> (Reply, Request) {
    let reply = match desk(service, &request, started).await {
        Ok(desk) => match route(&request) {
            Route::XmlRpc => pingback::xmlrpc(&desk).await,
            Route::TrackbackScript => {
                trackback::receive::trackback(&desk, b"/wp-trackback.php").await
            }
            Route::TrackbackPermalink => trackback::receive::trackback(&desk, b"/index.php").await,
        },
        Err(reply) => reply,
    };
    (reply, request)
}

/// The surroundings of this request, or the answer where there are none.
async fn desk<'a>(
    service: &'a Service,
    request: &'a Request,
    started: Instant,
) -> Result<Desk<'a>, Reply> {
    let site = match service.sites.find(None, &request.host).await {
        Ok(Some(site)) => site,
        Ok(None) => {
            return Err(Reply::new(404, "text/plain; charset=utf-8", "Not found.\n")
                .verdict(Verdict::NoSite));
        }
        Err(error) => return Err(Reply::unavailable(&error)),
    };
    let Service {
        verifier,
        gates,
        settings,
        ..
    } = service;
    Desk::new(site, request, started, verifier, gates, settings)
        .await
        .map_err(|stop| Reply::unavailable(&stop))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routed(uri: &str) -> Route {
        route(&Request {
            uri: uri.as_bytes().to_vec(),
            ..Request::default()
        })
    }

    #[test]
    fn the_end_of_the_path_decides() {
        assert_eq!(routed("/xmlrpc.php"), Route::XmlRpc);
        assert_eq!(routed("/blog/xmlrpc.php?rsd"), Route::XmlRpc);
        assert_eq!(routed("/wp-trackback.php/10"), Route::TrackbackScript);
        assert_eq!(routed("/2024/05/x/trackback/"), Route::TrackbackPermalink);
        assert_eq!(routed("/?p=10&tb=1"), Route::TrackbackPermalink);
    }
}
