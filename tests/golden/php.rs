//! Functions of PHP itself.

use linkbackd::php::array::{PhpArray, PhpKey, PhpValue};
use linkbackd::php::html::{self, Flags, Quotes};
use linkbackd::php::serialize::{Limits, unserialize};
use linkbackd::php::url::ParsedUrl;
use linkbackd::php::{base64, mb_case, string, strip_tags, url};

use super::generate::{
    BASE64, ENTITIES, HTML, NUMBERS, QUERIES, SERIALIZED, SLASHED, TITLES, URLS,
};
use super::judge::{Argument, Row, row, text};

const CHARSETS: &[&str] = &[
    "UTF-8",
    "utf-8",
    "ISO-8859-1",
    "KOI8-R",
    "BIG5",
    "BIG5-HKSCS",
    "GB2312",
    "Shift_JIS",
    "SJIS-win",
    "EUC-JP",
    "cp1251",
    "",
];

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = strings();
    rows.extend(numbers());
    rows.extend(urls());
    rows.extend(markup());
    rows
}

fn strings() -> Vec<Row> {
    use Argument::{OneOf, Text};
    vec![
        text("trim", SLASHED, |_, t| string::trim(t).to_vec()),
        text("ltrim", SLASHED, |_, t| string::ltrim(t).to_vec()),
        text("rtrim", SLASHED, |_, t| string::rtrim(t).to_vec()),
        text("addslashes", SLASHED, |_, t| string::addslashes(t)),
        text("stripslashes", SLASHED, |_, t| string::stripslashes(t)),
        text("strtolower", TITLES, |_, t| string::strtolower(t)),
        text("strtoupper", TITLES, |_, t| string::strtoupper(t)),
        text("mb_strtolower", TITLES, |_, t| mb_case::strtolower_utf8(t)),
        row(
            "mb_strtolower_block",
            vec![Argument::Number(0x11_0000 / 256)],
            |_, a| {
                let block = string::intval(&a[0]) as u32 * 256;
                let text: String = (block..block + 256).filter_map(char::from_u32).collect();
                PhpValue::Str(mb_case::strtolower_utf8(text.as_bytes()))
            },
        ),
        text("base64_decode", BASE64, |_, t| base64::decode(t)),
        row("str_replace", vec![Text(SLASHED); 3], |_, a| {
            PhpValue::Str(string::replace(&a[2], &a[0], &a[1]))
        }),
        row(
            "strtr",
            vec![
                Text(SLASHED),
                Text(BASE64),
                OneOf(&["a", "te", "\\", ""]),
                OneOf(&["0", "'", "ext"]),
            ],
            |_, a| {
                let pairs: &[(&[u8], &[u8])] = &[(&a[1], b"ab"), (&a[2], b""), (&a[3], &a[1])];
                // Of equal keys PHP's array keeps the last.
                let pairs: Vec<_> = pairs
                    .iter()
                    .enumerate()
                    .filter(|(n, (key, _))| !pairs[n + 1..].iter().any(|(later, _)| later == key))
                    .map(|(_, pair)| *pair)
                    .collect();
                PhpValue::Str(string::strtr(&a[0], &pairs))
            },
        ),
        row(
            "stripos",
            vec![Text(SLASHED), OneOf(&["A", "TEX", "\\", "0", ""])],
            |_, a| {
                string::stripos(&a[0], &a[1])
                    .map_or(PhpValue::Bool(false), |at| PhpValue::Int(at as i64))
            },
        ),
        row(
            "strpos",
            vec![Text(SLASHED), OneOf(&["a", "tex", "\\\\", "0", ""])],
            |_, a| {
                string::strpos(&a[0], &a[1])
                    .map_or(PhpValue::Bool(false), |at| PhpValue::Int(at as i64))
            },
        ),
        row(
            "trim_set",
            vec![Text(SLASHED), OneOf(&["/\\", "a", " ,", ""])],
            |_, a| PhpValue::Str(string::trim_set(&a[0], &a[1]).to_vec()),
        ),
        row(
            "strspn",
            vec![Text(SLASHED), OneOf(&["\\a", "t\\'\"", ""])],
            |_, a| PhpValue::Int(string::strspn(&a[0], &a[1]) as i64),
        ),
        row(
            "strcspn",
            vec![Text(SLASHED), OneOf(&["\\a", "t\\'\"", ""])],
            |_, a| PhpValue::Int(string::strcspn(&a[0], &a[1]) as i64),
        ),
        row(
            "substr",
            vec![
                Text(SLASHED),
                OneOf(&["0", "1", "5", "100"]),
                OneOf(&["0", "2", "100"]),
            ],
            |_, a| {
                let number = |n: usize| string::intval(&a[n]) as usize;
                PhpValue::Str(string::substr(&a[0], number(1), Some(number(2))).to_vec())
            },
        ),
        row("unserialize", vec![Text(SERIALIZED)], |_, a| {
            unserialize(&a[0], Limits::default()).unwrap_or(PhpValue::Bool(false))
        }),
    ]
}

