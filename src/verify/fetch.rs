//! The GET: the crate's one HTTP client, which dials only addresses that were judged.
//!
//! Nothing of the client's comfort is on: no redirects, cookies, proxies, decoding, pooling, retries or HTTP/2. Its
//! resolver is [`Pins`], which knows only the names of fetches under way and gives their judged addresses; for
//! addresses in the URL itself the client asks no resolver, and those were judged before, too.
//!
//! As in WordPress the status and type of the reply mean nothing here, and the body counts whatever they are. Under
//! strict rules they do.

use std::collections::HashMap;
use std::error::Error as _;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio::time::Instant;

use super::decode::Decoder;
use super::guard::Guard;
use super::url::{Host, Source};
use crate::refusal::Refusal;
use crate::wordpress::version::Version;

/// Most bytes of a body on the wire. A page is cut at 153,600 after decoding; no honest coding makes it longer.
const MAX_WIRE: usize = 512 << 10;

/// Most bytes of a reply's header lines; more than any server takes in a request. The client itself stops at 400 kB.
const MAX_HEADER_BYTES: usize = 100 << 10;

/// Most header lines.
const MAX_HEADERS: usize = 256;

/// Where systems keep their root certificates: Debian, Red Hat, Alpine and BSDs.
static ROOT_FILES: [&str; 3] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
];

/// Why the client cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// `verify.ca_file` cannot be read.
    #[error("verify.ca_file: cannot read {path}: {error}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// `verify.ca_file` has no certificate that can be used.
    #[error("verify.ca_file: expected certificates in PEM, but found none in {path}", path = path.display())]
    NoCertificates {
        /// The file.
        path: PathBuf,
    },
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// The client cannot be set up.
    #[error("the HTTP client cannot be set up: {0}")]
    Http(#[from] reqwest::Error),
}

/// On whose behalf a page is fetched: what the request says of us, so that its target can trace a ping to its sender.
#[derive(Clone, Debug)]
pub struct Sender<'a> {
    /// Which WordPress the site runs.
    pub version: Version,
    /// `home_url()`, raw bytes.
    pub home_url: &'a [u8],
    /// The address the ping came from (`REMOTE_ADDR`), as text.
    pub ip: &'a [u8],
}

impl Sender<'_> {
    fn headers(&self, source: &Source) -> HeaderMap {
        let ip: Vec<u8> = self
            .ip
            .iter()
            .copied()
            .filter(|b| b.is_ascii_hexdigit() || b":., ".contains(b))
            .collect();
        let mut agent = format!("WordPress/{}; ", self.version).into_bytes();
        agent.extend_from_slice(self.home_url);
        agent.extend_from_slice(b"; verifying pingback from ");
        agent.extend_from_slice(&ip);

        let mut headers = HeaderMap::new();
        let mut put = |name: HeaderName, value: &[u8]| {
            // A home URL with control characters has no place in a header; curl would send it, and nobody read it.
            if let Ok(value) = HeaderValue::from_bytes(value) {
                headers.insert(name, value);
            }
        };
        // The client would put it last, and curl puts it first.
        put(header::HOST, &source.authority());
        put(header::USER_AGENT, &agent);
        put(header::ACCEPT, b"*/*");
        put(header::ACCEPT_ENCODING, b"deflate, gzip, br, zstd");
        if self.version.sends_referer() {
            put(header::REFERER, source.referer().as_bytes());
        }
        put(HeaderName::from_static("x-pingback-forwarded-for"), &ip);
        put(header::CONNECTION, b"close");
        headers
    }
}

/// A page as it came.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The body after decoding, at most 153,600 bytes, not empty and not `0`.
    pub body: Vec<u8>,
    /// The HTTP status.
    pub status: u16,
    /// The `Content-Type` header, raw bytes.
    pub content_type: Option<Vec<u8>>,
    /// Body bytes on the wire that were read.
    pub wire_bytes: usize,
    /// Who answered.
    pub peer: SocketAddr,
}

/// The client, and the addresses it may dial.
#[derive(Debug)]
pub(super) struct Fetch {
    client: reqwest::Client,
    pins: Arc<Pins>,
}

impl Fetch {
    /// Builds the client. `deadline` is that of a whole fetch; connecting to all addresses may take half of it.
    pub(super) fn new(ca_file: Option<&Path>, deadline: Duration) -> Result<Self, ClientError> {
        let pins = Arc::new(Pins::default());
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls_config(ca_file)?)
            .dns_resolver(Arc::clone(&pins))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .http1_only()
            .http1_title_case_headers()
            // As lenient with header lines as curl.
            .http1_ignore_invalid_headers_in_responses(true)
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
            .http1_max_headers(MAX_HEADERS)
            .pool_max_idle_per_host(0)
            .connect_timeout(deadline / 2)
            .build()?;
        Ok(Self { client, pins })
    }

    /// GETs `source` from one of `addresses`, all done by `deadline`.
    ///
    /// # Errors
    /// [`Refusal::SourceUnreachable`], [`Refusal::SourceOversize`], [`Refusal::SourceEmpty`]; under strict rules
    /// [`Refusal::SourceStatus`] and [`Refusal::SourceType`].
    pub(super) async fn get(
        &self,
        guard: &Guard,
        source: &Source,
        addresses: &[IpAddr],
        sender: &Sender<'_>,
        strict: bool,
        deadline: Instant,
    ) -> Result<Fetched, Refusal> {
        let _pin = match source.host() {
            Host::Name(name) => Some(Pins::hold(&self.pins, name, addresses)),
            Host::Address(address) if addresses == [*address] => None,
            Host::Address(_) => return Err(Refusal::SourceAddress),
        };
        let request = self
            .client
            .get(source.request().clone())
            .headers(sender.headers(source));
        tokio::time::timeout_at(deadline, exchange(guard, source, request, strict))
            .await
            .map_err(|_| Refusal::SourceUnreachable)?
    }
}

