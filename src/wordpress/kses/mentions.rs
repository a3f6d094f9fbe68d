//! Mentions in notes. PHP source: wp-includes/kses.php.

use super::super::version::Version;
use super::html::{self, Attribute, Value};
use super::scan::span;
use crate::php::string::{addslashes, stripslashes};

/// Port of `_wp_kses_sanitize_note_mention_classes()`, wp-includes/kses.php. Checked: 7.1, the first to have it.
///
/// Leaves `span` no class but `wp-note-mention` and `user-N`. Slashed text that `wp_filter_kses()` has cleaned in,
/// slashed text out.
#[doc(alias = "_wp_kses_sanitize_note_mention_classes")]
pub fn wp_kses_sanitize_note_mention_classes(version: Version, slashed: &[u8]) -> Vec<u8> {
    let html = stripslashes(slashed);
    let mut out = Vec::with_capacity(html.len());
    let mut copied = 0;
    for tag in html::opening_tags(version, &html) {
        if !tag.name.eq_ignore_ascii_case(b"span") {
            continue;
        }
        let Some(class) = tag.attributes.iter().find(|found| found.name == b"class") else {
            continue;
        };
        for (range, text) in updates(version, &html, class) {
            out.extend_from_slice(html.get(copied..range.start).unwrap_or_default());
            out.extend(text);
            copied = range.end;
        }
    }
    out.extend_from_slice(html.get(copied..).unwrap_or_default());
    addslashes(&out)
}

/// What is to stand in place of the attribute, and of its duplicates if it goes altogether.
fn updates(
    version: Version,
    html: &[u8],
    class: &Attribute,
) -> Vec<(std::ops::Range<usize>, Vec<u8>)> {
    let Value::Text(value) = class.value(version, html) else {
        return Vec::new();
    };
    let mut kept = Vec::new();
    let mut seen: std::collections::HashSet<&[u8]> = std::collections::HashSet::new();
    let mut removed = false;
    let mut rest = value.as_slice();
    loop {
        let (blanks, after) = rest.split_at(span(rest, is_blank));
        let (token, after) = after.split_at(span(after, |b| !is_blank(b)));
        if token.is_empty() {
            break;
        }
        rest = after;
        if !stays(token) {
            removed = true;
        } else if seen.insert(token) {
            if !kept.is_empty() {
                kept.extend_from_slice(blanks);
            }
            kept.extend_from_slice(token);
        }
    }
    if !removed {
        return Vec::new();
    }
    if kept.is_empty() {
        std::iter::once(&class.range)
            .chain(&class.duplicates)
            .map(|range| (range.clone(), Vec::new()))
            .collect()
    } else {
        let text = [b"class=\"", html::encode(&kept).as_slice(), b"\""].concat();
        vec![(class.range.clone(), text)]
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0C | b'\r' | b'\n')
}

fn stays(token: &[u8]) -> bool {
    token == b"wp-note-mention" || is_user(token) || is_array_integer(token)
}

/// `/^user-[1-9][0-9]*$/`
fn is_user(token: &[u8]) -> bool {
    token.strip_prefix(b"user-").is_some_and(|number| {
        matches!(number.first(), Some(b'1'..=b'9')) && number.iter().all(u8::is_ascii_digit)
    })
}

/// QUIRK: the classes to remove are keys of a PHP array, where `12` becomes the number 12, which is then compared with
/// `===` to the text: `<span class="12">` keeps its class.
fn is_array_integer(token: &[u8]) -> bool {
    std::str::from_utf8(token)
        .ok()
        .and_then(|text| text.parse::<i64>().ok().map(|number| (text, number)))
        .is_some_and(|(text, number)| number.to_string() == text)
}
