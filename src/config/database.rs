//! `[database]`: how each site's database is spoken to.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// `[database]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// Connections per site.
    pub pool_size: usize,
    /// How long one connection may take to come up.
    #[serde(with = "super::duration")]
    pub connect_timeout: Duration,
    /// How long one statement may take.
    #[serde(with = "super::duration")]
    pub query_timeout: Duration,
    /// How long a statement waits for another's row lock; whole seconds.
    #[serde(with = "super::duration")]
    pub lock_wait: Duration,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            pool_size: 8,
            connect_timeout: Duration::from_secs(2),
            query_timeout: Duration::from_secs(10),
            lock_wait: Duration::from_secs(5),
        }
    }
}
