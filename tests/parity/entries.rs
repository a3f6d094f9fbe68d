//! `differences.toml`: what is in it and what each entry must have.

use std::collections::BTreeSet;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    difference: Vec<Entry>,
}

/// One deliberate difference.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// What linkbackd does instead. Markdown, like all texts: the README shows them.
    pub(crate) what: String,
    /// Why that is better.
    pub(crate) why: String,
    /// The WordPress versions it differs from: `all`, or such as `6.1 6.6`.
    pub(crate) versions: String,
    /// What makes linkbackd do as WordPress does, keys as `[section] key`, or `none`.
    pub(crate) switch: String,
    /// The scenarios that show it.
    #[serde(default)]
    pub(crate) scenarios: Vec<String>,
    /// The facts in which these differ, and no others. A `*` at the end stands for the rest of a name.
    #[serde(default)]
    pub(crate) facts: Vec<String>,
    /// Tests that show it where no scenario can: `tests/wire.rs: name_of_the_test`.
    #[serde(default)]
    pub(crate) tests: Vec<String>,
    /// Why nothing shows it.
    pub(crate) unshown: Option<String>,
}

pub(crate) fn load() -> Result<Vec<Entry>, String> {
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
        if entry.scenarios.is_empty() != entry.facts.is_empty() {
            return Err(format!(
                "differences.toml: scenarios go with facts: {}",
                entry.what
            ));
        }
        let shown = !entry.scenarios.is_empty() || !entry.tests.is_empty();
        let excused = entry
            .unshown
            .as_deref()
            .is_some_and(|why| !why.trim().is_empty());
        if shown == excused {
            return Err(format!(
                "differences.toml: either scenarios or tests show it, or unshown says why none do: {}",
                entry.what
            ));
        }
    }
    Ok(file.difference)
}
