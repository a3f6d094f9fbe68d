//! Character references as kses wants them. PHP source: wp-includes/kses.php.
//!
//! Text is unslashed bytes of any charset; only ASCII is looked at.

use memchr::memmem;

use super::super::version::Version;
use super::names::{XML_ENTITIES, code_point};
use super::scan::span;
use crate::php::string::replace;

/// Where normalised text goes: XML knows five names only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// Named references of HTML stay.
    Html,
    /// Named references other than the five of XML become characters (UTF-8).
    Xml,
}

/// Port of `wp_kses_normalize_entities()`, wp-includes/kses.php, context `html`. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// Every `&` that does not begin a known or valid character reference becomes `&amp;`.
pub fn wp_kses_normalize_entities(version: Version, text: &[u8]) -> Vec<u8> {
    normalize(version, text, Context::Html)
}

/// Port of `wp_kses_normalize_entities()`, wp-includes/kses.php, in either context. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub fn wp_kses_normalize_entities_in(version: Version, text: &[u8], context: Context) -> Vec<u8> {
    normalize(version, text, context)
}

fn normalize(version: Version, text: &[u8], context: Context) -> Vec<u8> {
    if !text.contains(&b'&') {
        return text.to_vec();
    }
    let named = |text: &[u8]| match context {
        Context::Html => each_reference(text, b"&amp;", wp_kses_named_entities),
        Context::Xml => each_reference(text, b"&amp;", wp_kses_xml_named_entities),
    };
    let mut text = replace(text, b"&", b"&amp;");
    // QUIRK: before 6.9 names went first, so that the `&amp;` of `&amp;#8217;` was undone twice and gave `&#8217;`.
    if !version.normalizes_numeric_references_first() {
        text = named(&text);
    }
    let zero = !version.refuses_zero_references();
    text = each_reference(&text, b"&amp;#", |rest, out| {
        wp_kses_normalize_entities2(rest, out, zero)
    });
    text = each_reference(&text, b"&amp;#", |rest, out| {
        wp_kses_normalize_entities3(rest, out, zero)
    });
    if version.normalizes_numeric_references_first() {
        text = named(&text);
    }
    text
}

/// Hands what follows each `opener` to `decide`, which writes the reference's replacement and says how many bytes it
/// took; `None` leaves the opener as it is.
fn each_reference(
    text: &[u8],
    opener: &[u8],
    decide: impl Fn(&[u8], &mut Vec<u8>) -> Option<usize>,
) -> Vec<u8> {
    let finder = memmem::Finder::new(opener);
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = finder.find(rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at + opener.len()..];
        match decide(rest, &mut out) {
            Some(taken) => rest = &rest[taken..],
            None => out.extend_from_slice(opener),
        }
    }
    out.extend_from_slice(rest);
    out
}

/// The name in `[A-Za-z]{2,8}[0-9]{0,2};` at the start of `rest`.
fn name(rest: &[u8]) -> Option<&[u8]> {
    let letters = span(rest, |b| b.is_ascii_alphabetic());
    let digits = span(&rest[letters..], |b| b.is_ascii_digit());
    let end = letters + digits;
    ((2..=8).contains(&letters) && digits <= 2 && rest.get(end) == Some(&b';'))
        .then(|| &rest[..end])
}

/// Port of `wp_kses_named_entities()`, wp-includes/kses.php.
fn wp_kses_named_entities(rest: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let name = name(rest).filter(|name| code_point(name).is_some())?;
    out.push(b'&');
    out.extend_from_slice(name);
    out.push(b';');
    Some(name.len() + 1)
}

/// Port of `wp_kses_xml_named_entities()`, wp-includes/kses.php.
fn wp_kses_xml_named_entities(rest: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let name = name(rest)?;
    let code = code_point(name)?;
    if XML_ENTITIES.iter().any(|known| known.as_bytes() == name) {
        out.push(b'&');
        out.extend_from_slice(name);
        out.push(b';');
    } else {
        push_utf8(out, code);
    }
    Some(name.len() + 1)
}

/// The digits in `0*[1-9][0-9]{0,most - 1};` (of any base) at the start of `rest`, and how many of them are leading
/// zeros. With `zero`, nothing but zeros is accepted too.
fn digits(
    rest: &[u8],
    class: impl Fn(u8) -> bool,
    most: usize,
    zero: bool,
) -> Option<(&[u8], usize)> {
    let length = span(rest, class);
    let digits = &rest[..length];
    let zeros = span(digits, |b| b == b'0');
    let significant = length - zeros;
    let accepted = significant <= most && (significant > 0 || (zero && length > 0));
    (accepted && rest.get(length) == Some(&b';')).then_some((digits, zeros))
}

