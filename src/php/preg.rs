//! `preg_*`: the same PCRE that PHP runs, with PHP's limits. ext/pcre/php_pcre.c.
//!
//! Patterns are bytes without delimiters, modifiers are PHP's letters `i m s x u U A`. A match gives up where PHP's
//! does: after `pcre.backtrack_limit` (1000000) steps, or when the JIT compiler's stack of 192 KiB is full. What
//! WordPress then gets (`false`, `null`) is a [`PregError`] here; what it makes of that is the caller's to know.
//!
//! The limit is for one place a match could start at: PCRE's JIT code counts anew for the next one. So a pattern that
//! can start anywhere and runs far each time is quadratic in the length of the subject, and no limit stops it; ports of
//! such patterns that strangers can feed are written out by hand.
//!
//! DIFFERS: where the machine forbids JIT compilation (a service with `MemoryDenyWriteExecute=`) PCRE's interpreter runs
//! the same patterns. It counts otherwise, obeys `pcre.recursion_limit` too, and has no stack to fill.
//!
//! NOT PORTED: modifiers `D`, `X`, `S`, `J`, `n`; `PREG_SPLIT_OFFSET_CAPTURE`; arrays of patterns.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use pcre2::bytes::{CaptureLocations, RegexBuilder};

/// `pcre.backtrack_limit`
const MATCH_LIMIT: u32 = 1_000_000;
/// `pcre.recursion_limit`
const DEPTH_LIMIT: u32 = 100_000;
/// `PCRE_JIT_STACK_MAX_SIZE`
const JIT_STACK: usize = 192 * 1024;

/// PCRE2_ERROR_MATCHLIMIT
const ERROR_MATCH_LIMIT: i32 = -47;
/// PCRE2_ERROR_RECURSIONLIMIT, also PCRE2_ERROR_DEPTHLIMIT
const ERROR_DEPTH_LIMIT: i32 = -53;
/// PCRE2_ERROR_JIT_STACKLIMIT
const ERROR_JIT_STACK: i32 = -46;

/// Why a match has no result: what `preg_last_error()` tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PregError {
    /// `PREG_BACKTRACK_LIMIT_ERROR`
    #[error("backtrack limit exhausted")]
    BacktrackLimit,
    /// `PREG_RECURSION_LIMIT_ERROR`
    #[error("recursion limit exhausted")]
    RecursionLimit,
    /// `PREG_JIT_STACKLIMIT_ERROR`
    #[error("JIT stack limit exhausted")]
    JitStackLimit,
    /// `PREG_BAD_UTF8_ERROR`: modifier `u` and a subject that is no UTF-8.
    #[error("malformed UTF-8")]
    BadUtf8,
    /// `PREG_INTERNAL_ERROR`
    #[error("internal error")]
    Internal,
}

/// A pattern that does not compile. PHP warns and gives `false`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("pattern does not compile: {0}")]
pub struct PatternError(String);

/// A compiled pattern.
#[derive(Debug)]
pub struct Regex {
    regex: pcre2::bytes::Regex,
    /// The same, for a match at a place where an empty one was found.
    not_empty: OnceLock<Option<pcre2::bytes::Regex>>,
    /// Used ones to use again: each has a JIT stack, and mapping that costs more than most matches.
    spare: Mutex<Vec<CaptureLocations>>,
    pattern: Vec<u8>,
    modifiers: Modifiers,
}

#[derive(Clone, Copy, Debug, Default)]
struct Modifiers {
    caseless: bool,
    multi_line: bool,
    dot_all: bool,
    extended: bool,
    utf: bool,
    ungreedy: bool,
    anchored: bool,
}

/// What a match found: the whole and its groups.
#[derive(Clone, Debug)]
pub struct Captures<'s> {
    subject: &'s [u8],
    groups: Vec<Option<(usize, usize)>>,
}

