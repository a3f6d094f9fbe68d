//! Tags and attributes as a browser reads them. PHP source: wp-includes/html-api/class-wp-html-tag-processor.php and
//! class-wp-html-decoder.php, checked: 7.0, 7.1.
//!
//! NOT PORTED: elements whose content is no markup (`script`, `style`, `title`, `textarea` and the like), since kses has
//! removed them before; names of character references beyond `$allowedentitynames`, since kses has disarmed them.

use memchr::{memchr, memmem};

use super::super::version::Version;
use super::entities::push_utf8;
use super::names::code_point;
use super::scan::span;

/// One attribute within some HTML.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    /// Lower-case, NUL as U+FFFD.
    pub(crate) name: Vec<u8>,
    /// The bytes of the whole attribute.
    pub(crate) range: std::ops::Range<usize>,
    /// The bytes of its value, `None` without `=`.
    value: Option<std::ops::Range<usize>>,
    /// Where later attributes of the same name are.
    pub(crate) duplicates: Vec<std::ops::Range<usize>>,
}

/// What `get_attribute()` gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// No value: PHP's `true`.
    Boolean,
    /// The decoded value.
    Text(Vec<u8>),
}

impl Attribute {
    /// The attribute's decoded value in the `html` it was found in.
    pub(crate) fn value(&self, version: Version, html: &[u8]) -> Value {
        let Some(range) = &self.value else {
            return Value::Boolean;
        };
        let raw = html.get(range.clone()).unwrap_or_default();
        if !version.normalizes_attribute_text() {
            return Value::Text(decode_attribute(raw));
        }
        let mut text = Vec::with_capacity(raw.len());
        let mut bytes = raw.iter().peekable();
        while let Some(&byte) = bytes.next() {
            match byte {
                b'\r' => {
                    bytes.next_if(|&&next| next == b'\n');
                    text.push(b'\n');
                }
                0 => text.extend_from_slice("\u{FFFD}".as_bytes()),
                _ => text.push(byte),
            }
        }
        Value::Text(decode_attribute(&text))
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0C | b'\r' | b'\n')
}

fn ends_name(byte: u8) -> bool {
    matches!(byte, b'=' | b'/' | b'>') || is_blank(byte)
}

/// Port of `WP_HTML_Tag_Processor::parse_next_attribute()` until the tag ends: the attributes from `at` on, and where
/// the byte after `>` is. `None` if the tag is incomplete.
pub(crate) fn attributes(
    version: Version,
    html: &[u8],
    mut at: usize,
) -> Option<(Vec<Attribute>, usize)> {
    let mut found: Vec<Attribute> = Vec::new();
    let mut places = std::collections::HashMap::new();
    loop {
        at += span(html.get(at..)?, |b| is_blank(b) || b == b'/');
        let first = *html.get(at)?;
        if first == b'>' {
            return Some((found, at + 1));
        }
        let start = at;
        let lead = usize::from(first == b'=');
        at += lead + span(html.get(at + lead..)?, |b| !ends_name(b));
        let name_end = at;
        at += span(html.get(at..)?, is_blank);
        let (value, end) = if *html.get(at)? == b'=' {
            at += 1;
            at += span(html.get(at..)?, is_blank);
            match *html.get(at)? {
                quote @ (b'"' | b'\'') => {
                    let from = at + 1;
                    let to = from + memchr(quote, html.get(from..)?)?;
                    at = to + 1;
                    (Some(from..to), at)
                }
                _ => {
                    let from = at;
                    at += span(html.get(at..)?, |b| b != b'>' && !is_blank(b));
                    (Some(from..at), at)
                }
            }
        } else {
            (None, name_end)
        };
        if end >= html.len() {
            return None;
        }
        let mut name = Vec::new();
        for &byte in html.get(start..name_end)? {
            match byte {
                0 if version.normalizes_attribute_text() => {
                    name.extend_from_slice("\u{FFFD}".as_bytes())
                }
                _ => name.push(byte.to_ascii_lowercase()),
            }
        }
        match places.get(&name) {
            Some(&place) => {
                if let Some(first) = found.get_mut::<usize>(place) {
                    first.duplicates.push(start..end);
                }
            }
            None => {
                places.insert(name.clone(), found.len());
                found.push(Attribute {
                    name,
                    range: start..end,
                    value,
                    duplicates: Vec::new(),
                });
            }
        }
    }
}

/// An opening tag within some HTML.
#[derive(Debug)]
pub(crate) struct Tag<'a> {
    /// As written.
    pub(crate) name: &'a [u8],
    /// In order, the first of each name.
    pub(crate) attributes: Vec<Attribute>,
}

/// The opening tags of `html`, as `WP_HTML_Tag_Processor::next_tag()` meets them: up to the first token that the end of
/// the text cuts short.
pub(crate) fn opening_tags(version: Version, html: &[u8]) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(found) = html.get(at..).and_then(|rest| memchr(b'<', rest)) {
        let start = at + found;
        let next = if let Some(name_start) = tag_name(html, start + 1) {
            let length = span(&html[name_start..], |b| {
                !(is_blank(b) || matches!(b, b'/' | b'>'))
            });
            attributes(version, html, name_start + length).map(|(attributes, end)| {
                tags.push(Tag {
                    name: &html[name_start..name_start + length],
                    attributes,
                });
                end
            })
        } else if tag_name(html, start + 2).is_some() && html.get(start + 1) == Some(&b'/') {
            let length = span(&html[start + 2..], |b| {
                !(is_blank(b) || matches!(b, b'/' | b'>'))
            });
            attributes(version, html, start + 2 + length).map(|(_, end)| end)
        } else {
            no_tag(html, start)
        };
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    tags
}

