//! Stretches of WordPress as a whole: what a page, a form, a comment's fields come to.

use linkbackd::php::array::{PhpArray, PhpKey, PhpValue};
use linkbackd::php::string::{replace, stripslashes};
use linkbackd::refusal::Refusal;
use linkbackd::request::Request;
use linkbackd::trackback::request::{Form, read};
use linkbackd::verify::page;
use linkbackd::wordpress::blog::set_url_scheme;
use linkbackd::wordpress::die::wp_is_json_request;
use linkbackd::wordpress::filters::{
    PRE_COMMENT_AUTHOR_NAME, PRE_COMMENT_AUTHOR_URL, PRE_COMMENT_CONTENT, apply_filters,
};
use linkbackd::wordpress::formatting::slashes::wp_slash;
use linkbackd::wordpress::http::wp_http_validate_url;
use linkbackd::wordpress::options::{canonical_charset, trailingslashit, untrailingslashit};
use linkbackd::wordpress::requests::request_target;
use linkbackd::wordpress::rewrite_rules::RewriteRules;

use super::generate::{HTML, TITLES, URLS, Words};
use super::judge::{Argument, Row, row, text, texts};
use super::kses::TAGS;

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = wholes();
    rows.extend(urls());
    rows
}

fn wholes() -> Vec<Row> {
    use Argument::{OneOf, Text};
    vec![
        row(
            "pingback_page",
            vec![
                OneOf(&[
                    "",
                    "<title>T</title>",
                    "<html><head><title>A title</title></head><body><p>",
                ]),
                Text(PAGE),
                OneOf(&[
                    "",
                    " words <a href=\"http://blog.example/?p=7&amp;x=2\">link</a> and words",
                    " <a href='http://blog.example/é'>x</a> y <a href=\"http://blog.example/a(b)|c$1\\2\">z</a>",
                ]),
                OneOf(&[
                    "http://blog.example/?p=7&x=2",
                    "http://blog.example/?p=7&amp;x=2",
                    "http://blog.example/é",
                    "http://blog.example/a(b)|c$1\\2",
                    "http://blog.example/'>\"",
                    "xblog.example",
                ]),
            ],
            |w, a| pingback_page(w, &[&a[0][..], &a[1], &a[2]].concat(), &a[3]),
        ),
        row(
            "trackback_form",
            vec![
                Text(URLS),
                Text(FIELDS),
                Text(HTML),
                Text(FIELDS),
                OneOf(CHARSETS),
            ],
            |w, a| {
                let names = ["url", "title", "excerpt", "blog_name", "charset"];
                let post: PhpArray = names
                    .into_iter()
                    .zip(a)
                    .map(|(name, value)| (PhpKey::from(name), PhpValue::Str(value.clone())))
                    .collect();
                match read(&w.blog, &post) {
                    Form::Fields(f) => texts([&f.url[..], &f.title, &f.excerpt, &f.blog_name]),
                    Form::Utf7 => PhpValue::Str(b"UTF-7".to_vec()),
                    Form::Critical => PhpValue::Null,
                }
            },
        ),
        row(
            "wp_filter_comment",
            vec![Text(TITLES), Text(URLS), Text(TAGS)],
            |w, a| {
                let chains = [
                    PRE_COMMENT_AUTHOR_NAME,
                    PRE_COMMENT_AUTHOR_URL,
                    PRE_COMMENT_CONTENT,
                ];
                let fields = chains
                    .iter()
                    .zip(a)
                    .map(|(chain, text)| stripslashes(&apply_filters(&w.blog, chain, text)));
                let fields: Vec<_> = fields.collect();
                texts(fields.iter().map(Vec::as_slice))
            },
        ),
    ]
}

fn pingback_page(world: &super::judge::World, body: &[u8], target: &[u8]) -> PhpValue {
    // The fetch refuses it before.
    if body.is_empty() || body == b"0" {
        return PhpValue::Int(16);
    }
    let target = replace(&replace(target, b"&amp;", b"&"), b"&", b"&amp;");
    match page::read(&world.blog, body, &wp_slash(&target)) {
        Ok(reading) => texts([&reading.title[..], &reading.content]),
        Err(Refusal::NoTitle) => PhpValue::Int(32),
        Err(_) => PhpValue::Int(17),
    }
}

