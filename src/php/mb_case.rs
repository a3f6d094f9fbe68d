//! `mb_strtolower()` for UTF-8: ext/mbstring/php_unicode.c.

/// Port of `mb_strtolower( $text, 'UTF-8' )`. Bytes that are no UTF-8 become `?`, one for each longest piece that
/// could have begun a character.
///
/// Full case mapping, character by character: `İ` becomes two characters, and a final `Σ` becomes `σ`, as PHP 8.2 has
/// no final form. Letters that came to Unicode after version 14, PHP 8.2's, stay.
pub fn strtolower_utf8(text: &[u8]) -> Vec<u8> {
    let mut out = String::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        for c in chunk.valid().chars() {
            if is_younger(c) {
                out.push(c);
            } else {
                out.extend(c.to_lowercase());
            }
        }
        if !chunk.invalid().is_empty() {
            out.push('?');
        }
    }
    out.into_bytes()
}

/// Capitals of Unicode 15 to 17: those that `char::to_lowercase()` changes and PHP 8.2 does not.
const fn is_younger(c: char) -> bool {
    matches!(
        c,
        '\u{1c89}'
            | '\u{a7cb}'
            | '\u{a7cc}'
            | '\u{a7ce}'
            | '\u{a7d2}'
            | '\u{a7d4}'
            | '\u{a7da}'
            | '\u{a7dc}'
            | '\u{10d50}'..='\u{10d65}'
            | '\u{16ea0}'..='\u{16eb8}'
    )
}
