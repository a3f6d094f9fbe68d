//! `linkbackd explain SOURCE TARGET`: every step of a pingback, without writing anything.

use std::time::Instant;

use crate::linkback::{Desk, Stop};
use crate::php::url::parse_url;
use crate::pingback::receive;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::service::Service;
use crate::telemetry::escape;
use crate::verify::Trace;
use crate::wordpress::comments::{Approved, Foreseen, foresee};

/// What a dry run came to.
#[derive(Debug)]
pub struct Explained {
    /// The steps and what came of each.
    pub story: Trace,
    /// The last word.
    pub verdict: String,
    /// Whether a row would be stored.
    pub accepted: bool,
}

/// Takes a ping of `source` and `target` through all its steps but the last.
pub async fn explain(service: &Service, source: &[u8], target: &[u8]) -> Explained {
    let mut story = Trace::on();
    let (verdict, accepted) = match told(service, source, target, &mut story).await {
        Ok(verdict) => (verdict, true),
        Err(verdict) => (verdict, false),
    };
    Explained {
        story,
        verdict,
        accepted,
    }
}

async fn told(
    service: &Service,
    source: &[u8],
    target: &[u8],
    story: &mut Trace,
) -> Result<String, String> {
    // The request as it would reach us through the web server: to the target's host.
    let host = parse_url(target)
        .and_then(|url| url.host)
        .unwrap_or_default();
    let request = Request {
        method: "POST".to_owned(),
        uri: b"/xmlrpc.php".to_vec(),
        host: host.clone(),
        remote_addr: "127.0.0.1".to_owned(),
        tls: target.starts_with(b"https://"),
        ..Request::default()
    };
    let site = match service.sites.find(None, &host).await {
        Ok(Some(site)) => site,
        Ok(None) => {
            return Err(format!(
                "no configured site answers to the host {}",
                escape(&host)
            ));
        }
        Err(error) => return Err(error.to_string()),
    };
    story.tell("site", || site.path.display().to_string());
    let Service {
        verifier,
        gates,
        settings,
        ..
    } = service;
    let desk = Desk::new(site, &request, Instant::now(), verifier, gates, settings)
        .await
        .map_err(|stop| stop.to_string())?;
    story.tell("wordpress", || {
        let blog = &desk.snapshot.blog;
        format!("{}, home {}", blog.version, escape(&blog.home))
    });
    rehearsed(&desk, source, target, story)
        .await
        .map_err(|stop| match &stop {
            Stop::Refused(refusal) => format!(
                "refused: {refusal} (WordPress's fault {}: {:?})",
                refusal.fault(),
                refusal.text()
            ),
            other => other.to_string(),
        })
}

async fn rehearsed(
    desk: &Desk<'_>,
    source: &[u8],
    target: &[u8],
    story: &mut Trace,
) -> Result<String, Stop> {
    let (admitted, known) = receive::examine(desk, source, target, story).await?;
    let verified = receive::fetch(desk, &admitted, story).await?;
    story.tell("title", || escape(verified.title()));
    story.tell("excerpt", || escape(verified.content()));
    let comment = receive::comment(desk, &admitted, &verified);
    let foreseen = foresee(
        desk.conn().await?,
        &desk.snapshot,
        comment,
        &desk.recording(),
    )
    .await?;
    let Foreseen {
        row,
        approved,
        objection,
    } = foreseen;
    story.tell("moderation", || {
        let meaning = match approved {
            Approved::Yes => "shown at once, and counted",
            Approved::No => "held for moderation",
            Approved::Spam => "spam: a disallowed word, and EMPTY_TRASH_DAYS is 0",
            Approved::Trash => "trash: a disallowed word",
        };
        format!("comment_approved {:?}: {meaning}", approved.as_str())
    });
    for (column, value) in row.iter().flatten() {
        story.tell("row", || format!("{column} = {}", escape(value)));
    }
    // WordPress would have stopped earlier; the operator sees the rest all the same.
    if known {
        return Err(Refusal::AlreadyRegistered.into());
    }
    if let Some(objection) = objection {
        return Err(objection.into());
    }
    Ok(match row {
        Some(_) => "would be registered",
        None => "WordPress would say \"registered\", but its own column checks refuse the row",
    }
    .to_owned())
}
