//! Single values as PHP and WordPress read them.

use crate::php;
use crate::php::array::{PhpArray, PhpValue};
use crate::php::number::{floatval, intval, is_numeric};
use crate::wordpress::snapshot::Snapshot;

/// `(int) get_option( … )` as an ID; what is no ID is none.
pub(in crate::wordpress) fn id_option(snapshot: &Snapshot, name: &str) -> u64 {
    u64::try_from(snapshot.options.int(name)).unwrap_or(0)
}

/// Whether the permalink structure's first tag is one of these: `preg_match( '/^[^%]*%(?:…)%/' )`.
pub(in crate::wordpress) fn structure_begins_with(structure: &[u8], tags: &[&[u8]]) -> bool {
    memchr::memchr(b'%', structure)
        .is_some_and(|at| tags.iter().any(|tag| structure[at..].starts_with(tag)))
}

/// A variable's text; `None` for an array. Unset ones are empty, as `fill_query_vars()` makes them.
pub(in crate::wordpress) fn scalar(vars: &PhpArray, name: &str) -> Option<Vec<u8>> {
    match vars.get(name) {
        None => Some(Vec::new()),
        Some(PhpValue::Array(_) | PhpValue::Null) => None,
        Some(value) => Some(value.to_bytes()),
    }
}

pub(in crate::wordpress) fn truthy(vars: &PhpArray, name: &str) -> bool {
    vars.get(name).is_some_and(PhpValue::truthy)
}

pub(super) fn trimmed(text: Option<Vec<u8>>) -> Vec<u8> {
    text.map_or(Vec::new(), |text| php::string::trim(&text).to_vec())
}

pub(super) fn only(text: &[u8], keep: impl Fn(u8) -> bool) -> Vec<u8> {
    text.iter().copied().filter(|byte| keep(*byte)).collect()
}

pub(super) fn is_id_list(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b',' || byte == b'-'
}

/// Port of `absint()`, wp-includes/load.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub(in crate::wordpress) fn absint(text: &[u8]) -> u64 {
    intval(text).unsigned_abs()
}

/// Port of `sanitize_key()`, wp-includes/formatting.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub(super) fn sanitize_key(key: &[u8]) -> Vec<u8> {
    key.iter()
        .map(u8::to_ascii_lowercase)
        .filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        .collect()
}

/// PHP's `checkdate()`.
pub(in crate::wordpress) fn checkdate(year: u64, month: u64, day: u64) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=32767).contains(&year) && (1..=days).contains(&day)
}

/// Whether the variable `error` equals `'404'` in PHP's loose way.
pub(super) fn loosely_404(asked: &PhpArray) -> bool {
    scalar(asked, "error").is_some_and(|error| is_numeric(&error) && floatval(&error) == 404.0)
}

/// Port of `wp_basename()`, wp-includes/formatting.php: the last part that is not empty. A backslash parts too, since both
/// come percent-encoded to the replacement. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub(super) fn basename(path: &[u8]) -> &[u8] {
    let path = php::string::rtrim_set(path, b"/\\");
    let start = memchr::memrchr2(b'/', b'\\', path).map_or(0, |at| at + 1);
    &path[start..]
}

pub(in crate::wordpress) fn like_pattern(word: &[u8], exact: bool) -> Vec<u8> {
    let mut pattern = Vec::with_capacity(word.len() + 2);
    if !exact {
        pattern.push(b'%');
    }
    for byte in word {
        if matches!(byte, b'%' | b'_' | b'\\') {
            pattern.push(b'\\');
        }
        pattern.push(*byte);
    }
    if !exact {
        pattern.push(b'%');
    }
    pattern
}
