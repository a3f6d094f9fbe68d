//! Pages at their limits: content codings, the 153,600th byte, PCRE's backtrack limit, own-site approval, zones, charsets.

use crate::common::Page;
use crate::scenario::{HELLO, Scenario, linking, ping, titled};

pub(crate) fn all() -> Vec<Scenario> {
    [codings(), limits(), own_site(), zones(), charsets()].concat()
}

fn codings() -> Vec<Scenario> {
    let zst = include_bytes!("../pages/linking.zst");
    let gzip = include_bytes!("../pages/linking.gz");
    let coded = |id: &str, body: &[u8], coding: &str| {
        let page = Page::html(body).header("Content-Encoding", coding);
        Scenario::from_page(format!("coding/{id}"), page)
    };
    let plain = linking(HELLO).body;
    vec![
        coded("gzip", gzip, "gzip"),
        coded("x-gzip", gzip, "x-gzip"),
        coded("gzip-upper", gzip, "GZIP"),
        coded("zlib", include_bytes!("../pages/linking.zlib"), "deflate"),
        coded(
            "deflate",
            include_bytes!("../pages/linking.deflate"),
            "deflate",
        ),
        coded("zstd", zst, "zstd"),
        coded("zstd-cut", &zst[..zst.len() - 6], "zstd"),
        coded(
            "zstd-twice",
            &[zst.as_slice(), zst.as_slice()].concat(),
            "zstd",
        ),
        coded("zstd-words", include_bytes!("../pages/words.zst"), "zstd"),
        coded("identity", &plain, "identity"),
        // A body that says it is packed and is not named so.
        Scenario::from_page("coding/gzip-unnamed", Page::html(gzip.as_slice())),
    ]
}

fn limits() -> Vec<Scenario> {
    const LIMIT: usize = 153_600;
    let link = format!("<a href=\"{HELLO}\">the link</a>");
    let head = "<title>A page</title><p>";
    // The end of `</a>` at the limit, and around it.
    let ending_at = |id: &str, end: usize| {
        let filler = "x ".repeat(end);
        let text = format!("some words and {link}");
        let room = end - head.len() - text.len();
        let page = format!("{head}{}{text} and more words</p>", &filler[..room]);
        Scenario::from_page(format!("limit/{id}"), Page::html(page))
    };
    let words = |id: &str, count: usize, word: &str| {
        let page = titled(&format!(
            "<p>{}{link} and more words</p>",
            word.repeat(count)
        ));
        Scenario::from_page(format!("limit/{id}"), page)
    };
    let texts = |id: &str, text: &str| {
        let page = titled(&format!(
            "<p>one two <a href=\"{HELLO}\">{text}</a> three four</p>"
        ));
        Scenario::from_page(format!("limit/{id}"), page)
    };
    let around = |id: &str, before: usize, after: usize| {
        let (before, after) = ("b".repeat(before), "a".repeat(after));
        let page = titled(&format!("<p>x {before}{link}{after} y</p>"));
        Scenario::from_page(format!("limit/{id}"), page)
    };
    vec![
        ending_at("link-within", LIMIT - 1),
        ending_at("link-at", LIMIT),
        ending_at("link-cut", LIMIT + 1),
        words("words-9000", 9_000, "word "),
        words("words-9453", 9_453, "word "),
        words("words-9454", 9_454, "word "),
        words("words-9600", 9_600, "word "),
        words("long-words-1200", 1_200, &format!("{} ", "w".repeat(99))),
        words("spaces", 20_000, "a "),
        texts("text-99", &"t".repeat(99)),
        texts("text-100", &"t".repeat(100)),
        texts("text-101", &"t".repeat(101)),
        texts("text-entity", &format!("{}&amp;more", "t".repeat(97))),
        texts("text-emoji", &format!("{}😀", "t".repeat(98))),
        texts("text-two-byte", &"é".repeat(50)),
        texts("text-two-byte-more", &"é".repeat(51)),
        texts("text-spaces", "  \t\n "),
        texts("text-quotes", "it's \"so\" \\"),
        around("before-99", 99, 5),
        around("before-100", 100, 5),
        around("before-101", 101, 5),
        around("after-99", 5, 99),
        around("after-100", 5, 100),
        around("after-101", 5, 101),
        around("both-0", 0, 0),
        Scenario::from_page(
            "limit/script-long",
            titled(&format!(
                "<script>{}</script><p>one two {link} three four</p>",
                "var a = 1;\n".repeat(9_000)
            )),
        ),
        Scenario::from_page(
            "limit/title-long",
            Page::html(format!(
                "<title>{}</title><p>one two {link} three four</p>",
                "t ".repeat(40_000)
            )),
        ),
        Scenario::from_page(
            "limit/many-links",
            titled(&format!(
                "<p>{} {link} after it</p>",
                "<a href=\"http://x.example/\">x</a> ".repeat(2_000)
            )),
        ),
        Scenario::from_page(
            "limit/many-paragraphs",
            titled(&format!(
                "{}<p>one two {link} three four</p>",
                "<p>short</p>".repeat(9_000)
            )),
        ),
        Scenario::from_page(
            "limit/nul-bytes",
            titled(&format!("<p>one\0 two {link} three\0 four</p>")),
        ),
    ]
}

