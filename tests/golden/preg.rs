//! `preg_*`: the same PCRE must behave the same, limits included.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use linkbackd::php::array::{PhpKey, PhpValue};
use linkbackd::php::preg::{Captures, PregError, Regex, Split, preg_quote};
use linkbackd::php::string;

use super::generate::SUBJECTS;
use super::judge::{Argument, Row, list, map, row};

const PATTERNS: &[&str] = &[
    "a",
    "a*",
    "",
    "(a)|(b)|(\\d)",
    "(?=<)|b",
    "^",
    "$",
    "\\b",
    "[\\r\\n\\t ]+",
    "<[^>]*?((?=<)|>|$)",
    "(<(script|a|b)[^>]*?>).*?</\\2>",
    "(a)?(b)?(c)?",
    "&[^;\\s]{0,6}$",
    "\\s+",
    "\\w+",
    "(?<=a)b?",
    "é",
    "[é]",
    "\\é",
    "a # comment",
    "(?i)AB",
    ".",
    "\\R",
    "x(?:y|z)?=(.*)",
    "a\\Kb",
];
const MODIFIERS: &[&str] = &["", "i", "s", "m", "x", "u", "is", "U", "A", "ui", "A", "xA"];
const REPLACEMENTS: &[&str] = &[
    "", "-", "[$0]", "\\1", "${1}2", "$12", "\\\\1", "\\$1", "$", "\\", "$1$2$3", "${1", "$9",
];

/// Patterns and subjects that run into limits, with the piece that is repeated and how often.
const HARD: &[&str] = &[
    "(a+)+$",
    "(?:a|b)*c",
    "(?:(a)|b)*c",
    "((a)|(b))*c",
    ".*?c",
    "(.)*c",
    "a*a*a*c",
    "(a|aa)+c",
    "<(a|b)[^>]*?>.*?</\\1>",
    "\\s.{0,100}(c)",
];

pub(crate) fn rows() -> Vec<Row> {
    use Argument::{OneOf, Text};
    let simple = || vec![OneOf(PATTERNS), OneOf(MODIFIERS), Text(SUBJECTS)];
    let mut rows = vec![
        row("preg_quote", vec![Text(SUBJECTS)], |_, a| {
            PhpValue::Str(preg_quote(&a[0], None))
        }),
        row("preg_match", simple(), |_, a| {
            match regex(a).captures(&a[2]) {
                Ok(Some(found)) => groups(&found),
                Ok(None) => list([]),
                Err(_) => PhpValue::Bool(false),
            }
        }),
        row("preg_match_all", simple(), |_, a| {
            match regex(a).captures_all(&a[2]) {
                Ok(all) => list(all.iter().map(groups)),
                Err(_) => PhpValue::Bool(false),
            }
        }),
        row(
            "preg_replace",
            vec![
                OneOf(PATTERNS),
                OneOf(MODIFIERS),
                Text(SUBJECTS),
                OneOf(REPLACEMENTS),
            ],
            |_, a| {
                regex(a)
                    .replace(&a[2], &a[3])
                    .map_or(PhpValue::Null, PhpValue::Str)
            },
        ),
        row("preg_replace_callback", simple(), |_, a| {
            regex(a)
                .replace_callback(&a[2], |found| {
                    [&string::strtoupper(found.text(0)), &b"|"[..]].concat()
                })
                .map_or(PhpValue::Null, PhpValue::Str)
        }),
        row(
            "preg_last_error",
            vec![
                OneOf(HARD),
                OneOf(&["", "s"]),
                OneOf(&["a", "ab", "a ", "<a>", "a b"]),
                OneOf(&["20", "200", "2000", "9000", "20000"]),
                OneOf(&["", "c", "!", "!c"]),
            ],
            |_, a| {
                let mut subject = a[2].repeat(string::intval(&a[3]) as usize);
                subject.extend_from_slice(&a[4]);
                PhpValue::Int(match regex(a).is_match(&subject) {
                    Ok(_) => 0,
                    Err(PregError::Internal) => 1,
                    Err(PregError::BacktrackLimit) => 2,
                    Err(PregError::RecursionLimit) => 3,
                    Err(PregError::BadUtf8) => 4,
                    Err(PregError::JitStackLimit) => 6,
                })
            },
        ),
    ];
    for (function, how) in [
        ("preg_split", Split::PLAIN),
        ("preg_split_no_empty", Split::NO_EMPTY),
        ("preg_split_delimiters", Split::DELIMITERS),
        ("preg_split_both", Split::BOTH),
    ] {
        rows.push(row(function, simple(), move |_, a| {
            regex(a)
                .split(&a[2], how)
                .map_or(PhpValue::Bool(false), |pieces| {
                    list(
                        pieces
                            .into_iter()
                            .map(|piece| PhpValue::Str(piece.to_vec())),
                    )
                })
        }));
    }
    rows
}

thread_local! {
    static COMPILED: RefCell<HashMap<Vec<Vec<u8>>, Rc<Regex>>> = RefCell::default();
}

/// The pattern and its modifiers, compiled once, as PHP does.
fn regex(arguments: &[Vec<u8>]) -> Rc<Regex> {
    let compile = || {
        let mut modifiers = String::from_utf8_lossy(&arguments[1]).into_owned();
        if [&b"\\w"[..], b"\\b"]
            .iter()
            .any(|word| arguments[0].windows(2).any(|two| two == *word))
        {
            // PCRE 10.43 and newer count marks as letters of words in Unicode mode, PHP's may be older; no ported pattern
            // relies on it.
            modifiers = modifiers.replace('u', "");
        }
        Rc::new(Regex::new(&arguments[0], &modifiers).expect("the patterns are right"))
    };
    COMPILED.with_borrow_mut(|compiled| {
        let key = arguments[..2].to_vec();
        Rc::clone(compiled.entry(key).or_insert_with(compile))
    })
}

fn groups(found: &Captures<'_>) -> PhpValue {
    map((0..found.count()).map(|n| {
        let key = PhpKey::Int(n as i64);
        (key, PhpValue::Str(found.text(n).to_vec()))
    }))
}
