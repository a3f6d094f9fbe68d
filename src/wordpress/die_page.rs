//! The HTML page of `wp_die()`: for those who ask for neither JSON nor XML, and are no trackback as the main query sees it.
//!
//! Port of _default_wp_die_handler(), wp-includes/functions.php. Checked: 6.1.9, 6.5.10, 6.7.7, 6.9.7, 7.0.4, 7.1. The style
//! sheet is the page's own, byte for byte, with the colours of links as each version has them.

use super::blog::Blog;
use super::formatting::escape::esc_html;
use super::version::Version;
use crate::php::string::str_truthy;

const STYLE: &str = include_str!("die_page.css");

/// The page. `title` and `message` are HTML; `public` is option `blog_public`.
pub(super) fn html_page(blog: &Blog, title: &[u8], message: &[u8], public: bool) -> Vec<u8> {
    let version = blog.version;
    let scale = if version.sets_initial_scale() {
        ", initial-scale=1.0"
    } else {
        ""
    };
    // wp_robots(): wp_robots_max_image_preview_large() comes first, wp_robots_no_robots() last.
    let robots = if public {
        "max-image-preview:large, noindex, follow"
    } else {
        "noindex, nofollow"
    };
    let kind = if version.types_style_elements() {
        " type=\"text/css\""
    } else {
        ""
    };
    let style = STYLE.replace("{links}", &links(version));
    let font = if blog.l10n.is_rtl() {
        "body { font-family: Tahoma, Arial; }"
    } else {
        ""
    };
    let head = format!(
        ">\n<head>\n\t<meta http-equiv=\"Content-Type\" content=\"text/html; charset=UTF-8\" />\n\t\
         <meta name=\"viewport\" content=\"width=device-width{scale}\">\n\t\t\
         <meta name='robots' content='{robots}' />\n\t<title>"
    );
    let body = format!(
        "</title>\n\t<style{kind}>\n{style}\n\t\t{font}\t</style>\n</head>\n<body id=\"error-page\">\n\t\
         <div class=\"wp-die-message\">"
    );
    [
        b"<!DOCTYPE html>\n<html ",
        language_attributes(blog).as_slice(),
        head.as_bytes(),
        title,
        body.as_bytes(),
        message,
        b"</div></body>\n</html>\n\t",
    ]
    .concat()
}

/// Port of get_language_attributes(), wp-includes/general-template.php, where `html_type` is text/html. Checked: 6.1.9, 7.1.
fn language_attributes(blog: &Blog) -> Vec<u8> {
    let mut attributes = Vec::new();
    if blog.l10n.is_rtl() {
        attributes.push(b"dir=\"rtl\"".to_vec());
    }
    // esc_attr() and esc_html() differ in their filters only.
    let language = blog.l10n.language();
    if str_truthy(&language) {
        attributes.push([b"lang=\"", esc_html(blog, &language).as_slice(), b"\""].concat());
    }
    attributes.join(&b' ')
}

/// The rules for links.
fn links(version: Version) -> String {
    let [plain, active, focus] = version.die_page_link_colors();
    let rest = version.die_page_link_focus();
    format!(
        "\t\ta {{\n\t\t\tcolor: {plain};\n\t\t}}\n\t\ta:hover,\n\t\ta:active {{\n\t\t\tcolor: {active};\n\t\t}}\n\
         \t\ta:focus {{\n\t\t\tcolor: {focus};\n{rest}\t\t}}\n"
    )
}
