//! Target URI to post: the home test, then `url_to_postid()`, then the older forms `p/N`, `p=N`, `#N`, `#post-N`, `#title`.
//!
//! Port of the first half of wp_xmlrpc_server::pingback_ping(), wp-includes/class-wp-xmlrpc-server.php.
//! Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.

use crate::linkback::Stop;
use crate::php::number::intval;
use crate::php::string::replace;
use crate::php::url::{ParsedUrl, parse_url};
use crate::refusal::Refusal;
use crate::telemetry::escape;
use crate::verify::Trace;
use crate::wordpress::db::Conn;
use crate::wordpress::posts::{Post, find_by_title, get_post};
use crate::wordpress::rewrite::{Way, find_post};
use crate::wordpress::snapshot::Snapshot;

/// Whether `target` (slashed, `&` as `&amp;`) contains our home URL anywhere but at its very start.
///
/// QUIRK: a substring test, so `http://elsewhere.example/?u=blog.example&amp;p=10` is taken for ours.
pub fn names_home(home: &[u8], target: &[u8]) -> bool {
    let mut needle = home.to_vec();
    for scheme in [
        &b"http://www."[..],
        b"http://",
        b"https://www.",
        b"https://",
    ] {
        needle = replace(&needle, scheme, b"");
    }
    // strpos() of nothing is 0, and 0 counts as missing.
    memchr::memmem::find(target, &needle).is_some_and(|at| at > 0)
}

/// The post that `target` (slashed, `&` as `&amp;`) means.
///
/// # Errors
/// [`Refusal::TargetForeign`], [`Refusal::TargetUnknown`] or [`Refusal::TargetTitle`]; or the database failed.
pub async fn resolve(
    conn: &mut Conn,
    snapshot: &Snapshot,
    target: &[u8],
    story: &mut Trace,
) -> Result<Post, Stop> {
    if !names_home(&snapshot.blog.home, target) {
        story.tell("target", || {
            format!("does not contain our home {}", escape(&snapshot.blog.home))
        });
        return Err(Refusal::TargetForeign.into());
    }
    let id = post_id(conn, snapshot, target, story).await?;
    // A negative number names no row, and get_post() of 0 is nothing here.
    let id = u64::try_from(id).unwrap_or(0);
    let Some(post) = get_post(conn, &snapshot.tables, id).await? else {
        story.tell("post", || format!("there is no post {id}"));
        return Err(Refusal::TargetUnknown.into());
    };
    story.tell("post", || {
        format!(
            "{} \"{}\": type {}, status {}, ping_status {}",
            post.id,
            escape(&post.title),
            escape(&post.kind),
            escape(&post.status),
            escape(&post.ping_status)
        )
    });
    Ok(post)
}

async fn post_id(
    conn: &mut Conn,
    snapshot: &Snapshot,
    target: &[u8],
    story: &mut Trace,
) -> Result<i64, Stop> {
    let (id, way) = find_post(conn, snapshot, target).await?;
    story.tell("target", || {
        let how = match way {
            Way::ForeignHost => "the host is not home's".to_owned(),
            Way::Id => "the ID stands in the address".to_owned(),
            Way::FrontPage => "it is the front page".to_owned(),
            Way::NoRule => "no rewrite rule matches".to_owned(),
            Way::Rule(rule) => {
                let (pattern, query) = (escape(rule.pattern()), escape(rule.query()));
                format!("rewrite rule {pattern} => {query}")
            }
        };
        match id {
            0 => format!("{how}: url_to_postid() finds no post"),
            id => format!("{how}: url_to_postid() finds post {id}"),
        }
    });
    if id != 0 {
        // An ID beyond 63 bits is no post's; PHP would have cut it there too.
        return Ok(i64::try_from(id).unwrap_or(i64::MAX));
    }
    let parts = parse_url(target).unwrap_or_default();
    if let Some(id) = id_in_path_or_query(&parts) {
        story.tell("target", || format!("p/N or p=N names post {id}"));
        return Ok(id);
    }
    let Some(fragment) = parts.fragment else {
        story.tell("target", || "no form of address leads to a post".to_owned());
        return Err(Refusal::TargetUnknown.into());
    };
    if let Some(id) = id_in_fragment(&fragment) {
        story.tell("target", || format!("the fragment names post {id}"));
        return Ok(id);
    }
    match find_by_title(conn, &snapshot.tables, &fragment).await? {
        Some(id) => {
            story.tell("target", || {
                format!("the fragment is in the title of post {id}")
            });
            Ok(i64::try_from(id).unwrap_or(i64::MAX))
        }
        None => {
            story.tell("target", || "no title matches the fragment".to_owned());
            Err(Refusal::TargetTitle.into())
        }
    }
}

/// `p/N` in the path, else `p=N` in the query, anywhere in either.
fn id_in_path_or_query(parts: &ParsedUrl) -> Option<i64> {
    let in_path = parts
        .path
        .as_deref()
        .and_then(|path| number_after(path, b"p/"));
    in_path.or_else(|| {
        parts
            .query
            .as_deref()
            .and_then(|query| number_after(query, b"p="))
    })
}

/// The number behind the first `mark` that is followed by a digit.
fn number_after(text: &[u8], mark: &[u8]) -> Option<i64> {
    memchr::memmem::find_iter(text, mark).find_map(|at| {
        let digits = &text[at + mark.len()..];
        let length = digits.iter().take_while(|b| b.is_ascii_digit()).count();
        (length > 0).then(|| intval(&digits[..length]))
    })
}

/// `#N`, else every digit of a fragment that has `post-N` in it.
///
/// QUIRK: `#xpost-10y2` means post 102.
fn id_in_fragment(fragment: &[u8]) -> Option<i64> {
    let id = intval(fragment);
    if id != 0 {
        return Some(id);
    }
    number_after(fragment, b"post-")?;
    let digits: Vec<u8> = fragment
        .iter()
        .copied()
        .filter(u8::is_ascii_digit)
        .collect();
    Some(intval(&digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_url(url: &[u8]) -> Option<i64> {
        id_in_path_or_query(&parse_url(url).unwrap_or_default())
    }

    #[test]
    fn home_counts_anywhere_but_at_the_start() {
        assert!(names_home(
            b"http://www.blog.example",
            b"http://blog.example/?p=1"
        ));
        assert!(names_home(
            b"https://blog.example",
            b"http://evil.example/?x=blog.example&amp;p=1"
        ));
        assert!(!names_home(b"http://blog.example", b"blog.example/?p=1"));
        assert!(!names_home(
            b"http://blog.example",
            b"http://BLOG.example/?p=1"
        ));
        assert!(!names_home(b"http://", b"http://blog.example/"));
    }

    #[test]
    fn numbers_count_in_the_middle_of_words() {
        assert_eq!(in_url(b"http://b.example/shop/10"), Some(10));
        assert_eq!(in_url(b"http://b.example/?shop=10"), Some(10));
        assert_eq!(in_url(b"http://b.example/p/x/p/7"), Some(7));
        assert_eq!(in_url(b"http://b.example/?p=x"), None);
    }

    #[test]
    fn fragments_name_posts_in_three_ways() {
        assert_eq!(id_in_fragment(b"10abc"), Some(10));
        assert_eq!(id_in_fragment(b"post-1-0"), Some(10));
        assert_eq!(id_in_fragment(b"xpost-10y2"), Some(102));
        assert_eq!(id_in_fragment(b"Draft-post"), None);
        assert_eq!(id_in_fragment(b""), None);
    }
}
