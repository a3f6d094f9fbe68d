//! The configuration: defaults < file < environment < flags.
//!
//! A key nobody knows refuses to start, and every mistake names key, place, value and what to write instead
//! ([`ConfigError`]). Each section is a small file; [`keys`] lists every key. `conf/linkbackd.toml` explains them to people,
//! and a test holds it equal to [`Settings::default`].

pub mod duration;
pub mod keys;
pub mod networks;
pub mod size;

mod database;
mod error;
mod handback;
mod layers;
mod limits;
mod log;
mod options;
mod post_type;
mod print;
mod server;
mod site;
#[cfg(test)]
mod tests;
mod trackback;
mod verify;
mod xmlrpc;

use std::path::{Path, PathBuf};
use std::time::Duration;

use figment::Figment;
use figment::error::Kind;
use figment::value::{Tag, Value};
use serde::{Deserialize, Serialize};

pub use database::Database;
pub use error::{ConfigError, Mistake, Origin};
pub use handback::{Handback, Mode, Pages, Upstream};
pub use layers::{CONFIG_VARIABLE, Layer, PREFIX};
pub use limits::{Flood, Limits};
pub use log::{Format, Level, Log};
pub use options::Options;
pub use post_type::{PostType, QueryVar};
pub use server::{Listen, Server};
pub use site::{DatabaseUrl, Site};
pub use trackback::{Proof, Trackback};
pub use verify::{Resolver, Verify};
pub use xmlrpc::{Pattern, Xmlrpc};

/// The file that is read if no other is named and it exists.
pub const DEFAULT_FILE: &str = "/etc/linkbackd/linkbackd.toml";

/// Everything that can be set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `[server]`
    pub server: Server,
    /// `[handback]`
    pub handback: Handback,
    /// `[xmlrpc]`
    pub xmlrpc: Xmlrpc,
    /// `[options]`
    pub options: Options,
    /// `[database]`
    pub database: Database,
    /// `[verify]`
    pub verify: Verify,
    /// `[trackback]`
    pub trackback: Trackback,
    /// `[limits]`
    pub limits: Limits,
    /// `[log]`
    pub log: Log,
    /// Each `[[site]]`
    #[serde(rename = "site")]
    pub sites: Vec<Site>,
}

/// Settings, and where each of them came from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What is in force.
    pub settings: Settings,
    /// The file that was read.
    pub file: Option<PathBuf>,
    origins: Vec<(String, Origin)>,
}

impl Loaded {
    /// Where the value of `key` (`section.name`, or `site.0.name`) came from.
    pub fn origin(&self, key: &str) -> Origin {
        self.origins
            .iter()
            .find(|(name, _)| name == key)
            .map_or(Origin::Default, |(_, origin)| origin.clone())
    }

    /// What is in force, as TOML with secrets masked; each value tells where it came from, defaults excepted.
    pub fn to_toml(&self) -> String {
        print::to_toml(self)
    }
}

/// Reads the configuration: the file at `path` (else [`CONFIG_VARIABLE`], else [`DEFAULT_FILE`] if there is one), the
/// process's environment, then `flags`.
///
/// # Errors
/// With every mistake that was found.
pub fn load(path: Option<&Path>, flags: Vec<Layer>) -> Result<Loaded, ConfigError> {
    // Variables that are not UTF-8 cannot be ours.
    let variables: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let named = path.map(Path::to_path_buf).or_else(|| {
        variables
            .iter()
            .find(|(name, value)| name == CONFIG_VARIABLE && !value.is_empty())
            .map(|(_, value)| PathBuf::from(value))
    });
    let file = named.or_else(|| Some(PathBuf::from(DEFAULT_FILE)).filter(|path| path.exists()));

    let mut layers = Vec::new();
    if let Some(path) = &file {
        layers.push(Layer::file(path)?);
    }
    layers.extend(Layer::environment(variables)?);
    layers.extend(flags);
    from_layers(layers, file)
}

