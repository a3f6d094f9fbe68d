//! An answer as status, headers and body, exactly as WordPress sends it.
//!
//! Below `http`, nobody knows actix-web: rooms hand up a [`Reply`] and [`crate::http`] puts it on the wire.

use crate::limits::Limit;
use crate::refusal::Refusal;
use crate::telemetry;

/// What a request came to, for the one log line it gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Answered; nothing was asked of the database's comments.
    Answered,
    /// A comment was stored.
    Registered,
    /// WordPress says "registered" here though the row is refused by its own column checks; so do we.
    Lost,
    /// A ping was refused.
    Refused(Refusal),
    /// `wp_die()` 409: same author and text.
    Duplicate,
    /// `wp_die()` 429: WordPress's flood control.
    Flood,
    /// Our own limits.
    Limited(Limit),
    /// Where PHP ends in a fatal error.
    Critical,
    /// The database could not be asked or written.
    Unavailable,
    /// It is PHP's.
    HandedBack,
    /// PHP's web server cannot be reached or gives no answer in time.
    UpstreamFailed,
    /// No site is served under this name.
    NoSite,
    /// The web server names a directory in which no site is configured.
    UnknownRoot,
    /// It has been handed back before: the way to PHP leads to us again.
    Loop,
    /// The request itself is not one we can read.
    BadRequest,
}

impl Verdict {
    /// The stable reason code for logs and counters.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Registered => "registered",
            Self::Lost => "lost",
            Self::Refused(refusal) => refusal.label(),
            Self::Duplicate => "duplicate",
            Self::Flood => "flood",
            Self::Limited(limit) => limit.label(),
            Self::Critical => "critical",
            Self::Unavailable => "unavailable",
            Self::HandedBack => "handed_back",
            Self::UpstreamFailed => "upstream_failed",
            Self::NoSite => "no_site",
            Self::UnknownRoot => "unknown_root",
            Self::Loop => "loop",
            Self::BadRequest => "bad_request",
        }
    }
}

/// An HTTP answer. Header values are bytes, without line breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Header names and values, in the order WordPress sends them.
    pub headers: Vec<(&'static str, Vec<u8>)>,
    /// The body's bytes.
    pub body: Vec<u8>,
    /// What it came to.
    pub verdict: Verdict,
    /// What was asked to be stored, for the log: of several pings in a request, the last.
    pub claim: Option<Box<Claim>>,
}

/// A ping's two ends as they were sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The page that links.
    pub source: Vec<u8>,
    /// What it links to; for a trackback, the address it was sent to.
    pub target: Vec<u8>,
}

impl Reply {
    /// An answer of this status and content type.
    pub fn new(status: u16, content_type: impl Into<Vec<u8>>, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type", content_type.into())],
            body: body.into(),
            verdict: Verdict::Answered,
            claim: None,
        }
    }

    /// No answer of ours: the request is PHP's. [`crate::http`] sees to it.
    pub const fn handed_back() -> Self {
        Self {
            status: 200,
            headers: Vec::new(),
            body: Vec::new(),
            verdict: Verdict::HandedBack,
            claim: None,
        }
    }

    /// Our own answer in plain text, for what is no request of WordPress's.
    pub fn plain(status: u16, text: &str, verdict: Verdict) -> Self {
        Self::new(status, "text/plain; charset=utf-8", format!("{text}.\n")).verdict(verdict)
    }

    /// The same answer with one more header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same answer with its verdict named.
    #[must_use]
    pub const fn verdict(mut self, verdict: Verdict) -> Self {
        self.verdict = verdict;
        self
    }

    /// The same answer, with the claim it is about.
    #[must_use]
    pub fn about(mut self, claim: Option<Claim>) -> Self {
        self.claim = claim.map(Box::new);
        self
    }

    /// Our own "not now": 503 with a time to come back. The reason is for the log alone.
    pub fn unavailable(reason: &dyn std::fmt::Display) -> Self {
        if telemetry::may_say("the database gives no answer") {
            tracing::warn!(%reason, "the database gives no answer");
        }
        Self::new(503, "text/plain; charset=utf-8", "Service unavailable.\n")
            .with("Retry-After", "5")
            .verdict(Verdict::Unavailable)
    }

    /// Our own limits: 429 with a time to come back.
    pub fn limited(limit: Limit) -> Self {
        Self::new(429, "text/plain; charset=utf-8", "Too many requests.\n")
            .with("Retry-After", "60")
            .verdict(Verdict::Limited(limit))
    }
}
