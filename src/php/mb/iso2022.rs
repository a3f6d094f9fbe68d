//! The charsets in which escape sequences say what the bytes after them stand for: ISO-2022 and its kin, and HZ.

use super::BAD;
use super::decode::put;
use super::points::Points;
use super::tables::{Map, decoding, encoding, pairs};

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variant {
    Jis,
    Iso2022Jp,
    Iso2022JpMs,
    Iso2022Jp2004,
    Iso2022JpKddi,
    Cp50220,
    Cp50221,
    Cp50222,
    Hz,
    Iso2022Kr,
}

/// What the bytes 21 to 7E stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Set {
    Ascii,
    /// JIS X 0201's Latin letters.
    Latin,
    Kana,
    /// JIS X 0208, or what stands for it; also GB 2312 and KS X 1001.
    Kanji,
    /// JIS X 0212.
    Jisx0212,
    /// The planes of JIS X 0213.
    Plane1,
    Plane2,
    /// The user's own characters, of ISO-2022-JP-MS.
    Own,
}

pub(super) fn decode(text: &[u8], variant: Variant, out: &mut Points) {
    match variant {
        Variant::Jis | Variant::Iso2022Jp => jis(text, decoding("EUC-JP"), 0x7E, out),
        Variant::Cp50220 | Variant::Cp50221 | Variant::Cp50222 => {
            jis(text, decoding("CP50221"), 0x97, out);
        }
        Variant::Iso2022JpMs => ms(text, decoding("ISO-2022-JP-MS"), true, out),
        Variant::Iso2022JpKddi => ms(text, decoding("ISO-2022-JP-MOBILE#KDDI"), false, out),
        Variant::Iso2022Jp2004 => jis2004(text, out),
        Variant::Hz => hz(text, decoding("HZ"), out),
        Variant::Iso2022Kr => kr(text, decoding("ISO-2022-KR"), out),
    }
}

/// A pair of 7 bits as its table has it.
fn key(first: u8, second: u8) -> u32 {
    (u32::from(first) << 8 | u32::from(second)) + 0x8080
}

const fn is_cell(byte: u8) -> bool {
    matches!(byte, 0x21..=0x7E)
}

/// Half-width katakana: a byte from A1 to DF.
pub(super) const fn katakana(byte: u8) -> Option<u32> {
    match byte {
        0xA1..=0xDF => Some(0xFEC0 + byte as u32),
        _ => None,
    }
}

