//! linkbackd receives WordPress pingbacks and trackbacks in PHP's place.
//!
//! A request goes one way: **request → site → parse → resolve target → admit → verify → record → respond**. To follow
//! one, start at [`pingback::receive`] or [`trackback::receive`], which are WordPress's own order of steps.
//!
//! The rooms, from the top. A room calls only rooms further down.
//!
//! | room | what it answers for |
//! |---|---|
//! | [`cli`], [`check`], [`explain`], [`demo`] | the commands |
//! | [`http`] | bytes in, bytes out: knows actix-web, knows no WordPress |
//! | [`service`] | what runs: settings, sites, verifier, limits, and who is still being served |
//! | [`pingback`], [`trackback`] | the two protocols |
//! | [`linkback`] | what they share: a request's surroundings, its turn among copies of itself, how it can end |
//! | [`verify`] | the only code that talks to strangers; sees no database |
//! | [`xmlrpc`] | the wire format of XML-RPC, as IXR has it |
//! | [`sites`] | which WordPress a request is for; wp-config.php read as data |
//! | [`limits`] | budgets in bounded memory |
//! | [`wordpress`] | what WordPress would do; file names follow wp-includes |
//! | [`php`] | PHP's own functions, byte for byte; knows no WordPress |
//!
//! [`config`], [`refusal`], [`request`], [`reply`] and [`telemetry`] serve all of them. What is refused is a
//! [`refusal::Refusal`]; what fails is a [`wordpress::db::DbError`] and answered 503; what cannot start is an error of
//! [`config`] or [`verify`] and an exit status of [`cli`].

#![forbid(unsafe_code)]

pub mod check;
pub mod cli;
pub mod config;
pub mod demo;
pub mod explain;
pub mod http;
pub mod limits;
pub mod linkback;
pub mod php;
pub mod pingback;
pub mod refusal;
pub mod reply;
pub mod request;
pub mod service;
pub mod sites;
pub mod telemetry;
pub mod trackback;
pub mod verify;
pub mod wordpress;
pub mod xmlrpc;
