//! `.l10n.php`: translations as a PHP file that returns an array, since 6.5. Read as data, never run.

use super::messages::Message;
use super::{LONGEST_TEXT, Texts};
use crate::php::array::PhpValue;
use crate::php::literal;

/// What a `.l10n.php` file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhpFile {
    /// An array, as it should be.
    Texts(Texts),
    /// Something else that it surely returns: WordPress takes nothing from it and looks no further.
    Invalid,
    /// It takes running it to know.
    Unknown,
}

/// Port of `WP_Translation_File_PHP::parse_file()`, wp-includes/l10n/class-wp-translation-file-php.php. Checked: 6.5.10,
/// 6.9.7, 7.1.
///
/// DIFFERS: a translation that is an array makes WordPress die of a TypeError; here the text stays English.
pub fn parse_file(source: &[u8]) -> PhpFile {
    let Some(value) = literal::returned(source) else {
        return PhpFile::Unknown;
    };
    let Some(array) = value.as_array().filter(|array| !array.is_empty()) else {
        return PhpFile::Invalid;
    };
    let mut texts = Texts::default();
    if let Some(messages) = array.get("messages").and_then(PhpValue::as_array) {
        for message in Message::ALL {
            let key = match message.context() {
                "" => message.text().to_owned(),
                context => format!("{context}\u{4}{}", message.text()),
            };
            match messages.get(key.as_str()) {
                None | Some(PhpValue::Null | PhpValue::Bool(false) | PhpValue::Array(_)) => {}
                Some(translation) => {
                    let text = translation.to_bytes();
                    let cut = &text[..text.len().min(LONGEST_TEXT + 1)];
                    let end = memchr::memchr(0, cut).unwrap_or(cut.len());
                    texts.set(*message, &cut[..end]);
                }
            }
        }
    }
    PhpFile::Texts(texts)
}