/// Settings from `layers`, later ones winning; `file` is only noted.
///
/// # Errors
/// With every mistake that was found.
pub fn from_layers(layers: Vec<Layer>, file: Option<PathBuf>) -> Result<Loaded, ConfigError> {
    let figment = layers.into_iter().fold(Figment::new(), Figment::merge);
    let mut root = figment::Provider::data(&figment)
        .map_err(|error| whole(error.to_string()))?
        .remove(&figment::Profile::Default)
        .unwrap_or_default();
    // The environment and `--set` can only say `site.key`: that is one site.
    if let Some(site) = root.get_mut(keys::SITE)
        && let Value::Dict(tag, _) = site
    {
        *site = Value::Array(*tag, vec![site.clone()]);
    }

    let mut leaves = Vec::new();
    let mut unknown = Vec::new();
    let value = Value::from(root);
    for (name, value) in value.as_dict().into_iter().flatten() {
        collect(name, value, &mut leaves, &mut unknown);
    }
    let origin_of = |tag: Tag| layers::origin(figment.get_metadata(tag));
    if !unknown.is_empty() {
        return Err(ConfigError(
            unknown
                .iter()
                .map(|(key, value)| unknown_key(key, origin_of(value.tag())))
                .collect(),
        ));
    }

    let settings = value
        .deserialize::<Settings>()
        .map_err(|error| mistyped(&error, &value, origin_of))?;
    let loaded = Loaded {
        settings,
        file,
        origins: leaves
            .iter()
            .map(|(key, value)| (key.clone(), origin_of(value.tag())))
            .collect(),
    };
    let mistakes = check(&loaded, &value);
    if mistakes.is_empty() {
        Ok(loaded)
    } else {
        Err(ConfigError(mistakes))
    }
}

/// Sorts what is set into known leaves and names nobody knows. Items of `site` are numbered.
fn collect<'v>(
    name: &str,
    value: &'v Value,
    leaves: &mut Vec<(String, &'v Value)>,
    unknown: &mut Vec<(String, &'v Value)>,
) {
    match value {
        Value::Dict(_, entries) if keys::is_section(plain(name).as_str()) => {
            for (key, value) in entries {
                let key = format!("{name}.{key}");
                if keys::find(&plain(&key)).is_some() {
                    leaves.push((key, value));
                } else {
                    unknown.push((key, value));
                }
            }
        }
        Value::Array(_, items) if name == keys::SITE => {
            for (i, item) in items.iter().enumerate() {
                collect(&format!("{name}.{i}"), item, leaves, unknown);
            }
        }
        // A section that is no table is told as a mistyped value.
        _ if keys::is_section(&plain(name)) => {}
        _ => unknown.push((name.to_owned(), value)),
    }
}

/// `site.0.path` as `site.path`.
fn plain(key: &str) -> String {
    key.split('.')
        .filter(|part| !part.bytes().all(|b| b.is_ascii_digit()))
        .collect::<Vec<_>>()
        .join(".")
}

fn whole(advice: String) -> ConfigError {
    Mistake {
        key: String::new(),
        origin: None,
        value: None,
        advice,
    }
    .into()
}

fn unknown_key(key: &str, origin: Origin) -> Mistake {
    let meant = keys::nearest(&plain(key)).map_or_else(
        || "`linkbackd config` prints every key there is".to_owned(),
        |meant| format!("did you mean {meant}?"),
    );
    Mistake {
        key: key.to_owned(),
        origin: Some(origin),
        value: None,
        advice: format!("no such key; {meant}"),
    }
}

fn mistyped(
    error: &figment::Error,
    root: &Value,
    origin_of: impl Fn(Tag) -> Origin,
) -> ConfigError {
    let path = error.path.join(".");
    let mut key = path.clone();
    if let Kind::MissingField(field) = &error.kind {
        key = format!("{path}.{field}");
    }
    let name = plain(&key);
    // Below a list of tables, the list's own advice is the nearest.
    let known = keys::find(&name).or_else(|| keys::find(name.rsplit_once('.')?.0));
    let at = find(root, &path);
    let advice = match (&error.kind, known) {
        (Kind::MissingField(_), Some(known)) => format!("is missing; write {}", known.expected),
        // Our own messages say what is expected already.
        (Kind::Message(message), _) if message.contains("expected") => message.clone(),
        (_, Some(known)) => format!("expected {}", known.expected),
        (_, None) if name == keys::SITE => {
            "write [[site]], in two brackets, above each site's keys".to_owned()
        }
        (_, None) if keys::is_section(&name) => {
            format!("write [{name}] above the keys of this section")
        }
        (kind, None) => kind.to_string(),
    };
    Mistake {
        key,
        origin: at.map(|value| origin_of(value.tag())),
        value: at
            .filter(|_| !matches!(error.kind, Kind::MissingField(_)))
            .filter(|_| known.is_some_and(|known| !known.secret))
            .and_then(shown),
        advice,
    }
    .into()
}

/// The value at `path`, or the innermost one that holds it.
fn find<'v>(root: &'v Value, path: &str) -> Option<&'v Value> {
    let mut at = root;
    for part in path.split('.') {
        let inner = match at {
            Value::Dict(_, entries) => entries.get(part),
            Value::Array(_, items) => part.parse::<usize>().ok().and_then(|i| items.get(i)),
            _ => None,
        };
        match inner {
            Some(inner) => at = inner,
            None => break,
        }
    }
    Some(at)
}

