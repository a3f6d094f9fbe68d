//! Typographic quotes and dashes. PHP source: wp-includes/formatting.php.
//!
//! NOT PORTED: what a translation puts in place of the English marks; shortcodes a theme or plugin registers.

use super::pattern::{Pattern, spaces};
use crate::php::preg::Split;
use crate::php::string::{replace, trim};

const APOS: &[u8] = b"&#8217;";
const PRIME: &[u8] = b"&#8242;";
const DOUBLE_PRIME: &[u8] = b"&#8243;";
const OPENING_QUOTE: &[u8] = b"&#8220;";
const CLOSING_QUOTE: &[u8] = b"&#8221;";
const OPENING_SINGLE_QUOTE: &[u8] = b"&#8216;";
const CLOSING_SINGLE_QUOTE: &[u8] = b"&#8217;";

const OPEN_Q_FLAG: &[u8] = b"<!--oq-->";
const OPEN_SQ_FLAG: &[u8] = b"<!--osq-->";
const APOS_FLAG: &[u8] = b"<!--apos-->";
const PRIME_FLAG: &[u8] = b"<!--wp-prime-or-quote-->";

/// `$static_characters` and `$static_replacements`, replaced one after the other.
const STATIC: &[(&[u8], &[u8])] = &[
    (b"...", b"&#8230;"),
    (b"``", OPENING_QUOTE),
    (b"''", CLOSING_QUOTE),
    (b" (tm)", b" &#8482;"),
    (b"'tain't", b"&#8217;tain&#8217;t"),
    (b"'twere", b"&#8217;twere"),
    (b"'twas", b"&#8217;twas"),
    (b"'tis", b"&#8217;tis"),
    (b"'twill", b"&#8217;twill"),
    (b"'til", b"&#8217;til"),
    (b"'bout", b"&#8217;bout"),
    (b"'nuff", b"&#8217;nuff"),
    (b"'round", b"&#8217;round"),
    (b"'cause", b"&#8217;cause"),
    (b"'em", b"&#8217;em"),
];

/// What may follow a closing mark.
macro_rules! ending {
    () => {
        concat!(r"(?=\Z|[.,:;!?)}\-\]]|&gt;|", spaces!(), ")")
    };
}

