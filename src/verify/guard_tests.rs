//! The table against a second, naive one: octets compared one by one, written from the policy and not from the table.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::*;

/// Whether an IPv4 address is refused, by octets.
fn naive_v4(address: u32) -> bool {
    let [a, b, c, d] = address.to_be_bytes();
    a == 0
        || a == 10
        || (a == 100 && (64..128).contains(&b))
        || a == 127
        || (a, b, c, d) == (168, 63, 129, 16)
        || (a, b) == (169, 254)
        || (a == 172 && (16..32).contains(&b))
        || (a, b, c) == (192, 0, 0)
        || (a, b, c) == (192, 0, 2)
        || (a, b, c) == (192, 31, 196)
        || (a, b, c) == (192, 52, 193)
        || (a, b, c) == (192, 88, 99)
        || (a, b) == (192, 168)
        || (a, b, c) == (192, 175, 48)
        || (a == 198 && (b == 18 || b == 19))
        || (a, b, c) == (198, 51, 100)
        || (a, b, c) == (203, 0, 113)
        || a >= 224
}

/// Whether an IPv6 address is refused, by segments.
fn naive_v6(address: u128) -> bool {
    let s = Ipv6Addr::from_bits(address).segments();
    if s[0] == 0x64 && s[1] == 0xff9b && s[2..6] == [0; 4] {
        return naive_v4(address as u32);
    }
    let global = s[0] & 0xe000 == 0x2000;
    !global
        || (s[0] == 0x2001 && s[1] < 0x200)
        || (s[0] == 0x2001 && s[1] == 0xdb8)
        || s[0] == 0x2002
        || (s[0] == 0x2620 && s[1] == 0x4f && s[2] == 0x8000)
        || (s[0] == 0x3fff && s[1] < 0x1000)
}

/// Every row's edges and their neighbours.
fn v4_edges() -> Vec<u32> {
    let mut edges = Vec::new();
    for (from, to) in V4_BOUNDS {
        for edge in [from, to] {
            for near in [edge.wrapping_sub(1), edge, edge.wrapping_add(1)] {
                edges.push(near);
            }
        }
    }
    edges
}

#[test]
fn bounds_and_rows_say_the_same() {
    for (Row4(network, prefix, range), (from, to)) in V4.iter().zip(V4_BOUNDS) {
        let host = u32::MAX.checked_shr(u32::from(*prefix)).unwrap_or(0);
        assert_eq!((*network, network | host), (from, to), "{}", range.network);
        let written = format!("{}/{prefix}", Ipv4Addr::from_bits(*network));
        assert_eq!(written, range.network);
    }
    for Row6(network, prefix, range) in &V6 {
        let written = format!("{}/{prefix}", Ipv6Addr::from_bits(*network));
        let named: ipnet::Ipv6Net = range.network.parse().unwrap();
        assert_eq!(written.parse::<ipnet::Ipv6Net>().unwrap(), named);
        assert_eq!(named, named.trunc());
    }
}

#[test]
fn every_edge_of_v4_agrees_with_the_naive_table() {
    for address in v4_edges() {
        assert_eq!(
            special_v4(address).is_some(),
            naive_v4(address),
            "{}",
            Ipv4Addr::from_bits(address)
        );
    }
}

#[test]
fn a_stride_over_all_of_v4_agrees_with_the_naive_table() {
    // 65,521 is prime, so every octet takes many values; the exhaustive run is a program of its own.
    for address in (0..=u32::MAX).step_by(65_521) {
        assert_eq!(
            special_v4(address).is_some(),
            naive_v4(address),
            "{}",
            Ipv4Addr::from_bits(address)
        );
    }
}

#[test]
fn every_edge_of_v6_agrees_with_the_naive_table() {
    let mut edges = vec![
        0,
        u128::MAX,
        1 << 125,
        (1 << 125) - 1,
        0b010 << 125,
        (0b010 << 125) - 1,
    ];
    for Row6(network, prefix, _) in &V6 {
        let host = u128::MAX.checked_shr(u32::from(*prefix)).unwrap_or(0);
        edges.extend([*network, network | host]);
    }
    for edge in edges {
        for near in [edge.wrapping_sub(1), edge, edge.wrapping_add(1)] {
            assert_eq!(
                special_v6(near).is_some(),
                naive_v6(near),
                "{}",
                Ipv6Addr::from_bits(near)
            );
        }
    }
}

#[test]
fn every_v4_edge_in_every_embedding_agrees_with_the_naive_table() {
    for v4 in v4_edges() {
        let low = u128::from(v4);
        let embedded = [
            low,
            0xFFFF_0000_0000 | low,
            0xFFFF_0000_0000_0000 | low,
            (0x0064_FF9B << 96) | low,
            (0x0064_FF9B_0001 << 80) | low,
            (0x2002 << 112) | (low << 80),
            (0x2001 << 112) | (low ^ 0xFFFF_FFFF),
        ];
        for address in embedded {
            assert_eq!(
                special_v6(address).is_some(),
                naive_v6(address),
                "{}",
                Ipv6Addr::from_bits(address)
            );
        }
        // Only NAT64 is looked into.
        assert_eq!(special_v6(embedded[3]), special_v4(v4));
        for address in [
            embedded[0],
            embedded[1],
            embedded[2],
            embedded[4],
            embedded[5],
            embedded[6],
        ] {
            assert!(
                special_v6(address).is_some(),
                "{}",
                Ipv6Addr::from_bits(address)
            );
        }
    }
}

fn networks(list: &[&str]) -> Vec<IpNet> {
    list.iter().map(|n| n.parse().unwrap()).collect()
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn excepted_networks_are_dialled_and_refused_ones_win() {
    let guard = Guard::new(
        &networks(&["127.0.0.0/8", "10.1.0.0/16"]),
        &networks(&["10.1.2.0/24", "8.8.8.8/32"]),
    );
    assert!(guard.judge(ip("127.0.0.1"), false).is_ok());
    assert!(guard.judge(ip("10.1.1.1"), false).is_ok());
    assert!(guard.judge(ip("10.2.1.1"), false).is_err());
    assert!(guard.judge(ip("10.1.2.1"), false).is_err());
    assert_eq!(
        guard.judge(ip("8.8.8.8"), false).unwrap_err().range,
        &CONFIGURED
    );
    assert!(guard.judge(ip("8.8.4.4"), false).is_ok());
    // An exception for IPv4 lets no mapped form by.
    assert!(guard.judge(ip("::ffff:127.0.0.1"), false).is_err());
    // NAT64 is the IPv4 address behind it.
    assert!(guard.judge(ip("64:ff9b::8.8.8.8"), false).is_err());
    assert!(guard.judge(ip("64:ff9b::8.8.4.4"), false).is_ok());
}

#[test]
fn this_machine_is_dialled_for_its_own_site_only() {
    let guard = Guard::new(&[], &[]);
    for loopback in ["127.0.0.1", "127.0.1.1", "::1"] {
        assert!(guard.judge(ip(loopback), true).is_ok());
        assert!(guard.judge(ip(loopback), false).is_err());
    }
    assert!(guard.judge(ip("10.255.254.253"), true).is_err());
    assert!(guard.judge(ip("169.254.169.254"), true).is_err());
}
