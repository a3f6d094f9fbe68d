//! `php::mb` against PHP's own mbstring: every charset, both ways, on all texts of one and two bytes, all code points
//! that a charset may have, and many random texts. The tables are measured again, too.
//!
//! Needs the `php` command line, 8.2, with mbstring. Prints how many texts were compared.

use std::io::{BufReader, Read, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use linkbackd::php::{mb, mb_case};

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

/// The script, and its answers as they come.
struct Php {
    child: Child,
    output: BufReader<ChildStdout>,
    writer: std::thread::JoinHandle<std::io::Result<()>>,
    compared: usize,
    different: usize,
}

impl Php {
    fn ask(lines: String) -> Self {
        let script = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/golden/php/mb_oracle.php"
        );
        let mut child = Command::new("php")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("the php command line is needed: {error}"));
        let mut input = child.stdin.take().expect("piped");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        Self {
            child,
            output,
            writer: std::thread::spawn(move || input.write_all(lines.as_bytes())),
            compared: 0,
            different: 0,
        }
    }

    fn compare(&mut self, ours: &[u8], case: impl FnOnce() -> String) {
        let mut length = [0; 4];
        self.output.read_exact(&mut length).expect("a reply");
        let mut reply = vec![0; u32::from_be_bytes(length) as usize];
        self.output.read_exact(&mut reply).expect("a whole reply");
        self.compared += 1;
        if ours != reply {
            self.different += 1;
            if self.different <= 20 {
                let (php, ours) = (reply.escape_ascii(), ours.escape_ascii());
                eprintln!("{}\n  php {php}\n our {ours}", case());
            }
        }
    }

    fn end(mut self, what: &str) {
        let rest = self.output.read(&mut [0]).expect("the end");
        assert_eq!(rest, 0, "php says more than it was asked");
        self.writer
            .join()
            .expect("writer")
            .expect("php reads all cases");
        assert!(self.child.wait().expect("php ends").success());
        println!("{what}: {} compared", self.compared);
        assert!(self.compared > 0);
        assert_eq!(self.different, 0, "of {} {what}", self.compared);
    }
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

    fn line(&self) -> String {
        let args: Vec<_> = self.args.iter().map(|arg| hex(arg)).collect();
        format!("{} {}\n", self.function, args.join(" "))
    }
}

fn compare(what: &str, cases: &[Case]) {
    let mut php = Php::ask(cases.iter().map(Case::line).collect());
    for case in cases {
        php.compare(&case.ours, || {
            let args = case.args.iter().map(|arg| arg.escape_ascii().to_string());
            format!("{} {:?}", case.function, args.collect::<Vec<_>>())
        });
    }
    php.end(what);
}

fn convert_ours(text: &[u8], to: &str, from: &str) -> Vec<u8> {
    mb::convert_encoding(text, to.as_bytes(), from.as_bytes()).expect("a charset of mbstring")
}

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
    let args = [text, to.as_bytes(), from.as_bytes()];
    Case::new("convert", &args, convert_ours(text, to, from))
}

fn guess(text: &[u8]) -> Case {
    Case::new(
        "detect",
        &[text],
        convert_ours(text, "UTF-8", mb::detect(text)),
    )
}

#[test]
fn charsets_have_the_same_names_in_the_same_order() {
    let names: Vec<_> = mb::list_encodings().collect();
    compare(
        "lists",
        &[Case::new("list", &[], names.join(" ").into_bytes())],
    );
}

#[test]
fn every_name_means_the_same_in_any_case() {
    // What a name means is seen by what comes of a text that is something else in each charset.
    let text: Vec<u8> = (0..=255).flat_map(|byte| [byte, 0xA4, 0x41]).collect();
    let mut cases = Vec::new();
    for name in mb::list_encodings().chain([
        "Shift_JIS",
        "eucJP",
        "x-sjis",
        "MS932",
        "GBK",
        "big5",
        "latin1",
        "iso8859-1",
        "utf8",
        "UTF8",
        "CP949",
        "cp1252",
        "cp1251",
        "koi8r",
        "ISO-2022-JP-KDDI",
        "ISO2022JPMS",
        "UTF-8-KDDI",
        "html",
        "qprint",
        "binary",
        "mUTF-7",
        "JIS-ms",
        "eucKR",
        "eucCN",
        "eucTW",
        "cp936",
        "UCS2",
        "UCS4",
        "unicode",
        "us-ascii",
        "cp367",
        "x-uuencode",
        "byte2le",
        "MacJapanese",
        "SJIS2004",
        "armscii8",
        "IBM866",
    ]) {
        for name in [name.to_owned(), name.to_lowercase(), name.to_uppercase()] {
            cases.push(convert(&text, "UTF-8", &name));
            cases.push(convert("aé漢字ﾊﾞ한Привет".as_bytes(), &name, "UTF-8"));
        }
    }
    compare("names", &cases);
}

