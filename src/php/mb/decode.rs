//! Text to code points: the charsets in which a character is one byte or several, whatever stands before it.

use super::names::{Charset, Codec, Family};
use super::points::Points;
use super::tables::{Character, Map, character, decoding};
use super::{BAD, iso2022, transfer, unicode};

/// Text as code points.
pub(super) fn decode(text: &[u8], charset: &'static Charset) -> Points {
    let mut out = Points::with_capacity(text.len());
    let plain = |byte: u8| u32::from(byte);
    match charset.codec {
        Codec::Base64 => transfer::base64(text, &mut out),
        Codec::Uuencode => transfer::uuencode(text, &mut out),
        Codec::HtmlEntities => transfer::html_entities(text, &mut out),
        Codec::QuotedPrintable => transfer::quoted_printable(text, &mut out),
        Codec::EightBit => out.extend(text.iter().map(|&byte| plain(byte))),
        Codec::Ucs4(order) => unicode::ucs4(text, order, &mut out),
        Codec::Ucs2(order) => unicode::ucs2(text, order, &mut out),
        Codec::Utf32(order) => unicode::utf32(text, order, &mut out),
        Codec::Utf16(order) => unicode::utf16(text, order, &mut out),
        Codec::Utf8 => unicode::utf8(text, &mut out),
        Codec::Utf8Mobile => utf8_mobile(text, decoding(charset.name), &mut out),
        Codec::Utf7 => unicode::utf7(text, &mut out),
        Codec::Utf7Imap => unicode::utf7_imap(text, &mut out),
        Codec::Ascii => out.extend(text.iter().map(|&byte| match byte {
            0..0x80 => plain(byte),
            _ => BAD,
        })),
        Codec::Single(table) => {
            let upper: Vec<u32> = upper_half(table).collect();
            out.extend(text.iter().map(|&byte| match byte {
                0..0x80 => plain(byte),
                _ => upper.get(usize::from(byte - 0x80)).copied().unwrap_or(BAD),
            }));
        }
        Codec::Multibyte(family) => {
            Multibyte {
                family,
                map: decoding(charset.table()),
                rest: text,
                out: &mut out,
            }
            .run();
        }
        Codec::Iso2022(variant) => iso2022::decode(text, variant, &mut out),
    }
    out
}

/// The code points of the bytes from 80 on, [`BAD`] where the table has U+FFFD.
pub(super) fn upper_half(table: &str) -> impl Iterator<Item = u32> {
    table.chars().map(|c| match c {
        '\u{FFFD}' => BAD,
        c => u32::from(c),
    })
}

/// What is in a decoding table, with the room for it that mbstring asks for beyond one.
pub(super) fn put(value: Option<u32>, out: &mut Points) {
    match value.map(character) {
        None => out.push(BAD),
        Some(Character::Point(point)) => out.push(point),
        Some(Character::Points(points)) => points.iter().for_each(|&point| out.push(point)),
    }
}

/// UTF-8 of Japanese mobile phones: their emoji are in the private use area.
fn utf8_mobile(text: &[u8], map: &Map, out: &mut Points) {
    for chunk in text.utf8_chunks() {
        for c in chunk.valid().chars() {
            out.room(2);
            put(map.get(u32::from(c)).or(Some(u32::from(c))), out);
        }
        if !chunk.invalid().is_empty() {
            out.room(2);
            out.push(BAD);
        }
    }
}

struct Multibyte<'a> {
    family: Family,
    map: &'static Map,
    rest: &'a [u8],
    out: &'a mut Points,
}

