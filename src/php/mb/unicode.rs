//! The forms of Unicode: UTF-8, UTF-16, UTF-32, UCS-2, UCS-4 and UTF-7 as in IMAP's folder names.

use super::BAD;

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
pub(super) fn utf8(text: &[u8], out: &mut Vec<u32>) {
    for chunk in text.utf8_chunks() {
        out.extend(chunk.valid().chars().map(u32::from));
        if !chunk.invalid().is_empty() {
            out.push(BAD);
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

pub(super) fn utf16(text: &[u8], order: Order, out: &mut Vec<u32>) {
    let (units, tail) = units::<2>(text, order);
    let mut units = units.peekable();
    while let Some(unit) = units.next() {
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

pub(super) fn utf32(text: &[u8], order: Order, out: &mut Vec<u32>) {
    let (units, tail) = units::<4>(text, order);
    out.extend(units.map(|unit| char::from_u32(unit).map_or(BAD, u32::from)));
    out.extend(tail.then_some(BAD));
}

/// UCS-2: surrogates are characters like others.
pub(super) fn ucs2(text: &[u8], order: Order, out: &mut Vec<u32>) {
    let (units, tail) = units::<2>(text, order);
    out.extend(units);
    out.extend(tail.then_some(BAD));
}

/// UCS-4: any number is a character.
pub(super) fn ucs4(text: &[u8], order: Order, out: &mut Vec<u32>) {
    let (units, tail) = units::<4>(text, order);
    out.extend(units);
    out.extend(tail.then_some(BAD));
}

fn sextet(byte: u8) -> Option<u32> {
    match byte {
        b'A'..=b'Z' => Some(u32::from(byte - b'A')),
        b'a'..=b'z' => Some(u32::from(byte - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 52),
        b'+' => Some(62),
        b',' => Some(63),
        _ => None,
    }
}

/// UTF-7 as in IMAP: `&` opens a run of base64 over UTF-16, `-` closes it.
pub(super) fn utf7_imap(text: &[u8], out: &mut Vec<u32>) {
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match byte {
            b'&' if rest.first() == Some(&b'-') => {
                rest = &rest[1..];
                out.push(u32::from(b'&'));
            }
            b'&' => rest = shifted(rest, out),
            0x20..=0x7E => out.push(u32::from(byte)),
            _ => out.push(BAD),
        }
    }
}

/// A run of base64, up to and with what closes it.
///
/// QUIRK: it is an error to end a run anywhere but at a whole unit with its padding bits zero, to leave a surrogate
/// alone, to put printable ASCII in a run, and to end the text within one.
fn shifted<'a>(text: &'a [u8], out: &mut Vec<u32>) -> &'a [u8] {
    let mut bits = 0;
    let mut held = 0;
    let mut high = None;
    for (at, &byte) in text.iter().enumerate() {
        let last = at + 1 == text.len();
        let Some(value) = sextet(byte) else {
            // Whole units take 3, 6 or 8 bytes: then at most 4 bits are left over.
            let broken = held >= 6 || bits != 0;
            if broken || byte != b'-' || high.is_some() {
                out.push(BAD);
            }
            return &text[at + 1..];
        };
        bits = bits << 6 | value;
        held += 6;
        if held >= 16 {
            held -= 16;
            unit((bits >> held) & 0xFFFF, &mut high, out);
            bits &= (1 << held) - 1;
            if last && (bits != 0 || high.is_some()) && held > 0 {
                out.push(BAD);
            }
        } else if last {
            break;
        }
    }
    out.push(BAD);
    &[]
}

fn unit(unit: u32, high: &mut Option<u32>, out: &mut Vec<u32>) {
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
        0x20..=0x7E if unit != u32::from(b'&') => out.push(BAD),
        _ => out.push(unit),
    }
}
