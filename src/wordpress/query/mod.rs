//! `WP_Query` (wp-includes/class-wp-query.php), as far as it decides which one post a request is for.
//!
//! Two askers: `url_to_postid()` wants the post of a singular query, and `wp-trackback.php` wants that and whether the
//! main query found anything, since that is its reply's HTTP status.
//!
//! NOT PORTED: query variables only PHP code can set (`post__in`, `meta_query`, …), custom statuses and capabilities of
//! users (all requests here come from nobody), comments of feeds. Sticky posts only change the order of the home page,
//! and terms below the one asked for only how many posts are found; neither makes a 404 or a post. `orderby` knows the columns of a post and not `meta_value`, `rand` and `relevance`.

mod fetch;
mod search;
mod values;

use super::db::{Conn, DbError};
use super::posts::{Post, get_page_by_path};
use super::snapshot::Snapshot;
use crate::php;
use crate::php::array::{PhpArray, PhpValue};
use crate::php::number::intval;
pub(super) use values::{
    absint, checkdate, id_option, like_pattern, scalar, structure_begins_with, truthy as is_truthy,
};
use values::{is_id_list, loosely_404, only, sanitize_key, trimmed, truthy};

/// More types than this in one `post_type[]` are cut: each becomes SQL.
const MAX_TYPES: usize = 32;

/// Why a query has no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The database gave none.
    #[error(transparent)]
    Db(#[from] DbError),
    /// PHP 8 stops with a `TypeError`: an array where its code takes a string.
    #[error("an array where WordPress expects text")]
    Fatal {
        /// Whether the query knew by then what it is: a feed, a trackback.
        flagged: bool,
    },
}

/// `WP_Query::$is_*`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `is_single`: a post of any type but page, attachments included.
    pub single: bool,
    /// `is_page`
    pub page: bool,
    /// `is_attachment`
    pub attachment: bool,
    /// `is_singular`, as it was before the query ran.
    pub singular: bool,
    /// `is_date`
    pub date: bool,
    /// `is_author`
    pub author: bool,
    /// `is_category`
    pub category: bool,
    /// `is_tag`
    pub tag: bool,
    /// `is_tax`: a taxonomy other than category and tag.
    pub tax: bool,
    /// `is_post_type_archive`
    pub post_type_archive: bool,
    /// `is_archive`
    pub archive: bool,
    /// `is_search`
    pub search: bool,
    /// `is_feed`
    pub feed: bool,
    /// `is_trackback`
    pub trackback: bool,
    /// `is_embed`
    pub embed: bool,
    /// `is_home`
    pub home: bool,
    /// `is_posts_page`
    pub posts_page: bool,
    /// `is_paged`
    pub paged: bool,
    /// `is_preview`
    pub preview: bool,
    /// `is_robots`
    pub robots: bool,
    /// `is_favicon`
    pub favicon: bool,
    /// `is_sitemap` (7.1)
    pub sitemap: bool,
    /// `is_404`
    pub not_found: bool,
}

impl Flags {
    /// Port of `WP_Query::set_404()`: all flags go but that of a feed.
    fn set_404(&mut self) {
        *self = Self {
            feed: self.feed,
            not_found: true,
            ..Self::default()
        };
    }
}

/// A query, its variables read and its posts fetched.
#[derive(Debug)]
pub struct Query<'s> {
    snapshot: &'s Snapshot,
    /// As asked.
    asked: PhpArray,
    /// `WP_Query::$is_*`
    pub is: Flags,
    /// Variables, `fill_query_vars()` and `parse_query()` applied.
    vars: Vars,
    queried: Option<Post>,
    author_found: u64,
    /// The search comes neither from `$_GET` nor from PHP code, so it is url-decoded.
    decodes_search: bool,
    /// `posts[0]`
    pub first: Option<Post>,
}

/// The variables that matter here, typed as `parse_query()` leaves them.
#[derive(Clone, Debug, Default)]
struct Vars {
    p: u64,
    page_id: u64,
    year: u64,
    monthnum: u64,
    day: u64,
    w: u64,
    m: Vec<u8>,
    hour: Option<u64>,
    minute: Option<u64>,
    second: Option<u64>,
    paged: u64,
    cat: Vec<u8>,
    author: Vec<u8>,
    author_name: Vec<u8>,
    name: Vec<u8>,
    pagename: Vec<u8>,
    attachment: Vec<u8>,
    attachment_is_list: bool,
    attachment_id: u64,
    s: Vec<u8>,
    post_types: Vec<Vec<u8>>,
    post_type_is_list: bool,
}

