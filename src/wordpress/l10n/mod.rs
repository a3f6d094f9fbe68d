//! The site's language: which one it is, where its translations are, and what they say.
//!
//! | WordPress | here |
//! |---|---|
//! | l10n.php: `get_locale()`, `load_default_textdomain()`, `load_textdomain()`; load.php: `wp_set_lang_dir()` | [`languages`] |
//! | l10n.php: `__()`, `_x()` | [`Translations::translate`] |
//! | pomo/mo.php (before 6.5), l10n/class-wp-translation-file-mo.php | [`mo`] |
//! | l10n/class-wp-translation-file-php.php | [`php_file`] |
//! | the texts themselves | [`messages`] |
//!
//! Requests here are nobody's: `determine_locale()` is `get_locale()` for them, whatever they ask for. Of a translation, only
//! the [`Message`]s are kept, so a site in another language costs a few kilobytes.
//!
//! NOT PORTED: plural forms, which no sender sees; plugins' filters (`locale`, `gettext`, …) and the PHP file of a locale
//! (`de_DE.php`), which would have to run.

pub mod languages;
pub mod messages;
pub mod mo;
pub mod php_file;
#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};

pub use languages::Languages;
pub use messages::Message;

use crate::php::string::replace;

/// Longest translation that is used, in bytes; texts beyond stay English.
pub const LONGEST_TEXT: usize = 16 * 1024;

/// What a file translates, by message. Bytes as in the file, the first of several forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts(Vec<Option<Box<[u8]>>>);

impl Default for Texts {
    fn default() -> Self {
        Self(vec![None; Message::ALL.len()])
    }
}

impl Texts {
    /// Sets the translation of a message, unless it is too long.
    pub fn set(&mut self, message: Message, text: &[u8]) {
        if let Some(place) = self.0.get_mut(message as usize) {
            *place = (text.len() <= LONGEST_TEXT).then(|| text.into());
        }
    }

    /// The translation, which may be empty; `None` if there is none.
    pub fn get(&self, message: Message) -> Option<&[u8]> {
        self.0.get(message as usize)?.as_deref()
    }
}

/// The language a request is answered in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translations {
    locale: Vec<u8>,
    texts: Texts,
}

impl Translations {
    /// What a locale's files say.
    pub fn new(locale: impl Into<Vec<u8>>, texts: Texts) -> Self {
        Self {
            locale: locale.into(),
            texts,
        }
    }

    /// `en_US`, with nothing translated.
    pub fn english() -> Arc<Self> {
        static ENGLISH: OnceLock<Arc<Translations>> = OnceLock::new();
        Arc::clone(ENGLISH.get_or_init(|| Arc::new(Self::new("en_US", Texts::default()))))
    }

    /// `get_locale()`, such as `de_DE`; whatever the option says, so not to be trusted as a name of anything.
    pub fn locale(&self) -> &[u8] {
        &self.locale
    }

    /// Port of `translate()` and `translate_with_gettext_context()`, wp-includes/l10n.php. Checked: 6.1.9, 6.4.10, 6.5.10,
    /// 6.9.7, 7.1. Bytes as the translation has them, of whatever charset: HTML or not as the English text is.
    pub fn translate(&self, message: Message) -> &[u8] {
        self.texts
            .get(message)
            .unwrap_or_else(|| message.text().as_bytes())
    }

    /// Port of `is_rtl()` and the end of `WP_Locale::init()`, wp-includes/class-wp-locale.php. Checked: 6.1.9, 7.1.
    pub fn is_rtl(&self) -> bool {
        self.translate(Message::TextDirection) == b"rtl"
    }

    /// Port of `get_bloginfo( 'language' )`, wp-includes/general-template.php. Checked: 6.1.9, 7.1. Not escaped.
    pub fn language(&self) -> Vec<u8> {
        let tag = self.translate(Message::HtmlLang);
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        if tag == Message::HtmlLang.text().as_bytes() || !tag.iter().all(plain) {
            return replace(&self.locale, b"_", b"-");
        }
        tag.to_vec()
    }
}
