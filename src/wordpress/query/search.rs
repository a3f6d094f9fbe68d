//! The words of a search: `WP_Query::parse_search()` and `parse_search_terms()`, wp-includes/class-wp-query.php. Checked:
//! 6.1.9, 6.6.7, 6.9.7, 7.1.
//!
//! DIFFERS: words that are too common are those of English, in whatever language the blog is.

use crate::php::string::{stripslashes, trim_set};
use crate::php::url::urldecode;

/// `get_search_stopwords()`
const STOPWORDS: &[&str] = &[
    "about", "an", "are", "as", "at", "be", "by", "com", "for", "from", "how", "in", "is", "it",
    "of", "on", "or", "that", "the", "this", "to", "was", "what", "when", "where", "who", "will",
    "with", "www",
];

/// More words than this are searched as one text.
const MAX_WORDS: usize = 9;

/// The text searched for. `s` is slashed; `decodes` if it came by the path or the body.
pub(super) fn text(s: &[u8], decodes: bool) -> Vec<u8> {
    let mut text = stripslashes(s);
    if decodes {
        text = urldecode(&text);
    }
    text.retain(|byte| !matches!(byte, b'\r' | b'\n'));
    text
}

/// Its words, or itself if it has none that count, or too many.
pub(super) fn words(text: Vec<u8>) -> Vec<Vec<u8>> {
    let words: Vec<Vec<u8>> = tokens(&text)
        .into_iter()
        .filter_map(counted)
        .take(MAX_WORDS + 1)
        .collect();
    if words.is_empty() || words.len() > MAX_WORDS {
        return vec![text];
    }
    words
}

/// `preg_match_all( '/".*?("|$)|((?<=[\t ",+])|^)[^\t ",+]+/' )`
fn tokens(text: &[u8]) -> Vec<&[u8]> {
    let parts = |byte: u8| matches!(byte, b'\t' | b' ' | b'"' | b',' | b'+');
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let rest = &text[at..];
        let length = if byte == b'"' {
            memchr::memchr(b'"', &rest[1..]).map_or(rest.len(), |end| end + 2)
        } else {
            rest.iter().take_while(|byte| !parts(**byte)).count()
        };
        if length > 0 {
            found.push(&rest[..length]);
        }
        at += length.max(1);
    }
    found
}

/// A word without its quotes, if it is not too short or too common.
fn counted(token: &[u8]) -> Option<Vec<u8>> {
    let is_quoted = token.len() > 2 && token.starts_with(b"\"") && token.ends_with(b"\"");
    let word = trim_set(token, if is_quoted { b"\"'" } else { b"\"' " });
    let too_short = match word {
        b"" | b"0" => true,
        [byte] => byte.is_ascii_alphabetic() || *byte == b'-',
        _ => false,
    };
    let lower = word.to_ascii_lowercase();
    let too_common = STOPWORDS.iter().any(|known| known.as_bytes() == lower);
    (!too_short && !too_common).then(|| word.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<String> {
        let words = words(text.as_bytes().to_vec());
        words
            .into_iter()
            .map(|word| String::from_utf8(word).expect("UTF-8"))
            .collect()
    }

    #[test]
    fn texts_are_cut_into_words_that_count() {
        assert_eq!(split("the hello, +world a"), ["hello", "world"]);
        assert_eq!(split("\"the hello\" -x"), ["the hello", "-x"]);
        assert_eq!(split("say \"open end"), ["say", "open end"]);
        assert_eq!(split("the a"), ["the a"]);
        assert_eq!(split("1 2 3 4 5 6 7 8 9 10"), ["1 2 3 4 5 6 7 8 9 10"]);
        assert_eq!(split(""), [""]);
    }

    #[test]
    fn texts_of_bodies_are_decoded_once_more() {
        assert_eq!(text(b"it\\'s%20a\n", true), b"it's a");
        assert_eq!(text(b"a%20b", false), b"a%20b");
    }
}
