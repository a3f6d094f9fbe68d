//! The main query of a request: `WP::main()` (wp-includes/class-wp.php) as far as a trackback feels it.
//!
//! `wp-trackback.php` takes its post and its HTTP status from the main query. That query reads the request's path by the
//! rewrite rules, then the variables of body and query string, so a body field `name` or `p` changes the post.
//!
//! NOT PORTED: `PATH_INFO` (taken to be empty, as behind nginx), `redirect_canonical()`, which acts on GET alone and never
//! on trackbacks, and the headers of feeds.

use super::db::{Conn, DbError};
use super::permalinks::get_permalink;
use super::posts::{Post, get_post, page_count};
use super::query::{Query, QueryError};
use super::rewrite::{MAX_REQUEST, Structure, find_rule, wp_resolve_numeric_slug_conflicts};
use super::rewrite_rules::Rule;
use super::snapshot::Snapshot;
use crate::php::array::{PhpArray, PhpKey, PhpValue};
use crate::php::number::{intval, is_numeric};
use crate::php::string::{addslashes, replace, str_truthy, trim_set};
use crate::php::url::{parse_str, parse_url, urldecode};

/// What WordPress reads of a request.
#[derive(Clone, Copy, Debug)]
pub struct MainRequest<'a> {
    /// `PHP_SELF`: the path of the PHP file, `/index.php` for permalinks, `/wp-trackback.php` for itself.
    pub script: &'a [u8],
    /// `REQUEST_URI`: path and query as on the request line.
    pub uri: &'a [u8],
    /// `$_GET`, not slashed.
    pub get: &'a PhpArray,
    /// `$_POST`, not slashed.
    pub post: &'a PhpArray,
}

impl MainRequest<'_> {
    /// Whether `wp-trackback.php` itself is asked for, and not a permalink that leads to it.
    fn is_direct(&self) -> bool {
        self.script.ends_with(b"/wp-trackback.php")
    }
}

/// What the main query came to.
#[derive(Clone, Debug)]
pub enum MainQuery {
    /// A variable has different values in query string and body: `wp_die()` with 400 and "A variable mismatch has been
    /// detected."
    Mismatch,
    /// PHP stops with a fatal error: 500.
    Fatal {
        /// Whether it is known by then that the answer is XML: for trackbacks and feeds.
        xml: bool,
    },
    /// It ran.
    Ran(Box<Ran>),
}

/// A main query that ran.
#[derive(Clone, Debug)]
pub struct Ran {
    /// `is_single() || is_page()`: the post a trackback is for is [`Self::post`], also if there is none, and no ID from
    /// the path counts.
    pub decides: bool,
    /// `posts[0]` of a single post or a page, which is the post a trackback is for.
    pub post: Option<Post>,
    /// The HTTP status that is set when `wp-trackback.php` takes over.
    pub status: u16,
    /// `is_404()`
    pub not_found: bool,
    /// `is_trackback()`: for a permalink, whether WordPress goes on to `wp-trackback.php` at all. A theme's page, a feed
    /// or a redirect answers otherwise.
    pub is_trackback: bool,
    /// `is_singular()`: `X-Pingback` is sent if [`Self::post`] takes pings.
    pub is_singular: bool,
    /// Whether the error field asked for a bare status (403, 500, 502, 503): headers and no body.
    pub exits: bool,
    /// Whether headers that forbid caching are sent.
    pub no_cache: bool,
    /// Where `wp_old_slug_redirect()` sends a permalink that is none any more, with 301. Never for `wp-trackback.php`
    /// itself.
    pub redirect: Option<Vec<u8>>,
}

