//! What has to hold of the table.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::record;
use crate::sources::{self, Source};
use crate::table::{Change, GONE, How, Table, order};
use crate::tree::Tree;

/// Debian's WordPress, or the one to check against instead.
fn wordpress() -> PathBuf {
    std::env::var_os("WATCH_WORDPRESS")
        .map_or_else(|| PathBuf::from("/usr/share/wordpress"), PathBuf::from)
}

type Check = fn(&Table) -> Result<(), String>;

/// Runs the checks whose names contain `only`.
pub(crate) fn run(only: &str) -> Result<bool, String> {
    let table = Table::load()?;
    let checks: [(&str, Check); 8] = [
        ("the_file_is_as_it_would_be_written", written),
        ("rust_files_mention_what_they_port", mentions),
        ("what_rust_files_cite_is_watched", citations),
        ("every_change_is_judged", verdicts),
        ("every_fork_is_in_a_verdict", forks),
        ("the_installed_wordpress_agrees", installed),
        ("a_doctored_copy_is_noticed", doctored),
        ("recording_adds_and_keeps", recording),
    ];
    let mut good = true;
    for (name, check) in checks.iter().filter(|(name, _)| name.contains(only)) {
        match check(&table) {
            Ok(()) => println!("test {name} ... ok"),
            Err(why) => {
                println!("test {name} ... FAILED\n{why}");
                good = false;
            }
        }
    }
    println!("{} watched in {}", table.len(), table.versions.join(", "));
    Ok(good)
}

/// `Ok` if nothing is wrong, else all of it.
fn all_good(wrong: Vec<String>) -> Result<(), String> {
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

fn written(table: &Table) -> Result<(), String> {
    let text = fs::read_to_string(Table::path()).map_err(|error| error.to_string())?;
    if text == table.to_string() {
        return Ok(());
    }
    Err("make watch-record writes it otherwise: record any version to put it in order".to_owned())
}

/// The word by which a Rust file mentions a piece: a function's own name, a class's, or a file's.
fn word<'a>(file: &'a str, name: &'a str) -> &'a str {
    match name.strip_suffix("{}").map(str::trim_end) {
        Some("") => file.rsplit('/').next().unwrap_or(file),
        Some(class) => class,
        None => name.rsplit("::").next().unwrap_or(name),
    }
}

fn mentions(table: &Table) -> Result<(), String> {
    let sources = sources::all()?;
    let mut wrong = Vec::new();
    for ((file, name), piece) in &table.pieces {
        let word = match &piece.under {
            None => word(file, name),
            Some(under) => {
                let mut above = table.pieces.iter();
                let Some(((file, name), _)) = above.find(|((_, name), _)| name == under) else {
                    wrong.push(format!(
                        "{file} {name} is under {under}, which is not watched"
                    ));
                    continue;
                };
                word(file, name)
            }
        };
        if piece.rust.is_empty() {
            wrong.push(format!("{file} {name} names no Rust file"));
        }
        for path in &piece.rust {
            match sources.iter().find(|source| source.path == *path) {
                None => wrong.push(format!("{file} {name}: there is no {path}")),
                Some(source) if !source.mentions(word) => {
                    wrong.push(format!("{file} {name}: {path} does not mention {word}"));
                }
                Some(_) => {}
            }
        }
        if piece.runs.first().map(|run| &run.since) != table.versions.first() {
            wrong.push(format!(
                "{file} {name} has gaps: make watch-record with all versions"
            ));
        }
    }
    all_good(wrong)
}

/// Files that port PHP itself and libxml, whose functions have no rows.
fn ports_php(source: &Source) -> bool {
    source.path.starts_with("src/php/")
        || source.path.starts_with("src/sites/wp_config/")
        || source.path == "src/xmlrpc/sax.rs"
}

/// What a comment cites has to be watched: whatever it says it ports, and any other function of WordPress.
fn citations(table: &Table) -> Result<(), String> {
    let tree = Tree::read(&wordpress(), &[])?;
    let watched: BTreeSet<&str> = table.pieces.keys().map(|(_, name)| name.as_str()).collect();
    let known = |name: &str| {
        watched.contains(name)
            // Methods may be cited without their class.
            || watched
                .iter()
                .any(|own| own.rsplit_once("::").is_some_and(|(_, method)| method == name))
    };
    let mut wrong = Vec::new();
    for source in sources::all()?.iter().filter(|source| !ports_php(source)) {
        let (ported, cited) = (source.ported(), source.cited());
        let missing = ported
            .iter()
            .chain(cited.iter().filter(|name| tree.has_function(name)))
            .filter(|name| !known(name))
            .map(String::as_str)
            .collect::<BTreeSet<_>>();
        for name in missing {
            let files = tree.files_with(name).join(", ");
            wrong.push(format!(
                "{} cites {name}(), which is not watched ({files})",
                source.path
            ));
        }
    }
    all_good(wrong)
}

/// Names of the forks in version.rs: its questions about a version.
fn questions() -> Result<BTreeSet<String>, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/wordpress/version.rs");
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let found: BTreeSet<String> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub const fn "))
        .filter_map(|line| line.split_once("(self)"))
        .map(|(name, _)| name.to_owned())
        .collect();
    if found.is_empty() {
        return Err("version.rs asks nothing: has its form changed?".to_owned());
    }
    Ok(found)
}

