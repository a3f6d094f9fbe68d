//! Titles to slugs.

use memchr::{memchr, memchr2};

use crate::php::mb_case::strtolower_utf8;
use crate::php::string;
use crate::php::strip_tags::strip_tags;
use crate::wordpress::version::Version;

use super::text::title_is_utf8;

/// How long a slug gets, in bytes, `%XX` counted as three.
const LONGEST: usize = 200;

/// Port of `sanitize_title_for_query()`, wp-includes/formatting.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// A slug as it is looked for in the database: lower-case ASCII, what was beyond it as lower-case `%xx`. Unslashed in
/// and out. NOT PORTED: `remove_accents()` and the other replacements of context `save`, which making a slug needs and
/// looking for one does not.
pub fn sanitize_title_for_query(version: Version, title: &[u8]) -> Vec<u8> {
    sanitize_title_with_dashes(version, title)
}

/// Port of `sanitize_title_with_dashes()`, wp-includes/formatting.php, in any context but `save`. Checked: 6.1.9,
/// 6.6.7, 6.9.7, 7.1.
pub fn sanitize_title_with_dashes(version: Version, title: &[u8]) -> Vec<u8> {
    let title = strip_tags(title, &[]);
    let title = keep_percent_pairs(&title);
    let title = if title_is_utf8(version, &title) {
        utf8_uri_encode(&strtolower_utf8(&title), LONGEST)
    } else {
        title
    };
    let title = string::strtolower(&title);
    let title = without_entities(&title);
    let mut slug = Vec::with_capacity(title.len());
    for byte in title {
        let byte = match byte {
            b'.' | b' ' | b'-' => b'-',
            b'%' | b'a'..=b'z' | b'0'..=b'9' | b'_' => byte,
            _ => continue,
        };
        if byte != b'-' || slug.last() != Some(&b'-') {
            slug.push(byte);
        }
    }
    string::trim_set(&slug, b"-").to_vec()
}

/// `preg_replace( '/&.+?;/', '', $title )`: from an ampersand to the next semicolon of the line, but not the very next
/// byte. Linear, as the next semicolon is looked for once.
fn without_entities(title: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(title.len());
    let mut from = 0;
    let mut at = 0;
    // The first semicolon or line break behind the last ampersand.
    let mut stop = 0;
    while let Some(found) = memchr(b'&', &title[at..]) {
        let start = at + found;
        at = start + 1;
        if title.get(at).is_none_or(|&byte| byte == b'\n') {
            continue;
        }
        let search = at + 1;
        if stop < search {
            match memchr2(b';', b'\n', title.get(search..).unwrap_or_default()) {
                Some(found) => stop = search + found,
                None => break,
            }
        }
        if title[stop] == b';' {
            out.extend_from_slice(&title[from..start]);
            from = stop + 1;
            at = from;
        }
    }
    out.extend_from_slice(&title[from..]);
    out
}

/// Cuts each `%` that two hexadecimal digits do not follow.
fn keep_percent_pairs(title: &[u8]) -> Vec<u8> {
    let is_pair = |at: usize| {
        matches!(title.get(at + 1..at + 3), Some([high, low])
            if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
    };
    let mut marked = Vec::with_capacity(title.len());
    let mut at = 0;
    while let Some(&byte) = title.get(at) {
        if byte == b'%' && is_pair(at) {
            marked.extend_from_slice(b"---");
            marked.extend_from_slice(&title[at + 1..at + 3]);
            marked.extend_from_slice(b"---");
            at += 3;
            continue;
        }
        if byte != b'%' {
            marked.push(byte);
        }
        at += 1;
    }
    // QUIRK: `---ab---` in the title becomes `%ab` too.
    let mut out = Vec::with_capacity(marked.len());
    let mut rest = marked.as_slice();
    while let [byte, tail @ ..] = rest {
        if let [b'-', b'-', b'-', high, low, b'-', b'-', b'-', after @ ..] = rest
            && high.is_ascii_hexdigit()
            && low.is_ascii_hexdigit()
        {
            out.extend_from_slice(&[b'%', *high, *low]);
            rest = after;
        } else {
            out.push(*byte);
            rest = tail;
        }
    }
    out
}

/// Port of `utf8_uri_encode()`, wp-includes/formatting.php, with ASCII left alone. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// What is beyond ASCII as lower-case `%xx`, cut to `length` bytes without cutting a character. Ends at the first
/// character that has no room.
fn utf8_uri_encode(text: &[u8], length: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut values: Vec<u8> = Vec::new();
    let mut octets = 1;
    let mut used = 0;
    for &value in text {
        if value < 0x80 {
            if used + 1 > length {
                break;
            }
            out.push(value);
            used += 1;
            continue;
        }
        if values.is_empty() {
            octets = match value {
                ..224 => 2,
                224..240 => 3,
                _ => 4,
            };
        }
        values.push(value);
        if used + octets * 3 > length {
            break;
        }
        if values.len() == octets {
            for value in values.drain(..) {
                out.extend_from_slice(format!("%{value:x}").as_bytes());
            }
            used += octets * 3;
            octets = 1;
        }
    }
    out
}
