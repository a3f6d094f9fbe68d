//! What is not ours goes to PHP: nginx is told to run it, or we are the proxy.
//!
//! Requests go on as they came: method, path, query, body and end-to-end headers. What a proxy owes is done: headers of one
//! connection end here, the caller's address is appended to `X-Forwarded-For`, and a request that comes round a second
//! time is refused. Names with an underscore are dropped, as nginx and Apache drop them, since for PHP they are the same
//! as those with a hyphen, which are vouched for.

use std::cell::Cell;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use futures_util::{Stream, stream};
use hyper::body::{Body as _, Frame, Incoming, SizeHint};
use hyper::client::conn::http1;
use hyper::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::{Instant, sleep_until, timeout};

use crate::config::{Handback, Upstream};

/// Marks a request that has been handed back.
pub(super) const MARK: &str = "x-linkbackd-handed-back";

/// Headers that belong to one connection, and those that are ours to say.
const KEPT: [&str; 15] = [
    "connection",
    "content-length",
    "expect",
    "keep-alive",
    "proxy",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-linkbackd-handed-back",
    "x-linkbackd-root",
    "x-linkbackd-script",
];

/// How long a connection to the upstream may take to come up.
const CONNECT: Duration = Duration::from_secs(5);

/// Tells nginx to run it by PHP. No other header may be said: nginx would keep some of them for PHP's reply.
pub(super) fn by_nginx(settings: &Handback) -> HttpResponse {
    HttpResponse::Ok()
        .append_header(("X-Accel-Redirect", settings.location.as_str()))
        .finish()
}

/// Why PHP gave no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The client's own body is to blame: this status.
    #[error("the request's body ended early: {0}")]
    Client(StatusCode),
    /// No connection, or a broken one.
    #[error("{0}")]
    Broken(String),
    /// Nothing moved for too long.
    #[error("no answer in time")]
    Slow,
}

/// The body of a request, and when something last moved.
struct Outgoing {
    pieces: Pin<Box<dyn Stream<Item = Result<Bytes, StatusCode>>>>,
    left: Option<u64>,
    moved: Rc<Cell<Instant>>,
    /// Why it ended early.
    blame: Rc<Cell<Option<StatusCode>>>,
}

impl hyper::body::Body for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let own = self.get_mut();
        own.pieces.as_mut().poll_next(cx).map(|piece| match piece? {
            Ok(piece) => {
                own.moved.set(Instant::now());
                if let Some(left) = &mut own.left {
                    *left = left.saturating_sub(piece.len() as u64);
                }
                Some(Ok(Frame::data(piece)))
            }
            Err(status) => {
                own.blame.set(Some(status));
                Some(Err(io::Error::other("the client's body ended early")))
            }
        })
    }

    fn size_hint(&self) -> SizeHint {
        self.left
            .map_or_else(SizeHint::default, SizeHint::with_exact)
    }

    fn is_end_stream(&self) -> bool {
        self.left == Some(0)
    }
}

