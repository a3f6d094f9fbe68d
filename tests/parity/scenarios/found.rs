//! What scenarios made by chance have found: one for each kind of difference that there was.

use crate::scenario::{Scenario, call, trackback};

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
    vec![
        charset("none", "").send(call("demo.sayHello", &[])),
        charset("none-trackback", "").send(trackback(PATH, FULL)),
        charset("none-no-trackback", "").send(trackback(PATH, &FULL[..1])),
        charset("unknown-trackback", "no-such").send(trackback(PATH, FULL)),
    ]
}