/// Port of `mb_iso2022jp_to_wchar()` and `mb_cp5022x_to_wchar()`: JIS and ISO-2022-JP are read alike, CP50220 to CP50222
/// too, which have rows up to `last`.
fn jis(text: &[u8], map: &Map, last: u8, out: &mut Points) {
    let mut set = Set::Ascii;
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        out.room(1);
        let point = match (set, byte) {
            (_, 0x1B) => {
                match escape(rest) {
                    Ok((next, length)) => {
                        set = next;
                        rest = &rest[length..];
                    }
                    Err((length, swallowed)) => {
                        out.room(1 + length - swallowed);
                        out.push(BAD);
                        for &byte in &rest[..length - swallowed] {
                            out.push(u32::from(byte));
                        }
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
            (Set::Kanji | Set::Jisx0212, 0x21..) if byte <= last => match rest.split_first() {
                None => None,
                Some((&cell, tail)) => {
                    rest = tail;
                    match (is_cell(cell), set) {
                        (true, Set::Kanji) => map.get(key(byte, cell)),
                        (true, _) if byte <= 0x7E => {
                            decoding("EUC-JP").get(0x8F_0000 | key(byte, cell))
                        }
                        _ => None,
                    }
                }
            },
            (_, 0..0x80) => Some(u32::from(byte)),
            (_, _) => katakana(byte),
        };
        put(point, out);
    }
}

/// An escape sequence after its ESC: the set it calls and how many bytes it is long. A broken one is how many bytes
/// are consumed, and how many of them leave no trace: the others are text, whatever the set in force.
fn escape(rest: &[u8]) -> Result<(Set, usize), (usize, usize)> {
    match rest {
        [b'$', b'@' | b'B', ..] => Ok((Set::Kanji, 2)),
        [b'$', b'(', b'@' | b'B', ..] => Ok((Set::Kanji, 3)),
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

/// Port of `mb_iso2022jpms_to_wchar()` and `mb_iso2022jp_kddi_to_wchar()`, which has no set of the user's own.
fn ms(text: &[u8], map: &Map, own: bool, out: &mut Points) {
    let mut set = Set::Ascii;
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        out.room(if own { 1 } else { 2 });
        let value = match (set, byte) {
            (_, 0x1B) => {
                let (next, length) = match rest {
                    [] | [_] => (None, rest.len()),
                    [b'$', b'@' | b'B', ..] => (Some(Set::Kanji), 2),
                    [b'$', b'(', b'@' | b'B', ..] => (Some(Set::Kanji), 3),
                    [b'$', b'(', b'?', ..] if own => (Some(Set::Own), 3),
                    [b'$', b'(', _, ..] => (None, 3),
                    [b'(', b'B' | b'J', ..] => (Some(Set::Ascii), 2),
                    [b'(', b'I', ..] => (Some(Set::Kana), 2),
                    [b'$' | b'(', ..] => (None, 2),
                    _ => (None, 1),
                };
                rest = &rest[length..];
                match next {
                    Some(next) => set = next,
                    None => out.push(BAD),
                }
                continue;
            }
            (Set::Kana, 0x21..=0x5F) => Some(0xFF40 + u32::from(byte)),
            (Set::Kanji | Set::Own, 0x21..=0x7F) => match rest.split_first() {
                None => None,
                Some((&cell, tail)) => {
                    rest = tail;
                    let plus = if set == Set::Own { 0x3F_0000 } else { 0 };
                    map.get(plus + key(byte, cell)).filter(|_| is_cell(cell))
                }
            },
            (_, 0..0x80) => Some(u32::from(byte)),
            (_, _) => katakana(byte),
        };
        put(value, out);
    }
}

/// Port of `mb_iso2022jp2004_to_wchar()`.
fn jis2004(text: &[u8], out: &mut Points) {
    let mut set = Set::Ascii;
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        out.room(2);
        let value = match (set, byte) {
            (_, 0x1B) => {
                let (next, length) = match rest {
                    [] | [_] => (None, rest.len()),
                    [b'$', b'B', ..] => (Some(Set::Kanji), 2),
                    [b'$', b'(', b'Q', ..] => (Some(Set::Plane1), 3),
                    [b'$', b'(', b'P', ..] => (Some(Set::Plane2), 3),
                    [b'$', b'(', _, ..] => (None, 3),
                    [b'(', b'B', ..] => (Some(Set::Ascii), 2),
                    [b'$' | b'(', ..] => (None, 2),
                    _ => (None, 1),
                };
                rest = &rest[length..];
                match next {
                    Some(next) => set = next,
                    None => out.push(BAD),
                }
                continue;
            }
            (Set::Kanji | Set::Plane1 | Set::Plane2, 0x21..=0x7E) => match rest.split_first() {
                None => None,
                Some((&cell, tail)) => {
                    rest = tail;
                    let key = key(byte, cell);
                    match set {
                        _ if !is_cell(cell) => None,
                        Set::Kanji => decoding("EUC-JP").get(key),
                        Set::Plane1 => decoding("EUC-JP-2004").get(key),
                        _ => decoding("EUC-JP-2004").get(0x8F_0000 | key),
                    }
                }
            },
            (_, 0..0x80) => Some(u32::from(byte)),
            (_, _) => None,
        };
        put(value, out);
    }
}

/// Port of `mb_hz_to_wchar()`.
fn hz(text: &[u8], map: &Map, out: &mut Points) {
    let mut pairs = false;
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        out.room(1);
        let value = match byte {
            b'~' => {
                let Some((&second, tail)) = rest.split_first() else {
                    return;
                };
                rest = tail;
                match second {
                    b'}' if pairs => pairs = false,
                    b'{' if !pairs => pairs = true,
                    b'~' if !pairs => out.push(u32::from(b'~')),
                    // The line goes on.
                    b'\n' => {}
                    _ => out.push(BAD),
                }
                continue;
            }
            0x21..=0x29 | 0x30..=0x77 if pairs => match rest.split_first() {
                None => None,
                Some((&cell, tail)) => {
                    rest = tail;
                    map.get(key(byte, cell)).filter(|_| is_cell(cell))
                }
            },
            0..0x80 if !pairs => Some(u32::from(byte)),
            _ => None,
        };
        put(value, out);
    }
}

/// Port of `mb_iso2022kr_to_wchar()`.
fn kr(text: &[u8], map: &Map, out: &mut Points) {
    let mut pairs = false;
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        out.room(1);
        let value = match byte {
            0x1B => {
                let length = match rest {
                    [b'$', b')', b'C', ..] => {
                        pairs = false;
                        rest = &rest[3..];
                        continue;
                    }
                    [] | [_] => rest.len(),
                    [b'$', _] => 2,
                    [_, _] => 1,
                    [_, b')', ..] => 3,
                    [b'$', ..] => 2,
                    _ => 1,
                };
                rest = &rest[length..];
                None
            }
            0x0F => {
                pairs = false;
                continue;
            }
            0x0E => {
                pairs = true;
                continue;
            }
            0x21..=0x7E if pairs => match rest.split_first() {
                None => None,
                Some((&cell, tail)) => {
                    rest = tail;
                    map.get(key(byte, cell)).filter(|_| is_cell(cell))
                }
            },
            0..0x80 if !pairs => Some(u32::from(byte)),
            _ => None,
        };
        put(value, out);
    }
}

