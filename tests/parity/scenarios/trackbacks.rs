//! Trackbacks: where they go, what they say, in which charset.

use crate::scenario::{Scenario, Send, form, trackback};

const PATH: &str = "/2024/05/06/hello-world/trackback/";
const FULL: &[(&str, &[u8])] = &[
    ("title", b"A title"),
    ("url", b"http://t.example/page"),
    ("excerpt", b"An excerpt of it."),
    ("blog_name", b"A blog"),
];

pub(crate) fn all() -> Vec<Scenario> {
    [places(), shapes(), fields(), texts(), charsets(), repeats()].concat()
}

fn places() -> Vec<Scenario> {
    let at = |id: &str, path: &str| {
        Scenario::new(format!("trackback-at/{id}")).send(trackback(path, FULL))
    };
    let plain = |id: &str, path: &str| at(&format!("plain-{id}"), path).structure("");
    let mut all = vec![
        at("permalink", PATH),
        at("no-slash", PATH.trim_end_matches('/')),
        at("query", &format!("{PATH}?a=1")),
        at("page", "/sample-page/trackback/"),
        at("child", "/sample-page/child/trackback/"),
        at("closed", "/2024/05/07/closed/trackback/"),
        at("locked", "/2024/05/10/locked/trackback/"),
        at("cafe", "/2024/05/15/caf%c3%a9/trackback/"),
        at("tb-query", "/?p=1&tb=1"),
        at("direct-p", "/wp-trackback.php?p=1"),
        at("direct-page-id", "/wp-trackback.php?page_id=2"),
        at("direct-path", "/wp-trackback.php/16"),
        at("direct-path-draft", "/wp-trackback.php/6"),
        at("direct-path-absent", "/wp-trackback.php/999"),
        at("direct-path-slash", "/wp-trackback.php/16/"),
        at("direct-path-query", "/wp-trackback.php/16?x=1"),
        at("direct-tb-id", "/wp-trackback.php?tb_id=1"),
        at("direct-nothing", "/wp-trackback.php"),
        plain("p", "/wp-trackback.php?p=1"),
        plain("page-id", "/wp-trackback.php?page_id=2"),
        plain("path", "/wp-trackback.php/16"),
        plain("draft", "/wp-trackback.php?p=6"),
        plain("absent", "/wp-trackback.php?p=999"),
        plain("nothing", "/wp-trackback.php"),
        plain("tb-query", "/?p=1&tb=1"),
    ];
    for (name, structure, path) in [
        ("name", "/%postname%/", "/hello-world/trackback/"),
        ("number", "/archives/%post_id%", "/archives/1/trackback"),
        (
            "category",
            "/%category%/%postname%/",
            "/uncategorized/hello-world/trackback/",
        ),
        (
            "index",
            "/index.php/%year%/%monthnum%/%day%/%postname%/",
            "/index.php/2024/05/06/hello-world/trackback/",
        ),
    ] {
        all.push(at(&format!("structure-{name}"), path).structure(structure));
    }
    all.push(at("old", PATH).option("close_comments_for_old_posts", "1"));
    all
}

