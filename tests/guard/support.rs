//! A source server that misbehaves as told, and a name server that answers as told, both on loopback.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use linkbackd::config::{Resolver, Verify};
use linkbackd::verify::Site;
use linkbackd::wordpress::version::Version;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::JoinHandle;

/// What the source server does with a connection once it has read the request.
#[derive(Clone)]
pub(crate) enum Behaviour {
    /// Sends these bytes and closes.
    Reply(Vec<u8>),
    /// Sends nothing, and waits.
    Hang,
    /// Closes without reading.
    Reset,
    /// Sends these bytes one by one, slowly.
    Drip(Vec<u8>),
    /// Sends the first, then the second for ever.
    Endless(Vec<u8>, Vec<u8>),
}

/// A server on a port of its own.
pub(crate) struct SourceServer {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
    request: Arc<Mutex<String>>,
    task: JoinHandle<()>,
}

impl SourceServer {
    pub(crate) async fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let open = Arc::new(AtomicUsize::new(0));
        let request = Arc::new(Mutex::new(String::new()));
        let task = tokio::spawn({
            let (connections, open, request) = (connections.clone(), open.clone(), request.clone());
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    connections.fetch_add(1, Ordering::SeqCst);
                    open.fetch_add(1, Ordering::SeqCst);
                    let (behaviour, open, request) =
                        (behaviour.clone(), open.clone(), request.clone());
                    tokio::spawn(async move {
                        behave(stream, behaviour, &request).await;
                        open.fetch_sub(1, Ordering::SeqCst);
                    });
                }
            }
        });
        Self {
            address,
            connections,
            open,
            request,
            task,
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Connections so far.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The request read last, up to the empty line.
    pub(crate) fn last_request(&self) -> String {
        self.request.lock().unwrap().clone()
    }

    /// Whether all connections are closed by the other side, in time even for a build for tests on a busy machine.
    pub(crate) async fn is_left_alone(&self) -> bool {
        for _ in 0..2000 {
            if self.open.load(Ordering::SeqCst) == 0 {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        false
    }
}

impl Drop for SourceServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn behave(mut stream: TcpStream, behaviour: Behaviour, request: &Mutex<String>) {
    if matches!(behaviour, Behaviour::Reset) {
        return;
    }
    let mut read = Vec::new();
    let mut buffer = [0; 4096];
    while !read.windows(4).any(|w| w == b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(n) if n > 0 => read.extend_from_slice(&buffer[..n]),
            _ => break,
        }
        // No HTTP: what comes is TLS.
        if read.first() == Some(&0x16) {
            break;
        }
    }
    *request.lock().unwrap() = String::from_utf8_lossy(&read).into_owned();
    match behaviour {
        Behaviour::Reply(reply) => {
            let _ = stream.write_all(&reply).await;
            let _ = stream.shutdown().await;
        }
        Behaviour::Drip(bytes) => {
            for byte in bytes {
                if stream.write_all(&[byte]).await.is_err() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Behaviour::Endless(first, then) => {
            let then = then.repeat(4096 / then.len() + 1);
            if stream.write_all(&first).await.is_err() {
                return;
            }
            // Some megabytes a second, so that a build for tests is not busy with what comes after the deadline.
            while stream.write_all(&then).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            return;
        }
        Behaviour::Hang | Behaviour::Reset => {}
    }
    // Until the other side closes, or something is wrong.
    while matches!(stream.read(&mut buffer).await, Ok(n) if n > 0) {}
}

/// A reply with a length.
pub(crate) fn reply(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut reply = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        reply += &format!("{name}: {value}\r\n");
    }
    reply += "\r\n";
    let mut reply = reply.into_bytes();
    reply.extend_from_slice(body);
    reply
}

/// A reply with a small page.
pub(crate) fn page(title: &str) -> Vec<u8> {
    reply(
        "200 OK",
        &[("Content-Type", "text/html")],
        format!("<title>{title}</title>").as_bytes(),
    )
}

/// `start`, and `length` bytes more.
pub(crate) fn plain(start: &str, length: usize) -> Vec<u8> {
    (start.to_owned() + &"x".repeat(length)).into_bytes()
}

/// A name server that answers from a function of name, whether AAAA is asked for, and how often the same was before.
pub(crate) struct NameServer {
    address: SocketAddr,
    asked: Arc<Mutex<HashMap<(String, bool), usize>>>,
    task: JoinHandle<()>,
}

impl NameServer {
    pub(crate) async fn start(
        answer: impl Fn(&str, bool, usize) -> Vec<IpAddr> + Send + 'static,
    ) -> Self {
        Self::run(Some(answer)).await
    }

    /// One that never answers.
    pub(crate) async fn silent() -> Self {
        Self::run(None::<fn(&str, bool, usize) -> Vec<IpAddr>>).await
    }

    async fn run(
        answer: Option<impl Fn(&str, bool, usize) -> Vec<IpAddr> + Send + 'static>,
    ) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(HashMap::new()));
        let task = tokio::spawn({
            let asked = asked.clone();
            async move {
                let mut buffer = [0; 4096];
                while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                    let Some(answer) = &answer else { continue };
                    let query = &buffer[..length];
                    let (name, end) = name_at(query, 12);
                    let v6 = query[end..end + 2] == [0, 28];
                    let before = {
                        let mut asked = asked.lock().unwrap();
                        let count: &mut usize = asked.entry((name.clone(), v6)).or_default();
                        *count += 1;
                        *count - 1
                    };
                    let addresses: Vec<_> = answer(&name, v6, before)
                        .into_iter()
                        .filter(|ip| ip.is_ipv6() == v6)
                        .collect();
                    let mut reply = query[..2].to_vec();
                    reply.extend([0x81, 0x80, 0, 1]);
                    reply.extend(u16::try_from(addresses.len()).unwrap().to_be_bytes());
                    reply.extend([0, 0, 0, 0]);
                    reply.extend(&query[12..end + 4]);
                    for address in addresses {
                        let octets = match address {
                            IpAddr::V4(v4) => v4.octets().to_vec(),
                            IpAddr::V6(v6) => v6.octets().to_vec(),
                        };
                        reply.extend([0xC0, 12, 0, if v6 { 28 } else { 1 }, 0, 1, 0, 0, 0, 0]);
                        reply.extend(u16::try_from(octets.len()).unwrap().to_be_bytes());
                        reply.extend(octets);
                    }
                    let _ = socket.send_to(&reply, from).await;
                }
            }
        });
        Self {
            address,
            asked,
            task,
        }
    }

    /// How often the A records of `name` were asked for.
    pub(crate) fn asked(&self, name: &str) -> usize {
        self.asked
            .lock()
            .unwrap()
            .get(&(name.to_owned(), false))
            .copied()
            .unwrap_or(0)
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The name in a message at `at`, lower case, and where it ends.
fn name_at(message: &[u8], mut at: usize) -> (String, usize) {
    let mut labels = Vec::new();
    while message[at] != 0 {
        let length = usize::from(message[at]);
        labels.push(String::from_utf8_lossy(&message[at + 1..at + 1 + length]).to_lowercase());
        at += 1 + length;
    }
    (labels.join("."), at + 1)
}

/// Strict, with loopback excepted, one port allowed beside 80, and a name server of our own.
pub(crate) fn settings(port: u16, names: &NameServer) -> Verify {
    Verify {
        except_networks: vec!["127.0.0.0/8".parse().unwrap()],
        ports: vec![80, port],
        resolver: Resolver::Server(names.address),
        ..Verify::default()
    }
}

pub(crate) fn site() -> Site<'static> {
    Site {
        version: Version::REFERENCE,
        home: b"http://blog.test",
        network_hosts: &[],
    }
}