/// Port of `WP::main()`: `parse_request()`, `query_posts()`, `handle_404()`, `send_headers()`, wp-includes/class-wp.php, and
/// of `wp_old_slug_redirect()`, wp-includes/query.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub async fn main_query(
    conn: &mut Conn,
    snapshot: &Snapshot,
    request: MainRequest<'_>,
) -> Result<MainQuery, DbError> {
    let path = parse_path(conn, snapshot, &request).await?;
    let Some(vars) = collect_vars(snapshot, &request, &path) else {
        return Ok(MainQuery::Mismatch);
    };
    let mut vars = wp_resolve_numeric_slug_conflicts(conn, snapshot, vars).await?;
    post_format_request(&mut vars);
    if path.not_found {
        vars.insert("error", PhpValue::Str(b"404".to_vec()));
    }
    let query = match Query::run_main(conn, snapshot, vars.clone()).await {
        Ok(query) => query,
        Err(QueryError::Fatal { flagged }) => {
            let empty = |value: &PhpValue| matches!(value, PhpValue::Str(text) if text.is_empty());
            let set = |name| vars.get(name).is_some_and(|value| !empty(value));
            let xml = flagged && (set("tb") || set("feed"));
            return Ok(MainQuery::Fatal { xml });
        }
        Err(QueryError::Db(error)) => return Err(error),
    };
    let found_nothing = !query.is.not_found && handle_404(conn, snapshot, &query, &vars).await?;
    let mut ran = Ran {
        decides: !query.is.not_found && !found_nothing && (query.is.single || query.is.page),
        post: None,
        status: if found_nothing { 404 } else { 200 },
        not_found: query.is.not_found || found_nothing,
        is_trackback: query.is.trackback && !query.is.feed && !found_nothing,
        is_singular: query.is.singular && !found_nothing,
        exits: false,
        no_cache: found_nothing,
        redirect: None,
    };
    send_error(&mut ran, &vars);
    if ran.decides {
        ran.post.clone_from(&query.first);
    }
    if ran.not_found && !request.is_direct() {
        ran.redirect = wp_old_slug_redirect(conn, snapshot, &query).await?;
    }
    Ok(MainQuery::Ran(Box::new(ran)))
}

/// What the path says.
#[derive(Debug, Default)]
struct Path {
    /// The variables of the matching rule.
    vars: PhpArray,
    /// No rule matches, and the path is neither the home page nor a file of WordPress.
    not_found: bool,
    /// `$_GET['error']` was taken away.
    clears_error: bool,
}

/// The first half of `WP::parse_request()`.
async fn parse_path(
    conn: &mut Conn,
    snapshot: &Snapshot,
    request: &MainRequest<'_>,
) -> Result<Path, DbError> {
    let mut path = Path::default();
    if snapshot.rules.is_empty() {
        return Ok(path);
    }
    let home_path = parse_url(&snapshot.blog.home_url(b""))
        .and_then(|url| url.path)
        .unwrap_or_default();
    let home_path = trim_set(&home_path, b"/");
    let below_home = |text: &[u8]| {
        let text = trim_set(text, b"/");
        match text.get(..home_path.len()) {
            Some(start) if start.eq_ignore_ascii_case(home_path) => {
                trim_set(&text[home_path.len()..], b"/").to_vec()
            }
            _ => text.to_vec(),
        }
    };
    let uri = request
        .uri
        .split(|byte| *byte == b'?')
        .next()
        .unwrap_or_default();
    let mut requested = below_home(uri);
    let own = below_home(request.script);
    if requested == b"index.php" {
        requested.clear();
    }
    // PHP's empty() also holds for the path `0`.
    let empty = !str_truthy(&requested);
    let mut matched = false;
    if empty {
        if let Some(query) = snapshot.rules.query_of(b"$") {
            let query = query
                .splitn(2, |byte| *byte == b'?')
                .last()
                .unwrap_or_default();
            path.vars = parse_str(&addslashes(query), 1000);
            matched = true;
        }
    } else if requested.len() <= MAX_REQUEST {
        let decoded = urldecode(&requested);
        let either = |rule: &Rule| {
            rule.matches(&requested).or_else(|| {
                (decoded != requested)
                    .then(|| rule.matches(&decoded))
                    .flatten()
            })
        };
        if let Some((rule, matches)) = find_rule(conn, snapshot, either).await? {
            path.vars = parse_str(&addslashes(&rule.apply(&matches)), 1000);
            matched = true;
        }
    }
    let itself = requested == own;
    path.not_found = !matched && !empty && !itself;
    path.clears_error = matched || empty || itself;
    Ok(path)
}

