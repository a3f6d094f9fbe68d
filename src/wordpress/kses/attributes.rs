//! The attributes of one tag. PHP source: wp-includes/kses.php.
//!
//! NOT PORTED: `style`, `data-*` and required attributes, since no list for comments has them.

use super::super::version::Version;
use super::allowed::{Allowed, is_uri_attribute};
use super::html::{self, Value};
use super::protocols::{ALLOWED_PROTOCOLS, wp_kses_bad_protocol};
use super::scan::{at_dollar, is_space, span};

/// One attribute as `wp_kses_hair()` gives it. Unslashed bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The name: as written before 7.0, lower-case since.
    pub name: Vec<u8>,
    /// The value, `None` without one. As written before 7.0 (URLs without bad protocols); since 7.0 escaped.
    pub value: Option<Vec<u8>>,
    /// Name and value as they go into a tag: the quotes of the source before 7.0, double quotes since.
    pub whole: Vec<u8>,
}

impl Attribute {
    fn without_value(name: &[u8]) -> Self {
        Self {
            name: name.to_vec(),
            value: None,
            whole: name.to_vec(),
        }
    }

    fn quoted(name: &[u8], value: Vec<u8>, quote: u8) -> Self {
        let mut whole = Vec::with_capacity(name.len() + value.len() + 3);
        whole.extend_from_slice(name);
        whole.extend_from_slice(&[b'=', quote]);
        whole.extend_from_slice(&value);
        whole.push(quote);
        Self {
            name: name.to_vec(),
            value: Some(value),
            whole,
        }
    }
}

/// Port of `wp_kses_attr()` with `wp_kses_attr_check()`, wp-includes/kses.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// The opening tag `element` (as written) with those of its attributes that `allowed` names.
pub(super) fn wp_kses_attr(
    version: Version,
    element: &[u8],
    attributes: &[u8],
    allowed: &[&str],
) -> Vec<u8> {
    let mut tag = vec![b'<'];
    tag.extend_from_slice(element);
    if !allowed.is_empty() {
        for attribute in wp_kses_hair(version, attributes) {
            let name = attribute.name.to_ascii_lowercase();
            if allowed.iter().any(|known| known.as_bytes() == name) {
                tag.push(b' ');
                tag.extend(
                    attribute
                        .whole
                        .iter()
                        .filter(|byte| !matches!(byte, b'<' | b'>')),
                );
            }
        }
    }
    if has_xhtml_slash(attributes) {
        tag.extend_from_slice(b" /");
    }
    tag.push(b'>');
    tag
}

/// Whether a slash closes the list, `\s*/\s*$`.
fn has_xhtml_slash(attributes: &[u8]) -> bool {
    let last = attributes.iter().rfind(|&&byte| !is_space(byte));
    last == Some(&b'/')
}

/// Port of `wp_kses_hair()`, wp-includes/kses.php, with the protocols of `wp_allowed_protocols()`.
/// Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// The attributes in a tag from behind its name up to its `>`, in order; of equal names the first.
pub fn wp_kses_hair(version: Version, attributes: &[u8]) -> Vec<Attribute> {
    if version.parses_attributes_as_html() {
        hair_of_html(version, attributes)
    } else {
        hair_by_patterns(version, attributes)
    }
}

/// Since 7.0: the attributes as a browser sees them, values escaped anew.
fn hair_of_html(version: Version, attributes: &[u8]) -> Vec<Attribute> {
    // The `>` is needed: without it a tag is incomplete and has no attributes.
    let tag = [attributes, b">"].concat();
    let Some((parsed, _)) = html::attributes(version, &tag, 0) else {
        return Vec::new();
    };
    parsed
        .into_iter()
        .map(|attribute| {
            let name = attribute.name.clone();
            match attribute.value(version, &tag) {
                Value::Boolean => Attribute::without_value(&name),
                Value::Text(mut value) => {
                    if is_uri_attribute(&name) {
                        value = wp_kses_bad_protocol(version, &value, ALLOWED_PROTOCOLS);
                    }
                    Attribute::quoted(&name, html::encode(&value), b'"')
                }
            }
        })
        .collect()
}

/// What the patterns of `wp_kses_hair()` look for next.
enum Mode {
    Name,
    EqualsOrBlank,
    Value,
}

