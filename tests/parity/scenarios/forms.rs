//! Trackback forms and addresses, more of them: every field missing, empty, huge or repeated, methods, redirects, empty
//! answers, URLs and charsets.

use crate::scenario::{Scenario, Send, form, trackback};

const PATH: &str = "/2024/05/06/hello-world/trackback/";
const FULL: [(&str, &[u8]); 5] = [
    ("title", b"A title"),
    ("url", b"http://t.example/page"),
    ("excerpt", b"An excerpt of it."),
    ("blog_name", b"A blog"),
    ("charset", b"UTF-8"),
];

pub(crate) fn all() -> Vec<Scenario> {
    [
        fields(),
        methods(),
        redirects(),
        urls(),
        charsets(),
        kinds(),
    ]
    .concat()
}

fn fields() -> Vec<Scenario> {
    let mut all = Vec::new();
    let huge = b"word ".repeat(20_000);
    for (at, (name, _)) in FULL.iter().enumerate() {
        let with = |id: &str, value: Option<&[u8]>| {
            let mut fields = FULL.to_vec();
            match value {
                Some(value) => fields[at].1 = value,
                None => drop(fields.remove(at)),
            }
            Scenario::new(format!("form/{name}-{id}")).send(trackback(PATH, &fields))
        };
        all.extend([
            with("missing", None),
            with("empty", Some(b"")),
            with("space", Some(b" ")),
            with("zero", Some(b"0")),
            with("huge", Some(&huge)),
            with("nul", Some(b"a\0b")),
            with("tag", Some(b"<b></b>")),
            with("bad-utf8", Some(b"http://t.example/\xff\xfe")),
        ]);
        let twice: Vec<(&str, &[u8])> = FULL
            .iter()
            .copied()
            .chain([(*name, &b"again"[..])])
            .collect();
        all.push(Scenario::new(format!("form/{name}-twice")).send(trackback(PATH, &twice)));
        let encoded = "title=A&url=http%3A%2F%2Ft.example%2F&excerpt=E&blog_name=B";
        let array = format!("{encoded}&{name}[]=x&{name}[]=y");
        all.push(Scenario::new(format!("form/{name}-array")).send(form(PATH, array)));
    }
    let body = |id: &str, body: &str| Scenario::new(format!("form/{id}")).send(form(PATH, body));
    all.extend([
        body("leading-ampersands", "&&title=A&&url=http://t.example/&"),
        body("no-values", "title&url"),
        body("equals", "title==A=&url=http://t.example/?a=b"),
        body("bracket-open", "title=A&url=http://t.example/&blog_name[=x"),
        body("space-name", "title=A&url=http://t.example/&blog name=x"),
        body("plus", "title=A+B%2BC&url=http://t.example/"),
        body("percent-bad", "title=100%&url=http://t.example/%zz"),
        body(
            "many",
            &format!("{}title=A&url=http://t.example/", "x=1&".repeat(1200)),
        ),
        body("line-end", "title=A&url=http://t.example/\r\n"),
    ]);
    let parts = |id: &str, kind: &str, body: &str| {
        let send = Send::new("POST", PATH, body).header("Content-Type", kind);
        Scenario::new(format!("form/parts-{id}")).send(send)
    };
    let part = |name: &str, value: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let both = part("title", "A") + &part("url", "http://t.example/");
    let kind = "multipart/form-data; boundary=x";
    all.extend([
        parts(
            "quoted",
            "multipart/form-data; boundary=\"x\"",
            &format!("{both}--x--"),
        ),
        parts("not-closed", kind, &both),
        parts("preamble", kind, &format!("hello\r\n{both}--x--")),
        parts("no-boundary", "multipart/form-data", &both),
        parts(
            "file",
            kind,
            &format!("{both}{}--x--", part("blog_name\"; filename=\"f", "B")),
        ),
        parts(
            "array",
            kind,
            &format!("{both}{}--x--", part("excerpt[]", "E")),
        ),
        parts(
            "upper-type",
            "MULTIPART/FORM-DATA; BOUNDARY=x",
            &format!("{both}--x--"),
        ),
        parts(
            "charset-type",
            "application/x-www-form-urlencoded; charset=ISO-8859-1",
            "title=A%e9&url=http://t.example/",
        ),
    ]);
    all
}

fn methods() -> Vec<Scenario> {
    let body = "title=A&url=http://t.example/";
    let mut all = Vec::new();
    for (place, path) in [
        ("permalink", PATH),
        ("direct", "/wp-trackback.php?page_id=2"),
        ("path", "/wp-trackback.php/1"),
    ] {
        for method in ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            let send = Send::new(method, path, "");
            all.push(Scenario::new(format!("form-method/{place}-{method}")).send(send));
        }
        let send = Send::new("DELETE", path, body)
            .header("Content-Type", "application/x-www-form-urlencoded");
        all.push(Scenario::new(format!("form-method/{place}-DELETE-form")).send(send));
    }
    all
}

