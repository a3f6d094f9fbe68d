//! wp-includes/formatting.php by theme.
//!
//! | WordPress | here |
//! |---|---|
//! | `esc_html`, `esc_xml`, `_wp_specialchars` | [`escape`] |
//! | `esc_url`, `sanitize_url`, `wp_parse_url` | [`url`] |
//! | `sanitize_text_field`, `wp_strip_all_tags`, `wp_html_excerpt`, `wp_check_invalid_utf8`, `wp_pre_kses_less_than` | [`text`] |
//! | `convert_invalid_entities` | [`entities`] |
//! | `balanceTags`, `force_balance_tags` | [`balance`] |
//! | `wp_rel_ugc`, `wp_targeted_link_rel`, `wp_is_internal_link` | [`rel`] |
//! | `wp_slash`, `wp_unslash` | [`slashes`] |
//! | `sanitize_title_for_query`, `sanitize_title_with_dashes` | [`title`] |
//!
//! Filters of the same names (`esc_html`, `clean_url`, `sanitize_text_field`, `sanitize_title`, …) run WordPress's own
//! callbacks only; a plugin's are not seen here.

pub mod balance;
pub mod entities;
pub mod escape;
pub mod rel;
pub mod slashes;
pub mod text;
pub mod title;
pub mod url;
