//! URLs to posts: wp-includes/rewrite.php, and what it asks of `WP_Rewrite` (wp-includes/class-wp-rewrite.php).

use super::blog::set_url_scheme;
use super::db::{Conn, DbError};
use super::options::trailingslashit;
use super::posts::{Post, Status, get_page_by_path, get_post, page_count};
use super::query::{Query, QueryError, absint, id_option, structure_begins_with};
use super::rewrite_rules::{Matches, Rule};
use super::snapshot::Snapshot;
use crate::php::array::{PhpArray, PhpKey, PhpValue};
use crate::php::number::intval;
use crate::php::string::{addslashes, replace, strpos, trim_set};
use crate::php::url::{parse_str, parse_url};

/// `max_input_vars`: what a rule's query may set at most.
const MAX_VARS: usize = 1000;

/// Request paths longer than this, in bytes, are tried against no rule. Web servers refuse such request lines, so no
/// page has them; the rules are tried one by one, and some in quadratic time.
pub(super) const MAX_REQUEST: usize = 8192;

/// The option `permalink_structure`, with the questions `WP_Rewrite::init()` answers from it. Checked: 6.1.9, 6.6.7, 6.9.7,
/// 7.1.
#[derive(Clone, Copy, Debug)]
pub struct Structure<'a>(pub &'a [u8]);

impl<'a> Structure<'a> {
    /// The blog's own.
    pub fn of(snapshot: &'a Snapshot) -> Self {
        Self(snapshot.options.text("permalink_structure"))
    }

    /// `using_permalinks()`: whether there is one.
    pub fn is_set(self) -> bool {
        !self.0.is_empty()
    }

    /// `using_index_permalinks()`: whether paths begin with `index.php`, for servers without rewriting.
    pub fn begins_with_index(self) -> bool {
        let mut rest = self.0;
        // `#^/*index.php#`, in which the dot is any byte but a newline.
        while let Some(after) = rest.strip_prefix(b"/") {
            rest = after;
        }
        rest.starts_with(b"index")
            && rest.get(5).is_some_and(|byte| *byte != b'\n')
            && rest.get(6..9) == Some(b"php".as_slice())
    }

    /// `use_verbose_page_rules`: whether a page's rule might as well be a post's, so that it is asked for.
    pub fn has_verbose_pages(self) -> bool {
        structure_begins_with(
            self.0,
            &[b"%postname%", b"%category%", b"%tag%", b"%author%"],
        )
    }

    /// `use_trailing_slashes`
    pub fn ends_with_slash(self) -> bool {
        self.0.ends_with(b"/")
    }

    /// `root`: what all paths begin with.
    pub fn root(self) -> &'static [u8] {
        if self.begins_with_index() {
            b"index.php/"
        } else {
            b""
        }
    }

    /// Port of `get_date_permastruct()`, wp-includes/class-wp-rewrite.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
    pub fn date_permastruct(self) -> Vec<u8> {
        let orders: [&[u8]; 3] = [
            b"%year%/%monthnum%/%day%",
            b"%day%/%monthnum%/%year%",
            b"%monthnum%/%day%/%year%",
        ];
        let order = orders
            .into_iter()
            .find(|order| strpos(self.0, order).is_some())
            .unwrap_or(orders[0]);
        let mut date = self.0[..memchr::memchr(b'%', self.0).unwrap_or(0)].to_vec();
        // Numbers of posts would be taken for years.
        let mut parts = self.0.split(|byte| *byte == b'%').skip(1).step_by(2);
        if parts.by_ref().take(3).any(|tag| tag == b"post_id") {
            date.extend_from_slice(b"date/");
        }
        date.extend_from_slice(order);
        date
    }

    /// Port of `user_trailingslashit()`, wp-includes/link-template.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
    pub fn user_trailingslashit(self, url: &[u8]) -> Vec<u8> {
        if self.ends_with_slash() {
            trailingslashit(url)
        } else {
            super::options::untrailingslashit(url).to_vec()
        }
    }
}

