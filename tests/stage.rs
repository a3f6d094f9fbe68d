//! The fixtures themselves: what the other suites stand on.

mod common;

use std::process::Command;
use std::time::Duration;

use common::database::{Database, server};
use linkbackd::demo::scratch::Scratch;
use linkbackd::demo::source::{Page, Source};
use linkbackd::demo::stage::{Plan, Stage};
use linkbackd::demo::wire;

#[tokio::test]
async fn each_test_has_a_blog_of_its_own() {
    let (first, second) = (Database::blog(), Database::blog());
    first.run("DELETE FROM wp_posts");
    first.options(&[("blogname", "It's \\ mine")]);
    let name = "SELECT option_value FROM wp_options WHERE option_name = 'blogname'";
    assert_eq!(first.rows(name).await, [[Some(b"It's \\ mine".to_vec())]]);
    assert_eq!(second.rows(name).await, [[Some(b"Test Blog".to_vec())]]);
    assert_eq!(first.run("SELECT COUNT(*) FROM wp_posts").trim(), "0");
    assert_eq!(second.run("SELECT COUNT(*) FROM wp_posts").trim(), "16");
}

#[test]
fn a_dropped_database_is_gone() {
    let database = Database::empty();
    let name = database.name().to_owned();
    drop(database);
    let left = server().run(&format!("SHOW DATABASES LIKE '{name}'"));
    assert_eq!(left.expect("an answer"), "");
}

#[test]
fn a_scratch_directory_goes_with_its_processes() {
    let scratch = Scratch::new("linkbackd-test").expect("a directory");
    let mut command = Command::new("sleep");
    command.arg("600");
    let mut process = scratch.spawn("sleep", command).expect("a process");
    let path = scratch.path().to_owned();
    let place = format!("/proc/{}", process.id());
    assert!(process.ended().expect("an answer").is_none());
    drop(scratch);
    assert!(path.exists(), "a process keeps its directory");
    drop(process);
    assert!(!path.exists());
    assert!(!std::path::Path::new(&place).exists());
}

#[test]
fn a_process_that_ends_too_early_is_told_with_its_last_words() {
    let scratch = Scratch::new("linkbackd-test").expect("a directory");
    let mut command = Command::new("sh");
    command.args(["-c", "echo first; echo last words >&2; exit 3"]);
    let mut process = scratch.spawn("talker", command).expect("a process");
    let error = process
        .wait_until(Duration::from_secs(10), || false)
        .expect_err("it never gets ready");
    let text = error.to_string();
    assert!(text.contains("talker: ended with exit status: 3"), "{text}");
    assert!(text.ends_with("last words"), "{text}");
}

#[test]
fn wordpress_takes_a_pingback_and_shows_it() {
    let stage = Stage::start(&Plan::new("Stage")).unwrap_or_else(|error| panic!("{error}"));
    let site = &stage.sites[0];
    let source = Source::start().expect("a source");
    let target = format!("{}/?p=1", site.home);
    source.page(
        "/page",
        Page::html(format!(
            "<title>A page</title><p>some words <a href=\"{target}\">linked</a> some words</p>"
        )),
    );
    stage
        .mariadb
        .run_on(
            &site.database,
            "UPDATE wp_options SET option_value = '0' WHERE option_name = 'comment_previously_approved'",
        )
        .expect("an option");
    let call = format!(
        "<?xml version=\"1.0\"?><methodCall><methodName>pingback.ping</methodName><params>\
         <param><value><string>{}</string></value></param>\
         <param><value><string>{target}</string></value></param></params></methodCall>",
        source.url("/page")
    );
    let host = site.home.trim_start_matches("http://");
    let headers = [("Host", host), ("User-Agent", "test")];
    let patience = Duration::from_secs(30);
    let request = wire::request("POST", "/xmlrpc.php", &headers, call.as_bytes());
    let reply = wire::send(site.address, &request, patience).expect("a reply");
    assert!(reply.text().contains("Keep the web talking!"), "{reply:?}");
    let seen = source.take();
    assert_eq!(seen.len(), 1);
    assert_eq!(
        seen[0].header("X-Pingback-Forwarded-For"),
        Some("127.0.0.1")
    );
    let rows = stage.mariadb.run_on(
        &site.database,
        "SELECT comment_author, comment_content, comment_approved, comment_type FROM wp_comments WHERE comment_ID > 1",
    );
    assert_eq!(
        rows.expect("rows"),
        "A page\t[&#8230;] words linked some [&#8230;]\t1\tpingback\n"
    );
    let request = wire::request("GET", "/?p=1", &headers, b"");
    let redirect = wire::send(site.address, &request, patience).expect("a reply");
    assert_eq!(redirect.status, 301);
    let place = redirect.header("Location").expect("a place");
    let path = place.trim_start_matches(site.home.as_str());
    let request = wire::request("GET", path, &headers, b"");
    let page = wire::send(site.address, &request, patience).expect("a page");
    assert_eq!(page.status, 200);
    assert!(page.text().contains("A page</a>"), "{}", page.text());
}

#[test]
fn the_source_serves_what_it_was_told_and_remembers_who_asked() {
    let source = Source::start().expect("a source");
    source.page("/a", Page::html("words").status(418).header("X-Odd", "yes"));
    source.page("/raw", Page::raw("HTTP/1.0 200 OK\r\n\r\nuntil the end"));
    let chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
    source.page("/chunked", Page::raw(chunked));
    let get = |path: &str| {
        let request = wire::request("GET", path, &[("Host", "x"), ("X-Who", "me")], b"");
        wire::send(source.address(), &request, Duration::from_secs(10)).expect("a reply")
    };
    let reply = get("/a");
    assert_eq!((reply.status, reply.text().as_str()), (418, "words"));
    assert_eq!(reply.header("x-odd"), Some("yes"));
    assert_eq!(get("/raw").text(), "until the end");
    assert_eq!(get("/chunked").text(), "abcde");
    assert_eq!(get("/none").status, 404);
    let seen = source.take();
    let paths: Vec<&str> = seen.iter().map(|request| request.path.as_str()).collect();
    assert_eq!(paths, ["/a", "/raw", "/chunked", "/none"]);
    assert_eq!(seen[0].header("x-who"), Some("me"));
    assert!(source.take().is_empty());
}
