//! XML-RPC as WordPress speaks it: port of wp-includes/IXR/, from a request's body to the reply's.
//!
//! What IXR takes that the specification does not:
//!
//! - The XML declaration is cut off unread, so input is UTF-8 whatever it says; a byte order mark or a comment in front
//!   of the root element is refused.
//! - Tags count wherever they stand: `<param>` is ignored, the last `<methodName>` wins, text before a child is lost.
//! - Numbers, truth and dates are PHP's: `4x` is 4, `false` is true.
//! - An untyped value keeps its white space; a blank one, or one of unknown type, is lost, and the parameters after it
//!   move up.
//! - A single parameter is handed over itself, not in a list.
//!
//! Caps: bodies are bounded by the caller, tags by WordPress (60,000), calls within a multicall by
//! [`server::Limits`]. Depth is not bounded (WordPress takes 20,000 levels), so nothing recurses into values.
//!
//! NOT PORTED: what plugins can filter (`xmlrpc_element_limit`, `xmlrpc_methods`, the classes themselves).

pub mod access;
pub mod date;
pub mod fault;
pub mod message;
pub mod methods;
mod sax;
pub mod scan;
pub mod server;
pub mod value;

pub use fault::{Fatal, Fault, Stop};
pub use message::{Call, parse_request};
pub use methods::Kind;
pub use scan::NameScanner;
pub use server::{Limits, Methods, Outcome, Server};
pub use value::{Array, Value};

/// Port of `IXR_Server::output()`: the declaration, then the document. `charset` is `blog_charset`, as stored.
fn output(charset: &[u8], xml: &[u8]) -> Vec<u8> {
    let mut out = b"<?xml version=\"1.0\"".to_vec();
    if crate::php::string::str_truthy(charset) {
        out.extend_from_slice(b" encoding=\"");
        out.extend_from_slice(charset);
        out.push(b'"');
    }
    out.extend_from_slice(b"?>\n");
    out.extend_from_slice(xml);
    out
}

/// The body of a reply that carries a value. `charset` is `blog_charset`.
pub fn response(charset: &[u8], value: &Value) -> Vec<u8> {
    let mut xml = b"<methodResponse>\n  <params>\n    <param>\n      <value>\n      ".to_vec();
    xml.extend(value.xml());
    xml.extend_from_slice(b"\n      </value>\n    </param>\n  </params>\n</methodResponse>\n");
    output(charset, &xml)
}

/// The body of a reply that carries a fault. `charset` is `blog_charset`.
pub fn fault_response(charset: &[u8], fault: &Fault) -> Vec<u8> {
    output(charset, &fault.xml())
}

#[cfg(test)]
mod tests;
