//! One configured site: closed, open, or waiting to be tried again.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::describe::{self, Description};
use super::{Closed, Site, url_host};
use crate::config;
use crate::wordpress::claims::Claims;
use crate::wordpress::comments::Records;
use crate::wordpress::db::{self, Db};
use crate::wordpress::l10n::Languages;

/// How long a site that could not be opened is left alone.
const RETRY: Duration = Duration::from_secs(2);
/// How often an open site's files are looked at for changes.
const LOOK: Duration = Duration::from_secs(2);
/// How long the hosts read from a site's options are believed.
const HOSTS: Duration = Duration::from_secs(10);

/// How long the definitions of the comments table's columns are believed.
const COLUMNS: Duration = Duration::from_secs(60);

/// One configured site.
#[derive(Debug)]
pub(super) struct Slot {
    settings: config::Site,
    database: db::Settings,
    /// `settings.path` with its links resolved, if it is there.
    real: Option<PathBuf>,
    state: Mutex<State>,
    /// Held while opening, so that it is done once.
    opening: tokio::sync::Mutex<()>,
    hosts: tokio::sync::Mutex<Option<(Instant, Vec<Vec<u8>>)>>,
}

#[derive(Debug)]
enum State {
    Closed,
    Open {
        site: Arc<Site>,
        files: Vec<Stamp>,
        looked: Instant,
    },
    Failed {
        error: Closed,
        at: Instant,
    },
}

/// A file as it was.
#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    path: PathBuf,
    seen: Option<(SystemTime, u64)>,
}

impl Stamp {
    fn of(path: PathBuf) -> Self {
        let seen = std::fs::metadata(&path)
            .ok()
            .and_then(|metadata| Some((metadata.modified().ok()?, metadata.len())));
        Self { path, seen }
    }

    fn is_current(&self) -> bool {
        *self == Self::of(self.path.clone())
    }
}

impl Slot {
    pub(super) fn new(settings: config::Site, database: &config::Database) -> Self {
        Self {
            real: std::fs::canonicalize(&settings.path).ok(),
            settings,
            database: db::Settings {
                pool_size: database.pool_size,
                connect_timeout: database.connect_timeout,
                query_timeout: database.query_timeout,
                lock_wait: database.lock_wait,
            },
            state: Mutex::new(State::Closed),
            opening: tokio::sync::Mutex::new(()),
            hosts: tokio::sync::Mutex::new(None),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.settings.path
    }

    /// Whether `root` is its directory, links aside.
    pub(super) fn is_at(&self, root: &Path) -> bool {
        self.settings.path == root
            || self.real.as_deref().is_some_and(|real| {
                real == root || std::fs::canonicalize(root).is_ok_and(|root| root == real)
            })
    }

    /// Whether its settings name any host.
    pub(super) fn names_any(&self) -> bool {
        !self.settings.hosts.is_empty()
    }

    /// Whether its settings name this host, which is in lower case.
    pub(super) fn names(&self, host: &[u8]) -> bool {
        self.settings
            .hosts
            .iter()
            .any(|name| name.as_bytes().eq_ignore_ascii_case(host))
    }

    /// Whether its home or site address has this host.
    pub(super) async fn answers_to(
        &self,
        host: &[u8],
        options_age: Duration,
    ) -> Result<bool, Closed> {
        let mut hosts = self.hosts.lock().await;
        if let Some((at, known)) = hosts.as_ref()
            && at.elapsed() < HOSTS
        {
            return Ok(known.iter().any(|name| name == host));
        }
        let site = self.open().await?;
        let unreachable =
            |error: db::DbError| Closed(format!("{}: {error}", self.path().display()));
        let snapshot = match site.db.cached_snapshot(options_age, false) {
            Some(snapshot) => snapshot,
            None => {
                let mut conn = site.db.conn().await.map_err(unreachable)?;
                site.db
                    .snapshot(&mut conn, options_age, false)
                    .await
                    .map_err(unreachable)?
            }
        };
        let known = vec![
            url_host(&snapshot.blog.home),
            url_host(&snapshot.blog.siteurl),
        ];
        let answers = known.iter().any(|name| name == host);
        *hosts = Some((Instant::now(), known));
        Ok(answers)
    }

    /// The open site. Opens it if need be, and anew if one of its files changed.
    pub(super) async fn open(&self) -> Result<Arc<Site>, Closed> {
        if let Some(ready) = self.ready() {
            return ready;
        }
        let _one_at_a_time = self.opening.lock().await;
        // Another may have done it while this one waited.
        if let Some(ready) = self.ready() {
            return ready;
        }
        let settings = self.settings.clone();
        let described = tokio::task::spawn_blocking(move || {
            let description = describe::describe(&settings)?;
            let files = description.files.iter().cloned().map(Stamp::of).collect();
            Ok::<(Description, Vec<Stamp>), describe::DescribeError>((description, files))
        })
        .await;
        let now = Instant::now();
        let (description, files) = match described {
            Ok(Ok(described)) => described,
            Ok(Err(error)) => return self.failed(&error.to_string(), now),
            Err(_) => return self.failed("reading its files was cut short", now),
        };
        for note in &description.notes {
            tracing::info!(site = %self.path().display(), "{note}");
        }
        let constants = Arc::new(description.constants);
        let hints = self.settings.post_types.iter().map(Into::into).collect();
        let db = Db::with_types(Arc::clone(&constants), self.database, hints);
        let site = Arc::new(Site {
            path: self.settings.path.clone(),
            claims: Claims::new(db.clone()),
            records: Records::new(COLUMNS),
            languages: Languages::new(
                self.settings.path.clone(),
                constants.language.clone(),
                constants.version,
            ),
            db,
            constants,
            notes: description.notes,
        });
        *self.state() = State::Open {
            site: Arc::clone(&site),
            files,
            looked: now,
        };
        Ok(site)
    }

    /// What is known without opening anything. `None` if it must be opened.
    fn ready(&self) -> Option<Result<Arc<Site>, Closed>> {
        let mut state = self.state();
        match &mut *state {
            State::Closed => None,
            State::Failed { at, .. } if at.elapsed() >= RETRY => None,
            State::Failed { error, .. } => Some(Err(error.clone())),
            State::Open {
                site,
                files,
                looked,
            } => {
                if looked.elapsed() >= LOOK {
                    if !files.iter().all(Stamp::is_current) {
                        return None;
                    }
                    *looked = Instant::now();
                }
                Some(Ok(Arc::clone(site)))
            }
        }
    }

    /// A site that was open stays as it was: half-written files are what an upgrade looks like.
    fn failed(&self, error: &str, now: Instant) -> Result<Arc<Site>, Closed> {
        let mut state = self.state();
        if let State::Open { site, looked, .. } = &mut *state {
            *looked = now;
            tracing::warn!(site = %self.path().display(), "its changed files cannot be used: {error}");
            return Ok(Arc::clone(site));
        }
        tracing::error!(site = %self.path().display(), "cannot be opened: {error}");
        let error = Closed(error.to_owned());
        *state = State::Failed {
            error: error.clone(),
            at: now,
        };
        Err(error)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
