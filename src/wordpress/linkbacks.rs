//! The pingbacks and trackbacks a post has, as the methods that list them see them.
//!
//! Source: pingback_extensions_getPingbacks() and mt_getTrackbackPings(), wp-includes/class-wp-xmlrpc-server.php.
//! Checked: 6.1.9, 6.6.7, 6.9.7, 7.1. Neither asks for the comment's status: spam and trash are listed too.

use super::db::{Conn, DbError};
use super::tables::Tables;

/// The most rows that are listed. WordPress has no bound; a reply of this many is some megabytes long already.
const MAX_LISTED: usize = 10_000;

/// The author URLs of a post's pingbacks, as stored: `&` is `&amp;`.
///
/// # Errors
/// The database failed.
pub async fn pingback_urls(
    conn: &mut Conn,
    tables: &Tables,
    post_id: u64,
) -> Result<Vec<Vec<u8>>, DbError> {
    let sql = format!(
        "SELECT comment_author_url FROM {} WHERE comment_post_ID = ? AND comment_type = 'pingback' LIMIT {MAX_LISTED}",
        tables.comments
    );
    let rows: Vec<(Vec<u8>,)> = conn.exec(sql, (post_id,)).await?;
    Ok(rows.into_iter().map(|(url,)| url).collect())
}

/// A stored trackback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trackback {
    /// `comment_author_url`, as stored.
    pub url: Vec<u8>,
    /// `comment_author_IP`
    pub ip: Vec<u8>,
    content: Vec<u8>,
}

impl Trackback {
    /// What stands in the content from its ninth byte up to the first `</strong>`.
    ///
    /// QUIRK: PHP's substr() with `strpos() - 8`: without `</strong>` the length is -8, which cuts eight bytes off the end.
    pub fn title(&self) -> Vec<u8> {
        let content = &self.content;
        if content.len() < 8 {
            return Vec::new();
        }
        let end = match memchr::memmem::find(content, b"</strong>") {
            Some(at) if at >= 8 => at,
            Some(at) => (content.len() + at).saturating_sub(8),
            None => content.len() - 8,
        };
        content.get(8..end.max(8)).unwrap_or_default().to_vec()
    }
}

/// A post's trackbacks.
///
/// # Errors
/// The database failed.
pub async fn trackbacks(
    conn: &mut Conn,
    tables: &Tables,
    post_id: u64,
) -> Result<Vec<Trackback>, DbError> {
    let sql = format!(
        "SELECT comment_author_url, comment_author_IP, comment_content FROM {} \
         WHERE comment_post_ID = ? AND comment_type = 'trackback' LIMIT {MAX_LISTED}",
        tables.comments
    );
    let rows: Vec<(Vec<u8>, Vec<u8>, Vec<u8>)> = conn.exec(sql, (post_id,)).await?;
    Ok(rows
        .into_iter()
        .map(|(url, ip, content)| Trackback { url, ip, content })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(content: &str) -> String {
        let ping = Trackback {
            url: vec![],
            ip: vec![],
            content: content.into(),
        };
        String::from_utf8(ping.title()).unwrap()
    }

    #[test]
    fn the_title_is_cut_by_byte_positions() {
        assert_eq!(title("<strong>T</strong>\n\nx"), "T");
        assert_eq!(title("<strong></strong>"), "");
        assert_eq!(title("no markup in this text"), "p in t");
        assert_eq!(title("short"), "");
        assert_eq!(title("ab</strong>0123456789"), "ng>0123");
    }
}
