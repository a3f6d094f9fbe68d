//! Readers of translations and PHP's `sprintf()`, against WordPress and PHP themselves on generated and broken input.
//!
//! Needs the `php` command line and Debian's WordPress, or the one that LINKBACKD_WORDPRESS names: 6.5 and newer judge the
//! readers that came with 6.5 too. LANGUAGES_SEED and LANGUAGES_COUNT take other inputs, and more or fewer of them.

mod common;

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use common::mo::Mo;
use linkbackd::demo::scratch::Scratch;
use linkbackd::php::array::{PhpKey, PhpValue};
use linkbackd::php::literal;
use linkbackd::php::sprintf::sprintf;
use linkbackd::wordpress::l10n::php_file::{self, PhpFile};
use linkbackd::wordpress::l10n::{Message, Texts, Translations, mo};

/// Messages that small files translate: with context and without.
const SMALL: [Message; 5] = [
    Message::TooQuickly,
    Message::OpeningQuote,
    Message::TextDirection,
    Message::Prime,
    Message::HtmlLang,
];

/// SplitMix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn seeded() -> Self {
        Self(number("LANGUAGES_SEED", 1))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).expect("below a usize")
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

fn count() -> usize {
    usize::try_from(number("LANGUAGES_COUNT", 100_000)).expect("a count")
}

fn wordpress() -> PathBuf {
    std::env::var_os("LINKBACKD_WORDPRESS")
        .map_or_else(|| PathBuf::from("/usr/share/wordpress"), PathBuf::from)
}

/// Whether that WordPress is 6.5 or newer.
fn has_php_files() -> bool {
    wordpress().join("wp-includes/l10n").is_dir()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// PHP's answers to calls of one function.
fn answers(function: &str, calls: &[Vec<Vec<u8>>]) -> Vec<String> {
    let scratch = Scratch::new("linkbackd-languages").expect("a directory");
    let mut php = Command::new("php")
        .args(["-d", "memory_limit=512M"])
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/languages/oracle.php"
        ))
        .arg(wordpress())
        .arg(scratch.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("the php command line is needed: {error}"));
    let mut input = php.stdin.take().expect("piped");
    let mut output = String::new();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for call in calls {
                let words: String = call
                    .iter()
                    .map(|word| match word.as_slice() {
                        b"" => " -".to_owned(),
                        word => format!(" {}", hex(word)),
                    })
                    .collect();
                writeln!(input, "{function}{words}").expect("php reads all calls");
            }
        });
        php.stdout
            .take()
            .expect("piped")
            .read_to_string(&mut output)
            .expect("answers");
    });
    assert!(php.wait().expect("php ends").success());
    let answers: Vec<String> = output.lines().map(str::to_owned).collect();
    assert_eq!(answers.len(), calls.len(), "php answers {function}");
    answers
}

/// Holds our answers to PHP's; `lenient` says which calls PHP may answer otherwise.
fn compare(
    function: &str,
    calls: &[Vec<Vec<u8>>],
    ours: &[String],
    lenient: impl Fn(&str, &str) -> bool,
) {
    let theirs = answers(function, calls);
    let mut wrong = 0;
    let mut thrown = 0;
    for ((call, ours), theirs) in calls.iter().zip(ours).zip(&theirs) {
        thrown += usize::from(theirs == "thrown");
        if ours != theirs && !lenient(ours, theirs) {
            wrong += 1;
            if wrong <= 10 {
                let shown = String::from_utf8_lossy(&call[0]);
                eprintln!(
                    "{function}({shown:?})\n  hex  {}\n  PHP  {theirs}\n  ours {ours}",
                    hex(&call[0])
                );
            }
        }
    }
    println!(
        "{function}: {} inputs, {thrown} thrown at, {wrong} mismatches",
        calls.len()
    );
    assert_eq!(wrong, 0, "{function} differs from PHP");
}

