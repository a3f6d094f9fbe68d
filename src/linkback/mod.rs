//! What pingbacks and trackbacks share: the surroundings of one ping, its turn among its likes, and the ways it can end.

pub mod gates;
pub mod turns;

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use crate::config::{Flood, Settings};
use crate::limits::Limit;
use crate::refusal::Refusal;
use crate::reply::Verdict;
use crate::request::Request;
use crate::sites::Site;
use crate::verify::{self, Sender, Verifier};
use crate::wordpress::claims::{Claim, ClaimError};
use crate::wordpress::comments::{
    Approved, NewComment, NewCommentError, Outcome, Recording, wp_new_comment,
};
use crate::wordpress::db::{Conn, DbError};
use crate::wordpress::die::Death;
use crate::wordpress::posts::duplicate_url;
use crate::wordpress::snapshot::Snapshot;
use crate::xmlrpc;

use gates::Gates;
use turns::{Likeness, Turn};

/// Everything one request has at hand.
#[derive(Debug)]
pub struct Desk<'a> {
    /// The site it is for.
    pub site: Arc<Site>,
    /// The site as this request sees it.
    pub snapshot: Snapshot,
    /// The request.
    pub request: &'a Request,
    /// When it came in.
    pub started: Instant,
    /// The time it is handled at: one clock for all steps.
    pub now: Timestamp,
    /// The only way to talk to strangers.
    pub verifier: &'a Verifier,
    /// Our own admission.
    pub gates: &'a Gates,
    /// What the operator wants.
    pub settings: &'a Settings,
    home_url: Vec<u8>,
}

impl<'a> Desk<'a> {
    /// The surroundings of one request to `site`.
    ///
    /// # Errors
    /// [`Stop::Db`] if the site's options cannot be read.
    pub async fn new(
        site: Arc<Site>,
        request: &'a Request,
        started: Instant,
        verifier: &'a Verifier,
        gates: &'a Gates,
        settings: &'a Settings,
    ) -> Result<Self, Stop> {
        let max_age = settings.options.max_age;
        let tls = request.tls || site.constants.forces_https;
        let mut snapshot = match site.db.cached_snapshot(max_age, tls) {
            Some(snapshot) => snapshot,
            None => {
                let mut conn = site.db.conn().await?;
                site.db.snapshot(&mut conn, max_age, tls).await?
            }
        };
        snapshot.blog.l10n = site
            .languages
            .translations(&snapshot.options, max_age)
            .await;
        let home_url = snapshot.blog.home_url(b"");
        let now = Timestamp::now();
        Ok(Self {
            site,
            snapshot,
            request,
            started,
            now,
            verifier,
            gates,
            settings,
            home_url,
        })
    }

