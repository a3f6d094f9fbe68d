//! Pages that people write pass, pages that keep a parser busy do not, and what passes is small as a tree.

use scraper::Html;

use super::super::testing::Random;
use super::*;

/// As much as is fetched of a page.
const PAGE: usize = 153_600;

/// `head`, and as many of `unit` (numbered at `#`) as fit.
fn page(head: &str, unit: &str) -> String {
    let mut page = head.to_owned();
    for n in 0.. {
        let unit = unit.replace('#', &n.to_string());
        if page.len() + unit.len() > PAGE {
            break;
        }
        page += &unit;
    }
    page
}

#[test]
fn pages_that_people_write_pass() {
    let formatted =
        "<p>One <b>two</b> <i class='icon-#'></i> <a class=x href='/#'><em>three</em></a></p>\n";
    let script = "<script>for (i = 0; i<n && c>d; i++) { w('<b>' + \"</b>\"); }</script>";
    let words = "<p>Some words, and <i>more</i> of them.</p>".repeat(10);
    let widget = format!("<div class=w>{script}{words}</div>");
    let sloppy = "<p><b>Bold <font color=red>and red".repeat(60) + "<u>and <i>more";
    for (head, unit) in [
        ("<div><div><div>", formatted),
        ("", &widget[..]),
        (
            "<table>",
            "<tr><td align=left>#</td><td><a href=/#>x</a></td></tr>",
        ),
        ("<table>", "<tr><td>#<td><a href=/#>x</a>"),
        ("<ul>", "<li><a href=/#>some words</a>\n"),
        ("<dl>", "<dt>a word<dd>what it means<p>and more\n"),
        (
            &sloppy,
            "<h2>Some words</h2><p>A paragraph that is left open, with as many words as a short one has.<p>Another, with a \
             few words more, since nobody writes only one or two of them.<ul><li>An item<li>Another item</ul>\n",
        ),
        ("", "<a name=s#><p>An anchor that is left open.\n"),
        ("<select>", "<option value=#>The option with the number #\n"),
        (
            "",
            "<svg viewBox='0 0 1 1'><g><path d='M#'/><use href=x /></g></svg><br><input><p>x\n",
        ),
        (
            "",
            "<!-- the item # --><div id=#><!-- <p>gone</p> --><img src=#></div><!--[if IE]><p><![endif]-->\n",
        ),
        (
            "",
            "<div data-x='{\"html\":\"<b>#</b>\"}'>some words</div>\n",
        ),
        ("", "<font size=2 color=red><p>some words #</p></font>\n"),
        ("", "words & words &amp; words < 3 "),
    ] {
        let page = page(head, unit);
        assert!(!is_tangled(&page), "{unit}");
    }
}

#[test]
fn pages_that_keep_a_parser_busy_do_not() {
    let attributes: String = (0..30_000).map(|n| format!(" {n:x}")).collect();
    let unclosed: String = (0..200).map(|n| format!("<b id={n}>")).collect();
    for page in [
        page("", "<div>"),
        page("", "<span>"),
        page("", "<div><!--</div>-->"),
        page("", "<div x='</div>'>"),
        page("", "<svg><style><div x='</style></div>'>"),
        page(
            "",
            "<script><!--<script></script><div></div>--></script><div>",
        ),
        page("", "<b id=#>"),
        page("", "<b id=\">#\">"),
        page("", "<b id=#><!--</b>-->"),
        page("", "<a><div>"),
        page("", "<p><b id=#><i id=#></p>"),
        page("", "<table><b id=#>"),
        page("", "<object><div></object>"),
        page("", "<font color=#><div></font>"),
        page(&format!("<p>{unclosed}"), "<p>x"),
        page(
            &format!("<p>{unclosed}<!-- {} -->", "</b>".repeat(200)),
            "<p>x",
        ),
        page(
            &format!("<p>{unclosed}<table>{}", "</b>".repeat(200)),
            "<p>x",
        ),
        page(&"<div>".repeat(2_000), "</x>"),
        page(&"<div>".repeat(2_000), "<li>"),
        format!("<a{attributes}>"),
        format!("<a x='<' y=\">\"{attributes}>"),
        page("", "<i attribute#>"),
        page("", "<a<a "),
    ] {
        assert!(is_tangled(&page), "{page:.400}");
    }
}

/// The largest beginning of `page` that passes.
fn allowed(page: &str) -> &str {
    let (mut passes, mut fails) = (0, page.len() + 1);
    while fails - passes > 2_000 {
        let middle = usize::midpoint(passes, fails);
        if is_tangled(&page[..middle]) {
            fails = middle;
        } else {
            passes = middle;
        }
    }
    &page[..passes]
}

#[test]
fn what_passes_is_small_as_a_tree() {
    let bits = [
        "<div>",
        "</div>",
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<b id=#>",
        "<i id=#>",
        "</i>",
        "<a href=#>",
        "</a>",
        "<table>",
        "<tr>",
        "<td>",
        "</td>",
        "</tr>",
        "</table>",
        "<svg>",
        "</svg>",
        "<path/>",
        "<select>",
        "<option>",
        "</select>",
        "<template>",
        "</template>",
        "<object>",
        "</object>",
        "<li>",
        "</li>",
        "<ul>",
        "</ul>",
        "<!--",
        "-->",
        "<!-- x -->",
        "<script>",
        "</script>",
        "<style>",
        "</style>",
        "<span>",
        "</span>",
        "<x y='",
        "'>",
        "\"",
        "<nobr>",
        "</nobr>",
        "x",
        "<font color=#>",
        "</font>",
        "<body z#>",
        "<![CDATA[",
        "]]>",
        "<em a b c d e>",
        "</em>",
    ];
    let mut random = Random::new(9);
    let (mut whole, mut most) = (0, 0);
    for round in 0..24 {
        let mut unit = || -> String { (0..=random.below(5)).map(|_| random.pick(&bits)).collect() };
        let (first, then) = (unit(), unit());
        let head: String = (0..[1, 30, 300][round % 3])
            .map(|n: usize| first.replace('#', &n.to_string()))
            .collect();
        let page = page(&head, &then);
        let allowed = allowed(&page);
        whole += usize::from(allowed.len() + 2_000 > page.len());
        let nodes = Html::parse_document(allowed).tree.values().count();
        most = most.max(nodes);
        assert!(nodes < 150_000, "{nodes} of {first} and {then}");
    }
    assert!((2..22).contains(&whole), "{whole} of 24 pass whole");
    assert!(most > 4_000, "{most}");
}
