//! `base64_decode()`: ext/standard/base64.c.

/// Port of `base64_decode()`, not strict: bytes that are no base64 are skipped, padding too, wherever they are.
pub fn decode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let mut bits = 0_u32;
    let mut held = 0_u8;
    for value in text.iter().filter_map(|&byte| sextet(byte)) {
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held & 0xff) as u8);
        }
    }
    out
}

const fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_base64_is_skipped() {
        assert_eq!(decode(b"a\nGk="), b"hi");
        assert_eq!(decode(b"aG=k!*"), b"hi");
        assert_eq!(decode(b"a"), b"");
    }
}
