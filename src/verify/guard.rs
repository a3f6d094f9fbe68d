//! Addresses that are never dialled: a table, one row per range with its source and reason.
//!
//! The table is data; [`special`] reads it, [`Guard`] adds what the operator configured and this machine's own
//! addresses. A source's every address passes here before anything connects, and the peer's once more afterwards.
//!
//! IPv4 is refused by range. IPv6 is the other way round: only global unicast (`2000::/3`) is allowed, minus the
//! ranges inside it that lead elsewhere. Forms that carry an IPv4 address are refused whole, but for NAT64's
//! `64:ff9b::/96`, whose IPv4 address is judged: on an IPv6-only machine every IPv4 site looks like that.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::own::OwnAddresses;

/// A range that is never dialled.
#[derive(Debug, PartialEq, Eq)]
pub struct Range {
    /// First address and prefix length, as IPv4 or IPv6.
    pub network: &'static str,
    /// Where the range is set aside.
    pub source: &'static str,
    /// What it is for.
    pub reason: &'static str,
}

/// An IPv4 row: first address, prefix length, and what to say.
struct Row4(u32, u8, Range);

/// An IPv6 row: first address, prefix length, and what to say.
struct Row6(u128, u8, Range);

macro_rules! range {
    ($network:literal, $source:literal, $reason:literal) => {
        Range {
            network: $network,
            source: $source,
            reason: $reason,
        }
    };
}

/// IPv4, ordered by address. The ranges do not overlap.
#[rustfmt::skip]
static V4: [Row4; 19] = [
    Row4(0x0000_0000, 8, range!("0.0.0.0/8", "RFC 791, 1122", "this network; Linux connects 0.0.0.0 to itself")),
    Row4(0x0A00_0000, 8, range!("10.0.0.0/8", "RFC 1918", "private")),
    Row4(0x6440_0000, 10, range!("100.64.0.0/10", "RFC 6598", "shared address space of carriers; some clouds' metadata")),
    Row4(0x7F00_0000, 8, range!("127.0.0.0/8", "RFC 1122", "loopback")),
    Row4(0xA83F_8110, 32, range!("168.63.129.16/32", "Azure", "the platform's own service inside every machine")),
    Row4(0xA9FE_0000, 16, range!("169.254.0.0/16", "RFC 3927", "link-local; cloud metadata")),
    Row4(0xAC10_0000, 12, range!("172.16.0.0/12", "RFC 1918", "private")),
    Row4(0xC000_0000, 24, range!("192.0.0.0/24", "RFC 6890", "IETF protocol assignments")),
    Row4(0xC000_0200, 24, range!("192.0.2.0/24", "RFC 5737", "documentation (TEST-NET-1)")),
    Row4(0xC01F_C400, 24, range!("192.31.196.0/24", "RFC 7535", "AS112 redirection")),
    Row4(0xC034_C100, 24, range!("192.52.193.0/24", "RFC 7450", "multicast tunnelling (AMT)")),
    Row4(0xC058_6300, 24, range!("192.88.99.0/24", "RFC 7526", "6to4 relays, withdrawn")),
    Row4(0xC0A8_0000, 16, range!("192.168.0.0/16", "RFC 1918", "private")),
    Row4(0xC0AF_3000, 24, range!("192.175.48.0/24", "RFC 7534", "AS112")),
    Row4(0xC612_0000, 15, range!("198.18.0.0/15", "RFC 2544", "benchmarking")),
    Row4(0xC633_6400, 24, range!("198.51.100.0/24", "RFC 5737", "documentation (TEST-NET-2)")),
    Row4(0xCB00_7100, 24, range!("203.0.113.0/24", "RFC 5737", "documentation (TEST-NET-3)")),
    Row4(0xE000_0000, 4, range!("224.0.0.0/4", "RFC 5771", "multicast")),
    Row4(0xF000_0000, 4, range!("240.0.0.0/4", "RFC 1112", "reserved, broadcast")),
];

/// For every first octet, the rows of [`V4`] that begin in it or cover it, as `first..end`: most octets have none, so
/// most addresses are judged by one look-up.
static V4_ROWS_OF_OCTET: [(u8, u8); 256] = rows_of_octets();

