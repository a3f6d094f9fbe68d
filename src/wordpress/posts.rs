//! Posts and the questions asked of one: wp-includes/post.php, comment-template.php, comment.php.
//!
//! Rows are read as bytes. `post_content`, which may be large, is only ever looked at by the database.

use super::db::{Conn, DbError, determine_charset};
use super::formatting::title::sanitize_title_for_query;
use super::options::Options;
use super::snapshot::Snapshot;
use super::tables::Tables;
use super::time::unix_time;
use crate::php;

/// Paths with more parts than this lead to no page. WordPress sets no limit, but the SQL grows with the parts.
const MAX_PATH_PARTS: usize = 64;

/// Fragments longer than this match no title: `post_title` holds 65,535 bytes and each byte asks for a character.
const MAX_TITLE: usize = 65_535;

/// Posts whose parents go further up than this are not followed further.
pub(super) const MAX_ANCESTORS: usize = 32;

/// A row of `wp_posts`, without its long texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// `ID`
    pub id: u64,
    /// `post_author`, a user's ID.
    pub author: u64,
    /// `post_date`: site time, `Y-m-d H:i:s`.
    pub date: Vec<u8>,
    /// `post_date_gmt`: UTC, `Y-m-d H:i:s`, all zero for drafts without a date.
    pub date_gmt: Vec<u8>,
    /// `post_title`, as stored.
    pub title: Vec<u8>,
    /// `post_status`
    pub status: Vec<u8>,
    /// `ping_status`
    pub ping_status: Vec<u8>,
    /// `post_password`, empty for none.
    pub password: Vec<u8>,
    /// `post_name`: the slug, percent-encoded in lower case.
    pub name: Vec<u8>,
    /// `post_parent`, 0 for none.
    pub parent: u64,
    /// `post_type`
    pub kind: Vec<u8>,
}

/// The columns of [`Post`], in order. Dates are read as text, so that zero dates come as WordPress sees them.
pub(super) const COLUMNS: &str = "ID, post_author, CAST(post_date AS CHAR), CAST(post_date_gmt AS CHAR), \
     post_title, post_status, ping_status, post_password, post_name, post_parent, post_type";

/// A row as the database gives it.
pub(super) type PostRow = (
    u64,
    u64,
    Vec<u8>,
    Vec<u8>,
    Vec<u8>,
    Vec<u8>,
    Vec<u8>,
    Vec<u8>,
    Vec<u8>,
    u64,
    Vec<u8>,
);

impl From<PostRow> for Post {
    fn from(row: PostRow) -> Self {
        let (id, author, date, date_gmt, title, status, ping_status, password, name, parent, kind) =
            row;
        Self {
            id,
            author,
            date,
            date_gmt,
            title,
            status,
            ping_status,
            password,
            name,
            parent,
            kind,
        }
    }
}

impl Post {
    /// Whether `post_type` is this.
    pub fn is(&self, kind: &str) -> bool {
        self.kind == kind.as_bytes()
    }
}

/// What `register_post_status()` says of the statuses WordPress makes itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// `publish`
    Public,
    /// `future`, `draft`, `pending`
    Protected,
    /// `private`
    Private,
    /// `trash`, `auto-draft`: internal and left out of searches.
    Hidden,
    /// `inherit` and the `request-` ones: internal, yet not left out of searches.
    Internal,
    /// Not registered by WordPress itself. A plugin may have, but only PHP knows.
    Unknown,
}

impl Status {
    /// Port of `get_post_status_object()`, wp-includes/post.php, over `create_initial_post_types()`. Checked: 6.1.9, 6.6.7,
    /// 6.9.7, 7.1.
    pub fn of(status: &[u8]) -> Self {
        match status {
            b"publish" => Self::Public,
            b"future" | b"draft" | b"pending" => Self::Protected,
            b"private" => Self::Private,
            b"trash" | b"auto-draft" => Self::Hidden,
            b"inherit" | b"request-pending" | b"request-confirmed" | b"request-failed"
            | b"request-completed" => Self::Internal,
            _ => Self::Unknown,
        }
    }
}