/// Port of `wp_kses_normalize_entities2()`, wp-includes/kses.php: decimal references.
fn wp_kses_normalize_entities2(rest: &[u8], out: &mut Vec<u8>, zero: bool) -> Option<usize> {
    let (digits, zeros) = digits(rest, |b| b.is_ascii_digit(), 7, zero)?;
    // QUIRK: the captured `0` is empty in PHP's eyes, so that `&#0;` vanished while `&#00;` stayed.
    if digits != b"0" {
        let code = number(&digits[zeros..], 10);
        if !valid_unicode(code) {
            return None;
        }
        let shown = &digits[zeros..];
        out.extend_from_slice(b"&#");
        out.extend(std::iter::repeat_n(
            b'0',
            3_usize.saturating_sub(shown.len()),
        ));
        out.extend_from_slice(shown);
        out.push(b';');
    }
    Some(digits.len() + 1)
}

/// Port of `wp_kses_normalize_entities3()`, wp-includes/kses.php: hexadecimal references.
fn wp_kses_normalize_entities3(rest: &[u8], out: &mut Vec<u8>, zero: bool) -> Option<usize> {
    let (b'x' | b'X', hex) = rest.split_first()? else {
        return None;
    };
    let (digits, zeros) = digits(hex, |b| b.is_ascii_hexdigit(), 6, zero)?;
    if digits != b"0" {
        if valid_unicode(number(&digits[zeros..], 16)) {
            out.extend_from_slice(b"&#x");
            out.extend_from_slice(&digits[zeros..]);
        } else {
            out.extend_from_slice(b"&amp;#x");
            out.extend_from_slice(digits);
        }
        out.push(b';');
    }
    Some(digits.len() + 2)
}

/// Digits as a number; what does not fit is the greatest there is, which no caller takes for a character.
fn number(digits: &[u8], base: u32) -> u32 {
    digits.iter().fold(0, |sum: u32, &digit| {
        let value = char::from(digit).to_digit(base).unwrap_or(0);
        sum.saturating_mul(base).saturating_add(value)
    })
}

/// Port of `valid_unicode()`, wp-includes/kses.php: a character of XML 1.0. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub fn valid_unicode(code: u32) -> bool {
    matches!(code, 0x9 | 0xA | 0xD | 0x20..=0xD7FF | 0xE000..=0xFFFD | 0x10000..=0x10FFFF)
}

/// Port of `wp_kses_decode_entities()`, wp-includes/kses.php: numeric references become the one byte `chr()` makes of
/// them. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// DIFFERS: a number beyond PHP's integers is a TypeError in `chr()`, so that WordPress dies with a 500 on
/// `&#99999999999999999999;:x`. Here the reference stays as it is, and no scheme is allowed with it.
pub fn wp_kses_decode_entities(text: &[u8]) -> Vec<u8> {
    if !text.contains(&b'&') {
        return text.to_vec();
    }
    let decimal = each_reference(text, b"&#", |rest, out| {
        let length = span(rest, |b| b.is_ascii_digit());
        decode_chr(&rest[..length], 10, rest, out)
    });
    each_reference(&decimal, b"&#", |rest, out| {
        let (b'x' | b'X', hex) = rest.split_first()? else {
            return None;
        };
        let length = span(hex, |b| b.is_ascii_hexdigit());
        decode_chr(&hex[..length], 16, hex, out).map(|taken| taken + 1)
    })
}

/// `chr()` of `digits`, which `rest` begins with, when a semicolon closes them.
fn decode_chr(digits: &[u8], base: u32, rest: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    if digits.is_empty() || rest.get(digits.len()) != Some(&b';') {
        return None;
    }
    let code = digits.iter().try_fold(0_i64, |sum, &digit| {
        let value = i64::from(char::from(digit).to_digit(base).unwrap_or(0));
        sum.checked_mul(i64::from(base))?.checked_add(value)
    })?;
    // chr() takes the number modulo 256; the mask makes the conversion exact.
    out.push((code & 0xFF) as u8);
    Some(digits.len() + 1)
}

/// Appends a character; surrogates and numbers beyond Unicode become U+FFFD.
pub(crate) fn push_utf8(out: &mut Vec<u8>, code: u32) {
    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}
