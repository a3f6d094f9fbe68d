//! The deliberate differences of `differences.toml`, and the judgement: an unlisted difference fails, a listed one that
//! has vanished fails too.

use crate::entries::{self, Entry};
use crate::facts;
use crate::scenario::Scenario;

#[derive(Debug)]
pub(crate) struct Listed(Vec<Entry>);

pub(crate) enum Verdict {
    Equal,
    Listed,
    Wrong(String),
}

pub(crate) fn load() -> Result<Listed, String> {
    Ok(Listed(entries::load()?))
}

impl Listed {
    pub(crate) fn judge(&self, id: &str, found: &[facts::Difference], version: &str) -> Verdict {
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
