//! The forms of Unicode: UTF-8, UTF-16, UTF-32, UCS-2, UCS-4, UTF-7, and UTF-7 as in IMAP's folder names.

use super::BAD;
use super::points::Points;

/// The order of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Big-endian, unless a mark in front says otherwise. The mark is dropped.
    Mark,
    /// Big-endian; a mark is a character.
    Big,
    /// Little-endian; a mark is a character.
    Little,
}

/// UTF-8: one [`BAD`] for every maximal part of a character that cannot go on.
pub(super) fn utf8(text: &[u8], out: &mut Points) {
    for chunk in text.utf8_chunks() {
        out.extend(chunk.valid().chars().map(u32::from));
        if !chunk.invalid().is_empty() {
            out.put(None);
        }
    }
}

/// Splits into units of two or four bytes; what is left over at the end is one [`BAD`].
fn units<const N: usize>(text: &[u8], order: Order) -> (impl Iterator<Item = u32>, bool) {
    let big = |unit: &[u8; N]| unit.iter().fold(0, |sum, &byte| sum << 8 | u32::from(byte));
    let little = |unit: &[u8; N]| {
        unit.iter()
            .rev()
            .fold(0, |sum, &byte| sum << 8 | u32::from(byte))
    };
    let (units, tail) = text.as_chunks::<N>();
    let (swapped, skip) = match (order, units.first()) {
        (Order::Little, _) => (true, 0),
        (Order::Mark, Some(first)) if little(first) == 0xFEFF => (true, 1),
        (Order::Mark, Some(first)) if big(first) == 0xFEFF => (false, 1),
        _ => (false, 0),
    };
    let units = units[skip..]
        .iter()
        .map(move |unit| if swapped { little(unit) } else { big(unit) });
    (units, !tail.is_empty())
}

pub(super) fn utf16(text: &[u8], order: Order, out: &mut Points) {
    let (units, tail) = units::<2>(text, order);
    let mut units = units.peekable();
    while let Some(unit) = units.next() {
        out.room(2);
        match unit {
            0xD800..=0xDBFF => match units.peek().copied() {
                Some(second @ 0xDC00..=0xDFFF) => {
                    units.next();
                    out.push(((unit & 0x3FF) << 10 | (second & 0x3FF)) + 0x1_0000);
                }
                _ => out.push(BAD),
            },
            0xDC00..=0xDFFF => out.push(BAD),
            _ => out.push(unit),
        }
    }
    out.extend(tail.then_some(BAD));
}

pub(super) fn utf32(text: &[u8], order: Order, out: &mut Points) {
    let (units, tail) = units::<4>(text, order);
    out.extend(units.map(|unit| char::from_u32(unit).map_or(BAD, u32::from)));
    out.extend(tail.then_some(BAD));
}

/// UCS-2: surrogates are characters like others.
pub(super) fn ucs2(text: &[u8], order: Order, out: &mut Points) {
    let (units, tail) = units::<2>(text, order);
    out.extend(units);
    out.extend(tail.then_some(BAD));
}

/// UCS-4: any number is a character.
pub(super) fn ucs4(text: &[u8], order: Order, out: &mut Points) {
    let (units, tail) = units::<4>(text, order);
    out.extend(units);
    out.extend(tail.then_some(BAD));
}

/// The alphabet of base64, with `/` or what stands for it.
pub(super) fn sextet(byte: u8, last: u8) -> Option<u32> {
    match byte {
        b'A'..=b'Z' => Some(u32::from(byte - b'A')),
        b'a'..=b'z' => Some(u32::from(byte - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 52),
        b'+' => Some(62),
        _ if byte == last => Some(63),
        _ => None,
    }
}

/// UTF-7: `+` opens a run of base64 over UTF-16, whatever is not of base64 closes it, `-` without a trace.
pub(super) fn utf7(text: &[u8], out: &mut Points) {
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        out.room(1);
        match byte {
            b'+' if rest.first() == Some(&b'-') => {
                rest = &rest[1..];
                out.put(Some(u32::from(b'+')));
            }
            b'+' => rest = shifted::<false>(rest, out),
            0..0x80 => out.put(Some(u32::from(byte))),
            _ => out.put(None),
        }
    }
}

/// UTF-7 as in IMAP: `&` opens a run of base64 over UTF-16, `-` closes it.
pub(super) fn utf7_imap(text: &[u8], out: &mut Points) {
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        out.room(2);
        match byte {
            b'&' if rest.first() == Some(&b'-') => {
                rest = &rest[1..];
                out.push(u32::from(b'&'));
            }
            b'&' => rest = shifted::<true>(rest, out),
            0x20..=0x7E => out.push(u32::from(byte)),
            _ => out.push(BAD),
        }
    }
}