/// Which fields there are, and how the request carries them.
fn shapes() -> Vec<Scenario> {
    let one = |id: &str, send: Send| Scenario::new(format!("trackback-shape/{id}")).send(send);
    let fields = |id: &str, fields: &[(&str, &[u8])]| one(id, trackback(PATH, fields));
    let multipart = "--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nA title\r\n--x\r\nContent-Disposition: form-data; \
                     name=\"url\"\r\n\r\nhttp://t.example/page\r\n--x--\r\n";
    vec![
        fields("title-and-url", &FULL[..2]),
        fields("no-title", &FULL[1..]),
        fields("no-url", &[FULL[0], FULL[2], FULL[3]]),
        fields("zero-title", &[("title", b"0"), FULL[1]]),
        // Cut or not, it is the same number.
        fields(
            "long-number-title",
            &[("title", format!("1.{:0300}", 0).as_bytes()), FULL[1]],
        ),
        fields("only-excerpt", &FULL[2..3]),
        fields("only-name", &FULL[3..]),
        fields("nothing", &[]),
        fields(
            "upper-names",
            &[("TITLE", b"A"), ("URL", b"http://t.example/")],
        ),
        one("get", Send::new("GET", PATH, "")),
        one(
            "get-fields",
            Send::new("GET", &format!("{PATH}?title=A&url=http://t.example/"), ""),
        ),
        one(
            "multipart",
            Send::new("POST", PATH, multipart)
                .header("Content-Type", "multipart/form-data; boundary=x"),
        ),
        one(
            "no-type",
            form(PATH, "title=A&url=http://t.example/").without("Content-Type"),
        ),
        one(
            "wrong-type",
            form(PATH, "title=A&url=http://t.example/").header("Content-Type", "text/plain"),
        ),
        one("array-title", form(PATH, "title[]=A&url=http://t.example/")),
        one(
            "array-excerpt",
            form(PATH, "title=A&url=http://t.example/&excerpt[]=x"),
        ),
        one(
            "array-name",
            form(PATH, "title=A&url=http://t.example/&blog_name[a]=x"),
        ),
        one(
            "array-page",
            form(
                "/wp-trackback.php?page_id=2",
                "title=A&url=http://t.example/&page[]=2",
            ),
        ),
        one(
            "array-feed",
            form(PATH, "title=A&url=http://t.example/&feed[]=2"),
        ),
        one(
            "array-author",
            form(PATH, "title=A&url=http://t.example/&author_name[]=2"),
        ),
        one(
            "array-category",
            form(
                "/wp-trackback.php",
                "title=A&url=http://t.example/&category_name[]=c",
            ),
        ),
        one(
            "array-category-of-post",
            form(PATH, "title=A&url=http://t.example/&category_name[]=c"),
        ),
        one("twice", form(PATH, "title=A&title=B&url=http://t.example/")),
        one(
            "dotted-name",
            form(PATH, "title=A&url=http://t.example/&blog.name=Dotted"),
        ),
        one(
            "semicolons",
            form(PATH, "title=A;x&url=http://t.example/;y"),
        ),
        one("nul", form(PATH, "title=A%00B&url=http://t.example/")),
        one(
            "put",
            Send::new("PUT", PATH, "title=A&url=http://t.example/"),
        ),
    ]
}

fn fields() -> Vec<Scenario> {
    [
        ("ampersands", "http://t.example/?a=1&b=2&amp;c=3"),
        ("spaces", "http://t.example/a b c"),
        ("leading-space", "  http://t.example/a"),
        ("quotes", "http://t.example/it's\"quoted\"\\"),
        ("no-scheme", "t.example/page"),
        ("path", "/page"),
        ("javascript", "javascript:alert(1)"),
        ("ftp", "ftp://t.example/"),
        ("mailto", "mailto:a@b.example"),
        ("upper", "HTTP://T.EXAMPLE/"),
        ("utf8", "http://t.example/é"),
        ("brackets", "http://t.example/a[1]?b[2]"),
        ("markup", "http://t.example/<b>x</b>"),
        ("newline", "http://t.example/a%0ab\nc"),
        ("semicolon", "http;//t.example/"),
        ("long", &format!("http://t.example/{}", "a".repeat(250))),
        (
            "long-ampersands",
            &format!("http://t.example/?{}", "&".repeat(90)),
        ),
    ]
    .iter()
    .map(|(id, url)| {
        Scenario::new(format!("trackback-url/{id}")).send(trackback(
            PATH,
            &[("title", b"A title"), ("url", url.as_bytes())],
        ))
    })
    .collect()
}

