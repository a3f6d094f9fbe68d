//! mbstring. `tests/mb_oracle.rs` goes through all short texts of each charset.

use linkbackd::php::array::PhpValue;
use linkbackd::php::mb;
use linkbackd::php::string::intval;

use super::generate::Words;
use super::judge::{Argument, Row, row, text};

const CHARSETS: &[&str] = &[
    "UTF-8",
    "ASCII",
    "ISO-8859-1",
    "ISO-8859-15",
    "Windows-1251",
    "Windows-1252",
    "KOI8-R",
    "EUC-JP",
    "SJIS",
    "CP932",
    "JIS",
    "ISO-2022-JP",
    "GB18030",
    "EUC-CN",
    "BIG-5",
    "EUC-KR",
    "UHC",
    "UTF-16",
    "UTF-16LE",
    "UTF-32",
    "UCS-2",
    "UTF7-IMAP",
    "BASE64",
    "UUENCODE",
    "HTML-ENTITIES",
    "Quoted-Printable",
    "7bit",
    "8bit",
];

pub(crate) fn rows() -> Vec<Row> {
    use Argument::{OneOf, Text};
    vec![
        row(
            "mb_convert_encoding",
            vec![
                Text(TEXTS),
                OneOf(&["UTF-8", "ISO-8859-1"]),
                OneOf(CHARSETS),
            ],
            |_, a| mb::convert_encoding(&a[0], &a[1], &a[2]).map_or(PhpValue::Null, PhpValue::Str),
        ),
        text("mb_convert_detected", TEXTS, |_, t| {
            mb::convert_encoding(t, b"UTF-8", mb::detect(t).as_bytes()).unwrap_or_default()
        }),
        row("mb_check_encoding", vec![Text(TEXTS)], |_, a| {
            PhpValue::Bool(mb::check_utf8(&a[0]))
        }),
        row("mb_strlen", vec![Text(TEXTS)], |_, a| {
            PhpValue::Int(mb::strlen_utf8(&a[0]) as i64)
        }),
        row(
            "mb_substr",
            vec![
                Text(TEXTS),
                OneOf(&["0", "1", "2", "5", "100"]),
                OneOf(&["0", "1", "3", "100"]),
            ],
            |_, a| {
                let number = |n: usize| intval(&a[n]) as usize;
                PhpValue::Str(mb::substr_utf8(&a[0], number(1), number(2)).to_vec())
            },
        ),
    ]
}

/// Pieces that mean something in one charset or another.
const TEXTS: Words = &[
    b"a",
    b"Z",
    b" ",
    b"\n",
    b"\r\n",
    b"=",
    b"==",
    b"=\r\n",
    b"=41",
    b"&",
    b"&-",
    b"-",
    b"&amp;",
    b"&eacute;",
    b"&apos;",
    b"&#65;",
    b"&#x20AC;",
    b"&#x;",
    b"&#4294967361;",
    b"&#1114112;",
    b"&ZeZ-",
    b"&2D3cAA-",
    b"begin 644 x\n",
    b"#86)C\n",
    b"`\nend\n",
    b"QUJD",
    b"QUI=",
    b"\x1b$B",
    b"\x1b(B",
    b"\x1b(J",
    b"\x1b(I",
    b"\x1b$(D",
    b"\x1b$@",
    b"\x1b$",
    b"\x1b",
    b"$\"",
    b"F|K\\",
    b"\x0e1\x0f",
    b"\\~",
    b"\xc6\xfc\xcb\xdc",
    b"\x93\xfa\x96{",
    b"\x8e\xb1",
    b"\x8f\xb0\xa1",
    b"\x8f",
    b"\xe6\x97\xa5\xe6\x9c\xac",
    b"\xc3\xa9",
    b"Ti\xe1\xba\xbfng Vi\xe1\xbb\x87t",
    b"\xf0\x9f\x98\x80",
    b"\xed\x95\x9c\xea\xb5\xad",
    b"\xe4\xb8\xad\xe6\x96\x87",
    b"\xd0\x9f\xd1\x80\xd0\xb8",
    b"\xe9t\xe9",
    b"\xfe\xff",
    b"\xff\xfe",
    b"\xd8\x3d\xde\x00",
    b"\xd8\x3d",
    b"\xde\x00",
    b"\x00",
    b"\x00\x00\x00A",
    b"A\x00\x00\x00",
    b"\x81\x30\x81\x30",
    b"\x90\x30\x81\x30",
    b"\x81\x30",
    b"\xe3\x32\x9a\x35",
    b"\x80",
    b"\xa0",
    b"\xff",
];
