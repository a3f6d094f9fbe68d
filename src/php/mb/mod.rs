//! `mb_*` functions: text in one charset to another, and PHP's guess at a charset.
//!
//! Text is decoded to code points, with [`BAD`] for each thing that is none, then encoded; what is bad or has no place
//! in the target becomes `?` (`mbstring.substitute_character`).
//!
//! NOT PORTED: UTF-7 (wp-trackback.php refuses it), eucJP-win, EUC-JP-2004, SJIS-2004, SJIS-mac, ISO-2022-JP-MS,
//! ISO-2022-JP-2004, CP5022x, ISO-2022-KR, HZ, EUC-TW and the emoji charsets of Japanese mobile phones. To encode, only
//! UTF-8, ASCII, single bytes and pairs of bytes are there: what a blog may be in; CP936, CP950, CP51932 and GB18030
//! without what mbstring takes for much the same, and GB18030 without its four bytes.

mod common;
mod detect;
mod double;
mod double_tables;
mod names;
mod single_tables;
mod transfer;
mod unicode;

pub use detect::{detect, detect_strictly_utf8};

use double::{Tables, find_jisx0212, jisx0208, jisx0212};
use names::{CHARSETS, Codec, find};

/// What stands for bytes that are no character: `MBFL_BAD_INPUT`.
const BAD: u32 = u32::MAX;

/// A charset that PHP does not know, or that is not ported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsupported {
    /// PHP throws a ValueError.
    #[error("no charset of this name")]
    Unknown,
    /// PHP converts it, this port does not.
    #[error("a charset that is not ported")]
    Unported,
}

/// Port of `mb_list_encodings()`, PHP 8.2: all names in order. Many are of mixed case.
pub fn list_encodings() -> impl Iterator<Item = &'static str> {
    CHARSETS.iter().map(|charset| charset.name)
}

