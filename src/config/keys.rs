//! Every key there is, its shape on a command line, and what to write for it.
//!
//! The file's values carry their own types; those of the environment and of `--set` are text, and this table says how
//! that text is read. The same table tells an unknown key from a known one and words the errors. A test holds it equal to
//! [`super::Settings`].

use super::{duration, networks, size};

/// How text becomes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Taken as it is.
    Text,
    /// Items between commas.
    Texts,
    /// A whole number.
    Number,
    /// Whole numbers between commas.
    Numbers,
    /// `true` or `false`.
    Switch,
    /// Tables, which only a file can hold.
    Tables,
}

/// One key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// `section.name`
    pub name: &'static str,
    /// How text becomes a value.
    pub shape: Shape,
    /// What to write; ends a sentence "expected …".
    pub expected: &'static str,
    /// Whether the value holds a password and is never shown.
    pub secret: bool,
}

impl Key {
    const fn new(name: &'static str, shape: Shape, expected: &'static str) -> Self {
        Self {
            name,
            shape,
            expected,
            secret: false,
        }
    }

    const fn secret(self) -> Self {
        Self {
            secret: true,
            ..self
        }
    }
}

/// Where `[[site]]` keys stand.
pub const SITE: &str = "site";

const COUNT: &str = "a whole number";
const SWITCH: &str = "true or false";

/// Every key, in the order they are printed.
pub const KEYS: &[Key] = &[
    Key::new(
        "server.listen",
        Shape::Texts,
        "a list of addresses, such as [\"127.0.0.1:9880\", \"unix:/run/linkbackd/http.sock\"]",
    ),
    Key::new("server.trusted_proxies", Shape::Texts, networks::EXPECTED),
    Key::new(
        "server.client_ip_header",
        Shape::Text,
        "the name of a header, such as \"X-Forwarded-For\", or \"\" for none",
    ),
    Key::new(
        "server.workers",
        Shape::Number,
        "a whole number up to 256; 0 is one per processor",
    ),
    Key::new("server.max_body", Shape::Text, size::EXPECTED),
    Key::new(
        "server.max_connections",
        Shape::Number,
        "a whole number from 1 up",
    ),
    Key::new("server.request_timeout", Shape::Text, duration::EXPECTED),
    Key::new("server.shutdown_timeout", Shape::Text, duration::EXPECTED),
    Key::new(
        "site.path",
        Shape::Text,
        "the absolute path of a directory with wp-load.php in it",
    ),
    Key::new("site.database", Shape::Text, super::DatabaseUrl::EXPECTED).secret(),
    Key::new(
        "site.table_prefix",
        Shape::Text,
        "letters, digits and _, such as \"wp_\"",
    ),
    Key::new(
        "site.hosts",
        Shape::Texts,
        "a list of host names without port, such as [\"blog.example\"]",
    ),
    Key::new(
        "site.version",
        Shape::Text,
        "a WordPress version, such as \"6.6.7\"",
    ),
    Key::new(
        "site.home",
        Shape::Text,
        "a URL, such as \"https://blog.example\"",
    ),
    Key::new(
        "site.siteurl",
        Shape::Text,
        "a URL, such as \"https://blog.example/wp\"",
    ),
    Key::new(
        "site.empty_trash_days",
        Shape::Number,
        "a whole number of days, such as 30",
    ),
    Key::new(
        "site.environment",
        Shape::Text,
        "\"local\", \"development\", \"staging\" or \"production\"",
    ),
    Key::new(
        "site.post_types",
        Shape::Tables,
        "[[site.post_types]] below the site in the file, each with the keys name, registered, public, publicly_queryable, \
         exclude_from_search, hierarchical, has_archive or query_var",
    ),
    Key::new(
        "site.languages",
        Shape::Text,
        "the path of a directory, such as \"/srv/blog/wp-content/languages\"",
    ),
    Key::new(
        "handback.mode",
        Shape::Text,
        "\"off\", \"nginx\" or \"proxy\"",
    ),
    Key::new(
        "handback.location",
        Shape::Text,
        "the name of a location, such as \"@linkbackd_php\"",
    ),
    Key::new("handback.upstream", Shape::Text, super::Upstream::EXPECTED),
    Key::new("handback.max_body", Shape::Text, size::EXPECTED),
    Key::new("handback.timeout", Shape::Text, duration::EXPECTED),
    Key::new("handback.pages", Shape::Text, "\"off\", \"get\" or \"all\""),
    Key::new("xmlrpc.allow", Shape::Texts, super::Pattern::EXPECTED),
    Key::new("xmlrpc.deny", Shape::Texts, super::Pattern::EXPECTED),
    Key::new("xmlrpc.plugins", Shape::Texts, super::Pattern::EXPECTED),
    Key::new("xmlrpc.max_multicall", Shape::Text, size::EXPECTED),
    Key::new("options.max_age", Shape::Text, duration::EXPECTED),
    Key::new(
        "database.pool_size",
        Shape::Number,
        "a whole number from 2 to 1000",
    ),
    Key::new("database.connect_timeout", Shape::Text, duration::EXPECTED),
    Key::new("database.query_timeout", Shape::Text, duration::EXPECTED),
    Key::new(
        "database.lock_wait",
        Shape::Text,
        "whole seconds with their unit, such as \"5s\"",
    ),
    Key::new("verify.strict", Shape::Switch, SWITCH),
    Key::new("verify.deadline", Shape::Text, duration::EXPECTED),
    Key::new(
        "verify.ports",
        Shape::Numbers,
        "a list of ports, such as [80, 443, 8080]",
    ),
    Key::new("verify.except_networks", Shape::Texts, networks::EXPECTED),
    Key::new("verify.refuse_networks", Shape::Texts, networks::EXPECTED),
    Key::new("verify.resolver", Shape::Text, super::Resolver::EXPECTED),
    Key::new(
        "verify.ca_file",
        Shape::Text,
        "the absolute path of a PEM file",
    ),
    Key::new(
        "trackback.proof",
        Shape::Text,
        "\"reject\", \"spam\", \"hold\" or \"off\"",
    ),
    Key::new("limits.enabled", Shape::Switch, SWITCH),
    Key::new("limits.flood", Shape::Text, "\"wordpress\" or \"off\""),
    Key::new(
        "limits.in_flight",
        Shape::Number,
        "a whole number from 1 to 10000",
    ),
    Key::new("limits.per_client_per_minute", Shape::Number, COUNT),
    Key::new("limits.per_source_host_per_minute", Shape::Number, COUNT),
    Key::new("limits.multicall_pingbacks", Shape::Number, COUNT),
    Key::new("log.format", Shape::Text, "\"text\" or \"json\""),
    Key::new(
        "log.level",
        Shape::Text,
        "\"error\", \"warn\", \"info\", \"debug\" or \"trace\"",
    ),
];

