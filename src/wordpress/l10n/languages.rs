//! Which language a site speaks, and its translation in memory for as long as the files stay as they are.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::php_file::{self, PhpFile};
use super::{Texts, Translations, mo};
use crate::php::string::str_truthy;
use crate::wordpress::options::Options;
use crate::wordpress::version::Version;

/// Largest file that is read, in bytes: some ten times what WordPress's own translations have.
pub const LARGEST_FILE: u64 = 4 << 20;

/// What wp-config.php and version.php say about languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LanguageConstants {
    /// `WPLANG`
    pub wplang: Option<Vec<u8>>,
    /// `$wp_local_package` in version.php: the language WordPress was downloaded in.
    pub local_package: Option<Vec<u8>>,
    /// Where files may be; `None` if nobody knows, and all texts are English.
    pub directories: Option<Directories>,
}

/// The directories that `wp_set_lang_dir()` chooses from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Directories {
    /// `WP_LANG_DIR` is defined.
    Fixed(PathBuf),
    /// `WP_CONTENT_DIR . '/languages'`, or the other one where only that exists.
    Usual {
        /// `WP_CONTENT_DIR . '/languages'`
        content: PathBuf,
        /// `ABSPATH . WPINC . '/languages'`
        includes: PathBuf,
    },
}

impl Directories {
    /// Port of `wp_set_lang_dir()`, wp-includes/load.php. Checked: 6.1.9, 7.1.
    fn choose(&self) -> &Path {
        match self {
            Self::Fixed(path) => path,
            Self::Usual { content, includes } => {
                if content.is_dir() || !includes.is_dir() {
                    content
                } else {
                    includes
                }
            }
        }
    }
}

impl LanguageConstants {
    /// Port of `get_locale()`, wp-includes/l10n.php, for a single site. Checked: 6.1.9, 6.5.10, 7.1.
    pub fn locale(&self, options: &Options) -> Vec<u8> {
        let set = options
            .get("WPLANG")
            .or(self.wplang.as_deref())
            .or(self.local_package.as_deref());
        match set {
            Some(locale) if str_truthy(locale) => locale.to_vec(),
            _ => b"en_US".to_vec(),
        }
    }
}

/// The translation of one site, read when it is first asked for and again when its files change.
#[derive(Debug)]
pub struct Languages {
    site: PathBuf,
    constants: LanguageConstants,
    version: Version,
    latest: Mutex<Option<Latest>>,
    /// Held while files are looked at, so that it is done once.
    looking: tokio::sync::Mutex<()>,
}

#[derive(Clone, Debug)]
struct Latest {
    looked: Instant,
    seen: Seen,
    translations: Arc<Translations>,
}

/// What a translation was read from: another look that finds the same finds the same texts.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    locale: Vec<u8>,
    files: Vec<(PathBuf, Option<Stamp>)>,
}

/// A file as it was: when it was changed, how long it is.
type Stamp = (SystemTime, u64);

impl Languages {
    /// The languages of the site at `site`, a name for the log. Nothing is read yet.
    pub fn new(site: PathBuf, constants: LanguageConstants, version: Version) -> Self {
        Self {
            site,
            constants,
            version,
            latest: Mutex::new(None),
            looking: tokio::sync::Mutex::new(()),
        }
    }

    /// What the site says in the language that `options` choose. Its files are looked at unless that was done less than
    /// `max_age` ago, and read if they are others than before. What cannot be read leaves texts English, as in WordPress.
    pub async fn translations(&self, options: &Options, max_age: Duration) -> Arc<Translations> {
        let locale = self.constants.locale(options);
        if let Some(known) = self.known(&locale, max_age) {
            return known;
        }
        let _one_at_a_time = self.looking.lock().await;
        // Another may have looked while this one waited.
        if let Some(known) = self.known(&locale, max_age) {
            return known;
        }
        let looked = Instant::now();
        let work = Look {
            site: self.site.clone(),
            directories: self.constants.directories.clone(),
            locale: locale.clone(),
            version: self.version,
            before: self.latest().clone(),
        };
        match tokio::task::spawn_blocking(move || work.run()).await {
            Ok((seen, translations)) => {
                *self.latest() = Some(Latest {
                    looked,
                    seen,
                    translations: Arc::clone(&translations),
                });
                translations
            }
            // Only when the program ends.
            Err(_) => Arc::new(Translations::new(locale, Texts::default())),
        }
    }

