//! `htmlspecialchars()`, `htmlspecialchars_decode()`, `html_entity_decode()`: ext/standard/html.c.
//!
//! NOT PORTED: `htmlentities()`; the document types HTML5 and XHTML; `ENT_IGNORE` and `ENT_DISALLOWED`. Nothing of
//! WordPress that is needed here asks for them.

use super::html_tables::HTML401;
use super::url::hex;

/// Which quotes take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    /// `ENT_NOQUOTES`
    None,
    /// `ENT_COMPAT`: `"` only.
    Double,
    /// `ENT_QUOTES`: `"` and `'`.
    Both,
}

/// The `ENT_*` flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flags {
    /// Which quotes take part.
    pub quotes: Quotes,
    /// `ENT_SUBSTITUTE`: bytes that are no text become U+FFFD instead of emptying the whole.
    pub substitute: bool,
    /// `ENT_XML1` instead of `ENT_HTML401`: five names only, `'` is `&apos;`.
    pub xml: bool,
}

impl Flags {
    /// PHP's default: `ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML401`.
    pub const DEFAULT: Self = Self {
        quotes: Quotes::Both,
        substitute: true,
        xml: false,
    };

    /// Just the quotes: no substitution, HTML 4.01.
    pub const fn quotes(quotes: Quotes) -> Self {
        Self {
            quotes,
            substitute: false,
            xml: false,
        }
    }
}

/// Port of `htmlspecialchars()` as called with nothing but a text: both quotes, UTF-8, bytes that are no UTF-8 become
/// U+FFFD, entities are encoded again.
pub fn htmlspecialchars(text: &[u8]) -> Vec<u8> {
    htmlspecialchars_with(text, Flags::DEFAULT, b"UTF-8", true)
}

/// Port of `php_escape_html_entities_ex()` with `all` off: `htmlspecialchars()` with all arguments. Without
/// `substitute`, text that is invalid in `charset` gives an empty string. Unknown charsets count as UTF-8.
pub fn htmlspecialchars_with(
    text: &[u8],
    flags: Flags,
    charset: &[u8],
    double_encode: bool,
) -> Vec<u8> {
    let charset = Charset::new(charset);
    let mut out = Vec::with_capacity(text.len() + text.len() / 8);
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let length = match charset.next_char(rest) {
            Ok(length) => length,
            Err(length) => {
                if !flags.substitute {
                    return Vec::new();
                }
                out.extend_from_slice(if charset == Charset::Utf8 {
                    b"\xef\xbf\xbd"
                } else {
                    b"&#xFFFD;"
                });
                at += length;
                continue;
            }
        };
        at += length;
        if length > 1 {
            out.extend_from_slice(&rest[..length]);
            continue;
        }
        match rest[0] {
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            b'"' if flags.quotes != Quotes::None => out.extend_from_slice(b"&quot;"),
            b'\'' if flags.quotes == Quotes::Both => {
                out.extend_from_slice(if flags.xml { b"&apos;" } else { b"&#039;" });
            }
            b'&' => {
                let entity = if double_encode {
                    None
                } else {
                    entity_length(&rest[1..], flags.xml)
                };
                match entity {
                    Some(entity) => {
                        out.extend_from_slice(&rest[..=entity]);
                        at += entity;
                    }
                    None => out.extend_from_slice(b"&amp;"),
                }
            }
            byte => out.push(byte),
        }
    }
    out
}

/// The length of the entity behind `&`, with its `;`, if it is one that need not be encoded again.
fn entity_length(text: &[u8], xml: bool) -> Option<usize> {
    if let [b'#', rest @ ..] = text {
        let (_, length) = numeric_entity(rest).ok()?;
        return Some(length + 2);
    }
    let length = named_entity(text).ok()?;
    resolve(&text[..length], xml)?;
    Some(length + 1)
}

/// Port of `process_numeric_entity()`: what stands behind `&#`, up to the `;`. The number and how many bytes it took,
/// or how many bytes were looked at in vain.
fn numeric_entity(text: &[u8]) -> Result<(u32, usize), usize> {
    let byte = |at: usize| text.get(at).copied().unwrap_or(0);
    let hexadecimal = matches!(byte(0), b'x' | b'X');
    let mut at = usize::from(hexadecimal);
    let mut value: u32 = 0;
    if hexadecimal {
        if hex(byte(at)).is_none() {
            return Err(at);
        }
        // QUIRK: strtol() takes a second prefix: `&#x0x41;` is `A`.
        if byte(at) == b'0' && matches!(byte(at + 1), b'x' | b'X') && hex(byte(at + 2)).is_some() {
            at += 2;
        }
        while let Some(digit) = hex(byte(at)) {
            value = value.saturating_mul(16).saturating_add(u32::from(digit));
            at += 1;
        }
    } else {
        if !byte(at).is_ascii_digit() {
            return Err(at);
        }
        while byte(at).is_ascii_digit() {
            value = value
                .saturating_mul(10)
                .saturating_add(u32::from(byte(at) - b'0'));
            at += 1;
        }
    }
    if byte(at) != b';' || value > 0x10_ffff {
        return Err(at);
    }
    Ok((value, at))
}

