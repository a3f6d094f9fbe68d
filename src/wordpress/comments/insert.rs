//! `wp_insert_comment()` and `wp_update_comment_count_now()`, wp-includes/comment.php: the SQL, in one transaction.
//!
//! InnoDB: the post's row is locked first, so pings to one post go one by one, in this process and in any other that does
//! as we do; row and count are committed together. MyISAM knows neither locks on rows nor transactions: there, the caller's
//! claim alone keeps a ping single, and the count follows the row.
//!
//! A connection may break at any point. Before the insert that is harmless: the attempt is repeated on a new one. After it,
//! the row may or may not be there, so it is looked for before anything is answered.

use std::time::Duration;

use super::allow::{found, wp_allow_comment};
use super::{Approved, NewCommentError, Outcome, Plan, Recording, Row};
use crate::wordpress::db::{Conn, DbError};
use crate::wordpress::posts::duplicate_url;
use crate::wordpress::snapshot::Snapshot;

/// How often a transaction is tried that was a deadlock's victim, or lost its connection.
const ATTEMPTS: u32 = 4;

/// The wait before the second attempt; each further one waits twice as long.
const BACKOFF: Duration = Duration::from_millis(15);

/// A connection that is closed, not given back, if it is dropped within a transaction.
struct Session {
    conn: Option<Conn>,
    open: bool,
}

/// Where a transaction failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Nothing can have been written.
    Before,
    /// The row may have been written.
    Written,
}

/// A transaction that did not end well.
struct Failure {
    error: NewCommentError,
    stage: Stage,
}

/// Stores the planned comment, or says why not.
pub(super) async fn store(
    conn: Conn,
    site: &Snapshot,
    plan: &Plan,
    with: &Recording<'_>,
) -> Result<Outcome, NewCommentError> {
    let mut session = Session::new(conn);
    let mut attempt = 1;
    loop {
        let failure = match session.transact(site, plan, with).await {
            Ok(outcome) => return Ok(outcome),
            Err(failure) => failure,
        };
        let NewCommentError::Db(error) = failure.error else {
            return Err(failure.error);
        };
        let broken = error.is_unreachable();
        let slow = matches!(error, DbError::Slow(_));
        if broken {
            session = Session::new(with.db.conn().await?);
            if failure.stage == Stage::Written
                && let Some(outcome) = session.find(site, plan).await?
            {
                return Ok(outcome);
            }
            // What broke this connection may have broken the one with the claim.
            if let Some(claim) = with.claim
                && !claim.confirm().await
            {
                return Err(NewCommentError::ClaimLost);
            }
        }
        // A server that has just used up a statement's whole time is not asked again.
        if attempt == ATTEMPTS || slow || !(broken || error.is_retryable()) {
            return Err(error.into());
        }
        tracing::debug!(error = %error, attempt, "the transaction is tried again");
        tokio::time::sleep(BACKOFF * 2_u32.pow(attempt - 1)).await;
        attempt += 1;
    }
}

impl Session {
    fn new(conn: Conn) -> Self {
        Self {
            conn: Some(conn),
            open: false,
        }
    }

    fn conn(&mut self) -> Result<&mut Conn, DbError> {
        // Only `drop` takes the connection away: an invariant, told as an error rather than by a panic.
        self.conn
            .as_mut()
            .ok_or_else(|| DbError::Shape("no connection".to_owned()))
    }

    /// One transaction from lock to commit. On failure it is rolled back, so that the connection can be used again.
    async fn transact(
        &mut self,
        site: &Snapshot,
        plan: &Plan,
        with: &Recording<'_>,
    ) -> Result<Outcome, Failure> {
        let mut stage = Stage::Before;
        let result = self.try_transact(site, plan, with, &mut stage).await;
        match result {
            Ok(outcome) => Ok(outcome),
            Err(error) => {
                let broken = matches!(&error, NewCommentError::Db(error) if error.is_unreachable());
                // If even that fails, `open` stays and the connection is not used again.
                if !broken && let Err(error) = self.end("ROLLBACK").await {
                    tracing::debug!(error = %error, "no rollback");
                }
                Err(Failure { error, stage })
            }
        }
    }

    async fn try_transact(
        &mut self,
        site: &Snapshot,
        plan: &Plan,
        with: &Recording<'_>,
        stage: &mut Stage,
    ) -> Result<Outcome, NewCommentError> {
        self.begin(site, plan.post_id).await?;
        let conn = self.conn()?;
        let registered = duplicate_url(conn, site, plan.post_id, &plan.looked_up).await;
        if found(registered.map(|there| there.then_some(())))? {
            return Err(NewCommentError::Registered);
        }
        let flood = with.flood.then_some(with.now);
        for attempt in &plan.attempts {
            wp_allow_comment(conn, site, plan, attempt.duplicate_of.as_ref(), flood).await?;
            let Some(row) = &attempt.row else { continue };
            *stage = Stage::Written;
            let id = wp_insert_comment(conn, site, plan, row).await?;
            if row.approved == Approved::Yes {
                wp_update_comment_count_now(conn, site, row.post_id).await?;
            }
            self.end("COMMIT").await?;
            return Ok(Outcome::Stored {
                id,
                approved: row.approved,
            });
        }
        self.end("ROLLBACK").await?;
        Ok(Outcome::Lost)
    }