/// Code points as text. The Japanese ones have two code points for one character here and there.
pub(super) fn encode(points: &Points, charset: &str, variant: Variant) -> Vec<u8> {
    match variant {
        Variant::Hz => return encode_hz(points.all()),
        Variant::Iso2022Kr => return encode_kr(points.all()),
        _ => {}
    }
    let table = match variant {
        Variant::Cp50222 => "CP50221",
        _ => charset,
    };
    let mut out = Japanese {
        variant,
        set: Set::Ascii,
        out: Vec::with_capacity(points.all().len()),
    };
    let singles = encoding(table);
    let pairs = match variant {
        Variant::Cp50220 | Variant::Iso2022Jp2004 | Variant::Iso2022JpKddi => pairs(table),
        _ => super::tables::Pairs::new(),
    };
    // QUIRK: only KDDI's does not look beyond the buffer.
    let whole = [(points.all(), true)];
    let chunks: Vec<_> = match variant {
        Variant::Iso2022JpKddi => points.chunks().collect(),
        _ => whole.to_vec(),
    };
    for (chunk, _) in chunks {
        let mut rest = chunk;
        while let Some((&point, tail)) = rest.split_first() {
            rest = tail;
            let pair = rest.first().and_then(|&next| pairs.get(&(point, next)));
            match (pair, singles.get(point)) {
                (Some(&code), _) => {
                    rest = &rest[1..];
                    out.put(code);
                }
                (None, Some(code)) => out.put(code),
                (None, None) => out.put(u32::from(b'?')),
            }
        }
    }
    out.call(Set::Ascii, true);
    out.out
}

struct Japanese {
    variant: Variant,
    set: Set,
    out: Vec<u8>,
}

impl Japanese {
    /// A code of the encoding tables: the set is in its upper bytes.
    fn put(&mut self, code: u32) {
        let set = match code {
            0..0x80 => Set::Ascii,
            0x4A00..0x4A80 => Set::Latin,
            0x8E00..0x8F00 => Set::Kana,
            0x3F_0000..0x40_0000 => Set::Own,
            0x8F_0000.. if self.variant == Variant::Iso2022Jp2004 => Set::Plane2,
            0x8F_0000.. => Set::Jisx0212,
            _ if self.variant == Variant::Iso2022Jp2004 => Set::Plane1,
            _ => Set::Kanji,
        };
        self.call(set, false);
        let pair = match set {
            Set::Ascii | Set::Latin | Set::Kana => {
                self.out.push(code as u8 & 0x7F);
                return;
            }
            Set::Own => code & 0xFFFF,
            Set::Jisx0212 | Set::Plane2 => (code & 0xFFFF) - 0x8080,
            _ => code - 0x8080,
        };
        self.out.extend([(pair >> 8) as u8, pair as u8]);
    }

    /// CP50222 shifts to kana and back; the others have an escape sequence for each set.
    fn call(&mut self, set: Set, end: bool) {
        if self.set == set {
            return;
        }
        if self.variant == Variant::Cp50222 {
            if set == Set::Kana {
                self.out.push(0x0E);
                self.set = set;
                return;
            }
            if self.set == Set::Kana {
                self.out.push(0x0F);
                if set == Set::Ascii || end {
                    self.set = set;
                    return;
                }
            }
        }
        self.set = set;
        self.out.push(0x1B);
        self.out.extend_from_slice(match set {
            Set::Ascii => b"(B",
            Set::Latin => b"(J",
            Set::Kana => b"(I",
            Set::Kanji => b"$B",
            Set::Jisx0212 => b"$(D",
            Set::Plane1 => b"$(Q",
            Set::Plane2 => b"$(P",
            Set::Own => b"$(?",
        });
    }
}

/// Port of `mb_wchar_to_hz()`.
fn encode_hz(points: &[u32]) -> Vec<u8> {
    let singles = encoding("HZ");
    let mut out = Vec::with_capacity(points.len());
    let mut pairs = false;
    for &point in points {
        let code = singles.get(point).unwrap_or(u32::from(b'?'));
        if pairs != (code >= 0x80) {
            pairs = !pairs;
            out.extend(if pairs { b"~{" } else { b"~}" });
        }
        match code {
            0x7E => out.extend(b"~~"),
            0..0x80 => out.push(code as u8),
            _ => out.extend([(code >> 8) as u8 & 0x7F, code as u8 & 0x7F]),
        }
    }
    if pairs {
        out.extend(b"~}");
    }
    out
}

/// Port of `mb_wchar_to_iso2022kr()`.
///
/// QUIRK: what KS X 1001 does not have, from U+2121 to U+8080, is written as if its number were rows and cells.
fn encode_kr(points: &[u32]) -> Vec<u8> {
    let singles = encoding("EUC-KR");
    let mut out = Vec::with_capacity(points.len());
    if !points.is_empty() {
        out.extend(b"\x1B$)C");
    }
    let mut pairs = false;
    for &point in points {
        let code = match singles.get(point) {
            Some(code @ 0xA1A1..) => code - 0x8080,
            _ if (0x80..0x2121).contains(&point) || point > 0x8080 => u32::from(b'?'),
            _ => point,
        };
        if pairs != (code >= 0x80) {
            pairs = !pairs;
            out.push(if pairs { 0x0E } else { 0x0F });
        }
        if pairs {
            out.push((code >> 8) as u8);
        }
        out.push(code as u8);
    }
    if pairs {
        out.push(0x0F);
    }
    out
}
