//! Which language it is, which file, and what becomes of files that are broken. `tests/languages.rs` holds the readers to
//! WordPress; here they meet what would hurt.

use std::path::Path;
use std::time::Duration;

use super::languages::{Directories, LARGEST_FILE, LanguageConstants};
use super::php_file::{self, PhpFile};
use super::{LONGEST_TEXT, Languages, Message, Texts, Translations, mo};
use crate::wordpress::options::Options;
use crate::wordpress::version::Version;

const BEFORE: Version = Version::new(6, 4, 0);

/// A file with these entries: header, tables, strings.
fn file(entries: &[(&str, &str)]) -> Vec<u8> {
    let word = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    let count = entries.len();
    let strings = 28 + 16 * count;
    let mut file = Vec::new();
    for number in [0x9504_12de, 0, count, 28, 28 + 8 * count, 0, strings] {
        file.extend(word(number));
    }
    let mut texts = Vec::new();
    let originals = entries.iter().map(|(original, _)| original);
    for text in originals.chain(entries.iter().map(|(_, translation)| translation)) {
        file.extend(word(text.len()));
        file.extend(word(strings + texts.len()));
        texts.extend_from_slice(text.as_bytes());
        texts.push(0);
    }
    file.extend(texts);
    file
}

fn known(translation: &str) -> Vec<u8> {
    file(&[
        ("", "Language: xx\n"),
        (Message::PingbackKnown.text(), translation),
    ])
}

fn php(translation: &str) -> String {
    let text = Message::PingbackKnown.text();
    format!("<?php\nreturn ['messages'=>['{text}'=>'{translation}']];\n")
}

fn options(locale: Option<&str>) -> Options {
    Options::new(locale.map(|locale| ("WPLANG".to_owned(), locale.as_bytes().to_vec())))
}

fn languages(directory: &Path, version: Version) -> Languages {
    let constants = LanguageConstants {
        directories: Some(Directories::Fixed(directory.to_path_buf())),
        ..LanguageConstants::default()
    };
    Languages::new("/srv/blog".into(), constants, version)
}

/// What the site says in the language `xx`.
async fn said(languages: &Languages) -> String {
    let translations = languages
        .translations(&options(Some("xx")), Duration::ZERO)
        .await;
    String::from_utf8_lossy(translations.translate(Message::PingbackKnown)).into_owned()
}

#[test]
fn the_option_beats_the_constant_beats_the_package() {
    let mut constants = LanguageConstants::default();
    assert_eq!(constants.locale(&options(None)), b"en_US");
    constants.local_package = Some(b"ja".to_vec());
    assert_eq!(constants.locale(&options(None)), b"ja");
    constants.wplang = Some(b"de_DE".to_vec());
    assert_eq!(constants.locale(&options(None)), b"de_DE");
    assert_eq!(constants.locale(&options(Some("fr_FR"))), b"fr_FR");
    assert_eq!(constants.locale(&options(Some(""))), b"en_US");
    assert_eq!(constants.locale(&options(Some("0"))), b"en_US");
}

#[tokio::test]
async fn the_php_form_counts_since_6_5_and_keeps_the_other_from_being_read() {
    let directory = tempfile::tempdir().unwrap();
    let write =
        |name: &str, bytes: &[u8]| std::fs::write(directory.path().join(name), bytes).unwrap();
    let (old, new) = (
        languages(directory.path(), BEFORE),
        languages(directory.path(), Version::REFERENCE),
    );
    let english = Message::PingbackKnown.text();
    assert_eq!(said(&old).await, english);
    write("xx.mo", &known("mo"));
    assert_eq!(
        (said(&old).await.as_str(), said(&new).await.as_str()),
        ("mo", "mo")
    );
    write("xx.l10n.php", php("php").as_bytes());
    assert_eq!(
        (said(&old).await.as_str(), said(&new).await.as_str()),
        ("mo", "php")
    );
    write("xx.l10n.php", b"<?php\nreturn 'nothing at all';\n");
    assert_eq!(said(&new).await, english);
    // Nobody knows what it returns: the other form is the best guess.
    write("xx.l10n.php", b"<?php\nreturn translations();\n");
    assert_eq!(said(&new).await, "mo");
    std::fs::remove_file(directory.path().join("xx.l10n.php")).unwrap();
    write("xx.mo", &known("changed"));
    assert_eq!(said(&new).await, "changed");
    std::fs::remove_file(directory.path().join("xx.mo")).unwrap();
    assert_eq!(said(&new).await, english);
}

