//! `[server]`: where requests come in, and how much of each is taken.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// `[server]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Where to listen; several are served alike.
    pub listen: Vec<Listen>,
    /// Whose word on the client's address is taken.
    #[serde(with = "super::networks")]
    pub trusted_proxies: Vec<IpNet>,
    /// The header in which a trusted proxy names the client. Empty: the peer is the client.
    pub client_ip_header: String,
    /// Worker threads; 0 is one per processor.
    pub workers: usize,
    /// Longest request body, in bytes.
    #[serde(with = "super::size")]
    pub max_body: usize,
    /// Connections held at once, over all listeners.
    pub max_connections: usize,
    /// How long a client may take to send its header, and again its body.
    #[serde(with = "super::duration")]
    pub request_timeout: Duration,
    /// How long requests in progress may take after a stop is asked for.
    #[serde(with = "super::duration")]
    pub shutdown_timeout: Duration,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: vec![Listen::Tcp(SocketAddr::from(([127, 0, 0, 1], 9880)))],
            trusted_proxies: vec![IpNet::from(std::net::IpAddr::from([127, 0, 0, 1]))],
            client_ip_header: "X-Forwarded-For".to_owned(),
            workers: 0,
            max_body: 1_000_000,
            max_connections: 16_384,
            request_timeout: Duration::from_secs(10),
            shutdown_timeout: Duration::from_secs(11),
        }
    }
}

/// An address to listen on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Listen {
    /// Address and port; port 0 is any free one.
    Tcp(SocketAddr),
    /// Path of a unix socket.
    Unix(PathBuf),
}

impl Listen {
    /// What to write, for error messages.
    pub const EXPECTED: &'static str = "an address and port such as \"127.0.0.1:9880\" or \"[::1]:9880\", or \"unix:\" and an absolute path";
}

impl TryFrom<String> for Listen {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let listen = match text.strip_prefix("unix:") {
            Some(path) if path.starts_with('/') => Some(Self::Unix(path.into())),
            Some(_) => None,
            None => text.parse().ok().map(Self::Tcp),
        };
        listen.ok_or_else(|| format!("expected {}", Self::EXPECTED))
    }
}

impl From<Listen> for String {
    fn from(listen: Listen) -> Self {
        listen.to_string()
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}
