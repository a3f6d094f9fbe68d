//! Targets: posts of every kind, spelt in every way, under every permalink structure and home.

use crate::scenario::{Scenario, encode};
use crate::world::STRUCTURES;

use super::dice::Dice;
use super::paths::{bend, elsewhere};

/// A post as permalinks need it. The date is the local one.
struct Post {
    id: u32,
    slug: String,
    /// `post`, `page` or `attachment`, with the path of pages and attachments.
    kind: Kind,
    date: String,
    author: &'static str,
}

enum Kind {
    Post,
    Path(String),
}

/// Posts of the world: ID, slug, date, and the path of those that are no posts.
const WORLD: &[(u32, &str, &str, &str)] = &[
    (1, "hello-world", "2024-05-06 10:00:00", ""),
    (16, "three", "2024-05-17 10:00:00", ""),
    (15, "pinged", "2024-05-16 10:00:00", ""),
    (9, "from-bea", "2024-05-11 10:00:00", ""),
    (14, "caf%c3%a9", "2024-05-15 10:00:00", ""),
    (18, "2023", "2024-05-18 10:00:00", ""),
    (29, "it-s", "2024-05-25 10:00:00", ""),
    (8, "locked", "2024-05-10 10:00:00", ""),
    (2, "sample-page", "2024-05-06 10:00:00", "sample-page"),
    (12, "child", "2024-05-13 10:00:00", "sample-page/child"),
    (17, "deep", "2024-05-18 10:00:00", "sample-page/child/deep"),
    (
        13,
        "picture",
        "2024-05-14 10:00:00",
        "2024/05/06/hello-world/picture",
    ),
    (5, "ancient", "2010-01-02 03:04:05", ""),
    (4, "closed", "2024-05-07 10:00:00", ""),
    (6, "unfinished", "2024-05-08 10:00:00", ""),
    (7, "hidden", "2024-05-09 10:00:00", ""),
    (10, "thrown__trashed", "2024-05-12 10:00:00", ""),
    (11, "later", "2099-01-01 10:00:00", ""),
    (20, "twin", "2024-05-19 10:00:00", ""),
    (21, "twin", "2024-06-19 10:00:00", ""),
    (22, "shadowed", "2024-05-20 10:00:00", ""),
    (24, "sketch", "2024-05-21 10:00:00", "sketch"),
    (26, "closed-page", "2024-05-22 10:00:00", "closed-page"),
    (27, "novel", "2024-05-23 10:00:00", "book/novel"),
    (28, "waiting", "2024-05-24 10:00:00", ""),
    (3, "privacy-policy", "2024-05-06 10:00:00", "privacy-policy"),
];

/// How many of them can be pinged.
const SOUND: usize = 12;

/// The structure that the world has where a scenario names none.
const USUAL: &str = "/%year%/%monthnum%/%day%/%postname%/";

/// Where the blog is, and what is on it.
pub(super) struct Place {
    structure: &'static str,
    home: String,
    posts: Vec<Post>,
}

impl Place {
    /// The world as it is.
    pub(super) fn usual(_: &mut Dice) -> Self {
        let posts = WORLD.iter().map(|(id, slug, date, path)| Post {
            id: *id,
            slug: (*slug).to_owned(),
            kind: match *path {
                "" => Kind::Post,
                path => Kind::Path(path.to_owned()),
            },
            date: (*date).to_owned(),
            author: if *id == 9 { "bea" } else { "admin" },
        });
        Self {
            structure: USUAL,
            home: "http://blog.test".to_owned(),
            posts: posts.collect(),
        }
    }