/// The second half of `WP::parse_request()`: who may set which variable. `None` for a mismatch.
fn collect_vars(snapshot: &Snapshot, request: &MainRequest<'_>, path: &Path) -> Option<PhpArray> {
    let mut vars = PhpArray::new();
    for name in snapshot.rules.public_query_vars() {
        let key = PhpKey::from(name);
        let in_get = request
            .get
            .get_key(&key)
            .filter(|_| !(path.clears_error && name == b"error"));
        let in_post = request.post.get_key(&key);
        let value = if request.is_direct() && name == b"tb" {
            Some(PhpValue::Str(b"1".to_vec()))
        } else {
            match (in_get, in_post) {
                (Some(get), Some(post)) if get != post => return None,
                (_, Some(value)) | (Some(value), None) => Some(slashed(value)),
                (None, None) => path.vars.get_key(&key).cloned(),
            }
        };
        let Some(value) = value else {
            continue;
        };
        vars.insert(key, value.clone());
        if value.truthy()
            && let Some(kind) = snapshot.rules.post_type(name)
        {
            vars.insert("post_type", PhpValue::Str(kind.name.clone()));
            vars.insert("name", value);
        }
    }
    // Spaces of terms were pluses.
    for name in ["category_name", "tag", "post_format"] {
        if let Some(PhpValue::Str(text)) = vars.get(name) {
            let text = replace(text, b" ", b"+");
            vars.insert(name, PhpValue::Str(text));
        }
    }
    limit_post_types(snapshot, &mut vars);
    Some(vars)
}

/// `wp_magic_quotes()`
fn slashed(value: &PhpValue) -> PhpValue {
    match value {
        PhpValue::Str(text) => PhpValue::Str(addslashes(text)),
        PhpValue::Array(array) => {
            let mut out = PhpArray::new();
            for (key, value) in array.iter() {
                out.insert(key.clone(), slashed(value));
            }
            PhpValue::Array(out)
        }
        other => other.clone(),
    }
}

/// Port of `_post_format_request()`, wp-includes/post-formats.php, which filters `request`: formats are terms of posts, with
/// a longer slug. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
fn post_format_request(vars: &mut PhpArray) {
    const FORMATS: [&str; 10] = [
        "standard", "aside", "chat", "gallery", "link", "image", "quote", "status", "video",
        "audio",
    ];
    let Some(format) = vars.get("post_format").map(PhpValue::to_bytes) else {
        return;
    };
    if FORMATS.iter().any(|known| known.as_bytes() == format) {
        let slug = [b"post-format-".as_slice(), &format].concat();
        vars.insert("post_format", PhpValue::Str(slug));
    }
    let mut types = PhpArray::new();
    types.push(PhpValue::Str(b"post".to_vec()));
    vars.insert("post_type", PhpValue::Array(types));
}

/// Types that are not `publicly_queryable` may not be asked for. Of plugins' types those with rewrite rules are known.
fn limit_post_types(snapshot: &Snapshot, vars: &mut PhpArray) {
    let queryable = |name: &[u8]| {
        matches!(name, b"post" | b"attachment")
            || snapshot
                .rules
                .post_type(name)
                .is_some_and(|kind| kind.viewable)
    };
    let key = PhpKey::from("post_type");
    match vars.get_mut(&key) {
        Some(PhpValue::Array(list)) => {
            let mut kept = PhpArray::new();
            for (place, name) in list.iter() {
                if queryable(&name.to_bytes()) {
                    kept.insert(place.clone(), name.clone());
                }
            }
            *list = kept;
        }
        Some(name) if !queryable(&name.to_bytes()) => {
            vars.remove(&key);
        }
        _ => {}
    }
}

