//! linkbackd as a proxy, with an upstream that records every byte and answers as told.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use crate::common::database::Database;
use crate::common::linkbackd::{Linkbackd, plain_config};
use crate::common::{Reply, wire};
use crate::world::{PATIENCE, call};

/// A web server whose every connection is handled by hand.
struct Upstream {
    port: u16,
    connections: Receiver<TcpStream>,
}

impl Upstream {
    fn new() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (sender, connections): (Sender<TcpStream>, _) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let _ = stream.set_read_timeout(Some(PATIENCE));
                if sender.send(stream).is_err() {
                    return;
                }
            }
        });
        Self { port, connections }
    }

    fn accept(&self) -> TcpStream {
        self.connections
            .recv_timeout(PATIENCE)
            .expect("a connection")
    }
}

/// The head of a request, and its body: of its length, or chunked and put together.
fn read_request(stream: &mut TcpStream) -> (String, Vec<u8>) {
    let mut bytes = Vec::new();
    let mut buffer = [0; 65_536];
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        let count = stream.read(&mut buffer).expect("a request");
        assert!(
            count > 0,
            "it ended early: {}",
            String::from_utf8_lossy(&bytes)
        );
        bytes.extend(&buffer[..count]);
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut body = bytes.split_off(end);
    let length =
        header(&head, "content-length").map(|length| length.parse::<usize>().expect("a number"));
    while length.map_or(!body.ends_with(b"0\r\n\r\n"), |length| body.len() < length) {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(count) => body.extend(&buffer[..count]),
        }
    }
    (head, body)
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (own, value) = line.split_once(": ")?;
        own.eq_ignore_ascii_case(name).then_some(value)
    })
}

struct Scene {
    linkbackd: Linkbackd,
    upstream: Upstream,
    _database: Database,
}

impl Scene {
    fn new(more: &str) -> Self {
        let (database, upstream) = (Database::blog(), Upstream::new());
        let config = format!(
            "{}[handback]\nmode = \"proxy\"\nupstream = \"http://127.0.0.1:{}\"\n{more}\n[log]\nlevel = \"debug\"\n",
            plain_config(&database.site("7.1"), ""),
            upstream.port
        );
        Self {
            linkbackd: Linkbackd::start(&config),
            upstream,
            _database: database,
        }
    }

