//! The README's table of differences is made of `parity/differences.toml`, and what that names is there: tests, keys of the
//! configuration. `README_WRITE=1 cargo test --test readme` (`make readme`) writes the table.

#[path = "parity/entries.rs"]
mod entries;

use std::fs;
use std::path::Path;

use entries::Entry;
use linkbackd::config::keys;

const HEAD: &str = "| what linkbackd does | why | switch |\n|---|---|---|\n";

fn entries() -> Vec<Entry> {
    entries::load().unwrap_or_else(|error| panic!("{error}"))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The README's row of a difference.
fn row(entry: &Entry) -> String {
    let versions: Vec<&str> = entry.versions.split_whitespace().collect();
    let versions = match versions.as_slice() {
        ["all"] => String::new(),
        [one] => format!("; WordPress {one}"),
        [first, .., last] => format!("; WordPress {first} to {last}"),
        [] => unreachable!("invariant: entries have versions"),
    };
    let Entry {
        what, why, switch, ..
    } = entry;
    format!("| {what}{versions} | {why} | {switch} |\n")
}

#[test]
fn the_table_of_differences_is_that_of_the_list() {
    let path = root().join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (before, rest) = readme
        .split_once(HEAD)
        .expect("the README has a table of differences");
    let after = &rest[rest.find("\n\n").expect("text follows the table") + 1..];
    let rows: String = entries().iter().map(row).collect();
    let wanted = [before, HEAD, &rows, after].concat();
    if std::env::var_os("README_WRITE").is_some() {
        fs::write(&path, &wanted).unwrap();
    } else {
        assert!(
            readme == wanted,
            "`make readme` would write this table:\n{HEAD}{rows}"
        );
    }
}

/// A line of a test is `file: name`. The file has such a function, marked as a test, and nothing switches it off.
#[test]
fn tests_that_are_named_are_there() {
    for entry in entries() {
        for test in &entry.tests {
            let (file, name) = test.split_once(": ").expect("`file: name of the test`");
            let text = fs::read_to_string(root().join(file))
                .unwrap_or_else(|error| panic!("{file}, for {:?}: {error}", entry.what));
            let Some(at) = text.find(&format!("fn {name}(")) else {
                panic!("{file} has no {name}, for {:?}", entry.what);
            };
            let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
            let above: Vec<&str> = text[..line]
                .lines()
                .rev()
                .take_while(|line| line.trim_start().starts_with("#["))
                .collect();
            assert!(
                above
                    .iter()
                    .any(|line| line.contains("test]") || line.contains("test(")),
                "{test} is no test"
            );
            assert!(
                !above.iter().any(|line| line.contains("ignore")),
                "{test} is ignored"
            );
        }
    }
}

/// What stands in backticks is `[section] key`, with a value or without.
#[test]
fn switches_are_keys_of_the_configuration() {
    let mut seen = 0;
    for entry in entries() {
        let words = entry.switch.split('`').skip(1).step_by(2);
        for switch in words {
            let (section, rest) = switch
                .strip_prefix('[')
                .and_then(|rest| rest.split_once("] "))
                .unwrap_or_else(|| panic!("{switch:?} is no [section] key"));
            let key = rest.split(" = ").next().unwrap_or(rest);
            let name = format!("{section}.{key}");
            assert!(
                keys::find(&name).is_some(),
                "there is no {name}, for {:?}",
                entry.what
            );
            seen += 1;
        }
        assert!(
            entry.switch.contains('`') || entry.switch == "none",
            "{:?} is neither a key nor none",
            entry.switch
        );
    }
    assert!(seen > 0);
}
