//! The source: its URL, what its server answers, its title, the link and the words around it.

use std::time::Duration;

use crate::common::Page;
use crate::scenario::{HELLO, Scenario, linking, ping, titled};

pub(crate) fn all() -> Vec<Scenario> {
    [urls(), answers(), titles(), links(), excerpts()].concat()
}

fn urls() -> Vec<Scenario> {
    let mut all: Vec<Scenario> = [
        ("query", "{source}/page?a=1&b=2", "/page?a=1&b=2"),
        ("entity", "{source}/page?a=1&amp;b=2", "/page?a=1&b=2"),
        ("no-path", "{source}", "/"),
        ("fragment", "{source}/page#part", "/page"),
        ("upper-path", "{source}/Page", "/Page"),
        ("encoded", "{source}/a%20b", "/a%20b"),
        ("space", "{source}/a b", "/a%20b"),
        ("utf8", "{source}/é", "/%C3%A9"),
        ("quote", "{source}/it's", "/it%5C's"),
        ("double-quote", "{source}/a\"b", "/a%5C%22b"),
        ("brackets", "{source}/a[1]", "/a%5B1%5D"),
        ("angle", "{source}/a<b>c", "/a%3Cb%3Ec"),
        ("dot-segments", "{source}/x/../page", "/page"),
        ("percent", "{source}/100%", "/100%"),
    ]
    .iter()
    .map(|(name, source, path)| {
        Scenario::new(format!("source/{name}"))
            .page(path, linking(HELLO))
            .page("/page", linking(HELLO))
            .send(ping(source, HELLO))
    })
    .collect();
    let long = format!("{{source}}/{}", "a".repeat(200));
    let refused = [
        ("ftp", "ftp://127.0.0.1/"),
        ("no-scheme", "127.0.0.1/page"),
        ("scheme-only", "http://"),
        ("scheme-relative", "//127.0.0.1/page"),
        ("upper-scheme", "HTTP://127.0.0.1:1/page"),
        ("user", "http://user@127.0.0.1/"),
        ("password", "http://user:word@127.0.0.1/"),
        ("ipv6", "http://[::1]/"),
        ("port-large", "http://127.0.0.1:99999/"),
        ("port-closed", "http://127.0.0.1:1/"),
        ("leading-space", " {source}/page"),
        ("number", "5"),
        ("unknown-name", "http://no-such-host.invalid/"),
        ("javascript", "javascript:alert(1)"),
        ("own-home", "http://blog.test/"),
    ];
    all.extend(refused.iter().map(|(name, source)| {
        Scenario::new(format!("source/{name}"))
            .page("/page", linking(HELLO))
            .send(ping(source, HELLO))
    }));
    let path = long.trim_start_matches("{source}").to_owned();
    all.push(
        Scenario::new("source/long")
            .page(&path, linking(HELLO))
            .send(ping(&long, HELLO)),
    );
    all
}

fn answers() -> Vec<Scenario> {
    let page = || linking(HELLO);
    let raw = |head: &str, body: &[u8]| Page::raw([head.as_bytes(), body].concat());
    let body = page().body;
    let chunked: Vec<u8> = body
        .chunks(50)
        .flat_map(|part| [format!("{:x}\r\n", part.len()).as_bytes(), part, b"\r\n"].concat())
        .chain(*b"0\r\n\r\n")
        .collect();
    let filler = |bytes: usize| format!("<p>{}</p>", "x ".repeat(bytes / 2));
    let link = format!("<p>before the <a href=\"{HELLO}\">link</a> after it</p>");
    [
        ("404", page().status(404)),
        ("500", page().status(500)),
        ("204", Page::raw("HTTP/1.1 204 No Content\r\n\r\n")),
        ("redirect", page().status(302).header("Location", "/other")),
        (
            "redirect-empty",
            Page::html("").status(301).header("Location", "/other"),
        ),
        ("empty", Page::html("")),
        ("zero", Page::html("0")),
        ("plain-text", page().header("Content-Type", "text/plain")),
        ("image", page().header("Content-Type", "image/png")),
        ("no-type", raw("HTTP/1.1 200 OK\r\n\r\n", &body)),
        (
            "chunked",
            raw(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                &chunked,
            ),
        ),
        ("http-1.0", raw("HTTP/1.0 200 OK\r\n\r\n", &body)),
        ("hang-up", Page::raw("")),
        ("garbage", Page::raw("garbage\r\n\r\n")),
        ("slow", page().delay(Duration::from_secs(2))),
        ("link-before-limit", titled(&(filler(100_000) + &link))),
        ("link-behind-limit", titled(&(filler(160_000) + &link))),
        (
            "link-first-of-large",
            titled(&(link.clone() + &filler(400_000))),
        ),
    ]
    .into_iter()
    .map(|(name, page)| {
        Scenario::from_page(format!("answer/{name}"), page).page("/other", linking(HELLO))
    })
    .collect()
}

