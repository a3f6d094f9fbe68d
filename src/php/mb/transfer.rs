//! The "charsets" of mbstring that are transfer encodings: what comes out are bytes, taken for the code points 0 to FF.

use super::BAD;
use crate::php::html;

fn sextet(byte: u8) -> Option<u32> {
    match byte {
        b'A'..=b'Z' => Some(u32::from(byte - b'A')),
        b'a'..=b'z' => Some(u32::from(byte - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// BASE64: `=` and white space are skipped wherever they are.
pub(super) fn base64(text: &[u8], out: &mut Vec<u32>) {
    let mut bits = 0;
    let mut held = 0;
    for &byte in text {
        if matches!(byte, b'\r' | b'\n' | b' ' | b'\t' | b'=') {
            continue;
        }
        match sextet(byte) {
            None => out.push(BAD),
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
        12 => out.push(bits >> 4 & 0xFF),
        _ => {}
    }
}

/// UUENCODE: what stands before a line that starts with `begin ` somewhere in it is skipped. Nothing ends it.
pub(super) fn uuencode(text: &[u8], out: &mut Vec<u32>) {
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
            let [a, b, c, d] = group.map(value);
            for byte in [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d] {
                if size > 0 {
                    out.push(byte & 0xFF);
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
pub(super) fn quoted_printable(text: &[u8], out: &mut Vec<u32>) {
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        let (b'=', Some((&second, tail))) = (byte, rest.split_first()) else {
            out.push(u32::from(byte));
            continue;
        };
        rest = tail;
        match (hex(second), rest.split_first()) {
            (Some(high), Some((&third, tail))) => {
                rest = tail;
                match hex(third) {
                    Some(low) => out.push(high << 4 | low),
                    None => out.extend([b'=', second, third].map(u32::from)),
                }
            }
            (_, Some((&third, tail))) if second == b'\r' => {
                rest = tail;
                if third != b'\n' {
                    out.push(u32::from(third));
                }
            }
            _ if second != b'\n' => out.extend([b'=', second].map(u32::from)),
            _ => {}
        }
    }
}

/// HTML-ENTITIES: HTML 4's names without `&apos;`, and numbers, which wrap at 32 bits. All other bytes are Latin-1.
pub(super) fn html_entities(text: &[u8], out: &mut Vec<u32>) {
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
                out.push(c);
                rest = &rest[end + 1..];
                continue;
            }
        }
        out.push(u32::from(byte));
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

/// A name of HTML 4.
fn named(name: &[u8]) -> Option<u32> {
    let reference = [b"&", name, b";"].concat();
    let text = html::html_entity_decode(&reference, html::Flags::DEFAULT);
    let mut chars = std::str::from_utf8(&text).ok()?.chars();
    let c = chars
        .next()
        .filter(|_| text != reference && chars.next().is_none())?;
    Some(u32::from(c))
}
