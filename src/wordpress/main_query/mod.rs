//! The main query of a request: `WP::main()` (wp-includes/class-wp.php) and `template_redirect`, as far as a trackback
//! feels them.
//!
//! `wp-trackback.php` takes its post and its HTTP status from the main query. That query reads the request's path by the
//! rewrite rules ([`path`]), then the variables of body and query string ([`vars`]), so a body field `name` or `p` changes
//! the post, and `feed` the content type ([`headers`]). What finds nothing may once have been somewhere ([`old_slug`]), or
//! be somewhere else ([`super::canonical`]).
//!
//! NOT PORTED: what PHP makes of pages that are no trackbacks: themes, feeds, sitemaps and the REST API.

mod headers;
mod old_slug;
mod path;
mod status;
mod vars;

use std::sync::Arc;

use super::canonical::{Lost, redirect_canonical};
use super::db::{Conn, DbError};
use super::posts::Post;
use super::query::{Query, QueryError, is_truthy, scalar};
use super::query_args::wp_sanitize_redirect;
use super::rewrite::wp_resolve_numeric_slug_conflicts;
use super::snapshot::Snapshot;
use crate::php::array::{PhpArray, PhpValue};
use crate::php::string::{ltrim_set, replace, str_truthy};

/// What WordPress reads of a request.
#[derive(Clone, Copy, Debug)]
pub struct MainRequest<'a> {
    /// `REQUEST_METHOD`
    pub method: &'a str,
    /// `SCRIPT_NAME`: the path of the PHP file, `/index.php` for permalinks, `/wp-trackback.php` for itself.
    pub script: &'a [u8],
    /// `HTTP_HOST`
    pub host: &'a [u8],
    /// `REQUEST_URI`: path and query as on the request line.
    pub uri: &'a [u8],
    /// `$_GET`, not slashed.
    pub get: &'a PhpArray,
    /// `$_POST`, not slashed.
    pub post: &'a PhpArray,
    /// `HTTP_IF_NONE_MATCH`
    pub if_none_match: &'a [u8],
    /// `HTTP_IF_MODIFIED_SINCE`
    pub if_modified_since: &'a [u8],
    /// `time()`
    pub now: i64,
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
        /// As [`Ran::speaks_xml`].
        speaks_xml: bool,
    },
    /// `rest_route` is set: the REST API answers, before any query runs.
    Rest,
    /// It ran.
    Ran(Box<Ran>),
}

/// A main query that ran.
#[derive(Clone, Debug, Default)]
pub struct Ran {
    /// `is_single() || is_page()`: the post a trackback is for is [`Self::post`], also if there is none, and no ID from
    /// the path counts.
    pub decides: bool,
    /// `posts[0]` of a single post or a page, which is the post a trackback is for.
    pub post: Option<Post>,
    /// `get_queried_object()` of the same: what `pagename` is about, where another post was found.
    pub queried: Option<Post>,
    /// The HTTP status that is set when `wp-trackback.php` takes over.
    pub status: u16,
    /// `is_404()`
    pub not_found: bool,
    /// `is_trackback() || is_feed()`: `wp_die()` speaks XML.
    pub speaks_xml: bool,
    /// Whether status and headers are all: the error field asked for a bare status (403, 500, 502, 503), or the caller
    /// has the feed already (304).
    pub exits: bool,
    /// The headers of `WP::send_headers()`, but for the type.
    pub headers: Vec<(&'static str, Vec<u8>)>,
    /// The `Content-Type` of `WP::send_headers()`, or PHP's own.
    pub content_type: Vec<u8>,
    /// Who answers.
    pub answer: Answer,
}

/// Who answers a request once the main query ran.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Answer {
    /// `wp-trackback.php`
    #[default]
    Trackback,
    /// 301 to there: `wp_old_slug_redirect()` or `redirect_canonical()`. Never for `wp-trackback.php` itself.
    Redirect(Vec<u8>),
    /// `do_robots()`
    Robots,
    /// `do_favicon()`
    Favicon,
    /// A sitemap, or its style sheet.
    Sitemap,
    /// A feed, whose type the main query told already.
    Feed,
    /// `do_feed()` ends in `wp_die()`: there is no feed of that name.
    NoFeed,
    /// The theme.
    Page,
}

impl Ran {
    /// Sets a header, in the place it had.
    fn set(&mut self, name: &'static str, value: Vec<u8>) {
        match self.headers.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.headers.push((name, value)),
        }
    }
}