#[test]
fn sprintf_is_phps() {
    const PIECES: [&[u8]; 42] = [
        b"%",
        b"%",
        b"%",
        b"%s",
        b"%s",
        b"%1$s",
        b"%2$s",
        b"%3$s",
        b"%0$s",
        b"1$",
        b"2$",
        b"$",
        b"0",
        b"5",
        b"12",
        b"-",
        b"+",
        b" ",
        b"'",
        b"*",
        b"'*",
        b".",
        b".3",
        b".0",
        b"l",
        b"s",
        b"d",
        b"u",
        b"c",
        b"o",
        b"x",
        b"X",
        b"b",
        b"e",
        b"F",
        b"g",
        b"G",
        b"E",
        b"text",
        b"\0",
        b"\xc3\xa9",
        b"%%",
    ];
    const ARGUMENTS: [&[u8]; 12] = [
        b"http://a.example/",
        b"",
        b"0",
        b"12",
        b"-7",
        b"3.75",
        b"-0.5",
        b"1e3",
        b"  42x",
        b"a\0b",
        b"9223372036854775807",
        b"0.0001234",
    ];
    let mut random = Random::seeded();
    let (mut calls, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..count() {
        let format: Vec<u8> = (0..random.below(9))
            .flat_map(|_| random.one(&PIECES).to_vec())
            .collect();
        let arguments = [random.one(&ARGUMENTS), random.one(&ARGUMENTS)];
        ours.push(match sprintf(&format, &arguments) {
            Ok(text) => format!("s{}", hex(&text)),
            Err(_) => "thrown".to_owned(),
        });
        calls.push([&[format][..], &arguments.map(<[u8]>::to_vec)].concat());
    }
    compare("sprintf", &calls, &ours, |_, _| false);
}

/// As oracle.php writes values.
fn told(value: &PhpValue) -> String {
    match value {
        PhpValue::Null => "n".to_owned(),
        PhpValue::Bool(yes) => if *yes { "t" } else { "f" }.to_owned(),
        PhpValue::Int(int) => format!("i{int}"),
        PhpValue::Float(float) => format!("d{}", hex(&float.to_be_bytes())),
        PhpValue::Str(text) => format!("s{}", hex(text)),
        PhpValue::Array(array) => {
            let items: Vec<String> = array
                .iter()
                .map(|(key, value)| {
                    let key = match key {
                        PhpKey::Int(int) => format!("i{int}"),
                        PhpKey::Str(text) => format!("s{}", hex(text)),
                    };
                    format!("{key}={}", told(value))
                })
                .collect();
            format!("[{}]", items.join(","))
        }
    }
}

/// A constant expression as pieces of PHP. Nothing in it does anything when it runs.
fn expression(random: &mut Random, depth: usize, out: &mut Vec<&'static str>) {
    const LEAVES: [&str; 24] = [
        "'a'",
        "'it\\'s \\n \\\\'",
        "\"b\\n\\t\\$x\"",
        "\"\\x41\\u{e9}\\101\\0\"",
        "''",
        "\"\"",
        "'7'",
        "'07'",
        "'-3'",
        "1",
        "-1",
        "0x1F",
        "017",
        "0b11",
        "1_000",
        "1.5",
        "-2.5e3",
        "9223372036854775807",
        "9223372036854775808",
        "true",
        "FALSE",
        "null",
        "<<<E\n  x \\x41\n  y\n  E",
        "<<<'E'\n$x\nE",
    ];
    match random.below(if depth == 0 { 6 } else { 10 }) {
        0..=4 => out.push(LEAVES[random.below(LEAVES.len())]),
        5 => {
            out.push(LEAVES[random.below(LEAVES.len())]);
            out.push(" . ");
            out.push(LEAVES[random.below(LEAVES.len())]);
        }
        6 => {
            out.push("(");
            expression(random, depth - 1, out);
            out.push(")");
        }
        kind => {
            let long = kind == 7;
            out.push(if long { "array(" } else { "[" });
            for _ in 0..random.below(5) {
                if random.below(3) > 0 {
                    expression(random, 0, out);
                    out.push(" => ");
                }
                expression(random, depth - 1, out);
                out.push(random.one(&[",", ", ", ",\n// a comment\n", " /* another */ ,"]));
            }
            out.push(if long { ")" } else { "]" });
        }
    }
}

#[test]
fn what_a_file_returns_is_what_php_says() {
    const SLIPS: [&str; 14] = [
        ",", "=>", ".", "-", "(", ")", "[", "]", "'", "\"", "\\", "$x", "#", "null",
    ];
    let mut random = Random::seeded();
    let (mut calls, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..count() {
        let mut pieces = vec!["<?php\n"];
        if random.below(8) == 0 {
            pieces.push("declare( strict_types=1 );\n");
        }
        pieces.push("return ");
        expression(&mut random, 3, &mut pieces);
        pieces.push(random.one(&[";", ";\n", " ?>", " ?>\n"]));
        if random.below(4) == 0 {
            let at = 2 + random.below(pieces.len() - 2);
            match random.below(3) {
                0 => drop(pieces.remove(at)),
                1 => pieces.insert(at, random.one(&SLIPS)),
                _ => pieces[at] = random.one(&SLIPS),
            }
        }
        let source = pieces.concat();
        // What is not understood is no wrong answer, as long as it is the exception; PHP may even die of it.
        if let Some(value) = literal::returned(source.as_bytes()) {
            ours.push(told(&value));
            calls.push(vec![source.into_bytes()]);
        }
    }
    let understood = ours.len();
    assert!(
        understood * 10 > count() * 5,
        "{understood} of {} understood",
        count()
    );
    compare("literal", &calls, &ours, |_, _| false);
}

fn originals(messages: &[Message]) -> Vec<Vec<u8>> {
    messages
        .iter()
        .map(|message| match message.context() {
            "" => message.text().as_bytes().to_vec(),
            context => format!("{context}\u{4}{}", message.text()).into_bytes(),
        })
        .collect()
}

fn said(texts: Texts, messages: &[Message]) -> String {
    let translations = Translations::new("xx", texts);
    let said: Vec<String> = messages
        .iter()
        .map(|message| hex(translations.translate(*message)))
        .collect();
    said.join(" ")
}

/// Small files, most of them broken in some way.
fn mo_files(random: &mut Random) -> Vec<Vec<u8>> {
    (0..count() / 20)
        .map(|_| {
            let mut mo = Mo::new();
            for _ in 0..random.below(6) {
                let message = random.one(&SMALL);
                let context = match random.below(8) {
                    0 => "0",
                    1 => "",
                    _ => message.context(),
                };
                let text = message.text();
                let text = match random.below(8) {
                    0 => format!("{text}\0plural"),
                    1 => format!("{text}\u{4}more"),
                    2 => format!("\u{4}{text}"),
                    _ => text.to_owned(),
                };
                mo = mo.entry(
                    context,
                    &text,
                    random.one(&["one", "", "\0", "one\0two\0", "\0\0x", "é"]),
                );
            }
            if random.below(2) == 0 {
                mo = mo.big_endian();
            }
            let mut file = mo.bytes();
            for _ in 0..random.below(4) {
                damage(random, &mut file);
            }
            file
        })
        .collect()
}

fn damage(random: &mut Random, file: &mut Vec<u8>) {
    if file.is_empty() {
        return;
    }
    match random.below(5) {
        0 => {
            let at = random.below(file.len());
            file[at] ^= 1 << random.below(8);
        }
        1 => file.truncate(random.below(file.len() + 1)),
        2 => {
            // A word of the header or the tables becomes another place, near or far.
            let at = 4 * random.below((file.len() / 4).clamp(1, 30));
            let near = u32::try_from(random.below(file.len() + 40)).expect("small");
            let word = random.one(&[near, near, near & !7, 0, 28, u32::MAX, 0x8000_0000, 8]);
            let bytes = if random.below(2) == 0 {
                word.to_be_bytes()
            } else {
                word.to_le_bytes()
            };
            if let Some(place) = file.get_mut(at..at + 4) {
                place.copy_from_slice(&bytes);
            }
        }
        3 => {
            let at = random.below(file.len());
            file.insert(at, random.one(&[0, 4, b'x']));
        }
        _ => {
            let (from, to) = (random.below(file.len()), random.below(file.len()));
            file[to] = file[from];
        }
    }
}

fn mo_is_wordpresss(function: &str, read: impl Fn(&[u8]) -> Result<Texts, mo::Broken>) {
    let mut random = Random::seeded();
    let files = mo_files(&mut random);
    let keys = originals(&SMALL);
    let ours: Vec<String> = files
        .iter()
        .map(|file| said(read(file).unwrap_or_default(), &SMALL))
        .collect();
    let english = said(Texts::default(), &SMALL);
    let translated = ours.iter().filter(|said| **said != english).count();
    assert!(
        translated * 10 > files.len(),
        "{translated} of {} translate",
        files.len()
    );
    let calls: Vec<Vec<Vec<u8>>> = files
        .into_iter()
        .map(|file| [&[file][..], &keys].concat())
        .collect();
    // Files that say they are empty make the reader before 6.5 die; ours stays English.
    compare(function, &calls, &ours, |ours, theirs| {
        theirs == "thrown" && ours == english
    });
}

#[test]
fn mo_files_before_6_5_are_read_as_wordpress_reads_them() {
    if has_php_files() {
        println!("pomo: {} is newer than 6.4", wordpress().display());
    } else {
        mo_is_wordpresss("pomo", mo::import_from_reader);
    }
}

#[test]
fn mo_files_since_6_5_are_read_as_wordpress_reads_them() {
    if has_php_files() {
        mo_is_wordpresss("mo", mo::parse_file);
    } else {
        println!("mo: {} is older than 6.5", wordpress().display());
    }
}

/// Debian's translations say the same to us and to WordPress, in each form that the WordPress knows.
#[test]
fn real_translations_are_read_as_wordpress_reads_them() {
    let directory = "/usr/share/wordpress/wp-content/languages";
    let keys = originals(Message::ALL);
    let (mut files, mut count) = (Vec::new(), 0);
    for entry in std::fs::read_dir(directory).expect("apt-get install wordpress-l10n") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|ending| ending == "mo") {
            files.push(std::fs::read(path).expect("a file"));
            count += 1;
        }
    }
    assert!(count > 50, "{count} files in {directory}");
    let calls: Vec<Vec<Vec<u8>>> = files
        .iter()
        .map(|file| [std::slice::from_ref(file), &keys].concat())
        .collect();
    let ours = |read: fn(&[u8]) -> Result<Texts, mo::Broken>| -> Vec<String> {
        files
            .iter()
            .map(|file| said(read(file).expect("a whole file"), Message::ALL))
            .collect()
    };
    let old = ours(mo::import_from_reader);
    let new = ours(mo::parse_file);
    assert_eq!(old, new, "both readers agree on what is whole");
    // The old reader is only loaded, and only judged, where WordPress has no other.
    let reader = if has_php_files() { "mo" } else { "pomo" };
    compare(reader, &calls, &new, |_, _| false);
}

