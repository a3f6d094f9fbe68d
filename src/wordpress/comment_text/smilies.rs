//! Smilies become emoji. PHP source: wp-includes/functions.php, wp-includes/formatting.php.

use std::sync::LazyLock;

use super::super::blog::Blog;
use super::super::formatting::escape::esc_html;
use super::super::formatting::url::esc_url;
use super::pattern::{Pattern, spaces};
use crate::php::preg::{Regex, Split, preg_quote};
use crate::php::string::trim;

/// `$wpsmiliestrans` of `smilies_init()`, wp-includes/functions.php (the same in 6.1 to 7.1), in descending order, as
/// `krsort()` leaves it.
const SMILIES: [(&str, &str); 43] = [
    (";-)", "\u{1F609}"),
    (";)", "\u{1F609}"),
    (":|", "\u{1F610}"),
    (":x", "\u{1F621}"),
    (":wink:", "\u{1F609}"),
    (":twisted:", "\u{1F608}"),
    (":smile:", "\u{1F642}"),
    (":shock:", "\u{1F62F}"),
    (":sad:", "\u{1F641}"),
    (":roll:", "\u{1F644}"),
    (":razz:", "\u{1F61B}"),
    (":oops:", "\u{1F633}"),
    (":o", "\u{1F62E}"),
    (":neutral:", "\u{1F610}"),
    (":mrgreen:", MRGREEN),
    (":mad:", "\u{1F621}"),
    (":lol:", "\u{1F606}"),
    (":idea:", "\u{1F4A1}"),
    (":grin:", "\u{1F600}"),
    (":evil:", "\u{1F47F}"),
    (":eek:", "\u{1F62E}"),
    (":cry:", "\u{1F625}"),
    (":cool:", "\u{1F60E}"),
    (":arrow:", "\u{27A1}"),
    (":P", "\u{1F61B}"),
    (":D", "\u{1F600}"),
    (":???:", "\u{1F615}"),
    (":?:", "\u{2753}"),
    (":?", "\u{1F615}"),
    (":-|", "\u{1F610}"),
    (":-x", "\u{1F621}"),
    (":-o", "\u{1F62E}"),
    (":-P", "\u{1F61B}"),
    (":-D", "\u{1F600}"),
    (":-?", "\u{1F615}"),
    (":-)", "\u{1F642}"),
    (":-(", "\u{1F641}"),
    (":)", "\u{1F642}"),
    (":(", "\u{1F641}"),
    (":!:", "\u{2757}"),
    ("8O", "\u{1F62F}"),
    ("8-O", "\u{1F62F}"),
    ("8-)", "\u{1F60E}"),
];

/// The picture behind `:mrgreen:`, the one smiley that is none of Unicode's.
const MRGREEN: &str = "mrgreen.png";

/// `$wp_smiliessearch` of `smilies_init()`.
static SEARCH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let before = concat!("(?<=", spaces!(), "|^)").as_bytes();
    let after = concat!("(?=", spaces!(), "|$)").as_bytes();
    let mut pattern = before.to_vec();
    let mut first = 0;
    for (smiley, _) in SMILIES {
        let (&lead, rest) = smiley.as_bytes().split_first()?;
        if lead == first {
            pattern.push(b'|');
        } else {
            if first != 0 {
                pattern.extend_from_slice(b")");
                pattern.extend_from_slice(after);
                pattern.extend_from_slice(b"|");
                pattern.extend_from_slice(before);
            }
            first = lead;
            pattern.extend(preg_quote(&[lead], Some(b'/')));
            pattern.extend_from_slice(b"(?:");
        }
        pattern.extend(preg_quote(rest, Some(b'/')));
    }
    pattern.push(b')');
    pattern.extend_from_slice(after);
    Regex::new(pattern, "m").ok()
});

static TAGS: Pattern = Pattern::new("(<[^>]*>)", "U");
static TAGS_ON_ONE_LINE: Pattern = Pattern::new("(<.*>)", "U");
static IGNORED: Pattern = Pattern::new("^<(code|pre|style|script|textarea)[^>]*>", "");

/// Port of `convert_smilies()`, wp-includes/formatting.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// HTML in and out, changed only if the blog uses smilies.
pub fn convert_smilies(blog: &Blog, text: &[u8]) -> Vec<u8> {
    let Some(search) = SEARCH.as_ref().filter(|_| blog.use_smilies) else {
        return text.to_vec();
    };
    let tags = if blog.version.splits_smilies_across_lines() {
        &TAGS
    } else {
        &TAGS_ON_ONE_LINE
    };
    let Some(pieces) = tags.split(text, Split::DELIMITERS) else {
        return text.to_vec();
    };
    let mut out = Vec::with_capacity(text.len());
    let mut ignored: Vec<u8> = Vec::new();
    for piece in pieces {
        if ignored.is_empty()
            && let Some(element) = IGNORED.first_group(piece)
        {
            ignored = element;
        }
        if ignored.is_empty() && piece.first().is_some_and(|&first| first != b'<') {
            let converted =
                search.replace_callback(piece, |found| translate_smiley(blog, found.text(0)));
            out.extend(converted.unwrap_or_default());
        } else {
            out.extend_from_slice(piece);
        }
        if !ignored.is_empty() && piece == [b"</", ignored.as_slice(), b">"].concat() {
            ignored.clear();
        }
    }
    out
}

/// Port of `translate_smiley()`, wp-includes/formatting.php.
fn translate_smiley(blog: &Blog, found: &[u8]) -> Vec<u8> {
    let smiley = trim(found);
    let Some((_, image)) = SMILIES.iter().find(|(known, _)| known.as_bytes() == smiley) else {
        return Vec::new();
    };
    if *image != MRGREEN {
        return image.as_bytes().to_vec();
    }
    let source = [
        blog.site_url(b"/wp-includes/images/smilies/").as_slice(),
        MRGREEN.as_bytes(),
    ]
    .concat();
    [
        b"<img src=\"",
        esc_url(blog.version, &source).as_slice(),
        b"\" alt=\"",
        &esc_html(blog, smiley),
        b"\" class=\"wp-smiley\" style=\"height: 1em; max-height: 1em;\" />",
    ]
    .concat()
}
