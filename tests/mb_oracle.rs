//! `php::mb` against PHP's own mbstring, on all short and many random texts.
//!
//! Needs the `php` command line, 8.2, with mbstring.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use linkbackd::php::mb;

/// SplitMix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A function of the script, its arguments, and what we make of them.
struct Case {
    function: &'static str,
    args: Vec<Vec<u8>>,
    ours: Vec<u8>,
}

impl Case {
    fn new(function: &'static str, args: &[&[u8]], ours: Vec<u8>) -> Self {
        Self {
            function,
            args: args.iter().map(|arg| arg.to_vec()).collect(),
            ours,
        }
    }
}

fn compare(cases: &[Case]) {
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/golden/php/mb_oracle.php"
    );
    let mut php = Command::new("php")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("the php command line is needed: {error}"));
    let mut input = php.stdin.take().expect("piped");
    let lines: String = cases
        .iter()
        .map(|case| {
            let args: Vec<_> = case.args.iter().map(|arg| hex(arg)).collect();
            format!("{} {}\n", case.function, args.join(" "))
        })
        .collect();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let mut output = String::new();
    php.stdout
        .take()
        .expect("piped")
        .read_to_string(&mut output)
        .expect("replies");
    writer.join().expect("writer").expect("php reads all cases");
    assert!(php.wait().expect("php ends").success());
    let replies: Vec<_> = output.lines().collect();
    assert_eq!(replies.len(), cases.len());
    let mut differences = 0;
    for (case, reply) in cases.iter().zip(replies) {
        if hex(&case.ours) != reply {
            differences += 1;
            if differences <= 20 {
                let args: Vec<_> = case
                    .args
                    .iter()
                    .map(|arg| arg.escape_ascii().to_string())
                    .collect();
                eprintln!(
                    "{} {args:?}\n  php {reply}\n our {}",
                    case.function,
                    hex(&case.ours)
                );
            }
        }
    }
    assert_eq!(differences, 0, "of {} cases", cases.len());
}

const PORTED: &[&str] = &[
    "BASE64",
    "UUENCODE",
    "HTML-ENTITIES",
    "Quoted-Printable",
    "7bit",
    "8bit",
    "UCS-4",
    "UCS-4BE",
    "UCS-4LE",
    "UCS-2",
    "UCS-2BE",
    "UCS-2LE",
    "UTF-32",
    "UTF-32BE",
    "UTF-32LE",
    "UTF-16",
    "UTF-16BE",
    "UTF-16LE",
    "UTF-8",
    "UTF7-IMAP",
    "ASCII",
    "EUC-JP",
    "SJIS",
    "CP932",
    "SJIS-win",
    "CP51932",
    "JIS",
    "ISO-2022-JP",
    "GB18030",
    "Windows-1252",
    "Windows-1254",
    "ISO-8859-1",
    "ISO-8859-2",
    "ISO-8859-3",
    "ISO-8859-4",
    "ISO-8859-5",
    "ISO-8859-6",
    "ISO-8859-7",
    "ISO-8859-8",
    "ISO-8859-9",
    "ISO-8859-10",
    "ISO-8859-13",
    "ISO-8859-14",
    "ISO-8859-15",
    "ISO-8859-16",
    "EUC-CN",
    "CP936",
    "BIG-5",
    "CP950",
    "EUC-KR",
    "UHC",
    "Windows-1251",
    "CP866",
    "KOI8-R",
    "KOI8-U",
    "ArmSCII-8",
    "CP850",
];