/// `at` if a letter stands there.
fn tag_name(html: &[u8], at: usize) -> Option<usize> {
    html.get(at)
        .is_some_and(u8::is_ascii_alphabetic)
        .then_some(at)
}

/// The end of what begins with the `<` at `start` and is no tag: a comment of some kind, or text. `None` if it is
/// incomplete.
fn no_tag(html: &[u8], start: usize) -> Option<usize> {
    let up_to_bracket = |from: usize| Some(from + memchr(b'>', html.get(from..)?)? + 1);
    match (html.get(start + 1)?, html.get(start + 2)) {
        (b'!', Some(b'-')) if html.get(start + 3) == Some(&b'-') => {
            let from = start + 4;
            let dashes = span(html.get(from..)?, |b| b == b'-');
            if *html.get(from + dashes)? == b'>' {
                return Some(from + dashes + 1);
            }
            let mut at = from;
            loop {
                at += memmem::find(html.get(at..)?, b"--")?;
                match (html.get(at + 2), html.get(at + 3)) {
                    (Some(b'>'), _) => return Some(at + 3),
                    (Some(b'!'), Some(b'>')) => return Some(at + 4),
                    _ => at += 1,
                }
            }
        }
        (b'!', _) => up_to_bracket(start + 1),
        (b'?', _) => up_to_bracket(start + 2),
        (b'/', Some(b'>')) => Some(start + 3),
        (b'/', Some(_)) => up_to_bracket(start + 3),
        (b'/', None) => None,
        _ => Some(start + 1),
    }
}

/// Escapes a decoded value for double quotes.
pub(crate) fn encode(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    for &byte in value {
        match byte {
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            b'\'' => out.extend_from_slice(b"&apos;"),
            b'"' => out.extend_from_slice(b"&quot;"),
            _ => out.push(byte),
        }
    }
    out
}

/// Port of `WP_HTML_Decoder::decode_attribute()`, wp-includes/html-api/class-wp-html-decoder.php.
pub(crate) fn decode_attribute(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr(b'&', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let taken = numeric_reference(rest, &mut out).or_else(|| named_reference(rest, &mut out));
        if taken.is_none() {
            out.push(b'&');
        }
        rest = &rest[taken.unwrap_or(1)..];
    }
    out.extend_from_slice(rest);
    out
}

fn numeric_reference(text: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let rest = text.strip_prefix(b"&#")?;
    let (start, base, most) = match rest.first()? {
        b'x' | b'X' => (3, 16, 6),
        _ => (2, 10, 7),
    };
    let digits = text.get(start..)?;
    let zeros = span(digits, |b| b == b'0');
    let digits = &digits[zeros..];
    let length = span(digits, |b| char::from(b).is_digit(base));
    if zeros + length == 0 {
        return None;
    }
    let code = match length {
        0 => None,
        _ if length > most => None,
        _ => std::str::from_utf8(&digits[..length])
            .ok()
            .and_then(|digits| u32::from_str_radix(digits, base).ok()),
    };
    push_utf8(out, code.map_or(0xFFFD, windows_1252));
    let semicolon = usize::from(digits.get(length) == Some(&b';'));
    Some(start + zeros + length + semicolon)
}

/// HTML takes references to C1 controls for Windows-1252.
fn windows_1252(code: u32) -> u32 {
    const TABLE: [u32; 32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013,
        0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
    ];
    match code {
        0x80..=0x9F => TABLE.get(code as usize - 0x80).copied().unwrap_or(code),
        _ => code,
    }
}

fn named_reference(text: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let name = text.get(1..)?;
    let length = span(name, |b| b.is_ascii_alphanumeric());
    if name.get(length) == Some(&b';')
        && let Some(code) = code_point(&name[..length]).or_else(|| legacy(&name[..length]))
    {
        push_utf8(out, code);
        return Some(length + 2);
    }
    // Without its semicolon a name must be one of the old ones, and nothing may follow that could belong to it. Since
    // the name is the longest there is, a letter or digit behind it means a shorter one: never one for attributes.
    if name.get(length) == Some(&b'=') {
        return None;
    }
    let code = legacy(&name[..length])?;
    push_utf8(out, code);
    Some(length + 1)
}

/// The names HTML knows without semicolon: those of Latin-1, and four in capitals.
fn legacy(name: &[u8]) -> Option<u32> {
    match name {
        b"AMP" => Some(u32::from(b'&')),
        b"LT" => Some(u32::from(b'<')),
        b"GT" => Some(u32::from(b'>')),
        b"QUOT" => Some(u32::from(b'"')),
        b"COPY" => Some(0xA9),
        b"REG" => Some(0xAE),
        b"apos" => None,
        _ => code_point(name).filter(|&code| code <= 0xFF),
    }
}
