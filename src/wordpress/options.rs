//! The options table, as far as we read it (wp-includes/option.php).
//!
//! All options are read by name in one query: what `autoload` says does not matter then. Values are bytes as stored.
//! PHP compares them loosely wherever it likes, so accessors carry PHP's meaning of truth and number.

use std::collections::HashMap;

use super::blog::Blog;
use super::constants::Constants;
use super::db::{Conn, DbError};
use super::l10n::Translations;
use super::tables::Tables;
use crate::php::number::{floatval, intval};

/// Every option that any room asks for, but for `{prefix}user_roles`, whose name differs from blog to blog.
pub const NAMES: &[&str] = &[
    "active_plugins",
    "admin_email",
    "blog_charset",
    "blog_public",
    "blogname",
    "category_base",
    "close_comments_days_old",
    "close_comments_for_old_posts",
    "comment_max_links",
    "comment_moderation",
    "comment_previously_approved",
    "comments_notify",
    "comments_per_page",
    "db_version",
    "default_category",
    "default_comments_page",
    "disallowed_keys",
    "gmt_offset",
    "home",
    "html_type",
    "moderation_keys",
    "moderation_notify",
    "page_comments",
    "page_for_posts",
    "page_on_front",
    "permalink_structure",
    "posts_per_page",
    "posts_per_rss",
    "rewrite_rules",
    "show_on_front",
    "siteurl",
    "start_of_week",
    "stylesheet",
    "tag_base",
    "template",
    "thread_comments",
    "thread_comments_depth",
    "timezone_string",
    "use_balanceTags",
    "use_smilies",
    "WPLANG",
    "wp_attachment_pages_enabled",
];

/// Options by name. Rows that are not there are not there: PHP's `false`.
#[derive(Clone, Debug, Default)]
pub struct Options(HashMap<String, Vec<u8>>);

impl Options {
    /// These options and no others.
    pub fn new(rows: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        Self(rows.into_iter().collect())
    }

    /// The value as stored, `None` if there is no such row.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name).map(Vec::as_slice)
    }

    /// The value as stored, empty if there is no such row: PHP's `(string) get_option()`.
    pub fn text(&self, name: &str) -> &[u8] {
        self.get(name).unwrap_or_default()
    }

    /// Whether `if ( get_option( … ) )` holds: there is a row, and it is neither empty nor `0`.
    pub fn truthy(&self, name: &str) -> bool {
        !matches!(self.text(name), b"" | b"0")
    }

    /// `(int) get_option( … )`
    pub fn int(&self, name: &str) -> i64 {
        intval(self.text(name))
    }

    /// `(float) get_option( … )`
    pub fn float(&self, name: &str) -> f64 {
        floatval(self.text(name))
    }

    /// Whether the value is exactly this: `===`, for options that are compared as strings.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.get(name) == Some(value.as_bytes())
    }
}

/// Reads all options of one blog.
pub async fn read(conn: &mut Conn, tables: &Tables) -> Result<Options, DbError> {
    let roles = format!("{}user_roles", tables.prefix);
    let names: Vec<&str> = NAMES.iter().copied().chain([roles.as_str()]).collect();
    let marks = vec!["?"; names.len()].join(", ");
    let sql = format!(
        "SELECT option_name, option_value FROM {} WHERE option_name IN ({marks})",
        tables.options
    );
    let params: Vec<mysql_async::Value> = names.iter().map(|name| (*name).into()).collect();
    let rows: Vec<(Vec<u8>, Vec<u8>)> = conn.exec(sql, params).await?;
    // The column's collation ignores case, so a row `HOME` may come along: it is nobody's option.
    Ok(Options::new(rows.into_iter().filter_map(
        |(name, value)| {
            let name = String::from_utf8(name).ok()?;
            names.contains(&name.as_str()).then_some((name, value))
        },
    )))
}

/// The blog as text functions see it, from its options and wp-config.php. `tls` is `is_ssl()` of the request. It speaks
/// English until it is given its [`Languages`](super::l10n::Languages)' translations.
pub fn blog(options: &Options, constants: &Constants, tls: bool) -> Blog {
    let siteurl = match &constants.siteurl {
        Some(url) => url.clone(),
        None => untrailingslashit(options.text("siteurl")).to_vec(),
    };
    // Port of the cases 'home' and 'siteurl' of get_option(), wp-includes/option.php: an empty home is siteurl.
    let home = match &constants.home {
        Some(url) => url.clone(),
        None => match options.text("home") {
            b"" => siteurl.clone(),
            home => untrailingslashit(home).to_vec(),
        },
    };
    Blog {
        version: constants.version,
        charset: canonical_charset(options.text("blog_charset")),
        home,
        siteurl,
        tls: tls || constants.forces_https,
        l10n: Translations::english(),
        use_smilies: options.truthy("use_smilies"),
        use_balance_tags: options.int("use_balanceTags") == 1,
    }
}

/// Port of `untrailingslashit()`, wp-includes/formatting.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub fn untrailingslashit(text: &[u8]) -> &[u8] {
    let end = text
        .iter()
        .rposition(|byte| !matches!(byte, b'/' | b'\\'))
        .map_or(0, |last| last + 1);
    &text[..end]
}

/// Port of `trailingslashit()`, wp-includes/formatting.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub fn trailingslashit(text: &[u8]) -> Vec<u8> {
    let mut text = untrailingslashit(text).to_vec();
    text.push(b'/');
    text
}

/// Port of `_canonical_charset()`, wp-includes/functions.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub fn canonical_charset(charset: &[u8]) -> Vec<u8> {
    let is = |name: &str| charset.eq_ignore_ascii_case(name.as_bytes());
    if is("utf-8") || is("utf8") {
        b"UTF-8".to_vec()
    } else if is("iso-8859-1") || is("iso8859-1") {
        b"ISO-8859-1".to_vec()
    } else {
        charset.to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_of_both_kinds_are_cut() {
        assert_eq!(
            untrailingslashit(br"http://example.org/\/"),
            b"http://example.org"
        );
        assert_eq!(untrailingslashit(b"//"), b"");
        assert_eq!(trailingslashit(b"a/"), b"a/");
    }

    #[test]
    fn truth_is_phps() {
        let options = Options::new([
            ("a".to_owned(), b"0".to_vec()),
            ("b".to_owned(), b"0.0".to_vec()),
            ("c".to_owned(), Vec::new()),
        ]);
        assert!(!options.truthy("a"));
        assert!(options.truthy("b"));
        assert!(!options.truthy("c"));
        assert!(!options.truthy("d"));
        assert_eq!(options.get("d"), None);
    }
}
