//! wp-includes/kses.php, and what of wp-includes/formatting.php deals with links and open elements.

use linkbackd::php::array::{PhpKey, PhpValue};
use linkbackd::wordpress::formatting::balance::{balance_tags, force_balance_tags};
use linkbackd::wordpress::formatting::entities::convert_invalid_entities;
use linkbackd::wordpress::formatting::rel::{wp_rel_ugc, wp_targeted_link_rel};
use linkbackd::wordpress::kses::{
    self, ALLOWED_PROTOCOLS, Allowed, Context, SlashZero, wp_filter_kses,
};

use super::generate::{ENTITIES, Words};
use super::judge::{Argument, Row, World, list, map, row, text};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        text("wp_kses_normalize_entities", ENTITIES, |w, t| {
            kses::wp_kses_normalize_entities(w.blog.version, t)
        }),
        text("wp_kses_normalize_entities_xml", ENTITIES, |w, t| {
            kses::wp_kses_normalize_entities_in(w.blog.version, t, Context::Xml)
        }),
        text("wp_kses_decode_entities", REFERENCES, |_, t| {
            kses::wp_kses_decode_entities(t)
        }),
        text("wp_kses_no_null", REFERENCES, |_, t| {
            kses::wp_kses_no_null(t, SlashZero::Remove)
        }),
        text("wp_kses_bad_protocol", REFERENCES, |w, t| {
            kses::wp_kses_bad_protocol(w.blog.version, t, ALLOWED_PROTOCOLS)
        }),
        row("wp_kses_hair", vec![Argument::Text(ATTRIBUTES)], |w, a| {
            list(
                kses::wp_kses_hair(w.blog.version, &normalized(w, &a[0]))
                    .into_iter()
                    .map(|found| {
                        let field = |name: &str, value: &[u8]| {
                            (PhpKey::from(name), PhpValue::Str(value.to_vec()))
                        };
                        let valueless: &[u8] = if found.value.is_some() { b"n" } else { b"y" };
                        map([
                            field("name", &found.name),
                            field("value", found.value.as_deref().unwrap_or_default()),
                            field("whole", &found.whole),
                            field("vless", valueless),
                        ])
                    }),
            )
        }),
        text("wp_kses", TAGS, |w, t| {
            kses::wp_kses(&w.blog, t, Allowed::Data)
        }),
        text("wp_kses_comment", TAGS, |w, t| {
            kses::wp_kses(&w.blog, t, Allowed::CommentContent)
        }),
        text("wp_kses_blocks", BLOCKS, |w, t| {
            kses::wp_kses(&w.blog, t, Allowed::CommentContent)
        }),
        text("wp_rel_ugc", TAGS, |w, t| {
            wp_rel_ugc(&w.blog, &normalized(w, t))
        }),
        text("wp_targeted_link_rel", TAGS, |w, t| {
            wp_targeted_link_rel(&w.blog, &normalized(w, t))
        }),
        text("force_balance_tags", TAGS, |_, t| force_balance_tags(t)),
        text("pre_comment_content", TAGS, pre_comment_content),
    ]
}

/// Attributes are read only after kses has disarmed the references it does not know; the port relies on it.
fn normalized(world: &World, text: &[u8]) -> Vec<u8> {
    kses::wp_kses_normalize_entities(world.blog.version, text)
}

/// The filter with all that WordPress puts on it.
fn pre_comment_content(world: &World, slashed: &[u8]) -> Vec<u8> {
    let blog = &world.blog;
    let mut text = convert_invalid_entities(slashed);
    if blog.version.has_targeted_link_rel() {
        text = wp_targeted_link_rel(blog, &text);
    }
    text = wp_filter_kses(blog, &text, Allowed::CommentContent);
    if blog.version.allows_note_mentions() {
        text = kses::wp_kses_sanitize_note_mention_classes(blog.version, &text);
    }
    text = wp_rel_ugc(blog, &text);
    balance_tags(blog, &text)
}

