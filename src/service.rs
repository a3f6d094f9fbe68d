//! What the daemon is while it runs: settings, sites, verifier and limits, and the count of requests under way.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

use crate::config::Settings;
use crate::linkback::gates::Gates;
use crate::sites::Sites;
use crate::verify::{StartError, Verifier};

/// One running daemon.
#[derive(Debug)]
pub struct Service {
    /// What the operator wants.
    pub settings: Settings,
    /// The WordPress sites served.
    pub sites: Sites,
    /// The only way to talk to strangers.
    pub verifier: Verifier,
    /// Our own admission.
    pub gates: Gates,
    live: AtomicUsize,
    idle: Notify,
}

impl Service {
    /// A daemon of these settings. Nothing is connected or listened on yet.
    ///
    /// # Errors
    /// The verifier cannot be made: its certificates or its resolver's configuration cannot be read.
    pub fn new(settings: Settings) -> Result<Self, StartError> {
        Ok(Self {
            sites: Sites::new(&settings),
            verifier: Verifier::new(&settings.verify)?,
            gates: Gates::new(&settings.limits),
            live: AtomicUsize::new(0),
            idle: Notify::new(),
            settings,
        })
    }

    /// Runs one request and counts it while it does, even if it panics.
    pub async fn tracked<F: Future>(&self, request: F) -> F::Output {
        struct Count<'a>(&'a Service);
        impl Drop for Count<'_> {
            fn drop(&mut self) {
                if self.0.live.fetch_sub(1, Ordering::AcqRel) == 1 {
                    self.0.idle.notify_waiters();
                }
            }
        }
        self.live.fetch_add(1, Ordering::AcqRel);
        let _count = Count(self);
        request.await
    }

    /// Waits until no request is under way, for `patience` at most.
    pub async fn drained(&self, patience: Duration) {
        let waiting = async {
            loop {
                let idle = self.idle.notified();
                if self.live.load(Ordering::Acquire) == 0 {
                    return;
                }
                idle.await;
            }
        };
        if tokio::time::timeout(patience, waiting).await.is_err() {
            tracing::warn!(
                requests = self.live.load(Ordering::Acquire),
                "stopping although requests are still under way"
            );
        }
    }
}