impl<'s> Query<'s> {
    /// Port of `new WP_Query( $asked )`: `None` for no variables at all, which runs no query. Values are slashed.
    pub async fn run(
        conn: &mut Conn,
        snapshot: &'s Snapshot,
        asked: PhpArray,
    ) -> Result<Option<Self>, QueryError> {
        if asked.is_empty() {
            return Ok(None);
        }
        let mut query = Self::parse(conn, snapshot, asked).await?;
        if query.is.singular {
            query.fetch_singular(conn).await?;
        }
        Ok(Some(query))
    }

    /// As [`Self::run`] for the main query, where it also matters whether an archive has posts. `searched` is `$_GET['s']`,
    /// if it is not empty.
    pub async fn run_main(
        conn: &mut Conn,
        snapshot: &'s Snapshot,
        asked: PhpArray,
        searched: bool,
    ) -> Result<Self, QueryError> {
        let mut query = Self::parse(conn, snapshot, asked).await?;
        query.decodes_search = !searched;
        let category = query.asked.get("category_name");
        if matches!(category, Some(PhpValue::Array(list)) if !list.is_empty())
            && !query.is.singular
            && !snapshot.blog.version.takes_category_lists()
        {
            return Err(QueryError::Fatal { flagged: false });
        }
        if query.is.singular {
            query.fetch_singular(conn).await?;
        } else if !query.is.not_found {
            query.fetch_many(conn).await?;
        } else if query.vars.attachment_is_list
            && query.vars.name.is_empty()
            && query.vars.pagename.is_empty()
        {
            // WordPress runs the query all the same, and stops at the list.
            return Err(QueryError::Fatal { flagged: true });
        }
        Ok(query)
    }

    /// `get_query_var()`, for those that are numbers or texts here: after the query ran.
    pub fn name(&self) -> &[u8] {
        &self.vars.name
    }

    /// `get_query_var( 'pagename' )`
    pub fn pagename(&self) -> &[u8] {
        &self.vars.pagename
    }

    /// `get_query_var( 'attachment' )`
    pub fn attachment(&self) -> &[u8] {
        &self.vars.attachment
    }

    /// `get_query_var( 'post_type' )`: empty for none.
    pub fn post_types(&self) -> &[Vec<u8>] {
        &self.vars.post_types
    }

    /// Year, month and day asked for, 0 for those that were not.
    pub fn date(&self) -> (u64, u64, u64) {
        (self.vars.year, self.vars.monthnum, self.vars.day)
    }

    /// `max( p, page_id, attachment_id )` of the variables.
    pub fn greatest_id(&self) -> u64 {
        self.vars
            .p
            .max(self.vars.page_id)
            .max(self.vars.attachment_id)
    }

    /// The post that `pagename` or the query itself is about, also of a query that found nothing fit to show.
    pub fn any_post(&self) -> Option<&Post> {
        self.queried.as_ref().or(self.first.as_ref())
    }

    /// The user behind `author_name`, 0 for none.
    pub fn author_found(&self) -> u64 {
        self.author_found
    }

    /// `get_query_var( 'paged' )`
    pub fn paged(&self) -> u64 {
        self.vars.paged
    }

    /// Port of `WP_Query::parse_query()`. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
    async fn parse(
        conn: &mut Conn,
        snapshot: &'s Snapshot,
        asked: PhpArray,
    ) -> Result<Self, QueryError> {
        let mut query = Self {
            snapshot,
            is: Flags::default(),
            vars: Vars::default(),
            queried: None,
            author_found: 0,
            decodes_search: false,
            first: None,
            asked,
        };
        let mut not_found = query.read_vars()?;
        not_found |= query.classify();
        query.classify_common();
        query.correct_front_page();
        query.find_queried_page(conn).await?;
        let options = &snapshot.options;
        if query.vars.page_id != 0
            && options.is("show_on_front", "page")
            && id_option(snapshot, "page_for_posts") == query.vars.page_id
        {
            query.is.page = false;
            query.is.home = true;
            query.is.posts_page = true;
        }
        query.is.singular = query.is.single || query.is.page || query.is.attachment;
        if not_found || loosely_404(&query.asked) {
            query.is.set_404();
        }
        query.is.embed &= query.is.singular || query.is.not_found;
        Ok(query)
    }