    /// A database connection, to be given back before anything slow is waited for.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn conn(&self) -> Result<Conn, Stop> {
        Ok(self.site.db.conn().await?)
    }

    /// On whose behalf sources are fetched.
    pub fn sender(&self) -> Sender<'_> {
        Sender {
            version: self.snapshot.blog.version,
            home_url: &self.home_url,
            ip: self.request.remote_addr.as_bytes(),
        }
    }

    /// What the source's URL is judged against.
    pub fn source_site(&self) -> verify::Site<'_> {
        verify::Site {
            version: self.snapshot.blog.version,
            home: &self.snapshot.blog.home,
            network_hosts: &[],
        }
    }

    /// What one multicall may cost.
    pub fn xmlrpc_limits(&self) -> xmlrpc::Limits {
        let limits = &self.settings.limits;
        if limits.enabled {
            xmlrpc::Limits {
                pings: limits.multicall_pingbacks,
                ..xmlrpc::Limits::default()
            }
        } else {
            xmlrpc::Limits {
                calls: usize::MAX,
                pings: usize::MAX,
                lookups: usize::MAX,
            }
        }
    }

    /// Does `work` unless a copy of this ping is doing it or has just done it, and then shares that one's end. A copy of
    /// what was stored is registered already.
    ///
    /// # Errors
    /// However the work ends early; [`Limit::Waiting`] if there is no room.
    pub async fn in_turn<T>(
        &self,
        likeness: Likeness,
        work: impl Future<Output = Result<T, Stop>>,
    ) -> Result<T, Stop> {
        match self.gates.turns.turn(likeness, self.started).await? {
            Turn::Followed(Ok(())) => Err(Refusal::AlreadyRegistered.into()),
            Turn::Followed(Err(stop)) => Err(stop),
            Turn::Lead(lead) => {
                let result = work.await;
                lead.finish(result.as_ref().map(|_| ()).map_err(Stop::clone));
                result
            }
        }
    }

    /// Claims a ping: from now on nobody else verifies or records it. Whoever had the claim before may have recorded
    /// it, so the post's comments are asked once more.
    ///
    /// # Errors
    /// [`Refusal::AlreadyRegistered`]; [`Limit::Waiting`] if somebody else has the claim for too long; the database.
    pub async fn claim(&self, post_id: u64, source: &[u8]) -> Result<Claim, Stop> {
        // Whoever has it is done with fetch and record by then, or stuck.
        let deadline = tokio::time::Instant::now() + self.settings.verify.deadline * 2;
        let claim = self.site.claims.claim(post_id, source, deadline).await?;
        let mut conn = self.conn().await?;
        if duplicate_url(&mut conn, &self.snapshot, post_id, source).await? {
            return Err(Refusal::AlreadyRegistered.into());
        }
        Ok(claim)
    }

    /// How comments of this site are recorded.
    pub fn recording(&self) -> Recording<'_> {
        Recording {
            db: &self.site.db,
            records: &self.site.records,
            flood: self.settings.limits.flood == Flood::Wordpress,
            claim: None,
            approved: None,
            now: Timestamp::now(),
        }
    }

    /// Records a comment under its claim. `approved` overrules what moderation would say.
    ///
    /// # Errors
    /// However wp_new_comment() ends early.
    pub async fn record(
        &self,
        comment: NewComment,
        claim: &Claim,
        approved: Option<Approved>,
    ) -> Result<Outcome, Stop> {
        let with = Recording {
            claim: Some(claim),
            approved,
            ..self.recording()
        };
        let conn = self.conn().await?;
        Ok(wp_new_comment(conn, &self.snapshot, comment, &with).await?)
    }
}

/// How a ping ends early.
#[derive(Clone, Debug)]
pub enum Stop {
    /// It is refused, in WordPress's words.
    Refused(Refusal),
    /// `wp_die()`: the request as a whole ends.
    Died(Death),
    /// Our own limits.
    Limited(Limit),
    /// PHP would end in a fatal error.
    Critical,
    /// The database failed.
    Db(Arc<DbError>),
}

impl Stop {
    /// What the log says.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Refused(refusal) => Verdict::Refused(*refusal),
            Self::Died(death) => death.verdict,
            Self::Limited(limit) => Verdict::Limited(*limit),
            Self::Critical => Verdict::Critical,
            Self::Db(_) => Verdict::Unavailable,
        }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Db(error) => error.fmt(f),
            Self::Died(death) => write!(f, "{}: {}", death.verdict.label(), death.message.text()),
            other => f.write_str(other.verdict().label()),
        }
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Limit> for Stop {
    fn from(limit: Limit) -> Self {
        Self::Limited(limit)
    }
}

impl From<DbError> for Stop {
    fn from(error: DbError) -> Self {
        Self::Db(Arc::new(error))
    }
}

impl From<NewCommentError> for Stop {
    fn from(error: NewCommentError) -> Self {
        match error {
            NewCommentError::Registered => Self::Refused(Refusal::AlreadyRegistered),
            NewCommentError::ClaimLost => Self::Limited(Limit::Waiting),
            NewCommentError::Duplicate => Self::Died(Death::DUPLICATE),
            NewCommentError::Flood => Self::Died(Death::FLOOD),
            NewCommentError::Db(error) => error.into(),
        }
    }
}

impl From<ClaimError> for Stop {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::Busy => Self::Limited(Limit::Waiting),
            ClaimError::Db(error) => error.into(),
        }
    }
}
