//! PHP values as far as they are known.

use std::sync::Arc;

/// Why a value is only known when the file runs. Holds no text of the file but names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// The file, as a path.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// What stands there, such as `getenv()`.
    pub what: Arc<str>,
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} line {}: {}", self.file, self.line, self.what)
    }
}

/// A PHP value.
#[derive(Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Vec<u8>),
    Array(Vec<(Value, Value)>),
    Unknown(Why),
}

/// Longest string and largest array that are followed.
const LARGEST: usize = 1 << 16;

impl Value {
    pub(super) fn text(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Text(bytes.into())
    }

    /// PHP's truth, if it is known.
    pub(super) fn truth(&self) -> Option<bool> {
        match self {
            Self::Null => Some(false),
            Self::Bool(b) => Some(*b),
            Self::Int(n) => Some(*n != 0),
            Self::Float(n) => Some(*n != 0.0),
            Self::Text(text) => Some(!text.is_empty() && text != b"0"),
            Self::Array(items) => Some(!items.is_empty()),
            Self::Unknown(_) => None,
        }
    }

    /// `(string)`. `None` for what is unknown, and for floats and arrays, which no configuration writes out.
    pub(super) fn to_text(&self) -> Option<Vec<u8>> {
        match self {
            Self::Null | Self::Bool(false) => Some(Vec::new()),
            Self::Bool(true) => Some(b"1".to_vec()),
            Self::Int(n) => Some(n.to_string().into_bytes()),
            Self::Text(text) => Some(text.clone()),
            Self::Float(_) | Self::Array(_) | Self::Unknown(_) => None,
        }
    }

    /// `(int)`
    pub(super) fn to_int(&self) -> Option<i64> {
        match self {
            Self::Null => Some(0),
            Self::Bool(b) => Some(i64::from(*b)),
            Self::Int(n) => Some(*n),
            // PHP's `(int)` cuts towards zero, as this does; what does not fit is nothing anyone configures.
            Self::Float(n) if n.abs() < 9e15 => Some(*n as i64),
            Self::Text(text) => leading_int(text),
            Self::Array(items) => Some(i64::from(!items.is_empty())),
            Self::Float(_) | Self::Unknown(_) => None,
        }
    }

    /// Whether two known values are alike by `==`. `None` where PHP's rules are subtler than configurations need.
    pub(super) fn loosely_equals(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Unknown(_), _) | (_, Self::Unknown(_)) => None,
            // Null is an empty string to strings, and false to all else.
            (Self::Null, Self::Text(text)) | (Self::Text(text), Self::Null) => {
                Some(text.is_empty())
            }
            (Self::Bool(_) | Self::Null, _) | (_, Self::Bool(_) | Self::Null) => {
                Some(self.truth()? == other.truth()?)
            }
            (Self::Int(a), Self::Int(b)) => Some(a == b),
            (Self::Text(a), Self::Text(b)) if !numeric(a) || !numeric(b) => Some(a == b),
            (Self::Text(a), Self::Text(b)) if a == b => Some(true),
            (Self::Int(n), Self::Text(text)) | (Self::Text(text), Self::Int(n))
                if plain_int(text) =>
            {
                Some(leading_int(text)? == *n)
            }
            _ => None,
        }
    }

    /// Whether two known values are alike by `===`.
    pub(super) fn identical(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Unknown(_), _) | (_, Self::Unknown(_)) => None,
            (Self::Array(_), Self::Array(_)) => None,
            (a, b) => Some(a == b),
        }
    }

    /// The value under `key`. Keys are integers or strings; `"7"` is 7.
    pub(super) fn at(&self, key: &Self) -> Option<&Self> {
        let Self::Array(items) = self else {
            return None;
        };
        let key = as_key(key)?;
        items
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value)
    }

    /// Puts `value` under `key`, or behind the last integer key. False if it cannot be known what happens.
    pub(super) fn put(&mut self, key: Option<&Self>, value: Self) -> bool {
        if *self == Self::Null {
            *self = Self::Array(Vec::new());
        }
        let Self::Array(items) = self else {
            return false;
        };
        let key = match key {
            Some(key) => as_key(key),
            None => items
                .iter()
                .filter_map(|(key, _)| {
                    if let Self::Int(n) = key {
                        Some(*n)
                    } else {
                        None
                    }
                })
                .max()
                .map_or(Some(0), |last| last.checked_add(1))
                .map(Self::Int),
        };
        let Some(key) = key else { return false };
        match items.iter_mut().find(|(name, _)| *name == key) {
            Some((_, old)) => *old = value,
            None => items.push((key, value)),
        }
        true
    }

    /// Whether it is small enough to be carried on.
    pub(super) fn is_small(&self) -> bool {
        fn weight(value: &Value) -> usize {
            match value {
                Value::Text(text) => 1 + text.len(),
                Value::Array(items) => {
                    1 + items
                        .iter()
                        .map(|(_, value)| 8 + weight(value))
                        .sum::<usize>()
                }
                _ => 1,
            }
        }
        weight(self) <= LARGEST
    }
}

impl std::fmt::Debug for Value {
    /// Kinds only: a value may be a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Text(_) => "string",
            Self::Array(_) => "array",
            Self::Unknown(_) => "unknown",
        })
    }
}

fn as_key(key: &Value) -> Option<Value> {
    match key {
        Value::Int(_) => Some(key.clone()),
        Value::Text(text) if plain_int(text) => leading_int(text).map(Value::Int),
        Value::Text(_) => Some(key.clone()),
        Value::Bool(b) => Some(Value::Int(i64::from(*b))),
        Value::Null => Some(Value::text("")),
        Value::Float(_) | Value::Array(_) | Value::Unknown(_) => None,
    }
}

/// Whether it is a decimal integer as PHP itself would print it.
fn plain_int(text: &[u8]) -> bool {
    std::str::from_utf8(text)
        .is_ok_and(|text| text.parse::<i64>().is_ok_and(|n| n.to_string() == text))
}

/// Whether PHP may read it as a number: on the safe side.
fn numeric(text: &[u8]) -> bool {
    text.trim_ascii()
        .first()
        .is_some_and(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.'))
}

/// `intval()` of a string. `None` if an exponent or an overflow make it more than digits.
fn leading_int(text: &[u8]) -> Option<i64> {
    let text = text.trim_ascii_start();
    let signed = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let digits = text
        .iter()
        .skip(signed)
        .take_while(|b| b.is_ascii_digit())
        .count();
    if matches!(text.get(signed + digits), Some(b'e' | b'E' | b'.')) {
        return None;
    }
    if digits == 0 {
        return Some(0);
    }
    std::str::from_utf8(text.get(..signed + digits)?)
        .ok()?
        .parse()
        .ok()
}
