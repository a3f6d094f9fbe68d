//! The state of the site: options, comments that are there already, and what a database may be like.

use crate::scenario::{Scenario, Step};

use super::dice::Dice;
use super::texts;

/// An agent whose comments are two hours old as soon as they are stored: see [`age_comments`].
pub(super) const AGED: &str = "Sender/1.0 (aged)";

/// Options with values worth having.
const OPTIONS: &[(&str, &[&str])] = &[
    (
        "comment_previously_approved",
        &["0", "0", "0", "1", "", "00", "false"],
    ),
    ("comment_moderation", &["1", "0", "", "no"]),
    (
        "comment_max_links",
        &["0", "1", "2", "3", "", "-1", "1.5", "abc", "99"],
    ),
    (
        "moderation_keys",
        &[
            "few",
            "Casino",
            "page",
            "<p>",
            "&amp;",
            "é",
            "ß",
            "127.0.0",
            "sender/1",
            "\n \nnone\r\n few words ",
            "a.b|c*",
            "word",
            "0",
            "&#8217;",
            "8230",
            "日本",
            "ı",
            "x\u{301}",
        ],
    ),
    (
        "disallowed_keys",
        &[
            "few",
            "Casino",
            "page",
            "<p>",
            "&amp;",
            "é",
            "127.0.0",
            "aged",
            "a\\",
            "\"so\"",
            "none\n\n0\nwords",
            "naïve",
            "\u{a0}",
            "rock 'n'",
            "<b>",
            "b>bold",
            "k",
        ],
    ),
    ("close_comments_for_old_posts", &["1", "1", "0", ""]),
    (
        "close_comments_days_old",
        &["14", "0", "1", "99999", "-5", "", "abc"],
    ),
    ("require_name_email", &["0", "1", ""]),
    ("comment_registration", &["1", "0"]),
    ("default_ping_status", &["closed", "open"]),
    ("default_pingback_flag", &["0", "1"]),
    ("use_smilies", &["0", "1"]),
    ("use_balanceTags", &["1", "0"]),
    ("comments_notify", &["0", "1"]),
    ("moderation_notify", &["0", "1"]),
    (
        "gmt_offset",
        &[
            "0", "5.5", "5.75", "-3.5", "-12", "14", "", "abc", "0.25", "+2", "1e0", "-0.75",
        ],
    ),
    (
        "timezone_string",
        &[
            "Europe/Berlin",
            "Asia/Kolkata",
            "Asia/Kathmandu",
            "America/St_Johns",
            "Pacific/Chatham",
            "Pacific/Kiritimati",
            "UTC",
            "Etc/GMT+5",
            "GMT",
            "America/New_York",
            "Australia/Lord_Howe",
        ],
    ),
    (
        "blog_charset",
        &[
            "UTF-8",
            "utf8",
            "ISO-8859-1",
            "",
            "latin1",
            "windows-1252",
            "utf-16",
            "Shift_JIS",
            "KOI8-R",
        ],
    ),
    (
        "siteurl",
        &[
            "http://www.blog.test",
            "https://blog.test",
            "http://blog.test/wp",
            "http://other.test",
        ],
    ),
    ("WPLANG", &["", "en_US"]),
    ("blogname", &["", "B <b>", "Ünï"]),
    ("show_avatars", &["0"]),
    ("thread_comments", &["1", "0"]),
    ("page_comments", &["1", "0"]),
    ("comments_per_page", &["1", "0"]),
    ("default_comments_page", &["oldest", "newest"]),
    ("comment_order", &["desc"]),
    ("blog_public", &["0"]),
    ("gzipcompression", &["1"]),
    ("enable_xmlrpc", &["0"]),
    ("posts_per_page", &["1", "0", "-1"]),
    ("uploads_use_yearmonth_folders", &["0"]),
    ("ping_sites", &["http://127.0.0.1:1/"]),
    (
        "permalink_structure",
        &["/%postname%/", "", "/x/%postname%"],
    ),
    ("category_base", &["cat", "/blog/topics"]),
    ("active_plugins", &["a:0:{}", "", "broken"]),
    ("sticky_posts", &["a:1:{i:0;i:16;}"]),
];

