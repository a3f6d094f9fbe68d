//! How WordPress ends early, 400, 409 and 429, in each form that wp_die() knows: XML-RPC's, JSON, JSONP, XML, HTML.

use crate::scenario::{HELLO, Scenario, Send, form, linking, ping, trackback};

const PATH: &str = "/2024/05/06/hello-world/trackback/";
const FIELDS: &[(&str, &[u8])] = &[
    ("title", b"A title"),
    ("url", b"http://t.example/page"),
    ("excerpt", b"An excerpt of it."),
    ("blog_name", b"A blog"),
];

/// A comment of five seconds ago.
const FLOOD: &str = "INSERT INTO wp_comments (comment_post_ID, comment_content, comment_author, comment_date_gmt) \
                     VALUES (16, 'x', 'y', UTC_TIMESTAMP() - INTERVAL 5 SECOND)";
/// What the trackback says, said before from another address.
const TWIN: &str = "INSERT INTO wp_comments (comment_post_ID, comment_content, comment_author, comment_author_url, comment_date_gmt) \
                    VALUES (1, '<strong>A title</strong>\\n\\nAn excerpt of it.', 'A blog', 'http://else.example/', '2024-05-06 12:00:00')";
/// The same for the ping.
const PINGED: &str = "INSERT INTO wp_comments (comment_post_ID, comment_content, comment_author, comment_author_url, comment_date_gmt) \
                      VALUES (1, '[&#8230;] are a few words before the link and a few words after [&#8230;]', 'A page', 'http://else.example/', '2024-05-06 12:00:00')";

pub(crate) fn all() -> Vec<Scenario> {
    [of_pings(), of_trackbacks(), mismatches()].concat()
}

/// What a request says of itself.
const TELLS: &[(&str, &str, &str)] = &[
    ("plain", "", ""),
    ("json", "Accept", "application/json"),
    ("json-among", "Accept", "text/html, application/json;q=0.9"),
    ("json-like", "Accept", "application/ld+json"),
    ("json-oembed", "Accept", "application/json+oembed"),
    ("json-not", "Accept", "application/jsonx"),
    ("xml", "Accept", "text/xml"),
    ("rss", "Accept", "application/rss+xml"),
    ("html", "Accept", "text/html"),
];

fn telling(send: Send, name: &str, value: &str) -> Send {
    match name {
        "" => send,
        name => send.header(name, value),
    }
}

fn of_pings() -> Vec<Scenario> {
    let mut all = Vec::new();
    for (id, name, value) in TELLS {
        for (kind, sql) in [("flood", FLOOD), ("twin", PINGED)] {
            all.push(
                Scenario::new(format!("death/ping-{kind}-{id}"))
                    .sql(sql)
                    .page("/page", linking(HELLO))
                    .send(telling(ping("{source}/page", HELLO), name, value)),
            );
        }
    }
    let asked = |id: &str, query: &str| {
        let send = ping("{source}/page", HELLO);
        let path = format!("/xmlrpc.php{query}");
        Scenario::new(format!("death/ping-flood-{id}"))
            .sql(FLOOD)
            .page("/page", linking(HELLO))
            .send(Send { path, ..send })
    };
    all.push(asked("jsonp", "?_jsonp=callback"));
    all.push(asked("jsonp-odd", "?_jsonp=call+back"));
    all.push(
        Scenario::new("death/ping-flood-latin1")
            .sql(FLOOD)
            .option("blog_charset", "ISO-8859-1")
            .page("/page", linking(HELLO))
            .send(ping("{source}/page", HELLO)),
    );
    all
}

fn of_trackbacks() -> Vec<Scenario> {
    let mut all = Vec::new();
    for (id, name, value) in TELLS {
        for (kind, sql) in [("flood", FLOOD), ("twin", TWIN)] {
            for (place, path) in [("permalink", PATH), ("path", "/wp-trackback.php/1")] {
                all.push(
                    Scenario::new(format!("death/trackback-{kind}-{place}-{id}"))
                        .sql(sql)
                        .send(telling(trackback(path, FIELDS), name, value)),
                );
            }
        }
    }
    let flood = |id: &str, send: Send| {
        Scenario::new(format!("death/trackback-flood-{id}"))
            .sql(FLOOD)
            .send(send)
    };
    let query = format!("{PATH}?_jsonp=callback");
    all.extend([
        flood("jsonp", trackback(&query, FIELDS)),
        flood("page-id", trackback("/wp-trackback.php?page_id=2", FIELDS)),
        flood("latin1", trackback(PATH, FIELDS)).option("blog_charset", "ISO-8859-1"),
        flood("plain", trackback("/wp-trackback.php?p=1", FIELDS)).structure(""),
        flood("plain-path", trackback("/wp-trackback.php/1", FIELDS)).structure(""),
    ]);
    all
}

/// A variable in the query string and another value of it in the body.
fn mismatches() -> Vec<Scenario> {
    let body = "title=T&url=http://t.example/";
    let asked = |id: &str, path: &str, body: &str| {
        Scenario::new(format!("death/mismatch-{id}")).send(form(path, body))
    };
    let differing = format!("{body}&p=16");
    vec![
        asked("p", "/wp-trackback.php?p=1", &differing),
        asked("p-same", "/wp-trackback.php?p=16", &differing),
        asked("p-zero", "/wp-trackback.php?p=016", &differing),
        asked("permalink", &format!("{PATH}?p=1"), &differing),
        asked(
            "name",
            &format!("{PATH}?name=three"),
            &format!("{body}&name=hello-world"),
        ),
        asked("array", &format!("{PATH}?p[]=1"), &differing),
        asked("body-wins", PATH, &differing),
        asked("body-name", PATH, &format!("{body}&name=three")),
        asked(
            "body-page-id",
            "/wp-trackback.php",
            &format!("{body}&page_id=2"),
        ),
        asked("body-error", PATH, &format!("{body}&error=404")),
        asked("query-error-403", &format!("{PATH}?error=403"), body),
        asked("query-error-418", &format!("{PATH}?error=418"), body),
        asked("query-preview", &format!("{PATH}?preview=1"), body),
        asked("query-moderated", &format!("{PATH}?s=hello"), body),
        Scenario::new("death/mismatch-json")
            .send(form("/wp-trackback.php?p=1", &*differing).header("Accept", "application/json")),
        Scenario::new("death/mismatch-xml")
            .send(form("/wp-trackback.php?p=1", &*differing).header("Accept", "text/xml")),
    ]
}
