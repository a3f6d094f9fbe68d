//! Pages read here and by PHP: generated ones, hostile ones, and ones at the edge of PCRE's match limit.

use std::io::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use super::super::testing::Random;
use super::*;
use crate::wordpress::version::Version;

/// What a page comes to, in the oracle's terms.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    NoTitle,
    NoLink,
    Read(Vec<u8>, Vec<u8>),
}

fn blog() -> Blog {
    Blog {
        version: Version::REFERENCE,
        charset: b"UTF-8".to_vec(),
        home: b"http://blog.test".to_vec(),
        siteurl: b"http://blog.test".to_vec(),
        tls: false,
        l10n: crate::wordpress::l10n::Translations::english(),
        use_smilies: true,
        use_balance_tags: false,
    }
}

fn ours(page: &[u8], target: &[u8]) -> Answer {
    match read(&blog(), page, target) {
        Ok(reading) => Answer::Read(reading.title, reading.excerpt),
        Err(Refusal::NoTitle) => Answer::NoTitle,
        Err(Refusal::NoLink) => Answer::NoLink,
        Err(other) => panic!("reading a page gave {other}"),
    }
}

/// What PHP makes of the same pages.
fn theirs(cases: &[(Vec<u8>, Vec<u8>)]) -> Vec<Answer> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    for (page, target) in cases {
        for text in [page, target] {
            file.write_all(&u32::try_from(text.len()).unwrap().to_be_bytes())
                .unwrap();
            file.write_all(text).unwrap();
        }
    }
    let oracle = concat!(env!("CARGO_MANIFEST_DIR"), "/src/verify/page_oracle.php");
    let output = Command::new("php")
        .args(["-d", "memory_limit=1G", oracle])
        .arg(file.path())
        .output()
        .expect("php is needed for this test");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let mut rest = &output.stdout[..];
    let mut answers = Vec::new();
    while let [kind, after @ ..] = rest {
        rest = after;
        answers.push(match kind {
            b'T' => Answer::NoTitle,
            b'L' => Answer::NoLink,
            b'R' => {
                let mut field = || {
                    let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
                    let text = rest[4..4 + length].to_vec();
                    rest = &rest[4 + length..];
                    text
                };
                Answer::Read(field(), field())
            }
            other => panic!("the oracle said {:?}", char::from(*other)),
        });
    }
    assert_eq!(answers.len(), cases.len());
    answers
}

fn compare(cases: &[(Vec<u8>, Vec<u8>)]) -> usize {
    let mut read = 0;
    for ((page, target), theirs) in cases.iter().zip(theirs(cases)) {
        let ours = ours(page, target);
        read += usize::from(matches!(ours, Answer::Read(..)));
        if ours != theirs {
            let shown = if page.len() < 3000 {
                String::from_utf8_lossy(page)
            } else {
                "(long)".into()
            };
            panic!(
                "page {shown:?}\ntarget {:?}\nours {ours:?}\ntheirs {theirs:?}",
                String::from_utf8_lossy(target)
            );
        }
    }
    read
}

const TARGET: &str = "http://blog.test/?p=1&amp;x=2";

/// A page of tokens that matter. `tidy` pages have a link more often than not.
fn page(random: &mut Random, tidy: bool) -> Vec<u8> {
    const TOKENS: &[&str] = &[
        "<title>",
        "</title>",
        "<TITLE>",
        "</Title>",
        "<title lang=en>",
        "<p>",
        "</p>",
        "<P>",
        "<li class=x>",
        "</li>",
        "<picture>",
        "<link rel=a>",
        "<div>",
        "</div>",
        "<br>",
        "<br/>",
        "<h1>",
        "</h1>",
        "</h",
        "<//p>",
        "</ p>",
        "<a href=\"",
        "<a href='",
        "<a ",
        "<A HREF=\"",
        "<a",
        "<abbr title=\"",
        "\">",
        "'>",
        ">",
        "</a>",
        "</A>",
        "</a >",
        "<script>",
        "</script>",
        "<SCRIPT src=x>",
        "</Script>",
        "<style>",
        "</style>",
        "<script",
        "<style",
        "<!--",
        "-->",
        "<!DOC",
        "<!DOCTYPE html>",
        "<?php",
        "?>",
        "<![CDATA[",
        "]]>",
        "\n\n",
        "\n",
        "\t",
        " ",
        "  ",
        "\r\n",
        "\0",
        "\x0B",
        "\x0C",
        "\"",
        "'",
        "<wpcontext>",
        "</wpcontext>",
        "<",
        "< ",
        "</",
        "&amp;",
        "&lt;",
        "x",
        "0",
        "word ",
        "another word ",
        "words and words and words ",
        "&#8230;",
        "é",
        "日本語",
        "(",
        ")",
        "<b>",
        "</b>",
        "<img alt=\"a > b\">",
        "|",
        "\\",
        "$1",
    ];
    let mut page = Vec::new();
    if tidy {
        page.extend(b"<html><head><title>A title</title></head><body>");
    }
    for _ in 0..random.below(40) + 1 {
        match random.below(12) {
            0 => page.extend(TARGET.as_bytes()),
            1 => page.extend(b"text "),
            2 => page.extend(random.bytes(3)),
            3 if tidy => {
                page.extend(format!("<a href=\"{TARGET}\">link text</a>").as_bytes());
            }
            4 => page.extend("w".repeat(random.below(140)).as_bytes()),
            5 => {
                let text = "é".repeat(random.below(80));
                page.extend(format!(" <a class=x href='{TARGET}#c'>{text}x</a> ").as_bytes());
            }
            _ => page.extend(random.pick(TOKENS).as_bytes()),
        }
    }
    page
}

