//! `pingback.ping`, whole, in WordPress's order: the order decides which fault is sent.
//!
//! Port of wp_xmlrpc_server::pingback_ping() and pingback_extensions_getPingbacks(),
//! wp-includes/class-wp-xmlrpc-server.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
//!
//! DIFFERS: WordPress sleeps a second before it fetches, and nothing stops two identical pings from being stored side
//! by side. Here the second one takes its [turn](crate::linkback::turns) instead, from before the fetch to after the
//! commit.

use crate::linkback::turns::Likeness;
use crate::linkback::{Desk, Stop};
use crate::php::sprintf::{Thrown, sprintf};
use crate::php::string::replace;
use crate::refusal::Refusal;
use crate::telemetry::escape;
use crate::verify::{Source, Target, Trace, Verified};
use crate::wordpress::comments::{Kind, NewComment, Outcome};
use crate::wordpress::formatting::slashes::wp_slash;
use crate::wordpress::l10n::{Message, Translations};
use crate::wordpress::posts::{Post, duplicate_url, pings_open};
use crate::wordpress::rewrite::url_to_postid;

use super::target;

/// A pingback's two addresses, prepared as WordPress prepares them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The page that links: slashed, `&amp;` undone.
    pub source: Vec<u8>,
    /// What it links to: slashed, every `&` as `&amp;`.
    pub target: Vec<u8>,
}

impl Claim {
    /// From the two arguments as sent.
    pub fn new(source: &[u8], target: &[u8]) -> Self {
        let target = replace(&wp_slash(target), b"&amp;", b"&");
        Self {
            source: replace(&wp_slash(source), b"&amp;", b"&"),
            target: replace(&target, b"&", b"&amp;"),
        }
    }
}

/// A ping that may be fetched: everything the database alone can refuse is asked.
#[derive(Debug)]
pub struct Admitted {
    claim: Claim,
    source: Source,
    /// The target as it was sent, for rules that read URLs: neither slashed nor escaped.
    named: Vec<u8>,
    post: Post,
}

/// What became of a ping that was not refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// The ping that is registered.
    claim: Claim,
    /// Whether a row was stored: WordPress says "registered" as well when its own column checks refuse the row.
    pub stored: bool,
}

/// Takes one ping through all its steps.
///
/// # Errors
/// However it ends early.
pub async fn pingback_ping(
    desk: &Desk<'_>,
    source: &[u8],
    target: &[u8],
) -> Result<Registered, Stop> {
    let mut story = Trace::off();
    let admitted = admit(desk, source, target, &mut story).await?;
    let likeness = Likeness {
        site: desk.site.path.as_path().into(),
        kind: Kind::Pingback,
        post: admitted.post.id,
        source: admitted.claim.source.clone(),
        target: admitted.claim.target.clone(),
    };
    desk.in_turn(likeness, claimed(desk, &admitted)).await
}

/// Everything that needs no fetch.
///
/// # Errors
/// However it ends early.
pub async fn admit(
    desk: &Desk<'_>,
    source: &[u8],
    target: &[u8],
    story: &mut Trace,
) -> Result<Admitted, Stop> {
    let (admitted, known) = examine(desk, source, target, story).await?;
    if known {
        return Err(Refusal::AlreadyRegistered.into());
    }
    Ok(admitted)
}

/// Everything that needs no fetch, and whether the post has a comment with this source already.
///
/// # Errors
/// However it ends early, but for what is there already.
pub async fn examine(
    desk: &Desk<'_>,
    source: &[u8],
    target: &[u8],
    story: &mut Trace,
) -> Result<(Admitted, bool), Stop> {
    let mut claim = Claim::new(source, target);
    let named = replace(target, b"&amp;", b"&");
    let source = match desk.verifier.gate(&desk.source_site(), &claim.source) {
        Ok(source) => source,
        Err(refusal) => {
            story.tell("source", || format!("{}: {refusal}", escape(&claim.source)));
            return Err(refusal.into());
        }
    };
    claim.source = source.text().to_vec();
    story.tell("source", || {
        format!("{} may be asked for", escape(&claim.source))
    });

    let snapshot = &desk.snapshot;
    let mut conn = desk.conn().await?;
    let post = target::resolve(&mut conn, snapshot, &claim.target, story).await?;

    if url_to_postid(&mut conn, snapshot, &claim.source).await? == post.id {
        story.tell("source", || "is the target post itself".to_owned());
        return Err(Refusal::SelfPing.into());
    }
    if !pings_open(snapshot, &post, desk.now.as_second()) {
        story.tell("pings", || "closed".to_owned());
        return Err(Refusal::PingsClosed.into());
    }
    story.tell("pings", || "open".to_owned());

    let known = duplicate_url(&mut conn, snapshot, post.id, &claim.source).await?;
    story.tell("duplicate", || {
        let there = if known { "a" } else { "no" };
        format!("{there} comment with this source is on the post")
    });
    let admitted = Admitted {
        claim,
        source,
        named,
        post,
    };
    Ok((admitted, known))
}

