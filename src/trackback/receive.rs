//! A trackback, whole, in WordPress's order.
//!
//! Port of the second half of wp-trackback.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
//!
//! DIFFERS: WordPress believes a trackback whatever it says. With `[trackback] proof` the page at `url` is fetched first
//! and must link to the post.

use crate::config::{Pages, Proof};
use crate::linkback::turns::Likeness;
use crate::linkback::{Desk, Stop};
use crate::php::array::PhpArray;
use crate::refusal::Refusal;
use crate::reply::{Claim, Reply, Verdict};
use crate::wordpress::comments::{Approved, Kind, NewComment, Outcome};
use crate::wordpress::die::{self, Death, Door};
use crate::wordpress::formatting::slashes::wp_slash;
use crate::wordpress::formatting::text::wp_html_excerpt;
use crate::wordpress::main_query::{MainQuery, MainRequest, Ran, main_query};
use crate::wordpress::permalinks::get_permalink;
use crate::wordpress::posts::{Post, duplicate_url, get_post, pings_open};

use super::request::{self, Fields, Form};
use super::{proof, reply};

const NEEDS_ID: &str = "I really need an ID for this to work.";
const CLOSED: &str = "Sorry, trackbacks are closed for this item.";
const REGISTERED: &str = "There is already a ping from that URL for this post.";

/// Takes one request to wp-trackback.php or to a permalink's `trackback/` through all its steps.
///
/// `script` is `PHP_SELF`: wp-trackback.php itself, or index.php for permalinks.
pub async fn trackback(desk: &Desk<'_>, script: &[u8]) -> Reply {
    let get = request::get_vars(desk.request);
    let post = request::post_vars(desk.request);
    let asked = MainRequest {
        script,
        uri: &desk.request.uri,
        get: &get,
        post: &post,
    };
    let query = async {
        let mut conn = desk.conn().await?;
        Ok::<_, Stop>(main_query(&mut conn, &desk.snapshot, asked).await?)
    };
    let ran = match query.await {
        Ok(MainQuery::Ran(ran)) => ran,
        Ok(MainQuery::Mismatch) => return ended(desk, None, &Stop::Died(Death::MISMATCH)),
        Ok(MainQuery::Fatal) => return ended(desk, None, &Stop::Critical),
        Err(stop) => return ended(desk, None, &stop),
    };
    let direct = script.ends_with(b"wp-trackback.php");
    let reply = match before_trackback(desk, &ran, direct) {
        Some(reply) => reply,
        None => {
            let in_address = request::id_in_address(desk.request, &get);
            // A query for one post that found none leaves none: the address does not count then.
            let id = if ran.decides {
                ran.post.as_ref().map(|post| post.id)
            } else {
                in_address.and_then(|id| u64::try_from(id).ok())
            };
            match received(desk, &ran, id, &post).await {
                Ok(reply) => reply,
                Err(stop) => ended(desk, Some(&ran), &stop),
            }
        }
    };
    let claim = Claim {
        source: request::source(&post),
        target: desk.request.uri.clone(),
    };
    if reply.verdict == Verdict::HandedBack {
        return reply;
    }
    with_headers_of_query(desk, &ran, reply).about(Some(claim))
}

/// What WordPress answers before wp-trackback.php is reached.
fn before_trackback(desk: &Desk<'_>, ran: &Ran, direct: bool) -> Option<Reply> {
    let blog = &desk.snapshot.blog;
    if ran.exits {
        return Some(reply::silence(blog, ran.status));
    }
    if direct {
        return None;
    }
    if let Some(location) = &ran.redirect {
        return Some(reply::redirect(blog, 301, location));
    }
    // template-loader.php ends HEAD requests before any template.
    if desk.request.method == "HEAD" {
        return Some(reply::silence(blog, ran.status));
    }
    if ran.is_trackback {
        return None;
    }
    let pages = match desk.settings.handback.pages {
        Pages::Off => false,
        Pages::Get => desk.request.method == "GET",
        Pages::All => true,
    };
    if desk.request.handback && pages {
        return Some(Reply::handed_back());
    }
    // DIFFERS: WordPress shows the theme's page here, which only PHP can make.
    let refused = Verdict::Refused(Refusal::TargetUnknown);
    Some(reply::silence(blog, ran.status).verdict(refused))
}