/// `.l10n.php` files of every shape that `messages` may have.
#[test]
fn php_files_are_read_as_wordpress_reads_them() {
    const VALUES: [&str; 12] = [
        "'one'",
        "''",
        "\"one\" . \"\\0\" . 'two'",
        "'one' . \"\\0\"",
        "7",
        "-1.5",
        "null",
        "false",
        "true",
        "\"\\0x\"",
        "\"\\u{e9}\"",
        "'0'",
    ];
    if !has_php_files() {
        println!("php: {} is older than 6.5", wordpress().display());
        return;
    }
    let mut random = Random::seeded();
    let keys = originals(&SMALL);
    let (mut calls, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..count() / 20 {
        let mut items = String::new();
        for _ in 0..random.below(6) {
            let message = random.one(&SMALL);
            let context = match message.context() {
                "" => String::new(),
                context => format!("'{context}' . \"\\4\" . "),
            };
            items.push_str(&format!(
                "{context}'{}'=>{},",
                message.text(),
                random.one(&VALUES)
            ));
        }
        let whole = random.one(&[
            "['messages'=>[MESSAGES]]",
            "array('x-generator'=>'y','messages'=>array(MESSAGES))",
            "[MESSAGES]",
            "['messages'=>'x']",
            "[]",
            "false",
            "1",
            "'messages'",
            "null",
        ]);
        let source = format!("<?php\nreturn {};\n", whole.replace("MESSAGES", &items)).into_bytes();
        ours.push(match php_file::parse_file(&source) {
            PhpFile::Texts(texts) => said(texts, &SMALL),
            PhpFile::Invalid => said(Texts::default(), &SMALL),
            PhpFile::Unknown => "unknown".to_owned(),
        });
        calls.push([&[source][..], &keys].concat());
    }
    compare("php", &calls, &ours, |_, _| false);
}