fn numbers() -> Vec<Row> {
    use Argument::Text;
    vec![
        row("intval", vec![Text(NUMBERS)], |_, a| {
            PhpValue::Int(string::intval(&a[0]))
        }),
        row("floatval", vec![Text(NUMBERS)], |_, a| {
            PhpValue::Float(string::floatval(&a[0]))
        }),
        text("float_to_string", NUMBERS, |_, t| {
            string::float_to_string(string::floatval(t))
        }),
        row("is_numeric", vec![Text(NUMBERS)], |_, a| {
            PhpValue::Bool(string::is_numeric(&a[0]))
        }),
        row(
            "loose_equal",
            vec![Text(&NUMBERS[..4]), Text(NUMBERS)],
            |_, a| PhpValue::Bool(string::loose_equal(&a[0], &a[1])),
        ),
        row("str_truthy", vec![Text(NUMBERS)], |_, a| {
            PhpValue::Bool(string::str_truthy(&a[0]))
        }),
        row("array_key", vec![Text(NUMBERS)], |_, a| {
            match PhpKey::new(&a[0]) {
                PhpKey::Int(int) => PhpValue::Int(int),
                PhpKey::Str(text) => PhpValue::Str(text),
            }
        }),
    ]
}

fn urls() -> Vec<Row> {
    use Argument::Text;
    vec![
        row("parse_url", vec![Text(URLS)], |_, a| {
            url::parse_url(&a[0]).map_or(PhpValue::Bool(false), |url| parts(&url))
        }),
        text("urlencode", URLS, |_, t| url::urlencode(t)),
        text("rawurlencode", URLS, |_, t| url::rawurlencode(t)),
        text("urldecode", URLS, |_, t| url::urldecode(t)),
        text("rawurldecode", URLS, |_, t| url::rawurldecode(t)),
        row("parse_str", vec![Text(QUERIES)], |_, a| {
            PhpValue::Array(url::parse_str(&a[0], 1000))
        }),
    ]
}

/// What `parse_url()` gives, in PHP's order.
pub(crate) fn parts(url: &ParsedUrl) -> PhpValue {
    let text = |part: &Option<Vec<u8>>| part.clone().map(PhpValue::Str);
    let parts = [
        ("scheme", text(&url.scheme)),
        ("host", text(&url.host)),
        ("port", url.port.map(|port| PhpValue::Int(port.into()))),
        ("user", text(&url.user)),
        ("pass", text(&url.pass)),
        ("path", text(&url.path)),
        ("query", text(&url.query)),
        ("fragment", text(&url.fragment)),
    ];
    let found: PhpArray = parts
        .into_iter()
        .filter_map(|(name, part)| Some((name, part?)))
        .collect();
    PhpValue::Array(found)
}

fn markup() -> Vec<Row> {
    use Argument::{OneOf, Text};
    let quotes = |xml| Flags {
        quotes: Quotes::Both,
        substitute: false,
        xml,
    };
    vec![
        text("strip_tags", HTML, |_, t| strip_tags::strip_tags(t, &[])),
        text("strip_tags_a", HTML, |_, t| {
            strip_tags::strip_tags(t, &[b"a"])
        }),
        text("strip_tags_a_br", HTML, |_, t| {
            strip_tags::strip_tags(t, &[b"a", b"br"])
        }),
        text("htmlspecialchars", ENTITIES, |_, t| {
            html::htmlspecialchars(t)
        }),
        text("htmlspecialchars_quotes", ENTITIES, move |_, t| {
            html::htmlspecialchars_with(t, quotes(false), b"UTF-8", false)
        }),
        text("htmlspecialchars_xml", ENTITIES, move |_, t| {
            html::htmlspecialchars_with(t, quotes(true), b"UTF-8", false)
        }),
        row(
            "htmlspecialchars_charset",
            vec![
                Text(&[b"\x81", b"\xa1", b"\x8e", b"\x8f", b"\xfe", b"@", b"<"]),
                OneOf(CHARSETS),
            ],
            |_, a| {
                PhpValue::Str(html::htmlspecialchars_with(
                    &a[0],
                    Flags::DEFAULT,
                    &a[1],
                    true,
                ))
            },
        ),
        text("htmlspecialchars_decode", ENTITIES, move |_, t| {
            html::htmlspecialchars_decode(t, quotes(false))
        }),
        text("htmlspecialchars_decode_no", ENTITIES, |_, t| {
            html::htmlspecialchars_decode(t, Flags::quotes(Quotes::None))
        }),
        text("html_entity_decode", ENTITIES, move |_, t| {
            html::html_entity_decode(t, quotes(false))
        }),
        text("html_entity_decode_xml", ENTITIES, move |_, t| {
            html::html_entity_decode(t, quotes(true))
        }),
    ]
}
