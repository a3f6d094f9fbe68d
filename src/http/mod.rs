//! Bytes in, bytes out: knows actix-web, knows no WordPress.
//!
//! Workers read requests and write replies; the work between runs as a task of its own on the main runtime. So a
//! caller who hangs up does not cancel a transaction half-way, and a panic in one request ends that request alone.

mod body;
pub mod client;
mod handback;
mod routes;
mod vouched;

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{KeepAlive, StatusCode};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use futures_util::{StreamExt, stream};
use tokio::runtime::Handle;

use crate::config::{Listen, Mode, Settings, Upstream};
use crate::reply::{Reply, Verdict};
use crate::request::Request;
use crate::service::Service;
use crate::telemetry;
use crate::xmlrpc::access::{self, Answerer};

use body::{Body, Limits, Reading, Rest};
use client::TrustedProxies;
use routes::Route;

/// Whether the web server behind [`Mode::Proxy`] takes a connection, for `check`.
///
/// # Errors
/// Why it does not.
pub async fn reach(upstream: &Upstream) -> io::Result<()> {
    handback::reach(upstream).await
}

/// What every worker shares.
struct Shared {
    service: Arc<Service>,
    proxies: TrustedProxies,
    runtime: Handle,
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

/// Reads the request, has it answered or hands it back, writes the reply and the one log line.
async fn answer(
    http: HttpRequest,
    payload: web::Payload,
    shared: web::Data<Shared>,
) -> HttpResponse {
    let started = Instant::now();
    let handback = &shared.service.settings.handback;
    let mut request = match vouched::request(&http, &shared.proxies, handback.mode) {
        Ok(request) => request,
        Err(reply) => return refuse(&Request::default(), reply, started),
    };
    let is_xmlrpc = routes::route(&request) == Route::XmlRpc;
    let reading = Reading::new(
        payload,
        limits(&shared.service.settings, &request, is_xmlrpc),
        is_php(&shared.service),
    );
    let (mut pieces, mut length) = (None, None);
    match reading.read(content_length(&http)).await {
        Ok(Body::Whole(body)) => {
            length = Some(body.len() as u64);
            request.body = body;
        }
        Ok(Body::Long(name)) => request.long = Some(name),
        Ok(Body::Streaming(name, reading)) => {
            length = content_length(&http).map(|length| length as u64);
            request.long = Some(name);
            pieces = Some(reading.stream().boxed_local());
        }
        Err((status, rest)) => {
            // Only a web server in front is worth the trouble.
            if shared.proxies.trusts(http.peer_addr()) {
                let time = shared.service.settings.server.request_timeout;
                body::drain(rest, handback.max_body, time).await;
            }
            return refuse(&request, refusal(status), started);
        }
    }
    let service = Arc::clone(&shared.service);
    let task = shared.runtime.spawn(async move {
        let (reply, request) = service
            .tracked(routes::answer(&service, request, started))
            .await;
        if reply.verdict != Verdict::HandedBack {
            telemetry::request_done(&request, &reply, started.elapsed());
        }
        (reply, request)
    });
    let (mut reply, request) = match task.await {
        Ok(done) => done,
        Err(error) => {
            tracing::error!(%error, "a request ended in a panic: please report this");
            return HttpResponse::InternalServerError().finish();
        }
    };
    if reply.verdict != Verdict::HandedBack {
        let unread = pieces.is_some();
        let mut response = response(reply);
        if unread {
            close(&mut response);
        }
        return response;
    }
    let response = match handback.mode {
        Mode::Proxy => {
            let body = request.body.clone();
            let whole = || stream::once(async { Ok(body) }).boxed_local();
            handback::by_proxy(handback, &http, pieces.unwrap_or_else(whole), length).await
        }
        Mode::Nginx | Mode::Off => Ok(handback::by_nginx(handback)),
    };
    let response = response.unwrap_or_else(|failure| {
        reply = match &failure {
            handback::Failure::Client(status) => refusal(*status),
            handback::Failure::Broken(_) => {
                Reply::plain(502, "Bad gateway", Verdict::UpstreamFailed)
            }
            handback::Failure::Slow => {
                Reply::plain(504, "Gateway timeout", Verdict::UpstreamFailed)
            }
        };
        if reply.verdict == Verdict::UpstreamFailed && telemetry::may_say("PHP is not reached") {
            tracing::warn!(reason = %failure, "PHP is not reached");
        }
        let mut response = self::response(reply.clone());
        close(&mut response);
        response
    });
    reply.status = response.status().as_u16();
    telemetry::request_done(&request, &reply, started.elapsed());
    response
}

/// How much of a body is read.
fn limits(settings: &Settings, request: &Request, is_xmlrpc: bool) -> Limits {
    let rest = match settings.handback.mode {
        _ if !is_xmlrpc => Rest::Refused,
        Mode::Proxy => Rest::Streamed,
        Mode::Nginx | Mode::Off => Rest::Dropped,
    };
    // Of what PHP takes apart as a form, nothing is left to be a call.
    let passes = request.handback && !request.is_multipart();
    Limits {
        held: settings.server.max_body,
        multicall: settings.xmlrpc.max_multicall,
        long: if passes {
            settings.handback.max_body
        } else {
            0
        },
        time: settings.server.request_timeout,
        rest,
    }
}

/// Tells whether a method is PHP's.
fn is_php(service: &Arc<Service>) -> impl Fn(&[u8]) -> bool + 'static {
    let service = Arc::clone(service);
    move |name| access::of_method(&service.settings.xmlrpc, name) == Answerer::Php
}

fn content_length(http: &HttpRequest) -> Option<usize> {
    let value = http.headers().get(header::CONTENT_LENGTH)?;
    value.to_str().ok()?.parse().ok()
}

/// Our own answer to a request that cannot be read.
fn refusal(status: StatusCode) -> Reply {
    let text = status.canonical_reason().unwrap_or("Refused");
    Reply::plain(status.as_u16(), text, Verdict::BadRequest)
}

fn refuse(request: &Request, reply: Reply, started: Instant) -> HttpResponse {
    telemetry::request_done(request, &reply, started.elapsed());
    let mut response = response(reply);
    close(&mut response);
    response
}

/// What is left of the body is not read: the connection cannot be used again.
fn close(response: &mut HttpResponse) {
    response
        .head_mut()
        .set_connection_type(actix_web::http::ConnectionType::Close);
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
