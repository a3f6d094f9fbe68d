//! What becomes of a ping that is taken: duplicates, floods, moderation, times, columns.

use crate::common::Page;
use crate::scenario::{HELLO, Scenario, linking, ping, titled, trackback};

const THREE: &str = "http://blog.test/2024/05/17/three/";
const TRACKBACK: &str = "/2024/05/06/hello-world/trackback/";

pub(crate) fn all() -> Vec<Scenario> {
    [duplicates(), floods(), moderation(), times(), columns()].concat()
}

fn approving(id: impl Into<String>) -> Scenario {
    Scenario::pinged(id, HELLO).option("comment_previously_approved", "0")
}

fn insert(columns: &str, values: &str) -> String {
    format!(
        "INSERT INTO wp_comments (comment_post_ID, comment_content, comment_author, {columns}) VALUES (1, 'x', 'y', {values})"
    )
}

fn duplicates() -> Vec<Scenario> {
    let stored = |id: &str, url: &str, state: &str| {
        Scenario::pinged(format!("duplicate/{id}"), HELLO).sql(&insert(
            "comment_author_url, comment_approved, comment_type",
            &format!("'{url}', '{state}', 'pingback'"),
        ))
    };
    let text = "[&#8230;] are a few words before the link and a few words after [&#8230;]";
    let equal = |id: &str, state: &str, author: &str| {
        Scenario::pinged(format!("duplicate/{id}"), HELLO).sql(&format!(
            "INSERT INTO wp_comments (comment_post_ID, comment_content, comment_author, comment_author_url, comment_approved) \
             VALUES (1, '{text}', '{author}', 'http://else.example/', '{state}')"
        ))
    };
    let twice = |id: &str, first: &str, second: &str| {
        Scenario::new(format!("duplicate/{id}"))
            .page("/page", linking(HELLO))
            .page("/page?a=1&b=2", linking(HELLO))
            .page("/other", linking(HELLO))
            .send(ping(first, HELLO))
            .an_hour_later()
            .send(ping(second, HELLO))
    };
    vec![
        stored("approved", "{source}/page", "1"),
        stored("held", "{source}/page", "0"),
        stored("spam", "{source}/page", "spam"),
        stored("trash", "{source}/page", "trash"),
        stored("case", "{source}/PAGE", "1"),
        stored("slash", "{source}/page/", "1"),
        Scenario::pinged("duplicate/other-post", HELLO).sql(
            "INSERT INTO wp_comments (comment_post_ID, comment_content, comment_author_url, comment_author) VALUES (16, 'x', '{source}/page', 'y')",
        ),
        equal("text", "1", "A page"),
        equal("text-spam", "spam", "A page"),
        equal("text-trash", "trash", "A page"),
        equal("text-other-author", "1", "Another page"),
        equal("text-author-case", "1", "a PAGE"),
        twice("same", "{source}/page", "{source}/page"),
        twice("ampersand", "{source}/page?a=1&b=2", "{source}/page?a=1&b=2"),
        twice("two-sources-one-text", "{source}/page", "{source}/other"),
        Scenario::pinged("duplicate/json", HELLO)
            .sql(&format!("INSERT INTO wp_comments (comment_post_ID, comment_content, comment_author, comment_author_url) VALUES (1, '{text}', 'A page', 'http://else.example/')"))
            .send(ping("{source}/page", HELLO).header("Accept", "application/json")),
    ]
}

