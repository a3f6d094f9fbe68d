//! What sources are asked, and what they answer.

use std::io::Write as _;
use std::time::{Duration, Instant};

use linkbackd::config::Verify;
use linkbackd::refusal::Refusal;
use linkbackd::verify::{Target, Trace, Verifier};
use linkbackd::wordpress::blog::Blog;
use linkbackd::wordpress::version::Version;

use super::support::{Behaviour, NameServer, SourceServer, page, plain, reply, settings, site};
use super::{fetch, sender};

#[tokio::test]
async fn redirects_are_not_followed() {
    let inner = SourceServer::start(Behaviour::Reply(page("inner"))).await;
    let location = format!("http://127.0.0.1:{}/", inner.port());
    let body = "<title>moved</title>";
    let server = SourceServer::start(Behaviour::Reply(reply(
        "302 Found",
        &[
            ("Location", &location),
            ("Refresh", &format!("0; url={location}")),
        ],
        body.as_bytes(),
    )))
    .await;
    let names = NameServer::start(|_, _, _| Vec::new()).await;
    let strict = settings(server.port(), &names);
    let source = format!("http://127.0.0.1:{}/", server.port());
    assert_eq!(
        fetch(&strict, &source).await.map(|f| f.status),
        Err(Refusal::SourceStatus)
    );
    let loose = Verify {
        strict: false,
        ..strict
    };
    let fetched = fetch(&loose, &source).await.unwrap();
    assert_eq!((fetched.status, &fetched.body[..]), (302, body.as_bytes()));
    assert_eq!((server.connections(), inner.connections()), (2, 0));
}

#[tokio::test]
async fn the_request_is_wordpress_s() {
    let server = SourceServer::start(Behaviour::Reply(page("x"))).await;
    let names = NameServer::start(|_, v6, _| {
        if v6 {
            Vec::new()
        } else {
            vec!["127.0.0.1".parse().unwrap()]
        }
    })
    .await;
    let settings = settings(server.port(), &names);
    let p = server.port();
    fetch(&settings, &format!("http://good.test:{p}/post?a=1"))
        .await
        .unwrap();
    let request = server.last_request();
    let mut lines: Vec<_> = request
        .split("\r\n")
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(lines.remove(0), "GET /post?a=1 HTTP/1.1");
    let host = format!("Host: good.test:{p}");
    // In curl's order.
    assert_eq!(
        lines,
        [
            &host,
            "User-Agent: WordPress/7.1; http://blog.test; verifying pingback from 198.51.100.9",
            "Accept: */*",
            "Accept-Encoding: deflate, gzip, br, zstd",
            "X-Pingback-Forwarded-For: 198.51.100.9",
            "Connection: close",
        ]
    );
}

#[tokio::test]
async fn statuses_and_types_count_under_strict_rules_only() {
    let names = NameServer::start(|_, _, _| Vec::new()).await;
    let html = "text/html; charset=utf-8";
    for (status, content_type, refusal) in [
        ("200 OK", html, None),
        ("200 OK", "TEXT/HTML", None),
        ("200 OK", "application/xhtml+xml", None),
        ("200 OK", "text/plain", None),
        ("203 Non-Authoritative", html, None),
        ("404 Not Found", html, Some(Refusal::SourceStatus)),
        ("500 Oops", html, Some(Refusal::SourceStatus)),
        ("301 Moved", html, Some(Refusal::SourceStatus)),
        ("200 OK", "application/pdf", Some(Refusal::SourceType)),
        ("200 OK", "image/png", Some(Refusal::SourceType)),
        ("200 OK", "application/json", Some(Refusal::SourceType)),
    ] {
        let server = SourceServer::start(Behaviour::Reply(reply(
            status,
            &[("Content-Type", content_type)],
            b"body",
        )))
        .await;
        let strict = settings(server.port(), &names);
        let source = format!("http://127.0.0.1:{}/", server.port());
        let got = fetch(&strict, &source).await.map(|f| f.body);
        assert_eq!(
            got,
            refusal.map_or(Ok(b"body".to_vec()), Err),
            "{status} {content_type}"
        );
        let loose = Verify {
            strict: false,
            ..strict
        };
        assert_eq!(
            fetch(&loose, &source).await.map(|f| f.body),
            Ok(b"body".to_vec())
        );
    }
}

