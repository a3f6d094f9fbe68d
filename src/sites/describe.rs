//! What a site's files settle for every request: wp-config.php, version.php, and the settings that override them.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use super::wp_config::{Finding, ReadError, Scalar, Why, WpConfig};
use crate::config;
use crate::wordpress::constants::{Constants, DatabaseAddress};
use crate::wordpress::l10n::languages::{Directories, LanguageConstants};
use crate::wordpress::tables::valid_prefix;
use crate::wordpress::version::Version;

/// Why a site cannot be described.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DescribeError {
    /// wp-config.php or version.php cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Each line says what is wrong, and what to set.
    #[error("{}", .0.join("\n"))]
    Unclear(Vec<String>),
    /// A network of sites.
    #[error("{}: a multisite network; linkbackd serves single sites only", .0.display())]
    Multisite(PathBuf),
}

/// A site as its files describe it.
#[derive(Clone, Debug)]
pub struct Description {
    /// What matters of it.
    pub constants: Constants,
    /// What the operator may want to know: each a sentence.
    pub notes: Vec<String>,
    /// The files it was read from; when one changes, the site is to be described anew.
    pub files: Vec<PathBuf>,
}

/// Reads the files of `site`.
///
/// # Errors
/// If they cannot be read, or leave something open that WordPress would know and no setting tells.
pub fn describe(site: &config::Site) -> Result<Description, DescribeError> {
    let mut notes = Vec::new();
    // Who names database and prefix needs no wp-config.php that we may read.
    let told = site.database.is_some() && site.table_prefix.is_some();
    let config = match WpConfig::read(&site.path) {
        Ok(config) => Some(config),
        Err(ReadError::NoDirectory(path)) => return Err(ReadError::NoDirectory(path).into()),
        Err(error) if told => {
            notes.push(format!("{error}: only the settings of this site count"));
            None
        }
        Err(error) => return Err(error.into()),
    };
    let mut reader = Reader {
        site,
        config: config.as_ref(),
        wrong: Vec::new(),
        notes,
    };
    if let Some(config) = &config {
        reader.single(&config.path)?;
    }
    let database = reader.database();
    let table_prefix = reader.prefix();
    let (version, local_package, version_file) = reader.version();
    let home = reader.url("WP_HOME", "home", site.home.as_deref());
    let siteurl = reader.url("WP_SITEURL", "siteurl", site.siteurl.as_deref());
    let empty_trash_days = match site.empty_trash_days {
        Some(days) => days,
        None => reader
            .optional("EMPTY_TRASH_DAYS", "empty_trash_days")
            .map_or(30, |value| value.int()),
    };
    let production = reader.production();
    let force_ssl_admin = match reader.constant("FORCE_SSL_ADMIN") {
        Finding::Known(value) => Some(value.truth()),
        Finding::Absent | Finding::Unseen(_) | Finding::Unknown(_) => None,
    };
    let custom_user_table = reader.user_table();
    let forces_https = reader.forces_https();
    let language = reader.language(local_package);
    if let Some(why) = reader.config.and_then(WpConfig::wild) {
        reader.notes.push(format!(
            "{why} was not followed: what it may define is taken as not defined"
        ));
    }

    let Reader { wrong, notes, .. } = reader;
    let (Some(database), Some(table_prefix)) = (database, table_prefix) else {
        return Err(DescribeError::Unclear(wrong));
    };
    if !wrong.is_empty() {
        return Err(DescribeError::Unclear(wrong));
    }
    let mut files = config.map(|config| config.files).unwrap_or_default();
    files.extend(version_file);
    Ok(Description {
        constants: Constants {
            database,
            table_prefix,
            version,
            home,
            siteurl,
            empty_trash_days,
            production,
            force_ssl_admin,
            custom_user_table,
            forces_https,
            language,
        },
        notes,
        files,
    })
}

struct Reader<'a> {
    site: &'a config::Site,
    config: Option<&'a WpConfig>,
    wrong: Vec<String>,
    notes: Vec<String>,
}

