//! Table names of one blog, quoted for SQL.

/// Whether `prefix` may stand in front of table names: letters, digits and `_`, as `wpdb::set_prefix()` demands.
pub fn valid_prefix(prefix: &str) -> bool {
    prefix
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The quoted table names of one blog. Users and their meta are shared by all blogs of a network.
#[derive(Clone, Debug)]
pub struct Tables {
    /// `$wpdb->prefix`: what this blog's own tables begin with.
    pub prefix: String,
    /// `comments`
    pub comments: String,
    /// `commentmeta`
    pub commentmeta: String,
    /// `posts`
    pub posts: String,
    /// `postmeta`
    pub postmeta: String,
    /// `options`
    pub options: String,
    /// `terms`
    pub terms: String,
    /// `term_taxonomy`
    pub term_taxonomy: String,
    /// `term_relationships`
    pub term_relationships: String,
    /// `users`, under the base prefix or `CUSTOM_USER_TABLE`
    pub users: String,
}

impl Tables {
    /// Names the tables of the blog under `prefix` in the install under `base_prefix` (the same on a single site).
    /// Both must be [`valid_prefix`]es: callers check when they read them.
    pub fn new(prefix: &str, base_prefix: &str, users: Option<&str>) -> Self {
        let own = |name: &str| format!("`{prefix}{name}`");
        Self {
            prefix: prefix.to_owned(),
            comments: own("comments"),
            commentmeta: own("commentmeta"),
            posts: own("posts"),
            postmeta: own("postmeta"),
            options: own("options"),
            terms: own("terms"),
            term_taxonomy: own("term_taxonomy"),
            term_relationships: own("term_relationships"),
            users: users.map_or_else(
                || format!("`{base_prefix}users`"),
                |name| format!("`{name}`"),
            ),
        }
    }
}
