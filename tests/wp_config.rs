//! wp-config.php as we read it against wp-config.php as PHP runs it.
//!
//! Every case of `wp_config/cases.txt` is written to a directory and run by PHP under two different requests and
//! environments. What we claim to know must be what PHP defines under both; what we call unknown must be just what the case
//! lists. Generated expressions are then compared by the hundred.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use linkbackd::sites::wp_config::{Finding, Scalar, WpConfig};

const DUMP: &str = include_str!("wp_config/dump.php");
const CASES: &str = include_str!("wp_config/cases.txt");

/// Two requests that differ in all a configuration may ask for.
const REQUESTS: [&[&str]; 2] = [
    &[
        "HTTP_HOST=a.example",
        "DB_NAME=one",
        "WORDPRESS_DB_NAME=one",
    ],
    &[
        "HTTP_HOST=b.example",
        "DB_NAME=two",
        "HTTP_X_FORWARDED_PROTO=https",
        "WORDPRESS_DB_CHARSET=latin1",
    ],
];

/// A value as PHP tells it: its type and its `(string)`.
type Told = (String, Vec<u8>);

/// What PHP defines: constants by name, variables as `$name`, `$_SERVER['HTTPS']` as `$HTTPS`.
fn php(directory: &Path, request: &[&str]) -> Result<BTreeMap<String, Told>, String> {
    let script = directory.join("dump-for-tests.php");
    std::fs::write(&script, DUMP).unwrap();
    let output = Command::new("php")
        .args(["-d", "display_errors=stderr"])
        .arg(&script)
        .arg(directory)
        .args(request)
        .output()
        .expect("php is needed: apt-get install --no-install-recommends php-cli php-mysql");
    let text = String::from_utf8(output.stdout).unwrap();
    if !text.ends_with("done\n") {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("php did not reach the end: {text}{said}"));
    }
    let mut told = BTreeMap::new();
    for line in text.lines().filter(|line| *line != "done") {
        let mut words = line.split(' ');
        let mut word = || words.next().unwrap_or_default();
        let (kind, name, of, value) = (word(), word(), word(), word());
        let name = if kind == "constant" {
            name.to_owned()
        } else {
            format!("${name}")
        };
        told.insert(name, (of.to_owned(), base64(value)));
    }
    Ok(told)
}

fn base64(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for letter in text.bytes().filter(|b| *b != b'=') {
        let value = LETTERS.iter().position(|b| *b == letter).expect("base64");
        bits = bits << 6 | u32::try_from(value).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap());
        }
    }
    bytes
}

fn ours(config: &WpConfig, name: &str) -> Finding {
    match name {
        "$HTTPS" => config.server("HTTPS"),
        _ => match name.strip_prefix('$') {
            Some(name) => config.variable(name),
            None => config.constant(name),
        },
    }
}

fn told(scalar: &Scalar) -> Told {
    let of = match scalar {
        Scalar::Null => "NULL",
        Scalar::Bool(_) => "boolean",
        Scalar::Int(_) => "integer",
        Scalar::Text(_) => "string",
        Scalar::Other => "other",
    };
    (of.to_owned(), scalar.text())
}

/// Holds what we know against what PHP says; gives the names we do not know.
fn compare(directory: &Path, more: &[String]) -> Result<BTreeSet<String>, String> {
    let config = WpConfig::read(directory).map_err(|error| error.to_string())?;
    let [first, second] = REQUESTS.map(|request| php(directory, request));
    let runs = [first?, second?];
    let mut names: BTreeSet<String> = more.iter().cloned().collect();
    names.extend(runs.iter().flat_map(|run| run.keys().cloned()));
    let (mut unknown, mut wrong) = (BTreeSet::new(), String::new());
    for name in names {
        let finding = ours(&config, &name);
        if let Finding::Unknown(_) | Finding::Unseen(_) = finding {
            unknown.insert(name);
            continue;
        }
        for run in &runs {
            let agreed = match (&finding, run.get(&name)) {
                (Finding::Absent, None) => true,
                (Finding::Known(Scalar::Other), Some((of, _))) => of == "double" || of == "array",
                (Finding::Known(scalar), Some(php)) => told(scalar) == *php,
                _ => false,
            };
            if !agreed {
                let ours = match &finding {
                    Finding::Known(scalar) => format!("{:?}", told(scalar)),
                    other => format!("{other:?}"),
                };
                writeln!(
                    wrong,
                    "{name}: we say {ours}, PHP says {:?}",
                    run.get(&name)
                )
                .unwrap();
            }
        }
    }
    if wrong.is_empty() {
        Ok(unknown)
    } else {
        Err(wrong)
    }
}

