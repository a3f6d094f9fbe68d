//! The only code that talks to strangers: is the source there, and does it link to the target.
//!
//! In order: [`Verifier::gate`] judges the URL and asks nobody; [`Verifier::resolve`] looks its name up, once, and
//! judges every address; [`Verifier::fetch`] GETs the page from one of these addresses; [`Verifier::read`] finds title
//! and link as WordPress does, and under strict rules a link that is really one. [`Verifier::verify`] is all after the
//! gate. Only it makes [`Verified`].
//!
//! No database here, and no limits: who may cause how many fetches is asked before.

mod decode;
mod excerpt;
mod fetch;
pub mod guard;
mod link;
mod own;
pub mod page;
mod resolve;
pub mod strict;
mod tangle;
#[cfg(test)]
mod testing;
mod trace;
pub mod url;
mod zstd;

use std::net::IpAddr;
use std::time::Duration;

use tokio::time::Instant;

use crate::config::Verify;
use crate::refusal::Refusal;
use crate::wordpress::blog::Blog;
pub use fetch::{ClientError, Fetched, Sender};
pub use guard::{Forbidden, Guard};
pub use page::Reading;
pub use trace::{Step, Trace};
pub use url::{Host, Site, Source};

/// Why verification cannot start up.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The HTTP client.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The resolver.
    #[error("verify.resolver: cannot be set up: {0}")]
    Resolver(String),
}

/// Verifies sources; one for the whole program.
#[derive(Debug)]
pub struct Verifier {
    settings: Verify,
    guard: Guard,
    resolve: resolve::Resolve,
    fetch: fetch::Fetch,
}

/// The judged addresses of a source.
#[derive(Clone, Debug)]
#[must_use]
pub struct Resolved {
    addresses: Vec<IpAddr>,
    /// What the look-up took of the deadline.
    spent: Duration,
}

impl Resolved {
    /// The addresses that may be dialled, in that order; one at least, four at most.
    pub fn addresses(&self) -> &[IpAddr] {
        &self.addresses
    }
}

/// A ping whose source was fetched and links to its target. Only [`Verifier::verify`] makes it.
#[derive(Clone, Debug)]
#[must_use]
pub struct Verified {
    source: Vec<u8>,
    reading: Reading,
    peer: IpAddr,
}

impl Verified {
    /// The source as WordPress goes on with it: slashed once, `&` as `&`.
    pub fn source(&self) -> &[u8] {
        &self.source
    }

    /// The page's title, raw bytes, neither slashed nor decoded.
    pub fn title(&self) -> &[u8] {
        &self.reading.title
    }

    /// The words around the link before `esc_html()`, raw bytes.
    pub fn excerpt(&self) -> &[u8] {
        &self.reading.excerpt
    }

    /// The comment's content, html-escaped, not slashed.
    pub fn content(&self) -> &[u8] {
        &self.reading.content
    }

    /// The address the page came from.
    pub const fn peer(&self) -> IpAddr {
        self.peer
    }
}

/// What a page is read for.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// As WordPress compares it: html-escaped (`&amp;`) and slashed.
    pub compared: &'a [u8],
    /// As the ping named it: neither escaped nor slashed.
    pub raw: &'a [u8],
}

impl Verifier {
    /// Sets up guard, resolver and client.
    ///
    /// # Errors
    /// [`StartError`] where /etc/resolv.conf or `ca_file` cannot be used.
    pub fn new(settings: &Verify) -> Result<Self, StartError> {
        Ok(Self {
            guard: Guard::new(&settings.except_networks, &settings.refuse_networks),
            resolve: resolve::Resolve::new(settings.resolver)
                .map_err(|error| StartError::Resolver(error.to_string()))?,
            fetch: fetch::Fetch::new(settings.ca_file.as_deref(), settings.deadline)?,
            settings: settings.clone(),
        })
    }

    /// Judges a source's string, which is slashed and has `&` for `&amp;`. Asks nobody; takes microseconds.
    ///
    /// # Errors
    /// Those of [`url::gate`], all of which are WordPress's "A valid URL was not provided." but
    /// [`Refusal::SourceUnreachable`].
    pub fn gate(&self, site: &Site<'_>, source: &[u8]) -> Result<Source, Refusal> {
        url::gate(site, &self.settings.ports, self.settings.strict, source)
    }

