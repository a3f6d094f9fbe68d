//! The pool: sessions as `wpdb` sets them up, and what becomes of connections when things go wrong.
//!
//! Needs MariaDB.

mod common;

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::database::{Database, server};
use linkbackd::demo::mariadb::{PASSWORD, USER};
use linkbackd::wordpress::constants::{Constants, DatabaseAddress};
use linkbackd::wordpress::db::{Db, DbError, Settings};
use linkbackd::wordpress::version::Version;

fn db(name: &str, port: u16, settings: Settings) -> Db {
    let constants = Constants {
        database: DatabaseAddress {
            host: "127.0.0.1".to_owned(),
            port: Some(port),
            socket: None,
            user: USER.to_owned(),
            password: PASSWORD.to_owned(),
            name: name.to_owned(),
            charset: "utf8".to_owned(),
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
    Db::new(Arc::new(constants), settings)
}

fn one_connection() -> Settings {
    Settings {
        pool_size: 1,
        ..Settings::default()
    }
}

#[tokio::test]
async fn sessions_are_set_up_as_wpdb_does() {
    let database = Database::blog();
    let db = db(database.name(), server().port(), one_connection());
    let mut conn = db.conn().await.expect("a connection");
    let sql = "SELECT @@character_set_client, @@collation_connection, @@sql_mode, @@innodb_lock_wait_timeout";
    let row: Option<(String, String, String, u64)> = conn.exec_first(sql, ()).await.expect("a row");
    let (charset, collation, modes, wait) = row.expect("a row");
    assert_eq!(charset, "utf8mb4");
    assert_eq!(collation, "utf8mb4_unicode_520_ci");
    assert!(!modes.contains("STRICT"), "{modes}");
    assert!(modes.contains("NO_ENGINE_SUBSTITUTION"), "{modes}");
    assert_eq!(wait, 5);
}

#[tokio::test]
async fn a_statement_dropped_half_way_spoils_no_later_one() {
    let database = Database::blog();
    let db = db(database.name(), server().port(), one_connection());
    for number in 1..=3_i64 {
        let mut conn = db.conn().await.expect("a connection");
        let slow = conn.exec::<(i64,), _, _>("SELECT SLEEP(3)", ());
        assert!(
            tokio::time::timeout(Duration::from_millis(50), slow)
                .await
                .is_err()
        );
        drop(conn);
        let mut conn = db.conn().await.expect("another connection");
        let row: Option<(i64,)> = conn.exec_first("SELECT ?", (number,)).await.expect("a row");
        assert_eq!(row, Some((number,)));
    }
}

#[tokio::test]
async fn slow_statements_end_and_give_their_connection_up() {
    let database = Database::blog();
    let settings = Settings {
        query_timeout: Duration::from_millis(300),
        ..one_connection()
    };
    let db = db(database.name(), server().port(), settings);
    let mut conn = db.conn().await.expect("a connection");
    let began = Instant::now();
    let answer = conn.exec::<(i64,), _, _>("SELECT SLEEP(20)", ()).await;
    assert!(matches!(answer, Err(DbError::Slow(_))), "{answer:?}");
    assert!(began.elapsed() < Duration::from_secs(3));
    drop(conn);
    db.conn().await.expect("another connection");
}

#[tokio::test]
async fn killed_connections_are_replaced() {
    let database = Database::blog();
    let db = db(database.name(), server().port(), one_connection());
    let id = db.conn().await.expect("a connection").id();
    database.run(&format!("KILL {id}"));
    let mut conn = db.conn().await.expect("another connection");
    assert_ne!(conn.id(), id);
    let row: Option<(i64,)> = conn.exec_first("SELECT 1", ()).await.expect("a row");
    assert_eq!(row, Some((1,)));
}

#[tokio::test]
async fn a_server_that_is_gone_is_told_at_once() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.local_addr().expect("its address").port()
    };
    let db = db("wp", port, Settings::default());
    let began = Instant::now();
    let error = db.conn().await.expect_err("nobody listens");
    assert!(error.is_unreachable(), "{error}");
    assert!(
        began.elapsed() < Duration::from_millis(50),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn options_are_read_afresh_or_kept() {
    let database = Database::blog();
    let db = db(database.name(), server().port(), one_connection());
    let mut conn = db.conn().await.expect("a connection");
    let first = db
        .snapshot(&mut conn, Duration::ZERO, false)
        .await
        .expect("a snapshot");
    database.options(&[("blogname", "Another name"), ("home", "http://other.test/")]);
    let hour = Duration::from_secs(3600);
    let kept = db
        .snapshot(&mut conn, hour, false)
        .await
        .expect("a snapshot");
    assert_eq!(
        kept.options.text("blogname"),
        first.options.text("blogname")
    );
    let fresh = db
        .snapshot(&mut conn, Duration::ZERO, true)
        .await
        .expect("a snapshot");
    assert_eq!(fresh.options.text("blogname"), b"Another name");
    assert_eq!(fresh.blog.home_url(b""), b"https://other.test");
    assert!(
        Arc::ptr_eq(&fresh.rules, &first.rules),
        "rules that did not change are kept"
    );
}
