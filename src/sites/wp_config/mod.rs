//! wp-config.php read as data, never run.
//!
//! The file is arbitrary PHP, and most of them need very little of it: `define()`, `const`, a prefix, conditions on
//! what is defined already, includes beside it. This follows that much of the language without running any of it: source
//! ([`tokens`]) to statements ([`parse`]) to what is known where wp-settings.php is included ([`run`], [`eval`]). What only a
//! running PHP can know (the environment, the request, the clock) is [`Finding::Unknown`], with the line to blame, never
//! guessed.
//!
//! Not followed: the inside of functions, closures and classes (what they may define counts as unknown), loops beyond
//! what every round agrees on, `match`, `goto`, `eval`, objects.

mod ast;
mod builtins;
mod eval;
mod expr;
mod parse;
mod run;
mod state;
#[cfg(test)]
mod tests;
mod value;

use std::io::Read;
use std::path::{Path, PathBuf};

use run::Runner;
use state::{Binding, State};
use value::Value;

use crate::php::tokens::{self, Token};

pub use value::Why;

/// Longest file that is followed, in bytes.
const LONGEST: u64 = 1 << 20;

/// Why a configuration cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is no such directory.
    #[error("{} is no directory: path must be the one WordPress itself is in", .0.display())]
    NoDirectory(PathBuf),
    /// Neither in the directory nor above it.
    #[error("{}: no wp-config.php there or one level up", .0.display())]
    NoConfig(PathBuf),
    /// It is there, but not for us.
    #[error("{}: {error}; the user linkbackd runs as must be able to read it", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: String,
    },
    /// Not a regular file, or too long.
    #[error("{}: not a file of at most 1 MiB", .0.display())]
    NotAFile(PathBuf),
    /// PHP would not take it either.
    #[error("{} line {line}: {what}", path.display())]
    NotPhp {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u32,
        /// What is wrong.
        what: &'static str,
    },
    /// More statements than anyone writes.
    #[error("{}: too much to follow", .0.display())]
    TooComplex(PathBuf),
}

/// What is known of one constant or variable.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// Surely not defined.
    Absent,
    /// Nothing that was followed defines it; something that was not may do so.
    Unseen(Why),
    /// Surely this.
    Known(Scalar),
    /// Only a running PHP knows.
    Unknown(Why),
}

/// A value as PHP holds it. Never shows itself: it may be a password.
#[derive(Clone, PartialEq)]
pub enum Scalar {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A string, as bytes.
    Text(Vec<u8>),
    /// A float or an array: nothing WordPress has use for in the constants we read.
    Other,
}

impl std::fmt::Debug for Scalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Text(_) => "string",
            Self::Other => "other",
        })
    }
}

impl Scalar {
    /// PHP's truth.
    pub fn truth(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(b) => *b,
            Self::Int(n) => *n != 0,
            Self::Text(text) => !text.is_empty() && text != b"0",
            Self::Other => true,
        }
    }

    /// `(string)`
    pub fn text(&self) -> Vec<u8> {
        match self {
            Self::Null | Self::Bool(false) | Self::Other => Vec::new(),
            Self::Bool(true) => b"1".to_vec(),
            Self::Int(n) => n.to_string().into_bytes(),
            Self::Text(text) => text.clone(),
        }
    }

    /// `(int)`
    pub fn int(&self) -> i64 {
        match self {
            Self::Int(n) => *n,
            Self::Bool(b) => i64::from(*b),
            Self::Text(text) => Value::Text(text.clone()).to_int().unwrap_or_default(),
            Self::Null | Self::Other => 0,
        }
    }
}

/// What wp-config.php says.
#[derive(Clone, Debug)]
pub struct WpConfig {
    /// The file, links resolved.
    pub path: PathBuf,
    /// All files that were read, links resolved.
    pub files: Vec<PathBuf>,
    state: State,
}

impl WpConfig {
    /// Reads the configuration of the WordPress in `directory`, where wp-load.php would find it.
    ///
    /// # Errors
    /// If there is none, or PHP could not read it either. What is merely unknown is no error here.
    pub fn read(directory: &Path) -> Result<Self, ReadError> {
        let load = directory.join("wp-load.php");
        // PHP's __DIR__ has links resolved, so a linked wp-load.php looks for its configuration where it really is. A
        // directory with no more than wp-config.php in it will do as well: nothing of WordPress is run.
        let root = match std::fs::canonicalize(&load) {
            Ok(load) => load.parent().map(Path::to_path_buf),
            Err(_) => std::fs::canonicalize(directory).ok(),
        };
        let root = root.ok_or_else(|| ReadError::NoDirectory(directory.to_path_buf()))?;
        let path = locate(&root)?;

        let mut state = State::default();
        let why = Why {
            file: "wp-load.php".into(),
            line: 0,
            what: "".into(),
        };
        let abspath = format!("{}/", root.display());
        state.define(b"ABSPATH", Value::text(abspath), &why);
        let (state, files) = Runner::new(state, root).start(&path)?;
        Ok(Self {
            path,
            files: files.into_iter().collect(),
            state,
        })
    }

