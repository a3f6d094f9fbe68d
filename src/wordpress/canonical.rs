//! Where a request belongs that found nothing: `redirect_canonical()` (wp-includes/canonical.php).
//!
//! Addresses of trackbacks only come here when nothing was found, since WordPress redirects no trackback; so the branch
//! of `is_404()` is ported, and what follows for all.
//!
//! NOT PORTED: everything for pages that were found, and links to feeds: whoever asks for a feed stays where he is.

use mysql_async::Value;

use super::db::{Conn, DbError};
use super::formatting::url::wp_parse_url;
use super::options::{trailingslashit, untrailingslashit};
use super::permalinks::get_permalink;
use super::posts::{Post, Status, get_post, get_post_status};
use super::query::{Query, checkdate, is_truthy, like_pattern, scalar};
use super::query_args::{add_query_arg, rawurlencoded, remove_query_arg};
use super::rewrite::Structure;
use super::snapshot::Snapshot;
use crate::php::array::PhpArray;
use crate::php::number::intval;
use crate::php::string::{replace, rtrim_set, str_truthy};
use crate::php::url::{ParsedUrl, parse_str, parse_url};

/// `max_input_vars`
const MAX_VARS: usize = 1000;

/// Names that go from a query string when the new URL has them not.
const OF_POSTS: [&str; 6] = [
    "p",
    "page_id",
    "attachment_id",
    "pagename",
    "name",
    "post_type",
];

/// What a URL's path may not end with, spelt out or encoded.
const PUNCTUATION: [&[u8]; 24] = [
    b" ",
    b"%20",
    b"!",
    b"%21",
    b"\"",
    b"%22",
    b"'",
    b"%27",
    b"(",
    b"%28",
    b")",
    b"%29",
    b",",
    b"%2C",
    b".",
    b"%2E",
    b";",
    b"%3B",
    b"{",
    b"%7B",
    b"}",
    b"%7D",
    b"%E2%80%9C",
    b"%E2%80%9D",
];

/// A query that found nothing, and what was asked of it.
#[derive(Debug)]
pub struct Lost<'q, 's> {
    /// The query, as it ran.
    pub query: &'q Query<'s>,
    /// `$wp->query_vars`, slashed.
    pub vars: &'q PhpArray,
}

/// Port of `redirect_canonical()` for a GET or HEAD that found nothing: where to, with 301, unsanitised. `requested` is the
/// URL as it stands in the caller's address bar. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub async fn redirect_canonical(
    conn: &mut Conn,
    snapshot: &Snapshot,
    lost: &Lost<'_, '_>,
    requested: &[u8],
) -> Result<Option<Vec<u8>>, DbError> {
    let Some(url) = canonical(conn, snapshot, lost, requested).await? else {
        return Ok(None);
    };
    // Protect against chained redirects.
    let next = canonical(conn, snapshot, lost, &url).await?;
    Ok(Some(url).filter(|_| next.is_none_or(|next| !str_truthy(&next))))
}

/// A URL on its way.
struct Redirect {
    url: Option<Vec<u8>>,
    /// `$redirect_obj`
    post: Option<Post>,
    query: Vec<u8>,
    path: Vec<u8>,
}

/// `redirect_canonical( $requested, false )`
async fn canonical(
    conn: &mut Conn,
    snapshot: &Snapshot,
    lost: &Lost<'_, '_>,
    requested: &[u8],
) -> Result<Option<Vec<u8>>, DbError> {
    let Some(original) = parse_url(requested) else {
        return Ok(None);
    };
    let mut redirect = Redirect {
        url: None,
        post: None,
        query: original.query.clone().unwrap_or_default(),
        path: without_hard_spaces(original.path.as_deref().unwrap_or_default()).to_vec(),
    };
    if is_truthy(lost.vars, "preview") {
        redirect.query = remove_query_arg(&["preview"], &redirect.query);
    }
    find_target(conn, snapshot, lost, &mut redirect).await?;
    if redirect.query.starts_with(b"?") {
        redirect.query.remove(0);
    }
    let parts = match redirect.url.clone() {
        Some(url) => {
            let url = with_query(&url, &redirect.query);
            let parts = parse_url(&url).unwrap_or_default();
            redirect.url = Some(url);
            parts
        }
        None => ParsedUrl {
            path: Some(redirect.path.clone()),
            query: Some(redirect.query.clone()),
            ..original.clone()
        },
    };
    let parts = tidied(snapshot, lost, &original, parts);
    if compared(&original) != compared(&parts) {
        redirect.url = Some(joined(&parts));
    }
    let Some(url) = redirect
        .url
        .filter(|url| str_truthy(url) && url != requested)
    else {
        return Ok(None);
    };
    if let Some(post) = &redirect.post
        && !is_post_publicly_viewable(conn, snapshot, post).await?
    {
        return Ok(None);
    }
    let requested = lowercase_octets(requested);
    Ok(Some(url).filter(|url| strip_fragment_from_url(url) != strip_fragment_from_url(&requested)))
}