    /// Looks the source's name up, once, and judges every answer. WordPress does so before it looks at the target.
    ///
    /// # Errors
    /// [`Refusal::SourceUnresolved`], [`Refusal::SourceAddress`].
    pub async fn resolve(&self, source: &Source) -> Result<Resolved, Refusal> {
        let began = Instant::now();
        let addresses = self
            .resolve
            .addresses(&self.guard, source, self.settings.deadline)
            .await?;
        Ok(Resolved {
            addresses,
            spent: began.elapsed(),
        })
    }

    /// GETs the source's page within what is left of the deadline.
    ///
    /// # Errors
    /// [`Refusal::SourceUnreachable`], [`Refusal::SourceOversize`], [`Refusal::SourceEmpty`], [`Refusal::SourceAddress`];
    /// under strict rules [`Refusal::SourceStatus`] and [`Refusal::SourceType`].
    pub async fn fetch(
        &self,
        source: &Source,
        resolved: &Resolved,
        sender: &Sender<'_>,
    ) -> Result<Fetched, Refusal> {
        let deadline = Instant::now() + self.settings.deadline.saturating_sub(resolved.spent);
        self.fetch
            .get(
                &self.guard,
                source,
                &resolved.addresses,
                sender,
                self.settings.strict,
                deadline,
            )
            .await
    }

    /// Reads a page for the link: up to some milliseconds of computing.
    ///
    /// # Errors
    /// [`Refusal::NoTitle`], [`Refusal::NoLink`]; under strict rules [`Refusal::NoRealLink`], [`Refusal::LinkHidden`].
    pub fn read(
        &self,
        blog: &Blog,
        source: &Source,
        fetched: &Fetched,
        target: Target<'_>,
    ) -> Result<Reading, Refusal> {
        read(
            self.settings.strict,
            blog,
            source.request(),
            fetched,
            target,
        )
    }

    /// Fetches and reads. `resolved` is that of [`Self::resolve`] for this `source`, if the caller asked before.
    ///
    /// # Errors
    /// Those of the steps.
    pub async fn verify(
        &self,
        blog: &Blog,
        source: &Source,
        resolved: Option<Resolved>,
        sender: &Sender<'_>,
        target: Target<'_>,
        trace: &mut Trace,
    ) -> Result<Verified, Refusal> {
        let resolved = match resolved {
            Some(resolved) => resolved,
            None => {
                let resolved = self.resolve(source).await;
                trace.step("resolve", &resolved, |resolved| {
                    format!("{:?}", resolved.addresses)
                });
                resolved?
            }
        };
        let fetched = self.fetch(source, &resolved, sender).await;
        trace.step("fetch", &fetched, |fetched| {
            let Fetched {
                body,
                status,
                wire_bytes,
                peer,
                ..
            } = fetched;
            format!(
                "status {status} from {peer}, {wire_bytes} bytes read, {} decoded",
                body.len()
            )
        });
        let fetched = fetched?;
        let peer = fetched.peer.ip();
        let reading = {
            let (strict, blog, request) =
                (self.settings.strict, blog.clone(), source.request().clone());
            let (compared, raw) = (target.compared.to_vec(), target.raw.to_vec());
            // Some milliseconds of computing are too long for a thread that serves others meanwhile.
            tokio::task::spawn_blocking(move || {
                let target = Target {
                    compared: &compared,
                    raw: &raw,
                };
                read(strict, &blog, &request, &fetched, target)
            })
            .await
            .unwrap_or_else(|error| {
                tracing::error!(%error, "reading a page failed");
                Err(Refusal::SourceUnreachable)
            })
        };
        trace.step("read", &reading, |reading| {
            format!("title {:?}", String::from_utf8_lossy(&reading.title))
        });
        Ok(Verified {
            source: source.text().to_vec(),
            reading: reading?,
            peer,
        })
    }
}

/// [`Verifier::read`] for a page at `document`.
fn read(
    strict: bool,
    blog: &Blog,
    document: &::url::Url,
    fetched: &Fetched,
    target: Target<'_>,
) -> Result<Reading, Refusal> {
    let reading = page::read(blog, &fetched.body, target.compared)?;
    if strict {
        let content_type = fetched.content_type.as_deref();
        strict::check(&fetched.body, content_type, document, target.raw)?;
    }
    Ok(reading)
}
