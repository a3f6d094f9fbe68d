//! Schemes in attribute values and URLs. PHP source: wp-includes/kses.php, wp-includes/functions.php.

use memchr::memchr;

use super::super::version::Version;
use super::entities::wp_kses_decode_entities;
use super::scan::{is_space, span};
use super::{SlashZero, wp_kses_no_null};
use crate::php::string::trim;

/// Port of `wp_allowed_protocols()`, wp-includes/functions.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
#[doc(alias = "wp_allowed_protocols")]
pub const ALLOWED_PROTOCOLS: &[&str] = &[
    "http", "https", "ftp", "ftps", "mailto", "news", "irc", "irc6", "ircs", "gopher", "nntp",
    "feed", "telnet", "mms", "rtsp", "sms", "svn", "tel", "fax", "xmpp", "webcal", "urn",
];

/// Port of `wp_kses_bad_protocol()`, wp-includes/kses.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// Takes schemes that are not `allowed` (lower-case) off the front of `text`, as often as they come, however they are
/// spelt; empty if that takes more than six rounds. Raw or escaped text, unslashed.
pub fn wp_kses_bad_protocol(version: Version, text: &[u8], allowed: &[&str]) -> Vec<u8> {
    let mut content = wp_kses_no_null(text, SlashZero::Remove);
    // Not only speed: what begins so keeps its blanks at the end and its `&#58`.
    if version.trusts_http_prefix()
        && ((content.starts_with(b"https://") && allowed.contains(&"https"))
            || (content.starts_with(b"http://") && allowed.contains(&"http")))
    {
        return content;
    }
    let mut iterations = 0;
    loop {
        let next = wp_kses_bad_protocol_once(&content, allowed, 1);
        if next == content {
            return content;
        }
        content = next;
        iterations += 1;
        if iterations >= 6 {
            return Vec::new();
        }
    }
}

/// Port of `wp_kses_bad_protocol_once()`, wp-includes/kses.php: one scheme off the front.
fn wp_kses_bad_protocol_once(text: &[u8], allowed: &[&str], count: u32) -> Vec<u8> {
    let content = close_colon_references(text);
    let Some((scheme, rest)) = split_at_colon(&content) else {
        return content;
    };
    if memchr::memmem::find(scheme, b"/?").is_some() {
        return content;
    }
    let rest = trim(rest);
    let protocol = wp_kses_bad_protocol_once2(scheme, allowed);
    let rest = if protocol == b"feed:" {
        if count > 2 {
            return Vec::new();
        }
        let rest = wp_kses_bad_protocol_once(rest, allowed, count + 1);
        if matches!(rest.as_slice(), b"" | b"0") {
            return rest;
        }
        rest
    } else {
        rest.to_vec()
    };
    [protocol, rest].concat()
}

/// Port of `wp_kses_bad_protocol_once2()`, wp-includes/kses.php: the scheme with its colon if it is allowed, else
/// nothing.
fn wp_kses_bad_protocol_once2(scheme: &[u8], allowed: &[&str]) -> Vec<u8> {
    let mut scheme = wp_kses_decode_entities(scheme);
    scheme.retain(|&byte| !is_space(byte));
    let mut scheme = wp_kses_no_null(&scheme, SlashZero::Remove);
    scheme.make_ascii_lowercase();
    if allowed.iter().any(|known| known.as_bytes() == scheme) {
        scheme.push(b':');
        scheme
    } else {
        Vec::new()
    }
}

/// A reference to the colon at the start of `text` (`&#0*58` or `&#x0*3a`, any case): its length without semicolon, and
/// whether it is hexadecimal.
fn colon_reference(text: &[u8]) -> Option<(usize, bool)> {
    let rest = text.strip_prefix(b"&#")?;
    let (hex, start) = match rest.first()? {
        b'x' | b'X' => (true, 3),
        _ => (false, 2),
    };
    let digits = text.get(start..)?;
    let zeros = span(digits, |b| b == b'0');
    let number = digits.get(zeros..zeros + 2)?;
    let colon = if hex {
        number.eq_ignore_ascii_case(b"3a")
    } else {
        number == b"58"
    };
    colon.then_some((start + zeros + 2, hex))
}

/// Gives references to the colon the semicolon they lack.
fn close_colon_references(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr(b'&', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let length = match colon_reference(rest) {
            Some((length, hex)) => {
                let open = match rest.get(length) {
                    None => true,
                    Some(b';') => false,
                    Some(next) if hex => !next.is_ascii_hexdigit(),
                    Some(next) => !next.is_ascii_digit(),
                };
                out.extend_from_slice(&rest[..length]);
                if open {
                    out.push(b';');
                }
                length
            }
            None => {
                out.push(b'&');
                1
            }
        };
        rest = &rest[length..];
    }
    out.extend_from_slice(rest);
    out
}

/// What stands before and after the first colon, `:`, `&#58;`, `&#x3a;` or `&colon;`.
fn split_at_colon(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b':', b'&', text.get(at..)?) {
        at += found;
        let rest = &text[at..];
        let length = if rest.starts_with(b":") {
            Some(1)
        } else if rest.len() >= 7 && rest[..7].eq_ignore_ascii_case(b"&colon;") {
            Some(7)
        } else {
            colon_reference(rest)
                .filter(|&(length, _)| rest.get(length) == Some(&b';'))
                .map(|(length, _)| length + 1)
        };
        if let Some(length) = length {
            return Some((&text[..at], &rest[length..]));
        }
        at += 1;
    }
    None
}
