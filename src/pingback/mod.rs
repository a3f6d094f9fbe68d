//! XML-RPC's door: `xmlrpc.php`, and behind it `pingback.ping`.
//!
//! A page that links to another tells that other's XML-RPC server so: `pingback.ping(source, target)`. The server fetches
//! the source, looks for the link and keeps a note of it, here as a comment. The protocol:
//! <https://www.hixie.ch/specs/pingback/pingback>. What WordPress makes of it: wp-includes/class-wp-xmlrpc-server.php.

pub mod receive;
pub mod target;

use crate::config::Settings;
use crate::linkback::{Desk, Stop};
use crate::php::number::{intval, is_numeric};
use crate::php::sprintf::Thrown;
use crate::php::{input, multipart, string::str_truthy};
use crate::refusal::Refusal;
use crate::reply::{self, Reply, Verdict};
use crate::request::Request;
use crate::telemetry;
use crate::wordpress::die::{self, Death, Door};
use crate::wordpress::formatting::slashes::wp_slash;
use crate::wordpress::l10n::Message;
use crate::wordpress::linkbacks;
use crate::wordpress::posts::get_post;
use crate::wordpress::rewrite::url_to_postid;
use crate::wordpress::rsd::rsd;
use crate::wordpress::version::Version;
use crate::xmlrpc::access::{self, Answerer};
use crate::xmlrpc::{self, Call, Fault, Methods, Outcome, Server, Value, parse_request};

/// What is asked of `xmlrpc.php`.
#[derive(Debug)]
pub enum Asked {
    /// The description for clients that look for their API.
    Rsd,
    /// Something other than POST.
    NoPost,
    /// A call, or what is wrong with it.
    Call(Result<Call, xmlrpc::Stop>),
}

/// Reads a request to `xmlrpc.php`. Everything else is PHP's or nobody's, and then this is the answer: no database is
/// needed for it.
///
/// What decides is the call as WordPress itself will read it, so that nothing can be disguised as something else. What
/// cannot be read is no call for WordPress either.
///
/// # Errors
/// [`Reply::handed_back`], or 413.
pub fn open(request: &Request, settings: &Settings) -> Result<Asked, Reply> {
    let too_long = || Reply::plain(413, "Payload Too Large", Verdict::BadRequest);
    let of_php = |answerer| request.handback && answerer == Answerer::Php;
    if let Some(name) = &request.long {
        let answerer = access::of_method(&settings.xmlrpc, name);
        return Err(if of_php(answerer) {
            Reply::handed_back()
        } else {
            too_long()
        });
    }
    if input::parse_str(request.query(), 1000)
        .get(&b"rsd"[..])
        .is_some()
    {
        return Ok(Asked::Rsd);
    }
    if request.method != "POST" {
        return Ok(Asked::NoPost);
    }
    // PHP takes a form with parts apart and leaves nothing to be read as XML.
    let form = request.is_multipart() && multipart::is_readable(&request.content_type);
    let body: &[u8] = if form { b"" } else { &request.body };
    let call = parse_request(body);
    if let Ok(call) = &call {
        if call.method == b"system.multicall" && body.len() > settings.xmlrpc.max_multicall {
            return Err(too_long());
        }
        if of_php(access::of_call(&settings.xmlrpc, call)) {
            return Err(Reply::handed_back());
        }
    }
    Ok(Asked::Call(call))
}

/// Answers a request to `xmlrpc.php`.
pub async fn xmlrpc(desk: &Desk<'_>, asked: Asked) -> Reply {
    let blog = &desk.snapshot.blog;
    let call = match asked {
        Asked::Rsd => {
            let kind = [b"text/xml; charset=", blog.charset.as_slice()].concat();
            return Reply::new(200, kind, rsd(&desk.snapshot));
        }
        Asked::NoPost => {
            return Reply::new(
                405,
                "text/plain;charset=UTF-8",
                "XML-RPC server accepts POST requests only.",
            )
            .with("Allow", "POST");
        }
        Asked::Call(call) => call,
    };
    let server = Server {
        version: blog.version,
        l10n: &blog.l10n,
        production: desk.snapshot.constants.production,
        limits: desk.xmlrpc_limits(),
    };
    let mut calls = Calls {
        desk,
        verdict: Verdict::Answered,
        stop: None,
        many: false,
        claim: None,
    };
    let outcome = match call {
        Ok(call) => {
            calls.many = call.method == b"system.multicall";
            server.serve(call, &mut calls).await
        }
        Err(stop) => server.stopped(stop),
    };
    let reply = match &calls.stop {
        Some(Stop::Db(error)) => Reply::unavailable(&error),
        Some(Stop::Limited(limit)) if !calls.many => Reply::limited(*limit),
        _ => framed(desk, &outcome, calls.verdict),
    };
    reply.about(calls.claim)
}