/// Ends a connection's task with its owner: when a client hangs up in the middle of a reply, so do we. Before the reply has
/// begun actix-web does not look whether the client is still there, and the time-out is what ends it.
struct Task(actix_web::rt::task::JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Sends the request to the upstream and hands back its reply, whose body follows as it comes. `length` is that of
/// `pieces`, where it is known.
///
/// # Errors
/// [`Failure`] if no reply has begun.
pub(super) async fn by_proxy(
    settings: &Handback,
    request: &HttpRequest,
    pieces: impl Stream<Item = Result<Bytes, StatusCode>> + 'static,
    length: Option<u64>,
) -> Result<HttpResponse, Failure> {
    let io = timeout(CONNECT, connect(&settings.upstream))
        .await
        .map_err(|_| Failure::Slow)?
        .map_err(|error| Failure::Broken(format!("{}: {error}", settings.upstream)))?;
    let broken = |error: hyper::Error| Failure::Broken(format!("{}: {error}", settings.upstream));
    let (mut sender, connection) = http1::handshake(TokioIo::new(io)).await.map_err(broken)?;
    let task = Task(actix_web::rt::spawn(async move {
        // What goes wrong here is told to whoever waits for the reply.
        let _ = connection.await;
    }));

    let moved = Rc::new(Cell::new(Instant::now()));
    let blame = Rc::new(Cell::new(None));
    let body = Outgoing {
        pieces: Box::pin(pieces),
        left: length,
        moved: Rc::clone(&moved),
        blame: Rc::clone(&blame),
    };
    let mut outgoing = hyper::Request::new(body);
    let wrong =
        |error: &dyn std::fmt::Display| Failure::Broken(format!("cannot be sent on: {error}"));
    *outgoing.method_mut() = request
        .method()
        .as_str()
        .parse()
        .map_err(|error| wrong(&error))?;
    let uri = request.uri().path_and_query();
    *outgoing.uri_mut() = uri
        .map_or("/", |uri| uri.as_str())
        .parse()
        .map_err(|error| wrong(&error))?;
    *outgoing.headers_mut() = headers(request, request.peer_addr());

    let mut answer = std::pin::pin!(sender.send_request(outgoing));
    let answer = loop {
        let patience = moved.get() + settings.timeout;
        tokio::select! {
            answer = &mut answer => break answer,
            () = sleep_until(patience) => {
                if moved.get() + settings.timeout <= Instant::now() {
                    return Err(Failure::Slow);
                }
            }
        }
    };
    match answer {
        Ok(answer) => Ok(reply(answer, task, settings.timeout)),
        Err(error) => Err(blame.take().map_or_else(|| broken(error), Failure::Client)),
    }
}

/// Whether the upstream takes a connection.
///
/// # Errors
/// Why it does not.
pub(super) async fn reach(upstream: &Upstream) -> io::Result<()> {
    match timeout(CONNECT, connect(upstream)).await {
        Ok(connected) => connected.map(drop),
        Err(_) => Err(io::ErrorKind::TimedOut.into()),
    }
}

trait Connection: AsyncRead + AsyncWrite + Unpin {}
impl<T: AsyncRead + AsyncWrite + Unpin> Connection for T {}

async fn connect(upstream: &Upstream) -> io::Result<Box<dyn Connection>> {
    Ok(match upstream {
        Upstream::Tcp { host, port } => {
            let stream = TcpStream::connect((host.as_str(), *port)).await?;
            stream.set_nodelay(true)?;
            Box::new(stream)
        }
        Upstream::Unix(path) => Box::new(UnixStream::connect(path).await?),
    })
}

/// The headers of the request as they go on.
fn headers(request: &HttpRequest, peer: Option<SocketAddr>) -> HeaderMap {
    let named = |name: &str| {
        let values = request.headers().get_all(name);
        values.flat_map(|value| value.as_bytes().split(|b| *b == b','))
    };
    let of_connection: Vec<Vec<u8>> = named("connection")
        .map(|name| name.trim_ascii().to_ascii_lowercase())
        .collect();
    let mut out = HeaderMap::new();
    for (name, value) in request.headers() {
        let name = name.as_str();
        let stays = KEPT.contains(&name)
            || name == "x-forwarded-for"
            || name.contains('_')
            || of_connection.iter().any(|own| own == name.as_bytes());
        let copy = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_bytes(value.as_bytes()),
        );
        if let (false, (Ok(name), Ok(value))) = (stays, copy) {
            out.append(name, value);
        }
    }
    let mut chain: Vec<Vec<u8>> = named("x-forwarded-for")
        .map(|address| address.trim_ascii().to_vec())
        .collect();
    if let Some(peer) = peer {
        chain.push(peer.ip().to_canonical().to_string().into_bytes());
    }
    if let Ok(chain) = HeaderValue::from_bytes(&chain.join(&b", "[..])) {
        out.insert("x-forwarded-for", chain);
    }
    out.insert(MARK, HeaderValue::from_static("1"));
    out
}

/// The upstream's reply as ours.
fn reply(answer: hyper::Response<Incoming>, task: Task, patience: Duration) -> HttpResponse {
    let (head, body) = answer.into_parts();
    let status = StatusCode::from_u16(head.status.as_u16()).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut builder = HttpResponse::build(status);
    let of_connection: Vec<String> = head
        .headers
        .get_all("connection")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    for (name, value) in &head.headers {
        let name = name.as_str();
        if !KEPT.contains(&name) && !of_connection.iter().any(|own| own == name) {
            builder.append_header((name, value.as_bytes()));
        }
    }
    let length = body.size_hint().exact();
    let declared = head.headers.contains_key(CONTENT_LENGTH);
    let pieces = stream::unfold((body, task), move |(mut body, task)| async move {
        loop {
            let frame = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx));
            let frame = match timeout(patience, frame).await {
                Ok(frame) => frame?.map_err(io::Error::other),
                Err(_) => Err(io::ErrorKind::TimedOut.into()),
            };
            match frame.map(Frame::into_data) {
                Ok(Ok(piece)) => return Some((Ok(piece), (body, task))),
                // Trailers: nobody announced them.
                Ok(Err(_)) => {}
                Err(error) => return Some((Err::<Bytes, io::Error>(error), (body, task))),
            }
        }
    });
    match length {
        Some(0) if !declared => builder.finish(),
        Some(length) => builder.body(SizedStream::new(length, pieces)),
        None => builder.streaming(pieces),
    }
}