/// Port of `get_post()` for an ID, wp-includes/post.php. `None` if there is no such row. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub async fn get_post(conn: &mut Conn, tables: &Tables, id: u64) -> Result<Option<Post>, DbError> {
    if id == 0 {
        return Ok(None);
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM {} WHERE ID = ? LIMIT 1",
        tables.posts
    );
    let row: Option<PostRow> = conn.exec_first(sql, (id,)).await?;
    Ok(row.map(Post::from))
}

/// How many pages `<!--nextpage-->` cuts a post's text into: at least 1, also for a post that is not there.
pub async fn page_count(conn: &mut Conn, tables: &Tables, id: u64) -> Result<u64, DbError> {
    // REPLACE() is byte for byte in all collations; the marker has 15 bytes.
    let sql = format!(
        "SELECT CAST((LENGTH(post_content) - LENGTH(REPLACE(post_content, '<!--nextpage-->', ''))) / 15 AS UNSIGNED) \
         FROM {} WHERE ID = ?",
        tables.posts
    );
    let marks: Option<(u64,)> = conn.exec_first(sql, (id,)).await?;
    Ok(marks.map_or(1, |(marks,)| marks + 1))
}

/// Port of `get_post_status()`, wp-includes/post.php: an attachment that inherits has its parent's status, one without a
/// parent is `publish`, one whose parent is in the trash has what that had before. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub async fn get_post_status(
    conn: &mut Conn,
    tables: &Tables,
    post: &Post,
) -> Result<Vec<u8>, DbError> {
    let publish = || Ok(b"publish".to_vec());
    let mut post = post.clone();
    // PHP recurses for ever where attachments are each other's parents.
    for _ in 0..MAX_ANCESTORS {
        if !post.is("attachment") {
            return Ok(post.status);
        }
        match post.status.as_slice() {
            b"inherit" => {}
            b"private" | b"trash" | b"auto-draft" => return Ok(post.status),
            _ => return publish(),
        }
        let parent = match get_post(conn, tables, post.parent).await? {
            Some(parent) if parent.id != post.id => parent,
            _ => return publish(),
        };
        if parent.status == b"trash" {
            let sql = format!(
                "SELECT meta_value FROM {} WHERE post_id = ? AND meta_key = '_wp_trash_meta_status' \
                 ORDER BY meta_id LIMIT 1",
                tables.postmeta
            );
            let before: Option<(Option<Vec<u8>>,)> = conn.exec_first(sql, (parent.id,)).await?;
            return match before.and_then(|(status,)| status) {
                Some(status) if php::string::str_truthy(&status) => Ok(status),
                _ => publish(),
            };
        }
        post = parent;
    }
    publish()
}

/// Port of `pings_open()`, wp-includes/comment-template.php, with `_close_comments_for_old_post()`,
/// wp-includes/comment.php. `now` in seconds since 1970. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub fn pings_open(snapshot: &Snapshot, post: &Post, now: i64) -> bool {
    post.ping_status == b"open" && !closed_by_age(&snapshot.options, post, now)
}

fn closed_by_age(options: &Options, post: &Post, now: i64) -> bool {
    if !options.truthy("close_comments_for_old_posts") {
        return false;
    }
    let days = options.int("close_comments_days_old");
    if days == 0 || !post.is("post") || post.date_gmt == b"0000-00-00 00:00:00" {
        return false;
    }
    // strtotime() gives false, and so 0, for what is no date.
    let written = unix_time(&post.date_gmt).unwrap_or(0);
    now.saturating_sub(written) > days.saturating_mul(86_400)
}