/// The outcome as IXR_Server::output() and the handlers of wp_die() send it.
fn framed(desk: &Desk<'_>, outcome: &Outcome, verdict: Verdict) -> Reply {
    let blog = &desk.snapshot.blog;
    let death = match outcome {
        Outcome::Died(fault) => Death::of_status(fault.code),
        Outcome::Fatal(_) => Some(Death::CRITICAL),
        Outcome::Value(_) | Outcome::Fault(_) => None,
    };
    if let Some(death) = death
        && let Some(reply) = die::wp_die(blog, desk.request, Door::XmlRpc, death)
    {
        return reply;
    }
    let kind = if str_truthy(&blog.charset) {
        [b"text/xml; charset=", blog.charset.as_slice()].concat()
    } else {
        // IXR names none, so PHP adds its own.
        b"text/xml;charset=UTF-8".to_vec()
    };
    let mut reply = Reply::new(outcome.status(), kind, outcome.body(&blog.charset));
    reply.headers.push(("Date", date(desk.now).into_bytes()));
    if outcome.died() {
        reply.headers.extend(die::nocache_headers(blog.version));
    }
    reply.verdict(match outcome {
        Outcome::Fatal(_) => Verdict::Critical,
        _ => verdict,
    })
}

/// `gmdate( 'r' )`
fn date(now: jiff::Timestamp) -> String {
    now.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// The methods that need the database.
struct Calls<'a> {
    desk: &'a Desk<'a>,
    /// What the last of them came to.
    verdict: Verdict,
    /// Why one of them ended for a reason of ours.
    stop: Option<Stop>,
    /// Whether they come out of a multicall.
    many: bool,
    /// The last ping.
    claim: Option<reply::Claim>,
}

impl Methods for Calls<'_> {
    async fn call(&mut self, name: &[u8], args: Value) -> Result<Value, xmlrpc::Stop> {
        let result = match name {
            b"pingback.ping" => self.ping(args).await,
            b"pingback.extensions.getPingbacks" => self.get_pingbacks(args).await,
            b"mt.getTrackbackPings" => self.get_trackback_pings(args).await,
            // What login() says where the `xmlrpc_enabled` filter is false: clients tell their users so.
            _ if access::of_method(&self.desk.settings.xmlrpc, name) == Answerer::Disabled => {
                let text = "XML-RPC services are disabled on this site.";
                return Err(Fault::new(405, text).into());
            }
            // DIFFERS: logins out of a multicall with a pingback in it fail without being tried: nobody but a guesser of passwords mixes them.
            _ if self.many => {
                return Err(Fault::new(403, self.say(Message::WrongLogin)).into());
            }
            // DIFFERS: methods that log in are PHP's; where there is no way to it, they do not exist.
            _ => {
                let text = [
                    b"server error. requested method ",
                    name,
                    b" does not exist.",
                ]
                .concat();
                return Err(Fault::new(-32601, text).into());
            }
        };
        result.map_err(|ended| match ended {
            Ended::Fault(fault) => fault.into(),
            Ended::Stop(stop) => self.stopped(stop),
        })
    }
}

/// How a method ends early.
enum Ended {
    Fault(Fault),
    Stop(Stop),
}

impl<T: Into<Stop>> From<T> for Ended {
    fn from(stop: T) -> Self {
        Self::Stop(stop.into())
    }
}

