//! The program on the wire: raw bytes in, raw bytes out, the log it leaves, and what it does while things go wrong.
//!
//! Needs MariaDB. Nothing here asks WordPress; what WordPress answers is `parity.rs`'s business.

mod common;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use common::database::Database;
use common::linkbackd::{Linkbackd, pingback, plain_config};
use common::proxy::Proxy;
use common::{Page, Source};

const TARGET: &str = "http://blog.test/2024/05/06/hello-world/";

/// A page that links to the target.
fn page() -> Page {
    Page::html(format!(
        "<html><head><title>A source</title></head><body><p>Some words before the <a href=\"{TARGET}\">link</a> and \
         some words after it.</p></body></html>"
    ))
}

/// linkbackd in front of a fresh blog, with one source site whose `/page` links to it.
struct Scene {
    database: Database,
    source: Source,
    linkbackd: Linkbackd,
}

impl Scene {
    fn new(more: &str) -> Self {
        let database = Database::blog();
        let source = Source::start().expect("a source site");
        source.page("/page", page());
        let linkbackd = Linkbackd::start(&config(&database, &source, more));
        Self {
            database,
            source,
            linkbackd,
        }
    }

    fn pings(&self) -> String {
        let sql =
            "SELECT COUNT(*) FROM wp_comments WHERE comment_type IN ('pingback', 'trackback')";
        self.database.run(sql).trim().to_owned()
    }
}

fn config(database: &Database, source: &Source, more: &str) -> String {
    let ports = format!("ports = [{}]", source.address().port());
    let config = plain_config(&database.site("7.1"), &ports);
    if more.is_empty() {
        return config;
    }
    // Later sections replace the ones that are there already.
    let mut kept = config;
    for section in more.split("\n\n") {
        let name = section.lines().next().unwrap_or_default();
        if let Some(at) = kept.find(name) {
            let end = kept[at + 1..]
                .find("\n[")
                .map_or(kept.len(), |end| at + 1 + end);
            kept.replace_range(at..end, section);
        } else {
            kept.push_str(section);
        }
        kept.push('\n');
    }
    kept
}

#[test]
fn only_post_is_taken_and_rsd_is_answered_before_that() {
    let scene = Scene::new("");
    let reply = scene.linkbackd.send("GET", "/xmlrpc.php", &[], b"");
    assert_eq!(reply.status, 405);
    assert_eq!(reply.header("Allow"), Some("POST"));
    assert_eq!(
        reply.header("Content-Type"),
        Some("text/plain;charset=UTF-8")
    );
    assert_eq!(reply.text(), "XML-RPC server accepts POST requests only.");

    let reply = scene.linkbackd.send("GET", "/xmlrpc.php?rsd", &[], b"");
    assert_eq!(reply.status, 200);
    assert!(
        reply.text().contains("<engineName>WordPress</engineName>"),
        "{}",
        reply.text()
    );
}

#[test]
fn broken_xml_is_a_fault_of_403_bytes() {
    let scene = Scene::new("");
    for body in [
        &b""[..],
        b"<methodCall>",
        b"\xff\xfe",
        b"<methodCall><a></b></methodCall>",
    ] {
        let reply = scene.linkbackd.send("POST", "/xmlrpc.php", &[], body);
        assert_eq!((reply.status, reply.body.len()), (200, 403), "{body:?}");
        assert!(reply.text().contains("-32700"));
    }
}

#[test]
fn a_pingback_is_stored_and_said_again_is_known() {
    let scene = Scene::new("");
    let url = scene.source.url("/page");
    let first = scene.linkbackd.pingback(&url, TARGET).text();
    assert!(
        first.contains("registered. Keep the web talking! :-)"),
        "{first}"
    );
    let again = scene.linkbackd.pingback(&url, TARGET).text();
    assert!(again.contains("<int>48</int>"), "{again}");
    assert_eq!(scene.pings(), "1");
    assert_eq!(
        scene.source.take().len(),
        1,
        "the second one needs no fetch"
    );
}

/// Sends forty copies of a ping at once, to the programs in turn: how many are registered, and how many known already.
fn forty_at_once(programs: &[&Linkbackd], url: &str) -> (usize, usize) {
    let replies: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..40)
            .map(|n| scope.spawn(move || programs[n % programs.len()].pingback(url, TARGET).text()))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("a reply"))
            .collect()
    });
    let with = |words: &str| replies.iter().filter(|reply| reply.contains(words)).count();
    (with("Keep the web talking"), with("<int>48</int>"))
}

