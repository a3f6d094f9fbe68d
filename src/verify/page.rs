//! What WordPress reads from a source's page: title, the paragraph with the link, the words around it.
//!
//! Port of the second half of pingback_ping(), wp-includes/class-wp-xmlrpc-server.php. Checked: 6.1.9, 6.6.7, 6.9.7,
//! 7.1. Everything works on bytes: WordPress runs no pattern here in Unicode mode.
//!
//! The patterns are not run but followed by hand, in time linear to the page: PCRE takes seconds on a page of unclosed
//! tags. Each function names its pattern; tests hold them equal to PHP on generated pages.

use memchr::memmem;

use super::excerpt::excerpt;
use super::link::find_link;
use crate::php::strip_tags::strip_tags;
use crate::refusal::Refusal;
use crate::wordpress::blog::Blog;
use crate::wordpress::formatting::escape::esc_html;

/// What a page says of its link, raw bytes: neither slashed nor checked for UTF-8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The title: no entity decoded.
    pub title: Vec<u8>,
    /// The words around the link, before `esc_html()`.
    pub excerpt: Vec<u8>,
    /// The comment: `[&#8230;] `, the escaped excerpt, ` [&#8230;]`.
    pub content: Vec<u8>,
}

/// Reads `body` for a link to `target`, which is html-escaped (`&` as `&amp;`) and slashed, as WordPress compares it.
///
/// # Errors
/// [`Refusal::NoTitle`], then [`Refusal::NoLink`].
pub fn read(blog: &Blog, body: &[u8], target: &[u8]) -> Result<Reading, Refusal> {
    // "Work around bug in strip_tags()"
    let page = crate::php::string::replace(body, b"<!DOC", b"<DOC");
    let page = normalize_spaces(&page);
    let page = split_blocks(&page);

    let title = title(&page).unwrap_or_default();
    if title.is_empty() || title == b"0" {
        return Err(Refusal::NoTitle);
    }
    let title = title.to_vec();

    let page = remove_scripts_and_styles(&page);
    let page = strip_tags(&page, &[b"a"]);

    // A pattern as long as this does not compile, which WordPress takes for "no link".
    if super::link::too_long(target) {
        return Err(Refusal::NoLink);
    }
    let wanted = memmem::Finder::new(target);
    for paragraph in paragraphs(&page) {
        if wanted.find(paragraph).is_some()
            && let Some(link) = find_link(paragraph, target)
        {
            let excerpt = excerpt(paragraph, &link);
            let mut content = b"[&#8230;] ".to_vec();
            content.extend(esc_html(blog, &excerpt));
            content.extend(b" [&#8230;]");
            return Ok(Reading {
                title,
                excerpt,
                content,
            });
        }
    }
    Err(Refusal::NoLink)
}

/// `/[\r\n\t ]+/` to one space.
fn normalize_spaces(page: &[u8]) -> Vec<u8> {
    let mut normal = Vec::with_capacity(page.len());
    let mut in_run = false;
    for &byte in page {
        let space = b"\r\n\t ".contains(&byte);
        if !space {
            normal.push(byte);
        } else if !in_run {
            normal.push(b' ');
        }
        in_run = space;
    }
    normal
}

/// Tag names, or beginnings of them, that end a paragraph. Ones that another one begins need not be told apart.
static BLOCKS: [&[u8]; 18] = [
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"p",
    b"th",
    b"td",
    b"li",
    b"dt",
    b"dd",
    b"caption",
    b"input",
    b"textarea",
    b"button",
    b"body",
    b"pre",
];

/// `/<\/*(h1|h2|h3|h4|h5|h6|p|th|td|li|dt|dd|pre|caption|input|textarea|button|body)[^>]*>/` to `\n\n`.
fn split_blocks(page: &[u8]) -> Vec<u8> {
    let mut split = Vec::with_capacity(page.len());
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'<', &page[at..]) {
        let start = at + found;
        let slashes = page[start + 1..].iter().take_while(|b| **b == b'/').count();
        let name = start + 1 + slashes;
        at = name;
        let Some(block) = BLOCKS.iter().find(|block| page[name..].starts_with(block)) else {
            continue;
        };
        let rest = name + block.len();
        let Some(end) = memchr::memchr(b'>', &page[rest..]) else {
            // No `>` any more: no later tag ends either.
            break;
        };
        split.extend_from_slice(&page[copied..start]);
        split.extend_from_slice(b"\n\n");
        at = rest + end + 1;
        copied = at;
    }
    split.extend_from_slice(&page[copied..]);
    split
}

/// The group of `|<title>([^<]*?)</title>|is`.
fn title(page: &[u8]) -> Option<&[u8]> {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'<', &page[at..]) {
        let start = at + found;
        at = start + 1;
        if !starts_with_ignore_case(&page[start..], b"<title>") {
            continue;
        }
        let text = start + b"<title>".len();
        let end = text + memchr::memchr(b'<', &page[text..])?;
        if starts_with_ignore_case(&page[end..], b"</title>") {
            return Some(&page[text..end]);
        }
        at = end;
    }
    None
}

/// `@<(script|style)[^>]*?>.*?</\1>@si` to nothing.
fn remove_scripts_and_styles(page: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(page.len());
    let mut copied = 0;
    let mut at = 0;
    // No end tag of this name is left, so no later start tag of it matches.
    let mut unclosed = [false; 2];
    while let Some(found) = memchr::memchr(b'<', &page[at..]) {
        let start = at + found;
        at = start + 1;
        let rest = &page[start..];
        let (index, open, close): (usize, &[u8], &[u8]) =
            if starts_with_ignore_case(rest, b"<script") {
                (0, b"<script", b"</script>")
            } else if starts_with_ignore_case(rest, b"<style") {
                (1, b"<style", b"</style>")
            } else {
                continue;
            };
        if unclosed[index] {
            continue;
        }
        let name_end = start + open.len();
        let Some(tag_end) = memchr::memchr(b'>', &page[name_end..]) else {
            break;
        };
        let inner = name_end + tag_end + 1;
        match find_ignore_case(page, inner, close) {
            Some(end) => {
                kept.extend_from_slice(&page[copied..start]);
                at = end + close.len();
                copied = at;
            }
            None => unclosed[index] = true,
        }
    }
    kept.extend_from_slice(&page[copied..]);
    kept
}

/// `explode("\n\n", …)`.
fn paragraphs(page: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(page);
    std::iter::from_fn(move || {
        let text = rest?;
        match memmem::find(text, b"\n\n") {
            Some(at) => {
                rest = Some(&text[at + 2..]);
                Some(&text[..at])
            }
            None => {
                rest = None;
                Some(text)
            }
        }
    })
}

fn starts_with_ignore_case(text: &[u8], start: &[u8]) -> bool {
    text.get(..start.len())
        .is_some_and(|text| text.eq_ignore_ascii_case(start))
}

/// Where `tag`, which begins with `<`, next is at or after `from`.
fn find_ignore_case(page: &[u8], from: usize, tag: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'<', &page[from..])
        .map(|at| from + at)
        .find(|at| starts_with_ignore_case(&page[*at..], tag))
}

#[cfg(test)]
#[path = "page_tests.rs"]
mod tests;
