//! `[[site.post_types]]`: what only PHP knows of a post type that a plugin registers.

use serde::{Deserialize, Serialize};

use crate::wordpress::post_types::{TypeHint, is_builtin};

/// One `[[site.post_types]]`: the arguments of `register_post_type()` that change an answer. What is not said is inferred.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostType {
    /// The first argument of `register_post_type()`: `post_type` of its posts.
    pub name: String,
    /// Whether any plugin still registers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered: Option<bool>,
    /// `public`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public: Option<bool>,
    /// `publicly_queryable`: by default as `public`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publicly_queryable: Option<bool>,
    /// `exclude_from_search`: by default the opposite of `public`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclude_from_search: Option<bool>,
    /// `hierarchical`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hierarchical: Option<bool>,
    /// `has_archive`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_archive: Option<bool>,
    /// `query_var`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query_var: Option<QueryVar>,
}

/// `query_var`: a name, `true` for the type's own, `false` for none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a query variable's name, or false for none"
)]
pub enum QueryVar {
    /// Whether there is one.
    Switch(bool),
    /// Its name.
    Name(String),
}

const NAME: &str = "expected the name that the plugin hands to register_post_type(): up to 20 of a-z, 0-9, _ and -, none of \
     WordPress's own types";
const ONCE: &str = "another [[site.post_types]] has it already; each must be there once";
const VAR: &str = "expected a query variable's name, of a-z, 0-9, _ and -, or false for none";
const ALONE: &str =
    "a type that is not registered has a name and nothing else; take the other keys away";

/// What is wrong with a site's list: the key below `post_types`, and what to write instead.
pub(super) fn mistakes(types: &[PostType]) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for (i, kind) in types.iter().enumerate() {
        let mut wrong = |key: &str, advice| found.push((format!("{i}.{key}"), advice));
        if !is_key(&kind.name, 20) || is_builtin(kind.name.as_bytes()) {
            wrong("name", NAME);
        } else if types.iter().take(i).any(|other| other.name == kind.name) {
            wrong("name", ONCE);
        }
        if let Some(QueryVar::Name(name)) = &kind.query_var
            && !is_key(name, 64)
        {
            wrong("query_var", VAR);
        }
        let bare = PostType {
            name: kind.name.clone(),
            registered: Some(false),
            ..PostType::default()
        };
        if kind.registered == Some(false) && *kind != bare {
            wrong("registered", ALONE);
        }
    }
    found
}

/// What `sanitize_key()` leaves as it is.
fn is_key(text: &str, longest: usize) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-');
    (1..=longest).contains(&text.len()) && text.bytes().all(fits)
}

impl From<&PostType> for TypeHint {
    fn from(kind: &PostType) -> Self {
        Self {
            name: kind.name.clone().into_bytes(),
            registered: kind.registered,
            public: kind.public,
            viewable: kind.publicly_queryable,
            searchable: kind.exclude_from_search.map(|hidden| !hidden),
            hierarchical: kind.hierarchical,
            has_archive: kind.has_archive,
            query_var: kind.query_var.as_ref().map(|var| match var {
                QueryVar::Switch(false) => None,
                QueryVar::Switch(true) => Some(kind.name.clone().into_bytes()),
                QueryVar::Name(name) => Some(name.clone().into_bytes()),
            }),
        }
    }
}
