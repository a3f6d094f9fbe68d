//! Code points to text. What has no place in the target is `?`.

use std::collections::HashSet;

use super::decode::upper_half;
use super::names::{Charset, Codec, Family};
use super::points::Points;
use super::tables::{Map, Pairs, encoding, pairs};
use super::transfer::{self, UuEncoder};
use super::unicode::{self, Order};
use super::{BAD, iso2022};

const MARK: u32 = b'?' as u32;
const FLAG_C: u32 = 0x1F1E8;
const FLAG_U: u32 = 0x1F1FA;

/// Code points as text.
pub(super) fn encode(points: &Points, charset: &'static Charset) -> Vec<u8> {
    let all = points.all();
    let mut out = Vec::with_capacity(all.len());
    match charset.codec {
        Codec::Base64 => return transfer::encode_base64(&bytes(all)),
        Codec::QuotedPrintable => return transfer::encode_quoted_printable(&bytes(all)),
        Codec::HtmlEntities => return transfer::encode_html_entities(all),
        Codec::Uuencode => {
            let mut encoder = UuEncoder::default();
            for (chunk, end) in points.chunks() {
                encoder.chunk(chunk, end);
            }
            return encoder.finish();
        }
        Codec::EightBit => return bytes(all),
        Codec::Utf7 => return unicode::encode_utf7(all, false),
        Codec::Utf7Imap => return unicode::encode_utf7(all, true),
        Codec::Iso2022(variant) => return iso2022::encode(points, charset.name, variant),
        Codec::Utf8 => all.iter().for_each(|&point| put_utf8(point, &mut out)),
        Codec::Utf8Mobile => return utf8_mobile(points, charset.name),
        Codec::Ucs2(order) | Codec::Utf16(order) => {
            let pairs = matches!(charset.codec, Codec::Utf16(_));
            for &point in all {
                match point {
                    0x1_0000..0x11_0000 if pairs => {
                        put_unit(((point >> 10) - 0x40) | 0xD800, order, &mut out);
                        put_unit(point & 0x3FF | 0xDC00, order, &mut out);
                    }
                    0x1_0000.. => put_unit(MARK, order, &mut out),
                    _ => put_unit(point, order, &mut out),
                }
            }
        }
        Codec::Ucs4(order) | Codec::Utf32(order) => {
            let any = matches!(charset.codec, Codec::Ucs4(_));
            for &point in all {
                let known = point < 0x11_0000 || any && point != BAD;
                let point = if known { point } else { MARK };
                out.extend(match order {
                    Order::Little => point.to_le_bytes(),
                    _ => point.to_be_bytes(),
                });
            }
        }
        Codec::Ascii => out.extend(all.iter().map(|&point| match point {
            0..0x80 => point as u8,
            _ => b'?',
        })),
        Codec::Single(table) => {
            let upper: Vec<u32> = upper_half(table).collect();
            let low = |point| armscii(charset.name, point);
            out.extend(all.iter().map(|&point| match point {
                0..0x80 => low(point),
                BAD => b'?',
                _ => match upper.iter().position(|&own| own == point) {
                    Some(at) => at as u8 | 0x80,
                    None => b'?',
                },
            }));
        }
        Codec::Multibyte(family) => return multibyte(points, charset.name, family),
    }
    out
}

/// QUIRK: to ArmSCII-8, `(` to `/` are not what they are from it.
fn armscii(charset: &str, point: u32) -> u8 {
    match (charset, point) {
        ("ArmSCII-8", 0x28..=0x2F) => {
            [0xA5, 0xA4, 0x2A, 0x2B, 0xAB, 0xAC, 0xA9, 0x2F][point as usize - 0x28]
        }
        _ => point as u8,
    }
}

/// 8bit: the code points are bytes.
fn bytes(points: &[u32]) -> Vec<u8> {
    let byte = |&point: &u32| u8::try_from(point).unwrap_or(b'?');
    points.iter().map(byte).collect()
}

