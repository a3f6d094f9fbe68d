//! `[xmlrpc]`: which methods PHP may answer.

use std::fmt;

use serde::{Deserialize, Serialize};

/// `[xmlrpc]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Xmlrpc {
    /// WordPress's own methods that PHP answers.
    pub allow: Vec<Pattern>,
    /// Methods that PHP does not answer, whatever the other two lists say.
    pub deny: Vec<Pattern>,
    /// Methods of plugins that PHP answers.
    pub plugins: Vec<Pattern>,
    /// Longest `system.multicall`, in bytes.
    #[serde(with = "super::size")]
    pub max_multicall: usize,
}

impl Default for Xmlrpc {
    fn default() -> Self {
        Self {
            allow: vec![Pattern("*".to_owned())],
            deny: Vec::new(),
            plugins: Vec::new(),
            max_multicall: 1_000_000,
        }
    }
}

/// A method's name, in which `*` stands for any text. Case counts, as it does in WordPress.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern(String);

impl Pattern {
    /// What to write, for error messages.
    pub const EXPECTED: &'static str =
        "a list of method names in which * stands for any text, such as [\"wp.*\", \"jetpack.*\"]";

    /// Whether a method of this name is meant.
    pub fn matches(&self, name: &[u8]) -> bool {
        let mut parts = self.0.split('*').map(str::as_bytes);
        // There is always a first part.
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = name.strip_prefix(first) else {
            return false;
        };
        let Some(last) = parts.next_back() else {
            return rest.is_empty();
        };
        // The leftmost place of each part leaves the most for those behind it.
        for part in parts {
            match memchr::memmem::find(rest, part) {
                Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
                None => return false,
            }
        }
        rest.ends_with(last)
    }

    /// Whether it means every method.
    pub fn is_any(&self) -> bool {
        self.0.bytes().all(|b| b == b'*')
    }
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let fits = !text.is_empty()
            && text.len() <= 128
            && text.bytes().all(|b| b.is_ascii_graphic() && b != b',');
        if fits {
            Ok(Self(text))
        } else {
            Err(format!("expected {}", Self::EXPECTED))
        }
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.0
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, name: &str) -> bool {
        Pattern::try_from(pattern.to_owned())
            .unwrap()
            .matches(name.as_bytes())
    }

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(matches("*", ""));
        assert!(matches("*", "wp.getPosts"));
        assert!(matches("wp.*", "wp.getPosts"));
        assert!(matches("wp.*", "wp."));
        assert!(matches("*.get*s", "wp.getPosts"));
        assert!(matches("a*b*b", "axbyb"));
        assert!(matches("wp.getPosts", "wp.getPosts"));
        assert!(!matches("wp.*", "WP.getPosts"));
        assert!(!matches("wp.*", "xwp.getPosts"));
        assert!(!matches("wp.getPost", "wp.getPosts"));
        assert!(!matches("a*b*b", "ab"));
        assert!(!matches("ab*ba", "aba"));
    }

    #[test]
    fn a_pattern_is_visible_text() {
        for text in ["", "a b", "a\n", "ä", "a,b"] {
            assert!(Pattern::try_from(text.to_owned()).is_err(), "{text:?}");
        }
    }
}
