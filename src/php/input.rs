//! Query strings and form bodies to arrays: main/php_variables.c.

use super::array::{PhpArray, PhpKey, PhpValue};
use super::string::is_space;
use super::url::urldecode;

/// `max_input_nesting_level`
const MAX_NESTING: usize = 64;

/// Port of `php_default_treat_data()`, that is of `parse_str()` and of `$_GET`: `a=1&b[]=2`, decoded, with PHP's
/// mangled names. Fields beyond `max_vars` (`max_input_vars`, 1000) are dropped. A NUL byte ends the text.
pub fn parse_str(text: &[u8], max_vars: usize) -> PhpArray {
    let mut array = PhpArray::new();
    let text = until_nul(text);
    for field in text
        .split(|&byte| byte == b'&')
        .filter(|field| !field.is_empty())
        .take(max_vars)
    {
        let (name, value) = match memchr::memchr(b'=', field) {
            Some(at) => (&field[..at], urldecode(&field[at + 1..])),
            None => (field, Vec::new()),
        };
        register(&mut array, &urldecode(name), value);
    }
    array
}

/// Port of `php_std_post_handler()`, that is of `$_POST` for `application/x-www-form-urlencoded`. As [`parse_str`],
/// but empty fields count, NUL bytes are data, and one field more than `max_vars` is taken.
pub fn parse_form(body: &[u8], max_vars: usize) -> PhpArray {
    let mut array = PhpArray::new();
    if body.is_empty() {
        return array;
    }
    let body = body.strip_suffix(b"&").unwrap_or(body);
    for field in body
        .split(|&byte| byte == b'&')
        .take(max_vars.saturating_add(1))
    {
        let (name, value) = match memchr::memchr(b'=', field) {
            Some(at) => (&field[..at], urldecode(&field[at + 1..])),
            None => (field, Vec::new()),
        };
        register(&mut array, &urldecode(name), value);
    }
    array
}

fn until_nul(text: &[u8]) -> &[u8] {
    &text[..memchr::memchr(0, text).unwrap_or(text.len())]
}

/// Port of `php_register_variable_ex()`: stores `value` under a name such as `a.b[c][]`. Spaces at the start are cut,
/// `.` and spaces before the first `[` become `_`; a `[` that is never closed becomes `_` too; what follows the last
/// `]` is ignored.
pub fn register(array: &mut PhpArray, name: &[u8], value: Vec<u8>) {
    let name = until_nul(name);
    let given = &name[name.iter().take_while(|&&byte| byte == b' ').count()..];
    let bracket = memchr::memchr(b'[', given);
    let mut first: Vec<u8> = given[..bracket.unwrap_or(given.len())]
        .iter()
        .map(|&byte| mangled(byte))
        .collect();
    if first.is_empty() {
        return;
    }
    // `None` is `[]`.
    let mut path: Vec<Option<Vec<u8>>> = Vec::new();
    let mut open = bracket;
    while let Some(at) = open {
        if path.len() >= MAX_NESTING {
            array.remove(&PhpKey::new(&first));
            return;
        }
        let inside = &given[at + 1..];
        let skip = usize::from(inside.first().is_some_and(|&byte| is_space(byte)));
        if inside.get(skip) == Some(&b']') {
            path.push(None);
            open = Some(at + 1 + skip + 1);
        } else if let Some(end) = memchr::memchr(b']', &inside[skip..]) {
            path.push(Some(inside[..skip + end].to_vec()));
            open = Some(at + 1 + skip + end + 1);
        } else {
            // QUIRK: `a[b` is `a_b`, but `a[b][c` is `a[b]`, as the cut falls behind an end of string.
            if path.is_empty() {
                first.push(b'_');
                first.extend(inside.iter().map(|&byte| match byte {
                    b'[' => b'_',
                    byte => mangled(byte),
                }));
            }
            break;
        }
        open = open.filter(|&at| given.get(at) == Some(&b'['));
    }

    let mut table = array;
    let mut key = Some(first);
    for next in path {
        let place = match key {
            Some(name) => {
                if is_forbidden(&name, given) {
                    return;
                }
                let place = PhpKey::new(&name);
                if !matches!(table.get_key(&place), Some(PhpValue::Array(_))) {
                    table.insert(place.clone(), PhpValue::Array(PhpArray::new()));
                }
                place
            }
            None => match table.push(PhpValue::Array(PhpArray::new())) {
                Some(place) => PhpKey::Int(place),
                None => return,
            },
        };
        let Some(PhpValue::Array(inner)) = table.get_mut(&place) else {
            return;
        };
        table = inner;
        key = next;
    }
    match key {
        Some(name) if is_forbidden(&name, given) => {}
        Some(name) => table.insert(PhpKey::new(&name), PhpValue::Str(value)),
        None => {
            table.push(PhpValue::Str(value));
        }
    }
}

const fn mangled(byte: u8) -> u8 {
    match byte {
        b' ' | b'.' => b'_',
        byte => byte,
    }
}

/// Port of `php_is_forbidden_variable_name()`: a name must not become a cookie prefix by mangling.
fn is_forbidden(name: &[u8], given: &[u8]) -> bool {
    [&b"__Host-"[..], b"__Secure-"]
        .iter()
        .any(|prefix| name.starts_with(prefix) && !given.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: Option<&PhpValue>) -> &[u8] {
        value.and_then(PhpValue::as_str).unwrap()
    }

    #[test]
    fn names_are_mangled() {
        let array = parse_str(b"blog.name=a&+b+c=d&e[f=g", 1000);
        assert_eq!(text(array.get("blog_name")), b"a");
        assert_eq!(text(array.get("b_c")), b"d");
        assert_eq!(text(array.get("e_f")), b"g");
    }

    #[test]
    fn brackets_nest() {
        let array = parse_str(b"a[b][]=1&a[b][]=2&a[7]=3&x=1&x=2", 1000);
        let a = array.get("a").and_then(PhpValue::as_array).unwrap();
        let b = a.get("b").and_then(PhpValue::as_array).unwrap();
        assert_eq!(text(b.get(1)), b"2");
        assert_eq!(text(a.get(7)), b"3");
        assert_eq!(text(array.get("x")), b"2");
    }

    #[test]
    fn too_many_fields_are_dropped() {
        assert_eq!(parse_str(b"a&b&&c&d", 3).len(), 3);
        assert_eq!(parse_form(b"a&b&&c&d", 3).len(), 3);
    }

    #[test]
    fn too_deep_names_take_their_variable_with_them() {
        let name = format!("a=1&a{}=2", "[]".repeat(65));
        assert!(parse_str(name.as_bytes(), 1000).is_empty());
    }
}
