//! The constants of wp-config.php that matter here, as data.

use super::l10n::languages::LanguageConstants;
use super::version::Version;

/// How to reach the database: `DB_*`, with `DB_HOST` taken apart as `wpdb::parse_db_host()` does.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseAddress {
    /// Host name or address, without port. `localhost` with no socket means the client's default socket.
    pub host: String,
    /// TCP port, if one is given.
    pub port: Option<u16>,
    /// Path of a unix socket, if one is given.
    pub socket: Option<String>,
    /// `DB_USER`
    pub user: String,
    /// `DB_PASSWORD`: never printed.
    pub password: String,
    /// `DB_NAME`
    pub name: String,
    /// `DB_CHARSET`, may be empty.
    pub charset: String,
    /// `DB_COLLATE`, may be empty.
    pub collate: String,
    /// `MYSQL_CLIENT_FLAGS` asks for TLS.
    pub tls: bool,
}

impl std::fmt::Debug for DatabaseAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseAddress")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("socket", &self.socket)
            .field("user", &self.user)
            .field("name", &self.name)
            .field("charset", &self.charset)
            .field("collate", &self.collate)
            .finish_non_exhaustive()
    }
}

/// What wp-config.php (and version.php beside it) settles for every request of a site.
#[derive(Clone, Debug)]
pub struct Constants {
    /// Where the database is.
    pub database: DatabaseAddress,
    /// `$table_prefix`
    pub table_prefix: String,
    /// Which WordPress it is.
    pub version: Version,
    /// `WP_HOME`, trailing slashes cut.
    pub home: Option<Vec<u8>>,
    /// `WP_SITEURL`, trailing slashes cut.
    pub siteurl: Option<Vec<u8>>,
    /// `EMPTY_TRASH_DAYS`, 30 unless set: 0 makes disallowed comments `spam` instead of `trash`.
    pub empty_trash_days: i64,
    /// `WP_ENVIRONMENT_TYPE` is known and is `production` (or anything that counts as it).
    pub production: bool,
    /// `FORCE_SSL_ADMIN`, where set.
    pub force_ssl_admin: Option<bool>,
    /// `CUSTOM_USER_TABLE`
    pub custom_user_table: Option<String>,
    /// wp-config.php sets `$_SERVER['HTTPS']` itself, so every request counts as TLS.
    pub forces_https: bool,
    /// `WPLANG`, `WP_LANG_DIR`, `WP_CONTENT_DIR`.
    pub language: LanguageConstants,
}
