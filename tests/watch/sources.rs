//! The Rust sources: which functions of PHP their comments cite.

use std::collections::BTreeSet;
use std::path::Path;

/// One Rust file.
pub(crate) struct Source {
    /// From the crate's root on: `src/lib.rs`.
    pub(crate) path: String,
    text: String,
}

/// All of `src/`.
pub(crate) fn all() -> Result<Vec<Source>, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut places = vec![root.join("src")];
    while let Some(place) = places.pop() {
        let entries =
            std::fs::read_dir(&place).map_err(|error| format!("{}: {error}", place.display()))?;
        for entry in entries {
            let path = entry.map_err(|error| error.to_string())?.path();
            if path.is_dir() {
                places.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(&path)
                    .map_err(|error| format!("{}: {error}", path.display()))?;
                let path = path.strip_prefix(root).unwrap_or(&path);
                found.push(Source {
                    path: path.display().to_string(),
                    text,
                });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

impl Source {
    /// Whether `word` stands there by itself, in code or comment.
    pub(crate) fn mentions(&self, word: &str) -> bool {
        let part = |byte: Option<u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
        self.text.match_indices(word).any(|(at, _)| {
            let bytes = self.text.as_bytes();
            !part(at.checked_sub(1).map(|at| bytes[at]))
                && !part(bytes.get(at + word.len()).copied())
        })
    }

    /// The functions that comments name: `wp_die()` and `WP::main()`, without the brackets.
    pub(crate) fn cited(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for line in self.text.lines() {
            if let Some((_, comment)) = line.split_once("//") {
                names_in(comment, &mut found);
            }
        }
        found
    }

    /// Those that it says it ports: the names behind "Port of", to the end of the sentence.
    pub(crate) fn ported(&self) -> BTreeSet<String> {
        let comments: Vec<_> = self
            .text
            .lines()
            .map(|line| line.trim_start())
            .map(|line| line.strip_prefix("//").unwrap_or("\0"))
            .map(|line| line.trim_start_matches(['/', '!']))
            .collect();
        let mut found = BTreeSet::new();
        for sentence in comments.join(" ").split("Port of ").skip(1) {
            let end = [". ", "\0", ": ", ".  "]
                .iter()
                .filter_map(|end| sentence.find(end))
                .min();
            names_in(&sentence[..end.unwrap_or(sentence.len())], &mut found);
        }
        found
    }
}

fn names_in(text: &str, found: &mut BTreeSet<String>) {
    for (at, _) in text.match_indices("()") {
        let before = &text[..at];
        let start = before
            .rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':'))
            .map_or(0, |at| at + 1);
        let name = before[start..].trim_start_matches(':');
        if !name.is_empty() {
            found.insert(name.to_owned());
        }
    }
}
