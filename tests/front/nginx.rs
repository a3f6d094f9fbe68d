//! Real nginx with the shipped include, real php-fpm, real WordPress.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use linkbackd::demo::stage::Plan;

use crate::world::{World, call, multicall};

/// `name: value` of what the `test.echo` method told, which is JSON in XML.
pub(crate) fn told(text: &str, name: &str) -> String {
    let text = text.replace("&quot;", "\"").replace("&amp;", "&");
    let mark = format!("\"{name}\":");
    let rest = text
        .split_once(&mark)
        .unwrap_or_else(|| panic!("no {name} in {text}"))
        .1;
    match rest.strip_prefix('"') {
        Some(rest) => rest.split('"').next().unwrap().to_owned(),
        None => rest.split([',', '}']).next().unwrap().to_owned(),
    }
}

/// The MD5 of bytes, by coreutils.
pub(crate) fn md5(bytes: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), bytes).expect("a file");
    let output = Command::new("md5sum")
        .arg(file.path())
        .output()
        .expect("md5sum");
    String::from_utf8_lossy(&output.stdout)
        .split(' ')
        .next()
        .unwrap()
        .to_owned()
}

/// Python's own client: Kind and text of each answer.
const PYTHON: &str = r#"
import sys, xmlrpc.client
url, source, target = sys.argv[1:]
server = xmlrpc.client.ServerProxy(url)
print("hello", server.demo.sayHello())
print("blog", server.wp.getUsersBlogs("admin", "password")[0]["blogName"])
for name, args in (("wrong", ("wp.getUsersBlogs", "admin", "guess")), ("none", ("no.such.method",)), ("self", ("pingback.ping", target, target))):
    try:
        getattr(server, args[0])(*args[1:])
    except xmlrpc.client.Fault as fault:
        print(name, fault.faultCode, fault.faultString)
print("ping", server.pingback.ping(source, target))
calls = xmlrpc.client.MultiCall(server)
calls.demo.sayHello()
calls.wp.getUsersBlogs("admin", "password")
print("multi", [type(answer).__name__ for answer in calls()])
bits = bytes(range(256)) * 12000
answer = server.metaWeblog.newMediaObject(1, "admin", "password", {"name": "big.txt", "type": "text/plain", "bits": xmlrpc.client.Binary(bits)})
print("file", answer["file"])
"#;

/// What a real client of a language's standard library gets of a blog at `url`.
pub(crate) fn python_client(world: &World, url: &str) {
    let (source, target) = world.linking_page("/python");
    let output = Command::new("python3")
        .args(["-c", PYTHON, url, &source, &target])
        .output()
        .expect("python3");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for line in [
        "hello Hello!",
        "blog Front",
        "wrong 403 Incorrect username or password.",
        "none -32601 server error. requested method no.such.method does not exist.",
        "self 0 ",
        "multi ['str', 'list']",
        "file big.txt",
    ] {
        assert!(text.lines().any(|own| own == line), "{line}\n{text}");
    }
    assert!(text.contains("ping Pingback from"), "{text}");
    let sql = "SELECT meta_value FROM wp_postmeta WHERE meta_key = '_wp_attached_file' ORDER BY meta_id DESC LIMIT 1";
    let file = world
        .site()
        .path
        .join("wp-content/uploads")
        .join(world.sql(sql).trim());
    let bits: Vec<u8> = (0..=255).cycle().take(256 * 12_000).collect();
    assert!(
        std::fs::read(&file).expect("the upload") == bits,
        "{}",
        file.display()
    );
}

fn start() -> World {
    World::start(
        Plan::new("Front"),
        "mode = \"nginx\"\n[xmlrpc]\nplugins = [\"test.*\"]",
    )
}

const USERS_BLOGS: (&str, &[&str]) = ("wp.getUsersBlogs", &["admin", "password"]);

