//! May we ask for this URL: WordPress's own test, then ours on the raw bytes, then a second parser's opinion.
//!
//! Every trick with URLs lives where two parsers disagree: PHP checks one host, the client dials another. So the raw
//! bytes are split here by the narrowest rules there are, anything odd is refused instead of normalised, and a WHATWG
//! parser must find the same host and port in the request URL afterwards. The request URL is built from the parts that
//! were checked; nothing later parses the sender's string again.
//!
//! Two kinds of rule: *safety* always holds; *strictness* (`strict` in the configuration) also refuses what WordPress
//! fetches though no careful sender writes it: whitespace, control characters, backslashes, over 2,048 bytes. A source
//! arrives slashed, so a quote counts as a backslash too: WordPress would ask for `/it%5C's`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use crate::refusal::Refusal;
use crate::wordpress::http::wp_http_validate_url;
use crate::wordpress::requests::{request_fragment, request_target};
use crate::wordpress::version::Version;

/// Longest source under strict rules, in bytes.
const MAX_STRICT: usize = 2_048;

/// Longest source under any rules, in bytes. WordPress has no limit; what it could store is 200 characters.
const MAX: usize = 16_384;

/// Names that mean this machine or its network wherever they resolve to.
static LOCAL_NAMES: [&str; 7] = [
    "localhost",
    "localhost.localdomain",
    "localhost4",
    "localhost6",
    "ip6-localhost",
    "ip6-loopback",
    "broadcasthost",
];

/// Suffixes that are never public (RFC 6761, 6762, 7686, 8375, 9476; customary inner ones).
static LOCAL_SUFFIXES: [&str; 12] = [
    ".localhost",
    ".local",
    ".internal",
    ".localdomain",
    ".home.arpa",
    ".lan",
    ".corp",
    ".intranet",
    ".onion",
    ".i2p",
    ".svc",
    ".alt",
];

/// The site a ping is for, as far as the gate asks.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// Which WordPress it runs.
    pub version: Version,
    /// Option `home`, raw bytes.
    pub home: &'a [u8],
    /// Further hosts of the site's network (`wp_blogs.domain`), lower case: they count as its own, too.
    pub network_hosts: &'a [Vec<u8>],
}

/// Who is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// A name of A-labels, lower case, without trailing dot.
    Name(String),
    /// An address that the URL spells out.
    Address(IpAddr),
}

impl std::fmt::Display for Host {
    /// As in a URL: IPv6 in brackets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(IpAddr::V4(v4)) => v4.fmt(f),
            Self::Address(IpAddr::V6(v6)) => write!(f, "[{v6}]"),
        }
    }
}

/// A source that passed the gate: its string, and where it leads. Only [`gate`] makes it.
#[derive(Clone, Debug)]
#[must_use]
pub struct Source {
    text: Vec<u8>,
    host: Host,
    port: u16,
    own_site: bool,
    request: url::Url,
    referer: String,
}

impl Source {
    /// The source as WordPress goes on with it, and as it is stored: slashed like the input, its scheme in lower case.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Who is asked.
    pub const fn host(&self) -> &Host {
        &self.host
    }

    /// The port that is dialled.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Whether the host is the site's own.
    pub const fn is_own_site(&self) -> bool {
        self.own_site
    }

    /// The URL that is requested: ASCII, no fragment.
    pub fn request(&self) -> &url::Url {
        &self.request
    }

    /// The `Host` header: the host of [`Self::request`], and its port if that is not the scheme's own.
    pub fn authority(&self) -> Vec<u8> {
        let host = self.request.host_str().unwrap_or_default();
        match self.request.port() {
            Some(port) => format!("{host}:{port}").into_bytes(),
            None => host.as_bytes().to_vec(),
        }
    }

    /// The same with its fragment: what a WordPress that sends a `Referer` puts there. ASCII.
    pub fn referer(&self) -> &str {
        &self.referer
    }
}

