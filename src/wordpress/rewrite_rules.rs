//! The stored rewrite rules as ordered matchers: option `rewrite_rules`, made by `WP_Rewrite`
//! (wp-includes/class-wp-rewrite.php).
//!
//! The option is a serialised map from pattern to query (`index.php?name=$matches[1]`), and its order decides. Patterns
//! are compiled when first tried, since most requests end early in the list. A pattern PCRE refuses, or gives up on,
//! matches nothing, as in PHP.
//!
//! The rules also tell what nothing else in the database does: which post types plugins register ([`super::post_types`]).
//!
//! NOT PORTED: making rules. WordPress rebuilds an empty option on the next request and stores it; until PHP has done
//! so, [`RewriteRules::is_empty`] holds and only plain URLs resolve.

use std::sync::OnceLock;

use crate::php::array::{PhpKey, PhpValue};
use crate::php::preg::Regex;
use crate::php::serialize::{Limits, unserialize};
use crate::php::url::urlencode;

/// Rules beyond this are not tried. Large sites with many types have a few thousand.
const MAX_RULES: usize = 50_000;

/// Patterns longer than this, in bytes, match nothing.
const MAX_PATTERN: usize = 16_384;

/// The rules of one site.
#[derive(Debug, Default)]
pub struct RewriteRules {
    source: Vec<u8>,
    rules: Vec<Rule>,
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// The pattern, without delimiters and without the anchor that WordPress puts before it.
    pub pattern: Vec<u8>,
    /// What it leads to: `index.php?` and a query with `$matches[n]` in it.
    pub query: Vec<u8>,
    compiled: OnceLock<Option<Regex>>,
    start: Start,
}

/// What a rule matched: the whole at 0, then the groups; groups that took no part are empty.
pub type Matches = Vec<Vec<u8>>;

impl RewriteRules {
    /// Takes the option's value apart. What is no map of strings, an empty value included, gives no rules.
    pub fn parse(source: &[u8]) -> Self {
        let rules = match unserialize(source, Limits::default()) {
            Some(PhpValue::Array(map)) => map
                .iter()
                .filter_map(|(pattern, query)| Rule::new(pattern, query))
                .take(MAX_RULES)
                .collect(),
            _ => Vec::new(),
        };
        Self {
            source: source.to_vec(),
            rules,
        }
    }

    /// The option's value these were made from.
    pub fn source(&self) -> &[u8] {
        &self.source
    }

    /// Whether there are none: plain permalinks, or the option waits to be rebuilt.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// All rules, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter()
    }

    /// The query of the rule with this very pattern.
    pub fn query_of(&self, pattern: &[u8]) -> Option<&[u8]> {
        self.rules
            .iter()
            .find(|rule| rule.pattern == pattern)
            .map(|rule| rule.query.as_slice())
    }
}

impl Rule {
    fn new(pattern: &PhpKey, query: &PhpValue) -> Option<Self> {
        let pattern = match pattern {
            PhpKey::Str(pattern) => pattern.clone(),
            PhpKey::Int(number) => number.to_string().into_bytes(),
        };
        Some(Self {
            start: Start::of(&pattern),
            pattern,
            query: query.as_str()?.to_vec(),
            compiled: OnceLock::new(),
        })
    }

    /// The pattern as stored, without delimiters or anchor.
    pub fn pattern(&self) -> &[u8] {
        &self.pattern
    }

    /// The query as stored: `index.php?name=$matches[1]`.
    pub fn query(&self) -> &[u8] {
        &self.query
    }

    /// `preg_match( "#^$match#", $request, $matches )`
    pub fn matches(&self, request: &[u8]) -> Option<Matches> {
        if !self.start.may_begin(request) {
            return None;
        }
        let regex = self
            .compiled
            .get_or_init(|| compile(&self.pattern))
            .as_ref()?;
        let found = regex.captures(request).ok().flatten()?;
        Some(
            (0..found.count())
                .map(|group| found.text(group).to_vec())
                .collect(),
        )
    }

    /// The rule's query with the groups in place, url-encoded, but not yet slashed or parsed. Port of `preg_replace(
    /// '!^.+\?!', '', $query )` and `WP_MatchesMapRegex::apply()`, wp-includes/class-wp-matchesmapregex.php. Checked:
    /// 6.1.9, 6.6.7, 6.9.7, 7.1.
    pub fn apply(&self, matches: &[Vec<u8>]) -> Vec<u8> {
        let query = after_last_question_mark(&self.query);
        let mut out = Vec::with_capacity(query.len() * 2);
        let mut rest = query;
        while let Some(at) = memchr::memmem::find(rest, b"$matches[") {
            out.extend_from_slice(&rest[..at]);
            rest = &rest[at..];
            match reference(rest) {
                Some((group, length)) => {
                    let text = matches.get(group).map(Vec::as_slice).unwrap_or_default();
                    out.extend_from_slice(&urlencode(text));
                    rest = &rest[length..];
                }
                None => {
                    out.push(b'$');
                    rest = &rest[1..];
                }
            }
        }
        out.extend_from_slice(rest);
        out
    }