/// All texts of a byte and of two bytes, and of two behind what calls another set, to UTF-8.
#[test]
fn every_text_of_two_bytes_is_read_alike() {
    let mut runs: Vec<(Vec<u8>, &str)> = Vec::new();
    for from in mb::list_encodings() {
        let prefixes: &[&[u8]] = match from {
            "EUC-JP" | "eucJP-win" | "EUC-JP-2004" => &[b"", b"\x8F"],
            "EUC-TW" => &[b"", b"\x8E\xA1", b"\x8E\xA2", b"\x8E\xAE"],
            "JIS" | "ISO-2022-JP" => &[b"", b"\x1B$B", b"\x1B$(D"],
            "CP50221" => &[b"", b"\x1B$B", b"\x1B$(D", b"\x1B"],
            "CP50220" | "CP50222" => &[b"\x1B$B"],
            "ISO-2022-JP-MS" => &[b"", b"\x1B$B", b"\x1B$(?"],
            "ISO-2022-JP-2004" => &[b"", b"\x1B$B", b"\x1B$(Q", b"\x1B$(P"],
            "ISO-2022-JP-MOBILE#KDDI" => &[b"", b"\x1B$B"],
            "ISO-2022-KR" => &[b"", b"\x1B$)C\x0E"],
            "HZ" => &[b"", b"~{"],
            "GB18030" => &[b"", b"\x81\x30"],
            "SJIS-Mobile#SOFTBANK" => &[b"", b"\x1B$"],
            "UTF-8" | "UTF-8-Mobile#KDDI-A" => &[b"", b"\xE2", b"\xF0\x9F"],
            "UTF-8-Mobile#DOCOMO" | "UTF-8-Mobile#KDDI-B" | "UTF-8-Mobile#SOFTBANK" => &[b"\xEE"],
            "UTF-7" => &[b"", b"+AG"],
            "UTF7-IMAP" => &[b"", b"&AO"],
            _ => &[b""],
        };
        runs.extend(prefixes.iter().map(|&prefix| (prefix.to_vec(), from)));
    }
    halves(&runs, |runs| {
        let line = |(prefix, from): &(Vec<u8>, &str)| {
            Case::new("pairs", &[prefix, b"UTF-8", from.as_bytes()], Vec::new()).line()
        };
        let mut php = Php::ask(runs.iter().map(line).collect());
        for (prefix, from) in runs {
            let mut text = prefix.clone();
            text.extend([0, 0]);
            for pair in 0..=0xFFFF_u16 {
                text.truncate(prefix.len());
                text.extend(pair.to_be_bytes());
                php.compare(&convert_ours(&text, "UTF-8", from), || {
                    format!("{from} {}", text.escape_ascii())
                });
            }
        }
        php.end("texts of two bytes");
    });
    let mut cases = Vec::new();
    for from in mb::list_encodings() {
        for byte in 0..=0xFF {
            cases.push(convert(&[byte], "UTF-8", from));
        }
    }
    compare("texts of one byte", &cases);
}

/// All code points of the first three planes, and some of the others.
#[test]
fn every_code_point_is_written_alike() {
    let mut runs: Vec<(u32, u32, &str)> = Vec::new();
    for to in mb::list_encodings() {
        runs.push((0, 0x1_0000, to));
        runs.push((0x1_F000, 0x1_F800, to));
        runs.push((0x10_FF00, 0x11_0100, to));
        if to.contains("2004") {
            runs.push((0x2_0000, 0x2_B000, to));
        }
        if to.contains("Mobile") || to.contains("MOBILE") {
            runs.push((0xF_E000, 0xF_F000, to));
        }
    }
    halves(&runs, |runs| {
        let line = |(from, to, charset): &(u32, u32, &str)| {
            let (from, to) = (from.to_string(), to.to_string());
            let args = [charset.as_bytes(), from.as_bytes(), to.as_bytes()];
            Case::new("points", &args, Vec::new()).line()
        };
        let mut php = Php::ask(runs.iter().map(line).collect());
        for &(from, to, charset) in runs {
            for point in from..to {
                let ours = convert_ours(&point.to_be_bytes(), charset, "UCS-4BE");
                php.compare(&ours, || format!("{charset} U+{point:04X}"));
            }
        }
        php.end("code points");
    });
}

/// Half of the work on each of two threads.
fn halves<T: Sync>(work: &[T], run: impl Fn(&[T]) + Sync) {
    let (first, second) = work.split_at(work.len() / 2);
    std::thread::scope(|scope| {
        scope.spawn(|| run(first));
        run(second);
    });
}

