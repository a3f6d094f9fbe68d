//! Whether a main query turns out to have found nothing: `WP::handle_404()`.

use crate::php::array::{PhpArray, PhpKey, PhpValue};
use crate::php::number::{intval, is_numeric};
use crate::php::string::trim_set;
use crate::wordpress::db::{Conn, DbError};
use crate::wordpress::posts::page_count;
use crate::wordpress::query::{Query, scalar};
use crate::wordpress::snapshot::Snapshot;

/// Port of `WP::handle_404()`: whether the query turns out to have found nothing.
pub(super) async fn handle_404(
    conn: &mut Conn,
    snapshot: &Snapshot,
    query: &Query<'_>,
    vars: &PhpArray,
) -> Result<bool, DbError> {
    let is = &query.is;
    if is.robots || is.favicon {
        return Ok(false);
    }
    let page = vars
        .get("page")
        .filter(|page| page.truthy())
        .map(PhpValue::to_bytes);
    if let Some(post) = &query.first {
        if is.posts_page && page.is_some() {
            return Ok(true);
        }
        let Some(page) = page.filter(|_| is.single || is.page || is.attachment) else {
            return Ok(false);
        };
        let pages = page_count(conn, &snapshot.tables, post.id).await?;
        let wanted = intval(trim_set(&page, b"/"));
        return Ok(pages == 1 || wanted > i64::try_from(pages).unwrap_or(i64::MAX));
    }
    if is.paged {
        return Ok(true);
    }
    // Archives of what there is are not missing, only empty.
    if is.home || is.search || is.feed || is.post_type_archive {
        return Ok(false);
    }
    if is.author && (query.author_found() != 0 || author_exists(conn, snapshot, vars).await?) {
        return Ok(false);
    }
    if is.tag || is.category || is.tax {
        return Ok(!term_exists(conn, snapshot, vars).await?);
    }
    Ok(true)
}

/// Whether the term asked for is there: `get_queried_object()`.
async fn term_exists(
    conn: &mut Conn,
    snapshot: &Snapshot,
    vars: &PhpArray,
) -> Result<bool, DbError> {
    let tables = &snapshot.tables;
    let asked_taxonomy = scalar(vars, "taxonomy").unwrap_or_default();
    for (key, value) in vars.iter() {
        let (PhpKey::Str(name), PhpValue::Str(text)) = (key, value) else {
            continue;
        };
        let taxonomy: &[u8] = match name.as_slice() {
            b"category_name" | b"cat" => b"category",
            b"tag" => b"post_tag",
            b"post_format" => b"post_format",
            b"term" => &asked_taxonomy,
            name if snapshot.types.is_taxonomy_var(name) => name,
            _ => continue,
        };
        let column = if name == b"cat" { "term_id" } else { "slug" };
        let last = text
            .rsplit(|byte| *byte == b'/')
            .find(|part| !part.is_empty());
        let sql = format!(
            "SELECT 1 FROM {} JOIN {} USING (term_id) WHERE taxonomy = ? AND {column} = ? LIMIT 1",
            tables.terms, tables.term_taxonomy
        );
        let row: Option<(i64,)> = conn
            .exec_first(sql, (taxonomy, last.unwrap_or_default()))
            .await?;
        if row.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An author without posts is no 404, if asked for by number.
async fn author_exists(
    conn: &mut Conn,
    snapshot: &Snapshot,
    vars: &PhpArray,
) -> Result<bool, DbError> {
    let Some(PhpValue::Str(author)) = vars.get("author") else {
        return Ok(false);
    };
    if !is_numeric(author) || intval(author) <= 0 {
        return Ok(false);
    }
    let sql = format!(
        "SELECT 1 FROM {} WHERE ID = ? LIMIT 1",
        snapshot.tables.users
    );
    let row: Option<(i64,)> = conn.exec_first(sql, (intval(author),)).await?;
    Ok(row.is_some())
}
