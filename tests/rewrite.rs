//! URLs to posts and posts to URLs, judged by WordPress itself: generated URLs under the usual permalink structures.
//!
//! Needs MariaDB, the PHP command line and WordPress: that of `LINKBACKD_WORDPRESS`, else Debian's. `REWRITE_SEED` makes
//! other URLs, `REWRITE_URLS` another number of them.

mod common;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use common::database::{Database, server};
use linkbackd::demo::mariadb::{PASSWORD, USER};
use linkbackd::wordpress::constants::{Constants, DatabaseAddress};
use linkbackd::wordpress::db::{Conn, Db, Settings};
use linkbackd::wordpress::permalinks::get_permalink;
use linkbackd::wordpress::posts::get_post;
use linkbackd::wordpress::rewrite::url_to_postid;
use linkbackd::wordpress::version::Version;
use serde_json::{Value, json};

const STRUCTURES: [&str; 10] = [
    "",
    "/%year%/%monthnum%/%day%/%postname%/",
    "/%year%/%monthnum%/%postname%",
    "/archives/%post_id%",
    "/%postname%/",
    "/%category%/%postname%/",
    "/%author%/%postname%/",
    "/blog/%post_id%/%postname%.html",
    "/%year%/%monthnum%/%day%/%hour%/%minute%/%second%/%postname%/",
    "/index.php/%year%/%monthnum%/%postname%/",
];

/// ID, slug, status, type, parent, date: on top of the fresh blog.
const POSTS: [(u64, &str, &str, &str, u64, &str); 22] = [
    (
        201,
        "plain-post",
        "publish",
        "post",
        0,
        "2024-02-10 12:00:01",
    ),
    (202, "sketchy", "draft", "post", 0, "2024-02-10 12:00:02"),
    (203, "quiet", "private", "post", 0, "2024-02-10 12:00:03"),
    (204, "tomorrow", "future", "post", 0, "2099-02-10 12:00:04"),
    (205, "twin", "publish", "post", 0, "2023-05-05 05:05:05"),
    (206, "twin", "publish", "post", 0, "2023-06-06 06:06:06"),
    (207, "shadowed", "publish", "post", 0, "2024-02-10 12:00:07"),
    (208, "shadowed", "draft", "post", 0, "2024-02-10 12:00:08"),
    (209, "2019", "publish", "post", 0, "2023-07-07 07:07:07"),
    (210, "7", "publish", "post", 0, "2024-02-10 12:00:10"),
    (
        211,
        "caf%c3%a9",
        "publish",
        "post",
        0,
        "2024-02-10 12:00:11",
    ),
    (
        212,
        "cafe-noir",
        "publish",
        "post",
        0,
        "2024-02-10 12:00:12",
    ),
    (
        213,
        "gone__trashed",
        "trash",
        "post",
        0,
        "2024-02-10 12:00:13",
    ),
    (220, "about", "publish", "page", 0, "2024-02-10 12:00:20"),
    (221, "team", "publish", "page", 220, "2024-02-10 12:00:21"),
    (222, "lead", "draft", "page", 221, "2024-02-10 12:00:22"),
    (223, "front", "publish", "page", 0, "2024-02-10 12:00:23"),
    (
        230,
        "photo",
        "inherit",
        "attachment",
        201,
        "2024-02-10 12:00:30",
    ),
    (
        231,
        "loose",
        "inherit",
        "attachment",
        0,
        "2024-02-10 12:00:31",
    ),
    (
        232,
        "secret-photo",
        "inherit",
        "attachment",
        202,
        "2024-02-10 12:00:32",
    ),
    (240, "dune", "publish", "book", 0, "2024-02-10 12:00:40"),
    (
        241,
        "chapter",
        "publish",
        "manual",
        0,
        "2024-02-10 12:00:41",
    ),
];

/// URLs asked for, all structures together.
const URLS: usize = 100_000;
/// So many databases, each with a PHP of its own.
const WORKERS: usize = 4;

const HOMES: [&str; 4] = [
    "http://blog.test",
    "https://blog.test",
    "http://www.blog.test",
    "http://blog.test/sub",
];

const HOSTS: [&str; 12] = [
    "http://blog.test",
    "https://blog.test",
    "http://www.blog.test",
    "http://BLOG.test",
    "http://other.test",
    "ftp://blog.test",
    "//blog.test",
    "",
    "http://blog.test:8080",
    "http://foo.www.blog.test",
    "http://blog.test/sub",
    "http://blog.test/index.php",
];

