//! PHP's values and its array: an ordered map with integers and strings as keys.

use std::collections::HashMap;

use super::string;

/// A key of an array. Strings that spell an integer are integers: use [`PhpKey::new`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PhpKey {
    /// An integer.
    Int(i64),
    /// Any other string.
    Str(Vec<u8>),
}

impl PhpKey {
    /// Port of `ZEND_HANDLE_NUMERIC_STR`: `"10"` is the integer 10; `"010"`, `"+1"`, `"-0"` and `"1.0"` stay strings.
    pub fn new(text: &[u8]) -> Self {
        let digits = text.strip_prefix(b"-").unwrap_or(text);
        let canonical = match digits {
            b"0" => text.len() == 1,
            [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
            _ => false,
        };
        canonical
            .then(|| std::str::from_utf8(text).ok()?.parse().ok())
            .flatten()
            .map_or_else(|| Self::Str(text.to_vec()), Self::Int)
    }
}

impl From<i64> for PhpKey {
    fn from(key: i64) -> Self {
        Self::Int(key)
    }
}

impl From<&[u8]> for PhpKey {
    fn from(key: &[u8]) -> Self {
        Self::new(key)
    }
}

impl From<&str> for PhpKey {
    fn from(key: &str) -> Self {
        Self::new(key.as_bytes())
    }
}

/// A PHP value. Objects and resources are never needed.
#[derive(Clone, Debug, PartialEq)]
pub enum PhpValue {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// A string.
    Str(Vec<u8>),
    /// An array.
    Array(PhpArray),
}

impl PhpValue {
    /// The array, if it is one.
    pub const fn as_array(&self) -> Option<&PhpArray> {
        match self {
            Self::Array(array) => Some(array),
            _ => None,
        }
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&[u8]> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// `(string)`: an array is `Array`, as PHP has it.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Null | Self::Bool(false) => Vec::new(),
            Self::Bool(true) => b"1".to_vec(),
            Self::Int(int) => int.to_string().into_bytes(),
            Self::Float(float) => string::float_to_string(*float),
            Self::Str(text) => text.clone(),
            Self::Array(_) => b"Array".to_vec(),
        }
    }

    /// `(int)`. A float out of range gives 0 here, where PHP would wrap it.
    pub fn to_int(&self) -> i64 {
        match self {
            Self::Null => 0,
            Self::Bool(yes) => i64::from(*yes),
            Self::Int(int) => *int,
            Self::Float(float) if float.abs() < 9.2e18 => *float as i64,
            Self::Float(_) => 0,
            Self::Str(text) => string::intval(text),
            Self::Array(array) => i64::from(!array.is_empty()),
        }
    }

    /// `(bool)`
    pub fn truthy(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(yes) => *yes,
            Self::Int(int) => *int != 0,
            Self::Float(float) => *float != 0.0,
            Self::Str(text) => string::str_truthy(text),
            Self::Array(array) => !array.is_empty(),
        }
    }
}

/// PHP's array: keeps the order of insertion; setting a key again keeps its place.
#[derive(Clone, Debug, Default)]
pub struct PhpArray {
    entries: Vec<Option<(PhpKey, PhpValue)>>,
    places: HashMap<PhpKey, usize>,
    /// What `[]` uses next; `None` until an integer key was set.
    next: Option<i64>,
}

impl PhpArray {
    /// `array()`
    pub fn new() -> Self {
        Self::default()
    }

    /// `count()`
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The value under `key`.
    pub fn get(&self, key: impl Into<PhpKey>) -> Option<&PhpValue> {
        self.get_key(&key.into())
    }

    /// The value under `key`, as already made.
    pub fn get_key(&self, key: &PhpKey) -> Option<&PhpValue> {
        let place = *self.places.get(key)?;
        self.entries.get(place)?.as_ref().map(|(_, value)| value)
    }

    /// The value under `key`, to change.
    pub fn get_mut(&mut self, key: &PhpKey) -> Option<&mut PhpValue> {
        let place = *self.places.get(key)?;
        self.entries
            .get_mut(place)?
            .as_mut()
            .map(|(_, value)| value)
    }

    /// `$array[key] = value`
    pub fn insert(&mut self, key: impl Into<PhpKey>, value: PhpValue) {
        let key = key.into();
        if let Some(old) = self.get_mut(&key) {
            *old = value;
            return;
        }
        if let PhpKey::Int(int) = key
            && self.next.is_none_or(|next| int >= next)
        {
            self.next = Some(int.saturating_add(1));
        }
        self.places.insert(key.clone(), self.entries.len());
        self.entries.push(Some((key, value)));
    }

    /// `$array[] = value`. The key it got; `None` (and nothing stored) if the highest integer is taken.
    pub fn push(&mut self, value: PhpValue) -> Option<i64> {
        let key = self.next.unwrap_or(0);
        if self.places.contains_key(&PhpKey::Int(key)) {
            return None;
        }
        self.insert(key, value);
        Some(key)
    }

    /// `unset($array[key])`
    pub fn remove(&mut self, key: &PhpKey) -> Option<PhpValue> {
        let place = self.places.remove(key)?;
        self.entries.get_mut(place)?.take().map(|(_, value)| value)
    }

    /// Keys and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&PhpKey, &PhpValue)> {
        self.entries
            .iter()
            .flatten()
            .map(|(key, value)| (key, value))
    }

    /// Keys in order.
    pub fn keys(&self) -> impl Iterator<Item = &PhpKey> {
        self.iter().map(|(key, _)| key)
    }

    /// Values in order.
    pub fn values(&self) -> impl Iterator<Item = &PhpValue> {
        self.iter().map(|(_, value)| value)
    }
}

/// `===` without the inner pointers: the same keys with the same values in the same order.
impl PartialEq for PhpArray {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<K: Into<PhpKey>> FromIterator<(K, PhpValue)> for PhpArray {
    fn from_iter<I: IntoIterator<Item = (K, PhpValue)>>(pairs: I) -> Self {
        let mut array = Self::new();
        for (key, value) in pairs {
            array.insert(key, value);
        }
        array
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numeric_strings_are_integer_keys() {
        assert_eq!(PhpKey::new(b"10"), PhpKey::Int(10));
        assert_eq!(PhpKey::new(b"-5"), PhpKey::Int(-5));
        for text in ["-0", "010", "+1", "1.0", "", "9223372036854775808"] {
            assert_eq!(PhpKey::new(text.as_bytes()), PhpKey::Str(text.into()));
        }
    }

    #[test]
    fn pushing_goes_on_behind_the_highest_key() {
        let mut array = PhpArray::new();
        array.insert(-5, PhpValue::Null);
        assert_eq!(array.push(PhpValue::Null), Some(-4));
        assert!(array.keys().eq(&[PhpKey::Int(-5), PhpKey::Int(-4)]));
        array.insert(i64::MAX, PhpValue::Null);
        assert_eq!(array.push(PhpValue::Null), None);
    }
}