    /// Another structure, another home, other posts, or several of these.
    pub(super) fn any(dice: &mut Dice, scenario: &mut Scenario) -> Self {
        let mut place = Self::usual(dice);
        if dice.chance(70) {
            place.structure = dice.pick(&STRUCTURES);
            scenario.structure = Some(place.structure);
        }
        if dice.chance(20) {
            place.home = dice
                .pick(&[
                    "http://www.blog.test",
                    "https://blog.test",
                    "http://blog.test/sub",
                    "http://blog.test:8081",
                    "http://blog.test/",
                    "https://www.blog.test",
                    "http://blog.test/sub/two",
                    "http://BLOG.test",
                    "http://blog.test/2024",
                    "http://sub.blog.test",
                ])
                .to_owned();
            scenario.options.push(("home".into(), place.home.clone()));
            if dice.chance(50) {
                scenario
                    .options
                    .push(("siteurl".into(), place.home.clone()));
            }
            place.home.truncate(place.home.trim_end_matches('/').len());
        }
        if dice.chance(20) {
            let (show, front, posts) = match dice.below(6) {
                0 => ("page", "2", "12"),
                1 => ("page", "12", "0"),
                2 => ("page", "999", "2"),
                3 => ("posts", "2", "12"),
                4 => ("page", "0", "2"),
                _ => ("page", "26", "17"),
            };
            for (name, value) in [
                ("show_on_front", show),
                ("page_on_front", front),
                ("page_for_posts", posts),
            ] {
                scenario.options.push((name.into(), value.into()));
            }
        }
        for number in 0..dice.below(4) {
            if dice.chance(70) {
                place.more(dice, scenario, number);
            }
        }
        place
    }

    /// One more post, of any kind and with any name.
    fn more(&mut self, dice: &mut Dice, scenario: &mut Scenario, number: usize) {
        let id = match dice.below(12) {
            0 => 2_147_483_648,
            1 => 4_000_000_000,
            _ => 100 + u32::try_from(number).unwrap_or(0),
        } + u32::try_from(number).unwrap_or(0);
        let kind = dice.pick(&[
            "post",
            "post",
            "post",
            "post",
            "page",
            "page",
            "attachment",
            "revision",
            "book",
            "nav_menu_item",
            "wp_block",
            "custom_css",
            "",
            "POST",
            "wp_template",
        ]);
        let status = dice.pick(&[
            "publish",
            "publish",
            "publish",
            "publish",
            "publish",
            "inherit",
            "draft",
            "pending",
            "private",
            "future",
            "trash",
            "auto-draft",
            "",
            "odd",
            "request-pending",
        ]);
        let slug = match dice.below(40) {
            0 => "x".repeat(200),
            1 => "%e6%97%a5%e6%9c%ac".to_owned(),
            2 => "Upper-Case".to_owned(),
            number => {
                dice.pick(&[
                    "1",
                    "7",
                    "12",
                    "31",
                    "2024",
                    "2024-2",
                    "10000",
                    "007",
                    "feed",
                    "rss2",
                    "page",
                    "trackback",
                    "embed",
                    "comment-page-1",
                    "category",
                    "author",
                    "search",
                    "tag",
                    "wp-json",
                    "attachment",
                    "index.php",
                    "p",
                    "a.b",
                    "a_b",
                    "a b",
                    "-dash-",
                    "hello-world",
                    "three",
                    "child",
                    "sample-page",
                    "uncategorized",
                    "admin",
                    "caf%C3%A9",
                    "café",
                    "%f0%9f%98%80",
                    "straße",
                    "i%cc%87",
                    "post-16",
                    "it's",
                    "page-2",
                    "",
                ])
                .to_owned()
                    + if number == 3 { "-" } else { "" }
            }
        };
        let parent = *dice.pick(&[
            &"0", &"0", &"0", &"2", &"1", &"12", &"6", &"10", &"999", &"101",
        ]);
        let date = dice.pick(&[
            "2024-05-06 10:00:00",
            "2024-05-06 10:00:00",
            "2024-05-06 23:59:59",
            "2023-12-31 00:00:00",
            "0000-00-00 00:00:00",
            "2031-02-03 04:05:06",
            "1970-01-01 00:00:00",
            "0001-01-01 00:00:00",
            "2024-02-29 12:00:00",
        ]);
        let gmt = match dice.below(8) {
            0 => "0000-00-00 00:00:00",
            1 => "2024-05-06 00:00:00",
            _ => date,
        };
        let pings = dice.pick(&["open", "open", "open", "open", "open", "closed", "", "OPEN"]);
        let author = if dice.chance(80) {
            "1"
        } else {
            dice.pick(&["2", "0", "77"])
        };
        let password = dice.pick(&["", "", "", "", "x"]);
        let title = dice.pick(&[
            "Made",
            "Three",
            "Zebra & \"co\"",
            "Ünïcödé 😀",
            "a.b*c",
            "it\\'s \\\\",
            "",
            "<b>Bold</b>",
            "0",
            "100%",
        ]);
        let quoted = slug.replace('\'', "''");
        scenario.sql.push(format!(
            "INSERT INTO wp_posts (ID, post_author, post_date, post_date_gmt, post_content, post_title, post_excerpt, post_status, ping_status, post_password, \
             post_name, to_ping, pinged, post_modified, post_modified_gmt, post_content_filtered, post_parent, guid, post_type, post_mime_type) \
             VALUES ({id}, {author}, '{date}', '{gmt}', 'Words.', '{title}', '', '{status}', '{pings}', '{password}', '{quoted}', '', '', '{date}', '{gmt}', '', \
             {parent}, 'http://blog.test/?p={id}', '{kind}', '{}')",
            if kind == "attachment" { "image/png" } else { "" }
        ));
        let path = match parent {
            "2" => format!("sample-page/{slug}"),
            "12" => format!("sample-page/child/{slug}"),
            _ if kind == "attachment" && parent == "1" => format!("2024/05/06/hello-world/{slug}"),
            _ => slug.clone(),
        };
        // In front, so that it is asked for.
        for _ in 0..3 {
            self.posts.insert(
                0,
                Post {
                    id,
                    slug: slug.clone(),
                    kind: if kind == "post" {
                        Kind::Post
                    } else {
                        Kind::Path(path.clone())
                    },
                    date: date.to_owned(),
                    author: if author == "2" { "bea" } else { "admin" },
                },
            );
        }
    }

