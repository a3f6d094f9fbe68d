//! How pings become rows: on a real MariaDB, with WordPress's schema.
//!
//! What each column holds, what keeps a ping from being stored, and that it is stored once, whatever happens on the way.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use common::database::{Database, server};
use jiff::Timestamp;
use linkbackd::demo::mariadb::{PASSWORD, USER};
use linkbackd::wordpress::claims::{ClaimError, Claims};
use linkbackd::wordpress::comments::{
    Approved, Kind, NewComment, NewCommentError, Outcome, Recording, Records, wp_new_comment,
};
use linkbackd::wordpress::constants::{Constants, DatabaseAddress};
use linkbackd::wordpress::db::{Db, Settings};
use linkbackd::wordpress::snapshot::Snapshot;
use linkbackd::wordpress::version::Version;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A blog in a database of its own, and linkbackd's view of it.
struct Site {
    database: Database,
    constants: Constants,
    db: Db,
    records: Records,
    flood: bool,
    now: Timestamp,
}

impl Site {
    /// WordPress's defaults, but that nothing is held: approved is the answer unless a test changes it.
    fn new() -> Self {
        Self::with(|_| ())
    }

    fn with(change: impl FnOnce(&mut Constants)) -> Self {
        let database = Database::blog();
        let mut constants = Constants {
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
            version: Version::REFERENCE,
            home: None,
            siteurl: None,
            empty_trash_days: 30,
            production: true,
            force_ssl_admin: None,
            custom_user_table: None,
            forces_https: false,
            language: Default::default(),
        };
        change(&mut constants);
        database.run("DELETE FROM wp_comments; UPDATE wp_posts SET comment_count = 0");
        database.options(&[
            ("comment_previously_approved", "0"),
            ("comment_moderation", "0"),
            ("gmt_offset", "5.5"),
        ]);
        Self {
            db: Db::new(Arc::new(constants.clone()), Settings::default()),
            database,
            constants,
            records: Records::new(Duration::ZERO),
            flood: false,
            now: Timestamp::now(),
        }
    }

    /// A second linkbackd on the same blog: another pool, other locks.
    fn another(&self) -> Db {
        Db::new(Arc::new(self.constants.clone()), Settings::default())
    }

    async fn snapshot(&self, db: &Db) -> Snapshot {
        let mut conn = db.conn().await.expect("a connection");
        db.snapshot(&mut conn, Duration::ZERO, false)
            .await
            .expect("a snapshot")
    }

    async fn record(&self, comment: NewComment) -> Result<Outcome, NewCommentError> {
        self.record_by(&self.db, &self.records, comment).await
    }

    async fn record_by(
        &self,
        db: &Db,
        records: &Records,
        comment: NewComment,
    ) -> Result<Outcome, NewCommentError> {
        let snapshot = self.snapshot(db).await;
        let with = Recording {
            db,
            records,
            flood: self.flood,
            claim: None,
            approved: None,
            now: self.now,
        };
        let conn = db.conn().await.expect("a connection");
        wp_new_comment(conn, &snapshot, comment, &with).await
    }

    async fn store(&self, comment: NewComment) -> Approved {
        match self.record(comment).await.expect("recorded") {
            Outcome::Stored { approved, .. } => approved,
            Outcome::Lost => panic!("lost"),
        }
    }

    /// One column of the last comment.
    async fn last(&self, column: &str) -> String {
        let sql = format!("SELECT {column} FROM wp_comments ORDER BY comment_ID DESC LIMIT 1");
        let rows = self.database.rows(&sql).await;
        let value = rows.into_iter().flatten().flatten().next();
        String::from_utf8(value.expect("a row")).expect("UTF-8")
    }

    async fn count(&self, sql: &str) -> usize {
        let rows = self
            .database
            .rows(&format!("SELECT COUNT(*) FROM {sql}"))
            .await;
        let value = rows
            .into_iter()
            .flatten()
            .flatten()
            .next()
            .expect("a count");
        String::from_utf8(value).unwrap().parse().unwrap()
    }
}