const fn rows_of_octets() -> [(u8, u8); 256] {
    let mut rows = [(0u8, 0u8); 256];
    let mut octet = 0;
    while octet < 256 {
        let low = (octet as u32) << 24;
        let high = low | 0x00FF_FFFF;
        let (mut first, mut end, mut row) = (0u8, 0u8, 0usize);
        while row < V4_BOUNDS.len() {
            let (from, to) = V4_BOUNDS[row];
            if from <= high && to >= low {
                if end == 0 {
                    first = row as u8;
                }
                end = row as u8 + 1;
            }
            row += 1;
        }
        rows[octet] = (first, end);
        octet += 1;
    }
    rows
}

/// First and last address of each row of [`V4`], in its order; a test holds the two equal.
const V4_BOUNDS: [(u32, u32); 19] = [
    (0x0000_0000, 0x00FF_FFFF),
    (0x0A00_0000, 0x0AFF_FFFF),
    (0x6440_0000, 0x647F_FFFF),
    (0x7F00_0000, 0x7FFF_FFFF),
    (0xA83F_8110, 0xA83F_8110),
    (0xA9FE_0000, 0xA9FE_FFFF),
    (0xAC10_0000, 0xAC1F_FFFF),
    (0xC000_0000, 0xC000_00FF),
    (0xC000_0200, 0xC000_02FF),
    (0xC01F_C400, 0xC01F_C4FF),
    (0xC034_C100, 0xC034_C1FF),
    (0xC058_6300, 0xC058_63FF),
    (0xC0A8_0000, 0xC0A8_FFFF),
    (0xC0AF_3000, 0xC0AF_30FF),
    (0xC612_0000, 0xC613_FFFF),
    (0xC633_6400, 0xC633_64FF),
    (0xCB00_7100, 0xCB00_71FF),
    (0xE000_0000, 0xEFFF_FFFF),
    (0xF000_0000, 0xFFFF_FFFF),
];

/// IPv6, first match wins; what is in none of these rows is refused too unless it is in `2000::/3`.
#[rustfmt::skip]
static V6: [Row6; 18] = [
    Row6(0x0, 128, range!("::/128", "RFC 4291", "unspecified; Linux connects it to itself")),
    Row6(0x1, 128, range!("::1/128", "RFC 4291", "loopback")),
    Row6(0x0, 96, range!("::/96", "RFC 4291", "IPv4-compatible, withdrawn")),
    Row6(0xFFFF_0000_0000, 96, range!("::ffff:0:0/96", "RFC 4291", "IPv4-mapped")),
    Row6(0xFFFF_0000_0000_0000, 96, range!("::ffff:0:0:0/96", "RFC 2765", "IPv4-translated")),
    Row6(0x0064_FF9B_0001 << 80, 48, range!("64:ff9b:1::/48", "RFC 8215", "local-use NAT64")),
    Row6(0x0100 << 112, 64, range!("100::/64", "RFC 6666", "discard-only")),
    Row6(0x2001 << 112, 32, range!("2001::/32", "RFC 4380", "Teredo, carries IPv4")),
    Row6(0x2001 << 112, 23, range!("2001::/23", "RFC 2928", "IETF protocol assignments")),
    Row6(0x2001_0DB8 << 96, 32, range!("2001:db8::/32", "RFC 3849", "documentation")),
    Row6(0x2002 << 112, 16, range!("2002::/16", "RFC 3056", "6to4, carries IPv4")),
    Row6(0x2620_004F_8000 << 80, 48, range!("2620:4f:8000::/48", "RFC 7534", "AS112")),
    Row6(0x3FFF << 112, 20, range!("3fff::/20", "RFC 9637", "documentation")),
    Row6(0x5F00 << 112, 16, range!("5f00::/16", "RFC 9602", "segment routing")),
    Row6(0xFC00 << 112, 7, range!("fc00::/7", "RFC 4193", "unique local; some clouds' metadata")),
    Row6(0xFE80 << 112, 10, range!("fe80::/10", "RFC 4291", "link-local")),
    Row6(0xFEC0 << 112, 10, range!("fec0::/10", "RFC 3879", "site-local, withdrawn")),
    Row6(0xFF00 << 112, 8, range!("ff00::/8", "RFC 4291", "multicast")),
];

