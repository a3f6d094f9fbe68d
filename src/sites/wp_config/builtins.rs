//! Functions and constants of PHP itself that configurations put values together with.

use std::path::Path;

use super::run::Runner;
use super::value::Value;

/// Longest file a configuration may read a value from, such as a mounted secret.
const LONGEST_SECRET: u64 = 1 << 16;

/// What PHP's `trim()` cuts.
const BLANKS: &[u8] = b" \t\n\r\0\x0b";

impl Runner {
    /// The functions of PHP that configurations put values together with.
    pub(super) fn pure(&self, name: &[u8], values: &[Value]) -> Option<Value> {
        let text = |i: usize| values.get(i).and_then(Value::to_text);
        // PHP runs in the directory of the script that was asked for: WordPress's own.
        let path = || Some(self.root().join(std::str::from_utf8(&text(0)?).ok()?));
        Some(match (name, values.len()) {
            (b"dirname", 1) => Value::text(dirname(&text(0)?)),
            (b"dirname", 2) => {
                let mut path = text(0)?;
                for _ in 0..values.get(1)?.to_int()?.clamp(0, 64) {
                    path = dirname(&path).to_vec();
                }
                Value::Text(path)
            }
            (b"basename", 1) => {
                let path = text(0)?;
                let trimmed = path.trim_ascii_end_of(b'/');
                Value::text(trimmed.rsplit(|b| *b == b'/').next().unwrap_or_default())
            }
            (b"trim" | b"ltrim" | b"rtrim", 1 | 2) => {
                let set = if values.len() == 2 {
                    text(1)?
                } else {
                    BLANKS.to_vec()
                };
                if set.windows(2).any(|pair| pair == b"..") {
                    return None;
                }
                let text = text(0)?;
                let kept = |b: &u8| !set.contains(b);
                let start = if name == b"rtrim" {
                    0
                } else {
                    text.iter().position(kept).unwrap_or(text.len())
                };
                let end = if name == b"ltrim" {
                    text.len()
                } else {
                    text.iter().rposition(kept).map_or(start, |last| last + 1)
                };
                Value::text(text.get(start..end.max(start))?)
            }
            (b"strtolower", 1) => Value::Text(text(0)?.to_ascii_lowercase()),
            (b"strtoupper", 1) => Value::Text(text(0)?.to_ascii_uppercase()),
            (b"intval", 1) => Value::Int(values.first()?.to_int()?),
            (b"boolval", 1) => Value::Bool(values.first()?.truth()?),
            (b"strval", 1) => Value::Text(text(0)?),
            (b"strlen", 1) => Value::Int(i64::try_from(text(0)?.len()).ok()?),
            (b"base64_decode", 1) => Value::Text(base64(&text(0)?)?),
            (b"file_exists", 1) => Value::Bool(path()?.exists()),
            (b"is_file" | b"is_readable", 1) => Value::Bool(path()?.is_file()),
            (b"is_dir", 1) => Value::Bool(path()?.is_dir()),
            (b"realpath", 1) => {
                let path = std::fs::canonicalize(path()?).ok()?;
                Value::text(path.to_str()?)
            }
            (b"file_get_contents", 1) => Value::Text(small_file(&path()?)?),
            _ => return None,
        })
    }
}

/// Functions that take no variable by reference, named where [`Runner::pure`] has no answer.
pub(super) const PURE: &[&[u8]] = &[
    b"getenv",
    b"dirname",
    b"basename",
    b"trim",
    b"ltrim",
    b"rtrim",
    b"strtolower",
    b"strtoupper",
    b"intval",
    b"boolval",
    b"strval",
    b"strlen",
    b"base64_decode",
    b"file_exists",
    b"is_file",
    b"is_readable",
    b"is_dir",
    b"realpath",
    b"file_get_contents",
    b"ini_set",
    b"set_time_limit",
    b"error_reporting",
    b"header",
    b"setlocale",
    b"date_default_timezone_set",
    b"strpos",
    b"stripos",
    b"str_contains",
    b"str_replace",
    b"strtr",
    b"substr",
    b"explode",
    b"implode",
    b"in_array",
    b"is_array",
    b"is_string",
    b"array_key_exists",
    b"sprintf",
    b"parse_url",
    b"json_decode",
    b"rawurldecode",
    b"urldecode",
    b"md5",
    b"sha1",
    b"hash",
    b"count",
    b"is_null",
    b"is_dir",
    b"putenv",
    b"version_compare",
];

/// PHP's `dirname()` for unix paths.
pub(super) fn dirname(path: &[u8]) -> &[u8] {
    let absolute = path.starts_with(b"/");
    let path = path.trim_ascii_end_of(b'/');
    if absolute && path.is_empty() {
        return b"/";
    }
    match path.iter().rposition(|b| *b == b'/') {
        None => b".",
        Some(slash) => match path
            .get(..slash)
            .unwrap_or_default()
            .trim_ascii_end_of(b'/')
        {
            b"" => b"/",
            parent => parent,
        },
    }
}

trait TrimEnd {
    /// Without the bytes `end` at its end, but for a first one.
    fn trim_ascii_end_of(&self, end: u8) -> &[u8];
}

impl TrimEnd for [u8] {
    fn trim_ascii_end_of(&self, end: u8) -> &[u8] {
        let length = self
            .iter()
            .rposition(|b| *b != end)
            .map_or(0, |last| last + 1);
        self.get(..length).unwrap_or_default()
    }
}

/// Constants of PHP itself that configurations use.
pub(super) fn builtin_constant(name: &[u8]) -> Option<Value> {
    Some(match name {
        b"PHP_EOL" => Value::text("\n"),
        b"DIRECTORY_SEPARATOR" => Value::text("/"),
        b"PATH_SEPARATOR" => Value::text(":"),
        b"PHP_INT_MAX" => Value::Int(i64::MAX),
        b"E_ALL" => Value::Int(32767),
        b"E_ERROR" => Value::Int(1),
        b"E_WARNING" => Value::Int(2),
        b"E_NOTICE" => Value::Int(8),
        b"E_STRICT" => Value::Int(2048),
        b"E_DEPRECATED" => Value::Int(8192),
        b"E_USER_DEPRECATED" => Value::Int(16384),
        b"MYSQLI_CLIENT_COMPRESS" => Value::Int(32),
        b"MYSQLI_CLIENT_FOUND_ROWS" => Value::Int(2),
        b"MYSQLI_CLIENT_IGNORE_SPACE" => Value::Int(256),
        b"MYSQLI_CLIENT_INTERACTIVE" => Value::Int(1024),
        b"MYSQLI_CLIENT_SSL" => Value::Int(2048),
        b"MYSQLI_CLIENT_SSL_DONT_VERIFY_SERVER_CERT" => Value::Int(64),
        b"MYSQLI_CLIENT_SSL_VERIFY_SERVER_CERT" => Value::Int(1 << 30),
        _ => return None,
    })
}

fn small_file(path: &Path) -> Option<Vec<u8>> {
    let metadata = std::fs::metadata(path).ok()?;
    if !metadata.is_file() || metadata.len() > LONGEST_SECRET {
        return None;
    }
    std::fs::read(path).ok()
}

/// Plain base64. `None` for anything PHP would be lenient about.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let body = text.trim_ascii_end_of(b'=');
    if !text.len().is_multiple_of(4) || text.len() - body.len() > 2 {
        return None;
    }
    let mut out = Vec::with_capacity(text.len());
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in body {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    Some(out)
}
