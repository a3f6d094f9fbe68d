//! A web server that plays the remote sites: it serves the pages it was given and remembers who asked for what.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Error;

/// What a path answers.
#[derive(Clone, Debug)]
pub struct Page {
    /// HTTP status.
    pub status: u16,
    /// Headers besides Content-Length and Connection, in order.
    pub headers: Vec<(String, String)>,
    /// The body, or with `raw` the whole reply from its status line on.
    pub body: Vec<u8>,
    /// The body is the whole reply.
    pub raw: bool,
    /// How long the server thinks before it answers.
    pub delay: Duration,
}

impl Page {
    /// A page of HTML in UTF-8, status 200.
    pub fn html(body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: vec![("Content-Type".into(), "text/html; charset=UTF-8".into())],
            body: body.into(),
            raw: false,
            delay: Duration::ZERO,
        }
    }

    /// A reply that is sent as it is, status line and all.
    pub fn raw(reply: impl Into<Vec<u8>>) -> Self {
        Self {
            raw: true,
            ..Self::html(reply)
        }
    }

    /// The same with another status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The same with one more header; one of the same name is replaced.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers
            .retain(|(old, _)| !old.eq_ignore_ascii_case(name));
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same, later.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    fn reply(&self) -> Vec<u8> {
        if self.raw {
            return self.body.clone();
        }
        let mut reply = format!("HTTP/1.1 {} Told\r\n", self.status).into_bytes();
        for (name, value) in &self.headers {
            reply.extend(format!("{name}: {value}\r\n").bytes());
        }
        let length = self.body.len();
        reply.extend(format!("Content-Length: {length}\r\nConnection: close\r\n\r\n").bytes());
        reply.extend(&self.body);
        reply
    }
}

/// One request that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Such as `GET`.
    pub method: String,
    /// Path and query, as sent.
    pub path: String,
    /// Names and values, as sent, in order.
    pub headers: Vec<(String, String)>,
}

impl Request {
    /// The first value of a header, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

#[derive(Debug, Default)]
struct State {
    pages: HashMap<String, Page>,
    seen: Vec<Request>,
}

/// The running server, on a free port of loopback. Dropping it stops it.
#[derive(Debug)]
pub struct Source {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    stopped: Arc<AtomicBool>,
}

impl Source {
    /// Starts the server without pages: every path is a 404.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start() -> Result<Self, Error> {
        Self::start_on(Ipv4Addr::LOCALHOST)
    }

    /// The same on another address of this machine.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start_on(address: Ipv4Addr) -> Result<Self, Error> {
        let listener = TcpListener::bind((address, 0));
        let listener = listener.map_err(|error| Error::io("cannot listen", error))?;
        let address = listener.local_addr();
        let source = Self {
            address: address.map_err(|error| Error::io("cannot listen", error))?,
            state: Arc::default(),
            stopped: Arc::default(),
        };
        let (state, stopped) = (source.state.clone(), source.stopped.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                if let Ok(stream) = stream {
                    let state = state.clone();
                    std::thread::spawn(move || answer(&stream, &state));
                }
            }
        });
        Ok(source)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of a path, such as `/page`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Serves a page from now on.
    pub fn page(&self, path: &str, page: Page) {
        lock(&self.state).pages.insert(path.to_owned(), page);
    }

    /// Forgets all pages and requests.
    pub fn clear(&self) {
        *lock(&self.state) = State::default();
    }

    /// The requests since the last time.
    pub fn take(&self) -> Vec<Request> {
        std::mem::take(&mut lock(&self.state).seen)
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // Wakes the listener, so that it sees the flag.
        drop(TcpStream::connect(self.address));
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn answer(mut stream: &TcpStream, state: &Mutex<State>) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
    let Some(request) = read_request(stream) else {
        return;
    };
    let page = {
        let mut state = lock(state);
        let page = state.pages.get(&request.path).cloned();
        state.seen.push(request);
        page.unwrap_or_else(|| Page::html("nothing here").status(404))
    };
    std::thread::sleep(page.delay);
    // The other side may have read enough, or given up.
    let _ = stream.write_all(&page.reply());
    // Closing with unread bytes would reset the connection and could cut the reply short.
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let _ = stream.set_read_timeout(Some(Duration::from_secs(2)));
    let _ = std::io::copy(&mut stream.take(1 << 20), &mut std::io::sink());
}

fn read_request(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream.take(1 << 20));
    let mut line = || {
        let mut bytes = Vec::new();
        reader.read_until(b'\n', &mut bytes).ok()?;
        let text = String::from_utf8_lossy(&bytes);
        Some(text.trim_end_matches(['\r', '\n']).to_owned())
    };
    let first = line()?;
    let (method, rest) = first.split_once(' ')?;
    let (path, _version) = rest.rsplit_once(' ')?;
    let mut headers = Vec::new();
    loop {
        let text = line()?;
        if text.is_empty() {
            break;
        }
        let (name, value) = text.split_once(':')?;
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    Some(Request {
        method: method.to_owned(),
        path: path.to_owned(),
        headers,
    })
}