/// Before 7.0: names, `=` and values by pattern; what fits none is cut by `wp_kses_html_error()`.
///
/// DIFFERS: PCRE's JIT runs out of stack on tens of kilobytes of unbroken garbage, and PHP then drops the rest of the
/// list. Here the list is read to its end.
fn hair_by_patterns(version: Version, attributes: &[u8]) -> Vec<Attribute> {
    let mut found = Found::default();
    let mut mode = Mode::Name;
    let mut name: &[u8] = &[];
    let mut rest = attributes;
    while !rest.is_empty() {
        let mut working = false;
        match mode {
            Mode::Name => {
                let length = attribute_name(rest);
                if length > 0 {
                    (name, rest) = rest.split_at(length);
                    working = true;
                    mode = Mode::EqualsOrBlank;
                }
            }
            Mode::EqualsOrBlank => {
                let blanks = span(rest, is_space);
                let after = &rest[blanks..];
                if let Some(value) = after.strip_prefix(b"=") {
                    rest = &value[span(value, is_space)..];
                    working = true;
                    mode = Mode::Value;
                } else if blanks > 0 {
                    found.add(Attribute::without_value(name));
                    rest = after;
                    working = true;
                    mode = Mode::Name;
                }
            }
            Mode::Value => {
                if let Some((value, quote, left)) = attribute_value(rest) {
                    let value = if is_uri_attribute(&name.to_ascii_lowercase()) {
                        wp_kses_bad_protocol(version, value, ALLOWED_PROTOCOLS)
                    } else {
                        value.to_vec()
                    };
                    found.add(Attribute::quoted(name, value, quote));
                    rest = left;
                    working = true;
                    mode = Mode::Name;
                }
            }
        }
        if !working {
            rest = wp_kses_html_error(rest);
            mode = Mode::Name;
        }
    }
    if matches!(mode, Mode::EqualsOrBlank) {
        found.add(Attribute::without_value(name));
    }
    found.attributes
}

/// Attributes in order, the first of each name (which is case-sensitive here).
#[derive(Default)]
struct Found {
    attributes: Vec<Attribute>,
    names: std::collections::HashSet<Vec<u8>>,
}

impl Found {
    fn add(&mut self, attribute: Attribute) {
        if self.names.insert(attribute.name.clone()) {
            self.attributes.push(attribute);
        }
    }
}

/// The length of `[_a-zA-Z][-_a-zA-Z0-9:.]*` at the start of `text`.
fn attribute_name(text: &[u8]) -> usize {
    match text.first() {
        Some(b'_' | b'a'..=b'z' | b'A'..=b'Z') => span(text, |b| {
            b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.')
        }),
        _ => 0,
    }
}

/// A value at the start of `text`, the quote it is to have, and what follows it. `None` unless it ends in blanks, or in
/// the end of the text, before which a slash may stand.
fn attribute_value(text: &[u8]) -> Option<(&[u8], u8, &[u8])> {
    if let Some((&quote @ (b'"' | b'\''), inner)) = text.split_first() {
        let length = memchr::memchr(quote, inner)?;
        let after = &inner[length + 1..];
        let blanks = span(after, is_space);
        let left = if blanks > 0 || after.is_empty() {
            &after[blanks..]
        } else if at_dollar(after.strip_prefix(b"/")?) {
            // QUIRK: `"x"/` is accepted, but the pattern that cuts what was accepted does not know the slash: the value
            // is met a second time, as garbage.
            text
        } else {
            return None;
        };
        return Some((&inner[..length], quote, left));
    }
    let length = span(text, |b| !is_space(b) && !matches!(b, b'"' | b'\''));
    let after = &text[length..];
    let blanks = span(after, is_space);
    (length > 0 && (blanks > 0 || after.is_empty()))
        .then(|| (&text[..length], b'"', &after[blanks..]))
}

/// Port of `wp_kses_html_error()`, wp-includes/kses.php: cuts the garbage at the start, up to a blank outside quotes.
fn wp_kses_html_error(text: &[u8]) -> &[u8] {
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = match byte {
            b'"' | b'\'' => match memchr::memchr(byte, after) {
                Some(end) => &after[end + 1..],
                None => &[],
            },
            _ if is_space(byte) => break,
            _ => after,
        };
    }
    &rest[span(rest, is_space)..]
}

/// The attributes `element` (as written) may have, `None` if it may not be.
pub(super) fn allowed_attributes(
    version: Version,
    allowed: Allowed,
    element: &[u8],
) -> Option<&'static [&'static str]> {
    allowed.attributes(version, &element.to_ascii_lowercase())
}