/// Up to so many options.
pub(super) fn options(dice: &mut Dice, scenario: &mut Scenario, most: usize) {
    // Approved comments change counts too.
    if dice.chance(50) {
        scenario
            .options
            .push(("comment_previously_approved".into(), "0".into()));
    }
    for _ in 0..dice.below(most + 1) {
        let (name, values) = OPTIONS[match dice.below(3) {
            0 => dice.below(OPTIONS.len()),
            _ => dice.below(19),
        }];
        // Without this one WordPress is not installed.
        if dice.chance(6) && name != "siteurl" {
            scenario.sql.push(format!(
                "DELETE FROM wp_options WHERE option_name = '{name}'"
            ));
        } else {
            scenario
                .options
                .push((name.into(), dice.pick(values).into()));
        }
    }
}

/// Comments that are there before the ping.
pub(super) fn comments(dice: &mut Dice, scenario: &mut Scenario) {
    for _ in 0..dice.between(1, 3) {
        let post = dice.pick(&["1", "16", "9", "2", "999"]);
        let author = dice.pick(&["Page 0", "page 0", "0 ", "One", "", "A title", "PAGE 0"]);
        let text = dice.pick(&[
            "[&#8230;] words of Page 0 stand before the link and some stand [&#8230;]",
            "x",
            "",
            "<strong>A title</strong>\n\nAn excerpt of it.",
            "[&#8230;] the link [&#8230;]",
        ]);
        let url = dice.pick(&[
            "{source}/page0",
            "{source}/PAGE0",
            "{source}/page0 ",
            "{source}/page1",
            "{source}/page0?a=1&b=2",
            "{source}/page0?a=1&amp;b=2",
            "http://t.example/page",
            "",
            "http://T.example/PAGE",
        ]);
        let state = dice.pick(&["1", "0", "spam", "trash", "post-trashed", "", "odd"]);
        let kind = dice.pick(&["pingback", "trackback", "comment", "", "note", "odd"]);
        let age = dice.pick(&[
            "0 SECOND",
            "-5 SECOND",
            "40 SECOND",
            "1 HOUR",
            "1 DAY",
            "-1 DAY",
            "3 HOUR",
            "10 YEAR",
        ]);
        let (mail, address) = (
            dice.pick(&["", "", "a@b.example"]),
            dice.pick(&["127.0.0.1", "192.0.2.7", ""]),
        );
        scenario.sql.push(format!(
            "INSERT INTO wp_comments (comment_post_ID, comment_author, comment_author_email, comment_author_url, comment_author_IP, comment_content, comment_approved, \
             comment_type, comment_date_gmt, comment_date) VALUES ({post}, '{author}', '{mail}', '{url}', '{address}', '{text}', '{state}', '{kind}', \
             UTC_TIMESTAMP() - INTERVAL {age}, UTC_TIMESTAMP() - INTERVAL {age})"
        ));
    }
}

/// Something odd about rows and columns.
pub(super) fn tables(dice: &mut Dice, scenario: &mut Scenario) {
    let rows = [
        "UPDATE wp_posts SET post_author = 999",
        "UPDATE wp_posts SET comment_count = 40",
        "UPDATE wp_posts SET ping_status = ''  WHERE ID = 16",
        "UPDATE wp_posts SET ping_status = 'Open'",
        "UPDATE wp_posts SET post_date_gmt = '0000-00-00 00:00:00'",
        "UPDATE wp_posts SET post_date = '0000-00-00 00:00:00'",
        "UPDATE wp_posts SET post_date = NOW() - INTERVAL 13 DAY, post_date_gmt = UTC_TIMESTAMP() - INTERVAL 13 DAY",
        "DELETE FROM wp_users",
        "DELETE FROM wp_usermeta",
        "DELETE FROM wp_term_relationships",
        "DELETE FROM wp_comments",
        "UPDATE wp_posts SET post_status = 'private' WHERE ID = 2",
        "UPDATE wp_posts SET post_parent = 1 WHERE ID = 12",
        "UPDATE wp_posts SET post_password = 'x'",
        "UPDATE wp_posts SET post_type = 'page' WHERE ID IN (16, 9)",
        "INSERT INTO wp_postmeta (post_id, meta_key, meta_value) VALUES (16, '_wp_old_slug', 'hello-world'), (1, '_wp_old_slug', 'older')",
        "UPDATE wp_options SET autoload = 'no'",
        "INSERT INTO wp_commentmeta (comment_id, meta_key, meta_value) VALUES (2, 'a', 'b')",
        "UPDATE wp_comments SET comment_post_ID = 1",
        "UPDATE wp_comments SET comment_author_url = '{source}/page0'",
    ];
    let columns = [
        "ALTER TABLE wp_comments CONVERT TO CHARACTER SET utf8mb3",
        "ALTER TABLE wp_comments CONVERT TO CHARACTER SET latin1",
        "ALTER TABLE wp_comments CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        "ALTER TABLE wp_comments MODIFY comment_author varchar(20) NOT NULL, MODIFY comment_author_url varchar(40) NOT NULL DEFAULT ''",
        "ALTER TABLE wp_comments MODIFY comment_content tinytext NOT NULL",
        "ALTER TABLE wp_comments MODIFY comment_content tinytext CHARACTER SET latin1 NOT NULL",
        "ALTER TABLE wp_comments MODIFY comment_author tinyblob NOT NULL",
        "ALTER TABLE wp_comments MODIFY comment_agent varchar(10) NOT NULL DEFAULT ''",
        "ALTER TABLE wp_comments MODIFY comment_type varchar(20) NOT NULL DEFAULT '', MODIFY comment_content text CHARACTER SET ascii NOT NULL",
        "ALTER TABLE wp_comments MODIFY comment_author tinytext CHARACTER SET cp1251 NOT NULL",
        "ALTER TABLE wp_comments MODIFY comment_author tinytext CHARACTER SET sjis NOT NULL, MODIFY comment_content text CHARACTER SET gbk NOT NULL",
        "ALTER TABLE wp_comments MODIFY comment_content text CHARACTER SET utf8mb3 NOT NULL",
        "ALTER TABLE wp_comments ENGINE = MyISAM",
        "ALTER TABLE wp_posts CONVERT TO CHARACTER SET utf8mb3",
        "ALTER TABLE wp_posts CONVERT TO CHARACTER SET latin1",
    ];
    if dice.chance(20) {
        scenario.alters = true;
        scenario.sql.push(dice.pick(&columns).into());
    } else {
        scenario.sql.push(dice.pick(&rows).into());
    }
}