#[test]
fn random_text_is_read_alike_from_every_charset() {
    let mut random = Random(1);
    let mut cases = Vec::new();
    for from in mb::list_encodings() {
        for _ in 0..1_500 {
            cases.push(convert(&text(&mut random), "UTF-8", from));
        }
    }
    compare("random texts read", &cases);
}

/// Also long ones: mbstring works in pieces of 128 code points, and some charsets show where they are cut.
#[test]
fn random_text_is_written_alike_to_every_charset() {
    let mut random = Random(4);
    let mut cases = Vec::new();
    let names: Vec<_> = mb::list_encodings().collect();
    for to in &names {
        for round in 0..1_400 {
            let points = points(&mut random, if round % 20 == 0 { 400 } else { 12 });
            let text: Vec<u8> = points
                .iter()
                .flat_map(|point| point.to_be_bytes())
                .collect();
            cases.push(convert(&text, to, "UCS-4BE"));
        }
    }
    compare("random texts written", &cases);
}

#[test]
fn random_long_text_converts_alike_from_any_charset_to_any() {
    let mut random = Random(5);
    let mut cases = Vec::new();
    let names: Vec<_> = mb::list_encodings().collect();
    for from in &names {
        for to in &names {
            let points = points(&mut random, 300);
            let wide: Vec<u8> = points
                .iter()
                .flat_map(|point| point.to_be_bytes())
                .collect();
            // Sound text of the one, and then something that may not be.
            let mut sound = convert_ours(&wide, from, "UCS-4BE");
            if random.below(2) == 0 {
                sound.extend(text(&mut random));
            }
            cases.push(convert(&sound, to, from));
        }
    }
    compare("long texts from any to any", &cases);
}

/// Code points that mean something in one charset or another.
const POINTS: &[u32] = &[
    0x0A,
    0x0D,
    0x20,
    0x23,
    0x26,
    0x28,
    0x2B,
    0x2D,
    0x30,
    0x31,
    0x39,
    0x3D,
    0x41,
    0x5C,
    0x7E,
    0x20E3,
    0x20E3,
    0x1F1EF,
    0x1F1F5,
    0x1F1FA,
    0x1F1F8,
    0x1F1E8,
    0x1F1F3,
    0xA5,
    0xA9,
    0xAE,
    0xAF,
    0xE6,
    0xE9,
    0x254,
    0x259,
    0x28C,
    0x300,
    0x301,
    0x2E5,
    0x2E9,
    0x304B,
    0x309A,
    0x30AB,
    0x31F7,
    0xFF76,
    0xFF8A,
    0xFF9E,
    0xFF9F,
    0xFF61,
    0x203E,
    0x2014,
    0x2015,
    0x2016,
    0x2225,
    0x301C,
    0xFF5E,
    0x2212,
    0xFF0D,
    0xFFE0,
    0xFFE2,
    0xF860,
    0xF861,
    0xF862,
    0x2E,
    0x54,
    0x42,
    0x46,
    0x58,
    0x49,
    0x56,
    0x78,
    0x69,
    0x76,
    0x2193,
    0x2191,
    0x6709,
    0x9650,
    0x4F1A,
    0x793E,
    0x8CA1,
    0x56E3,
    0x2026,
    0xF87F,
    0x3001,
    0xF87E,
    0x21E6,
    0xF87A,
    0x5927,
    0x20DD,
    0xE000,
    0xE4C6,
    0xE766,
    0xF8F5,
    0x4E00,
    0xAC00,
    0x20AC,
    0x410,
    0x531,
    0x20089,
    0x2A6B2,
    0x1F600,
    0xD800,
    0xDC00,
    0x10FFFF,
    0x110000,
    0xFFFF_FFFF,
    0x0,
    0x80,
    0xFE45,
    0x2122,
    0xFF3C,
];

fn points(random: &mut Random, most: usize) -> Vec<u32> {
    const HINTED: [&[u32]; 3] = [
        &[0xF860, 0x30, 0x2E],
        &[0xF861, 0x46, 0x41, 0x58],
        &[0xF862, 0x6709, 0x9650, 0x4F1A, 0x793E],
    ];
    let mut out = Vec::new();
    let kind = random.below(4);
    for _ in 0..random.below(most + 1) {
        match (kind, random.below(12)) {
            (0 | 1, 0) => out.extend(HINTED[random.below(3)]),
            (0, 1) => out.extend([0x31, 0x20E3]),
            (0, 2) => out.extend([0x1F1EF, 0x1F1F5]),
            (0 | 1, _) | (2, ..3) => out.push(POINTS[random.below(POINTS.len())]),
            (2, 3..=5) => out.push(random.below(0x1_0000) as u32),
            (2, 6) => out.push(random.below(0x11_0000) as u32),
            (2, 7) | (3.., ..4) => out.push(0x3041 + random.below(0xA0) as u32),
            (2, 8) | (3.., 4..=7) => out.push(0x4E00 + random.below(0x5000) as u32),
            _ => out.push(0x20 + random.below(0x5F) as u32),
        }
    }
    out
}

