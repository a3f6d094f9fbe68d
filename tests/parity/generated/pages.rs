//! Sources: their URLs, and what their server answers.

use std::io::Write;

use crate::common::Page;
use crate::scenario::Scenario;

use super::dice::Dice;
use super::texts;

/// As much of a body as WordPress keeps.
const LIMIT: usize = 153_600;

/// A target as pages have to spell it for WordPress to see it.
fn href(target: &str) -> String {
    target.replace('&', "&amp;")
}

/// A page with nothing odd about it but the target.
pub(super) fn plain(target: &str, title: &str) -> Page {
    Page::html(format!(
        "<title>{title}</title><p>some words of {title} stand before <a href=\"{}\">the link</a> and some stand after it</p>",
        href(target)
    ))
}

/// Puts a page into the scenario that links to the target in some way; its URL.
pub(super) fn add(dice: &mut Dice, scenario: &mut Scenario, target: &str, number: usize) -> String {
    let (url, path) = url(dice, number);
    let body = body(dice, target, number);
    let page = answer(dice, body);
    scenario.pages.push((path, page));
    url
}

/// The URL of a source as it is sent, and the path that the server sees.
fn url(dice: &mut Dice, number: usize) -> (String, String) {
    let plain = format!("/page{number}");
    if dice.chance(60) {
        return (format!("{{source}}{plain}"), plain);
    }
    let (sent, seen) = match dice.below(22) {
        0 => (format!("{plain}?a=1&b=2"), format!("{plain}?a=1&b=2")),
        1 => (format!("{plain}?a=1&amp;b=2"), format!("{plain}?a=1&b=2")),
        2 => (format!("{plain}#part"), plain),
        3 => (format!("{plain}/é"), format!("{plain}/%C3%A9")),
        4 => (format!("{plain}/it's"), format!("{plain}/it%5C's")),
        5 => (format!("{plain}/a b"), format!("{plain}/a%20b")),
        6 => (format!("/x/..{plain}"), plain),
        7 => (format!("{plain}/a[1]"), format!("{plain}/a%5B1%5D")),
        8 => (format!("{plain}/%e9%41"), format!("{plain}/%E9A")),
        9 => (format!("{plain}?"), format!("{plain}?")),
        10 => (format!("/{plain}"), format!("/{plain}")),
        11 => (
            format!("{plain}/{}", "a".repeat(175)),
            format!("{plain}/{}", "a".repeat(175)),
        ),
        12 => (
            format!("{plain}?q=日本"),
            format!("{plain}?q=%E6%97%A5%E6%9C%AC"),
        ),
        13 => (format!("{plain}?x=%26&y=&z"), format!("{plain}?x=%26&y=&z")),
        14 => (
            format!("{plain};a=b,c!d*(e)~$+"),
            format!("{plain};a=b,c!d*(e)~$+"),
        ),
        15 => (format!("{plain}|x^y`"), format!("{plain}%7Cx%5Ey%60")),
        16 => (format!("{plain}/a%00b%0a"), format!("{plain}/a%00b%0A")),
        17 => (format!("{plain}?a&#038;b"), format!("{plain}?a&b")),
        18 => (
            format!("{plain}?{}", "a&".repeat(45)),
            format!("{plain}?{}", "a&".repeat(45)),
        ),
        19 => (format!("?{}", &plain[1..]), format!("/?{}", &plain[1..])),
        20 => (format!("{plain}/./a/b/../c"), format!("{plain}/a/c")),
        _ => (
            format!("{plain}/A%2fB%c3%a9"),
            format!("{plain}/A%2FB%C3%A9"),
        ),
    };
    (format!("{{source}}{sent}"), seen)
}

