//! Block delimiters in comments. PHP source: `wp_pre_kses_block_attributes()`, wp-includes/formatting.php;
//! `filter_block_content()`, wp-includes/blocks.php; wp-includes/class-wp-block-parser.php.
//!
//! A trackback can bring `<!-- wp:x -->` here, as `<`, a vertical tab, `!-- wp:x -->`: `strip_tags()` sees no tag in it,
//! and kses then drops the tab.
//!
use super::super::blog::Blog;
use super::scan::{Next, is_space, span};
use super::{Allowed, block_attributes};
use crate::php::string::rtrim_set;

/// The most bytes that unclosed blocks may swell a text to. Each of them repeats the text to its end, and PHP dies where
/// its memory ends.
const MOST: usize = 4 << 20;

/// Port of `wp_pre_kses_block_attributes()`, wp-includes/formatting.php, and `filter_block_content()`,
/// wp-includes/blocks.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub(super) fn wp_pre_kses_block_attributes(blog: &Blog, text: &[u8], allowed: Allowed) -> Vec<u8> {
    let text = if blog.version.trims_dashes_of_comments() {
        trim_dashes(text)
    } else {
        text.to_vec()
    };
    if memchr::memmem::find(&text, b"wp:").is_none() {
        return text;
    }
    Parser::new(blog, allowed, &text).parse()
}

/// `preg_replace_callback( '%<!--(.*?)--->%', '_filter_block_content_callback' )`: comments lose dashes at their end.
fn trim_dashes(text: &[u8]) -> Vec<u8> {
    let mut newline = Next::new(text, b"\n");
    let mut closer = Next::new(text, b"--->");
    let mut out = Vec::with_capacity(text.len());
    let mut copied = 0;
    let mut from = 0;
    while let Some(at) = text
        .get(from..)
        .and_then(|rest| memchr::memmem::find(rest, b"<!--"))
    {
        let start = from + at + 4;
        let Some(end) = closer.at(start) else {
            break;
        };
        if newline.at(start).is_some_and(|newline| newline < end) {
            from = start;
            continue;
        }
        out.extend_from_slice(&text[copied..start]);
        out.extend_from_slice(rtrim_set(&text[start..end], b"-"));
        out.extend_from_slice(b"-->");
        copied = end + 4;
        from = copied;
    }
    out.extend_from_slice(text.get(copied..).unwrap_or_default());
    out
}

/// A block delimiter.
struct Token<'a> {
    kind: Kind,
    /// As it is written out again: without `core/`.
    name: &'a [u8],
    attributes: &'a [u8],
    start: usize,
    end: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Void,
    Opener,
    Closer,
}

/// An open block: `WP_Block_Parser_Frame`, with what is inside it written out already.
struct Frame<'a> {
    token: Token<'a>,
    content: Vec<u8>,
    previous: usize,
    leading: Option<usize>,
}

/// Port of `WP_Block_Parser`, wp-includes/class-wp-block-parser.php, joined with `serialize_block()`.
struct Parser<'a> {
    blog: &'a Blog,
    allowed: Allowed,
    text: &'a [u8],
    offset: usize,
    output: Vec<u8>,
    stack: Vec<Frame<'a>>,
}

impl<'a> Parser<'a> {
    fn new(blog: &'a Blog, allowed: Allowed, text: &'a [u8]) -> Self {
        Self {
            blog,
            allowed,
            text,
            offset: 0,
            output: Vec::with_capacity(text.len()),
            stack: Vec::new(),
        }
    }

    fn parse(mut self) -> Vec<u8> {
        let mut attributes_end = AttributesEnd::new(self.text);
        loop {
            let Some(token) = next_token(self.text, self.offset, &mut attributes_end) else {
                if self.stack.is_empty() {
                    self.output.extend_from_slice(self.from(self.offset));
                }
                while let Some(frame) = self.stack.pop() {
                    if self.output.len() + self.text.len() > MOST {
                        return Vec::new();
                    }
                    self.add_block(frame, self.text.len());
                }
                return self.output;
            };
            let leading = (token.start > self.offset).then_some(self.offset);
            self.offset = token.end;
            match token.kind {
                Kind::Void => {
                    let (start, end) = (token.start, token.end);
                    let block = self.serialize(&token, &[]);
                    if self.stack.is_empty() {
                        self.add_leading(leading, start);
                        self.output.extend(block);
                    } else {
                        self.add_inner(&block, start, end);
                    }
                }
                Kind::Opener => self.stack.push(Frame {
                    previous: token.end,
                    token,
                    content: Vec::new(),
                    leading,
                }),
                Kind::Closer => match self.stack.pop() {
                    None => {
                        // A closer of nothing ends the parsing: all from before it is text.
                        self.output
                            .extend_from_slice(self.from(leading.unwrap_or(token.start)));
                        return self.output;
                    }
                    Some(frame) if self.stack.is_empty() => self.add_block(frame, token.start),
                    Some(mut frame) => {
                        frame
                            .content
                            .extend_from_slice(self.between(frame.previous, token.start));
                        let block = self.serialize(&frame.token, &frame.content);
                        self.add_inner(&block, frame.token.start, token.end);
                    }
                },
            }
        }
    }

