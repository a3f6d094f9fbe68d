//! The deliberate differences of `differences.toml`, and the judgement: an unlisted difference fails, a listed one that
//! has vanished fails too.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::facts;
use crate::scenario::Scenario;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    difference: Vec<Entry>,
}

/// One deliberate difference.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// What linkbackd does instead.
    what: String,
    /// Why that is better.
    why: String,
    /// The WordPress versions it differs from: `all`, or such as `6.1 6.6`.
    versions: String,
    /// What makes linkbackd do as WordPress does, or `none`.
    switch: String,
    /// The scenarios that show it.
    scenarios: Vec<String>,
    /// The facts in which these differ, and no others. A `*` at the end stands for the rest of a name.
    facts: Vec<String>,
    /// How WordPress's value begins where ours is empty. For scenarios made by chance, which have no list of their own.
    #[serde(default)]
    instead_of: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Listed(Vec<Entry>);

pub(crate) enum Verdict {
    Equal,
    Listed,
    Wrong(String),
}

pub(crate) fn load() -> Result<Listed, String> {
    let file: File = toml::from_str(include_str!("differences.toml"))
        .map_err(|error| format!("differences.toml: {error}"))?;
    let mut seen = BTreeSet::new();
    for entry in &file.difference {
        let told = [&entry.what, &entry.why, &entry.versions, &entry.switch];
        if told.iter().any(|text| text.trim().is_empty()) {
            return Err(format!("differences.toml: an empty field in {entry:?}"));
        }
        if let Some(twice) = entry.scenarios.iter().find(|id| !seen.insert(*id)) {
            return Err(format!("differences.toml: {twice} is listed twice"));
        }
    }
    Ok(Listed(file.difference))
}

impl Listed {
    pub(crate) fn judge(&self, id: &str, found: &[facts::Difference], version: &str) -> Verdict {
        let excused = |one: &facts::Difference| {
            self.0.iter().any(|entry| {
                let instead_of = entry.instead_of.as_deref();
                instead_of.is_some_and(|start| one.is_nothing_instead_of(start))
                    && entry.holds_for(version)
                    && entry.names(&one.fact)
            })
        };
        if !found.is_empty() && found.iter().all(excused) {
            return Verdict::Listed;
        }
        let entry = self
            .0
            .iter()
            .filter(|entry| entry.holds_for(version))
            .find(|entry| entry.scenarios.iter().any(|listed| listed == id));
        match (entry, found) {
            (None, []) => Verdict::Equal,
            (None, _) => Verdict::Wrong("differs".to_owned()),
            (Some(entry), []) => Verdict::Wrong(format!(
                "is equal now: take it out of differences.toml ({})",
                entry.what
            )),
            (Some(entry), _) => match found.iter().find(|one| !entry.names(&one.fact)) {
                None => Verdict::Listed,
                Some(other) => Verdict::Wrong(format!(
                    "differs as listed ({}), but in {} too",
                    entry.what, other.fact
                )),
            },
        }
    }

    /// Names in the file that no scenario has.
    pub(crate) fn unknown<'a>(&'a self, all: &[Scenario]) -> Vec<&'a str> {
        self.0
            .iter()
            .flat_map(|entry| &entry.scenarios)
            .filter(|id| !all.iter().any(|scenario| scenario.id == **id))
            .map(String::as_str)
            .collect()
    }
}

impl Entry {
    fn holds_for(&self, version: &str) -> bool {
        self.versions == "all"
            || self
                .versions
                .split_whitespace()
                .any(|one| version == one || version.starts_with(&format!("{one}.")))
    }

    fn names(&self, fact: &str) -> bool {
        self.facts.iter().any(|own| match own.strip_suffix('*') {
            Some(start) => fact.starts_with(start),
            None => own == fact,
        })
    }
}
