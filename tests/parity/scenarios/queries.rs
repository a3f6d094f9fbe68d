//! What the main query makes of a trackback's address and body: other variables, and what GET requests are sent on to.

use crate::scenario::{Scenario, Send, form, trackback};

const PATH: &str = "/2024/05/06/hello-world/trackback/";
const FIELDS: &[(&str, &[u8])] = &[
    ("title", b"A title"),
    ("url", b"http://t.example/page"),
    ("blog_name", b"A blog"),
];

pub(crate) fn all() -> Vec<Scenario> {
    [bodies(), conditional(), lost(), old(), scripts()].concat()
}

/// Query variables in the form.
fn bodies() -> Vec<Scenario> {
    let fields = [
        "feed=rss2",
        "feed=rss",
        "feed=atom",
        "feed=rdf",
        "feed=feed",
        "feed=nothing",
        "feed=rss-http",
        "feed[]=rss2",
        "feed=",
        "feed=0",
        "feed=comments-rss2",
        "feed=rss2&withcomments=1",
        "feed=rss2&withoutcomments=1",
        "embed=1",
        "embed=true",
        "robots=1",
        "favicon=1",
        "rest_route=/nothing",
        "rest_route=",
        "sitemap=nothing",
        "sitemap=",
        "error=404",
        "error=403",
        "error=500",
        "error=200",
        "error=418",
        "error=abc",
        "error=0",
        "error[]=1",
        "m=2024",
        "m=202405",
        "m=2023",
        "m=abc",
        "w=1",
        "year=2023",
        "year=2024",
        "monthnum=13",
        "day=32",
        "hour=10",
        "minute=5",
        "second=7",
        "cat=1",
        "cat=999",
        "cat=-1",
        "category_name=uncategorized",
        "category_name=nothing",
        "tag=nothing",
        "author=1",
        "author=2",
        "author=-1",
        "author=999",
        "author_name=admin",
        "author_name=bea",
        "author_name=nobody",
        "name=three",
        "name=nothing",
        "p=16",
        "p=999",
        "p=6",
        "p=-1",
        "p=abc",
        "page_id=2",
        "page_id=999",
        "pagename=sample-page",
        "attachment=picture",
        "attachment_id=13",
        "attachment_id=999",
        "subpost=picture",
        "subpost_id=13",
        "page=1",
        "page=2",
        "page=0",
        "paged=2",
        "cpage=2",
        "s=hello",
        "s=zzz",
        "s=",
        "exact=1&s=Hello+world!",
        "sentence=1&s=hello+world",
        "preview=1",
        "preview=true&p=6",
        "tb=0",
        "tb=",
        "tb=2",
        "post_type=page",
        "post_type=nothing",
        "post_type=any",
        "post_type=attachment",
        "order=ASC",
        "orderby=rand",
        "orderby=title",
        "posts=1",
        "more=1",
        "calendar=1",
        "search=x",
        "taxonomy=category&term=uncategorized",
        "post_format=aside",
        "post_format=nothing",
        "unapproved=1&moderation-hash=x",
    ];
    fields
        .iter()
        .map(|fields| {
            let body = format!("title=A+title&url=http://t.example/page&blog_name=A+blog&{fields}");
            Scenario::new(format!("query-body/{fields}")).send(form(PATH, body))
        })
        .chain(
            [
                "p=16",
                "p=6",
                "feed=rss2",
                "name=three",
                "error=404",
                "s=hello",
                "robots=1",
                "sitemap=index",
                "cat=1",
                "year=2024",
                "page=2",
                "embed=1",
                "preview=1&p=6",
            ]
            .iter()
            .flat_map(|fields| {
                let body = format!("title=A+title&url=http://t.example/page&{fields}");
                [("plain", ""), ("name", "/%postname%/")].map(|(name, structure)| {
                    Scenario::new(format!("query-direct/{name}-{fields}"))
                        .structure(structure)
                        .send(form("/wp-trackback.php", body.clone()))
                })
            }),
        )
        .chain([
            Scenario::new("query-body/locked")
                .send(trackback("/2024/05/10/locked/trackback/", FIELDS)),
            Scenario::new("query-body/mismatch").send(form(&format!("{PATH}?p=16"), "p=1")),
            Scenario::new("query-body/match").send(form(&format!("{PATH}?p=16"), "p=16")),
            Scenario::new("query-body/feed-silence").send(form(PATH, "title=A&feed=atom")),
            Scenario::new("query-body/feed-blank").send(form(PATH, "feed=atom")),
            Scenario::new("query-body/error-blank").send(form(PATH, "error=418")),
            Scenario::new("query-body/html-type")
                .option("html_type", "application/xhtml+xml")
                .send(form(PATH, "title=A")),
            Scenario::new("query-body/direct-feed-silence")
                .structure("")
                .send(form("/wp-trackback.php?p=1", "title=A&feed=atom")),
            Scenario::new("query-body/direct-feed-blank")
                .structure("")
                .send(form("/wp-trackback.php?p=1", "feed=rss2")),
        ])
        .collect()
}

