//! A few facts; `tests/golden/comment_text.rs` holds the ports to PHP itself.

use super::super::blog::Blog;
use super::super::version::Version;
use super::comment_text;

fn shown(content: &str) -> String {
    let blog = Blog {
        version: Version::REFERENCE,
        charset: b"UTF-8".to_vec(),
        home: b"http://blog.example".to_vec(),
        siteurl: b"http://blog.example".to_vec(),
        tls: false,
        l10n: crate::wordpress::l10n::Translations::english(),
        use_smilies: true,
        use_balance_tags: false,
    };
    String::from_utf8_lossy(&comment_text(&blog, content.as_bytes())).into_owned()
}

#[test]
fn addresses_become_links_that_count() {
    assert_eq!(
        shown("\"Wordpress\" -- :) http://a.example/(b) 5'\n\nx"),
        "<p>&#8220;WordPress&#8221; &#8212; \u{1F642} \
         <a href=\"http://a.example/(b)\" rel=\"nofollow ugc\">http://a.example/(b)</a> 5&#8242;</p>\n<p>x</p>\n"
    );
}

#[test]
fn own_links_are_followed() {
    assert_eq!(
        shown("http://blog.example/"),
        "<p><a href=\"http://blog.example/\" rel=\"ugc\">http://blog.example/</a></p>\n"
    );
}

#[test]
fn nothing_is_no_paragraph() {
    assert_eq!(shown(" \n "), "");
}
