//! Tricks that made other servers fetch what they should not, and sources that do not behave.
//!
//! A source server and a name server run on loopback, which the configuration excepts from the guard. So a trick that
//! gets through reaches a listener that counts; none may.

mod names;
mod sources;
mod support;
mod urls;

use linkbackd::config::Verify;
use linkbackd::refusal::Refusal;
use linkbackd::verify::{Fetched, Sender, Verifier};
use linkbackd::wordpress::version::Version;
use support::site;

/// What a sender of pings is told about.
fn sender() -> Sender<'static> {
    Sender {
        version: Version::REFERENCE,
        home_url: b"http://blog.test",
        ip: b"198.51.100.9",
    }
}

/// Gate, look-up and fetch.
async fn fetch(settings: &Verify, source: &str) -> Result<Fetched, Refusal> {
    let verifier = Verifier::new(settings).unwrap();
    let source = verifier.gate(&site(), source.as_bytes())?;
    let resolved = verifier.resolve(&source).await?;
    verifier.fetch(&source, &resolved, &sender()).await
}
