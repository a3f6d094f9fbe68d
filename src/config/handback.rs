//! `[handback]`: how requests that are PHP's get there.

use std::fmt;
use std::net::{Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// `[handback]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Handback {
    /// Who carries a request to PHP.
    pub mode: Mode,
    /// With [`Mode::Nginx`]: the named location that runs PHP, `@` included.
    pub location: String,
    /// With [`Mode::Proxy`]: the web server that runs PHP.
    pub upstream: Upstream,
    /// Longest body that is handed back, in bytes.
    #[serde(with = "super::size")]
    pub max_body: usize,
    /// With [`Mode::Proxy`]: how long nothing may move between upstream and client.
    #[serde(with = "super::duration")]
    pub timeout: Duration,
    /// Whether pages at trackback addresses that take no trackbacks are PHP's.
    pub pages: Pages,
}

impl Default for Handback {
    fn default() -> Self {
        Self {
            mode: Mode::Off,
            location: "@linkbackd_php".to_owned(),
            upstream: Upstream::Tcp {
                host: "127.0.0.1".to_owned(),
                port: 8080,
            },
            max_body: 64_000_000,
            timeout: Duration::from_secs(60),
            pages: Pages::Get,
        }
    }
}

/// Who carries a request to PHP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Nobody: what is not ours is answered as if it did not exist.
    #[default]
    Off,
    /// nginx, told by `X-Accel-Redirect`.
    Nginx,
    /// We ourselves, to `upstream`.
    Proxy,
}

/// Whether a page at a trackback address is PHP's: the theme's 404, a permalink's feed, a page whose name is `trackback`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pages {
    /// Never: its status is sent with an empty page.
    Off,
    /// When a browser asks for it.
    #[default]
    Get,
    /// Whatever the method. PHP then decides once more whether it is a trackback.
    All,
}

/// A web server by HTTP without TLS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Upstream {
    /// Host name or address (IPv6 without its brackets), and port.
    Tcp {
        /// Looked up at each connection if it is a name.
        host: String,
        /// From 1 up.
        port: u16,
    },
    /// Path of a unix socket.
    Unix(PathBuf),
}

impl Upstream {
    /// What to write, for error messages.
    pub const EXPECTED: &'static str = "http://, a host and perhaps a port, such as \"http://127.0.0.1:8080\", or \"unix:\" and an absolute path";

    /// The address, if it is written as one.
    pub fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp { host, port } => Some(SocketAddr::new(host.parse().ok()?, *port)),
            Self::Unix(_) => None,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        if let Some(path) = text.strip_prefix("unix:") {
            return path.starts_with('/').then(|| Self::Unix(path.into()));
        }
        let rest = text.strip_prefix("http://")?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let port_of = |port: &str| port.parse().ok().filter(|port| *port > 0);
        if let Some(rest) = rest.strip_prefix('[') {
            let (host, port) = rest.split_once(']')?;
            host.parse::<Ipv6Addr>().ok()?;
            let port = match port {
                "" => 80,
                port => port_of(port.strip_prefix(':')?)?,
            };
            return Some(Self::Tcp {
                host: host.to_owned(),
                port,
            });
        }
        let (host, port) = match rest.split_once(':') {
            Some((host, port)) => (host, port_of(port)?),
            None => (rest, 80),
        };
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
        (!host.is_empty() && host.len() <= 253 && host.bytes().all(plain)).then(|| Self::Tcp {
            host: host.to_owned(),
            port,
        })
    }
}

impl TryFrom<String> for Upstream {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("expected {}", Self::EXPECTED))
    }
}

impl From<Upstream> for String {
    fn from(upstream: Upstream) -> Self {
        upstream.to_string()
    }
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(f, "http://[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "http://{host}:{port}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_is_a_server_and_nothing_more() {
        for (text, shown) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://php.internal/", "http://php.internal:80"),
            ("http://[::1]:81", "http://[::1]:81"),
            ("unix:/run/apache.sock", "unix:/run/apache.sock"),
        ] {
            let upstream = Upstream::try_from(text.to_owned()).unwrap();
            assert_eq!(upstream.to_string(), shown);
            assert_eq!(Upstream::parse(shown), Some(upstream));
        }
        for text in [
            "",
            "127.0.0.1:8080",
            "https://127.0.0.1",
            "http://",
            "http://a:0",
            "http://a:99999",
            "http://a/b",
            "http://u@a",
            "http://a?b",
            "http://[::1",
            "http://[a]:1",
            "unix:run",
        ] {
            assert_eq!(Upstream::parse(text), None, "{text}");
        }
    }
}