async fn received(
    desk: &Desk<'_>,
    ran: &Ran,
    id: Option<u64>,
    form: &PhpArray,
) -> Result<Reply, Stop> {
    let blog = &desk.snapshot.blog;
    let status = ran.status;
    let fields = match request::read(blog, form) {
        Form::Fields(fields) => fields,
        Form::Utf7 => return Ok(reply::silence(blog, status)),
        Form::Critical => return Err(Stop::Critical),
    };
    let Some(id) = id else {
        return Ok(reply::error(
            blog,
            status,
            NEEDS_ID,
            Verdict::Refused(Refusal::TargetUnknown),
        ));
    };
    let mut conn = desk.conn().await?;
    let post = get_post(&mut conn, &desk.snapshot.tables, id).await?;
    if fields.is_blank() {
        return Ok(match post {
            Some(post) => {
                let permalink = get_permalink(&mut conn, &desk.snapshot, &post).await?;
                reply::redirect(blog, 302, &permalink)
            }
            // wp_redirect( false ) does nothing.
            None => reply::silence(blog, status),
        });
    }
    if !fields.is_complete() {
        return Ok(reply::silence(blog, status));
    }
    if blog.version.pings_need_production() && !desk.snapshot.constants.production {
        let refusal = Refusal::NotProduction;
        return Ok(reply::error(
            blog,
            status,
            refusal.text(),
            Verdict::Refused(refusal),
        ));
    }
    let Some(post) = post.filter(|post| pings_open(&desk.snapshot, post, desk.now.as_second()))
    else {
        return Ok(reply::error(
            blog,
            status,
            CLOSED,
            Verdict::Refused(Refusal::PingsClosed),
        ));
    };
    let known = duplicate_url(&mut conn, &desk.snapshot, id, &fields.url).await?;
    drop(conn);
    let end = if known {
        Err(Refusal::AlreadyRegistered.into())
    } else {
        in_turn(desk, &post, &fields).await
    };
    match end {
        Ok(verdict) => Ok(reply::success(blog, status, verdict)),
        Err(Stop::Refused(refusal)) => {
            let text = if refusal == Refusal::AlreadyRegistered {
                REGISTERED
            } else {
                CLOSED
            };
            Ok(reply::error(blog, status, text, Verdict::Refused(refusal)))
        }
        Err(stop) => Err(stop),
    }
}

/// One of several identical trackbacks does the work.
async fn in_turn(desk: &Desk<'_>, post: &Post, fields: &Fields) -> Result<Verdict, Stop> {
    let likeness = Likeness {
        site: desk.site.path.as_path().into(),
        kind: Kind::Trackback,
        post: post.id,
        source: fields.url.clone(),
        target: Vec::new(),
    };
    desk.in_turn(likeness, claimed(desk, post, fields)).await
}

/// With the claim on (post, source) held to the end: proof, then record.
async fn claimed(desk: &Desk<'_>, post: &Post, fields: &Fields) -> Result<Verdict, Stop> {
    let held = desk.claim(post.id, &fields.url).await?;
    let blog = &desk.snapshot.blog;
    let force = match desk.settings.trackback.proof {
        Proof::Off => None,
        proof => match proof::links_to(desk, post, &fields.url).await {
            Ok(()) => None,
            Err(Stop::Refused(_)) if proof == Proof::Spam => Some(Approved::Spam),
            Err(Stop::Refused(_)) if proof == Proof::Hold => Some(Approved::No),
            Err(stop) => return Err(stop),
        },
    };
    let title = wp_html_excerpt(blog, &fields.title, 250, b"&#8230;");
    let excerpt = wp_html_excerpt(blog, &fields.excerpt, 252, b"&#8230;");
    let comment = NewComment {
        post_id: post.id,
        author: fields.blog_name.clone(),
        author_url: fields.url.clone(),
        content: [b"<strong>", title.as_slice(), b"</strong>\n\n", &excerpt].concat(),
        kind: Kind::Trackback,
        ip: wp_slash(desk.request.remote_addr.as_bytes()),
        agent: wp_slash(&desk.request.user_agent),
        looked_up: fields.url.clone(),
    };
    let outcome = desk.record(comment, &held, force).await?;
    drop(held);
    Ok(match outcome {
        Outcome::Stored { .. } => Verdict::Registered,
        Outcome::Lost => Verdict::Lost,
    })
}

/// The answer to a request that ended early.
fn ended(desk: &Desk<'_>, ran: Option<&Ran>, stop: &Stop) -> Reply {
    let blog = &desk.snapshot.blog;
    let trackback = ran.is_some_and(|ran| ran.is_trackback);
    let death = match stop {
        Stop::Died(death) => *death,
        Stop::Critical => Death::critical(blog.version),
        Stop::Limited(limit) => return Reply::limited(*limit),
        Stop::Db(error) => return Reply::unavailable(error),
        // Whatever is refused is answered where it happens; nothing else comes this way.
        Stop::Refused(refusal) => {
            return reply::error(blog, 200, CLOSED, Verdict::Refused(*refusal));
        }
    };
    let reply = die::wp_die(blog.version, desk.request, Door::Page { trackback }, death);
    // Only XML-RPC leaves the framing to its caller.
    reply.unwrap_or_else(|| reply::silence(blog, death.status).verdict(death.verdict))
}

/// The reply with the headers that `WP::send_headers()` has sent by then.
fn with_headers_of_query(desk: &Desk<'_>, ran: &Ran, mut reply: Reply) -> Reply {
    let has = |reply: &Reply, name: &str| reply.headers.iter().any(|(known, _)| *known == name);
    if ran.no_cache && !has(&reply, "Expires") {
        let version = desk.snapshot.blog.version;
        reply.headers.extend(die::nocache_headers(version));
    }
    let open = |post: &Post| pings_open(&desk.snapshot, post, desk.now.as_second());
    if ran.is_singular && ran.post.as_ref().is_some_and(open) {
        let url = desk.snapshot.blog.site_url(b"xmlrpc.php");
        reply.headers.push(("X-Pingback", url));
    }
    reply
}
