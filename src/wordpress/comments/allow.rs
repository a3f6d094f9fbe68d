//! `wp_allow_comment()`, wp-includes/comment.php: is it a duplicate, does it come too quickly.

use jiff::Timestamp;

use super::columns::Columns;
use super::{CommentData, NewCommentError, Plan};
use crate::php::string::stripslashes;
use crate::wordpress::db::{Conn, DbError};
use crate::wordpress::snapshot::Snapshot;
use crate::wordpress::time::{mysql_gmt, unix_time};

/// Seconds between two comments of `wp_throttle_comment_flood()`.
const FLOOD_SECONDS: i64 = 15;

/// How far back `wp_check_comment_flood()` looks: `HOUR_IN_SECONDS`.
const FLOOD_WINDOW: i64 = 3600;

/// What the duplicate query of `wp_allow_comment()` compares, unslashed.
#[derive(Debug)]
pub(crate) struct Duplicate {
    author: Vec<u8>,
    content: Vec<u8>,
}

impl Duplicate {
    /// `None` if wpdb would refuse to send the query, because its text is not valid in the table's charset.
    pub(crate) async fn of(
        conn: &mut Conn,
        columns: &Columns,
        data: &CommentData,
    ) -> Result<Option<Self>, DbError> {
        let it = Self {
            author: stripslashes(&data.author),
            content: stripslashes(&data.content),
        };
        // Quotes stand between the two values in WordPress's query, so each is valid or not by itself.
        let sendable = columns.query_is_valid(conn, &it.author).await?
            && columns.query_is_valid(conn, &it.content).await?;
        Ok(sendable.then_some(it))
    }
}

/// Port of `wp_allow_comment()` up to the decision about approval, which [`Plan`] holds already. The order matters: a
/// duplicate is told before a flood. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub(crate) async fn wp_allow_comment(
    conn: &mut Conn,
    site: &Snapshot,
    plan: &Plan,
    duplicate: Option<&Duplicate>,
    flood: Option<Timestamp>,
) -> Result<(), NewCommentError> {
    if let Some(duplicate) = duplicate
        && is_duplicate(conn, site, plan.post_id, duplicate).await?
    {
        return Err(NewCommentError::Duplicate);
    }
    if let Some(now) = flood
        && wp_check_comment_flood(conn, site, &plan.ip, now).await?
    {
        return Err(NewCommentError::Flood);
    }
    Ok(())
}

/// The duplicate query: any status but `trash`, any type, by the columns' collation. A ping's e-mail address is empty, so
/// it takes no part.
async fn is_duplicate(
    conn: &mut Conn,
    site: &Snapshot,
    post_id: u64,
    duplicate: &Duplicate,
) -> Result<bool, DbError> {
    let sql = format!(
        "SELECT comment_ID FROM {} WHERE comment_post_ID = ? AND comment_parent = '0' AND \
         comment_approved != 'trash' AND ( comment_author = ? ) AND comment_content = ? LIMIT 1",
        site.tables.comments
    );
    let values = (
        post_id,
        duplicate.author.as_slice(),
        duplicate.content.as_slice(),
    );
    found(conn.exec_first::<(u64,), _, _>(sql, values).await)
}

/// Whether a look-up found something. A text that has no equal in the column's charset makes the server complain of an
/// "illegal mix of collations", which WordPress takes for nothing found.
pub(crate) fn found<T>(row: Result<Option<T>, DbError>) -> Result<bool, DbError> {
    const ILLEGAL_MIX: [u16; 3] = [1267, 1270, 1271];
    match row {
        Ok(row) => Ok(row.is_some()),
        Err(error) if error.code().is_some_and(|code| ILLEGAL_MIX.contains(&code)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Port of `wp_check_comment_flood()` with `wp_throttle_comment_flood()`, wp-includes/comment.php. Checked: 6.1.9, 6.6.7,
/// 6.9.7, 7.1.
///
/// QUIRK: a ping's e-mail address is empty, and so is every other ping's: any ping of the last 15 seconds, from anywhere
/// and to any post, is a flood. So is any that lies in the future.
///
/// DIFFERS: WordPress reads both GMT dates as if they were site time, so around a change to or from summer time their
/// distance can be off by an hour. Here it is the real one.
async fn wp_check_comment_flood(
    conn: &mut Conn,
    site: &Snapshot,
    ip: &[u8],
    now: Timestamp,
) -> Result<bool, DbError> {
    let hour_ago = Timestamp::from_second(now.as_second() - FLOOD_WINDOW)
        .map_or_else(|_| mysql_gmt(now), mysql_gmt);
    // As text: a date that is no date would not fit the driver's type.
    let sql = format!(
        "SELECT CAST(`comment_date_gmt` AS CHAR) FROM {} WHERE `comment_date_gmt` >= ? AND \
         ( `comment_author_IP` = ? OR `comment_author_email` = '' ) \
         ORDER BY `comment_date_gmt` DESC LIMIT 1",
        site.tables.comments
    );
    let last: Option<(Vec<u8>,)> = conn.exec_first(sql, (hour_ago, ip)).await?;
    Ok(last
        .and_then(|(last,)| unix_time(&last))
        .is_some_and(|last| now.as_second() - last < FLOOD_SECONDS))
}
