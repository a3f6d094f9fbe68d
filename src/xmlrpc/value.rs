//! Values and their XML. Port of wp-includes/IXR/class-IXR-value.php and of what PHP does to such values.

use std::borrow::Cow;
use std::fmt;

use super::date::Date;
use super::fault::Fatal;
use crate::php::html::htmlspecialchars;
use crate::php::number::float_to_string;
use crate::php::string::str_truthy;

/// A PHP value, as far as XML-RPC has them. Not `Clone` and not comparable: strangers choose how deep values go, and
/// nothing may recurse into them.
#[derive(Debug)]
pub enum Value {
    /// What PHP gives for what is not there. On the wire an empty string.
    Null,
    /// `boolean`
    Bool(bool),
    /// `int`, `i4`
    Int(i64),
    /// `double`
    Double(f64),
    /// `string`, `base64` of a request, or untyped: any bytes, neither slashed nor escaped.
    String(Vec<u8>),
    /// `array` and `struct`: one type in PHP.
    Array(Array),
    /// `dateTime.iso8601`: an object in PHP.
    Date(Box<Date>),
    /// `base64` of a response (`IXR_Base64`): the bytes to encode.
    Base64(Vec<u8>),
}

/// A PHP array: a list, or values under keys in their order. An integer key is its decimal digits: PHP makes the two
/// the same.
#[derive(Default)]
pub struct Array {
    /// As many as there are values; `None` for a list.
    keys: Option<Vec<Vec<u8>>>,
    values: Vec<Value>,
}

impl Array {
    /// A list.
    pub fn list(values: Vec<Value>) -> Self {
        Self { keys: None, values }
    }

    /// No members yet; add them with [`push`](Self::push).
    pub fn structure() -> Self {
        Self {
            keys: Some(Vec::new()),
            values: Vec::new(),
        }
    }

    /// Adds a member. The key must not be there yet. In a list the key is ignored and the next number taken.
    pub fn push(&mut self, key: Vec<u8>, value: Value) {
        if let Some(keys) = &mut self.keys {
            keys.push(key);
        }
        self.values.push(value);
    }

    /// Puts `value` in the place of what is at position `at`, if anything is.
    pub(super) fn replace(&mut self, at: usize, value: Value) {
        if let Some(place) = self.values.get_mut(at) {
            *place = value;
        }
    }

    /// `count()`
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    fn position(&self, key: &[u8]) -> Option<usize> {
        match &self.keys {
            Some(keys) => keys.iter().position(|own| own == key),
            None => std::str::from_utf8(key)
                .ok()
                .filter(|digits| *digits == "0" || !digits.starts_with(['0', '+']))
                .and_then(|digits| digits.parse().ok())
                .filter(|&at| at < self.values.len()),
        }
    }

    /// The value under a key, searched from the start.
    pub fn get(&self, key: &[u8]) -> Option<&Value> {
        self.values.get(self.position(key)?)
    }

    /// Takes the value under a key out, leaving null.
    pub fn take(&mut self, key: &[u8]) -> Value {
        match self.position(key) {
            Some(at) => std::mem::replace(&mut self.values[at], Value::Null),
            None => Value::Null,
        }
    }

    /// The values in their order.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The values in their order, without their keys.
    pub fn into_values(mut self) -> Vec<Value> {
        std::mem::take(&mut self.values)
    }

    /// Keys and values in their order.
    pub fn iter(&self) -> impl Iterator<Item = (Cow<'_, [u8]>, &Value)> {
        self.values
            .iter()
            .enumerate()
            .map(|(at, value)| match &self.keys {
                Some(keys) => (Cow::Borrowed(keys[at].as_slice()), value),
                None => (Cow::Owned(at.to_string().into_bytes()), value),
            })
    }

    /// Port of `IXR_Value::isStruct()`: whether the keys are other than 0, 1, 2, … in this order.
    pub fn is_struct(&self) -> bool {
        self.keys.as_ref().is_some_and(|keys| {
            keys.iter()
                .enumerate()
                .any(|(at, key)| key.as_slice() != at.to_string().as_bytes())
        })
    }

    /// Port of `+` on two arrays: what the left one lacks comes from the right one.
    pub(super) fn union(mut self, mut other: Self) -> Self {
        if self.keys.is_none() && other.keys.is_none() {
            let have = self.values.len().min(other.values.len());
            self.values.extend(other.values.drain(have..));
            return self;
        }
        let keys = |array: &Self| array.iter().map(|(key, _)| key.into_owned()).collect();
        let mut own: Vec<Vec<u8>> = keys(&self);
        let foreign: Vec<Vec<u8>> = keys(&other);
        let have: std::collections::HashSet<Vec<u8>> = own.iter().cloned().collect();
        for (key, value) in foreign.into_iter().zip(other.values.drain(..)) {
            if !have.contains(&key) {
                own.push(key);
                self.values.push(value);
            }
        }
        self.keys = Some(own);
        self
    }
}

impl Drop for Array {
    /// Takes nested arrays apart one by one: as deep as strangers may nest them, recursion would overflow the stack.
    fn drop(&mut self) {
        let mut pending = std::mem::take(&mut self.values);
        while let Some(value) = pending.pop() {
            if let Value::Array(mut inner) = value {
                pending.append(&mut inner.values);
            }
        }
    }
}

impl fmt::Debug for Array {
    /// The size only: what is inside may be deep.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Array({})", self.values.len())
    }
}

impl Value {
    /// A string.
    pub fn string(text: impl Into<Vec<u8>>) -> Self {
        Self::String(text.into())
    }

    /// A list.
    pub fn list(values: Vec<Value>) -> Self {
        Self::Array(Array::list(values))
    }

