//! The headers that go out before anything is answered: `WP::send_headers()`.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use md5::{Digest, Md5};

use super::{MainRequest, Ran};
use crate::php::array::{PhpArray, PhpValue};
use crate::php::string::{str_truthy, strpos, trim};
use crate::wordpress::db::{Conn, DbError};
use crate::wordpress::die::nocache_headers;
use crate::wordpress::posts::{Post, pings_open};
use crate::wordpress::query::{is_truthy, scalar};
use crate::wordpress::snapshot::Snapshot;
use crate::wordpress::time::unix_time;

/// PHP's own type, where WordPress sets none.
const PHP_TYPE: &[u8] = b"text/html; charset=UTF-8";

/// Port of `WP::send_headers()`, wp-includes/class-wp.php, for nobody: status, headers and type of `ran`, and whether that
/// is the end. `post` is `$wp_query->post` of a singular query. `now` in seconds since 1970. Checked: 6.1.9, 6.6.7, 6.9.7,
/// 7.1.
pub(super) async fn send_headers(
    conn: &mut Conn,
    snapshot: &Snapshot,
    request: &MainRequest<'_>,
    vars: &PhpArray,
    ran: &mut Ran,
    post: Option<&Post>,
) -> Result<(), DbError> {
    let version = snapshot.blog.version;
    let html = with_charset(snapshot, snapshot.options.text("html_type"));
    if is_truthy(request.get, "unapproved") && is_truthy(request.get, "moderation-hash") {
        ran.set("Expires", http_date(request.now + 600).into_bytes());
        ran.set("Cache-Control", b"max-age=600, must-revalidate".to_vec());
    }
    ran.content_type = PHP_TYPE.to_vec();
    if is_truthy(vars, "error") {
        if send_error(ran, vars) {
            for (name, value) in nocache_headers(version) {
                ran.set(name, value);
            }
            ran.content_type = html;
        }
    } else if let Some(feed) = scalar(vars, "feed").filter(|feed| str_truthy(feed)) {
        ran.content_type = with_charset(snapshot, feed_content_type(&feed));
        let modified = last_modified(conn, snapshot, vars, &feed).await?;
        let text = format!("{} GMT", http_date(modified.unwrap_or(request.now)));
        let etag = format!("\"{}\"", hex(&Md5::digest(&text)));
        if is_unchanged(request, modified.unwrap_or(request.now), &etag) {
            ran.status = 304;
            ran.exits = true;
        }
        ran.set("Last-Modified", text.into_bytes());
        ran.set("ETag", etag.into_bytes());
    } else {
        ran.content_type = html;
    }
    if let Some(post) = post {
        if pings_open(snapshot, post, request.now) {
            ran.set("X-Pingback", snapshot.blog.site_url(b"xmlrpc.php"));
        }
        if version.keeps_protected_posts_from_caches() && str_truthy(&post.password) {
            for (name, value) in nocache_headers(version) {
                ran.set(name, value);
            }
        }
    }
    Ok(())
}

fn with_charset(snapshot: &Snapshot, kind: &[u8]) -> Vec<u8> {
    [kind, b"; charset=", snapshot.blog.charset.as_slice()].concat()
}

/// Port of `feed_content_type()`, wp-includes/feed.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
fn feed_content_type(feed: &[u8]) -> &'static [u8] {
    match feed {
        b"feed" | b"rss" | b"rss2" => b"application/rss+xml",
        b"rss-http" => b"text/xml",
        b"atom" => b"application/atom+xml",
        b"rdf" => b"application/rdf+xml",
        _ => b"application/octet-stream",
    }
}

/// When a feed last changed, in seconds since 1970; `None` where there is nothing.
async fn last_modified(
    conn: &mut Conn,
    snapshot: &Snapshot,
    vars: &PhpArray,
    feed: &[u8],
) -> Result<Option<i64>, DbError> {
    let post = get_lastpostmodified(conn, snapshot).await?;
    let of_one = [
        "p",
        "name",
        "page_id",
        "pagename",
        "attachment",
        "attachment_id",
    ]
    .iter()
    .any(|name| is_truthy(vars, name));
    let with_comments = is_truthy(vars, "withcomments")
        || strpos(feed, b"comments-").is_some()
        || (!is_truthy(vars, "withoutcomments") && of_one);
    if !with_comments {
        return Ok(post);
    }
    let sql = format!(
        "SELECT CAST(comment_date_gmt AS CHAR) FROM {} WHERE comment_approved = '1' \
         ORDER BY comment_date_gmt DESC LIMIT 1",
        snapshot.tables.comments
    );
    let comment: Option<(Vec<u8>,)> = conn.exec_first(sql, ()).await?;
    let comment = comment.and_then(|(date,)| unix_time(&date));
    // Without either, the comment's is taken, which is none.
    Ok(if post > comment { post } else { comment })
}