impl<'s> Captures<'s> {
    /// Group `n`, 0 for the whole match; `None` if it took no part. PHP shows such a group as `''`.
    pub fn get(&self, n: usize) -> Option<&'s [u8]> {
        let (start, end) = (*self.groups.get(n)?)?;
        self.subject.get(start..end)
    }

    /// Group `n`, empty if it took no part.
    pub fn text(&self, n: usize) -> &'s [u8] {
        self.get(n).unwrap_or_default()
    }

    /// Where group `n` starts, in bytes.
    pub fn start(&self, n: usize) -> Option<usize> {
        self.groups
            .get(n)
            .copied()
            .flatten()
            .map(|(start, _)| start)
    }

    /// Where group `n` ends, in bytes.
    pub fn end(&self, n: usize) -> Option<usize> {
        self.groups.get(n).copied().flatten().map(|(_, end)| end)
    }

    /// `count($matches)` of `preg_match()`: groups at the end that took no part are not there.
    pub fn count(&self) -> usize {
        self.groups
            .iter()
            .rposition(Option::is_some)
            .map_or(0, |last| last + 1)
    }
}

impl Regex {
    /// Compiles `pattern` (without delimiters) with PHP's `modifiers`.
    ///
    /// # Errors
    ///
    /// If PCRE refuses the pattern, if it is no UTF-8 under `u`, or if a modifier is unknown.
    pub fn new(pattern: impl AsRef<[u8]>, modifiers: &str) -> Result<Self, PatternError> {
        let pattern = pattern.as_ref();
        let modifiers = Modifiers::new(modifiers)?;
        Ok(Self {
            regex: modifiers.compile(pattern, false)?,
            not_empty: OnceLock::new(),
            spare: Mutex::default(),
            pattern: pattern.to_vec(),
            modifiers,
        })
    }

    /// Port of `preg_match()` without `$matches`.
    ///
    /// # Errors
    ///
    /// Where PHP gives `false`.
    pub fn is_match(&self, subject: &[u8]) -> Result<bool, PregError> {
        self.check(subject)?;
        self.regex.is_match(subject).map_err(PregError::new)
    }

    /// Port of `preg_match()` with `$matches`.
    ///
    /// # Errors
    ///
    /// Where PHP gives `false`.
    pub fn captures<'s>(&self, subject: &'s [u8]) -> Result<Option<Captures<'s>>, PregError> {
        let mut walk = Walk::new(self, subject)?;
        // The locations are not kept: there are patterns by the thousand that are tried once, rewrite rules.
        Ok(walk.step()?.then(|| walk.captures()))
    }

    /// Port of `preg_match_all()`: all matches, in order.
    ///
    /// # Errors
    ///
    /// Where PHP gives `false`.
    pub fn captures_all<'s>(&self, subject: &'s [u8]) -> Result<Vec<Captures<'s>>, PregError> {
        let mut all = Vec::new();
        let mut walk = Walk::new(self, subject)?;
        while walk.step()? {
            all.push(walk.captures());
        }
        walk.done();
        Ok(all)
    }

    /// Port of `preg_replace()`: `$1`, `\1`, `${1}` and two digits stand for groups in `replacement`.
    ///
    /// # Errors
    ///
    /// Where PHP gives `null`.
    pub fn replace(&self, subject: &[u8], replacement: &[u8]) -> Result<Vec<u8>, PregError> {
        let mut out = Vec::with_capacity(subject.len());
        let mut from = 0;
        let mut walk = Walk::new(self, subject)?;
        while walk.step()? {
            let (start, end) = walk.span();
            out.extend_from_slice(&subject[from..start]);
            expand(replacement, &mut out, |n| walk.group(n));
            from = end;
        }
        walk.done();
        out.extend_from_slice(&subject[from..]);
        Ok(out)
    }

    /// Port of `preg_replace_callback()`.
    ///
    /// # Errors
    ///
    /// Where PHP gives `null`.
    pub fn replace_callback(
        &self,
        subject: &[u8],
        mut callback: impl FnMut(&Captures<'_>) -> Vec<u8>,
    ) -> Result<Vec<u8>, PregError> {
        let mut out = Vec::with_capacity(subject.len());
        let mut from = 0;
        let mut walk = Walk::new(self, subject)?;
        while walk.step()? {
            let (start, end) = walk.span();
            out.extend_from_slice(&subject[from..start]);
            out.extend(callback(&walk.captures()));
            from = end;
        }
        walk.done();
        out.extend_from_slice(&subject[from..]);
        Ok(out)
    }

    /// Port of `preg_split()` without limit.
    ///
    /// # Errors
    ///
    /// Where PHP gives `false`.
    pub fn split<'s>(&self, subject: &'s [u8], how: Split) -> Result<Vec<&'s [u8]>, PregError> {
        let mut pieces = Vec::new();
        let mut from = 0;
        let mut walk = Walk::new(self, subject)?;
        while walk.step()? {
            let (start, end) = walk.span();
            if !how.no_empty || start != from {
                pieces.push(&subject[from..start]);
            }
            if how.delimiters {
                let captures = walk.captures();
                for n in 1..captures.count() {
                    let piece = captures.text(n);
                    if !how.no_empty || !piece.is_empty() {
                        pieces.push(piece);
                    }
                }
            }
            from = end;
        }
        walk.done();
        if !how.no_empty || from < subject.len() {
            pieces.push(&subject[from..]);
        }
        Ok(pieces)
    }

    /// PHP lets PCRE check the subject; the binding would have it skip what is no UTF-8.
    fn check(&self, subject: &[u8]) -> Result<(), PregError> {
        if self.modifiers.utf && std::str::from_utf8(subject).is_err() {
            return Err(PregError::BadUtf8);
        }
        Ok(())
    }

    fn spare(&self) -> MutexGuard<'_, Vec<CaptureLocations>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn not_empty(&self) -> Result<&pcre2::bytes::Regex, PregError> {
        self.not_empty
            .get_or_init(|| self.modifiers.compile(&self.pattern, true).ok())
            .as_ref()
            .ok_or(PregError::Internal)
    }
}