/// Judges `source` (slashed, `&amp;` already `&`) without asking anyone.
///
/// # Errors
/// [`Refusal::SourceInvalid`] where WordPress says no by the string alone or a strict rule is broken;
/// [`Refusal::SourceUserinfo`], [`Refusal::SourcePort`], [`Refusal::SourceHostSpelling`], [`Refusal::SourceHostName`].
pub fn gate(
    site: &Site<'_>,
    ports: &[u16],
    strict: bool,
    source: &[u8],
) -> Result<Source, Refusal> {
    if source.len() > if strict { MAX_STRICT } else { MAX } || (strict && source_is_unclean(source))
    {
        return Err(Refusal::SourceInvalid);
    }
    let raw = split(source)?;

    let Some(valid) = wp_http_validate_url(site.version, site.home, ports, source) else {
        // Ours says why, where it can; the string alone was fine so far.
        let known = raw.port.is_none_or(|port| ports.contains(&port));
        return Err(if known {
            Refusal::SourceInvalid
        } else {
            Refusal::SourcePort
        });
    };
    // `parse_url()` saw the host and port that we saw.
    if !valid.host.eq_ignore_ascii_case(raw.host)
        || valid.port != raw.port.filter(|port| *port != 0)
    {
        return Err(Refusal::SourceHostSpelling);
    }
    if raw.port == Some(0) {
        return Err(Refusal::SourcePort);
    }

    let own_site = valid.same_host
        || site
            .network_hosts
            .iter()
            .any(|host| host.eq_ignore_ascii_case(&valid.host));
    let host = analyse(raw.host, own_site)?;

    let port = raw.port.unwrap_or(if raw.https { 443 } else { 80 });
    let scheme = if raw.https { "https" } else { "http" };
    let target = request_target(raw.rest).ok_or(Refusal::SourceUnreachable)?;
    // invariant: request_target returns ASCII, so nothing is lost.
    let target = String::from_utf8_lossy(&target);
    let request = url::Url::parse(&format!("{scheme}://{host}:{port}{target}"))
        .map_err(|_| Refusal::SourceHostSpelling)?;

    let agrees = match (&host, request.host()) {
        (Host::Name(name), Some(url::Host::Domain(domain))) => name == domain,
        (Host::Address(IpAddr::V4(ours)), Some(url::Host::Ipv4(theirs))) => *ours == theirs,
        (Host::Address(IpAddr::V6(ours)), Some(url::Host::Ipv6(theirs))) => *ours == theirs,
        _ => false,
    };
    if !agrees
        || request.port_or_known_default() != Some(port)
        || request.scheme() != scheme
        || !request.username().is_empty()
        || request.password().is_some()
        || request.fragment().is_some()
    {
        return Err(Refusal::SourceHostSpelling);
    }

    let mut referer = request.to_string();
    if let Some(fragment) = request_fragment(raw.rest) {
        referer.push('#');
        // invariant: request_fragment returns ASCII, too.
        referer.push_str(&String::from_utf8_lossy(&fragment));
    }

    Ok(Source {
        text: valid.url,
        host,
        port,
        own_site,
        referer,
        request,
    })
}

/// A URL's raw parts.
struct Raw<'a> {
    https: bool,
    host: &'a [u8],
    port: Option<u16>,
    /// Path, query and fragment.
    rest: &'a [u8],
}

/// Splits `scheme://host[:port]rest` by bytes.
fn split(source: &[u8]) -> Result<Raw<'_>, Refusal> {
    let starts = |scheme: &[u8]| {
        source
            .get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    let (https, after) = if starts(b"http://") {
        (false, &source[7..])
    } else if starts(b"https://") {
        (true, &source[8..])
    } else {
        return Err(Refusal::SourceInvalid);
    };

    let end = after
        .iter()
        .position(|b| b"/?#".contains(b))
        .unwrap_or(after.len());
    let (authority, rest) = after.split_at(end);
    if authority.contains(&b'@') {
        return Err(Refusal::SourceUserinfo);
    }
    // A userinfo in disguise: `http://good\@evil/` ends at the backslash for some parsers and not for others. And what a
    // browser's parser drops from anywhere in a URL never splits a host here.
    if authority
        .iter()
        .any(|b| *b <= b' ' || b"\\%\x7F".contains(b))
    {
        return Err(Refusal::SourceHostSpelling);
    }

    let host_end = match authority.first() {
        Some(b'[') => {
            1 + authority
                .iter()
                .position(|b| *b == b']')
                .ok_or(Refusal::SourceHostSpelling)?
        }
        Some(_) => authority
            .iter()
            .position(|b| *b == b':')
            .unwrap_or(authority.len()),
        None => return Err(Refusal::SourceInvalid),
    };
    let (host, colon_port) = authority.split_at(host_end);
    let port = match colon_port {
        [] | [b':'] => None,
        [b':', digits @ ..] if digits.len() <= 5 && digits.iter().all(u8::is_ascii_digit) => {
            // invariant: only ASCII digits.
            let digits = String::from_utf8_lossy(digits);
            Some(digits.parse().map_err(|_| Refusal::SourcePort)?)
        }
        [b':', ..] => return Err(Refusal::SourcePort),
        _ => return Err(Refusal::SourceHostSpelling),
    };
    if host.is_empty() {
        return Err(Refusal::SourceInvalid);
    }
    Ok(Raw {
        https,
        host,
        port,
        rest,
    })
}

