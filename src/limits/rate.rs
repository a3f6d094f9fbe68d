//! How often: token buckets in memory that does not grow.
//!
//! A map with a bucket per key grows with what strangers send, and every way of bounding it has a price: evicting gives
//! tokens back to whoever can fill the map, refusing new keys shuts the honest out. So there is no map. Two rows of
//! buckets are allotted once; each row files a key under a slot of its own keyed hash. A key takes a token from both of
//! its slots and is refused only if **both** are empty (a count-min sketch of spent tokens). Others who share one slot
//! cost it nothing; only who meets abusers in both rows at once, which they cannot aim for, is refused with them.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Slots per row: two rows of these take half a megabyte.
const SLOTS: usize = 1 << 14;

/// Tokens are counted in thousandths, so that slow rates refill evenly.
const TOKEN: u64 = 1_000;

/// A limit of so many per minute for each key, with bursts of the same size.
pub struct Rate {
    per_minute: u32,
    start: Instant,
    hashers: [RandomState; 2],
    rows: Mutex<[Box<[Bucket]>; 2]>,
}

#[derive(Clone, Copy)]
struct Bucket {
    /// Thousandths of tokens *spent*, so that a bucket nobody touched is a full one.
    spent: u64,
    /// Milliseconds since [`Rate::start`] at which `spent` was right.
    at: u64,
}

impl Rate {
    /// At most `per_minute` takes in a burst, refilled evenly over a minute. 0 means no limit.
    pub fn per_minute(per_minute: u32) -> Self {
        let row = || {
            let slots = if per_minute == 0 { 0 } else { SLOTS };
            vec![Bucket { spent: 0, at: 0 }; slots].into_boxed_slice()
        };
        Self {
            per_minute,
            start: Instant::now(),
            hashers: [RandomState::new(), RandomState::new()],
            rows: Mutex::new([row(), row()]),
        }
    }

    /// Takes one token of `key`. `false`: there is none left, and nothing was taken.
    pub fn take(&self, key: &(impl Hash + ?Sized)) -> bool {
        self.take_at(key, Instant::now())
    }

    /// [`Rate::take`] at a given time, which a test may choose.
    fn take_at(&self, key: &(impl Hash + ?Sized), now: Instant) -> bool {
        if self.per_minute == 0 {
            return true;
        }
        let now = now.saturating_duration_since(self.start).as_millis();
        let now = u64::try_from(now).unwrap_or(u64::MAX);
        let capacity = u64::from(self.per_minute) * TOKEN;
        let slots = [0, 1].map(|row| self.slot(row, key));
        // A panic cannot leave half a bucket, so a poisoned lock still guards good data.
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = [false; 2];
        for (row, slot) in slots.into_iter().enumerate() {
            let bucket = &mut rows[row][slot];
            bucket.refill(now, u64::from(self.per_minute));
            free[row] = bucket.spent + TOKEN <= capacity;
        }
        if !free.contains(&true) {
            return false;
        }
        for (row, slot) in slots.into_iter().enumerate() {
            let bucket = &mut rows[row][slot];
            bucket.spent = (bucket.spent + TOKEN).min(capacity);
        }
        true
    }

    fn slot(&self, row: usize, key: &(impl Hash + ?Sized)) -> usize {
        let hash = self.hashers[row].hash_one(key);
        // SLOTS fits in both types, so the cast loses nothing.
        (hash % SLOTS as u64) as usize
    }
}

impl std::fmt::Debug for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rate")
            .field("per_minute", &self.per_minute)
            .finish_non_exhaustive()
    }
}

impl Bucket {
    /// Gives back what `per_minute` earns by `now`. Time that earned less than a thousandth is kept for later.
    fn refill(&mut self, now: u64, per_minute: u64) {
        let passed = now.saturating_sub(self.at);
        let earned = passed.saturating_mul(per_minute * TOKEN) / 60_000;
        if earned >= self.spent {
            *self = Self { spent: 0, at: now };
        } else if earned > 0 {
            self.spent -= earned;
            self.at += earned * 60_000 / (per_minute * TOKEN);
        }
    }
}

/// The network a client is counted under: its /32 (IPv4) or its /64 (IPv6), which one customer gets to choose from.
/// An IPv4-mapped address counts as its IPv4 address.
pub fn client_network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(Ipv4Addr::from_bits(address.to_bits())),
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    struct Clock(Rate, Duration);

    impl Clock {
        fn take(&self, key: &str) -> bool {
            self.0.take_at(key, self.0.start + self.1)
        }

        fn pass(&mut self, milliseconds: u64) {
            self.1 += Duration::from_millis(milliseconds);
        }
    }

    #[test]
    fn a_burst_is_granted_then_tokens_come_back_evenly() {
        let mut rate = Clock(Rate::per_minute(6), Duration::ZERO);
        assert!((0..6).all(|_| rate.take("a.example")));
        assert!(!rate.take("a.example"));
        assert!(rate.take("b.example"), "other keys have their own");
        rate.pass(9_000);
        assert!(!rate.take("a.example"));
        rate.pass(1_000);
        assert!(rate.take("a.example"));
        assert!(!rate.take("a.example"));
        rate.pass(3_600_000);
        assert!(
            (0..6).all(|_| rate.take("a.example")),
            "never more than a burst"
        );
        assert!(!rate.take("a.example"));
    }

    #[test]
    fn asking_often_while_empty_neither_costs_nor_earns() {
        let mut rate = Clock(Rate::per_minute(60), Duration::ZERO);
        assert!((0..60).all(|_| rate.take("a")));
        let mut granted = 0;
        for _ in 0..10_000 {
            rate.pass(1);
            granted += u32::from(rate.take("a"));
        }
        assert_eq!(granted, 10);
    }

    #[test]
    fn a_crowd_of_abusers_does_not_shut_the_others_out() {
        let rate = Clock(Rate::per_minute(2), Duration::ZERO);
        // An eighth of each row is worn out.
        for abuser in 0..2_000 {
            while rate.take(&format!("abuser {abuser}")) {}
        }
        let refused = (0..1_000)
            .filter(|n| !rate.take(&format!("honest {n}")))
            .count();
        assert!(refused < 60, "{refused} of 1000 honest keys were refused");
    }

    #[test]
    fn zero_means_no_limit() {
        let rate = Rate::per_minute(0);
        assert!((0..100_000).all(|_| rate.take("x")));
    }

    #[test]
    fn clients_are_counted_by_the_network_one_customer_has() {
        let network = |address: &str| client_network(address.parse().unwrap()).to_string();
        assert_eq!(network("192.0.2.7"), "192.0.2.7");
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(network("2001:db8:1:2:aaaa::1"), "2001:db8:1:2::");
    }
}