    fn send(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> std::thread::JoinHandle<Reply> {
        let mut all = vec![("Host", "blog.test")];
        all.extend(headers);
        let request = wire::request("POST", path, &all, &body);
        let address = self.linkbackd.address();
        std::thread::spawn(move || wire::send(address, &request, PATIENCE).expect("a reply"))
    }
}

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/xml\r\n\r\nok";

#[test]
fn a_request_and_its_reply_go_through_untouched() {
    let scene = Scene::new("");
    let path = "/blog//x/../xmlrpc.php?a=%7e&b[]=%2F..&c={d}|e";
    let body = call("wp.getUsersBlogs", &["admin", "p"]) + "\r\n ";
    let headers = [
        ("User-Agent", "A client"),
        ("X-Odd", "one"),
        ("X-Odd", "two"),
        ("Cookie", "a=b"),
        ("Authorization", "Basic eA=="),
        ("X-Forwarded-For", "198.51.100.7, 192.0.2.1"),
        ("X_Forwarded_For", "6.6.6.6"),
        ("Proxy", "http://6.6.6.6/"),
        ("Connection", "close, X-Hop"),
        ("X-Hop", "here only"),
        ("TE", "trailers"),
        ("X-Linkbackd-Script", "/blog/xmlrpc.php"),
    ];
    let client = scene.send(path, &headers, body.clone().into_bytes());
    let mut stream = scene.upstream.accept();
    let (head, sent) = read_request(&mut stream);
    assert_eq!(sent, body.as_bytes());
    assert_eq!(
        head.lines().next(),
        Some(format!("POST {path} HTTP/1.1").as_str())
    );
    let mut lines: Vec<String> = head
        .lines()
        .skip(1)
        .filter(|line| !line.is_empty())
        .map(|line| {
            line.split_once(": ")
                .map(|(name, value)| format!("{}: {value}", name.to_lowercase()))
                .unwrap()
        })
        .collect();
    lines.sort();
    let mut wanted = vec![
        "authorization: Basic eA==".to_owned(),
        format!("content-length: {}", body.len()),
        "cookie: a=b".into(),
        "host: blog.test".into(),
        "user-agent: A client".into(),
        "x-forwarded-for: 198.51.100.7, 192.0.2.1, 127.0.0.1".into(),
        "x-linkbackd-handed-back: 1".into(),
        "x-odd: one".into(),
        "x-odd: two".into(),
    ];
    wanted.sort();
    assert_eq!(lines, wanted);
    let reply = b"HTTP/1.1 418 Odd\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Type: text/odd\r\nConnection: X-Hop\r\n\
          X-Hop: here only\r\nDate: Mon, 06 May 2024 00:00:00 GMT\r\nTransfer-Encoding: chunked\r\n\r\n\
          3\r\n<a>\r\n4\r\n</a>\r\n0\r\n\r\n";
    stream.write_all(reply).expect("a reply");
    let reply = client.join().expect("a reply");
    assert_eq!((reply.status, reply.text().as_str()), (418, "<a></a>"));
    let mut names: Vec<String> = reply
        .headers
        .iter()
        .map(|(name, value)| format!("{}: {value}", name.to_lowercase()))
        .collect();
    names.retain(|line| !line.starts_with("connection") && !line.starts_with("transfer-encoding"));
    names.sort();
    assert_eq!(
        names,
        [
            "content-type: text/odd",
            "date: Mon, 06 May 2024 00:00:00 GMT",
            "set-cookie: a=1",
            "set-cookie: b=2"
        ]
    );
    assert!(
        scene.linkbackd.log().contains("outcome=\"handed_back\""),
        "{}",
        scene.linkbackd.log()
    );
    assert!(
        scene.linkbackd.log().contains("http.status=418"),
        "{}",
        scene.linkbackd.log()
    );
}

fn upload(size: usize, after: &str) -> Vec<u8> {
    format!(
        "<methodCall><methodName>metaWeblog.newMediaObject</methodName><params><param><value><base64>{}</base64></value></param>\
         </params>{after}</methodCall>",
        "QUJD".repeat(size / 4)
    )
    .into_bytes()
}

#[test]
fn a_long_body_is_streamed() {
    let scene = Scene::new("");
    let body = upload(3_000_000, "");
    // It comes in two halves, and the first is there before the second is sent.
    let request = wire::request("POST", "/xmlrpc.php", &[("Host", "blog.test")], &body);
    let (first, second) = request.split_at(2_000_000);
    let mut client = TcpStream::connect(scene.linkbackd.address()).expect("linkbackd");
    client.write_all(first).expect("a half");
    let mut stream = scene.upstream.accept();
    let mut seen = vec![0; 1_500_000];
    stream
        .read_exact(&mut seen)
        .expect("most of the first half");
    client.write_all(second).expect("the other half");
    let head = seen
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("a head")
        + 4;
    let head_text = String::from_utf8_lossy(&seen[..head]).into_owned();
    assert_eq!(
        header(&head_text, "content-length"),
        Some(body.len().to_string().as_str())
    );
    let mut rest = vec![0; head + body.len() - seen.len()];
    stream.read_exact(&mut rest).expect("the rest");
    seen.extend(rest);
    assert!(seen[head..] == body[..]);
    // And so does the reply.
    stream
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfirst")
        .expect("a half");
    client.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    let mut reply = Vec::new();
    let mut buffer = [0; 4096];
    while !reply.ends_with(b"first") {
        let count = client.read(&mut buffer).expect("the first half");
        assert!(count > 0);
        reply.extend(&buffer[..count]);
    }
    stream.write_all(b"last").expect("the other half");
    client.read_to_end(&mut reply).expect("the end");
    assert!(reply.ends_with(b"firstlast"));
}

#[test]
fn a_second_name_at_the_end_cuts_it_off() {
    let scene = Scene::new("");
    for after in [
        "<methodName>pingback.ping</methodName>",
        "<methodName> system.multicall</methodName>",
    ] {
        let client = scene.send("/xmlrpc.php", &[], upload(3_000_000, after));
        let mut stream = scene.upstream.accept();
        let (head, sent) = read_request(&mut stream);
        assert!(header(&head, "content-length").is_some());
        let text = String::from_utf8_lossy(&sent);
        assert!(
            !text.contains("</methodCall>") && !text.contains("</params>"),
            "{}",
            &text[text.len() - 200..]
        );
        let reply = client.join().expect("a reply");
        assert_eq!(reply.status, 413, "{reply:?}");
    }
    // In chunks, the last of which never comes.
    let mut chunked = Vec::new();
    for piece in upload(2_000_000, "<methodName>pingback.ping</methodName>").chunks(50_000) {
        chunked.extend(format!("{:x}\r\n", piece.len()).bytes());
        chunked.extend(piece);
        chunked.extend(b"\r\n");
    }
    chunked.extend(b"0\r\n\r\n");
    let client = scene.send("/xmlrpc.php", &[("Transfer-Encoding", "chunked")], chunked);
    let mut stream = scene.upstream.accept();
    let (head, sent) = read_request(&mut stream);
    assert_eq!(header(&head, "transfer-encoding"), Some("chunked"));
    assert!(!sent.ends_with(b"0\r\n\r\n"));
    assert_eq!(client.join().expect("a reply").status, 413);
}

#[test]
fn who_hangs_up_is_not_waited_for() {
    let scene = Scene::new("");
    let body = call("wp.getPosts", &[]);
    let request = wire::request(
        "POST",
        "/xmlrpc.php",
        &[("Host", "blog.test")],
        body.as_bytes(),
    );
    let mut client = TcpStream::connect(scene.linkbackd.address()).expect("linkbackd");
    client.write_all(&request).expect("a request");
    let mut stream = scene.upstream.accept();
    read_request(&mut stream);
    stream
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\nso far")
        .expect("a beginning");
    let mut buffer = [0; 4096];
    assert!(client.read(&mut buffer).expect("a beginning") > 0);
    drop(client);
    let began = Instant::now();
    // Writing on, until it is noticed that nobody reads.
    let piece = [b'x'; 65_536];
    while stream.write_all(&piece).is_ok() {
        assert!(began.elapsed() < PATIENCE, "it is read for nobody");
    }
}

#[test]
fn an_upstream_that_does_not_answer_is_told_from_one_that_is_slow() {
    let scene = Scene::new("timeout = \"500ms\"");
    let body = || call("wp.getPosts", &[]).into_bytes();
    let client = scene.send("/xmlrpc.php", &[], body());
    let mut stream = scene.upstream.accept();
    read_request(&mut stream);
    let began = Instant::now();
    assert_eq!(client.join().expect("a reply").status, 504);
    assert!(began.elapsed() < Duration::from_secs(10));
    let client = scene.send("/xmlrpc.php", &[], body());
    drop(scene.upstream.accept());
    assert_eq!(client.join().expect("a reply").status, 502);
    let client = scene.send("/xmlrpc.php", &[], body());
    scene
        .upstream
        .accept()
        .write_all(b"no HTTP at all\r\n\r\n")
        .expect("nonsense");
    assert_eq!(client.join().expect("a reply").status, 502);

    // Round and round.
    let reply = scene.linkbackd.send(
        "POST",
        "/xmlrpc.php",
        &[("X-Linkbackd-Handed-Back", "1")],
        &body(),
    );
    assert_eq!(reply.status, 508);
    assert!(scene.linkbackd.log().contains("outcome=\"loop\""));
    assert!(
        scene
            .linkbackd
            .log()
            .contains("outcome=\"upstream_failed\"")
    );

    // What is ours needs no upstream; what has none is 502.
    let Scene {
        linkbackd,
        upstream,
        _database,
    } = scene;
    drop(upstream);
    let reply = linkbackd.send(
        "POST",
        "/xmlrpc.php",
        &[],
        call("demo.sayHello", &[]).as_bytes(),
    );
    assert!(reply.text().contains("Hello!"));
}

#[test]
fn a_page_goes_through_as_well() {
    let scene = Scene::new("");
    let address = scene.linkbackd.address();
    let request = wire::request("GET", "/no/such/trackback/", &[("Host", "blog.test")], b"");
    let client =
        std::thread::spawn(move || wire::send(address, &request, PATIENCE).expect("a reply"));
    let mut stream = scene.upstream.accept();
    let mut head = [0; 4096];
    let count = stream.read(&mut head).expect("a request");
    let head = String::from_utf8_lossy(&head[..count]).into_owned();
    assert!(
        head.starts_with("GET /no/such/trackback/ HTTP/1.1\r\n"),
        "{head}"
    );
    assert_eq!(
        header(&head, "content-length").or(header(&head, "transfer-encoding")),
        None,
        "{head}"
    );
    stream.write_all(OK).expect("a reply");
    assert_eq!(client.join().expect("a reply").text(), "ok");
}
