//! How a ping becomes a comment: port of `wp_new_comment()`, wp-includes/comment.php, for what the two ping protocols
//! hand it. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
//!
//! Two halves. First, without holding anything: the chains of [`filter`], the decisions of [`moderation`], the fit
//! into the [`columns`]. They cost time and depend on the ping and the options alone, so they are done ahead for every
//! attempt WordPress would make ([`Plan`]). Then, short and in one transaction ([`insert`]): lock the post's row, ask
//! for duplicates and floods ([`allow`]), insert, count, commit. Because the post's row is locked first, two pings to one
//! post cannot both find no duplicate, whoever runs them.
//!
//! NOT PORTED: users, e-mail addresses, parents and comment meta, which pings never have; hooks and object caches.

pub mod allow;
pub mod columns;
pub mod filter;
pub mod insert;
pub mod moderation;

use std::time::Duration;

use jiff::Timestamp;

use self::columns::{Columns, ColumnsCache, Field};
use self::moderation::{wp_check_comment_data, wp_check_comment_disallowed_list};
use super::claims::Claim;
use super::db::{Conn, Db, DbError};
use super::snapshot::Snapshot;
use super::time::{SiteZone, mysql_gmt};
use crate::php::string::stripslashes;

/// Bytes of the slashed User-Agent that `wp_new_comment()` keeps.
const AGENT_BYTES: usize = 254;

/// Which protocol a ping came by: `comment_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `pingback`
    Pingback,
    /// `trackback`
    Trackback,
}

impl Kind {
    /// As the column has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pingback => "pingback",
            Self::Trackback => "trackback",
        }
    }
}

/// What a ping hands to `wp_new_comment()`. All texts are bytes, **slashed** the way WordPress has them there.
#[derive(Clone, Debug)]
pub struct NewComment {
    /// The post.
    pub post_id: u64,
    /// `comment_author`. A pingback's title comes *unslashed*, by an accident of `pingback_ping()`.
    pub author: Vec<u8>,
    /// `comment_author_url`
    pub author_url: Vec<u8>,
    /// `comment_content`. A pingback's comes *unslashed*, as its title.
    pub content: Vec<u8>,
    /// `comment_type`
    pub kind: Kind,
    /// The client's address, `REMOTE_ADDR`.
    pub ip: Vec<u8>,
    /// The request's User-Agent, slashed as `wp_magic_quotes()` leaves it in `$_SERVER`; empty if it sent none.
    pub agent: Vec<u8>,
    /// The URL as the caller looked it up among the post's comments before ([`super::posts::duplicate_url`]). It is
    /// looked up again under the lock, since another ping may have come between.
    pub looked_up: Vec<u8>,
}

/// What stays the same from ping to ping of one site.
#[derive(Debug)]
pub struct Records {
    columns: ColumnsCache,
    /// With flood control on, pings of a site go one by one: what one of them stores decides about the next.
    one_by_one: tokio::sync::Mutex<()>,
}

impl Records {
    /// Nothing is read yet. Column definitions are read again when they are older than `max_age`.
    pub fn new(max_age: Duration) -> Self {
        Self {
            columns: ColumnsCache::new(max_age),
            one_by_one: tokio::sync::Mutex::new(()),
        }
    }
}

/// How one comment is to be recorded.
#[derive(Clone, Copy, Debug)]
pub struct Recording<'a> {
    /// Where new connections come from, should one be lost.
    pub db: &'a Db,
    /// The site's own.
    pub records: &'a Records,
    /// Whether `wp_check_comment_flood()` is asked.
    pub flood: bool,
    /// The claim on (site, post, source) that the caller holds: seen to be still held right before the insert.
    pub claim: Option<&'a Claim>,
    /// What `comment_approved` is to be, whatever moderation would say.
    pub approved: Option<Approved>,
    /// Now.
    pub now: Timestamp,
}

/// What became of a comment that nobody objected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The row is there and committed.
    Stored {
        /// `comment_ID`
        id: u64,
        /// `comment_approved`
        approved: Approved,
    },
    /// `wp_new_comment()` returned false: nothing was stored, and neither protocol tells its caller.
    Lost,
}

/// `comment_approved`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Approved {
    /// Visible, and counted in `comment_count`.
    Yes,
    /// Held for moderation.
    No,
    /// A disallowed word, where `EMPTY_TRASH_DAYS` is 0.
    Spam,
    /// A disallowed word.
    Trash,
}

impl Approved {
    /// As the column has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "1",
            Self::No => "0",
            Self::Spam => "spam",
            Self::Trash => "trash",
        }
    }
}

