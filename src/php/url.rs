//! `parse_url()`, `urlencode()` and their kin: ext/standard/url.c.

pub use super::input::{parse_form, parse_str};

/// What [`parse_url`] finds. Bytes as written, but for control characters, which PHP turns into `_`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParsedUrl {
    /// Before `:`, any case.
    pub scheme: Option<Vec<u8>>,
    /// The host, any case, an IPv6 address with its brackets.
    pub host: Option<Vec<u8>>,
    /// Before `:` or `@` of the authority.
    pub user: Option<Vec<u8>>,
    /// Between `:` and `@` of the authority.
    pub pass: Option<Vec<u8>>,
    /// With its leading `/` where there is a host.
    pub path: Option<Vec<u8>>,
    /// Behind `?`, without it; empty if nothing follows.
    pub query: Option<Vec<u8>>,
    /// Behind `#`, without it; empty if nothing follows.
    pub fragment: Option<Vec<u8>>,
    /// The port as a number.
    pub port: Option<u16>,
}

/// How far the parser has come when it jumps.
enum Next {
    Port(usize),
    Host,
    Path,
}

/// Port of `php_url_parse_ex2()`, the whole of `parse_url()`. `None` is PHP's `false`. Takes anything for a URL that
/// is not "seriously malformed"; nothing is decoded or checked.
pub fn parse_url(text: &[u8]) -> Option<ParsedUrl> {
    let mut url = ParsedUrl::default();
    let end = text.len();
    let mut s = 0;
    let relative = text.starts_with(b"//");

    let next = match memchr::memchr(b':', text) {
        Some(colon) if colon > 0 => {
            let valid = text[..colon]
                .iter()
                .all(|&b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'.' | b'-'));
            if !valid {
                let stop = memchr::memchr2(b'?', b'#', text).unwrap_or(end);
                if colon + 1 < end && colon < stop {
                    Next::Port(colon)
                } else if relative {
                    s = 2;
                    Next::Host
                } else {
                    Next::Path
                }
            } else if colon + 1 == end {
                url.scheme = Some(clean(&text[..colon]));
                return Some(url);
            } else if text[colon + 1] != b'/' {
                // `mailto:` needs no slash, and `a.com:80` is a port.
                let digits = text[colon + 1..]
                    .iter()
                    .take_while(|b| b.is_ascii_digit())
                    .count();
                let after = colon + 1 + digits;
                if (after == end || text[after] == b'/') && digits + 1 < 7 {
                    Next::Port(colon)
                } else {
                    url.scheme = Some(clean(&text[..colon]));
                    s = colon + 1;
                    Next::Path
                }
            } else {
                url.scheme = Some(clean(&text[..colon]));
                if text.get(colon + 2) == Some(&b'/') {
                    s = colon + 3;
                    if text[..colon].eq_ignore_ascii_case(b"file")
                        && text.get(colon + 3) == Some(&b'/')
                    {
                        // Windows drive letters: `file:///c:/somedir/file.txt`.
                        if text.get(colon + 5) == Some(&b':') {
                            s = colon + 4;
                        }
                        Next::Path
                    } else {
                        Next::Host
                    }
                } else {
                    s = colon + 1;
                    Next::Path
                }
            }
        }
        Some(colon) => Next::Port(colon),
        None if relative => {
            s = 2;
            Next::Host
        }
        None => Next::Path,
    };

    let host = match next {
        Next::Host => true,
        Next::Path => false,
        Next::Port(colon) => {
            let p = colon + 1;
            let digits = text[p..]
                .iter()
                .take(6)
                .take_while(|b| b.is_ascii_digit())
                .count();
            let pp = p + digits;
            if (1..6).contains(&digits) && (pp == end || text[pp] == b'/') {
                url.port = Some(port_number(&text[p..pp])?);
                if relative {
                    s = 2;
                }
                true
            } else if digits == 0 && p == end {
                return None;
            } else if relative {
                s = 2;
                true
            } else {
                false
            }
        }
    };

    if host {
        let e = text[s..]
            .iter()
            .position(|b| matches!(b, b'/' | b'?' | b'#'))
            .map_or(end, |at| s + at);
        if let Some(at) = memchr::memrchr(b'@', &text[s..e]) {
            let login = &text[s..s + at];
            match memchr::memchr(b':', login) {
                Some(colon) => {
                    url.user = Some(clean(&login[..colon]));
                    url.pass = Some(clean(&login[colon + 1..]));
                }
                None => url.user = Some(clean(login)),
            }
            s += at + 1;
        }
        // An IPv6 address in brackets has colons that are no port's.
        let authority = &text[s..e];
        let bracketed = authority.starts_with(b"[") && authority.ends_with(b"]");
        let colon = if bracketed {
            None
        } else {
            memchr::memrchr(b':', authority)
        };
        let name = match colon {
            Some(colon) => {
                // QUIRK: a port of 0 found before (`/:0`) counts as none found, as PHP tests the number.
                if url.port.unwrap_or(0) == 0 {
                    let digits = &authority[colon + 1..];
                    if digits.len() > 5 {
                        return None;
                    }
                    if !digits.is_empty() {
                        url.port = Some(port_number(digits)?);
                    }
                }
                &authority[..colon]
            }
            None => authority,
        };
        if name.is_empty() {
            return None;
        }
        url.host = Some(clean(name));
        if e == end {
            return Some(url);
        }
        s = e;
    }

    let mut e = end;
    if let Some(at) = memchr::memchr(b'#', &text[s..e]) {
        url.fragment = Some(clean(&text[s + at + 1..e]));
        e = s + at;
    }
    if let Some(at) = memchr::memchr(b'?', &text[s..e]) {
        url.query = Some(clean(&text[s + at + 1..e]));
        e = s + at;
    }
    if s < e || s == end {
        url.path = Some(clean(&text[s..e]));
    }
    Some(url)
}