/// Port of `url_to_postid()`, wp-includes/rewrite.php: the ID of the post the URL is for, 0 for none. `url` as WordPress
/// hands it on: slashed, and entity-escaped in the case of a pingback's target. An ID written into the URL is not looked
/// up. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// DIFFERS: a path longer than any web server takes is not tried against the rules.
pub async fn url_to_postid(
    conn: &mut Conn,
    snapshot: &Snapshot,
    url: &[u8],
) -> Result<u64, DbError> {
    Ok(find_post(conn, snapshot, url).await?.0)
}

/// How [`url_to_postid`] came to its answer.
#[derive(Clone, Copy, Debug)]
pub enum Way<'a> {
    /// The host is another than home's.
    ForeignHost,
    /// The ID stands in the URL.
    Id,
    /// It is the page that is the front page.
    FrontPage,
    /// This rewrite rule matched.
    Rule(&'a Rule),
    /// No rewrite rule matched, or there is none.
    NoRule,
}

/// [`url_to_postid`], and how it came to its answer.
///
/// # Errors
/// The database failed.
pub async fn find_post<'s>(
    conn: &mut Conn,
    snapshot: &'s Snapshot,
    url: &[u8],
) -> Result<(u64, Way<'s>), DbError> {
    let home = snapshot.blog.home_url(b"");
    let host = bare_host(snapshot, url);
    if host.as_ref().is_some_and(|host| host != b"0") && host != bare_host(snapshot, &home) {
        return Ok((0, Way::ForeignHost));
    }
    let id = id_in_query(url);
    if id != 0 {
        return Ok((id, Way::Id));
    }
    let url = url.split(|byte| *byte == b'#').next().unwrap_or_default();
    let url = url.split(|byte| *byte == b'?').next().unwrap_or_default();
    let mut url = with_home_scheme(url, &home);
    if trim_set(&url, b"/") == home && snapshot.options.is("show_on_front", "page") {
        let front = id_option(snapshot, "page_on_front");
        if get_post(conn, &snapshot.tables, front).await?.is_some() {
            return Ok((front, Way::FrontPage));
        }
    }
    if snapshot.rules.is_empty() {
        return Ok((0, Way::NoRule));
    }
    if !Structure::of(snapshot).begins_with_index() {
        url = replace(&url, b"index.php/", b"");
    }
    let request = path_below_home(snapshot, &url, &home);
    let request = trim_set(&request, b"/");
    if request.len() > MAX_REQUEST {
        return Ok((0, Way::NoRule));
    }
    let Some((rule, matches)) = find_rule(conn, snapshot, |rule| rule.matches(request)).await?
    else {
        return Ok((0, Way::NoRule));
    };
    let asked = query_vars(snapshot, rule, &matches);
    let asked = wp_resolve_numeric_slug_conflicts(conn, snapshot, asked).await?;
    let id = match Query::run(conn, snapshot, asked).await {
        Ok(Some(query)) if query.is.singular => query.first.map_or(0, |post| post.id),
        // Rules give texts only, so there is no array for PHP to stop at.
        Ok(_) | Err(QueryError::Fatal { .. }) => 0,
        Err(QueryError::Db(error)) => return Err(error),
    };
    Ok((id, Way::Rule(rule)))
}

/// The URL's host without `www.`; `None` for none.
fn bare_host(snapshot: &Snapshot, url: &[u8]) -> Option<Vec<u8>> {
    let host = parse_url(url)?.host?;
    let host = if snapshot.blog.version.drops_leading_www_only() {
        host.strip_prefix(b"www.").unwrap_or(&host).to_vec()
    } else {
        replace(&host, b"www.", b"")
    };
    Some(host).filter(|host| !host.is_empty())
}

