//! URLs made safe for HTML and for the database.

use std::sync::LazyLock;

use crate::php::preg::Regex;
use crate::php::string;
use crate::php::url::{ParsedUrl, parse_url};
use crate::wordpress::kses::{ALLOWED_PROTOCOLS, wp_kses_bad_protocol, wp_kses_normalize_entities};
use crate::wordpress::version::Version;

/// The `$_context` of [`esc_url_in`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlContext {
    /// For HTML: ampersands and single quotes are escaped.
    Display,
    /// For the database.
    Db,
}

/// A PHP file of the site, as relative links name it.
static PHP_FILE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[a-z0-9-]+?\.php", "i").ok());

/// Port of `esc_url()`, wp-includes/formatting.php, with default protocols. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// A URL for HTML: escaped, empty if its scheme is not allowed.
pub fn esc_url(version: Version, url: &[u8]) -> Vec<u8> {
    esc_url_in(version, url, ALLOWED_PROTOCOLS, UrlContext::Display)
}

/// Port of `sanitize_url()`, wp-includes/formatting.php, with default protocols. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// A URL for the database: neither slashed nor escaped, empty if its scheme is not allowed.
#[doc(alias = "esc_url_raw")]
pub fn sanitize_url(version: Version, url: &[u8]) -> Vec<u8> {
    esc_url_in(version, url, ALLOWED_PROTOCOLS, UrlContext::Db)
}

/// Port of `esc_url()`, wp-includes/formatting.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// `protocols` are lower-case schemes. NOT PORTED: 6.9 and later put `https://` before a bare host if `https` is the
/// first of them, which only callers with a list of their own can see.
pub fn esc_url_in(
    version: Version,
    url: &[u8],
    protocols: &[&str],
    context: UrlContext,
) -> Vec<u8> {
    let url = string::replace(string::ltrim(url), b" ", b"%20");
    let mut url: Vec<u8> = url.into_iter().filter(|&byte| may_stay(byte)).collect();
    if url.is_empty() {
        return url;
    }
    if !starts_with_ignore_case(&url, b"mailto:") {
        url = without_line_breaks(&url);
    }
    url = string::replace(&url, b";//", b"://");
    // Without a scheme it gets one, unless it is relative or a PHP file. What is empty by now has no first byte; PHP
    // reads it as '' and goes on.
    let first = url.first().copied();
    if !url.contains(&b':')
        && !matches!(first, Some(b'/' | b'#' | b'?'))
        && !PHP_FILE
            .as_ref()
            .is_some_and(|file| file.is_match(&url).unwrap_or(false))
    {
        url.splice(0..0, *b"http://");
    }
    if context == UrlContext::Display {
        url = wp_kses_normalize_entities(version, &url);
        url = string::replace(&url, b"&amp;", b"&#038;");
        url = string::replace(&url, b"'", b"&#039;");
    }
    if url.contains(&b'[') || url.contains(&b']') {
        url = with_brackets_encoded(&url);
    }
    if url.first() == Some(&b'/') {
        return url;
    }
    let good = wp_kses_bad_protocol(version, &url, protocols);
    if good.eq_ignore_ascii_case(&url) {
        good
    } else {
        Vec::new()
    }
}

/// The bytes a URL may have: `[a-z0-9-~+_.?#=!&;,/:%@$\|*'()\[\]\x80-\xff]`, any case.
const fn may_stay(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || byte >= 0x80
        || matches!(
            byte,
            b'-' | b'~'
                | b'+'
                | b'_'
                | b'.'
                | b'?'
                | b'#'
                | b'='
                | b'!'
                | b'&'
                | b';'
                | b','
                | b'/'
                | b':'
                | b'%'
                | b'@'
                | b'$'
                | b'|'
                | b'*'
                | b'\''
                | b'('
                | b')'
                | b'['
                | b']'
        )
}

fn starts_with_ignore_case(text: &[u8], prefix: &[u8]) -> bool {
    text.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Port of `_deep_replace( array( '%0d', '%0a', '%0D', '%0A' ), $url )`, wp-includes/formatting.php. PHP goes over the
/// text until nothing is found any more; as no two of the needles overlap, one pass that looks back gives the same.
pub(in crate::wordpress) fn without_line_breaks(url: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(url.len());
    for &byte in url {
        out.push(byte);
        if out.ends_with(b"%0d")
            || out.ends_with(b"%0a")
            || out.ends_with(b"%0D")
            || out.ends_with(b"%0A")
        {
            out.truncate(out.len() - 3);
        }
    }
    out
}

/// The bracket step of `esc_url()`: `[` and `]` behind the authority become `%5B` and `%5D`.
fn with_brackets_encoded(url: &[u8]) -> Vec<u8> {
    let parsed = wp_parse_url(url).unwrap_or_default();
    let mut front = Vec::new();
    if let Some(scheme) = &parsed.scheme {
        front.extend_from_slice(scheme);
        front.extend_from_slice(b"://");
    } else if url.first() == Some(&b'/') {
        front.extend_from_slice(b"//");
    }
    if let Some(user) = &parsed.user {
        front.extend_from_slice(user);
    }
    if let Some(pass) = &parsed.pass {
        front.push(b':');
        front.extend_from_slice(pass);
    }
    if parsed.user.is_some() || parsed.pass.is_some() {
        front.push(b'@');
    }
    if let Some(host) = &parsed.host {
        front.extend_from_slice(host);
    }
    if let Some(port) = parsed.port {
        front.extend_from_slice(format!(":{port}").as_bytes());
    }
    // QUIRK: every occurrence of the front is cut, and every occurrence of what is left is replaced.
    let dirty = string::replace(url, &front, b"");
    let clean = string::replace(&string::replace(&dirty, b"[", b"%5B"), b"]", b"%5D");
    string::replace(url, &dirty, &clean)
}

/// Port of `wp_parse_url()`, wp-includes/http.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// As `parse_url()`, but takes URLs that start with `//` or `/`. `None` is PHP's `false`.
pub fn wp_parse_url(url: &[u8]) -> Option<ParsedUrl> {
    if url.starts_with(b"//") {
        let mut parsed = parse_url(&[b"placeholder:", url].concat())?;
        parsed.scheme = None;
        Some(parsed)
    } else if url.starts_with(b"/") {
        let mut parsed = parse_url(&[b"placeholder://placeholder", url].concat())?;
        parsed.scheme = None;
        parsed.host = None;
        Some(parsed)
    } else {
        parse_url(url)
    }
}
