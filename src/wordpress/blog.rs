//! What WordPress's pure functions ask of the blog they run in.
//!
//! PHP reads these from options and globals wherever it likes; here they are handed in, so that a function's inputs
//! show in its signature. Built from options by [`super::options`].

use std::sync::Arc;

use super::l10n::Translations;
use super::version::Version;
use crate::php::string::{str_truthy, trim};
use crate::php::url::parse_url;

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
    /// What is said in the site's language.
    pub l10n: Arc<Translations>,
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

    /// Port of `home_url()`, wp-includes/link-template.php: `home` with the request's scheme, and `path` behind exactly one
    /// slash; no slash at all for an empty path, which `0` is, too. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
    pub fn home_url(&self, path: &[u8]) -> Vec<u8> {
        let own = parse_url(&self.home).and_then(|url| url.scheme);
        let scheme = match own.as_deref() {
            _ if self.tls => "https",
            Some(b"https") => "https",
            // set_url_scheme() turns all others into the request's own.
            _ => "http",
        };
        with_path(set_url_scheme(&self.home, scheme), path)
    }

    /// Port of `site_url()`, wp-includes/link-template.php, as [`Self::home_url`] for `siteurl`, but always
    /// with the scheme of the request. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
    pub fn site_url(&self, path: &[u8]) -> Vec<u8> {
        let scheme = if self.tls { "https" } else { "http" };
        with_path(set_url_scheme(&self.siteurl, scheme), path)
    }

    /// `parse_url( get_option( 'home' ), PHP_URL_HOST )`: as spelt, with no port. `None` if there is none.
    pub fn home_host(&self) -> Option<Vec<u8>> {
        parse_url(&self.home)?.host
    }
}

/// The URL with a path behind exactly one slash.
fn with_path(mut url: Vec<u8>, path: &[u8]) -> Vec<u8> {
    // `if ( $path )`
    if str_truthy(path) {
        url.push(b'/');
        let start = path
            .iter()
            .position(|byte| *byte != b'/')
            .unwrap_or(path.len());
        url.extend_from_slice(&path[start..]);
    }
    url
}

/// Port of `set_url_scheme()` for `http` and `https`, wp-includes/link-template.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub fn set_url_scheme(url: &[u8], scheme: &str) -> Vec<u8> {
    let mut url = trim(url).to_vec();
    if url.starts_with(b"//") {
        url.splice(..0, *b"http:");
    }
    let word = url
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
        .count();
    if word > 0 && url[word..].starts_with(b"://") {
        url.splice(..word, scheme.bytes());
    }
    url
}