struct Case {
    name: String,
    files: Vec<(String, String)>,
    unknown: BTreeSet<String>,
}

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in CASES.lines() {
        if let Some(name) = line.strip_prefix("=== ") {
            cases.push(Case {
                name: name.to_owned(),
                files: vec![("wp-config.php".to_owned(), String::new())],
                unknown: BTreeSet::new(),
            });
            continue;
        }
        let case = cases.last_mut().expect("a case comes first");
        if let Some(file) = line.strip_prefix("--- ") {
            case.files.push((file.to_owned(), String::new()));
        } else if let Some(names) = line.strip_prefix("# unknown: ") {
            case.unknown = names.split(' ').map(str::to_owned).collect();
        } else if line == "# crlf" {
            let (_, text) = &mut case.files[0];
            *text = text.replace('\n', "\r\n");
        } else {
            let (_, text) = case.files.last_mut().unwrap();
            text.push_str(line);
            text.push('\n');
        }
    }
    cases
}

fn wordpress(files: &[(String, String)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("wp-load.php"), "<?php").unwrap();
    std::fs::write(
        dir.path().join("wp-settings.php"),
        "<?php linkbackd_dump();",
    )
    .unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    dir
}

#[test]
fn configurations_in_the_wild_are_read_as_php_runs_them() {
    let cases = cases();
    assert!(cases.len() >= 50, "{} cases", cases.len());
    let mut wrong = String::new();
    for case in &cases {
        let dir = wordpress(&case.files);
        let listed: Vec<String> = case.unknown.iter().cloned().collect();
        match compare(dir.path(), &listed) {
            Ok(unknown) if unknown == case.unknown => {}
            Ok(unknown) => {
                writeln!(
                    wrong,
                    "== {}: unknown are {unknown:?}, listed {:?}",
                    case.name, case.unknown
                )
                .unwrap();
            }
            Err(error) => writeln!(wrong, "== {}\n{error}", case.name).unwrap(),
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Small numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(n).unwrap()).unwrap()
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

/// A string in single or double quotes or a heredoc, made of what scanners trip over.
fn literal(dice: &mut Dice) -> String {
    const PIECES: &[&str] = &[
        "a", "Z", "0", "9", " ", "\\", "\\\\", "\\n", "\\t", "\\0", "\\12", "\\777", "\\8", "\\x4",
        "\\x41", "\\xg", "\\u{e9}", "\\u", "$", "$ ", "$1", "{", "}", "{ $", "\\$", "\\{", "é",
        "日", "?>", "<?php", "//", "#", "/*", "*/", "\n", "\t", "\\e", "\\v", ");", "define(", "%",
        "[", "]", "->",
    ];
    let mut body: String = (0..dice.below(9)).map(|_| dice.of(PIECES)).collect();
    match dice.below(4) {
        0 => format!("'{}'", single(&body)),
        1 => {
            body = dollar(&body);
            format!("<<<EOT\n{body}\nEOT")
        }
        2 => format!("<<<'EOT'\n{body}\nEOT"),
        _ => {
            body = dollar(&body);
            // A backslash at the end would take the quote with it.
            let slashes = body.len() - body.trim_end_matches('\\').len();
            if slashes % 2 == 1 {
                body.push('\\');
            }
            format!("\"{body}\"")
        }
    }
}

/// Keeps a closing quote closing.
fn single(body: &str) -> String {
    let slashes = body.len() - body.trim_end_matches('\\').len();
    if slashes % 2 == 1 {
        format!("{body}\\")
    } else {
        body.to_owned()
    }
}

/// Without what would be a variable, and without escapes that PHP refuses.
fn dollar(body: &str) -> String {
    let once = without_names(body);
    if once == body { once } else { dollar(&once) }
}

fn without_names(body: &str) -> String {
    let mut out = String::new();
    let mut letters = body.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied().unwrap_or(' ');
        let names = next.is_alphabetic() || next == '_' || !next.is_ascii();
        if letter == '$' && (names || next == '{') || letter == '{' && next == '$' {
            continue;
        }
        out.push(letter);
        // `\u{` must be followed by a letter's number.
        if letter == 'u' && out.ends_with("\\u") && next == '{' {
            let rest: String = letters.clone().take(4).collect();
            if rest != "{e9}" {
                out.pop();
            }
        }
    }
    out
}

fn expression(dice: &mut Dice, depth: usize) -> String {
    if depth == 0 {
        return match dice.below(6) {
            0 => dice.below(100).to_string(),
            1 => dice
                .of(&[
                    "true", "false", "null", "TRUE", "0", "''", "'0'", "-5", "0x1f", "'12ab'",
                    "' 7'",
                ])
                .to_owned(),
            2 => dice
                .of(&[
                    "KNOWN",
                    "$known",
                    "$list['k']",
                    "$list[3]",
                    "\"$known!\"",
                    "\"{$list['k']}\"",
                    "\"$list[k]\"",
                ])
                .to_owned(),
            3 => dice
                .of(&[
                    "__LINE__",
                    "basename(__FILE__)",
                    "E_ALL",
                    "PHP_EOL",
                    "$nothing",
                    "defined('KNOWN')",
                ])
                .to_owned(),
            _ => literal(dice),
        };
    }
    let mut part = || expression(dice, depth - 1);
    let (a, b, c) = (part(), part(), part());
    match dice.below(14) {
        0 | 1 => format!("({a}) . ({b})"),
        2 => format!("({a}) ? ({b}) : ({c})"),
        3 => format!("({a}) ?: ({b})"),
        4 => format!("!({a})"),
        5 => format!("({a}) && ({b}) || ({c})"),
        6 => format!("({a}) ?? ({b})"),
        7 => format!("(string) ({a}) === (string) ({b})"),
        8 => format!("(int) ({a}) + (int) ({b})"),
        9 => format!("strtolower(({a}) . '')"),
        10 => format!("trim(({a}) . ({b}))"),
        11 => format!("[({a}), 'x' => ({b})]['x']"),
        12 => format!("(bool) ({a})"),
        _ => format!("({a}) === ({b}) and ({c})"),
    }
}

#[test]
fn generated_expressions_are_worked_out_as_php_does() {
    let seed = 0x9e37_79b9_7f4a_7c15;
    let mut dice = Dice(seed);
    let (mut known, mut unknown) = (0, 0);
    for round in 0..12 {
        let mut source =
            "<?php\ndefine('KNOWN', 'k'); $known = 'v'; $list = ['k' => 'w', 3 => 'three'];\n"
                .to_owned();
        let count = 250;
        for i in 0..count {
            let expression = if round < 6 {
                literal(&mut dice)
            } else {
                expression(&mut dice, 1 + i % 3)
            };
            writeln!(source, "define('C{i}', {expression}\n);").unwrap();
        }
        source.push_str("require_once ABSPATH . 'wp-settings.php';\n");
        let dir = wordpress(&[("wp-config.php".to_owned(), source.clone())]);
        match compare(dir.path(), &[]) {
            Ok(missed) => {
                if round < 6 {
                    assert!(
                        missed.is_empty(),
                        "seed {seed}, round {round}: literals not known: {missed:?}"
                    );
                }
                unknown += missed.len();
                known += count - missed.len();
            }
            Err(error) => {
                let lint = Command::new("php")
                    .arg("-l")
                    .arg(dir.path().join("wp-config.php"))
                    .output();
                let lint = lint.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
                let first = error.split(':').next().unwrap_or_default();
                let at = source.find(&format!("define('{first}'")).unwrap_or(0);
                let shown: String = source[at..].chars().take(300).collect();
                panic!("seed {seed}, round {round}\n{error}\n{shown:?}\n{lint:?}");
            }
        }
    }
    assert!(
        unknown * 20 < known,
        "{unknown} unknown against {known} known"
    );
}