/// With the claim on (post, source) held to the end: fetch, read, record.
async fn claimed(desk: &Desk<'_>, admitted: &Admitted) -> Result<Registered, Stop> {
    let held = desk.claim(admitted.post.id, &admitted.claim.source).await?;
    let verified = fetch(desk, admitted, &mut Trace::off()).await?;
    let comment = comment(desk, admitted, &verified);
    let outcome = desk.record(comment, &held, None).await?;
    drop(held);
    Ok(Registered {
        claim: admitted.claim.clone(),
        stored: matches!(outcome, Outcome::Stored { .. }),
    })
}

/// Asks for the source and reads title, link and excerpt out of it.
///
/// # Errors
/// However it ends early.
pub async fn fetch(
    desk: &Desk<'_>,
    admitted: &Admitted,
    story: &mut Trace,
) -> Result<Verified, Stop> {
    let _slot = desk
        .gates
        .admit_fetch(&admitted.source.host().to_string())?;
    let target = Target {
        compared: &admitted.claim.target,
        raw: &admitted.named,
    };
    let blog = &desk.snapshot.blog;
    let (verifier, source, sender) = (desk.verifier, &admitted.source, desk.sender());
    Ok(verifier
        .verify(blog, source, None, &sender, target, story)
        .await?)
}

/// The comment as pingback_ping() hands it to wp_new_comment().
///
/// QUIRK: title and content go in unslashed and are unslashed all the same, so their backslashes are lost; the URL is
/// slashed twice. In WordPress `$this->escape( $comment_author )` throws its result away.
pub fn comment(desk: &Desk<'_>, admitted: &Admitted, verified: &Verified) -> NewComment {
    let source = replace(&admitted.claim.source, b"&", b"&amp;");
    NewComment {
        post_id: admitted.post.id,
        author: verified.title().to_vec(),
        author_url: wp_slash(&source),
        content: verified.content().to_vec(),
        kind: Kind::Pingback,
        ip: wp_slash(desk.request.remote_addr.as_bytes()),
        agent: wp_slash(&desk.request.user_agent),
        looked_up: admitted.claim.source.clone(),
    }
}

impl Registered {
    /// `Pingback from … to … registered.`, with the source slashed twice. Not yet escaped for XML.
    ///
    /// # Errors
    /// The translation is one that PHP's sprintf() throws at.
    pub fn sentence(&self, l10n: &Translations) -> Result<Vec<u8>, Thrown> {
        let source = wp_slash(&replace(&self.claim.source, b"&", b"&amp;"));
        let format = l10n.translate(Message::PingbackRegistered);
        sprintf(format, &[&source, &self.claim.target])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ampersands_are_single_in_the_source_and_escaped_in_the_target() {
        let claim = Claim::new(
            b"http://a.example/?x=1&amp;y=2",
            b"http://b.example/?x=1&p=2&amp;z",
        );
        assert_eq!(claim.source, b"http://a.example/?x=1&y=2");
        assert_eq!(claim.target, b"http://b.example/?x=1&amp;p=2&amp;z");
    }

    #[test]
    fn the_sentence_shows_the_source_slashed_twice() {
        let registered = Registered {
            claim: Claim::new(b"http://a.example/it's", b"http://b.example/"),
            stored: true,
        };
        assert_eq!(
            registered.sentence(&Translations::english()).unwrap(),
            b"Pingback from http://a.example/it\\\\\\'s to http://b.example/ registered. Keep the web talking! :-)"
        );
    }
}