static NOT_GLOBAL: Range = range!("::/0 but 2000::/3", "RFC 4291", "not global unicast");
static CONFIGURED: Range = range!(
    "refuse_networks",
    "configuration",
    "refused by the operator"
);
static OWN: Range = range!(
    "own addresses",
    "this machine",
    "an address of this machine itself"
);

/// The range an IPv4 address must not be dialled for, `None` if it may.
pub fn special_v4(address: u32) -> Option<&'static Range> {
    let (first, end) = V4_ROWS_OF_OCTET[(address >> 24) as usize];
    V4[first as usize..end as usize]
        .iter()
        .find(|Row4(network, prefix, _)| (address ^ network) >> (32 - prefix) == 0)
        .map(|Row4(_, _, range)| range)
}

/// The range an IPv6 address must not be dialled for, `None` if it may. `64:ff9b::/96` is judged by its IPv4 address.
pub fn special_v6(address: u128) -> Option<&'static Range> {
    if let Some(v4) = nat64(address) {
        return special_v4(v4);
    }
    V6.iter()
        .find(|Row6(network, prefix, _)| (address ^ network) >> (128 - prefix) == 0)
        .map(|Row6(_, _, range)| range)
        .or_else(|| (address >> 125 != 0b001).then_some(&NOT_GLOBAL))
}

/// The range an address must not be dialled for, `None` if it may.
pub fn special(address: IpAddr) -> Option<&'static Range> {
    match address {
        IpAddr::V4(v4) => special_v4(v4.to_bits()),
        IpAddr::V6(v6) => special_v6(v6.to_bits()),
    }
}

/// The IPv4 address in `64:ff9b::/96` (RFC 6052, the well-known prefix).
const fn nat64(address: u128) -> Option<u32> {
    if address >> 32 == 0x0064_FF9B << 64 {
        Some(address as u32)
    } else {
        None
    }
}

/// Why an address is not dialled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forbidden {
    /// The address.
    pub address: IpAddr,
    /// The range it is in.
    pub range: &'static Range,
}

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, range } = self;
        write!(
            f,
            "{address} is in {} ({}; {})",
            range.network, range.reason, range.source
        )
    }
}

/// The table, the operator's networks and this machine's own addresses.
#[derive(Debug)]
pub struct Guard {
    except: Vec<IpNet>,
    refuse: Vec<IpNet>,
    own: OwnAddresses,
}

impl Guard {
    /// A guard that also refuses `refuse`, and allows `except` of what the table or this machine's addresses would
    /// refuse. `refuse` wins over `except`.
    pub fn new(except: &[IpNet], refuse: &[IpNet]) -> Self {
        Self {
            except: except.to_vec(),
            refuse: refuse.to_vec(),
            own: OwnAddresses::system(),
        }
    }

    /// Whether `address` may be dialled. With `own_site` the source's host is the site's own, so that the machine may
    /// call itself: a post of the site that links to another pings it.
    ///
    /// # Errors
    /// [`Forbidden`], with the range that forbids it.
    pub fn judge(&self, address: IpAddr, own_site: bool) -> Result<(), Forbidden> {
        let embedded = match address {
            IpAddr::V6(v6) => nat64(v6.to_bits()).map(|v4| IpAddr::V4(Ipv4Addr::from_bits(v4))),
            IpAddr::V4(_) => None,
        };
        let within = |networks: &[IpNet]| {
            networks.iter().any(|network| {
                network.contains(&address) || embedded.is_some_and(|e| network.contains(&e))
            })
        };
        let forbidden = |range| Err(Forbidden { address, range });

        if within(&self.refuse) {
            return forbidden(&CONFIGURED);
        }
        if within(&self.except) {
            return Ok(());
        }
        let own = self.own.contains(address) || embedded.is_some_and(|e| self.own.contains(e));
        match special(address) {
            // Debian's installer writes the machine's name as 127.0.1.1 into /etc/hosts, which no interface carries.
            _ if own_site && (own || is_loopback(address)) => Ok(()),
            Some(range) => forbidden(range),
            None if own => forbidden(&OWN),
            None => Ok(()),
        }
    }
}

const fn is_loopback(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback(),
        IpAddr::V6(v6) => v6.to_bits() == Ipv6Addr::LOCALHOST.to_bits(),
    }
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