/// How [`Regex::split`] cuts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// `PREG_SPLIT_NO_EMPTY`
    pub no_empty: bool,
    /// `PREG_SPLIT_DELIM_CAPTURE`
    pub delimiters: bool,
}

impl Split {
    /// No flags.
    pub const PLAIN: Self = Self {
        no_empty: false,
        delimiters: false,
    };
    /// `PREG_SPLIT_NO_EMPTY`
    pub const NO_EMPTY: Self = Self {
        no_empty: true,
        delimiters: false,
    };
    /// `PREG_SPLIT_DELIM_CAPTURE`
    pub const DELIMITERS: Self = Self {
        no_empty: false,
        delimiters: true,
    };
    /// `PREG_SPLIT_DELIM_CAPTURE | PREG_SPLIT_NO_EMPTY`
    pub const BOTH: Self = Self {
        no_empty: true,
        delimiters: true,
    };
}

/// All matches one after the other, as Perl's `/g` takes them: behind an empty match it looks for one that is not
/// empty at the same place, then goes on one character further.
struct Walk<'r, 's> {
    regex: &'r Regex,
    subject: &'s [u8],
    locations: CaptureLocations,
    start: usize,
    after_empty: bool,
}

/// The most spare locations of a pattern: one for each that matches it at the same time.
const SPARE: usize = 4;

impl<'r, 's> Walk<'r, 's> {
    fn new(regex: &'r Regex, subject: &'s [u8]) -> Result<Self, PregError> {
        regex.check(subject)?;
        Ok(Self {
            regex,
            subject,
            locations: regex
                .spare()
                .pop()
                .unwrap_or_else(|| regex.regex.capture_locations()),
            start: 0,
            after_empty: false,
        })
    }

    /// Leaves the locations for the pattern's next walk.
    fn done(self) {
        let mut spare = self.regex.spare();
        if spare.len() < SPARE {
            spare.push(self.locations);
        }
    }