/// Conditional requests, which count once a feed is asked for.
fn conditional() -> Vec<Scenario> {
    let body = "title=A+title&url=http://t.example/page&feed=rss2";
    let send = |id: &str, headers: &[(&str, &str)]| {
        let mut send = form(PATH, body);
        for (name, value) in headers {
            send = send.header(name, value);
        }
        Scenario::new(format!("query-since/{id}"))
            .option("comment_previously_approved", "0")
            .send(send)
    };
    let late = ("If-Modified-Since", "Sat, 01 Jan 2095 00:00:00 GMT");
    vec![
        send("late", &[late]),
        send(
            "early",
            &[("If-Modified-Since", "Sat, 01 Jan 2000 00:00:00 GMT")],
        ),
        send("rubbish", &[("If-Modified-Since", "soon after")]),
        send("late-other-etag", &[late, ("If-None-Match", "\"x\"")]),
        send("etag", &[("If-None-Match", "\"x\"")]),
        Scenario::new("query-since/direct")
            .structure("")
            .send(form("/wp-trackback.php?p=1", body).header(late.0, late.1)),
    ]
}

/// GET and HEAD where nothing is found: `redirect_canonical()`.
fn lost() -> Vec<Scenario> {
    let paths = [
        ("nothing", "/2024/05/06/nothing/trackback/"),
        ("bare", "/2024/05/06/nothing/trackback"),
        ("prefix", "/2024/05/06/hello/trackback/"),
        ("wrong-day", "/2024/05/07/hello-world/trackback/"),
        ("wrong-year", "/2023/05/06/hello-world/trackback/"),
        ("no-such-day", "/2024/02/31/hello-world/trackback/"),
        ("no-such-month", "/2024/13/06/hello-world/trackback/"),
        ("draft", "/2024/05/08/unfinished/trackback/"),
        ("private", "/2024/05/09/hidden/trackback/"),
        ("name-alone", "/hello-world/trackback/"),
        ("prefix-alone", "/hel/trackback/"),
        ("one-letter", "/t/trackback/"),
        ("wildcard", "/%25/trackback/"),
        ("page-prefix", "/sample/trackback/"),
        ("page-child-alone", "/child/trackback/"),
        ("category", "/category/uncategorized/trackback/"),
        ("double-slash", "/2024/05/06//nothing/trackback/"),
        ("upper", "/2024/05/06/NOTHING/trackback/"),
        ("encoded", "/2024/05/06/caf%C3%A9x/trackback/"),
        ("encoded-prefix", "/2024/05/15/caf%C3%A9/trackback/"),
        ("raw-prefix", "/2024/05/15/caf/trackback/"),
        ("query", "/2024/05/06/nothing/trackback/?a=1&b=2"),
        (
            "query-found",
            "/2024/05/06/hello/trackback/?a=b+c&d[]=1&name=x",
        ),
        ("query-tidy", "/2024/05/06/nothing/trackback/?p=."),
        ("query-empty", "/2024/05/06/nothing/trackback/?p="),
        ("query-feed", "/2024/05/06/nothing/trackback/?feed=rss"),
        ("id-none", "/?p=999&tb=1"),
        ("id-draft", "/?p=6&tb=1"),
        ("id-future", "/?p=11&tb=1"),
        ("id-auto-draft", "/?p=19&tb=1"),
        ("id-revision", "/?p=25&tb=1"),
        ("id-wrong-name", "/?p=1&name=nothing&tb=1"),
        ("id-wrong-type", "/?p=2&post_type=post&tb=1"),
        ("page-id-of-post", "/?page_id=16&tb=1&paged=2"),
        ("page-too-many", "/2024/05/06/hello-world/trackback/?page=3"),
        ("page-of-page", "/sample-page/trackback/?page=3"),
        ("page-guess", "/2024/05/06/hello/trackback/?page=3"),
        ("year", "/?year=2024&monthnum=13&tb=1"),
        ("day", "/?year=2024&monthnum=2&day=31&tb=1"),
        ("error", "/?error=404&tb=1"),
        ("preview", "/?p=6&preview=true&tb=1"),
        ("post-type", "/?post_type=page&name=sam&tb=1"),
        ("types", "/?post_type[]=post&post_type[]=book&name=nov&tb=1"),
        ("types-hidden", "/?post_type=ledger&name=ent&tb=1"),
        ("book", "/books/nov/trackback/"),
        ("dot", "/2024/05/06/nothing./trackback/"),
        ("index-php", "/index.php/2024/05/06/nothing/trackback/"),
        ("found", PATH),
        (
            "found-index-php",
            "/index.php/2024/05/06/hello-world/trackback/",
        ),
        ("after", "/2024/05/06/hello-world/trackback/67"),
        ("sitemap", "/2024/05/06/nothing/trackback/?sitemap=index"),
        ("admin", "/wp-admin/trackback/"),
    ];
    let mut all: Vec<Scenario> = paths
        .iter()
        .flat_map(|(id, path)| {
            [
                Scenario::new(format!("lost-get/{id}")).send(Send::new("GET", path, "")),
                Scenario::new(format!("lost-post/{id}")).send(trackback(path, FIELDS)),
            ]
        })
        .collect();
    let get = |id: &str, path: &str| {
        Scenario::new(format!("lost-get/{id}")).send(Send::new("GET", path, ""))
    };
    let nothing = "/2024/05/06/nothing/trackback/";
    let from = |id: &str, home: &str, host: &str| {
        Scenario::new(format!("lost-host/{id}"))
            .option("home", home)
            .option("siteurl", home)
            .send(Send::new("GET", nothing, "").header("Host", host))
    };
    all.extend([
        Scenario::new("lost-get/head").send(Send::new("HEAD", nothing, "")),
        Scenario::new("lost-get/head-prefix").send(Send::new(
            "HEAD",
            "/2024/05/06/hello/trackback/",
            "",
        )),
        Scenario::new("lost-get/put").send(Send::new("PUT", "/2024/05/06/hello/trackback/", "")),
        get("plain-none", "/?p=999&tb=1").structure(""),
        get("plain-draft", "/?p=6&tb=1").structure(""),
        get("plain-name", "/?name=hel&tb=1").structure(""),
        get("plain-month", "/?year=2024&monthnum=13&tb=1").structure(""),
        get("plain-day", "/?year=2024&monthnum=2&day=31&tb=1").structure(""),
        get("number", "/archives/999/trackback").structure("/archives/%post_id%"),
        get("number-draft", "/archives/6/trackback").structure("/archives/%post_id%"),
        get("number-day", "/?year=2024&monthnum=2&day=31&tb=1").structure("/archives/%post_id%"),
        get("name", "/hel/trackback/").structure("/%postname%/"),
        get("name-dated", "/2024/05/06/hello-world/trackback/").structure("/%postname%/"),
        get("name-nothing", "/zzz/trackback/").structure("/%postname%/"),
        get("name-page", "/sample-page/chi/trackback/").structure("/%postname%/"),
        get("category-wrong", "/nowhere/hello/trackback/").structure("/%category%/%postname%/"),
        get("author-wrong", "/bea/hello-world/trackback/").structure("/%author%/%postname%/"),
        get("index", "/index.php/2024/05/06/nothing/trackback/")
            .structure("/index.php/%year%/%monthnum%/%day%/%postname%/"),
        get("index-without", "/2024/05/06/hello-world/trackback/")
            .structure("/index.php/%year%/%monthnum%/%day%/%postname%/"),
        get("index-prefix", "/index.php/2024/05/06/hel/trackback/")
            .structure("/index.php/%year%/%monthnum%/%day%/%postname%/"),
        from("port-of-home", "http://blog.test:8081", "blog.test:8081"),
        from("port-without", "http://blog.test:8081", "blog.test"),
        from("port-of-request", "http://blog.test", "blog.test:8081"),
        from("www-of-home", "http://www.blog.test", "blog.test"),
        from("www-of-request", "http://blog.test", "www.blog.test"),
        from("other", "http://blog.test", "other.test"),
        from("upper", "http://blog.test", "BLOG.test"),
        from("https", "https://blog.test", "blog.test"),
        Scenario::new("lost-host/folder")
            .option("home", "http://blog.test/sub")
            .send(Send::new("GET", "/sub/2024/05/06/hello/trackback/", "")),
        Scenario::new("lost-host/folder-without")
            .option("home", "http://blog.test/sub")
            .send(Send::new("GET", nothing, "")),
    ]);
    all
}

