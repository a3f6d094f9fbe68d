//! Who is calling: the peer's address behind trusted proxies.
//!
//! A header names the caller only when the connection comes from a trusted proxy, and only as far as the chain of
//! addresses, read from the right, is one of trusted proxies. A unix socket's peer is always the local web server.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

/// Which proxies are believed, and about which header.
#[derive(Clone, Debug)]
pub struct TrustedProxies {
    networks: Vec<IpNet>,
    header: String,
}

impl TrustedProxies {
    /// Believes `header` from `networks`.
    pub fn new(networks: &[IpNet], header: &str) -> Self {
        Self {
            networks: networks.to_vec(),
            header: header.to_ascii_lowercase(),
        }
    }

    /// The header that names callers, in lower case.
    pub fn header(&self) -> &str {
        &self.header
    }

    /// Whether `peer` (`None`: a unix socket) may speak for others.
    pub fn trusts(&self, peer: Option<SocketAddr>) -> bool {
        peer.is_none_or(|peer| self.is_proxy(peer.ip()))
    }

    fn is_proxy(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks
            .iter()
            .any(|network| network.contains(&address))
    }

    /// The caller's address as text: the right-most one in `chain` that is no trusted proxy. Empty if nobody is named.
    ///
    /// `chain` are the values of the header in order. Where it ends in something that is no address, the last
    /// address known is the caller: what stands further left may be forged. The text is the proxy's own spelling, since
    /// that is what PHP would be handed.
    pub fn caller<'a>(
        &self,
        peer: Option<SocketAddr>,
        chain: impl DoubleEndedIterator<Item = &'a [u8]>,
    ) -> String {
        let mut caller = peer.map_or_else(String::new, |peer| peer.ip().to_canonical().to_string());
        if !self.trusts(peer) {
            return caller;
        }
        let words = chain.rev().flat_map(|value| value.rsplit(|b| *b == b','));
        for word in words {
            let Some((address, text)) = parse_address(word.trim_ascii()) else {
                break;
            };
            caller = text;
            if !self.is_proxy(address) {
                break;
            }
        }
        caller
    }
}

/// An address as proxies write it: bare, perhaps with a zone, with a port, or in brackets; and its text without the port.
fn parse_address(word: &[u8]) -> Option<(IpAddr, String)> {
    let text = std::str::from_utf8(word).ok()?;
    let bare = text.split('%').next().unwrap_or(text);
    if let Ok(address) = bare.parse::<IpAddr>() {
        let spelling = match address.to_canonical() {
            // An IPv4 caller on a socket for both families.
            IpAddr::V4(v4) if address.is_ipv6() => v4.to_string(),
            _ => text.to_owned(),
        };
        return Some((address.to_canonical(), spelling));
    }
    let address = text.parse::<SocketAddr>().map(|address| address.ip());
    let address = address
        .or_else(|_| {
            text.trim_start_matches('[')
                .trim_end_matches(']')
                .parse::<IpAddr>()
        })
        .ok()?
        .to_canonical();
    Some((address, address.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies() -> TrustedProxies {
        let networks = [
            "127.0.0.1/32".parse().unwrap(),
            "10.0.0.0/8".parse().unwrap(),
        ];
        TrustedProxies::new(&networks, "X-Forwarded-For")
    }

    fn caller(peer: &str, values: &[&str]) -> String {
        let values = values.iter().map(|value| value.as_bytes());
        proxies().caller(Some(peer.parse().unwrap()), values)
    }

    #[test]
    fn strangers_cannot_name_themselves() {
        assert_eq!(caller("192.0.2.9:1", &["198.51.100.7"]), "192.0.2.9");
    }

    #[test]
    fn the_chain_is_read_from_the_right() {
        assert_eq!(
            caller("127.0.0.1:1", &["198.51.100.7, 192.0.2.1"]),
            "192.0.2.1"
        );
        assert_eq!(
            caller("127.0.0.1:1", &["6.6.6.6", "198.51.100.7, 10.1.1.1"]),
            "198.51.100.7"
        );
        assert_eq!(caller("127.0.0.1:1", &["10.1.1.1"]), "10.1.1.1");
        assert_eq!(caller("127.0.0.1:1", &["198.51.100.7, junk"]), "127.0.0.1");
        assert_eq!(caller("127.0.0.1:1", &["[2001:db8::1]:80"]), "2001:db8::1");
        assert_eq!(caller("127.0.0.1:1", &["::ffff:192.0.2.1"]), "192.0.2.1");
        assert_eq!(
            caller("127.0.0.1:1", &["2001:0db8::0001"]),
            "2001:0db8::0001"
        );
        assert_eq!(caller("127.0.0.1:1", &["fe80::1%eth0"]), "fe80::1%eth0");
        assert_eq!(caller("127.0.0.1:1", &[]), "127.0.0.1");
    }

    #[test]
    fn a_unix_socket_is_the_local_web_server() {
        let chain = [&b"192.0.2.1"[..]];
        assert_eq!(proxies().caller(None, chain.into_iter()), "192.0.2.1");
    }
}