/// What happens between two requests.
pub(super) fn between(dice: &mut Dice, scenario: &mut Scenario) {
    let sql = dice.pick(&[
        "UPDATE wp_comments SET comment_date = comment_date - INTERVAL 1 HOUR, comment_date_gmt = comment_date_gmt - INTERVAL 1 HOUR",
        "UPDATE wp_comments SET comment_date = comment_date - INTERVAL 1 HOUR, comment_date_gmt = comment_date_gmt - INTERVAL 1 HOUR, comment_approved = '1'",
        "UPDATE wp_comments SET comment_date_gmt = comment_date_gmt - INTERVAL 1 HOUR, comment_approved = 'spam'",
        "UPDATE wp_comments SET comment_date_gmt = comment_date_gmt - INTERVAL 1 HOUR, comment_approved = 'trash'",
        "UPDATE wp_comments SET comment_date_gmt = comment_date_gmt - INTERVAL 2 HOUR",
        "UPDATE wp_posts SET ping_status = 'closed'",
        "DELETE FROM wp_comments",
        "DO 0",
    ]);
    scenario.steps.push(Step::Sql(sql.into()));
}

/// Lets comments of [`AGED`] be stored two hours old, so that any number of pings in one request is no flood. WordPress and
/// linkbackd both say "now"; the table says otherwise.
pub(super) fn age_comments(scenario: &mut Scenario) {
    let old = |column: &str| {
        format!(
            "NEW.{column} = IF(NEW.comment_agent LIKE '%aged%', NEW.{column} - INTERVAL 2 HOUR, NEW.{column})"
        )
    };
    scenario.sql.push(format!(
        "CREATE OR REPLACE TRIGGER aged BEFORE INSERT ON wp_comments FOR EACH ROW SET {}, {}",
        old("comment_date"),
        old("comment_date_gmt")
    ));
}

/// A header's value with some odd bytes; `\u{f7XX}` stands for the byte XX.
pub(super) fn agent(dice: &mut Dice) -> String {
    match dice.below(10) {
        0 => "é".repeat(dice.between(120, 130)),
        1 => format!("{}é", "a".repeat(dice.between(250, 256))),
        2 => "caf\u{f7e9} agent".into(),
        3 => "it's \"q\" \\ <b>&amp; \u{1f600}".into(),
        4 => format!("{}'", "a".repeat(dice.between(250, 256))),
        5 => "\u{f7f0}\u{f79f}\u{f798}".into(),
        6 => String::new(),
        7 => "a\tb".into(),
        _ => String::from_utf8_lossy(&texts::text(dice, 3, 30))
            .chars()
            .filter(|char| !char.is_control())
            .collect(),
    }
}
