//! PHP's values as bytes, as `canonical()` in php/answer.php writes them, and as text to be read.

use linkbackd::php::array::{PhpArray, PhpKey, PhpValue};

/// What a call gives.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    Value(PhpValue),
    /// The function threw, or gave what is no data; ours panicked.
    Thrown(String),
}

impl Answer {
    /// Reads what `canonical()` writes.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        if let [b'!', message @ ..] = bytes {
            return Self::Thrown(String::from_utf8_lossy(message).into_owned());
        }
        let (value, rest) = value(bytes);
        assert!(rest.is_empty(), "an answer is one value");
        Self::Value(value)
    }

    /// As `canonical()`.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Self::Value(value) => canonical(&mut out, value),
            Self::Thrown(message) => {
                out.push(b'!');
                out.extend_from_slice(message.as_bytes());
            }
        }
        out
    }

    /// For people, on one line, without tabs.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Value(value) => shown(value),
            Self::Thrown(message) => format!("throws {}", message.escape_debug()),
        }
    }
}

/// As `===`, but NaN is NaN, and 0.0 is not -0.0.
pub(crate) fn same(ours: &Answer, php: &Answer) -> bool {
    match (ours, php) {
        (Answer::Value(PhpValue::Float(a)), Answer::Value(PhpValue::Float(b))) => {
            a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
        }
        // NaN within an array is shown the same.
        _ => ours == php || ours.shown() == php.shown(),
    }
}

pub(crate) fn shown_all(arguments: &[Vec<u8>]) -> String {
    let shown: Vec<_> = arguments.iter().map(|text| escaped(text)).collect();
    shown.join(", ")
}

pub(crate) fn escaped(text: &[u8]) -> String {
    format!("b\"{}\"", text.escape_ascii())
}

fn shown(value: &PhpValue) -> String {
    match value {
        PhpValue::Str(text) => escaped(text),
        PhpValue::Array(array) => {
            let items: Vec<_> = array
                .iter()
                .map(|(key, item)| {
                    let key = match key {
                        PhpKey::Int(int) => int.to_string(),
                        PhpKey::Str(text) => escaped(text),
                    };
                    format!("{key} => {}", shown(item))
                })
                .collect();
            format!("[{}]", items.join(", "))
        }
        other => format!("{other:?}"),
    }
}

fn canonical(out: &mut Vec<u8>, value: &PhpValue) {
    match value {
        PhpValue::Str(text) => {
            out.push(b's');
            super::oracle::field(out, text);
        }
        PhpValue::Bool(true) => out.extend(b"b1"),
        PhpValue::Bool(false) => out.extend(b"b0"),
        PhpValue::Int(int) => {
            out.push(b'i');
            out.extend(int.to_le_bytes());
        }
        PhpValue::Float(float) => {
            out.push(b'd');
            out.extend(float.to_le_bytes());
        }
        PhpValue::Null => out.push(b'n'),
        PhpValue::Array(array) => {
            out.push(b'a');
            out.extend(super::oracle::number(array.len()));
            for (key, item) in array.iter() {
                match key {
                    PhpKey::Int(int) => canonical(out, &PhpValue::Int(*int)),
                    PhpKey::Str(text) => {
                        out.push(b's');
                        super::oracle::field(out, text);
                    }
                }
                canonical(out, item);
            }
        }
    }
}

fn value(bytes: &[u8]) -> (PhpValue, &[u8]) {
    let (&kind, rest) = bytes.split_first().expect("a value has a type");
    let length = |rest: &[u8]| {
        let (length, _) = rest.split_first_chunk().expect("a length has four bytes");
        u32::from_le_bytes(*length) as usize
    };
    match kind {
        b's' => {
            let (text, after) = rest[4..].split_at(length(rest));
            (PhpValue::Str(text.to_vec()), after)
        }
        b'b' => (PhpValue::Bool(rest[0] == b'1'), &rest[1..]),
        b'i' => {
            let (int, after) = rest
                .split_first_chunk()
                .expect("an integer has eight bytes");
            (PhpValue::Int(i64::from_le_bytes(*int)), after)
        }
        b'd' => {
            let (float, after) = rest.split_first_chunk().expect("a float has eight bytes");
            (PhpValue::Float(f64::from_le_bytes(*float)), after)
        }
        b'n' => (PhpValue::Null, rest),
        b'a' => {
            let mut array = PhpArray::new();
            let mut after = &rest[4..];
            for _ in 0..length(rest) {
                let (key, next) = value(after);
                let (item, next) = value(next);
                after = next;
                let key = match key {
                    PhpValue::Int(int) => PhpKey::Int(int),
                    key => PhpKey::Str(key.to_bytes()),
                };
                array.insert(key, item);
            }
            (PhpValue::Array(array), after)
        }
        kind => panic!("unknown type {kind}"),
    }
}
