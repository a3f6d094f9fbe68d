//! The Really Simple Discovery document that xmlrpc.php prints for `?rsd`.
//!
//! Port of the first half of xmlrpc.php and of rest_output_rsd(), wp-includes/rest-api.php.
//! Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.

use super::blog::{Blog, set_url_scheme};
use super::formatting::url::esc_url;
use super::snapshot::Snapshot;
use crate::php::strip_tags::strip_tags;

/// The RSD document, in bytes of the blog's charset.
pub fn rsd(snapshot: &Snapshot) -> Vec<u8> {
    let blog = &snapshot.blog;
    let api_link = site_url(snapshot);
    let mut out = b"<?xml version=\"1.0\" encoding=\"".to_vec();
    out.extend(&blog.charset);
    out.extend(
        b"\"?><rsd version=\"1.0\" xmlns=\"http://archipelago.phrasewise.com/rsd\">\n\t<service>\n\t\t\
          <engineName>WordPress</engineName>\n\t\t<engineLink>https://wordpress.org/</engineLink>\n\t\t\
          <homePageLink>",
    );
    out.extend(bloginfo_rss_url(blog));
    out.extend(b"</homePageLink>\n\t\t<apis>\n");
    for (name, preferred) in [
        ("WordPress", true),
        ("Movable Type", false),
        ("MetaWeblog", false),
        ("Blogger", false),
    ] {
        let start =
            format!("\t\t\t<api name=\"{name}\" blogID=\"1\" preferred=\"{preferred}\" apiLink=\"");
        out.extend(start.into_bytes());
        out.extend(&api_link);
        out.extend(b"\" />\n");
    }
    out.extend(b"\t\t\t\t<api name=\"WP-API\" blogID=\"1\" preferred=\"false\" apiLink=\"");
    out.extend(esc_url(blog.version, &rest_url(snapshot, b"/")));
    out.extend(b"\" />\n\t\t\t</apis>\n\t</service>\n</rsd>\n\t");
    out
}

/// `bloginfo_rss( 'url' )`: tags stripped, bare ampersands as references.
fn bloginfo_rss_url(blog: &Blog) -> Vec<u8> {
    let text = strip_tags(&blog.home_url(b""), &[]);
    let mut out = Vec::with_capacity(text.len());
    for (at, &b) in text.iter().enumerate() {
        out.push(b);
        // convert_chars(): `&([^#])(?![a-z1-4]{1,8};)` takes one byte of what follows before it looks for a name.
        let Some(rest) = text
            .get(at + 2..)
            .filter(|_| b == b'&' && text[at + 1] != b'#')
        else {
            continue;
        };
        let name = rest
            .iter()
            .take_while(|b| b.is_ascii_alphabetic() || matches!(b, b'1'..=b'4'));
        let length = name.count();
        if !(1..=8).contains(&length) || rest.get(length) != Some(&b';') {
            out.extend(b"#038;");
        }
    }
    out
}

/// `site_url( 'xmlrpc.php', 'rpc' )`: https where the request or the admin pages are.
fn site_url(snapshot: &Snapshot) -> Vec<u8> {
    let siteurl = &snapshot.blog.siteurl;
    let admin_is_tls = snapshot
        .constants
        .force_ssl_admin
        .unwrap_or_else(|| siteurl.starts_with(b"https://"));
    let scheme = if snapshot.blog.tls || admin_is_tls {
        "https"
    } else {
        "http"
    };
    let mut url = set_url_scheme(siteurl, scheme);
    url.extend(b"/xmlrpc.php");
    url
}

/// Port of get_rest_url(), wp-includes/rest-api.php: the address of a route, which begins with a slash. Not escaped.
/// Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub(super) fn rest_url(snapshot: &Snapshot, route: &[u8]) -> Vec<u8> {
    let mut url = snapshot.blog.home_url(b"");
    let structure = snapshot.options.text("permalink_structure");
    if structure.is_empty() {
        url.extend(b"/index.php?rest_route=");
    } else if ltrim_slashes(structure).starts_with(b"index.php") {
        url.extend(b"/index.php/wp-json");
    } else {
        url.extend(b"/wp-json");
    }
    url.extend(route);
    url
}

/// Without the slashes at the start.
fn ltrim_slashes(text: &[u8]) -> &[u8] {
    &text[text.iter().take_while(|b| **b == b'/').count()..]
}
