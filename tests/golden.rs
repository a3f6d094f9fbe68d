//! The ports against the real thing: every function of the tables in `golden/` runs on generated input both here and
//! in PHP, and the results must be the same bytes.
//!
//! Needs `php` (8.2, with mbstring), `php-fpm` and a WordPress: `LINKBACKD_WORDPRESS` names its directory, else
//! `/usr/share/wordpress`. The version is read from there, so the same tables hold for every WordPress promised.
//! `LINKBACKD_SEED` (a number, or `random`) and `LINKBACKD_INPUTS` (inputs per function) change what is generated;
//! `LINKBACKD_ONLY`, or an argument, runs the function of that name, or those whose names contain it. A failing input is
//! made small and printed escaped. Before that, `golden/recorded/` is replayed: answers of other versions of WordPress.
//!
//! To add a function write one row in a table of `golden/`; if it takes other arguments than strings, also a row of
//! `$functions` in `golden/php/answer.php`.

mod golden {
    pub(crate) mod comment_text;
    pub(crate) mod form;
    pub(crate) mod formatting;
    pub(crate) mod generate;
    pub(crate) mod input;
    pub(crate) mod judge;
    pub(crate) mod kses;
    pub(crate) mod mb;
    pub(crate) mod oracle;
    pub(crate) mod php;
    pub(crate) mod preg;
    pub(crate) mod recorded;
    pub(crate) mod run;
    pub(crate) mod shrink;
    pub(crate) mod value;
    pub(crate) mod whole;
}

use std::env;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::process::ExitCode;

use golden::judge::{self, Row};
use golden::recorded::{record, replay};
use golden::run::{Judge, Order, Table, run};

/// Inputs per function where nothing else is said.
const INPUTS: usize = 100_000;

/// Functions of WordPress.
fn wordpress_rows() -> Vec<Row> {
    let mut rows = golden::kses::rows();
    rows.extend(golden::comment_text::rows());
    rows.extend(golden::whole::rows());
    rows.extend(golden::formatting::rows());
    rows
}

fn tables() -> Vec<Table> {
    let table = |judge, rows, one_in| Table {
        judge,
        rows,
        one_in,
    };
    vec![
        // The longest first, so that no worker is left alone with it.
        table(Judge::Php, golden::preg::rows(), 1),
        table(Judge::WordPress, wordpress_rows(), 1),
        // Only what depends on the charset is new here.
        table(Judge::Latin1, wordpress_rows(), 10),
        table(Judge::Php, golden::php::rows(), 1),
        table(Judge::Php, golden::mb::rows(), 1),
        table(Judge::Fpm, golden::input::rows(), 1),
    ]
}

fn main() -> ExitCode {
    let wordpress = judge::wordpress();
    let order = Order {
        seed: seed(),
        inputs: number("LINKBACKD_INPUTS").unwrap_or(INPUTS as u64) as usize,
        version: judge::version(&wordpress),
        wordpress,
    };
    let only: Vec<String> = env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .chain(
            env::var("LINKBACKD_ONLY")
                .ok()
                .filter(|only| !only.is_empty()),
        )
        .collect();
    if env::args().any(|argument| argument == "--record") {
        record(&order, &judge::installed(), &wordpress_rows());
        return ExitCode::SUCCESS;
    }
    // Those that were recorded need no PHP, so they come first.
    let recorded = !only.is_empty() || replay(&wordpress_rows());
    let mut tables = tables();
    choose(&mut tables, &only);
    println!(
        "WordPress {} in {}, LINKBACKD_SEED={}, LINKBACKD_INPUTS={}",
        order.version,
        order.wordpress.display(),
        order.seed,
        order.inputs
    );
    if run(&order, &tables) && recorded {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Keeps the rows asked for: those of exactly these names, or else those whose names contain one.
fn choose(tables: &mut [Table], only: &[String]) {
    if only.is_empty() {
        return;
    }
    let exact = tables
        .iter()
        .flat_map(|table| &table.rows)
        .any(|row| only.iter().any(|only| row.function == only));
    for table in tables {
        table.rows.retain(|row| {
            only.iter().any(|only| {
                if exact {
                    row.function == only
                } else {
                    row.function.contains(only.as_str())
                }
            })
        });
    }
}

fn seed() -> u64 {
    if env::var("LINKBACKD_SEED").is_ok_and(|seed| seed == "random") {
        RandomState::new().build_hasher().finish() >> 32
    } else {
        number("LINKBACKD_SEED").unwrap_or(1)
    }
}

fn number(name: &str) -> Option<u64> {
    let text = env::var(name).ok().filter(|text| !text.is_empty())?;
    let number = text.parse();
    Some(number.unwrap_or_else(|_| panic!("{name} is not a number: {text}")))
}
