//! Port of wp-includes/kses.php: what HTML a comment may hold.
//!
//! | here | what |
//! |---|---|
//! | this file | `wp_kses`, `wp_filter_kses`, `pre_kses`, the split into tags |
//! | `allowed` | the lists of elements and attributes |
//! | `attributes` | `wp_kses_hair`, `wp_kses_attr` |
//! | `blocks`, `block_attributes` | `filter_block_content`, which `pre_kses` runs |
//! | `entities`, `names` | character references |
//! | `html` | the HTML API as far as kses needs it |
//! | `mentions` | `_wp_kses_sanitize_note_mention_classes` |
//! | `protocols` | schemes of URLs |
//!
//! The patterns of PHP are scanners here, each linear in its text where PCRE may be quadratic.

pub mod allowed;
pub mod attributes;
mod block_attributes;
mod blocks;
pub mod entities;
mod html;
pub mod mentions;
mod names;
pub mod protocols;
pub(crate) mod scan;

#[cfg(test)]
mod tests;

pub use allowed::Allowed;
pub use attributes::wp_kses_hair;
pub use entities::{
    Context, valid_unicode, wp_kses_decode_entities, wp_kses_normalize_entities,
    wp_kses_normalize_entities_in,
};
pub use mentions::wp_kses_sanitize_note_mention_classes;
pub use protocols::{ALLOWED_PROTOCOLS, wp_kses_bad_protocol};

use super::blog::Blog;
use super::formatting::text::wp_pre_kses_less_than;
use crate::php::string::{addslashes, replace, stripslashes};
use scan::{Next, is_space, span};

/// Port of `wp_filter_kses()`, wp-includes/kses.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// Slashed text in, slashed text out; `allowed` is what PHP finds by the current filter.
pub fn wp_filter_kses(blog: &Blog, slashed: &[u8], allowed: Allowed) -> Vec<u8> {
    addslashes(&wp_kses(blog, &stripslashes(slashed), allowed))
}

/// Port of `wp_kses()`, wp-includes/kses.php, with the protocols of `wp_allowed_protocols()`.
/// Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// Unslashed text, of which only what `allowed` lists stays markup.
pub fn wp_kses(blog: &Blog, text: &[u8], allowed: Allowed) -> Vec<u8> {
    let content = prepared(blog, text);
    let content = blocks::wp_pre_kses_block_attributes(blog, &content, allowed);
    wp_kses_split(blog, &content, allowed)
}

/// `wp_kses()` while `wp_pre_kses_block_attributes()` has taken itself off the hook.
fn wp_kses_within_block(blog: &Blog, text: &[u8], allowed: Allowed) -> Vec<u8> {
    wp_kses_split(blog, &prepared(blog, text), allowed)
}

fn prepared(blog: &Blog, text: &[u8]) -> Vec<u8> {
    let content = wp_kses_no_null(text, SlashZero::Keep);
    let content = wp_kses_normalize_entities(blog.version, &content);
    wp_pre_kses_less_than(blog, &content)
}

/// What `wp_kses_no_null()` does with a backslash followed by zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlashZero {
    /// `\0` stays: how whole texts are cleaned.
    Keep,
    /// Runs of backslashes followed by zeros go: how URLs are cleaned.
    Remove,
}

/// Port of `wp_kses_no_null()`, wp-includes/kses.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// Drops control characters other than tab, newline and carriage return.
pub fn wp_kses_no_null(text: &[u8], slash_zero: SlashZero) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    out.extend(
        text.iter()
            .filter(|byte| !matches!(byte, 0..=8 | 0x0B | 0x0C | 0x0E..=0x1F)),
    );
    if slash_zero == SlashZero::Keep || !out.contains(&b'\\') {
        return out;
    }
    let text = std::mem::take(&mut out);
    let mut rest = text.as_slice();
    while let Some(at) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let slashes = span(rest, |b| b == b'\\');
        let zeros = span(&rest[slashes..], |b| b == b'0');
        if zeros == 0 {
            out.extend_from_slice(&rest[..slashes]);
        }
        rest = &rest[slashes + zeros..];
    }
    out.extend_from_slice(rest);
    out
}

/// Port of `wp_kses_split()`, wp-includes/kses.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
fn wp_kses_split(blog: &Blog, text: &[u8], allowed: Allowed) -> Vec<u8> {
    let mut newline = Next::new(text, b"\n");
    let mut comment_end = Next::new(text, b"-->");
    let mut bracket = Next::new(text, b">");
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(found) = text
        .get(at..)
        .and_then(|rest| memchr::memchr2(b'<', b'>', rest))
    {
        out.extend_from_slice(&text[at..at + found]);
        at += found;
        let rest = &text[at..];
        // The alternatives of the pattern, in its order.
        let end = if rest.starts_with(b">") {
            at + 1
        } else {
            let comment = rest
                .starts_with(b"<!--")
                .then(|| {
                    let line_end = newline.at(at + 4);
                    match comment_end.at(at + 4) {
                        Some(end) if line_end.is_none_or(|line_end| end < line_end) => {
                            Some(end + 3)
                        }
                        _ => match line_end {
                            None => Some(text.len()),
                            Some(line_end) => (line_end + 1 == text.len()).then_some(line_end),
                        },
                    }
                })
                .flatten();
            let bogus = |bracket: &mut Next<'_>| {
                if !blog.version.keeps_bogus_comments() {
                    return None;
                }
                match (rest.get(1)?, rest.get(2)) {
                    (b'/', Some(byte)) if !byte.is_ascii_alphabetic() => bracket.at(at + 3),
                    (b'!', _) => bracket.at(at + 2),
                    _ => None,
                }
                .map(|end| end + 1)
            };
            comment
                .or_else(|| bogus(&mut bracket))
                .or_else(|| bracket.at(at + 1).map(|end| end + 1))
                .unwrap_or(text.len())
        };
        out.extend(wp_kses_split2(blog, &text[at..end], allowed));
        at = end;
    }
    out.extend_from_slice(text.get(at..).unwrap_or_default());
    out
}

