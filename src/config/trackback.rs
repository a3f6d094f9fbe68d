//! `[trackback]`: what a trackback must show.

use serde::{Deserialize, Serialize};

/// `[trackback]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Trackback {
    /// What becomes of a trackback whose page does not link to the post.
    pub proof: Proof,
}

/// What becomes of a trackback whose page does not link to the post. WordPress itself never looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Proof {
    /// Refused; nothing is stored.
    #[default]
    Reject,
    /// Stored as spam.
    Spam,
    /// Stored, and held for moderation.
    Hold,
    /// The page is not fetched, as in WordPress.
    Off,
}
