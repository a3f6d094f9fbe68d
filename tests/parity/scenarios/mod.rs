//! All scenarios, by what they are about.

mod comments;
mod deaths;
mod entry;
mod forms;
mod found;
mod languages;
mod pages;
mod queries;
mod readings;
mod requests;
mod targets;
mod trackbacks;
mod types;

use crate::scenario::Scenario;

/// Every scenario, each with a name of its own.
pub(crate) fn all() -> Vec<Scenario> {
    [
        entry::all(),
        targets::all(),
        pages::all(),
        comments::all(),
        trackbacks::all(),
        queries::all(),
        types::all(),
        requests::all(),
        readings::all(),
        deaths::all(),
        forms::all(),
        found::all(),
        languages::all(),
    ]
    .concat()
}