/// A pingback as `pingback_ping()` hands it over.
fn pingback(title: &str, source: &str) -> NewComment {
    NewComment {
        post_id: 1,
        author: title.into(),
        author_url: source.replace('&', "&amp;").into(),
        content: format!("[&#8230;] words of {title} [&#8230;]").into(),
        kind: Kind::Pingback,
        ip: b"192.0.2.7".to_vec(),
        agent: b"WordPress/7.1; http://source.test".to_vec(),
        looked_up: source.into(),
    }
}

fn trackback(title: &str, source: &str) -> NewComment {
    NewComment {
        kind: Kind::Trackback,
        ..pingback(title, source)
    }
}

#[tokio::test]
async fn a_row_has_wordpress_s_values_in_all_columns() {
    let mut site = Site::new();
    site.now = "2024-06-01T20:30:15Z".parse().unwrap();
    let outcome = site
        .record(NewComment {
            ip: b"::ffff:192.0.2.7<script>".to_vec(),
            agent: b"Agent \\\"1\\\"".to_vec(),
            ..pingback("A \"title\" & more", "http://source.test/?a=1&b=2")
        })
        .await
        .unwrap();
    let rows = site
        .database
        .rows(
            "SELECT comment_ID, comment_post_ID, comment_author, comment_author_email, comment_author_url, \
             comment_author_IP, comment_date, comment_date_gmt, comment_content, comment_karma, comment_approved, \
             comment_agent, comment_type, comment_parent, user_id FROM wp_comments",
        )
        .await;
    assert_eq!(rows.len(), 1);
    let row: Vec<String> = rows[0]
        .iter()
        .map(|value| String::from_utf8(value.clone().expect("no NULL")).unwrap())
        .collect();
    let id = match outcome {
        Outcome::Stored {
            id,
            approved: Approved::Yes,
        } => id.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        row,
        [
            id.as_str(),
            "1",
            "A \"title\" &amp; more",
            "",
            "http://source.test/?a=1&amp;b=2",
            "::ffff:192.0.2.7c",
            "2024-06-02 02:00:15",
            "2024-06-01 20:30:15",
            "[&#8230;] words of A \"title\" &amp; more [&#8230;]",
            "0",
            "1",
            "Agent \"1\"",
            "pingback",
            "0",
            "0",
        ]
    );
}

#[tokio::test]
async fn only_approved_comments_that_are_no_notes_are_counted() {
    let site = Site::new();
    site.database.run(
        "INSERT INTO wp_comments (comment_post_ID, comment_approved, comment_type, comment_author, comment_content) \
         VALUES (1, '1', 'comment', '', 'a'), (1, '1', 'note', '', 'b'), (1, '0', 'comment', '', 'c'), \
         (2, '1', 'comment', '', 'd')",
    );
    assert_eq!(
        site.store(pingback("One", "http://a.test/")).await,
        Approved::Yes
    );
    assert_eq!(
        site.count("wp_posts WHERE ID = 1 AND comment_count = 2")
            .await,
        1
    );
    site.database.options(&[("comment_moderation", "1")]);
    assert_eq!(
        site.store(pingback("Two", "http://b.test/")).await,
        Approved::No
    );
    assert_eq!(
        site.count("wp_posts WHERE ID = 1 AND comment_count = 2")
            .await,
        1
    );
    assert_eq!(
        site.count("wp_posts WHERE ID <> 1 AND comment_count <> 0")
            .await,
        0
    );
}

#[tokio::test]
async fn older_versions_count_notes_as_well() {
    let site = Site::with(|constants| constants.version = Version::new(6, 8, 0));
    site.database.run(
        "INSERT INTO wp_comments (comment_post_ID, comment_approved, comment_type, comment_author, comment_content) \
         VALUES (1, '1', 'note', '', 'b')",
    );
    site.store(pingback("One", "http://a.test/")).await;
    assert_eq!(
        site.count("wp_posts WHERE ID = 1 AND comment_count = 2")
            .await,
        1
    );
}

