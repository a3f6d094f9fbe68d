//! Closing what is open. PHP source: wp-includes/formatting.php.

use std::collections::HashMap;

use super::super::blog::Blog;
use super::super::kses::scan::{Next, is_space, span};
use crate::php::string::{replace, trim};

/// Elements that have no end tag.
const SINGLE_TAGS: &[&[u8]] = &[
    b"area",
    b"base",
    b"basefont",
    b"br",
    b"col",
    b"command",
    b"embed",
    b"frame",
    b"hr",
    b"img",
    b"input",
    b"isindex",
    b"link",
    b"meta",
    b"param",
    b"source",
    b"track",
    b"wbr",
];

/// Elements that may stand directly in their like.
const NESTABLE_TAGS: &[&[u8]] = &[
    b"article",
    b"aside",
    b"blockquote",
    b"details",
    b"div",
    b"figure",
    b"object",
    b"q",
    b"section",
    b"span",
];

/// Port of `balanceTags()`, wp-includes/formatting.php: if the option `use_balanceTags` says so. Slashed or not, the
/// text stays what it was.
#[doc(alias = "balanceTags")]
pub fn balance_tags(blog: &Blog, text: &[u8]) -> Vec<u8> {
    if blog.use_balance_tags {
        force_balance_tags(text)
    } else {
        text.to_vec()
    }
}

/// Port of `force_balance_tags()`, wp-includes/formatting.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// Closes open elements, drops end tags of what is not open, and lower-cases the names of tags.
///
/// DIFFERS: on a custom element's name that ends in nothing (`<a-aaaaaaaaaaaaaaaaaaaaaaaaaaa!`) the pattern of WordPress
/// runs into PCRE's limit, and nothing after it is balanced. Here the text goes on behind it.
pub fn force_balance_tags(text: &[u8]) -> Vec<u8> {
    let text = escape_before_digits(&replace(text, b"< !--", b"<    !--"));
    let mut stack = Stack::default();
    let mut queue: Vec<u8> = Vec::new();
    let mut out = Vec::with_capacity(text.len());
    let mut bracket = Next::new(&text, b">");
    let mut copied = 0;
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| memchr::memchr(b'<', rest)) {
        let start = from + found;
        let Some(tag) = Tag::at(&text, start, &mut bracket) else {
            from = start + 1;
            continue;
        };
        out.append(&mut queue);
        out.extend_from_slice(&text[copied..start]);
        copied = tag.end;
        from = tag.end;
        let name = tag.name.to_ascii_lowercase();
        if tag.closing {
            if stack.top() == Some(&name) {
                stack.pop_into(&mut out);
            } else if stack.contains(&name) {
                // What closes here goes out only with the next tag, or at the end.
                while stack.contains(&name) {
                    let last = stack.top() == Some(&name);
                    stack.pop_into(&mut queue);
                    if last {
                        break;
                    }
                }
            }
            continue;
        }
        let single = SINGLE_TAGS.contains(&name.as_slice());
        let mut blanks = tag.blanks;
        let mut attributes = trim(tag.attributes).to_vec();
        if attributes.ends_with(b"/") {
            if single {
                blanks = b" ";
            } else {
                attributes.pop();
                attributes = [trim(&attributes), b"></", &name].concat();
            }
        } else if single {
            blanks = b" ";
            attributes.push(b'/');
        } else {
            if stack.top() == Some(&name) && !NESTABLE_TAGS.contains(&name.as_slice()) {
                stack.pop_into(&mut queue);
            }
            stack.push(name.clone());
        }
        let target = if queue.is_empty() {
            &mut out
        } else {
            &mut queue
        };
        for part in [b"<", name.as_slice(), blanks, &attributes, b">"] {
            target.extend_from_slice(part);
        }
    }
    out.append(&mut queue);
    out.extend_from_slice(text.get(copied..).unwrap_or_default());
    while stack.top().is_some() {
        stack.pop_into(&mut out);
    }
    replace(&replace(&out, b"< !--", b"<!--"), b"<    !--", b"< !--")
}

