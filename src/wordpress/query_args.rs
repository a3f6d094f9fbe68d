//! Query strings taken apart and put together again: `add_query_arg()` and its kin (wp-includes/functions.php), and
//! `wp_sanitize_redirect()` (wp-includes/pluggable.php).

use super::formatting::url::without_line_breaks;
use crate::php::array::{PhpArray, PhpKey, PhpValue};
use crate::php::string::{replace, rtrim_set, trim_set};
use crate::php::url::{parse_str, rawurlencode, urlencode};

/// `max_input_vars`
const MAX_VARS: usize = 1000;

/// Bytes that [`wp_sanitize_redirect`] leaves, beside letters and digits.
const PLAIN: &[u8] = b"-~+_.?#=&;,/:%!*[]()@";

/// Port of `remove_query_arg()`: `uri` may be a URL or a bare query string. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub fn remove_query_arg(names: &[&str], uri: &[u8]) -> Vec<u8> {
    // PHP goes round for every name; what is left is the same.
    changed(uri, |vars| {
        for name in names {
            vars.remove(&PhpKey::from(*name));
        }
    })
}

/// Port of `add_query_arg()` with an array: values are put in as they are. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub fn add_query_arg(more: &PhpArray, uri: &[u8]) -> Vec<u8> {
    changed(uri, |vars| {
        for (key, value) in more.iter() {
            vars.insert(key.clone(), value.clone());
        }
    })
}

fn changed(uri: &[u8], change: impl FnOnce(&mut PhpArray)) -> Vec<u8> {
    let end = memchr::memchr(b'#', uri).unwrap_or(uri.len());
    let (uri, fragment) = uri.split_at(end);
    let (protocol, uri) = [b"http://".as_slice(), b"https://"]
        .iter()
        .find(|scheme| {
            uri.len() >= scheme.len() && uri[..scheme.len()].eq_ignore_ascii_case(scheme)
        })
        .map_or((b"".as_slice(), uri), |scheme| uri.split_at(scheme.len()));
    let (base, query) = match memchr::memchr(b'?', uri) {
        Some(at) => (uri[..=at].to_vec(), &uri[at + 1..]),
        None if !protocol.is_empty() || !uri.contains(&b'=') => {
            ([uri, b"?"].concat(), b"".as_slice())
        }
        None => (Vec::new(), uri),
    };
    let mut vars = deep(&parse_str(query, MAX_VARS), urlencode);
    change(&mut vars);
    let query = http_build_query(&vars);
    let query = trim_set(&query, b"?");
    let query = without_empty_equals(query);
    let whole = [protocol, &base, &query, fragment].concat();
    replace(rtrim_set(&whole, b"?"), b"?#", b"#")
}

/// `preg_replace( '#=(&|$)#', '$1', $ret )`
fn without_empty_equals(query: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(query.len());
    for (at, byte) in query.iter().enumerate() {
        let next = query.get(at + 1);
        let at_end = next.is_none() || (*next.unwrap_or(&0) == b'\n' && at + 2 == query.len());
        if *byte != b'=' || !(at_end || next == Some(&b'&')) {
            out.push(*byte);
        }
    }
    out
}

/// `urlencode_deep()`, `rawurlencode_deep()`: of the values.
pub fn deep(vars: &PhpArray, encode: fn(&[u8]) -> Vec<u8>) -> PhpArray {
    let mut out = PhpArray::new();
    for (key, value) in vars.iter() {
        let value = match value {
            PhpValue::Array(inner) => PhpValue::Array(deep(inner, encode)),
            other => PhpValue::Str(encode(&other.to_bytes())),
        };
        out.insert(key.clone(), value);
    }
    out
}

/// `array_combine( rawurlencode_deep( array_keys( … ) ), rawurlencode_deep( array_values( … ) ) )`
pub fn rawurlencoded(vars: &PhpArray) -> PhpArray {
    let mut out = PhpArray::new();
    for (key, value) in deep(vars, rawurlencode).iter() {
        out.insert(PhpKey::new(&rawurlencode(&key_text(key))), value.clone());
    }
    out
}

/// Port of `_http_build_query()` as `build_query()` calls it: nothing is encoded.
fn http_build_query(vars: &PhpArray) -> Vec<u8> {
    let mut parts = Vec::new();
    build(vars, None, &mut parts);
    parts.join(b"&".as_slice())
}

fn build(vars: &PhpArray, prefix: Option<&[u8]>, parts: &mut Vec<Vec<u8>>) {
    for (key, value) in vars.iter() {
        let key = key_text(key);
        let name = match prefix {
            Some(prefix) => [prefix, b"%5B", key.as_slice(), b"%5D"].concat(),
            None => key,
        };
        match value {
            PhpValue::Array(inner) => build(inner, Some(&name), parts),
            other => parts.push([name.as_slice(), b"=", &other.to_bytes()].concat()),
        }
    }
}

fn key_text(key: &PhpKey) -> Vec<u8> {
    match key {
        PhpKey::Str(text) => text.clone(),
        PhpKey::Int(number) => number.to_string().into_bytes(),
    }
}

/// Port of `wp_sanitize_redirect()`, wp-includes/pluggable.php: what may stand in a `Location`. Checked: 6.1.9, 6.6.7,
/// 6.9.7, 7.1.
pub fn wp_sanitize_redirect(location: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(location.len());
    for chunk in replace(location, b" ", b"%20").utf8_chunks() {
        // What is UTF-8 is encoded; what is not, is not one of these bytes.
        for char in chunk.valid().chars() {
            let mut buffer = [0; 4];
            let bytes = char.encode_utf8(&mut buffer).as_bytes();
            if !char.is_ascii() {
                out.extend(
                    bytes
                        .iter()
                        .flat_map(|byte| format!("%{byte:02X}").into_bytes()),
                );
            } else if char.is_ascii_alphanumeric() || PLAIN.contains(&bytes[0]) {
                out.extend_from_slice(bytes);
            }
        }
    }
    without_line_breaks(&out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn removed(names: &[&str], uri: &str) -> String {
        String::from_utf8(remove_query_arg(names, uri.as_bytes())).expect("UTF-8")
    }

    #[test]
    fn arguments_go_from_urls_and_from_bare_queries() {
        assert_eq!(removed(&["p"], "p=1&tb=1"), "tb=1");
        assert_eq!(removed(&["p"], ""), "");
        assert_eq!(removed(&["p"], "p=1"), "");
        assert_eq!(removed(&["p"], "foo"), "foo");
        assert_eq!(
            removed(&["p"], "http://a/?p=1&b=c d#x"),
            "http://a/?b=c+d#x"
        );
        assert_eq!(removed(&["p"], "http://a/?p=1#x"), "http://a/#x");
        assert_eq!(removed(&["p"], "a[]=1&a[]=2&b="), "a%5B0%5D=1&a%5B1%5D=2&b");
    }

    #[test]
    fn redirects_hold_only_what_is_allowed() {
        assert_eq!(
            wp_sanitize_redirect("http://a/é <b>\"%0d%0a".as_bytes()),
            b"http://a/%C3%A9%20b"
        );
    }
}