/// `$dynamic` of the kind `apos`.
static SINGLE: [(Pattern, &[u8]); 6] = [
    (
        Pattern::new(concat!(r"'(\d\d)'", ending!()), ""),
        b"<!--apos-->$1&#8217;",
    ),
    (
        Pattern::new(concat!(r#"'(\d\d)""#, ending!()), ""),
        b"<!--apos-->$1&#8221;",
    ),
    (
        Pattern::new(r"'(?=\d\d(?:\Z|(?![%\d]|[.,]\d)))", ""),
        APOS_FLAG,
    ),
    (
        Pattern::new(concat!(r"(?<=\A|", spaces!(), r")'(\d[.,\d]*)'"), ""),
        b"<!--osq-->$1&#8217;",
    ),
    (
        Pattern::new(concat!(r#"(?<=\A|[([{"\-]|&lt;|"#, spaces!(), ")'"), ""),
        OPEN_SQ_FLAG,
    ),
    (
        Pattern::new(
            concat!(
                "(?<!",
                spaces!(),
                r#")'(?!\Z|[.,:;!?"'(){}[\]\-]|&[lg]t;|"#,
                spaces!(),
                ")"
            ),
            "",
        ),
        APOS_FLAG,
    ),
];

/// `$dynamic` of the kind `quote`.
static DOUBLE: [(Pattern, &[u8]); 2] = [
    (
        Pattern::new(concat!(r"(?<=\A|", spaces!(), r#")"(\d[.,\d]*)""#), ""),
        b"<!--oq-->$1&#8221;",
    ),
    (
        Pattern::new(
            concat!(
                r"(?<=\A|[([{\-]|&lt;|",
                spaces!(),
                r#")"(?!"#,
                spaces!(),
                ")"
            ),
            "",
        ),
        OPEN_Q_FLAG,
    ),
];

/// `$dynamic` of the kind `dash`.
static DASHES: [(Pattern, &[u8]); 4] = [
    (Pattern::new("---", ""), b"&#8212;"),
    (
        Pattern::new(concat!("(?<=^|", spaces!(), ")--(?=$|", spaces!(), ")"), ""),
        b"&#8212;",
    ),
    (Pattern::new("(?<!xn)--", ""), b"&#8211;"),
    (
        Pattern::new(concat!("(?<=^|", spaces!(), ")-(?=$|", spaces!(), ")"), ""),
        b"&#8211;",
    ),
];

/// `_get_wptexturize_split_regex()`: comments and elements.
macro_rules! html {
    () => {
        "<(?(?=!--)!(?:-(?!->)[^\\-]*+)*+(?:-->)?|[^>]*>?)"
    };
}

/// `_get_wptexturize_shortcode_regex()` of the shortcodes that WordPress itself registers.
macro_rules! shortcode {
    () => {
        concat!(
            r"\[[\/\[]?(?:wp_caption|caption|gallery|playlist|audio|video|embed)(?=[\s\]\/])",
            r"(?:[^\[\]<>]+|<[^\[\]>]*>)*+\]\]?"
        )
    };
}

static PIECES: Pattern = Pattern::new(concat!("(", html!(), "|", shortcode!(), ")"), "");
static HTML_PIECES: Pattern = Pattern::new(concat!("(", html!(), ")"), "");
static HAS_SHORTCODE: Pattern = Pattern::new(
    r"\[/?(?:wp_caption|caption|gallery|playlist|audio|video|embed)(?![^<>&/\[\]\x00-\x20=])",
    "",
);
static SHORTCODE: Pattern = Pattern::new(concat!("^", shortcode!(), "$"), "");
static LONE_AMPERSAND: Pattern = Pattern::new(r"&(?!#(?:\d+|x[a-f0-9]+);|[a-z1-4]{1,8};)", "i");
static HAS_TIMES: Pattern = Pattern::new(r"(?<=\d)x\d", "");
static TIMES: Pattern = Pattern::new(r"\b(\d(?(?<=0)[\d\.,]+|[\d\.,]*))x(\d[\d\.,]*)\b", "");

/// Port of `wptexturize()`, wp-includes/formatting.php, in English. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// HTML in and out: quotes, dashes, dots and `&` outside elements like `pre` and `code` become typographic.
pub fn wptexturize(text: &[u8]) -> Vec<u8> {
    if text == b"0" {
        return text.to_vec();
    }
    let shortcodes = HAS_SHORTCODE.is_match(text);
    let pieces = if shortcodes { &PIECES } else { &HTML_PIECES };
    let mut out = Vec::with_capacity(text.len());
    let mut stack: Vec<&[u8]> = Vec::new();
    for piece in pieces.split(text, Split::BOTH).unwrap_or_default() {
        if piece.starts_with(b"<!--") || trim(piece).is_empty() {
            out.extend_from_slice(piece);
        } else if piece.starts_with(b"<") {
            out.extend(LONE_AMPERSAND.replace(piece, b"&#038;"));
            pushpop_element(piece, &mut stack);
        } else if shortcodes && piece.starts_with(b"[") && SHORTCODE.is_match(piece) {
            // None of them is in `$default_no_texturize_shortcodes`, so no text inside is left alone.
            out.extend_from_slice(piece);
        } else if stack.is_empty() {
            out.extend(texturize_text(piece));
        } else {
            out.extend_from_slice(piece);
        }
    }
    out
}

fn texturize_text(piece: &[u8]) -> Vec<u8> {
    let mut text = piece.to_vec();
    for (from, to) in STATIC {
        text = replace(&text, from, to);
    }
    if text.contains(&b'\'') {
        text = replace_all(text, &SINGLE);
        text = wptexturize_primes(&text, &SINGLE_MARKS);
        text = replace(&text, APOS_FLAG, APOS);
        text = replace(&text, OPEN_SQ_FLAG, OPENING_SINGLE_QUOTE);
    }
    if text.contains(&b'"') {
        text = replace_all(text, &DOUBLE);
        text = wptexturize_primes(&text, &DOUBLE_MARKS);
        text = replace(&text, OPEN_Q_FLAG, OPENING_QUOTE);
    }
    if text.contains(&b'-') {
        text = replace_all(text, &DASHES);
    }
    if HAS_TIMES.is_match(&text) {
        text = TIMES.replace(&text, b"$1&#215;$2");
    }
    LONE_AMPERSAND.replace(&text, b"&#038;")
}

fn replace_all(text: Vec<u8>, patterns: &[(Pattern, &[u8])]) -> Vec<u8> {
    patterns
        .iter()
        .fold(text, |text, (pattern, with)| pattern.replace(&text, with))
}

/// The arguments of `wptexturize_primes()`, and the patterns it makes of them.
struct Marks {
    needle: u8,
    prime: &'static [u8],
    open: &'static [u8],
    close: &'static [u8],
    quote_pattern: Pattern,
    prime_pattern: Pattern,
}

static SINGLE_MARKS: Marks = Marks {
    needle: b'\'',
    prime: PRIME,
    open: OPEN_SQ_FLAG,
    close: CLOSING_SINGLE_QUOTE,
    quote_pattern: Pattern::new(concat!("'", ending!()), ""),
    prime_pattern: Pattern::new(r"(?<=\d)'", ""),
};

static DOUBLE_MARKS: Marks = Marks {
    needle: b'"',
    prime: DOUBLE_PRIME,
    open: OPEN_Q_FLAG,
    close: CLOSING_QUOTE,
    quote_pattern: Pattern::new(concat!("\"", ending!()), ""),
    prime_pattern: Pattern::new(r#"(?<=\d)""#, ""),
};

static FLAG_AFTER_DIGIT: Pattern = Pattern::new(r"(?<=\d)<!--wp-prime-or-quote-->", "");
static FLAG_NO_DIGIT: Pattern = Pattern::new(r"(?<!\d)<!--wp-prime-or-quote-->", "");

/// Port of `wptexturize_primes()`, wp-includes/formatting.php: tells primes from closing quotes.
fn wptexturize_primes(haystack: &[u8], marks: &Marks) -> Vec<u8> {
    let mut out = Vec::with_capacity(haystack.len());
    let mut rest = Some(haystack);
    let mut first = true;
    while let Some(text) = rest {
        let sentence = match memchr::memmem::find(text, marks.open) {
            Some(at) => {
                rest = text.get(at + marks.open.len()..);
                &text[..at]
            }
            None => {
                rest = None;
                text
            }
        };
        if !first {
            out.extend_from_slice(marks.open);
        }
        out.extend(primes_of_sentence(sentence, first, marks));
        first = false;
    }
    out
}

fn primes_of_sentence(sentence: &[u8], first: bool, marks: &Marks) -> Vec<u8> {
    if !sentence.contains(&marks.needle) {
        return sentence.to_vec();
    }
    let closed = memchr::memmem::find(sentence, marks.close).is_some();
    let mut sentence = if first || closed {
        let sentence = marks.prime_pattern.replace(sentence, marks.prime);
        marks.quote_pattern.replace(&sentence, marks.close)
    } else {
        let count = marks.quote_pattern.count(sentence);
        let flagged = marks.quote_pattern.replace(sentence, PRIME_FLAG);
        match count {
            0 => marks.prime_pattern.replace(&flagged, marks.prime),
            1 => {
                let sentence = replace(&flagged, PRIME_FLAG, marks.close);
                marks.prime_pattern.replace(&sentence, marks.prime)
            }
            _ => several_closing(&flagged, marks),
        }
    };
    if marks.needle == b'"' && sentence.contains(&b'"') {
        sentence = replace(&sentence, b"\"", marks.close);
    }
    sentence
}

/// Several candidates for the closing quote: all that follow no digit, else the last before a period, else the last.
fn several_closing(flagged: &[u8], marks: &Marks) -> Vec<u8> {
    let mut sentence = FLAG_NO_DIGIT.replace(flagged, marks.close);
    if FLAG_NO_DIGIT.count(flagged) == 0 {
        let before_period = [PRIME_FLAG, b"."].concat();
        let at = memchr::memmem::rfind(&sentence, &before_period)
            .or_else(|| memchr::memmem::rfind(&sentence, PRIME_FLAG));
        if let Some(at) = at {
            sentence.splice(at..at + PRIME_FLAG.len(), marks.close.iter().copied());
        }
    }
    let sentence = marks.prime_pattern.replace(&sentence, marks.prime);
    let sentence = FLAG_AFTER_DIGIT.replace(&sentence, marks.prime);
    replace(&sentence, PRIME_FLAG, marks.close)
}

/// Port of `_wptexturize_pushpop_element()`, wp-includes/formatting.php.
///
/// QUIRK: the name ends at a space only, so that `<pre\n>` opens nothing, and without a space one byte before the end.
fn pushpop_element<'a>(text: &'a [u8], stack: &mut Vec<&'a [u8]>) {
    let opening = text.get(1).is_some_and(|&byte| byte != b'/');
    if !opening && stack.is_empty() {
        return;
    }
    let start = if opening { 1 } else { 2 };
    let end = memchr::memchr(b' ', text).unwrap_or(text.len().saturating_sub(1));
    let tag = text.get(start..end).unwrap_or_default();
    if matches!(
        tag,
        b"pre" | b"code" | b"kbd" | b"style" | b"script" | b"tt"
    ) {
        if opening {
            stack.push(tag);
        } else if stack.last() == Some(&tag) {
            stack.pop();
        }
    }
}
