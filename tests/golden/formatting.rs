//! wp-includes/formatting.php.

use linkbackd::php::array::PhpValue;
use linkbackd::php::string;
use linkbackd::wordpress::formatting::escape::{QuoteStyle, esc_html, esc_xml, wp_specialchars};
use linkbackd::wordpress::formatting::{entities, slashes, text as plain, title, url};

use super::generate::{ENTITIES, HTML, NUMBERS, SLASHED, TITLES, URLS};
use super::judge::{Argument, Row, row, text};
use super::php::parts;

pub(crate) fn rows() -> Vec<Row> {
    use Argument::{OneOf, Text};
    vec![
        text("esc_html", ENTITIES, |w, t| esc_html(&w.blog, t)),
        text("esc_xml", HTML, |w, t| esc_xml(&w.blog, t)),
        text("_wp_specialchars", ENTITIES, |w, t| {
            wp_specialchars(&w.blog, t, QuoteStyle::NoQuotes)
        }),
        text("_wp_specialchars_compat", ENTITIES, |w, t| {
            wp_specialchars(&w.blog, t, QuoteStyle::Compat)
        }),
        text("_wp_specialchars_xml", ENTITIES, |w, t| {
            wp_specialchars(&w.blog, t, QuoteStyle::Xml)
        }),
        text("esc_url", URLS, |w, t| url::esc_url(w.blog.version, t)),
        text("sanitize_url", URLS, |w, t| {
            url::sanitize_url(w.blog.version, t)
        }),
        row("wp_parse_url", vec![Text(URLS)], |_, a| {
            url::wp_parse_url(&a[0]).map_or(PhpValue::Bool(false), |url| parts(&url))
        }),
        text("wp_check_invalid_utf8", TITLES, |w, t| {
            plain::wp_check_invalid_utf8(&w.blog, t).to_vec()
        }),
        text("wp_pre_kses_less_than", HTML, |w, t| {
            plain::wp_pre_kses_less_than(&w.blog, t)
        }),
        text("sanitize_text_field", HTML, |w, t| {
            plain::sanitize_text_field(&w.blog, t)
        }),
        text("sanitize_textarea_field", HTML, |w, t| {
            plain::sanitize_textarea_field(&w.blog, t)
        }),
        text("wp_strip_all_tags", HTML, |_, t| {
            plain::wp_strip_all_tags(t, false)
        }),
        text("wp_strip_all_tags_breaks", HTML, |_, t| {
            plain::wp_strip_all_tags(t, true)
        }),
        row(
            "wp_html_excerpt",
            vec![
                Text(ENTITIES),
                OneOf(&["0", "1", "5", "9", "17", "100"]),
                OneOf(&["", "&#8230;"]),
            ],
            |w, a| {
                let count = string::intval(&a[1]) as usize;
                PhpValue::Str(plain::wp_html_excerpt(&w.blog, &a[0], count, &a[2]))
            },
        ),
        // Older versions compare what is left with what there was as numbers.
        row(
            "wp_html_excerpt",
            vec![
                Text(NUMBERS),
                OneOf(&["1", "2", "3", "5"]),
                OneOf(&["&#8230;"]),
            ],
            |w, a| {
                let count = string::intval(&a[1]) as usize;
                PhpValue::Str(plain::wp_html_excerpt(&w.blog, &a[0], count, &a[2]))
            },
        ),
        text("convert_invalid_entities", ENTITIES, |_, t| {
            entities::convert_invalid_entities(t)
        }),
        text("wp_slash", SLASHED, |_, t| slashes::wp_slash(t)),
        text("wp_unslash", SLASHED, |_, t| slashes::wp_unslash(t)),
        text("sanitize_title_for_query", TITLES, |w, t| {
            title::sanitize_title_for_query(w.blog.version, t)
        }),
        text("sanitize_title_with_dashes", HTML, |w, t| {
            title::sanitize_title_with_dashes(w.blog.version, t)
        }),
    ]
}