#[test]
fn text_of_four_byte_gb18030_is_read_alike() {
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
    compare("four bytes of GB18030", &cases);
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
    for _ in 0..40_000 {
        let text = text(&mut random);
        let ours = match mb::detect_auto(&text) {
            Some(name) => convert_ours(&text, "UTF-8", name),
            None => Vec::new(),
        };
        cases.push(Case::new("auto", &[&text], ours));
    }
    compare("guesses", &cases);
}

/// The excerpt of a blog in any charset. Those that mbstring must decode to count are compared on sound text.
#[test]
fn the_start_of_text_is_the_same_in_any_charset() {
    let mut random = Random(6);
    let mut cases = Vec::new();
    let mut start = |text: &[u8], length: usize, charset: &str| {
        let ours = mb::substr_start(text, length, charset.as_bytes()).expect("a charset");
        let number = length.to_string();
        let args = [text, number.as_bytes(), charset.as_bytes()];
        cases.push(Case::new("start", &args, ours));
    };
    for charset in mb::list_encodings() {
        let decoded = charset.starts_with("ISO-2022")
            || charset.starts_with("CP5022")
            || charset.starts_with("UTF-7")
            || charset.starts_with("UTF-16")
            || matches!(
                charset,
                "JIS"
                    | "HZ"
                    | "GB18030"
                    | "UTF7-IMAP"
                    | "BASE64"
                    | "HTML-ENTITIES"
                    | "Quoted-Printable"
            );
        for round in 0..200 {
            let length = random.below(20);
            if !decoded {
                start(&text(&mut random), length, charset);
            } else if !matches!(charset, "BASE64" | "HTML-ENTITIES" | "Quoted-Printable") {
                let words = [
                    "日本語のブログです",
                    "plain words",
                    "한국어 블로그",
                    "中文博客测试",
                ];
                let sound = convert_ours(words[round % 4].repeat(3).as_bytes(), charset, "UTF-8");
                start(&sound, length, charset);
            }
        }
    }
    compare("starts of text", &cases);
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
            mb_case::strtolower_utf8(&text),
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
            mb_case::strtolower_utf8(text.as_bytes()),
        ));
    }
    compare("UTF-8 helpers", &cases);
}

/// Whatever is sent, the time is in proportion to its length.
#[test]
fn long_text_of_any_kind_converts_in_linear_time() {
    let seeds: &[&[u8]] = &[
        b"&",
        b"&#",
        b"&a",
        b"+",
        b"&-",
        b"\x1B",
        b"\x1B$B",
        b"\x0E",
        b"~{",
        b"begin ",
        b"begin\n",
        b"=",
        b"\x8F",
        b"\x81\x30",
        b"\xF0",
        b"\xFF",
        b"\xD8\x00",
        b"a",
        b"\xEE\x98\xBE",
    ];
    // Those of single bytes have nothing to look ahead for; one of them will do.
    let plain = ["ISO-8859-", "Windows-125", "KOI8", "CP8"];
    let names: Vec<_> = mb::list_encodings()
        .filter(|name| *name == "ISO-8859-1" || !plain.iter().any(|start| name.starts_with(start)))
        .collect();
    for name in &names {
        for seed in seeds {
            let long: Vec<u8> = seed.iter().copied().cycle().take(160_000).collect();
            let start = std::time::Instant::now();
            let out = convert_ours(&long, "UTF-8", name);
            let back = match std::str::from_utf8(seed) {
                Ok(_) => convert_ours(&long, name, "UTF-8"),
                Err(_) => Vec::new(),
            };
            // A fraction of a second on a free machine; squares would take minutes.
            assert!(start.elapsed().as_secs() < 30, "{name} {seed:?}");
            assert!(out.len() <= long.len() * 8, "{name} {seed:?}");
            assert!(back.len() <= long.len() * 14, "{name} {seed:?}");
        }
    }
}

/// `tables.bin` is what `tables.php` measures.
#[test]
fn tables_are_what_php_measures() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/php/mb");
    let output = Command::new("php")
        .arg(format!("{folder}/tables.php"))
        .stderr(Stdio::null())
        .output()
        .expect("the php command line is needed");
    assert!(output.status.success());
    let stored = std::fs::read(format!("{folder}/tables.bin")).expect("the tables");
    assert!(
        output.stdout == stored,
        "tables.bin is stale: run php src/php/mb/tables.php > src/php/mb/tables.bin"
    );
}