    /// The path of a post, without a slash in front.
    fn path(&self, post: &Post) -> String {
        let index = if self.structure.starts_with("/index.php") {
            "index.php/"
        } else {
            ""
        };
        match &post.kind {
            _ if self.structure.is_empty() => format!("?p={}", post.id),
            Kind::Path(path) => {
                let slash = if self.structure.ends_with('/') {
                    "/"
                } else {
                    ""
                };
                format!("{index}{path}{slash}")
            }
            Kind::Post => {
                let date: Vec<&str> = post.date.split(['-', ' ', ':']).collect();
                let mut path = self.structure.trim_start_matches('/').to_owned();
                for (tag, value) in [
                    "%year%",
                    "%monthnum%",
                    "%day%",
                    "%hour%",
                    "%minute%",
                    "%second%",
                ]
                .iter()
                .zip(date)
                {
                    path = path.replace(tag, value);
                }
                path.replace("%post_id%", &post.id.to_string())
                    .replace("%author%", post.author)
                    .replace("%category%", "uncategorized")
                    .replace("%postname%", &post.slug)
            }
        }
    }

    /// A post's path is its number alone.
    pub(super) fn is_number(&self) -> bool {
        self.structure == "/%post_id%/"
    }

    fn post(&self, dice: &mut Dice) -> &Post {
        &self.posts[dice.below(self.posts.len())]
    }

    /// A post's permalink, most often of one that can be pinged.
    pub(super) fn sound(&self, dice: &mut Dice) -> String {
        let post = &self.posts[dice.below(self.posts.len().min(SOUND))];
        format!("{}/{}", self.home, self.path(post))
    }

    /// Path and query of a trackback address, and the post's ID.
    pub(super) fn trackback(&self, dice: &mut Dice) -> (String, u32) {
        let post = match dice.below(3) {
            0 => self.post(dice),
            _ => &self.posts[dice.below(self.posts.len().min(SOUND))],
        };
        // What PATH_INFO says of a percent-encoded path behind index.php is the web server's affair.
        let index = self.structure.starts_with("/index.php");
        let post = if index && (!self.path(post).is_ascii() || self.path(post).contains('%')) {
            &self.posts[self.posts.len() - WORLD.len()]
        } else {
            post
        };
        let inside = match self.home.splitn(4, '/').nth(3) {
            // There is no index.php in that directory.
            Some(inside) if !index => format!("/{inside}"),
            _ => String::new(),
        };
        let path = self.path(post);
        let path = if self.structure.is_empty() {
            format!("/{path}&tb=1")
        } else if path.ends_with('/') {
            format!("/{path}trackback/")
        } else {
            format!("/{path}/trackback")
        };
        // No client sends other characters in a request's first line, and linkbackd's HTTP takes no others.
        let path = path.chars().map(|char| match char {
            '!'..='~' => char.to_string(),
            char => encode(char.to_string().as_bytes()),
        });
        (inside + &path.collect::<String>(), post.id)
    }

