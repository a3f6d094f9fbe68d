//! One ping at a time: a claim on (site, post, source), from before the fetch until after the commit.
//!
//! WordPress has none: sixteen copies of a ping at once are sixteen fetches and up to sixteen rows. A claim is two locks.
//! One lives in this process. The other is a named lock of the database server (`GET_LOCK()`), which holds against other
//! processes and machines, and which the server frees by itself when its owner dies.
//!
//! All named locks of a site are held by **one** connection of their own, kept by a task ([`keep`]) that is spoken to by
//! messages: no request can be cancelled half-way through an answer on it. Nobody may wait in `GET_LOCK()` there, since
//! everybody else would wait as well; so it is asked with a timeout of 0, again and again.
//!
//! If that connection breaks, the server frees its locks. [`Claim::confirm`] finds out right before the row is written, and
//! takes the lock again if nobody else has it.
//!
//! Servers without usable named locks (some clusters; MySQL before 5.7.5, which frees the first lock when the second is
//! taken) leave the lock in this process, and the lock on the post's row ([`super::comments::insert`]). That is logged once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{OwnedMutexGuard, mpsc, oneshot};
use tokio::time::{Instant, timeout, timeout_at};

use super::db::{Conn, Db, DbError};

/// Between two questions for a lock that another process holds: the first wait, doubled up to the second.
const POLL: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(200));

/// How long [`Claim::confirm`] tries to get a lost lock back.
const REGAIN: Duration = Duration::from_secs(2);

/// How long a server without usable locks is not asked for them again.
const RETRY: Duration = Duration::from_secs(60);

/// A connection that holds nothing for so long is closed.
const IDLE: Duration = Duration::from_secs(30);

/// The claims of one site. Cloning shares them.
#[derive(Clone, Debug)]
pub struct Claims(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: Db,
    /// Names of locks are the server's, not the database's: this tells sites apart.
    scope: Vec<u8>,
    /// The locks of this process. An entry that nobody uses any more is dead, and swept.
    here: Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>,
    keeper: Mutex<Option<mpsc::UnboundedSender<Request>>>,
    said: AtomicBool,
}

/// The right to verify and record one ping. Given up on drop.
#[derive(Debug)]
#[must_use = "the claim is given up as soon as this is dropped"]
pub struct Claim {
    name: String,
    /// Whether the server holds a lock for it.
    named: bool,
    claims: Arc<Inner>,
    _here: OwnedMutexGuard<()>,
}

/// Why there is no claim.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimError {
    /// Somebody else has had it for the whole time.
    #[error("the same ping is being handled elsewhere")]
    Busy,
    /// The database could not be asked.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Claims {
    /// The claims of the site with this database. Nothing is connected yet.
    pub fn new(db: Db) -> Self {
        let constants = Arc::clone(db.constants());
        let scope = format!("{}\0{}\0", constants.database.name, constants.table_prefix);
        Self(Arc::new(Inner {
            db,
            scope: scope.into_bytes(),
            here: Mutex::default(),
            keeper: Mutex::default(),
            said: AtomicBool::new(false),
        }))
    }

    /// Waits until `deadline` for the claim on a post and a source, which is compared byte for byte.
    ///
    /// # Errors
    /// [`ClaimError::Busy`] at the deadline.
    pub async fn claim(
        &self,
        post_id: u64,
        source: &[u8],
        deadline: Instant,
    ) -> Result<Claim, ClaimError> {
        let name = self.0.name(post_id, source);
        let lock = self.0.here(&name);
        let Ok(here) = timeout_at(deadline, lock.lock_owned()).await else {
            return Err(ClaimError::Busy);
        };
        // From here on a drop gives the named lock back, had or not: a question may be under way.
        let mut claim = Claim {
            name,
            named: true,
            claims: Arc::clone(&self.0),
            _here: here,
        };
        let mut pause = POLL.0;
        loop {
            let asked = timeout_at(deadline, claim.ask(false)).await;
            match asked.map_err(|_| ClaimError::Busy)?? {
                Answer::Yours => return Ok(claim),
                Answer::Unsupported => {
                    claim.named = false;
                    return Ok(claim);
                }
                Answer::Taken => {}
            }
            if Instant::now() + pause >= deadline {
                return Err(ClaimError::Busy);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(POLL.1);
        }
    }
}

