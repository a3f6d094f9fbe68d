//! The stored rewrite rules as ordered matchers: option `rewrite_rules`, made by `WP_Rewrite`
//! (wp-includes/class-wp-rewrite.php).
//!
//! The option is a serialised map from pattern to query (`index.php?name=$matches[1]`), and its order decides. Patterns
//! are compiled when first tried, since most requests end early in the list. A pattern PCRE refuses, or gives up on,
//! matches nothing, as in PHP.
//!
//! The rules also tell what nothing else in the database does: which post types plugins register, by which query
//! variable, under which path. [`PostType`] is what can be inferred.
//!
//! NOT PORTED: making rules. WordPress rebuilds an empty option on the next request and stores it; until PHP has done
//! so, [`RewriteRules::is_empty`] holds and only plain URLs resolve.

use std::collections::HashSet;
use std::sync::OnceLock;

use crate::php::array::{PhpKey, PhpValue};
use crate::php::preg::Regex;
use crate::php::serialize::{Limits, unserialize};
use crate::php::url::urlencode;

/// Rules beyond this are not tried. Large sites with many types have a few thousand.
const MAX_RULES: usize = 50_000;

/// Patterns longer than this, in bytes, match nothing.
const MAX_PATTERN: usize = 16_384;

/// Query variables that WordPress registers beside its own list: they never name a post type.
const REGISTERED: &[&str] = &[
    "post_format",
    "rest_route",
    "sitemap",
    "sitemap-subtype",
    "sitemap-stylesheet",
];

/// `WP::$public_query_vars`, wp-includes/class-wp.php, in its order. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub(super) const PUBLIC_QUERY_VARS: &[&str] = &[
    "m",
    "p",
    "posts",
    "w",
    "cat",
    "withcomments",
    "withoutcomments",
    "s",
    "search",
    "exact",
    "sentence",
    "calendar",
    "page",
    "paged",
    "more",
    "tb",
    "pb",
    "author",
    "order",
    "orderby",
    "year",
    "monthnum",
    "day",
    "hour",
    "minute",
    "second",
    "name",
    "category_name",
    "tag",
    "feed",
    "author_name",
    "pagename",
    "page_id",
    "error",
    "attachment",
    "attachment_id",
    "subpost",
    "subpost_id",
    "preview",
    "robots",
    "favicon",
    "taxonomy",
    "term",
    "cpage",
    "post_type",
    "embed",
];

/// The rules of one site.
#[derive(Debug, Default)]
pub struct RewriteRules {
    source: Vec<u8>,
    rules: Vec<Rule>,
    types: Vec<PostType>,
    vars: Vec<Vec<u8>>,
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// The pattern, without delimiters and without the anchor that WordPress puts before it.
    pub pattern: Vec<u8>,
    /// What it leads to: `index.php?` and a query with `$matches[n]` in it.
    pub query: Vec<u8>,
    compiled: OnceLock<Option<Regex>>,
}

/// A post type that a plugin registered, as far as its rules tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostType {
    /// The query variable, which is the type's name too unless the plugin chose otherwise.
    pub name: Vec<u8>,
    /// What stands before the slug in its permalinks, without a slash in front: `books/`.
    pub front: Option<Vec<u8>>,
    /// Whether its posts have parents in their paths.
    pub hierarchical: bool,
    /// Whether it has an archive page.
    pub has_archive: bool,
    /// Whether visitors may see it (`is_post_type_viewable()`). Types that are not have rules all the same, and nothing
    /// in the database tells them apart: true unless a [`TypeHint`] says otherwise.
    pub viewable: bool,
}

/// What only PHP knows of a post type, told by the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeHint {
    /// The type's name, which is its query variable too.
    pub name: Vec<u8>,
    /// Whether it is `publicly_queryable`.
    pub viewable: bool,
    /// Whether it is `hierarchical`; `None` for what the rules say.
    pub hierarchical: Option<bool>,
}

/// What a rule matched: the whole at 0, then the groups; groups that took no part are empty.
pub type Matches = Vec<Vec<u8>>;

impl RewriteRules {
    /// Takes the option's value apart. What is no map of strings, an empty value included, gives no rules.
    pub fn parse(source: &[u8]) -> Self {
        Self::parse_with(source, &[])
    }

