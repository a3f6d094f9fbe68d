//! `golden/watched.toml`: reading, folding, comparing, writing.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::tree::Tree;

/// What the digest of a piece is where there is none.
pub(crate) const GONE: &str = "-";

const HEAD: &str = include_str!("head.txt");

#[derive(Deserialize)]
struct File {
    versions: Vec<String>,
    #[serde(flatten)]
    files: BTreeMap<String, BTreeMap<String, Row>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    rust: Vec<String>,
    under: Option<String>,
    #[serde(default)]
    is: Vec<Vec<String>>,
}

/// A function, class or file of WordPress that is watched.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    /// The Rust files to open when it changes.
    pub(crate) rust: Vec<String>,
    /// The watched function it is a part of, which the Rust files mention in its stead.
    pub(crate) under: Option<String>,
    /// What it was, from when on, in the order of versions.
    pub(crate) runs: Vec<Run>,
}

/// Versions in which a piece was the same.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// The first of them in the table.
    pub(crate) since: String,
    /// Its digest in these, or [`GONE`].
    pub(crate) digest: String,
    /// What the change means here; empty for the first run, and while nobody has judged it.
    pub(crate) verdict: String,
}

/// File and name of a piece, as WordPress has them.
pub(crate) type Key = (String, String);

pub(crate) struct Table {
    /// In order.
    pub(crate) versions: Vec<String>,
    pub(crate) pieces: BTreeMap<Key, Piece>,
}

/// Where a WordPress differs from a column.
#[derive(Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) file: String,
    pub(crate) name: String,
    pub(crate) how: How,
    rust: Vec<String>,
}

#[derive(Debug, PartialEq)]
pub(crate) enum How {
    Changed,
    Gone,
    /// To another file, and whether it is the same there.
    Moved(String, bool),
    /// It was not there.
    Came,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match &self.how {
            How::Changed => "changed".to_owned(),
            How::Gone => "vanished".to_owned(),
            How::Moved(file, true) => format!("moved to {file}"),
            How::Moved(file, false) => format!("moved to {file} and changed"),
            How::Came => "is there (again)".to_owned(),
        };
        let rust = self.rust.join(", ");
        write!(f, "  {} {} {how}: see {rust}", self.file, self.name)
    }
}

/// Numbers of a version, to sort by.
pub(crate) fn order(version: &str) -> Vec<u32> {
    let mut numbers: Vec<u32> = version
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|part| part.parse().ok())
        .collect();
    numbers.resize(3.max(numbers.len()), 0);
    numbers
}

impl Table {
    /// The file's place.
    pub(crate) fn path() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/watched.toml")
    }

    pub(crate) fn load() -> Result<Self, String> {
        let path = Self::path();
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        Self::parse(&text)
    }

    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| format!("watched.toml: {error}"))?;
        if !file.versions.is_sorted_by_key(|version| order(version)) {
            return Err("watched.toml: versions are not in order".to_owned());
        }
        let mut pieces = BTreeMap::new();
        for (place, rows) in file.files {
            for (name, row) in rows {
                let piece = Piece::of(row).map_err(|why| format!("{place} {name}: {why}"))?;
                pieces.insert((place.clone(), name), piece);
            }
        }
        Ok(Self {
            versions: file.versions,
            pieces,
        })
    }

    pub(crate) fn newest(&self) -> &str {
        self.versions.last().map_or("", String::as_str)
    }

    pub(crate) fn len(&self) -> usize {
        self.pieces.len()
    }

    /// WordPress's files in the table, each once.
    pub(crate) fn files(&self) -> Vec<&str> {
        let mut files: Vec<_> = self.pieces.keys().map(|(file, _)| file.as_str()).collect();
        files.dedup();
        files
    }

    /// Where `tree` is otherwise than the column `version`.
    pub(crate) fn changes(&self, version: &str, tree: &Tree) -> Vec<Change> {
        let change = |((file, name), piece): (&Key, &Piece)| {
            let was = piece.digest_in(version);
            let how = match (was, tree.digest(file, name)) {
                (Some(GONE), None) => return None,
                (Some(GONE), Some(_)) => How::Came,
                (Some(was), Some(is)) if was == is => return None,
                (_, Some(_)) => How::Changed,
                (was, None) => match tree.files_with(name) {
                    [] => How::Gone,
                    [new, ..] => How::Moved(new.clone(), tree.digest(new, name) == was),
                },
            };
            Some(Change {
                file: file.clone(),
                name: name.clone(),
                how,
                rust: piece.rust.clone(),
            })
        };
        self.pieces.iter().filter_map(change).collect()
    }

    /// Changes without a verdict.
    pub(crate) fn unjudged(&self) -> impl Iterator<Item = (String, &str)> {
        self.pieces.iter().flat_map(|((file, name), piece)| {
            let later = piece.runs.iter().skip(1);
            later
                .filter(|run| run.verdict.is_empty())
                .map(move |run| (format!("{file} {name}"), run.since.as_str()))
        })
    }

    pub(crate) fn save(&self) -> Result<(), String> {
        let path = Self::path();
        std::fs::write(&path, self.to_string())
            .map_err(|error| format!("{}: {error}", path.display()))
    }
}

impl Piece {
    fn of(row: Row) -> Result<Self, String> {
        let mut runs = Vec::new();
        for fields in row.is {
            let mut fields = fields.into_iter();
            let (Some(since), Some(digest)) = (fields.next(), fields.next()) else {
                return Err("a run is version, digest and verdict".to_owned());
            };
            let verdict = fields.next().unwrap_or_default();
            runs.push(Run {
                since,
                digest,
                verdict,
            });
        }
        if !runs.is_sorted_by_key(|run| order(&run.since)) {
            return Err("its runs are not in order".to_owned());
        }
        Ok(Self {
            rust: row.rust,
            under: row.under,
            runs,
        })
    }

    /// What it is in a version. `None` if nothing is known of that one.
    pub(crate) fn digest_in(&self, version: &str) -> Option<&str> {
        let wanted = order(version);
        let mut before = self.runs.iter().rev();
        before
            .find(|run| order(&run.since) <= wanted)
            .map(|run| run.digest.as_str())
    }
}

impl fmt::Display for Table {
    /// The file as it is written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEAD)?;
        writeln!(f, "versions = {}", list(&self.versions))?;
        let mut last = "";
        for ((file, name), piece) in &self.pieces {
            if file != last {
                writeln!(f, "\n[{}]", quoted(file))?;
                last = file;
            }
            let plain = name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let name = if plain { name.clone() } else { quoted(name) };
            write!(f, "{name} = {{ rust = {}", list(&piece.rust))?;
            if let Some(under) = &piece.under {
                write!(f, ", under = {}", quoted(under))?;
            }
            match piece.runs.as_slice() {
                [] => {}
                [run] => write!(f, ", is = [{}]", run.fields())?,
                runs => {
                    writeln!(f, ", is = [")?;
                    for run in runs {
                        writeln!(f, "    {},", run.fields())?;
                    }
                    write!(f, "]")?;
                }
            }
            writeln!(f, " }}")?;
        }
        Ok(())
    }
}

impl Run {
    fn fields(&self) -> String {
        let mut fields = vec![self.since.clone(), self.digest.clone()];
        if !self.verdict.is_empty() {
            fields.push(self.verdict.clone());
        }
        list(&fields)
    }
}

fn list(items: &[String]) -> String {
    let items: Vec<_> = items.iter().map(|item| quoted(item)).collect();
    format!("[{}]", items.join(", "))
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