#[tokio::test]
async fn moderation_settings_hold_comments() {
    let site = Site::new();
    let hold = async |options: &[(&str, &str)], comment: NewComment| {
        site.database.run("DELETE FROM wp_comments");
        site.database.options(&[
            ("comment_moderation", "0"),
            ("comment_max_links", "2"),
            ("moderation_keys", ""),
            ("comment_previously_approved", "0"),
        ]);
        site.database.options(options);
        site.store(comment).await == Approved::No
    };
    let plain = || pingback("Plain", "http://a.test/");
    assert!(!hold(&[], plain()).await);
    assert!(hold(&[("comment_moderation", "1")], plain()).await);
    assert!(!hold(&[("comment_moderation", "yes")], plain()).await);
    let links = |n| NewComment {
        content: "see http://x.test/ ".repeat(n).into(),
        ..plain()
    };
    assert!(!hold(&[], links(1)).await && hold(&[], links(2)).await);
    assert!(!hold(&[("comment_max_links", "0")], links(9)).await);
    assert!(hold(&[("moderation_keys", "foo\r\nPLAIN\n")], plain()).await);
    assert!(hold(&[("moderation_keys", "192.0.2.")], plain()).await);
    assert!(
        hold(&[("moderation_keys", "<p>")], plain()).await,
        "the rendered text"
    );
    assert!(!hold(&[("moderation_keys", "0\n\n  \n")], plain()).await);
    let known = [("comment_previously_approved", "1")];
    assert!(hold(&known, plain()).await);
    assert!(hold(&known, trackback("T", "http://blog.test/sample-page/")).await);
    assert!(!hold(&known, pingback("P", "http://blog.test/sample-page/")).await);
}

#[tokio::test]
async fn disallowed_words_go_to_trash_or_spam() {
    let site = Site::new();
    site.database.options(&[("disallowed_keys", "casino")]);
    assert_eq!(
        site.store(pingback("My CASINO", "http://a.test/")).await,
        Approved::Trash
    );
    assert_eq!(site.last("comment_approved").await, "trash");
    assert_eq!(site.count("wp_commentmeta").await, 0);
    let site = Site::with(|constants| constants.empty_trash_days = 0);
    site.database.options(&[("disallowed_keys", "casino")]);
    let hidden = NewComment {
        content: b"cas<b></b>ino".to_vec(),
        ..pingback("Clean", "http://a.test/")
    };
    assert_eq!(site.store(hidden).await, Approved::Spam);
}

#[tokio::test]
async fn what_does_not_fit_is_cut_or_lost() {
    let site = Site::new();
    site.store(pingback(&"t".repeat(300), "http://a.test/"))
        .await;
    assert_eq!(site.last("comment_author").await, "t".repeat(255));
    site.store(pingback(&"é".repeat(200), "http://b.test/"))
        .await;
    assert_eq!(site.last("comment_author").await, "é".repeat(127));
    let long = format!("http://c.test/{}", "u".repeat(187));
    site.store(pingback("Long", &long)).await;
    assert_eq!(site.last("comment_author_url").await, long[..200]);
    let lost = [
        NewComment {
            agent: b"bad \xff bytes".to_vec(),
            ..pingback("Agent", "http://d.test/")
        },
        NewComment {
            agent: format!("{}é", "a".repeat(253)).into(),
            ..pingback("Agent cut in a letter", "http://e.test/")
        },
        pingback(&">".repeat(100), "http://f.test/"),
    ];
    for comment in lost {
        assert_eq!(site.record(comment).await.unwrap(), Outcome::Lost);
    }
    assert_eq!(site.count("wp_comments").await, 3);
}

#[tokio::test]
async fn three_byte_columns_lose_emoji() {
    let site = Site::new();
    site.database
        .run("ALTER TABLE wp_comments CONVERT TO CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci");
    site.store(pingback("a\u{1F600}b", "http://a.test/")).await;
    assert_eq!(site.last("comment_author").await, "ab");
    let agent = NewComment {
        agent: "\u{1F600}".into(),
        ..pingback("Agent", "http://b.test/")
    };
    assert_eq!(site.record(agent).await.unwrap(), Outcome::Lost);
}