impl Claim {
    /// Whether the claim still holds, or could be had again: to be asked right before the row is written.
    pub async fn confirm(&self) -> bool {
        if !self.named {
            return true;
        }
        let regained = timeout(REGAIN, async {
            let mut pause = POLL.0;
            loop {
                match self.ask(true).await {
                    Ok(Answer::Yours | Answer::Unsupported) => return true,
                    Ok(Answer::Taken) => {}
                    Err(error) => {
                        tracing::debug!(error = %error, "a claim cannot be confirmed");
                        return false;
                    }
                }
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(POLL.1);
            }
        });
        regained.await.unwrap_or(false)
    }

    async fn ask(&self, confirm: bool) -> Result<Answer, DbError> {
        let (reply, answer) = oneshot::channel();
        let name = self.name.clone();
        self.claims.send(Request::Lock {
            name,
            confirm,
            reply,
        });
        match answer.await {
            Ok(Ok(Answer::Unsupported)) => {
                self.claims.say_unsupported();
                Ok(Answer::Unsupported)
            }
            Ok(answer) => answer,
            // The task went down with its runtime: whatever it held is free, so the next question starts anew.
            Err(_) => Ok(Answer::Taken),
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if self.named {
            let name = std::mem::take(&mut self.name);
            self.claims.send(Request::Release { name });
        }
    }
}

impl Inner {
    /// At most 64 characters, the same in every build: a collision makes two pings wait for each other, no more.
    fn name(&self, post_id: u64, source: &[u8]) -> String {
        // FNV-1a, 128 bits.
        let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
        let post = post_id.to_be_bytes();
        for byte in self.scope.iter().chain(&post).chain(source) {
            hash = (hash ^ u128::from(*byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b);
        }
        format!("linkbackd:{hash:032x}")
    }

    /// This process's lock of that name.
    fn here(&self, name: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut here = unpoisoned(&self.here);
        if let Some(lock) = here.get(name).and_then(Weak::upgrade) {
            return lock;
        }
        // As many live entries as pings in flight; the dead are swept when they could be half of all.
        if here.len() == here.capacity() {
            here.retain(|_, lock| lock.strong_count() > 0);
        }
        let lock = Arc::default();
        here.insert(name.to_owned(), Arc::downgrade(&lock));
        lock
    }

    /// To the task that keeps the connection, which is started if there is none. Where no runtime is left to start it, the
    /// request is dropped, and whoever waits for its reply is told so.
    fn send(&self, request: Request) {
        let mut keeper = unpoisoned(&self.keeper);
        let undelivered = match keeper.as_ref() {
            Some(keeper) => match keeper.send(request) {
                Ok(()) => return,
                Err(undelivered) => undelivered.0,
            },
            None => request,
        };
        // A task that is gone has taken its locks with it: there is nothing to release.
        if matches!(undelivered, Request::Release { .. }) {
            return;
        }
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let (sender, requests) = mpsc::unbounded_channel();
            // The fresh channel's other end is alive here, so this cannot fail.
            let _ = sender.send(undelivered);
            runtime.spawn(keep(self.db.clone(), requests));
            *keeper = Some(sender);
        }
    }

    fn say_unsupported(&self) {
        if !self.said.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "the database server has no usable GET_LOCK(): pings are kept single by this process and by row locks"
            );
        }
    }
}

