//! The `<response>` document, and the redirect for what is no trackback.
//!
//! Port of trackback_response(), wp-trackback.php, and of wp_redirect() as it is used there, wp-includes/pluggable.php.
//! Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.

use crate::php::string::str_truthy;
use crate::php::url::parse_url;
use crate::reply::{Reply, Verdict};
use crate::wordpress::blog::Blog;
use crate::wordpress::formatting::escape::esc_xml;
use crate::wordpress::formatting::url::esc_url;
use crate::wordpress::l10n::Message;
use crate::wordpress::links::api_link;
use crate::wordpress::rewrite::Structure;
use crate::wordpress::snapshot::Snapshot;

/// `trackback_response( 0 )`. The status is the main query's.
pub fn success(blog: &Blog, status: u16, verdict: Verdict) -> Reply {
    let body =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<response>\n<error>0</error>\n</response>";
    Reply::new(status, xml_type(blog), body).verdict(verdict)
}

/// `trackback_response( 1, __( $message ) )`. The message is plain text; 7.1 escapes it for XML.
pub fn error(blog: &Blog, status: u16, message: Message, verdict: Verdict) -> Reply {
    let mut body =
        b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<response>\n<error>1</error>\n<message>"
            .to_vec();
    let message = blog.l10n.translate(message);
    if blog.version.escapes_trackback_errors() {
        body.extend(esc_xml(blog, message));
    } else {
        body.extend(message);
    }
    body.extend(b"</message>\n</response>");
    Reply::new(status, xml_type(blog), body).verdict(verdict)
}

/// `wp_redirect( $location )`, the location already sanitised. `kind` is the type of the page that is not shown.
pub fn redirect(kind: &[u8], status: u16, location: &[u8]) -> Reply {
    Reply::new(status, kind, "")
        .with("X-Redirect-By", "WordPress")
        .with("Location", location)
}

/// Nothing at all: what WordPress answers when a trackback lacks its title or its URL.
pub fn silence(kind: &[u8], status: u16) -> Reply {
    Reply::new(status, kind, "")
}

/// `do_robots()`, wp-includes/functions.php, with `WP_Sitemaps::add_robots()`. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub fn robots(snapshot: &Snapshot, status: u16) -> Reply {
    let blog = &snapshot.blog;
    let path = parse_url(&blog.site_url(b"")).and_then(|url| url.path);
    let path = path.filter(|path| str_truthy(path)).unwrap_or_default();
    let mut body = [
        b"User-agent: *\nDisallow: ".as_slice(),
        &path,
        b"/wp-admin/\nAllow: ",
        &path,
        b"/wp-admin/admin-ajax.php\n",
    ]
    .concat();
    if snapshot.options.truthy("blog_public") {
        let index: &[u8] = if Structure::of(snapshot).is_set() {
            b"/wp-sitemap.xml"
        } else {
            b"/?sitemap=index"
        };
        body.extend_from_slice(b"\nSitemap: ");
        body.extend(esc_url(blog.version, &blog.home_url(index)));
        body.push(b'\n');
    }
    Reply::new(status, "text/plain; charset=utf-8", body)
}

/// What the REST API says to a route it does not know: `WP_REST_Server::dispatch()`.
///
/// DIFFERS: there are none here.
pub fn no_route(snapshot: &Snapshot) -> Reply {
    let body = "{\"code\":\"rest_no_route\",\"message\":\"No route was found matching the URL and request method.\",\
                \"data\":{\"status\":404}}";
    let kind = [
        b"application/json; charset=",
        snapshot.blog.charset.as_slice(),
    ]
    .concat();
    // WP_REST_Server::serve_request(), wp-includes/rest-api/class-wp-rest-server.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
    Reply::new(404, kind, body)
        .with("X-Robots-Tag", "noindex")
        .with("Link", api_link(snapshot))
        .with("X-Content-Type-Options", "nosniff")
        .with(
            "Access-Control-Expose-Headers",
            "X-WP-Total, X-WP-TotalPages, Link",
        )
        .with(
            "Access-Control-Allow-Headers",
            "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type",
        )
}

fn xml_type(blog: &Blog) -> Vec<u8> {
    [b"text/xml; charset=", blog.charset.as_slice()].concat()
}
