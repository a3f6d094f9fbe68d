//! Strict rules, case by case.

use super::*;

const TARGET: &[u8] = b"http://blog.test/2024/05/hello/?a=1&b=2";

fn document() -> Url {
    Url::parse("http://source.test/dir/page").unwrap()
}

fn judge(page: &str) -> Result<(), Refusal> {
    check(
        page.as_bytes(),
        Some(b"text/html; charset=utf-8"),
        &document(),
        TARGET,
    )
}

#[test]
fn links_to_the_target_in_other_words_are_links() {
    for href in [
        "http://blog.test/2024/05/hello/?a=1&amp;b=2",
        "http://blog.test/2024/05/hello/?a=1&b=2",
        "http://blog.test/2024/05/hello/?a=1&#038;b=2",
        "http://blog.test/2024/05/hello/?a=1&#x26;b=2#comment-5",
        "https://www.BLOG.test:443/2024/05/hello?a=1&amp;b=2",
        "//blog.test/2024/05/%68ello/?a=1&amp;b=%32",
        "http://blog.test/x/../2024/./05/hello/?a=1&amp;b=2",
        " http://blog.test/2024/05/hello/?a=1&amp;b=2\n",
    ] {
        for link in [
            format!("<a href=\"{href}\">x</a>"),
            format!("<A class=x HREF='{href}' >x</A>"),
        ] {
            assert_eq!(judge(&link), Ok(()), "{link}");
        }
    }
    assert_eq!(
        judge("<base href='http://blog.test/2024/'><a href='05/hello/?a=1&amp;b=2'>x</a>"),
        Ok(())
    );
}

#[test]
fn what_only_looks_like_a_link_is_none() {
    let url = "http://blog.test/2024/05/hello/?a=1&amp;b=2";
    for page in [
        format!("<a href='http://evil.test/?{url}'>x</a>"),
        format!("<a href='{url}3'>x</a>"),
        "<a href='http://blog.test:8080/2024/05/hello/?a=1&amp;b=2'>x</a>".to_owned(),
        "<a href='http://blog.test/2024/05/hello/?a=1'>x</a>".to_owned(),
        "<a href='http://blog.test.evil.test/2024/05/hello/?a=1&amp;b=2'>x</a>".to_owned(),
        format!("<a data-href='{url}'>x</a>"),
        format!("<a title='{url}' href='/'>x</a>"),
        format!("<abbr href='{url}'>x</abbr>"),
        format!("<area href='{url}'>"),
        format!("<link rel=x href='{url}'>"),
        format!("<!-- <a href='{url}'>x</a> -->"),
        format!("<!-- > <a href='{url}'>x</a>"),
        format!("<script>'<a href=\"{url}\">x</a>'</script>"),
        format!("<script><!-- <script> </script> <a href='{url}'>x</a> --></script>"),
        format!("<style><a href='{url}'>x</a></style>"),
        format!("<title><a href='{url}'>x</a></title>"),
        format!("<textarea><a href='{url}'>x</a></textarea>"),
        format!("<noscript><a href='{url}'>x</a></noscript>"),
        format!("<iframe><a href='{url}'>x</a></iframe>"),
        format!("<xmp><a href='{url}'>x</a></xmp>"),
        format!("<plaintext><a href='{url}'>x</a>"),
        format!("<img alt=\"<a href='{url}'>x</a>\">"),
        format!("<? <a href='{url}'>x</a>"),
        format!("<a href='{url}"),
        url.to_owned(),
        String::new(),
    ] {
        // A bogus comment ends at the first `>`, so that one may be a link after all.
        assert_eq!(judge(&page), Err(Refusal::NoRealLink), "{page}");
    }
}

#[test]
fn links_that_nobody_sees_are_told_apart() {
    let link = "<a href='http://blog.test/2024/05/hello/?a=1&amp;b=2'>x</a>";
    for page in [
        format!("<div hidden>{link}</div>"),
        format!("<div hidden=until-found><p>{link}</div>"),
        format!("<div style='display:none'>{link}</div>"),
        format!("<div style='color:red;DISPLAY : None !important'><b>{link}</b></div>"),
        format!("<div style='visibility:/**/hidden'>{link}</div>"),
        format!("<template>{link}</template>"),
        format!("<select><option>{link}</select>"),
        format!("<dialog>{link}</dialog>"),
        format!("<canvas>{link}</canvas>"),
        format!("<ul><li hidden>{link}<li>y</ul>"),
        link.replace("<a", "<a hidden"),
        link.replace("<a", "<a style=display:none"),
    ] {
        assert_eq!(judge(&page), Err(Refusal::LinkHidden), "{page}");
    }
    for page in [
        format!("<div hidden>x</div>{link}"),
        format!("<ul><li hidden>x<li>{link}</ul>"),
        format!("<p hidden>x<div>{link}</div>"),
        format!("<section><span hidden>x</section>{link}"),
        format!("<table><tr hidden><td>x<tr><td>{link}</table>"),
        format!("<input hidden>{link}"),
        format!("<div style='display:none;display:block'>{link}</div>"),
        format!("<dialog open>{link}</dialog>"),
        format!("<div hidden>{link}</div>{link}"),
        format!("<!--> {link}"),
        format!("<!-- --!> {link}"),
        format!("<svg><style></svg>{link}"),
        format!("</p hidden>{link}"),
    ] {
        assert_eq!(judge(&page), Ok(()), "{page}");
    }
}

#[test]
fn a_page_is_read_in_its_own_charset() {
    let target = "http://blog.test/\u{fc}".as_bytes();
    let latin = b"<a href='http://blog.test/\xFC'>x</a>".to_vec();
    let check = |body: &[u8], header: Option<&[u8]>| check(body, header, &document(), target);
    assert_eq!(
        check(&latin, Some(b"text/html; charset=\"ISO-8859-1\"")),
        Ok(())
    );
    assert_eq!(check(&latin, None), Ok(()));
    assert_eq!(
        check(&latin, Some(b"text/html; charset=utf-8")),
        Err(Refusal::NoRealLink)
    );
    let meta = [b"<meta charset=windows-1252>", &latin[..]].concat();
    assert_eq!(check(&meta, Some(b"text/html")), Ok(()));
    let utf16: Vec<u8> = "\u{feff}<a href='http://blog.test/\u{fc}'>x</a>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(check(&utf16, None), Ok(()));
    assert_eq!(
        check(
            "<a href='http://blog.test/ü'>x</a> \u{20ac}".as_bytes(),
            None
        ),
        Ok(())
    );
}

#[test]
fn links_to_a_host_are_listed_once_and_in_bounds() {
    let mut page = String::from(
        "<a href='/x'>own</a><div hidden><a href='http://blog.test/hidden'>x</a></div>",
    );
    for n in 0..300 {
        page += &format!("<a href='http://www.blog.test/{}#c{n}'>x</a>", n / 2);
    }
    let found = links(page.as_bytes(), None, &document(), &["blog.test"]);
    assert_eq!(found.len(), 150);
    assert_eq!(found[0].as_str(), "http://www.blog.test/0");
    let page: String = (0..300)
        .map(|n| format!("<a href='http://blog.test/{n}'>x</a>"))
        .collect();
    assert_eq!(
        links(page.as_bytes(), None, &document(), &["www.blog.test"]).len(),
        MAX_RETURNED
    );
}
