//! The "charsets" of mbstring that are transfer encodings: what comes out are bytes, taken for the code points 0 to FF.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::points::Points;
use super::unicode::sextet;
use crate::php::html_tables::HTML401;

/// BASE64: `=` and white space are skipped wherever they are.
pub(super) fn base64(text: &[u8], out: &mut Points) {
    let mut bits = 0;
    let mut held = 0;
    for &byte in text {
        out.room(3);
        if matches!(byte, b'\r' | b'\n' | b' ' | b'\t' | b'=') {
            continue;
        }
        match sextet(byte, b'/') {
            None => out.put(None),
            Some(value) => {
                bits = bits << 6 | value;
                held += 6;
                if held == 24 {
                    out.extend([bits >> 16 & 0xFF, bits >> 8 & 0xFF, bits & 0xFF]);
                    (bits, held) = (0, 0);
                }
            }
        }
    }
    match held {
        18 => out.extend([bits >> 10 & 0xFF, bits >> 2 & 0xFF]),
        12 => out.put(Some(bits >> 4 & 0xFF)),
        _ => {}
    }
}

/// UUENCODE: what stands before a line that starts with `begin ` somewhere in it is skipped. Nothing ends it.
pub(super) fn uuencode(text: &[u8], out: &mut Points) {
    let Some(begin) = memchr::memmem::find(text, b"begin ") else {
        return;
    };
    let text = &text[begin..];
    let Some(line) = memchr::memchr(b'\n', text) else {
        return;
    };
    let value = |byte: u8| u32::from(byte.wrapping_sub(b' ') & 0x3F);
    let mut rest = &text[line + 1..];
    while let Some((&length, tail)) = rest.split_first() {
        let mut size = value(length);
        rest = tail;
        loop {
            // QUIRK: a line of length 0 has a group too, and the last group of all needs a byte behind it.
            let (Some(group), true) = (rest.first_chunk::<4>(), rest.len() > 4) else {
                return;
            };
            rest = &rest[4..];
            out.room(3);
            let [a, b, c, d] = group.map(value);
            for byte in [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d] {
                if size > 0 {
                    out.put(Some(byte & 0xFF));
                    size -= 1;
                }
            }
            if size == 0 {
                break;
            }
        }
        rest = rest.get(1..).unwrap_or_default();
    }
}

fn hex(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(16)
}

/// Quoted-Printable.
///
/// QUIRK: a broken `=` takes up to two bytes with it unread: `==41` is `==41`.
pub(super) fn quoted_printable(text: &[u8], out: &mut Points) {
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        out.room(3);
        let (b'=', Some((&second, tail))) = (byte, rest.split_first()) else {
            out.put(Some(u32::from(byte)));
            continue;
        };
        rest = tail;
        match (hex(second), rest.split_first()) {
            (Some(high), Some((&third, tail))) => {
                rest = tail;
                match hex(third) {
                    Some(low) => out.put(Some(high << 4 | low)),
                    None => out.extend([b'=', second, third].map(u32::from)),
                }
            }
            (_, Some((&third, tail))) if second == b'\r' => {
                rest = tail;
                if third != b'\n' {
                    out.put(Some(u32::from(third)));
                }
            }
            _ if second != b'\n' => out.extend([b'=', second].map(u32::from)),
            _ => {}
        }
    }
}

/// HTML-ENTITIES: HTML 4's names without `&apos;`, and numbers, which wrap at 32 bits. All other bytes are Latin-1.
pub(super) fn html_entities(text: &[u8], out: &mut Points) {
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte == b'&' {
            let end = rest
                .iter()
                .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#')
                .count();
            let closed = rest.get(end) == Some(&b';');
            if let Some(c) = closed.then(|| entity(&rest[..end])).flatten() {
                out.put(Some(c));
                rest = &rest[end + 1..];
                continue;
            }
        }
        out.put(Some(u32::from(byte)));
    }
}

fn entity(name: &[u8]) -> Option<u32> {
    let Some(number) = name.strip_prefix(b"#") else {
        return named(name);
    };
    let (digits, radix) = match number {
        [b'x' | b'X', digits @ ..] => (digits, 16),
        digits => (digits, 10),
    };
    if digits.is_empty() {
        return None;
    }
    let mut value: u32 = 0;
    for &digit in digits {
        let digit = char::from(digit).to_digit(radix)?;
        value = value.wrapping_mul(radix).wrapping_add(digit);
    }
    (value <= 0x10_FFFF).then_some(value)
}

/// A name of HTML 4. `&#39;` has none.
fn named(name: &[u8]) -> Option<u32> {
    let at = HTML401
        .binary_search_by(|(known, _)| known.cmp(&name))
        .ok()?;
    Some(u32::from(HTML401[at].1))
}

/// A digit of base64, of six bits.
const fn base64_digit(value: u32) -> u8 {
    match (value & 0x3F) as u8 {
        value @ 0..26 => b'A' + value,
        value @ 26..52 => b'a' + value - 26,
        value @ 52..62 => b'0' + value - 52,
        62 => b'+',
        _ => b'/',
    }
}