/// The site pings itself: since 7.0 or so that needs no moderation.
fn own_site() -> Vec<Scenario> {
    let own = |id: &str, home: &str, siteurl: &str| {
        Scenario::new(format!("own-site/{id}"))
            .option("home", home)
            .option("siteurl", siteurl)
            .page("/page", linking(&format!("{home}/?p=1")))
            .send(ping("{source}/page", &format!("{home}/?p=1")))
    };
    vec![
        own("home", "{source}", "{source}"),
        own("home-only", "{source}", "http://blog.test"),
        own("folder", "{source}/sub", "{source}/sub"),
        own("held", "{source}", "{source}").option("comment_moderation", "1"),
        own("disallowed", "{source}", "{source}").option("disallowed_keys", "few"),
        own("keys", "{source}", "{source}").option("moderation_keys", "few"),
        own("approved", "{source}", "{source}").option("comment_previously_approved", "0"),
        Scenario::pinged("own-site/blogroll", HELLO).sql(
            "INSERT INTO wp_links (link_url, link_name, link_rss, link_notes) VALUES ('{source}/page', 'Friend', '', '')",
        ),
        Scenario::new("own-site/blogroll-trackback")
            .sql("INSERT INTO wp_links (link_url, link_name, link_rss, link_notes) VALUES ('http://t.example/', 'Friend', '', '')")
            .send(crate::scenario::trackback(
                "/2024/05/06/hello-world/trackback/",
                &[("title", b"T"), ("url", b"http://t.example/"), ("blog_name", b"Friend")],
            )),
        Scenario::pinged("own-site/approved-author", HELLO).sql(
            "INSERT INTO wp_comments (comment_post_ID, comment_content, comment_author, comment_author_url, comment_approved, comment_date_gmt) \
             VALUES (16, 'x', 'A page', '{source}/page', '1', '2024-05-06 12:00:00')",
        ),
    ]
}

fn zones() -> Vec<Scenario> {
    [
        ("unknown", "timezone_string", "Mars/Phobos"),
        ("lower", "timezone_string", "europe/berlin"),
        ("etc", "timezone_string", "Etc/GMT+5"),
        ("half", "timezone_string", "Australia/Lord_Howe"),
        ("chatham", "timezone_string", "Pacific/Chatham"),
        ("old-name", "timezone_string", "US/Eastern"),
        ("space", "timezone_string", " "),
        ("offset-14", "gmt_offset", "14"),
        ("offset-words", "gmt_offset", "abc"),
        ("offset-tail", "gmt_offset", "2.5x"),
        ("offset-comma", "gmt_offset", "5,5"),
        ("offset-third", "gmt_offset", "0.333"),
    ]
    .iter()
    .map(|(id, name, value)| Scenario::pinged(format!("zone/{id}"), HELLO).option(name, value))
    .chain([Scenario::pinged("zone/both", HELLO)
        .option("timezone_string", "Asia/Tokyo")
        .option("gmt_offset", "-3")])
    .collect()
}

fn charsets() -> Vec<Scenario> {
    let odd = Page::html(format!(
        "<title>Café 日本</title><p>so it is café <a href=\"{HELLO}\">the línk</a> as you see 😀 here</p>"
    ));
    let latin1 = Page::html(
        [
            b"<title>Caf\xe9</title><p>so it is caf\xe9 <a href=\"".to_vec(),
            HELLO.into(),
            b"\">the l\xednk</a> as you see here</p>".to_vec(),
        ]
        .concat(),
    );
    let mut all = Vec::new();
    for (id, charset) in [
        ("latin1", "ISO-8859-1"),
        ("latin1-lower", "iso-8859-1"),
        ("windows-1252", "windows-1252"),
        ("utf8-spelling", "utf8"),
        ("empty", ""),
        ("unknown", "x-none"),
        ("sjis", "Shift_JIS"),
    ] {
        let scenario = |kind: &str, page: &Page| {
            Scenario::from_page(format!("charset/{id}-{kind}"), page.clone())
                .option("blog_charset", charset)
        };
        all.extend([scenario("utf8", &odd), scenario("bytes", &latin1)]);
    }
    all
}