fn urls() -> Vec<Row> {
    use Argument::{OneOf, Text};
    vec![
        row("wp_http_validate_url", vec![Text(URLS)], |w, a| {
            let valid = wp_http_validate_url(w.blog.version, &w.blog.home, &[80, 443, 8080], &a[0]);
            match valid {
                // DIFFERS: an IPv6 literal is for the guard to judge; WordPress refuses all of them.
                Some(valid) if !valid.host.contains(&b':') => PhpValue::Str(valid.url),
                _ => PhpValue::Bool(false),
            }
        }),
        row(
            "request_target",
            vec![OneOf(&["/", "?", "#"]), Text(TARGETS)],
            |_, a| request_target(&a.concat()).map_or(PhpValue::Bool(false), PhpValue::Str),
        ),
        row(
            "set_url_scheme",
            vec![Text(URLS), OneOf(&["http", "https"])],
            |_, a| {
                let scheme = if a[1] == b"http" { "http" } else { "https" };
                PhpValue::Str(set_url_scheme(&a[0], scheme))
            },
        ),
        text("home_url", URLS, |w, t| w.blog.home_url(t)),
        text("untrailingslashit", URLS, |_, t| {
            untrailingslashit(t).to_vec()
        }),
        text("trailingslashit", URLS, |_, t| trailingslashit(t)),
        text("_canonical_charset", NAMES, |_, t| canonical_charset(t)),
        row(
            "wp_is_json_request",
            vec![Text(TYPES), Text(TYPES)],
            |_, a| {
                PhpValue::Bool(wp_is_json_request(&Request {
                    accept: a[0].clone(),
                    content_type: a[1].clone(),
                    ..Request::default()
                }))
            },
        ),
        row(
            "rewrite_rule",
            vec![OneOf(PATTERNS), OneOf(QUERIES), Text(PATHS)],
            |_, a| {
                let option = format!(
                    "a:1:{{s:{}:\"{}\";s:{}:\"{}\";}}",
                    a[0].len(),
                    String::from_utf8_lossy(&a[0]),
                    a[1].len(),
                    String::from_utf8_lossy(&a[1])
                );
                let rules = RewriteRules::parse(option.as_bytes());
                let rule = rules.iter().next().expect("one rule");
                rule.matches(&a[2]).map_or(PhpValue::Bool(false), |found| {
                    PhpValue::Str(rule.apply(&found))
                })
            },
        ),
    ]
}

/// Charsets a form may name, as PHP lists them. With another or without one WordPress guesses, which is its own difference.
const CHARSETS: &[&str] = &[
    "UTF-8",
    "utf-8",
    " ISO-8859-1",
    "ISO-8859-15",
    "EUC-JP",
    "SJIS",
    "JIS",
    "ASCII",
    "BASE64",
    "HTML-ENTITIES",
    "UTF-7",
    "KOI8-R",
    "GB18030",
    "UTF-16LE",
];

/// Text in several charsets.
const FIELDS: Words = &[
    b"title ",
    b"<b>",
    b"</b>",
    b"<script>",
    b"%41",
    b"&amp;",
    b"\\'",
    b"\xe9",
    b"\x93\xfa\x96{",
    b"\xc6\xfc\xcb\xdc",
    b"\x1b$BF|K\\\x1b(B",
    b"+AOk-",
    b"QUJD",
    b"&eacute;",
    b"\xc3\xa9",
    b"\xe6\x97\xa5",
    b"\xd0\x9f",
    b"\x00A",
];

