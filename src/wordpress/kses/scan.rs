//! The byte classes and searches that kses' patterns are made of. None of the patterns uses Unicode mode.

/// PCRE's `\s` outside Unicode mode: space, tab, newline, vertical tab, form feed, carriage return.
pub(crate) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0B | 0x0C | b'\r')
}

/// How many bytes at the start of `text` satisfy `class`: `strspn()`.
pub(crate) fn span(text: &[u8], class: impl Fn(u8) -> bool) -> usize {
    text.iter()
        .position(|&byte| !class(byte))
        .unwrap_or(text.len())
}

/// What `$` accepts without modifiers: the end, or a newline that is the very last byte.
pub(crate) fn at_dollar(rest: &[u8]) -> bool {
    matches!(rest, [] | [b'\n'])
}

/// Finds a needle again and again in one text. Places asked for mostly grow, and a place once found is remembered, so
/// that a needle that is far away or missing costs one search, not one for each question.
pub(crate) struct Next<'a> {
    text: &'a [u8],
    finder: memchr::memmem::Finder<'a>,
    asked: usize,
    found: Option<Option<usize>>,
}

impl<'a> Next<'a> {
    /// Looks for `needle` in `text`.
    pub(crate) fn new(text: &'a [u8], needle: &'a [u8]) -> Self {
        Self {
            text,
            finder: memchr::memmem::Finder::new(needle),
            asked: 0,
            found: None,
        }
    }

    /// Where the needle begins at or after `from`.
    pub(crate) fn at(&mut self, from: usize) -> Option<usize> {
        if let Some(found) = self.found
            && from >= self.asked
            && found.is_none_or(|found| found >= from)
        {
            return found;
        }
        let found = self
            .text
            .get(from..)
            .and_then(|rest| self.finder.find(rest))
            .map(|at| from + at);
        (self.asked, self.found) = (from, Some(found));
        found
    }
}