    /// `$wp_version` of a wp-includes/version.php, and `$wp_local_package` if that is there.
    ///
    /// # Errors
    /// With a sentence's end that says why there is no version.
    pub fn version(path: &Path) -> Result<(String, Option<Vec<u8>>), String> {
        let (state, _) = Runner::new(State::default(), PathBuf::from("/"))
            .start(path)
            .map_err(|error| error.to_string())?;
        let package = match finding(&state.variable(b"wp_local_package")) {
            Finding::Known(Scalar::Text(locale)) => Some(locale),
            _ => None,
        };
        match finding(&state.variable(b"wp_version")) {
            Finding::Known(Scalar::Text(version)) => String::from_utf8(version)
                .map(|version| (version, package))
                .map_err(|_| "$wp_version is no text".to_owned()),
            _ => Err("it sets no $wp_version".to_owned()),
        }
    }

    /// A constant, by its exact name.
    pub fn constant(&self, name: &str) -> Finding {
        match self.state.constants.get(name.as_bytes()) {
            Some(Binding {
                value: Value::Unknown(why),
                ..
            }) => Finding::Unknown(why.clone()),
            Some(Binding { surely: false, .. }) => {
                Finding::Unknown(self.state.wild.clone().unwrap_or_else(|| Why {
                    file: self.path.display().to_string().into(),
                    line: 0,
                    what: "defined on a condition that only the running PHP can decide".into(),
                }))
            }
            Some(Binding {
                value,
                surely: true,
            }) => Finding::Known(scalar(value)),
            None => self
                .state
                .wild
                .clone()
                .map_or(Finding::Absent, Finding::Unseen),
        }
    }

    /// A variable, by its name without the sign.
    pub fn variable(&self, name: &str) -> Finding {
        finding(&self.state.variable(name.as_bytes()))
    }

    /// An element of `$_SERVER` that the file itself sets. Absent if it does not.
    pub fn server(&self, key: &str) -> Finding {
        finding(
            &self
                .state
                .variable(&[b"_SERVER\0", key.as_bytes()].concat()),
        )
    }

    /// Something ran that may have defined anything: what it is.
    pub fn wild(&self) -> Option<&Why> {
        self.state.wild.as_ref()
    }
}

fn finding(value: &Value) -> Finding {
    match value {
        Value::Null => Finding::Absent,
        Value::Unknown(why) => Finding::Unknown(why.clone()),
        value => Finding::Known(scalar(value)),
    }
}

fn scalar(value: &Value) -> Scalar {
    match value {
        Value::Null => Scalar::Null,
        Value::Bool(b) => Scalar::Bool(*b),
        Value::Int(n) => Scalar::Int(*n),
        Value::Text(text) => Scalar::Text(text.clone()),
        Value::Float(_) | Value::Array(_) | Value::Unknown(_) => Scalar::Other,
    }
}

/// wp-load.php's rule: beside it, else one level up unless another WordPress is there.
fn locate(root: &Path) -> Result<PathBuf, ReadError> {
    let beside = root.join("wp-config.php");
    let above = root
        .parent()
        .map(|parent| (parent.join("wp-config.php"), parent.join("wp-settings.php")));
    let path = match above {
        _ if beside.exists() => beside,
        Some((config, settings)) if config.exists() && !settings.exists() => config,
        _ => return Err(ReadError::NoConfig(root.to_path_buf())),
    };
    std::fs::canonicalize(&path).map_err(|error| ReadError::Unreadable {
        path,
        error: error.to_string(),
    })
}

/// The tokens of a file.
fn source(path: &Path) -> Result<Vec<Token>, ReadError> {
    let unreadable = |error: std::io::Error| ReadError::Unreadable {
        path: path.to_path_buf(),
        error: error.to_string(),
    };
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() || metadata.len() > LONGEST {
        return Err(ReadError::NotAFile(path.to_path_buf()));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(LONGEST).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    run::scan(path, &bytes)
}