/// The key of this name.
pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// Whether a section of this name exists.
pub fn is_section(name: &str) -> bool {
    KEYS.iter().any(|key| {
        key.name
            .split_once('.')
            .is_some_and(|(section, _)| section == name)
    })
}

/// What may have been meant by an unknown name: the known one that takes the fewest changes, if they are few.
pub fn nearest(name: &str) -> Option<&'static str> {
    let sections = KEYS
        .iter()
        .filter_map(|key| Some(key.name.split_once('.')?.0));
    let last = name.rsplit('.').next().unwrap_or(name);
    // The right key in the wrong section is the likeliest slip.
    if let Some(key) = KEYS
        .iter()
        .find(|key| key.name.rsplit('.').next() == Some(last))
    {
        return Some(key.name);
    }
    let candidates: Vec<&str> = if name.contains('.') {
        KEYS.iter().map(|key| key.name).collect()
    } else {
        sections.collect()
    };
    candidates
        .into_iter()
        .map(|candidate| (changes(name, candidate), candidate))
        .filter(|(changes, candidate)| *changes <= 1 + candidate.len() / 5)
        .min_by_key(|(changes, _)| *changes)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance. Names are short: the first 64 bytes do.
fn changes(a: &str, b: &str) -> usize {
    let b: Vec<u8> = b.bytes().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().take(64).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (y, above) in b.iter().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(x != *y))
                .min(left + 1)
                .min(above + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(changes("kitten", "sitting"), 3);
        assert_eq!(changes("", "abc"), 3);
        assert_eq!(changes("abc", "abc"), 0);
    }

    #[test]
    fn a_slip_is_recognised() {
        assert_eq!(nearest("server.lisen"), Some("server.listen"));
        assert_eq!(nearest("sever"), Some("server"));
        assert_eq!(nearest("limits.deadline"), Some("verify.deadline"));
        assert_eq!(nearest("completely.else"), None);
    }
}
