//! What a page may cost to parse, told before it is parsed.
//!
//! html5ever builds the tree that a browser builds, and on pages made for it that takes time and memory out of all
//! proportion: each tag may walk all open elements, open again all formatting that was left open, and compare its
//! attributes with one another. One pass over the page adds up what every tag can cost at most.
//!
//! End tags count only where they close for certain what was opened last. As long as a page can be told apart into
//! tags, comments and scripts without knowing its tree, those are what is read. Where it cannot, everything that looks
//! like a start tag counts, and whatever is open stays open for good. So the sum may be too large, which a page that
//! somebody wrote can afford, but not too small.

use std::collections::{HashMap, HashSet};

/// Most a page may cost, in steps of about 10 ns. Manuals as large as a page may be cost up to 900,000.
const BUDGET: usize = 5_000_000;

/// Start tags of which a copy is opened again wherever they were left open.
const FORMATTING: &[u8] = b" a b big code em font i nobr s small strike strong tt u ";

/// Elements that are never open, neither in HTML nor in SVG.
const NEVER_OPEN: &[u8] = b" br embed hr img meta ";

/// Elements that are open only in SVG, if at all, and that every end tag closes that closes what they are in.
const INERT: &[u8] = b" area base circle col ellipse input line link param path polygon polyline rect source stop track \
    use wbr ";

/// Elements in which what looks like a tag, a comment or a script may be something else.
const OPAQUE: &[u8] =
    b" iframe math noembed noframes noscript plaintext script style svg textarea title xmp ";

/// Start tags that end a `p`, and whose end tags close whatever needs no end tag of its own.
const BLOCKS: &[u8] = b" address article aside blockquote center dd details dir div dl dt fieldset figcaption figure \
    footer h1 h2 h3 h4 h5 h6 header li listing main menu nav ol p pre section summary ul ";

/// End tags that close cells and rows, too.
const TABLES: &[u8] = b" table tbody tfoot thead tr ";

/// Whether `page` may take too long, or too much memory, to parse.
pub(super) fn is_tangled(page: &str) -> bool {
    let lower = page.to_ascii_lowercase();
    let (page, lower) = (page.as_bytes(), lower.as_bytes());
    let (mut open, mut keys, mut cost) = (Open::default(), HashSet::new(), 0);
    let mut places = memchr::memchr_iter(b'<', lower).peekable();
    let mut resume = 0;
    while let Some(at) = places.next() {
        if at < resume {
            continue;
        }
        let next = places.peek().copied().unwrap_or(lower.len());
        let ends = lower.get(at + 1) == Some(&b'/');
        let from = at + 1 + usize::from(ends);
        if !lower.get(from).is_some_and(u8::is_ascii_alphabetic) {
            if !is_over(&lower[at + 1..next]) {
                match open.is_clear().then(|| comment(&lower[at..])).flatten() {
                    Some(length) => resume = at + length,
                    None => open.leave(),
                }
            }
            continue;
        }
        let tag = Tag::scan(&lower[from..], &mut keys);
        let end = from + tag.length;
        let was_clear = open.is_clear();
        if ends {
            open.end(tag.name);
        } else {
            open.start(&tag, &page[from..end]);
        }
        if end >= next && !was_clear {
            open.leave();
        }
        if was_clear {
            resume = end;
            if !ends && tag.name == b"script" {
                resume += script(&lower[end..]).unwrap_or(0);
            }
        }
        let depth = open.left + open.stack.len() + open.copies;
        cost += 50 + depth + 40 * open.copies + open.copies * depth / 16;
        // Names of attributes are kept in one table for the whole program, in lists that a page can make long.
        cost += tag.attributes * tag.attributes / 16 + tag.length / 2;
        if cost + keys.len() * keys.len() / 2 > BUDGET {
            return true;
        }
    }
    false
}

/// The length of the comment or declaration that `text` begins with.
fn comment(text: &[u8]) -> Option<usize> {
    if !text.starts_with(b"<!--") {
        return memchr::memchr(b'>', text);
    }
    let end = 2 + memchr::memmem::find(&text[2..], b"-->")?;
    memchr::memmem::find(&text[..end], b"--!>").or(Some(end))
}

/// The length of a script that ends where it seems to: with another in it, it may not.
fn script(text: &[u8]) -> Option<usize> {
    let end = memchr::memmem::find(text, b"</script")?;
    let is_end = matches!(
        text.get(end + 8)?,
        b'\t' | b'\n' | b'\x0C' | b'\r' | b' ' | b'/' | b'>'
    );
    (is_end && memchr::memmem::find(&text[..end], b"<script").is_none()).then_some(end)
}

/// Whether a comment or declaration, of which `piece` is what stands between its `<` and the next one, has ended there.
fn is_over(piece: &[u8]) -> bool {
    match piece {
        [b'!', comment @ ..] if comment.starts_with(b"--") => {
            memchr::memmem::find(comment, b"-->").is_some()
        }
        [b'!', b'[', ..] => false,
        [b'!' | b'?' | b'/', ..] => piece.contains(&b'>'),
        _ => true,
    }
}

fn is_in(names: &[u8], name: &[u8]) -> bool {
    names.split(|byte| *byte == b' ').any(|one| one == name)
}

/// A tag as the tokenizer would read it.
struct Tag<'a> {
    name: &'a [u8],
    attributes: usize,
    /// Up to its `>`, or to the end of the page.
    length: usize,
}