/// What the server makes of a body.
fn answer(dice: &mut Dice, body: Vec<u8>) -> Page {
    if dice.chance(70) {
        return Page::html(body);
    }
    let raw = |head: &str, body: &[u8]| Page::raw([head.as_bytes(), body].concat());
    let length = body.len();
    match dice.below(24) {
        0 => Page::html(body).status(404),
        1 => Page::html(body).status(500),
        2 => Page::html(body).status(201),
        3 => Page::html(body).status(302).header("Location", "/page1"),
        4 => Page::html(body).status(301),
        5 => Page::html(body).header("Content-Type", "text/plain"),
        6 => Page::html(body).header("Content-Type", "text/html; charset=ISO-8859-1"),
        7 => Page::html(body).header("Content-Type", "image/png"),
        8 => raw("HTTP/1.1 200 OK\r\n\r\n", &body),
        9 => raw("HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n", &body),
        10 => raw(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            &chunked(dice, &body),
        ),
        11 => raw(
            &format!("HTTP/1.1 200\r\ncontent-length: {length}\r\n\r\n"),
            &body,
        ),
        12 => Page::html(body).status(410),
        13 => raw(
            &format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", length / 2),
            &body,
        ),
        14 => raw("HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\nX-A: d\r\n\r\n", &body),
        15 => raw(
            "HTTP/1.1 200 OK\r\nX-\u{e9}: \u{e9}\r\nSet-Cookie: a=b\r\n\r\n",
            &body,
        ),
        16 => Page::html(gzip(&body)).header("Content-Encoding", "gzip"),
        17 => Page::html(gzip(&gzip(&body))).header("Content-Encoding", "gzip"),
        18 => Page::html(zlib(&body)).header("Content-Encoding", "deflate"),
        19 => Page::html(gzip(&body)),
        20 => Page::html(body).header("Content-Encoding", "identity"),
        21 => Page::html(body)
            .header("X-Pingback", "http://127.0.0.1/x")
            .status(203),
        22 => Page::html(gzip(&body)).header("Content-Encoding", "x-gzip"),
        _ => raw(
            "HTTP/1.1 200 \r\nConnection: keep-alive\r\nContent-Type:text/html;charset=utf-16\r\n\r\n",
            &body,
        ),
    }
}

fn chunked(dice: &mut Dice, body: &[u8]) -> Vec<u8> {
    let size = dice.between(1, 4000);
    let ending = dice.pick(&[
        "0\r\n\r\n",
        "0\r\nX-T: y\r\n\r\n",
        "0;x=y\r\n\r\n",
        "000\r\n\r\n",
    ]);
    let extension = dice.pick(&["", "", ";a=b", " "]);
    body.chunks(size)
        .flat_map(|part| {
            let head = format!("{:x}{extension}\r\n", part.len());
            [head.as_bytes(), part, b"\r\n"].concat()
        })
        .chain(ending.bytes())
        .collect()
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut coder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    coder
        .write_all(body)
        .and_then(|()| coder.finish())
        .unwrap_or_default()
}

fn zlib(body: &[u8]) -> Vec<u8> {
    let mut coder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    coder
        .write_all(body)
        .and_then(|()| coder.finish())
        .unwrap_or_default()
}

/// A page with a title, a link and words in some shape.
fn body(dice: &mut Dice, target: &str, number: usize) -> Vec<u8> {
    let mut page = dice
        .pick(&[
            "",
            "<!DOCTYPE html><html><head>",
            "<html>\n<head>\n",
            "\u{feff}<!doctype html>",
            "<?xml version=\"1.0\"?>\n",
        ])
        .as_bytes()
        .to_vec();
    if dice.chance(15) {
        page.extend(texts::text(dice, 2, 60));
    }
    page.extend(title(dice, number));
    page.extend(
        dice.pick(&[
            "",
            "</head><body>",
            "\n</head>\n<body class=\"x\">\n",
            "<meta charset=\"utf-8\">",
        ])
        .bytes(),
    );
    if dice.chance(4) {
        filler(dice, &mut page);
    }
    for _ in 0..dice.below(3) {
        page.extend(block(dice, None));
    }
    let link = link(dice, target);
    page.extend(block(dice, Some(&link)));
    if dice.chance(20) {
        page.extend(block(dice, Some(&link)));
    }
    if dice.chance(50) {
        page.extend(block(dice, None));
    }
    if dice.chance(3) {
        filler(dice, &mut page);
    }
    page
}

fn title(dice: &mut Dice, number: usize) -> Vec<u8> {
    if dice.chance(30) {
        return format!("<title>Page {number}</title>").into_bytes();
    }
    let (open, close) = match dice.below(16) {
        0 => ("<TITLE>", "</Title>"),
        1 => ("<title>\n", "\n</title>"),
        2 => ("<title >", "</title>"),
        3 => ("<title>", "</title >"),
        4 => ("<title lang=en>", "</title><title>Other</title>"),
        5 => ("<script>'<title>x</title>'</script><title>", "</title>"),
        6 => ("<!-- <title>y</title> --><title>", "</title>"),
        _ => ("<title>", "</title>"),
    };
    let words = texts::text(dice, 5, 35);
    let words: Vec<u8> = if dice.chance(75) {
        // No tag inside, or there is no title.
        words.into_iter().filter(|byte| *byte != b'<').collect()
    } else {
        words
    };
    let mark = format!("{number} ");
    [open.as_bytes(), mark.as_bytes(), &words, close.as_bytes()].concat()
}