const PATHS: [&str; 30] = [
    "",
    "/",
    "/feed/",
    "/books/",
    "/category/uncategorized/",
    "/author/admin/",
    "/2024/",
    "/2024/02/",
    "/2024/02/10/",
    "/2019/",
    "/2024/2019/",
    "/2023/07/2019",
    "/7/",
    "/7/2",
    "/page/2/",
    "/search/post/",
    "/wp-json/",
    "/robots.txt",
    "/manual/chapter/",
    "/about/team/lead/",
    "/about//team",
    "/About",
    "/%61bout",
    "/about%2Fteam",
    "/café",
    "/caf%C3%A9/",
    "/a\\b",
    "/a b",
    "/embed/",
    "/../about",
];

const ENDS: [&str; 20] = [
    "",
    "/",
    "/",
    "",
    "/feed/",
    "/2/",
    "/page/2/",
    "/comment-page-1/",
    "/trackback/",
    "/trackback",
    "/embed/",
    "/attachment/photo/",
    "/photo/",
    "//",
    "%20",
    "?x=1",
    "#10",
    "?p=202",
    "/?x=1&amp;p=9",
    "\\",
];

/// What breaks URLs, paths, patterns and SQL.
const HOSTILE: [&str; 24] = [
    "'",
    "\"",
    "\\",
    "%",
    "%27",
    "%5C",
    "%00",
    "\0",
    "%C3",
    "é",
    "\u{1F600}",
    " ",
    "\n",
    "#",
    "?",
    "&",
    "&amp;",
    "=",
    "[",
    "]",
    "//",
    "..",
    "?p=",
    "www.",
];

/// A small generator of numbers, always the same for a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % end
    }

    fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    fn in_ten(&mut self, chances: usize) -> bool {
        self.below(10) < chances
    }

    fn url(&mut self, structure: &str, home: &str) -> String {
        let host = if self.in_ten(3) {
            self.one_of(&HOSTS)
        } else {
            home
        };
        let path = if self.in_ten(3) {
            self.one_of(&PATHS).to_owned()
        } else {
            self.post_path(structure)
        };
        let mut url = format!("{host}{path}{}", self.one_of(&ENDS));
        for _ in 0..self.below(10).saturating_sub(6) {
            self.mutate(&mut url);
        }
        url
    }

    /// A character more, less, twice, or hostile.
    fn mutate(&mut self, url: &mut String) {
        let places: Vec<usize> = url.char_indices().map(|(at, _)| at).collect();
        if places.is_empty() {
            return;
        }
        let at = self.one_of(&places);
        match self.below(5) {
            0 => drop(url.remove(at)),
            1 => url.truncate(at),
            2 => {
                let piece: String = url[at..].chars().take(6).collect();
                url.insert_str(at, &piece);
            }
            _ => url.insert_str(at, self.one_of(&HOSTILE)),
        }
    }

    fn post_path(&mut self, structure: &str) -> String {
        let (id, slug, _, kind, parent, date) = self.one_of(&POSTS);
        let slug = match self.below(20) {
            0 => slug.to_uppercase(),
            1 => slug.replace('-', "."),
            2 => format!("{slug}'é"),
            _ => slug.to_owned(),
        };
        match kind {
            "page" if self.in_ten(8) => {
                let above = POSTS.iter().find(|post| post.0 == parent);
                return above.map_or(format!("/{slug}"), |above| format!("/{}/{slug}", above.1));
            }
            "book" if self.in_ten(8) => return format!("/books/{slug}"),
            "manual" if self.in_ten(8) => return format!("/manual/{slug}"),
            "attachment" if self.in_ten(5) => return format!("/{slug}"),
            _ => {}
        }
        if structure.is_empty() {
            return format!("/?p={id}");
        }
        let year = if self.in_ten(1) { "1999" } else { &date[..4] };
        let day = if self.in_ten(1) { "31" } else { &date[8..10] };
        [
            ("%year%", year),
            ("%monthnum%", &date[5..7]),
            ("%day%", day),
            ("%hour%", &date[11..13]),
            ("%minute%", &date[14..16]),
            ("%second%", &date[17..]),
            ("%postname%", &slug),
            ("%post_id%", &id.to_string()),
            (
                "%category%",
                self.one_of(&["uncategorized", "nowhere", "a/b"]),
            ),
            ("%author%", self.one_of(&["admin", "bea", "nobody"])),
        ]
        .iter()
        .fold(structure.to_owned(), |path, (tag, value)| {
            path.replace(tag, value)
        })
    }
}