/// BASE64 in lines of 76.
pub(super) fn encode_base64(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 3 * 4 + bytes.len() / 36 + 4);
    for (at, group) in bytes.chunks(3).enumerate() {
        if at > 0 && at % 19 == 0 {
            out.extend(b"\r\n");
        }
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            out.push(if digit <= group.len() {
                base64_digit(bits >> (18 - 6 * digit))
            } else {
                b'='
            });
        }
    }
    out
}

/// Quoted-Printable. CR is dropped, LF is CR and LF, and a line is broken behind 72.
pub(super) fn encode_quoted_printable(bytes: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = Vec::with_capacity(bytes.len());
    let mut column = 0;
    for &byte in bytes {
        match byte {
            0 => {
                out.push(0);
                column = 0;
            }
            b'\n' => {
                out.extend(b"\r\n");
                column = 0;
            }
            b'\r' => {}
            _ => {
                if column >= 72 {
                    out.extend(b"=\r\n");
                    column = 0;
                }
                if byte >= 0x80 || byte == b'=' {
                    let digit = |value: u8| DIGITS[usize::from(value & 0xF)];
                    out.extend([b'=', digit(byte >> 4), digit(byte)]);
                    column += 3;
                } else {
                    out.push(byte);
                    column += 1;
                }
            }
        }
    }
    out
}

/// HTML-ENTITIES: what is not ASCII is a name of HTML 4 or a decimal number, even what is no character.
pub(super) fn encode_html_entities(points: &[u32]) -> Vec<u8> {
    static NAMES: OnceLock<HashMap<u32, &[u8]>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        HTML401
            .iter()
            .map(|&(name, c)| (u32::from(c), name))
            .collect()
    });
    let mut out = Vec::with_capacity(points.len());
    for &point in points {
        if point < 0x80 {
            out.push(point as u8);
            continue;
        }
        match names.get(&point) {
            Some(name) => {
                out.push(b'&');
                out.extend_from_slice(name);
                out.push(b';');
            }
            None => out.extend(format!("&#{point};").into_bytes()),
        }
    }
    out
}

/// UUENCODE: a line of its own in front, then lines of up to 45 bytes, each with its length in front.
///
/// QUIRK: code points above FF are cut to pieces, not refused; and the length of a line is at first only what is known
/// of the rest of the text.
#[derive(Default)]
pub(super) struct UuEncoder {
    out: Vec<u8>,
    started: bool,
    /// Bytes in the line so far.
    line: usize,
    /// How many bits of the last code point are not written yet, and these.
    held: u32,
    bits: u32,
}

impl UuEncoder {
    /// Port of `mb_wchar_to_uuencode()`.
    pub(super) fn chunk(&mut self, points: &[u32], end: bool) {
        let six = |bits: u32| match bits as u8 {
            0 => b'`',
            bits => bits.wrapping_add(32),
        };
        let length = |count: usize| count.min(45) as u8 + 32;
        let mut rest = points.iter().copied();
        let mut left = points.len();
        if !self.started {
            self.started = true;
            self.out.extend(b"begin 0644 filename\n");
            self.out.push(length(left));
        } else if points.is_empty() && end && self.line == 0 && self.held == 0 {
            self.out.pop();
            return;
        } else {
            let begun = match self.held {
                0 => 0,
                2 => 1,
                _ => 2,
            };
            let at = self.out.len() - self.line * 4 / 3 - 1 - begun;
            self.out[at] = length(self.line + left + begun);
            if self.held > 0 {
                let mut next = || {
                    left = left.saturating_sub(1);
                    rest.next().unwrap_or(0)
                };
                let first = self.bits;
                if self.held == 2 {
                    let (second, third) = (next(), next());
                    self.out.push(six((first << 4) + (second >> 4 & 0xF)));
                    self.out
                        .push(six(((second & 0xF) << 2) + (third >> 6 & 0x3)));
                    self.out.push(six(third & 0x3F));
                } else {
                    let third = next();
                    self.out.push(six((first << 2) + (third >> 6 & 0x3)));
                    self.out.push(six(third & 0x3F));
                }
                (self.held, self.bits) = (0, 0);
                self.break_line(left, end);
            }
        }
        while let Some(first) = rest.next() {
            left -= 1;
            self.out.push(six(first >> 2 & 0x3F));
            if left == 0 && !end {
                (self.held, self.bits) = (2, first & 0x3);
                break;
            }
            let second = rest.next().unwrap_or(0);
            left = left.saturating_sub(1);
            self.out
                .push(six(((first & 0x3) << 4) + (second >> 4 & 0xF)));
            if left == 0 && !end {
                (self.held, self.bits) = (4, second & 0xF);
                break;
            }
            let third = rest.next().unwrap_or(0);
            left = left.saturating_sub(1);
            self.out
                .push(six(((second & 0xF) << 2) + (third >> 6 & 0x3)));
            self.out.push(six(third & 0x3F));
            self.break_line(left, end);
        }
        if self.line > 0 && end {
            self.out.push(b'\n');
        }
    }

    fn break_line(&mut self, left: usize, end: bool) {
        self.line += 3;
        if self.line >= 45 {
            self.out.push(b'\n');
            if left > 0 || !end {
                self.out.push(left.min(45) as u8 + 32);
            }
            self.line = 0;
        }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.out
    }
}
