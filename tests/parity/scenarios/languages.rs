//! The site's language: every text that a sender can see, and marks that moderation meets.

use crate::scenario::{
    HELLO, Scenario, Send, call, form, linking, ping, titled, trackback, xmlrpc,
};

/// Of Debian's, in several scripts and directions; the last has no files.
const LANGUAGES: [&str; 9] = [
    "de_DE", "fr_FR", "ja", "he_IL", "ar", "zh_CN", "ru_RU", "sv_SE", "tlh",
];

/// Made for the tests: forms of files, whole and broken.
const MADE: [&str; 15] = [
    "xx_Odd",
    "xx_Big",
    "xx_Marks",
    "xx_Latin",
    "xx_Blank",
    "xx_Php",
    "xx_Both",
    "xx_List",
    "xx_String",
    "xx_Long",
    "xx_Nothing",
    "xx_Short",
    "xx_Header",
    "xx_Words",
    "xx_Text",
];

const PATH: &str = "/2024/05/06/hello-world/trackback/";

const FULL: &[(&str, &[u8])] = &[
    ("title", b"A title"),
    ("url", b"http://t.example/page"),
    ("excerpt", b"An excerpt."),
    ("blog_name", b"A blog"),
];

const OTHER: &[(&str, &[u8])] = &[FULL[0], ("url", b"http://other.example/"), FULL[2], FULL[3]];

pub(crate) fn all() -> Vec<Scenario> {
    let mut all = Vec::new();
    for language in LANGUAGES {
        all.extend(told(language));
    }
    for language in MADE {
        all.extend(told(language));
    }
    for language in [
        "de_DE", "fr_FR", "he_IL", "ru_RU", "sv_SE", "xx_Odd", "xx_Marks",
    ] {
        all.extend(kept(language));
    }
    for language in [
        "xx_Twice",
        "xx_Empty",
        "xx_Missing",
        "xx_Unknown",
        "xx_Spaced",
        "xx_Percent",
        "xx_None",
    ] {
        all.push(pinged(language));
    }
    all.extend(chosen());
    all
}

fn named(language: &str, what: &str) -> Scenario {
    Scenario::new(format!("languages/{language}-{what}")).option("WPLANG", language)
}

/// Accepted, then known.
fn pinged(language: &str) -> Scenario {
    named(language, "pingback")
        .page("/page?a=1", linking(HELLO))
        .send(ping("{source}/page?a=1", HELLO))
        .send(ping("{source}/page?a=1", HELLO))
}

/// What is said.
fn told(language: &str) -> Vec<Scenario> {
    let text = "[&#8230;] are a few words before the link and a few words after [&#8230;]";
    let equal = format!(
        "INSERT INTO wp_comments (comment_post_ID, comment_content, comment_author, comment_author_url) \
         VALUES (1, '{text}', 'A page', 'http://else.example/')"
    );
    let recent = "INSERT INTO wp_comments (comment_post_ID, comment_content, comment_author, comment_date_gmt) \
                  VALUES (2, 'x', 'y', UTC_TIMESTAMP() - INTERVAL 5 SECOND)";
    let json = |send: Send| send.header("Accept", "application/json");
    vec![
        pinged(language),
        named(language, "died")
            .page("/page", linking(HELLO))
            .sql(&equal)
            .send(ping("{source}/page", HELLO))
            .send(json(ping("{source}/page", HELLO)))
            .send(multicall("{source}/page", HELLO))
            .then_sql("DELETE FROM wp_comments WHERE comment_author = 'A page'")
            .then_sql(recent)
            .send(ping("{source}/page", HELLO))
            .send(json(ping("{source}/page", HELLO)))
            .then_sql("DELETE FROM wp_comments WHERE comment_author = 'y'"),
        named(language, "faults")
            .send(call("mt.getTrackbackPings", &["<int>4711</int>"]))
            .send(call("demo.addTwoNumbers", &["<string>x</string>"]))
            .send(call("demo.sayHello", &[]))
            .send(call("no.such", &[]))
            .send(call(
                "pingback.extensions.getPingbacks",
                &["<string>x</string>"],
            ))
            .send(call(
                "pingback.ping",
                &["<array><data/></array>", "<string>x</string>"],
            ))
            .send(ping("{source}/page", "http://elsewhere.example/"))
            .send(critical())
            .send(Send::new("GET", "/xmlrpc.php", ""))
            .send(Send::new("GET", "/xmlrpc.php?rsd", "")),
        named(language, "trackback")
            .send(trackback("/wp-trackback.php", FULL))
            .send(trackback("/2024/05/07/closed/trackback/", FULL))
            .send(trackback("/wp-trackback.php/4711", FULL))
            .send(trackback(PATH, FULL))
            .send(trackback(PATH, FULL))
            .send(trackback(PATH, OTHER))
            .send(json(trackback(PATH, OTHER)))
            .send(trackback("/2024/05/17/three/trackback/", OTHER))
            .send(json(trackback("/2024/05/17/three/trackback/", OTHER))),
        named(language, "mismatch")
            .send(form("/wp-trackback.php?p=1", "p=2").header("Accept", "text/xml"))
            .send(json(form("/wp-trackback.php?p=1", "p=2"))),
    ]
}

