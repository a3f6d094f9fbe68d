//! The door: which requests are linkbackd's, which are PHP's, and how those get there.
//!
//! `methods` and `proxy` need MariaDB; `nginx`, `sender` and `apache` bring up real WordPress behind the configuration that is
//! shipped in `conf/`, real php-fpm, and real nginx or apache2.

#[path = "../common/mod.rs"]
mod common;

mod apache;
mod methods;
mod nginx;
mod proxy;
mod sender;
mod world;
