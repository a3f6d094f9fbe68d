//! `[limits]`: how much work strangers can cause.

use serde::{Deserialize, Serialize};

/// `[limits]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Whether the limits of this section hold at all, `flood` aside.
    pub enabled: bool,
    /// WordPress's own rule of one ping in 15 seconds.
    pub flood: Flood,
    /// Verifications at once, over all sites.
    pub in_flight: usize,
    /// Pings a minute from one client network (an IPv4 address, an IPv6 /64); 0 is no limit.
    pub per_client_per_minute: u32,
    /// Fetches a minute from one source host; 0 is no limit.
    pub per_source_host_per_minute: u32,
    /// Pings run out of one `system.multicall`; the rest are refused inside the reply.
    pub multicall_pingbacks: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            enabled: true,
            flood: Flood::Wordpress,
            in_flight: 64,
            per_client_per_minute: 60,
            per_source_host_per_minute: 6,
            multicall_pingbacks: 8,
        }
    }
}

/// WordPress's flood rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Flood {
    /// As WordPress: a ping within 15 seconds of another is refused, whoever sent it.
    #[default]
    Wordpress,
    /// Not asked.
    Off,
}
