//! Posts that once had another slug or date: `wp_old_slug_redirect()`.

use crate::php::string::str_truthy;
use crate::wordpress::db::{Conn, DbError};
use crate::wordpress::options::trailingslashit;
use crate::wordpress::permalinks::get_permalink;
use crate::wordpress::posts::get_post;
use crate::wordpress::query::Query;
use crate::wordpress::rewrite::Structure;
use crate::wordpress::snapshot::Snapshot;

/// Port of `wp_old_slug_redirect()`, wp-includes/query.php: where a post with this slug or date once was. Checked: 6.1.9,
/// 6.6.7, 6.9.7, 7.1.
pub(super) async fn wp_old_slug_redirect(
    conn: &mut Conn,
    snapshot: &Snapshot,
    query: &Query<'_>,
) -> Result<Option<Vec<u8>>, DbError> {
    if query.name().is_empty() {
        return Ok(None);
    }
    let kind: &[u8] = match query.post_types() {
        [kind] => kind,
        [] if str_truthy(query.attachment()) => b"attachment",
        [] if str_truthy(query.pagename()) => b"page",
        [] => b"post",
        _ => return Ok(None),
    };
    if snapshot.types.is_hierarchical(kind) == Some(true) {
        return Ok(None);
    }
    let mut id = find_post_by_old_slug(conn, snapshot, query, kind).await?;
    if id.is_none() {
        id = find_post_by_old_date(conn, snapshot, query, kind).await?;
    }
    let Some(post) = get_post(conn, &snapshot.tables, id.unwrap_or(0)).await? else {
        return Ok(None);
    };
    let link = get_permalink(conn, snapshot, &post).await?;
    if query.paged() > 1 {
        let page = format!("page/{}", query.paged());
        let link = [trailingslashit(&link).as_slice(), page.as_bytes()].concat();
        return Ok(Some(Structure::of(snapshot).user_trailingslashit(&link)));
    }
    Ok(Some(link))
}

/// Port of `_find_post_by_old_slug()`, wp-includes/query.php.
async fn find_post_by_old_slug(
    conn: &mut Conn,
    snapshot: &Snapshot,
    query: &Query<'_>,
    kind: &[u8],
) -> Result<Option<u64>, DbError> {
    let tables = &snapshot.tables;
    let mut sql = format!(
        "SELECT post_id FROM {}, {} WHERE ID = post_id AND post_type = ? AND meta_key = '_wp_old_slug' \
         AND meta_value = ?",
        tables.postmeta, tables.posts
    );
    sql.push_str(&date_condition(query, "post_date"));
    let row: Option<(u64,)> = conn.exec_first(sql, (kind, query.name())).await?;
    Ok(row.map(|(id,)| id))
}

/// Port of `_find_post_by_old_date()`, wp-includes/query.php.
async fn find_post_by_old_date(
    conn: &mut Conn,
    snapshot: &Snapshot,
    query: &Query<'_>,
    kind: &[u8],
) -> Result<Option<u64>, DbError> {
    let date = date_condition(query, "pm_date.meta_value");
    if date.is_empty() {
        return Ok(None);
    }
    let (meta, posts) = (&snapshot.tables.postmeta, &snapshot.tables.posts);
    let by_date = format!(
        "SELECT post_id FROM {meta} AS pm_date, {posts} WHERE ID = post_id AND post_type = ? \
         AND meta_key = '_wp_old_date' AND post_name = ?{date}"
    );
    let row: Option<(u64,)> = conn.exec_first(by_date, (kind, query.name())).await?;
    if let Some((id,)) = row {
        return Ok(Some(id));
    }
    let by_both = format!(
        "SELECT ID FROM {posts}, {meta} AS pm_slug, {meta} AS pm_date WHERE ID = pm_slug.post_id \
         AND ID = pm_date.post_id AND post_type = ? AND pm_slug.meta_key = '_wp_old_slug' \
         AND pm_slug.meta_value = ? AND pm_date.meta_key = '_wp_old_date'{date}"
    );
    let row: Option<(u64,)> = conn.exec_first(by_both, (kind, query.name())).await?;
    Ok(row.map(|(id,)| id))
}

/// ` AND YEAR(column) = …` for the parts of the date asked for: numbers, so they need no parameters.
fn date_condition(query: &Query<'_>, column: &str) -> String {
    let (year, month, day) = query.date();
    [("YEAR", year), ("MONTH", month), ("DAYOFMONTH", day)]
        .into_iter()
        .filter(|(_, value)| *value != 0)
        .map(|(part, value)| format!(" AND {part}({column}) = {value}"))
        .collect()
}
