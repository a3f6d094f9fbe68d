//! Patterns that are known when the program is built.

use std::sync::OnceLock;

use crate::php::preg::{Captures, Regex, Split};

/// A pattern, compiled when it is first used. Where PCRE gives up, every method answers as PHP code sees `null`.
pub(super) struct Pattern {
    pattern: &'static str,
    modifiers: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// `pattern` without delimiters, and PHP's modifiers.
    pub(super) const fn new(pattern: &'static str, modifiers: &'static str) -> Self {
        Self {
            pattern,
            modifiers,
            compiled: OnceLock::new(),
        }
    }

    fn regex(&self) -> Option<&Regex> {
        self.compiled
            .get_or_init(|| Regex::new(self.pattern, self.modifiers).ok())
            .as_ref()
    }

    /// `preg_match()`
    pub(super) fn is_match(&self, text: &[u8]) -> bool {
        self.regex()
            .is_some_and(|regex| regex.is_match(text).unwrap_or(false))
    }

    /// Group 1 of the first match.
    pub(super) fn first_group(&self, text: &[u8]) -> Option<Vec<u8>> {
        let captures = self.regex()?.captures(text).ok()??;
        Some(captures.text(1).to_vec())
    }

    /// `preg_replace()`
    pub(super) fn replace(&self, text: &[u8], with: &[u8]) -> Vec<u8> {
        self.regex()
            .and_then(|regex| regex.replace(text, with).ok())
            .unwrap_or_default()
    }

    /// `preg_replace_callback()`
    pub(super) fn replace_callback(
        &self,
        text: &[u8],
        callback: impl FnMut(&Captures<'_>) -> Vec<u8>,
    ) -> Vec<u8> {
        self.regex()
            .and_then(|regex| regex.replace_callback(text, callback).ok())
            .unwrap_or_default()
    }

    /// How many matches there are.
    pub(super) fn count(&self, text: &[u8]) -> usize {
        self.regex()
            .and_then(|regex| regex.captures_all(text).ok())
            .map_or(0, |all| all.len())
    }

    /// `preg_split()`, `None` where it gives `false`.
    pub(super) fn split<'t>(&self, text: &'t [u8], how: Split) -> Option<Vec<&'t [u8]>> {
        self.regex()?.split(text, how).ok()
    }
}

/// `wp_spaces_regexp()`, wp-includes/formatting.php.
macro_rules! spaces {
    () => {
        r"[\r\n\t ]|\xC2\xA0|&nbsp;"
    };
}
pub(super) use spaces;
