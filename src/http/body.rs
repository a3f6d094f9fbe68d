//! Reading a request's body: whole, as far as it may be held, or only looked through.
//!
//! An upload to a method that is PHP's may be many times longer than anything that is ours. Beyond `[server] max_body` it
//! is not held: either it is read to its end and dropped, since nginx has it already, or what follows is streamed. Either
//! way [`NameScanner`] reads along, because a second `methodName` at the very end would change what the body calls.

use std::io;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::Payload;
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, stream};
use tokio::time::{Instant, timeout_at};

use crate::xmlrpc::NameScanner;

/// The slowest that a body for PHP may come in once the first time is over, in bytes a second.
const MIN_RATE: u64 = 16 * 1024;

/// How much is read of a body, and what becomes of the rest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Bytes held at most.
    pub held: usize,
    /// Bytes held at most of a `system.multicall`.
    pub multicall: usize,
    /// Bytes read at most of what is PHP's.
    pub long: usize,
    /// Time for the whole of it; more for what is PHP's, as long as [`MIN_RATE`] is kept.
    pub time: Duration,
    /// What becomes of a long body.
    pub rest: Rest,
}

/// What becomes of a body that is too long to be held, if it is PHP's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// It is refused: this address takes none.
    Refused,
    /// It is read to its end and dropped.
    Dropped,
    /// It is handed on as it comes.
    Streamed,
}

/// A body, as far as it has been read.
pub(super) enum Body<F> {
    /// All of it.
    Whole(Bytes),
    /// Too long to be held, read to its end, and it calls this method, which is PHP's.
    Long(Vec<u8>),
    /// Too long to be held, and so far it calls this method, which is PHP's.
    Streaming(Vec<u8>, Box<Reading<F>>),
}

/// How far [`Reading::read`] got.
enum Read {
    Whole,
    Dropped(Vec<u8>),
    Begun(Vec<u8>),
}

/// A body on its way in. `F` tells whether a method is PHP's.
pub(super) struct Reading<F> {
    payload: Payload,
    limits: Limits,
    is_php: F,
    began: Instant,
    held: BytesMut,
    received: usize,
    scanner: Option<NameScanner>,
    /// Whether what it calls so far is PHP's.
    php: bool,
}