    /// The first part: types of the variables. True if one of them is an error.
    fn read_vars(&mut self) -> Result<bool, QueryError> {
        let asked = &self.asked;
        let text = |name: &str| scalar(asked, name);
        let number = |name: &str| text(name).map_or(0, |text| absint(&text));
        let optional = |name: &str| {
            text(name)
                .filter(|text| !text.is_empty())
                .map(|text| absint(&text))
        };
        let mut vars = Vars {
            page_id: number("page_id"),
            year: number("year"),
            monthnum: number("monthnum"),
            day: number("day"),
            w: number("w"),
            paged: number("paged"),
            hour: optional("hour"),
            minute: optional("minute"),
            second: optional("second"),
            m: only(&text("m").unwrap_or_default(), |byte| byte.is_ascii_digit()),
            author: only(&text("author").unwrap_or_default(), is_id_list),
            cat: only(&text("cat").unwrap_or_default(), is_id_list),
            name: trimmed(text("name")),
            pagename: trimmed(text("pagename")),
            attachment_id: number("attachment_id"),
            s: text("s").filter(|s| s.len() <= 1600).unwrap_or_default(),
            ..Vars::default()
        };
        let is_list = |name| matches!(asked.get(name), Some(PhpValue::Array(_)));
        // Functions of strings that PHP calls without asking whether they are.
        for name in ["author_name", "feed"] {
            if is_list(name) {
                return Err(QueryError::Fatal { flagged: true });
            }
        }
        if is_list("page") && !self.snapshot.blog.version.takes_page_lists() {
            return Err(QueryError::Fatal { flagged: true });
        }
        vars.attachment_is_list = is_list("attachment");
        vars.attachment = text("attachment").unwrap_or_default();
        vars.author_name = text("author_name").unwrap_or_default();
        if let Some(subpost) = text("subpost").filter(|text| !text.is_empty()) {
            vars.attachment = subpost;
            vars.attachment_is_list = false;
        }
        if let Some(subpost) = text("subpost_id").filter(|text| !text.is_empty()) {
            vars.attachment_id = absint(&subpost);
        }
        let bad = match text("p") {
            Some(p) if intval(&p) >= 0 => {
                vars.p = intval(&p).unsigned_abs();
                false
            }
            _ => true,
        };
        match asked.get("post_type") {
            Some(PhpValue::Array(list)) => {
                vars.post_type_is_list = !list.is_empty();
                vars.post_types = list
                    .values()
                    .take(MAX_TYPES)
                    .map(|value| sanitize_key(&value.to_bytes()))
                    .collect();
            }
            Some(value) if value.truthy() => {
                vars.post_types = vec![sanitize_key(&value.to_bytes())]
            }
            _ => {}
        }
        self.vars = vars;
        Ok(bad)
    }

