//! What the suites share: a private MariaDB with fresh blogs, linkbackd itself on a free port, a source site that does as
//! told, and raw HTTP. All of it is gone when the test binary is, however that ends.

// Each suite uses its own part of this.
#![allow(dead_code, unreachable_pub, unused_imports)]

pub mod database;
pub mod linkbackd;
pub mod mo;
pub mod proxy;

pub use ::linkbackd::demo::source::{Page, Source};
pub use ::linkbackd::demo::wire::{self, Reply};