fn floods() -> Vec<Scenario> {
    let before = |id: &str, seconds: u32, columns: &str, values: &str| {
        Scenario::pinged(format!("flood/{id}"), HELLO).sql(&insert(
            &format!("comment_date_gmt{columns}"),
            &format!("UTC_TIMESTAMP() - INTERVAL {seconds} SECOND{values}"),
        ))
    };
    let mail = ", comment_author_email, comment_author_IP";
    vec![
        before("ping-5s", 5, "", ""),
        before("ping-25s", 25, "", ""),
        before(
            "reader-other-address",
            5,
            mail,
            ", 'a@b.example', '192.0.2.9'",
        ),
        before(
            "reader-same-address",
            5,
            mail,
            ", 'a@b.example', '127.0.0.1'",
        ),
        before("trash", 5, ", comment_approved", ", 'trash'"),
        Scenario::pinged("flood/future", HELLO).sql(&insert(
            "comment_date_gmt",
            "UTC_TIMESTAMP() + INTERVAL 1 DAY",
        )),
        Scenario::pinged("flood/two", HELLO)
            .page("/other", linking(THREE))
            .send(ping("{source}/other", THREE)),
        Scenario::pinged("flood/two-addresses", HELLO)
            .page("/other", linking(THREE))
            .send(ping("{source}/other", THREE).from("192.0.2.77")),
        Scenario::pinged("flood/two-later", HELLO)
            .page("/other", linking(THREE))
            .an_hour_later()
            .send(ping("{source}/other", THREE)),
        Scenario::pinged("flood/then-trackback", HELLO).send(trackback(
            TRACKBACK,
            &[("title", b"T"), ("url", b"http://t.example/")],
        )),
    ]
}

fn moderation() -> Vec<Scenario> {
    let keyed = |id: &str, option: &str, words: &str| {
        approving(format!("moderation/{id}")).option(option, words)
    };
    let with_text = |id: &str, text: &str| {
        Scenario::from_page(
            format!("moderation/{id}"),
            titled(&format!("<p>some words and {text} so <a href=\"{HELLO}\">the link</a> and more words here</p>")),
        )
        .option("comment_previously_approved", "0")
    };
    vec![
        approving("moderation/approved"),
        approving("moderation/all-held").option("comment_moderation", "1"),
        approving("moderation/loosely-held").option("comment_moderation", "01"),
        approving("moderation/loosely-previously").option("comment_previously_approved", "01"),
        approving("moderation/previously-empty").option("comment_previously_approved", ""),
        Scenario::pinged("moderation/previously-gone", HELLO)
            .sql("DELETE FROM wp_options WHERE option_name = 'comment_previously_approved'"),
        approving("moderation/wrong-count")
            .sql("UPDATE wp_posts SET comment_count = 40 WHERE ID = 1"),
        with_text("two-bare-links", "http://one.example/ http://two.example/"),
        with_text("one-bare-link", "http://one.example/"),
        with_text("mail-address", "a@b.example www.c.example"),
        with_text("links-no-limit", "http://one.example/ http://two.example/")
            .option("comment_max_links", "0"),
        keyed("key-author", "moderation_keys", "page"),
        keyed("key-url", "moderation_keys", "127.0.0"),
        keyed("key-text", "moderation_keys", "WORDS BEFORE"),
        keyed("key-markup", "moderation_keys", "<p>"),
        keyed("key-agent", "moderation_keys", "sender/1"),
        keyed("key-none", "moderation_keys", "nothing\n\n0\n  \n"),
        keyed(
            "key-second-line",
            "moderation_keys",
            "nothing\r\n few words \r\n",
        ),
        keyed("key-regex", "moderation_keys", "f.w"),
        keyed("disallowed-text", "disallowed_keys", "few"),
        keyed("disallowed-author", "disallowed_keys", "A PAGE"),
        keyed("disallowed-entity", "disallowed_keys", "8230"),
        keyed("disallowed-none", "disallowed_keys", "nothing"),
        keyed("disallowed-zero", "disallowed_keys", "0"),
        keyed("both", "disallowed_keys", "few").option("moderation_keys", "few"),
        with_text("quotes-key", "it's \"so\"").option("moderation_keys", "it's"),
        with_text("quotes-disallowed", "it's \"so\"").option("disallowed_keys", "it&#039;s"),
        with_text("umlaut-key", "grün Ärger").option("moderation_keys", "ärger"),
        with_text("ampersand", "AT&amp;T").option("disallowed_keys", "AT&T"),
        with_text("balance", "<b>open").option("use_balanceTags", "1"),
        Scenario::new("moderation/trackback-default").send(trackback(
            TRACKBACK,
            &[
                ("title", b"T"),
                ("url", b"http://t.example/"),
                ("blog_name", b"B"),
                ("excerpt", b"E"),
            ],
        )),
        Scenario::new("moderation/trackback-approved")
            .option("comment_previously_approved", "0")
            .send(trackback(
                TRACKBACK,
                &[
                    ("title", b"T"),
                    ("url", b"http://t.example/"),
                    ("blog_name", b"B"),
                    ("excerpt", b"E"),
                ],
            )),
        Scenario::new("moderation/trackback-disallowed")
            .option("disallowed_keys", "casino")
            .send(trackback(
                TRACKBACK,
                &[("title", b"Casino"), ("url", b"http://t.example/")],
            )),
    ]
}