/// What lacks title, URL and blog name is sent to the post.
fn redirects() -> Vec<Scenario> {
    let at = |id: &str, path: &str| {
        Scenario::new(format!("form-redirect/{id}")).send(form(path, "excerpt=E"))
    };
    vec![
        at("permalink", PATH),
        at("page", "/sample-page/trackback/"),
        at("child", "/sample-page/child/trackback/"),
        at("attachment", "/2024/05/06/hello-world/picture/trackback/"),
        at("cafe", "/2024/05/15/caf%c3%a9/trackback/"),
        at("closed", "/2024/05/07/closed/trackback/"),
        at("locked", "/2024/05/10/locked/trackback/"),
        at("path", "/wp-trackback.php/16"),
        at("path-draft", "/wp-trackback.php/6"),
        at("path-trash", "/wp-trackback.php/10"),
        at("path-future", "/wp-trackback.php/11"),
        at("path-private", "/wp-trackback.php/7"),
        at("path-revision", "/wp-trackback.php/25"),
        at("path-absent", "/wp-trackback.php/999"),
        at("front", "/sample-page/trackback/")
            .option("show_on_front", "page")
            .option("page_on_front", "2"),
        at("https", PATH).option("home", "https://blog.test"),
        at("folder", "/wp-trackback.php/16").option("home", "http://blog.test/sub"),
        at("plain", "/?p=1&tb=1").structure(""),
        at("plain-page", "/?page_id=2&tb=1").structure(""),
        at("plain-attachment", "/?attachment_id=13&tb=1").structure(""),
        at("number", "/archives/1/trackback").structure("/archives/%post_id%"),
        at("author", "/bea/from-bea/trackback/").structure("/%author%/%postname%/"),
        at("html", "/hello-world.html/trackback/").structure("/%postname%.html"),
        at("index", "/index.php/sample-page/trackback/")
            .structure("/index.php/%year%/%monthnum%/%day%/%postname%/"),
    ]
}

fn urls() -> Vec<Scenario> {
    [
        ("no-host", "http://"),
        ("host-only", "http://t.example"),
        ("port", "http://t.example:8080/a"),
        ("user", "http://user:word@t.example/"),
        ("ipv6", "http://[2001:db8::1]/a"),
        ("data", "data:text/html,hello"),
        ("feed", "feed://t.example/"),
        ("scheme-relative", "//t.example/page"),
        ("query-only", "?p=1"),
        ("fragment-only", "#part"),
        ("fragment", "http://t.example/#part"),
        ("encoded", "http://t.example/a%20b%c3%a9%zz"),
        ("entity", "http://t.example/?a=1&amp;b=2&#038;c=3&lt;d"),
        ("entity-quote", "http://t.example/&quot;&#039;"),
        ("backslashes", "http:\\\\t.example\\page"),
        ("colon-first", ":http://t.example/"),
        ("mixed-scheme", "hTTps://t.example/"),
        ("nested", "http://t.example/http://u.example/"),
        ("spaces-around", " http://t.example/ "),
        ("tab", "http://t.example/a\tb"),
        ("idn", "http://bücher.example/ö"),
        ("idn-upper", "http://BÜCHER.example/"),
        ("asterisk", "http://t.example/*|~!$'()@,"),
        ("braces", "http://t.example/{a}^`"),
        ("deprecated-0d", "http://t.example/%0d%0aa"),
        ("double-encoded", "http://t.example/%250d%250a"),
        ("triple-nested", "http://t.example/%0%0%0AADa"),
        ("control", "http://t.example/\u{1}\u{7f}a"),
        ("192-utf8", &format!("http://t.example/{}", "é".repeat(90))),
        ("200", &format!("http://t.example/{}", "a".repeat(183))),
        ("201", &format!("http://t.example/{}", "a".repeat(184))),
        ("zero", "0"),
        ("word", "word"),
        ("telephone", "tel:123"),
    ]
    .iter()
    .map(|(id, url)| {
        let fields: [(&str, &[u8]); 2] = [("title", b"A title"), ("url", url.as_bytes())];
        Scenario::new(format!("form-url/{id}")).send(trackback(PATH, &fields))
    })
    .collect()
}