/// Why a comment was not recorded, other than in silence.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NewCommentError {
    /// A comment with the looked-up URL has appeared on the post since the caller looked: the pingback's fault 48, the
    /// trackback's error.
    #[error("a comment with this URL is there already")]
    Registered,
    /// `wp_die( …, 409 )`: author and content are on the post already.
    #[error("duplicate comment")]
    Duplicate,
    /// `wp_die( …, 429 )`
    #[error("comments come too quickly")]
    Flood,
    /// Somebody else holds the claim by now: it was lost with its connection and could not be had again.
    #[error("the claim on this ping was lost")]
    ClaimLost,
    /// The database failed. Whether the row is there was looked up if there was any doubt: it is not, unless the
    /// database could not be asked even that.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Port of `wp_new_comment()`, wp-includes/comment.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// Takes the connection by value: if this future is dropped half-way, the connection is closed, not given back with a
/// transaction open. Let it run in a task of its own, so that a client that hangs up does not undo its ping.
///
/// # Errors
/// See [`NewCommentError`]. Nothing is stored then.
pub async fn wp_new_comment(
    mut conn: Conn,
    site: &Snapshot,
    comment: NewComment,
    with: &Recording<'_>,
) -> Result<Outcome, NewCommentError> {
    let columns = with
        .records
        .columns
        .get(&mut conn, &site.tables.comments)
        .await?;
    let mut plan = Plan::make(&mut conn, site, &columns, comment, with.now).await?;
    plan.overrule(with.approved);
    let _turn = if with.flood {
        Some(with.records.one_by_one.lock().await)
    } else {
        None
    };
    if let Some(claim) = with.claim
        && !claim.confirm().await
    {
        return Err(NewCommentError::ClaimLost);
    }
    insert::store(conn, site, &plan, with).await
}

/// What [`wp_new_comment`] would do.
#[derive(Debug)]
pub struct Foreseen {
    /// The row's columns and values, unslashed; `None` where WordPress would store nothing and say nothing.
    pub row: Option<Vec<(&'static str, Vec<u8>)>>,
    /// `comment_approved`
    pub approved: Approved,
    /// Why [`wp_new_comment`] would not store it now: a duplicate or a flood.
    pub objection: Option<NewCommentError>,
}

/// As [`wp_new_comment`], without writing or locking anything, and on past duplicates and floods.
///
/// # Errors
/// The database failed.
pub async fn foresee(
    mut conn: Conn,
    site: &Snapshot,
    comment: NewComment,
    with: &Recording<'_>,
) -> Result<Foreseen, DbError> {
    let comments = &site.tables.comments;
    let columns = with.records.columns.get(&mut conn, comments).await?;
    let mut plan = Plan::make(&mut conn, site, &columns, comment, with.now).await?;
    plan.overrule(with.approved);
    let flood = with.flood.then_some(with.now);
    let mut foreseen = Foreseen {
        row: None,
        approved: Approved::No,
        objection: None,
    };
    for attempt in &plan.attempts {
        let duplicate = attempt.duplicate_of.as_ref();
        match allow::wp_allow_comment(&mut conn, site, &plan, duplicate, flood).await {
            Ok(()) => {}
            Err(NewCommentError::Db(error)) => return Err(error),
            Err(objection) => foreseen.objection = foreseen.objection.or(Some(objection)),
        }
        if let Some(row) = &attempt.row {
            foreseen.approved = row.approved;
            foreseen.row = Some(row.columns(&plan));
            break;
        }
    }
    Ok(foreseen)
}

/// A comment on its way: `$commentdata`. Texts are slashed.
#[derive(Clone, Debug)]
pub(crate) struct CommentData {
    pub(crate) post_id: u64,
    pub(crate) author: Vec<u8>,
    pub(crate) author_url: Vec<u8>,
    pub(crate) content: Vec<u8>,
    pub(crate) kind: Kind,
    pub(crate) ip: Vec<u8>,
    pub(crate) agent: Vec<u8>,
}

/// A row as it is sent to the database: unslashed, and fit for its columns.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) post_id: u64,
    pub(crate) author: Vec<u8>,
    pub(crate) author_url: Vec<u8>,
    pub(crate) content: Vec<u8>,
    pub(crate) kind: Kind,
    pub(crate) ip: Vec<u8>,
    pub(crate) agent: Vec<u8>,
    pub(crate) approved: Approved,
}

/// One attempt: what `wp_allow_comment()` compares, then the row, unless `wpdb` would refuse it.
#[derive(Debug)]
pub(crate) struct Attempt {
    /// `None` if wpdb would refuse to send the query, which then finds nothing.
    pub(crate) duplicate_of: Option<allow::Duplicate>,
    pub(crate) row: Option<Row>,
}

/// Everything that is known before the database is locked.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) post_id: u64,
    pub(crate) looked_up: Vec<u8>,
    /// Reduced as `wp_new_comment()` reduces it.
    pub(crate) ip: Vec<u8>,
    /// `comment_date`, site time
    pub(crate) date: String,
    /// `comment_date_gmt`
    pub(crate) date_gmt: String,
    /// One, or two if the first has no row.
    pub(crate) attempts: Vec<Attempt>,
}