/// `preg_replace( '#<([0-9]{1})#', '&lt;$1' )`
fn escape_before_digits(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.iter().peekable();
    while let Some(&byte) = bytes.next() {
        if byte == b'<' && bytes.peek().is_some_and(|next| next.is_ascii_digit()) {
            out.extend_from_slice(b"&lt;");
        } else {
            out.push(byte);
        }
    }
    out
}

/// The open elements, and how many there are of each, so that an end tag without its like costs no search.
#[derive(Default)]
struct Stack {
    names: Vec<Vec<u8>>,
    counts: HashMap<Vec<u8>, usize>,
}

impl Stack {
    fn top(&self) -> Option<&Vec<u8>> {
        self.names.last()
    }

    fn contains(&self, name: &[u8]) -> bool {
        self.counts.get(name).is_some_and(|&count| count > 0)
    }

    fn push(&mut self, name: Vec<u8>) {
        *self.counts.entry(name.clone()).or_default() += 1;
        self.names.push(name);
    }

    fn pop_into(&mut self, out: &mut Vec<u8>) {
        if let Some(name) = self.names.pop() {
            if let Some(count) = self.counts.get_mut(&name) {
                *count = count.saturating_sub(1);
            }
            for part in [b"</", name.as_slice(), b">"] {
                out.extend_from_slice(part);
            }
        }
    }
}

/// A tag, as the pattern of `force_balance_tags()` takes it apart.
struct Tag<'a> {
    closing: bool,
    /// As written.
    name: &'a [u8],
    /// Between name and attributes.
    blanks: &'a [u8],
    attributes: &'a [u8],
    end: usize,
}

impl<'a> Tag<'a> {
    fn at(text: &'a [u8], start: usize, bracket: &mut Next<'_>) -> Option<Self> {
        let mut at = start + 1;
        let closing = text.get(at) == Some(&b'/');
        at += usize::from(closing);
        let rest = text.get(at..)?;
        let tag = |name: usize, bracket: &mut Next<'_>| {
            let (blanks, attributes, end) = attributes(text, at + name, bracket)?;
            Some(Self {
                closing,
                name: text.get(at..at + name)?,
                blanks,
                attributes,
                end,
            })
        };
        if let Some(name) = custom_name(rest)
            && let Some(tag) = tag(name, bracket)
        {
            return Some(tag);
        }
        let name = span(rest, |b| {
            b.is_ascii_alphanumeric() || matches!(b, b'_' | b':')
        });
        if name == 0 {
            return None;
        }
        tag(name, bracket)
    }
}

/// The length of `[a-z][a-z0-9._]*-([a-z0-9._-]+)+`.
fn custom_name(text: &[u8]) -> Option<usize> {
    let in_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_');
    let head = span(text, in_name);
    let tail = text.get(head..)?.strip_prefix(b"-")?;
    let tail = span(tail, |b| in_name(b) || b == b'-');
    (text.first()?.is_ascii_lowercase() && tail > 0).then_some(head + 1 + tail)
}

/// `(?:\s*(/?)|(\s+)([^>]*))>`: blanks, attributes, and the end of the tag.
fn attributes<'a>(
    text: &'a [u8],
    at: usize,
    bracket: &mut Next<'_>,
) -> Option<(&'a [u8], &'a [u8], usize)> {
    let blanks = span(text.get(at..)?, is_space);
    let from = at + blanks;
    match text.get(from..)? {
        [b'>', ..] => Some((b"", b"", from + 1)),
        [b'/', b'>', ..] => Some((b"", b"/", from + 2)),
        _ if blanks > 0 => {
            let end = bracket.at(from)?;
            Some((text.get(at..from)?, text.get(from..end)?, end + 1))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::force_balance_tags;

    #[test]
    fn open_elements_are_closed_and_stray_ends_go() {
        assert_eq!(
            force_balance_tags(b"<b><i>x</b><br><q/></u>y <3"),
            b"<b><i>x</i></b><br /><q></q>y &lt;3"
        );
    }
}