fn titles() -> Vec<Scenario> {
    let long = "t".repeat(300);
    let long_utf8 = "é".repeat(200);
    [
        ("missing", ""),
        ("empty", "<title></title>"),
        ("space", "<title> </title>"),
        ("zero", "<title>0</title>"),
        ("upper", "<TITLE>Upper</TITLE>"),
        ("attribute", "<title lang=\"en\">Attribute</title>"),
        ("tag-inside", "<title>A <b>bold</b> title</title>"),
        ("second-wins", "<title>A <b>bold</b></title><title>Second</title>"),
        ("newlines", "<title>\n  Two\n  lines\n</title>"),
        ("paragraph-inside", "<title>A <p> title</title>"),
        ("entities", "<title>Fish &amp; chips &lt;3 &#8217; &eacute; &bogus; &#0;</title>"),
        ("bare-ampersand", "<title>Fish & chips</title>"),
        ("quotes", "<title>It's \"quoted\" \\ and \\\\ more</title>"),
        ("percent", "<title>100%ab off 50% %25%32 a</title>"),
        ("escaped-tag", "<title>&lt;b&gt;bold&lt;/b&gt; &lt;script&gt;</title>"),
        ("greater", "<title>a > b >> c</title>"),
        ("utf8", "<title>Ünïcödé 日本語 😀</title>"),
        ("long", &format!("<title>{long}</title>")),
        ("long-utf8", &format!("<title>{long_utf8}</title>")),
        ("svg", "<svg><title>Icon</title></svg><title>Real</title>"),
        ("comment", "<!-- <title>Hidden</title> --><title>Real</title>"),
        ("tabs", "<title>a\t\tb\u{a0}c</title>"),
    ]
    .into_iter()
    .map(|(name, head)| {
        let page = Page::html(format!(
            "<html><head>{head}</head><body><p>before the <a href=\"{HELLO}\">link</a> after it</p></body></html>"
        ));
        Scenario::from_page(format!("title/{name}"), page)
    })
    .chain([
        Scenario::from_page(
            "title/latin1",
            Page::html([b"<title>Caf\xe9</title>".to_vec(), linking(HELLO).body].concat()),
        ),
        Scenario::from_page(
            "title/control",
            Page::html([b"<title>a\x01b\x0bc\x7fd</title>".to_vec(), linking(HELLO).body].concat()),
        ),
    ])
    .collect()
}

fn links() -> Vec<Scenario> {
    let wrap = |name: &str, html: &str| {
        let html = html.replace("URL", HELLO);
        Scenario::from_page(
            format!("link/{name}"),
            titled(&format!("<p>some words before {html} some words after</p>")),
        )
    };
    let mut all: Vec<Scenario> = [
        ("none", "URL"),
        ("single-quotes", "<a href='URL'>link</a>"),
        ("unquoted", "<a href=URL>link</a>"),
        (
            "attributes",
            "<a class=\"x\" href=\"URL\" rel=\"nofollow\">link</a>",
        ),
        ("nofollow", "<a rel=nofollow href=\"URL\">link</a>"),
        ("other-attribute", "<a href=\"#\" data-x=\"URL\">link</a>"),
        ("prefix", "<a href=\"URLcomments/\">link</a>"),
        ("redirector", "<a href=\"http://r.example/?u=URL\">link</a>"),
        ("upper-tag", "<A HREF=\"URL\">link</A>"),
        ("upper-end", "<a href=\"URL\">link</A>"),
        ("newline-in-tag", "<a\n  href=\"URL\"\n>link</a>"),
        ("no-end", "<a href=\"URL\">link"),
        ("space-in-end", "<a href=\"URL\">link</a >"),
        ("empty-text", "<a href=\"URL\"></a>"),
        ("image", "<a href=\"URL\"><img src=x></a>"),
        ("bold", "<a href=\"URL\"><b>link</b></a>"),
        ("greater-in-text", "<a href=\"URL\">a > b</a>"),
        ("less-in-text", "<a href=\"URL\">a < b</a>"),
        ("comment", "<!-- <a href=\"URL\">link</a> -->"),
        ("script", "<script>'<a href=\"URL\">link</a>'</script>"),
        ("unclosed-script", "<script><a href=\"URL\">link</a>"),
        ("style", "<style><a href=\"URL\">link</a></style>"),
        ("textarea", "<textarea><a href=\"URL\">link</a></textarea>"),
        ("pre", "<pre><a href=\"URL\">link</a></pre>"),
        (
            "two",
            "<a href=\"URL\">one</a> between <a href=\"URL\">two</a>",
        ),
        (
            "same-twice",
            "<a href=\"URL\">one</a> between <a href=\"URL\">one</a>",
        ),
        (
            "other-before",
            "<a href=\"http://x.example/\">other</a> then <a href=\"URL\">link</a>",
        ),
        (
            "other-swallows",
            "<a href=\"http://x.example/\">URL</a> then <a href=\"URL\">link</a>",
        ),
        ("php", "<?php echo 1 ?><a href=\"URL\">link</a>"),
        ("quote-open", "<i title=\"><a href=\"URL\">link</a>"),
        (
            "wrong-slash",
            "<a href=\"http://blog.test/2024/05/06/hello-world\">link</a>",
        ),
        ("relative", "<a href=\"/2024/05/06/hello-world/\">link</a>"),
    ]
    .iter()
    .map(|(name, html)| wrap(name, html))
    .collect();
    for (name, href) in [
        ("raw", "http://blog.test/?p=1&b=2"),
        ("entity", "http://blog.test/?p=1&amp;b=2"),
        ("numeric", "http://blog.test/?p=1&#038;b=2"),
    ] {
        all.push(
            Scenario::new(format!("link/ampersand-{name}"))
                .page("/page", linking(href))
                .send(ping("{source}/page", "http://blog.test/?p=1&b=2")),
        );
    }
    all
}

