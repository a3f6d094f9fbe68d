//! Variables to SQL, and SQL to the first post: `WP_Query::get_posts()`.

use mysql_async::Value;

use super::values::{basename, id_option, like_pattern, scalar, truthy};
use super::{Query, QueryError, Vars, search};
use crate::php;
use crate::php::array::PhpValue;
use crate::php::number::{floatval, intval};
use crate::wordpress::db::Conn;
use crate::wordpress::formatting::title::sanitize_title_for_query;
use crate::wordpress::post_types::PostType;
use crate::wordpress::posts::{
    COLUMNS, Post, PostRow, Status, get_page_by_path, get_post, get_post_status,
};
use crate::wordpress::snapshot::Snapshot;

/// More categories than this in one query, those below others included, are not looked at.
const MAX_TERMS: usize = 1000;

impl<'s> Query<'s> {
    /// Port of `WP_Query::get_posts()` for a singular query. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
    pub(super) async fn fetch_singular(&mut self, conn: &mut Conn) -> Result<(), QueryError> {
        let mut filter = Filter::default();
        self.filter_dates(&mut filter);
        self.name_from_type();
        let mut types = Types::of(&self.vars);
        self.filter_slug(conn, &mut filter, &mut types).await?;
        if self.vars.attachment_id != 0 {
            self.vars.p = self.vars.attachment_id;
        }
        if self.vars.p != 0 {
            filter.and("ID = ?", [self.vars.p]);
        }
        self.filter_page_id(&mut filter);
        self.filter_search(&mut filter);
        self.filter_author(conn, &mut filter).await?;
        match types {
            Types::None if self.is.attachment => filter.and("post_type = ?", ["attachment"]),
            Types::None if self.is.page => filter.and("post_type = ?", ["page"]),
            Types::None => filter.and("post_type = ?", ["post"]),
            Types::Any => filter.searchable_types(self.snapshot),
            Types::These(names) => filter.among("post_type", names),
        }
        let sql = format!(
            "SELECT {COLUMNS} FROM {} WHERE 1=1{}{}",
            self.snapshot.tables.posts,
            filter.sql,
            self.order()
        );
        let row: Option<PostRow> = conn.exec_first(sql, filter.params).await?;
        let Some(post) = row.map(Post::from) else {
            return Ok(());
        };
        if self.is.single || self.is.page {
            if post.is("attachment") && post.parent == 0 {
                self.is.page = false;
                self.is.single = true;
                self.is.attachment = true;
            }
            let status = get_post_status(conn, &self.snapshot.tables, &post).await?;
            if Status::of(&status) != Status::Public {
                return Ok(());
            }
        }
        self.first = Some(post);
        Ok(())
    }

    /// Port of `WP_Query::get_posts()` for anything else: the first post of the page asked for.
    pub(super) async fn fetch_many(&mut self, conn: &mut Conn) -> Result<(), QueryError> {
        let mut filter = Filter::default();
        self.filter_dates(&mut filter);
        self.name_from_type();
        let mut types = Types::of(&self.vars);
        self.filter_slug(conn, &mut filter, &mut types).await?;
        self.filter_page_id(&mut filter);
        self.filter_search(&mut filter);
        self.filter_categories(conn, &mut filter).await?;
        self.filter_terms(&mut filter);
        self.filter_author(conn, &mut filter).await?;
        match types {
            Types::None if self.is.search || self.is.tax => filter.searchable_types(self.snapshot),
            Types::None => filter.and("post_type = ?", ["post"]),
            Types::Any => filter.searchable_types(self.snapshot),
            Types::These(names) => filter.among("post_type", names),
        }
        filter.and("post_status = ?", ["publish"]);
        let per_page = if self.is.feed {
            "posts_per_rss"
        } else {
            "posts_per_page"
        };
        let (per_page, unbounded) = match self.snapshot.options.int(per_page) {
            -1 => (0, !self.is.feed),
            0 => (1, false),
            number => (number.unsigned_abs(), false),
        };
        let offset = if unbounded {
            0
        } else {
            self.vars
                .paged
                .max(1)
                .saturating_sub(1)
                .saturating_mul(per_page)
        };
        filter.params.push(offset.into());
        let sql = format!(
            "SELECT {COLUMNS} FROM {} WHERE 1=1{}{} LIMIT ?, 1",
            self.snapshot.tables.posts,
            filter.sql,
            self.order()
        );
        let row: Option<PostRow> = conn.exec_first(sql, filter.params).await?;
        self.first = row.map(Post::from);
        Ok(())
    }