/// What the keeper of the connection is asked.
#[derive(Debug)]
enum Request {
    /// Take the lock, or see that it is still there.
    Lock {
        name: String,
        confirm: bool,
        reply: oneshot::Sender<Result<Answer, DbError>>,
    },
    Release {
        name: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Yours,
    Taken,
    Unsupported,
}

/// The task that owns the connection with the named locks. Ends when the site is closed.
async fn keep(db: Db, mut requests: mpsc::UnboundedReceiver<Request>) {
    let mut keeper = Keeper {
        db,
        conn: None,
        held: 0,
        unsupported: None,
    };
    loop {
        let request = match timeout(IDLE, requests.recv()).await {
            Ok(Some(request)) => request,
            Ok(None) => return,
            Err(_) => {
                if keeper.held == 0 {
                    keeper.conn = None;
                }
                continue;
            }
        };
        match request {
            Request::Lock {
                name,
                confirm,
                reply,
            } => {
                // Nobody waits for the answer any more: what would be taken would be released next.
                if reply.is_closed() {
                    continue;
                }
                let answer = keeper.lock(&name, confirm).await;
                let _ = reply.send(answer);
            }
            Request::Release { name } => keeper.release(&name).await,
        }
    }
}

struct Keeper {
    db: Db,
    conn: Option<Conn>,
    /// Locks the connection should be holding.
    held: usize,
    /// When it turned out that there are no usable locks here.
    unsupported: Option<Instant>,
}

impl Keeper {
    async fn lock(&mut self, name: &str, confirm: bool) -> Result<Answer, DbError> {
        if self.unsupported.is_some_and(|at| at.elapsed() < RETRY) {
            return Ok(Answer::Unsupported);
        }
        let mut fresh = false;
        loop {
            let conn = match &mut self.conn {
                Some(conn) => conn,
                None => {
                    let mut conn = self.db.dedicated().await?;
                    if !holds_several(&mut conn).await? {
                        self.unsupported = Some(Instant::now());
                        return Ok(Answer::Unsupported);
                    }
                    fresh = true;
                    self.held = 0;
                    self.conn.insert(conn)
                }
            };
            match take(conn, name, confirm).await {
                Ok(Some(taken)) => {
                    self.held += usize::from(taken == Taken::Newly);
                    return Ok(match taken {
                        Taken::Newly | Taken::Before => Answer::Yours,
                        Taken::ByOthers => Answer::Taken,
                    });
                }
                Ok(None) => return Ok(Answer::Unsupported),
                // The connection had died in its sleep. A new one tells whether the server is there.
                Err(error) if error.is_unreachable() && !fresh => self.conn = None,
                Err(error) => {
                    self.conn = None;
                    return Err(error);
                }
            }
        }
    }

    async fn release(&mut self, name: &str) {
        let Some(conn) = &mut self.conn else { return };
        let released: Result<Option<(Option<i64>,)>, DbError> =
            conn.exec_first("SELECT RELEASE_LOCK(?)", (name,)).await;
        match released {
            Ok(Some((Some(1),))) => self.held = self.held.saturating_sub(1),
            Ok(_) => {}
            // A connection that is closed releases everything, this lock included.
            Err(_) => self.conn = None,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Taken {
    Newly,
    Before,
    ByOthers,
}

/// Takes the lock if it is free. `None` if the server has no such function, or will not say.
async fn take(conn: &mut Conn, name: &str, confirm: bool) -> Result<Option<Taken>, DbError> {
    // GET_LOCK() of a lock that one holds counts up, and RELEASE_LOCK() down: so it is asked for only if not held.
    if confirm && holds(conn, name).await? {
        return Ok(Some(Taken::Before));
    }
    let got: Result<Option<(Option<i64>,)>, DbError> =
        conn.exec_first("SELECT GET_LOCK(?, 0)", (name,)).await;
    match got {
        Ok(Some((Some(1),))) => Ok(Some(Taken::Newly)),
        Ok(Some((Some(_),))) => Ok(Some(Taken::ByOthers)),
        Ok(_) | Err(DbError::Statement(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn holds(conn: &mut Conn, name: &str) -> Result<bool, DbError> {
    let owner: Option<(Option<i64>,)> = conn
        .exec_first("SELECT IS_USED_LOCK(?) = CONNECTION_ID()", (name,))
        .await?;
    Ok(owner == Some((Some(1),)))
}

/// Whether one connection can hold several locks here.
async fn holds_several(conn: &mut Conn) -> Result<bool, DbError> {
    let names = ["a", "b"].map(|one| format!("linkbackd:probe:{}:{one}", conn.id()));
    for name in &names {
        match take(conn, name, false).await {
            Ok(Some(Taken::Newly)) => {}
            Ok(_) => return Ok(false),
            Err(error) => return Err(error),
        }
    }
    let several = holds(conn, &names[0]).await?;
    for name in &names {
        conn.exec_drop("DO RELEASE_LOCK(?)", (name,)).await?;
    }
    Ok(several)
}

/// No code that can panic runs under these locks.
fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