/// The branch of `is_404()`: a permalink that WordPress makes itself, if there is one.
async fn find_target(
    conn: &mut Conn,
    snapshot: &Snapshot,
    lost: &Lost<'_, '_>,
    redirect: &mut Redirect,
) -> Result<(), DbError> {
    let query = lost.query;
    if let Some(post) = get_post(conn, &snapshot.tables, query.greatest_id()).await?
        && snapshot.types.is_public(&post.kind)
        && !matches!(post.status.as_slice(), b"auto-draft")
    {
        let url = get_permalink(conn, snapshot, &post).await?;
        redirect.query = remove_args_if_not_in_url(&redirect.query, &OF_POSTS, &url);
        redirect.url = Some(url);
        redirect.post = Some(post);
    }
    let (year, month, day) = query.date();
    if year != 0 && month != 0 && day != 0 {
        if !checkdate(year, month, day) {
            let url = get_date_link(snapshot, year, Some(month));
            let names = ["year", "monthnum", "day"];
            redirect.query = remove_args_if_not_in_url(&redirect.query, &names, &url);
            redirect.url = Some(url);
        }
    } else if year != 0 && month > 12 {
        let url = get_date_link(snapshot, year, None);
        redirect.query = remove_args_if_not_in_url(&redirect.query, &["year", "monthnum"], &url);
        redirect.url = Some(url);
    }
    let page = scalar(lost.vars, "page").filter(|page| str_truthy(page));
    if let (Some(page), Some(post)) = (&page, query.any_post()) {
        redirect.url = Some(get_permalink(conn, snapshot, post).await?);
        redirect.post = Some(post.clone());
        let number = format!("{}/", intval(page));
        redirect.path = rtrim_set(&redirect.path, number.as_bytes()).to_vec();
        redirect.query = remove_query_arg(&["page"], &redirect.query);
    }
    if redirect.url.is_none()
        && let Some(url) = redirect_guess_404_permalink(conn, snapshot, lost, page).await?
    {
        let names = [&["page", "feed"], OF_POSTS.as_slice()].concat();
        redirect.query = remove_args_if_not_in_url(&redirect.query, &names, &url);
        redirect.url = Some(url);
    }
    Ok(())
}

