//! Post types and query variables that plugins register, as far as a daemon can know them.
//!
//! `register_post_type()` (wp-includes/post.php, class-wp-post-type.php) and `register_taxonomy()` leave nothing in the
//! database but their traces: rewrite rules such as `books/([^/]+)/trackback/?$` to `index.php?book=$matches[1]&tb=1`, and
//! posts with that `post_type`. [`PostTypes::new`] reads the rules, [`PostTypes::with_posts`] adds what only the posts
//! tell, and a [`TypeHint`] of the operator wins over both.
//!
//! What is guessed where nothing tells: a type is public, its query variable is its name, and a type without rules wants
//! none (`'rewrite' => false`). Plain permalinks have no rules, so there archives are not known either.

use std::collections::HashSet;

use super::db::{Conn, DbError};
use super::rewrite_rules::{RewriteRules, Rule, after_last_question_mark};
use super::tables::Tables;

/// Types that posts have and no rule tells of, beyond this are not looked at.
const MAX_TYPES: usize = 200;

/// Of this many types a request may ask whether their posts have parents.
const MAX_LOOKS: usize = 8;

/// Of this many posts of a type.
const MAX_POSTS: usize = 1000;

/// Types WordPress registers itself, beside post, page and attachment. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
const INTERNAL: &[&str] = &[
    "revision",
    "nav_menu_item",
    "custom_css",
    "customize_changeset",
    "oembed_cache",
    "user_request",
    "wp_block",
    "wp_template",
    "wp_template_part",
    "wp_global_styles",
    "wp_navigation",
    "wp_font_family",
    "wp_font_face",
];

/// Taxonomies WordPress registers itself that are not `publicly_queryable`. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
const HIDDEN_TAXONOMIES: &[&str] = &[
    "nav_menu",
    "link_category",
    "wp_theme",
    "wp_template_part_area",
    "wp_pattern_category",
];

/// Query variables that WordPress registers beside its own list: they never name a post type.
const REGISTERED: &[&str] = &[
    "post_format",
    "rest_route",
    "sitemap",
    "sitemap-subtype",
    "sitemap-stylesheet",
];

/// `WP::$public_query_vars`, wp-includes/class-wp.php, in its order. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
const PUBLIC_QUERY_VARS: &[&str] = &[
    "m",
    "p",
    "posts",
    "w",
    "cat",
    "withcomments",
    "withoutcomments",
    "s",
    "search",
    "exact",
    "sentence",
    "calendar",
    "page",
    "paged",
    "more",
    "tb",
    "pb",
    "author",
    "order",
    "orderby",
    "year",
    "monthnum",
    "day",
    "hour",
    "minute",
    "second",
    "name",
    "category_name",
    "tag",
    "feed",
    "author_name",
    "pagename",
    "page_id",
    "error",
    "attachment",
    "attachment_id",
    "subpost",
    "subpost_id",
    "preview",
    "robots",
    "favicon",
    "taxonomy",
    "term",
    "cpage",
    "post_type",
    "embed",
];

/// A post type that a plugin registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostType {
    /// `post_type` of its posts.
    pub name: Vec<u8>,
    /// `query_var`: the variable that asks for one of its posts by slug. `None` if it has none.
    pub query_var: Option<Vec<u8>>,
    /// What stands before the slug in its permalinks, without a slash in front: `books/`. `None` if it wants no rules.
    pub front: Option<Vec<u8>>,
    /// `hierarchical`: its posts have parents in their paths.
    pub hierarchical: bool,
    /// `has_archive`
    pub has_archive: bool,
    /// `public`
    pub public: bool,
    /// `publicly_queryable`, which is `is_post_type_viewable()` for types that are not WordPress's own. A type that is not
    /// has rules all the same, and nothing in the database tells.
    pub viewable: bool,
    /// Not `exclude_from_search`.
    pub searchable: bool,
}

impl PostType {
    fn public(name: &[u8]) -> Self {
        Self {
            name: name.to_vec(),
            query_var: Some(name.to_vec()),
            front: None,
            hierarchical: false,
            has_archive: false,
            public: true,
            viewable: true,
            searchable: true,
        }
    }
}