/// Schemes, and how a colon may be spelt. No number beyond PHP's integers: `chr()` dies of it.
const REFERENCES: Words = &[
    b"http",
    b"https:",
    b"http://",
    b"javascript",
    b"feed:",
    b"feed",
    b"mailto",
    b"xmpp",
    b":",
    b"&#58;",
    b"&#58",
    b"&#058",
    b"&#x3a;",
    b"&#x3A",
    b"&#X03a;",
    b"&colon;",
    b"&Colon;",
    b"&#106;",
    b"&#x6A;",
    b"&#300;",
    b"&#x",
    b"&#",
    b"&",
    b";",
    b"0",
    b"1",
    b"a",
    b"/?",
    b"/",
    b"?",
    b"x",
    b" ",
    b"\\0",
    b"\\\\00",
    b"\\",
];

/// What stands between a tag's name and its end.
const ATTRIBUTES: Words = &[
    b" ",
    b"\n",
    b"href",
    b"HREF",
    b"title",
    b"rel",
    b"x",
    b"=",
    b" = ",
    b"\"",
    b"'",
    b"\"x\"",
    b"'y'",
    b"\"x\"/",
    b"/",
    b" /",
    b"x/",
    b"<",
    b">",
    b"_a",
    b"a:b.c-d",
    b"1",
    b"href=\"javascript:x\"",
    b" href='feed:x:y'",
    b"cite=java\tscript:x ",
    b"&amp;",
    b"&#39;",
    b"&#x80;",
    b"&quot;",
    b"&lt",
    b"&copy",
    b"&copy=",
    b"&#0;",
    b"&AMP;",
    b"\r\n",
    b"\\'",
    b"==",
    b"a=b c=\"d\" ",
    b"title=\"a<b>\" ",
];

/// Tags, allowed and not, whole and broken.
pub(crate) const TAGS: Words = &[
    b"<a href=\"http://blog.example/x\">",
    b"<a href='http://o.example/?a=1&b=2' title=\"t\">",
    b"<a ",
    b"href=\"",
    b"\"",
    b"'",
    b" rel=\"me nofollow\"",
    b" target=_blank",
    b" target=\\\"x\\\"",
    b" title='x'",
    b">",
    b"<",
    b"/>",
    b"</a>",
    b"</A >",
    b"<b>",
    b"</b>",
    b"<i>",
    b"</i>",
    b"< b >",
    b"<\x0bb>",
    b"<q cite=x:y>",
    b"</q>",
    b"<br>",
    b"<br/>",
    b"<p class=x>",
    b"<span class=\"wp-note-mention user-3 x 12\">",
    b"<span class='",
    b"user-7 user-0 a",
    b"</span>",
    b"<del datetime=2>",
    b"<blockquote>",
    b"</blockquote>",
    b"<script>",
    b"<!--",
    b"-->",
    b"--->",
    b"<!-- <b>x</b> -->",
    b"--",
    b"</1",
    b"</",
    b"<!x",
    b"<!X",
    b"<?",
    b"<3",
    b"<a-b>",
    b"<code onclick=x>",
    b"text ",
    b"&amp;",
    b"&",
    b"&#8217;",
    b"&amp;#39;",
    b"&#0;",
    b"&hellip;",
    b"&bogus;",
    b"\\\"",
    b"\\'",
    b"\\",
    b"<a href=\\\"x\\\">",
    b"<a href=javascript:alert(1)>",
    b"www.o.example",
    b"\n",
];

/// Block delimiters and their attributes.
const BLOCKS: Words = &[
    b"<!-- wp:a -->",
    b"<!-- /wp:a -->",
    b"<!-- wp:core/b /-->",
    b"<!--\nwp:x/y  -->",
    b"<!-- /wp:x/y -->",
    b"<!-- wp:a --->",
    b"<!-- wp:a {\"a\":\"b\"} -->",
    b"<!-- wp:a {",
    b"} -->",
    b"} /-->",
    b"\"a\":",
    b"\"0\":",
    b"\"<b>k\":",
    b"\"--\\\\\\\"<i x=y>&\"",
    b"[1,-0,1.50,1e30,1E-9]",
    b"{\"tagName\":\"b\"}",
    b"null",
    b"true",
    b"\"\\u00e9\\ud83d\\ude00\\u2028\"",
    b",",
    b"0",
    b"text",
    b"<!-- wp:template-part {\"tagName\":\"i\",\"x\":\"tagName\"} /-->",
    b"<!-- wp:a {} /-->",
    b"<b>",
    b"<",
];