/// `preg_match( '#[?&](p|page_id|attachment_id)=(\d+)#' )`: the first one's number, 0 for none.
fn id_in_query(url: &[u8]) -> u64 {
    for at in memchr::memchr2_iter(b'?', b'&', url) {
        let rest = &url[at + 1..];
        for name in [b"p=".as_slice(), b"page_id=", b"attachment_id="] {
            let Some(number) = rest.strip_prefix(name) else {
                continue;
            };
            let digits = number
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            if digits > 0 {
                return absint(&number[..digits]);
            }
        }
    }
    0
}

/// The URL with home's scheme, and with `www.` if and only if home has it.
fn with_home_scheme(url: &[u8], home: &[u8]) -> Vec<u8> {
    let scheme = if home.starts_with(b"https:") {
        "https"
    } else {
        "http"
    };
    let url = set_url_scheme(url, scheme);
    let www = b"://www.";
    if strpos(home, www).is_none() {
        replace(&url, www, b"://")
    } else if strpos(&url, www).is_none() {
        replace(&url, b"://", www)
    } else {
        url
    }
}

/// What is left when home, or home's path, is chopped off.
fn path_below_home(snapshot: &Snapshot, url: &[u8], home: &[u8]) -> Vec<u8> {
    let home_with_slash = snapshot.blog.home_url(b"/");
    let slashed = trailingslashit(url);
    if strpos(&slashed, &home_with_slash).is_some() {
        return replace(url, home, b"");
    }
    let home_path = parse_url(&home_with_slash)
        .and_then(|url| url.path)
        .unwrap_or_default();
    match slashed.strip_prefix(home_path.as_slice()) {
        Some(rest) => rest.to_vec(),
        None => slashed,
    }
}

/// The first rule that matches and, where page rules are verbose, whose page there is.
pub(super) async fn find_rule<'s>(
    conn: &mut Conn,
    snapshot: &'s Snapshot,
    mut matches: impl FnMut(&Rule) -> Option<Matches> + Send,
) -> Result<Option<(&'s Rule, Matches)>, DbError> {
    let verbose = Structure::of(snapshot).has_verbose_pages();
    for rule in snapshot.rules.iter() {
        let Some(found) = matches(rule) else {
            continue;
        };
        if verbose && let Some(group) = rule.pagename_group() {
            let path = found.get(group).map(Vec::as_slice).unwrap_or_default();
            match get_page_by_path(conn, snapshot, path, "page").await? {
                Some(page) if Status::of(&page.status) != Status::Hidden => {}
                _ => continue,
            }
        }
        return Ok(Some((rule, found)));
    }
    Ok(None)
}

/// The rule's query with only what a request may ask, and what a post type's variable brings along.
fn query_vars(snapshot: &Snapshot, rule: &Rule, matches: &[Vec<u8>]) -> PhpArray {
    let parsed = parse_str(&addslashes(&rule.apply(matches)), MAX_VARS);
    let mut asked = PhpArray::new();
    for (key, value) in parsed.iter() {
        let PhpKey::Str(name) = key else {
            continue;
        };
        if !snapshot.types.is_public_query_var(name) {
            continue;
        }
        asked.insert(key.clone(), value.clone());
        if let Some(kind) = snapshot.types.by_query_var(name) {
            asked.insert("post_type", PhpValue::Str(kind.name.clone()));
            asked.insert("name", value.clone());
        }
    }
    asked
}

