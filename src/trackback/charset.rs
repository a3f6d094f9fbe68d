//! The sender's charset to the blog's.

use crate::php::mb::{convert_encoding, detect_auto, detect_strictly_utf8, list_encodings};
use crate::php::string::{replace, strtoupper, trim};
use crate::wordpress::blog::Blog;
use crate::wordpress::version::Version;

/// The charset to convert from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Charset {
    /// One that PHP knows by exactly this name.
    Named(Vec<u8>),
    /// Whichever of WordPress's list the text seems to be in.
    Detected,
    /// `auto`, before 6.7: ASCII or UTF-8, whichever the text seems to be in.
    Auto,
    /// UTF-7: the request ends without a word.
    Utf7,
}

impl Charset {
    /// From the form's field.
    ///
    /// DIFFERS: before 6.7 a name that PHP does not know ends in a fatal error; here it is passed over, as since 6.7.
    pub fn new(version: Version, field: &[u8]) -> Self {
        let name = replace(&replace(&strtoupper(trim(field)), b",", b""), b" ", b"");
        let known = if version.validates_trackback_charset() {
            list_encodings().any(|known| known.as_bytes() == name)
        } else {
            // PHP itself is asked, and knows names in any case, and other names for them.
            convert_encoding(b"", b"UTF-8", &name).is_ok()
        };
        if name == b"AUTO" && !version.validates_trackback_charset() {
            return Self::Auto;
        }
        let asked = known || !version.validates_trackback_charset();
        if asked && memchr::memmem::find(&name, b"UTF-7").is_some() {
            Self::Utf7
        } else if known {
            Self::Named(name)
        } else {
            Self::Detected
        }
    }

    /// `mb_convert_encoding( $text, get_option( 'blog_charset' ), $charset )`
    ///
    /// DIFFERS: where WordPress has PHP guess the charset, PHP may take UTF-8 for another (`Tiếng Việt`) and store
    /// mojibake; here what is valid UTF-8 is UTF-8. A blog charset that PHP does not know leaves the text as it is.
    pub fn convert(&self, blog: &Blog, text: &[u8]) -> Vec<u8> {
        let from = match self {
            Self::Named(name) => name.as_slice(),
            Self::Detected | Self::Utf7 => detect_strictly_utf8(text).as_bytes(),
            Self::Auto => match detect_auto(text) {
                Some(name) => name.as_bytes(),
                // A warning and false: nothing.
                None => return Vec::new(),
            },
        };
        convert_encoding(text, &blog.charset, from).unwrap_or_else(|_| text.to_vec())
    }
}
