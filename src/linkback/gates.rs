//! The limits a ping meets, with the operator's settings in them.

use std::net::IpAddr;

use crate::config::Limits;
use crate::limits::{Limit, Rate, Slot, Slots, client_network};

use super::turns::Turns;

/// Pings under way at once, above which new ones are turned away; each is small while it waits.
const MAX_PINGS: usize = 4096;

/// Copies of one ping that may wait for it.
const MAX_COPIES: usize = 1024;

/// Our own admission.
#[derive(Debug)]
pub struct Gates {
    enabled: bool,
    clients: Rate,
    sources: Rate,
    slots: Slots<String>,
    /// One verification for identical pings.
    pub turns: Turns,
}

impl Gates {
    /// The gates of `[limits]`. With `enabled = false` only the turns remain, since they are about correctness.
    pub fn new(settings: &Limits) -> Self {
        Self {
            enabled: settings.enabled,
            clients: Rate::per_minute(settings.per_client_per_minute),
            sources: Rate::per_minute(settings.per_source_host_per_minute),
            slots: Slots::new(settings.in_flight, settings.in_flight.div_ceil(4)),
            turns: Turns::new(MAX_PINGS, MAX_COPIES),
        }
    }

    /// Asked of each ping before anything else is done for it.
    ///
    /// # Errors
    /// [`Limit::ClientRate`]
    pub fn admit_client(&self, remote_addr: &str) -> Result<(), Limit> {
        let client = remote_addr.parse::<IpAddr>().map(client_network);
        // Callers without an address (a unix socket whose web server names nobody) share one budget.
        if !self.enabled || self.clients.take(&client.ok()) {
            Ok(())
        } else {
            Err(Limit::ClientRate)
        }
    }

    /// Asked right before a fetch; the slot is held while it lasts.
    ///
    /// # Errors
    /// [`Limit::SourceRate`], [`Limit::InFlight`] or [`Limit::InFlightHost`]
    pub fn admit_fetch(&self, host: &str) -> Result<Option<Slot<String>>, Limit> {
        if !self.enabled {
            return Ok(None);
        }
        let slot = self.slots.take(host.to_owned())?;
        if self.sources.take(host) {
            Ok(Some(slot))
        } else {
            Err(Limit::SourceRate)
        }
    }
}