/// What only PHP knows of a post type, told by the operator. `None` leaves it at what can be inferred.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypeHint {
    /// `post_type` of its posts.
    pub name: Vec<u8>,
    /// Whether any plugin still registers it.
    pub registered: Option<bool>,
    /// `public`, and what follows from it: `publicly_queryable`, and not `exclude_from_search`.
    pub public: Option<bool>,
    /// `publicly_queryable`
    pub viewable: Option<bool>,
    /// Not `exclude_from_search`.
    pub searchable: Option<bool>,
    /// `hierarchical`
    pub hierarchical: Option<bool>,
    /// `has_archive`
    pub has_archive: Option<bool>,
    /// `query_var`; `Some(None)` for none.
    pub query_var: Option<Option<Vec<u8>>>,
}

/// What a registered query variable stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum VarKind {
    Type,
    Taxonomy,
    /// An endpoint's, or whatever a plugin's own rules ask.
    Other,
}

/// All that is known of one site's types.
#[derive(Clone, Debug, Default)]
pub struct PostTypes {
    types: Vec<PostType>,
    /// Query variables beside WordPress's own, in the order of the rules.
    vars: Vec<(Vec<u8>, VarKind)>,
    /// Types that posts have and nobody registers.
    gone: Vec<Vec<u8>>,
}

impl PostTypes {
    /// What the rules tell, and the operator.
    pub fn new(rules: &RewriteRules, hints: &[TypeHint]) -> Self {
        let mut known = Self::default();
        known.infer(rules);
        for hint in hints {
            known.follow(hint);
        }
        known
    }

    /// With the types of posts and the taxonomies of terms that the rules say nothing about: one look at an index each, and
    /// one more for each type among the names `asked`.
    pub async fn with_posts(
        &self,
        conn: &mut Conn,
        tables: &Tables,
        asked: &[Vec<u8>],
    ) -> Result<Self, DbError> {
        let mut all = self.clone();
        let mut looks = MAX_LOOKS;
        let sql = format!(
            "SELECT post_type FROM {} GROUP BY post_type LIMIT {MAX_TYPES}",
            tables.posts
        );
        let found: Vec<(Vec<u8>,)> = conn.exec(sql, ()).await?;
        for (name,) in found {
            if is_builtin(&name) || all.by_name(&name).is_some() || all.is_gone(&name) {
                continue;
            }
            // A hierarchical type without rules is told by its posts, some of which have parents.
            let sql = format!(
                "SELECT 1 FROM (SELECT post_parent FROM {} WHERE post_type = ? LIMIT {MAX_POSTS}) AS some \
                 WHERE post_parent <> 0 LIMIT 1",
                tables.posts
            );
            let mut hierarchical = false;
            if looks > 0 && asked.contains(&name) {
                looks -= 1;
                let child: Option<(i64,)> = conn.exec_first(sql, (name.as_slice(),)).await?;
                hierarchical = child.is_some();
            }
            all.add_var(&name, VarKind::Type);
            all.types.push(PostType {
                hierarchical,
                ..PostType::public(&name)
            });
        }
        let sql = format!(
            "SELECT taxonomy FROM {} GROUP BY taxonomy LIMIT {MAX_TYPES}",
            tables.term_taxonomy
        );
        let found: Vec<(Vec<u8>,)> = conn.exec(sql, ()).await?;
        for (name,) in found {
            let is_own = matches!(name.as_slice(), b"category" | b"post_tag" | b"post_format");
            if !is_own && !is_hidden_taxonomy(&name) {
                all.add_var(&name, VarKind::Taxonomy);
            }
        }
        Ok(all)
    }

    /// The type of that name, unless it is one of WordPress's own.
    pub fn by_name(&self, name: &[u8]) -> Option<&PostType> {
        self.types.iter().find(|kind| kind.name == name)
    }