impl<'a> Tag<'a> {
    fn scan(text: &'a [u8], keys: &mut HashSet<&'a [u8]>) -> Self {
        #[derive(Clone, Copy, PartialEq)]
        enum At {
            Name,
            Blank,
            Key,
            AfterKey,
            BeforeValue,
            Bare,
            Quoted(u8),
        }
        let (mut at, mut attributes, mut key) = (At::Name, 0, 0);
        let (mut name, mut length) = (text, text.len());
        for (place, byte) in text.iter().copied().enumerate() {
            let blank = matches!(byte, b'\t' | b'\n' | b'\x0C' | b'\r' | b' ');
            let closed = byte == b'>' && !matches!(at, At::Quoted(_));
            let next = match at {
                At::Quoted(quote) if byte == quote => At::Blank,
                At::BeforeValue if matches!(byte, b'"' | b'\'') => At::Quoted(byte),
                At::Quoted(_) => at,
                _ if closed => At::Blank,
                At::BeforeValue if blank => at,
                At::BeforeValue => At::Bare,
                At::Bare if blank => At::Blank,
                At::Bare => at,
                At::Key | At::AfterKey if byte == b'=' => At::BeforeValue,
                At::Key | At::AfterKey if blank => At::AfterKey,
                _ if blank || byte == b'/' => At::Blank,
                At::Name | At::Key => at,
                At::Blank | At::AfterKey => At::Key,
            };
            if at == At::Name && next != at {
                name = &text[..place];
            } else if at == At::Key && next != at {
                keys.insert(&text[key..place]);
            } else if at != At::Key && next == At::Key {
                key = place;
                attributes += 1;
            }
            at = next;
            if closed {
                length = place;
                break;
            }
        }
        Self {
            name,
            attributes,
            length,
        }
    }
}

/// What is open at most.
#[derive(Default)]
struct Open<'a> {
    /// Elements by name that may still be closed; formatting with what tells it apart.
    stack: Vec<(&'a [u8], Option<&'a [u8]>)>,
    /// How many more are open for good, and whether that was ever so.
    left: usize,
    in_doubt: bool,
    /// How many opaque ones are among those that may be closed.
    opaque: usize,
    /// Formatting that was not closed.
    formatting: HashMap<&'a [u8], Unclosed>,
    /// What all copies weigh that one tag may open.
    copies: usize,
}

/// Formatting elements that are all the same.
#[derive(Default)]
struct Unclosed {
    count: usize,
    /// 1, and as much again for every four attributes.
    weight: usize,
}

impl Unclosed {
    /// Three that are the same are opened again, and one `a`.
    fn copies(&self, key: &[u8]) -> usize {
        self.count.min(if key == b"a" { 1 } else { 3 }) * self.weight
    }
}

impl<'a> Open<'a> {
    fn start(&mut self, tag: &Tag<'a>, raw: &'a [u8]) {
        // What has no end tag takes the formatting in it along, which may be opened again and so still counts.
        while let Some(place) = self
            .stack
            .iter()
            .rposition(|(open, formatting)| formatting.is_none() && !is_in(INERT, open))
            && match self.stack[place].0 {
                b"p" => is_in(BLOCKS, tag.name),
                b"dd" | b"dt" => matches!(tag.name, b"dd" | b"dt"),
                b"td" | b"th" => matches!(tag.name, b"td" | b"th" | b"tr"),
                b"option" => tag.name == b"option" && place + 1 == self.stack.len(),
                top @ (b"li" | b"tr") => top == tag.name,
                _ => false,
            }
        {
            self.stack.truncate(place);
        }
        if is_in(NEVER_OPEN, tag.name) {
            return;
        }
        let formatting = is_in(FORMATTING, tag.name).then(|| {
            // One `a` ends the other, whatever its attributes.
            let key: &[u8] = if tag.name == b"a" { b"a" } else { raw };
            let unclosed = self.formatting.entry(key).or_default();
            self.copies -= unclosed.copies(key);
            unclosed.count += 1;
            unclosed.weight = unclosed.weight.max(1 + tag.attributes / 4);
            self.copies += unclosed.copies(key);
            key
        });
        self.opaque += usize::from(is_in(OPAQUE, tag.name));
        self.stack.push((tag.name, formatting));
    }

    fn end(&mut self, name: &[u8]) {
        let closes_table = is_in(TABLES, name);
        let closes_block =
            closes_table || is_in(BLOCKS, name) || matches!(name, b"select" | b"td" | b"th");
        let opener = self.stack.iter().rposition(|(open, formatting)| {
            let goes_along = match *open {
                b"dd" | b"dt" | b"li" | b"option" | b"p" => closes_block,
                b"tbody" | b"td" | b"tfoot" | b"th" | b"thead" | b"tr" => closes_table,
                other => is_in(INERT, other) || (formatting.is_some() && closes_block),
            };
            *open == name || !goes_along
        });
        let Some(opener) = opener.filter(|opener| self.stack[*opener].0 == name) else {
            return;
        };
        let (_, formatting) = self.stack[opener];
        self.stack.truncate(opener);
        self.opaque -= usize::from(is_in(OPAQUE, name));
        if let Some(key) = formatting
            && let Some(unclosed) = self.formatting.get_mut(key)
        {
            self.copies -= unclosed.copies(key);
            unclosed.count -= 1;
            self.copies += unclosed.copies(key);
        }
    }

    /// Whether all that was read is what it looked like, and so is what comes next.
    const fn is_clear(&self) -> bool {
        !self.in_doubt && self.opaque == 0
    }

    /// From here on it is in doubt what an end tag closes.
    fn leave(&mut self) {
        self.in_doubt = true;
        self.left += self.stack.len();
        self.stack.clear();
    }
}

#[cfg(test)]
#[path = "tangle_tests.rs"]
mod tests;