#[tokio::test]
async fn empty_pages_are_no_pages() {
    let names = NameServer::start(|_, _, _| Vec::new()).await;
    for body in ["", "0"] {
        let server =
            SourceServer::start(Behaviour::Reply(reply("200 OK", &[], body.as_bytes()))).await;
        let settings = settings(server.port(), &names);
        let got = fetch(&settings, &format!("http://127.0.0.1:{}/", server.port()))
            .await
            .map(|f| f.status);
        assert_eq!(got, Err(Refusal::SourceEmpty), "{body:?}");
    }
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn codings_are_undone_under_caps() {
    let names = NameServer::start(|_, _, _| Vec::new()).await;
    let text = b"<title>t</title> some text".repeat(20);
    let zeros = vec![b'z'; 30 << 20];
    let once = gzip(&text);
    let twice = gzip(&once);
    let bomb = gzip(&zeros);
    let mut cut = once.clone();
    cut.truncate(once.len() - 12);
    let members = [gzip(b"one "), gzip(b"two")].concat();
    let mut junk = once.clone();
    junk.extend(b"trailing junk");
    let page = |length| Ok(vec![b'z'; length]);
    for (coding, body, expected) in [
        ("gzip", once.clone(), Ok(text.clone())),
        ("x-gzip", once.clone(), Ok(text.clone())),
        ("gzip, gzip", twice.clone(), Ok(text.clone())),
        // Requests looks inside once more.
        ("gzip", twice.clone(), Ok(text.clone())),
        ("identity", once.clone(), Ok(text.clone())),
        ("gzip", members, Ok(b"one two".to_vec())),
        ("gzip", junk, Ok(text.clone())),
        ("gzip", bomb.clone(), page(153_600)),
        ("gzip, gzip", gzip(&bomb), page(153_600)),
        ("gzip", gzip(&bomb), page(153_600)),
        (
            "gzip, gzip, gzip",
            gzip(&gzip(&vec![0; 8 << 20])),
            Err(Refusal::SourceOversize),
        ),
        (
            "gzip, gzip, gzip, gzip, gzip, gzip",
            once.clone(),
            Err(Refusal::SourceOversize),
        ),
        (
            "gzip",
            b"no gzip at all".to_vec(),
            Err(Refusal::SourceUnreachable),
        ),
        ("zstd", once.clone(), Err(Refusal::SourceUnreachable)),
    ] {
        let server = SourceServer::start(Behaviour::Reply(reply(
            "200 OK",
            &[("Content-Encoding", coding)],
            &body,
        )))
        .await;
        let settings = settings(server.port(), &names);
        let got = fetch(&settings, &format!("http://127.0.0.1:{}/", server.port()))
            .await
            .map(|f| f.body);
        assert!(
            got == expected,
            "{coding}, {} bytes: {:?}",
            body.len(),
            got.map(|body| body.len())
        );
    }
    // A stream that stops early gives what it has, as in curl.
    let server = SourceServer::start(Behaviour::Reply(reply(
        "200 OK",
        &[("Content-Encoding", "gzip")],
        &cut,
    )))
    .await;
    let settings = settings(server.port(), &names);
    let got = fetch(&settings, &format!("http://127.0.0.1:{}/", server.port()))
        .await
        .unwrap();
    assert!(text.starts_with(&got.body));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn misbehaving_sources_are_refused_in_time() {
    let names = NameServer::start(|_, _, _| Vec::new()).await;
    let headers = |count: usize, size: usize| {
        let mut reply = b"HTTP/1.1 200 OK\r\n".to_vec();
        for n in 0..count {
            reply.extend(format!("X-{n}: {}\r\n", "h".repeat(size)).as_bytes());
        }
        reply.extend(b"\r\nbody");
        reply
    };
    let raw = |text: &str| Behaviour::Reply(text.as_bytes().to_vec());
    let unreachable = Err(Refusal::SourceUnreachable);
    let oversize = Err(Refusal::SourceOversize);
    for (name, behaviour, expected) in [
        ("never answers", Behaviour::Hang, unreachable),
        ("closes at once", raw(""), unreachable),
        ("resets", Behaviour::Reset, unreachable),
        (
            "drips headers",
            Behaviour::Drip(plain("HTTP/1.1 200 OK\r\nX: ", 100_000)),
            unreachable,
        ),
        (
            "drips the body",
            Behaviour::Drip(plain("HTTP/1.1 200 OK\r\n\r\n", 100_000)),
            unreachable,
        ),
        (
            "endless headers",
            Behaviour::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"X: y\r\n".to_vec()),
            oversize,
        ),
        (
            "one endless header",
            Behaviour::Endless(b"HTTP/1.1 200 OK\r\nX: ".to_vec(), b"yyyy".to_vec()),
            oversize,
        ),
        (
            "endless interim replies",
            Behaviour::Endless(Vec::new(), b"HTTP/1.1 100 Continue\r\n\r\n".to_vec()),
            unreachable,
        ),
        ("many headers", Behaviour::Reply(headers(300, 10)), oversize),
        (
            "large headers",
            Behaviour::Reply(headers(200, 1000)),
            oversize,
        ),
        (
            "huge headers",
            Behaviour::Reply(headers(10, 100_000)),
            oversize,
        ),
        (
            "length too long",
            raw("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nbody"),
            unreachable,
        ),
        (
            "length no number",
            raw("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nbody"),
            unreachable,
        ),
        (
            "two lengths",
            raw("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nbody!"),
            unreachable,
        ),
        (
            "chunks cut off",
            raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nbody"),
            unreachable,
        ),
        (
            "chunks broken",
            raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nbody"),
            unreachable,
        ),
        ("no HTTP", raw("SSH-2.0-OpenSSH_9.2\r\n"), unreachable),
        ("HTTP/0.9", raw("<title>t</title>"), unreachable),
        (
            "length too short",
            raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nbody"),
            Ok(2),
        ),
        ("no length", raw("HTTP/1.1 200 OK\r\n\r\nbody"), Ok(4)),
        (
            "folded header",
            raw("HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\nbody"),
            Ok(4),
        ),
        (
            "bad header line",
            raw("HTTP/1.1 200 OK\r\nno colon here\r\n\r\nbody"),
            Ok(4),
        ),
        (
            "bare line feeds",
            raw("HTTP/1.1 200 OK\nX: a\n\nbody"),
            Ok(4),
        ),
        (
            "endless body",
            Behaviour::Endless(
                b"HTTP/1.1 200 OK\r\n\r\n".to_vec(),
                b"more and more ".to_vec(),
            ),
            Ok(153_600),
        ),
        (
            "endless empty gzip members",
            Behaviour::Endless(
                b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n".to_vec(),
                gzip(b""),
            ),
            oversize,
        ),
    ] {
        let server = SourceServer::start(behaviour).await;
        let settings = Verify {
            deadline: Duration::from_millis(1500),
            ..settings(server.port(), &names)
        };
        let began = Instant::now();
        let got = fetch(&settings, &format!("http://127.0.0.1:{}/", server.port()))
            .await
            .map(|f| f.body.len());
        assert_eq!(got, expected, "{name}");
        assert!(
            began.elapsed() < Duration::from_millis(2000),
            "{name}: {:?}",
            began.elapsed()
        );
        assert!(
            server.is_left_alone().await,
            "{name}: the connection stays open"
        );
        assert_eq!(server.connections(), 1, "{name}: asked more than once");
    }
}

#[tokio::test]
async fn certificates_are_checked() {
    let server = SourceServer::start(Behaviour::Reply(page("x"))).await;
    let names = NameServer::start(|_, v6, _| {
        if v6 {
            Vec::new()
        } else {
            vec!["127.0.0.1".parse().unwrap()]
        }
    })
    .await;
    let settings = settings(server.port(), &names);
    // No TLS behind https is no page; the client does not fall back.
    let got = fetch(&settings, &format!("https://good.test:{}/", server.port()))
        .await
        .map(|f| f.status);
    assert_eq!(got, Err(Refusal::SourceUnreachable));
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_ping_is_verified_step_by_step() {
    let names = NameServer::start(|_, _, _| Vec::new()).await;
    let blog = Blog {
        version: Version::REFERENCE,
        charset: b"UTF-8".to_vec(),
        home: b"http://blog.test".to_vec(),
        siteurl: b"http://blog.test".to_vec(),
        tls: false,
        l10n: linkbackd::wordpress::l10n::Translations::english(),
        use_smilies: true,
        use_balance_tags: false,
    };
    let target = Target {
        compared: b"http://blog.test/?p=1",
        raw: b"http://blog.test/?p=1",
    };
    let link =
        "<title>A page</title><p>before that <a href='http://blog.test/?p=1'>link</a> after it</p>";
    for (body, expected, steps) in [
        (
            link.to_owned(),
            Ok(&b"[&#8230;] that link after [&#8230;]"[..]),
            3,
        ),
        (
            format!("<!-- {link} -->{}", link.replace("?p=1", "?p=2")),
            Err(Refusal::NoLink),
            3,
        ),
        (
            link.replace("<p>", "<p hidden>"),
            Err(Refusal::LinkHidden),
            3,
        ),
        (
            link.replace("<title>", "<title lang=en>"),
            Err(Refusal::NoTitle),
            3,
        ),
        (String::new(), Err(Refusal::SourceEmpty), 2),
    ] {
        let server =
            SourceServer::start(Behaviour::Reply(reply("200 OK", &[], body.as_bytes()))).await;
        let verifier = Verifier::new(&settings(server.port(), &names)).unwrap();
        let source = format!("http://127.0.0.1:{}/x", server.port());
        let source = verifier.gate(&site(), source.as_bytes()).unwrap();
        let mut trace = Trace::on();
        let verified = verifier
            .verify(&blog, &source, None, &sender(), target, &mut trace)
            .await;
        assert_eq!(
            verified
                .as_ref()
                .map(|verified| verified.content())
                .map_err(|refusal| *refusal),
            expected,
            "{body}"
        );
        assert_eq!(trace.steps().len(), steps, "{:?}", trace.steps());
        assert_eq!(
            trace.steps().last().and_then(|step| step.refusal),
            expected.err()
        );
        if let Ok(verified) = verified {
            assert_eq!(
                (verified.title(), verified.excerpt()),
                (&b"A page"[..], &b"that link after"[..])
            );
            assert_eq!(verified.source(), source.text());
        }
    }
}
