//! Posts to URLs: `get_permalink()` and its kin (wp-includes/link-template.php).
//!
//! What is known of types that plugins registered, and what is guessed, [`super::post_types`] tells.

use std::future::Future;
use std::pin::Pin;

use super::db::{Conn, DbError};
use super::options::trailingslashit;
use super::posts::{MAX_ANCESTORS, Post, Status, get_post, get_post_status};
use super::query::id_option;
use super::rewrite::Structure;
use super::snapshot::Snapshot;
use crate::php::number::is_numeric;
use crate::php::string::{replace, strpos};

/// Port of `get_permalink()`, wp-includes/link-template.php: the post's URL, neither escaped nor slashed. Checked: 6.1.9,
/// 6.6.7, 6.9.7, 7.1.
pub async fn get_permalink(
    conn: &mut Conn,
    snapshot: &Snapshot,
    post: &Post,
) -> Result<Vec<u8>, DbError> {
    permalink(conn, snapshot, post, 0).await
}

/// `depth` counts attachments attached to attachments.
fn permalink<'a>(
    conn: &'a mut Conn,
    snapshot: &'a Snapshot,
    post: &'a Post,
    depth: usize,
) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, DbError>> + Send + 'a>> {
    Box::pin(async move {
        if post.is("page") {
            return get_page_link(conn, snapshot, post).await;
        }
        if post.is("attachment") {
            return get_attachment_link(conn, snapshot, post, depth).await;
        }
        if snapshot.types.is_registered(&post.kind) {
            return get_post_permalink(conn, snapshot, post).await;
        }
        let structure = Structure::of(snapshot);
        // `wp_force_plain_post_permalink()` also holds where nobody registers the type.
        let plain = snapshot.types.is_gone(&post.kind) || is_plain(conn, snapshot, post).await?;
        if !structure.is_set() || plain {
            return Ok(home_with(snapshot, "?p=", post.id));
        }
        let path = fill_structure(conn, snapshot, post, structure.0).await?;
        Ok(structure.user_trailingslashit(&snapshot.blog.home_url(&path)))
    })
}

/// Port of `wp_force_plain_post_permalink()`, wp-includes/link-template.php, for nobody: all but public posts. Checked:
/// 6.1.9, 6.6.7, 6.9.7, 7.1.
async fn is_plain(conn: &mut Conn, snapshot: &Snapshot, post: &Post) -> Result<bool, DbError> {
    let status = get_post_status(conn, &snapshot.tables, post).await?;
    Ok(Status::of(&status) != Status::Public)
}

/// The tags of a post's structure replaced.
async fn fill_structure(
    conn: &mut Conn,
    snapshot: &Snapshot,
    post: &Post,
    structure: &[u8],
) -> Result<Vec<u8>, DbError> {
    let category = if strpos(structure, b"%category%").is_some() {
        category_path(conn, snapshot, post).await?
    } else {
        Vec::new()
    };
    let author = if strpos(structure, b"%author%").is_some() {
        let sql = format!(
            "SELECT user_nicename FROM {} WHERE ID = ?",
            snapshot.tables.users
        );
        let row: Option<(Vec<u8>,)> = conn.exec_first(sql, (post.author,)).await?;
        row.map_or(Vec::new(), |(name,)| name)
    } else {
        Vec::new()
    };
    let id = post.id.to_string();
    let date: Vec<&[u8]> = post
        .date
        .split(|byte| matches!(byte, b'-' | b':' | b' '))
        .collect();
    let date = |part: usize| date.get(part).copied().unwrap_or_default();
    // One tag after the other over the whole text, as str_replace() with arrays does.
    let tags: [(&[u8], &[u8]); 11] = [
        (b"%year%", date(0)),
        (b"%monthnum%", date(1)),
        (b"%day%", date(2)),
        (b"%hour%", date(3)),
        (b"%minute%", date(4)),
        (b"%second%", date(5)),
        (b"%postname%", &post.name),
        (b"%post_id%", id.as_bytes()),
        (b"%category%", &category),
        (b"%author%", &author),
        (b"%pagename%", &post.name),
    ];
    Ok(tags.iter().fold(structure.to_vec(), |path, (tag, value)| {
        replace(&path, tag, value)
    }))
}

/// `%category%`: the slugs of the post's first category and of those above it, or that of the default category.
async fn category_path(
    conn: &mut Conn,
    snapshot: &Snapshot,
    post: &Post,
) -> Result<Vec<u8>, DbError> {
    let tables = &snapshot.tables;
    let sql = format!(
        "SELECT t.slug, x.parent FROM {} r JOIN {} x USING (term_taxonomy_id) JOIN {} t USING (term_id) \
         WHERE r.object_id = ? AND x.taxonomy = 'category' ORDER BY t.term_id LIMIT 1",
        tables.term_relationships, tables.term_taxonomy, tables.terms
    );
    let first: Option<(Vec<u8>, u64)> = conn.exec_first(sql, (post.id,)).await?;
    let term = format!(
        "SELECT t.slug, x.parent FROM {} t JOIN {} x USING (term_id) \
         WHERE t.term_id = ? AND x.taxonomy = 'category'",
        tables.terms, tables.term_taxonomy
    );
    let Some((mut path, mut parent)) = first.filter(|(slug, _)| !slug.is_empty()) else {
        let default = id_option(snapshot, "default_category");
        let row: Option<(Vec<u8>, u64)> = conn.exec_first(term, (default,)).await?;
        return Ok(row.map_or(Vec::new(), |(slug, _)| slug));
    };
    for _ in 0..MAX_ANCESTORS {
        if parent == 0 {
            break;
        }
        let above: Option<(Vec<u8>, u64)> = conn.exec_first(term.as_str(), (parent,)).await?;
        let Some((slug, next)) = above else {
            break;
        };
        path = [slug.as_slice(), b"/", &path].concat();
        // A category below itself would go round for ever in PHP.
        parent = if next == parent { 0 } else { next };
    }
    Ok(path)
}