impl Multibyte<'_> {
    fn run(&mut self) {
        let room = match self.family {
            Family::EucJp2004 | Family::Sjis2004 | Family::SjisMobile | Family::SjisSoftbank => 2,
            _ => 1,
        };
        // SoftBank: the letter of the emoji in force.
        let mut set = None;
        while let Some((&byte, tail)) = self.rest.split_first() {
            self.out.room(room);
            self.rest = tail;
            if let Some(letter) = set {
                set = self.softbank(letter, byte);
                continue;
            }
            match (self.family, byte) {
                (Family::SjisSoftbank, 0x1B) => set = self.softbank_escape(),
                (Family::SjisMac | Family::Sjis2004, 0x5C) => self.out.push(0xA5),
                (Family::Sjis2004, 0x7E) => self.out.push(0x203E),
                (_, 0..0x80) => self.out.push(u32::from(byte)),
                _ => self.character(byte),
            }
        }
    }

    fn next(&mut self) -> Option<u8> {
        let (&byte, tail) = self.rest.split_first()?;
        self.rest = tail;
        Some(byte)
    }

    /// A character that starts with a byte from 80 on. It is taken whole even if it stands for nothing.
    fn character(&mut self, byte: u8) {
        let key = u32::from(byte);
        let value = match (self.family, byte) {
            (Family::EucJp | Family::EucJp2004, 0x8F) => self.three_bytes(),
            (Family::EucTw, 0x8E) => self.plane(),
            (Family::Gb18030, 0x81..=0x84 | 0x90..=0xE3)
                if self.rest.first().is_some_and(u8::is_ascii_digit) =>
            {
                self.four_bytes(byte)
            }
            _ if self.family.is_lead(byte) => match self.next() {
                None => None,
                Some(trail) => self.map.get(key << 8 | u32::from(trail)).inspect(|&value| {
                    if self.family == Family::SjisMac {
                        self.out.room(mac_room(byte, trail, value));
                    }
                }),
            },
            _ => self.map.get(key).inspect(|&value| {
                if let Character::Points(points) = character(value) {
                    self.out.room(points.len());
                }
            }),
        };
        put(value, self.out);
    }

    /// JIS X 0212, or the second plane of JIS X 0213.
    fn three_bytes(&mut self) -> Option<u32> {
        let second = self.next()?;
        // QUIRK: the second plane of JIS X 0213 takes the third byte with it only in rows that there are.
        let there_are = !matches!(self.family, Family::EucJp2004)
            || matches!(second, 0xA1 | 0xA3..=0xA5 | 0xA8 | 0xAC..=0xAF | 0xEE..=0xFE);
        let third = if there_are { self.next()? } else { return None };
        self.map
            .get(0x8F_0000 | u32::from(second) << 8 | u32::from(third))
    }

    /// CNS 11643 with the plane named: 1, 2 or 14.
    fn plane(&mut self) -> Option<u32> {
        let plane = self.next()?;
        if !matches!(plane, 0xA1 | 0xA2 | 0xAE) {
            return None;
        }
        let row = self.next()?;
        let there_are = match plane {
            0xA1 => matches!(row, 0xA1..=0xA6 | 0xC2 | 0xC4..=0xFD),
            0xA2 => matches!(row, 0xA1..=0xF2),
            _ => matches!(row, 0xA1..=0xE7),
        };
        let cell = if there_are { self.next()? } else { return None };
        let pair = u32::from(row) << 8 | u32::from(cell);
        match plane {
            0xA1 if cell >= 0xA1 => self.map.get(pair),
            _ => self.map.get(0x8E00_0000 | u32::from(plane) << 16 | pair),
        }
    }

    fn four_bytes(&mut self, lead: u8) -> Option<u32> {
        let (second, third) = (self.next()?, self.next()?);
        if !matches!(third, 0x81..=0xFE) {
            return None;
        }
        let fourth = self.next().filter(u8::is_ascii_digit)?;
        let first = lead - if lead < 0x90 { 0x81 } else { 0x90 };
        let at = ((u32::from(first) * 10 + u32::from(second - b'0')) * 126
            + u32::from(third - 0x81))
            * 10
            + u32::from(fourth - b'0');
        match lead {
            ..0x90 => self.map.get(0x100_0000 + at),
            _ => Some(0x1_0000 + at).filter(|&point| point <= 0x10_FFFF),
        }
    }

    /// What follows an ESC: the letter of a set of emoji.
    fn softbank_escape(&mut self) -> Option<u8> {
        let letter = match self.next() {
            Some(b'$') => self.next(),
            _ => None,
        };
        let letter = letter.filter(|letter| matches!(letter, b'E'..=b'G' | b'O'..=b'Q'));
        if letter.is_none() {
            self.out.push(BAD);
        }
        letter
    }

    /// An emoji, or the end of them.
    fn softbank(&mut self, letter: u8, byte: u8) -> Option<u8> {
        if byte == 0x0F {
            return None;
        }
        let value = decoding("softbank").get(u32::from(letter) << 8 | u32::from(byte));
        put(value, self.out);
        value.and(Some(letter))
    }
}

/// How much room mbstring asks for: in some rows for two even if there is one.
fn mac_room(lead: u8, trail: u8, value: u32) -> usize {
    if let Character::Points(points) = character(value) {
        return points.len();
    }
    let lead = u32::from(lead);
    let row = (lead - if lead >= 0xE0 { 0xC1 } else { 0x81 }) * 2;
    let at = u32::from(trail) - 0x40 - u32::from(trail > 0x7F);
    match row * 94 + at {
        0x3AC..=0x3C9
        | 0x406..=0x420
        | 0x432..=0x441
        | 0x468..=0x480
        | 0x4B8..=0x4E8
        | 0x50C..=0x551
        | 0x1ED9..=0x1F18
        | 0x1FF2..=0x20A5 => 2,
        _ => 1,
    }
}