/// Port of `get_page_by_path()`, wp-includes/post.php: the post of type `kind`, or the attachment, whose slug and ancestors'
/// slugs are the path's parts. Status is not looked at. `path` may be percent-encoded once. Checked: 6.1.9, 6.6.7, 6.9.7,
/// 7.1.
pub async fn get_page_by_path(
    conn: &mut Conn,
    snapshot: &Snapshot,
    path: &[u8],
    kind: &str,
) -> Result<Option<Post>, DbError> {
    let path = php::url::rawurlencode(&php::url::urldecode(path));
    let path = php::string::replace(&path, b"%2F", b"/");
    let path = php::string::replace(&path, b"%20", b" ");
    let parts: Vec<Vec<u8>> = php::string::trim_set(&path, b"/")
        .split(|byte| *byte == b'/')
        .take(MAX_PATH_PARTS + 1)
        .map(|part| sanitize_title_for_query(snapshot.blog.version, part))
        .collect();
    if parts.len() > MAX_PATH_PARTS {
        return Ok(None);
    }
    let marks = vec!["?"; parts.len()].join(",");
    let sql = format!(
        "SELECT ID, post_name, post_parent, post_type FROM {} WHERE post_name IN ({marks}) \
         AND post_type IN (?, 'attachment')",
        snapshot.tables.posts
    );
    let params: Vec<mysql_async::Value> = parts
        .iter()
        .map(|part| part.as_slice().into())
        .chain([kind.into()])
        .collect();
    let pages: Vec<PageRow> = conn.exec(sql, params).await?;
    match find_page(
        &pages,
        &parts,
        kind,
        snapshot.blog.version.compares_paths_strictly(),
    ) {
        Some(id) => get_post(conn, &snapshot.tables, id).await,
        None => Ok(None),
    }
}

/// `ID`, `post_name`, `post_parent`, `post_type`.
type PageRow = (u64, Vec<u8>, u64, Vec<u8>);

/// The loop of `get_page_by_path()`: last part first, then up through the parents.
fn find_page(pages: &[PageRow], parts: &[Vec<u8>], kind: &str, strict: bool) -> Option<u64> {
    let same = |a: &[u8], b: &[u8]| if strict { a == b } else { loosely_equal(a, b) };
    let by_id: std::collections::HashMap<u64, &PageRow> =
        pages.iter().map(|page| (page.0, page)).collect();
    let part = |count: usize| parts.iter().rev().nth(count);
    let mut found = None;
    for page in pages {
        if !part(0).is_some_and(|last| same(&page.1, last)) {
            continue;
        }
        let mut count = 0;
        let mut top = page;
        while let Some(parent) = by_id.get(&top.2).filter(|_| top.2 != 0) {
            count += 1;
            if !part(count).is_some_and(|wanted| same(&parent.1, wanted)) {
                break;
            }
            top = parent;
        }
        let whole = top.2 == 0
            && parts.len() == count + 1
            && part(count).is_some_and(|first| same(&top.1, first));
        if whole {
            found = Some(page.0);
            if page.3 == kind.as_bytes() {
                break;
            }
        }
    }
    found
}

/// PHP's `==` between strings: two numeric ones are compared as numbers.
fn loosely_equal(a: &[u8], b: &[u8]) -> bool {
    if a == b {
        return true;
    }
    php::number::is_numeric(a)
        && php::number::is_numeric(b)
        && php::number::floatval(a) == php::number::floatval(b)
}