fn texts() -> Vec<Scenario> {
    let texts: Vec<(&str, String)> = vec![
        ("markup", "a <b>bold</b> <a href=\"http://x.example/\" onclick=\"x()\">link</a> <script>alert(1)</script> end".into()),
        ("open-tag", "a <b bold".into()),
        ("less-than", "1 < 2 and <3 and a<b".into()),
        ("spaced-tag", "a < b >bold</ b > < a href=\"http://x.example/\">link</a>".into()),
        ("entities", "&amp; &lt;b&gt; &eacute; &bogus; &#39; &#x41; &#150; &".into()),
        ("quotes", "it's \"quoted\" \\ and \\\\ done".into()),
        ("percent", "100%ab off %25 a%2".into()),
        ("lines", " one\n\n two\r\n\tthree ".into()),
        ("utf8", "Ünïcödé 日本語 😀".into()),
        ("control", "a\u{1}b\u{b}c\u{7f}d".into()),
        ("long", "word ".repeat(100)),
        ("long-utf8", "é".repeat(300)),
        ("long-quotes", "'".repeat(300)),
        ("long-entity", format!("{}&amp;&amp;", "a".repeat(247))),
        ("cdata", "<![CDATA[inside]]> <!-- comment --> after".into()),
        ("links", "http://one.example/ www.two.example a@b.example".into()),
        ("smiley", ":-) :cool: [gallery] WordPress Wordpress".into()),
    ];
    texts
        .into_iter()
        .map(|(id, text)| {
            let text = text.as_bytes();
            Scenario::new(format!("trackback-text/{id}"))
                .option("comment_previously_approved", "0")
                .send(trackback(
                    PATH,
                    &[
                        ("title", text),
                        ("url", b"http://t.example/"),
                        ("excerpt", text),
                        ("blog_name", text),
                        ("charset", b"UTF-8"),
                    ],
                ))
        })
        .collect()
}