    fn step(&mut self) -> Result<bool, PregError> {
        let mut hit = false;
        if self.after_empty {
            let again = self.regex.not_empty()?;
            hit = again
                .captures_read_at(&mut self.locations, self.subject, self.start)
                .map_err(PregError::new)?
                .is_some();
            if !hit {
                let Some(&lead) = self.subject.get(self.start) else {
                    return Ok(false);
                };
                self.start += self.unit(lead);
            }
        }
        if !hit {
            hit = self
                .regex
                .regex
                .captures_read_at(&mut self.locations, self.subject, self.start)
                .map_err(PregError::new)?
                .is_some();
        }
        if !hit {
            return Ok(false);
        }
        let (start, end) = self.span();
        // A look-behind with \K can end before it starts; PHP calls that an internal error.
        if end < start || end > self.subject.len() {
            return Err(PregError::Internal);
        }
        self.start = end;
        self.after_empty = start == end;
        Ok(true)
    }

    /// Bytes of the character that starts with `lead`; UTF-8 was checked by then.
    fn unit(&self, lead: u8) -> usize {
        let length = match lead {
            0xf0.. if self.regex.modifiers.utf => 4,
            0xe0.. if self.regex.modifiers.utf => 3,
            0xc0.. if self.regex.modifiers.utf => 2,
            _ => 1,
        };
        length.min(self.subject.len() - self.start)
    }

    fn span(&self) -> (usize, usize) {
        self.locations.get(0).unwrap_or((0, 0))
    }

    fn group(&self, n: usize) -> &'s [u8] {
        self.locations
            .get(n)
            .and_then(|(start, end)| self.subject.get(start..end))
            .unwrap_or_default()
    }

    fn captures(&self) -> Captures<'s> {
        Captures {
            subject: self.subject,
            groups: (0..self.locations.len())
                .map(|n| self.locations.get(n))
                .collect(),
        }
    }
}

impl Modifiers {
    fn new(letters: &str) -> Result<Self, PatternError> {
        let mut modifiers = Self::default();
        for letter in letters.chars() {
            match letter {
                'i' => modifiers.caseless = true,
                'm' => modifiers.multi_line = true,
                's' => modifiers.dot_all = true,
                'x' => modifiers.extended = true,
                'u' => modifiers.utf = true,
                'U' => modifiers.ungreedy = true,
                'A' => modifiers.anchored = true,
                _ => return Err(PatternError(format!("unknown modifier {letter:?}"))),
            }
        }
        Ok(modifiers)
    }

    fn compile(self, pattern: &[u8], not_empty: bool) -> Result<pcre2::bytes::Regex, PatternError> {
        let mut source = format!("(*LIMIT_MATCH={MATCH_LIMIT})(*LIMIT_DEPTH={DEPTH_LIMIT})");
        if not_empty {
            source.push_str("(*NOTEMPTY_ATSTART)");
        }
        // Verbs must come first of all, so those of the pattern stay in front.
        let pattern = self.source(pattern)?;
        let verbs = leading_verbs(&pattern);
        source.push_str(&pattern[..verbs]);
        let pattern = &pattern[verbs..];
        if self.ungreedy {
            source.push_str("(?U)");
        }
        if not_empty || self.anchored {
            // The line break ends a comment of the extended syntax.
            let close = if self.extended { "\n)" } else { ")" };
            source.push_str("\\G(?:");
            source.push_str(pattern);
            source.push_str(close);
        } else {
            source.push_str(pattern);
        }
        RegexBuilder::new()
            .caseless(self.caseless)
            .multi_line(self.multi_line)
            .dotall(self.dot_all)
            .extended(self.extended)
            .utf(self.utf)
            .ucp(self.utf)
            .jit_if_available(true)
            .max_jit_stack_size(Some(JIT_STACK))
            .build(&source)
            .map_err(|error| PatternError(error.to_string()))
    }

