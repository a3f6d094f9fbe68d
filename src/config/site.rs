//! `[[site]]`: one WordPress, by its directory. All but `path` overrides what WordPress itself says.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::post_type::PostType;

/// One `[[site]]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// The directory that holds `wp-load.php` and `xmlrpc.php`.
    pub path: PathBuf,
    /// Where the database is, instead of `DB_*` in wp-config.php.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<DatabaseUrl>,
    /// Instead of `$table_prefix`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table_prefix: Option<String>,
    /// Host names the site answers to. Empty: every name if it is the only site, else the hosts of `home` and `siteurl`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// Instead of `$wp_version` in wp-includes/version.php.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Instead of `WP_HOME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<String>,
    /// Instead of `WP_SITEURL`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub siteurl: Option<String>,
    /// Instead of `EMPTY_TRASH_DAYS`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub empty_trash_days: Option<i64>,
    /// Instead of `WP_ENVIRONMENT_TYPE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// What nothing in the database tells of post types that plugins register.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub post_types: Vec<PostType>,
    /// Instead of `WP_LANG_DIR`: the directory with translations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub languages: Option<PathBuf>,
}

impl Site {
    /// The site at `path`, as WordPress describes it.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            database: None,
            table_prefix: None,
            hosts: Vec::new(),
            version: None,
            home: None,
            siteurl: None,
            empty_trash_days: None,
            environment: None,
            post_types: Vec::new(),
            languages: None,
        }
    }
}

/// `mysql://user:password@host:port/name`, with `?socket=/path`, `?charset=`, `?collate=` and `?tls=true`.
///
/// User, password and name are percent-encoded where they hold `:/?#@%`. Never shows its password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DatabaseUrl {
    /// Host name or address; may be empty when `socket` is given.
    pub host: String,
    /// TCP port.
    pub port: Option<u16>,
    /// Path of a unix socket.
    pub socket: Option<String>,
    /// User name.
    pub user: String,
    /// Password: never printed.
    pub password: String,
    /// Name of the database.
    pub name: String,
    /// Instead of `DB_CHARSET`.
    pub charset: Option<String>,
    /// Instead of `DB_COLLATE`.
    pub collate: Option<String>,
    /// Connect by TLS.
    pub tls: bool,
}

impl DatabaseUrl {
    /// What to write, for error messages.
    pub const EXPECTED: &'static str = "\"mysql://user:password@host:port/name\" or \
         \"mysql://user:password@localhost/name?socket=/run/mysqld/mysqld.sock\"; write : / ? # @ % in user, password or \
         name as %3A %2F %3F %23 %40 %25";

    fn parse(text: &str) -> Option<Self> {
        let url = url::Url::parse(text).ok()?;
        if url.scheme() != "mysql" || url.fragment().is_some() {
            return None;
        }
        let mut database = Self {
            host: url
                .host_str()
                .unwrap_or_default()
                .trim_matches(['[', ']'])
                .to_owned(),
            port: url.port(),
            socket: None,
            user: decoded(url.username())?,
            password: decoded(url.password().unwrap_or_default())?,
            name: decoded(url.path().strip_prefix('/')?)?,
            charset: None,
            collate: None,
            tls: false,
        };
        for (name, value) in url.query_pairs() {
            let value = value.into_owned();
            match name.as_ref() {
                "socket" if value.starts_with('/') => database.socket = Some(value),
                "charset" if is_word(&value) => database.charset = Some(value),
                "collate" if is_word(&value) => database.collate = Some(value),
                "tls" => database.tls = value.parse().ok()?,
                _ => return None,
            }
        }
        let complete = !database.user.is_empty()
            && !database.name.is_empty()
            && (!database.host.is_empty() || database.socket.is_some());
        complete.then_some(database)
    }
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let (byte, after) = match (first, tail) {
            (b'%', [high, low, after @ ..]) => {
                let digit = |b: &u8| {
                    char::from(*b)
                        .to_digit(16)
                        .and_then(|d| u8::try_from(d).ok())
                };
                (digit(high)? << 4 | digit(low)?, after)
            }
            (b'%', _) => return None,
            _ => (*first, tail),
        };
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

impl TryFrom<String> for DatabaseUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("expected {}", Self::EXPECTED))
    }
}

impl From<DatabaseUrl> for String {
    fn from(database: DatabaseUrl) -> Self {
        database.to_string()
    }
}

impl fmt::Display for DatabaseUrl {
    /// The address with `***` for the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        write!(f, "mysql://{}:***@{host}", self.user)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        write!(f, "/{}", self.name)?;
        let mut separator = '?';
        let options = [
            ("socket", self.socket.as_deref()),
            ("charset", self.charset.as_deref()),
            ("collate", self.collate.as_deref()),
            ("tls", self.tls.then_some("true")),
        ];
        for (name, value) in options {
            if let Some(value) = value {
                write!(f, "{separator}{name}={value}")?;
                separator = '&';
            }
        }
        Ok(())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<DatabaseUrl, String> {
        DatabaseUrl::try_from(text.to_owned())
    }

    #[test]
    fn a_url_is_taken_apart() {
        let url =
            read("mysql://wp:p%40ss%3Aword@db.example:3307/blog?charset=utf8mb4&tls=true").unwrap();
        assert_eq!(
            (
                url.host.as_str(),
                url.port,
                url.user.as_str(),
                url.name.as_str()
            ),
            ("db.example", Some(3307), "wp", "blog")
        );
        assert_eq!(url.password, "p@ss:word");
        assert_eq!((url.charset.as_deref(), url.tls), (Some("utf8mb4"), true));

        let url = read("mysql://wp:x@[::1]/blog?socket=/run/my.sock").unwrap();
        assert_eq!(
            (url.host.as_str(), url.socket.as_deref()),
            ("::1", Some("/run/my.sock"))
        );
    }

    #[test]
    fn half_an_address_is_refused() {
        for text in [
            "mysql://host/name",
            "mysql://u:p@host",
            "mysql://u:p@host/",
            "postgres://u:p@h/n",
            "mysql://u:p@h/n?socket=run",
            "mysql://u:p@h/n?sokcet=/run/x",
            "mysql://u:p%4@h/n",
            "u:p@h/n",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_password_is_never_shown() {
        let url = read("mysql://wp:sesame@h/n").unwrap();
        let site = Site {
            database: Some(url.clone()),
            ..Site::at("/srv")
        };
        for shown in [
            format!("{url}"),
            format!("{url:?}"),
            format!("{site:?}"),
            serde_json::to_string(&site).unwrap(),
            read("mysql://wp:sesame@h").unwrap_err(),
        ] {
            assert!(!shown.contains("sesame"), "{shown}");
        }
    }
}
