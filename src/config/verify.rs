//! `[verify]`: which sources may be fetched, and what counts as a link.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// `[verify]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Verify {
    /// Ask for a real link on a page that is really there, beyond what WordPress asks for.
    pub strict: bool,
    /// Time for the whole fetch, from the name's look-up to the last byte.
    #[serde(with = "super::duration")]
    pub deadline: Duration,
    /// Ports that may be dialled.
    pub ports: Vec<u16>,
    /// Networks that may be dialled although the guard refuses them.
    #[serde(with = "super::networks")]
    pub except_networks: Vec<IpNet>,
    /// Networks that are never dialled, beyond the guard's own list.
    #[serde(with = "super::networks")]
    pub refuse_networks: Vec<IpNet>,
    /// Who turns names into addresses.
    pub resolver: Resolver,
    /// Root certificates in PEM, instead of the system's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
}

impl Default for Verify {
    fn default() -> Self {
        Self {
            strict: true,
            deadline: Duration::from_secs(10),
            ports: vec![80, 443, 8080],
            except_networks: Vec::new(),
            refuse_networks: Vec::new(),
            resolver: Resolver::System,
            ca_file: None,
        }
    }
}

/// Who turns names into addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Resolver {
    /// The servers of /etc/resolv.conf, after /etc/hosts.
    #[default]
    System,
    /// One server.
    Server(SocketAddr),
}

impl Resolver {
    /// What to write, for error messages.
    pub const EXPECTED: &'static str =
        "\"system\", or a name server's address and port such as \"9.9.9.9:53\"";
}

impl TryFrom<String> for Resolver {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == "system" {
            return Ok(Self::System);
        }
        text.parse()
            .map(Self::Server)
            .map_err(|_| format!("expected {}", Self::EXPECTED))
    }
}

impl From<Resolver> for String {
    fn from(resolver: Resolver) -> Self {
        resolver.to_string()
    }
}

impl fmt::Display for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("system"),
            Self::Server(address) => address.fmt(f),
        }
    }
}