async fn exchange(
    guard: &Guard,
    source: &Source,
    request: reqwest::RequestBuilder,
    strict: bool,
) -> Result<Fetched, Refusal> {
    let mut response = request.send().await.map_err(|error| refusal_for(&error))?;

    let peer = response.remote_addr().ok_or(Refusal::SourceAddress)?;
    if peer.port() != source.port() || guard.judge(peer.ip(), source.is_own_site()).is_err() {
        return Err(Refusal::SourceAddress);
    }
    let headers = response.headers();
    let header_bytes: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    if header_bytes > MAX_HEADER_BYTES {
        return Err(Refusal::SourceOversize);
    }
    let status = response.status().as_u16();
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .map(|value| value.as_bytes().to_vec());
    if strict {
        if !response.status().is_success() {
            return Err(Refusal::SourceStatus);
        }
        if !content_type.as_deref().is_none_or(is_page) {
            return Err(Refusal::SourceType);
        }
    }

    let codings = headers.get_all(header::CONTENT_ENCODING);
    let mut decoder = Decoder::new(codings.iter().map(HeaderValue::as_bytes))?;
    let mut wire_bytes = 0;
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| refusal_for(&error))?
    {
        wire_bytes += chunk.len();
        if decoder.push(&chunk)? {
            break;
        }
        if wire_bytes > MAX_WIRE {
            return Err(Refusal::SourceOversize);
        }
    }
    let body = decoder.finish()?;
    if body.is_empty() || body == b"0" {
        return Err(Refusal::SourceEmpty);
    }
    Ok(Fetched {
        body,
        status,
        content_type,
        wire_bytes,
        peer,
    })
}

/// Strict: a type that a page or a plain text has.
fn is_page(content_type: &[u8]) -> bool {
    let essence = content_type
        .split(|b| *b == b';')
        .next()
        .unwrap_or_default()
        .trim_ascii()
        .to_ascii_lowercase();
    essence.is_empty() || essence.starts_with(b"text/") || essence == b"application/xhtml+xml"
}

fn refusal_for(error: &reqwest::Error) -> Refusal {
    let mut cause = error.source();
    while let Some(error) = cause {
        // The type behind this is not the client's own; its text is all there is to tell.
        if error.to_string().contains("too large") {
            return Refusal::SourceOversize;
        }
        cause = error.source();
    }
    Refusal::SourceUnreachable
}

fn tls_config(ca_file: Option<&Path>) -> Result<ClientConfig, ClientError> {
    let mut roots = RootCertStore::empty();
    match ca_file {
        Some(path) => {
            let pem = std::fs::read(path).map_err(|error| ClientError::Unreadable {
                path: path.to_owned(),
                error,
            })?;
            if !add_roots(&mut roots, &pem) {
                return Err(ClientError::NoCertificates {
                    path: path.to_owned(),
                });
            }
        }
        None => {
            let found = ROOT_FILES
                .iter()
                .filter_map(|path| std::fs::read(path).ok())
                .any(|pem| add_roots(&mut roots, &pem));
            if !found {
                roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            }
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Adds what can be used; `false` if that is nothing.
fn add_roots(roots: &mut RootCertStore, pem: &[u8]) -> bool {
    let certificates = CertificateDer::pem_slice_iter(pem).filter_map(Result::ok);
    roots.add_parsable_certificates(certificates).0 > 0
}

/// The judged addresses of every name that is being fetched.
#[derive(Debug, Default)]
struct Pins {
    held: Mutex<HashMap<String, Vec<Held>>>,
    next: AtomicU64,
}

/// One fetch's number and addresses.
type Held = (u64, Vec<SocketAddr>);

/// Holds a name's addresses until dropped.
struct Pin {
    pins: Arc<Pins>,
    name: String,
    id: u64,
}

impl Pins {
    fn hold(pins: &Arc<Self>, name: &str, addresses: &[IpAddr]) -> Pin {
        let id = pins.next.fetch_add(1, Ordering::Relaxed);
        // Port 0 is replaced by the URL's.
        let addresses = addresses.iter().map(|ip| SocketAddr::new(*ip, 0)).collect();
        let mut held = pins.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.entry(name.to_owned())
            .or_default()
            .push((id, addresses));
        Pin {
            pins: Arc::clone(pins),
            name: name.to_owned(),
            id,
        }
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        let mut held = self
            .pins
            .held
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(pins) = held.get_mut(&self.name) {
            pins.retain(|(id, _)| *id != self.id);
            if pins.is_empty() {
                held.remove(&self.name);
            }
        }
    }
}

impl reqwest::dns::Resolve for Pins {
    /// The newest addresses held for a name. Two fetches of one name may hold different ones; each set was judged.
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let found = held
            .get(name.as_str())
            .and_then(|pins| pins.last())
            .map(|(_, addresses)| addresses.clone());
        Box::pin(std::future::ready(match found {
            Some(addresses) => Ok(Box::new(addresses.into_iter()) as reqwest::dns::Addrs),
            None => Err("this name was not judged".into()),
        }))
    }
}
