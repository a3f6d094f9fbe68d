//! Is it approved: `check_comment()` and `wp_check_comment_disallowed_list()`, wp-includes/comment.php.

use std::sync::LazyLock;

use memchr::memmem;

use super::{Approved, CommentData, Kind};
use crate::php::number::{floatval, is_numeric};
use crate::php::preg::{Regex, preg_quote};
use crate::php::string::{str_truthy, stripslashes, trim};
use crate::wordpress::comment_text::comment_text;
use crate::wordpress::db::{Conn, DbError};
use crate::wordpress::formatting::text::wp_strip_all_tags;
use crate::wordpress::posts::{get_post, get_post_status};
use crate::wordpress::rewrite::url_to_postid;
use crate::wordpress::snapshot::Snapshot;
use crate::wordpress::version::Version;

/// Port of `wp_check_comment_data()`, wp-includes/comment.php, which older versions have at the end of
/// `wp_allow_comment()`. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub(crate) async fn wp_check_comment_data(
    conn: &mut Conn,
    site: &Snapshot,
    data: &CommentData,
) -> Result<Approved, DbError> {
    // The disallowed words win, so they are asked first; neither has an effect on the other.
    if let Some(disallowed) = wp_check_comment_disallowed_list(site, data) {
        return Ok(disallowed);
    }
    if check_comment(conn, site, data).await? {
        Ok(Approved::Yes)
    } else {
        Ok(Approved::No)
    }
}

/// Port of `wp_check_comment_disallowed_list()`, wp-includes/comment.php: where a disallowed word sends the comment,
/// `None` without one. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub(crate) fn wp_check_comment_disallowed_list(
    site: &Snapshot,
    data: &CommentData,
) -> Option<Approved> {
    let words = trim(site.options.text("disallowed_keys"));
    if words.is_empty() {
        return None;
    }
    let without_html = wp_strip_all_tags(&data.content, false);
    let subjects = [
        data.author.as_slice(),
        b"",
        &data.author_url,
        &data.content,
        &without_html,
        &data.ip,
        &data.agent,
    ];
    if !any_word(site.blog.version, words, &subjects) {
        return None;
    }
    Some(if site.constants.empty_trash_days != 0 {
        Approved::Trash
    } else {
        Approved::Spam
    })
}

/// Port of `check_comment()`, wp-includes/comment.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
async fn check_comment(
    conn: &mut Conn,
    site: &Snapshot,
    data: &CommentData,
) -> Result<bool, DbError> {
    let version = site.blog.version;
    let options = &site.options;
    if is_one(version, options.get("comment_moderation")) {
        return Ok(false);
    }

    let text = comment_text(&site.blog, &data.content);

    let max_links = options.text("comment_max_links");
    if str_truthy(max_links) && at_least(count_links(&text), max_links) {
        return Ok(false);
    }

    let words = trim(options.text("moderation_keys"));
    if str_truthy(words) {
        let subjects = [
            data.author.as_slice(),
            b"",
            &data.author_url,
            &text,
            &data.ip,
            &data.agent,
        ];
        if any_word(version, words, &subjects) {
            return Ok(false);
        }
    }

    if is_one(version, options.get("comment_previously_approved")) {
        if data.kind != Kind::Pingback || !version.approves_own_pingbacks() {
            return Ok(false);
        }
        // url_to_postid() compares host names, so a URL that only looks local has no post.
        let url = stripslashes(&data.author_url);
        let id = url_to_postid(conn, site, &url).await?;
        let Some(source) = get_post(conn, &site.tables, id).await? else {
            return Ok(false);
        };
        return Ok(get_post_status(conn, &site.tables, &source).await? == b"publish");
    }
    Ok(true)
}

/// `1 === get_option()` in spirit: `'1' ===` from 6.7 on, `1 ==` before, for which `01` and `1.0` are one as well.
fn is_one(version: Version, option: Option<&[u8]>) -> bool {
    let Some(value) = option else { return false };
    if version.compares_moderation_options_strictly() {
        value == b"1"
    } else {
        is_numeric(value) && floatval(value) == 1.0
    }
}

/// PHP's `$count >= $setting` for an int and a string.
fn at_least(count: usize, setting: &[u8]) -> bool {
    if is_numeric(setting) {
        // A comment has fewer links than a float has exact integers.
        count as f64 >= floatval(setting)
    } else {
        count.to_string().as_bytes() >= setting
    }
}

/// The links in a text. Where PHP gives up on the pattern it has `false`, which is less than any setting: no link.
fn count_links(text: &[u8]) -> usize {
    static LINK: LazyLock<Regex> =
        // invariant: the pattern is a constant, and compiles.
        LazyLock::new(|| Regex::new("<a [^>]*href", "i").expect("a constant pattern"));
    LINK.captures_all(text).map_or(0, |links| links.len())
}