#[tokio::test]
async fn other_charsets_are_the_server_s_to_judge() {
    let site = Site::new();
    site.database
        .run("ALTER TABLE wp_comments CONVERT TO CHARACTER SET latin1");
    site.store(pingback("caf\u{e9} \u{416}", "http://a.test/"))
        .await;
    assert_eq!(site.last("comment_author").await, "caf\u{e9} ?");
    let again = site
        .record(pingback("caf\u{e9} \u{416}", "http://a2.test/"))
        .await;
    assert!(
        again.is_ok(),
        "what the column cannot hold has no duplicate"
    );
    site.store(pingback("caf\u{e9}", "http://a3.test/")).await;
    let again = site.record(pingback("caf\u{e9}", "http://a4.test/")).await;
    assert!(matches!(again, Err(NewCommentError::Duplicate)));
    site.database
        .run("DELETE FROM wp_comments; ALTER TABLE wp_comments CONVERT TO CHARACTER SET cp1251");
    site.store(pingback("\u{416} \u{1F600}", "http://b.test/"))
        .await;
    assert_eq!(site.last("comment_author").await, "\u{416} ?");
}

#[tokio::test]
async fn duplicates_are_told_by_author_and_content_or_by_url() {
    let site = Site::new();
    site.store(pingback("Same", "http://a.test/")).await;
    let other_url = site.record(pingback("same", "http://b.test/")).await;
    assert!(matches!(other_url, Err(NewCommentError::Duplicate)));
    let same_url = site.record(pingback("Other", "http://a.test/")).await;
    assert!(matches!(same_url, Err(NewCommentError::Registered)));
    site.database
        .run("UPDATE wp_comments SET comment_approved = 'spam'");
    let spam = site.record(pingback("Same", "http://b.test/")).await;
    assert!(matches!(spam, Err(NewCommentError::Duplicate)));
    site.database
        .run("UPDATE wp_comments SET comment_approved = 'trash'");
    site.store(pingback("Same", "http://b.test/")).await;
    assert_eq!(site.count("wp_comments").await, 2);
}

#[tokio::test]
async fn raw_texts_are_compared_since_6_7_and_filtered_ones_before() {
    let site = Site::new();
    site.store(pingback("A & B", "http://a.test/")).await;
    assert_eq!(site.last("comment_author").await, "A &amp; B");
    site.store(pingback("A & B", "http://b.test/")).await;
    let stored = pingback("A &amp; B", "http://c.test/");
    assert!(matches!(
        site.record(stored).await,
        Err(NewCommentError::Duplicate)
    ));
    let site = Site::with(|constants| constants.version = Version::new(6, 6, 7));
    site.store(pingback("A & B", "http://a.test/")).await;
    let again = site.record(pingback("A & B", "http://b.test/")).await;
    assert!(matches!(again, Err(NewCommentError::Duplicate)));
}

#[tokio::test]
async fn floods_are_site_wide_and_end_after_fifteen_seconds() {
    let mut site = Site::new();
    site.flood = true;
    site.store(pingback("One", "http://a.test/")).await;
    let elsewhere = || NewComment {
        post_id: 2,
        ip: b"203.0.113.9".to_vec(),
        ..pingback("Two", "http://b.test/")
    };
    assert!(matches!(
        site.record(elsewhere()).await,
        Err(NewCommentError::Flood)
    ));
    let again = site.record(pingback("One", "http://c.test/")).await;
    assert!(
        matches!(again, Err(NewCommentError::Duplicate)),
        "told first"
    );
    let ago = |seconds| {
        format!(
            "UPDATE wp_comments SET comment_date_gmt = comment_date_gmt - INTERVAL {seconds} SECOND"
        )
    };
    site.database.run(&ago(14));
    assert!(matches!(
        site.record(elsewhere()).await,
        Err(NewCommentError::Flood)
    ));
    site.database.run(&ago(1));
    site.store(elsewhere()).await;
    site.database
        .run("UPDATE wp_comments SET comment_date_gmt = comment_date_gmt + INTERVAL 1 DAY");
    let future = site.record(pingback("Three", "http://d.test/")).await;
    assert!(matches!(future, Err(NewCommentError::Flood)));
    site.database
        .run("UPDATE wp_comments SET comment_date_gmt = NOW(), comment_author_email = 'a@b.test'");
    let person = NewComment {
        ip: b"198.51.100.1".to_vec(),
        ..pingback("Four", "http://e.test/")
    };
    site.store(person).await;
}

