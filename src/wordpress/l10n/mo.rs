//! MO files: compiled gettext translations, as WordPress's two readers take them.
//!
//! A file is a header of seven 32-bit words in either byte order (magic, revision, count, where the table of originals is,
//! where that of translations is, size and place of a hash table), two tables of length and offset, and the strings. An
//! original is `context EOT text NUL plural`, a translation its forms with NUL between. WordPress does not use the hash table.
//!
//! Files may be broken or hostile: every number in them is checked, nothing is copied but the texts of [`Message`]s, and the
//! work for one entry is bounded, so that entries which all claim to be the whole file cost no more than honest ones.

use super::messages::Message;
use super::{LONGEST_TEXT, Texts};
use crate::php::string::substr_signed;

/// Why WordPress does not use a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// It is shorter than its own header.
    #[error("it is cut off")]
    Short,
    /// It does not begin with the magic number.
    #[error("it is no MO file")]
    Magic,
    /// A revision other than 0.
    #[error("its revision is not 0")]
    Revision,
    /// A table is outside of the file, or its size does not fit the count.
    #[error("its tables do not fit the file")]
    Tables,
}

/// Longest original that is looked at; those of [`Message`] are shorter.
const LONGEST_ORIGINAL: usize = 512;

const MAGIC: u32 = 0x9504_12de;

/// The header's words, in the file's byte order.
struct Header {
    word: fn([u8; 4]) -> u32,
    revision: i64,
    total: i64,
    originals: i64,
    translations: i64,
    hash_length: i64,
    hash: i64,
}

impl Header {
    fn read(file: &[u8]) -> Result<Self, Broken> {
        let magic = file.first_chunk::<4>().ok_or(Broken::Short)?;
        let word = match (u32::from_be_bytes(*magic), u32::from_le_bytes(*magic)) {
            (MAGIC, _) => u32::from_be_bytes,
            (_, MAGIC) => u32::from_le_bytes,
            _ => return Err(Broken::Magic),
        };
        let at = |place: usize| {
            let bytes = file.get(place..)?.first_chunk::<4>()?;
            Some(i64::from(word(*bytes)))
        };
        let header = || {
            Some(Self {
                word,
                revision: at(4)?,
                total: at(8)?,
                originals: at(12)?,
                translations: at(16)?,
                hash_length: at(20)?,
                hash: at(24)?,
            })
        };
        header().ok_or(Broken::Short)
    }

    /// Length and offset of an entry; `None` where the table ends within it.
    fn entry(&self, bytes: Option<&[u8]>) -> Option<(i64, i64)> {
        let (length, rest) = bytes?.split_first_chunk::<4>()?;
        let place = rest.first_chunk::<4>()?;
        Some((
            i64::from((self.word)(*length)),
            i64::from((self.word)(*place)),
        ))
    }
}

/// Port of `WP_Translation_File_MO::parse_file()`, wp-includes/l10n/class-wp-translation-file-mo.php. Checked: 6.5.10, 6.9.7,
/// 7.1.
///
/// # Errors
/// Where WordPress finds nothing in the file, or says it is wrong: all texts stay English.
pub fn parse_file(file: &[u8]) -> Result<Texts, Broken> {
    if file.len() < 24 {
        return Err(Broken::Short);
    }
    let header = Header::read(file)?;
    if header.revision > 0 {
        return Err(Broken::Revision);
    }
    let length = i64::try_from(file.len()).unwrap_or(i64::MAX);
    if header.translations > length || header.originals > length {
        return Err(Broken::Tables);
    }
    // QUIRK: how many entries there are follows from where the tables are; the count is not looked at.
    let originals_length = header.translations - header.originals;
    let translations_length = header.hash - header.translations;
    let originals = substr_signed(file, header.originals, originals_length);
    let translations = substr_signed(file, header.translations, translations_length);
    let mut found = Found::default();
    for (number, original) in originals.chunks(8).enumerate() {
        let translation = translations.chunks(8).nth(number);
        let (Some((o_length, o_place)), Some(t)) =
            (header.entry(Some(original)), header.entry(translation))
        else {
            continue;
        };
        let original = substr_signed(file, o_place, o_length);
        // Since 6.5 the key is all in front of the plural, context included.
        let Some(key) = head(original, |byte| byte == 0) else {
            continue;
        };
        let (context, text) = match memchr::memchr(4, key) {
            Some(0) => continue,
            Some(at) => (&key[..at], &key[at + 1..]),
            None => (&b""[..], key),
        };
        found.note(context, text, t);
    }
    Ok(found.texts(file))
}

