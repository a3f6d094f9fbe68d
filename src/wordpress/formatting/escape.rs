//! Text made safe for HTML and XML.

use memchr::memmem;

use crate::php::html::{Flags, Quotes, htmlspecialchars_with};
use crate::wordpress::blog::Blog;
use crate::wordpress::kses::{Context, wp_kses_normalize_entities_in};

use super::text::wp_check_invalid_utf8;

/// The `$quote_style` of [`wp_specialchars`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuoteStyle {
    /// `ENT_NOQUOTES`, the default: quotes stay.
    NoQuotes,
    /// `ENT_COMPAT`, `'double'`: `"` is escaped.
    Compat,
    /// `ENT_QUOTES`: both are escaped.
    Quotes,
    /// `ENT_XML1`: both are escaped, names other than XML's five are resolved.
    Xml,
}

/// Port of `_wp_specialchars()`, wp-includes/formatting.php, in the blog's charset and without double encoding.
/// Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// Raw or escaped text in, escaped text out: references that are valid stay. Text with a special character that is not
/// valid in the blog's charset comes out empty; without one it is returned as it is.
#[doc(alias = "_wp_specialchars")]
pub fn wp_specialchars(blog: &Blog, text: &[u8], style: QuoteStyle) -> Vec<u8> {
    if !text
        .iter()
        .any(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\''))
    {
        return text.to_vec();
    }
    let xml = style == QuoteStyle::Xml;
    let flags = Flags {
        quotes: match style {
            QuoteStyle::NoQuotes => Quotes::None,
            QuoteStyle::Compat => Quotes::Double,
            QuoteStyle::Quotes | QuoteStyle::Xml => Quotes::Both,
        },
        substitute: false,
        xml,
    };
    let context = if xml { Context::Xml } else { Context::Html };
    let text = wp_kses_normalize_entities_in(blog.version, text, context);
    let charset: &[u8] = if blog.is_utf8() {
        b"UTF-8"
    } else {
        &blog.charset
    };
    htmlspecialchars_with(&text, flags, charset, false)
}

/// Port of `esc_html()`, wp-includes/formatting.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// Raw or escaped text in, escaped text out; empty if the blog is UTF-8 and the text is not.
pub fn esc_html(blog: &Blog, text: &[u8]) -> Vec<u8> {
    let safe = wp_check_invalid_utf8(blog, text);
    wp_specialchars(blog, safe, QuoteStyle::Quotes)
}

/// Port of `esc_xml()`, wp-includes/formatting.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// As [`esc_html`] for XML: CDATA sections stay as they are, named references of HTML become characters.
pub fn esc_xml(blog: &Blog, text: &[u8]) -> Vec<u8> {
    let mut rest = wp_check_invalid_utf8(blog, text);
    let mut out = Vec::with_capacity(rest.len());
    let open = memmem::Finder::new(b"<![CDATA[");
    let close = memmem::Finder::new(b"]]>");
    while let Some(start) = open.find(rest) {
        let Some(length) = close.find(&rest[start + 9..]) else {
            break;
        };
        let end = start + 9 + length + 3;
        out.extend(wp_specialchars(blog, &rest[..start], QuoteStyle::Xml));
        out.extend_from_slice(&rest[start..end]);
        rest = &rest[end..];
    }
    out.extend(wp_specialchars(blog, rest, QuoteStyle::Xml));
    out
}