    /// `m`, and what `WP_Date_Query` makes of the parts (wp-includes/class-wp-date-query.php).
    fn filter_dates(&self, filter: &mut Filter) {
        let vars = &self.vars;
        if php::string::str_truthy(&vars.m) {
            let part = |from: usize, to: usize| {
                intval(&vars.m[from.min(vars.m.len())..to.min(vars.m.len())])
            };
            filter.and("YEAR(post_date) = ?", [part(0, 4)]);
            for (longer_than, column, from) in [
                (5, "MONTH(post_date) = ?", 4),
                (7, "DAYOFMONTH(post_date) = ?", 6),
                (9, "HOUR(post_date) = ?", 8),
                (11, "MINUTE(post_date) = ?", 10),
                (13, "SECOND(post_date) = ?", 12),
            ] {
                if vars.m.len() > longer_than {
                    filter.and(column, [part(from, from + 2)]);
                }
            }
        }
        for (value, column) in [
            (vars.year, "YEAR(post_date) = ?"),
            (vars.monthnum, "MONTH(post_date) = ?"),
            (vars.day, "DAYOFMONTH(post_date) = ?"),
        ] {
            if value != 0 {
                filter.and(column, [value]);
            }
        }
        if vars.w != 0 {
            // Port of _wp_mysql_week(), wp-includes/functions.php.
            match self.snapshot.options.int("start_of_week") {
                1 => filter.and("WEEK(post_date, 1) = ?", [vars.w]),
                start @ 2..=6 => {
                    let week = format!("WEEK(DATE_SUB(post_date, INTERVAL {start} DAY), 0) = ?");
                    filter.and(&week, [vars.w]);
                }
                _ => filter.and("WEEK(post_date, 0) = ?", [vars.w]),
            }
        }
        match (vars.hour, vars.minute, vars.second) {
            (Some(hour), None, None) => filter.and("HOUR(post_date) = ?", [hour]),
            (None, Some(minute), None) => filter.and("MINUTE(post_date) = ?", [minute]),
            (None, None, Some(second)) => filter.and("SECOND(post_date) = ?", [second]),
            // Hour and second without minute are no condition.
            (_, None, _) => {}
            (hour, Some(minute), second) => {
                let mut format = if hour.is_some() { "%H." } else { "0." }.to_owned();
                format.push_str("%i");
                let mut time = hour.map_or("0.".to_owned(), |hour| format!("{hour:02}."));
                time.push_str(&format!("{minute:02}"));
                if let Some(second) = second {
                    format.push_str("%s");
                    time.push_str(&format!("{second:02}"));
                }
                // PHP prints it with %f into the SQL: digits and a point.
                let time = floatval(time.as_bytes());
                filter.and(&format!("DATE_FORMAT(post_date, ?) = {time:.6}"), [format]);
            }
        }
    }

    /// A type's own variable stands for `name`, or for `pagename` if its posts have parents.
    fn name_from_type(&mut self) {
        for name in &self.vars.post_types {
            let Some(kind) = self.post_type(name) else {
                continue;
            };
            let var = kind.query_var.as_deref();
            let Some(slug) = var
                .and_then(|var| self.asked.get(var))
                .filter(|slug| slug.truthy())
            else {
                continue;
            };
            let slug = slug.to_bytes();
            if kind.hierarchical {
                self.vars.pagename = slug;
                self.vars.name = Vec::new();
            } else {
                self.vars.name = slug;
            }
            break;
        }
    }

