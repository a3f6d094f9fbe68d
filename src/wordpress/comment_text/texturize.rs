//! Typographic quotes and dashes. PHP source: wp-includes/formatting.php.
//!
//! NOT PORTED: shortcodes a theme or plugin registers.

use super::pattern::{Pattern, spaces};
use crate::php::preg::Split;
use crate::php::string::{replace, str_truthy, trim};
use crate::wordpress::l10n::{Message, Translations};

/// The marks of a language. Bytes as its translation has them, `$1` and the like included, which PHP takes for groups where
/// they replace a pattern.
struct Marks<'a> {
    apos: &'a [u8],
    prime: &'a [u8],
    double_prime: &'a [u8],
    opening_quote: &'a [u8],
    closing_quote: &'a [u8],
    opening_single_quote: &'a [u8],
    closing_single_quote: &'a [u8],
    en_dash: &'a [u8],
    em_dash: &'a [u8],
    /// `$static_characters` and `$static_replacements`, replaced one after the other.
    fixed: Vec<(&'a [u8], &'a [u8])>,
}

impl<'a> Marks<'a> {
    fn of(l10n: &'a Translations) -> Self {
        let opening_quote = l10n.translate(Message::OpeningQuote);
        let closing_quote = l10n.translate(Message::ClosingQuote);
        let mut fixed: Vec<(&[u8], &[u8])> = vec![
            (b"...", b"&#8230;"),
            (b"``", opening_quote),
            (b"''", closing_quote),
            (b" (tm)", b" &#8482;"),
        ];
        // Both are as long as the language likes: what has no replacement is taken out.
        let words = l10n.translate(Message::Cockney).split(|byte| *byte == b',');
        let mut becoming = l10n
            .translate(Message::CockneyReplacements)
            .split(|byte| *byte == b',');
        fixed.extend(
            words
                .take(MOST_WORDS)
                .map(|word| (word, becoming.next().unwrap_or_default())),
        );
        Self {
            apos: l10n.translate(Message::Apostrophe),
            prime: l10n.translate(Message::Prime),
            double_prime: l10n.translate(Message::DoublePrime),
            opening_quote,
            closing_quote,
            opening_single_quote: l10n.translate(Message::OpeningSingleQuote),
            closing_single_quote: l10n.translate(Message::ClosingSingleQuote),
            en_dash: l10n.translate(Message::EnDash),
            em_dash: l10n.translate(Message::EmDash),
            fixed,
        }
    }
}

/// Words of a translation that are looked for; English has eleven.
const MOST_WORDS: usize = 256;

const OPEN_Q_FLAG: &[u8] = b"<!--oq-->";
const OPEN_SQ_FLAG: &[u8] = b"<!--osq-->";
const APOS_FLAG: &[u8] = b"<!--apos-->";
const PRIME_FLAG: &[u8] = b"<!--wp-prime-or-quote-->";

/// What may follow a closing mark.
macro_rules! ending {
    () => {
        concat!(r"(?=\Z|[.,:;!?)}\-\]]|&gt;|", spaces!(), ")")
    };
}