/// Old slugs and dates.
fn old() -> Vec<Scenario> {
    let meta = |key: &str, value: &str| {
        format!(
            "INSERT INTO wp_postmeta (post_id, meta_key, meta_value) VALUES (1, '{key}', '{value}')"
        )
    };
    let slug = meta("_wp_old_slug", "once");
    let date = meta("_wp_old_date", "2022-03-04");
    let at = |id: &str, send: Send| {
        Scenario::new(format!("lost-old/{id}"))
            .sql(&slug)
            .sql(&date)
            .send(send)
    };
    let book = "INSERT INTO wp_postmeta (post_id, meta_key, meta_value) VALUES (27, '_wp_old_slug', 'essay')";
    let chapter = "INSERT INTO wp_postmeta (post_id, meta_key, meta_value) VALUES (64, '_wp_old_slug', 'part')";
    vec![
        at("slug", trackback("/2024/05/06/once/trackback/", FIELDS)),
        at(
            "slug-get",
            Send::new("GET", "/2024/05/06/once/trackback/", ""),
        ),
        at(
            "slug-head",
            Send::new("HEAD", "/2024/05/06/once/trackback/", ""),
        ),
        at("slug-query", trackback("/?name=once&tb=1", FIELDS)),
        at("slug-paged", trackback("/?name=once&paged=2&tb=1", FIELDS)),
        at(
            "slug-wrong-day",
            trackback("/2024/05/07/once/trackback/", FIELDS),
        ),
        at(
            "date",
            trackback("/2022/03/04/hello-world/trackback/", FIELDS),
        ),
        at("both", trackback("/2022/03/04/once/trackback/", FIELDS)),
        at("alone", trackback("/once/trackback/", FIELDS)),
        at("direct", trackback("/wp-trackback.php?name=once", FIELDS)).structure(""),
        Scenario::new("lost-old/book")
            .sql(book)
            .send(trackback("/books/essay/trackback/", FIELDS)),
        Scenario::new("lost-old/book-query")
            .sql(book)
            .send(trackback("/?book=essay&tb=1", FIELDS)),
        Scenario::new("lost-old/manual")
            .sql(chapter)
            .send(trackback("/manual/handbook/part/trackback/", FIELDS)),
    ]
}

