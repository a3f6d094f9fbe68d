//! A request as the rooms below `http` see it: what PHP would find in `$_SERVER` and `php://input`.

use bytes::Bytes;

/// One request, its caller already known.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// `REQUEST_METHOD`
    pub method: String,
    /// `REQUEST_URI`: path and query as sent, percent-escapes kept.
    pub uri: Vec<u8>,
    /// `HTTP_HOST`, as sent.
    pub host: Vec<u8>,
    /// `REMOTE_ADDR`: the caller behind trusted proxies, in text form.
    pub remote_addr: String,
    /// `HTTP_USER_AGENT`; empty when absent.
    pub user_agent: Vec<u8>,
    /// `HTTP_ACCEPT`
    pub accept: Vec<u8>,
    /// `HTTP_IF_NONE_MATCH`
    pub if_none_match: Vec<u8>,
    /// `HTTP_IF_MODIFIED_SINCE`
    pub if_modified_since: Vec<u8>,
    /// `CONTENT_TYPE`
    pub content_type: Vec<u8>,
    /// Whether the caller's connection is TLS, as far as a trusted proxy says.
    pub tls: bool,
    /// The script that the web server would run, from the root of its documents: `SCRIPT_NAME`. `None` if none was told by
    /// a trusted proxy.
    pub script: Option<Vec<u8>>,
    /// WordPress's directory, likewise.
    pub root: Option<String>,
    /// Whether there is a way to hand this request to PHP.
    pub handback: bool,
    /// The body, whole; empty if there is [`Self::long`].
    pub body: Bytes,
    /// Of a call whose body is too long to be held: the name of its method.
    pub long: Option<Vec<u8>>,
}

impl Request {
    /// The path of [`Self::uri`], without the query.
    pub fn path(&self) -> &[u8] {
        match memchr::memchr(b'?', &self.uri) {
            Some(at) => &self.uri[..at],
            None => &self.uri,
        }
    }

    /// `QUERY_STRING`: what follows the first `?`; empty without one.
    pub fn query(&self) -> &[u8] {
        match memchr::memchr(b'?', &self.uri) {
            Some(at) => &self.uri[at + 1..],
            None => b"",
        }
    }

    /// Whether PHP reads the body as a form with parts, which leaves `php://input` empty.
    pub fn is_multipart(&self) -> bool {
        let kind = self
            .content_type
            .split(|b| *b == b';' || *b == b',' || *b == b' ')
            .next();
        kind.is_some_and(|kind| kind.eq_ignore_ascii_case(b"multipart/form-data"))
    }

    /// Whether PHP reads the body into `$_POST`.
    pub fn is_form(&self) -> bool {
        let kind = self
            .content_type
            .split(|b| *b == b';' || *b == b',' || *b == b' ')
            .next();
        kind.is_some_and(|kind| kind.eq_ignore_ascii_case(b"application/x-www-form-urlencoded"))
    }
}