#[test]
fn generated_pages_read_as_php_reads_them() {
    let mut random = Random::new(1);
    let cases: Vec<_> = (0..6000)
        .map(|case| {
            let target = match random.below(8) {
                0 => "x".to_owned(),
                1 => "http://blog.test/?p=1&amp;x=>".to_owned(),
                2 => "word".to_owned(),
                3 => "a".to_owned(),
                4 => ">".to_owned(),
                _ => TARGET.to_owned(),
            };
            (page(&mut random, case % 4 != 0), target.into_bytes())
        })
        .collect();
    let read = compare(&cases);
    assert!(
        read > 1000,
        "only {read} of {} pages had a link",
        cases.len()
    );
}

/// A page with one paragraph: text before the link and after it.
fn around(before: &str, after: &str) -> Vec<u8> {
    format!("<title>t</title><p>{before}<a href=\"{TARGET}\">link</a>{after}</p>").into_bytes()
}

#[test]
fn the_match_limit_is_reached_where_php_reaches_it() {
    let mut cases = Vec::new();
    for (length, words) in [(2, 9759), (5, 9454), (10, 9019), (50, 2800), (100, 1400)] {
        let word = "x".repeat(length - 1) + " ";
        for extra in [0, 1] {
            for lead in (60..130).step_by(3) {
                let before = "y".repeat(lead) + &word.repeat(words + extra);
                cases.push(around(&before, " tail"));
            }
        }
    }
    // Several links, some without whitespace near them, among many words.
    for words in [4000, 9000, 9300, 9400] {
        for lead in (0..60).step_by(4) {
            let link = format!("<a href=\"{TARGET}\">link</a>");
            let before = "y".repeat(lead)
                + &"a b ".repeat(words / 2)
                + &link
                + &"z".repeat(120)
                + " c d "
                + &link;
            cases.push(around(&(before + &"z".repeat(110) + " q "), "tail tail"));
        }
    }
    let cases: Vec<_> = cases
        .into_iter()
        .map(|page| (page, TARGET.as_bytes().to_vec()))
        .collect();
    compare(&cases);
}

#[test]
fn the_window_is_cut_where_php_cuts_it() {
    let mut random = Random::new(2);
    let cases: Vec<_> = (0..3000)
        .map(|_| {
            let mut text = || {
                let mut text = String::new();
                for _ in 0..random.below(8) {
                    text.push_str(&"w".repeat(random.below(120)));
                    text.push_str(random.pick(&[
                        " ", "", "\x0C", "\x0B", "&nbsp;", "<b>", "</b> ", "\u{A0}", "\u{85}",
                    ]));
                    if random.below(6) == 0 {
                        text.push_str(&format!("<a href=\"{TARGET}\">link</a>"));
                    }
                }
                text
            };
            let page = around(&text(), &text());
            (page, TARGET.as_bytes().to_vec())
        })
        .collect();
    assert!(compare(&cases) > 2900);
}