/// Whether any of the words, one a line, is in any of the subjects, whatever their case.
///
/// WordPress makes a pattern of each word, `#word#iu` (`#word#i` up to 6.1). A quoted word has no special characters, so a
/// search for it in folded text finds the same, without compiling thousands of patterns.
fn any_word(version: Version, words: &[u8], subjects: &[&[u8]]) -> bool {
    let unicode = version.matches_words_in_unicode();
    let subjects: Vec<Subject<'_>> = subjects
        .iter()
        // In Unicode mode a subject that is not UTF-8 matches nothing.
        .filter(|text| !unicode || std::str::from_utf8(text).is_ok())
        .map(|text| Subject::new(text, unicode))
        .collect();
    words
        .split(|byte| *byte == b'\n')
        .map(trim)
        .filter(|word| str_truthy(word))
        .any(|word| {
            if !unicode || word.is_ascii() {
                let word = word.to_ascii_lowercase();
                let finder = memmem::Finder::new(&word);
                subjects
                    .iter()
                    .any(|subject| finder.find(&subject.folded).is_some())
            } else {
                subjects_match(word, &subjects)
            }
        })
}

/// A subject, and what of it an ASCII word is searched in.
struct Subject<'a> {
    text: &'a [u8],
    folded: Vec<u8>,
}

impl<'a> Subject<'a> {
    fn new(text: &'a [u8], unicode: bool) -> Self {
        let mut folded = text.to_ascii_lowercase();
        if unicode && !folded.is_ascii() {
            // The only letters outside ASCII that PCRE takes for ASCII ones: long s and the Kelvin sign.
            folded = crate::php::string::replace(&folded, "\u{17F}".as_bytes(), b"s");
            folded = crate::php::string::replace(&folded, "\u{212A}".as_bytes(), b"k");
        }
        Self { text, folded }
    }
}

/// A word with letters outside ASCII: which of them are equal but for case is PCRE's to say.
fn subjects_match(word: &[u8], subjects: &[Subject<'_>]) -> bool {
    // A word that is not UTF-8 makes a pattern that does not compile: it matches nothing.
    let Ok(pattern) = Regex::new(preg_quote(word, Some(b'#')), "iu") else {
        return false;
    };
    subjects
        .iter()
        .any(|subject| pattern.is_match(subject.text).unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: Version = Version::REFERENCE;
    const OLD: Version = Version::new(6, 1, 9);

    #[test]
    fn links_are_counted_as_the_pattern_counts_them() {
        for (text, links) in [
            (&b"no <b>link</b>"[..], 0),
            (b"<a href=x><A\tHREF=y><A HREF=z>", 2),
            (b"<a name=x><a title=href>", 1),
            (b"<a href href href", 1),
            (b"<a <a <a href><a ", 1),
            (b"<a x><a href", 1),
        ] {
            assert_eq!(count_links(text), links, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn words_match_anywhere_in_any_case() {
        let hit =
            |version, words: &str, subject: &[u8]| any_word(version, words.as_bytes(), &[subject]);
        assert!(hit(NEW, "nothing\r\n  VIAGRA \n", b"buy viagra!"));
        assert!(
            !hit(NEW, "0\n\n \n", b"0 viagra"),
            "empty words are skipped"
        );
        assert!(hit(NEW, "a.b", b"A.B") && !hit(NEW, "a.b", b"axb"));
        assert!(hit(NEW, "kiss", "\u{212A}i\u{17F}s".as_bytes()));
        assert!(!hit(OLD, "kiss", "\u{212A}i\u{17F}s".as_bytes()));
        assert!(hit(NEW, "ÜBER", "über".as_bytes()) && !hit(OLD, "ÜBER", "über".as_bytes()));
        assert!(hit(OLD, "spam", b"spam \xff") && !hit(NEW, "spam", b"spam \xff"));
    }

    #[test]
    fn options_are_compared_as_the_version_does() {
        assert!(is_one(NEW, Some(b"1")) && is_one(OLD, Some(b"1")));
        assert!(!is_one(NEW, Some(b"01")) && is_one(OLD, Some(b"01")));
        assert!(!is_one(NEW, None) && !is_one(OLD, None));
        assert!(!is_one(OLD, Some(b"1x")) && !is_one(OLD, Some(b"")));
    }

    #[test]
    fn the_link_limit_is_compared_as_php_compares() {
        assert!(at_least(2, b"2") && !at_least(1, b"2"));
        assert!(at_least(2, b"1.5") && at_least(3, b" 3"));
        assert!(at_least(0, b"") && !at_least(5, b"many"));
    }
}