    /// Which group gives `pagename`, if one does: `preg_match( '/pagename=\$matches\[([0-9]+)\]/' )`.
    pub fn pagename_group(&self) -> Option<usize> {
        let mut rest = self.query.as_slice();
        while let Some(at) = memchr::memmem::find(rest, b"pagename=$matches[") {
            rest = &rest[at + b"pagename=$matches[".len()..];
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits > 0 && rest.get(digits) == Some(&b']') {
                return std::str::from_utf8(&rest[..digits]).ok()?.parse().ok();
            }
        }
        None
    }
}

/// `$matches[n]` at the start of the text: n and the length of the whole. `[1-9]+[0-9]*` is the number's pattern.
fn reference(text: &[u8]) -> Option<(usize, usize)> {
    let digits_at = b"$matches[".len();
    let digits = text
        .get(digits_at..)?
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let number = text.get(digits_at..digits_at + digits)?;
    if number.first().is_none_or(|first| *first == b'0')
        || text.get(digits_at + digits) != Some(&b']')
    {
        return None;
    }
    let group = std::str::from_utf8(number)
        .ok()?
        .parse()
        .unwrap_or(usize::MAX);
    Some((group, digits_at + digits + 1))
}

/// `.` does not match a newline, so only a first line can be cut.
pub(super) fn after_last_question_mark(query: &[u8]) -> &[u8] {
    let line = memchr::memchr(b'\n', query).unwrap_or(query.len());
    match memchr::memrchr(b'?', &query[..line]) {
        Some(at) if at > 0 => &query[at + 1..],
        _ => query,
    }
}

/// What every text begins with that a pattern matches: most rules are passed over by it, without being compiled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Start {
    text: Vec<u8>,
    digit: bool,
}

impl Start {
    /// Only what is plain to see: nothing is known of patterns with alternatives outside of groups, options `\Q` or `\E`.
    fn of(pattern: &[u8]) -> Self {
        if !is_one_sequence(pattern) {
            return Self::default();
        }
        let plain = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_');
        let length = pattern.iter().take_while(plain).count();
        // `?`, `*` and `{0}` make the last of them optional.
        let optional = matches!(pattern.get(length), Some(b'?' | b'*' | b'{'));
        let text = pattern[..length.saturating_sub(usize::from(optional))].to_vec();
        Self {
            digit: text.is_empty() && length == 0 && starts_with_digits(pattern),
            text,
        }
    }

    fn may_begin(&self, request: &[u8]) -> bool {
        request.starts_with(&self.text)
            && (!self.digit || request.first().is_some_and(u8::is_ascii_digit))
    }
}

/// `[0-9]{4}`, `([0-9]+)` and the like, none of it optional.
fn starts_with_digits(pattern: &[u8]) -> bool {
    let (group, rest) = match pattern.strip_prefix(b"(") {
        Some(rest) => (true, rest),
        None => (false, pattern),
    };
    let Some(rest) = rest.strip_prefix(b"[0-9]") else {
        return false;
    };
    let after = match rest {
        [b'+', rest @ ..] => rest,
        [b'{', b'1'..=b'9', rest @ ..] => match memchr::memchr(b'}', rest) {
            Some(end) => &rest[end + 1..],
            None => return false,
        },
        _ => return false,
    };
    if !group {
        return true;
    }
    matches!(after, [b')', rest @ ..] if !matches!(rest.first(), Some(b'?' | b'*' | b'{')))
}

/// Whether a match of the pattern is a match of all of it, in order.
fn is_one_sequence(pattern: &[u8]) -> bool {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = pattern.get(at) {
        match byte {
            b'\\' => match pattern.get(at + 1) {
                Some(b'Q' | b'E' | b'K' | b'c') | None => return false,
                Some(_) => at += 1,
            },
            b'[' => {
                // A bracket that comes first is one of the class.
                let first = at + 1 + usize::from(pattern.get(at + 1) == Some(&b'^'));
                let from = first + usize::from(pattern.get(first) == Some(&b']'));
                let class = pattern.get(from..).unwrap_or_default();
                match memchr::memchr2(b']', b'\\', class) {
                    Some(end)
                        if class[end] == b']' && memchr::memchr(b'[', &class[..end]).is_none() =>
                    {
                        at = from + end;
                    }
                    _ => return false,
                }
            }
            b'(' => {
                let special = matches!(pattern.get(at + 1), Some(b'?' | b'*'));
                if special && pattern.get(at + 1..at + 3) != Some(b"?:") {
                    return false;
                }
                depth += 1;
            }
            b')' => match depth.checked_sub(1) {
                Some(outer) => depth = outer,
                None => return false,
            },
            b'|' if depth == 0 => return false,
            _ => {}
        }
        at += 1;
    }
    depth == 0
}