/// Pieces that mean something in one charset or another.
const PIECES: &[&[u8]] = &[
    b"a",
    b"Z",
    b" ",
    b"\n",
    b"\r\n",
    b"=",
    b"==",
    b"=\r\n",
    b"=41",
    b"=4",
    b"&",
    b"&-",
    b"-",
    b"&amp;",
    b"&eacute;",
    b"&apos;",
    b"&#65;",
    b"&#x20AC;",
    b"&#x;",
    b"&#;",
    b"&#4294967361;",
    b"&#1114112;",
    b"&nope;",
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
    b"\x1b(",
    b"\x1b$(",
    b"$\"",
    b"F|K\\",
    b"\x0e1\x0f",
    b"\\~",
    b"\xc6\xfc\xcb\xdc",
    b"\x93\xfa\x96{",
    b"\x8e\xb1",
    b"\x8f\xb0\xa1",
    b"\x8f",
    b"\x8f\xb0",
    "日本".as_bytes(),
    "é".as_bytes(),
    "Tiếng Việt".as_bytes(),
    "😀".as_bytes(),
    "한국어".as_bytes(),
    "中文".as_bytes(),
    "Привет".as_bytes(),
    b"\xe9t\xe9",
    b"\xfe\xff",
    b"\xff\xfe",
    b"\xd8\x3d\xde\x00",
    b"\xd8\x3d",
    b"\xde\x00",
    b"\x00",
    b"\x00\x00\x00A",
    b"A\x00\x00\x00",
    b"\x00\x00\xfe\xff",
    b"\xff\xfe\x00\x00",
    b"\x81\x30\x81\x30",
    b"\x90\x30\x81\x30",
    b"\x81\x30",
    b"\x81\x30\x81",
    b"\x81\x30\x20",
    b"\xe3\x32\x9a\x35",
    b"\xe3\x32\x9a\x36",
    b"\x84\x31\xa4\x39",
    b"\x80",
    b"\xa0",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xe2\x82",
    b"\xf4\x90\x80\x80",
    b"\xc0\x80",
];

fn text(random: &mut Random) -> Vec<u8> {
    let mut out = Vec::new();
    for _ in 0..random.below(7) {
        match random.below(5) {
            0 => out.push(random.next() as u8),
            1 => {
                let kind = random.below(4);
                for _ in 0..random.below(6) {
                    let byte = random.next() as u8;
                    out.push(match kind {
                        0 => byte | 0x80,
                        1 => byte & 0x7F,
                        _ => byte,
                    });
                }
            }
            _ => out.extend_from_slice(PIECES[random.below(PIECES.len())]),
        }
    }
    out
}

fn convert(text: &[u8], to: &str, from: &str) -> Case {
    let ours =
        mb::convert_encoding(text, to.as_bytes(), from.as_bytes()).expect("a ported charset");
    Case::new("convert", &[text, to.as_bytes(), from.as_bytes()], ours)
}

fn guess(text: &[u8]) -> Case {
    let guess = mb::detect(text);
    let ours = mb::convert_encoding(text, b"UTF-8", guess.as_bytes()).expect("a ported charset");
    Case::new("detect", &[text], ours)
}

#[test]
fn charsets_have_the_same_names_in_the_same_order() {
    let names: Vec<_> = mb::list_encodings().collect();
    compare(&[Case::new("list", &[], names.join(" ").into_bytes())]);
}

#[test]
fn random_text_converts_alike_from_every_charset() {
    let mut random = Random(1);
    let mut cases = Vec::new();
    for from in PORTED {
        for _ in 0..1_500 {
            cases.push(convert(&text(&mut random), "UTF-8", from));
        }
    }
    compare(&cases);
}

#[test]
fn every_byte_and_pair_converts_alike() {
    let mut cases = Vec::new();
    for from in PORTED {
        for lead in 0..=0xFF {
            cases.push(convert(&[lead], "UTF-8", from));
        }
    }
    for from in [
        "EUC-JP", "SJIS", "CP932", "CP51932", "EUC-CN", "CP936", "GB18030", "BIG-5", "CP950",
        "EUC-KR", "UHC",
    ] {
        for pair in 0x8000..=0xFFFF_u16 {
            cases.push(convert(&pair.to_be_bytes(), "UTF-8", from));
        }
    }
    for row in 0xA1..=0xFE {
        for cell in 0xA1..=0xFE {
            cases.push(convert(&[0x8F, row, cell], "UTF-8", "EUC-JP"));
            let escaped = [0x1B, b'$', b'(', b'D', row & 0x7F, cell & 0x7F];
            cases.push(convert(&escaped, "UTF-8", "JIS"));
            let escaped = [0x1B, b'$', b'B', row & 0x7F, cell & 0x7F];
            cases.push(convert(&escaped, "UTF-8", "ISO-2022-JP"));
        }
    }
    compare(&cases);
}