/// Charsets by every kind of name, with words that look like them.
fn charsets() -> Vec<Scenario> {
    let sent = |id: &str, charset: &str, text: &[u8]| {
        Scenario::new(format!("form-charset/{id}")).send(trackback(
            PATH,
            &[
                ("title", text),
                ("url", b"http://t.example/"),
                ("excerpt", text),
                ("blog_name", text),
                ("charset", charset.as_bytes()),
            ],
        ))
    };
    let utf16: Vec<u8> = "words é"
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    let mut all = vec![
        sent("empty", "", "café".as_bytes()),
        sent("ascii", "ASCII", b"plain words"),
        sent("ascii-not", "ASCII", "café".as_bytes()),
        sent("us-ascii", "US-ASCII", b"plain words"),
        sent("jis", "JIS", b"\x1b$BF|K\\\x1b(B words"),
        sent("iso-2022-jp", "ISO-2022-JP", b"\x1b$BF|K\\\x1b(B words"),
        sent("utf16", "UTF-16", &utf16),
        sent("utf7-imap", "UTF7-IMAP", b"caf&AOk- words"),
        sent("quoted-printable", "QUOTED-PRINTABLE", b"caf=C3=A9 words"),
        sent(
            "quoted-printable-mixed",
            "Quoted-Printable",
            b"caf=C3=A9 words",
        ),
        sent("uuencode", "UUENCODE", b"begin 644 x\n#86)C\n`\nend\n"),
        sent("7bit", "7BIT", b"plain words"),
        sent("8bit", "8BIT", "café".as_bytes()),
        sent("pass", "PASS", b"plain words"),
        sent("auto", "AUTO", b"plain words"),
        sent("utf7-within", "XUTF-7X", b"+AGE-"),
        sent("spaces", "UTF -8", "café".as_bytes()),
        sent("commas", ",UTF-8,", "café".as_bytes()),
        sent("markup", "<b>UTF-8</b>", "café".as_bytes()),
        sent("wchar", "WCHAR", b"plain words"),
    ];
    for charset in [
        "BIG-5",
        "EUC-KR",
        "EUC-CN",
        "GB18030",
        "KOI8-R",
        "CP866",
        "CP932",
        "ISO-8859-15",
        "UTF-8-MOBILE#DOCOMO",
        "UCS-2",
    ] {
        let id = charset.to_ascii_lowercase();
        all.push(sent(&id, charset, "Ünï 日本 words".as_bytes()));
    }
    for (id, text) in [
        ("euc-jp", &b"\xc6\xfc\xcb\xdc\xb8\xec"[..]),
        ("sjis", b"\x93\xfa\x96\x7b\x8c\xea"),
        ("jis", b"\x1b$BF|K\\8l\x1b(B"),
        ("utf8-japanese", "日本語の言葉".as_bytes()),
    ] {
        let fields: [(&str, &[u8]); 3] = [
            ("title", b"A title"),
            ("url", b"http://t.example/"),
            ("excerpt", text),
        ];
        all.push(
            Scenario::new(format!("form-charset/guessed-{id}")).send(trackback(PATH, &fields)),
        );
        let site = Scenario::new(format!("form-charset/site-latin1-{id}"));
        all.push(
            site.option("blog_charset", "ISO-8859-1")
                .send(trackback(PATH, &fields)),
        );
    }
    all
}

/// Posts of other kinds and states, and posts that were renamed.
fn kinds() -> Vec<Scenario> {
    let at =
        |id: &str, path: &str| Scenario::new(format!("form-at/{id}")).send(trackback(path, &FULL));
    vec![
        at("attachment", "/2024/05/06/hello-world/picture/trackback/"),
        at("grandchild", "/sample-page/child/deep/trackback/"),
        at("draft", "/2024/05/08/unfinished/trackback/"),
        at("private", "/2024/05/09/hidden/trackback/"),
        at("future", "/2099/01/01/later/trackback/"),
        at("trash-path", "/wp-trackback.php/10"),
        at("private-path", "/wp-trackback.php/7"),
        at("auto-draft-path", "/wp-trackback.php/19"),
        at("revision-path", "/wp-trackback.php/25"),
        at("closed-page", "/closed-page/trackback/"),
        at("numeric-slug", "/2024/05/18/2023/trackback/"),
        at("upper", "/2024/05/06/Hello-World/trackback/"),
        at("upper-ending", "/2024/05/06/hello-world/TRACKBACK/"),
        at("two-slashes", "/2024/05/06/hello-world//trackback/"),
        at("wrong-day", "/2024/05/07/hello-world/trackback/"),
        at("letters-path", "/wp-trackback.php/1abc"),
        at("negative-path", "/wp-trackback.php/-1"),
        at("huge-path", "/wp-trackback.php/99999999999999999999"),
        at("both-ids", "/wp-trackback.php/16?p=1"),
        at("tb-id-and-path", "/wp-trackback.php/16?tb_id=1"),
        at("p-zero", "/wp-trackback.php?p=0"),
        at("page-id-absent", "/wp-trackback.php?page_id=999"),
        at("attachment-id", "/wp-trackback.php?attachment_id=13"),
        at("name", "/wp-trackback.php?name=hello-world"),
        at("pagename", "/wp-trackback.php?pagename=sample-page"),
        at("tb-in-query", "/2024/05/06/hello-world/?tb=1"),
        at("tb-zero", "/2024/05/06/hello-world/?tb=0"),
        at("front-tb", "/?tb=1"),
        at("front-page-tb", "/?tb=1").option("show_on_front", "page").option("page_on_front", "2"),
        at("old-slug", "/2024/05/17/drei/trackback/")
            .sql("INSERT INTO wp_postmeta (post_id, meta_key, meta_value) VALUES (16, '_wp_old_slug', 'drei')"),
        at("category-tb", "/category/uncategorized/?tb=1"),
        at("sub-folder", "/sub/2024/05/06/hello-world/trackback/").option("home", "http://blog.test/sub"),
    ]
}