    /// A target in any form.
    pub(super) fn target(&self, dice: &mut Dice) -> String {
        let post = self.post(dice);
        let id = post.id;
        let home = if dice.chance(80) {
            self.home.clone()
        } else {
            dice.pick(&[
                "http://blog.test",
                "https://blog.test",
                "http://www.blog.test",
                "http://BLOG.TEST",
                "http://blog.test:8080",
                "http://blog.test:80",
                "ftp://blog.test",
                "//blog.test",
                "http://other.test/blog.test",
                "http://user:pw@blog.test",
                "http://blog.test/sub",
                "http://foo.www.blog.test",
                "HTTP://blog.test",
                "http:///blog.test",
                "http:/blog.test",
                "x blog.test",
                "http://blog.test.",
                "http://www.www.blog.test",
                "https://www.blog.test",
                "http://other.test/?u=blog.test&x=",
                "http://blog.testing",
                "http://\u{e9}.test/blog.test",
            ])
            .to_owned()
        };
        let tail = match dice.below(10) {
            0..5 => self.path(post),
            5 => self.by_query(dice, id),
            6 => elsewhere(dice),
            _ => {
                let mut path = self.path(post);
                for _ in 0..dice.between(1, 2) {
                    path = bend(dice, path);
                }
                path
            }
        };
        let slash = if dice.chance(97) {
            "/"
        } else {
            dice.pick(&["", "//", "/./", "/\\"])
        };
        let mut target = format!("{home}{slash}{tail}");
        if dice.chance(25) {
            target.push_str(&self.ending(dice, id));
        }
        target
    }

    fn by_query(&self, dice: &mut Dice, id: u32) -> String {
        let name = dice.pick(&[
            "p",
            "p",
            "page_id",
            "attachment_id",
            "P",
            "name",
            "pagename",
            "post",
            "tb_id",
            "p[]",
            "p.",
            "xp",
            "m",
            "subpost_id",
            "zip",
            "author",
            "cat",
        ]);
        let value = match dice.below(12) {
            0 => format!("0{id}"),
            1 => format!("{id}abc"),
            2 => format!("%3{id}"),
            3 => "999".to_owned(),
            4 => "99999999999999999999".to_owned(),
            5 => format!("-{id}"),
            6 => format!("{id}.9"),
            7 => format!(" {id}"),
            8 => "0".to_owned(),
            _ => id.to_string(),
        };
        let front = dice.pick(&[
            "?",
            "?",
            "?",
            "?a=b&",
            "?&",
            "index.php?",
            "x/y?",
            "?a=b&amp;",
            "#?",
            "&",
            "2024/?",
            "?p=0&",
            "?page_id=2&",
        ]);
        format!("{front}{name}={value}")
    }

    fn ending(&self, dice: &mut Dice, id: u32) -> String {
        match dice.below(20) {
            0 => "?a=1".into(),
            1 => "?a=1&b=2".into(),
            2 => "#comments".into(),
            3 => format!("#comment-{id}"),
            4 => format!("#post-{id}"),
            5 => format!("#{id}"),
            6 => "#Three-zebras".into(),
            7 => "#".into(),
            8 => format!("?p={id}"),
            9 => "?".into(),
            10 => "&b=2".into(),
            11 => "?q='\"\\<b>".into(),
            12 => "?é=日本#ü".into(),
            13 => format!(
                "#x{}y",
                dice.pick(&[
                    "post-1",
                    "post-16a0",
                    ".*",
                    "(",
                    "[a",
                    "\\",
                    "'",
                    "%",
                    "_",
                    "Hello world!",
                    "zebras$",
                    "^Three",
                    "a|b",
                    "{1",
                    "+",
                    "é"
                ])
            ),
            14 => format!(
                "#{}",
                dice.pick(&[
                    "1e1",
                    "0x10",
                    " 16",
                    "+16",
                    "-16",
                    "16.9",
                    "1_6",
                    "Three+zebras",
                    "Caf%C3%A9",
                    "T.*s",
                    "three",
                    "(",
                    "*",
                    "[[:<:]]Three",
                    "made",
                    "0",
                    "00"
                ])
            ),
            15 => format!("/p/{id}"),
            16 => "?replytocom=5#respond".into(),
            17 => "?preview=true".into(),
            18 => "?feed=rss2".into(),
            _ => "?cpage=2".into(),
        }
    }
}
