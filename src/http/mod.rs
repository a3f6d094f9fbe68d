//! Bytes in, bytes out: knows actix-web, knows no WordPress.
//!
//! Workers read requests and write replies; the work between runs as a task of its own on the main runtime. So a
//! caller who hangs up does not cancel a transaction half-way, and a panic in one request ends that request alone.

pub mod client;
mod routes;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{KeepAlive, StatusCode};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use tokio::runtime::Handle;

use crate::config::{Listen, Settings};
use crate::reply::{Reply, Verdict};
use crate::request::Request;
use crate::service::Service;
use crate::telemetry;

use client::TrustedProxies;

/// What every worker shares.
struct Shared {
    service: Arc<Service>,
    proxies: TrustedProxies,
    runtime: Handle,
    max_body: usize,
    request_timeout: Duration,
}

/// Serves until a signal says stop, then lets requests in flight finish for up to `shutdown_timeout`.
///
/// # Errors
/// An address could not be listened on.
pub fn serve(settings: &Settings, service: Arc<Service>, runtime: &Handle) -> io::Result<()> {
    let server = &settings.server;
    let shared = web::Data::new(Shared {
        service: Arc::clone(&service),
        proxies: TrustedProxies::new(&server.trusted_proxies, &server.client_ip_header),
        runtime: runtime.clone(),
        max_body: server.max_body,
        request_timeout: server.request_timeout,
    });
    let mut http = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .default_service(web::to(answer))
    })
    .keep_alive(KeepAlive::Timeout(Duration::from_secs(75)))
    .client_request_timeout(server.request_timeout)
    .max_connections(server.max_connections)
    .shutdown_timeout(server.shutdown_timeout.as_secs())
    .disable_signals();
    if server.workers > 0 {
        http = http.workers(server.workers);
    }
    for listen in &server.listen {
        http = match listen {
            Listen::Tcp(address) => http.bind(*address).map_err(|error| named(error, listen))?,
            Listen::Unix(path) => {
                remove_stale_socket(path)?;
                http.bind_uds(path).map_err(|error| named(error, listen))?
            }
        };
    }
    for address in http.addrs() {
        tracing::info!(listen = %address, "listening");
    }
    for listen in &server.listen {
        if let Listen::Unix(path) = listen {
            tracing::info!(listen = %format_args!("unix:{}", path.display()), "listening");
        }
    }
    let patience = server.shutdown_timeout;
    let sockets: Vec<_> = server
        .listen
        .iter()
        .filter_map(|listen| match listen {
            Listen::Unix(path) => Some(path.clone()),
            Listen::Tcp(_) => None,
        })
        .collect();
    let outcome = actix_web::rt::System::new().block_on(async move {
        let running = http.run();
        actix_web::rt::spawn(stop_on_signal(running.handle()));
        running.await
    });
    // Requests whose callers hung up may still be writing their rows.
    runtime.block_on(service.drained(patience));
    for path in sockets {
        let _ = std::fs::remove_file(path);
    }
    tracing::info!("stopped");
    outcome
}

/// The error with the address it is about.
fn named(error: io::Error, listen: &Listen) -> io::Error {
    io::Error::new(error.kind(), format!("cannot listen on {listen}: {error}"))
}

/// A socket file left by a run that did not end well stands in the way of the next; anything else stays.
fn remove_stale_socket(path: &std::path::Path) -> io::Result<()> {
    use std::os::unix::fs::FileTypeExt;
    match std::fs::symlink_metadata(path) {
        Ok(meta) if meta.file_type().is_socket() => {
            if std::os::unix::net::UnixStream::connect(path).is_ok() {
                return Err(io::Error::new(
                    io::ErrorKind::AddrInUse,
                    format!(
                        "cannot listen on unix:{}: another process answers there",
                        path.display()
                    ),
                ));
            }
            std::fs::remove_file(path)
        }
        _ => Ok(()),
    }
}

/// SIGTERM and SIGINT both stop gracefully.
async fn stop_on_signal(server: ServerHandle) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        tracing::error!("signals cannot be watched; stop with SIGKILL");
        return;
    };
    let name = tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    };
    tracing::info!(
        signal = name,
        "stopping: no new requests, those in flight are finished"
    );
    server.stop(true).await;
}

