//! `wp_die()`: how WordPress ends a request early, in the form the caller is taken to understand.
//!
//! Port of wp_die() and its handlers _json_wp_die_handler(), _xmlrpc_wp_die_handler(), _xml_wp_die_handler() and
//! _default_wp_die_handler(), wp-includes/functions.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.

use super::blog::Blog;
use super::die_page::html_page;
use super::l10n::{Message, Translations};
use super::version::Version;
use crate::php::html::htmlspecialchars;
use crate::php::mb::convert_encoding;
use crate::reply::{Reply, Verdict};
use crate::request::Request;

/// Which kind of request is dying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// `XMLRPC_REQUEST` is defined: the caller frames the fault.
    XmlRpc,
    /// Anything else; whether the main query is a trackback (and so is XML).
    Page {
        /// `is_trackback()`, which a 404 switches off.
        trackback: bool,
        /// Option `blog_public`.
        public: bool,
    },
}

/// One `wp_die( $message, $title, $status )`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Death {
    /// The HTTP status meant; in XML-RPC it becomes the fault's number.
    pub status: u16,
    /// HTML. Of [`Message::CriticalError`] there is more than this: see [`Death::words`].
    pub message: Message,
    /// HTML.
    pub title: Message,
    /// The error's code in JSON and XML.
    pub code: &'static str,
    /// What the log says.
    pub verdict: Verdict,
}

impl Death {
    /// `wp_allow_comment()`: the same author said the same on this post before.
    pub const DUPLICATE: Self = Self {
        status: 409,
        message: Message::Duplicate,
        title: Message::ErrorTitle,
        code: "wp_die",
        verdict: Verdict::Duplicate,
    };

    /// `check_comment_flood_db()`: the last ping was less than 15 seconds ago.
    pub const FLOOD: Self = Self {
        status: 429,
        message: Message::TooQuickly,
        title: Message::ErrorTitle,
        code: "wp_die",
        verdict: Verdict::Flood,
    };

    /// `WP::parse_request()`: GET and POST disagree about a query variable.
    pub const MISMATCH: Self = Self {
        status: 400,
        message: Message::VariableMismatch,
        title: Message::NotAllowedToView,
        code: "wp_die",
        verdict: Verdict::BadRequest,
    };

    /// `do_feed()`: there is no feed of that name.
    pub const NO_FEED: Self = Self {
        status: 404,
        message: Message::NotAFeed,
        title: Message::ErrorTitle,
        code: "wp_die",
        verdict: Verdict::BadRequest,
    };

    /// What is left when PHP dies: WP_Fatal_Error_Handler, wp-includes/class-wp-fatal-error-handler.php.
    pub const CRITICAL: Self = Self {
        status: 500,
        message: Message::CriticalError,
        title: Message::ErrorTitle,
        code: "internal_server_error",
        verdict: Verdict::Critical,
    };

    /// The message as the site says it: HTML, with its bytes as they are in the translation.
    pub fn words(self, blog: &Blog) -> Vec<u8> {
        match self.message {
            Message::CriticalError => critical_message(blog.version, &blog.l10n),
            message => blog.l10n.translate(message).to_vec(),
        }
    }

    /// The death behind an XML-RPC fault of this number.
    pub fn of_status(code: i64) -> Option<Self> {
        [Self::DUPLICATE, Self::FLOOD]
            .into_iter()
            .find(|death| i64::from(death.status) == code)
    }
}

