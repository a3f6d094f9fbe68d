//! The `Link` headers of a page: rest_output_link_header(), wp-includes/rest-api.php, and wp_shortlink_header(),
//! wp-includes/link-template.php. Both run on `template_redirect`, so wp-trackback.php asked for directly has none.
//!
//! NOT PORTED: the routes of terms and authors, since a trackback is for a post, and the routes of post types that plugins
//! register, which only their code knows.

use super::formatting::url::sanitize_url;
use super::posts::Post;
use super::rsd::rest_url;
use super::snapshot::Snapshot;

/// The values of the headers, in order; `post` is the queried one if the query is singular. Checked: 6.1.9, 6.6.7, 6.9.7,
/// 7.1.
pub fn link_headers(snapshot: &Snapshot, post: Option<&Post>) -> Vec<Vec<u8>> {
    let version = snapshot.blog.version;
    let mut links = vec![api_link(snapshot)];
    let Some(post) = post else {
        return links;
    };
    if let Some(route) = rest_get_route_for_post(post) {
        let title = if version.titles_rest_links() {
            "title=\"JSON\"; "
        } else {
            ""
        };
        let rest = format!("rel=\"alternate\"; {title}type=\"application/json\"");
        links.push(link(snapshot, route.as_bytes(), &rest));
    }
    let shortlink = wp_get_shortlink(snapshot, post);
    links.push([b"<", shortlink.as_slice(), b">; rel=shortlink"].concat());
    links
}

/// The value of the header that leads to the root of the REST API.
pub fn api_link(snapshot: &Snapshot) -> Vec<u8> {
    link(snapshot, b"/", "rel=\"https://api.w.org/\"")
}

fn link(snapshot: &Snapshot, route: &[u8], rest: &str) -> Vec<u8> {
    let url = sanitize_url(snapshot.blog.version, &rest_url(snapshot, route));
    [b"<", url.as_slice(), b">; ", rest.as_bytes()].concat()
}

/// Port of rest_get_route_for_post(), wp-includes/rest-api.php, for WordPress's own types. Checked: 6.1.9, 6.6.7, 6.9.7,
/// 7.1.
fn rest_get_route_for_post(post: &Post) -> Option<String> {
    let base = match post.kind.as_slice() {
        b"post" => "posts",
        b"page" => "pages",
        b"attachment" => "media",
        _ => return None,
    };
    Some(format!("/wp/v2/{base}/{}", post.id))
}

/// Port of wp_get_shortlink(), wp-includes/link-template.php, for a post that a query finds, whose type is public.
/// Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
fn wp_get_shortlink(snapshot: &Snapshot, post: &Post) -> Vec<u8> {
    let options = &snapshot.options;
    let is_front = post.kind == b"page"
        && options.is("show_on_front", "page")
        && u64::try_from(options.int("page_on_front")) == Ok(post.id);
    if is_front {
        return snapshot.blog.home_url(b"/");
    }
    let query = format!("?p={}", post.id);
    snapshot.blog.home_url(query.as_bytes())
}
