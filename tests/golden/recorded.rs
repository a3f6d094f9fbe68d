//! Answers of WordPress versions that are not installed: `recorded/functions-VERSION.txt`.
//!
//! `make record-functions WORDPRESS=/path` makes the file of the WordPress there: for every function that answers some
//! generated input otherwise than the installed WordPress, some of these inputs and some of the others. A line is the
//! function, its arguments, `=` and the answer, between tabs; bytes are escaped as in Rust.

use std::fs;
use std::path::{Path, PathBuf};

use linkbackd::wordpress::version::Version;

use super::judge::{Charset, Row, version, world};
use super::oracle::{Call, Oracle};
use super::run::Order;
use super::value::Answer;

/// Inputs tried for each function.
const TRIED: usize = 20_000;

/// Inputs kept of each function, those that are answered otherwise and others.
const KEPT: (usize, usize) = (40, 10);

/// The longest arguments kept, in bytes.
const LONGEST: usize = 300;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/recorded")
}

/// Calls every recorded function, and says whether all answers are those recorded.
pub(crate) fn replay(rows: &[Row]) -> bool {
    let mut right = true;
    let mut files: Vec<_> = fs::read_dir(directory())
        .expect("tests/golden/recorded")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| {
            // Beside them are those of whole scenarios.
            let name = path.file_name().unwrap_or_default().as_encoded_bytes();
            name.starts_with(b"functions-")
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "answers are recorded");
    for file in files {
        let text = fs::read_to_string(&file).expect("a text");
        let version = text
            .strip_prefix("# WordPress ")
            .and_then(Version::parse)
            .unwrap_or_else(|| panic!("{} begins with its version", file.display()));
        let world = world(version, Charset::Utf8);
        let (mut judged, mut wrong) = (0, 0);
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (call, answer) = line.split_once("\t=\t").expect("a call and its answer");
            let mut fields = call.split('\t');
            let function = fields.next().expect("a function");
            let call: Call = fields.map(unescape).collect();
            let row = rows.iter().find(|row| row.function == function);
            let row = row.unwrap_or_else(|| panic!("{function} is recorded, but has no row"));
            let ours = row.ours(&world, &call).shown();
            judged += 1;
            if ours != answer {
                wrong += 1;
                println!("{version}: {line}\n  ours: {ours}");
            }
        }
        println!("recorded: WordPress {version}, {judged} answers, {wrong} mismatches");
        right &= wrong == 0 && judged > 0;
    }
    right
}

/// Writes the file of the WordPress in `order`, judged against `installed`.
pub(crate) fn record(order: &Order, installed: &Path, rows: &[Row]) {
    let mut theirs = Oracle::start(Some(&order.wordpress), &Charset::Utf8.options());
    let mut base = Oracle::start(Some(installed), &Charset::Utf8.options());
    let mut text = format!(
        "# WordPress {}: answers of functions that WordPress {} answers otherwise.\n\
         # Made by `make record-functions`, seed {}. Fields: function, arguments, =, answer.\n",
        order.version,
        version(installed),
        order.seed
    );
    for row in rows {
        let tried = row.space().map_or(TRIED, |space| space.min(TRIED));
        let calls = row.calls(order.seed, 0, 0, tried);
        let answers = theirs.ask(row.function, &calls);
        let others = base.ask(row.function, &calls);
        let (mut forked, mut equal): (Vec<_>, Vec<_>) = calls
            .into_iter()
            .zip(answers)
            .zip(others)
            .filter(|((call, answer), _)| {
                let length: usize = call.iter().map(Vec::len).sum();
                length <= LONGEST && !answer.starts_with(b"!")
            })
            .partition(|((_, answer), other)| answer != other);
        println!(
            "{:32} {} of {tried} inputs fork",
            row.function,
            forked.len()
        );
        if forked.is_empty() {
            continue;
        }
        for (kept, most) in [(&mut forked, KEPT.0), (&mut equal, KEPT.1)] {
            kept.sort();
            kept.dedup();
            kept.sort_by_key(|((call, _), _)| call.iter().map(Vec::len).sum::<usize>());
            // From short to long, evenly.
            let step = kept.len().div_ceil(most).max(1);
            for ((call, answer), _) in kept.iter().step_by(step) {
                text.push_str(&line(row.function, call, answer));
            }
        }
    }
    let file = directory().join(format!("functions-{}.txt", order.version));
    fs::create_dir_all(directory()).expect("tests/golden/recorded");
    fs::write(&file, text).expect("a file written");
    println!("written: {}", file.display());
}

fn line(function: &str, call: &Call, answer: &[u8]) -> String {
    let mut line = function.to_owned();
    for argument in call {
        line.push('\t');
        line.push_str(&argument.escape_ascii().to_string());
    }
    line.push_str("\t=\t");
    line.push_str(&Answer::read(answer).shown());
    line.push('\n');
    line
}

/// The bytes behind `escape_ascii()`.
fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        out.push(match bytes.next().expect("something is escaped") {
            b't' => b'\t',
            b'n' => b'\n',
            b'r' => b'\r',
            b'x' => {
                let digits = [bytes.next(), bytes.next()].map(|digit| digit.expect("two digits"));
                let digits = std::str::from_utf8(&digits).expect("hexadecimal digits");
                u8::from_str_radix(digits, 16).expect("hexadecimal digits")
            }
            other => other,
        });
    }
    out
}