/// A run of base64, up to and with what closes it; in UTF-7 what is neither of base64 nor `-` is text, and stays.
///
/// QUIRK: it is an error to end a run anywhere but at a whole unit with its padding bits zero, to leave a surrogate
/// alone, and in IMAP to put printable ASCII in a run and to end the text within one.
fn shifted<'a, const IMAP: bool>(text: &'a [u8], out: &mut Points) -> &'a [u8] {
    let mut bits = 0;
    let mut held = 0;
    let mut high = None;
    for (at, &byte) in text.iter().enumerate() {
        let last = at + 1 == text.len();
        if at % 8 == 0 {
            out.room(5);
        }
        let Some(value) = sextet(byte, if IMAP { b',' } else { b'/' }) else {
            // Whole units take 3, 6 or 8 bytes: then at most 4 bits are left over.
            let broken = held >= 6 || bits != 0;
            if IMAP {
                if broken || byte != b'-' || high.is_some() {
                    out.push(BAD);
                }
                return &text[at + 1..];
            }
            if broken || high.is_some() {
                out.push(BAD);
            }
            return match byte {
                b'-' => &text[at + 1..],
                0x80.. => {
                    out.push(BAD);
                    &text[at + 1..]
                }
                _ => &text[at..],
            };
        };
        bits = bits << 6 | value;
        held += 6;
        if held >= 16 {
            held -= 16;
            unit::<IMAP>((bits >> held) & 0xFFFF, &mut high, out);
            bits &= (1 << held) - 1;
            if last && (bits != 0 || high.is_some()) && held > 0 {
                out.push(BAD);
            }
        } else if last && !IMAP {
            out.push(BAD);
        }
    }
    if IMAP {
        out.push(BAD);
    }
    &[]
}

fn unit<const IMAP: bool>(unit: u32, high: &mut Option<u32>, out: &mut Points) {
    if let Some(first) = high.take() {
        if (0xDC00..=0xDFFF).contains(&unit) {
            out.push(((first & 0x3FF) << 10) + (unit & 0x3FF) + 0x1_0000);
            return;
        }
        out.push(BAD);
    }
    match unit {
        0xD800..=0xDBFF => *high = Some(unit),
        0xDC00..=0xDFFF => out.push(BAD),
        0x20..=0x7E if IMAP && unit != u32::from(b'&') => out.push(BAD),
        _ => out.push(unit),
    }
}

/// What may stand in UTF-7 outside of base64, and ends a run of it without `-`.
const fn ends_base64(point: u32) -> bool {
    point < 0x80
        && matches!(
            point as u8,
            b' ' | b'\t' | b'\r' | b'\n' | b'\'' | b'(' | b')' | b',' | b'.' | b':' | b'?'
        )
}

const fn is_direct(point: u32, imap: bool) -> bool {
    if imap {
        return matches!(point, 0x20..=0x7E);
    }
    ends_base64(point)
        || point < 0x80
            && matches!(point as u8, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | 0 | b'/' | b'-')
}

/// UTF-7, or that of IMAP.
pub(super) fn encode_utf7(points: &[u32], imap: bool) -> Vec<u8> {
    let alphabet = |bits: u64| match (bits & 0x3F) as u8 {
        value @ 0..26 => b'A' + value,
        value @ 26..52 => b'a' + value - 26,
        value @ 52..62 => b'0' + value - 52,
        62 => b'+',
        _ if imap => b',',
        _ => b'/',
    };
    let mut out = Vec::with_capacity(points.len());
    let mut base64 = false;
    let (mut bits, mut held) = (0_u64, 0);
    let close = |bits: u64, held: u32, out: &mut Vec<u8>| {
        if held > 0 {
            out.push(alphabet(bits << (6 - held)));
        }
    };
    for &point in points {
        let point = if point > 0x10_FFFF {
            u32::from(b'?')
        } else {
            point
        };
        if is_direct(point, imap) {
            if base64 {
                close(bits, held, &mut out);
                (base64, bits, held) = (false, 0, 0);
                if imap || !ends_base64(point) {
                    out.push(b'-');
                }
            }
            out.push(point as u8);
            if imap && point == u32::from(b'&') {
                out.push(b'-');
            }
            continue;
        }
        if !base64 {
            out.push(if imap { b'&' } else { b'+' });
            base64 = true;
        }
        if point > 0xFFFF {
            let point = u64::from(point - 0x1_0000);
            bits = bits << 32 | 0xD800_DC00 | (point & 0xF_FC00) << 6 | point & 0x3FF;
            held += 32;
        } else {
            bits = bits << 16 | u64::from(point);
            held += 16;
        }
        while held >= 6 {
            held -= 6;
            out.push(alphabet(bits >> held));
        }
        bits &= (1 << held) - 1;
    }
    close(bits, held, &mut out);
    if base64 {
        out.push(b'-');
    }
    out
}