/// A value as the file would write it.
fn shown(value: &Value) -> Option<String> {
    toml::Value::try_from(value)
        .ok()
        .map(|value| value.to_string())
}

/// What types cannot say: ranges, and what must hold between keys.
fn check(loaded: &Loaded, root: &Value) -> Vec<Mistake> {
    let settings = &loaded.settings;
    let (server, database, verify, limits) = (
        &settings.server,
        &settings.database,
        &settings.verify,
        &settings.limits,
    );
    let brief = |d: Duration| d >= Duration::from_millis(10) && d <= Duration::from_secs(600);
    let mut wrong: Vec<String> = [
        ("server.listen", !server.listen.is_empty()),
        (
            "server.client_ip_header",
            is_header_name(&server.client_ip_header),
        ),
        ("server.workers", server.workers <= 256),
        (
            "server.max_body",
            (1_000..=64 << 20).contains(&server.max_body),
        ),
        (
            "server.max_connections",
            (1..=1_000_000).contains(&server.max_connections),
        ),
        ("server.request_timeout", brief(server.request_timeout)),
        (
            "handback.location",
            is_named_location(&settings.handback.location),
        ),
        (
            "handback.upstream",
            settings.handback.mode != Mode::Proxy || !is_own(settings),
        ),
        (
            "handback.max_body",
            (server.max_body..=2 << 30).contains(&settings.handback.max_body),
        ),
        ("handback.timeout", brief(settings.handback.timeout)),
        (
            "xmlrpc.deny",
            !settings.xmlrpc.deny.iter().any(denies_pings),
        ),
        (
            "xmlrpc.max_multicall",
            (1_000..=64 << 20).contains(&settings.xmlrpc.max_multicall),
        ),
        (
            "server.shutdown_timeout",
            server.shutdown_timeout <= Duration::from_secs(600),
        ),
        (
            "options.max_age",
            settings.options.max_age <= Duration::from_secs(3600),
        ),
        (
            "database.pool_size",
            (2..=1000).contains(&database.pool_size),
        ),
        ("database.connect_timeout", brief(database.connect_timeout)),
        ("database.query_timeout", brief(database.query_timeout)),
        (
            "database.lock_wait",
            database.lock_wait.as_secs() >= 1
                && database.lock_wait.subsec_nanos() == 0
                && brief(database.lock_wait),
        ),
        ("verify.deadline", brief(verify.deadline)),
        (
            "verify.ports",
            !verify.ports.is_empty() && !verify.ports.contains(&0),
        ),
        (
            "verify.ca_file",
            verify
                .ca_file
                .as_ref()
                .is_none_or(|path| path.is_absolute()),
        ),
        ("limits.in_flight", (1..=10_000).contains(&limits.in_flight)),
        (
            "limits.multicall_pingbacks",
            limits.multicall_pingbacks <= 1000,
        ),
    ]
    .into_iter()
    .filter(|(_, good)| !good)
    .map(|(key, _)| key.to_owned())
    .collect();
    for (i, site) in settings.sites.iter().enumerate() {
        let fits = [
            ("path", site.path.is_absolute()),
            (
                "table_prefix",
                site.table_prefix.as_deref().is_none_or(is_prefix),
            ),
            ("hosts", site.hosts.iter().all(|host| is_host(host))),
            ("version", site.version.as_deref().is_none_or(is_version)),
            ("home", site.home.as_deref().is_none_or(is_url)),
            ("siteurl", site.siteurl.as_deref().is_none_or(is_url)),
            (
                "empty_trash_days",
                site.empty_trash_days
                    .is_none_or(|days| (0..=36_500).contains(&days)),
            ),
            (
                "environment",
                site.environment
                    .as_deref()
                    .is_none_or(|name| ENVIRONMENTS.contains(&name)),
            ),
            (
                "languages",
                site.languages
                    .as_ref()
                    .is_none_or(|path| path.is_absolute()),
            ),
        ];
        wrong.extend(
            fits.into_iter()
                .filter(|(_, good)| !good)
                .map(|(name, _)| format!("site.{i}.{name}")),
        );
    }

    let mut mistakes: Vec<Mistake> = wrong
        .into_iter()
        .map(|key| Mistake {
            origin: Some(loaded.origin(&key)),
            value: find(root, &key).and_then(shown),
            advice: range_advice(&key),
            key,
        })
        .collect();
    for (i, site) in settings.sites.iter().enumerate() {
        let list = format!("site.{i}.post_types");
        for (key, advice) in post_type::mistakes(&site.post_types) {
            let key = format!("{list}.{key}");
            mistakes.push(Mistake {
                origin: Some(loaded.origin(&list)),
                value: find(root, &key).and_then(shown),
                advice: advice.to_owned(),
                key,
            });
        }
    }
    mistakes.extend(clashes(loaded));
    mistakes
}