fn excerpts() -> Vec<Scenario> {
    let link = format!("<a href=\"{HELLO}\">the link</a>");
    let words = "word ".repeat(60);
    let long_word = "w".repeat(150);
    let long_text = format!("<a href=\"{HELLO}\">{}</a>", "long ".repeat(40));
    let cut_inside = format!(
        "<a href=\"{HELLO}\">{}{}</a>",
        "a".repeat(99),
        "é".repeat(20)
    );
    [
        ("only-link", format!("<p>{link}</p>")),
        ("one-word-each", format!("<p>before {link} after</p>")),
        ("long", format!("<p>{words}{link} {words}</p>")),
        ("long-words", format!("<p>x {long_word} {link} {long_word} x</p>")),
        ("no-spaces", format!("<p>日本語{link}日本語</p>")),
        ("long-text", format!("<p>some words {long_text} some words</p>")),
        ("cut-inside-letter", format!("<p>some words {cut_inside} some words</p>")),
        ("entities", format!("<p>a &amp; b &lt;i&gt; &eacute; &bogus; &#39; & {link} &quot;c&quot; &#x41; d e</p>")),
        ("quotes", format!("<p>it's \"so\" \\ really {link} isn't \\\\ it \"now\" then</p>")),
        ("tags", format!("<p>a <b>bold</b> and <i>thin</i> x {link} <u>under</u> line <br> y</p>")),
        ("div", format!("<div>one two three {link} four five six</div><div>seven</div>")),
        ("list", format!("<ul><li>one two three</li><li>four five {link} six seven</li></ul>")),
        ("table", format!("<table><tr><td>one two</td><td>three {link} four five</td></tr></table>")),
        ("link-like-tags", format!("<p>one <picture>two</picture> three {link} four <param> five</p>")),
        ("upper-paragraph", format!("<P>one two three {link} four five six</P>")),
        ("blank-lines", format!("<div>one\n\n\ntwo three {link} four\t\tfive\r\nsix</div>")),
        ("markers", format!("<p>one <wpcontext>two</wpcontext> three {link} four five six</p>")),
        ("regex", format!("<p>a.b|c*d+ (e) [f] $1 \\1 {link} ^g$ h? {{2}} i</p>")),
        ("smiley", format!("<p>so happy :-) today {link} :cool: and more</p>")),
        ("less-than", format!("<p>a < b and 1<2 so {link} c > d and <3 more</p>")),
        ("script-beside", format!("<p>one two<script>x = '<p>';</script> three {link} four five six</p>")),
        ("comment-beside", format!("<p>one two<!-- hidden > words --> three {link} four five six</p>")),
        ("emoji", format!("<p>one 😀 two three {link} four 😀 five six</p>")),
        ("shortcode", format!("<p>one [gallery] two three {link} four [/caption] five six</p>")),
    ]
    .into_iter()
    .map(|(name, body)| Scenario::from_page(format!("excerpt/{name}"), titled(&body)))
    .chain([Scenario::from_page(
        "excerpt/latin1",
        Page::html([b"<title>T</title><p>caf\xe9 and more words ".to_vec(), link.clone().into(), b" caf\xe9 it is</p>".to_vec()].concat()),
    )])
    .collect()
}
