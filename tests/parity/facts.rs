//! What came of a scenario, as named facts: replies, changed rows, requests to the source site.

use std::collections::BTreeMap;
use std::fmt;

/// Name to value, such as `reply.0.status` to `200`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts(BTreeMap<String, String>);

impl Facts {
    pub(crate) fn add(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), value.into());
    }

    /// Names and values, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.0.iter();
        pairs.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The facts in which two programs differ.
    pub(crate) fn differences(&self, ours: &Self) -> Vec<Difference> {
        let mut names: Vec<&String> = self.0.keys().chain(ours.0.keys()).collect();
        names.sort();
        names.dedup();
        let of = |facts: &Self, name: &String| facts.0.get(name).cloned();
        names
            .into_iter()
            .map(|name| Difference {
                fact: name.clone(),
                wordpress: of(self, name),
                ours: of(ours, name),
            })
            .filter(|one| one.wordpress != one.ours)
            .collect()
    }
}

impl fmt::Display for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.0 {
            writeln!(f, "   {name} = {value}")?;
        }
        Ok(())
    }
}

/// One fact in which the two differ. `None`: that program has no such fact.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    pub(crate) fact: String,
    wordpress: Option<String>,
    ours: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let absent = || "(absent)".to_owned();
        let left = self.wordpress.clone().unwrap_or_else(absent);
        let right = self.ours.clone().unwrap_or_else(absent);
        // Long values are shown from a little before the place where they part.
        let same = left
            .char_indices()
            .zip(right.chars())
            .find(|((_, a), b)| a != b)
            .map_or(left.len().min(right.len()), |((at, _), _)| at);
        let cut = |text: &str| {
            let skipped = text[..floor(text, same.saturating_sub(60))].len();
            let shown: String = text[skipped..].chars().take(400).collect();
            let dots = if skipped > 0 { "…" } else { "" };
            format!("{dots}{shown}")
        };
        write!(
            f,
            "{}\n       WordPress {}\n       linkbackd {}",
            self.fact,
            cut(&left),
            cut(&right)
        )
    }
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0)
}

/// Differences as lines. A row or a request that only one of the two has takes one line.
pub(crate) fn told(found: &[Difference]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut alone = std::collections::BTreeSet::new();
    for difference in found {
        let group: String = difference
            .fact
            .splitn(3, '.')
            .take(2)
            .collect::<Vec<_>>()
            .join(".");
        let is_group = ["comments.new", "fetch."]
            .iter()
            .any(|head| group.starts_with(head));
        let of_group = || {
            found
                .iter()
                .filter(|one| one.fact.starts_with(&format!("{group}.")))
        };
        let who = if of_group().all(|one| one.ours.is_none()) {
            "only WordPress has it"
        } else if of_group().all(|one| one.wordpress.is_none()) {
            "only linkbackd has it"
        } else {
            ""
        };
        if !is_group || who.is_empty() {
            lines.push(difference.to_string());
        } else if alone.insert(group.clone()) {
            lines.push(format!("{group}.* {who}"));
        }
    }
    lines
}

/// Bytes as one readable line; what is not UTF-8 or not printable is escaped.
pub(crate) fn readable(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        for char in chunk.valid().chars() {
            match char {
                '\\' => text.push_str("\\\\"),
                char if char.is_control() => text.extend(char.escape_default()),
                char => text.push(char),
            }
        }
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}