fn times() -> Vec<Scenario> {
    [
        ("offset", "gmt_offset", "5.75"),
        ("offset-minus", "gmt_offset", "-3.5"),
        ("offset-empty", "gmt_offset", ""),
        ("kolkata", "timezone_string", "Asia/Kolkata"),
        ("new-york", "timezone_string", "America/New_York"),
        ("utc-name", "timezone_string", "UTC"),
    ]
    .iter()
    .map(|(id, name, value)| Scenario::pinged(format!("time/{id}"), HELLO).option(name, value))
    .collect()
}

fn columns() -> Vec<Scenario> {
    let agent = |id: &str, agent: &str| {
        Scenario::new(format!("column/agent-{id}"))
            .page("/page", linking(HELLO))
            .send(ping("{source}/page", HELLO).header("User-Agent", agent))
    };
    let client = |id: &str, address: &str| {
        Scenario::new(format!("column/address-{id}"))
            .page("/page", linking(HELLO))
            .send(ping("{source}/page", HELLO).from(address))
    };
    let wide = |length: usize| {
        Page::html(format!(
            "<title>{}</title><p>so it is <a href=\"{HELLO}\">the link</a> as you see</p>",
            "é".repeat(length)
        ))
    };
    let narrow = "ALTER TABLE wp_comments MODIFY comment_author varchar(20) NOT NULL, MODIFY comment_author_url varchar(40) NOT NULL DEFAULT ''";
    let utf8 = "ALTER TABLE wp_comments CONVERT TO CHARACTER SET utf8mb3";
    let latin1 = "ALTER TABLE wp_comments CONVERT TO CHARACTER SET latin1";
    let odd = Page::html(format!(
        "<title>日本 😀 café</title><p>so 日本 😀 café <a href=\"{HELLO}\">the link</a> as you 😀 see</p>"
    ));
    vec![
        agent("long", &"a".repeat(300)),
        agent("quotes", "it's a \"quoted\" \\ agent <b>&amp;"),
        agent("utf8", "Sénder"),
        agent("cut-inside-letter", &format!("a{}", "é".repeat(150))),
        Scenario::new("column/agent-missing")
            .page("/page", linking(HELLO))
            .send(ping("{source}/page", HELLO).without("User-Agent")),
        client("other", "198.51.100.7"),
        client("ipv6", "2001:db8::7"),
        Scenario::from_page("column/author-127", wide(127)),
        Scenario::from_page("column/author-128", wide(128)),
        Scenario::from_page(
            "column/author-greater",
            Page::html(format!(
                "<title>{}</title><p>so <a href=\"{HELLO}\">the link</a> here</p>",
                ">".repeat(100)
            )),
        ),
        Scenario::from_page("column/narrow", odd.clone()).alter(narrow),
        Scenario::from_page("column/utf8mb3", odd.clone()).alter(utf8),
        Scenario::from_page("column/latin1", odd).alter(latin1),
        Scenario::pinged("column/latin1-plain", HELLO).alter(latin1),
        Scenario::pinged("column/myisam", HELLO).alter("ALTER TABLE wp_comments ENGINE = MyISAM"),
    ]
}
