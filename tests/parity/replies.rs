//! What programs said on the wire, as facts: replies, and what the source site was asked.

use std::collections::BTreeMap;

use linkbackd::demo::source::Request;

use crate::common::wire;
use crate::facts::{Facts, readable};
use crate::play::Side;
use crate::recording::digest;
use crate::scenario::{PATIENCE, Send};

/// Longer bodies of HTML are told by their digest alone.
const PAGE: usize = 2000;

/// Headers that belong to the way a reply travels, or to the program that sends it. All others are compared.
const TRANSPORT: [&str; 7] = [
    "date",
    "server",
    "connection",
    "keep-alive",
    "content-length",
    "transfer-encoding",
    "x-powered-by",
];

pub(crate) fn reply_facts(
    facts: &mut Facts,
    number: usize,
    side: &Side,
    send: &Send,
    told: &impl Fn(&[u8]) -> Vec<u8>,
    plain: &impl Fn(String) -> String,
) {
    let mut headers: Vec<(&str, &str)> = send
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    if send.client != "127.0.0.1" {
        headers.push((side.client_header, &send.client));
    }
    let path = String::from_utf8_lossy(&told(send.path.as_bytes())).into_owned();
    let body = told(&send.body);
    let mut request = wire::request(&send.method, &path, &headers, &body);
    request.truncate(request.len() - body.len());
    let request = [raw_bytes(&request), body].concat();
    match wire::send(side.address, &request, PATIENCE) {
        Ok(reply) => {
            facts.add(format!("reply.{number}.status"), reply.status.to_string());
            for (name, value) in compared(&reply.headers) {
                facts.add(format!("reply.{number}.{name}"), plain(value));
            }
            let is_page = |kind: &str| kind.starts_with("text/html");
            let kind = reply.header("Content-Type");
            let body = if kind.is_some_and(is_page) && reply.body.len() > PAGE {
                // Style sheets and scripts, nothing to read: whether it is the same is what counts.
                format!(
                    "a page, {}",
                    digest(plain(readable(&reply.body)).as_bytes())
                )
            } else {
                plain(readable(&reply.body))
            };
            facts.add(format!("reply.{number}.body"), body);
        }
        Err(error) => facts.add(format!("reply.{number}.error"), error.to_string()),
    }
}

/// The head of a request, `\u{f780}` to `\u{f7ff}` as the bytes that they stand for.
fn raw_bytes(head: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(head.len());
    for char in String::from_utf8_lossy(head).chars() {
        match u32::from(char) {
            code @ 0xf780..=0xf7ff => bytes.push(code.to_le_bytes()[0]),
            _ => bytes.extend(char.to_string().bytes()),
        }
    }
    bytes
}

/// Headers by lower-case name, several of a name as one, without those of the transport.
fn compared(headers: &[(String, String)]) -> BTreeMap<String, String> {
    let mut all = BTreeMap::<String, String>::new();
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        if !TRANSPORT.contains(&name.as_str()) {
            all.entry(name)
                .and_modify(|own| *own = format!("{own}, {value}"))
                .or_insert_with(|| value.clone());
        }
    }
    all
}

/// A request that the source site saw: its first line, the names of its headers in order, and their values.
pub(crate) fn fetch_facts(
    facts: &mut Facts,
    number: usize,
    request: &Request,
    source: &str,
    plain: &impl Fn(String) -> String,
) {
    let host = source.trim_start_matches("http://");
    let mut add = |name: &str, value: String| {
        let value = plain(value).replace(host, "{source}");
        facts.add(format!("fetch.{number}.{name}"), value);
    };
    add("request", format!("{} {}", request.method, request.path));
    let names: Vec<&str> = request.headers.iter().map(|(name, _)| &**name).collect();
    add("headers", names.join(", "));
    for (name, value) in compared_of_fetch(request) {
        add(&name, value);
    }
}

fn compared_of_fetch(request: &Request) -> impl Iterator<Item = (String, String)> {
    request.headers.iter().map(|(name, value)| {
        let name = name.to_ascii_lowercase();
        // Without the product's own name and version.
        let value = match value.split_once("; ") {
            Some((_, rest)) if name == "user-agent" => format!("…; {rest}"),
            _ => value.clone(),
        };
        (name, value)
    })
}
