//! Path and method to room.

use std::sync::Arc;
use std::time::Instant;

use crate::linkback::Desk;
use crate::php::url::rawurldecode;
use crate::pingback;
use crate::reply::{Reply, Verdict};
use crate::request::Request;
use crate::service::Service;
use crate::sites::Site;
use crate::trackback;

/// What an address asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// `xmlrpc.php`
    XmlRpc,
    /// `wp-trackback.php`, possibly with more path behind it.
    TrackbackScript,
    /// A permalink's `trackback/`, or any address with `tb=1`.
    TrackbackPermalink,
}

/// Which room answers: by the script that the web server names, else by the path. The site may live below the root, and
/// more path may follow the script's name.
pub(super) fn route(request: &Request) -> Route {
    let path = match &request.script {
        Some(script) => script.clone(),
        // Web servers decode the path before they look for a script. What is no xmlrpc.php here must be none there.
        None => rawurldecode(request.path()),
    };
    let at = |script: &[u8]| {
        memchr::memmem::find_iter(&path, script)
            .find(|at| matches!(path.get(at + script.len()), None | Some(b'/')))
    };
    match (at(b"/xmlrpc.php"), at(b"/wp-trackback.php")) {
        (None, None) => Route::TrackbackPermalink,
        (None, Some(_)) => Route::TrackbackScript,
        (Some(xmlrpc), Some(trackback)) if trackback < xmlrpc => Route::TrackbackScript,
        (Some(_), _) => Route::XmlRpc,
    }
}

/// Answers one request, and hands it back for the log.
pub(super) async fn answer(
    service: &Service,
    request: Request,
    started: Instant,
) -> (Reply, Request) {
    let reply = answered(service, &request, started).await;
    (reply.unwrap_or_else(|reply| reply), request)
}

/// The answer; those that need no database come as errors.
async fn answered(service: &Service, request: &Request, started: Instant) -> Result<Reply, Reply> {
    let site = site(service, request).await?;
    Ok(match route(request) {
        Route::XmlRpc => {
            let asked = pingback::open(request, &service.settings)?;
            let desk = desk(service, site, request, started).await?;
            pingback::xmlrpc(&desk, asked).await
        }
        Route::TrackbackScript => {
            let desk = desk(service, site, request, started).await?;
            trackback::receive::trackback(&desk, b"/wp-trackback.php").await
        }
        Route::TrackbackPermalink => {
            let desk = desk(service, site, request, started).await?;
            trackback::receive::trackback(&desk, b"/index.php").await
        }
    })
}

/// The site that a request is for, or the answer where there is none.
async fn site(service: &Service, request: &Request) -> Result<Arc<Site>, Reply> {
    let root = request.root.as_deref();
    match service.sites.find(root, &request.host).await {
        Ok(Some(site)) => Ok(site),
        Ok(None) => {
            let verdict = match root {
                Some(_) => Verdict::UnknownRoot,
                None => Verdict::NoSite,
            };
            Err(Reply::plain(404, "Not found", verdict))
        }
        Err(error) => Err(Reply::unavailable(&error)),
    }
}

/// The surroundings of this request, or the answer where there are none.
async fn desk<'a>(
    service: &'a Service,
    site: Arc<Site>,
    request: &'a Request,
    started: Instant,
) -> Result<Desk<'a>, Reply> {
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
        assert_eq!(routed("/a.php/xmlrpc.phpx"), Route::TrackbackPermalink);
    }

    #[test]
    fn a_script_is_not_hidden_by_its_spelling() {
        assert_eq!(routed("/%78mlrpc%2ephp"), Route::XmlRpc);
        assert_eq!(routed("/xmlrpc.php%2Ftrackback/"), Route::XmlRpc);
        assert_eq!(routed("/xmlrpc.php/x/trackback/?tb=1"), Route::XmlRpc);
        assert_eq!(
            routed("/wp-trackback.php/xmlrpc.php"),
            Route::TrackbackScript
        );
        assert_eq!(routed("/xmlrpc.php/wp-trackback.php"), Route::XmlRpc);
    }

    #[test]
    fn the_web_server_has_the_last_word_on_the_script() {
        let told = |uri: &str, script: &str| {
            route(&Request {
                uri: uri.as_bytes().to_vec(),
                script: Some(script.as_bytes().to_vec()),
                ..Request::default()
            })
        };
        assert_eq!(told("/x/trackback/", "/blog/xmlrpc.php"), Route::XmlRpc);
        assert_eq!(told("/xmlrpc.php", "/index.php"), Route::TrackbackPermalink);
        assert_eq!(told("/", "/blog/wp-trackback.php"), Route::TrackbackScript);
    }
}
