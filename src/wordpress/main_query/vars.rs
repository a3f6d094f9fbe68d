//! Who may set which query variable: the second half of `WP::parse_request()`.

use super::MainRequest;
use super::path::Path;
use crate::php::array::{PhpArray, PhpKey, PhpValue};
use crate::php::string::{addslashes, replace};
use crate::wordpress::post_types::{PostTypes, is_hidden_taxonomy};

/// Names longer than this are no type's: the column `post_type` ends there. Taxonomies may have 32.
const MAX_NAME: usize = 32;

/// Names in the request of which only the posts and terms can tell what they mean. `None` if there are none, and nothing
/// else asks for all types there are.
pub(super) fn unknown_names(types: &PostTypes, request: &MainRequest<'_>) -> Option<Vec<Vec<u8>>> {
    let mut names = Vec::new();
    let mut any = false;
    for (key, value) in request.get.iter().chain(request.post.iter()) {
        let PhpKey::Str(name) = key else {
            continue;
        };
        match (name.as_slice(), value) {
            (b"s", _) => any = true,
            (b"post_type", PhpValue::Array(list)) => {
                any = true;
                names.extend(list.values().map(PhpValue::to_bytes));
            }
            (b"post_type", value) => names.push(value.to_bytes()),
            (name, _)
                if name.len() <= MAX_NAME
                    && !types.is_public_query_var(name)
                    && !is_field(name) =>
            {
                names.push(name.to_vec());
            }
            _ => {}
        }
    }
    (any || !names.is_empty()).then_some(names)
}

/// The fields that every trackback has.
fn is_field(name: &[u8]) -> bool {
    matches!(
        name,
        b"title" | b"url" | b"excerpt" | b"blog_name" | b"charset"
    )
}

/// The variables, slashed. `None` for a mismatch.
pub(super) fn collect_vars(
    types: &PostTypes,
    request: &MainRequest<'_>,
    path: &Path,
) -> Option<PhpArray> {
    let mut vars = PhpArray::new();
    for name in types.public_query_vars() {
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
            && let Some(kind) = types.by_query_var(name).filter(|kind| kind.viewable)
        {
            vars.insert("post_type", PhpValue::Str(kind.name.clone()));
            vars.insert("name", value);
        }
    }
    // Spaces of terms were pluses.
    let of_terms: Vec<PhpKey> = vars
        .keys()
        .filter(|key| match key {
            PhpKey::Str(name) => {
                matches!(name.as_slice(), b"category_name" | b"tag" | b"post_format")
                    || types.is_taxonomy_var(name)
            }
            PhpKey::Int(_) => false,
        })
        .cloned()
        .collect();
    for key in of_terms {
        if let Some(PhpValue::Str(text)) = vars.get_key(&key) {
            let text = replace(text, b" ", b"+");
            vars.insert(key, PhpValue::Str(text));
        }
    }
    // Taxonomies that are not publicly queryable have no variable of their own either.
    if vars
        .get("taxonomy")
        .is_some_and(|name| is_hidden_taxonomy(&name.to_bytes()))
    {
        vars.remove(&"taxonomy".into());
        vars.remove(&"term".into());
    }
    limit_post_types(types, &mut vars);
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
pub(super) fn post_format_request(vars: &mut PhpArray) {
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

/// Types that are not `publicly_queryable` may not be asked for.
fn limit_post_types(types: &PostTypes, vars: &mut PhpArray) {
    let key = PhpKey::from("post_type");
    match vars.get_mut(&key) {
        Some(PhpValue::Array(list)) => {
            let mut kept = PhpArray::new();
            for (place, name) in list.iter() {
                if types.is_queryable(&name.to_bytes()) {
                    kept.insert(place.clone(), name.clone());
                }
            }
            *list = kept;
        }
        Some(name) if !types.is_queryable(&name.to_bytes()) => {
            vars.remove(&key);
        }
        _ => {}
    }
}