    /// As [`Self::parse`], with what the operator knows of post types.
    pub fn parse_with(source: &[u8], hints: &[TypeHint]) -> Self {
        let rules = match unserialize(source, Limits::default()) {
            Some(PhpValue::Array(map)) => map
                .iter()
                .filter_map(|(pattern, query)| Rule::new(pattern, query))
                .take(MAX_RULES)
                .collect(),
            _ => Vec::new(),
        };
        let (mut types, mut vars) = infer(&rules);
        for hint in hints {
            follow(hint, &mut types, &mut vars);
        }
        Self {
            source: source.to_vec(),
            rules,
            types,
            vars,
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

    /// The post types inferred.
    pub fn types(&self) -> &[PostType] {
        &self.types
    }

    /// The inferred post type of that name.
    pub fn post_type(&self, name: &[u8]) -> Option<&PostType> {
        self.types.iter().find(|kind| kind.name == name)
    }

    /// The query variables a request may set, in the order WordPress looks at them: its own, then those registered.
    pub fn public_query_vars(&self) -> impl Iterator<Item = &[u8]> {
        PUBLIC_QUERY_VARS
            .iter()
            .chain(REGISTERED)
            .map(|name| name.as_bytes())
            .chain(self.vars.iter().map(Vec::as_slice))
    }

    /// Whether `name` is a variable that a plugin registered: a post type's, a taxonomy's or its own.
    pub fn is_foreign_query_var(&self, name: &[u8]) -> bool {
        self.vars.iter().any(|var| var == name)
    }

    /// Whether `name` is one of [`Self::public_query_vars`].
    pub fn is_public_query_var(&self, name: &[u8]) -> bool {
        is_core_var(name) || self.vars.iter().any(|var| var == name)
    }
}

impl Rule {
    fn new(pattern: &PhpKey, query: &PhpValue) -> Option<Self> {
        let pattern = match pattern {
            PhpKey::Str(pattern) => pattern.clone(),
            PhpKey::Int(number) => number.to_string().into_bytes(),
        };
        Some(Self {
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

/// Whether the name is in WordPress's own list, or registered by WordPress itself.
fn is_core_var(name: &[u8]) -> bool {
    PUBLIC_QUERY_VARS
        .iter()
        .chain(REGISTERED)
        .any(|var| var.as_bytes() == name)
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
fn after_last_question_mark(query: &[u8]) -> &[u8] {
    let line = memchr::memchr(b'\n', query).unwrap_or(query.len());
    match memchr::memrchr(b'?', &query[..line]) {
        Some(at) if at > 0 => &query[at + 1..],
        _ => query,
    }
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

/// Reads post types and foreign query variables off the rules.
///
/// A type's rules, made by `WP_Post_Type::add_rewrite_rules()`, end in `VAR=$matches[1]&page=$matches[2]` and have a
/// trackback twin with `&tb=1`; a taxonomy's have neither.
fn infer(rules: &[Rule]) -> (Vec<PostType>, Vec<Vec<u8>>) {
    let mut types: Vec<PostType> = Vec::new();
    let mut vars: Vec<Vec<u8>> = Vec::new();
    let mut seen: HashSet<Vec<u8>> = HashSet::new();
    let mut archives: HashSet<&[u8]> = HashSet::new();
    for rule in rules {
        let query = after_last_question_mark(&rule.query);
        for pair in query.split(|byte| *byte == b'&') {
            let Some(equals) = memchr::memchr(b'=', pair) else {
                continue;
            };
            let (name, value) = (&pair[..equals], &pair[equals + 1..]);
            if name == b"post_type" && !value.starts_with(b"$") {
                archives.insert(value);
            }
            if value.starts_with(b"$matches[") && !is_core_var(name) && seen.insert(name.to_vec()) {
                vars.push(name.to_vec());
            }
        }
        let first = query.split(|byte| *byte == b'&').next().unwrap_or_default();
        let Some(name) = first.strip_suffix(b"=$matches[1]") else {
            continue;
        };
        if is_core_var(name) || types.iter().any(|kind| kind.name == name) {
            continue;
        }
        if query.len() == first.len() + b"&tb=1".len() && query.ends_with(b"&tb=1") {
            types.push(PostType {
                name: name.to_vec(),
                front: None,
                hierarchical: false,
                has_archive: false,
                viewable: true,
            });
        }
    }
    for kind in &mut types {
        let single = [kind.name.as_slice(), b"=$matches[1]&page=$matches[2]"].concat();
        let rule = rules
            .iter()
            .find(|rule| after_last_question_mark(&rule.query) == single);
        if let Some(pattern) = rule.map(|rule| &rule.pattern)
            && let Some(group) = memchr::memchr(b'(', pattern)
        {
            kind.hierarchical = pattern[group..].starts_with(b"(.+?)");
            kind.front = Some(pattern[..group].to_vec());
        }
        kind.has_archive = archives.contains(kind.name.as_slice());
    }
    (types, vars)
}

/// Puts what the operator says over what the rules do.
fn follow(hint: &TypeHint, types: &mut Vec<PostType>, vars: &mut Vec<Vec<u8>>) {
    let known = types.iter().position(|kind| kind.name == hint.name);
    let kind = match known.and_then(|place| types.get_mut(place)) {
        Some(kind) => kind,
        None => {
            types.push(PostType {
                name: hint.name.clone(),
                front: None,
                hierarchical: false,
                has_archive: false,
                viewable: true,
            });
            let Some(kind) = types.last_mut() else {
                return;
            };
            kind
        }
    };
    kind.viewable = hint.viewable;
    kind.hierarchical = hint.hierarchical.unwrap_or(kind.hierarchical);
    // Only a viewable type's variable is public: `WP_Post_Type::add_rewrite_rules()`.
    vars.retain(|var| *var != hint.name);
    if hint.viewable {
        vars.push(hint.name.clone());
    }
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
    fn hints_beat_what_the_rules_say() {
        let hint = |name: &str, viewable| TypeHint {
            name: name.into(),
            viewable,
            hierarchical: None,
        };
        let source = b"a:1:{s:28:\"ledger/([^/]+)/trackback/?$$\";s:33:\"index.php?ledger=$matches[1]&tb=1\";}";
        let rules =
            RewriteRules::parse_with(source, &[hint("ledger", false), hint("gadget", true)]);
        assert!(!rules.is_public_query_var(b"ledger"));
        assert!(
            rules
                .post_type(b"ledger")
                .is_some_and(|kind| !kind.viewable)
        );
        assert!(rules.is_public_query_var(b"gadget"));
    }

    #[test]
    fn broken_patterns_match_nothing() {
        let rules = rules(&[("(", "x"), ("a#", "x"), ("a\\", "x")]);
        assert!(rules.iter().all(|rule| rule.matches(b"a").is_none()));
    }

    #[test]
    fn types_are_told_from_taxonomies() {
        let rules = rules(&[
            ("books/?$", "index.php?post_type=book"),
            ("genre/([^/]+)/?$", "index.php?genre=$matches[1]"),
            (
                "books/([^/]+)/trackback/?$",
                "index.php?book=$matches[1]&tb=1",
            ),
            (
                "books/([^/]+)(?:/([0-9]+))?/?$",
                "index.php?book=$matches[1]&page=$matches[2]",
            ),
            (
                "manual/(.+?)/trackback/?$",
                "index.php?manual=$matches[1]&tb=1",
            ),
            (
                "manual/(.+?)(?:/([0-9]+))?/?$",
                "index.php?manual=$matches[1]&page=$matches[2]",
            ),
            ("([^/]+)/trackback/?$", "index.php?name=$matches[1]&tb=1"),
        ]);
        let names: Vec<_> = rules
            .types()
            .iter()
            .map(|kind| kind.name.as_slice())
            .collect();
        assert_eq!(names, [b"book".as_slice(), b"manual"]);
        let book = rules.post_type(b"book").expect("a type");
        assert_eq!(book.front.as_deref(), Some(b"books/".as_slice()));
        assert!(book.has_archive && !book.hierarchical);
        assert!(
            rules
                .post_type(b"manual")
                .is_some_and(|kind| kind.hierarchical)
        );
        assert!(rules.is_public_query_var(b"genre"));
        assert!(!rules.is_public_query_var(b"register"));
    }
}
