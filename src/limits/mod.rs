//! Our own admission, asked before any work is spent on a stranger.
//!
//! WordPress has no such limits: it fetches whatever it is told to, as often as it is told. Everything here is ours, is
//! bounded in memory whatever comes in, and says by a short label why something was turned away.
//!
//! The order in which a ping meets the limits, cheapest first:
//!
//! 1. [`Rate`] per client network: nothing else has happened yet.
//! 2. [`Shared`]: an identical ping in flight answers for this one as well, and costs nothing more.
//! 3. [`Rate`] per source host, and [`Slots`] in total and per host: right before the fetch, so that a ping refused for
//!    another reason costs the source's owner nothing.

pub mod inflight;
pub mod rate;

pub use inflight::{LeadGuard, Shared, Slot, Slots, Turn};
pub use rate::{Rate, client_network};

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// Which limit turned something away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Too many pings from the client's network within a minute.
    ClientRate,
    /// Too many fetches from the source's host within a minute.
    SourceRate,
    /// Too many verifications at once.
    InFlight,
    /// Too many verifications at once of one source host.
    InFlightHost,
    /// Too many callers wait for the same verification, or too many different ones are under way.
    Waiting,
}

impl Limit {
    /// All of them, in the order of [`Limit::label`]s in metrics.
    pub const ALL: [Self; 5] = [
        Self::ClientRate,
        Self::SourceRate,
        Self::InFlight,
        Self::InFlightHost,
        Self::Waiting,
    ];

    /// The stable reason code for logs and counters.
    pub const fn label(self) -> &'static str {
        match self {
            Self::ClientRate => "limit_client_rate",
            Self::SourceRate => "limit_source_rate",
            Self::InFlight => "limit_in_flight",
            Self::InFlightHost => "limit_in_flight_host",
            Self::Waiting => "limit_waiting",
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// How often each limit turned something away since the start.
#[derive(Debug, Default)]
pub struct Refused([AtomicU64; Limit::ALL.len()]);

impl Refused {
    /// Counts one, and hands the reason on.
    pub fn count(&self, limit: Limit) -> Limit {
        self.0[limit as usize].fetch_add(1, Ordering::Relaxed);
        limit
    }

    /// The counts so far.
    pub fn counts(&self) -> [(Limit, u64); Limit::ALL.len()] {
        Limit::ALL.map(|limit| (limit, self.0[limit as usize].load(Ordering::Relaxed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_counted_by_reason() {
        let refused = Refused::default();
        refused.count(Limit::SourceRate);
        assert_eq!(refused.count(Limit::SourceRate), Limit::SourceRate);
        refused.count(Limit::Waiting);
        for (limit, count) in refused.counts() {
            let expected = match limit {
                Limit::SourceRate => 2,
                Limit::Waiting => 1,
                _ => 0,
            };
            assert_eq!(count, expected, "{limit}");
        }
    }
}