/// The forks that a verdict names: `Version::a, Version::b: …`.
fn named(verdict: &str) -> impl Iterator<Item = &str> {
    verdict.split("Version::").skip(1).map(|rest| {
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        &rest[..end.unwrap_or(rest.len())]
    })
}

fn verdicts(table: &Table) -> Result<(), String> {
    let questions = questions()?;
    let mut wrong: Vec<_> = table
        .unjudged()
        .map(|(piece, since)| format!("{piece} changed in {since}: what does it mean here?"))
        .collect();
    for ((file, name), piece) in &table.pieces {
        for run in piece
            .runs
            .iter()
            .skip(1)
            .filter(|run| !run.verdict.is_empty())
        {
            let verdict = &run.verdict;
            let plain = ["no effect: ", "listed: "].iter().any(|start| {
                verdict
                    .strip_prefix(start)
                    .is_some_and(|why| !why.trim().is_empty())
            });
            if !plain && !verdict.starts_with("Version::") {
                wrong.push(format!("{file} {name} {}: what is {verdict:?}?", run.since));
            }
            for question in named(verdict).filter(|name| !questions.contains(*name)) {
                wrong.push(format!(
                    "{file} {name} {}: no Version::{question}",
                    run.since
                ));
            }
        }
    }
    all_good(wrong)
}

fn forks(table: &Table) -> Result<(), String> {
    let judged: BTreeSet<&str> = table
        .pieces
        .values()
        .flat_map(|piece| piece.runs.iter().flat_map(|run| named(&run.verdict)))
        .collect();
    let wrong = questions()?
        .into_iter()
        .filter(|question| !judged.contains(question.as_str()))
        .map(|question| format!("no change in the table is why there is Version::{question}"));
    all_good(wrong.collect())
}

/// The column to hold a version against: its own, else the newest before it.
fn column<'a>(table: &'a Table, version: &str) -> Result<&'a str, String> {
    let mut before = table.versions.iter().rev();
    before
        .find(|own| order(own) <= order(version))
        .map(String::as_str)
        .ok_or_else(|| format!("WordPress {version} is older than all in the table"))
}

fn told(changes: &[Change]) -> Vec<String> {
    changes.iter().map(ToString::to_string).collect()
}

fn installed(table: &Table) -> Result<(), String> {
    let tree = Tree::read(&wordpress(), &table.files())?;
    let column = column(table, &tree.version)?;
    all_good(told(&table.changes(column, &tree)))
        .map_err(|why| format!("WordPress {} is not as {column}:\n{why}", tree.version))
}