fn link(dice: &mut Dice, target: &str) -> Vec<u8> {
    let target = match dice.below(30) {
        0 => target.to_owned(),
        1 => href(target).replace("&amp;", "&#038;"),
        2 => href(target).to_uppercase(),
        3 => href(target).trim_end_matches('/').to_owned(),
        4 => href(target) + "#comments",
        5 => href(target).replace("http:", "https:"),
        _ => href(target),
    };
    let (open, close) = match dice.below(28) {
        0 => (format!("<a href='{target}'>"), "</a>"),
        1 => (format!("<a href={target}>"), "</a>"),
        2 => (format!("<a\nclass=\"x\"\n href=\"{target}\"\t>"), "</a>"),
        3 => (format!("<a title=\"a > b\" href=\"{target}\">"), "</a>"),
        4 => (format!("<A HREF=\"{target}\">"), "</A>"),
        5 => (format!("<a href=\"{target}\""), ">x</a>"),
        6 => (format!("<a href=\"{target}\">"), "</a >"),
        7 => (format!("<a href=\"{target}\">"), ""),
        8 => (format!("<abbr title=\"{target}\">"), "</a>"),
        9 => (
            format!("<a href=\"#\" data-x=\"{target}\" rel=nofollow>"),
            "</a>",
        ),
        10 => (format!("<a href=\"http://r.example/?u={target}\">"), "</a>"),
        11 => (format!("<a href=\"{target}\"><b>"), "</b></a>"),
        12 => (
            format!("<a href=\"http://z.example/\">z</a> {target} <a href=\"{target}\">"),
            "</a>",
        ),
        13 => (
            format!("<!-- <a href=\"{target}\">x</a> --><a href=\"{target}\">"),
            "</a>",
        ),
        14 => (
            format!("<noscript><a href=\"{target}\" />"),
            "</a></noscript>",
        ),
        _ => (format!("<a href=\"{target}\">"), "</a>"),
    };
    let words = match dice.below(12) {
        0..5 => b"the link".to_vec(),
        5 => Vec::new(),
        6 => b"<img src=x alt=y>".to_vec(),
        7 => texts::long(dice),
        8 => {
            // The cut after 100 bytes, inside letters and beside them.
            let letter = dice.pick(&["é", "日", "😀", "a", "&amp;"]);
            let mut words = "x".repeat(dice.between(94, 101));
            words.push_str(&letter.repeat(dice.between(0, 4)));
            words.into_bytes()
        }
        _ => {
            let odd = dice.pick(&[&0, &20, &50]);
            texts::text(dice, 4, *odd)
        }
    };
    [open.as_bytes(), &words, close.as_bytes()].concat()
}

/// A paragraph or what else holds words, with or without a link.
fn block(dice: &mut Dice, link: Option<&[u8]>) -> Vec<u8> {
    let (open, close) = match dice.below(18) {
        0 => ("<div>", "</div>"),
        1 => ("<P>", "</P>"),
        2 => ("<li>", "</li>"),
        3 => ("<table><tr><td>", "</td></tr></table>"),
        4 => ("<h3 class='x'>", "</h3>"),
        5 => ("<pre>", "</pre>"),
        6 => ("", "\n\n"),
        7 => ("<p title='>'>", "</p>"),
        8 => ("<dl><dt>", "</dd></dl>"),
        9 => ("<blockquote><p>", "</p></blockquote>"),
        10 => ("<article\n>", "</article>"),
        11 => ("<caption>", "<br>"),
        _ => ("<p>", "</p>"),
    };
    let odd = *dice.pick(&[&0, &15, &35, &60]);
    let mut block = open.as_bytes().to_vec();
    if let Some(link) = link {
        side(dice, odd, &mut block);
        block.extend(link);
        side(dice, odd, &mut block);
    } else {
        block.extend(texts::text(dice, 6, odd));
    }
    block.extend(close.bytes());
    block
}

/// Words on one side of the link.
fn side(dice: &mut Dice, odd: usize, page: &mut Vec<u8>) {
    match dice.below(12) {
        0 => {}
        1 => page.extend(texts::long(dice)),
        2 => {
            // White space just within 100 bytes, or just beyond.
            page.extend(b"few words ");
            page.extend("w".repeat(dice.between(92, 104)).bytes());
            page.extend(dice.or(50, " ", "").bytes());
        }
        3 => page.extend("é ".repeat(dice.between(20, 60)).bytes()),
        _ => {
            page.extend(dice.or(85, " few words ", "").bytes());
            page.extend(texts::text(dice, 12, odd));
            page.extend(dice.or(85, " few words ", "").bytes());
        }
    }
}

/// Brings the page near the limit of what WordPress reads.
fn filler(dice: &mut Dice, page: &mut Vec<u8>) {
    let unit = dice.pick(&[
        "x ", "é", "<b>y</b>", "word ", "z", "<p>a</p>", "日", "&amp; ",
    ]);
    let wanted = (LIMIT - 400 + dice.below(500)).saturating_sub(page.len());
    page.extend(unit.repeat(wanted / unit.len()).bytes());
    page.extend(dice.or(50, "<p>", " ").bytes());
}