/// Port of `MO::import_from_reader()`, wp-includes/pomo/mo.php, with `make_entry()` and `Translation_Entry::key()`. Checked:
/// 6.1.9, 6.4.10.
///
/// DIFFERS: a file that says it has no entries at all ends every request to WordPress in a fatal error; here the texts stay
/// English.
///
/// # Errors
/// Where WordPress says that the file is wrong: all texts stay English.
pub fn import_from_reader(file: &[u8]) -> Result<Texts, Broken> {
    let header = Header::read(file)?;
    if header.revision != 0 {
        return Err(Broken::Revision);
    }
    let table = |place: i64, length: i64| {
        if length != header.total * 8 || length == 0 {
            return Err(Broken::Tables);
        }
        let table = substr_signed(file, place, length);
        if i64::try_from(table.len()) == Ok(length) {
            Ok(table)
        } else {
            Err(Broken::Tables)
        }
    };
    let originals = table(header.originals, header.translations - header.originals)?;
    // Read right behind the originals, which is where their table ends.
    let translations = table(header.translations, header.hash - header.translations)?;
    let strings_place = header.hash + header.hash_length * 4;
    let strings = usize::try_from(strings_place)
        .ok()
        .and_then(|place| file.get(place..))
        .unwrap_or_default();
    let mut found = Found::default();
    for (original, translation) in originals.chunks_exact(8).zip(translations.chunks_exact(8)) {
        let (Some((o_length, o_place)), Some((t_length, t_place))) = (
            header.entry(Some(original)),
            header.entry(Some(translation)),
        ) else {
            continue;
        };
        // QUIRK: offsets in front of the strings count from their end.
        let original = substr_signed(strings, o_place - strings_place, o_length);
        let (context, rest) = match memchr::memchr(4, head_of(original)) {
            Some(at) => (&original[..at], &original[at + 1..]),
            None => (&b""[..], original),
        };
        // What follows a second EOT is lost, and so is the plural.
        let Some(text) = head(rest, |byte| byte == 4 || byte == 0) else {
            continue;
        };
        // QUIRK: the context "0" is none.
        let context = if context == b"0" { b"" } else { context };
        found.note(context, text, (t_length, t_place - strings_place));
    }
    Ok(found.texts(strings))
}

/// Where the translation of each message is, as length and offset. Of several, the last counts.
struct Found(Vec<Option<(i64, i64)>>);

impl Default for Found {
    fn default() -> Self {
        Self(vec![None; Message::ALL.len()])
    }
}

impl Found {
    fn note(&mut self, context: &[u8], text: &[u8], place: (i64, i64)) {
        if let Some(message) = Message::find(context, text) {
            self.0[message as usize] = Some(place);
        }
    }

    /// The first form of each.
    fn texts(self, strings: &[u8]) -> Texts {
        let mut texts = Texts::default();
        for (message, place) in Message::ALL.iter().zip(self.0) {
            if let Some((length, place)) = place {
                let text = substr_signed(strings, place, length);
                let cut = &text[..text.len().min(LONGEST_TEXT + 1)];
                let end = memchr::memchr(0, cut).unwrap_or(cut.len());
                texts.set(*message, &cut[..end]);
            }
        }
        texts
    }
}

/// As much of an original as is looked at.
fn head_of(original: &[u8]) -> &[u8] {
    &original[..original.len().min(LONGEST_ORIGINAL)]
}

/// The original up to the first such byte. `None` if it is too long to be one of ours.
fn head(original: &[u8], ends: fn(u8) -> bool) -> Option<&[u8]> {
    let head = head_of(original);
    match head.iter().position(|byte| ends(*byte)) {
        Some(end) => Some(&head[..end]),
        None => (head.len() == original.len()).then_some(head),
    }
}