/// Port of `wp_kses_split2()`, wp-includes/kses.php: one token of [`wp_kses_split`], cleaned.
fn wp_kses_split2(blog: &Blog, token: &[u8], allowed: Allowed) -> Vec<u8> {
    let content = wp_kses_stripslashes(token);
    if !content.starts_with(b"<") {
        return b"&gt;".to_vec();
    }
    if let Some((opener, inner)) = bogus_comment(blog, &content) {
        let inner = wp_kses_until_stable(blog, inner.to_vec(), allowed);
        let mut out = vec![b'<', opener];
        out.extend(inner);
        out.push(b'>');
        return out;
    }
    if content.starts_with(b"<!--") {
        let inner = replace(&replace(&content, b"<!--", b""), b"-->", b"");
        let inner = wp_kses_until_stable(blog, inner, allowed);
        if inner.is_empty() {
            return inner;
        }
        let mut out = b"<!--".to_vec();
        for &byte in &inner {
            if byte != b'-' || out.len() == 4 || out.last() != Some(&b'-') {
                out.push(byte);
            }
        }
        // `$` stands before a newline that ends the text, too.
        if out.len() > 4 && out.ends_with(b"-") {
            out.pop();
        } else if out.len() > 5 && out.ends_with(b"-\n") {
            out.truncate(out.len() - 2);
            out.push(b'\n');
        }
        out.extend_from_slice(b"-->");
        return out;
    }
    let Some(tag) = Tag::parse(&content) else {
        return Vec::new();
    };
    let Some(attributes) = attributes::allowed_attributes(blog.version, allowed, tag.element)
    else {
        return Vec::new();
    };
    if tag.closing {
        return [b"</", tag.element, b">"].concat();
    }
    attributes::wp_kses_attr(blog.version, tag.element, tag.attributes, attributes)
}

/// How many bytes [`wp_kses_until_stable`] reads at most, over all its rounds.
const STABLE_BUDGET: usize = 16 << 20;

/// `wp_kses()` until it changes nothing more, for the inside of a comment.
///
/// DIFFERS: WordPress has no limit, and each of thousands of backslashes before a quote costs it a round. What is not
/// stable after [`STABLE_BUDGET`] is dropped.
fn wp_kses_until_stable(blog: &Blog, mut text: Vec<u8>, allowed: Allowed) -> Vec<u8> {
    let mut budget = STABLE_BUDGET;
    loop {
        let next = wp_kses(blog, &text, allowed);
        if next == text {
            return text;
        }
        match budget.checked_sub(text.len()) {
            Some(left) => budget = left,
            None => return Vec::new(),
        }
        text = next;
    }
}

/// Port of `wp_kses_stripslashes()`, wp-includes/kses.php: `\"` becomes `"`.
fn wp_kses_stripslashes(text: &[u8]) -> Vec<u8> {
    replace(text, br#"\""#, b"\"")
}

/// The second byte and the inside of `</[^a-zA-Z][^>]*>` or `<![a-z][^>]*>`.
fn bogus_comment<'a>(blog: &Blog, token: &'a [u8]) -> Option<(u8, &'a [u8])> {
    if !blog.version.keeps_bogus_comments() {
        return None;
    }
    let inner = token.get(2..)?.strip_suffix(b">")?;
    let (&first, rest) = inner.split_first()?;
    let opener = *token.get(1)?;
    let bogus = match opener {
        b'/' => !first.is_ascii_alphabetic(),
        b'!' => first.is_ascii_lowercase(),
        _ => false,
    };
    (bogus && !rest.contains(&b'>')).then_some((opener, inner))
}

/// A tag taken apart by `%^<\s*(/\s*)?([a-zA-Z0-9-]+)([^>]*)>?$%`.
struct Tag<'a> {
    closing: bool,
    /// As written.
    element: &'a [u8],
    /// All from behind the element's name up to the `>`.
    attributes: &'a [u8],
}

impl<'a> Tag<'a> {
    fn parse(token: &'a [u8]) -> Option<Self> {
        let rest = token.strip_prefix(b"<")?;
        let rest = &rest[span(rest, is_space)..];
        let (closing, rest) = match rest.strip_prefix(b"/") {
            Some(rest) => (true, &rest[span(rest, is_space)..]),
            None => (false, rest),
        };
        let name = span(rest, |b| b.is_ascii_alphanumeric() || b == b'-');
        let (element, rest) = rest.split_at(name);
        let attributes = rest.strip_suffix(b">").unwrap_or(rest);
        (name > 0 && !attributes.contains(&b'>')).then_some(Self {
            closing,
            element,
            attributes,
        })
    }
}