fn range_advice(key: &str) -> String {
    let expected = keys::find(&plain(key)).map_or("another value", |known| known.expected);
    let range = match key {
        "server.max_body" => ", from 1kB to 64MiB",
        "server.max_connections" => " to 1000000",
        "handback.upstream" => {
            "; this is an address of [server] listen, and requests would go round"
        }
        "handback.max_body" => ", from [server] max_body to 2048MiB",
        "xmlrpc.deny" => {
            "; pingback.* methods are answered by linkbackd and never by PHP: leave them out, or write \"*\" alone"
        }
        "xmlrpc.max_multicall" => ", from 1kB to 64MiB",
        "server.shutdown_timeout" => ", up to 10m",
        "options.max_age" => ", up to 1h",
        "server.request_timeout"
        | "database.connect_timeout"
        | "database.query_timeout"
        | "handback.timeout"
        | "verify.deadline" => ", from 10ms to 10m",
        "database.lock_wait" => ", from 1s to 10m",
        "limits.multicall_pingbacks" => " up to 1000",
        _ => "",
    };
    format!("expected {expected}{range}")
}

/// Two sites must differ in their directory and in their hosts.
fn clashes(loaded: &Loaded) -> Vec<Mistake> {
    let sites = &loaded.settings.sites;
    let mut mistakes = Vec::new();
    for (i, site) in sites.iter().enumerate() {
        for earlier in sites.iter().take(i) {
            let mut clash = |name: &str, value: String| {
                let key = format!("site.{i}.{name}");
                mistakes.push(Mistake {
                    origin: Some(loaded.origin(&key)),
                    value: Some(format!("{value:?}")),
                    advice: "another [[site]] has it already; each must be there once".to_owned(),
                    key,
                });
            };
            if site.path == earlier.path {
                clash("path", site.path.display().to_string());
            }
            for host in &site.hosts {
                if earlier
                    .hosts
                    .iter()
                    .any(|other| other.eq_ignore_ascii_case(host))
                {
                    clash("hosts", host.clone());
                }
            }
        }
    }
    mistakes
}

/// What `wp_get_environment_type()` knows, wp-includes/load.php.
const ENVIRONMENTS: [&str; 4] = ["local", "development", "staging", "production"];

/// `@` and what nginx takes for a name without quotes.
fn is_named_location(name: &str) -> bool {
    name.strip_prefix('@').is_some_and(|name| {
        (1..=64).contains(&name.len())
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    })
}

/// Whether requests handed back would come to us again.
fn is_own(settings: &Settings) -> bool {
    settings.server.listen.iter().any(|listen| match listen {
        Listen::Unix(path) => settings.handback.upstream == Upstream::Unix(path.clone()),
        Listen::Tcp(own) => settings.handback.upstream.address().is_some_and(|address| {
            let here = own.ip().is_unspecified() && address.ip().is_loopback();
            address.port() == own.port() && (address.ip() == own.ip() || here)
        }),
    })
}

/// Whether a pattern is meant to refuse what is never PHP's: that would be believed, and not be so.
fn denies_pings(pattern: &Pattern) -> bool {
    let ours: [&[u8]; 2] = [b"pingback.ping", b"pingback.extensions.getPingbacks"];
    !pattern.is_any() && ours.iter().any(|name| pattern.matches(name))
}

fn is_header_name(name: &str) -> bool {
    name.len() <= 64
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn is_prefix(prefix: &str) -> bool {
    !prefix.is_empty()
        && prefix
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn is_host(host: &str) -> bool {
    let name = host
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.' || b == b'_');
    let bracketed = host.starts_with('[') && host.ends_with(']');
    !host.is_empty() && host.len() <= 253 && (name || bracketed)
}

fn is_version(version: &str) -> bool {
    let mut parts = version.split('.');
    let number = |part: Option<&str>| {
        part.is_some_and(|part| part.starts_with(|c: char| c.is_ascii_digit()) && part.len() <= 12)
    };
    number(parts.next()) && number(parts.next())
}

fn is_url(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}