#[test]
fn text_of_four_byte_gb18030_converts_alike() {
    let cases: Vec<_> = (0..=39_419_u32)
        .chain((39_420..50_400).step_by(97))
        .map(|at| {
            let bytes = [
                0x81 + (at / 12_600) as u8,
                b'0' + (at / 1_260 % 10) as u8,
                0x81 + (at / 10 % 126) as u8,
                b'0' + (at % 10) as u8,
            ];
            convert(&bytes, "UTF-8", "GB18030")
        })
        .collect();
    compare(&cases);
}

#[test]
fn text_converts_alike_to_single_bytes() {
    let mut cases = Vec::new();
    for to in PORTED.iter().filter(|name| {
        name.starts_with("ISO-8859")
            || name.starts_with("Windows")
            || name.starts_with("KOI8")
            || **name == "ASCII"
    }) {
        for point in (0..0x3000_u32).filter_map(char::from_u32) {
            cases.push(convert(point.to_string().as_bytes(), to, "UTF-8"));
        }
    }
    compare(&cases);
}

/// Every character of the basic plane. CP936, CP950 and GB18030 are read only.
#[test]
fn text_converts_alike_to_pairs_of_bytes() {
    let mut cases = Vec::new();
    for to in [
        "EUC-JP", "SJIS", "CP932", "EUC-CN", "BIG-5", "EUC-KR", "UHC",
    ] {
        for point in (0x20..0xFFFF_u32).filter_map(char::from_u32) {
            cases.push(convert(point.to_string().as_bytes(), to, "UTF-8"));
        }
    }
    compare(&cases);
}

#[test]
fn guesses_are_the_same() {
    let mut random = Random(2);
    let mut cases: Vec<_> = (0..60_000).map(|_| guess(&text(&mut random))).collect();
    // Every character by itself, and four of them in a row.
    for point in (0..=0xFFFF_u32).filter_map(char::from_u32) {
        cases.push(guess(point.to_string().as_bytes()));
        if u32::from(point) % 4 == 0 {
            let row: String = (0..4)
                .filter_map(|add| char::from_u32(u32::from(point) + add))
                .collect();
            cases.push(guess(row.as_bytes()));
        }
    }
    compare(&cases);
}

#[test]
fn utf8_helpers_are_the_same() {
    let mut random = Random(3);
    let mut cases = Vec::new();
    for _ in 0..20_000 {
        let text = text(&mut random);
        let (start, length) = (random.below(6), random.below(6));
        cases.push(Case::new(
            "strlen",
            &[&text],
            mb::strlen_utf8(&text).to_string().into_bytes(),
        ));
        cases.push(Case::new(
            "substr",
            &[
                &text,
                start.to_string().as_bytes(),
                length.to_string().as_bytes(),
            ],
            mb::substr_utf8(&text, start, length).to_vec(),
        ));
        let check = if mb::check_utf8(&text) {
            b"1".to_vec()
        } else {
            Vec::new()
        };
        cases.push(Case::new("check", &[&text], check));
        cases.push(Case::new(
            "strtolower",
            &[&text],
            mb::strtolower_utf8(&text),
        ));
    }
    for point in (0..0x11_0000_u32)
        .filter_map(char::from_u32)
        .filter(|c| c.is_alphabetic())
    {
        let text = point.to_string();
        cases.push(Case::new(
            "strtolower",
            &[text.as_bytes()],
            mb::strtolower_utf8(text.as_bytes()),
        ));
    }
    compare(&cases);
}