impl Calls<'_> {
    /// `__()`
    fn say(&self, message: Message) -> &[u8] {
        self.desk.snapshot.blog.l10n.translate(message)
    }

    /// The end of a method as XML-RPC knows it. Port of xmlrpc_pingback_error(), wp-includes/comment.php: every fault
    /// but 48 is blanked.
    fn stopped(&mut self, stop: Stop) -> xmlrpc::Stop {
        self.verdict = stop.verdict();
        match stop {
            Stop::Refused(Refusal::AlreadyRegistered) => {
                let refusal = Refusal::AlreadyRegistered;
                Fault::new(refusal.fault(), self.say(Message::PingbackKnown)).into()
            }
            Stop::Refused(_) => Fault::blank().into(),
            Stop::Died(death) => {
                let words = death.words(&self.desk.snapshot.blog);
                xmlrpc::Stop::Die(Fault::new(i64::from(death.status), words))
            }
            Stop::Critical => xmlrpc::Stop::Fatal,
            Stop::Limited(_) => {
                self.stop = Some(stop);
                Fault::blank().into()
            }
            Stop::Db(_) => {
                self.stop = Some(stop);
                xmlrpc::Stop::Die(Fault::blank())
            }
        }
    }

    async fn ping(&mut self, args: Value) -> Result<Value, Ended> {
        let [source, target] = args.elements().map_err(|_| Stop::Critical)?;
        if matches!(source, Value::Date(_) | Value::Base64(_))
            || matches!(target, Value::Date(_) | Value::Base64(_))
        {
            return Err(Stop::Critical.into());
        }
        // An array is no URL: the source is refused before the target is looked at, which then PHP dies of.
        let Some(source) = source.text() else {
            return Err(Refusal::SourceInvalid.into());
        };
        let target = match target.text() {
            Some(target) => target,
            None => {
                let claim = receive::Claim::new(&source, b"");
                let _source = self
                    .desk
                    .verifier
                    .gate(&self.desk.source_site(), &claim.source)?;
                return Err(Stop::Critical.into());
            }
        };
        self.claim = Some(reply::Claim {
            source: source.to_vec(),
            target: target.to_vec(),
        });
        self.desk
            .gates
            .admit_client(&self.desk.request.remote_addr)?;
        let registered = receive::pingback_ping(self.desk, &source, &target).await?;
        self.verdict = if registered.stored {
            Verdict::Registered
        } else {
            Verdict::Lost
        };
        // PHP may die of the translation; what is stored stays stored.
        let sentence = registered.sentence(&self.desk.snapshot.blog.l10n);
        let sentence = sentence.map_err(|Thrown| {
            if telemetry::may_say("a translation cannot be filled in") {
                tracing::warn!("the translation of the success message cannot be filled in");
            }
            Stop::Critical
        })?;
        Ok(Value::String(sentence))
    }

    /// Port of wp_xmlrpc_server::pingback_extensions_getPingbacks(), wp-includes/class-wp-xmlrpc-server.php.
    /// Checked: 6.1.9, 6.6.7, 6.9.7, 7.1. Its URL is slashed but its ampersands are left as they are.
    async fn get_pingbacks(&self, args: Value) -> Result<Value, Ended> {
        // PHP dies of an object where it wants a text.
        if matches!(args, Value::Date(_) | Value::Base64(_)) {
            return Err(Stop::Critical.into());
        }
        // An array is no URL, and leads to no post.
        let url = args.text().map(|url| wp_slash(&url)).unwrap_or_default();
        let snapshot = &self.desk.snapshot;
        let mut conn = self.desk.conn().await?;
        let id = url_to_postid(&mut conn, snapshot, &url).await?;
        if id == 0 || get_post(&mut conn, &snapshot.tables, id).await?.is_none() {
            return Err(Refusal::TargetUnknown.into());
        }
        let urls = linkbacks::pingback_urls(&mut conn, &snapshot.tables, id).await?;
        Ok(Value::list(urls.into_iter().map(Value::String).collect()))
    }

    /// Port of wp_xmlrpc_server::mt_getTrackbackPings(), wp-includes/class-wp-xmlrpc-server.php.
    /// Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
    async fn get_trackback_pings(&self, args: Value) -> Result<Value, Ended> {
        let snapshot = &self.desk.snapshot;
        // get_post() takes any object for a post, which then has no comments.
        if matches!(args, Value::Date(_) | Value::Base64(_)) {
            return Ok(Value::list(Vec::new()));
        }
        let (asked, listed) = trackback_posts(snapshot.blog.version, &args);
        let mut conn = self.desk.conn().await?;
        if get_post(&mut conn, &snapshot.tables, asked)
            .await?
            .is_none()
        {
            return Err(Ended::Fault(Fault::new(404, self.say(Message::NoSuchPost))));
        }
        let pings = linkbacks::trackbacks(&mut conn, &snapshot.tables, listed).await?;
        let listed = pings.into_iter().map(|ping| {
            Value::members([
                ("pingTitle", Value::String(ping.title())),
                ("pingURL", Value::String(ping.url)),
                ("pingIP", Value::String(ping.ip)),
            ])
        });
        Ok(Value::list(listed.collect()))
    }
}

/// The post that mt_getTrackbackPings() looks for, and the one whose comments it lists, as `get_post()` and
/// `wpdb::prepare()` make them of whatever was sent.
fn trackback_posts(version: Version, sent: &Value) -> (u64, u64) {
    let number = |value: &Value| {
        let text = value.text().unwrap_or_default();
        u64::try_from(intval(&text)).unwrap_or(0)
    };
    match sent {
        Value::Bool(_) if version.finds_posts_by_numbers_only() => (0, 0),
        Value::String(text) if version.finds_posts_by_numbers_only() && !is_numeric(text) => (0, 0),
        Value::Array(_) if version.finds_posts_by_numbers_only() => (0, 0),
        // QUIRK: `(int)` of an array is 1 unless it is empty; a list of one is what `prepare()` takes its arguments from.
        Value::Array(list) => match list.values() {
            [] => (0, 0),
            [one] => (1, number(one)),
            _ => (1, 0),
        },
        scalar => (number(scalar), number(scalar)),
    }
}
