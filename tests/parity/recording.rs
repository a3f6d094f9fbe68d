//! What a WordPress did, written down: a text file for each version, `golden/recorded/wordpress-VERSION.txt`.
//!
//! The file of the reference version has every scenario. Those of the others have the scenarios whose facts differ from
//! the reference's, or that it lacks; the rest is looked up there. The same goes for rewrite rules.
//!
//! ```text
//! # comment
//! [wordpress] 7.1
//! [with] PHP 8.2.29, MariaDB 10.11.14
//! [world] digest of what was laid over the fresh installation
//! [base]
//! SQL that makes the database
//! [rules] /%postname%/
//! pattern => query
//! [scenario] entry/plain
//! digest = of state and requests
//! request.0 = POST /xmlrpc.php HTTP/1.1\r\n…
//! reply.0.status = 200
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use linkbackd::php::array::{PhpKey, PhpValue};
use linkbackd::php::serialize::{Limits, unserialize};

use crate::facts::Facts;
use crate::scenario::Scenario;

/// The version whose file has every scenario.
pub(crate) const REFERENCE: &str = "7.1";

/// What a version did in all scenarios.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Recording {
    /// As version.php has it.
    pub(crate) version: String,
    /// What it ran on.
    pub(crate) with: String,
    /// Of world.sql.
    pub(crate) world: String,
    /// SQL.
    pub(crate) base: String,
    /// Rewrite rules by permalink structure, as WordPress stores them.
    pub(crate) structures: BTreeMap<String, Vec<u8>>,
    pub(crate) scenarios: BTreeMap<String, Recorded>,
}

/// What a version did in one scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Recorded {
    /// Of the scenario it was asked to play.
    pub(crate) digest: String,
    /// What was sent, to be read.
    pub(crate) requests: Vec<String>,
    pub(crate) facts: Facts,
}

/// The digest of the site that is laid over a fresh installation.
pub(crate) fn world_digest() -> String {
    digest(include_bytes!("world.sql"))
}

/// FNV-1a with 64 bits: told apart are versions of a text, not forgeries.
pub(crate) fn digest(bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/recorded")
}

/// The file of a version.
pub(crate) fn file(version: &str) -> PathBuf {
    directory().join(format!("wordpress-{version}.txt"))
}

/// The recorded versions, the reference first.
pub(crate) fn versions() -> Result<Vec<String>, String> {
    let place = directory();
    let entries = std::fs::read_dir(&place)
        .map_err(|error| format!("cannot read {}: {error}", place.display()))?;
    let mut versions: Vec<String> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix("wordpress-")?.strip_suffix(".txt")?;
            Some(version.to_owned())
        })
        .collect();
    versions.sort();
    versions.sort_by_key(|version| version != REFERENCE);
    Ok(versions)
}

