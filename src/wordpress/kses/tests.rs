//! A few facts; `tests/golden/kses.rs` holds the ports to PHP itself. What is expected here is what PHP 8.2 answered.

use super::super::blog::Blog;
use super::super::version::Version;
use super::{
    ALLOWED_PROTOCOLS, Allowed, wp_filter_kses, wp_kses, wp_kses_bad_protocol,
    wp_kses_normalize_entities, wp_kses_sanitize_note_mention_classes,
};

const OLD: Version = Version::new(6, 1, 9);
const NEW: Version = Version::new(7, 1, 0);

fn blog(version: Version) -> Blog {
    Blog {
        version,
        charset: b"UTF-8".to_vec(),
        home: b"http://blog.example".to_vec(),
        siteurl: b"http://blog.example".to_vec(),
        tls: false,
        l10n: crate::wordpress::l10n::Translations::english(),
        use_smilies: true,
        use_balance_tags: false,
    }
}

fn comment(version: Version, text: &str) -> String {
    let text = wp_kses(&blog(version), text.as_bytes(), Allowed::CommentContent);
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn foreign_elements_and_attributes_go_and_their_text_stays() {
    for version in [OLD, NEW] {
        assert_eq!(
            comment(version, "<script>x</script> <b onclick=y>z</B> a>b"),
            "x <b>z</B> a&gt;b"
        );
    }
}

#[test]
fn unclosed_tag_is_escaped() {
    assert_eq!(comment(NEW, "a <b"), "a &lt;b");
}

#[test]
fn blanks_may_stand_before_the_name_of_an_element() {
    assert_eq!(comment(NEW, "< a href=\"x\"/>"), "<a href=\"x\" />");
}

#[test]
fn comments_of_browsers_stay_since_6_6() {
    assert_eq!(comment(OLD, "</1> <!x>"), " ");
    assert_eq!(comment(NEW, "</1> <!x>"), "</1> <!x>");
}

#[test]
fn span_is_allowed_since_7_1_and_in_content_only() {
    let span = "<span class=\"x\">m</span>";
    assert_eq!(comment(OLD, span), "m");
    assert_eq!(comment(NEW, span), span);
    assert_eq!(wp_kses(&blog(NEW), span.as_bytes(), Allowed::Data), b"m");
}

#[test]
fn slashes_go_in_and_out() {
    let cleaned = wp_filter_kses(&blog(NEW), br#"<a href=\"x\">it\'s"#, Allowed::Data);
    assert_eq!(cleaned, br#"<a href=\"x\">it\'s"#);
}

#[test]
fn only_classes_of_mentions_stay() {
    let clean = |html: &[u8]| wp_kses_sanitize_note_mention_classes(NEW, html);
    assert_eq!(
        clean(br#"<span class=\"wp-note-mention user-3 x\">"#),
        br#"<span class=\"wp-note-mention user-3\">"#
    );
    assert_eq!(clean(br#"<span class=\"x\">"#), b"<span >");
    assert_eq!(
        clean(br#"<span class=\"12 x\">"#),
        br#"<span class=\"12\">"#
    );
}

#[test]
fn escaped_reference_stays_escaped_since_6_9() {
    let normalize = |version| wp_kses_normalize_entities(version, b"AT&T &amp;#8217; &bogus;");
    assert_eq!(normalize(OLD), b"AT&amp;T &#8217; &amp;bogus;");
    assert_eq!(normalize(NEW), b"AT&amp;T &amp;#8217; &amp;bogus;");
}

#[test]
fn reference_to_nothing_vanishes_until_it_was_mended_in_each_branch() {
    let normalize = |version| wp_kses_normalize_entities(version, b"&#0;");
    assert_eq!(normalize(Version::new(6, 8, 3)), b"");
    assert_eq!(normalize(Version::new(6, 8, 4)), b"&amp;#0;");
    assert_eq!(normalize(Version::new(6, 9, 1)), b"");
    assert_eq!(normalize(Version::new(7, 0, 0)), b"&amp;#0;");
}

#[test]
fn schemes_go_however_they_are_spelt() {
    let clean = |text: &[u8]| wp_kses_bad_protocol(NEW, text, ALLOWED_PROTOCOLS);
    assert_eq!(clean(b"javascript:javascript:alert(1)"), b"alert(1)");
    assert_eq!(clean(b"java\tscript&#58;x"), b"x");
    assert_eq!(clean(b"HTTP://x"), b"http://x");
    assert_eq!(clean(b"feed:feed:feed:feed:x"), b"");
}

#[test]
fn block_without_its_end_is_closed() {
    let text = "<\x0b!-- wp:core/a {\"b\": \"i\"} -->x";
    assert_eq!(
        comment(NEW, text),
        "<!-- wp:a {\"b\":\"i\"} -->x<!-- /wp:a -->"
    );
}