/// Port of `WP::main()`: `parse_request()`, `query_posts()`, `handle_404()`, `send_headers()`, wp-includes/class-wp.php, and
/// of the way through wp-includes/template-loader.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub async fn main_query(
    conn: &mut Conn,
    snapshot: &Snapshot,
    request: MainRequest<'_>,
) -> Result<MainQuery, DbError> {
    let with_posts;
    let snapshot = if let Some(names) = vars::unknown_names(&snapshot.types, &request) {
        let types = snapshot
            .types
            .with_posts(conn, &snapshot.tables, &names)
            .await?;
        with_posts = Snapshot {
            types: Arc::new(types),
            ..snapshot.clone()
        };
        &with_posts
    } else {
        snapshot
    };
    let path = path::parse_path(conn, snapshot, &request).await?;
    let Some(vars) = vars::collect_vars(&snapshot.types, &request, &path) else {
        return Ok(MainQuery::Mismatch);
    };
    let mut vars = wp_resolve_numeric_slug_conflicts(conn, snapshot, vars).await?;
    if path.not_found {
        vars.insert("error", PhpValue::Str(b"404".to_vec()));
    }
    vars::post_format_request(&mut vars);
    if is_truthy(&vars, "rest_route") {
        return Ok(MainQuery::Rest);
    }
    let query = match Query::run_main(conn, snapshot, vars.clone(), is_truthy(request.get, "s"))
        .await
    {
        Ok(query) => query,
        Err(QueryError::Fatal { flagged }) => {
            let is_set = |name: &str| vars.get(name).is_some_and(|value| value.to_bytes() != b"");
            let speaks_xml = flagged && (is_set("tb") || is_set("feed"));
            return Ok(MainQuery::Fatal { speaks_xml });
        }
        Err(QueryError::Db(error)) => return Err(error),
    };
    let found_nothing =
        !query.is.not_found && status::handle_404(conn, snapshot, &query, &vars).await?;
    let not_found = query.is.not_found || found_nothing;
    let mut ran = Ran {
        decides: !not_found && (query.is.single || query.is.page),
        status: if found_nothing { 404 } else { 200 },
        not_found,
        speaks_xml: (query.is.trackback && !not_found) || query.is.feed,
        ..Ran::default()
    };
    if found_nothing {
        for (name, value) in super::die::nocache_headers(snapshot.blog.version) {
            ran.set(name, value);
        }
    }
    if ran.decides {
        ran.post.clone_from(&query.first);
        ran.queried = query.any_post().cloned();
    }
    let shown = ran.post.clone().filter(|_| query.is.singular);
    headers::send_headers(conn, snapshot, &request, &vars, &mut ran, shown.as_ref()).await?;
    if !request.is_direct() && !ran.exits {
        ran.answer = template(conn, snapshot, &request, &query, &vars, not_found).await?;
    }
    Ok(MainQuery::Ran(Box::new(ran)))
}

/// wp-includes/template-loader.php, with what core hooks to `template_redirect`.
async fn template(
    conn: &mut Conn,
    snapshot: &Snapshot,
    request: &MainRequest<'_>,
    query: &Query<'_>,
    vars: &PhpArray,
    mut not_found: bool,
) -> Result<Answer, DbError> {
    if not_found {
        let mut target = old_slug::wp_old_slug_redirect(conn, snapshot, query).await?;
        if target.is_none() && matches!(request.method, "GET" | "HEAD") {
            let lost = Lost { query, vars };
            let url = address_bar(snapshot, request);
            target = redirect_canonical(conn, snapshot, &lost, &url).await?;
        }
        if let Some(target) = target {
            return Ok(Answer::Redirect(wp_sanitize_redirect(&target)));
        }
    }
    match sitemap(snapshot, vars) {
        Sitemap::Shown => return Ok(Answer::Sitemap),
        Sitemap::Off => not_found = true,
        Sitemap::None => {}
    }
    Ok(if query.is.robots && !not_found {
        Answer::Robots
    } else if query.is.favicon && !not_found {
        Answer::Favicon
    } else if query.is.feed {
        feed(vars)
    } else if query.is.trackback && !not_found {
        Answer::Trackback
    } else {
        Answer::Page
    })
}

/// Port of `do_feed()`, wp-includes/functions.php, with the feeds core has. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
fn feed(vars: &PhpArray) -> Answer {
    let name = scalar(vars, "feed").unwrap_or_default();
    // WP_Query::parse_query() takes the mark of a feed of comments away.
    let name = replace(&name, b"comments-", b"");
    match ltrim_set(&name, b"_") {
        b"" | b"feed" | b"rdf" | b"rss" | b"rss2" | b"atom" => Answer::Feed,
        _ => Answer::NoFeed,
    }
}

enum Sitemap {
    None,
    /// None is asked for that there is.
    Shown,
    /// The blog is not public, so there is none: 404.
    Off,
}

/// `WP_Sitemaps::render_sitemaps()`, wp-includes/sitemaps/class-wp-sitemaps.php. A sitemap without entries, which is a 404,
/// is not told from others.
fn sitemap(snapshot: &Snapshot, vars: &PhpArray) -> Sitemap {
    let text = |name: &str| scalar(vars, name).filter(|text| str_truthy(text));
    let (name, style) = (text("sitemap"), text("sitemap-stylesheet"));
    if name.is_none() && style.is_none() {
        Sitemap::None
    } else if !snapshot.options.truthy("blog_public") {
        Sitemap::Off
    } else if style.is_some()
        || matches!(
            name.as_deref(),
            Some(b"index" | b"posts" | b"taxonomies" | b"users")
        )
    {
        Sitemap::Shown
    } else {
        Sitemap::None
    }
}

/// The URL in the caller's address bar, as `redirect_canonical()` builds it.
fn address_bar(snapshot: &Snapshot, request: &MainRequest<'_>) -> Vec<u8> {
    let scheme: &[u8] = if snapshot.blog.tls {
        b"https://"
    } else {
        b"http://"
    };
    [scheme, request.host, request.uri].concat()
}
