//! The attributes of a block delimiter: JSON, cleaned. PHP source: wp-includes/blocks.php, and PHP's ext/json as
//! WordPress calls it.

use super::super::blog::Blog;
use super::scan::span;
use super::{Allowed, wp_kses_within_block};
use crate::php::array::{PhpArray, PhpKey, PhpValue};
use crate::php::string::{replace, strtr};

/// How deep arrays may nest for `json_decode()` with its depth of 512.
const DEPTH: usize = 511;

/// `json_decode()`, `filter_block_kses_value()` and `serialize_block_attributes()` in a row. Checked: 6.1.9, 6.6.7, 6.9.7,
/// 7.1.
///
/// What stands before `-->` in a delimiter of the block `name`, the blank behind it included; nothing if `json` is no
/// JSON or is empty.
pub(super) fn filtered(blog: &Blog, name: &[u8], json: &[u8], allowed: Allowed) -> Vec<u8> {
    let Some(PhpValue::Array(attributes)) = decode(json) else {
        return Vec::new();
    };
    if attributes.is_empty() {
        return Vec::new();
    }
    let filter = Filter {
        blog,
        allowed,
        // The name comes without `core/`.
        template_part: name == b"template-part" && blog.version.checks_template_part_tags(),
    };
    let mut encoded = Vec::new();
    // What has no JSON, an infinite number, makes PHP's whole answer `false`, printed as nothing.
    if encode_array(&filter.array(&attributes), &mut encoded).is_none() {
        encoded.clear();
    }
    let mut out = serialize_block_attributes(blog, &encoded);
    out.push(b' ');
    out
}

/// `filter_block_kses_value()`.
struct Filter<'a> {
    blog: &'a Blog,
    allowed: Allowed,
    template_part: bool,
}

impl Filter<'_> {
    fn array(&self, array: &PhpArray) -> PhpArray {
        let mut out = array.clone();
        for (key, value) in array.iter() {
            let filtered_key = match key {
                PhpKey::Int(_) => key.clone(),
                // A key that became a number is none until it is used as one.
                PhpKey::Str(text) => {
                    PhpKey::Str(wp_kses_within_block(self.blog, text, self.allowed))
                }
            };
            let mut filtered = self.value(value);
            if self.template_part && filtered_key == PhpKey::Str(b"tagName".to_vec()) {
                filtered = self.tag_name(filtered);
            }
            if filtered_key != *key {
                out.remove(key);
            }
            let filtered_key = match filtered_key {
                PhpKey::Str(text) => PhpKey::new(&text),
                number @ PhpKey::Int(_) => number,
            };
            out.insert(filtered_key, filtered);
        }
        out
    }

    fn value(&self, value: &PhpValue) -> PhpValue {
        match value {
            PhpValue::Array(array) => PhpValue::Array(self.array(array)),
            PhpValue::Str(text) => {
                PhpValue::Str(wp_kses_within_block(self.blog, text, self.allowed))
            }
            other => other.clone(),
        }
    }

    /// `filter_block_core_template_part_attributes()`.
    ///
    /// DIFFERS: an array as `tagName` is a TypeError in WordPress, a 500 to the sender.
    fn tag_name(&self, value: PhpValue) -> PhpValue {
        let kept = match &value {
            PhpValue::Str(text) => {
                super::attributes::allowed_attributes(self.blog.version, self.allowed, text)
                    .is_some()
                    && !text.iter().any(u8::is_ascii_uppercase)
            }
            _ => false,
        };
        if kept || !value.truthy() {
            value
        } else {
            PhpValue::Str(Vec::new())
        }
    }
}