/// Port of `mb_convert_encoding()` with a single source charset. Names count in any case, aliases and MIME names too.
///
/// # Errors
/// [`Unsupported`], for either name. `AUTO` and lists are unknown names here: see [`detect()`].
pub fn convert_encoding(text: &[u8], to: &[u8], from: &[u8]) -> Result<Vec<u8>, Unsupported> {
    let to = find(to).ok_or(Unsupported::Unknown)?.codec;
    let from = find(from).ok_or(Unsupported::Unknown)?.codec;
    let points = decode(text, from)?;
    if matches!(
        from,
        Codec::Base64 | Codec::Uuencode | Codec::QuotedPrintable
    ) {
        // QUIRK: what comes out of these are bytes, whatever charset is asked for.
        return Ok(points
            .into_iter()
            .map(|point| u8::try_from(point).unwrap_or(b'?'))
            .collect());
    }
    encode(&points, to)
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

/// Port of `mb_strtolower($text, 'UTF-8')`: bytes that are no character become `?`.
pub fn strtolower_utf8(text: &[u8]) -> Vec<u8> {
    let mut points = Vec::new();
    unicode::utf8(text, &mut points);
    let mut out = Vec::with_capacity(text.len());
    for point in points {
        match char::from_u32(point) {
            Some(c) if is_cased_later(c) => put_utf8(point, &mut out),
            Some(c) => c
                .to_lowercase()
                .for_each(|c| put_utf8(u32::from(c), &mut out)),
            None => out.push(b'?'),
        }
    }
    out
}

/// Capital letters of Unicode 15 to 17: PHP 8.2 has Unicode 14.
const fn is_cased_later(c: char) -> bool {
    matches!(
        c,
        '\u{1C89}'
            | '\u{A7CB}'..='\u{A7CE}'
            | '\u{A7D2}'
            | '\u{A7D4}'
            | '\u{A7DA}'..='\u{A7DC}'
            | '\u{10D50}'..='\u{10D65}'
            | '\u{16EA0}'..='\u{16EB8}'
    )
}

/// Text as code points.
fn decode(text: &[u8], codec: Codec) -> Result<Vec<u32>, Unsupported> {
    let mut out = Vec::with_capacity(text.len());
    let plain = |byte: u8| u32::from(byte);
    match codec {
        Codec::Base64 => transfer::base64(text, &mut out),
        Codec::Uuencode => transfer::uuencode(text, &mut out),
        Codec::HtmlEntities => transfer::html_entities(text, &mut out),
        Codec::QuotedPrintable => transfer::quoted_printable(text, &mut out),
        Codec::EightBit => out.extend(text.iter().map(|&byte| plain(byte))),
        Codec::Ucs4(order) => unicode::ucs4(text, order, &mut out),
        Codec::Ucs2(order) => unicode::ucs2(text, order, &mut out),
        Codec::Utf32(order) => unicode::utf32(text, order, &mut out),
        Codec::Utf16(order) => unicode::utf16(text, order, &mut out),
        Codec::Utf8 => unicode::utf8(text, &mut out),
        Codec::Utf7Imap => unicode::utf7_imap(text, &mut out),
        Codec::Ascii => out.extend(text.iter().map(|&byte| match byte {
            0..0x80 => plain(byte),
            _ => BAD,
        })),
        Codec::Single(table) => {
            let upper: Vec<u32> = upper_half(table).collect();
            out.extend(text.iter().map(|&byte| match byte {
                0..0x80 => plain(byte),
                _ => upper.get(usize::from(byte - 0x80)).copied().unwrap_or(BAD),
            }));
        }
        Codec::EucJp(tables) => euc_jp(text, tables, &mut out),
        Codec::Sjis(tables) | Codec::Double(tables) => pairs(text, tables, &mut out),
        Codec::Jis => jis(text, &mut out),
        Codec::Unported => return Err(Unsupported::Unported),
    }
    Ok(out)
}

/// The code points of the bytes from 80 on, [`BAD`] where the table has U+FFFD.
fn upper_half(table: &str) -> impl Iterator<Item = u32> {
    table.chars().map(|c| match c {
        '\u{FFFD}' => BAD,
        c => u32::from(c),
    })
}

/// Code points as text.
fn encode(points: &[u32], codec: Codec) -> Result<Vec<u8>, Unsupported> {
    let mut out = Vec::with_capacity(points.len());
    match codec {
        Codec::Utf8 => points.iter().for_each(|&point| put_utf8(point, &mut out)),
        Codec::Ascii => out.extend(points.iter().map(|&point| match point {
            0..0x80 => point as u8,
            _ => b'?',
        })),
        Codec::Single(table) => {
            let upper: Vec<u32> = upper_half(table).collect();
            out.extend(points.iter().map(|&point| match point {
                0..0x80 => point as u8,
                BAD => b'?',
                _ => match upper.iter().position(|&own| own == point) {
                    Some(at) => at as u8 | 0x80,
                    None => b'?',
                },
            }));
        }
        Codec::EucJp(tables) | Codec::Sjis(tables) | Codec::Double(tables) => {
            for &point in points {
                match (point, codec) {
                    (..=0x7F, _) => out.push(point as u8),
                    // Yen and overline are where ASCII has backslash and tilde.
                    (0xA5, Codec::Sjis(Tables::Cp932)) => out.push(b'\\'),
                    (0x203E, Codec::Sjis(Tables::Cp932)) => out.push(b'~'),
                    (0xFF61..=0xFF9F, Codec::Sjis(_)) => out.push((point - 0xFEC0) as u8),
                    (0xFF61..=0xFF9F, Codec::EucJp(_)) => {
                        out.extend([0x8E, (point - 0xFEC0) as u8]);
                    }
                    _ => match tables.find(point) {
                        Some(pair) => out.extend(pair),
                        None if tables == Tables::EucJp => match find_jisx0212(point) {
                            Some([row, cell]) => out.extend([0x8F, row, cell]),
                            None => out.push(b'?'),
                        },
                        None => out.push(b'?'),
                    },
                }
            }
        }
        _ => return Err(Unsupported::Unported),
    }
    Ok(out)
}

/// A code point as UTF-8; a lone surrogate too, as mbstring does.
fn put_utf8(point: u32, out: &mut Vec<u8>) {
    let tail = |shift: u32| (point >> shift & 0x3F) as u8 | 0x80;
    match point {
        0..0x80 => out.push(point as u8),
        0x80..0x800 => out.extend([(point >> 6) as u8 | 0xC0, tail(0)]),
        0x800..0x1_0000 => out.extend([(point >> 12) as u8 | 0xE0, tail(6), tail(0)]),
        0x1_0000..0x11_0000 => {
            out.extend([(point >> 18) as u8 | 0xF0, tail(12), tail(6), tail(0)]);
        }
        _ => out.push(b'?'),
    }
}

/// Half-width katakana: a byte from A1 to DF.
const fn katakana(byte: u8) -> Option<u32> {
    match byte {
        0xA1..=0xDF => Some(0xFEC0 + byte as u32),
        _ => None,
    }
}

/// EUC-JP and CP51932; JIS X 0212 behind 8F is of the first only.
fn euc_jp(text: &[u8], tables: Tables, out: &mut Vec<u32>) {
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        let (point, length) = match (byte, rest) {
            (..=0x7F, _) => (Some(u32::from(byte)), 0),
            (0x8E, [kana, ..]) => (katakana(*kana), 1),
            (0x8F, [row @ 0xA1..=0xFE, cell @ 0xA1..=0xFE, ..]) if tables == Tables::EucJp => {
                (jisx0212(row & 0x7F, cell & 0x7F), 2)
            }
            // Too short, this one takes what is left with it.
            (0x8F, _) if tables == Tables::EucJp => (None, rest.len().min(2)),
            (_, [trail, ..]) if tables.is_lead(byte) => (tables.pair(byte, *trail), 1),
            _ => (None, 0),
        };
        out.push(point.unwrap_or(BAD));
        rest = &rest[length..];
    }
}