/// `'99'` at the end of a quotation.
static YEAR_SINGLE: Pattern = Pattern::new(concat!(r"'(\d\d)'", ending!()), "");
static YEAR_DOUBLE: Pattern = Pattern::new(concat!(r#"'(\d\d)""#, ending!()), "");
static YEAR: Pattern = Pattern::new(r"'(?=\d\d(?:\Z|(?![%\d]|[.,]\d)))", "");
static NUMBER_SINGLE: Pattern = Pattern::new(concat!(r"(?<=\A|", spaces!(), r")'(\d[.,\d]*)'"), "");
static OPENING_SINGLE: Pattern =
    Pattern::new(concat!(r#"(?<=\A|[([{"\-]|&lt;|"#, spaces!(), ")'"), "");
static APOSTROPHE: Pattern = Pattern::new(
    concat!(
        "(?<!",
        spaces!(),
        r#")'(?!\Z|[.,:;!?"'(){}[\]\-]|&[lg]t;|"#,
        spaces!(),
        ")"
    ),
    "",
);
static NUMBER_DOUBLE: Pattern =
    Pattern::new(concat!(r"(?<=\A|", spaces!(), r#")"(\d[.,\d]*)""#), "");
static OPENING_DOUBLE: Pattern = Pattern::new(
    concat!(
        r"(?<=\A|[([{\-]|&lt;|",
        spaces!(),
        r#")"(?!"#,
        spaces!(),
        ")"
    ),
    "",
);
static EM_DASH: Pattern = Pattern::new("---", "");
static LONE_DASHES: Pattern =
    Pattern::new(concat!("(?<=^|", spaces!(), ")--(?=$|", spaces!(), ")"), "");
static DASHES: Pattern = Pattern::new("(?<!xn)--", "");
static LONE_DASH: Pattern =
    Pattern::new(concat!("(?<=^|", spaces!(), ")-(?=$|", spaces!(), ")"), "");

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

/// Port of `wptexturize()`, wp-includes/formatting.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// HTML in and out: quotes, dashes, dots and `&` outside elements like `pre` and `code` become typographic, with the
/// marks of the language.
pub fn wptexturize(l10n: &Translations, text: &[u8]) -> Vec<u8> {
    if !str_truthy(text) {
        return text.to_vec();
    }
    let marks = Marks::of(l10n);
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
            out.extend(texturize_text(piece, &marks));
        } else {
            out.extend_from_slice(piece);
        }
    }
    out
}

fn texturize_text(piece: &[u8], marks: &Marks<'_>) -> Vec<u8> {
    let mut text = piece.to_vec();
    for (from, to) in &marks.fixed {
        text = replace(&text, from, to);
    }
    if text.contains(&b'\'') {
        text = dynamic_apos(text, marks);
        text = wptexturize_primes(&text, &Primes::single(marks));
        text = replace(&text, APOS_FLAG, marks.apos);
        text = replace(&text, OPEN_SQ_FLAG, marks.opening_single_quote);
    }
    if text.contains(&b'"') {
        text = dynamic_quote(text, marks);
        text = wptexturize_primes(&text, &Primes::double(marks));
        text = replace(&text, OPEN_Q_FLAG, marks.opening_quote);
    }
    if text.contains(&b'-') {
        for (pattern, dash) in [
            (&EM_DASH, marks.em_dash),
            (&LONE_DASHES, marks.em_dash),
            (&DASHES, marks.en_dash),
            (&LONE_DASH, marks.en_dash),
        ] {
            text = pattern.replace(&text, dash);
        }
    }
    if HAS_TIMES.is_match(&text) {
        text = TIMES.replace(&text, b"$1&#215;$2");
    }
    LONE_AMPERSAND.replace(&text, b"&#038;")
}

/// `$dynamic` of the kind `apos`: rules for marks that the language leaves straight are not there.
fn dynamic_apos(mut text: Vec<u8>, marks: &Marks<'_>) -> Vec<u8> {
    let curly = |mark: &[u8]| mark != b"'";
    if curly(marks.apos) || curly(marks.closing_single_quote) {
        let with = [APOS_FLAG, b"$1", marks.closing_single_quote].concat();
        text = YEAR_SINGLE.replace(&text, &with);
    }
    if curly(marks.apos) || marks.closing_quote != b"\"" {
        let with = [APOS_FLAG, b"$1", marks.closing_quote].concat();
        text = YEAR_DOUBLE.replace(&text, &with);
    }
    if curly(marks.apos) {
        text = YEAR.replace(&text, APOS_FLAG);
    }
    if curly(marks.opening_single_quote) && curly(marks.closing_single_quote) {
        let with = [OPEN_SQ_FLAG, b"$1", marks.closing_single_quote].concat();
        text = NUMBER_SINGLE.replace(&text, &with);
    }
    if curly(marks.opening_single_quote) {
        text = OPENING_SINGLE.replace(&text, OPEN_SQ_FLAG);
    }
    if curly(marks.apos) {
        text = APOSTROPHE.replace(&text, APOS_FLAG);
    }
    text
}

/// `$dynamic` of the kind `quote`.
fn dynamic_quote(mut text: Vec<u8>, marks: &Marks<'_>) -> Vec<u8> {
    let curly = |mark: &[u8]| mark != b"\"";
    if curly(marks.opening_quote) && curly(marks.closing_quote) {
        let with = [OPEN_Q_FLAG, b"$1", marks.closing_quote].concat();
        text = NUMBER_DOUBLE.replace(&text, &with);
    }
    if curly(marks.opening_quote) {
        text = OPENING_DOUBLE.replace(&text, OPEN_Q_FLAG);
    }
    text
}

/// The arguments of `wptexturize_primes()`, and the patterns it makes of them.
struct Primes<'a> {
    needle: u8,
    prime: &'a [u8],
    open: &'static [u8],
    close: &'a [u8],
    quote_pattern: &'static Pattern,
    prime_pattern: &'static Pattern,
}

static SINGLE_QUOTE: Pattern = Pattern::new(concat!("'", ending!()), "");
static SINGLE_PRIME: Pattern = Pattern::new(r"(?<=\d)'", "");
static DOUBLE_QUOTE: Pattern = Pattern::new(concat!("\"", ending!()), "");
static DOUBLE_PRIME: Pattern = Pattern::new(r#"(?<=\d)""#, "");

impl<'a> Primes<'a> {
    const fn single(marks: &Marks<'a>) -> Self {
        Self {
            needle: b'\'',
            prime: marks.prime,
            open: OPEN_SQ_FLAG,
            close: marks.closing_single_quote,
            quote_pattern: &SINGLE_QUOTE,
            prime_pattern: &SINGLE_PRIME,
        }
    }

    const fn double(marks: &Marks<'a>) -> Self {
        Self {
            needle: b'"',
            prime: marks.double_prime,
            open: OPEN_Q_FLAG,
            close: marks.closing_quote,
            quote_pattern: &DOUBLE_QUOTE,
            prime_pattern: &DOUBLE_PRIME,
        }
    }
}

static FLAG_AFTER_DIGIT: Pattern = Pattern::new(r"(?<=\d)<!--wp-prime-or-quote-->", "");
static FLAG_NO_DIGIT: Pattern = Pattern::new(r"(?<!\d)<!--wp-prime-or-quote-->", "");

/// Port of `wptexturize_primes()`, wp-includes/formatting.php: tells primes from closing quotes.
fn wptexturize_primes(haystack: &[u8], marks: &Primes<'_>) -> Vec<u8> {
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

fn primes_of_sentence(sentence: &[u8], first: bool, marks: &Primes<'_>) -> Vec<u8> {
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
fn several_closing(flagged: &[u8], marks: &Primes<'_>) -> Vec<u8> {
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