impl Plan {
    fn overrule(&mut self, approved: Option<Approved>) {
        let rows = self.attempts.iter_mut().filter_map(|at| at.row.as_mut());
        if let Some(approved) = approved {
            rows.for_each(|row| row.approved = approved);
        }
    }

    async fn make(
        conn: &mut Conn,
        site: &Snapshot,
        columns: &Columns,
        comment: NewComment,
        now: Timestamp,
    ) -> Result<Self, DbError> {
        let looked_up = comment.looked_up;
        let mut agent = comment.agent;
        agent.truncate(AGENT_BYTES);
        let raw = CommentData {
            post_id: comment.post_id,
            author: comment.author,
            author_url: comment.author_url,
            content: comment.content,
            kind: comment.kind,
            ip: allowed_ip(&comment.ip),
            agent,
        };
        let mut plan = Self {
            post_id: raw.post_id,
            looked_up,
            ip: raw.ip.clone(),
            date: SiteZone::of(&site.options).mysql(now),
            date_gmt: mysql_gmt(now),
            attempts: Vec::with_capacity(2),
        };

        let mut filtered = filter::wp_filter_comment(&site.blog, &raw);
        let (compared, approved) = if site.blog.version.allows_comments_before_filtering() {
            // wp_allow_comment() decides on the raw data, but of that only trash and spam stand after filtering, and
            // those come from the disallowed words alone.
            let approved = match wp_check_comment_disallowed_list(site, &raw) {
                Some(disallowed) => disallowed,
                None => wp_check_comment_data(conn, site, &filtered).await?,
            };
            (&raw, approved)
        } else {
            let approved = wp_check_comment_data(conn, site, &filtered).await?;
            (&filtered, approved)
        };
        let duplicate_of = allow::Duplicate::of(conn, columns, compared).await?;
        let row = Row::of(conn, columns, &filtered, approved).await?;
        let refused = row.is_none();
        plan.attempts.push(Attempt { duplicate_of, row });

        if refused {
            // The agent and the address are not mended, so an agent that does not fit loses the comment.
            for (field, text) in [
                (Field::Author, &mut filtered.author),
                (Field::AuthorUrl, &mut filtered.author_url),
                (Field::Content, &mut filtered.content),
            ] {
                // QUIRK: what is cut to the column's size here is still slashed, so every quote counts twice.
                *text = columns.strip_invalid_text(conn, field, text).await?;
            }
            let again = filter::wp_filter_comment(&site.blog, &filtered);
            let approved = wp_check_comment_data(conn, site, &again).await?;
            let duplicate_of = allow::Duplicate::of(conn, columns, &again).await?;
            let row = Row::of(conn, columns, &again, approved).await?;
            plan.attempts.push(Attempt { duplicate_of, row });
        }
        Ok(plan)
    }
}

impl Row {
    /// Names and values as they would be inserted, those that never vary left out.
    fn columns(&self, plan: &Plan) -> Vec<(&'static str, Vec<u8>)> {
        vec![
            ("comment_post_ID", self.post_id.to_string().into_bytes()),
            ("comment_author_IP", self.ip.clone()),
            ("comment_author", self.author.clone()),
            ("comment_author_url", self.author_url.clone()),
            ("comment_date", plan.date.clone().into_bytes()),
            ("comment_date_gmt", plan.date_gmt.clone().into_bytes()),
            ("comment_content", self.content.clone()),
            ("comment_approved", self.approved.as_str().into()),
            ("comment_agent", self.agent.clone()),
            ("comment_type", self.kind.as_str().into()),
        ]
    }

    /// The row of `wp_insert_comment()`; `None` if `wpdb::process_fields()` refuses one of its values.
    async fn of(
        conn: &mut Conn,
        columns: &Columns,
        data: &CommentData,
        approved: Approved,
    ) -> Result<Option<Self>, DbError> {
        let row = Self {
            post_id: data.post_id,
            author: stripslashes(&data.author),
            author_url: stripslashes(&data.author_url),
            content: stripslashes(&data.content),
            kind: data.kind,
            ip: stripslashes(&data.ip),
            agent: stripslashes(&data.agent),
            approved,
        };
        for (field, text) in [
            (Field::AuthorIp, &row.ip),
            (Field::Author, &row.author),
            (Field::AuthorUrl, &row.author_url),
            (Field::Content, &row.content),
            (Field::Approved, &row.approved.as_str().into()),
            (Field::Agent, &row.agent),
            (Field::Type, &row.kind.as_str().into()),
        ] {
            if columns.strip_invalid_text(conn, field, text).await? != *text {
                tracing::debug!(
                    comment.field = field.name(),
                    "a value does not fit its column"
                );
                return Ok(None);
            }
        }
        Ok(Some(row))
    }
}

/// What `wp_new_comment()` keeps of an address: `[^0-9a-fA-F:., ]` goes.
fn allowed_ip(ip: &[u8]) -> Vec<u8> {
    ip.iter()
        .copied()
        .filter(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.' | b',' | b' '))
        .collect()
}
