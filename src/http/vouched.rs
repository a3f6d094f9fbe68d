//! A request as PHP would see it, and what of it the web server in front vouches for.
//!
//! The client's address, its scheme, WordPress's directory and the script are told by headers, and believed from trusted
//! proxies alone. A web server replaces what its clients send by these names. One that does not, and adds its own to
//! theirs, cannot be told from a forger: a directory or a script that is named twice is refused.

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderName, HeaderValue};

use super::client::TrustedProxies;
use super::handback;
use crate::config::Mode;
use crate::reply::{Reply, Verdict};
use crate::request::Request;

/// Names the directory of WordPress that the request is for.
const ROOT: &str = "x-linkbackd-root";
/// Names the script that would be run: `SCRIPT_NAME`.
const SCRIPT: &str = "x-linkbackd-script";

/// The request, its body not read yet.
///
/// # Errors
/// 400 if it says one thing twice, 508 if it has been handed back before.
pub(super) fn request(
    http: &HttpRequest,
    proxies: &TrustedProxies,
    mode: Mode,
) -> Result<Request, Reply> {
    let headers = http.headers();
    let value = |name: HeaderName| {
        headers
            .get(name)
            .map_or(&b""[..], HeaderValue::as_bytes)
            .to_vec()
    };
    if headers.contains_key(handback::MARK) && mode == Mode::Proxy {
        return Err(Reply::plain(508, "Loop detected", Verdict::Loop));
    }
    let twice = || Reply::plain(400, "Bad Request", Verdict::BadRequest);
    let peer = http.peer_addr();
    let trusted = proxies.trusts(peer);
    let told = |name: &str| {
        let mut values = headers.get_all(name).map(HeaderValue::as_bytes);
        match (values.next(), values.next()) {
            _ if !trusted => Ok(None),
            (_, Some(_)) => Err(twice()),
            (value, None) => Ok(value.filter(|value| !value.is_empty()).map(<[u8]>::to_vec)),
        }
    };
    if headers.get_all(header::HOST).count() > 1 {
        return Err(twice());
    }
    let root = match told(ROOT)?.map(String::from_utf8) {
        None => None,
        Some(Ok(root)) if root.starts_with('/') => Some(root),
        // A path that no [[site]] can have.
        Some(_) => return Err(twice()),
    };
    let chain: Vec<&[u8]> = headers
        .get_all(proxies.header())
        .map(HeaderValue::as_bytes)
        .collect();
    let tls = trusted
        && headers
            .get("x-forwarded-proto")
            .is_some_and(|value| value.as_bytes().trim_ascii().eq_ignore_ascii_case(b"https"));
    let uri = http.uri().path_and_query().map_or("/", |uri| uri.as_str());
    Ok(Request {
        method: http.method().as_str().to_owned(),
        uri: uri.as_bytes().to_vec(),
        host: value(header::HOST),
        remote_addr: proxies.caller(peer, chain.into_iter()),
        user_agent: value(header::USER_AGENT),
        accept: value(header::ACCEPT),
        if_none_match: value(header::IF_NONE_MATCH),
        if_modified_since: value(header::IF_MODIFIED_SINCE),
        content_type: value(header::CONTENT_TYPE),
        tls,
        script: told(SCRIPT)?,
        root,
        handback: match mode {
            Mode::Off => false,
            // Anybody else would be left with the name of a location.
            Mode::Nginx => trusted,
            Mode::Proxy => true,
        },
        ..Request::default()
    })
}
