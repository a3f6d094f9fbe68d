//! The sources of values as figment providers: file, environment, flags.

use std::path::Path;

use figment::value::{Dict, Map, Value};
use figment::{Metadata, Profile, Provider};

use super::error::{ConfigError, Mistake, Origin};
use super::keys::{self, Shape};

/// What every variable of ours begins with.
pub const PREFIX: &str = "LINKBACKD_";

/// Names the configuration file, if no flag does.
pub const CONFIG_VARIABLE: &str = "LINKBACKD_CONFIG";

/// Values that all come from one place.
#[derive(Clone, Debug)]
pub struct Layer {
    origin: Origin,
    values: Dict,
}

impl Layer {
    /// The file at `path`.
    ///
    /// # Errors
    /// If it cannot be read or is not TOML. The message never quotes the file: a password may stand in the line.
    pub fn file(path: &Path) -> Result<Self, ConfigError> {
        let origin = Origin::File(path.display().to_string());
        let wrong = |advice: String| Mistake {
            key: String::new(),
            origin: Some(origin.clone()),
            value: None,
            advice,
        };
        let text = std::fs::read_to_string(path).map_err(|error| {
            wrong(format!(
                "cannot be read: {error}; give another path by --config"
            ))
        })?;
        let table: toml::Table = toml::from_str(&text).map_err(|error| {
            let (line, column) = error
                .span()
                .map_or((1, 1), |span| position(&text, span.start));
            wrong(format!(
                "line {line}, column {column}: not TOML: {}",
                error.message()
            ))
        })?;
        let values = match Value::serialize(&table) {
            Ok(Value::Dict(_, values)) => values,
            Ok(_) | Err(_) => return Err(wrong("holds a value of no known type".to_owned()).into()),
        };
        Ok(Self { origin, values })
    }

    /// The variables `LINKBACKD_SECTION__KEY` among `variables`.
    ///
    /// # Errors
    /// For a variable with only one underscore after a section's name, which is surely a slip. Others that merely begin like
    /// ours are let be.
    pub fn environment<I>(variables: I) -> Result<Vec<Self>, ConfigError>
    where
        I: IntoIterator<Item = (String, String)>,
    {
        let mut layers = Vec::new();
        let mut mistakes = Vec::new();
        for (name, value) in variables {
            let Some(rest) = name.strip_prefix(PREFIX) else {
                continue;
            };
            if let Some((section, key)) = rest.split_once("__") {
                let key = format!("{section}.{key}").to_ascii_lowercase();
                layers.push(Self::text(&key, &value, Origin::Environment(name)));
            } else if let Some((section, key)) = rest
                .split_once('_')
                .filter(|(section, _)| keys::is_section(&section.to_ascii_lowercase()))
            {
                mistakes.push(Mistake {
                    key: String::new(),
                    advice: format!(
                        "two underscores follow the section: write {PREFIX}{section}__{key}"
                    ),
                    origin: Some(Origin::Environment(name.clone())),
                    value: None,
                });
            }
        }
        if mistakes.is_empty() {
            Ok(layers)
        } else {
            Err(ConfigError(mistakes))
        }
    }

    /// One flag: `flag` is how the user wrote it.
    pub fn flag(flag: &str, key: &str, value: &str) -> Self {
        Self::text(key, value, Origin::Flag(flag.to_owned()))
    }

    fn text(key: &str, value: &str, origin: Origin) -> Self {
        let values = match figment::util::nest(key, typed(key, value)) {
            Value::Dict(_, values) => values,
            other => Dict::from([(key.to_owned(), other)]),
        };
        Self { origin, values }
    }
}

/// Reads text as the key's shape asks. What does not fit stays text, and is refused with the key's own advice later.
fn typed(key: &str, text: &str) -> Value {
    let items = || {
        text.trim_matches(['[', ']'])
            .split(',')
            .map(|item| item.trim().trim_matches(['"', '\'']))
            .filter(|item| !item.is_empty())
    };
    let number = |text: &str| {
        text.trim()
            .parse::<i64>()
            .map_or_else(|_| Value::from(text), Value::from)
    };
    match keys::find(key).map(|key| key.shape) {
        None | Some(Shape::Text | Shape::Tables) => Value::from(text),
        Some(Shape::Texts) => Value::from(items().map(Value::from).collect::<Vec<_>>()),
        Some(Shape::Number) => number(text),
        Some(Shape::Numbers) => Value::from(items().map(number).collect::<Vec<_>>()),
        Some(Shape::Switch) => text
            .trim()
            .parse::<bool>()
            .map_or_else(|_| Value::from(text), Value::from),
    }
}

/// Line and column, from 1, of byte `offset`.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    (line, column)
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        match &self.origin {
            Origin::Default => Metadata::named("default"),
            Origin::File(path) => Metadata::from("file", Path::new(path)),
            Origin::Environment(name) => Metadata::from("environment", name.clone()),
            Origin::Flag(name) => Metadata::from("flag", name.clone()),
        }
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

/// The origin that a provider's metadata tells.
pub(super) fn origin(metadata: Option<&Metadata>) -> Origin {
    let Some(metadata) = metadata else {
        return Origin::Default;
    };
    let name = metadata
        .source
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    match (metadata.name.as_ref(), &metadata.source) {
        ("file", Some(source)) => Origin::File(
            source
                .file_path()
                .map_or(name, |path| path.display().to_string()),
        ),
        ("environment", _) => Origin::Environment(name),
        ("flag", _) => Origin::Flag(name),
        _ => Origin::Default,
    }
}
