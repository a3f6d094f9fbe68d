//! Which WordPress a site runs, and every fork in behaviour, named.
//!
//! The rest of the code never compares version numbers: it asks a named question that is answered here.

use std::fmt;

use super::l10n::Message;

/// A WordPress version, as `$wp_version` in wp-includes/version.php spells it, without suffixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    major: u16,
    minor: u16,
    patch: u16,
}

impl Version {
    /// The reference: assumed where nothing is known.
    pub const REFERENCE: Self = Self::new(7, 1, 0);

    /// The version `major.minor.patch`.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self {
            major,
            minor,
            patch,
        }
    }

    /// Reads `6.1.9`, `7.1`, `7.2-beta1`. `None` if there is no `N.N` at the start.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text
            .split(|c: char| !(c.is_ascii_digit() || c == '.'))
            .next()?;
        let mut parts = digits.split('.');
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next()?.parse().ok()?;
        let patch = match parts.next() {
            None | Some("") => 0,
            Some(patch) => patch.parse().ok()?,
        };
        Some(Self::new(major, minor, patch))
    }

    /// The `Cache-Control` of `nocache_headers()` for a caller who is not logged in. 6.8: `no-store, private` added.
    pub const fn nocache_control(self) -> &'static str {
        if self.since(6, 8) {
            "no-cache, must-revalidate, max-age=0, no-store, private"
        } else {
            "no-cache, must-revalidate, max-age=0"
        }
    }

    /// wp-trackback.php passes over charsets that PHP does not know. 6.7; before, PHP 8 ends in a fatal error.
    pub const fn validates_trackback_charset(self) -> bool {
        self.since(6, 7)
    }

    /// wp-trackback.php sanitises its fields before it converts them. 6.9; so what is not UTF-8 is emptied first.
    pub const fn sanitizes_trackback_fields(self) -> bool {
        self.since(6, 9)
    }

    /// `trackback_response()` escapes its message for XML. 7.1.
    pub const fn escapes_trackback_errors(self) -> bool {
        self.since(7, 1)
    }

    /// Where the "critical error" message links to. 6.2: moved from `support/article`.
    pub const fn troubleshooting_link(self) -> Message {
        if self.since(6, 2) {
            Message::Troubleshooting
        } else {
            Message::TroubleshootingSupport
        }
    }

    /// 6.5: translations are read by `WP_Translation_Controller`, `.l10n.php` before `.mo`; before, `.mo` alone by `MO`.
    pub const fn reads_php_translations(self) -> bool {
        self.since(6, 5)
    }

    /// 6.2: moderation and disallowed words are matched in Unicode mode.
    pub const fn matches_words_in_unicode(self) -> bool {
        self.since(6, 2)
    }

    /// 6.9: `system.getCapabilities` links to archived copies of the specifications.
    pub const fn links_archived_specs(self) -> bool {
        self.since(6, 9)
    }

    /// 7.0: `demo.addTwoNumbers` takes two integers only.
    pub const fn checks_two_numbers(self) -> bool {
        self.since(7, 0)
    }

    /// 7.1: there is no `pingback.ping`, and trackbacks are refused, where the environment type is not `production`.
    pub const fn pings_need_production(self) -> bool {
        self.since(7, 1)
    }

    /// 6.8: `get_page_by_path()` compares slugs with `===`; before, numeric ones were equal if their numbers were.
    pub const fn compares_paths_strictly(self) -> bool {
        self.since(6, 8)
    }

    /// 7.1: `url_to_postid()` drops a leading `www.` of hosts; before, every `www.` in them.
    pub const fn drops_leading_www_only(self) -> bool {
        self.since(7, 1)
    }

    /// 7.1: a query for a sitemap is not that for the home page.
    pub const fn queries_know_sitemaps(self) -> bool {
        self.since(7, 1)
    }

    /// 6.4: `WP_Query` takes a `page` that is an array for none; before, PHP dies of it.
    pub const fn takes_page_lists(self) -> bool {
        self.since(6, 4)
    }

    /// 7.0: `WP_Query::parse_tax_query()` takes a `category_name` that is an array; before, PHP dies of it.
    pub const fn takes_category_lists(self) -> bool {
        self.since(7, 0)
    }

    /// 7.1: `get_post()` finds nothing for what is no number; before, it took `(int)` of whatever there was.
    pub const fn finds_posts_by_numbers_only(self) -> bool {
        self.since(7, 1)
    }

    /// 6.7: a comment's approval is decided on raw data first, then again on filtered data.
    pub const fn allows_comments_before_filtering(self) -> bool {
        self.since(6, 7)
    }

    /// 6.8: the moderation settings are on only if they are exactly `1`.
    pub const fn compares_moderation_options_strictly(self) -> bool {
        self.since(6, 8)
    }

    /// 6.9: comments of type `note` do not count.
    pub const fn counts_without_notes(self) -> bool {
        self.since(6, 9)
    }

    /// 7.1: pingbacks from the site's own published posts are approved where authors must be known.
    pub const fn approves_own_pingbacks(self) -> bool {
        self.since(7, 1)
    }

    /// 6.2: `wp_kses_bad_protocol()` lets by what begins with `http://` or `https://` without looking further.
    pub const fn trusts_http_prefix(self) -> bool {
        self.since(6, 2)
    }

    /// 6.9: `wp_kses_normalize_entities()` looks at numeric references before named ones.
    pub const fn normalizes_numeric_references_first(self) -> bool {
        self.since(6, 9)
    }

    /// 6.1.10, 6.2.9, 6.3.8, 6.4.8, 6.5.8, 6.6.5, 6.7.5, 6.8.4, 6.9.2, 7.0: `&#0;` is no reference to
    /// `wp_kses_normalize_entities()` any more.
    pub const fn refuses_zero_references(self) -> bool {
        let patch = match (self.major, self.minor) {
            (6, 1) => 10,
            (6, 2) => 9,
            (6, 3..=5) => 8,
            (6, 6 | 7) => 5,
            (6, 8) => 4,
            (6, 9) => 2,
            _ => return self.since(7, 0),
        };
        self.patch >= patch
    }

    /// 6.9: `sanitize_title_with_dashes()` asks `wp_is_valid_utf8()`; before, `seems_utf8()`, which lets by overlong
    /// forms, surrogates and sequences of five and six bytes.
    pub const fn titles_must_be_valid_utf8(self) -> bool {
        self.since(6, 9)
    }

    /// 6.4: `wp_html_excerpt()` compares with `!==`; before, numbers that are equal (`1.0`, `1`) counted as uncut.
    pub const fn compares_excerpts_strictly(self) -> bool {
        self.since(6, 4)
    }

    /// 6.6: `wp_kses_split()` knows the comments browsers make of `</1>` and `<!x>`.
    pub const fn keeps_bogus_comments(self) -> bool {
        self.since(6, 6)
    }

    /// 7.0: `wp_kses_hair()` reads attributes as HTML, decodes and re-encodes them.
    pub const fn parses_attributes_as_html(self) -> bool {
        self.since(7, 0)
    }

    /// 7.1: `<span class>` is allowed in comment content, and `_wp_kses_sanitize_note_mention_classes()` runs.
    pub const fn allows_note_mentions(self) -> bool {
        self.since(7, 1)
    }

    /// 6.2: `wp_rel_callback()` marks internal links with `ugc`, too; internal is any allowed protocol to our host.
    pub const fn marks_internal_links(self) -> bool {
        self.since(6, 2)
    }

    /// 6.7: `wp_targeted_link_rel()` left the filters.
    pub const fn has_targeted_link_rel(self) -> bool {
        !self.since(6, 7)
    }

    /// 6.7: `make_clickable()` takes a file extension behind a closing parenthesis into the link.
    pub const fn links_file_extensions(self) -> bool {
        self.since(6, 7)
    }

    /// 6.8: `convert_smilies()` sees tags that go over several lines.
    pub const fn splits_smilies_across_lines(self) -> bool {
        self.since(6, 8)
    }

    /// 6.2: to `wpautop()` `math` is no block, and newlines in it are left alone.
    pub const fn keeps_newlines_in_math(self) -> bool {
        self.since(6, 2)
    }

    /// 6.9: `serialize_block_attributes()` escapes backslashes, and all characters in one pass.
    pub const fn escapes_backslashes_in_blocks(self) -> bool {
        self.since(6, 9)
    }

    /// 7.1: the HTML API makes newlines of carriage returns in attributes, and U+FFFD of NUL.
    pub const fn normalizes_attribute_text(self) -> bool {
        self.since(7, 1)
    }

    /// 6.1.2, 6.2.1, 6.3: `filter_block_content()` takes dashes off the end of comments.
    pub const fn trims_dashes_of_comments(self) -> bool {
        match (self.major, self.minor) {
            (6, 1) => self.patch >= 2,
            (6, 2) => self.patch >= 1,
            _ => self.since(6, 3),
        }
    }

    /// 6.1.7, 6.2.6, 6.3.5, 6.4.5, 6.5.5, 6.6: `filter_block_kses_value()` holds a template part's `tagName` to the list.
    pub const fn checks_template_part_tags(self) -> bool {
        match (self.major, self.minor) {
            (6, 1) => self.patch >= 7,
            (6, 2) => self.patch >= 6,
            (6, 3..=5) => self.patch >= 5,
            _ => self.since(6, 6),
        }
    }

    /// 6.1.11, 6.2.10, 6.3.9, 6.4.9, 6.5: `redirect_guess_404_permalink()` looks only at types that are viewable and not left
    /// out of searches; before, at public ones, or at whatever type is asked for.
    pub const fn guesses_viewable_types_only(self) -> bool {
        let patch = match (self.major, self.minor) {
            (6, 1) => 11,
            (6, 2) => 10,
            (6, 3 | 4) => 9,
            _ => return self.since(6, 5),
        };
        self.patch >= patch
    }

    /// The icon of sites without one of their own, `do_favicon()`. 7.1: grey.
    pub const fn favicon(self) -> &'static str {
        if self.since(7, 1) {
            "wp-includes/images/w-logo-gray-white-bg.png"
        } else {
            "wp-includes/images/w-logo-blue-white-bg.png"
        }
    }

    /// 6.8: posts with a password are sent with headers that forbid caching.
    pub const fn keeps_protected_posts_from_caches(self) -> bool {
        self.since(6, 8)
    }

    /// 6.6: `rest_output_link_header()` gives the link to a post's JSON a title.
    pub const fn titles_rest_links(self) -> bool {
        self.since(6, 6)
    }

    /// 6.7: the HTML page of `wp_die()` names the scale that phones begin with.
    pub const fn sets_initial_scale(self) -> bool {
        self.since(6, 7)
    }

    /// Before 7.0 the HTML page of `wp_die()` says of what type its style sheet is.
    pub const fn types_style_elements(self) -> bool {
        !self.since(7, 0)
    }

    /// Links on the HTML page of `wp_die()`: as they are, under the pointer, with the focus.
    pub const fn die_page_link_colors(self) -> [&'static str; 3] {
        if self.since(7, 0) {
            ["#3858e9", "#183ad6", "#183ad6"]
        } else if self.since(6, 5) {
            ["#2271b1", "#135e96", "#043959"]
        } else {
            ["#0073aa", "#006799", "#124964"]
        }
    }

    /// What else a link with the focus has there.
    pub const fn die_page_link_focus(self) -> &'static str {
        if self.since(7, 0) {
            "\t\t\tbox-shadow: 0 0 0 var(--wp-admin-border-width-focus, 1.5px) var(--wp-admin-theme-color, #3858e9);\n\
             \t\t\toutline: 2px solid transparent;\n"
        } else if self.since(6, 5) {
            "\t\t\tbox-shadow: 0 0 0 2px #2271b1;\n\t\t\toutline: 2px solid transparent;\n"
        } else {
            "\t\t\t-webkit-box-shadow:\n\t\t\t\t0 0 0 1px #5b9dd9,\n\t\t\t\t0 0 2px 1px rgba(30, 140, 190, 0.8);\n\
             \t\t\tbox-shadow:\n\t\t\t\t0 0 0 1px #5b9dd9,\n\t\t\t\t0 0 2px 1px rgba(30, 140, 190, 0.8);\n\
             \t\t\toutline: none;\n"
        }
    }

    /// Before 6.2 (Requests 2.0) the fetch of a source names the source itself as its `Referer`.
    pub const fn sends_referer(self) -> bool {
        !self.since(6, 2)
    }

    const fn since(self, major: u16, minor: u16) -> bool {
        self.major > major || (self.major == major && self.minor >= minor)
    }
}