/// Reads the request, has it answered, writes the reply and the one log line.
async fn answer(
    http: HttpRequest,
    payload: web::Payload,
    shared: web::Data<Shared>,
) -> HttpResponse {
    let started = Instant::now();
    let reading = read_body(&http, payload, shared.max_body);
    let body = match tokio::time::timeout(shared.request_timeout, reading).await {
        Ok(Ok(body)) => body,
        Ok(Err(status)) => return refuse(&http, &shared, status, started),
        Err(_) => return refuse(&http, &shared, StatusCode::REQUEST_TIMEOUT, started),
    };
    let Some(request) = request_of(&http, body, &shared.proxies) else {
        return refuse(&http, &shared, StatusCode::BAD_REQUEST, started);
    };
    let service = Arc::clone(&shared.service);
    let task = shared.runtime.spawn(async move {
        let (reply, request) = service
            .tracked(routes::answer(&service, request, started))
            .await;
        telemetry::request_done(&request, &reply, started.elapsed());
        reply
    });
    match task.await {
        Ok(reply) => response(reply),
        Err(error) => {
            tracing::error!(%error, "a request ended in a panic: please report this");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// The body, at most `cap` bytes of it.
async fn read_body(
    http: &HttpRequest,
    mut payload: web::Payload,
    cap: usize,
) -> Result<Bytes, StatusCode> {
    let declared = http
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<usize>().ok());
    if declared.is_some_and(|length| length > cap) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let mut body = BytesMut::with_capacity(declared.unwrap_or(0).min(64 * 1024));
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| StatusCode::BAD_REQUEST)?;
        if body.len() + chunk.len() > cap {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// The request as PHP would see it; `None` when the caller's address is not known.
fn request_of(http: &HttpRequest, body: Bytes, proxies: &TrustedProxies) -> Option<Request> {
    let headers = http.headers();
    let value = |name: HeaderName| {
        headers
            .get(name)
            .map_or(&b""[..], HeaderValue::as_bytes)
            .to_vec()
    };
    let peer: Option<SocketAddr> = http.peer_addr();
    let chain: Vec<&[u8]> = headers
        .get_all(proxies.header())
        .map(HeaderValue::as_bytes)
        .collect();
    let caller = proxies.caller(peer, chain.into_iter());
    let tls = proxies.trusts(peer)
        && headers
            .get("x-forwarded-proto")
            .is_some_and(|value| value.as_bytes().trim_ascii().eq_ignore_ascii_case(b"https"));
    let uri = http.uri().path_and_query().map_or("/", |uri| uri.as_str());
    Some(Request {
        method: http.method().as_str().to_owned(),
        uri: uri.as_bytes().to_vec(),
        host: value(header::HOST),
        remote_addr: caller,
        user_agent: value(header::USER_AGENT),
        accept: value(header::ACCEPT),
        if_none_match: value(header::IF_NONE_MATCH),
        if_modified_since: value(header::IF_MODIFIED_SINCE),
        content_type: value(header::CONTENT_TYPE),
        tls,
        body,
    })
}

/// Our own answer to a request that cannot be read.
fn refuse(
    http: &HttpRequest,
    shared: &Shared,
    status: StatusCode,
    started: Instant,
) -> HttpResponse {
    let text = format!("{}.\n", status.canonical_reason().unwrap_or("Refused"));
    let reply =
        Reply::new(status.as_u16(), "text/plain; charset=utf-8", text).verdict(Verdict::BadRequest);
    if let Some(request) = request_of(http, Bytes::new(), &shared.proxies) {
        telemetry::request_done(&request, &reply, started.elapsed());
    }
    let mut response = response(reply);
    // What is left of the body is not read: the connection cannot be used again.
    response
        .head_mut()
        .set_connection_type(actix_web::http::ConnectionType::Close);
    response
}

/// The reply on the wire.
fn response(reply: Reply) -> HttpResponse {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut builder = HttpResponse::build(status);
    for (name, value) in reply.headers {
        // Values come from the site's options as well: one that is no header value is left out, not sent broken.
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(&value)) {
            builder.append_header((name, value));
        }
    }
    builder.body(reply.body)
}
