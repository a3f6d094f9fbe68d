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
use crate::wordpress::l10n::Message;
use crate::wordpress::links::link_headers;
use crate::wordpress::main_query::{Answer, MainQuery, MainRequest, Ran, main_query};
use crate::wordpress::permalinks::get_permalink;
use crate::wordpress::posts::{Post, duplicate_url, get_post, pings_open};
use crate::wordpress::query_args::wp_sanitize_redirect;

use super::request::{self, Fields, Form};
use super::{proof, reply};

/// Takes one request to wp-trackback.php or to a permalink's `trackback/` through all its steps.
///
/// `script` is `PHP_SELF`: wp-trackback.php itself, or index.php for permalinks.
pub async fn trackback(desk: &Desk<'_>, script: &[u8]) -> Reply {
    let get = request::get_vars(desk.request);
    let post = request::post_vars(desk.request);
    let asked = MainRequest {
        method: &desk.request.method,
        script,
        host: &desk.request.host,
        uri: &desk.request.uri,
        get: &get,
        post: &post,
        if_none_match: &desk.request.if_none_match,
        if_modified_since: &desk.request.if_modified_since,
        now: desk.now.as_second(),
    };
    let query = async {
        let mut conn = desk.conn().await?;
        Ok::<_, Stop>(main_query(&mut conn, &desk.snapshot, asked).await?)
    };
    let ran = match query.await {
        Ok(MainQuery::Ran(ran)) => ran,
        Ok(MainQuery::Mismatch) => return ended(desk, None, &Stop::Died(Death::MISMATCH)),
        Ok(MainQuery::Rest) => return reply::no_route(&desk.snapshot),
        Ok(MainQuery::Fatal { speaks_xml }) => {
            let ran = Ran {
                speaks_xml,
                ..Ran::default()
            };
            return ended(desk, Some(&ran), &Stop::Critical);
        }
        Err(stop) => return ended(desk, None, &stop),
    };
    let direct = script.ends_with(b"/wp-trackback.php");
    let reply = match before_trackback(desk, &ran, direct) {
        Some(reply) => reply,
        None => {
            let in_address = request::id_in_address(desk.request, &get);
            // A query for one post that found none leaves none: the address does not count then.
            let id = if ran.decides {
                ran.post.as_ref().map(|post| post.id)
            } else {
                // A negative ID is one, and no post has it.
                in_address.map(|id| u64::try_from(id).unwrap_or(u64::MAX))
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
    with_headers_of_query(desk, &ran, direct, reply).about(Some(claim))
}

/// What WordPress answers before wp-trackback.php is reached.
fn before_trackback(desk: &Desk<'_>, ran: &Ran, direct: bool) -> Option<Reply> {
    let silence = || reply::silence(&ran.content_type, ran.status);
    if ran.exits {
        let mut reply = silence();
        // Web servers take the type of a page that is not sent away.
        reply
            .headers
            .retain(|(name, _)| ran.status != 304 || *name != "Content-Type");
        return Some(reply);
    }
    let site = &desk.snapshot;
    // template-loader.php ends HEAD requests before any template.
    let is_head = desk.request.method == "HEAD";
    let pages = match desk.settings.handback.pages {
        Pages::Off => false,
        Pages::Get => desk.request.method == "GET",
        Pages::All => true,
    };
    let page = matches!(ran.answer, Answer::Sitemap | Answer::Feed | Answer::Page);
    if page && !is_head && pages && desk.request.handback {
        return Some(Reply::handed_back());
    }
    Some(match &ran.answer {
        Answer::Redirect(location) => reply::redirect(&ran.content_type, 301, location),
        // DIFFERS: sitemaps, feeds and the theme's page are PHP's to make. Type and status are told, and nothing else.
        Answer::Sitemap => reply::silence(b"application/xml; charset=UTF-8", ran.status),
        Answer::Trackback if direct || !is_head => return None,
        _ if is_head => silence(),
        Answer::Robots => reply::robots(site, ran.status),
        // DIFFERS: WordPress sends on to the site's own icon, if it has one.
        Answer::Favicon => {
            let icon = site.blog.site_url(site.blog.version.favicon().as_bytes());
            reply::redirect(&ran.content_type, 302, &wp_sanitize_redirect(&icon))
        }
        Answer::NoFeed => ended(desk, Some(ran), &Stop::Died(Death::NO_FEED)),
        Answer::Feed | Answer::Page | Answer::Trackback => {
            silence().verdict(Verdict::Refused(Refusal::TargetUnknown))
        }
    })
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
        Form::Utf7 => return Ok(reply::silence(&ran.content_type, status)),
        Form::Critical => return Err(Stop::Critical),
    };
    let Some(id) = id else {
        return Ok(reply::error(
            blog,
            status,
            Message::TrackbackNeedsId,
            Verdict::Refused(Refusal::TargetUnknown),
        ));
    };
    let mut conn = desk.conn().await?;
    let post = get_post(&mut conn, &desk.snapshot.tables, id).await?;
    if fields.is_blank() {
        return Ok(match post {
            Some(post) => {
                let permalink = get_permalink(&mut conn, &desk.snapshot, &post).await?;
                reply::redirect(&ran.content_type, 302, &wp_sanitize_redirect(&permalink))
            }
            // wp_redirect( false ) does nothing.
            None => reply::silence(&ran.content_type, status),
        });
    }
    if !fields.is_complete() {
        return Ok(reply::silence(&ran.content_type, status));
    }
    if blog.version.pings_need_production() && !desk.snapshot.constants.production {
        let refusal = Refusal::NotProduction;
        return Ok(reply::error(
            blog,
            status,
            Message::NotProduction,
            Verdict::Refused(refusal),
        ));
    }
    let Some(post) = post.filter(|post| pings_open(&desk.snapshot, post, desk.now.as_second()))
    else {
        return Ok(reply::error(
            blog,
            status,
            Message::TrackbacksClosed,
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
                Message::TrackbackKnown
            } else {
                Message::TrackbacksClosed
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
    let trackback = ran.is_some_and(|ran| ran.speaks_xml);
    let death = match stop {
        Stop::Died(death) => *death,
        Stop::Critical => Death::CRITICAL,
        Stop::Limited(limit) => return Reply::limited(*limit),
        Stop::Db(error) => return Reply::unavailable(error),
        // Whatever is refused is answered where it happens; nothing else comes this way.
        Stop::Refused(refusal) => {
            let text = Message::TrackbacksClosed;
            return reply::error(blog, 200, text, Verdict::Refused(*refusal));
        }
    };
    let public = desk.snapshot.options.truthy("blog_public");
    let door = Door::Page { trackback, public };
    let reply = die::wp_die(blog, desk.request, door, death);
    // Only XML-RPC leaves the framing to its caller.
    let html = [b"text/html; charset=", blog.charset.as_slice()].concat();
    reply.unwrap_or_else(|| reply::silence(&html, death.status).verdict(death.verdict))
}

/// The reply with the headers that `WP::send_headers()` and, for a permalink, `template_redirect` have sent by then.
fn with_headers_of_query(desk: &Desk<'_>, ran: &Ran, direct: bool, mut reply: Reply) -> Reply {
    // nocache_headers() takes this one back.
    let dies = reply.headers.iter().any(|(name, _)| *name == "Expires");
    for (name, value) in &ran.headers {
        if *name == "Last-Modified" && dies {
            continue;
        }
        if !reply.headers.iter().any(|(known, _)| known == name) {
            reply.headers.push((name, value.clone()));
        }
    }
    // Redirects and sitemaps come before the links.
    let ends_before = matches!(ran.answer, Answer::Redirect(_) | Answer::Sitemap);
    if !direct && !ran.exits && !ends_before {
        let post = ran.queried.as_ref().filter(|_| ran.decides);
        let links = link_headers(&desk.snapshot, post);
        reply
            .headers
            .extend(links.into_iter().map(|value| ("Link", value)));
    }
    reply
}