impl Reader<'_> {
    fn constant(&self, name: &str) -> Finding {
        self.config
            .map_or(Finding::Absent, |config| config.constant(name))
    }

    /// The name of the file, for messages.
    fn file(&self) -> String {
        self.config.map_or_else(
            || self.site.path.join("wp-config.php").display().to_string(),
            |config| config.path.display().to_string(),
        )
    }

    fn unknown(&mut self, name: &str, why: &Why, remedy: &str) {
        self.wrong.push(format!(
            "{name} is only known when PHP runs ({why}); {remedy}"
        ));
    }

    /// A constant WordPress does without. Unknown is wrong: set `key`.
    fn optional(&mut self, name: &str, key: &str) -> Option<Scalar> {
        match self.constant(name) {
            Finding::Absent | Finding::Unseen(_) => None,
            Finding::Known(value) => Some(value),
            Finding::Unknown(why) => {
                self.unknown(name, &why, &format!("set {key} under this site's [[site]]"));
                None
            }
        }
    }

    fn single(&self, path: &Path) -> Result<(), DescribeError> {
        let multisite = || DescribeError::Multisite(path.to_path_buf());
        match self.constant("MULTISITE") {
            Finding::Known(value) if value.truth() => return Err(multisite()),
            Finding::Known(_) => return Ok(()),
            Finding::Unknown(why) => {
                return Err(DescribeError::Unclear(vec![format!(
                    "MULTISITE is only known when PHP runs ({why}); write true or false there"
                )]));
            }
            Finding::Absent | Finding::Unseen(_) => {}
        }
        // `is_multisite()`, wp-includes/load.php: any of these, whatever its value.
        for name in ["SUBDOMAIN_INSTALL", "VHOST", "SUNRISE"] {
            if matches!(self.constant(name), Finding::Known(_) | Finding::Unknown(_)) {
                return Err(multisite());
            }
        }
        Ok(())
    }

    /// A `DB_*` constant as text, "" if it is not defined, as `require_wp_db()` has it.
    fn database_text(&mut self, name: &str, needed: bool) -> Option<String> {
        const REMEDY: &str =
            "set database = \"mysql://user:password@host:port/name\" under this site's [[site]]";
        let finding = match self.constant(name) {
            // What ran unseen has probably defined it.
            Finding::Unseen(why) if needed => Finding::Unknown(why),
            other => other,
        };
        match finding {
            Finding::Known(value) => match String::from_utf8(value.text()) {
                Ok(text) => Some(text),
                Err(_) => {
                    self.wrong
                        .push(format!("{name} in {} is not UTF-8; {REMEDY}", self.file()));
                    None
                }
            },
            Finding::Absent if needed => {
                self.wrong.push(format!(
                    "{name} is not defined in {}; {REMEDY}",
                    self.file()
                ));
                None
            }
            Finding::Absent | Finding::Unseen(_) => Some(String::new()),
            Finding::Unknown(why) => {
                self.unknown(name, &why, REMEDY);
                None
            }
        }
    }

    fn database(&mut self) -> Option<DatabaseAddress> {
        if let Some(url) = &self.site.database {
            let known = |finding| match finding {
                Finding::Known(value) => String::from_utf8(Scalar::text(&value)).ok(),
                Finding::Absent | Finding::Unseen(_) | Finding::Unknown(_) => None,
            };
            let charset = url
                .charset
                .clone()
                .or_else(|| known(self.constant("DB_CHARSET")));
            let collate = url
                .collate
                .clone()
                .or_else(|| known(self.constant("DB_COLLATE")));
            return Some(DatabaseAddress {
                host: if url.host.is_empty() {
                    "localhost".to_owned()
                } else {
                    url.host.clone()
                },
                port: url.port,
                socket: url.socket.clone(),
                user: url.user.clone(),
                password: url.password.clone(),
                name: url.name.clone(),
                charset: charset.unwrap_or_else(|| "utf8mb4".to_owned()),
                collate: collate.unwrap_or_default(),
                tls: url.tls,
            });
        }
        let name = self.database_text("DB_NAME", true);
        let user = self.database_text("DB_USER", true);
        let password = self.database_text("DB_PASSWORD", true);
        let host = self.database_text("DB_HOST", true);
        let charset = self.database_text("DB_CHARSET", false);
        let collate = self.database_text("DB_COLLATE", false);
        let tls = match self.constant("MYSQL_CLIENT_FLAGS") {
            Finding::Absent | Finding::Unseen(_) => false,
            Finding::Known(flags) => flags.int() & MYSQLI_CLIENT_SSL != 0,
            Finding::Unknown(why) => {
                self.unknown(
                    "MYSQL_CLIENT_FLAGS",
                    &why,
                    "set database with ?tls=true or ?tls=false",
                );
                false
            }
        };
        let (host, port, socket) = parse_db_host(&host?).or_else(|| {
            self.wrong.push(format!(
                "DB_HOST in {} is no host; set database",
                self.file()
            ));
            None
        })?;
        Some(DatabaseAddress {
            host,
            port,
            socket,
            user: user?,
            password: password?,
            name: name?,
            charset: charset?,
            collate: collate?,
            tls,
        })
    }

    fn prefix(&mut self) -> Option<String> {
        if let Some(prefix) = &self.site.table_prefix {
            return Some(prefix.clone());
        }
        let remedy = "set table_prefix under this site's [[site]]";
        let finding = self
            .config
            .map_or(Finding::Absent, |config| config.variable("table_prefix"));
        match finding {
            Finding::Known(value) => {
                let prefix = String::from_utf8_lossy(&value.text()).into_owned();
                if !prefix.is_empty() && valid_prefix(&prefix) {
                    return Some(prefix);
                }
                self.wrong.push(format!(
                    "$table_prefix in {} must be letters, digits and _; {remedy}",
                    self.file()
                ));
            }
            Finding::Absent | Finding::Unseen(_) => {
                self.wrong.push(format!(
                    "$table_prefix is not set in {}; {remedy}",
                    self.file()
                ));
            }
            Finding::Unknown(why) => self.unknown("$table_prefix", &why, remedy),
        }
        None
    }

    /// The version, the language WordPress was downloaded in, and the file that says so.
    fn version(&mut self) -> (Version, Option<Vec<u8>>, Option<PathBuf>) {
        let path = self.site.path.join("wp-includes/version.php");
        let read = WpConfig::version(&path);
        let package = read.as_ref().ok().and_then(|(_, package)| package.clone());
        let (text, file) = match &self.site.version {
            Some(version) => (Ok(version.clone()), None),
            None => (read.map(|(version, _)| version), Some(path.clone())),
        };
        let version =
            text.and_then(|text| Version::parse(&text).ok_or_else(|| "no version".to_owned()));
        match version {
            Ok(version) => {
                if version < OLDEST || version >= TOO_NEW {
                    self.notes.push(format!(
                        "WordPress {version} was not compared with linkbackd; 6.1 to 7.1 were"
                    ));
                }
                (version, package, file)
            }
            // Only one's own `version` is a mistake in the configuration.
            Err(error) => {
                self.notes.push(format!(
                    "{}: {error}: taken for WordPress {REFERENCE}; set version under this site's [[site]] if it is another",
                    path.display(),
                    REFERENCE = Version::REFERENCE,
                ));
                (Version::REFERENCE, package, Some(path))
            }
        }
    }

    /// `WPLANG` and the directories of translations. What only PHP knows is no reason to refuse a site: it speaks English.
    fn language(&mut self, local_package: Option<Vec<u8>>) -> LanguageConstants {
        let wplang = match self.constant("WPLANG") {
            Finding::Known(value) => Some(value.text()),
            Finding::Absent | Finding::Unseen(_) => None,
            Finding::Unknown(why) => {
                self.notes.push(format!(
                    "WPLANG is only known when PHP runs ({why}): the language chosen in WordPress's settings counts, else \
                     English"
                ));
                None
            }
        };
        LanguageConstants {
            wplang,
            local_package,
            directories: self.language_directories(),
        }
    }

    fn language_directories(&mut self) -> Option<Directories> {
        if let Some(path) = &self.site.languages {
            return Some(Directories::Fixed(path.clone()));
        }
        // Relative paths are PHP's working directory's, which is WordPress's own.
        let root = match self.constant("ABSPATH") {
            Finding::Known(value) => path_of(&value),
            Finding::Absent | Finding::Unseen(_) | Finding::Unknown(_) => self.site.path.clone(),
        };
        let mut directory = |name: &str| match self.constant(name) {
            Finding::Known(value) => Ok(Some(root.join(path_of(&value)))),
            Finding::Absent | Finding::Unseen(_) => Ok(None),
            Finding::Unknown(why) => {
                self.notes.push(format!(
                    "{name} is only known when PHP runs ({why}), so texts are English; set languages under this site's \
                     [[site]]"
                ));
                Err(())
            }
        };
        match directory("WP_LANG_DIR") {
            Ok(Some(path)) => return Some(Directories::Fixed(path)),
            Ok(None) => {}
            Err(()) => return None,
        }
        let content = directory("WP_CONTENT_DIR").ok()?;
        let content = content.unwrap_or_else(|| root.join("wp-content"));
        Some(Directories::Usual {
            content: content.join("languages"),
            includes: root.join("wp-includes/languages"),
        })
    }

    fn url(&mut self, name: &str, key: &str, setting: Option<&str>) -> Option<Vec<u8>> {
        let url = match setting {
            Some(url) => url.as_bytes().to_vec(),
            None => self.optional(name, key)?.text(),
        };
        // `untrailingslashit()`, wp-includes/formatting.php.
        let length = url
            .iter()
            .rposition(|b| !matches!(b, b'/' | b'\\'))
            .map_or(0, |last| last + 1);
        Some(url.get(..length).unwrap_or_default().to_vec())
    }

    /// Port of `wp_get_environment_type()`, wp-includes/load.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
    ///
    /// NOT PORTED: the environment variable of the same name, which is PHP's own; the setting stands in for it.
    fn production(&mut self) -> bool {
        let name = match &self.site.environment {
            Some(name) => Some(name.clone().into_bytes()),
            None => self
                .optional("WP_ENVIRONMENT_TYPE", "environment")
                .map(|value| value.text()),
        };
        !matches!(
            name.as_deref(),
            Some(b"local" | b"development" | b"staging")
        )
    }

    fn user_table(&mut self) -> Option<String> {
        let remedy = "write it as a string";
        match self.constant("CUSTOM_USER_TABLE") {
            Finding::Absent | Finding::Unseen(_) => None,
            Finding::Known(value) => {
                let name = String::from_utf8_lossy(&value.text()).into_owned();
                if !name.is_empty() && valid_prefix(&name) {
                    return Some(name);
                }
                self.wrong.push(format!(
                    "CUSTOM_USER_TABLE in {} is no table's name",
                    self.file()
                ));
                None
            }
            Finding::Unknown(why) => {
                self.unknown("CUSTOM_USER_TABLE", &why, remedy);
                None
            }
        }
    }

    /// `is_ssl()`, wp-includes/load.php, as far as wp-config.php decides it by itself.
    fn forces_https(&mut self) -> bool {
        match self
            .config
            .map_or(Finding::Absent, |config| config.server("HTTPS"))
        {
            Finding::Known(value) => {
                let text = value.text().to_ascii_lowercase();
                text == b"on" || text == b"1"
            }
            Finding::Absent | Finding::Unseen(_) => false,
            Finding::Unknown(why) => {
                self.notes.push(format!(
                    "$_SERVER['HTTPS'] depends on the request ({why}); the proxy's word counts"
                ));
                false
            }
        }
    }
}