    async fn filter_slug(
        &mut self,
        conn: &mut Conn,
        filter: &mut Filter,
        types: &mut Types,
    ) -> Result<(), QueryError> {
        let snapshot = self.snapshot;
        let sanitize = |text: &[u8]| sanitize_title_for_query(snapshot.blog.version, text);
        if !self.vars.name.is_empty() {
            self.vars.name = sanitize(&self.vars.name);
            filter.and("post_name = ?", [self.vars.name.as_slice()]);
        } else if !self.vars.pagename.is_empty() {
            let page = self.requested_page(conn).await?;
            let posts_page = id_option(snapshot, "page_for_posts");
            if !snapshot.options.is("show_on_front", "page")
                || posts_page == 0
                || page != posts_page
            {
                self.vars.pagename = sanitize(basename(&self.vars.pagename));
                self.vars.name = self.vars.pagename.clone();
                filter.and("ID = ?", [page]);
                if let Some(post) = get_post(conn, &snapshot.tables, page).await?
                    && post.is("attachment")
                {
                    self.is.attachment = true;
                    self.is.page = true;
                    *types = Types::These(vec![b"attachment".to_vec()]);
                    self.vars.attachment_id = page;
                }
            }
        } else if self.vars.attachment_is_list {
            return Err(QueryError::Fatal { flagged: true });
        } else if !self.vars.attachment.is_empty() {
            self.vars.attachment = sanitize(basename(&self.vars.attachment));
            self.vars.name = self.vars.attachment.clone();
            filter.and("post_name = ?", [self.vars.attachment.as_slice()]);
        }
        Ok(())
    }

    /// The ID behind `pagename`, 0 for none.
    async fn requested_page(&self, conn: &mut Conn) -> Result<u64, QueryError> {
        if let Some(post) = &self.queried {
            return Ok(post.id);
        }
        let path = &self.vars.pagename;
        for name in &self.vars.post_types {
            let hierarchical =
                name == b"page" || self.post_type(name).is_some_and(|kind| kind.hierarchical);
            let Ok(name) = std::str::from_utf8(name) else {
                continue;
            };
            if hierarchical
                && let Some(post) = get_page_by_path(conn, self.snapshot, path, name).await?
            {
                return Ok(post.id);
            }
        }
        Ok(0)
    }

    /// A page's ID replaces all conditions so far.
    fn filter_page_id(&mut self, filter: &mut Filter) {
        let page = self.vars.page_id;
        if page != 0
            && (!self.snapshot.options.is("show_on_front", "page")
                || id_option(self.snapshot, "page_for_posts") != page)
        {
            self.vars.p = page;
            *filter = Filter::default();
            filter.and("ID = ?", [page]);
        }
    }

    async fn filter_author(
        &mut self,
        conn: &mut Conn,
        filter: &mut Filter,
    ) -> Result<(), QueryError> {
        if php::string::str_truthy(&self.vars.author) {
            let ids: Vec<i64> = self
                .vars
                .author
                .split(|byte| *byte == b',')
                .map(intval)
                .collect();
            let (wanted, unwanted): (Vec<i64>, Vec<i64>) = ids.into_iter().partition(|id| *id > 0);
            // The list of those left out wins over the other.
            if !unwanted.is_empty() {
                filter.push(&format!("post_author NOT IN ({})", list(&unwanted)));
            } else {
                filter.push(&format!("post_author IN ({})", list(&wanted)));
            }
        }
        if !self.vars.author_name.is_empty() {
            self.author_found = self.author_by_name(conn).await?;
            filter.and("post_author = ?", [self.author_found]);
        }
        Ok(())
    }