/// Port of `get_lastpostmodified( 'GMT' )`, wp-includes/post.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
async fn get_lastpostmodified(
    conn: &mut Conn,
    snapshot: &Snapshot,
) -> Result<Option<i64>, DbError> {
    let types: Vec<mysql_async::Value> = snapshot
        .types
        .public()
        .map(|name| mysql_async::Value::from(name.to_vec()))
        .collect();
    let marks = vec!["?"; types.len()].join(", ");
    let mut latest = None;
    for column in ["post_modified_gmt", "post_date_gmt"] {
        let sql = format!(
            "SELECT CAST({column} AS CHAR) FROM {} WHERE post_status = 'publish' AND post_type IN ({marks}) \
             ORDER BY {column} DESC LIMIT 1",
            snapshot.tables.posts
        );
        let row: Option<(Vec<u8>,)> = conn.exec_first(sql, types.clone()).await?;
        latest = latest.max(row.and_then(|(date,)| unix_time(&date)));
    }
    Ok(latest)
}

/// Whether the caller has it already: conditional GET, which WordPress grants to any method.
fn is_unchanged(request: &MainRequest<'_>, modified: i64, etag: &str) -> bool {
    let since = trim(request.if_modified_since);
    let has_since = str_truthy(since);
    let newer = !has_since && modified <= 0
        || strtotime(since).is_some_and(|since| has_since && since >= modified);
    let same = request.if_none_match == etag.as_bytes();
    if has_since && str_truthy(request.if_none_match) {
        newer && same
    } else {
        newer || same
    }
}

/// `strtotime()` of the dates that HTTP knows.
///
/// DIFFERS: PHP reads `yesterday` and much else. No client sends that.
fn strtotime(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    if let Ok(zoned) = jiff::fmt::rfc2822::parse(&text.replace("GMT", "+0000")) {
        return Some(zoned.timestamp().as_second());
    }
    ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
        .iter()
        .find_map(|format| {
            let time = jiff::civil::DateTime::strptime(format, text).ok()?;
            let zoned = time.to_zoned(TimeZone::UTC).ok()?;
            Some(zoned.timestamp().as_second())
        })
}

/// `gmdate( 'D, d M Y H:i:s' )`
fn http_date(seconds: i64) -> String {
    let at = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    at.strftime("%a, %d %b %Y %H:%M:%S").to_string()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The error variable; true for a 404. Only texts and numbers are cast as one expects, an array is 1.
fn send_error(ran: &mut Ran, vars: &PhpArray) -> bool {
    let error = vars.get("error").map_or(0, PhpValue::to_int);
    // status_header() sends only numbers it has words for.
    match error {
        404 => {
            ran.status = 404;
            return true;
        }
        status @ (403 | 500 | 502 | 503) => {
            ran.status = u16::try_from(status).unwrap_or(500);
            ran.exits = true;
        }
        status @ (100..=103
        | 200..=207
        | 226
        | 300..=308
        | 400..=418
        | 421..=426
        | 428
        | 429
        | 431
        | 451
        | 501
        | 504..=507
        | 510
        | 511) => {
            ran.status = u16::try_from(status).unwrap_or(ran.status);
        }
        _ => {}
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_go_both_ways() {
        let text = http_date(1_717_243_200);
        assert_eq!(text, "Sat, 01 Jun 2024 12:00:00");
        for spelt in [
            "Sat, 01 Jun 2024 12:00:00 GMT",
            "Saturday, 01-Jun-24 12:00:00 GMT",
            "Sat Jun  1 12:00:00 2024",
        ] {
            assert_eq!(strtotime(spelt.as_bytes()), Some(1_717_243_200), "{spelt}");
        }
        assert_eq!(strtotime(b"tomorrow"), None);
    }
}
