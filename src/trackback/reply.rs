//! The `<response>` document, and the redirect for what is no trackback.
//!
//! Port of trackback_response(), wp-trackback.php, and of wp_redirect() as it is used there, wp-includes/pluggable.php.
//! Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.

use crate::reply::{Reply, Verdict};
use crate::wordpress::blog::Blog;
use crate::wordpress::formatting::escape::esc_xml;
use crate::wordpress::l10n::Message;

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

/// `wp_redirect( $location )`, the location already sanitised.
pub fn redirect(blog: &Blog, status: u16, location: &[u8]) -> Reply {
    Reply::new(status, html_type(blog), "")
        .with("X-Redirect-By", "WordPress")
        .with("Location", location)
}

/// Nothing at all: what WordPress answers when a trackback lacks its title or its URL.
pub fn silence(blog: &Blog, status: u16) -> Reply {
    Reply::new(status, html_type(blog), "")
}

fn xml_type(blog: &Blog) -> Vec<u8> {
    [b"text/xml; charset=", blog.charset.as_slice()].concat()
}

/// The type of pages: `WP::send_headers()`.
fn html_type(blog: &Blog) -> Vec<u8> {
    [b"text/html; charset=", blog.charset.as_slice()].concat()
}
