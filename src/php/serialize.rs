//! `unserialize()` for data: scalars and arrays. ext/standard/var_unserializer.re.
//!
//! NOT PORTED: objects, references (`r:`, `R:`) and custom formats (`C:`, `E:`): text with one of these is
//! refused as a whole. No option that is read here holds any.

use super::array::{PhpArray, PhpKey, PhpValue};
use super::url::hex;

/// How much [`unserialize`] takes on before it refuses.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How deep arrays may nest.
    pub depth: usize,
    /// How many values there may be in all.
    pub values: usize,
}

impl Default for Limits {
    /// Far beyond any option of a healthy site, harmless to hold.
    fn default() -> Self {
        Self {
            depth: 64,
            values: 1_000_000,
        }
    }
}

/// Port of `unserialize()`. `None` where PHP gives `false` for bad input, and for what is not ported or exceeds
/// `limits`; the value `false` is `Some(Bool(false))`. What follows the value is ignored, as PHP 8.2 does.
pub fn unserialize(text: &[u8], limits: Limits) -> Option<PhpValue> {
    let mut reader = Reader {
        rest: text,
        values: limits.values,
    };
    reader.value(limits.depth)
}

struct Reader<'a> {
    rest: &'a [u8],
    values: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Option<PhpValue> {
        self.values = self.values.checked_sub(1)?;
        let kind = self.byte()?;
        if kind == b'N' {
            self.eat(b';')?;
            return Some(PhpValue::Null);
        }
        self.eat(b':')?;
        match kind {
            b'b' => match self.until(b';')? {
                b"0" => Some(PhpValue::Bool(false)),
                b"1" => Some(PhpValue::Bool(true)),
                _ => None,
            },
            b'i' => integer(self.until(b';')?).map(PhpValue::Int),
            b'd' => float(self.until(b';')?).map(PhpValue::Float),
            b's' => {
                let text = self.string()?;
                self.eat(b';')?;
                Some(PhpValue::Str(text.to_vec()))
            }
            b'S' => {
                let text = self.escaped_string()?;
                self.eat(b';')?;
                Some(PhpValue::Str(text))
            }
            b'a' => {
                let count = count(self.until(b':')?)?;
                self.eat(b'{')?;
                let depth = depth.checked_sub(1)?;
                let mut array = PhpArray::new();
                for _ in 0..count {
                    let key = self.key()?;
                    let value = self.value(depth)?;
                    array.insert(key, value);
                }
                self.eat(b'}')?;
                Some(PhpValue::Array(array))
            }
            _ => None,
        }
    }

    fn key(&mut self) -> Option<PhpKey> {
        let kind = self.byte()?;
        self.eat(b':')?;
        match kind {
            b'i' => integer(self.until(b';')?).map(PhpKey::Int),
            b's' => {
                let text = self.string()?;
                self.eat(b';')?;
                Some(PhpKey::new(text))
            }
            b'S' => {
                let text = self.escaped_string()?;
                self.eat(b';')?;
                Some(PhpKey::new(&text))
            }
            _ => None,
        }
    }

    /// `5:"abcde"`
    fn string(&mut self) -> Option<&'a [u8]> {
        let length = length(self.until(b':')?)?;
        self.eat(b'"')?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        self.eat(b'"')?;
        Some(text)
    }

    /// `5:"a\62cde"`: bytes may be written as two hexadecimal digits.
    fn escaped_string(&mut self) -> Option<Vec<u8>> {
        let length = length(self.until(b':')?)?;
        self.eat(b'"')?;
        let mut text = Vec::new();
        for _ in 0..length {
            let byte = match self.byte()? {
                b'\\' => hex(self.byte()?)? << 4 | hex(self.byte()?)?,
                byte => byte,
            };
            text.push(byte);
        }
        self.eat(b'"')?;
        Some(text)
    }

    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[byte])?;
        Some(())
    }

    /// What stands before the next `end`, which is taken too. Numbers only, so not far.
    fn until(&mut self, end: u8) -> Option<&'a [u8]> {
        const LONGEST_NUMBER: usize = 400;
        let window = &self.rest[..self.rest.len().min(LONGEST_NUMBER)];
        let at = memchr::memchr(end, window)?;
        let (text, rest) = self.rest.split_at(at);
        self.rest = &rest[1..];
        Some(text)
    }
}

/// A string's length: digits only. QUIRK: `parse_uiv()` counts modulo 2^64, so that `s:18446744073709551617:"a";` is `a`.
fn length(text: &[u8]) -> Option<usize> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_usize, |sum, byte| {
        let digit = byte.is_ascii_digit().then(|| usize::from(byte - b'0'))?;
        Some(sum.wrapping_mul(10).wrapping_add(digit))
    })
}

/// How many entries an array has: digits only.
fn count(text: &[u8]) -> Option<usize> {
    if !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// `[+-]?[0-9]+`, as `parse_iv2()` reads it: what is too large becomes the largest integer.
fn integer(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text.split_first()? {
        (b'-', digits) => (true, digits),
        (b'+', digits) => (false, digits),
        _ => (false, text),
    };
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_i64, |sum, byte| {
        let digit = byte.is_ascii_digit().then(|| i64::from(byte - b'0'))?;
        let sum = sum.saturating_mul(10);
        Some(if negative {
            sum.saturating_sub(digit)
        } else {
            sum.saturating_add(digit)
        })
    })
}

/// PHP writes `0.5`, `1.0E+25`, `INF`, `-INF`, `NAN`.
fn float(text: &[u8]) -> Option<f64> {
    match text {
        b"INF" | b"+INF" => return Some(f64::INFINITY),
        b"-INF" => return Some(f64::NEG_INFINITY),
        b"NAN" => return Some(f64::NAN),
        _ => {}
    }
    let number = text
        .iter()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    let digits = text.iter().any(u8::is_ascii_digit);
    if !number || !digits {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Option<PhpValue> {
        unserialize(text, Limits::default())
    }

    #[test]
    fn scalars_and_arrays_are_read() {
        let text = b"a:3:{s:1:\"a\";i:-5;s:1:\"7\";a:1:{i:0;b:1;}i:9;d:0.5;}";
        let array = read(text).unwrap();
        let array = array.as_array().unwrap();
        assert_eq!(array.get("a"), Some(&PhpValue::Int(-5)));
        assert_eq!(array.get(9), Some(&PhpValue::Float(0.5)));
        let inner = array.get(7).and_then(PhpValue::as_array).unwrap();
        assert_eq!(inner.get(0), Some(&PhpValue::Bool(true)));
    }

    #[test]
    fn broken_and_hostile_text_is_refused() {
        let deep = format!("{}N;", "a:1:{i:0;".repeat(100_000));
        for text in [
            "",
            "i:5",
            "s:5:\"abc\";",
            "a:1:{i:0;}",
            "O:8:\"stdClass\":0:{}",
            "a:1:{i:0;R:1;}",
            "s:18446744073709551615:\"\";",
            "s:18446744073709551618:\"a\";",
            "a:99999999:{",
            &deep,
        ] {
            assert_eq!(read(text.as_bytes()), None);
        }
    }
}