/// Port of `redirect_guess_404_permalink()`: the first published post whose slug begins like the one asked for. Checked:
/// 6.1.9, 6.1.12, 6.6.7, 6.9.7, 7.1.
async fn redirect_guess_404_permalink(
    conn: &mut Conn,
    snapshot: &Snapshot,
    lost: &Lost<'_, '_>,
    page: Option<Vec<u8>>,
) -> Result<Option<Vec<u8>>, DbError> {
    let query = lost.query;
    if !str_truthy(query.name()) {
        return Ok(None);
    }
    let types = &snapshot.types;
    let strict = snapshot.blog.version.guesses_viewable_types_only();
    let is_guessed =
        |name: &[u8]| types.is_viewable(name) && types.searchable().any(|known| known == name);
    let wanted: Vec<Vec<u8>> = match query.post_types() {
        [] if strict => types
            .searchable()
            .filter(|name| types.is_viewable(name))
            .map(<[u8]>::to_vec)
            .collect(),
        [] => types.public().map(<[u8]>::to_vec).collect(),
        asked => asked
            .iter()
            .filter(|name| !strict || is_guessed(name))
            .cloned()
            .collect(),
    };
    if wanted.is_empty() {
        return Ok(None);
    }
    let mut pattern = like_pattern(query.name(), true);
    pattern.push(b'%');
    let marks = vec!["?"; wanted.len()].join(", ");
    let mut sql = format!(
        "SELECT ID FROM {} WHERE post_name LIKE ? AND post_type IN ({marks})",
        snapshot.tables.posts
    );
    let mut params = vec![Value::from(pattern)];
    params.extend(wanted.into_iter().map(Value::from));
    let (year, month, day) = query.date();
    for (part, value) in [("YEAR", year), ("MONTH", month), ("DAYOFMONTH", day)] {
        if value != 0 {
            sql.push_str(&format!(" AND {part}(post_date) = ?"));
            params.push(value.into());
        }
    }
    sql.push_str(" AND post_status IN ('publish') LIMIT 1");
    let row: Option<(u64,)> = conn.exec_first(sql, params).await?;
    let Some((id,)) = row else {
        return Ok(None);
    };
    let Some(post) = get_post(conn, &snapshot.tables, id).await? else {
        return Ok(None);
    };
    if is_truthy(lost.vars, "feed") {
        return Ok(None);
    }
    let link = get_permalink(conn, snapshot, &post).await?;
    Ok(Some(match page {
        Some(page) if intval(&page) > 1 => {
            let page = Structure::of(snapshot).user_trailingslashit(&page);
            [trailingslashit(&link).as_slice(), &page].concat()
        }
        _ => link,
    }))
}

/// The second half: host, port and spelling as home has them.
fn tidied(
    snapshot: &Snapshot,
    lost: &Lost<'_, '_>,
    original: &ParsedUrl,
    mut parts: ParsedUrl,
) -> ParsedUrl {
    let home = parse_url(&snapshot.blog.home_url(b"")).unwrap_or_default();
    if home.host.as_deref().is_some_and(str_truthy) {
        parts.host.clone_from(&home.host);
    }
    parts.port = home.port.filter(|port| *port != 0);
    let mut path = parts.path.take().unwrap_or_default();
    // `|/index.php/*?$|`, in which the dot is any byte.
    if let Some(start) = index_at_end(&path) {
        path.truncate(start + 1);
    }
    strip_punctuation(&mut path);
    let mut query = parts.query.take().unwrap_or_default();
    if str_truthy(&query) {
        query = tidied_query(&query);
    }
    if !Structure::of(snapshot).begins_with_index() {
        path = replace(&path, b"/index.php/", b"/");
    }
    if is_truthy(lost.vars, "sitemap") || is_truthy(lost.vars, "sitemap-stylesheet") {
        path = untrailingslashit(&path).to_vec();
    }
    path.dedup_by(|a, b| *a == b'/' && *b == b'/');
    let home_path = home.path.filter(|path| str_truthy(path));
    let home_path = home_path.unwrap_or_else(|| b"/".to_vec());
    if trailingslashit(&path) == trailingslashit(&home_path) {
        path = trailingslashit(&path);
    }
    let low = |host: &Option<Vec<u8>>| host.as_deref().unwrap_or_default().to_ascii_lowercase();
    let (ours, theirs) = (low(&parts.host), low(&original.host));
    let www = |host: &[u8]| [b"www.".as_slice(), host].concat();
    if ours == theirs || (www(&theirs) != ours && www(&ours) != theirs) {
        parts.host.clone_from(&original.host);
    }
    parts.path = Some(path);
    parts.query = Some(query);
    parts
}

