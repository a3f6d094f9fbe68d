//! What is allowed where: tables of wp-includes/kses.php.

use super::super::version::Version;

/// Which of kses' lists a text is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// `$allowedtags`: every field of a comment but its content.
    Data,
    /// The context `pre_comment_content`: `$allowedtags`, and since 7.1 `span` with `class`.
    CommentContent,
}

impl Allowed {
    /// Port of `wp_kses_allowed_html()`, wp-includes/kses.php: the attributes `element` (lower-case) may have, `None`
    /// if the element itself may not be. No list names `style`, `data-*` or a required attribute.
    pub(super) fn attributes(
        self,
        version: Version,
        element: &[u8],
    ) -> Option<&'static [&'static str]> {
        match element {
            b"a" => Some(&["href", "title"]),
            b"abbr" | b"acronym" => Some(&["title"]),
            b"blockquote" | b"q" => Some(&["cite"]),
            b"b" | b"cite" | b"code" | b"em" | b"i" | b"s" | b"strike" | b"strong" => Some(&[]),
            b"del" => Some(&["datetime"]),
            b"span" if self == Self::CommentContent && version.allows_note_mentions() => {
                Some(&["class"])
            }
            _ => None,
        }
    }
}

/// Port of `wp_kses_uri_attributes()`, wp-includes/kses.php: attributes (lower-case) whose value is a URL.
pub(super) fn is_uri_attribute(name: &[u8]) -> bool {
    matches!(
        name,
        b"action"
            | b"archive"
            | b"background"
            | b"cite"
            | b"classid"
            | b"codebase"
            | b"data"
            | b"formaction"
            | b"href"
            | b"icon"
            | b"longdesc"
            | b"manifest"
            | b"poster"
            | b"profile"
            | b"src"
            | b"usemap"
            | b"xmlns"
    )
}
