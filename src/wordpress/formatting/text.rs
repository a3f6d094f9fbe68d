//! Text made plain: no tags, no line breaks, no bytes that are no text.

use std::sync::LazyLock;

use memchr::{memchr, memchr_iter};

use crate::php::mb;
use crate::php::preg::Regex;
use crate::php::string;
use crate::php::strip_tags::strip_tags;
use crate::wordpress::blog::Blog;
use crate::wordpress::version::Version;

use super::escape::esc_html;

/// How far PCRE looks for the end of a script before it gives up: `pcre.backtrack_limit`, which it counts anew for
/// each place a match could start at. Found by trying: 999998 bytes between the tags are removed, 999999 are an error.
const SCRIPT_LIMIT: usize = 999_999;

static LESS_THAN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"<[^>]*?((?=<)|>|$)", "").ok());

/// Port of `wp_check_invalid_utf8()`, wp-includes/formatting.php, with `$strip` off. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// The text, or nothing if the blog is UTF-8 and the text is not.
pub fn wp_check_invalid_utf8<'a>(blog: &Blog, text: &'a [u8]) -> &'a [u8] {
    if !blog.is_utf8() || std::str::from_utf8(text).is_ok() {
        text
    } else {
        b""
    }
}

/// Port of `wp_pre_kses_less_than()`, wp-includes/formatting.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// Escapes every `<…` that is not closed before the next `<` or the end. Unslashed; empty where PCRE gives up.
pub fn wp_pre_kses_less_than(blog: &Blog, content: &[u8]) -> Vec<u8> {
    let Some(regex) = LESS_THAN.as_ref() else {
        return Vec::new();
    };
    regex
        .replace_callback(content, |found| {
            let found = found.text(0);
            if found.contains(&b'>') {
                found.to_vec()
            } else {
                esc_html(blog, found)
            }
        })
        .unwrap_or_default()
}

/// Port of `sanitize_text_field()`, wp-includes/formatting.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// One line of text without tags, `%XX` pairs and surplus white space. Raw in and out, no kind of escaping; empty if
/// the blog is UTF-8 and the text is not.
pub fn sanitize_text_field(blog: &Blog, text: &[u8]) -> Vec<u8> {
    sanitize_text_fields(blog, text, false)
}

/// Port of `sanitize_textarea_field()`, wp-includes/formatting.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// As [`sanitize_text_field`], but line breaks and tabs stay.
pub fn sanitize_textarea_field(blog: &Blog, text: &[u8]) -> Vec<u8> {
    sanitize_text_fields(blog, text, true)
}

/// Port of `_sanitize_text_fields()`, wp-includes/formatting.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
fn sanitize_text_fields(blog: &Blog, text: &[u8], keep_newlines: bool) -> Vec<u8> {
    let mut filtered = wp_check_invalid_utf8(blog, text).to_vec();
    if filtered.contains(&b'<') {
        filtered = wp_pre_kses_less_than(blog, &filtered);
        filtered = wp_strip_all_tags(&filtered, false);
        // Lest joining lines makes a tag of it.
        filtered = string::replace(&filtered, b"<\n", b"&lt;\n");
    }
    if !keep_newlines {
        filtered = collapse(&filtered, b"\r\n\t ");
    }
    let filtered = string::trim(&filtered);
    if !filtered.contains(&b'%') {
        return filtered.to_vec();
    }
    let rest = without_percent_pairs(filtered);
    if rest.len() == filtered.len() {
        return rest;
    }
    string::trim(&collapse(&rest, b" ")).to_vec()
}

/// Cuts `%XX` until none is left. PHP goes over the whole text once for each pair; as no two pairs overlap, one pass
/// that looks back gives the same.
fn without_percent_pairs(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        out.push(byte);
        if let [.., b'%', high, low] = out[..]
            && high.is_ascii_hexdigit()
            && low.is_ascii_hexdigit()
        {
            out.truncate(out.len() - 3);
        }
    }
    out
}

