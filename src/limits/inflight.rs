//! How many at once: caps on verifications in progress, and one verification for identical pings.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::Limit;

/// Room for so many at once, and so many at once per key.
#[derive(Clone, Debug)]
pub struct Slots<K: Eq + Hash + Clone> {
    total: usize,
    per_key: usize,
    taken: Arc<Mutex<Taken<K>>>,
}

#[derive(Debug)]
struct Taken<K> {
    total: usize,
    /// Only keys with a slot taken, so never more than `total` of them.
    per_key: HashMap<K, usize>,
}

/// A place in [`Slots`], free again on drop.
#[derive(Debug)]
#[must_use = "the slot is free again as soon as this is dropped"]
pub struct Slot<K: Eq + Hash> {
    key: K,
    taken: Arc<Mutex<Taken<K>>>,
}

impl<K: Eq + Hash + Clone> Slots<K> {
    /// `total` at once, `per_key` of them with one key. 0 means no limit.
    pub fn new(total: usize, per_key: usize) -> Self {
        let unless_zero = |n: usize| if n == 0 { usize::MAX } else { n };
        Self {
            total: unless_zero(total),
            per_key: unless_zero(per_key),
            taken: Arc::new(Mutex::new(Taken {
                total: 0,
                per_key: HashMap::new(),
            })),
        }
    }

    /// Takes a slot for `key` at once or not at all.
    ///
    /// # Errors
    /// [`Limit::InFlight`] or [`Limit::InFlightHost`], whichever is reached.
    pub fn take(&self, key: K) -> Result<Slot<K>, Limit> {
        let mut taken = unpoisoned(&self.taken);
        if taken.total >= self.total {
            return Err(Limit::InFlight);
        }
        let with_key = taken.per_key.get(&key).copied().unwrap_or(0);
        if with_key >= self.per_key {
            return Err(Limit::InFlightHost);
        }
        taken.total += 1;
        taken.per_key.insert(key.clone(), with_key + 1);
        Ok(Slot {
            key,
            taken: Arc::clone(&self.taken),
        })
    }

    /// How many slots are taken now.
    pub fn taken(&self) -> usize {
        unpoisoned(&self.taken).total
    }
}

impl<K: Eq + Hash> Drop for Slot<K> {
    fn drop(&mut self) {
        let mut taken = unpoisoned(&self.taken);
        taken.total = taken.total.saturating_sub(1);
        if let Some(with_key) = taken.per_key.get_mut(&self.key) {
            *with_key = with_key.saturating_sub(1);
            if *with_key == 0 {
                taken.per_key.remove(&self.key);
            }
        }
    }
}

/// Identical work in flight is done once: the first caller leads, the others wait for its outcome and share it.
///
/// A leader that goes away without an outcome (its request was cancelled, or it panicked) hands the lead to one of its
/// followers.
#[derive(Clone, Debug)]
pub struct Shared<K: Eq + Hash + Clone, T: Clone> {
    max_keys: usize,
    max_followers: usize,
    flights: Arc<Mutex<HashMap<K, Flight<T>>>>,
}

#[derive(Debug)]
struct Flight<T> {
    outcome: watch::Receiver<Option<T>>,
    followers: usize,
}

/// What [`Shared::turn`] says.
#[derive(Debug)]
pub enum Turn<K: Eq + Hash + Clone, T: Clone> {
    /// Do the work, then call [`LeadGuard::finish`].
    Lead(LeadGuard<K, T>),
    /// Somebody else did it meanwhile.
    Followed(T),
}

/// The duty to do the work and tell the followers.
#[derive(Debug)]
#[must_use = "dropping this hands the lead to a follower"]
pub struct LeadGuard<K: Eq + Hash + Clone, T: Clone> {
    key: K,
    outcome: watch::Sender<Option<T>>,
    flights: Arc<Mutex<HashMap<K, Flight<T>>>>,
}

impl<K: Eq + Hash + Clone, T: Clone> Shared<K, T> {
    /// At most `max_keys` different works at once, with at most `max_followers` waiting for each.
    pub fn new(max_keys: usize, max_followers: usize) -> Self {
        Self {
            max_keys,
            max_followers,
            flights: Arc::default(),
        }
    }

    /// Leads the work of `key`, or waits for whoever does. Cancel-safe: dropping the future leaves no trace.
    ///
    /// # Errors
    /// [`Limit::Waiting`] if there is no room.
    pub async fn turn(&self, key: K) -> Result<Turn<K, T>, Limit> {
        loop {
            let mut waiting = match self.join(&key)? {
                Joined::Lead(lead) => return Ok(Turn::Lead(lead)),
                Joined::Wait(waiting) => waiting,
            };
            let outcome = waiting.outcome.wait_for(Option::is_some).await;
            if let Ok(Some(outcome)) = outcome.map(|outcome| outcome.clone()) {
                return Ok(Turn::Followed(outcome));
            }
            // The leader went away without an outcome and took its flight off the board: try for the lead.
        }
    }

    fn join(&self, key: &K) -> Result<Joined<K, T>, Limit> {
        let mut flights = unpoisoned(&self.flights);
        let full = flights.len() >= self.max_keys;
        match flights.entry(key.clone()) {
            Entry::Occupied(mut flight) => {
                let flight = flight.get_mut();
                if flight.followers >= self.max_followers {
                    return Err(Limit::Waiting);
                }
                flight.followers += 1;
                Ok(Joined::Wait(Waiting {
                    key: key.clone(),
                    outcome: flight.outcome.clone(),
                    flights: Arc::clone(&self.flights),
                }))
            }
            Entry::Vacant(_) if full => Err(Limit::Waiting),
            Entry::Vacant(place) => {
                let (outcome, receiver) = watch::channel(None);
                place.insert(Flight {
                    outcome: receiver,
                    followers: 0,
                });
                Ok(Joined::Lead(LeadGuard {
                    key: key.clone(),
                    outcome,
                    flights: Arc::clone(&self.flights),
                }))
            }
        }
    }
}