/// A constant's value as a path.
fn path_of(value: &Scalar) -> PathBuf {
    PathBuf::from(OsString::from_vec(value.text()))
}

const OLDEST: Version = Version::new(6, 1, 0);
const TOO_NEW: Version = Version::new(7, 2, 0);

/// PHP's constant of this name.
const MYSQLI_CLIENT_SSL: i64 = 2048;

/// Port of `wpdb::parse_db_host()`, wp-includes/class-wpdb.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// Host, port and socket. A host of nothing is `localhost`, as mysqli has it. `None` where PHP's is false, or its port
/// is none.
pub fn parse_db_host(host: &str) -> Option<(String, Option<u16>, Option<String>)> {
    let (host, socket) = match host.find(":/") {
        Some(at) => (host.get(..at)?, host.get(at + 1..).map(str::to_owned)),
        None => (host, None),
    };
    let is_ipv6 = host.bytes().filter(|b| *b == b':').count() > 1;
    let (host, rest) = if is_ipv6 {
        let bare = host.strip_prefix('[').unwrap_or(host);
        let length = bare
            .bytes()
            .take_while(|b| b.is_ascii_hexdigit() || *b == b':')
            .count();
        if length == 0 {
            return None;
        }
        let (host, rest) = bare.split_at_checked(length)?;
        // The port follows `]:`; without it, what is left is not looked at.
        (host, rest.strip_prefix("]:").unwrap_or_default())
    } else {
        let length = host
            .bytes()
            .take_while(|b| !matches!(b, b':' | b'/'))
            .count();
        let (host, rest) = host.split_at_checked(length)?;
        (host, rest.strip_prefix(':').unwrap_or_default())
    };
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let port = match digits.as_str() {
        "" | "0" => None,
        digits => Some(digits.parse().ok()?),
    };
    // QUIRK: "0" is empty to PHP.
    let host = if host.is_empty() || host == "0" {
        "localhost"
    } else {
        host
    };
    Some((host.to_owned(), port, socket))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn db_host_in_all_its_forms() {
        let socket = |path: &str| Some(path.to_owned());
        for (text, host, port, path) in [
            ("host", "host", None, None),
            ("host:3307", "host", Some(3307), None),
            ("host:/path/sock", "host", None, socket("/path/sock")),
            (":/path/sock", "localhost", None, socket("/path/sock")),
            (
                "host:3307:/path/sock",
                "host",
                Some(3307),
                socket("/path/sock"),
            ),
            ("::1", "::1", None, None),
            ("[::1]", "::1", None, None),
            ("[::1]:3307", "::1", Some(3307), None),
            ("fe80::1:/path/sock", "fe80::1", None, socket("/path/sock")),
            ("p:localhost", "p", None, None),
            ("", "localhost", None, None),
            ("host:", "host", None, None),
            ("host/path", "host", None, None),
        ] {
            assert_eq!(
                parse_db_host(text),
                Some((host.to_owned(), port, path)),
                "{text}"
            );
        }
        assert_eq!(parse_db_host("zz:zz:zz"), None);
        assert_eq!(parse_db_host("host:99999"), None);
    }

    fn site(config: &str) -> (tempfile::TempDir, config::Site) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("wp-includes")).unwrap();
        std::fs::write(dir.path().join("wp-load.php"), "").unwrap();
        std::fs::write(
            dir.path().join("wp-includes/version.php"),
            "<?php\n$wp_version = '6.6.7';\n",
        )
        .unwrap();
        std::fs::write(dir.path().join("wp-config.php"), config).unwrap();
        let site = config::Site::at(dir.path());
        (dir, site)
    }

    const PLAIN: &str = "<?php define('DB_NAME', 'n'); define('DB_USER', 'u'); define('DB_PASSWORD', 'sesame'); \
                         define('DB_HOST', 'h:3307'); $table_prefix = 'wp_';";

    #[test]
    fn a_plain_configuration_needs_nothing_else() {
        let (_dir, site) = site(PLAIN);
        let description = describe(&site).unwrap();
        let constants = &description.constants;
        assert_eq!(
            (constants.database.host.as_str(), constants.database.port),
            ("h", Some(3307))
        );
        assert_eq!(constants.version, Version::new(6, 6, 7));
        assert_eq!(constants.empty_trash_days, 30);
        assert!(constants.production && !constants.forces_https && !constants.database.tls);
        assert_eq!(description.files.len(), 2);
        assert!(description.notes.is_empty(), "{:?}", description.notes);
        assert!(!format!("{description:?}").contains("sesame"));
    }

    #[test]
    fn constants_and_settings_are_taken() {
        let more = "define('WP_HOME', 'https://a.example/x//'); define('EMPTY_TRASH_DAYS', 0); \
                    define('WP_ENVIRONMENT_TYPE', 'staging'); $_SERVER['HTTPS'] = 'on'; \
                    define('MYSQL_CLIENT_FLAGS', MYSQLI_CLIENT_SSL | MYSQLI_CLIENT_COMPRESS);";
        let (_dir, mut site) = site(&format!("{PLAIN}{more}"));
        let constants = describe(&site).unwrap().constants;
        assert_eq!(
            constants.home.as_deref(),
            Some(b"https://a.example/x".as_slice())
        );
        assert_eq!(constants.empty_trash_days, 0);
        assert!(!constants.production && constants.forces_https && constants.database.tls);

        site.home = Some("http://b.example/".to_owned());
        site.environment = Some("production".to_owned());
        site.version = Some("7.1".to_owned());
        site.database = Some("mysql://a:b@c/d".to_owned().try_into().unwrap());
        let constants = describe(&site).unwrap().constants;
        assert_eq!(
            constants.home.as_deref(),
            Some(b"http://b.example".as_slice())
        );
        assert!(constants.production);
        assert_eq!(constants.version, Version::new(7, 1, 0));
        assert_eq!(constants.database.name, "d");
    }

    #[test]
    fn what_is_unknown_names_the_setting() {
        let (_dir, mut site) = site(
            "<?php define('DB_NAME', getenv('N')); define('DB_USER', 'u'); define('DB_PASSWORD', getenv('P')); \
             define('DB_HOST', 'h'); $table_prefix = getenv('T'); define('WP_HOME', 'http://' . $_SERVER['HTTP_HOST']);",
        );
        let error = describe(&site).unwrap_err().to_string();
        assert_eq!(error.lines().count(), 4, "{error}");
        for part in [
            "DB_NAME is only known",
            "line 1: getenv()",
            "set database",
            "set table_prefix",
            "set home",
        ] {
            assert!(error.contains(part), "{part}: {error}");
        }
        site.database = Some("mysql://a:b@c/d".to_owned().try_into().unwrap());
        site.table_prefix = Some("wp_".to_owned());
        site.home = Some("http://b.example/".to_owned());
        assert_eq!(
            describe(&site).unwrap().constants.database.charset,
            "utf8mb4"
        );
    }

    #[test]
    fn networks_are_refused() {
        for more in ["define('MULTISITE', true);", "define('SUNRISE', 'on');"] {
            let (_dir, site) = site(&format!("{PLAIN}{more}"));
            assert!(
                matches!(describe(&site), Err(DescribeError::Multisite(_))),
                "{more}"
            );
        }
        let (_dir, site) = site(&format!(
            "{PLAIN}define('MULTISITE', false); define('WP_ALLOW_MULTISITE', true);"
        ));
        assert!(describe(&site).is_ok());
    }

    #[test]
    fn who_tells_everything_needs_no_readable_configuration() {
        let (dir, mut site) = site("<?php '");
        assert!(describe(&site).is_err());
        site.database = Some("mysql://a:b@c/d".to_owned().try_into().unwrap());
        site.table_prefix = Some("wp_".to_owned());
        assert_eq!(describe(&site).unwrap().notes.len(), 1);
        drop(dir);
    }
}
