//! What WordPress's pure functions ask of the blog they run in.
//!
//! PHP reads these from options and globals wherever it likes; here they are handed in, so that a function's inputs
//! show in its signature. Built from options by [`super::options`].

use super::version::Version;

/// The blog as text functions see it. Bytes are as stored: neither slashed nor escaped.
#[derive(Clone, Debug)]
pub struct Blog {
    /// Which WordPress runs here.
    pub version: Version,
    /// `blog_charset`, as `get_bloginfo('charset')` gives it: `UTF-8` for any spelling of it.
    pub charset: Vec<u8>,
    /// `home` (or `WP_HOME`) without trailing slash, its scheme as stored.
    pub home: Vec<u8>,
    /// `siteurl` (or `WP_SITEURL`) without trailing slash, its scheme as stored.
    pub siteurl: Vec<u8>,
    /// Whether the request came by TLS (`is_ssl()`): makes `home_url()` https.
    pub tls: bool,
    /// Option `use_smilies`.
    pub use_smilies: bool,
    /// Option `use_balanceTags` is 1.
    pub use_balance_tags: bool,
}

impl Blog {
    /// Port of `is_utf8_charset()`, wp-includes/functions.php: whether text is checked for valid UTF-8.
    pub fn is_utf8(&self) -> bool {
        self.charset.eq_ignore_ascii_case(b"utf-8") || self.charset.eq_ignore_ascii_case(b"utf8")
    }
}