    /// What kind of query it is. True if its date cannot be.
    fn classify(&mut self) -> bool {
        let foreign = self.asks_for_taxonomy();
        let vars = &self.vars;
        let is = &mut self.is;
        is.robots = truthy(&self.asked, "robots");
        is.favicon = !is.robots && truthy(&self.asked, "favicon");
        is.sitemap = self.snapshot.blog.version.queries_know_sitemaps()
            && !is.robots
            && !is.favicon
            && truthy(&self.asked, "sitemap");
        if !vars.attachment.is_empty() || vars.attachment_is_list || vars.attachment_id != 0 {
            is.single = true;
            is.attachment = true;
            return false;
        }
        if !vars.name.is_empty() || vars.p != 0 {
            is.single = true;
            return false;
        }
        if !vars.pagename.is_empty() || vars.page_id != 0 {
            is.page = true;
            return false;
        }
        let mut bad = false;
        is.search = self.asked.get("s").is_some_and(|s| *s != PhpValue::Null);
        is.date = vars.second.is_some() || vars.minute.is_some() || vars.hour.is_some();
        if vars.day != 0 && !is.date {
            if vars.monthnum != 0
                && vars.year != 0
                && !checkdate(vars.year, vars.monthnum, vars.day)
            {
                bad = true;
            } else {
                is.date = true;
            }
        }
        if vars.monthnum != 0 && !is.date {
            if vars.monthnum > 12 {
                bad = true;
            } else {
                is.date = true;
            }
        }
        is.date |= vars.year != 0 || php::string::str_truthy(&vars.m) || vars.w != 0;
        is.category = truthy(&self.asked, "category_name")
            || vars
                .cat
                .split(|byte| *byte == b',')
                .any(|id| intval(id) > 0);
        is.tag = truthy(&self.asked, "tag");
        is.tax = truthy(&self.asked, "post_format") || foreign;
        if truthy(&self.asked, "term") {
            match scalar(&self.asked, "taxonomy")
                .unwrap_or_default()
                .as_slice()
            {
                b"" | b"0" => {}
                b"category" => is.category = true,
                b"post_tag" => is.tag = true,
                _ => is.tax = true,
            }
        }
        is.author = php::string::str_truthy(&vars.author) || !vars.author_name.is_empty();
        if let ([kind], false) = (vars.post_types.as_slice(), vars.post_type_is_list) {
            is.post_type_archive = self
                .snapshot
                .types
                .by_name(kind)
                .is_some_and(|kind| kind.has_archive);
        }
        is.archive =
            is.post_type_archive || is.date || is.author || is.category || is.tag || is.tax;
        bad
    }

    /// Whether the variable of a plugin's taxonomy is set.
    fn asks_for_taxonomy(&self) -> bool {
        let types = &self.snapshot.types;
        self.asked.iter().any(|(key, value)| {
            value.truthy()
                && match key {
                    php::array::PhpKey::Str(name) => types.is_taxonomy_var(name),
                    php::array::PhpKey::Int(_) => false,
                }
        })
    }

    /// Flags that go with any kind.
    fn classify_common(&mut self) {
        let set = |name: &str| {
            self.asked
                .get(name)
                .is_some_and(|value| !matches!(value, PhpValue::Str(text) if text.is_empty()))
        };
        self.is.feed = set("feed");
        self.is.embed = set("embed");
        self.is.trackback = set("tb");
        self.is.paged = self.vars.paged > 1;
        self.is.preview = set("preview");
        let is = &mut self.is;
        is.singular = is.single || is.page || is.attachment;
        is.home = !(is.singular
            || is.archive
            || is.search
            || is.feed
            || is.trackback
            || is.robots
            || is.favicon
            || is.sitemap);
    }

    /// The static front page, if nothing else is asked for.
    fn correct_front_page(&mut self) {
        let front = id_option(self.snapshot, "page_on_front");
        if !self.is.home || !self.snapshot.options.is("show_on_front", "page") || front == 0 {
            return;
        }
        let only_paging = self.asked.iter().all(|(key, value)| match key {
            php::array::PhpKey::Str(name) => match name.as_slice() {
                b"preview" | b"page" | b"paged" | b"cpage" | b"embed" => true,
                b"pagename" => matches!(value, PhpValue::Str(text) if text.is_empty()),
                _ => false,
            },
            php::array::PhpKey::Int(_) => false,
        });
        if only_paging {
            self.is.page = true;
            self.is.home = false;
            self.vars.page_id = front;
            self.vars.paged = 0;
        }
    }

    /// `pagename` to a page, or to what else has that path.
    async fn find_queried_page(&mut self, conn: &mut Conn) -> Result<(), QueryError> {
        if self.vars.pagename.is_empty() {
            return Ok(());
        }
        let snapshot = self.snapshot;
        self.queried = get_page_by_path(conn, snapshot, &self.vars.pagename, "page").await?;
        if self
            .queried
            .as_ref()
            .is_some_and(|post| post.is("attachment"))
            && structure_begins_with(
                snapshot.options.text("permalink_structure"),
                &[b"%postname%"],
            )
            && let Some(post) =
                get_page_by_path(conn, snapshot, &self.vars.pagename, "post").await?
        {
            self.queried = Some(post);
            self.is.page = false;
            self.is.single = true;
        }
        if let Some(post) = &self.queried
            && snapshot.options.is("show_on_front", "page")
            && id_option(snapshot, "page_for_posts") == post.id
        {
            self.is.page = false;
            self.is.home = true;
            self.is.posts_page = true;
        }
        Ok(())
    }
}