/// `preg_replace( '/[set]+/', ' ', $text )`
fn collapse(text: &[u8], set: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut within = false;
    for &byte in text {
        let is_blank = set.contains(&byte);
        if !is_blank {
            out.push(byte);
        } else if !within {
            out.push(b' ');
        }
        within = is_blank;
    }
    out
}

/// Port of `wp_strip_all_tags()`, wp-includes/formatting.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// Cuts scripts and styles with what is in them, then all tags, then white space around the rest. With
/// `remove_breaks`, runs of white space become one space. Empty where PCRE gives up.
pub fn wp_strip_all_tags(text: &[u8], remove_breaks: bool) -> Vec<u8> {
    let without = without_scripts(text).unwrap_or_default();
    let stripped = strip_tags(&without, &[]);
    let stripped = if remove_breaks {
        collapse(&stripped, b"\r\n\t ")
    } else {
        stripped
    };
    string::trim(&stripped).to_vec()
}

/// `preg_replace( '@<(script|style)[^>]*?>.*?</\\1>@si', '', $text )`, `None` where PCRE gives up. PCRE looks through
/// all the rest for each tag that is not closed; here what was found once is remembered, so the time is linear.
fn without_scripts(text: &[u8]) -> Option<Vec<u8>> {
    let mut closing = [Closing::new(b"</script>"), Closing::new(b"</style>")];
    let mut end = 0;
    let mut out = Vec::with_capacity(text.len());
    let mut from = 0;
    let mut at = 0;
    while let Some(found) = memchr(b'<', &text[at..]) {
        let start = at + found;
        at = start + 1;
        let Some(closing) = closing
            .iter_mut()
            .find(|closing| starts_with_ignore_case(&text[at..], closing.name()))
        else {
            continue;
        };
        let named = at + closing.name().len();
        if end < named {
            let Some(found) = memchr(b'>', &text[named..]) else {
                break;
            };
            end = named + found;
        }
        let body = end + 1;
        let close = closing.next(text, body);
        if close.unwrap_or(text.len()) - body >= SCRIPT_LIMIT {
            return None;
        }
        if let Some(close) = close {
            out.extend_from_slice(&text[from..start]);
            from = close + closing.tag.len();
            at = from;
        }
    }
    out.extend_from_slice(&text[from..]);
    Some(out)
}

/// Where a closing tag comes next.
struct Closing {
    tag: &'static [u8],
    /// The next one from where was asked last; `None` if there is none any more.
    found: Option<usize>,
    asked: bool,
}

impl Closing {
    const fn new(tag: &'static [u8]) -> Self {
        Self {
            tag,
            found: None,
            asked: false,
        }
    }

    /// `script` of `</script>`
    fn name(&self) -> &'static [u8] {
        &self.tag[2..self.tag.len() - 1]
    }

    /// The first one at `from` or behind. `from` only ever grows.
    fn next(&mut self, text: &[u8], from: usize) -> Option<usize> {
        if self.asked && self.found.is_none_or(|found| found >= from) {
            return self.found;
        }
        self.asked = true;
        self.found = memchr_iter(b'<', &text[from..])
            .map(|at| from + at)
            .find(|&at| starts_with_ignore_case(&text[at..], self.tag));
        self.found
    }
}