/// Port of `wp_resolve_numeric_slug_conflicts()`, wp-includes/rewrite.php: a date archive that is a post with a number for
/// its slug becomes that post. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub(super) async fn wp_resolve_numeric_slug_conflicts(
    conn: &mut Conn,
    snapshot: &Snapshot,
    mut vars: PhpArray,
) -> Result<PhpArray, DbError> {
    let isset = |name: &str| vars.get(name).is_some_and(|value| *value != PhpValue::Null);
    let (year, month, day) = (isset("year"), isset("monthnum"), isset("day"));
    if !year && !month && !day {
        return Ok(vars);
    }
    let tags: Vec<&[u8]> = Structure::of(snapshot)
        .0
        .split(|byte| *byte == b'/')
        .filter(|tag| !matches!(*tag, b"" | b"0"))
        .collect();
    let Some(at) = tags.iter().position(|tag| *tag == b"%postname%") else {
        return Ok(vars);
    };
    let before = at
        .checked_sub(1)
        .and_then(|before| tags.get(before).copied());
    let compare = match before {
        None if year || month => "year",
        Some(b"%year%") if month || day => "monthnum",
        Some(b"%monthnum%") if day => "day",
        _ => return Ok(vars),
    };
    let text = |name: &str| vars.get(name).map_or(Vec::new(), PhpValue::to_bytes);
    let Some(post) = get_page_by_path(conn, snapshot, &text(compare), "post").await? else {
        return Ok(vars);
    };
    if compare != "year"
        && year
        && let Some((post_year, post_month)) = year_and_month(&post)
    {
        if intval(&text("year")) != post_year {
            return Ok(vars);
        }
        if compare == "day" && month && intval(&text("monthnum")) != post_month {
            return Ok(vars);
        }
    }
    let maybe_page = match compare {
        "year" if month => Some(text("monthnum")),
        "monthnum" if day => Some(text("day")),
        _ => None,
    };
    let page = maybe_page
        .as_deref()
        .map_or(0, |page| intval(trim_set(page, b"/")));
    if page != 0 {
        let pages = page_count(conn, &snapshot.tables, post.id).await?;
        if pages == 1 || page > i64::try_from(pages).unwrap_or(i64::MAX) {
            return Ok(vars);
        }
    }
    vars.insert("page", PhpValue::Int(page));
    for name in ["year", "monthnum", "day"] {
        vars.remove(&PhpKey::from(name));
    }
    vars.insert("name", PhpValue::Str(post.name));
    Ok(vars)
}

/// `preg_match( '/^([0-9]{4})\-([0-9]{2})/', $post->post_date )`
fn year_and_month(post: &Post) -> Option<(i64, i64)> {
    let year = post.date.get(..4)?;
    let month = post.date.get(5..7)?;
    let digits = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
    (digits(year) && digits(month) && post.date.get(4) == Some(&b'-'))
        .then(|| (intval(year), intval(month)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_in_queries_need_a_mark_right_before() {
        assert_eq!(id_in_query(b"http://a/?p=10"), 10);
        assert_eq!(id_in_query(b"http://a/?x=1&amp;p=10"), 0);
        assert_eq!(id_in_query(b"http://a/?x=1&p=10abc"), 10);
        assert_eq!(id_in_query(b"http://a/#?page_id=010"), 10);
        assert_eq!(id_in_query(b"http://a/?p=&p=7"), 7);
        assert_eq!(id_in_query(b"http://a/?p=0&p=7"), 0);
        assert_eq!(id_in_query(b"http://a/?pp=7"), 0);
    }

    #[test]
    fn schemes_and_www_follow_home() {
        let url = |url: &str, home: &str| {
            String::from_utf8_lossy(&with_home_scheme(url.as_bytes(), home.as_bytes())).into_owned()
        };
        assert_eq!(url("ftp://www.a/x", "https://a"), "https://a/x");
        assert_eq!(url("//a/x", "http://www.a"), "http://www.a/x");
        assert_eq!(url("a/x", "http://www.a"), "a/x");
    }

    #[test]
    fn structures_tell_where_paths_begin() {
        assert!(Structure(b"/index.php/%postname%/").begins_with_index());
        assert!(!Structure(b"/%postname%/").begins_with_index());
        assert!(Structure(b"/blog/%category%/%postname%").has_verbose_pages());
        assert!(!Structure(b"/%year%/%postname%").has_verbose_pages());
        assert!(!Structure(b"").has_verbose_pages());
    }
}