fn put_unit(unit: u32, order: Order, out: &mut Vec<u8>) {
    let unit = unit as u16;
    out.extend(match order {
        Order::Little => unit.to_le_bytes(),
        _ => unit.to_be_bytes(),
    });
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

/// Bytes as a number, without zeros in front; four of GB18030 as their place.
fn put_code(code: u32, out: &mut Vec<u8>) {
    match code {
        0..0x100 => out.push(code as u8),
        0x100..0x1_0000 => out.extend((code as u16).to_be_bytes()),
        0x1_0000..0x100_0000 => out.extend(&code.to_be_bytes()[1..]),
        0x100_0000..0x8000_0000 => put_four(code - 0x100_0000, 0x81, out),
        _ => out.extend(code.to_be_bytes()),
    }
}

/// Four bytes of GB18030.
fn put_four(at: u32, first: u32, out: &mut Vec<u8>) {
    out.extend([
        (first + at / 12_600) as u8,
        (0x30 + at / 1_260 % 10) as u8,
        (0x81 + at / 10 % 126) as u8,
        (0x30 + at % 10) as u8,
    ]);
}

fn multibyte(points: &Points, name: &str, family: Family) -> Vec<u8> {
    let singles = encoding(name);
    let all = points.all();
    let mut out = Vec::with_capacity(all.len() * 2);
    let put = |point: u32, out: &mut Vec<u8>| match singles.get(point) {
        Some(code) => put_code(code, out),
        None if family == Family::Gb18030 && (0x1_0000..0x11_0000).contains(&point) => {
            put_four(point - 0x1_0000, 0x90, out);
        }
        None => out.push(b'?'),
    };
    match family {
        Family::EucJp2004 | Family::Sjis2004 => {
            let pairs = pairs(name);
            let mut rest = all;
            while let Some((&point, tail)) = rest.split_first() {
                rest = tail;
                let next = rest.first().copied();
                match next.and_then(|next| pairs.get(&(point, next))) {
                    Some(&code) => {
                        rest = &rest[1..];
                        put_code(code, &mut out);
                    }
                    None => put(point, &mut out),
                }
            }
        }
        Family::SjisMobile | Family::SjisSoftbank => {
            let flags = name != "SJIS-Mobile#DOCOMO";
            sjis_mobile(points, &pairs(name), flags, put, &mut out);
        }
        Family::SjisMac => Mac::new(put, &mut out).run(points),
        _ => all.iter().for_each(|&point| put(point, &mut out)),
    }
    out
}

/// The start of a key of a telephone: it is followed by U+20E3.
fn is_key(point: u32) -> bool {
    u8::try_from(point).is_ok_and(|byte| byte == b'#' || byte.is_ascii_digit())
}

/// Shift_JIS of Japanese mobile phones: keys of the telephone and flags are two code points.
///
/// QUIRK: a letter of a flag by itself is an error; a key at the very end of a full buffer is one too if nothing but
/// bytes that stand for nothing follows.
fn sjis_mobile(
    points: &Points,
    pairs: &Pairs,
    flags: bool,
    put: impl Fn(u32, &mut Vec<u8>),
    out: &mut Vec<u8>,
) {
    let mut held = None;
    for (chunk, end) in points.chunks() {
        let mut rest = chunk;
        let mut first = held.take();
        if first.is_some() && rest.is_empty() {
            out.push(b'?');
            continue;
        }
        while let Some(point) = first.take().or_else(|| {
            let (&point, tail) = rest.split_first()?;
            rest = tail;
            Some(point)
        }) {
            let flag = flags && (FLAG_C..=FLAG_U).contains(&point);
            if !flag && !is_key(point) {
                put(point, out);
                continue;
            }
            let Some((&next, tail)) = rest.split_first() else {
                match (end, flag) {
                    (false, _) => held = Some(point),
                    (true, true) => out.push(b'?'),
                    (true, false) => put(point, out),
                }
                break;
            };
            match pairs.get(&(point, next)) {
                Some(&code) => {
                    rest = tail;
                    put_code(code, out);
                }
                None if flag => out.push(b'?'),
                None => put(point, out),
            }
        }
    }
}

/// UTF-8 of Japanese mobile phones.
///
/// QUIRK: the two code points of a key or a flag must be in one buffer.
fn utf8_mobile(points: &Points, name: &str) -> Vec<u8> {
    let singles: &Map = encoding(name);
    let pairs = pairs(name);
    let flags = name != "UTF-8-Mobile#DOCOMO";
    let mut out = Vec::with_capacity(points.all().len());
    for (chunk, _) in points.chunks() {
        let mut rest = chunk;
        while let Some((&point, tail)) = rest.split_first() {
            rest = tail;
            let next = rest.first().copied();
            let pair = next.and_then(|next| pairs.get(&(point, next)));
            let point = match pair {
                Some(&code) => {
                    rest = &rest[1..];
                    code
                }
                None if flags && (FLAG_C..=FLAG_U).contains(&point) => MARK,
                None => singles.get(point).unwrap_or(point),
            };
            put_utf8(point, &mut out);
        }
    }
    out
}

/// What Apple's hints, U+F860 to U+F862, announce: the code points, hint in front, and the bytes.
const HINTED: [(&[u32], [u8; 2]); 12] = [
    (&[0xF860, 0x30, 0x2E], [0x85, 0x91]),
    (&[0xF860, 0x54, 0x42], [0x86, 0x5D]),
    (&[0xF860, 0x58, 0x56], [0x85, 0xAD]),
    (&[0xF860, 0x78, 0x76], [0x85, 0xC1]),
    (&[0xF860, 0x2193, 0x2191], [0x86, 0xCE]),
    (&[0xF861, 0x46, 0x41, 0x58], [0x86, 0x9E]),
    (&[0xF861, 0x58, 0x49, 0x56], [0x85, 0xAC]),
    (&[0xF861, 0x78, 0x69, 0x76], [0x85, 0xC0]),
    (&[0xF862, 0x58, 0x49, 0x49, 0x49], [0x85, 0xAB]),
    (&[0xF862, 0x78, 0x69, 0x69, 0x69], [0x85, 0xBF]),
    (&[0xF862, 0x6709, 0x9650, 0x4F1A, 0x793E], [0x87, 0xFB]),
    (&[0xF862, 0x8CA1, 0x56E3, 0x6CD5, 0x4EBA], [0x87, 0xFC]),
];

/// MacJapanese: a character may be followed by a variant's mark, or be one of up to five code points with a hint in
/// front.
struct Mac<'a, P> {
    pairs: Pairs,
    /// The first code points of these.
    firsts: HashSet<u32>,
    put: P,
    out: &'a mut Vec<u8>,
}