impl fmt::Display for Version {
    /// As WordPress prints it: no `.0` at the end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        if self.patch > 0 {
            write!(f, ".{}", self.patch)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_version_php_may_say_is_read() {
        let read = |text| Version::parse(text).map(|version| version.to_string());
        for (text, version) in [
            ("6.1.9", "6.1.9"),
            ("7.1", "7.1"),
            ("7.1.0", "7.1"),
            ("7.2-alpha-12345", "7.2"),
            ("7.2-beta1", "7.2"),
            ("7.1.1-RC2-src", "7.1.1"),
        ] {
            assert_eq!(read(text).as_deref(), Some(version), "{text}");
        }
        for text in ["", "7", "x.y", "7.x", "99999999.1"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_newer_than_the_reference_does_as_the_reference() {
        let newer = Version::new(7, 2, 0);
        assert!(newer.approves_own_pingbacks() && newer.refuses_zero_references());
        assert!(newer.trims_dashes_of_comments() && newer.checks_template_part_tags());
        assert!(!newer.has_targeted_link_rel() && !newer.sends_referer());
        assert_eq!(
            newer.nocache_control(),
            Version::REFERENCE.nocache_control()
        );
    }

    #[test]
    fn forks_are_where_the_releases_have_them() {
        let (before, after) = (Version::new(6, 3, 10), Version::new(6, 4, 0));
        assert!(!before.compares_excerpts_strictly() && after.compares_excerpts_strictly());
        assert!(!before.takes_page_lists() && after.takes_page_lists());
        let (before, after) = (Version::new(6, 7, 7), Version::new(6, 8, 0));
        assert!(!before.compares_paths_strictly() && after.compares_paths_strictly());
        assert!(
            !before.compares_moderation_options_strictly()
                && after.compares_moderation_options_strictly()
        );
        let (before, after) = (Version::new(6, 9, 7), Version::new(7, 0, 0));
        assert!(!before.checks_two_numbers() && after.checks_two_numbers());
        assert!(!before.takes_category_lists() && after.takes_category_lists());
    }
}