/// Paths behind PHP files.
fn scripts() -> Vec<Scenario> {
    let at = |id: &str, structure: &'static str, path: &str| {
        Scenario::new(format!("script/{id}"))
            .structure(structure)
            .send(trackback(path, FIELDS))
    };
    let (day, name) = ("/%year%/%monthnum%/%day%/%postname%/", "/%postname%/");
    let index = "/index.php/%year%/%monthnum%/%day%/%postname%/";
    vec![
        at("name", name, "/wp-trackback.php/hello-world"),
        at("name-slash", name, "/wp-trackback.php/hello-world/"),
        at(
            "name-trackback",
            name,
            "/wp-trackback.php/hello-world/trackback/",
        ),
        at("name-page", name, "/wp-trackback.php/sample-page/child"),
        at("name-number", name, "/wp-trackback.php/16"),
        at("name-encoded", name, "/wp-trackback.php/caf%c3%a9"),
        at("day", day, "/wp-trackback.php/2024/05/06/hello-world/"),
        at(
            "day-query",
            day,
            "/wp-trackback.php/2024/05/06/hello-world/?a=1",
        ),
        at(
            "day-index",
            day,
            "/index.php/2024/05/06/hello-world/trackback/",
        ),
        at("day-index-bare", day, "/index.php/?p=1&tb=1"),
        at("day-index-file", day, "/index.php?p=1&tb=1"),
        at(
            "index",
            index,
            "/index.php/2024/05/06/hello-world/trackback/",
        ),
        at(
            "index-encoded",
            index,
            "/index.php/2024/05/15/caf%c3%a9/trackback/",
        ),
        at(
            "index-twice",
            index,
            "/index.php/index.php/2024/05/06/hello-world/trackback/",
        ),
        at(
            "index-script",
            index,
            "/wp-trackback.php/2024/05/06/hello-world/",
        ),
        at("slashes", day, "/wp-trackback.php//16"),
        at("plain-index", "", "/index.php?p=1&tb=1"),
        at("plain-index-path", "", "/index.php/16?tb=1"),
    ]
}