/// The `#title` search of `pingback_ping()`, wp-includes/class-wp-xmlrpc-server.php: the first post of any type and status
/// whose title matches the fragment, in which every byte but ASCII letters and digits stands for any character. `None` if
/// none matches, and if the server finds fault with the pattern (an empty one is an error on MySQL and matches all on
/// MariaDB). Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub async fn find_by_title(
    conn: &mut Conn,
    tables: &Tables,
    fragment: &[u8],
) -> Result<Option<u64>, DbError> {
    if fragment.len() > MAX_TITLE {
        return Ok(None);
    }
    let pattern: Vec<u8> = fragment
        .iter()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                *byte
            } else {
                b'.'
            }
        })
        .collect();
    // LIMIT spares us the other rows of an unordered result, of which WordPress takes the first.
    let sql = format!(
        "SELECT ID FROM {} WHERE post_title RLIKE ? LIMIT 1",
        tables.posts
    );
    match conn.exec_first::<(u64,), _, _>(sql, (pattern,)).await {
        Ok(row) => Ok(row.map(|(id,)| id)),
        Err(DbError::Statement(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Illegal mix of collations.
const ER_CANT_AGGREGATE_2COLLATIONS: u16 = 1267;

/// Whether any comment on the post, of any type and status, has this URL: the check behind fault 48 and the trackback's
/// duplicate message. `url` is compared as it is given, by the column's collation. Source: `pingback_ping()`,
/// wp-includes/class-wp-xmlrpc-server.php; wp-trackback.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub async fn duplicate_url(
    conn: &mut Conn,
    snapshot: &Snapshot,
    post_id: u64,
    url: &[u8],
) -> Result<bool, DbError> {
    // wpdb refuses a query with text that is invalid in the table's charset, and then finds nothing. For UTF-8 that is
    // told here; the server does the same for the rest.
    if std::str::from_utf8(url).is_err() && session_is_utf8(snapshot) {
        return Ok(false);
    }
    let sql = format!(
        "SELECT 1 FROM {} WHERE comment_post_ID = ? AND comment_author_url = ? LIMIT 1",
        snapshot.tables.comments
    );
    let found: Result<Option<(i64,)>, _> = conn.exec_first(sql, (post_id, url)).await;
    match found {
        Ok(row) => Ok(row.is_some()),
        // A collation that does not go with the column's: the query fails in WordPress too, and then finds nothing.
        Err(error) if error.code() == Some(ER_CANT_AGGREGATE_2COLLATIONS) => Ok(false),
        Err(error) => Err(error),
    }
}

fn session_is_utf8(snapshot: &Snapshot) -> bool {
    let address = &snapshot.constants.database;
    determine_charset(&address.charset, &address.collate).0 == "utf8mb4"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(id: u64, name: &str, parent: u64, kind: &str) -> PageRow {
        (id, name.into(), parent, kind.into())
    }

    fn find(pages: &[PageRow], path: &str, strict: bool) -> Option<u64> {
        let parts: Vec<Vec<u8>> = path.split('/').map(|part| part.into()).collect();
        find_page(pages, &parts, "page", strict)
    }

    #[test]
    fn ancestors_must_match_up_to_the_root() {
        let pages = [
            page(1, "about", 0, "page"),
            page(2, "team", 1, "page"),
            page(3, "team", 9, "page"),
        ];
        assert_eq!(find(&pages, "about/team", true), Some(2));
        assert_eq!(find(&pages, "team", true), None);
        assert_eq!(find(&pages, "about", true), Some(1));
        assert_eq!(find(&pages, "x/about", true), None);
    }

    #[test]
    fn a_page_beats_an_attachment() {
        let pages = [page(1, "a", 0, "page"), page(2, "a", 0, "attachment")];
        assert_eq!(find(&pages, "a", true), Some(1));
        let pages = [page(2, "a", 0, "attachment"), page(1, "a", 0, "page")];
        assert_eq!(find(&pages, "a", true), Some(1));
    }

    #[test]
    fn numeric_slugs_are_loose_in_older_versions() {
        let pages = [page(1, "010", 0, "page")];
        assert_eq!(find(&pages, "10", true), None);
        assert_eq!(find(&pages, "10", false), Some(1));
    }

    #[test]
    fn parents_in_a_circle_end_the_walk() {
        let pages = [page(1, "a", 2, "page"), page(2, "a", 1, "page")];
        assert_eq!(find(&pages, "a/a/a", true), None);
    }
}
