//! `[options]`: how fresh WordPress's own settings are.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// `[options]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// How old the options table may be when a request is judged by it; 0 reads it for each request.
    #[serde(with = "super::duration")]
    pub max_age: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_age: Duration::from_secs(2),
        }
    }
}