/// Port of `get_page_link()`, wp-includes/link-template.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
async fn get_page_link(
    conn: &mut Conn,
    snapshot: &Snapshot,
    post: &Post,
) -> Result<Vec<u8>, DbError> {
    if snapshot.options.is("show_on_front", "page")
        && id_option(snapshot, "page_on_front") == post.id
    {
        return Ok(snapshot.blog.home_url(b"/"));
    }
    page_link(conn, snapshot, post).await
}

/// Port of `_get_page_link()`: without regard for the front page.
async fn page_link(conn: &mut Conn, snapshot: &Snapshot, post: &Post) -> Result<Vec<u8>, DbError> {
    let structure = Structure::of(snapshot);
    let plain = is_plain(conn, snapshot, post).await?;
    if !structure.is_set() || plain {
        return Ok(home_with(snapshot, "?page_id=", post.id));
    }
    let uri = get_page_uri(conn, snapshot, post).await?;
    let path = [structure.root(), &uri].concat();
    Ok(structure.user_trailingslashit(&snapshot.blog.home_url(&path)))
}

/// Port of `get_page_uri()`, wp-includes/post.php: the slugs of the ancestors and its own. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
async fn get_page_uri(
    conn: &mut Conn,
    snapshot: &Snapshot,
    post: &Post,
) -> Result<Vec<u8>, DbError> {
    let mut uri = post.name.clone();
    let mut seen = vec![post.id];
    let mut parent = post.parent;
    while parent != 0 && !seen.contains(&parent) && seen.len() <= MAX_ANCESTORS {
        let Some(above) = get_post(conn, &snapshot.tables, parent).await? else {
            break;
        };
        if !matches!(above.name.as_slice(), b"" | b"0") {
            uri = [above.name.as_slice(), b"/", &uri].concat();
        }
        seen.push(parent);
        parent = above.parent;
    }
    Ok(uri)
}

/// Port of `get_attachment_link()`, wp-includes/link-template.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
async fn get_attachment_link(
    conn: &mut Conn,
    snapshot: &Snapshot,
    post: &Post,
    depth: usize,
) -> Result<Vec<u8>, DbError> {
    let structure = Structure::of(snapshot);
    let by_id = || home_with(snapshot, "/?attachment_id=", post.id);
    let parent = get_post(conn, &snapshot.tables, post.parent).await?;
    let parent_is_viewable = parent
        .as_ref()
        .is_some_and(|parent| snapshot.types.is_viewable(&parent.kind));
    let parent_is_lost = post.parent != 0 && (post.parent == post.id || !parent_is_viewable);
    if parent_is_lost || !structure.is_set() || is_plain(conn, snapshot, post).await? {
        return Ok(by_id());
    }
    let Some(parent) = parent.filter(|_| depth < MAX_ANCESTORS) else {
        let path = structure.user_trailingslashit(&post.name);
        return Ok(snapshot.blog.home_url(&path));
    };
    let above = if parent.is("page") {
        page_link(conn, snapshot, &parent).await?
    } else {
        permalink(conn, snapshot, &parent, depth + 1).await?
    };
    if strpos(&above, b"?").is_some() {
        return Ok(by_id());
    }
    // <permalink>/<number>/ would be a page of the parent.
    let marked = is_numeric(&post.name) || strpos(structure.0, b"%category%").is_some();
    let marker: &[u8] = if marked { b"attachment/" } else { b"" };
    let link = [trailingslashit(&above).as_slice(), b"%postname%"].concat();
    let link = structure.user_trailingslashit(&link);
    Ok(replace(
        &link,
        b"%postname%",
        &[marker, &post.name].concat(),
    ))
}

/// Port of `get_post_permalink()`, wp-includes/link-template.php, for types plugins register. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
async fn get_post_permalink(
    conn: &mut Conn,
    snapshot: &Snapshot,
    post: &Post,
) -> Result<Vec<u8>, DbError> {
    let by_id = || {
        let query = [b"?post_type=".as_slice(), &post.kind, b"&p="].concat();
        let query = [query.as_slice(), post.id.to_string().as_bytes()].concat();
        snapshot.blog.home_url(&query)
    };
    if is_plain(conn, snapshot, post).await? {
        return Ok(by_id());
    }
    let kind = snapshot.types.by_name(&post.kind);
    let slug = if kind.map_or(post.parent != 0, |kind| kind.hierarchical) {
        get_page_uri(conn, snapshot, post).await?
    } else {
        post.name.clone()
    };
    let structure = Structure::of(snapshot);
    match kind.and_then(|kind| kind.front.as_deref()) {
        Some(front) if structure.is_set() => {
            let path = structure.user_trailingslashit(&[front, &slug].concat());
            Ok(snapshot.blog.home_url(&path))
        }
        _ => {
            let own_name = Some(post.kind.as_slice());
            let Some(var) = kind.map_or(own_name, |kind| kind.query_var.as_deref()) else {
                return Ok(by_id());
            };
            let query = [b"?".as_slice(), var, b"=", &slug].concat();
            Ok(snapshot.blog.home_url(&query))
        }
    }
}

fn home_with(snapshot: &Snapshot, query: &str, id: u64) -> Vec<u8> {
    snapshot.blog.home_url(format!("{query}{id}").as_bytes())
}
