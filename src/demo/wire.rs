//! A client for raw bytes: sends a request exactly as told and takes the reply apart.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Names and values, as sent, in order.
    pub headers: Vec<(String, String)>,
    /// The body, its chunks put together.
    pub body: Vec<u8>,
}

impl Reply {
    /// The first value of a header, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The body as text, for eyes.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A request as bytes. `Content-Length` and `Connection: close` are added where `headers` lack them.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{method} {path} HTTP/1.1\r\n").into_bytes();
    let mut add = |name: &str, value: &str| bytes.extend(format!("{name}: {value}\r\n").bytes());
    for (name, value) in headers {
        add(name, value);
    }
    let has = |wanted: &str| {
        headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case(wanted))
    };
    if !has("Content-Length") && !has("Transfer-Encoding") && (method == "POST" || !body.is_empty())
    {
        add("Content-Length", &body.len().to_string());
    }
    if !has("Connection") {
        add("Connection", "close");
    }
    bytes.extend(b"\r\n");
    bytes.extend(body);
    bytes
}

/// Sends `request` and reads the reply until its end, or until the other side closes.
///
/// # Errors
/// When there is no connection, no reply within `patience`, or nothing that looks like one.
pub fn send(address: SocketAddr, request: &[u8], patience: Duration) -> io::Result<Reply> {
    let mut stream = TcpStream::connect_timeout(&address, patience)?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    // Refused half way, the reply may be there all the same.
    let _ = stream.write_all(request);
    let head_only = request.starts_with(b"HEAD ");
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        if let Some(reply) = parse(&bytes, head_only, false) {
            return Ok(reply);
        }
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => bytes.extend(&buffer[..count]),
            Err(error) if bytes.is_empty() => return Err(error),
            Err(_) => break,
        }
    }
    parse(&bytes, head_only, true).ok_or_else(|| {
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!("no HTTP reply: {text:?}"),
        )
    })
}

/// The reply in `bytes`, or `None` if it is not complete. `closed` says that no more will come.
fn parse(bytes: &[u8], head_only: bool, closed: bool) -> Option<Reply> {
    let end = memchr::memmem::find(bytes, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let mut reply = Reply {
        status,
        headers,
        body: Vec::new(),
    };
    let body = &bytes[end + 4..];
    if head_only || matches!(status, 204 | 304) {
        return Some(reply);
    }
    let chunked = reply
        .header("Transfer-Encoding")
        .is_some_and(|value| value.eq_ignore_ascii_case("chunked"));
    let length = reply
        .header("Content-Length")
        .and_then(|value| value.parse::<usize>().ok());
    reply.body = match (chunked, length) {
        (true, _) => match chunks(body) {
            Some(body) => body,
            None if closed => body.to_vec(),
            None => return None,
        },
        (false, Some(length)) if body.len() >= length => body[..length].to_vec(),
        _ if closed => body.to_vec(),
        _ => return None,
    };
    Some(reply)
}

fn chunks(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = memchr::memmem::find(body, b"\r\n")?;
        let size = std::str::from_utf8(&body[..end]).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        body = &body[end + 2..];
        if size == 0 {
            return Some(whole);
        }
        whole.extend(body.get(..size)?);
        body = body.get(size + 2..)?;
    }
}