/// What a full buffer cuts off.
enum Held {
    Nothing,
    Point(u32),
    /// Which of [`HINTED`], and how many of its code points there were.
    Hinted(usize, usize),
}

impl<'a, P: Fn(u32, &mut Vec<u8>)> Mac<'a, P> {
    fn new(put: P, out: &'a mut Vec<u8>) -> Self {
        let pairs = pairs("SJIS-mac");
        let firsts = pairs.keys().map(|&(first, _)| first).collect();
        Self {
            pairs,
            firsts,
            put,
            out,
        }
    }

    /// Port of `mb_wchar_to_sjismac()`.
    fn run(&mut self, points: &Points) {
        let mut held = Held::Nothing;
        for (chunk, end) in points.chunks() {
            let mut rest = chunk;
            let mut first = None;
            match std::mem::replace(&mut held, Held::Nothing) {
                Held::Nothing => {}
                Held::Point(point) => first = Some(point),
                // QUIRK: of the first in the list it is forgotten what has been seen, but for the hint.
                Held::Hinted(0, _) => first = Some(0xF860),
                Held::Hinted(which, seen) => held = self.hinted(which, seen, &mut rest, end),
            }
            while let Some(point) = first.take().or_else(|| {
                let (&point, tail) = rest.split_first()?;
                rest = tail;
                Some(point)
            }) {
                held = self.character(point, &mut rest, end);
            }
        }
    }

    fn character(&mut self, point: u32, rest: &mut &[u32], end: bool) -> Held {
        let is_hint = (0xF860..=0xF862).contains(&point);
        let varies = self.firsts.contains(&point);
        if !is_hint && !varies {
            (self.put)(point, self.out);
            return Held::Nothing;
        }
        let Some((&next, tail)) = rest.split_first() else {
            if end {
                (self.put)(point, self.out);
                return Held::Nothing;
            }
            return Held::Point(point);
        };
        if varies {
            match self.pairs.get(&(point, next)) {
                Some(&code) => {
                    *rest = tail;
                    put_code(code, self.out);
                }
                None => (self.put)(point, self.out),
            }
            return Held::Nothing;
        }
        let found = HINTED
            .iter()
            .position(|(points, _)| points[..2] == [point, next]);
        match found {
            Some(which) => {
                *rest = tail;
                self.hinted(which, 2, rest, end)
            }
            None => {
                self.out.push(b'?');
                Held::Nothing
            }
        }
    }

    /// The code points after the first two: all of them, or none is written.
    fn hinted(&mut self, which: usize, seen: usize, rest: &mut &[u32], end: bool) -> Held {
        let (points, bytes) = HINTED[which];
        for (seen, &expected) in points.iter().enumerate().skip(seen) {
            let Some((&next, tail)) = rest.split_first() else {
                if end {
                    self.out.extend(std::iter::repeat_n(b'?', seen));
                    return Held::Nothing;
                }
                return Held::Hinted(which, seen);
            };
            *rest = tail;
            if next != expected {
                self.out.extend(std::iter::repeat_n(b'?', seen + 1));
                return Held::Nothing;
            }
        }
        self.out.extend(bytes);
        Held::Nothing
    }
}
