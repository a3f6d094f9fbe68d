//! `[log]`: what is told on standard error.

use serde::{Deserialize, Serialize};

/// `[log]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// Shape of a line.
    pub format: Format,
    /// The least important lines that are written.
    pub level: Level,
}

/// Shape of a log line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Importance of a log line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// What the operator must see to.
    Error,
    /// What the operator may want to see to.
    Warn,
    /// One line for each ping that was taken or failed for a reason of ours.
    #[default]
    Info,
    /// One line for each refusal too.
    Debug,
    /// Everything.
    Trace,
}