/// Port of `serialize_block_attributes()`, wp-includes/blocks.php, from the encoded JSON on.
fn serialize_block_attributes(blog: &Blog, json: &[u8]) -> Vec<u8> {
    const PAIRS: [(&[u8], &[u8]); 6] = [
        (br"\\", br"\u005c"),
        (b"--", br"\u002d\u002d"),
        (b"<", br"\u003c"),
        (b">", br"\u003e"),
        (b"&", br"\u0026"),
        (br#"\""#, br"\u0022"),
    ];
    if blog.version.escapes_backslashes_in_blocks() {
        return strtr(json, &PAIRS);
    }
    PAIRS
        .iter()
        .skip(1)
        .fold(json.to_vec(), |json, (from, to)| replace(&json, from, to))
}

/// `json_decode( $json, true )`, `None` for what is no JSON.
fn decode(json: &[u8]) -> Option<PhpValue> {
    let mut decoder = Decoder {
        rest: std::str::from_utf8(json).ok()?.as_bytes(),
    };
    let value = decoder.value(0)?;
    decoder.blanks();
    decoder.rest.is_empty().then_some(value)
}

struct Decoder<'a> {
    rest: &'a [u8],
}

impl Decoder<'_> {
    fn blanks(&mut self) {
        let length = span(self.rest, |b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'));
        self.rest = &self.rest[length..];
    }

    /// Takes `text` if it comes next, after blanks.
    fn take(&mut self, text: &[u8]) -> Option<()> {
        self.blanks();
        self.rest = self.rest.strip_prefix(text)?;
        Some(())
    }

    fn value(&mut self, depth: usize) -> Option<PhpValue> {
        self.blanks();
        match self.rest.first()? {
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b'"' => self.string().map(PhpValue::Str),
            b't' => self.take(b"true").map(|()| PhpValue::Bool(true)),
            b'f' => self.take(b"false").map(|()| PhpValue::Bool(false)),
            b'n' => self.take(b"null").map(|()| PhpValue::Null),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<PhpValue> {
        let mut array = PhpArray::new();
        (depth < DEPTH).then_some(())?;
        self.take(b"{")?;
        if self.take(b"}").is_some() {
            return Some(PhpValue::Array(array));
        }
        loop {
            self.blanks();
            let key = self.string()?;
            self.take(b":")?;
            let value = self.value(depth + 1)?;
            array.insert(PhpKey::new(&key), value);
            if self.take(b",").is_none() {
                self.take(b"}")?;
                return Some(PhpValue::Array(array));
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<PhpValue> {
        let mut array = PhpArray::new();
        (depth < DEPTH).then_some(())?;
        self.take(b"[")?;
        if self.take(b"]").is_some() {
            return Some(PhpValue::Array(array));
        }
        loop {
            let value = self.value(depth + 1)?;
            array.push(value);
            if self.take(b",").is_none() {
                self.take(b"]")?;
                return Some(PhpValue::Array(array));
            }
        }
    }

    fn number(&mut self) -> Option<PhpValue> {
        let negative = usize::from(self.rest.first() == Some(&b'-'));
        let digits = span(&self.rest[negative..], |b| b.is_ascii_digit());
        let mut length = negative + digits;
        if digits == 0 || (digits > 1 && self.rest[negative] == b'0') {
            return None;
        }
        let mut float = false;
        if self.rest.get(length) == Some(&b'.') {
            let digits = span(&self.rest[length + 1..], |b| b.is_ascii_digit());
            (digits > 0).then_some(())?;
            length += 1 + digits;
            float = true;
        }
        if matches!(self.rest.get(length), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.rest.get(length + 1), Some(b'+' | b'-')));
            let digits = span(self.rest.get(length + 1 + sign..)?, |b| b.is_ascii_digit());
            (digits > 0).then_some(())?;
            length += 1 + sign + digits;
            float = true;
        }
        let (number, rest) = self.rest.split_at(length);
        self.rest = rest;
        let number = std::str::from_utf8(number).ok()?;
        match number.parse() {
            Ok(integer) if !float => Some(PhpValue::Int(integer)),
            _ => number.parse().ok().map(PhpValue::Float),
        }
    }

    fn string(&mut self) -> Option<Vec<u8>> {
        self.rest = self.rest.strip_prefix(b"\"")?;
        let mut text = Vec::new();
        loop {
            let plain = span(self.rest, |b| !matches!(b, b'"' | b'\\' | 0..=0x1F));
            let (start, rest) = self.rest.split_at(plain);
            text.extend_from_slice(start);
            let (&byte, rest) = rest.split_first()?;
            self.rest = rest;
            match byte {
                b'"' => return Some(text),
                b'\\' => self.escape(&mut text)?,
                _ => return None,
            }
        }
    }

    fn escape(&mut self, text: &mut Vec<u8>) -> Option<()> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        text.push(match byte {
            b'"' | b'\\' | b'/' => byte,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let mut code = u32::from(self.unit()?);
                if (0xD800..0xDC00).contains(&code) {
                    self.rest = self.rest.strip_prefix(br"\u")?;
                    let low = u32::from(self.unit()?);
                    (0xDC00..0xE000).contains(&low).then_some(())?;
                    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                }
                let character = char::from_u32(code)?;
                text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                return Some(());
            }
            _ => return None,
        });
        Some(())
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u16> {
        let (digits, rest) = self.rest.split_at_checked(4)?;
        digits.iter().all(u8::is_ascii_hexdigit).then_some(())?;
        self.rest = rest;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    }
}

/// `json_encode()` with `JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE`, `None` where it gives `false`.
fn encode_array(array: &PhpArray, out: &mut Vec<u8>) -> Option<()> {
    let list = array
        .keys()
        .enumerate()
        .all(|(at, key)| *key == PhpKey::Int(at as i64));
    out.push(if list { b'[' } else { b'{' });
    for (at, (key, value)) in array.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        if !list {
            match key {
                PhpKey::Int(number) => encode_string(number.to_string().as_bytes(), out)?,
                PhpKey::Str(text) => encode_string(text, out)?,
            }
            out.push(b':');
        }
        match value {
            PhpValue::Null => out.extend_from_slice(b"null"),
            PhpValue::Bool(true) => out.extend_from_slice(b"true"),
            PhpValue::Bool(false) => out.extend_from_slice(b"false"),
            PhpValue::Int(number) => out.extend_from_slice(number.to_string().as_bytes()),
            PhpValue::Float(number) => encode_float(*number, out)?,
            PhpValue::Str(text) => encode_string(text, out)?,
            PhpValue::Array(array) => encode_array(array, out)?,
        }
    }
    out.push(if list { b']' } else { b'}' });
    Some(())
}

/// A float with `serialize_precision` -1: the fewest digits that tell it from all others.
fn encode_float(number: f64, out: &mut Vec<u8>) -> Option<()> {
    number.is_finite().then_some(())?;
    let shortest = format!("{number:e}");
    let (digits, exponent) = shortest.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let text = if (-4..17).contains(&exponent) {
        number.to_string()
    } else {
        let point = if digits.contains('.') { "" } else { ".0" };
        format!("{digits}{point}e{exponent:+}")
    };
    out.extend_from_slice(text.as_bytes());
    Some(())
}

fn encode_string(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    out.push(b'"');
    for character in std::str::from_utf8(text).ok()?.chars() {
        match character {
            '"' => out.extend_from_slice(br#"\""#),
            '\\' => out.extend_from_slice(br"\\"),
            '\u{8}' => out.extend_from_slice(br"\b"),
            '\u{c}' => out.extend_from_slice(br"\f"),
            '\n' => out.extend_from_slice(br"\n"),
            '\r' => out.extend_from_slice(br"\r"),
            '\t' => out.extend_from_slice(br"\t"),
            '\0'..='\u{1f}' | '\u{2028}' | '\u{2029}' => {
                out.extend_from_slice(format!("\\u{:04x}", u32::from(character)).as_bytes());
            }
            _ => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out.push(b'"');
    Some(())
}
