//! Names to addresses: one look-up per ping, its answers handed on only if the guard passes every one of them.
//!
//! What resolves here is what is dialled: the HTTP client never asks a resolver of its own. A set with one bad address
//! is refused whole, so a name cannot hide an inner address among public ones.

use std::net::IpAddr;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolveHosts, ResolverConfig,
    ResolverOpts,
};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::system_conf::read_system_conf;

use super::guard::Guard;
use super::url::{Host, Source};
use crate::config::Resolver as Setting;
use crate::refusal::Refusal;

/// Time for a look-up; the whole deadline where that is shorter.
const MAX_TIME: Duration = Duration::from_secs(5);

/// Time for one question to one server.
const MAX_QUESTION: Duration = Duration::from_secs(2);

/// Addresses a name may have. A set larger than any honest one is no set to pick from.
const MAX_ANSWERS: usize = 64;

/// Addresses of one source that are tried, at most: a name must not turn one ping into a scan.
const MAX_DIALLED: usize = 4;

/// Asks the system's name servers (after /etc/hosts) or the configured one.
#[derive(Debug)]
pub(super) struct Resolve {
    resolver: TokioResolver,
}

impl Resolve {
    /// Reads /etc/resolv.conf and /etc/hosts where they are to be used; neither is read again.
    pub(super) fn new(setting: Setting) -> Result<Self, NetError> {
        let (config, mut options) = match setting {
            Setting::System => {
                let (config, mut options) = read_system_conf()?;
                options.use_hosts_file = ResolveHosts::Always;
                (config, options)
            }
            Setting::Server(server) => {
                let mut connections = vec![ConnectionConfig::udp(), ConnectionConfig::tcp()];
                for connection in &mut connections {
                    connection.port = server.port();
                }
                let server = NameServerConfig::new(server.ip(), true, connections);
                let mut options = ResolverOpts::default();
                options.use_hosts_file = ResolveHosts::Never;
                (
                    ResolverConfig::from_parts(None, Vec::new(), vec![server]),
                    options,
                )
            }
        };
        options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
        // An answer serves one ping. Remembering it would only help who pings a lot, and holds strangers' data.
        options.cache_size = 0;
        options.attempts = 2;
        options.timeout = options.timeout.min(MAX_QUESTION);
        let resolver = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            .with_options(options)
            .build()?;
        Ok(Self { resolver })
    }

    /// The addresses to dial for `source`, at most four, IPv4 first as WordPress looks at IPv4 alone.
    pub(super) async fn addresses(
        &self,
        guard: &Guard,
        source: &Source,
        deadline: Duration,
    ) -> Result<Vec<IpAddr>, Refusal> {
        let mut found = match source.host() {
            Host::Address(address) => vec![*address],
            Host::Name(name) => {
                // The dot at the end keeps search lists out.
                let lookup = self.resolver.lookup_ip(format!("{name}."));
                let answer = tokio::time::timeout(deadline.min(MAX_TIME), lookup)
                    .await
                    .map_err(|_| Refusal::SourceUnresolved)?
                    .map_err(|error| {
                        tracing::debug!(claim.host = %name, %error, "the source's name does not resolve");
                        Refusal::SourceUnresolved
                    })?;
                answer.iter().take(MAX_ANSWERS + 1).collect()
            }
        };
        if found.is_empty() || found.len() > MAX_ANSWERS {
            return Err(Refusal::SourceUnresolved);
        }
        for address in &found {
            guard.judge(*address, source.is_own_site()).map_err(|forbidden| {
                tracing::debug!(claim.host = %source.host(), %forbidden, "an address of the source is never dialled");
                Refusal::SourceAddress
            })?;
        }
        found.sort_by_key(IpAddr::is_ipv6);
        found.dedup();
        // Both families keep a place, so that a dead one does not hide the other.
        let v6 = found.iter().filter(|address| address.is_ipv6()).count();
        let v4 = found.len() - v6;
        let keep_v4 = v4.min(MAX_DIALLED - v6.min(MAX_DIALLED / 2));
        let keep_v6 = v6.min(MAX_DIALLED - keep_v4);
        let mut dialled = found[..keep_v4].to_vec();
        dialled.extend_from_slice(&found[v4..v4 + keep_v6]);
        Ok(dialled)
    }
}