/// Port of `process_named_entity_html()`: the length of the name in front of `;`, or how many bytes were looked at in
/// vain.
fn named_entity(text: &[u8]) -> Result<usize, usize> {
    let length = text
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    if length > 0 && text.get(length) == Some(&b';') {
        Ok(length)
    } else {
        Err(length)
    }
}

fn resolve(name: &[u8], xml: bool) -> Option<char> {
    if xml {
        return match name {
            b"amp" => Some('&'),
            b"lt" => Some('<'),
            b"gt" => Some('>'),
            b"quot" => Some('"'),
            b"apos" => Some('\''),
            _ => None,
        };
    }
    HTML401
        .binary_search_by(|(known, _)| known.cmp(&name))
        .ok()
        .map(|place| HTML401[place].1)
}

/// Port of `htmlspecialchars_decode()`: `&amp;`, `&lt;`, `&gt;` and, as the flags say, quotes; numeric forms too.
/// Any charset.
pub fn htmlspecialchars_decode(text: &[u8], flags: Flags) -> Vec<u8> {
    decode(text, flags, false)
}

/// Port of `html_entity_decode()` to UTF-8: all names of HTML 4.01 (or the five of XML) and numeric forms. A number
/// that is no character there stays as it is written.
pub fn html_entity_decode(text: &[u8], flags: Flags) -> Vec<u8> {
    decode(text, flags, true)
}

/// Port of `traverse_for_entities()`.
fn decode(text: &[u8], flags: Flags, all: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(ampersand) = memchr::memchr(b'&', rest) {
        out.extend_from_slice(&rest[..ampersand]);
        rest = &rest[ampersand..];
        if rest.len() < 4 {
            break;
        }
        let (found, looked) = match &rest[1..] {
            [b'#', number @ ..] => match numeric_entity(number) {
                Ok((code, length)) => (
                    char::from_u32(code)
                        .filter(|&c| (all || is_special(c)) && is_allowed(c, flags.xml)),
                    length + 2,
                ),
                Err(length) => (None, length + 2),
            },
            name => match named_entity(name) {
                Ok(length) => (
                    resolve(&name[..length], flags.xml).filter(|&c| all || is_special(c)),
                    length + 1,
                ),
                Err(length) => (None, length + 1),
            },
        };
        let found = found.filter(|c| match c {
            '\'' => flags.quotes == Quotes::Both,
            '"' => flags.quotes != Quotes::None,
            _ => true,
        });
        match found {
            Some(c) => {
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[looked + 1..];
            }
            None => {
                out.extend_from_slice(&rest[..looked]);
                rest = &rest[looked..];
            }
        }
    }
    out.extend_from_slice(rest);
    out
}

const fn is_special(c: char) -> bool {
    matches!(c, '&' | '<' | '>' | '"' | '\'')
}

/// Port of `unicode_cp_is_allowed()`. Surrogates are no `char` at all.
const fn is_allowed(c: char, xml: bool) -> bool {
    match c {
        '\t' | '\n' | '\r' | ' '..='~' => true,
        '\u{7f}'..='\u{9f}' => xml,
        '\u{fffe}' | '\u{ffff}' => !xml,
        c => c >= '\u{a0}',
    }
}

/// The charsets html.c knows, by how they are stepped through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Charset {
    Utf8,
    Single,
    Big5,
    Big5Hkscs,
    Gb2312,
    Sjis,
    EucJp,
}

impl Charset {
    /// Port of `determine_charset()`. Empty is `default_charset`, which is UTF-8.
    fn new(name: &[u8]) -> Self {
        match name.to_ascii_lowercase().as_slice() {
            b"iso-8859-1" | b"iso8859-1" | b"iso-8859-15" | b"iso8859-15" | b"cp1252"
            | b"windows-1252" | b"1252" | b"koi8-r" | b"koi8-ru" | b"koi8r" | b"cp1251"
            | b"windows-1251" | b"win-1251" | b"iso8859-5" | b"iso-8859-5" | b"cp866" | b"866"
            | b"ibm866" | b"macroman" => Self::Single,
            b"big5" | b"950" => Self::Big5,
            b"big5-hkscs" => Self::Big5Hkscs,
            b"gb2312" | b"936" => Self::Gb2312,
            b"shift_jis" | b"sjis" | b"932" | b"sjis-win" | b"cp932" => Self::Sjis,
            b"eucjp" | b"euc-jp" | b"eucjp-win" => Self::EucJp,
            _ => Self::Utf8,
        }
    }

