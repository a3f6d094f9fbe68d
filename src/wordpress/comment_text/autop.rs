//! Paragraphs. PHP source: wp-includes/formatting.php.

use super::super::version::Version;
use super::pattern::Pattern;
use crate::php::preg::Split;
use crate::php::string::{replace, trim, trim_set};

/// `$allblocks`
macro_rules! blocks {
    () => {
        concat!(
            "(?:table|thead|tfoot|caption|col|colgroup|tbody|tr|td|th|div|dl|dd|dt|ul|ol|li|pre|form|map|area|",
            "blockquote|address|style|p|h[1-6]|hr|fieldset|legend|section|article|aside|hgroup|header|footer|nav|",
            "figure|figcaption|details|menu|summary)"
        )
    };
}

/// `$allblocks` before 6.2.
macro_rules! blocks_with_math {
    () => {
        concat!(
            "(?:table|thead|tfoot|caption|col|colgroup|tbody|tr|td|th|div|dl|dd|dt|ul|ol|li|pre|form|map|area|",
            "blockquote|address|math|style|p|h[1-6]|hr|fieldset|legend|section|article|aside|hgroup|header|footer|nav|",
            "figure|figcaption|details|menu|summary)"
        )
    };
}

/// The patterns that speak of blocks, and of elements whose newlines stay.
struct Blocks {
    opening: Pattern,
    closing: Pattern,
    wrapped: Pattern,
    after_p: Pattern,
    before_p: Pattern,
    before_br: Pattern,
    preserved: Pattern,
}

macro_rules! patterns {
    ($blocks:ident, $preserved:literal) => {
        Blocks {
            opening: Pattern::new(concat!("(<", $blocks!(), r"[\s/>])"), ""),
            closing: Pattern::new(concat!("(</", $blocks!(), ">)"), ""),
            wrapped: Pattern::new(concat!(r"<p>\s*(</?", $blocks!(), r"[^>]*>)\s*</p>"), ""),
            after_p: Pattern::new(concat!(r"<p>\s*(</?", $blocks!(), "[^>]*>)"), ""),
            before_p: Pattern::new(concat!("(</?", $blocks!(), r"[^>]*>)\s*</p>"), ""),
            before_br: Pattern::new(concat!("(</?", $blocks!(), r"[^>]*>)\s*<br />"), ""),
            preserved: Pattern::new(concat!("<(", $preserved, r").*?<\/\1>"), "s"),
        }
    };
}

static BLOCKS: Blocks = patterns!(blocks, "script|style|svg|math");
static BLOCKS_WITH_MATH: Blocks = patterns!(blocks_with_math, "script|style|svg");

static TWO_BREAKS: Pattern = Pattern::new(r"<br\s*/?>\s*<br\s*/?>", "");
static HR: Pattern = Pattern::new(r"(<hr\s*?/?>)", "");
static OPTION_START: Pattern = Pattern::new(r"\s*<option", "");
static OPTION_END: Pattern = Pattern::new(r"</option>\s*", "");
static OBJECT_START: Pattern = Pattern::new(r"(<object[^>]*>)\s*", "");
static OBJECT_END: Pattern = Pattern::new(r"\s*</object>", "");
static PARAM: Pattern = Pattern::new(r"\s*(</?(?:param|embed)[^>]*>)\s*", "");
static MEDIA_START: Pattern = Pattern::new(r"([<\[](?:audio|video)[^>\]]*[>\]])\s*", "");
static MEDIA_END: Pattern = Pattern::new(r"\s*([<\[]/(?:audio|video)[>\]])", "");
static SOURCE: Pattern = Pattern::new(r"\s*(<(?:source|track)[^>]*>)\s*", "");
static FIGCAPTION_START: Pattern = Pattern::new(r"\s*(<figcaption[^>]*>)", "");
static FIGCAPTION_END: Pattern = Pattern::new(r"</figcaption>\s*", "");
static NEWLINES: Pattern = Pattern::new("\n\n+", "");
static PARAGRAPHS: Pattern = Pattern::new(r"\n\s*\n", "");
static BLANK_P: Pattern = Pattern::new(r"<p>\s*</p>", "");
static UNCLOSED_P: Pattern = Pattern::new("<p>([^<]+)</(div|address|form)>", "");
static WRAPPED_LI: Pattern = Pattern::new("<p>(<li.+?)</p>", "");
static WRAPPED_BLOCKQUOTE: Pattern = Pattern::new("<p><blockquote([^>]*)>", "i");
static NEWLINE_WITHOUT_BREAK: Pattern = Pattern::new(r"(?<!<br />)\s*\n", "");
static BREAK_BEFORE_BLOCK: Pattern = Pattern::new(
    r"<br />(\s*</?(?:p|li|div|dl|dd|dt|th|pre|td|ul|ol)[^>]*>)",
    "",
);
static NEWLINE_BEFORE_END: Pattern = Pattern::new("\n</p>$", "");
/// `get_html_split_regex()`
static ELEMENTS: Pattern = Pattern::new(
    concat!(
        r"(<(?(?=!--|!\[CDATA\[)",
        r"(?(?=!-)!(?:-(?!->)[^\-]*+)*+(?:-->)?|!\[CDATA\[[^\]]*+(?:](?!]>)[^\]]*+)*+(?:]]>)?)",
        "|[^>]*>?))"
    ),
    "",
);