    /// `get_user_by( 'slug', … )`: the user's ID, 0 for none. The path's last part counts.
    async fn author_by_name(&self, conn: &mut Conn) -> Result<u64, QueryError> {
        let mut parts = self.vars.author_name.rsplit(|byte| *byte == b'/');
        let last = parts.next().unwrap_or_default();
        let name = if php::string::str_truthy(last) {
            last
        } else {
            parts.next().unwrap_or(last)
        };
        let slug = sanitize_title_for_query(self.snapshot.blog.version, name);
        if slug.is_empty() {
            return Ok(0);
        }
        let sql = format!(
            "SELECT ID FROM {} WHERE user_nicename = ? LIMIT 1",
            self.snapshot.tables.users
        );
        let row: Option<(u64,)> = conn.exec_first(sql, (slug,)).await?;
        Ok(row.map_or(0, |(id,)| id))
    }

    /// Port of `WP_Query::parse_search()` for nobody: all words, in title, excerpt or text, of posts without password.
    /// Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
    fn filter_search(&self, filter: &mut Filter) {
        if self.vars.s.is_empty() {
            return;
        }
        let text = search::text(&self.vars.s, self.decodes_search);
        let words = if truthy(&self.asked, "sentence") {
            vec![text]
        } else {
            search::words(text)
        };
        for word in words {
            let (like, join, word) = match word.strip_prefix(b"-") {
                Some(rest) => ("NOT LIKE", "AND", rest.to_vec()),
                None => ("LIKE", "OR", word),
            };
            let pattern = like_pattern(&word, truthy(&self.asked, "exact"));
            let sql = format!(
                "((post_title {like} ?) {join} (post_excerpt {like} ?) {join} (post_content {like} ?))"
            );
            filter.and(&sql, [pattern.clone(), pattern.clone(), pattern]);
        }
        filter.push("(post_password = '')");
    }

    /// `cat`: IDs of categories, those below them included, and negative ones for what is not wanted.
    async fn filter_categories(
        &self,
        conn: &mut Conn,
        filter: &mut Filter,
    ) -> Result<(), QueryError> {
        let ids: Vec<i64> = self
            .vars
            .cat
            .split(|byte| *byte == b',')
            .map(intval)
            .collect();
        let tables = &self.snapshot.tables;
        for (operator, sign) in [("IN", 1), ("NOT IN", -1)] {
            let mut ids: Vec<i64> = ids
                .iter()
                .filter(|id| id.signum() == sign)
                .map(|id| id.saturating_abs())
                .take(MAX_TERMS)
                .collect();
            if ids.is_empty() {
                continue;
            }
            self.add_children(conn, &mut ids).await?;
            filter.push(&format!(
                "ID {operator} (SELECT object_id FROM {} JOIN {} USING (term_taxonomy_id) \
                 WHERE taxonomy = 'category' AND term_id IN ({}))",
                tables.term_relationships,
                tables.term_taxonomy,
                list(&ids)
            ));
        }
        Ok(())
    }

    /// `get_term_children()` of categories.
    async fn add_children(&self, conn: &mut Conn, ids: &mut Vec<i64>) -> Result<(), QueryError> {
        let mut above = ids.clone();
        while !above.is_empty() && ids.len() < MAX_TERMS {
            let sql = format!(
                "SELECT CAST(term_id AS SIGNED) FROM {} WHERE taxonomy = 'category' AND parent IN ({}) LIMIT {MAX_TERMS}",
                self.snapshot.tables.term_taxonomy,
                list(&above)
            );
            let rows: Vec<(i64,)> = conn.exec(sql, ()).await?;
            above = rows
                .into_iter()
                .map(|(id,)| id)
                .filter(|id| !ids.contains(id))
                .collect();
            ids.extend_from_slice(&above);
        }
        Ok(())
    }