/// Port of `WP::handle_404()`: whether the query turns out to have found nothing.
async fn handle_404(
    conn: &mut Conn,
    snapshot: &Snapshot,
    query: &Query<'_>,
    vars: &PhpArray,
) -> Result<bool, DbError> {
    let is = &query.is;
    if is.robots || is.favicon {
        return Ok(false);
    }
    let page = vars
        .get("page")
        .filter(|page| page.truthy())
        .map(PhpValue::to_bytes);
    if let Some(post) = &query.first {
        if is.posts_page && page.is_some() {
            return Ok(true);
        }
        let Some(page) = page.filter(|_| is.single || is.page || is.attachment) else {
            return Ok(false);
        };
        let pages = page_count(conn, &snapshot.tables, post.id).await?;
        let wanted = intval(trim_set(&page, b"/"));
        return Ok(pages == 1 || wanted > i64::try_from(pages).unwrap_or(i64::MAX));
    }
    if is.paged {
        return Ok(true);
    }
    // Archives of what there is are not missing, only empty.
    if is.home || is.search || is.feed || is.post_type_archive {
        return Ok(false);
    }
    if is.author && (query.author_found() != 0 || author_exists(conn, snapshot, vars).await?) {
        return Ok(false);
    }
    if is.tag || is.category || is.tax {
        return Ok(!term_exists(conn, snapshot, vars).await?);
    }
    Ok(true)
}

