//! PHP's string functions: ext/standard/string.c. Bytes in, bytes out, no charset.
//!
//! Everything about numbers in strings is in [`super::number`] and re-exported here.

use memchr::memmem;

pub use super::number::{float_to_string, floatval, intval, is_numeric, loose_equal};

/// What `trim()` and its kin cut by default: space, tab, newline, return, NUL, vertical tab. Not form feed.
pub const TRIM: &[u8] = b" \n\r\t\x0b\0";

/// Port of `trim()` with its default set.
pub fn trim(text: &[u8]) -> &[u8] {
    trim_set(text, TRIM)
}

/// Port of `ltrim()` with its default set.
pub fn ltrim(text: &[u8]) -> &[u8] {
    ltrim_set(text, TRIM)
}

/// Port of `rtrim()` with its default set.
pub fn rtrim(text: &[u8]) -> &[u8] {
    rtrim_set(text, TRIM)
}

/// Port of `trim()` with the bytes of `set`; `a..b` is no range here.
pub fn trim_set<'a>(text: &'a [u8], set: &[u8]) -> &'a [u8] {
    ltrim_set(rtrim_set(text, set), set)
}

/// Port of `ltrim()` with the bytes of `set`.
pub fn ltrim_set<'a>(mut text: &'a [u8], set: &[u8]) -> &'a [u8] {
    while let [first, rest @ ..] = text
        && set.contains(first)
    {
        text = rest;
    }
    text
}

/// Port of `rtrim()` with the bytes of `set`.
pub fn rtrim_set<'a>(mut text: &'a [u8], set: &[u8]) -> &'a [u8] {
    while let [rest @ .., last] = text
        && set.contains(last)
    {
        text = rest;
    }
    text
}

/// Port of `addslashes()`: a backslash before `'`, `"` and `\`; NUL becomes `\0`.
pub fn addslashes(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        match byte {
            0 => out.extend_from_slice(b"\\0"),
            b'\'' | b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            _ => out.push(byte),
        }
    }
    out
}

/// Port of `stripslashes()`: cuts one layer of backslashes. `\0` becomes NUL, a backslash at the end is lost.
pub fn stripslashes(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.iter();
    while let Some(&byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next() {
            Some(b'0') => out.push(0),
            Some(&escaped) => out.push(escaped),
            None => {}
        }
    }
    out
}

/// Port of `str_replace()` with strings: every `needle` becomes `with`, in one pass. An empty needle changes nothing.
#[doc(alias = "str_replace")]
pub fn replace(haystack: &[u8], needle: &[u8], with: &[u8]) -> Vec<u8> {
    if needle.is_empty() {
        return haystack.to_vec();
    }
    let mut out = Vec::with_capacity(haystack.len());
    let mut from = 0;
    for at in memmem::find_iter(haystack, needle) {
        out.extend_from_slice(&haystack[from..at]);
        out.extend_from_slice(with);
        from = at + needle.len();
    }
    out.extend_from_slice(&haystack[from..]);
    out
}

/// Port of `strtr()` with an array: at each place the longest key wins, and what was put in is not looked at again.
/// Empty keys are ignored.
pub fn strtr(text: &[u8], pairs: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut pairs: Vec<_> = pairs.iter().filter(|(key, _)| !key.is_empty()).collect();
    pairs.sort_by_key(|(key, _)| std::cmp::Reverse(key.len()));
    let mut starts = [false; 256];
    for (key, _) in &pairs {
        starts[usize::from(key[0])] = true;
    }
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let hit = starts[usize::from(byte)]
            .then(|| pairs.iter().find(|(key, _)| text[at..].starts_with(key)))
            .flatten();
        match hit {
            Some((key, value)) => {
                out.extend_from_slice(value);
                at += key.len();
            }
            None => {
                out.push(byte);
                at += 1;
            }
        }
    }
    out
}

/// Port of `strpos()` from the start: the offset in bytes of the first `needle`.
pub fn strpos(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    memmem::find(haystack, needle)
}

/// Port of `stripos()` from the start: as [`strpos`], ASCII letters in either case.
pub fn stripos(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    memmem::find(&strtolower(haystack), &strtolower(needle))
}

/// Port of `strtolower()`: ASCII only, as PHP 8.2 has it.
pub fn strtolower(text: &[u8]) -> Vec<u8> {
    text.to_ascii_lowercase()
}

/// Port of `strtoupper()`: ASCII only, as PHP 8.2 has it.
pub fn strtoupper(text: &[u8]) -> Vec<u8> {
    text.to_ascii_uppercase()
}

/// Port of `strspn()`: how many bytes at the start of `text` are in `mask`.
pub fn strspn(text: &[u8], mask: &[u8]) -> usize {
    text.iter()
        .position(|byte| !mask.contains(byte))
        .unwrap_or(text.len())
}

/// Port of `strcspn()`: how many bytes at the start of `text` are not in `mask`.
pub fn strcspn(text: &[u8], mask: &[u8]) -> usize {
    // QUIRK: an empty mask holds the NUL that ends it: `strcspn( "a\0b", '' )` is 1.
    let mask = if mask.is_empty() { b"\0" } else { mask };
    text.iter()
        .position(|byte| mask.contains(byte))
        .unwrap_or(text.len())
}

/// Port of `substr()` from `start` bytes on, `length` bytes or the rest. Offsets beyond the end give an empty string.
pub fn substr(text: &[u8], start: usize, length: Option<usize>) -> &[u8] {
    let rest = text.get(start..).unwrap_or_default();
    rest.get(..length.unwrap_or(rest.len())).unwrap_or(rest)
}

/// Port of `substr()` with signs: a negative `start` counts from the end, a negative `length` leaves off that much of it.
pub fn substr_signed(text: &[u8], start: i64, length: i64) -> &[u8] {
    let whole = i64::try_from(text.len()).unwrap_or(i64::MAX);
    let start = if start < 0 {
        whole.saturating_add(start).max(0)
    } else {
        start.min(whole)
    };
    let rest = whole - start;
    let length = if length < 0 {
        rest.saturating_add(length).max(0)
    } else {
        length.min(rest)
    };
    // Both are within the text now.
    let start = usize::try_from(start).unwrap_or(0);
    let length = usize::try_from(length).unwrap_or(0);
    text.get(start..start + length).unwrap_or_default()
}

/// Whether PHP takes the string for true: all but `""` and `"0"`.
pub fn str_truthy(text: &[u8]) -> bool {
    !matches!(text, b"" | b"0")
}

/// C's `isspace()` in the C locale: space, tab, newline, vertical tab, form feed, return.
pub(crate) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trim_keeps_form_feeds() {
        assert_eq!(trim(b" \0\x0b\t a \x0c\r\n"), b"a \x0c");
    }

    #[test]
    fn slashes_come_and_go() {
        assert_eq!(addslashes(b"a'b\"c\\d\0"), b"a\\'b\\\"c\\\\d\\0");
        assert_eq!(stripslashes(&addslashes(b"a'b\"c\\d\0")), b"a'b\"c\\d\0");
        assert_eq!(stripslashes(b"end\\"), b"end");
    }

    #[test]
    fn the_longest_key_of_strtr_wins() {
        let pairs: &[(&[u8], &[u8])] = &[(b"a", b"1"), (b"ab", b"2"), (b"", b"x"), (b"1", b"9")];
        assert_eq!(strtr(b"aabab1", pairs), b"1229");
    }

    #[test]
    fn an_empty_needle_replaces_nothing() {
        assert_eq!(replace(b"abc", b"", b"x"), b"abc");
        assert_eq!(replace(b"aaa", b"aa", b"b"), b"ba");
    }
}