/// What certain arguments at a query's end may not end with, and empty ones.
fn tidied_query(query: &[u8]) -> Vec<u8> {
    const NAMES: [&[u8]; 4] = [b"p", b"page_id", b"cat", b"tag"];
    let mut fields: Vec<Vec<u8>> = query
        .split(|byte| *byte == b'&')
        .map(<[u8]>::to_vec)
        .collect();
    if let Some(last) = fields.last_mut()
        && NAMES
            .iter()
            .any(|name| last.starts_with(name) && last.get(name.len()) == Some(&b'='))
    {
        strip_punctuation(last);
    }
    let is_empty = |field: &[u8]| {
        let name = field.strip_suffix(b"=").unwrap_or(field);
        NAMES.contains(&name)
    };
    let had = fields.len();
    fields.retain(|field| !is_empty(field));
    if fields.len() < had || query.starts_with(b"&") || query.ends_with(b"&") {
        while fields.first().is_some_and(Vec::is_empty) {
            fields.remove(0);
        }
        while fields.last().is_some_and(Vec::is_empty) {
            fields.pop();
        }
    }
    for field in &mut fields {
        if field == b"feed=rss" {
            field.push(b'2');
        }
    }
    let query = fields.join(b"&".as_slice());
    query.strip_prefix(b"?").unwrap_or(&query).to_vec()
}

/// `preg_replace( "#($punctuation_pattern)+$#", '', … )`
fn strip_punctuation(text: &mut Vec<u8>) {
    while let Some(end) = PUNCTUATION.iter().find(|end| text.ends_with(end)) {
        text.truncate(text.len() - end.len());
    }
}

/// `preg_replace( '|(%C2%A0)+$|i', '', $path )`
fn without_hard_spaces(mut path: &[u8]) -> &[u8] {
    while path.len() >= 6 && path[path.len() - 6..].eq_ignore_ascii_case(b"%C2%A0") {
        path = &path[..path.len() - 6];
    }
    path
}

/// Where `/index.php` and slashes begin that end the path.
fn index_at_end(path: &[u8]) -> Option<usize> {
    let bare = rtrim_set(path, b"/");
    bare.strip_suffix(b"/index.php").map(<[u8]>::len)
}

/// `add_query_arg()` with what is left of the request's query.
fn with_query(url: &[u8], query: &[u8]) -> Vec<u8> {
    if !str_truthy(query) {
        return url.to_vec();
    }
    let mut args = parse_str(query, MAX_VARS);
    let own = parse_url(url)
        .and_then(|parts| parts.query)
        .unwrap_or_default();
    if is_truthy(&args, "name")
        && str_truthy(&own)
        && !is_truthy(&parse_str(&own, MAX_VARS), "name")
    {
        args.remove(&"name".into());
    }
    add_query_arg(&rawurlencoded(&args), url)
}

/// What is compared: host, path, port and query, as far as they are there.
fn compared(parts: &ParsedUrl) -> (Vec<u8>, Vec<u8>, Option<u16>, Vec<u8>) {
    let text = |part: &Option<Vec<u8>>| part.clone().unwrap_or_default();
    let query = text(&parts.query);
    let query = if str_truthy(&query) {
        query
    } else {
        Vec::new()
    };
    let port = parts.port.filter(|port| *port != 0);
    (text(&parts.host), text(&parts.path), port, query)
}

fn joined(parts: &ParsedUrl) -> Vec<u8> {
    let text = |part: &Option<Vec<u8>>| part.clone().unwrap_or_default();
    let mut url = [text(&parts.scheme).as_slice(), b"://", &text(&parts.host)].concat();
    if let Some(port) = parts.port {
        url.extend_from_slice(format!(":{port}").as_bytes());
    }
    url.extend(text(&parts.path));
    let query = text(&parts.query);
    if str_truthy(&query) {
        url.push(b'?');
        url.extend(query);
    }
    url
}

/// Port of `_remove_qs_args_if_not_in_url()`.
fn remove_args_if_not_in_url(query: &[u8], names: &[&str], url: &[u8]) -> Vec<u8> {
    let own = parse_url(url)
        .and_then(|parts| parts.query)
        .unwrap_or_default();
    let own = parse_str(&own, MAX_VARS);
    let gone: Vec<&str> = names
        .iter()
        .copied()
        .filter(|name| own.get(*name).is_none())
        .collect();
    if gone.is_empty() {
        return query.to_vec();
    }
    remove_query_arg(&gone, query)
}

/// Port of `is_post_publicly_viewable()`, wp-includes/post.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
async fn is_post_publicly_viewable(
    conn: &mut Conn,
    snapshot: &Snapshot,
    post: &Post,
) -> Result<bool, DbError> {
    let status = get_post_status(conn, &snapshot.tables, post).await?;
    Ok(snapshot.types.is_viewable(&post.kind) && Status::of(&status) == Status::Public)
}

