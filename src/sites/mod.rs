//! Which WordPress a request is for.
//!
//! [`Sites`] knows every configured site by its directory and opens it when it is first asked for: its files are read
//! ([`describe`], [`wp_config`]), its database is connected to later still ([`Db`]). A site that cannot be opened is tried
//! again after a short while and hurts no other. When one of its files changes (an upgrade, a new password), it is opened
//! anew, and requests in progress keep the one they began with.

pub mod describe;
mod slot;
#[cfg(test)]
mod tests;
pub mod wp_config;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::Settings;
use crate::wordpress::claims::Claims;
use crate::wordpress::comments::Records;
use crate::wordpress::constants::Constants;
use crate::wordpress::db::Db;
use crate::wordpress::l10n::Languages;
use slot::Slot;

/// One WordPress, opened.
#[derive(Debug)]
pub struct Site {
    /// Its directory, as configured.
    pub path: PathBuf,
    /// What its files say.
    pub constants: Arc<Constants>,
    /// Its database.
    pub db: Db,
    /// What it says in its language.
    pub languages: Languages,
    /// Which pings are being worked on.
    pub claims: Claims,
    /// How its comments are written.
    pub records: Records,
    /// What `check` tells about it.
    pub notes: Vec<String>,
}

/// A site cannot be opened, or its database cannot say who it is: 503.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Closed(pub String);

/// Every configured site.
#[derive(Debug)]
pub struct Sites {
    slots: Vec<Slot>,
    options_age: std::time::Duration,
}

impl Sites {
    /// The sites of `settings`, none opened.
    pub fn new(settings: &Settings) -> Self {
        Self {
            slots: settings
                .sites
                .iter()
                .map(|site| Slot::new(site.clone(), &settings.database))
                .collect(),
            options_age: settings.options.max_age,
        }
    }

    /// How many are configured.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The site of a request: by its document root if the web server tells it, else by its `Host`.
    ///
    /// A site alone answers to every host unless it names its own. Of several, those answer that name the host, else
    /// those whose home or site address has it.
    ///
    /// `None` if no site answers: 404.
    ///
    /// # Errors
    /// [`Closed`] if the site, or one that might be it, cannot be opened.
    pub async fn find(&self, root: Option<&str>, host: &[u8]) -> Result<Option<Arc<Site>>, Closed> {
        if let Some(root) = root {
            let root = Path::new(root);
            return match self.slots.iter().find(|slot| slot.is_at(root)) {
                Some(slot) => slot.open().await.map(Some),
                None => Ok(None),
            };
        }
        let host = plain_host(host);
        if let Some(slot) = self.slots.iter().find(|slot| slot.names(&host)) {
            return slot.open().await.map(Some);
        }
        if let [only] = self.slots.as_slice() {
            return if only.names_any() {
                Ok(None)
            } else {
                only.open().await.map(Some)
            };
        }
        let mut closed = None;
        for slot in self.slots.iter().filter(|slot| !slot.names_any()) {
            match slot.answers_to(&host, self.options_age).await {
                Ok(true) => return slot.open().await.map(Some),
                Ok(false) => {}
                Err(error) => closed = Some(error),
            }
        }
        closed.map_or(Ok(None), Err)
    }

    /// Opens every site, for `check` and for a warm start: its path, and the site or what is wrong with it.
    pub async fn open_all(&self) -> Vec<(PathBuf, Result<Arc<Site>, Closed>)> {
        let mut opened = Vec::with_capacity(self.slots.len());
        for slot in &self.slots {
            opened.push((slot.path().to_path_buf(), slot.open().await));
        }
        opened
    }
}

/// A `Host` header's name: lower case, without port and final dot.
fn plain_host(host: &[u8]) -> Vec<u8> {
    let colon = host.iter().rposition(|b| *b == b':');
    let name = match colon {
        // The colons of `[::1]` are no port's.
        Some(at)
            if host
                .get(at + 1..)
                .is_some_and(|port| port.iter().all(u8::is_ascii_digit)) =>
        {
            host.get(..at).unwrap_or_default()
        }
        _ => host,
    };
    name.strip_suffix(b".").unwrap_or(name).to_ascii_lowercase()
}

/// The host of a URL as stored in an option, plain as [`plain_host`].
fn url_host(url: &[u8]) -> Vec<u8> {
    let after =
        memchr::memmem::find(url, b"//").map_or(url, |at| url.get(at + 2..).unwrap_or_default());
    let end = after
        .iter()
        .position(|b| matches!(b, b'/' | b'?' | b'#'))
        .unwrap_or(after.len());
    let authority = after.get(..end).unwrap_or_default();
    let host = authority.rsplit(|b| *b == b'@').next().unwrap_or_default();
    plain_host(host)
}
