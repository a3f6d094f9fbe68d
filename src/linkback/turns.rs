//! Identical pings take turns: one leads, the others wait for it and share its end.
//!
//! A ping is a copy of another when both were under way at the same time. So a copy that came in before the leader
//! ended, but asks for its turn only afterwards, shares that end too; a ping that came in later does not, since by
//! then WordPress would have looked again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::limits::{self, LeadGuard, Limit, Shared};
use crate::wordpress::comments::Kind;

use super::Stop;

/// How many ends are remembered at most.
const MAX_ENDED: usize = 4096;

/// How long an end is remembered: longer than any request takes.
const MEMORY: Duration = Duration::from_secs(60);

/// What pings are alike by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Likeness {
    /// The site's directory.
    pub site: Arc<std::path::Path>,
    /// Pingback or trackback.
    pub kind: Kind,
    /// The post.
    pub post: u64,
    /// The source URL as it is looked up: slashed.
    pub source: Vec<u8>,
    /// What it must link to; empty for a trackback.
    pub target: Vec<u8>,
}

/// How the leader ended: with a row (or what WordPress takes for one), or early.
pub type End = Result<(), Stop>;

/// Whose turn it is.
pub enum Turn<'a> {
    /// Do the work, then [`Lead::finish`].
    Lead(Lead<'a>),
    /// A copy of this ping ended so while this one was under way.
    Followed(End),
}

/// The duty to do the work and tell the copies.
#[must_use = "dropping this hands the lead to a copy"]
pub struct Lead<'a> {
    turns: &'a Turns,
    likeness: Likeness,
    guard: LeadGuard<Likeness, End>,
}

/// All turns under way.
#[derive(Debug)]
pub struct Turns {
    shared: Shared<Likeness, End>,
    ended: Mutex<HashMap<Likeness, (Instant, End)>>,
}

impl Turns {
    /// At most `max_works` different pings under way, with at most `max_copies` waiting for each.
    pub fn new(max_works: usize, max_copies: usize) -> Self {
        Self {
            shared: Shared::new(max_works, max_copies),
            ended: Mutex::default(),
        }
    }

    /// The turn of a ping that came in at `started`.
    ///
    /// # Errors
    /// [`Limit::Waiting`] if there is no room.
    pub async fn turn(&self, likeness: Likeness, started: Instant) -> Result<Turn<'_>, Limit> {
        match self.shared.turn(likeness.clone()).await? {
            limits::Turn::Followed(end) => Ok(Turn::Followed(end)),
            limits::Turn::Lead(guard) => {
                let lead = Lead {
                    turns: self,
                    likeness,
                    guard,
                };
                match self.ended_since(&lead.likeness, started) {
                    Some(end) => {
                        lead.guard.finish(end.clone());
                        Ok(Turn::Followed(end))
                    }
                    None => Ok(Turn::Lead(lead)),
                }
            }
        }
    }

    fn ended_since(&self, likeness: &Likeness, started: Instant) -> Option<End> {
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, end) = ended.get(likeness)?;
        (*at >= started).then(|| end.clone())
    }

    fn remember(&self, likeness: Likeness, end: End) {
        let now = Instant::now();
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        if ended.len() >= MAX_ENDED {
            ended.retain(|_, (at, _)| now.duration_since(*at) < MEMORY);
        }
        if ended.len() >= MAX_ENDED {
            // Under such a flood the memory is a help, not a promise: the claim and the duplicate check still hold.
            ended.clear();
        }
        ended.insert(likeness, (now, end));
    }
}

impl Lead<'_> {
    /// Tells the copies.
    pub fn finish(self, end: End) {
        self.turns.remember(self.likeness, end.clone());
        self.guard.finish(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::Refusal;

    fn likeness() -> Likeness {
        Likeness {
            site: std::path::Path::new("/srv/blog").into(),
            kind: Kind::Pingback,
            post: 1,
            source: b"http://a.example/".to_vec(),
            target: b"http://b.example/".to_vec(),
        }
    }

    #[tokio::test]
    async fn a_copy_that_was_under_way_shares_the_end() {
        let turns = Turns::new(8, 8);
        let started = Instant::now();
        let Turn::Lead(lead) = turns.turn(likeness(), started).await.unwrap() else {
            panic!("the first one leads");
        };
        lead.finish(Err(Refusal::NoLink.into()));
        let late = turns.turn(likeness(), started).await.unwrap();
        assert!(matches!(
            late,
            Turn::Followed(Err(Stop::Refused(Refusal::NoLink)))
        ));
    }

    #[tokio::test]
    async fn a_ping_that_came_later_looks_again() {
        let turns = Turns::new(8, 8);
        let Turn::Lead(lead) = turns.turn(likeness(), Instant::now()).await.unwrap() else {
            panic!("the first one leads");
        };
        lead.finish(Ok(()));
        let later = Instant::now() + Duration::from_millis(1);
        assert!(matches!(
            turns.turn(likeness(), later).await.unwrap(),
            Turn::Lead(_)
        ));
    }
}