/// What is stored, and what becomes of it: marks of the language count as words of moderation.
fn kept(language: &str) -> Vec<Scenario> {
    let words = "He said \"hello -- it's 6'2\" tall\" and 'bye' ... 'twas - few word '99";
    let excerpt = format!("x {words} x");
    let page = || {
        titled(&format!(
            "<p>x {words} <a href=\"{HELLO}\">the link</a> {words} x</p>"
        ))
    };
    let keyed = |id: &str, key: &str| {
        named(language, id)
            .page("/page", page())
            .option("comment_previously_approved", "0")
            .option("moderation_keys", key)
            .send(ping("{source}/page", HELLO))
    };
    let tracked = |id: &str, key: &str| {
        named(language, id)
            .option("comment_previously_approved", "0")
            .option("moderation_keys", key)
            .send(trackback(
                PATH,
                &[FULL[0], FULL[1], FULL[3], ("excerpt", excerpt.as_bytes())],
            ))
    };
    vec![
        keyed("key-escaped", "&quot;hello"),
        keyed("key-dash", "&#8212;"),
        // Moderation reads slashed text, in which this quote opens nothing.
        tracked("key-english", "&#8221;hello"),
        tracked("key-french", "&nbsp;&raquo;hello"),
        tracked("key-russian", "&#187;hello"),
        tracked("key-straight", "\"hello"),
        tracked("key-entity", "&quot;hello"),
        tracked("key-opening", "&#8220;"),
        tracked("key-apostrophe", "it\\&#8217;s"),
        tracked("key-apostrophe-name", "it\\&rsquo;s"),
        tracked("key-straight-apostrophe", "it\\'s"),
        tracked("key-cockney", "&#8217;twas"),
        tracked("key-words", "Wort"),
        tracked("key-en-dash", "&#8211;"),
        tracked("key-prime", "6\\&#8242;2"),
    ]
}

/// Which language it is.
fn chosen() -> Vec<Scenario> {
    let locale = |id: &str, value: &str| {
        Scenario::new(format!("languages/locale-{id}"))
            .option("WPLANG", value)
            .send(trackback("/wp-trackback.php", FULL))
            .send(call("mt.getTrackbackPings", &["<int>4711</int>"]))
    };
    vec![
        locale("empty", ""),
        locale("zero", "0"),
        locale("en", "en_US"),
        locale("case", "DE_de"),
        locale("odd-name", "de_DE\"<&"),
        locale("long", &"x".repeat(180)),
        Scenario::new("languages/locale-no-row")
            .sql("DELETE FROM wp_options WHERE option_name = 'WPLANG'")
            .send(trackback("/wp-trackback.php", FULL)),
        locale("asked-for", "de_DE").send(
            trackback("/wp-trackback.php?wp_lang=fr_FR&_locale=user", FULL)
                .header("Accept-Language", "fr"),
        ),
        locale("changed", "de_DE")
            .then_sql("UPDATE wp_options SET option_value = 'fr_FR' WHERE option_name = 'WPLANG'")
            .send(trackback("/wp-trackback.php", FULL)),
        locale("latin1", "de_DE").option("blog_charset", "ISO-8859-1"),
        named("xx_Odd", "critical-json").send(critical().header("Accept", "application/json")),
        named("xx_Odd", "mismatch-page").send(form("/wp-trackback.php?p=1", "p=2")),
    ]
}

/// What PHP dies of.
fn critical() -> Send {
    call(
        "pingback.ping",
        &[
            "<dateTime.iso8601>20240101T00:00:00</dateTime.iso8601>",
            "<string>x</string>",
        ],
    )
}

/// A multicall of a greeting and a ping.
fn multicall(source: &str, target: &str) -> Send {
    let item = |method: &str, params: &str| {
        format!(
            "<value><struct><member><name>methodName</name><value>{method}</value></member><member><name>params</name>\
             <value><array><data>{params}</data></array></value></member></struct></value>"
        )
    };
    let calls = [
        item("mt.getTrackbackPings", "<value><int>4711</int></value>"),
        item(
            "pingback.ping",
            &format!(
                "<value><string>{source}</string></value><value><string>{target}</string></value>"
            ),
        ),
    ]
    .concat();
    xmlrpc(format!(
        "<methodCall><methodName>system.multicall</methodName><params><param><value><array><data>{calls}</data></array>\
         </value></param></params></methodCall>"
    ))
}