#[test]
fn many_copies_at_once_are_one_fetch_and_one_row() {
    // With an ampersand WordPress's own look-up never finds the stored row: turns alone keep it single.
    for path in ["/page", "/page?a=1&b=2"] {
        let scene = Scene::new("");
        scene
            .source
            .page(path, page().delay(Duration::from_millis(300)));
        let url = scene.source.url(path);
        let outcomes = forty_at_once(&[&scene.linkbackd], &url);
        assert_eq!(outcomes, (1, 39), "{path}");
        assert_eq!(scene.pings(), "1", "{path}");
        assert_eq!(scene.source.take().len(), 1, "{path}");
    }
}

#[test]
fn copies_over_two_processes_are_one_row() {
    let scene = Scene::new("");
    scene
        .source
        .page("/page", page().delay(Duration::from_millis(300)));
    let other = Linkbackd::start(&config(&scene.database, &scene.source, ""));
    let url = scene.source.url("/page");
    let outcomes = forty_at_once(&[&scene.linkbackd, &other], &url);
    assert_eq!(outcomes, (1, 39));
    assert_eq!(scene.pings(), "1");
    assert_eq!(scene.source.take().len(), 1, "one fetch over both");
}

#[test]
fn a_port_that_is_not_allowed_is_not_dialled() {
    let scene =
        Scene::new("[verify]\nstrict = false\nexcept_networks = [\"127.0.0.0/8\"]\nports = [1]");
    let reply = scene.linkbackd.pingback(&scene.source.url("/page"), TARGET);
    assert!(reply.text().contains("<int>0</int>"), "{}", reply.text());
    assert!(scene.source.take().is_empty());
}

#[test]
fn a_link_in_a_comment_is_none_under_strict_rules() {
    let database = Database::blog();
    let source = Source::start().expect("a source site");
    let hidden = format!(
        "<title>t</title><body><!-- > --><template><p>words words <a href=\"{TARGET}\">link</a> words words</p></template>"
    );
    source.page("/hidden", Page::html(hidden));
    source.page("/gone", page().status(404));
    source.page("/page", page());
    let verify = format!(
        "[verify]\nexcept_networks = [\"127.0.0.0/8\"]\nports = [{}]",
        source.address().port()
    );
    let linkbackd = Linkbackd::start(&config(&database, &source, &verify));
    for path in ["/hidden", "/gone"] {
        let reply = linkbackd.pingback(&source.url(path), TARGET).text();
        assert!(reply.contains("<int>0</int>"), "{path}: {reply}");
    }
    let reply = linkbackd.pingback(&source.url("/page"), TARGET).text();
    assert!(reply.contains("Keep the web talking"), "{reply}");
}

/// A trackback to the target, as a form.
fn trackback(linkbackd: &Linkbackd, url: &str) -> common::Reply {
    let body = format!("title=T&url={url}&excerpt=About {url}&blog_name=B");
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    linkbackd.send(
        "POST",
        "/2024/05/06/hello-world/trackback/",
        &headers,
        body.as_bytes(),
    )
}

#[test]
fn a_trackback_must_be_proven_as_configured() {
    for (proof, linked, unlinked) in [
        ("off", Some("0"), Some("0")),
        ("reject", Some("0"), None),
        ("hold", Some("0"), Some("0")),
        ("spam", Some("0"), Some("spam")),
    ] {
        let scene = Scene::new(&format!(
            "[trackback]\nproof = \"{proof}\"\n\n[limits]\nenabled = false\nflood = \"off\""
        ));
        scene
            .source
            .page("/other", Page::html("<title>t</title><p>nothing here</p>"));
        for (path, expected) in [("/page", linked), ("/other", unlinked)] {
            let url = scene.source.url(path);
            let reply = trackback(&scene.linkbackd, &url).text();
            assert_eq!(
                reply.contains("<error>0</error>"),
                expected.is_some(),
                "{proof} {path}: {reply}"
            );
            let sql = format!(
                "SELECT comment_approved FROM wp_comments WHERE comment_author_url = '{url}'"
            );
            let stored = scene.database.run(&sql);
            assert_eq!(
                stored.trim(),
                expected.unwrap_or_default(),
                "{proof} {path}"
            );
        }
        let fetches = scene.source.take().len();
        assert_eq!(fetches, if proof == "off" { 0 } else { 2 }, "{proof}");
    }
}