/// Sixteen pings at once, from two linkbackds.
async fn crowd(site: &Site, comment: impl Fn(usize) -> NewComment) -> (usize, usize) {
    let other = site.another();
    let other_records = Records::new(Duration::ZERO);
    let both = [(&site.db, &site.records), (&other, &other_records)];
    let outcomes = futures_util::future::join_all(
        (0..16).map(|n| site.record_by(both[n % 2].0, both[n % 2].1, comment(n))),
    )
    .await;
    let stored = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let refused = outcomes
        .iter()
        .filter(|outcome| {
            matches!(
                outcome,
                Err(NewCommentError::Duplicate | NewCommentError::Registered)
            )
        })
        .count();
    (stored, refused)
}

#[tokio::test]
async fn sixteen_equal_pings_at_once_are_one_row_without_any_claim() {
    let site = Site::new();
    let (stored, refused) = crowd(&site, |_| pingback("Same", "http://a.test/")).await;
    assert_eq!((stored, refused), (1, 15));
    assert_eq!(site.count("wp_comments").await, 1);
}

#[tokio::test]
async fn different_pings_at_once_are_all_stored_and_counted() {
    let site = Site::new();
    let comment = |n| pingback(&format!("Title {n}"), &format!("http://a.test/{n}"));
    assert_eq!(crowd(&site, comment).await, (16, 0));
    assert_eq!(
        site.count("wp_posts WHERE ID = 1 AND comment_count = 16")
            .await,
        1
    );
}