#[test]
fn linkbackd_takes_pings_and_php_all_else() {
    let world = start();
    assert!(world.ping("/ping").text().contains("Keep the web talking!"));
    let post = world.post();
    for (at, address) in [
        format!("{post}trackback/"),
        "/?p=1&tb=1".into(),
        "/wp-trackback.php/1".into(),
        format!("{post}?x=1&tb=1"),
    ]
    .iter()
    .enumerate()
    {
        let reply = world.trackback(address, &format!("/trackback-{at}"));
        assert!(
            reply.text().contains("<error>0</error>"),
            "{address}: {reply:?}"
        );
    }
    assert_eq!(world.count("registered"), 5, "{}", world.log());
    assert_eq!((world.rows().len(), world.count("handed_back")), (5, 0));

    let reply = world.call(USERS_BLOGS.0, USERS_BLOGS.1);
    assert!(reply.text().contains("<name>isAdmin</name>"), "{reply:?}");
    assert_eq!(world.count("handed_back"), 1);
    assert_eq!(
        reply.header("Content-Type"),
        Some("text/xml; charset=UTF-8")
    );
    assert_eq!(reply.header("X-Accel-Redirect"), None);
    python_client(&world, &format!("{}/xmlrpc.php", world.home));

    // As PHP sees it.
    let body = call("test.echo", &["\u{fc} & <x>"]) + "\n<!-- to the last byte \t-->\r\n";
    let headers = [
        ("Content-Type", "text/xml; charset=latin1"),
        ("X-Odd", "a, b"),
        ("Proxy", "http://192.0.2.1/"),
        ("Accept", "application/json"),
        ("X-Stage-Client", "198.51.100.7"),
        ("X-Linkbackd-Root", "/etc"),
        ("X-Linkbackd-Script", "/index.php"),
        ("X-Forwarded-For", "192.0.2.77"),
    ];
    let uri = "/xmlrpc.php?a=%7e&b[]=%2F..&c";
    let text = world.send("POST", uri, &headers, body.as_bytes()).text();
    for (name, value) in [
        ("length", body.len().to_string()),
        ("md5", md5(body.as_bytes())),
        ("REQUEST_METHOD", "POST".into()),
        ("REQUEST_URI", uri.into()),
        ("QUERY_STRING", uri.split_once('?').unwrap().1.into()),
        ("SCRIPT_NAME", "/xmlrpc.php".into()),
        (
            "SCRIPT_FILENAME",
            world.site().path.join("xmlrpc.php").display().to_string(),
        ),
        ("PHP_SELF", "/xmlrpc.php".into()),
        ("HTTP_HOST", world.site().address.to_string()),
        ("REMOTE_ADDR", "198.51.100.7".into()),
        ("CONTENT_TYPE", "text/xml; charset=latin1".into()),
        ("HTTP_X_ODD", "a, b".into()),
        ("HTTP_PROXY", String::new()),
        ("HTTP_ACCEPT", "application/json".into()),
    ] {
        assert_eq!(told(&text, name), value, "{name}");
    }
    let info = world
        .send(
            "POST",
            "/xmlrpc.php/a/b?c=d",
            &[],
            call("test.echo", &[]).as_bytes(),
        )
        .text();
    assert_eq!(told(&info, "PATH_INFO"), "/a/b");
    assert_eq!(told(&info, "SCRIPT_NAME"), "/xmlrpc.php");

    // Whose ping it is stays the caller's; spellings and headers lead nobody past linkbackd.
    let handed_back = world.count("handed_back");
    let (source, target) = world.linking_page("/spelled");
    let ping = call("pingback.ping", &[&source, &target]);
    let reply = world.send("POST", "/%78mlrpc.php?tb=1", &headers[4..], ping.as_bytes());
    assert!(reply.text().contains("registered"), "{reply:?}");
    assert_eq!(
        world
            .source
            .take()
            .last()
            .unwrap()
            .header("X-Pingback-Forwarded-For"),
        Some("198.51.100.7")
    );
    let ping = multicall(&[USERS_BLOGS, ("pingback.ping", &[&source, &target])]);
    let reply = world.send("POST", "//xmlrpc.php/x/trackback/", &[], ping.as_bytes());
    assert!(
        reply.text().contains("<int>403</int>") && reply.text().contains("<int>48</int>"),
        "{reply:?}"
    );
    assert_eq!(world.count("handed_back"), handed_back);
}

