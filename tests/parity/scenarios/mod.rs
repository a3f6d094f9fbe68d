//! All scenarios, by what they are about.

mod comments;
mod entry;
mod languages;
mod pages;
mod targets;
mod trackbacks;

use crate::scenario::Scenario;

/// Every scenario, each with a name of its own.
pub(crate) fn all() -> Vec<Scenario> {
    [
        entry::all(),
        targets::all(),
        pages::all(),
        comments::all(),
        trackbacks::all(),
        languages::all(),
    ]
    .concat()
}