    fn known(&self, locale: &[u8], max_age: Duration) -> Option<Arc<Translations>> {
        let latest = self.latest();
        let latest = latest.as_ref()?;
        (latest.seen.locale == locale && latest.looked.elapsed() < max_age)
            .then(|| Arc::clone(&latest.translations))
    }

    fn latest(&self) -> std::sync::MutexGuard<'_, Option<Latest>> {
        // The value is only ever replaced: what a panic leaves behind is whole.
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One look at the files.
struct Look {
    site: PathBuf,
    directories: Option<Directories>,
    locale: Vec<u8>,
    version: Version,
    before: Option<Latest>,
}

impl Look {
    fn run(self) -> (Seen, Arc<Translations>) {
        let files = self.files();
        let seen = Seen {
            locale: self.locale.clone(),
            files: files
                .iter()
                .map(|path| (path.clone(), stamp(path)))
                .collect(),
        };
        if let Some(before) = &self.before
            && before.seen == seen
        {
            return (seen, Arc::clone(&before.translations));
        }
        let texts = self.load_textdomain(&seen);
        (seen, Arc::new(Translations::new(self.locale, texts)))
    }

    /// The files of `load_default_textdomain()`, in the order in which they are tried.
    ///
    /// DIFFERS: a locale is a name, not a path. WordPress looks for `../x` where that leads.
    fn files(&self) -> Vec<PathBuf> {
        let Some(locale) = file_name(&self.locale) else {
            return Vec::new();
        };
        let Some(directories) = &self.directories else {
            return Vec::new();
        };
        let directory = directories.choose();
        let mut files = Vec::with_capacity(2);
        if self.version.reads_php_translations() {
            files.push(directory.join(format!("{locale}.l10n.php")));
        }
        files.push(directory.join(format!("{locale}.mo")));
        files
    }

    /// Port of `load_textdomain()`, wp-includes/l10n.php, and of what it calls. Checked: 6.1.9, 6.4.10, 6.5.10, 6.9.7, 7.1.
    ///
    /// The first file that can be read is the one: since 6.5, a broken `.l10n.php` keeps the `.mo` beside it from being read.
    ///
    /// DIFFERS: a `.l10n.php` that would have to run is passed over.
    fn load_textdomain(&self, seen: &Seen) -> Texts {
        for (path, there) in &seen.files {
            if there.is_none() {
                continue;
            }
            let file = match read(path) {
                Ok(file) => file,
                Err(error) => {
                    self.warn(path, &error);
                    continue;
                }
            };
            if path.extension().is_some_and(|ending| ending == "php") {
                match php_file::parse_file(&file) {
                    PhpFile::Texts(texts) => return texts,
                    PhpFile::Invalid => {
                        self.warn(path, &"it returns no translations");
                        return Texts::default();
                    }
                    PhpFile::Unknown => self.warn(path, &"what it returns takes running it"),
                }
            } else {
                let parsed = if self.version.reads_php_translations() {
                    mo::parse_file(&file)
                } else {
                    mo::import_from_reader(&file)
                };
                return parsed.unwrap_or_else(|error| {
                    self.warn(path, &error);
                    Texts::default()
                });
            }
        }
        Texts::default()
    }

    /// Said once for every change of the files.
    fn warn(&self, path: &Path, why: &dyn std::fmt::Display) {
        tracing::warn!(site = %self.site.display(), file = %path.display(), "a translation cannot be used: {why}");
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// The bytes of a regular file that is not too large.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let other = |what: &str| std::io::Error::other(what.to_owned());
    // Asked before it is opened, too: opening a pipe would wait for its writer.
    if !std::fs::metadata(path)?.is_file() {
        return Err(other("it is no file"));
    }
    let file = std::fs::File::open(path)?;
    let mut bytes = Vec::new();
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST_FILE) {
        return Err(other("it is larger than 4 MiB"));
    }
    Ok(bytes)
}

/// The locale as part of a file's name. `None` if it is none.
fn file_name(locale: &[u8]) -> Option<&str> {
    let plain =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'@');
    let name = std::str::from_utf8(locale).ok()?;
    (name.len() <= 64 && locale.iter().all(plain)).then_some(name)
}