/// What pages are made of.
const PAGE: Words = &[
    b"<a href=\"http://blog.example/?p=7&amp;x=2\">",
    b"<a class=x href='http://blog.example/?p=7&amp;x=2#c'>",
    b"<a href=\"http://blog.example/\xc3\xa9\">",
    b"<A HREF=\"http://blog.example/?p=7&amp;x=2\">",
    b"<a title=\"",
    b"<a",
    b"</a>",
    b"</A>",
    b"link text",
    b"http://blog.example/?p=7&amp;x=2",
    b"http://blog.example/?p=7&x=2",
    b"http://blog.example/a(b)|c$1\\\\2",
    b"xblog.example",
    b"<p>",
    b"</p>",
    b"<li class=y>",
    b"<br>",
    b"<body>",
    b"<link>",
    b"<title>",
    b"</title>",
    b"<title>0</title>",
    b"<TITLE>t</TITLE>",
    b"<script>",
    b"</script>",
    b"<style x>",
    b"</STYLE>",
    b"<!--",
    b"-->",
    b"<!DOC",
    b"<?php",
    b"?>",
    b"\n\n",
    b"\r\n",
    b"\t",
    b" ",
    b"\x0b",
    b"\x0c",
    b"\"",
    b"'",
    b">",
    b"<",
    b"<wpcontext>",
    b"</wpcontext>",
    b"&amp;",
    b"&#8230;",
    b"&bogus;",
    b"\xc3\xa9",
    b"word ",
    b"words and words and words and words and words ",
    b"wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww",
    b"<b>",
    b"</b>",
    b"$1",
    b"\\1",
    b"(",
    b"|",
];

/// What follows a host.
const TARGETS: Words = &[
    b"/",
    b".",
    b"..",
    b"/..",
    b"/./",
    b"/../",
    b"//",
    b"?",
    b"#",
    b"&",
    b"=",
    b";",
    b":",
    b"@",
    b" ",
    b"%",
    b"%2",
    b"%2F",
    b"%2f",
    b"%41",
    b"%7e",
    b"%5f",
    b"%2d",
    b"%2E",
    b"%2e%2e",
    b"%00",
    b"%C3%BC",
    b"%c3",
    b"%zz",
    b"\xc3\xbc",
    b"\xe2\x82",
    b"\xf0\x9f\x98\x80",
    b"\xff",
    b"\x7f",
    b"\t",
    b"\n",
    b"\"",
    b"'",
    b"\\",
    b"<",
    b"[",
    b"]",
    b"{",
    b"|",
    b"^",
    b"`",
    b"~",
    b"!",
    b"$",
    b"(",
    b"*",
    b"+",
    b",",
    b"_",
    b"-",
    b"a",
    b"Z",
    b"0",
    b"word",
    b"...",
];

const NAMES: Words = &[
    b"utf", b"UTF", b"-", b"8", b"iso", b"ISO", b"8859", b"-8859-1", b"1", b"utf-8", b"Utf8", b" ",
];

/// Media types.
const TYPES: Words = &[
    b"application/",
    b"json",
    b"application/json",
    b"APPLICATION/JSON",
    b"+json",
    b"ld",
    b"+oembed",
    b";",
    b",",
    b" ",
    b"text/",
    b"/",
    b"x.y",
    b"!#$",
    b"-^",
    b"+",
    b"json+oembed",
    b"q=1",
    b"\t",
];

const PATTERNS: &[&str] = &[
    "",
    "([^/]+)/?$",
    "(.?.+?)(?:/([0-9]+))?/?$",
    "([0-9]{4})/([0-9]{1,2})/([^/]+)(?:/([0-9]+))?/?$",
    "category/(.+?)/feed/(feed|rdf|rss|rss2|atom)/?$",
    "(a)?(b)?(c)?",
    "a|b",
    "(?i)x(.*)",
    "[",
    "caf\u{e9}/(.*)",
];

const QUERIES: &[&str] = &[
    "index.php?name=$matches[1]",
    "index.php?a=$matches[1]&b=$matches[2]&c=$matches[3]&page=$matches[4]",
    "index.php?x=1?y=$matches[0]",
    "$matches[1]$matches[10]$matches[01]$matches[]",
    "?$matches[1",
    "a\n?b=$matches[2]",
    "",
];

const PATHS: Words = &[
    b"a",
    b"b",
    b"c",
    b"/",
    b"2024",
    b"/02",
    b"/10/",
    b"post",
    b"category/",
    b"feed/",
    b"rss2",
    b"x",
    b"X",
    b"caf\xc3\xa9/",
    b"%20",
    b"+",
    b"&",
    b"=",
    b"1",
    b"12",
    b".",
    b"\n",
];
