//! Does the page behind a trackback's URL link to the post?
//!
//! DIFFERS: WordPress never asks. This is `[trackback] proof`.

use crate::linkback::{Desk, Stop};
use crate::refusal::Refusal;
use crate::verify::strict;
use crate::wordpress::permalinks::get_permalink;
use crate::wordpress::posts::Post;
use crate::wordpress::rewrite::url_to_postid;

/// How many of the page's links to this site are looked up at most.
const MAX_LOOKUPS: usize = 50;

/// Fetches the page at `url` (slashed) and looks for a link that leads to `post`.
///
/// # Errors
/// [`Stop::Refused`] if there is no such page or no such link; limits; the database.
pub(super) async fn links_to(desk: &Desk<'_>, post: &Post, url: &[u8]) -> Result<(), Stop> {
    let snapshot = &desk.snapshot;
    // The gate expects what WordPress's own check gets: the URL as it came in, slashed.
    let source = desk.verifier.gate(&desk.source_site(), url)?;
    let fetched = {
        let _slot = desk.gates.admit_fetch(&source.host().to_string())?;
        let resolved = desk.verifier.resolve(&source).await?;
        desk.verifier
            .fetch(&source, &resolved, &desk.sender())
            .await?
    };
    let home_host = snapshot.blog.home_host().unwrap_or_default();
    let home_host = String::from_utf8_lossy(&home_host).into_owned();
    let document = source.request().clone();
    // Some milliseconds of computing are too long for a thread that serves others meanwhile.
    let reading = tokio::task::spawn_blocking(move || {
        let kind = fetched.content_type.as_deref();
        strict::links(&fetched.body, kind, &document, &[&home_host])
    });
    let links = reading.await.unwrap_or_else(|error| {
        tracing::error!(%error, "reading a page failed");
        Vec::new()
    });
    let mut conn = desk.conn().await?;
    let permalink = get_permalink(&mut conn, snapshot, post).await?;
    if links
        .iter()
        .any(|link| link.as_str().as_bytes() == permalink)
    {
        return Ok(());
    }
    for link in links.iter().take(MAX_LOOKUPS) {
        if url_to_postid(&mut conn, snapshot, link.as_str().as_bytes()).await? == post.id {
            return Ok(());
        }
    }
    Err(Refusal::NoLink.into())
}
