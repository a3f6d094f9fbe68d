//! `mb_*` functions: text in one charset to another, and PHP's guess at a charset.
//!
//! Text is decoded to code points, with [`BAD`] for each thing that is none, then encoded; what is bad or has no place
//! in the target becomes `?` (`mbstring.substitute_character`). All charsets that PHP 8.2 names are there, both ways.

mod common;
mod decode;
mod detect;
mod encode;
mod iso2022;
mod names;
mod points;
mod single_tables;
mod tables;
mod transfer;
mod unicode;

pub use detect::{detect, detect_auto, detect_strictly_utf8};

use decode::decode;
use encode::encode;
use names::{CHARSETS, Codec, find};

/// What stands for bytes that are no character: `MBFL_BAD_INPUT`.
const BAD: u32 = u32::MAX;

/// A charset that PHP does not know: it throws a ValueError.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no charset of this name")]
pub struct Unknown;

/// Port of `mb_list_encodings()`, PHP 8.2: all names in order. Many are of mixed case.
pub fn list_encodings() -> impl Iterator<Item = &'static str> {
    CHARSETS.iter().map(|charset| charset.name)
}

/// Port of `mb_convert_encoding()` with a single source charset. Names count in any case, aliases and MIME names too.
///
/// # Errors
/// [`Unknown`], for either name. `AUTO` and lists are unknown names here: see [`detect()`].
pub fn convert_encoding(text: &[u8], to: &[u8], from: &[u8]) -> Result<Vec<u8>, Unknown> {
    let mut to = find(to).ok_or(Unknown)?;
    let mut from = find(from).ok_or(Unknown)?;
    if text.is_empty() {
        return Ok(Vec::new());
    }
    // QUIRK: what goes into these and comes out of them are bytes, whatever charset is asked for.
    let bytes = find(b"8bit").ok_or(Unknown)?;
    if matches!(to.codec, Codec::Base64 | Codec::QuotedPrintable) {
        from = bytes;
    } else if matches!(
        from.codec,
        Codec::Base64 | Codec::Uuencode | Codec::QuotedPrintable
    ) {
        to = bytes;
    }
    Ok(encode(&decode(text, from), to))
}

/// Port of `mb_check_encoding($text, 'UTF-8')`.
pub fn check_utf8(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok()
}

/// Length of the character that a byte starts, by the byte alone: mbstring's table for UTF-8.
const fn length_by_lead(lead: u8) -> usize {
    match lead {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => 1,
    }
}

/// Port of `mb_strlen($text, 'UTF-8')`: characters, counted by their first bytes.
pub fn strlen_utf8(text: &[u8]) -> usize {
    let mut at = 0;
    let mut count = 0;
    while let Some(&lead) = text.get(at) {
        at += length_by_lead(lead);
        count += 1;
    }
    count
}

/// Port of `mb_substr($text, $start, $length, 'UTF-8')` with no negative numbers: characters, counted by their first
/// bytes.
pub fn substr_utf8(text: &[u8], start: usize, length: usize) -> &[u8] {
    let skip = |text: &[u8], characters: usize| {
        let mut at = 0;
        for _ in 0..characters {
            match text.get(at) {
                Some(&lead) => at += length_by_lead(lead),
                None => break,
            }
        }
        at.min(text.len())
    };
    let rest = &text[skip(text, start)..];
    &rest[..skip(rest, length)]
}

/// Port of `mb_substr($text, 0, $length, $charset)`: the first characters, counted by their first bytes where mbstring
/// has a table of these.
///
/// # Errors
/// [`Unknown`], for the name.
pub fn substr_start(text: &[u8], length: usize, charset: &[u8]) -> Result<Vec<u8>, Unknown> {
    let charset = find(charset).ok_or(Unknown)?;
    let Some(width) = charset.widths() else {
        let mut points = points::Points::with_capacity(length);
        for &point in decode(text, charset).all().iter().take(length) {
            points.put(Some(point));
        }
        return Ok(encode(&points, charset));
    };
    let mut end = 0;
    for _ in 0..length {
        let Some(&lead) = text.get(end) else {
            break;
        };
        end += width(lead);
    }
    Ok(text[..end.min(text.len())].to_vec())
}