    /// A struct with these members, whose names differ.
    pub fn members<const N: usize>(members: [(&str, Value); N]) -> Self {
        let mut array = Array::structure();
        for (name, value) in members {
            array.push(name.as_bytes().to_vec(), value);
        }
        Self::Array(array)
    }

    /// `$value[0]`, `$value[1]`, …: elements of an array, or of a string its bytes. What is not there is null, or in
    /// a string the empty string.
    ///
    /// # Errors
    /// [`Fatal`] on an object.
    pub fn elements<const N: usize>(self) -> Result<[Self; N], Fatal> {
        match self {
            Self::Array(mut array) => Ok(std::array::from_fn(|at| {
                array.take(at.to_string().as_bytes())
            })),
            Self::String(text) => Ok(std::array::from_fn(|at| {
                Self::string(text.get(at..=at).unwrap_or_default())
            })),
            Self::Date(_) | Self::Base64(_) => Err(Fatal),
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Double(_) => {
                Ok(std::array::from_fn(|_| Self::Null))
            }
        }
    }

    /// `$value['name']` with a name that is no number: null where there is no such member, or nothing to have members.
    ///
    /// # Errors
    /// [`Fatal`] on a string or an object.
    pub fn key(&self, name: &[u8]) -> Result<&Self, Fatal> {
        match self {
            Self::Array(array) => Ok(array.get(name).unwrap_or(&Self::Null)),
            Self::String(_) | Self::Date(_) | Self::Base64(_) => Err(Fatal),
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Double(_) => Ok(&Self::Null),
        }
    }

    /// `(string)`. `None` for an array, which PHP spells `Array`, and for an object, on which it dies.
    pub fn text(&self) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::Null | Self::Bool(false) => Some(Cow::Borrowed(b"")),
            Self::Bool(true) => Some(Cow::Borrowed(b"1")),
            Self::Int(int) => Some(Cow::Owned(int.to_string().into_bytes())),
            Self::Double(double) => Some(Cow::Owned(float_to_string(*double))),
            Self::String(text) => Some(Cow::Borrowed(text)),
            Self::Array(_) | Self::Date(_) | Self::Base64(_) => None,
        }
    }

    /// `(bool)`
    pub fn truthy(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(truth) => *truth,
            Self::Int(int) => *int != 0,
            Self::Double(double) => *double != 0.0,
            Self::String(text) => str_truthy(text),
            Self::Array(array) => !array.is_empty(),
            Self::Date(_) | Self::Base64(_) => true,
        }
    }

    /// Port of `IXR_Value::getXml()`. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
    pub fn xml(&self) -> Vec<u8> {
        let mut xml = Vec::new();
        // What is still to be written, last first: a value with what follows it, or an end tag.
        let mut todo = vec![Todo::Value(self, "")];
        while let Some(next) = todo.pop() {
            let (value, tail) = match next {
                Todo::Text(text) => {
                    xml.extend_from_slice(text.as_bytes());
                    continue;
                }
                Todo::Name(name) => {
                    xml.extend_from_slice(b"  <member><name>");
                    xml.extend(htmlspecialchars(&name));
                    xml.extend_from_slice(b"</name><value>");
                    continue;
                }
                Todo::Value(value, tail) => (value, tail),
            };
            todo.push(Todo::Text(tail));
            match value {
                Self::Null => xml.extend_from_slice(b"<string></string>"),
                Self::Bool(truth) => {
                    let digit = u8::from(*truth);
                    xml.extend_from_slice(format!("<boolean>{digit}</boolean>").as_bytes());
                }
                Self::Int(int) => xml.extend_from_slice(format!("<int>{int}</int>").as_bytes()),
                Self::Double(double) => wrap(&mut xml, "double", &float_to_string(*double)),
                Self::String(text) => wrap(&mut xml, "string", &htmlspecialchars(text)),
                Self::Date(date) => wrap(&mut xml, "dateTime.iso8601", &date.iso()),
                Self::Base64(data) => wrap(&mut xml, "base64", &base64_encode(data)),
                Self::Array(array) if array.is_struct() => {
                    xml.extend_from_slice(b"<struct>\n");
                    todo.push(Todo::Text("</struct>"));
                    let members: Vec<_> = array.iter().collect();
                    for (name, member) in members.into_iter().rev() {
                        todo.push(Todo::Value(member, "</value></member>\n"));
                        todo.push(Todo::Name(name));
                    }
                }
                Self::Array(array) => {
                    xml.extend_from_slice(b"<array><data>\n");
                    todo.push(Todo::Text("</data></array>"));
                    for item in array.values().iter().rev() {
                        todo.push(Todo::Value(item, "</value>\n"));
                        todo.push(Todo::Text("  <value>"));
                    }
                }
            }
        }
        xml
    }
}

/// A step of [`Value::xml`].
enum Todo<'a> {
    Text(&'static str),
    Name(Cow<'a, [u8]>),
    /// A value and what follows it.
    Value(&'a Value, &'static str),
}

fn wrap(xml: &mut Vec<u8>, tag: &str, content: &[u8]) {
    xml.extend_from_slice(format!("<{tag}>").as_bytes());
    xml.extend_from_slice(content);
    xml.extend_from_slice(format!("</{tag}>").as_bytes());
}

/// PHP's `base64_encode()`.
fn base64_encode(data: &[u8]) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = Vec::with_capacity(data.len().div_ceil(3) * 4);
    for group in data.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            if place <= group.len() {
                out.push(ALPHABET[(bits >> (18 - 6 * place) & 63) as usize]);
            } else {
                out.push(b'=');
            }
        }
    }
    out
}