/// Changes one function of a copy in each way that there is, and looks at what is said.
fn doctored(table: &Table) -> Result<(), String> {
    let from = wordpress();
    let copy = tempfile::tempdir().map_err(|error| error.to_string())?;
    for file in table.files().into_iter().chain(["wp-includes/version.php"]) {
        let (old, new) = (from.join(file), copy.path().join(file));
        // Older versions have not got every file.
        if old.is_file() {
            let parent = new.parent().unwrap_or(&new);
            fs::create_dir_all(parent)
                .and_then(|()| fs::copy(&old, &new))
                .map_err(|error| format!("{file}: {error}"))?;
        }
    }
    let edit = |file: &str, old: &str, new: &str| {
        let path = copy.path().join(file);
        let text = fs::read_to_string(&path).map_err(|error| error.to_string())?;
        if text.matches(old).count() != 1 {
            return Err(format!("{file} has not got {old:?} once"));
        }
        fs::write(&path, text.replace(old, new)).map_err(|error| error.to_string())
    };
    let changes = || {
        let tree = Tree::read(copy.path(), &[])?;
        let changes = table.changes(column(table, &tree.version)?, &tree);
        Ok::<_, String>(
            changes
                .into_iter()
                .map(|change| (change.name, change.how))
                .collect::<Vec<_>>(),
        )
    };
    let expect = |what: &str, expected: &[(&str, How)]| {
        let found = changes()?;
        let same = found.len() == expected.len()
            && found
                .iter()
                .zip(expected)
                .all(|((name, how), (other, other_how))| name == other && how == other_how);
        if same {
            return Ok(());
        }
        Err(format!("{what}: expected {expected:?}, found {found:?}"))
    };
    let (comment, rewrite) = ("wp-includes/comment.php", "wp-includes/rewrite.php");
    expect("a plain copy", &[])?;
    let head = "function wp_new_comment( $commentdata, $wp_error = false ) {";
    edit(
        comment,
        head,
        &format!("/* new */ {head}\n\n\t// Says nothing."),
    )?;
    expect("a comment", &[])?;
    edit(
        comment,
        head,
        &format!("{head} $commentdata = array_filter( $commentdata );"),
    )?;
    expect("a statement", &[("wp_new_comment", How::Changed)])?;
    edit(
        comment,
        head,
        &head.replace("wp_new_comment", "wp_new_remark"),
    )?;
    expect("another name", &[("wp_new_comment", How::Gone)])?;
    // Back again, and the next: into another file.
    edit(comment, "$commentdata = array_filter( $commentdata );", "")?;
    edit(
        comment,
        "function wp_new_remark(",
        "function wp_new_comment(",
    )?;
    expect("as it was", &[])?;
    let path = copy.path().join(rewrite);
    let text = fs::read_to_string(&path).map_err(|error| error.to_string())?;
    let start = text
        .find("function url_to_postid(")
        .ok_or("no url_to_postid()")?;
    let end = start + text[start..].find("\n}\n").ok_or("it has no end")? + 3;
    fs::write(&path, [&text[..start], &text[end..]].concat()).map_err(|error| error.to_string())?;
    let elsewhere = "wp-includes/url.php";
    let moved = format!("<?php\n{}", &text[start..end]);
    fs::write(copy.path().join(elsewhere), moved).map_err(|error| error.to_string())?;
    let how = How::Moved(elsewhere.to_owned(), true);
    // The file it left says so, too.
    let left = ("{}", How::Changed);
    expect("another file", &[("url_to_postid", how), left])?;
    let head = "function url_to_postid( $url ) {";
    edit(elsewhere, head, &format!("{head} $url = trim( $url );"))?;
    let how = How::Moved(elsewhere.to_owned(), false);
    let left = ("{}", How::Changed);
    expect(
        "another file and another text",
        &[("url_to_postid", how), left],
    )
}

/// On a table of its own: a column is added, one is corrected, verdicts stay with their changes.
fn recording(_: &Table) -> Result<(), String> {
    let text = r#"versions = ["6.1.9", "7.1"]
["a.php"]
same = { rust = ["src/a.rs"], is = [["6.1.9", "s"]] }
forked = { rust = ["src/a.rs"], is = [["6.1.9", "o"], ["7.1", "n", "no effect: so"]] }
fresh = { rust = ["src/a.rs"] }
left = { rust = ["src/a.rs"], is = [["6.1.9", "l"]] }
"#;
    let mut table = Table::parse(text)?;
    let tree = Tree::of(
        "7.0.4",
        &[
            ("a.php", "same", "s"),
            ("a.php", "forked", "n"),
            ("a.php", "fresh", "f"),
        ],
    );
    record::add(&mut table, &tree)?;
    // The same again changes nothing more.
    record::add(&mut table, &tree)?;
    let runs: Vec<(String, Vec<[String; 3]>)> = table
        .pieces
        .iter()
        .map(|((_, name), piece)| {
            let runs = piece.runs.iter();
            let fields =
                runs.map(|run| [run.since.clone(), run.digest.clone(), run.verdict.clone()]);
            (name.clone(), fields.collect())
        })
        .collect();
    let run = |fields: [&str; 3]| fields.map(str::to_owned);
    let expected = [
        (
            "forked",
            vec![
                run(["6.1.9", "o", ""]),
                run(["7.0.4", "n", "no effect: so"]),
            ],
        ),
        ("fresh", vec![run(["7.0.4", "f", ""])]),
        (
            "left",
            vec![
                run(["6.1.9", "l", ""]),
                run(["7.0.4", GONE, ""]),
                run(["7.1", "l", ""]),
            ],
        ),
        ("same", vec![run(["6.1.9", "s", ""])]),
    ];
    let expected: Vec<_> = expected.map(|(name, runs)| (name.to_owned(), runs)).into();
    if table.versions != ["6.1.9", "7.0.4", "7.1"] || runs != expected {
        return Err(format!("{:?} {runs:?}", table.versions));
    }
    let beta = Tree::of("7.2-alpha-12345", &[]);
    match record::add(&mut table, &beta) {
        Err(_) => Ok(()),
        Ok(()) => Err("a beta has no column".to_owned()),
    }
}