/// Strict: whitespace, controls (C0, DEL, C1, U+2028, U+2029), backslashes, and what is not UTF-8.
fn source_is_unclean(source: &[u8]) -> bool {
    std::str::from_utf8(source).map_or(true, |text| {
        text.chars().any(|c| {
            c.is_control() || c.is_whitespace() || matches!(c, '\\' | '\u{2028}' | '\u{2029}')
        })
    })
}

/// A host as written to a name or address. With `own_site`, inner names are allowed: it is what the site calls itself.
fn analyse(host: &[u8], own_site: bool) -> Result<Host, Refusal> {
    let text = std::str::from_utf8(host).map_err(|_| Refusal::SourceHostSpelling)?;
    if let Some(literal) = text.strip_prefix('[') {
        let literal = literal
            .strip_suffix(']')
            .ok_or(Refusal::SourceHostSpelling)?;
        // No zone: `Ipv6Addr` reads none, and `%` was refused before.
        let address: Ipv6Addr = literal.parse().map_err(|_| Refusal::SourceHostSpelling)?;
        return Ok(Host::Address(IpAddr::V6(address)));
    }

    let name = to_a_labels(text)?;
    if ends_in_number(&name) {
        // One spelling of an address is one address: four decimal octets, no zeros in front, typed as such.
        let address: Ipv4Addr = text.parse().map_err(|_| Refusal::SourceHostSpelling)?;
        return Ok(Host::Address(IpAddr::V4(address)));
    }
    if !own_site && is_local(&name) {
        return Err(Refusal::SourceHostName);
    }
    Ok(Host::Name(name))
}

/// Lower-case A-labels of a host name. ASCII labels may hold `_` and any hyphens, as names in the wild do; a label that
/// is not ASCII must become an `xn--` one, so no other spelling of an ASCII name passes (`ｌocalhost`, `①27.0.0.1`, `。`).
fn to_a_labels(text: &str) -> Result<String, Refusal> {
    let spelt = Refusal::SourceHostSpelling;
    let name = if text.is_ascii()
        && !text
            .to_ascii_lowercase()
            .split('.')
            .any(|l| l.starts_with("xn--"))
    {
        text.to_ascii_lowercase()
    } else {
        let ascii = Uts46::new()
            .to_ascii(
                text.as_bytes(),
                AsciiDenyList::STD3,
                Hyphens::Allow,
                DnsLength::Verify,
            )
            .map_err(|_| spelt)?
            .into_owned();
        let mut converted = ascii.split('.');
        for label in text.split('.') {
            let converted = converted.next().ok_or(spelt)?;
            if !(label.is_ascii() && label.eq_ignore_ascii_case(converted)
                || !label.is_ascii() && converted.starts_with("xn--"))
            {
                return Err(spelt);
            }
        }
        if converted.next().is_some() {
            return Err(spelt);
        }
        ascii
    };
    let fits = name.len() <= 253
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        });
    if fits { Ok(name) } else { Err(spelt) }
}

/// Whether any parser could take the name for an IPv4 address: the WHATWG test on the last label, and any name of
/// nothing but digits, dots and hex.
fn ends_in_number(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default();
    let decimal = !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit());
    let hex = last
        .strip_prefix("0x")
        .is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    decimal || hex
}

/// Whether a name is never public.
fn is_local(name: &str) -> bool {
    !name.contains('.')
        || LOCAL_NAMES.contains(&name)
        || LOCAL_SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

#[cfg(test)]
#[path = "url_tests.rs"]
mod tests;
