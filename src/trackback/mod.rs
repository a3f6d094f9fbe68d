//! Trackbacks: a form with title, URL, blog name and excerpt, sent to an address that belongs to one post.
//!
//! The protocol: <https://web.archive.org/web/2010/http://www.sixapart.com/pronet/docs/trackback_spec>. What WordPress
//! makes of it: wp-trackback.php.

pub mod charset;
mod proof;
pub mod receive;
pub mod reply;
pub mod request;