/// A version as its file has it: of the others only what differs from the reference.
pub(crate) fn load(version: &str) -> Result<Recording, String> {
    let path = file(version);
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    Recording::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// A version with what its file leaves to the reference's.
pub(crate) fn load_whole(version: &str) -> Result<Recording, String> {
    let own = load(version)?;
    if version == REFERENCE {
        return Ok(own);
    }
    Ok(own.over(&load(REFERENCE)?))
}

impl Recorded {
    pub(crate) fn of(scenario: &Scenario, facts: Facts) -> Self {
        Self {
            digest: digest(scenario.told().as_bytes()),
            requests: scenario.requests(),
            facts,
        }
    }

    /// Whether it was this scenario that was played.
    pub(crate) fn is_of(&self, scenario: &Scenario) -> bool {
        self.digest == digest(scenario.told().as_bytes())
    }
}

impl Recording {
    /// The same with all that the reference has and this lacks.
    pub(crate) fn over(mut self, reference: &Self) -> Self {
        for (structure, rules) in &reference.structures {
            let own = self.structures.entry(structure.clone());
            own.or_insert_with(|| rules.clone());
        }
        for (id, recorded) in &reference.scenarios {
            let own = self.scenarios.entry(id.clone());
            own.or_insert_with(|| recorded.clone());
        }
        self
    }

    /// The same without what the reference has just so.
    pub(crate) fn less(mut self, reference: &Self) -> Self {
        self.structures
            .retain(|structure, rules| reference.structures.get(structure) != Some(rules));
        self.scenarios
            .retain(|id, recorded| reference.scenarios.get(id) != Some(recorded));
        self
    }

    /// The scenarios in which another recording of the same version says otherwise, and `base` and `rules` if these do.
    pub(crate) fn differences(&self, other: &Self) -> Vec<String> {
        let mut found = Vec::new();
        if self.world != other.world || self.base != other.base {
            found.push("[base]".to_owned());
        }
        for structure in self.structures.keys().chain(other.structures.keys()) {
            if self.structures.get(structure) != other.structures.get(structure) {
                found.push(format!("[rules] {structure}"));
            }
        }
        for id in self.scenarios.keys().chain(other.scenarios.keys()) {
            if self.scenarios.get(id) != other.scenarios.get(id) {
                found.push(id.clone());
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// The file's text.
    pub(crate) fn text(&self) -> Result<String, String> {
        let mut text = format!(
            "# What WordPress {0} did in the scenarios of tests/parity. Written by a run of that WordPress, not by hand:\n\
             #     make record WORDPRESS=/path/to/wordpress-{0}\n",
            self.version
        );
        if self.version != REFERENCE {
            let _ = writeln!(
                text,
                "# Scenarios and rewrite rules that are not here are as in wordpress-{REFERENCE}.txt."
            );
        }
        let _ = write!(
            text,
            "[wordpress] {}\n[with] {}\n[world] {}\n[base]\n{}",
            self.version, self.with, self.world, self.base
        );
        for (structure, rules) in &self.structures {
            let _ = writeln!(text, "[rules] {structure}");
            for (pattern, query) in pairs_of(rules)? {
                let _ = writeln!(text, "{pattern} => {query}");
            }
        }
        for (id, recorded) in &self.scenarios {
            let _ = writeln!(text, "[scenario] {id}\ndigest = {}", recorded.digest);
            for (number, request) in recorded.requests.iter().enumerate() {
                let _ = writeln!(text, "request.{number} = {request}");
            }
            for (name, value) in recorded.facts.iter() {
                let _ = writeln!(text, "{name} = {value}");
            }
        }
        let again = Self::parse(&text)?;
        match again.differences(self).first() {
            None => Ok(text),
            Some(what) => Err(format!("{what} cannot be written down")),
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut all = Self::default();
        let mut section = ("", "");
        let mut rules: BTreeMap<String, Vec<(&str, &str)>> = BTreeMap::new();
        // Not `lines()`, which would take a carriage return with the line.
        for (number, line) in text.split_terminator('\n').enumerate() {
            let wrong = |what: &str| Err(format!("line {}: {what}: {line:.80}", number + 1));
            if let Some((head, rest)) = heading(line) {
                section = (head, rest);
                match head {
                    "wordpress" => all.version = rest.to_owned(),
                    "with" => all.with = rest.to_owned(),
                    "world" => all.world = rest.to_owned(),
                    "base" => {}
                    "rules" => drop(rules.entry(rest.to_owned()).or_default()),
                    "scenario" => {
                        let known = all.scenarios.insert(rest.to_owned(), Recorded::default());
                        if known.is_some() {
                            return wrong("a scenario for the second time");
                        }
                    }
                    _ => return wrong("an unknown heading"),
                }
                continue;
            }
            match section.0 {
                "" if line.starts_with('#') => {}
                "base" => all.base.extend([line, "\n"]),
                "rules" => match (line.split_once(" => "), rules.get_mut(section.1)) {
                    (Some(pair), Some(list)) => list.push(pair),
                    _ => return wrong("expected `pattern => query`"),
                },
                "scenario" => match (line.split_once(" = "), all.scenarios.get_mut(section.1)) {
                    (Some(("digest", value)), Some(own)) => own.digest = value.to_owned(),
                    (Some((name, value)), Some(own)) if name.starts_with("request.") => {
                        own.requests.push(value.to_owned());
                    }
                    (Some((name, value)), Some(own)) => own.facts.add(name, value),
                    _ => return wrong("expected `name = value`"),
                },
                _ => return wrong("a line that belongs to no heading"),
            }
        }
        for (structure, pairs) in rules {
            all.structures.insert(structure, stored(&pairs));
        }
        if all.version.is_empty() || all.base.is_empty() {
            return Err("it has no [wordpress] or no [base]".to_owned());
        }
        Ok(all)
    }
}

/// `[scenario] entry/plain` to its two parts.
fn heading(line: &str) -> Option<(&str, &str)> {
    let (head, rest) = line.strip_prefix('[')?.split_once(']')?;
    let known = ["wordpress", "with", "world", "base", "rules", "scenario"];
    known
        .contains(&head)
        .then(|| (head, rest.strip_prefix(' ').unwrap_or(rest)))
}

/// The rules in an option: `serialize()` of an array of texts, or nothing.
fn pairs_of(rules: &[u8]) -> Result<Vec<(String, String)>, String> {
    if rules.is_empty() {
        return Ok(Vec::new());
    }
    let odd = || format!("odd rewrite rules: {:.200}", String::from_utf8_lossy(rules));
    let Some(PhpValue::Array(array)) = unserialize(rules, Limits::default()) else {
        return Err(odd());
    };
    let pairs = array.iter().map(|pair| match pair {
        (PhpKey::Str(pattern), PhpValue::Str(query)) => {
            let text = |bytes: &Vec<u8>| String::from_utf8(bytes.clone()).ok();
            Some((text(pattern)?, text(query)?))
        }
        _ => None,
    });
    pairs.collect::<Option<_>>().ok_or_else(odd)
}

/// `serialize()` of an array of texts; nothing of nothing.
fn stored(pairs: &[(&str, &str)]) -> Vec<u8> {
    if pairs.is_empty() {
        return Vec::new();
    }
    let mut text = format!("a:{}:{{", pairs.len());
    for (pattern, query) in pairs {
        for part in [pattern, query] {
            let _ = write!(text, "s:{}:\"{part}\";", part.len());
        }
    }
    text.push('}');
    text.into_bytes()
}

/// Whether a scenario is recorded. Those about languages need the translations of another package, and are played live.
pub(crate) fn is_recorded(scenario: &Scenario) -> bool {
    !scenario.id.starts_with("languages/")
}
