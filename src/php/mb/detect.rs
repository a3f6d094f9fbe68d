//! PHP 8.2's guess at a charset: `mbfl_encoding_detector`, for the two lists that can come to it from WordPress.

use super::common::is_common;
use super::iso2022::katakana;
use super::names::Family;
use super::tables::decoding;

/// Port of what `mb_convert_encoding()` of PHP 8.2 makes of `ASCII, UTF-8, ISO-8859-1, JIS, EUC-JP, SJIS` as the source
/// charset: the one of these names in which the text has no error and the fewest demerits: 40 for a character beyond
/// the basic plane, 6 for punctuation of ASCII, 30 for a rare character, 1 for any other.
///
/// QUIRK: so valid UTF-8 may be taken for another charset: "Tiếng Việt" for one.
pub fn detect(text: &[u8]) -> &'static str {
    let list = [
        Kind::Ascii,
        Kind::Utf8,
        Kind::Latin1,
        Kind::Jis,
        Kind::EucJp,
        Kind::Sjis,
    ];
    // Nothing is an error in ISO-8859-1.
    guess(text, &list).unwrap_or("ISO-8859-1")
}

/// The same for the list that `auto` stands for (`mbstring.language` neutral): ASCII and UTF-8. Nothing, with a warning,
/// if the text is neither.
///
/// QUIRK: one is left as soon as the other is out, however the text goes on.
pub fn detect_auto(text: &[u8]) -> Option<&'static str> {
    guess(text, &[Kind::Ascii, Kind::Utf8])
}

fn guess(text: &[u8], list: &[Kind]) -> Option<&'static str> {
    let mut candidates: Vec<_> = list.iter().map(|&kind| Candidate::new(kind)).collect();
    let mut bad = 0;
    for &byte in text {
        for candidate in candidates.iter_mut().filter(|candidate| !candidate.bad) {
            candidate.feed(byte);
            bad += usize::from(candidate.bad);
        }
        if bad + 1 >= candidates.len() {
            break;
        }
    }
    if bad + 1 < candidates.len() {
        for candidate in &mut candidates {
            // A character that is not complete.
            candidate.bad |= candidate.state != 0;
        }
    }
    candidates
        .iter()
        .filter(|candidate| !candidate.bad)
        .min_by_key(|candidate| candidate.score)
        .map(|candidate| candidate.kind.name())
}

/// As [`detect`], but valid UTF-8 is UTF-8.
///
/// DIFFERS: PHP 8.0 and older took the first charset of the list that fits, which is this for all text with no ESC in
/// it. Escape sequences are valid UTF-8 too, and stay JIS.
pub fn detect_strictly_utf8(text: &[u8]) -> &'static str {
    match detect(text) {
        "JIS" if text.contains(&0x1B) => "JIS",
        _ if std::str::from_utf8(text).is_ok() => "UTF-8",
        guess => guess,
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Ascii,
    Utf8,
    Latin1,
    Jis,
    EucJp,
    Sjis,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Ascii => "ASCII",
            Self::Utf8 => "UTF-8",
            Self::Latin1 => "ISO-8859-1",
            Self::Jis => "JIS",
            Self::EucJp => "EUC-JP",
            Self::Sjis => "SJIS",
        }
    }
}

/// A charset and how well the text fits it so far.
struct Candidate {
    kind: Kind,
    score: usize,
    bad: bool,
    /// What has been read of a character: 0 between characters; its meaning is each charset's own.
    state: u32,
    /// The bytes read of it, or what they come to.
    cache: u32,
    /// UTF-8: from where to where the next byte may be.
    next: (u8, u8),
    /// JIS: the set in force.
    set: u8,
}