    /// The type that this query variable asks for.
    pub fn by_query_var(&self, var: &[u8]) -> Option<&PostType> {
        self.types
            .iter()
            .find(|kind| kind.query_var.as_deref() == Some(var))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &PostType> {
        self.types.iter()
    }

    /// Whether a plugin registers that type: `get_post_types( array( '_builtin' => false ) )`. Types that nothing is known
    /// about are taken to be.
    pub fn is_registered(&self, name: &[u8]) -> bool {
        !is_builtin(name) && !self.is_gone(name)
    }

    /// Whether the operator says that nobody registers that type any more.
    pub fn is_gone(&self, name: &[u8]) -> bool {
        self.gone.iter().any(|gone| gone == name)
    }

    /// Port of `is_post_type_viewable()`, wp-includes/post.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
    pub fn is_viewable(&self, name: &[u8]) -> bool {
        match name {
            b"post" | b"page" | b"attachment" => true,
            _ => match self.by_name(name) {
                Some(kind) => kind.viewable,
                None => self.is_registered(name),
            },
        }
    }

    /// `publicly_queryable`: whether `post_type` may ask for it.
    pub fn is_queryable(&self, name: &[u8]) -> bool {
        matches!(name, b"post" | b"attachment")
            || self.by_name(name).is_some_and(|kind| kind.viewable)
    }

    /// `public`, of a type that is registered.
    pub fn is_public(&self, name: &[u8]) -> bool {
        match name {
            b"post" | b"page" | b"attachment" => true,
            _ => match self.by_name(name) {
                Some(kind) => kind.public,
                None => self.is_registered(name),
            },
        }
    }

    /// `hierarchical`; of types nothing is known about, `None`.
    pub fn is_hierarchical(&self, name: &[u8]) -> Option<bool> {
        match name {
            b"page" => Some(true),
            _ if is_builtin(name) => Some(false),
            _ => self.by_name(name).map(|kind| kind.hierarchical),
        }
    }

    /// `get_post_types( array( 'exclude_from_search' => false ) )`
    pub fn searchable(&self) -> impl Iterator<Item = &[u8]> {
        ["post", "page", "attachment"]
            .into_iter()
            .map(str::as_bytes)
            .chain(
                self.types
                    .iter()
                    .filter(|kind| kind.searchable)
                    .map(|kind| kind.name.as_slice()),
            )
    }

    /// `get_post_types( array( 'public' => true ) )`
    pub fn public(&self) -> impl Iterator<Item = &[u8]> {
        ["post", "page", "attachment"]
            .into_iter()
            .map(str::as_bytes)
            .chain(
                self.types
                    .iter()
                    .filter(|kind| kind.public)
                    .map(|kind| kind.name.as_slice()),
            )
    }

    /// The query variables a request may set, in the order WordPress looks at them: its own, then those registered.
    pub fn public_query_vars(&self) -> impl Iterator<Item = &[u8]> {
        PUBLIC_QUERY_VARS
            .iter()
            .chain(REGISTERED)
            .map(|name| name.as_bytes())
            .chain(self.vars.iter().map(|(name, _)| name.as_slice()))
    }

    /// Whether `name` is one of [`Self::public_query_vars`].
    pub fn is_public_query_var(&self, name: &[u8]) -> bool {
        is_core_var(name) || self.vars.iter().any(|(var, _)| var == name)
    }

    /// Whether `name` asks for a term of a taxonomy that a plugin registered.
    pub fn is_taxonomy_var(&self, name: &[u8]) -> bool {
        self.vars
            .iter()
            .any(|(var, kind)| var == name && *kind == VarKind::Taxonomy)
    }

    fn add_var(&mut self, name: &[u8], kind: VarKind) {
        if !self.is_public_query_var(name) {
            self.vars.push((name.to_vec(), kind));
        }
    }

    /// Reads types and variables off the rules.
    ///
    /// A type's rules, made by `WP_Rewrite::generate_rewrite_rules()`, have trackback twins, which end in
    /// `VAR=$matches[1]&tb=1`, or `post_type=NAME&name=$matches[1]&tb=1` for a type without a variable. A taxonomy's have
    /// none, but `VAR=$matches[1]` all alone.
    fn infer(&mut self, rules: &RewriteRules) {
        let mut seen: HashSet<&[u8]> = HashSet::new();
        let mut archives: HashSet<&[u8]> = HashSet::new();
        let mut alone: HashSet<&[u8]> = HashSet::new();
        for rule in rules.iter() {
            let query = after_last_question_mark(&rule.query);
            if let Some(name) = query.strip_prefix(b"post_type=")
                && !name.contains(&b'&')
            {
                archives.insert(name);
            }
            for pair in query.split(|byte| *byte == b'&') {
                let Some((name, value)) = split_pair(pair) else {
                    continue;
                };
                if value.starts_with(b"$matches[") && !is_core_var(name) && seen.insert(name) {
                    self.vars.push((name.to_vec(), VarKind::Other));
                }
                if pair.len() == query.len() && value.starts_with(b"$matches[") {
                    alone.insert(name);
                }
            }
            if let Some(kind) = type_of(rule, query)
                && self.by_name(&kind.name).is_none()
            {
                self.types.push(kind);
            }
        }
        for kind in &mut self.types {
            kind.has_archive = archives.contains(kind.name.as_slice());
        }
        let types = &self.types;
        for (var, kind) in &mut self.vars {
            let is_type = types
                .iter()
                .any(|kind| kind.query_var.as_deref() == Some(var.as_slice()));
            if is_type {
                *kind = VarKind::Type;
            } else if alone.contains(var.as_slice()) {
                *kind = VarKind::Taxonomy;
            }
        }
    }

    /// Puts what the operator says over what the rules do.
    fn follow(&mut self, hint: &TypeHint) {
        let name = hint.name.as_slice();
        let var = hint.query_var.as_ref().and_then(Option::as_deref);
        // The rules name a type by its variable.
        let place = self
            .types
            .iter()
            .position(|kind| kind.name == name)
            .or_else(|| {
                self.types
                    .iter()
                    .position(|kind| var.is_some() && kind.query_var.as_deref() == var)
            });
        let mut kind = match place {
            Some(place) => self.types.remove(place),
            None => PostType::public(name),
        };
        self.vars
            .retain(|(known, of)| *of != VarKind::Type || kind.query_var.as_ref() != Some(known));
        if hint.registered == Some(false) {
            self.gone.push(name.to_vec());
            return;
        }
        kind.name = name.to_vec();
        if let Some(public) = hint.public {
            (kind.public, kind.viewable, kind.searchable) = (public, public, public);
        }
        kind.viewable = hint.viewable.unwrap_or(kind.viewable);
        kind.searchable = hint.searchable.unwrap_or(kind.searchable);
        kind.hierarchical = hint.hierarchical.unwrap_or(kind.hierarchical);
        kind.has_archive = hint.has_archive.unwrap_or(kind.has_archive);
        if let Some(var) = &hint.query_var {
            kind.query_var.clone_from(var);
        }
        // WP_Post_Type::add_rewrite_rules() makes only a viewable type's variable public.
        if let Some(var) = kind.query_var.as_ref().filter(|_| kind.viewable)
            && !is_core_var(var)
        {
            self.vars.push((var.clone(), VarKind::Type));
        }
        self.types.push(kind);
    }
}

/// Whether WordPress registers the type itself.
pub fn is_builtin(name: &[u8]) -> bool {
    matches!(name, b"post" | b"page" | b"attachment")
        || INTERNAL.iter().any(|own| own.as_bytes() == name)
}

/// Whether the taxonomy is one of WordPress's own that nobody may ask for.
pub fn is_hidden_taxonomy(name: &[u8]) -> bool {
    HIDDEN_TAXONOMIES.iter().any(|own| own.as_bytes() == name)
}

/// Whether the name is in WordPress's own list, or registered by WordPress itself.
fn is_core_var(name: &[u8]) -> bool {
    PUBLIC_QUERY_VARS
        .iter()
        .chain(REGISTERED)
        .any(|var| var.as_bytes() == name)
}

fn split_pair(pair: &[u8]) -> Option<(&[u8], &[u8])> {
    let equals = memchr::memchr(b'=', pair)?;
    Some((&pair[..equals], &pair[equals + 1..]))
}

/// The type whose trackback rule this is.
fn type_of(rule: &Rule, query: &[u8]) -> Option<PostType> {
    let query = query.strip_suffix(b"&tb=1")?;
    let mut pairs = query.rsplit(|byte| *byte == b'&').map(split_pair);
    let (var, value) = pairs.next()??;
    let group: usize = std::str::from_utf8(value.strip_prefix(b"$matches[")?.strip_suffix(b"]")?)
        .ok()?
        .parse()
        .ok()?;
    let (name, query_var) = match var {
        b"name" | b"pagename" => match pairs.next()?? {
            (b"post_type", name) if !name.starts_with(b"$") => (name, None),
            _ => return None,
        },
        _ if is_core_var(var) => return None,
        _ => (var, Some(var.to_vec())),
    };
    let (start, hierarchical) = group_of(&rule.pattern, group)?;
    Some(PostType {
        query_var,
        // Tags before the slug are PHP's to fill.
        front: (group == 1).then(|| rule.pattern[..start].to_vec()),
        hierarchical,
        ..PostType::public(name)
    })
}

/// Where the pattern's n-th group stands, and whether it takes slashes.
fn group_of(pattern: &[u8], wanted: usize) -> Option<(usize, bool)> {
    let mut count = 0;
    let mut at = 0;
    while let Some(byte) = pattern.get(at) {
        match byte {
            b'\\' => at += 1,
            b'(' if pattern.get(at + 1) != Some(&b'?') => {
                count += 1;
                if count == wanted {
                    return Some((at, pattern[at..].starts_with(b"(.+?)")));
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(pairs: &[(&str, &str)]) -> RewriteRules {
        let mut text = format!("a:{}:{{", pairs.len());
        for (pattern, query) in pairs {
            let query = format!("index.php?{query}");
            text.push_str(&format!(
                "s:{}:\"{pattern}\";s:{}:\"{query}\";",
                pattern.len(),
                query.len()
            ));
        }
        text.push('}');
        RewriteRules::parse(text.as_bytes())
    }

    fn hint(name: &str) -> TypeHint {
        TypeHint {
            name: name.into(),
            ..TypeHint::default()
        }
    }

    #[test]
    fn hints_beat_what_the_rules_say() {
        let rules = rules(&[
            ("ledger/([^/]+)/trackback/?$", "ledger=$matches[1]&tb=1"),
            ("dishes/([^/]+)/trackback/?$", "dish=$matches[1]&tb=1"),
            ("relics/([^/]+)/trackback/?$", "relic=$matches[1]&tb=1"),
        ]);
        let hints = [
            TypeHint {
                public: Some(false),
                ..hint("ledger")
            },
            TypeHint {
                query_var: Some(Some(b"dish".to_vec())),
                ..hint("recipe")
            },
            TypeHint {
                registered: Some(false),
                ..hint("relic")
            },
            hint("gadget"),
        ];
        let types = PostTypes::new(&rules, &hints);
        assert!(!types.is_public_query_var(b"ledger"));
        assert!(!types.is_viewable(b"ledger") && types.is_registered(b"ledger"));
        let recipe = types.by_query_var(b"dish").expect("a type");
        assert_eq!(recipe.name, b"recipe");
        assert_eq!(recipe.front.as_deref(), Some(b"dishes/".as_slice()));
        assert!(types.by_name(b"dish").is_none());
        assert!(!types.is_registered(b"relic") && !types.is_public_query_var(b"relic"));
        assert!(types.is_public_query_var(b"gadget"));
    }

    #[test]
    fn types_are_told_from_taxonomies_and_endpoints() {
        let types = PostTypes::new(
            &rules(&[
                ("books/?$", "post_type=book"),
                (
                    "genre/([^/]+)/feed/(rss)/?$",
                    "genre=$matches[1]&feed=$matches[2]",
                ),
                ("genre/([^/]+)/?$", "genre=$matches[1]"),
                (
                    "books/([^/]+)/api(/(.*))?/?$",
                    "book=$matches[1]&api=$matches[3]",
                ),
                ("books/([^/]+)/trackback/?$", "book=$matches[1]&tb=1"),
                ("manual/(.+?)/trackback/?$", "manual=$matches[1]&tb=1"),
                (
                    "cards/([^/]+)/trackback/?$",
                    "post_type=card&name=$matches[1]&tb=1",
                ),
                (
                    "by/([^/]+)/(.+?)/trackback/?$",
                    "writer=$matches[1]&text=$matches[2]&tb=1",
                ),
                ("([^/]+)/trackback/?$", "name=$matches[1]&tb=1"),
                ("(.?.+?)/trackback/?$", "pagename=$matches[1]&tb=1"),
            ]),
            &[],
        );
        let names: Vec<_> = types.iter().map(|kind| kind.name.as_slice()).collect();
        assert_eq!(names, [b"book".as_slice(), b"manual", b"card", b"text"]);
        let kind = |name: &[u8]| types.by_name(name).expect("a type").clone();
        let book = kind(b"book");
        assert_eq!(book.front.as_deref(), Some(b"books/".as_slice()));
        assert!(book.has_archive && !book.hierarchical);
        assert!(kind(b"manual").hierarchical);
        assert_eq!(kind(b"card").query_var, None);
        assert_eq!(kind(b"card").front.as_deref(), Some(b"cards/".as_slice()));
        assert_eq!(
            (kind(b"text").front, kind(b"text").hierarchical),
            (None, true)
        );
        assert!(types.is_taxonomy_var(b"genre"));
        for other in [b"api".as_slice(), b"writer", b"book"] {
            assert!(types.is_public_query_var(other) && !types.is_taxonomy_var(other));
        }
        assert!(!types.is_public_query_var(b"register"));
    }
}