/// Whether the term asked for is there: `get_queried_object()`.
async fn term_exists(
    conn: &mut Conn,
    snapshot: &Snapshot,
    vars: &PhpArray,
) -> Result<bool, DbError> {
    let tables = &snapshot.tables;
    for (key, value) in vars.iter() {
        let (PhpKey::Str(name), PhpValue::Str(text)) = (key, value) else {
            continue;
        };
        let taxonomy: &[u8] = match name.as_slice() {
            b"category_name" | b"cat" => b"category",
            b"tag" => b"post_tag",
            b"post_format" => b"post_format",
            name if snapshot.rules.is_foreign_query_var(name) => name,
            _ => continue,
        };
        let column = if name == b"cat" { "term_id" } else { "slug" };
        let last = text
            .rsplit(|byte| *byte == b'/')
            .find(|part| !part.is_empty());
        let sql = format!(
            "SELECT 1 FROM {} JOIN {} USING (term_id) WHERE taxonomy = ? AND {column} = ? LIMIT 1",
            tables.terms, tables.term_taxonomy
        );
        let row: Option<(i64,)> = conn
            .exec_first(sql, (taxonomy, last.unwrap_or_default()))
            .await?;
        if row.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An author without posts is no 404, if asked for by number.
async fn author_exists(
    conn: &mut Conn,
    snapshot: &Snapshot,
    vars: &PhpArray,
) -> Result<bool, DbError> {
    let Some(PhpValue::Str(author)) = vars.get("author") else {
        return Ok(false);
    };
    if !is_numeric(author) || intval(author) <= 0 {
        return Ok(false);
    }
    let sql = format!(
        "SELECT 1 FROM {} WHERE ID = ? LIMIT 1",
        snapshot.tables.users
    );
    let row: Option<(i64,)> = conn.exec_first(sql, (intval(author),)).await?;
    Ok(row.is_some())
}

/// The error field of `WP::send_headers()`.
fn send_error(ran: &mut Ran, vars: &PhpArray) {
    let Some(error) = vars.get("error").filter(|error| error.truthy()) else {
        return;
    };
    // status_header() sends only numbers it has words for.
    match error.to_int() {
        404 => {
            ran.status = 404;
            ran.no_cache = true;
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
}

/// Port of `wp_old_slug_redirect()`, wp-includes/query.php: where a post with this slug or date once was. Checked: 6.1.9,
/// 6.6.7, 6.9.7, 7.1.
async fn wp_old_slug_redirect(
    conn: &mut Conn,
    snapshot: &Snapshot,
    query: &Query<'_>,
) -> Result<Option<Vec<u8>>, DbError> {
    if query.name().is_empty() {
        return Ok(None);
    }
    let kind: &[u8] = match query.post_types() {
        [kind] => kind,
        [] if str_truthy(query.attachment()) => b"attachment",
        [] if str_truthy(query.pagename()) => b"page",
        [] => b"post",
        _ => return Ok(None),
    };
    let hierarchical = kind == b"page"
        || snapshot
            .rules
            .post_type(kind)
            .is_some_and(|kind| kind.hierarchical);
    if hierarchical {
        return Ok(None);
    }
    let mut id = find_post_by_old_slug(conn, snapshot, query, kind).await?;
    if id.is_none() {
        id = find_post_by_old_date(conn, snapshot, query, kind).await?;
    }
    let Some(post) = get_post(conn, &snapshot.tables, id.unwrap_or(0)).await? else {
        return Ok(None);
    };
    let link = get_permalink(conn, snapshot, &post).await?;
    if query.paged() > 1 {
        let page = format!("page/{}", query.paged());
        let link = [
            super::options::trailingslashit(&link).as_slice(),
            page.as_bytes(),
        ]
        .concat();
        return Ok(Some(Structure::of(snapshot).user_trailingslashit(&link)));
    }
    Ok(Some(link))
}

/// Port of `_find_post_by_old_slug()`, wp-includes/query.php.
async fn find_post_by_old_slug(
    conn: &mut Conn,
    snapshot: &Snapshot,
    query: &Query<'_>,
    kind: &[u8],
) -> Result<Option<u64>, DbError> {
    let tables = &snapshot.tables;
    let mut sql = format!(
        "SELECT post_id FROM {}, {} WHERE ID = post_id AND post_type = ? AND meta_key = '_wp_old_slug' \
         AND meta_value = ?",
        tables.postmeta, tables.posts
    );
    sql.push_str(&date_condition(query, "post_date"));
    let row: Option<(u64,)> = conn.exec_first(sql, (kind, query.name())).await?;
    Ok(row.map(|(id,)| id))
}

/// Port of `_find_post_by_old_date()`, wp-includes/query.php.
async fn find_post_by_old_date(
    conn: &mut Conn,
    snapshot: &Snapshot,
    query: &Query<'_>,
    kind: &[u8],
) -> Result<Option<u64>, DbError> {
    let date = date_condition(query, "pm_date.meta_value");
    if date.is_empty() {
        return Ok(None);
    }
    let (meta, posts) = (&snapshot.tables.postmeta, &snapshot.tables.posts);
    let by_date = format!(
        "SELECT post_id FROM {meta} AS pm_date, {posts} WHERE ID = post_id AND post_type = ? \
         AND meta_key = '_wp_old_date' AND post_name = ?{date}"
    );
    let row: Option<(u64,)> = conn.exec_first(by_date, (kind, query.name())).await?;
    if let Some((id,)) = row {
        return Ok(Some(id));
    }
    let by_both = format!(
        "SELECT ID FROM {posts}, {meta} AS pm_slug, {meta} AS pm_date WHERE ID = pm_slug.post_id \
         AND ID = pm_date.post_id AND post_type = ? AND pm_slug.meta_key = '_wp_old_slug' \
         AND pm_slug.meta_value = ? AND pm_date.meta_key = '_wp_old_date'{date}"
    );
    let row: Option<(u64,)> = conn.exec_first(by_both, (kind, query.name())).await?;
    Ok(row.map(|(id,)| id))
}

/// ` AND YEAR(column) = …` for the parts of the date asked for: numbers, so they need no parameters.
fn date_condition(query: &Query<'_>, column: &str) -> String {
    let (year, month, day) = query.date();
    [("YEAR", year), ("MONTH", month), ("DAYOFMONTH", day)]
        .into_iter()
        .filter(|(_, value)| *value != 0)
        .map(|(part, value)| format!(" AND {part}({column}) = {value}"))
        .collect()
}