/// Port of `wpautop()`, wp-includes/formatting.php, with `$br`. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// HTML in and out: blank lines make paragraphs, other newlines `<br />`.
pub fn wpautop(version: Version, text: &[u8]) -> Vec<u8> {
    if trim(text).is_empty() {
        return Vec::new();
    }
    let blocks = if version.keeps_newlines_in_math() {
        &BLOCKS
    } else {
        &BLOCKS_WITH_MATH
    };
    let (text, pre_tags) = take_pre_tags([text, b"\n"].concat());
    let text = collapse_breaks(blocks, &text);
    let text = wrap_paragraphs(&text);
    let text = unwrap_blocks(blocks, &text);
    let text = break_lines(blocks, &text);
    let text = pre_tags
        .iter()
        .fold(text, |text, (name, pre)| replace(&text, name, pre));
    let text = replace(&text, b" <!-- wpnl --> ", b"\n");
    replace(&text, b"<!-- wpnl -->", b"\n")
}

/// Whether `needle` is in `text`.
fn has(text: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(text, needle).is_some()
}

/// A placeholder and what it stands for.
type Placeholder = (Vec<u8>, Vec<u8>);

/// Puts placeholders in the place of `pre` elements. Gives the text and the placeholders.
fn take_pre_tags(text: Vec<u8>) -> (Vec<u8>, Vec<Placeholder>) {
    let mut tags = Vec::new();
    if !has(&text, b"<pre") {
        return (text, tags);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_slice();
    while let Some(at) = memchr::memmem::find(rest, b"</pre>") {
        let (part, after) = (&rest[..at], &rest[at + 6..]);
        rest = after;
        // QUIRK: an end tag without its start is lost.
        let Some(start) = memchr::memmem::find(part, b"<pre") else {
            out.extend_from_slice(part);
            continue;
        };
        let name = format!("<pre wp-pre-tag-{}></pre>", tags.len()).into_bytes();
        out.extend_from_slice(&part[..start]);
        out.extend_from_slice(&name);
        tags.push((name, [&part[start..], b"</pre>"].concat()));
    }
    out.extend_from_slice(rest);
    (out, tags)
}

/// Brings line breaks into the shape that paragraphs are cut by.
fn collapse_breaks(blocks: &Blocks, text: &[u8]) -> Vec<u8> {
    let mut text = TWO_BREAKS.replace(text, b"\n\n");
    text = blocks.opening.replace(&text, b"\n\n$1");
    text = blocks.closing.replace(&text, b"$1\n\n");
    text = HR.replace(&text, b"$1\n\n");
    text = replace(&replace(&text, b"\r\n", b"\n"), b"\r", b"\n");
    text = mark_newlines_in_elements(&text);
    if has(&text, b"<option") {
        text = OPTION_START.replace(&text, b"<option");
        text = OPTION_END.replace(&text, b"</option>");
    }
    if has(&text, b"</object>") {
        text = OBJECT_START.replace(&text, b"$1");
        text = OBJECT_END.replace(&text, b"</object>");
        text = PARAM.replace(&text, b"$1");
    }
    if has(&text, b"<source") || has(&text, b"<track") {
        text = MEDIA_START.replace(&text, b"$1");
        text = MEDIA_END.replace(&text, b"$1");
        text = SOURCE.replace(&text, b"$1");
    }
    if has(&text, b"<figcaption") {
        text = FIGCAPTION_START.replace(&text, b"$1");
        text = FIGCAPTION_END.replace(&text, b"</figcaption>");
    }
    NEWLINES.replace(&text, b"\n\n")
}

/// `wp_replace_in_html_tags( $text, array( "\n" => ' <!-- wpnl --> ' ) )`
fn mark_newlines_in_elements(text: &[u8]) -> Vec<u8> {
    let Some(pieces) = ELEMENTS.split(text, Split::DELIMITERS) else {
        return text.to_vec();
    };
    let mut out = Vec::with_capacity(text.len());
    for (at, piece) in pieces.into_iter().enumerate() {
        if at % 2 == 1 {
            out.extend(replace(piece, b"\n", b" <!-- wpnl --> "));
        } else {
            out.extend_from_slice(piece);
        }
    }
    out
}

fn wrap_paragraphs(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for paragraph in PARAGRAPHS.split(text, Split::NO_EMPTY).unwrap_or_default() {
        out.extend_from_slice(b"<p>");
        out.extend_from_slice(trim_set(paragraph, b"\n"));
        out.extend_from_slice(b"</p>\n");
    }
    out
}

/// Takes paragraphs off blocks.
fn unwrap_blocks(blocks: &Blocks, text: &[u8]) -> Vec<u8> {
    let mut text = BLANK_P.replace(text, b"");
    text = UNCLOSED_P.replace(&text, b"<p>$1</p></$2>");
    text = blocks.wrapped.replace(&text, b"$1");
    text = WRAPPED_LI.replace(&text, b"$1");
    text = WRAPPED_BLOCKQUOTE.replace(&text, b"<blockquote$1><p>");
    text = replace(&text, b"</blockquote></p>", b"</p></blockquote>");
    text = blocks.after_p.replace(&text, b"$1");
    blocks.before_p.replace(&text, b"$1")
}

fn break_lines(blocks: &Blocks, text: &[u8]) -> Vec<u8> {
    let mut text = blocks.preserved.replace_callback(text, |found| {
        replace(found.text(0), b"\n", b"<WPPreserveNewline />")
    });
    text = replace(&text, b"<br>", b"<br />");
    text = replace(&text, b"<br/>", b"<br />");
    text = NEWLINE_WITHOUT_BREAK.replace(&text, b"<br />\n");
    text = replace(&text, b"<WPPreserveNewline />", b"\n");
    text = blocks.before_br.replace(&text, b"$1");
    text = BREAK_BEFORE_BLOCK.replace(&text, b"$1");
    NEWLINE_BEFORE_END.replace(&text, b"</p>")
}