    fn from(&self, start: usize) -> &'a [u8] {
        self.text.get(start..).unwrap_or_default()
    }

    fn between(&self, start: usize, end: usize) -> &'a [u8] {
        self.text.get(start..end).unwrap_or_default()
    }

    fn add_leading(&mut self, leading: Option<usize>, end: usize) {
        if let Some(start) = leading {
            self.output.extend_from_slice(self.between(start, end));
        }
    }

    /// Port of `add_inner_block()`.
    fn add_inner(&mut self, block: &[u8], start: usize, end: usize) {
        let text = self.text;
        if let Some(parent) = self.stack.last_mut() {
            let html = text.get(parent.previous..start).unwrap_or_default();
            parent.content.extend_from_slice(unless_empty(html));
            parent.content.extend_from_slice(block);
            parent.previous = end;
        }
    }

    /// Port of `add_block_from_stack()`.
    fn add_block(&mut self, mut frame: Frame<'a>, end: usize) {
        let html = self.between(frame.previous, end);
        frame.content.extend_from_slice(unless_empty(html));
        self.add_leading(frame.leading, frame.token.start);
        let block = self.serialize(&frame.token, &frame.content);
        self.output.extend(block);
    }

    /// Port of `get_comment_delimited_block_content()`.
    fn serialize(&self, token: &Token<'_>, content: &[u8]) -> Vec<u8> {
        let mut out = [b"<!-- wp:", token.name, b" "].concat();
        out.extend(block_attributes::filtered(
            self.blog,
            token.name,
            token.attributes,
            self.allowed,
        ));
        if unless_empty(content).is_empty() {
            out.extend_from_slice(b"/-->");
        } else {
            out.extend_from_slice(b"-->");
            out.extend_from_slice(content);
            out.extend_from_slice(&[b"<!-- /wp:", token.name, b" -->"].concat());
        }
        out
    }
}

/// QUIRK: `0` is empty to PHP: `<!-- wp:a -->0<!-- /wp:a -->` loses it.
fn unless_empty(text: &[u8]) -> &[u8] {
    if text == b"0" { b"" } else { text }
}

/// Where `}\s+/?-->` is found next.
struct AttributesEnd<'a> {
    text: &'a [u8],
    brace: Next<'a>,
    /// The brace last found, good for all places from which it was looked for on.
    known: Option<(usize, Option<usize>)>,
}

impl<'a> AttributesEnd<'a> {
    fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            brace: Next::new(text, b"}"),
            known: None,
        }
    }

    fn at(&mut self, from: usize) -> Option<usize> {
        if let Some((asked, found)) = self.known
            && asked <= from
            && found.is_none_or(|found| found >= from)
        {
            return found;
        }
        let mut at = from;
        let found = loop {
            let Some(brace) = self.brace.at(at) else {
                break None;
            };
            let rest = self.text.get(brace + 1..).unwrap_or_default();
            let blanks = span(rest, is_space);
            let rest = &rest[blanks..];
            if blanks > 0 && rest.strip_prefix(b"/").unwrap_or(rest).starts_with(b"-->") {
                break Some(brace);
            }
            at = brace + 1;
        };
        self.known = Some((from, found));
        found
    }
}

/// Port of `next_token()`.
fn next_token<'a>(
    text: &'a [u8],
    mut from: usize,
    attributes_end: &mut AttributesEnd<'_>,
) -> Option<Token<'a>> {
    loop {
        let start = from + memchr::memmem::find(text.get(from..)?, b"<!--")?;
        from = start + 4;
        if let Some(token) = token_at(text, start, attributes_end) {
            return Some(token);
        }
    }
}

/// The delimiter at `start`, `<!--\s+(/)?wp:(namespace/)?(name)\s+({…}\s+)?(/)?-->`.
fn token_at<'a>(
    text: &'a [u8],
    start: usize,
    attributes_end: &mut AttributesEnd<'_>,
) -> Option<Token<'a>> {
    let mut at = start + 4;
    at += blanks(text, at)?;
    let closer = text.get(at) == Some(&b'/');
    at += usize::from(closer);
    at += text.get(at..)?.starts_with(b"wp:").then_some(3)?;
    let name_start = at;
    at += identifier(text, at)?;
    if text.get(at) == Some(&b'/') {
        at += 1 + identifier(text, at + 1)?;
    }
    let name = text.get(name_start..at)?;
    at += blanks(text, at)?;
    let mut attributes: &[u8] = &[];
    if text.get(at) == Some(&b'{') {
        let brace = attributes_end.at(at + 1)?;
        attributes = text.get(at..=brace)?;
        at = brace + 1;
        at += blanks(text, at)?;
    }
    let void = text.get(at) == Some(&b'/');
    at += usize::from(void);
    text.get(at..)?.starts_with(b"-->").then(|| Token {
        kind: match (void, closer) {
            (true, _) => Kind::Void,
            (false, true) => Kind::Closer,
            (false, false) => Kind::Opener,
        },
        name: name.strip_prefix(b"core/").unwrap_or(name),
        attributes,
        start,
        end: at + 3,
    })
}

/// The length of `\s+` at `at`.
fn blanks(text: &[u8], at: usize) -> Option<usize> {
    Some(span(text.get(at..)?, is_space)).filter(|&length| length > 0)
}

/// The length of `[a-z][a-z0-9_-]*` at `at`.
fn identifier(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    rest.first()?.is_ascii_lowercase().then(|| {
        span(rest, |b| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-')
        })
    })
}
