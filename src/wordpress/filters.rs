//! The chains of default-filters.php and `kses_init()` that a ping's fields go through, as ordered tables.
//!
//! A row says from which version to which its callback is there. Rows are in the order in which WordPress runs them: by
//! priority, then by when they were added. `kses_init()` runs at `init`, so `wp_filter_kses` comes after what
//! default-filters.php added at its priority. Checked by listing `$wp_filter` in 6.1.9, 6.6.7, 6.9.7, 7.1.

use super::blog::Blog;
use super::formatting::balance::balance_tags;
use super::formatting::entities::convert_invalid_entities;
use super::formatting::escape::{QuoteStyle, wp_specialchars};
use super::formatting::rel::{wp_rel_ugc, wp_targeted_link_rel};
use super::formatting::text::{sanitize_text_field, wp_strip_all_tags};
use super::formatting::url::sanitize_url;
use super::kses::{Allowed, wp_filter_kses, wp_kses_sanitize_note_mention_classes};
use super::version::Version;

/// One callback of a chain.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// WordPress's name of the callback.
    pub name: &'static str,
    /// Its priority.
    pub priority: u8,
    /// Whether a version has it.
    pub versions: fn(Version) -> bool,
    call: fn(&Blog, &[u8]) -> Vec<u8>,
}

/// A name, its priority and its function; in all versions unless `when` says otherwise.
const fn row(priority: u8, name: &'static str, call: fn(&Blog, &[u8]) -> Vec<u8>) -> Filter {
    Filter {
        name,
        priority,
        versions: |_| true,
        call,
    }
}

const fn when(versions: fn(Version) -> bool, filter: Filter) -> Filter {
    Filter { versions, ..filter }
}

/// `pre_comment_author_name`
pub const PRE_COMMENT_AUTHOR_NAME: &[Filter] = &[
    row(10, "sanitize_text_field", sanitize_text_field),
    row(10, "wp_filter_kses", |blog, text| {
        wp_filter_kses(blog, text, Allowed::Data)
    }),
    row(30, "_wp_specialchars", |blog, text| {
        wp_specialchars(blog, text, QuoteStyle::NoQuotes)
    }),
];

/// `pre_comment_content`
pub const PRE_COMMENT_CONTENT: &[Filter] = &[
    row(10, "convert_invalid_entities", |_, text| {
        convert_invalid_entities(text)
    }),
    when(
        Version::has_targeted_link_rel,
        row(10, "wp_targeted_link_rel", wp_targeted_link_rel),
    ),
    row(10, "wp_filter_kses", |blog, text| {
        wp_filter_kses(blog, text, Allowed::CommentContent)
    }),
    when(
        Version::allows_note_mentions,
        row(
            11,
            "_wp_kses_sanitize_note_mention_classes",
            |blog, text| wp_kses_sanitize_note_mention_classes(blog.version, text),
        ),
    ),
    row(15, "wp_rel_ugc", wp_rel_ugc),
    row(50, "balanceTags", balance_tags),
];

/// `pre_comment_author_url`
pub const PRE_COMMENT_AUTHOR_URL: &[Filter] = &[
    row(10, "wp_strip_all_tags", |_, text| {
        wp_strip_all_tags(text, false)
    }),
    row(10, "sanitize_url", |blog, text| {
        sanitize_url(blog.version, text)
    }),
    row(10, "wp_filter_kses", |blog, text| {
        wp_filter_kses(blog, text, Allowed::Data)
    }),
];

/// Port of `apply_filters()`, wp-includes/plugin.php, for one of the chains above. Slashed in, slashed out.
pub fn apply_filters(blog: &Blog, chain: &[Filter], text: &[u8]) -> Vec<u8> {
    chain
        .iter()
        .filter(|filter| (filter.versions)(blog.version))
        .fold(text.to_vec(), |text, filter| (filter.call)(blog, &text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(chain: &[Filter], version: Version) -> Vec<&'static str> {
        let chain = chain.iter().filter(|filter| (filter.versions)(version));
        chain.map(|filter| filter.name).collect()
    }

    #[test]
    fn chains_are_in_order_of_priority() {
        for chain in [
            PRE_COMMENT_AUTHOR_NAME,
            PRE_COMMENT_CONTENT,
            PRE_COMMENT_AUTHOR_URL,
        ] {
            assert!(chain.is_sorted_by_key(|filter| filter.priority));
        }
    }

    #[test]
    fn versions_differ_where_wordpress_changed_its_chains() {
        assert_eq!(
            names(PRE_COMMENT_CONTENT, Version::new(6, 6, 7)),
            [
                "convert_invalid_entities",
                "wp_targeted_link_rel",
                "wp_filter_kses",
                "wp_rel_ugc",
                "balanceTags"
            ]
        );
        assert_eq!(
            names(PRE_COMMENT_CONTENT, Version::REFERENCE),
            [
                "convert_invalid_entities",
                "wp_filter_kses",
                "_wp_kses_sanitize_note_mention_classes",
                "wp_rel_ugc",
                "balanceTags"
            ]
        );
        assert_eq!(names(PRE_COMMENT_CONTENT, Version::new(6, 9, 7)).len(), 4);
    }
}