    /// The pattern as the UTF-8 that the binding wants: without `u` a byte beyond ASCII stands for itself, as `\xHH`.
    fn source(self, pattern: &[u8]) -> Result<String, PatternError> {
        if self.utf {
            return String::from_utf8(pattern.to_vec())
                .map_err(|_| PatternError("malformed UTF-8".to_owned()));
        }
        let mut source = String::with_capacity(pattern.len());
        let mut escaped = false;
        for &byte in pattern {
            if byte.is_ascii() {
                source.push(char::from(byte));
                escaped = byte == b'\\' && !escaped;
            } else {
                if escaped {
                    source.pop();
                    escaped = false;
                }
                source.push_str(&format!("\\x{byte:02X}"));
            }
        }
        Ok(source)
    }
}

/// How many bytes of `(*UTF)`, `(*ANYCRLF)` and the like stand at the start.
fn leading_verbs(pattern: &str) -> usize {
    let mut at = 0;
    while pattern[at..].starts_with("(*") {
        let Some(end) = pattern[at..].find(')') else {
            break;
        };
        let name = pattern[at + 2..at + end].split(['=', ':']).next();
        // Backtracking verbs and alphabetic assertions are part of the pattern.
        let is_option = name.is_some_and(|name| {
            name.starts_with("LIMIT_")
                || name.starts_with("NO_")
                || name.starts_with("NOTEMPTY")
                || name.starts_with("BSR_")
                || matches!(
                    name,
                    "UTF" | "UCP" | "CR" | "LF" | "CRLF" | "ANY" | "ANYCRLF" | "NUL"
                )
        });
        if !is_option {
            break;
        }
        at += end + 1;
    }
    at
}

impl PregError {
    fn new(error: pcre2::Error) -> Self {
        match error.code() {
            ERROR_MATCH_LIMIT => Self::BacktrackLimit,
            ERROR_DEPTH_LIMIT => Self::RecursionLimit,
            ERROR_JIT_STACK => Self::JitStackLimit,
            _ => Self::Internal,
        }
    }
}

/// Port of the replacement loop of `php_pcre_replace_impl()` and of `preg_get_backref()`.
fn expand<'s>(replacement: &[u8], out: &mut Vec<u8>, group: impl Fn(usize) -> &'s [u8]) {
    let mut at = 0;
    let mut last = 0_u8;
    while let Some(&byte) = replacement.get(at) {
        if matches!(byte, b'\\' | b'$') {
            if last == b'\\' {
                out.pop();
                out.push(byte);
                at += 1;
                last = 0;
                continue;
            }
            if let Some((n, length)) = backref(&replacement[at..]) {
                out.extend_from_slice(group(n));
                at += length;
                continue;
            }
        }
        out.push(byte);
        last = byte;
        at += 1;
    }
}

/// `$1`, `\1`, `$12`, `${1}`: the number and how many bytes it took.
fn backref(text: &[u8]) -> Option<(usize, usize)> {
    let brace = text.starts_with(b"${");
    let mut at = if brace { 2 } else { 1 };
    let digit = |at: usize| {
        let byte = text.get(at).filter(|byte| byte.is_ascii_digit())?;
        Some(usize::from(byte - b'0'))
    };
    let mut n = digit(at)?;
    at += 1;
    if let Some(second) = digit(at) {
        n = n * 10 + second;
        at += 1;
    }
    if brace {
        if text.get(at) != Some(&b'}') {
            return None;
        }
        at += 1;
    }
    Some((n, at))
}

/// Port of `preg_quote()`: a backslash before all that PCRE could take for syntax, and before `delimiter`.
pub fn preg_quote(text: &[u8], delimiter: Option<u8>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        match byte {
            b'.' | b'\\' | b'+' | b'*' | b'?' | b'[' | b'^' | b']' | b'$' | b'(' | b')' | b'{'
            | b'}' | b'=' | b'!' | b'>' | b'<' | b'|' | b':' | b'-' | b'#' => {
                out.extend_from_slice(&[b'\\', byte]);
            }
            0 => out.extend_from_slice(b"\\000"),
            _ if Some(byte) == delimiter => out.extend_from_slice(&[b'\\', byte]),
            _ => out.push(byte),
        }
    }
    out
}

#[cfg(test)]
mod tests;