    async fn begin(&mut self, site: &Snapshot, post_id: u64) -> Result<(), DbError> {
        self.open = true;
        let conn = self.conn()?;
        conn.query_drop("START TRANSACTION").await?;
        // Not the first plain read: what comes after it sees all that the lock's last holder has committed.
        let sql = format!(
            "SELECT ID FROM {} WHERE ID = ? FOR UPDATE",
            site.tables.posts
        );
        conn.exec_first::<(u64,), _, _>(sql, (post_id,)).await?;
        Ok(())
    }

    async fn end(&mut self, statement: &str) -> Result<(), DbError> {
        self.conn()?.query_drop(statement).await?;
        self.open = false;
        Ok(())
    }

    /// After a connection broke with the row perhaps written: is it there? Locks the post's row first, which waits for
    /// the server to be done with the broken connection's transaction. With MyISAM the row may be there without its
    /// count, so that is done again.
    async fn find(&mut self, site: &Snapshot, plan: &Plan) -> Result<Option<Outcome>, DbError> {
        let Some(row) = plan
            .attempts
            .iter()
            .find_map(|attempt| attempt.row.as_ref())
        else {
            return Ok(None);
        };
        self.begin(site, plan.post_id).await?;
        let conn = self.conn()?;
        let sql = format!(
            "SELECT comment_ID FROM {} WHERE comment_post_ID = ? AND comment_date_gmt = ? AND \
             comment_type = ? AND comment_author_IP = ? AND comment_author_url = ? AND \
             comment_author = ? AND comment_content = ? ORDER BY comment_ID DESC LIMIT 1",
            site.tables.comments
        );
        let values: Vec<mysql_async::Value> = vec![
            row.post_id.into(),
            plan.date_gmt.as_str().into(),
            row.kind.as_str().into(),
            row.ip.as_slice().into(),
            row.author_url.as_slice().into(),
            row.author.as_slice().into(),
            row.content.as_slice().into(),
        ];
        let found: Option<(u64,)> = conn.exec_first(sql, values).await?;
        if found.is_some() && row.approved == Approved::Yes {
            wp_update_comment_count_now(conn, site, row.post_id).await?;
        }
        self.end("COMMIT").await?;
        Ok(found.map(|(id,)| Outcome::Stored {
            id,
            approved: row.approved,
        }))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if self.open
            && let Some(conn) = self.conn.take()
        {
            conn.discard();
        }
    }
}

/// Port of `wp_insert_comment()`, wp-includes/comment.php: the row, its columns in WordPress's order. The new
/// `comment_ID`. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// DIFFERS: where the server refuses the row (a full disk, a missing privilege, a column nobody knows), WordPress reports
/// success; here it is an error.
async fn wp_insert_comment(
    conn: &mut Conn,
    site: &Snapshot,
    plan: &Plan,
    row: &Row,
) -> Result<u64, DbError> {
    let sql = format!(
        "INSERT INTO {} (`comment_post_ID`, `comment_author_IP`, `comment_author`, \
         `comment_author_email`, `comment_author_url`, `comment_date`, `comment_date_gmt`, \
         `comment_content`, `comment_karma`, `comment_approved`, `comment_agent`, `comment_type`, \
         `comment_parent`, `user_id`) VALUES (?, ?, ?, '', ?, ?, ?, ?, 0, ?, ?, ?, 0, 0)",
        site.tables.comments
    );
    let values: Vec<mysql_async::Value> = vec![
        row.post_id.into(),
        row.ip.as_slice().into(),
        row.author.as_slice().into(),
        row.author_url.as_slice().into(),
        plan.date.as_str().into(),
        plan.date_gmt.as_str().into(),
        row.content.as_slice().into(),
        row.approved.as_str().into(),
        row.agent.as_slice().into(),
        row.kind.as_str().into(),
    ];
    conn.exec_drop(sql, values).await?;
    conn.last_insert_id()
        .ok_or_else(|| DbError::Shape("comments without AUTO_INCREMENT".to_owned()))
}

/// Port of `wp_update_comment_count_now()`, wp-includes/comment.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// WordPress counts, then writes what it counted. In one statement InnoDB counts with locks, so a comment that another
/// connection commits meanwhile is not overlooked.
async fn wp_update_comment_count_now(
    conn: &mut Conn,
    site: &Snapshot,
    post_id: u64,
) -> Result<(), DbError> {
    let but_notes = if site.blog.version.counts_without_notes() {
        " AND comment_type != 'note'"
    } else {
        ""
    };
    let sql = format!(
        "UPDATE {} SET `comment_count` = (SELECT COUNT(*) FROM {} WHERE comment_post_ID = ? AND \
         comment_approved = '1'{but_notes}) WHERE `ID` = ?",
        site.tables.posts, site.tables.comments
    );
    conn.exec_drop(sql, (post_id, post_id)).await
}