/// The pattern as PHP compiles it, between `#` delimiters.
///
/// DIFFERS: an unescaped `#` ends the pattern in PHP and the rest are modifiers; there is no rule of that kind that
/// works, so it matches nothing here.
fn compile(pattern: &[u8]) -> Option<Regex> {
    if pattern.len() > MAX_PATTERN || !delimiter_is_safe(pattern) {
        return None;
    }
    let mut anchored = Vec::with_capacity(pattern.len() + 1);
    anchored.push(b'^');
    anchored.extend_from_slice(pattern);
    Regex::new(anchored, "").ok()
}

fn delimiter_is_safe(pattern: &[u8]) -> bool {
    let mut bytes = pattern.iter();
    while let Some(byte) = bytes.next() {
        // A backslash at the end would escape the closing delimiter.
        let escapes_nothing = *byte == b'\\' && bytes.next().is_none();
        if escapes_nothing || *byte == b'#' {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(pairs: &[(&str, &str)]) -> RewriteRules {
        let mut text = format!("a:{}:{{", pairs.len());
        for (pattern, query) in pairs {
            text.push_str(&format!(
                "s:{}:\"{pattern}\";s:{}:\"{query}\";",
                pattern.len(),
                query.len()
            ));
        }
        text.push('}');
        RewriteRules::parse(text.as_bytes())
    }

    #[test]
    fn groups_are_encoded_and_missing_ones_empty() {
        let rules = rules(&[(
            "([^/]+)(?:/([0-9]+))?/?$",
            "index.php?name=$matches[1]&page=$matches[2]&x=$matches[0]",
        )]);
        let rule = rules.iter().next().expect("one rule");
        let matches = rule.matches(b"a b\xff").expect("a match");
        assert_eq!(rule.apply(&matches), b"name=a+b%FF&page=&x=$matches[0]");
        assert_eq!(rule.matches(b"a/b"), None);
    }

    #[test]
    fn broken_patterns_match_nothing() {
        let rules = rules(&[("(", "x"), ("a#", "x"), ("a\\", "x")]);
        assert!(rules.iter().all(|rule| rule.matches(b"a").is_none()));
    }

    #[test]
    fn no_match_is_lost_to_the_look_at_the_start() {
        const PARTS: [&str; 28] = [
            "a",
            "b",
            "feed/",
            "-",
            "[0-9]{4}",
            "([0-9]{1,2})",
            "([0-9]+)",
            "[0-9]",
            "(",
            ")",
            "?",
            "*",
            "+",
            "{0}",
            "{2}",
            "|",
            "(?:",
            "(?i)",
            "\\Q",
            "\\E",
            "\\(",
            "[^/]",
            "[|)]",
            "[]a]",
            "$",
            "^",
            ".",
            "/?",
        ];
        const TEXTS: [&str; 14] = [
            "",
            "a",
            "b",
            "A",
            "feed/",
            "2024",
            "1",
            "/",
            "(",
            "-",
            "a2024",
            "feed/2024/b",
            "x",
            "|",
        ];
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut below = |end: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state >> 33).unwrap_or(0) % end
        };
        let (mut matched, mut passed) = (0, 0);
        for _ in 0..40_000 {
            let pattern: String = (0..1 + below(6))
                .map(|_| PARTS[below(PARTS.len())])
                .collect();
            let start = Start::of(pattern.as_bytes());
            let Some(regex) = compile(pattern.as_bytes()) else {
                continue;
            };
            for _ in 0..4 {
                let text: String = (0..1 + below(3))
                    .map(|_| TEXTS[below(TEXTS.len())])
                    .collect();
                let matches = regex.is_match(text.as_bytes()) == Ok(true);
                let may = start.may_begin(text.as_bytes());
                assert!(may || !matches, "{pattern} on {text}: {start:?}");
                matched += usize::from(matches);
                passed += usize::from(!may);
            }
        }
        assert!(
            matched > 1000 && passed > 1000,
            "{matched} matched, {passed} passed over"
        );
    }
}