    /// Terms by slug.
    fn filter_terms(&self, filter: &mut Filter) {
        let mut by_slug = |taxonomy: &[u8], slug: &[u8]| {
            let slug = sanitize_title_for_query(self.snapshot.blog.version, basename(slug));
            let tables = &self.snapshot.tables;
            let sql = format!(
                "ID IN (SELECT object_id FROM {} JOIN {} USING (term_taxonomy_id) JOIN {} USING (term_id) \
                 WHERE taxonomy = ? AND slug = ?)",
                tables.term_relationships, tables.term_taxonomy, tables.terms
            );
            filter.and(&sql, [taxonomy.to_vec(), slug]);
        };
        for (var, taxonomy) in [
            ("category_name", "category"),
            ("tag", "post_tag"),
            ("post_format", "post_format"),
        ] {
            if let Some(slug) =
                scalar(&self.asked, var).filter(|slug| php::string::str_truthy(slug))
            {
                by_slug(taxonomy.as_bytes(), &slug);
            }
        }
        if let (Some(taxonomy), Some(term)) =
            (scalar(&self.asked, "taxonomy"), scalar(&self.asked, "term"))
            && php::string::str_truthy(&taxonomy)
            && php::string::str_truthy(&term)
        {
            by_slug(&taxonomy, &term);
        }
        for (key, value) in self.asked.iter() {
            if let (php::array::PhpKey::Str(name), PhpValue::Str(slug)) = (key, value)
                && php::string::str_truthy(slug)
                && self.snapshot.types.is_taxonomy_var(name)
            {
                by_slug(name, slug);
            }
        }
    }

    /// ` ORDER BY …`, from `order` and `orderby`.
    fn order(&self) -> String {
        let order = match scalar(&self.asked, "order") {
            Some(order) if order.eq_ignore_ascii_case(b"ASC") => "ASC",
            _ => "DESC",
        };
        let column = match scalar(&self.asked, "orderby")
            .unwrap_or_default()
            .as_slice()
        {
            b"none" => return String::new(),
            b"post_name" | b"name" => "post_name",
            b"post_author" | b"author" => "post_author",
            b"post_title" | b"title" => "post_title",
            b"post_modified" | b"modified" => "post_modified",
            b"post_parent" | b"parent" => "post_parent",
            b"post_type" | b"type" => "post_type",
            b"ID" => "ID",
            b"menu_order" => "menu_order",
            b"comment_count" => "comment_count",
            _ => "post_date",
        };
        let posts = &self.snapshot.tables.posts;
        format!(" ORDER BY {posts}.{column} {order}")
    }

    fn post_type(&self, name: &[u8]) -> Option<&'s PostType> {
        self.snapshot.types.by_name(name)
    }
}

/// Numbers for SQL, without their signs.
fn list(ids: &[i64]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| id.unsigned_abs().to_string()).collect();
    ids.join(",")
}

/// The `post_type` a query asks for.
enum Types {
    None,
    Any,
    These(Vec<Vec<u8>>),
}

impl Types {
    fn of(vars: &Vars) -> Self {
        match vars.post_types.as_slice() {
            [] => Self::None,
            [any] if any == b"any" && !vars.post_type_is_list => Self::Any,
            names => Self::These(names.to_vec()),
        }
    }
}

/// Conditions and their parameters.
#[derive(Debug, Default)]
struct Filter {
    sql: String,
    params: Vec<Value>,
}

impl Filter {
    fn push(&mut self, condition: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
    }

    fn and<V: Into<Value>, const N: usize>(&mut self, condition: &str, params: [V; N]) {
        self.push(condition);
        self.params.extend(params.into_iter().map(Into::into));
    }

    fn among(&mut self, column: &str, values: Vec<Vec<u8>>) {
        let marks = vec!["?"; values.len()].join(", ");
        self.push(&format!("{column} IN ({marks})"));
        self.params.extend(values.into_iter().map(Value::from));
    }

    /// `get_post_types( array( 'exclude_from_search' => false ) )`
    fn searchable_types(&mut self, snapshot: &Snapshot) {
        let names = snapshot.types.searchable().map(<[u8]>::to_vec).collect();
        self.among("post_type", names);
    }
}
