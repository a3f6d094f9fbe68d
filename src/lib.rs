//! linkbackd receives WordPress pingbacks and trackbacks in PHP's place.
//!
//! A request goes one way: **request → site → parse → resolve target → admit → verify → record → respond → follow up**.
//! Rooms, from the top: `http`; then `pingback`, `trackback`; then `verify`, `after`; then `xmlrpc`, `limits`,
//! `sites`, `wordpress`; last `php`. A room calls only rooms further down; `config`, `refusal`, `telemetry` serve all.
//! `verify` sees no database, `php` no WordPress.

#![forbid(unsafe_code)]

pub mod php;
pub mod refusal;
pub mod wordpress;