/// Pages of 150 kB made to cost time.
fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let fill = |start: &str, unit: &str| {
        let mut page = format!("<title>t</title>{start}").into_bytes();
        while page.len() + unit.len() < 153_600 {
            page.extend(unit.as_bytes());
        }
        page
    };
    let link = format!("<a {TARGET}");
    let full = format!("<a href=\"{TARGET}\">x</a>");
    vec![
        ("unclosed scripts", fill("", "<script>")),
        ("unclosed script tags", fill("", "<script ")),
        (
            "unclosed styles and scripts",
            fill("<p>", "<style><script>"),
        ),
        ("half-closed scripts", fill("<p>", "<script></style>")),
        ("unclosed blocks", fill("", "<p ")),
        ("slashes", fill("", "<////")),
        ("one long slash run", fill("<", "/")),
        ("titles", fill("</title>", "<title>")),
        ("unclosed links", fill("", &link)),
        ("targets in one tag", fill("<a ", TARGET)),
        ("targets in one closed tag", {
            let mut page = fill("<a ", TARGET);
            page.truncate(100_000);
            page.extend(b">");
            page.extend(b"y".repeat(50_000));
            page
        }),
        ("links without end", fill("", &format!("<a {TARGET}>x"))),
        ("many links", fill("", &full)),
        ("many links with words", fill("", &format!("{full} w "))),
        ("words and a link", {
            let mut page = fill("", "a b ");
            page.truncate(150_000);
            page.extend(full.as_bytes());
            page
        }),
        ("spaces", fill("x", " \x0B")),
        ("less-than", fill("", "<")),
        ("open tags", fill("", "<a")),
        ("quotes", fill("<b ", "\"'")),
        ("comments", fill("", "<!--")),
        ("NUL", fill("", "\0")),
        ("markers", fill("", "<wpcontext>")),
        ("paragraphs", fill("", "\n<p>x")),
        ("deep", fill("", "<div>")),
        ("formatting", fill("", "<b><i x=1>")),
        ("tables", fill("", "<table><tr><td>")),
    ]
}

#[test]
fn hostile_pages_read_as_php_reads_them() {
    let cases: Vec<_> = hostile()
        .into_iter()
        // PHP gives up a paragraph whose tag holds thousands of targets, see find_link().
        .filter(|(name, _)| *name != "targets in one closed tag")
        .map(|(_, mut page)| {
            // PHP takes minutes for all of them at full length.
            page.truncate(40_000);
            (page, TARGET.as_bytes().to_vec())
        })
        .collect();
    compare(&cases);
}

/// Time this thread has computed, which others on the machine do not lengthen.
fn computed() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split(' ')
        .next()
        .and_then(|nanoseconds| nanoseconds.parse().ok())
        .map_or_else(|| BEGIN.elapsed(), Duration::from_nanos)
}

static BEGIN: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);

#[test]
fn no_page_takes_long() {
    // 50 ms of an optimised build; one for tests is several times slower.
    let most = if cfg!(debug_assertions) {
        Duration::from_secs(2)
    } else {
        Duration::from_millis(50)
    };
    let document = ::url::Url::parse("http://source.test/").unwrap();
    for (name, page) in hostile() {
        let began = computed();
        let reading = ours(&page, TARGET.as_bytes());
        let read = computed() - began;
        let found =
            super::super::strict::check(&page, None, &document, b"http://blog.test/?p=1&x=2");
        let took = computed() - began;
        println!("{name}: {read:?} as WordPress, {:?} strictly", took - read);
        assert!(
            took < most,
            "{name}: {took:?} for {reading:?} and {found:?}"
        );
    }
}

#[test]
fn a_target_too_long_for_a_pattern_is_no_link() {
    let cases: Vec<_> = [32_749, 32_750, 32_751, 40_000]
        .into_iter()
        .map(|length| {
            let target = "x".repeat(length);
            let page = format!("<title>t</title><a href={target}>link</a>");
            (page.into_bytes(), target.into_bytes())
        })
        .collect();
    assert_eq!(compare(&cases), 2);
}

#[test]
fn a_letter_cut_in_two_empties_the_content() {
    let page = format!(
        "<title>t</title><p>a b <a href=\"{TARGET}\">{}</a> c d",
        "é".repeat(60) + "x"
    );
    let odd = page.replace("éx", "xé").replacen('é', "xé", 1);
    let content = |page: &str| {
        read(&blog(), page.as_bytes(), TARGET.as_bytes())
            .unwrap()
            .content
    };
    assert!(content(&page).starts_with("[&#8230;] b é".as_bytes()));
    assert_eq!(content(&odd), b"[&#8230;]  [&#8230;]");
}
