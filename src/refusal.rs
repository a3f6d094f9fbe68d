//! Every reason to say no: one variant each, with its fault number, its text and its label.
//!
//! A *refusal* is expected: it is what a stranger's request deserves, and it is told in WordPress's words.
//! Errors of our own (database, bugs) are other types. What goes on the wire comes from here alone; what more we
//! know about a case is logged.
//!
//! The texts are those of `wp_xmlrpc_server::pingback_ping()` (wp-includes/class-wp-xmlrpc-server.php) and of
//! wp-trackback.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1. By default WordPress blanks every pingback fault but 48
//! (`xmlrpc_pingback_error()`, wp-includes/comment.php), so most of them only show in logs and in `explain`.

use std::fmt;

/// Why a ping is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// The source is not a URL that `wp_http_validate_url()` or our own stricter gate lets by.
    SourceInvalid,
    /// The source names a port that is not allowed.
    SourcePort,
    /// The source URL carries a user name or password.
    SourceUserinfo,
    /// The source's host is spelt as no address or name should be: octal, hex, short, with a trailing dot, …
    SourceHostSpelling,
    /// The source's host is a name that is never public: `localhost`, `.internal`, a single label, …
    SourceHostName,
    /// An address of the source is one that is never dialled.
    SourceAddress,
    /// The source's name has no address, or the lookup failed or took too long.
    SourceUnresolved,
    /// No connection, a broken reply, or the deadline passed.
    SourceUnreachable,
    /// The reply broke a cap (headers, wire bytes, ratio or layers of its coding).
    SourceOversize,
    /// The source's reply is empty.
    SourceEmpty,
    /// Strict: the source answered with another status than 2xx.
    SourceStatus,
    /// Strict: the source is neither HTML nor text.
    SourceType,
    /// The target does not contain our home URL.
    TargetForeign,
    /// The target leads to no post.
    TargetUnknown,
    /// The target's fragment was searched for among titles and matched none.
    TargetTitle,
    /// The source is the target post itself.
    SelfPing,
    /// The post takes no pings.
    PingsClosed,
    /// A comment with this source is on this post already.
    AlreadyRegistered,
    /// The page has no title.
    NoTitle,
    /// The page does not link to the target.
    NoLink,
    /// Strict: what links to the target is not a visible, followable link.
    NoRealLink,
    /// Strict: the link to the target is one that nobody sees.
    LinkHidden,
    /// Strict: the page is built such that reading it as a browser does would take too long.
    PageTooTangled,
    /// The site's environment is not production: pings are off.
    NotProduction,
}

impl Refusal {
    /// The stable reason code for logs and counters.
    pub const fn label(self) -> &'static str {
        match self {
            Self::SourceInvalid => "source_invalid",
            Self::SourcePort => "source_port",
            Self::SourceUserinfo => "source_userinfo",
            Self::SourceHostSpelling => "source_host_spelling",
            Self::SourceHostName => "source_host_name",
            Self::SourceAddress => "source_address",
            Self::SourceUnresolved => "source_unresolved",
            Self::SourceUnreachable => "source_unreachable",
            Self::SourceOversize => "source_oversize",
            Self::SourceEmpty => "source_empty",
            Self::SourceStatus => "source_status",
            Self::SourceType => "source_type",
            Self::TargetForeign => "target_foreign",
            Self::TargetUnknown => "target_unknown",
            Self::TargetTitle => "target_title",
            Self::SelfPing => "self_ping",
            Self::PingsClosed => "pings_closed",
            Self::AlreadyRegistered => "already_registered",
            Self::NoTitle => "no_title",
            Self::NoLink => "no_link",
            Self::NoRealLink => "no_real_link",
            Self::LinkHidden => "link_hidden",
            Self::PageTooTangled => "page_too_tangled",
            Self::NotProduction => "not_production",
        }
    }

    /// WordPress's fault number, before `xmlrpc_pingback_error` blanks it.
    pub const fn fault(self) -> i64 {
        match self {
            Self::SourceInvalid
            | Self::SourcePort
            | Self::SourceUserinfo
            | Self::SourceHostSpelling
            | Self::SourceHostName
            | Self::SourceAddress
            | Self::SourceUnresolved
            | Self::TargetForeign
            | Self::TargetTitle
            | Self::SelfPing
            | Self::NotProduction => 0,
            Self::SourceUnreachable
            | Self::SourceOversize
            | Self::SourceEmpty
            | Self::SourceStatus
            | Self::SourceType => 16,
            Self::NoLink | Self::NoRealLink | Self::LinkHidden | Self::PageTooTangled => 17,
            Self::NoTitle => 32,
            Self::TargetUnknown | Self::PingsClosed => 33,
            Self::AlreadyRegistered => 48,
        }
    }

    /// WordPress's text for a pingback, before `xmlrpc_pingback_error` blanks it. UTF-8, as in PHP's source.
    pub const fn text(self) -> &'static str {
        match self {
            Self::SourceInvalid
            | Self::SourcePort
            | Self::SourceUserinfo
            | Self::SourceHostSpelling
            | Self::SourceHostName
            | Self::SourceAddress
            | Self::SourceUnresolved => "A valid URL was not provided.",
            Self::SourceUnreachable
            | Self::SourceOversize
            | Self::SourceEmpty
            | Self::SourceStatus
            | Self::SourceType => "The source URL does not exist.",
            Self::TargetForeign => "Is there no link to us?",
            Self::TargetTitle => "",
            Self::TargetUnknown | Self::PingsClosed => {
                "The specified target URL cannot be used as a target. It either does not exist, or it is not a \
                 pingback-enabled resource."
            }
            Self::SelfPing => {
                "The source URL and the target URL cannot both point to the same resource."
            }
            Self::AlreadyRegistered => "The pingback has already been registered.",
            Self::NoTitle => "A title on that page cannot be found.",
            Self::NoLink | Self::NoRealLink | Self::LinkHidden | Self::PageTooTangled => {
                "The source URL does not contain a link to the target URL, and so cannot be used as a source."
            }
            Self::NotProduction => "Trackbacks are disabled in non-production environments.",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}