fn starts_with_ignore_case(text: &[u8], prefix: &[u8]) -> bool {
    text.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Port of `wp_html_excerpt()`, wp-includes/formatting.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// The first `count` characters of the blog's charset, or of UTF-8 if PHP does not know it
/// (`wp_set_internal_encoding()`), without tags, without a piece of an entity at the end. If that cut anything, `more`
/// follows.
pub fn wp_html_excerpt(blog: &Blog, text: &[u8], count: usize, more: &[u8]) -> Vec<u8> {
    let text = wp_strip_all_tags(text, true);
    let cut = match mb::substr_start(&text, count, &blog.charset) {
        Ok(cut) => cut,
        Err(mb::Unknown) => mb::substr_utf8(&text, 0, count).to_vec(),
    };
    let excerpt = without_entity_at_end(&cut);
    let same = if blog.version.compares_excerpts_strictly() {
        text == excerpt
    } else {
        string::loose_equal(&text, excerpt)
    };
    if same {
        excerpt.to_vec()
    } else {
        [string::trim(excerpt), more].concat()
    }
}

/// `preg_replace( '/&[^;\s]{0,6}$/', '', $text )` on text without line breaks.
fn without_entity_at_end(text: &[u8]) -> &[u8] {
    const LONGEST: usize = 6;
    let from = text.len().saturating_sub(LONGEST + 1);
    let entity = (from..text.len()).find(|&at| {
        text[at] == b'&'
            && !text[at + 1..]
                .iter()
                .any(|&byte| byte == b';' || string::is_space(byte))
    });
    entity.map_or(text, |at| &text[..at])
}

/// Port of `seems_utf8()`, wp-includes/formatting.php: lead bytes are followed by as many trail bytes as they say, up
/// to six. Checked: 6.1.9, 6.6.7; no longer used since 6.9.
pub fn seems_utf8(text: &[u8]) -> bool {
    let mut rest = text;
    while let [lead, tail @ ..] = rest {
        let trails = match lead {
            0x00..=0x7f => 0,
            0xc0..=0xdf => 1,
            0xe0..=0xef => 2,
            0xf0..=0xf7 => 3,
            0xf8..=0xfb => 4,
            0xfc..=0xfd => 5,
            _ => return false,
        };
        let Some((bytes, after)) = tail.split_at_checked(trails) else {
            return false;
        };
        if !bytes.iter().all(|byte| byte & 0xc0 == 0x80) {
            return false;
        }
        rest = after;
    }
    true
}

/// Whether `sanitize_title_with_dashes()` takes the text for UTF-8 in this version.
pub(crate) fn title_is_utf8(version: Version, text: &[u8]) -> bool {
    if version.titles_must_be_valid_utf8() {
        std::str::from_utf8(text).is_ok()
    } else {
        seems_utf8(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_go_with_what_is_in_them() {
        let text = b"a<SCRIPT x>b</style></script >c</Script>d<style>e<stylex>f</style>g<script>h";
        assert_eq!(wp_strip_all_tags(text, false), b"adgh");
    }

    #[test]
    fn unclosed_scripts_take_linear_time() {
        let unit = [b"<style>".repeat(400), b"<script></script>".to_vec()].concat();
        let text = unit.repeat(900_000 / unit.len());
        assert_eq!(wp_strip_all_tags(&text, false), b"");
        let text = b"<script".repeat(140_000);
        assert_eq!(wp_strip_all_tags(&[&text[..], b">x"].concat(), false), b"");
    }

    #[test]
    fn endless_scripts_empty_the_text() {
        let text = |n| [&b"a<script>"[..], &b"b".repeat(n)].concat();
        assert_eq!(wp_strip_all_tags(&text(999_998), false).len(), 999_999);
        assert_eq!(wp_strip_all_tags(&text(999_999), false), b"");
    }

    #[test]
    fn percent_pairs_go_however_deep() {
        let blog = crate::wordpress::blog::Blog {
            version: Version::REFERENCE,
            charset: b"UTF-8".to_vec(),
            home: Vec::new(),
            siteurl: Vec::new(),
            tls: false,
            l10n: crate::wordpress::l10n::Translations::english(),
            use_smilies: false,
            use_balance_tags: false,
        };
        let text = [
            &b"a %"[..],
            &b"%".repeat(50_000),
            &b"41".repeat(50_001),
            b" b",
        ]
        .concat();
        assert_eq!(sanitize_text_field(&blog, &text), b"a b");
    }
}
