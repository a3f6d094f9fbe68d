//! One private MariaDB per test binary, a fresh database per test.
//!
//! `Database::blog()` is a WordPress 7.1 as it is after installation (`blog.sql`): home and siteurl `http://blog.test`,
//! day-and-name permalinks with their stored rules, the post 1 `/2024/05/06/hello-world/`, the page 2 `/sample-page/`, both
//! open to pings, and a few more posts. See the end of that file.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use linkbackd::demo::mariadb::{Mariadb, PASSWORD, USER};
use linkbackd::demo::scratch::Scratch;
use mysql_async::prelude::Queryable;

const BLOG: &str = include_str!("blog.sql");

/// The server of this test binary, started at first use.
pub fn server() -> &'static Mariadb {
    // A static is never dropped: the private directory's keeper ends the server when this process is gone.
    static SERVER: OnceLock<Mariadb> = OnceLock::new();
    SERVER.get_or_init(|| {
        let scratch = Scratch::new("linkbackd-test").unwrap_or_else(|error| panic!("{error}"));
        Mariadb::start(&scratch).unwrap_or_else(|error| panic!("{error}"))
    })
}

/// A database of its own; dropped with the value.
#[derive(Debug)]
pub struct Database {
    name: String,
}

impl Database {
    /// A database without tables.
    pub fn empty() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let sql = format!("CREATE DATABASE {name} CHARACTER SET utf8mb4");
        server().run(&sql).expect("a new database");
        Self { name }
    }

    /// A fresh WordPress 7.1 with table prefix `wp_`.
    pub fn blog() -> Self {
        let database = Self::empty();
        database.run(BLOG);
        database
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `mysql://` URL over TCP, as user [`USER`], for linkbackd's `database` key.
    pub fn url(&self) -> String {
        let port = server().port();
        format!("mysql://{USER}:{PASSWORD}@127.0.0.1:{port}/{}", self.name)
    }

    /// The text of a wp-config.php for it.
    pub fn wp_config(&self) -> String {
        format!(
            "<?php\ndefine( 'DB_NAME', '{}' );\ndefine( 'DB_USER', '{USER}' );\n\
             define( 'DB_PASSWORD', '{PASSWORD}' );\ndefine( 'DB_HOST', '127.0.0.1:{}' );\n\
             define( 'DB_CHARSET', 'utf8mb4' );\ndefine( 'DB_COLLATE', '' );\n\
             $table_prefix = 'wp_';\nrequire_once __DIR__ . '/wp-settings.php';\n",
            self.name,
            server().port()
        )
    }

    /// A site directory as linkbackd expects one: wp-config.php and version.php, no WordPress. Lives as long as the
    /// server.
    pub fn site(&self, version: &str) -> PathBuf {
        let scratch = server().scratch();
        let place = format!("site-{}", self.name);
        scratch
            .write(
                &format!("{place}/wp-includes/version.php"),
                format!("<?php\n$wp_version = '{version}';\n"),
            )
            .expect("version.php");
        scratch
            .write(&format!("{place}/wp-config.php"), self.wp_config())
            .expect("wp-config.php");
        // By this file a WordPress directory is known.
        scratch
            .write(&format!("{place}/wp-load.php"), "<?php\n")
            .expect("wp-load.php");
        scratch.join(&place)
    }

    /// A new connection over the unix socket, in text protocol or prepared as the caller likes.
    pub async fn conn(&self) -> mysql_async::Conn {
        let options = mysql_async::OptsBuilder::default()
            .user(Some(USER))
            .pass(Some(PASSWORD))
            .db_name(Some(&self.name))
            .socket(server().socket().to_str())
            // Without this the driver asks the server for its socket first, over TCP.
            .ip_or_hostname("127.0.0.1")
            .prefer_socket(false)
            .tcp_port(server().port());
        mysql_async::Conn::new(options).await.expect("a connection")
    }

    /// Runs statements as root; the answer is tab-separated text.
    pub fn run(&self, sql: &str) -> String {
        server()
            .run_on(&self.name, sql)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// Sets options, as `name, value` pairs.
    pub fn options(&self, pairs: &[(&str, &str)]) {
        for (name, value) in pairs {
            let value = value.replace('\\', "\\\\").replace('\'', "\\'");
            self.run(&format!(
                "INSERT INTO wp_options (option_name, option_value, autoload) \
                 VALUES ('{name}', '{value}', 'on') ON DUPLICATE KEY UPDATE option_value = VALUES(option_value)"
            ));
        }
    }

    /// All rows of a query, each value as bytes (`None` for NULL).
    pub async fn rows(&self, sql: &str) -> Vec<Vec<Option<Vec<u8>>>> {
        let mut conn = self.conn().await;
        let rows: Vec<mysql_async::Row> = conn.query(sql).await.expect("rows");
        rows.into_iter()
            .map(|row| {
                (0..row.len())
                    .map(|at| row.get::<Option<Vec<u8>>, _>(at).flatten())
                    .collect()
            })
            .collect()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = server().run(&format!("DROP DATABASE IF EXISTS {}", self.name));
    }
}