fn charsets() -> Vec<Scenario> {
    let sent = |id: &str, charset: Option<&str>, text: &[u8]| {
        let mut fields: Vec<(&str, &[u8])> = vec![
            ("title", text),
            ("url", b"http://t.example/"),
            ("excerpt", text),
            ("blog_name", text),
        ];
        if let Some(charset) = charset {
            fields.push(("charset", charset.as_bytes()));
        }
        Scenario::new(format!("trackback-charset/{id}")).send(trackback(PATH, &fields))
    };
    vec![
        sent("none-ascii", None, b"plain words"),
        sent("none-utf8", None, "café au lait".as_bytes()),
        sent("none-latin1", None, b"caf\xe9 au lait"),
        sent("none-jis", None, b"\x1b$BF|K\\\x1b(B words"),
        sent("utf8", Some("UTF-8"), "Tiếng Việt 日本語".as_bytes()),
        sent("utf8-lower", Some(" utf-8 "), "Tiếng Việt".as_bytes()),
        sent("utf8-bad", Some("UTF-8"), b"caf\xe9 au lait"),
        sent("latin1", Some("ISO-8859-1"), b"caf\xe9 au lait"),
        sent("latin1-lower", Some("iso-8859-1"), b"caf\xe9 \x80\x9f"),
        sent("windows-1252", Some("Windows-1252"), b"caf\xe9 \x80"),
        sent("sjis", Some("SJIS"), b"\x93\xfa\x96\x7b\x8c\xea"),
        sent("euc-jp", Some("EUC-JP"), b"\xc6\xfc\xcb\xdc"),
        sent("utf7", Some("UTF-7"), b"+AGE-"),
        sent("base64", Some("BASE64"), b"cGxhaW4gd29yZHM="),
        sent(
            "html-entities",
            Some("HTML-ENTITIES"),
            b"caf&eacute; &lt;b&gt;",
        ),
        sent("unknown", Some("NO-SUCH-CHARSET"), b"plain words"),
        sent("two", Some("ASCII,UTF-8"), "café".as_bytes()),
        sent("auto", Some("auto"), "café".as_bytes()),
        sent("auto-cut", Some("AUTO"), b"caf\xc3\xa9 \xff"),
        sent("auto-neither", Some("auto"), b"caf\xe9 au lait"),
        sent("alias", Some("x-sjis"), b"\x93\xfa\x96\x7b\x8c\xea"),
        sent("eucjp-win", Some("eucJP-win"), b"\xad\xa1\xc6\xfc\xcb\xdc"),
        sent("cp932", Some("CP932"), b"\x87\x40 \xfa\x40"),
        sent("jis-own", Some("ISO-2022-JP"), b"\x1b$BF|K\\8l\x1b(B words"),
        sent("jis-ms", Some("ISO-2022-JP-MS"), b"\x1b$B-!F|\x1b(I1\x1b(B"),
        sent("cp50221", Some("CP50221"), b"\x1b$B-!F|K\\\x1b(B x"),
        sent("jis-2004", Some("ISO-2022-JP-2004"), b"\x1b$(Q$w\x1b(B x"),
        sent("hz", Some("HZ"), b"~{VPND~} words"),
        sent("gb18030", Some("GB18030"), b"\xd6\xd0\x81\x30\x86\x30"),
        sent("big5", Some("BIG-5"), b"\xa4\xa4\xa4\xe5"),
        sent("euc-tw", Some("EUC-TW"), b"\xc4\xe3 \x8e\xa2\xa1\xa1"),
        sent("euc-kr", Some("EUC-KR"), b"\xc7\xd1\xb1\xdb"),
        sent("iso-2022-kr", Some("ISO-2022-KR"), b"\x1b$)C\x0eGQ1[\x0f x"),
        sent("koi8-r", Some("KOI8-R"), b"\xf0\xd2\xc9\xd7\xc5\xd4"),
        sent("utf7-imap", Some("UTF7-IMAP"), b"caf&AOk- words"),
        sent("qprint", Some("Quoted-Printable"), b"caf=C3=A9"),
        sent("utf16", Some("UTF-16"), b"\xff\xfec\x00a\x00"),
        sent("site-latin1", None, b"caf\xe9 au lait").option("blog_charset", "ISO-8859-1"),
        sent("site-sjis", Some("UTF-8"), "日本語 words".as_bytes()).option("blog_charset", "SJIS"),
        sent(
            "site-eucjp-long",
            Some("UTF-8"),
            "日本".repeat(150).as_bytes(),
        )
        .option("blog_charset", "EUC-JP"),
        sent("site-jis", Some("UTF-8"), "日本語 words".as_bytes())
            .option("blog_charset", "ISO-2022-JP"),
        sent("site-html", Some("UTF-8"), "日本語 é".as_bytes())
            .option("blog_charset", "HTML-ENTITIES"),
        sent("site-gb18030", Some("UTF-8"), "中文 words".as_bytes())
            .option("blog_charset", "GB18030"),
    ]
}

fn repeats() -> Vec<Scenario> {
    let known = |id: &str, url: &str| {
        Scenario::new(format!("trackback-again/{id}"))
            .sql(&format!(
                "INSERT INTO wp_comments (comment_post_ID, comment_content, comment_author, comment_author_url) VALUES (1, 'x', 'y', '{url}')"
            ))
            .send(trackback(PATH, FULL))
    };
    let twice = |id: &str, second: Send| {
        Scenario::new(format!("trackback-again/{id}"))
            .send(trackback(PATH, FULL))
            .an_hour_later()
            .send(second)
    };
    let other_url: &[(&str, &[u8])] =
        &[FULL[0], ("url", b"http://other.example/"), FULL[2], FULL[3]];
    vec![
        known("known", "http://t.example/page"),
        known("known-case", "http://T.EXAMPLE/page"),
        known("unknown", "http://t.example/other"),
        twice("same", trackback(PATH, FULL)),
        twice("same-text", trackback(PATH, other_url)),
        twice(
            "same-text-json",
            trackback(PATH, other_url).header("Accept", "application/json"),
        ),
        Scenario::new("trackback-again/flood")
            .send(trackback(PATH, FULL))
            .send(trackback("/2024/05/17/three/trackback/", other_url)),
        Scenario::new("trackback-again/flood-page")
            .send(trackback(PATH, FULL))
            .send(trackback("/sample-page/trackback/", other_url)),
    ]
}
