//! From the target's URL to a post: every form, every permalink structure, every kind and state of post.

use crate::scenario::{HELLO, Scenario, linking, ping};

pub(crate) fn all() -> Vec<Scenario> {
    let mut all: Vec<Scenario> = FORMS
        .iter()
        .map(|(name, target)| {
            Scenario::pinged(format!("target/{name}"), &format!("http://{target}"))
        })
        .collect();
    all.extend(structures());
    all.extend(homes());
    all.extend(states());
    all
}

const FORMS: Forms = &[
    ("no-slash", "blog.test/2024/05/06/hello-world"),
    ("two-slashes", "blog.test/2024/05/06/hello-world//"),
    ("short-date", "blog.test/2024/5/6/hello-world/"),
    ("wrong-day", "blog.test/2024/05/07/hello-world/"),
    ("upper-slug", "blog.test/2024/05/06/Hello-World/"),
    ("upper-host", "BLOG.TEST/2024/05/06/hello-world/"),
    ("www", "www.blog.test/2024/05/06/hello-world/"),
    ("port", "blog.test:8080/2024/05/06/hello-world/"),
    ("user", "user@blog.test/2024/05/06/hello-world/"),
    ("query-behind", "blog.test/2024/05/06/hello-world/?a=1"),
    (
        "ampersand-behind",
        "blog.test/2024/05/06/hello-world/?a=1&b=2",
    ),
    (
        "fragment-behind",
        "blog.test/2024/05/06/hello-world/#comments",
    ),
    (
        "trackback-behind",
        "blog.test/2024/05/06/hello-world/trackback/",
    ),
    ("feed-behind", "blog.test/2024/05/06/hello-world/feed/"),
    ("page-behind", "blog.test/2024/05/06/hello-world/2/"),
    (
        "comment-page",
        "blog.test/2024/05/06/hello-world/comment-page-1/",
    ),
    ("not-found", "blog.test/2024/05/06/no-such-post/"),
    ("home", "blog.test/"),
    ("day", "blog.test/2024/05/06/"),
    ("year", "blog.test/2024/"),
    ("search", "blog.test/?s=hello"),
    ("by-id", "blog.test/?p=1"),
    ("by-id-zeros", "blog.test/?p=001"),
    ("by-id-letters", "blog.test/?p=1abc"),
    ("by-id-absent", "blog.test/?p=999"),
    ("by-id-second", "blog.test/?a=1&p=1"),
    ("by-id-of-a-word", "blog.test/?zip=16"),
    ("by-page-id", "blog.test/?page_id=2"),
    ("by-attachment-id", "blog.test/?attachment_id=13"),
    ("by-fragment-query", "blog.test/#?p=1"),
    ("path-p", "blog.test/archives/p/16"),
    ("path-shop", "blog.test/shop/16"),
    ("fragment-number", "blog.test/x#16"),
    ("fragment-number-letters", "blog.test/x#16abc"),
    ("fragment-exponent", "blog.test/x#1e1"),
    ("fragment-post", "blog.test/x#post-16"),
    ("fragment-post-joined", "blog.test/x#xpost-1y6"),
    ("fragment-title", "blog.test/x#Three-zebras"),
    ("fragment-title-absent", "blog.test/x#no-such-title"),
    ("fragment-title-draft", "blog.test/x#Unfinished"),
    ("fragment-empty", "blog.test/x#"),
    ("foreign", "other.test/2024/05/06/hello-world/"),
    ("foreign-with-home", "other.test/?u=blog.test&p=16"),
    ("foreign-longer", "blog.test.other.test/?p=16"),
    ("page", "blog.test/sample-page/"),
    ("page-child", "blog.test/sample-page/child/"),
    ("page-grandchild", "blog.test/sample-page/child/deep/"),
    ("page-child-alone", "blog.test/child/"),
    ("numeric-slug", "blog.test/2024/05/18/2023/"),
    ("twin-may", "blog.test/2024/05/19/twin/"),
    ("twin-june", "blog.test/2024/06/19/twin/"),
    ("shadowed", "blog.test/2024/05/20/shadowed/"),
    ("cafe-encoded", "blog.test/2024/05/15/caf%c3%a9/"),
    ("cafe-encoded-upper", "blog.test/2024/05/15/caf%C3%A9/"),
    ("cafe-raw", "blog.test/2024/05/15/café/"),
    ("dot-segments", "blog.test/a/../2024/05/06/hello-world/"),
    ("index-php", "blog.test/index.php/2024/05/06/hello-world/"),
    ("quote", "blog.test/?p=1&q='\"\\"),
    ("space", "blog.test/?p=1 &q"),
    ("bad-port", "blog.test:99999/?p=1"),
];