/// Shift_JIS and all other charsets of single bytes and pairs. A pair is taken whole even if it stands for nothing.
fn pairs(text: &[u8], tables: Tables, out: &mut Vec<u32>) {
    let kana = matches!(tables, Tables::Sjis | Tables::Cp932);
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        let (point, length) = match (byte, rest) {
            (..=0x7F, _) => (Some(u32::from(byte)), 0),
            (0xA1..=0xDF, _) if kana => (katakana(byte), 0),
            (0x81..=0x84 | 0x90..=0xE3, [b'0'..=b'9', ..]) if tables == Tables::Gb18030 => {
                gb18030(byte, rest)
            }
            (_, [trail, ..]) if tables.is_lead(byte) => (tables.pair(byte, *trail), 1),
            _ => (tables.single(byte), 0),
        };
        out.push(point.unwrap_or(BAD));
        rest = &rest[length..];
    }
}

/// Four bytes of GB18030: the code point and how many of the bytes after the first are consumed.
fn gb18030(lead: u8, rest: &[u8]) -> (Option<u32>, usize) {
    match rest {
        // The charset of 2005 moved one character here, and so has mbstring; encoding_rs has that of 2022.
        [b'5', 0xF4, b'7', ..] if lead == 0x81 => (Some(0x1E3F), 3),
        [second, third @ 0x81..=0xFE, fourth @ b'0'..=b'9', ..] => {
            let bytes = [lead, *second, *third, *fourth];
            let text = encoding_rs::GB18030
                .decode_without_bom_handling_and_without_replacement(&bytes)
                .and_then(|text| text.chars().next());
            (text.map(u32::from), 3)
        }
        [_, 0x81..=0xFE, _, ..] => (None, 3),
        [_, _, ..] => (None, 2),
        _ => (None, 1),
    }
}

/// What the bytes 21 to 7E stand for in JIS.
#[derive(Clone, Copy, PartialEq)]
enum Set {
    Ascii,
    Latin,
    Kana,
    Jisx0208,
    Jisx0212,
}

/// JIS and ISO-2022-JP, which mbstring reads alike.
fn jis(text: &[u8], out: &mut Vec<u32>) {
    let mut set = Set::Ascii;
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        let point = match (set, byte) {
            (_, 0x1B) => {
                match escape(rest) {
                    Ok((next, length)) => {
                        set = next;
                        rest = &rest[length..];
                    }
                    Err((length, swallowed)) => {
                        out.push(BAD);
                        out.extend(
                            rest[..length - swallowed]
                                .iter()
                                .map(|&byte| u32::from(byte)),
                        );
                        rest = &rest[length..];
                    }
                }
                continue;
            }
            (_, 0x0E) => {
                set = Set::Kana;
                continue;
            }
            (_, 0x0F) => {
                set = Set::Ascii;
                continue;
            }
            (Set::Latin, 0x5C) => Some(0xA5),
            (Set::Latin, 0x7E) => Some(0x203E),
            (Set::Kana, 0x21..=0x5F) => Some(0xFF40 + u32::from(byte)),
            (Set::Jisx0208 | Set::Jisx0212, 0x21..=0x7E) => match rest.split_first() {
                None => None,
                Some((&cell, tail)) => {
                    rest = tail;
                    match (cell, set) {
                        (0x21..=0x7E, Set::Jisx0208) => jisx0208(byte, cell),
                        (0x21..=0x7E, _) => jisx0212(byte, cell),
                        _ => None,
                    }
                }
            },
            (_, 0..0x80) => Some(u32::from(byte)),
            (_, _) => katakana(byte),
        };
        out.push(point.unwrap_or(BAD));
    }
}

/// An escape sequence after its ESC: the set it calls and how many bytes it is long. A broken one is how many bytes
/// are consumed, and how many of them leave no trace: the others are text, whatever the set in force.
fn escape(rest: &[u8]) -> Result<(Set, usize), (usize, usize)> {
    match rest {
        [b'$', b'@' | b'B', ..] => Ok((Set::Jisx0208, 2)),
        [b'$', b'(', b'@' | b'B', ..] => Ok((Set::Jisx0208, 3)),
        [b'$', b'(', b'D', ..] => Ok((Set::Jisx0212, 3)),
        [b'(', b'B' | b'H', ..] => Ok((Set::Ascii, 2)),
        [b'(', b'J', ..] => Ok((Set::Latin, 2)),
        [b'(', b'I', ..] => Ok((Set::Kana, 2)),
        [b'$', b'('] => Err((2, 2)),
        [b'$' | b'('] => Err((1, 1)),
        [b'$', b'(', ..] => Err((2, 0)),
        [b'$' | b'(', ..] => Err((1, 0)),
        _ => Err((0, 0)),
    }
}
