//! Addresses in text become links. PHP source: wp-includes/formatting.php.

use super::super::blog::Blog;
use super::super::formatting::rel::wp_is_internal_link;
use super::super::formatting::url::{esc_url, wp_parse_url};
use super::pattern::Pattern;
use crate::php::preg::{Captures, Split};
use crate::php::string::strtolower;

/// A URL as `make_clickable()` knows one: blank or punctuation, URL, closing parenthesis.
macro_rules! url {
    () => {
        concat!(
            r"([\s(<.,;:!?])(",
            r"[\w]{1,20}+://",
            r"(?=\S{1,2000}\s)",
            r"[\w\x80-\xff#%\~/@\[\]*(+=&$-]*+",
            r"(?:['.,;:!?)][\w\x80-\xff#%\~/@\[\]*(+=&$-]++)*",
            r")(\)?)"
        )
    };
}

static URL: Pattern = Pattern::new(url!(), "");
static URL_WITH_EXTENSION: Pattern = Pattern::new(concat!(url!(), r"(\.\w{2,6})?"), "");
static WEB_OR_FTP: Pattern = Pattern::new(
    r"([\s>])((www|ftp)\.[\w\x80-\xff\#$%&~/.\-;:=,?@\[\]+]+)",
    "is",
);
static EMAIL: Pattern = Pattern::new(r"([\s>])([.0-9a-z_+-]+)@(([0-9a-z-]+\.)+[0-9a-z]{2,})", "i");
static TAGS: Pattern = Pattern::new("(<[^<>]+>)", "");
static URL_IN_BRACKETS: Pattern = Pattern::new(r"^<\s*[\w]{1,20}+://", "");
static UNTOUCHED: Pattern = Pattern::new(r"^<(?:code|pre|script|style)[\s>]", "i");
static LINK_IN_LINK: Pattern =
    Pattern::new(r"(<a([ \r\n\t]+[^>]+?>|>))<a [^>]+?>([^>]+?)</a></a>", "i");

/// Port of `make_clickable()`, wp-includes/formatting.php, as a callback of `comment_text`.
/// Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// HTML in and out: URLs, `www.` names and mail addresses outside tags, `pre` and `code` become links.
pub fn make_clickable(blog: &Blog, text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut nested: usize = 0;
    for piece in TAGS.split(text, Split::DELIMITERS).unwrap_or_default() {
        if UNTOUCHED.is_match(piece) {
            nested += 1;
        } else if nested > 0
            && matches!(
                strtolower(piece).as_slice(),
                b"</code>" | b"</pre>" | b"</script>" | b"</style>"
            )
        {
            nested -= 1;
        }
        let bracketed = piece.first() == Some(&b'<') && !URL_IN_BRACKETS.is_match(piece);
        if nested > 0 || matches!(piece, b"" | b"0") || bracketed {
            out.extend_from_slice(piece);
        } else if piece.len() > 10_000 {
            for chunk in split_str_by_whitespace(piece, 2100) {
                if chunk.len() > 2101 {
                    out.extend_from_slice(chunk);
                } else {
                    out.extend(make_clickable(blog, chunk));
                }
            }
        } else {
            out.extend(link_piece(blog, piece));
        }
    }
    LINK_IN_LINK.replace(&out, b"$1$3</a>")
}

fn link_piece(blog: &Blog, piece: &[u8]) -> Vec<u8> {
    let padded = [b" ", piece, b" "].concat();
    let urls = if blog.version.links_file_extensions() {
        &URL_WITH_EXTENSION
    } else {
        &URL
    };
    let text = urls.replace_callback(&padded, |found| make_url_clickable_cb(blog, found));
    let text = WEB_OR_FTP.replace_callback(&text, |found| make_web_ftp_clickable_cb(blog, found));
    let text = EMAIL.replace_callback(&text, make_email_clickable_cb);
    text.get(1..text.len().saturating_sub(1))
        .unwrap_or_default()
        .to_vec()
}

/// Port of `_make_url_clickable_cb()`, wp-includes/formatting.php.
fn make_url_clickable_cb(blog: &Blog, found: &Captures<'_>) -> Vec<u8> {
    let mut url = found.text(2).to_vec();
    let mut suffix = found.text(3).to_vec();
    if suffix == b")" && url.contains(&b'(') {
        url.append(&mut suffix);
    }
    url.extend_from_slice(found.text(4));
    let count = |url: &[u8], byte: u8| url.iter().filter(|&&found| found == byte).count();
    while count(&url, b'(') < count(&url, b')') {
        let Some(at) = url.iter().rposition(|&byte| byte == b')') else {
            break;
        };
        let mut tail = url.split_off(at);
        tail.append(&mut suffix);
        suffix = tail;
    }
    let url = esc_url(blog.version, &url);
    if matches!(url.as_slice(), b"" | b"0") {
        return found.text(0).to_vec();
    }
    [found.text(1), &link(blog, &url), &suffix].concat()
}

/// Port of `_make_web_ftp_clickable_cb()`, wp-includes/formatting.php.
fn make_web_ftp_clickable_cb(blog: &Blog, found: &Captures<'_>) -> Vec<u8> {
    let mut dest = [b"http://", found.text(2)].concat();
    let cut = dest.pop_if(|last| matches!(last, b'.' | b',' | b';' | b':' | b')'));
    let dest = esc_url(blog.version, &dest);
    if matches!(dest.as_slice(), b"" | b"0") {
        return found.text(0).to_vec();
    }
    let mut out = [found.text(1), &link(blog, &dest)].concat();
    out.extend(cut);
    out
}

/// Port of `_make_email_clickable_cb()`, wp-includes/formatting.php.
fn make_email_clickable_cb(found: &Captures<'_>) -> Vec<u8> {
    let email = [found.text(2), b"@", found.text(3)].concat();
    [
        found.text(1),
        b"<a href=\"mailto:",
        &email,
        b"\">",
        &email,
        b"</a>",
    ]
    .concat()
}

/// The link to an escaped `url`, with `_make_clickable_rel_attr()`.
fn link(blog: &Blog, url: &[u8]) -> Vec<u8> {
    let followed = blog.version.marks_internal_links() && {
        let scheme = wp_parse_url(url).and_then(|url| url.scheme);
        let scheme = strtolower(&scheme.unwrap_or_default());
        wp_is_internal_link(blog, url) || !matches!(scheme.as_slice(), b"http" | b"https")
    };
    let rel: &[u8] = if followed { b"ugc" } else { b"nofollow ugc" };
    [b"<a href=\"", url, b"\" rel=\"", rel, b"\">", url, b"</a>"].concat()
}

/// Port of `_split_str_by_whitespace()`, wp-includes/formatting.php: pieces of at most `goal` bytes and a blank, longer
/// where there is no blank.
fn split_str_by_whitespace(text: &[u8], goal: usize) -> Vec<&[u8]> {
    let is_blank = |byte: &u8| matches!(byte, b'\r' | b'\n' | b'\t' | 0x0B | 0x0C | b' ' | 0);
    let mut chunks = Vec::new();
    let mut rest = text;
    while goal < rest.len() {
        let near = rest[..=goal].iter().rposition(is_blank);
        let far = || {
            let after = rest.get(goal + 1..)?;
            Some(goal + 1 + after.iter().position(is_blank)?)
        };
        let Some(at) = near.or_else(far) else {
            break;
        };
        let (chunk, after) = rest.split_at(at + 1);
        chunks.push(chunk);
        rest = after;
    }
    if !matches!(rest, b"" | b"0") {
        chunks.push(rest);
    }
    chunks
}
