//! This machine's own addresses, as the kernel lists them.
//!
//! A public address of the machine itself is as inner as 127.0.0.1: services that listen there often trust it. The
//! lists are `/proc/net/fib_trie` (IPv4) and `/proc/net/if_inet6`, read again when they are older than
//! [`MAX_AGE`]. Where neither can be read, binding a socket to an address tells whether it is ours.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a list is believed.
const MAX_AGE: Duration = Duration::from_secs(5);

/// Bytes read of a list. A routing table of a million routes is longer; own addresses beyond this are missed.
const MAX_BYTES: u64 = 4 << 20;

/// The addresses of this machine's interfaces.
#[derive(Debug, Default)]
pub(super) struct OwnAddresses {
    cached: Mutex<Option<(Instant, List)>>,
}

type List = Option<Arc<HashSet<IpAddr>>>;

impl OwnAddresses {
    /// Those of the system, read on first use.
    pub(super) fn system() -> Self {
        Self::default()
    }

    /// Whether `address` is one of this machine's.
    pub(super) fn contains(&self, address: IpAddr) -> bool {
        match self.list() {
            Some(list) => list.contains(&address),
            None => binds(address),
        }
    }

    fn list(&self) -> List {
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((read, list)) = &*cached
            && read.elapsed() < MAX_AGE
        {
            return list.clone();
        }
        let list = read_lists().map(Arc::new);
        *cached = Some((Instant::now(), list.clone()));
        list
    }
}

/// The two lists together; `None` if the IPv4 one cannot be read. Without IPv6 in the kernel the second is missing.
fn read_lists() -> Option<HashSet<IpAddr>> {
    let mut found = HashSet::new();
    local_v4(open("/proc/net/fib_trie")?, &mut found);
    if let Some(list) = open("/proc/net/if_inet6") {
        local_v6(list, &mut found);
    }
    Some(found)
}

fn open(path: &str) -> Option<impl BufRead> {
    Some(BufReader::new(File::open(path).ok()?.take(MAX_BYTES)))
}

/// Reads leaves `|-- ADDRESS` that are followed by a `/32 host LOCAL` line.
fn local_v4(list: impl BufRead, found: &mut HashSet<IpAddr>) {
    let mut leaf = None;
    for line in list.lines().map_while(Result::ok) {
        let line = line.trim();
        if let Some(address) = line.strip_prefix("|-- ") {
            leaf = address.parse::<Ipv4Addr>().ok();
        } else if line.starts_with("/32 host LOCAL") {
            found.extend(leaf.map(IpAddr::V4));
        }
    }
}

/// Reads lines that begin with an address of 32 hex digits.
fn local_v6(list: impl BufRead, found: &mut HashSet<IpAddr>) {
    for line in list.lines().map_while(Result::ok) {
        let digits = line.split_ascii_whitespace().next().unwrap_or_default();
        if digits.len() == 32
            && let Ok(bits) = u128::from_str_radix(digits, 16)
        {
            found.insert(IpAddr::V6(Ipv6Addr::from_bits(bits)));
        }
    }
}

/// Whether a socket may be bound to `address`, which only this machine's own allow. Where the kernel allows any
/// (`ip_nonlocal_bind`), a reserved address binds as well, and nothing can be told.
fn binds(address: IpAddr) -> bool {
    let bind = |address: IpAddr| UdpSocket::bind((address, 0)).is_ok();
    bind(address) && !bind(IpAddr::V4(Ipv4Addr::new(240, 0, 0, 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIB_TRIE: &str = "\
Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 127.0.0.0/8 2 0 2
        +-- 127.0.0.0/31 1 0 0
           |-- 127.0.0.0
              /8 host LOCAL
           |-- 127.0.0.1
              /32 host LOCAL
        |-- 127.255.255.255
           /32 link BROADCAST
     |-- 198.51.100.7
        /32 host LOCAL
";

    const IF_INET6: &str = "\
00000000000000000000000000000001 01 80 10 80       lo
20010db8000000000000000000000007 02 40 00 80     eth0
";

    #[test]
    fn leaves_marked_local_are_own_addresses() {
        let mut found = HashSet::new();
        local_v4(FIB_TRIE.as_bytes(), &mut found);
        local_v6(IF_INET6.as_bytes(), &mut found);
        let mut found: Vec<_> = found.iter().map(ToString::to_string).collect();
        found.sort();
        assert_eq!(found, ["127.0.0.1", "198.51.100.7", "2001:db8::7", "::1"]);
    }

    #[test]
    fn loopback_is_own_by_list_and_by_binding() {
        let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let foreign = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 77));
        assert!(OwnAddresses::system().contains(loopback));
        assert!(!OwnAddresses::system().contains(foreign));
        assert!(binds(loopback));
        assert!(!binds(foreign));
    }
}