enum Joined<K: Eq + Hash + Clone, T: Clone> {
    Lead(LeadGuard<K, T>),
    Wait(Waiting<K, T>),
}

/// A follower's place, given up on drop.
struct Waiting<K: Eq + Hash + Clone, T: Clone> {
    key: K,
    outcome: watch::Receiver<Option<T>>,
    flights: Arc<Mutex<HashMap<K, Flight<T>>>>,
}

impl<K: Eq + Hash + Clone, T: Clone> Drop for Waiting<K, T> {
    fn drop(&mut self) {
        let mut flights = unpoisoned(&self.flights);
        // The flight of that name may be a newer one by now.
        if let Some(flight) = flights.get_mut(&self.key)
            && flight.outcome.same_channel(&self.outcome)
        {
            flight.followers = flight.followers.saturating_sub(1);
        }
    }
}

impl<K: Eq + Hash + Clone, T: Clone> LeadGuard<K, T> {
    /// Tells the followers. Whoever comes from now on leads anew.
    pub fn finish(self, outcome: T) {
        // Off the board first: nobody may join a flight that has ended.
        unpoisoned(&self.flights).remove(&self.key);
        self.outcome.send_replace(Some(outcome));
    }
}

impl<K: Eq + Hash + Clone, T: Clone> Drop for LeadGuard<K, T> {
    fn drop(&mut self) {
        let mut flights = unpoisoned(&self.flights);
        // After `finish` the flight of that name, if any, is somebody else's.
        if let Some(flight) = flights.get(&self.key)
            && flight.outcome.same_channel(&self.outcome.subscribe())
        {
            flights.remove(&self.key);
        }
    }
}

/// No code that can panic runs under these locks, and a panic elsewhere must not stop the limits.
fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn slots_are_capped_in_total_and_per_key_and_come_back() {
        let slots = Slots::new(3, 2);
        let first = slots.take("a").unwrap();
        let _second = slots.take("a").unwrap();
        assert_eq!(slots.take("a").unwrap_err(), Limit::InFlightHost);
        let _third = slots.take("b").unwrap();
        assert_eq!(slots.take("c").unwrap_err(), Limit::InFlight);
        drop(first);
        let _again = slots.take("a").unwrap();
        assert_eq!(slots.taken(), 3);
    }

    #[test]
    fn zero_slots_mean_no_limit() {
        let slots = Slots::new(0, 0);
        let taken: Vec<_> = (0..1000).map(|_| slots.take("a").unwrap()).collect();
        assert_eq!(slots.taken(), taken.len());
        drop(taken);
        assert_eq!(slots.taken(), 0);
    }

    #[tokio::test]
    async fn followers_get_what_the_leader_found() {
        let shared: Shared<&str, u32> = Shared::new(10, 10);
        let Turn::Lead(lead) = shared.turn("x").await.unwrap() else {
            panic!("the first one leads");
        };
        let followers: Vec<_> = (0..8)
            .map(|_| {
                let shared = shared.clone();
                tokio::spawn(async move { shared.turn("x").await })
            })
            .collect();
        tokio::task::yield_now().await;
        lead.finish(7);
        for follower in followers {
            match follower.await.unwrap().unwrap() {
                Turn::Followed(outcome) => assert_eq!(outcome, 7),
                Turn::Lead(_) => panic!("two leaders"),
            }
        }
        assert!(matches!(shared.turn("x").await.unwrap(), Turn::Lead(_)));
    }

    #[tokio::test]
    async fn a_leader_that_vanishes_hands_over_to_exactly_one() {
        let shared: Shared<&str, u32> = Shared::new(10, 10);
        let Turn::Lead(lead) = shared.turn("x").await.unwrap() else {
            panic!("the first one leads");
        };
        let followers: Vec<_> = (0..8)
            .map(|_| {
                let shared = shared.clone();
                tokio::spawn(async move {
                    match shared.turn("x").await.unwrap() {
                        Turn::Lead(lead) => {
                            tokio::task::yield_now().await;
                            lead.finish(9);
                            true
                        }
                        Turn::Followed(outcome) => {
                            assert_eq!(outcome, 9);
                            false
                        }
                    }
                })
            })
            .collect();
        tokio::task::yield_now().await;
        drop(lead);
        let mut leaders = 0;
        for follower in followers {
            leaders += u32::from(follower.await.unwrap());
        }
        assert_eq!(leaders, 1);
    }

    #[tokio::test]
    async fn waiting_room_is_bounded_and_given_back() {
        let shared: Shared<u32, u32> = Shared::new(2, 1);
        let _first = shared.turn(1).await.unwrap();
        let _second = shared.turn(2).await.unwrap();
        assert_eq!(shared.turn(3).await.unwrap_err(), Limit::Waiting);
        let impatient = tokio::time::timeout(Duration::from_millis(5), shared.turn(1)).await;
        assert!(impatient.is_err(), "waits");
        let follower = tokio::spawn({
            let shared = shared.clone();
            async move { shared.turn(1).await.map(|_| ()) }
        });
        tokio::task::yield_now().await;
        assert_eq!(shared.turn(1).await.unwrap_err(), Limit::Waiting);
        follower.abort();
    }
}