#[test]
fn other_addresses_go_where_they_went_before() {
    let world = start();
    let post = world.post();
    let get = |path: &str| world.send("GET", path, &[], b"");
    let page = get(&post);
    assert!(page.status == 200 && page.text().contains("<section class=\"comments\""));
    let style = get("/wp-includes/css/dashicons.min.css?tb=1");
    assert_eq!(
        (style.status, style.header("Content-Type")),
        (200, Some("text/css"))
    );
    assert_eq!(style.body, get("/wp-includes/css/dashicons.min.css").body);
    for (path, status, words) in [
        ("/wp-login.php?tb=1", 200, "loginform"),
        ("/?tb=", 200, "<html"),
        ("/wp-admin/?tb=1", 302, ""),
        ("/wp-admin/index.php?tb=1", 302, ""),
        ("/.linkbackd", 404, ""),
        ("/.linkbackd/tb", 404, ""),
        ("/@linkbackd_php", 404, "<html"),
    ] {
        let reply = get(path);
        assert_eq!(reply.status, status, "{path}: {reply:?}");
        assert!(reply.text().contains(words), "{path}: {reply:?}");
    }
    assert_eq!(
        world.log().matches("outcome=").count(),
        0,
        "{}",
        world.log()
    );

    // Of those that come to linkbackd, browsers get WordPress's page.
    let page = get("/no/such/trackback/");
    assert!(
        page.status == 404 && page.text().contains("<html"),
        "{page:?}"
    );
    let page = get("/index.php/no/such/trackback/");
    assert_eq!(
        (page.status, page.header("X-Redirect-By")),
        (301, Some("WordPress")),
        "{page:?}"
    );
    // linkbackd redirects without PHP.
    assert_eq!(world.count("handed_back"), 1, "{}", world.log());
    let reply = get(&format!("{post}trackback/"));
    assert_eq!(
        reply.header("Location"),
        Some(format!("{}{post}", world.home).as_str())
    );
    let reply = get("/index.php?p=1&tb=1");
    assert_eq!(reply.status, 302, "{reply:?}");
    assert_eq!(get("/xmlrpc.php").status, 405);
    assert!(get("/xmlrpc.php?rsd").text().contains("<engineName>"));
    // The header is linkbackd's alone to say.
    let header = [("X-Accel-Redirect", "@linkbackd_php")];
    let reply = world.send(
        "POST",
        "/xmlrpc.php",
        &header,
        call("demo.sayHello", &[]).as_bytes(),
    );
    assert!(reply.text().contains("Hello!") && reply.header("X-Made-By").is_none());
}