#[test]
fn a_body_that_is_too_long_or_too_slow_is_refused() {
    let scene = Scene::new("");
    let long = vec![b'x'; 1_000_001];
    let reply = scene.linkbackd.send("POST", "/xmlrpc.php", &[], &long);
    assert_eq!(reply.status, 413);

    let scene = Scene::new("[server]\nlisten = [\"{listen}\"]\nrequest_timeout = \"500ms\"");
    let mut stream = TcpStream::connect(scene.linkbackd.address()).expect("a connection");
    stream
        .write_all(
            b"POST /xmlrpc.php HTTP/1.1\r\nHost: blog.test\r\nContent-Length: 100\r\n\r\n<meth",
        )
        .expect("half a request");
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .expect("a time-out");
    let mut reply = String::new();
    let _ = stream.read_to_string(&mut reply);
    assert!(reply.starts_with("HTTP/1.1 408"), "{reply:?}");
}

#[test]
fn an_unknown_host_is_told_nothing() {
    let database = Database::blog();
    let source = Source::start().expect("a source site");
    let site = database.site("7.1");
    let config = config(&database, &source, "").replace(
        &format!("path = \"{}\"", site.display()),
        &format!("path = \"{}\"\nhosts = [\"blog.test\"]", site.display()),
    );
    let linkbackd = Linkbackd::start(&config);
    let reply = linkbackd.send("POST", "/xmlrpc.php", &[], b"");
    assert_eq!(reply.status, 200);
    let request = common::wire::request("POST", "/xmlrpc.php", &[("Host", "other.test")], b"");
    let reply = common::wire::send(linkbackd.address(), &request, Duration::from_secs(20))
        .expect("a reply");
    assert_eq!(reply.status, 404);
}

#[test]
fn only_trusted_proxies_name_the_caller() {
    let scene = Scene::new("");
    let headers = [
        ("Content-Type", "text/xml"),
        ("X-Forwarded-For", "198.51.100.9, 192.0.2.7"),
    ];
    let url = scene.source.url("/page");
    scene.linkbackd.send(
        "POST",
        "/xmlrpc.php",
        &headers,
        pingback(&url, TARGET).as_bytes(),
    );
    let sql = "SELECT comment_author_IP FROM wp_comments WHERE comment_type = 'pingback'";
    assert_eq!(scene.database.run(sql).trim(), "192.0.2.7");
    let asked = scene.source.take();
    assert_eq!(
        asked[0].header("X-Pingback-Forwarded-For"),
        Some("192.0.2.7")
    );

    let scene = Scene::new("[server]\nlisten = [\"{listen}\"]\ntrusted_proxies = []");
    let url = scene.source.url("/page");
    scene.linkbackd.send(
        "POST",
        "/xmlrpc.php",
        &headers,
        pingback(&url, TARGET).as_bytes(),
    );
    assert_eq!(scene.database.run(sql).trim(), "127.0.0.1");
}

#[test]
fn a_unix_socket_serves_as_well() {
    let database = Database::blog();
    let source = Source::start().expect("a source site");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("linkbackd.sock");
    let server = format!(
        "[server]\nlisten = [\"{{listen}}\", \"unix:{}\"]",
        path.display()
    );
    let _linkbackd = Linkbackd::start(&config(&database, &source, &server));
    let mut stream = std::os::unix::net::UnixStream::connect(&path).expect("the socket");
    let request = common::wire::request("GET", "/xmlrpc.php", &[("Host", "blog.test")], b"");
    stream.write_all(&request).expect("a request");
    let mut reply = String::new();
    stream.read_to_string(&mut reply).expect("a reply");
    assert!(reply.starts_with("HTTP/1.1 405"), "{reply:?}");
}

#[test]
fn every_request_leaves_one_line_with_its_reason() {
    let scene = Scene::new("[log]\nformat = \"json\"\nlevel = \"debug\"");
    scene.linkbackd.pingback(&scene.source.url("/page"), TARGET);
    scene
        .linkbackd
        .pingback("http://127.0.0.1:1/\u{1b}[31m", TARGET);
    scene
        .linkbackd
        .pingback(&scene.source.url("/page"), "http://elsewhere.test/");
    let log = scene.linkbackd.log();
    for reason in ["registered", "target_foreign"] {
        let lines = log
            .lines()
            .filter(|line| line.contains(&format!("\"{reason}\"")))
            .count();
        assert_eq!(lines, 1, "{reason}: {log}");
    }
    assert!(!log.contains('\u{1b}'), "{log}");
}