#[tokio::test]
async fn a_flood_at_once_is_one_row() {
    let mut site = Site::new();
    site.flood = true;
    let outcomes = futures_util::future::join_all((0..16).map(|n| {
        site.record(NewComment {
            post_id: 1 + n % 2,
            ..pingback(&format!("Title {n}"), &format!("http://a.test/{n}"))
        })
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(site.count("wp_comments").await, 1);
}

#[tokio::test]
async fn two_hundred_equal_claims_at_once_let_one_through_even_on_myisam() {
    let site = Site::new();
    site.database
        .run("ALTER TABLE wp_comments ENGINE=MyISAM; ALTER TABLE wp_posts ENGINE=MyISAM");
    let other = site.another();
    let other_records = Records::new(Duration::ZERO);
    let sides = [
        (&site.db, &site.records, Claims::new(site.db.clone())),
        (&other, &other_records, Claims::new(other.clone())),
    ];
    let outcomes = futures_util::future::join_all((0..200).map(async |n| {
        let (db, records, claims) = &sides[n % 2];
        let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
        let claim = claims
            .claim(1, b"http://a.test/", deadline)
            .await
            .expect("a claim");
        let snapshot = site.snapshot(db).await;
        let with = Recording {
            db,
            records,
            flood: false,
            claim: Some(&claim),
            approved: None,
            now: site.now,
        };
        let conn = db.conn().await.expect("a connection");
        // Every ping has other words, so that only the URL tells them apart.
        let comment = pingback(&format!("Title {n}"), "http://a.test/");
        wp_new_comment(conn, &snapshot, comment, &with).await
    }))
    .await;
    let stored = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(stored, 1, "{:?}", outcomes.iter().find(|o| o.is_err()));
    assert_eq!(site.count("wp_comments").await, 1);
    assert_eq!(
        site.count("wp_posts WHERE ID = 1 AND comment_count = 1")
            .await,
        1
    );
}

#[tokio::test]
async fn a_claim_is_exclusive_between_processes_until_it_is_dropped() {
    let site = Site::new();
    let ours = Claims::new(site.db.clone());
    let theirs = Claims::new(site.another());
    let soon = || tokio::time::Instant::now() + Duration::from_millis(100);
    let claim = ours.claim(1, b"http://a.test/", soon()).await.unwrap();
    for claims in [&ours, &theirs] {
        let second = claims.claim(1, b"http://a.test/", soon()).await;
        assert!(matches!(second, Err(ClaimError::Busy)));
        let _other_post = claims.claim(2, b"http://a.test/", soon()).await.unwrap();
        let _other_source = claims.claim(1, b"http://b.test/", soon()).await.unwrap();
    }
    assert!(claim.confirm().await);
    drop(claim);
    let later = tokio::time::Instant::now() + Duration::from_secs(5);
    let _theirs = theirs.claim(1, b"http://a.test/", later).await.unwrap();
}

/// The connections that hold named locks or are in the middle of something.
fn kill_all_connections(site: &Site) {
    let ids = site.database.run(&format!(
        "SELECT CONCAT('KILL ', id, ';') FROM information_schema.processlist \
         WHERE user = '{USER}' AND db = '{}'",
        site.database.name()
    ));
    let kills = ids.lines().filter(|line| line.ends_with(';'));
    for kill in kills {
        // One that is gone meanwhile is as dead as can be.
        let _ = server().run(kill);
    }
}

#[tokio::test]
async fn a_claim_whose_connection_is_killed_is_had_again_or_known_to_be_lost() {
    let site = Site::new();
    let ours = Claims::new(site.db.clone());
    let theirs = Claims::new(site.another());
    let soon = || tokio::time::Instant::now() + Duration::from_secs(2);
    let claim = ours.claim(1, b"http://a.test/", soon()).await.unwrap();
    kill_all_connections(&site);
    assert!(claim.confirm().await, "nobody else has it");
    kill_all_connections(&site);
    let _theirs = theirs.claim(1, b"http://a.test/", soon()).await.unwrap();
    assert!(!claim.confirm().await);
    let snapshot = site.snapshot(&site.db).await;
    let with = Recording {
        db: &site.db,
        records: &site.records,
        flood: false,
        claim: Some(&claim),
        approved: None,
        now: site.now,
    };
    let conn = site.db.conn().await.unwrap();
    let refused = wp_new_comment(conn, &snapshot, pingback("T", "http://a.test/"), &with).await;
    assert!(matches!(refused, Err(NewCommentError::ClaimLost)));
    assert_eq!(site.count("wp_comments").await, 0);
}

#[tokio::test]
async fn killed_connections_cost_no_ping_and_make_no_second_row() {
    let site = Site::new();
    for n in 0..30 {
        let comment = pingback(&format!("Title {n}"), &format!("http://a.test/{n}"));
        let kill = async {
            tokio::time::sleep(Duration::from_micros(n * 400)).await;
            kill_all_connections(&site);
        };
        let snapshot = site.snapshot(&site.db).await;
        let with = Recording {
            db: &site.db,
            records: &site.records,
            flood: false,
            claim: None,
            approved: None,
            now: site.now,
        };
        let conn = site.db.conn().await.unwrap();
        let (outcome, ()) = tokio::join!(wp_new_comment(conn, &snapshot, comment, &with), kill);
        let rows = site
            .count(&format!("wp_comments WHERE comment_author = 'Title {n}'"))
            .await;
        match outcome {
            Ok(Outcome::Stored { .. }) => assert_eq!(rows, 1, "{n}"),
            Ok(Outcome::Lost) => panic!("lost"),
            Err(error) => assert_eq!(rows, 0, "{n}: {error}"),
        }
    }
}

/// Where a [`saboteur`] cuts the line.
#[derive(Clone, Copy)]
enum Cut {
    /// The server never sees the marked packet.
    Before,
    /// The server acts on it, and nobody hears of it.
    After,
}

/// A way to the server that breaks, once, at the first packet with `mark` in it. The port it listens on.
async fn saboteur(mark: &'static [u8], cut: Cut) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let armed = Arc::new(AtomicBool::new(true));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let armed = Arc::clone(&armed);
            tokio::spawn(async move {
                let server = TcpStream::connect(("127.0.0.1", server().port())).await;
                let (mut from_server, mut to_server) = server.expect("the server").into_split();
                let (mut from_client, mut to_client) = client.into_split();
                let replies = tokio::spawn(async move {
                    let _ = tokio::io::copy(&mut from_server, &mut to_client).await;
                });
                let mut packet = vec![0; 1 << 16];
                while let Ok(length @ 1..) = from_client.read(&mut packet).await {
                    let marked = memchr::memmem::find(&packet[..length], mark).is_some();
                    let cuts = marked && armed.swap(false, Ordering::SeqCst);
                    if cuts {
                        replies.abort();
                    }
                    if cuts && matches!(cut, Cut::Before) {
                        return;
                    }
                    if to_server.write_all(&packet[..length]).await.is_err() {
                        return;
                    }
                    if cuts {
                        // Time for the server to be done, as it would be with any real break of the line.
                        tokio::time::sleep(Duration::from_millis(100)).await;
                        return;
                    }
                }
            });
        }
    });
    port
}