/// Port of `get_year_link()` and `get_month_link()`, wp-includes/link-template.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
fn get_date_link(snapshot: &Snapshot, year: u64, month: Option<u64>) -> Vec<u8> {
    let structure = Structure::of(snapshot);
    let month = month.map_or(String::new(), |month| format!("{month:02}"));
    if !structure.is_set() {
        return snapshot
            .blog
            .home_url(format!("?m={year}{month}").as_bytes());
    }
    let mut path = structure.date_permastruct();
    for (tag, value) in [
        ("%year%", year.to_string()),
        ("%monthnum%", month),
        ("%day%", String::new()),
    ] {
        path = replace(&path, tag.as_bytes(), value.as_bytes());
    }
    path.dedup_by(|a, b| *a == b'/' && *b == b'/');
    snapshot
        .blog
        .home_url(&structure.user_trailingslashit(&path))
}

/// `lowercase_octets()`
fn lowercase_octets(url: &[u8]) -> Vec<u8> {
    let mut out = url.to_vec();
    for at in memchr::memchr_iter(b'%', url) {
        if url
            .get(at + 1..at + 3)
            .is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit))
        {
            out[at + 1..at + 3].make_ascii_lowercase();
        }
    }
    out
}

/// Port of `strip_fragment_from_url()`.
fn strip_fragment_from_url(url: &[u8]) -> Vec<u8> {
    let Some(parts) =
        wp_parse_url(url).filter(|parts| parts.host.as_deref().is_some_and(str_truthy))
    else {
        return url.to_vec();
    };
    let scheme = parts.scheme.clone().filter(|scheme| str_truthy(scheme));
    let host = parts.host.clone().unwrap_or_default();
    let mut out = scheme.map_or(Vec::new(), |scheme| [scheme.as_slice(), b":"].concat());
    out.extend_from_slice(b"//");
    out.extend(host);
    if let Some(port) = parts.port.filter(|port| *port != 0) {
        out.extend_from_slice(format!(":{port}").as_bytes());
    }
    out.extend(
        parts
            .path
            .filter(|path| str_truthy(path))
            .unwrap_or_default(),
    );
    if let Some(query) = parts.query.filter(|query| str_truthy(query)) {
        out.push(b'?');
        out.extend(query);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).expect("UTF-8")
    }

    #[test]
    fn queries_are_tidied() {
        let tidied = |query: &str| text(tidied_query(query.as_bytes()));
        assert_eq!(tidied("tb=1&p=6."), "tb=1&p=6");
        assert_eq!(tidied("p=&tb=1"), "tb=1");
        assert_eq!(tidied("tb=1&p"), "tb=1");
        assert_eq!(tidied("feed=rss&a=."), "feed=rss2&a=.");
        assert_eq!(tidied("tb=1&&x=2"), "tb=1&&x=2");
    }

    #[test]
    fn paths_lose_what_is_no_part_of_them() {
        let mut path = b"/a/b.%20)".to_vec();
        strip_punctuation(&mut path);
        assert_eq!(path, b"/a/b");
        assert_eq!(without_hard_spaces(b"/a%c2%a0%C2%A0"), b"/a");
        assert_eq!(index_at_end(b"/a/index.php//"), Some(2));
        assert_eq!(text(lowercase_octets(b"/%C3%A9%G0%")), "/%c3%a9%G0%");
    }

    #[test]
    fn what_is_left_of_a_query_goes_along() {
        assert_eq!(
            text(with_query(b"http://a/b/", b"tb=1&x=a b")),
            "http://a/b/?tb=1&x=a%20b"
        );
        assert_eq!(
            text(with_query(b"http://a/?p=1", b"name=x&y=2")),
            "http://a/?p=1&y=2"
        );
        assert_eq!(
            text(remove_args_if_not_in_url(
                b"p=1&tb=1",
                &OF_POSTS,
                b"http://a/?p=1"
            )),
            "p=1&tb=1"
        );
    }
}
