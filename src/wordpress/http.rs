//! Port of http.php: which URLs `wp_safe_remote_get()` asks for, without the look-up of the name.
//!
//! DIFFERS: `wp_http_validate_url()` resolves the host and judges the first IPv4 address itself. Here it only says what
//! the string is; names and addresses are judged by `verify`, on every address and in both families.

use crate::php::url::parse_url;
use crate::wordpress::kses::protocols::wp_kses_bad_protocol;
use crate::wordpress::version::Version;

/// A URL that `wp_http_validate_url()` lets by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidUrl {
    /// The URL as WordPress goes on with it: the input, its scheme in lower case.
    pub url: Vec<u8>,
    /// The host as `parse_url()` sees it, brackets included.
    pub host: Vec<u8>,
    /// Whether the host is the one of option `home`, ignoring case.
    pub same_host: bool,
    /// The port, if one is given that is not 0.
    pub port: Option<u16>,
}

/// Port of `wp_http_validate_url()`, wp-includes/http.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// `url` and `home` (option `home`) are raw bytes. `allowed_ports` are WordPress's 80, 443 and 8080, or the operator's;
/// the port of `home` is always allowed on its own host. `None` where WordPress says no.
///
/// DIFFERS: an IPv6 literal in brackets passes, where WordPress refuses every host with `:` in it.
pub fn wp_http_validate_url(
    version: Version,
    home: &[u8],
    allowed_ports: &[u16],
    url: &[u8],
) -> Option<ValidUrl> {
    // `is_numeric()` is not asked: no number has a scheme.
    let original_url = url;
    let url = wp_kses_bad_protocol(version, url, &["http", "https"]);
    if url.is_empty() || !url.eq_ignore_ascii_case(original_url) {
        return None;
    }

    let parsed_url = parse_url(&url)?;
    let host = parsed_url.host.filter(|host| !is_empty(host))?;
    if parsed_url.user.is_some() || parsed_url.pass.is_some() {
        return None;
    }
    let literal = host.starts_with(b"[") && host.ends_with(b"]");
    let inner = if literal {
        &host[1..host.len() - 1]
    } else {
        &host[..]
    };
    if inner
        .iter()
        .any(|b| b"#?[]".contains(b) || (*b == b':' && !literal))
    {
        return None;
    }

    let parsed_home = parse_url(home);
    let home_host = parsed_home.as_ref().and_then(|home| home.host.as_ref());
    let same_host = home_host.is_some_and(|home_host| home_host.eq_ignore_ascii_case(&host));

    let valid = |port| {
        Some(ValidUrl {
            url: url.clone(),
            host: host.clone(),
            same_host,
            port,
        })
    };
    let Some(port) = parsed_url.port.filter(|port| *port != 0) else {
        return valid(None);
    };
    if allowed_ports.contains(&port) {
        return valid(Some(port));
    }
    if same_host && parsed_home.and_then(|home| home.port) == Some(port) {
        return valid(Some(port));
    }
    None
}

/// `empty()` of a string.
fn is_empty(text: &[u8]) -> bool {
    text.is_empty() || text == b"0"
}

#[cfg(test)]
#[path = "http_tests.rs"]
mod tests;

/// Reads tables of hex columns.
#[cfg(test)]
pub(super) mod golden {
    /// The rows of a table: each column's bytes, `None` for `-`.
    pub(in crate::wordpress) fn rows(table: &str) -> impl Iterator<Item = Vec<Option<Vec<u8>>>> {
        table
            .lines()
            .map(|line| line.split('\t').map(column).collect())
    }

    fn column(hex: &str) -> Option<Vec<u8>> {
        let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        (hex != "-").then(|| (0..hex.len()).step_by(2).map(byte).collect())
    }
}