#[test]
fn stopping_finishes_what_is_under_way() {
    let mut scene = Scene::new("");
    scene
        .source
        .page("/slow", page().delay(Duration::from_millis(1500)));
    let url = scene.source.url("/slow");
    let address = scene.linkbackd.address();
    let request = common::wire::request(
        "POST",
        "/xmlrpc.php",
        &[("Host", "blog.test")],
        pingback(&url, TARGET).as_bytes(),
    );
    let waiting = std::thread::spawn(move || {
        common::wire::send(address, &request, Duration::from_secs(20)).expect("a reply")
    });
    let asked = Instant::now();
    while scene.source.take().is_empty() {
        assert!(
            asked.elapsed() < Duration::from_secs(10),
            "the source is asked"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let pid = scene.linkbackd.process().id().to_string();
    let killed = std::process::Command::new("kill")
        .args(["-TERM", &pid])
        .status();
    assert!(killed.expect("kill").success());
    let reply = waiting.join().expect("a thread").text();
    assert!(reply.contains("Keep the web talking"), "{reply}");
    assert_eq!(scene.pings(), "1");
    let gone = Instant::now();
    while TcpStream::connect(address).is_ok() {
        assert!(gone.elapsed() < Duration::from_secs(12), "it ends");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// As [`config`], but the database is reached through `proxy`.
fn config_through(proxy: &Proxy, database: &Database, source: &Source) -> String {
    let port = common::database::server().port();
    let site = format!("path = \"{}\"", database.site("7.1").display());
    let url = database
        .url()
        .replace(&format!(":{port}/"), &format!(":{}/", proxy.port()));
    config(database, source, "").replace(&site, &format!("{site}\ndatabase = \"{url}\""))
}

#[test]
fn without_its_database_it_says_503_at_once_and_comes_back() {
    let database = Database::blog();
    let source = Source::start().expect("a source site");
    source.page("/page", page());
    let proxy = Proxy::to(common::database::server().port());
    let linkbackd = Linkbackd::start(&config_through(&proxy, &database, &source));
    let url = source.url("/page");
    let missing = |target: &str| linkbackd.pingback(&url, target);
    assert_eq!(missing("http://blog.test/nothing/").status, 200);

    proxy.cut();
    for _ in 0..5 {
        let asked = Instant::now();
        let reply = missing(TARGET);
        assert_eq!(reply.status, 503);
        assert!(reply.header("Retry-After").is_some());
        assert!(
            asked.elapsed() < Duration::from_secs(2),
            "{:?}",
            asked.elapsed()
        );
    }
    assert!(
        source.take().is_empty(),
        "nothing is fetched that cannot be stored"
    );

    proxy.mend();
    let since = Instant::now();
    while missing(TARGET).status != 200 {
        assert!(
            since.elapsed() < Duration::from_secs(5),
            "service again within five seconds"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    let sql = "SELECT COUNT(*) FROM wp_comments WHERE comment_type = 'pingback'";
    assert_eq!(database.run(sql).trim(), "1");
}

#[test]
fn a_database_lost_during_the_fetch_leaves_no_row_and_no_promise() {
    let database = Database::blog();
    let source = Source::start().expect("a source site");
    source.page("/slow", page().delay(Duration::from_millis(700)));
    let proxy = Proxy::to(common::database::server().port());
    let linkbackd = Linkbackd::start(&config_through(&proxy, &database, &source));
    let reply = std::thread::scope(|scope| {
        let ping = scope.spawn(|| linkbackd.pingback(&source.url("/slow"), TARGET));
        let since = Instant::now();
        while source.take().is_empty() {
            assert!(
                since.elapsed() < Duration::from_secs(10),
                "the source is asked"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        proxy.cut();
        ping.join().expect("a reply")
    });
    assert_eq!(reply.status, 503);
    let sql = "SELECT COUNT(*) FROM wp_comments WHERE comment_type = 'pingback'";
    assert_eq!(database.run(sql).trim(), "0");
}