impl Candidate {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            score: 0,
            bad: false,
            state: 0,
            cache: 0,
            next: (0x80, 0xBF),
            set: b'B',
        }
    }

    fn feed(&mut self, byte: u8) {
        match self.kind {
            Kind::Ascii if byte < 0x80 => self.character(u32::from(byte)),
            Kind::Ascii => self.bad = true,
            Kind::Latin1 => self.character(u32::from(byte)),
            Kind::Utf8 => self.utf8(byte),
            Kind::Jis => self.jis(byte),
            Kind::EucJp => self.euc_jp(byte),
            Kind::Sjis => self.sjis(byte),
        }
    }

    fn character(&mut self, c: u32) {
        self.score += match c {
            0x1_0000.. => 40,
            0x21..=0x2F => 6,
            _ if is_common(c) => 1,
            _ => 30,
        };
    }

    fn found(&mut self, c: Option<u32>) {
        match c {
            Some(c) => self.character(c),
            None => self.bad = true,
        }
    }

    /// State: how many bytes are still to come. Cache: the code point so far.
    fn utf8(&mut self, byte: u8) {
        if self.state == 0 {
            (self.state, self.cache) = match byte {
                0..0x80 => return self.character(u32::from(byte)),
                0xC2..=0xDF => (1, u32::from(byte & 0x1F)),
                0xE0..=0xEF => (2, u32::from(byte & 0x0F)),
                0xF0..=0xF4 => (3, u32::from(byte & 0x07)),
                _ => {
                    self.bad = true;
                    return;
                }
            };
            self.next = match byte {
                0xE0 => (0xA0, 0xBF),
                0xED => (0x80, 0x9F),
                0xF0 => (0x90, 0xBF),
                0xF4 => (0x80, 0x8F),
                _ => (0x80, 0xBF),
            };
            return;
        }
        if !(self.next.0..=self.next.1).contains(&byte) {
            self.bad = true;
            return;
        }
        self.next = (0x80, 0xBF);
        self.state -= 1;
        self.cache = self.cache << 6 | u32::from(byte & 0x3F);
        if self.state == 0 {
            self.character(self.cache);
        }
    }

    /// State: 1 after the first byte of a character, 2 to 5 within an escape sequence.
    fn jis(&mut self, byte: u8) {
        match (self.state, byte) {
            (0, 0x1B) => self.state = 2,
            (0, 0x0E) => self.set = b'I',
            (0, 0x0F) => self.set = b'B',
            (0, 0x5C) if self.set == b'J' => self.character(0xA5),
            (0, 0x7E) if self.set == b'J' => self.character(0x203E),
            (0, 0x21..=0x5F) if self.set == b'I' => self.character(0xFF40 + u32::from(byte)),
            (0, 0x21..=0x7E) if matches!(self.set, b'$' | b'D') => {
                (self.state, self.cache) = (1, u32::from(byte));
            }
            (0, 0..0x80) => self.character(u32::from(byte)),
            (0, _) => self.found(katakana(byte)),
            (1, 0x21..=0x7E) => {
                self.state = 0;
                let first = self.cache as u8;
                let plane = if self.set == b'$' { 0 } else { 0x8F_0000 };
                self.found(euc_jp(plane, first | 0x80, byte | 0x80));
            }
            (2, b'$') => self.state = 3,
            (2, b'(') => self.state = 5,
            (3, b'(') => self.state = 4,
            (3 | 4, b'@' | b'B') => self.call(b'$'),
            (4, b'D') => self.call(b'D'),
            (5, b'B' | b'H') => self.call(b'B'),
            (5, b'J') => self.call(b'J'),
            (5, b'I') => self.call(b'I'),
            _ => self.bad = true,
        }
    }

    fn call(&mut self, set: u8) {
        self.set = set;
        self.state = 0;
    }

    /// State: 1 after the first of two bytes, 2 after 8E, 3 and 4 after 8F.
    fn euc_jp(&mut self, byte: u8) {
        match (self.state, byte) {
            (0, 0..0x80) => self.character(u32::from(byte)),
            (0, 0xA1..=0xFE) => (self.state, self.cache) = (1, u32::from(byte)),
            (0, 0x8E) => self.state = 2,
            (0, 0x8F) => self.state = 3,
            (1, 0xA1..=0xFE) => {
                self.state = 0;
                self.found(euc_jp(0, self.cache as u8, byte));
            }
            (2, _) => {
                self.state = 0;
                self.found(katakana(byte));
            }
            (3, _) => (self.state, self.cache) = (4, u32::from(byte)),
            (4, 0xA1..=0xFE) if (0xA1..=0xFE).contains(&self.cache) => {
                self.state = 0;
                self.found(euc_jp(0x8F_0000, self.cache as u8, byte));
            }
            _ => self.bad = true,
        }
    }

    /// State: 1 after the first of two bytes.
    fn sjis(&mut self, byte: u8) {
        match (self.state, byte) {
            (0, 0..0x80) => self.character(u32::from(byte)),
            (0, 0xA1..=0xDF) => self.found(katakana(byte)),
            (0, _) if Family::Sjis.is_lead(byte) => {
                (self.state, self.cache) = (1, u32::from(byte));
            }
            (0, _) => self.bad = true,
            _ => {
                self.state = 0;
                let pair = self.cache << 8 | u32::from(byte);
                self.found(decoding("SJIS").get(pair));
            }
        }
    }
}

/// JIS X 0208, or JIS X 0212 with 8F in front, in EUC.
fn euc_jp(plane: u32, row: u8, cell: u8) -> Option<u32> {
    decoding("EUC-JP").get(plane | u32::from(row) << 8 | u32::from(cell))
}
