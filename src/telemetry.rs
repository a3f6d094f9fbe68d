//! Logs and counters.
//!
//! A message reads alone; what varies are dotted fields with their units. What a stranger sent goes through [`escape`]
//! before it reaches a log. A refusal is counted and told at debug only, and a failure of ours at most once a second for
//! each reason: nobody can fill a disk from outside.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tracing::Level;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt as lines};

use crate::config::{self, Format};
use crate::reply::{Reply, Verdict};
use crate::request::Request;

/// Longest text of a stranger's in a log, in bytes before escaping.
pub const LONGEST: usize = 512;

/// Starts writing lines to standard error. Later calls change nothing.
pub fn start(log: &config::Log) {
    let level = match log.level {
        config::Level::Error => LevelFilter::ERROR,
        config::Level::Warn => LevelFilter::WARN,
        config::Level::Info => LevelFilter::INFO,
        config::Level::Debug => LevelFilter::DEBUG,
        config::Level::Trace => LevelFilter::TRACE,
    };
    // Libraries speak of connections at debug, some with what strangers sent: their warnings are enough.
    let ours = tracing_subscriber::filter::Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_target("linkbackd", level);
    let colour = std::io::stderr().is_terminal();
    let layer = match log.format {
        Format::Text => lines::layer()
            .with_writer(std::io::stderr)
            .with_ansi(colour)
            .with_target(false)
            .boxed(),
        Format::Json => lines::layer()
            .with_writer(std::io::stderr)
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false)
            .boxed(),
    };
    // Fails only if a test has set one already.
    let _ = tracing_subscriber::registry()
        .with(layer.with_filter(ours))
        .try_init();
}

/// A stranger's bytes as visible ASCII, cut at [`LONGEST`] bytes: everything else is `\xNN`, a backslash two of them.
pub fn escape(bytes: &[u8]) -> String {
    let shown = bytes.get(..LONGEST).unwrap_or(bytes);
    let mut out = String::with_capacity(shown.len() + 16);
    for byte in shown {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b' '..=b'~' => out.push(char::from(*byte)),
            // Writing to a String cannot fail.
            _ => drop(write!(out, "\\x{byte:02x}")),
        }
    }
    if bytes.len() > shown.len() {
        let _ = write!(out, "... ({} bytes)", bytes.len());
    }
    out
}

static COUNTS: RwLock<BTreeMap<&'static str, AtomicU64>> = RwLock::new(BTreeMap::new());

/// Counts one event of this reason. Reasons are ours, so there are few.
pub fn count(reason: &'static str) {
    let counts = COUNTS.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(count) = counts.get(reason) {
        count.fetch_add(1, Ordering::Relaxed);
        return;
    }
    drop(counts);
    COUNTS
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .entry(reason)
        .or_default()
        .fetch_add(1, Ordering::Relaxed);
}

/// All counters since the start, by reason.
pub fn counts() -> Vec<(&'static str, u64)> {
    COUNTS
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .iter()
        .map(|(reason, count)| (*reason, count.load(Ordering::Relaxed)))
        .collect()
}

static SAID: Mutex<BTreeMap<&'static str, Instant>> = Mutex::new(BTreeMap::new());

/// Whether a line of this reason may be written now: once a second.
pub fn may_say(reason: &'static str) -> bool {
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    let now = Instant::now();
    let due = said
        .get(reason)
        .is_none_or(|last| now.duration_since(*last) >= Duration::from_secs(1));
    if due {
        said.insert(reason, now);
    }
    due
}

/// Counts and logs one request in one line: stored at info, failed at warn (once a second), everything else at debug.
pub fn request_done(request: &Request, reply: &Reply, duration: Duration) {
    let reason = reply.verdict.label();
    count(reason);
    let (level, message) = match reply.verdict {
        Verdict::Registered => (Level::INFO, "ping stored"),
        Verdict::Unavailable | Verdict::Critical | Verdict::UpstreamFailed if may_say(reason) => {
            (Level::WARN, "request failed")
        }
        Verdict::Unavailable | Verdict::Critical | Verdict::UpstreamFailed => {
            (Level::DEBUG, "request failed")
        }
        // The web server's configuration and ours do not fit together: nothing will be served until they do.
        Verdict::UnknownRoot if may_say(reason) => (
            Level::WARN,
            "the web server names a directory in which no [[site]] is",
        ),
        Verdict::Loop if may_say(reason) => (
            Level::WARN,
            "the way to PHP leads back here: see [handback] upstream",
        ),
        Verdict::HandedBack => (Level::DEBUG, "request handed back to PHP"),
        Verdict::Refused(_) => (Level::DEBUG, "ping refused"),
        Verdict::Limited(_) => (Level::DEBUG, "request over a limit"),
        _ => (Level::DEBUG, "request answered"),
    };
    let claim = reply.claim.as_ref();
    let source = claim.map(|claim| escape(&claim.source));
    let target = claim.map(|claim| escape(&claim.target));
    // The level of an event is part of its call site, so the same fields are named at each.
    macro_rules! say {
        ($level:expr) => {
            tracing::event!(
                $level,
                outcome = reason,
                http.status = reply.status,
                http.method = escape(request.method.as_bytes()).as_str(),
                http.host = escape(&request.host).as_str(),
                http.uri = escape(&request.uri).as_str(),
                http.root = request.root.as_ref().map(|root| escape(root.as_bytes())),
                claim.source = source,
                claim.target = target,
                client.ip = escape(request.remote_addr.as_bytes()).as_str(),
                duration_ms = milliseconds(duration),
                "{message}"
            )
        };
    }
    match level {
        Level::INFO => say!(Level::INFO),
        Level::WARN => say!(Level::WARN),
        _ => say!(Level::DEBUG),
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_visible_ascii_and_short() {
        assert_eq!(escape(b"http://a.example/?x=1"), "http://a.example/?x=1");
        assert_eq!(escape(b"a\n\x1b[31m\\\xff"), "a\\x0a\\x1b[31m\\\\\\xff");
        assert_eq!(escape("\u{202e}".as_bytes()), "\\xe2\\x80\\xae");
        let long = escape(&[b'a'; 100_000]);
        assert!(long.len() < LONGEST + 32);
        assert!(long.ends_with("... (100000 bytes)"));
        assert!(escape(&[0; 100_000]).len() < 4 * LONGEST + 32);
    }

    #[test]
    fn events_are_counted_by_reason() {
        count("a test's reason");
        count("a test's reason");
        assert!(counts().contains(&("a test's reason", 2)));
    }

    #[test]
    fn a_reason_is_said_once_a_second() {
        assert!(may_say("a test's failure"));
        assert!(!may_say("a test's failure"));
        assert!(may_say("another failure"));
    }
}