/// The headers of `nocache_headers()`.
pub fn nocache_headers(version: Version) -> [(&'static str, Vec<u8>); 2] {
    [
        ("Expires", b"Wed, 11 Jan 1984 05:00:00 GMT".to_vec()),
        (
            "Cache-Control",
            version.nocache_control().as_bytes().to_vec(),
        ),
    ]
}

/// The end of display_default_error_template(), wp-includes/class-wp-fatal-error-handler.php. Checked: 6.1.9, 6.6.7, 6.9.7,
/// 7.1. HTML.
pub fn critical_message(version: Version, l10n: &Translations) -> Vec<u8> {
    [
        b"<p>",
        l10n.translate(Message::CriticalError),
        b"</p><p><a href=\"",
        l10n.translate(version.troubleshooting_link()),
        b"\">",
        l10n.translate(Message::LearnMore),
        b"</a></p>",
    ]
    .concat()
}

/// The answer of `wp_die()`, or `None` where the XML-RPC server frames it as a fault.
pub fn wp_die(blog: &Blog, request: &Request, door: Door, death: Death) -> Option<Reply> {
    let message = death.words(blog);
    let title = blog.l10n.translate(death.title);
    let reply = if wp_is_json_request(request) {
        let body = format!(
            "{{\"code\":\"{}\",\"message\":{},\"data\":{{\"status\":{}}},\"additional_errors\":[]}}",
            death.code,
            json_string(&message),
            death.status
        );
        Reply::new(death.status, "application/json; charset=UTF-8", body)
    } else {
        match door {
            Door::XmlRpc => return None,
            Door::Page { trackback, .. } if trackback || wp_is_xml_request(request) => Reply::new(
                death.status,
                "text/xml; charset=UTF-8",
                xml_page(death, title, &message),
            ),
            Door::Page { public, .. } => Reply::new(
                death.status,
                "text/html; charset=UTF-8",
                html_page(blog, title, &message, public),
            ),
        }
    };
    let mut reply = reply.verdict(death.verdict);
    reply.headers.extend(nocache_headers(blog.version));
    Some(reply)
}

/// Port of _xml_wp_die_handler(), wp-includes/functions.php.
fn xml_page(death: Death, title: &[u8], message: &[u8]) -> Vec<u8> {
    let mut body = format!(
        "<error>\n    <code>{}</code>\n    <title><![CDATA[",
        death.code
    )
    .into_bytes();
    body.extend(htmlspecialchars(title));
    body.extend(b"]]></title>\n    <message><![CDATA[");
    body.extend(htmlspecialchars(message));
    body.extend(b"]]></message>\n    <data>\n        <status>");
    body.extend(death.status.to_string().into_bytes());
    body.extend(b"</status>\n    </data>\n</error>\n");
    body
}

/// `wp_json_encode()` of a text: beyond ASCII as `\u`, what is no UTF-8 as `?`.
fn json_string(text: &[u8]) -> String {
    let text = match std::str::from_utf8(text) {
        Ok(text) => text.to_owned(),
        // Port of _wp_json_convert_string(), wp-includes/functions.php.
        Err(_) => convert_encoding(text, b"UTF-8", b"UTF-8")
            .ok()
            .and_then(|text| String::from_utf8(text).ok())
            .unwrap_or_default(),
    };
    let mut json = String::with_capacity(text.len() + 2);
    for char in serde_json::Value::from(text).to_string().chars() {
        match char {
            '/' => json.push_str("\\/"),
            char if char.is_ascii() => json.push(char),
            char => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    json.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    json
}

/// Port of wp_is_json_request(), wp-includes/load.php.
pub fn wp_is_json_request(request: &Request) -> bool {
    wp_is_json_media_type(&request.accept) || wp_is_json_media_type(&request.content_type)
}

/// Port of wp_is_json_media_type(), wp-includes/load.php: a JSON type between commas, white space or semicolons.
fn wp_is_json_media_type(media_type: &[u8]) -> bool {
    let lower = media_type.to_ascii_lowercase();
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(&lower[from..], b"application/") {
        let start = from + at;
        from = start + 1;
        let opens = start == 0 || is_space(lower[start - 1]) || lower[start - 1] == b',';
        if opens && names_json(&lower[start + b"application/".len()..]) {
            return true;
        }
    }
    false
}

/// `([\w!#$&-^.+]+\+)?json(\+oembed)?($|\s|;|,)` at the start of `rest`, in any way the quantifier may split it.
fn names_json(rest: &[u8]) -> bool {
    let run = rest.iter().take_while(|b| is_subtype(**b)).count();
    let ends = |tail: &[u8]| match tail.first() {
        None => true,
        Some(&b) => is_space(b) || b == b';' || b == b',',
    };
    let json_at = |at: usize| {
        rest[at..]
            .strip_prefix(b"json")
            .is_some_and(|tail| ends(tail) || tail.strip_prefix(b"+oembed").is_some_and(ends))
    };
    json_at(0) || (2..=run).any(|at| rest[at - 1] == b'+' && json_at(at))
}

/// `[\w!#\$&-\^\.\+]`. QUIRK: `&-\^` is a range, so that `,`, `;` and `/` are subtype letters too.
const fn is_subtype(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'!' | b'#' | b'$' | b'&'..=b'^')
}

/// PCRE's `\s`.
const fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r')
}

/// Port of wp_is_xml_request(), wp-includes/load.php.
fn wp_is_xml_request(request: &Request) -> bool {
    const ACCEPTED: [&[u8]; 6] = [
        b"text/xml",
        b"application/rss+xml",
        b"application/atom+xml",
        b"application/rdf+xml",
        b"text/xml+oembed",
        b"application/xml+oembed",
    ];
    ACCEPTED.iter().any(|kind| {
        memchr::memmem::find(&request.accept, kind).is_some() || request.content_type == *kind
    })
}
