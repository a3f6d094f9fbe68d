//! What scenarios made by chance have found: one for each kind of difference that there was.

use crate::common::Page;
use crate::scenario::{HELLO, Scenario, call, form, linking, trackback};

const PATH: &str = "/2024/05/06/hello-world/trackback/";
const FULL: &[(&str, &[u8])] = &[
    ("title", b"A title"),
    ("url", b"http://t.example/page"),
    ("excerpt", b"An excerpt of it."),
    ("blog_name", b"A blog"),
];

pub(crate) fn all() -> Vec<Scenario> {
    let charset = |id: &str, charset: &str| {
        Scenario::new(format!("found/charset-{id}")).option("blog_charset", charset)
    };
    // Behind the script a trackback is none to the main query, and wp_die() answers in HTML.
    let page = |id: &str| Scenario::new(format!("found/die-page-{id}"));
    let flooded = |id: &str| {
        page(id)
            .option("comment_previously_approved", "0")
            .send(trackback("/wp-trackback.php/16", FULL))
            .send(trackback("/wp-trackback.php/1", FULL))
    };
    vec![
        page("mismatch").send(form("/?p=8&tb=1", "p")),
        page("mismatch-xml").send(form("/?p=8&tb=1", "p").header("Accept", "text/xml")),
        page("mismatch-json").send(form("/?p=8&tb=1", "p").header("Accept", "application/json")),
        flooded("flood"),
        flooded("private").option("blog_public", "0"),
        flooded("public-gone").sql("DELETE FROM wp_options WHERE option_name = 'blog_public'"),
        page("duplicate")
            .send(trackback("/wp-trackback.php/16", FULL))
            .an_hour_later()
            .send(trackback(
                "/wp-trackback.php/16",
                &[FULL[0], ("url", b"http://other.example/"), FULL[2], FULL[3]],
            )),
        page("critical")
            .option("blog_charset", "")
            .send(trackback("/wp-trackback.php/16", FULL)),
        Scenario::from_page(
            "found/answer-bare-lf",
            Page::raw(
                [
                    b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n".to_vec(),
                    linking(HELLO).body,
                ]
                .concat(),
            ),
        ),
        Scenario::pinged("found/no-rules", HELLO).option("rewrite_rules", ""),
        charset("none", "").send(call("demo.sayHello", &[])),
        charset("none-trackback", "").send(trackback(PATH, FULL)),
        charset("none-no-trackback", "").send(trackback(PATH, &FULL[..1])),
    ]
}