/// One ping over a line that breaks; always one row and the right count.
async fn survives(engine: &str, mark: &'static [u8], cut: Cut) {
    let mut site = Site::new();
    site.database.run(&format!(
        "ALTER TABLE wp_comments ENGINE={engine}; ALTER TABLE wp_posts ENGINE={engine}"
    ));
    site.constants.database.port = Some(saboteur(mark, cut).await);
    let db = site.another();
    let comment = pingback("Broken line", "http://a.test/");
    let outcome = site.record_by(&db, &site.records, comment).await;
    assert!(matches!(outcome, Ok(Outcome::Stored { .. })), "{outcome:?}");
    assert_eq!(site.count("wp_comments").await, 1);
    assert_eq!(
        site.count("wp_posts WHERE ID = 1 AND comment_count = 1")
            .await,
        1
    );
    // The server must be done with the cut connection before the database can be dropped.
    tokio::time::sleep(Duration::from_millis(300)).await;
}

#[tokio::test]
async fn a_commit_nobody_heard_of_is_found_again() {
    survives("InnoDB", b"COMMIT", Cut::After).await;
}

#[tokio::test]
async fn a_commit_that_never_arrived_is_made_again() {
    survives("InnoDB", b"COMMIT", Cut::Before).await;
}

#[tokio::test]
async fn an_insert_nobody_heard_of_is_rolled_back_or_found_again() {
    // Only the insert carries the User-Agent.
    survives("InnoDB", b"WordPress/7.1; http", Cut::After).await;
    survives("MyISAM", b"WordPress/7.1; http", Cut::After).await;
    survives("MyISAM", b"WordPress/7.1; http", Cut::Before).await;
}

#[tokio::test]
async fn a_post_that_is_locked_too_long_is_an_error_and_no_row() {
    let site = Site::new();
    let db = Db::new(
        Arc::new(site.constants.clone()),
        Settings {
            lock_wait: Duration::from_secs(1),
            ..Settings::default()
        },
    );
    let mut holder = site.db.conn().await.unwrap();
    holder.query_drop("START TRANSACTION").await.unwrap();
    holder
        .query_drop("UPDATE wp_posts SET comment_count = 9 WHERE ID = 1")
        .await
        .unwrap();
    let comment = || pingback("Locked", "http://a.test/");
    let waiting = site.record_by(&db, &site.records, comment()).await;
    assert!(matches!(waiting, Err(NewCommentError::Db(_))));
    holder.query_drop("ROLLBACK").await.unwrap();
    assert_eq!(site.count("wp_comments").await, 0);
    site.record_by(&db, &site.records, comment()).await.unwrap();
    assert_eq!(site.count("wp_comments").await, 1);
}

#[tokio::test]
async fn a_ping_that_is_cancelled_leaves_nothing_locked() {
    let site = Site::new();
    for n in 0..20 {
        let comment = pingback(&format!("Title {n}"), &format!("http://a.test/{n}"));
        let patience = Duration::from_micros(300 * n);
        let _ = tokio::time::timeout(patience, site.record(comment)).await;
    }
    let last = tokio::time::timeout(
        Duration::from_secs(3),
        site.record(pingback("Last", "http://b.test/")),
    );
    last.await.expect("not locked").expect("recorded");
}