fn wordpress() -> PathBuf {
    let place = std::env::var_os("LINKBACKD_WORDPRESS")
        .map_or_else(|| PathBuf::from("/usr/share/wordpress"), PathBuf::from);
    assert!(
        place.join("wp-includes/rewrite.php").is_file(),
        "no WordPress in {}: apt-get install wordpress, or set LINKBACKD_WORDPRESS",
        place.display()
    );
    place
}

fn version_of(wordpress: &Path) -> Version {
    let text =
        std::fs::read_to_string(wordpress.join("wp-includes/version.php")).expect("version.php");
    let (_, rest) = text.split_once("$wp_version = '").expect("$wp_version");
    Version::parse(rest).expect("a version number")
}

fn judge(wordpress: &Path, database: &Database, jobs: &Value) -> Vec<Value> {
    let content = server().scratch().join("rewrite-content");
    std::fs::create_dir_all(&content).expect("an empty wp-content");
    let mut php = Command::new("php")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rewrite/judge.php"))
        .arg(wordpress)
        .arg(&content)
        .arg(format!("localhost:{}", server().socket().display()))
        .args([USER, PASSWORD, database.name()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("PHP's command line: apt-get install php-cli php-mysql php-mbstring");
    php.stdin
        .take()
        .expect("a pipe")
        .write_all(jobs.to_string().as_bytes())
        .expect("PHP reads the jobs");
    let output = php.wait_with_output().expect("PHP's answers");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

fn fill(database: &Database) {
    let mut sql = "SET sql_mode = '';".to_owned();
    for (id, slug, status, kind, parent, date) in POSTS {
        sql.push_str(&format!(
            "INSERT INTO wp_posts (ID, post_author, post_date, post_date_gmt, post_content, post_title, post_excerpt, \
             post_status, post_name, to_ping, pinged, post_content_filtered, post_parent, post_type) VALUES \
             ({id}, 1, '{date}', '{date}', 'Words.', 'Title', '', '{status}', '{slug}', '', '', '', {parent}, '{kind}');"
        ));
        if kind == "post" {
            sql.push_str(&format!(
                "INSERT INTO wp_term_relationships VALUES ({id}, 1, 0);"
            ));
        }
    }
    database.run(&sql);
}

fn linkbackd(database: &Database, version: Version) -> Db {
    let constants = Constants {
        database: DatabaseAddress {
            host: "127.0.0.1".to_owned(),
            port: Some(server().port()),
            socket: None,
            user: USER.to_owned(),
            password: PASSWORD.to_owned(),
            name: database.name().to_owned(),
            charset: "utf8mb4".to_owned(),
            collate: String::new(),
            tls: false,
        },
        table_prefix: "wp_".to_owned(),
        version,
        home: None,
        siteurl: None,
        empty_trash_days: 30,
        production: true,
        force_ssl_admin: None,
        custom_user_table: None,
        forces_https: false,
        language: Default::default(),
    };
    Db::new(Arc::new(constants), Settings::default())
}

/// Each structure under two homes, once with a static front page.
fn jobs(dice: &mut Dice, urls: usize) -> Value {
    let ids: Vec<u64> = POSTS.iter().map(|post| post.0).collect();
    let mut jobs = Vec::new();
    for structure in STRUCTURES {
        for front in [false, true] {
            let home = if front { dice.one_of(&HOMES) } else { HOMES[0] };
            let urls: Vec<String> = (0..urls).map(|_| dice.url(structure, home)).collect();
            jobs.push(json!({
                "options": {
                    "permalink_structure": structure,
                    "home": home,
                    "show_on_front": if front { "page" } else { "posts" },
                    "page_on_front": if front { "223" } else { "0" },
                },
                "urls": urls,
                "posts": ids,
            }));
        }
    }
    Value::Array(jobs)
}

/// What linkbackd says to one job, after putting its options where WordPress had them.
async fn ours(db: &Db, conn: &mut Conn, job: &Value, rules: &str) -> (Vec<u64>, Vec<String>) {
    let options = job["options"].as_object().expect("options");
    let options = options
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str().expect("text")));
    for (name, value) in options.chain([("rewrite_rules", rules)]) {
        let sql = "REPLACE INTO wp_options (option_name, option_value) VALUES (?, ?)";
        conn.exec_drop(sql, (name, value))
            .await
            .expect("an option set");
    }
    let snapshot = db
        .snapshot(conn, Duration::ZERO, false)
        .await
        .expect("a snapshot");
    let mut ids = Vec::new();
    for url in job["urls"].as_array().expect("urls") {
        let url = url.as_str().expect("text").as_bytes();
        ids.push(url_to_postid(conn, &snapshot, url).await.expect("an ID"));
    }
    let mut links = Vec::new();
    for id in job["posts"].as_array().expect("posts") {
        let id = id.as_u64().expect("an ID");
        let post = get_post(conn, &snapshot.tables, id)
            .await
            .expect("a post")
            .expect("a post");
        let link = get_permalink(conn, &snapshot, &post).await.expect("a link");
        links.push(String::from_utf8_lossy(&link).into_owned());
    }
    (ids, links)
}

/// What one worker found: answers compared, those that are not 0, and what differs.
struct Judged {
    count: usize,
    found: usize,
    wrong: Vec<String>,
}

/// Asks WordPress and linkbackd for the same jobs, on a database of their own.
async fn compared(wordpress: &Path, jobs: &[Value]) -> Judged {
    let database = Database::blog();
    fill(&database);
    let answers = judge(wordpress, &database, &json!(jobs));
    assert_eq!(answers.len(), jobs.len(), "WordPress answered every job");
    let db = linkbackd(&database, version_of(wordpress));
    let mut conn = db.conn().await.expect("a connection");
    let mut judged = Judged {
        count: 0,
        found: 0,
        wrong: Vec::new(),
    };
    for (job, theirs) in jobs.iter().zip(&answers) {
        let rules = theirs["rules"].as_str().expect("rules");
        let (ids, links) = ours(&db, &mut conn, job, rules).await;
        let asked = job["urls"]
            .as_array()
            .expect("urls")
            .iter()
            .chain(job["posts"].as_array().expect("posts"));
        let said = theirs["ids"]
            .as_array()
            .expect("IDs")
            .iter()
            .chain(theirs["links"].as_array().expect("links"));
        let ours = ids
            .iter()
            .map(|id| json!(id))
            .chain(links.iter().map(|link| json!(link)));
        for ((asked, said), ours) in asked.zip(said).zip(ours) {
            judged.count += 1;
            judged.found += usize::from(*said != json!(0));
            if *said != ours {
                judged.wrong.push(format!(
                    "{} {asked}: WordPress {said}, linkbackd {ours}",
                    job["options"]
                ));
            }
        }
    }
    judged
}

#[test]
fn urls_lead_where_wordpress_says() {
    let seed = std::env::var("REWRITE_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or(20_261_121);
    let wordpress = wordpress();
    let urls = std::env::var("REWRITE_URLS")
        .ok()
        .and_then(|urls| urls.parse().ok());
    let urls: usize = urls.unwrap_or(URLS);
    let jobs = jobs(&mut Dice(seed.max(1)), urls.div_ceil(2 * STRUCTURES.len()));
    let jobs = jobs.as_array().expect("jobs");
    // Each waits for the database half of the time.
    let share = jobs.len().div_ceil(WORKERS);
    let judged: Vec<Judged> = std::thread::scope(|scope| {
        let workers: Vec<_> = jobs
            .chunks(share)
            .map(|jobs| {
                let wordpress = &wordpress;
                scope.spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build()
                        .expect("a runtime");
                    runtime.block_on(compared(wordpress, jobs))
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("a worker ends"))
            .collect()
    });
    let count: usize = judged.iter().map(|one| one.count).sum();
    let found: usize = judged.iter().map(|one| one.found).sum();
    let wrong: Vec<String> = judged.into_iter().flat_map(|one| one.wrong).collect();
    println!("{count} answers compared, {found} of them not 0 (REWRITE_SEED={seed})");
    assert!(found > 500, "URLs that lead somewhere are among them");
    assert!(
        wrong.is_empty(),
        "REWRITE_SEED={seed}\n{}",
        wrong.join("\n")
    );
}