/// Names and targets.
type Forms = &'static [(&'static str, &'static str)];

/// Targets under another permalink structure.
fn structures() -> Vec<Scenario> {
    let tables: &[(&str, &'static str, Forms)] = &[
        (
            "plain",
            "",
            &[
                ("id", "?p=1"),
                ("pretty", "2024/05/06/hello-world/"),
                ("page", "?page_id=2"),
                ("name", "?name=hello-world"),
            ],
        ),
        (
            "bare",
            "/%year%/%monthnum%/%day%/%postname%",
            &[
                ("post", "2024/05/06/hello-world"),
                ("slash", "2024/05/06/hello-world/"),
                ("page", "sample-page"),
            ],
        ),
        (
            "month",
            "/%year%/%monthnum%/%postname%/",
            &[
                ("post", "2024/05/hello-world/"),
                ("numeric", "2024/05/2023/"),
                ("twin", "2024/06/twin/"),
            ],
        ),
        (
            "name",
            "/%postname%/",
            &[
                ("post", "hello-world/"),
                ("page", "sample-page/"),
                ("child", "sample-page/child/"),
                ("numeric", "2023/"),
                ("paged", "hello-world/2/"),
                ("none", "no-such/"),
                ("trackback", "hello-world/trackback/"),
                ("dated", "2024/05/06/hello-world/"),
            ],
        ),
        (
            "number",
            "/archives/%post_id%",
            &[
                ("post", "archives/1"),
                ("slash", "archives/1/"),
                ("page-by-number", "archives/2"),
                ("none", "archives/999"),
                ("page", "sample-page"),
            ],
        ),
        (
            "category",
            "/%category%/%postname%/",
            &[
                ("post", "uncategorized/hello-world/"),
                ("wrong", "whatever/hello-world/"),
                ("archive", "category/uncategorized/"),
                ("page", "sample-page/child/"),
            ],
        ),
        (
            "author",
            "/%author%/%postname%/",
            &[
                ("post", "bea/from-bea/"),
                ("wrong", "admin/from-bea/"),
                ("nobody", "nobody/from-bea/"),
                ("page", "sample-page/"),
            ],
        ),
        (
            "blog",
            "/blog/%postname%/",
            &[
                ("post", "blog/hello-world/"),
                ("without", "hello-world/"),
                ("page", "sample-page/"),
            ],
        ),
        (
            "html",
            "/%postname%.html",
            &[
                ("post", "hello-world.html"),
                ("without", "hello-world"),
                ("page", "sample-page"),
            ],
        ),
        (
            "index",
            "/index.php/%year%/%monthnum%/%day%/%postname%/",
            &[
                ("post", "index.php/2024/05/06/hello-world/"),
                ("without", "2024/05/06/hello-world/"),
                ("page", "index.php/sample-page/"),
            ],
        ),
    ];
    let mut all = Vec::new();
    for (name, structure, targets) in tables {
        for (form, path) in *targets {
            let target = format!("http://blog.test/{path}");
            let id = format!("structure/{name}-{form}");
            all.push(Scenario::pinged(id, &target).structure(structure));
        }
    }
    all
}

/// Other spellings of the blog's home.
fn homes() -> Vec<Scenario> {
    let spelt = |id: &str, home: &str, target: &str| {
        Scenario::pinged(format!("home/{id}"), target)
            .option("home", home)
            .option("siteurl", home)
    };
    let path = "2024/05/06/hello-world/";
    vec![
        spelt(
            "www",
            "http://www.blog.test",
            &format!("http://www.blog.test/{path}"),
        ),
        spelt(
            "www-without",
            "http://www.blog.test",
            &format!("http://blog.test/{path}"),
        ),
        spelt(
            "https",
            "https://blog.test",
            &format!("https://blog.test/{path}"),
        ),
        spelt(
            "https-plain",
            "https://blog.test",
            &format!("http://blog.test/{path}"),
        ),
        spelt(
            "slash",
            "http://blog.test/",
            &format!("http://blog.test/{path}"),
        ),
        spelt(
            "port",
            "http://blog.test:8081",
            &format!("http://blog.test:8081/{path}"),
        ),
        spelt(
            "port-without",
            "http://blog.test:8081",
            &format!("http://blog.test/{path}"),
        ),
        spelt(
            "folder",
            "http://blog.test/sub",
            &format!("http://blog.test/sub/{path}"),
        ),
        spelt(
            "folder-without",
            "http://blog.test/sub",
            &format!("http://blog.test/{path}"),
        ),
        spelt("front-page", "http://blog.test", "http://blog.test/")
            .option("show_on_front", "page")
            .option("page_on_front", "2"),
        spelt(
            "front-page-query",
            "http://blog.test",
            "http://blog.test/?a=b",
        )
        .option("show_on_front", "page")
        .option("page_on_front", "2"),
        spelt(
            "posts-page",
            "http://blog.test",
            "http://blog.test/sample-page/",
        )
        .option("show_on_front", "page")
        .option("page_on_front", "12")
        .option("page_for_posts", "2"),
        Scenario::new("home/self")
            .page("/", linking(HELLO))
            .send(ping(HELLO, "http://blog.test/?p=1")),
    ]
}

/// Posts that are not simply published and open.
fn states() -> Vec<Scenario> {
    let mut all: Vec<Scenario> = [
        ("closed", "2024/05/07/closed/"),
        ("draft-id", "?p=6"),
        ("draft-name", "2024/05/08/unfinished/"),
        ("private-id", "?p=7"),
        ("private-name", "2024/05/09/hidden/"),
        ("locked", "2024/05/10/locked/"),
        ("trash-id", "?p=10"),
        ("future-id", "?p=11"),
        ("future-name", "2099/01/01/later/"),
        ("attachment", "2024/05/06/hello-world/picture/"),
        ("attachment-id-of-draft", "?attachment_id=24"),
        ("auto-draft-id", "?p=19"),
        ("revision-id", "?p=25"),
        ("closed-page", "closed-page/"),
        ("unknown-type-id", "?p=27"),
        ("pending-id", "?p=28"),
        ("odd-title", "2024/05/25/it-s/"),
    ]
    .iter()
    .map(|(name, path)| {
        Scenario::pinged(format!("state/{name}"), &format!("http://blog.test/{path}"))
    })
    .collect();
    let aged = |id: &str, target: &str, days: &str| {
        Scenario::pinged(format!("state/{id}"), target)
            .option("close_comments_for_old_posts", "1")
            .option("close_comments_days_old", days)
    };
    let young = "UPDATE wp_posts SET post_date = NOW() - INTERVAL 2 DAY, post_date_gmt = UTC_TIMESTAMP() - INTERVAL 2 DAY WHERE ID = 16";
    all.extend([
        // Both slugs are the number 10.
        Scenario::pinged("target/equal-numbers", "http://blog.test/10/1e1/")
            .sql("UPDATE wp_posts SET post_name = IF(ID = 2, '1e1', '10') WHERE ID IN (2, 12)"),
        aged("old", HELLO, "14"),
        aged("old-zero-days", HELLO, "0"),
        aged("old-page", "http://blog.test/sample-page/", "14"),
        aged("old-draft", "http://blog.test/?p=6", "14"),
        aged("young", "http://blog.test/?p=16", "14").sql(young),
        aged("young-enough", "http://blog.test/?p=16", "1").sql(young),
        Scenario::pinged("state/default-closed", HELLO).option("default_ping_status", "closed"),
        Scenario::pinged("state/ping-status-empty", HELLO)
            .sql("UPDATE wp_posts SET ping_status = '' WHERE ID = 1"),
        Scenario::pinged("state/comments-closed", HELLO)
            .sql("UPDATE wp_posts SET comment_status = 'closed' WHERE ID = 1"),
        Scenario::pinged(
            "state/unknown-status",
            "http://blog.test/2024/05/06/hello-world/",
        )
        .sql("UPDATE wp_posts SET post_status = 'odd' WHERE ID = 1"),
    ]);
    all
}