#[test]
fn when_linkbackd_is_down_php_or_503_answers() {
    let mut world = start();
    let by_php = world.call(USERS_BLOGS.0, USERS_BLOGS.1);
    world.down();
    for reply in [
        world.call("demo.sayHello", &[]),
        world.ping("/down"),
        world.trackback("/?p=1&tb=1", "/down"),
    ] {
        assert_eq!(
            (reply.status, reply.header("Retry-After")),
            (503, Some("5")),
            "{reply:?}"
        );
    }
    world.up();
    assert!(world.call("demo.sayHello", &[]).text().contains("Hello!"));

    let php = [("set $linkbackd_down 503;", "set $linkbackd_down php;")];
    world
        .stage
        .change_nginx(&php)
        .unwrap_or_else(|error| panic!("{error}"));
    world.down();
    let reply = world.call(USERS_BLOGS.0, USERS_BLOGS.1);
    assert_eq!((reply.status, &reply.body), (200, &by_php.body));
    let names = |reply: &crate::common::Reply| -> Vec<String> {
        reply.headers.iter().map(|(name, _)| name.clone()).collect()
    };
    assert_eq!(
        names(&reply),
        names(&by_php),
        "the same headers by either way"
    );
    assert!(world.ping("/php").text().contains("Keep the web talking!"));
    let reply = world.trackback(&format!("{}trackback/", world.post()), "/php-trackback");
    assert!(reply.text().contains("<error>0</error>"), "{reply:?}");
    let reply = world.trackback("/?p=1&tb=1", "/php-tb");
    assert!(
        reply.status != 502 && reply.header("X-Made-By").is_some(),
        "{reply:?}"
    );
    let rows = world.rows().len();
    assert!(rows >= 2, "{:?}", world.rows());

    // Something that takes a request and dies of it has perhaps done the work: PHP must not do it again.
    let listener = TcpListener::bind(("127.0.0.1", world.port)).expect("linkbackd's port");
    let dying = std::thread::spawn(move || {
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().expect("nginx");
            stream
                .set_read_timeout(Some(Duration::from_secs(5)))
                .expect("a time-out");
            let mut bytes = [0; 65_536];
            let _ = stream.read(&mut bytes);
            // The second dies in the middle of its reply.
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConte");
        }
    });
    assert_eq!(world.ping("/dying").status, 502);
    assert_eq!(world.trackback("/?p=1&tb=1", "/dying").status, 502);
    dying.join().expect("both");
    assert_eq!(world.rows().len(), rows);

    world.up();
    assert!(world.ping("/back").text().contains("Keep the web talking!"));
    assert_eq!(world.count("registered"), 1, "{}", world.log());
}

#[test]
fn a_blog_may_be_in_a_subdirectory() {
    let mut world = start();
    let place = world.site().path.clone();
    std::os::unix::fs::symlink(&place, place.join("blog")).expect("a link");
    let changes = [
        (
            "set $linkbackd_directory $document_root;",
            "set $linkbackd_directory $document_root/blog;",
        ),
        (
            "set $linkbackd_index /index.php;",
            "set $linkbackd_index /blog/index.php;",
        ),
        (
            "try_files $uri $uri/ /index.php?$args;",
            "try_files $uri $uri/ /blog/index.php?$args;",
        ),
    ];
    world
        .stage
        .change_nginx(&changes)
        .unwrap_or_else(|error| panic!("{error}"));
    world.home.push_str("/blog");
    let home = world.home.clone();
    world.sql(&format!(
        "UPDATE wp_options SET option_value = '{home}' WHERE option_name IN ('home', 'siteurl')"
    ));
    let (source, target) = world.linking_page("/ping");
    let send = |path: &str, body: String| world.send("POST", path, &[], body.as_bytes());
    let reply = send(
        "/blog/xmlrpc.php",
        call("pingback.ping", &[&source, &target]),
    );
    assert!(
        reply.text().contains("registered"),
        "{reply:?}\n{}",
        world.log()
    );
    for (at, address) in [
        format!("/blog{}trackback/", world.post()),
        "/blog/?p=1&tb=1".into(),
        "/blog/index.php?p=1&tb=1".into(),
    ]
    .iter()
    .enumerate()
    {
        let reply = world.trackback(address, &format!("/trackback-{at}"));
        assert!(
            reply.text().contains("<error>0</error>"),
            "{address}: {reply:?}"
        );
    }
    let text = send("/blog/xmlrpc.php?x", call("test.echo", &[])).text();
    assert_eq!(told(&text, "SCRIPT_NAME"), "/blog/xmlrpc.php");
    assert_eq!(
        told(&text, "SCRIPT_FILENAME"),
        place.join("blog/xmlrpc.php").display().to_string()
    );
    let page = world.send("GET", "/blog/no/such/trackback/", &[], b"");
    assert!(
        page.status == 404 && page.text().contains("<html"),
        "{page:?}"
    );
    // A directory that is not configured is not served.
    std::fs::create_dir(place.join("other")).expect("a directory");
    let reply = send("/other/xmlrpc.php", call("demo.sayHello", &[]));
    assert_eq!(reply.status, 404);
    assert_eq!(world.count("unknown_root"), 1);
}