    /// Port of `get_next_char()` on text that is not empty: how long the next character is, or how many bytes are
    /// none.
    fn next_char(self, text: &[u8]) -> Result<usize, usize> {
        let lead = text[0];
        let second = text.get(1).copied();
        match self {
            Self::Single => Ok(1),
            Self::Utf8 => utf8_char(text),
            Self::Big5 | Self::Big5Hkscs => match (lead, second) {
                (0x81..=0xfe, Some(0x40..=0x7e | 0xa1..=0xfe)) => Ok(2),
                (0x81..=0xfe, Some(0x80 | 0xff)) if self == Self::Big5Hkscs => Err(2),
                (0x81..=0xfe, _) => Err(1),
                _ => Ok(1),
            },
            Self::Gb2312 => match (lead, second) {
                (0xa1..=0xfe, Some(0xa1..=0xfe)) => Ok(2),
                (0xa1..=0xfe, None) => Err(1),
                (0xa1..=0xfe, Some(next)) => {
                    let lead = !matches!(next, 0x8e | 0x8f | 0xa0 | 0xff);
                    Err(if lead { 1 } else { 2 })
                }
                (0x00..=0x8d | 0x90..=0x9f, _) => Ok(1),
                _ => Err(1),
            },
            Self::Sjis => match (lead, second) {
                (0x81..=0x9f | 0xe0..=0xfc, Some(0x40..=0x7e | 0x80..=0xfc)) => Ok(2),
                (0x81..=0x9f | 0xe0..=0xfc, None) => Err(1),
                (0x81..=0x9f | 0xe0..=0xfc, Some(next)) => {
                    let lead = !matches!(next, 0x80 | 0xa0 | 0xfd..=0xff);
                    Err(if lead { 1 } else { 2 })
                }
                (0x00..=0x7f | 0xa1..=0xdf, _) => Ok(1),
                _ => Err(1),
            },
            Self::EucJp => euc_jp_char(text),
        }
    }
}

/// A character of UTF-8, or how many bytes one U+FFFD stands for: no byte that could start a character is swallowed.
fn utf8_char(text: &[u8]) -> Result<usize, usize> {
    let lead = text[0];
    let length = match lead {
        0x00..=0x7f => return Ok(1),
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return Err(1),
    };
    let is_trail = |byte: u8| matches!(byte, 0x80..=0xbf);
    let is_lead = |byte: u8| matches!(byte, 0x00..=0x7f | 0xc2..=0xf4);
    let all = text.get(..length);
    if all.is_none_or(|bytes| !bytes[1..].iter().copied().all(is_trail)) {
        for n in 1..length {
            match text.get(n) {
                None => return Err(n),
                Some(&byte) if is_lead(byte) => return Err(n),
                Some(_) => {}
            }
        }
        return Err(length);
    }
    // Shortest form, no surrogates, no more than U+10FFFF.
    match (lead, text[1]) {
        (0xe0, ..0xa0) | (0xed, 0xa0..) => Err(3),
        (0xf0, ..0x90) | (0xf4, 0x90..) => Err(4),
        _ => Ok(length),
    }
}

/// A character of EUC-JP: kanji in two bytes, kana behind 0x8E, more kanji behind 0x8F.
fn euc_jp_char(text: &[u8]) -> Result<usize, usize> {
    let is_trail = |byte: u8| matches!(byte, 0xa1..=0xfe);
    // A byte that could start a character is not swallowed.
    let is_lead = |byte: u8| !matches!(byte, 0xa0 | 0xff);
    let second = text.get(1).copied();
    let third = text.get(2).copied();
    match (text[0], second) {
        (0xa1..=0xfe, Some(0xa1..=0xfe)) | (0x8e, Some(0xa1..=0xdf)) => Ok(2),
        (0xa1..=0xfe | 0x8e, second) => Err(if second.is_none_or(is_lead) { 1 } else { 2 }),
        (0x8f, second) => match (second, third) {
            (Some(second), Some(third)) if is_trail(second) && is_trail(third) => Ok(3),
            _ if second.is_none_or(is_lead) => Err(1),
            _ if third.is_none_or(is_lead) => Err(2),
            _ => Err(3),
        },
        (0xa0 | 0xff, _) => Err(1),
        _ => Ok(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(HTML401.is_sorted_by_key(|(name, _)| *name));
    }

    #[test]
    fn bytes_that_are_no_text_become_one_replacement_each() {
        assert_eq!(
            htmlspecialchars(b"a\xe2\x82<\xff'\""),
            b"a\xef\xbf\xbd&lt;\xef\xbf\xbd&#039;&quot;"
        );
        assert_eq!(
            htmlspecialchars_with(b"\xff", Flags::quotes(Quotes::Both), b"UTF-8", true),
            b""
        );
    }

    #[test]
    fn entities_can_be_left_alone() {
        let flags = Flags::quotes(Quotes::None);
        assert_eq!(
            htmlspecialchars_with(b"&amp;&eacute;&#x41;&apos;&x\"", flags, b"UTF-8", false),
            b"&amp;&eacute;&#x41;&amp;apos;&amp;x\""
        );
    }

    #[test]
    fn entities_are_decoded_once() {
        assert_eq!(
            html_entity_decode(b"&amp;lt;&eacute;&#039;&#0;&#x110000;&lt", Flags::DEFAULT),
            b"&lt;\xc3\xa9'&#0;&#x110000;&lt"
        );
        assert_eq!(
            htmlspecialchars_decode(b"&eacute;&#60;&quot;", Flags::quotes(Quotes::None)),
            b"&eacute;<&quot;"
        );
    }
}
