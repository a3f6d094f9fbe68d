//! Which functions of WordPress were ported, from where to where, and what each looked like in every version: the table
//! `golden/watched.toml`, its checks, and the comparison with a WordPress that is new.
//!
//! `make watch WORDPRESS=/path` says what changed since the newest version in the table and which Rust file to open;
//! `make watch-record WORDPRESS="/path /another"` adds columns. Without arguments the table itself is checked, with Debian's
//! WordPress as judge. Needs php-cli; no code of WordPress runs.

#[path = "watch/checks.rs"]
mod checks;
#[path = "watch/record.rs"]
mod record;
#[path = "watch/sources.rs"]
mod sources;
#[path = "watch/table.rs"]
mod table;
#[path = "watch/tree.rs"]
mod tree;

use std::path::PathBuf;
use std::process::ExitCode;

use table::Table;
use tree::Tree;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let paths = || arguments[1..].iter().map(PathBuf::from).collect::<Vec<_>>();
    let result = match arguments.first().map(String::as_str) {
        Some("--against") => against(&paths()),
        Some("--record") => record(&paths()),
        // Whatever else `cargo test` hands to all suites: names to choose from, flags of the usual runner.
        _ => {
            let only = arguments.iter().find(|one| !one.starts_with('-'));
            checks::run(only.map_or("", String::as_str))
        }
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// Tells what the trees have otherwise than the newest version in the table.
fn against(trees: &[PathBuf]) -> Result<bool, String> {
    let table = Table::load()?;
    let mut all_same = !trees.is_empty();
    if !all_same {
        return Err("which WordPress? make watch WORDPRESS=/path/to/wordpress".to_owned());
    }
    for path in trees {
        let tree = Tree::read(path, &[])?;
        let newest = table.newest();
        println!("WordPress {} against {newest}:", tree.version);
        let changes = table.changes(newest, &tree);
        changes.iter().for_each(|change| println!("{change}"));
        println!(
            "{} of {} watched pieces changed",
            changes.len(),
            table.len()
        );
        all_same &= changes.is_empty();
    }
    Ok(all_same)
}

/// Adds a column for each tree, and fills what older columns lack.
fn record(trees: &[PathBuf]) -> Result<bool, String> {
    if trees.is_empty() {
        return Err("which WordPress? make watch-record WORDPRESS=/path/to/wordpress".to_owned());
    }
    let mut table = Table::load()?;
    for path in trees {
        let tree = Tree::read(path, &table.files())?;
        record::add(&mut table, &tree)?;
        println!("WordPress {} recorded", tree.version);
    }
    table.save()?;
    for (piece, since) in table.unjudged() {
        println!("judge {piece} in {since}");
    }
    Ok(true)
}
