//! The HTML page of `wp_die()`: for those who ask for neither JSON nor XML, and are no trackback as the main query sees it.
//!
//! Port of _default_wp_die_handler(), wp-includes/functions.php. Checked: 6.1.9, 6.5.10, 6.7.7, 6.9.7, 7.0.4, 7.1. The style
//! sheet is the page's own, byte for byte, with the colours of links as each version has them.

use super::version::Version;

const STYLE: &str = include_str!("die_page.css");

/// The page. `title` and `message` are HTML; `public` is option `blog_public`.
pub(super) fn html_page(version: Version, title: &str, message: &str, public: bool) -> String {
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
    format!(
        "<!DOCTYPE html>\n<html lang=\"en-US\">\n<head>\n\t<meta http-equiv=\"Content-Type\" \
         content=\"text/html; charset=UTF-8\" />\n\t<meta name=\"viewport\" content=\"width=device-width{scale}\">\n\t\t\
         <meta name='robots' content='{robots}' />\n\t<title>{title}</title>\n\t<style{kind}>\n{style}\n\t\t\t</style>\n\
         </head>\n<body id=\"error-page\">\n\t<div class=\"wp-die-message\">{message}</div></body>\n</html>\n\t"
    )
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