impl<F: Fn(&[u8]) -> bool + 'static> Reading<F> {
    pub(super) fn new(payload: Payload, limits: Limits, is_php: F) -> Self {
        Self {
            payload,
            limits,
            is_php,
            began: Instant::now(),
            held: BytesMut::new(),
            received: 0,
            scanner: None,
            php: false,
        }
    }

    /// Reads all of it, or as much as there is to read before it is handed on. `declared` is its `Content-Length`.
    ///
    /// # Errors
    /// 400, 408 and 413, with what has not been read.
    pub(super) async fn read(
        mut self,
        declared: Option<usize>,
    ) -> Result<Body<F>, (StatusCode, Payload)> {
        match self.read_on(declared).await {
            Ok(Read::Whole) => Ok(Body::Whole(self.held.freeze())),
            Ok(Read::Dropped(name)) => Ok(Body::Long(name)),
            Ok(Read::Begun(name)) => Ok(Body::Streaming(name, Box::new(self))),
            Err(status) => Err((status, self.payload)),
        }
    }

    async fn read_on(&mut self, declared: Option<usize>) -> Result<Read, StatusCode> {
        let most = self.most();
        if declared.is_some_and(|length| length > most) {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        self.held.reserve(declared.unwrap_or(0).min(64 * 1024));
        let mut dropping = false;
        while let Some(chunk) = self.next().await? {
            if dropping {
                continue;
            }
            self.held.extend_from_slice(&chunk);
            if self.held.len() <= self.limits.held {
                continue;
            }
            let name = self.name().ok_or(StatusCode::PAYLOAD_TOO_LARGE)?;
            if name == b"system.multicall" && self.held.len() <= self.limits.multicall {
                continue;
            }
            self.php = (self.is_php)(&name);
            match self.limits.rest {
                Rest::Streamed if self.php => return Ok(Read::Begun(name)),
                Rest::Dropped if self.php => {
                    dropping = true;
                    self.held = BytesMut::new();
                }
                _ => return Err(StatusCode::PAYLOAD_TOO_LARGE),
            }
        }
        if !dropping {
            return Ok(Read::Whole);
        }
        match self.name() {
            Some(name) if (self.is_php)(&name) => Ok(Read::Dropped(name)),
            _ => Err(StatusCode::PAYLOAD_TOO_LARGE),
        }
    }

    /// What [`Body::Streaming`] has held, and then the rest as it comes. It ends in an error, before the piece that is to
    /// blame is handed on, when the body turns out not to be PHP's, too long or too slow: without its end no XML is
    /// well-formed, so PHP runs nothing of it.
    pub(super) fn stream(mut self) -> impl Stream<Item = Result<Bytes, StatusCode>> {
        let held = std::mem::take(&mut self.held).freeze();
        let rest = stream::unfold(Some(self), |reading| async {
            let mut reading = reading?;
            match reading.next().await {
                Ok(None) => None,
                Ok(Some(chunk)) => match reading.name() {
                    Some(name) if (reading.is_php)(&name) => Some((Ok(chunk), Some(reading))),
                    _ => Some((Err(StatusCode::PAYLOAD_TOO_LARGE), None)),
                },
                Err(status) => Some((Err(status), None)),
            }
        });
        stream::once(async { Ok(held) }).chain(rest)
    }

    fn most(&self) -> usize {
        let Limits {
            held,
            multicall,
            long,
            rest,
            ..
        } = self.limits;
        match rest {
            Rest::Refused => held,
            Rest::Dropped | Rest::Streamed => held.max(multicall).max(long),
        }
    }

    /// The next piece; `None` at the end.
    async fn next(&mut self) -> Result<Option<Bytes>, StatusCode> {
        let chunk = loop {
            let mut deadline = self.began + self.limits.time;
            if self.php {
                deadline += Duration::from_secs(self.received as u64 / MIN_RATE);
            }
            match timeout_at(deadline, self.payload.next()).await {
                Ok(chunk) => break chunk,
                // Whether there is more time is asked only now: few bodies are that slow.
                Err(_) if !self.php && self.calls_php() => self.php = true,
                Err(_) => return Err(StatusCode::REQUEST_TIMEOUT),
            }
        };
        let Some(chunk) = chunk else {
            return Ok(None);
        };
        let chunk = chunk.map_err(|error| match error {
            actix_web::error::PayloadError::Io(error)
                if error.kind() == io::ErrorKind::TimedOut =>
            {
                StatusCode::REQUEST_TIMEOUT
            }
            _ => StatusCode::BAD_REQUEST,
        })?;
        self.received += chunk.len();
        if self.received > self.most() {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        if let Some(scanner) = &mut self.scanner {
            scanner.feed(&chunk);
        }
        Ok(Some(chunk))
    }

    fn calls_php(&mut self) -> bool {
        self.limits.rest != Rest::Refused && self.name().is_some_and(|name| (self.is_php)(&name))
    }

    /// What it calls so far. From the first time on, the scanner reads along.
    fn name(&mut self) -> Option<Vec<u8>> {
        if self.limits.rest == Rest::Refused {
            return None;
        }
        let held = &self.held;
        let scanner = self.scanner.get_or_insert_with(|| {
            let mut scanner = NameScanner::default();
            scanner.feed(held);
            scanner
        });
        scanner.name()
    }
}

/// Reads and drops what is left of a refused body, for a short while: a web server in front that is still sending it would
/// see a broken connection instead of the reply.
pub(super) async fn drain(mut payload: Payload, most: usize, time: Duration) {
    let reading = async {
        let mut received = 0;
        while let Some(Ok(chunk)) = payload.next().await {
            received += chunk.len();
            if received > most {
                return;
            }
        }
    };
    let _ = tokio::time::timeout(time, reading).await;
}