/// `strtol()` on at most five bytes, if the result is a port. White space and a sign may lead, anything may follow.
fn port_number(text: &[u8]) -> Option<u16> {
    let text = &text[text
        .iter()
        .take_while(|&&b| super::string::is_space(b))
        .count()..];
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let number: u32 = std::str::from_utf8(&text[..digits]).ok()?.parse().ok()?;
    if negative && number > 0 {
        return None;
    }
    u16::try_from(number).ok()
}

/// Port of `php_replace_controlchars_ex()`: control characters become `_`.
fn clean(text: &[u8]) -> Vec<u8> {
    text.iter()
        .map(|&byte| if byte.is_ascii_control() { b'_' } else { byte })
        .collect()
}

/// Port of `urlencode()`: all but letters, digits, `-`, `_`, `.` as upper-case `%XX`, a space as `+`.
pub fn urlencode(text: &[u8]) -> Vec<u8> {
    encode(text, false)
}

/// Port of `rawurlencode()`: all but letters, digits, `-`, `_`, `.`, `~` as upper-case `%XX`.
pub fn rawurlencode(text: &[u8]) -> Vec<u8> {
    encode(text, true)
}

fn encode(text: &[u8], raw: bool) -> Vec<u8> {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'.' => out.push(byte),
            b'~' if raw => out.push(byte),
            b' ' if !raw => out.push(b'+'),
            _ => out.extend_from_slice(&[
                b'%',
                HEX[usize::from(byte >> 4)],
                HEX[usize::from(byte & 15)],
            ]),
        }
    }
    out
}

/// Port of `urldecode()`: `%XX` to bytes, `+` to spaces. A `%` without two hexadecimal digits stays.
pub fn urldecode(text: &[u8]) -> Vec<u8> {
    decode(text, false)
}

/// Port of `rawurldecode()`: `%XX` to bytes. A `%` without two hexadecimal digits stays.
pub fn rawurldecode(text: &[u8]) -> Vec<u8> {
    decode(text, true)
}

fn decode(text: &[u8], raw: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [byte, tail @ ..] = rest {
        rest = tail;
        match (byte, tail) {
            (b'+', _) if !raw => out.push(b' '),
            (b'%', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    rest = after;
                }
                _ => out.push(b'%'),
            },
            _ => out.push(*byte),
        }
    }
    out
}

/// The value of one hexadecimal digit.
pub(crate) const fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_url_comes_apart() {
        let url = parse_url(b"http://u:p@Host:80/p?q#f").unwrap();
        assert_eq!(url.scheme.as_deref(), Some(&b"http"[..]));
        assert_eq!(url.user.as_deref(), Some(&b"u"[..]));
        assert_eq!(url.pass.as_deref(), Some(&b"p"[..]));
        assert_eq!(url.host.as_deref(), Some(&b"Host"[..]));
        assert_eq!(url.port, Some(80));
        assert_eq!(url.path.as_deref(), Some(&b"/p"[..]));
        assert_eq!(url.query.as_deref(), Some(&b"q"[..]));
        assert_eq!(url.fragment.as_deref(), Some(&b"f"[..]));
    }

    #[test]
    fn malformed_urls_are_false() {
        for text in ["http://", "http://:80", "http://a:70000", "//", "http:///x"] {
            assert_eq!(parse_url(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn percent_pairs_go_both_ways() {
        assert_eq!(urlencode(b"a b~\xff"), b"a+b%7E%FF");
        assert_eq!(rawurlencode(b"a b~\xff"), b"a%20b~%FF");
        assert_eq!(urldecode(b"a+%4g%41%"), b"a %4gA%");
        assert_eq!(rawurldecode(b"a+%41"), b"a+A");
    }
}