#[tokio::test]
async fn files_are_believed_for_max_age() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("xx.mo");
    std::fs::write(&path, known("first")).unwrap();
    let languages = languages(directory.path(), BEFORE);
    let hour = Duration::from_secs(3600);
    let first = languages.translations(&options(Some("xx")), hour).await;
    std::fs::write(&path, known("the second")).unwrap();
    let again = languages.translations(&options(Some("xx")), hour).await;
    assert_eq!(again, first);
    assert_eq!(said(&languages).await, "the second");
    // Another language is another question.
    let other = languages.translations(&options(Some("yy")), hour).await;
    assert_eq!(other.locale(), b"yy");
    assert_eq!(
        other.translate(Message::PingbackKnown),
        Message::PingbackKnown.text().as_bytes()
    );
}

#[tokio::test]
async fn a_locale_leads_nowhere_else() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("inner")).unwrap();
    std::fs::write(directory.path().join("xx.mo"), known("outside")).unwrap();
    let languages = languages(&directory.path().join("inner"), BEFORE);
    for locale in ["../xx", "/xx", "xx\0", "inner/../../xx"] {
        let translations = languages
            .translations(&options(Some(locale)), Duration::ZERO)
            .await;
        assert_eq!(
            translations.translate(Message::PingbackKnown),
            Message::PingbackKnown.text().as_bytes(),
            "{locale}"
        );
    }
}

#[tokio::test]
async fn what_is_no_file_or_too_large_is_not_read() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("xx.mo");
    let languages = languages(directory.path(), BEFORE);
    let mut large = known("large");
    large.resize(usize::try_from(LARGEST_FILE).unwrap(), 0);
    std::fs::write(&path, &large).unwrap();
    assert_eq!(said(&languages).await, "large");
    large.push(0);
    std::fs::write(&path, &large).unwrap();
    assert_eq!(said(&languages).await, Message::PingbackKnown.text());
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert_eq!(said(&languages).await, Message::PingbackKnown.text());
}

#[test]
fn texts_are_bounded() {
    let long = "x".repeat(LONGEST_TEXT + 1);
    for (text, used) in [(&long[1..], true), (&long[..], false)] {
        let expected = used.then_some(text.as_bytes());
        for texts in [
            mo::parse_file(&known(text)),
            mo::import_from_reader(&known(text)),
        ] {
            assert_eq!(texts.unwrap().get(Message::PingbackKnown), expected);
        }
        let PhpFile::Texts(texts) = php_file::parse_file(php(text).as_bytes()) else {
            panic!("an array of texts");
        };
        assert_eq!(texts.get(Message::PingbackKnown), expected);
    }
}

/// Every entry claims to be the whole file: work for each is bounded all the same.
#[test]
fn entries_that_overlap_cost_no_more() {
    let count: u32 = 200_000;
    let mut file = Vec::new();
    let size = 28 + 16 * count;
    for word in [
        0x9504_12de,
        0,
        count,
        28,
        28 + 8 * count,
        0,
        28 + 16 * count,
    ] {
        file.extend(u32::to_le_bytes(word));
    }
    for _ in 0..2 * count {
        file.extend(u32::to_le_bytes(size));
        file.extend(u32::to_le_bytes(0));
    }
    let began = std::time::Instant::now();
    assert_eq!(mo::parse_file(&file), Ok(Texts::default()));
    assert_eq!(mo::import_from_reader(&file), Ok(Texts::default()));
    // Hundreds of times what it takes; reading each entry whole would take hours.
    assert!(began.elapsed() < Duration::from_secs(60));
}

#[test]
fn cut_and_changed_files_never_panic() {
    let whole = known("text");
    for end in 0..whole.len() {
        let _ = mo::parse_file(&whole[..end]);
        let _ = mo::import_from_reader(&whole[..end]);
        for byte in [0, 1, 0x7f, 0x80, 0xff] {
            let mut changed = whole.clone();
            changed[end] = byte;
            let _ = mo::parse_file(&changed);
            let _ = mo::import_from_reader(&changed);
        }
    }
}

#[test]
fn direction_and_tag_come_from_the_translation() {
    let mut texts = Texts::default();
    let plain = Translations::new("de_DE_formal", texts.clone());
    assert_eq!(
        (plain.is_rtl(), plain.language()),
        (false, b"de-DE-formal".to_vec())
    );
    texts.set(Message::TextDirection, b"rtl");
    texts.set(Message::HtmlLang, b"he-IL");
    let hebrew = Translations::new("he_IL", texts.clone());
    assert_eq!(
        (hebrew.is_rtl(), hebrew.language()),
        (true, b"he-IL".to_vec())
    );
    texts.set(Message::HtmlLang, b"no tag");
    assert_eq!(Translations::new("he_IL", texts).language(), b"he-IL");
}

#[test]
fn every_message_is_found_by_its_own_text() {
    for message in Message::ALL {
        let found = Message::find(message.context().as_bytes(), message.text().as_bytes());
        assert_eq!(found, Some(*message));
    }
    assert_eq!(
        Message::PingbackKnown.text(),
        crate::refusal::Refusal::AlreadyRegistered.text()
    );
    assert_eq!(
        Message::NotProduction.text(),
        crate::refusal::Refusal::NotProduction.text()
    );
}
