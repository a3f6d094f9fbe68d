//! Charsets of two bytes a character: EUC, Shift_JIS, GBK, Big5 and kin.

use std::sync::OnceLock;

use super::double_tables::{self as tables, Double};

/// What a pair of bytes stands for that has no character.
const NONE: u16 = 0;

/// Whose pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tables {
    EucJp,
    Sjis,
    Cp932,
    Cp51932,
    EucCn,
    Cp936,
    Gb18030,
    Big5,
    Cp950,
    EucKr,
    Uhc,
}

/// The code points of all pairs from 0x8000 up, [`NONE`] where there is none.
type Pairs = Box<[u16]>;

impl Tables {
    fn source(self) -> Double {
        match self {
            Self::EucJp => tables::EUC_JP,
            Self::Sjis => tables::SJIS,
            Self::Cp932 => tables::CP932,
            Self::Cp51932 => tables::CP51932,
            Self::EucCn => tables::EUC_CN,
            Self::Cp936 => tables::CP936,
            Self::Gb18030 => tables::GB18030,
            Self::Big5 => tables::BIG5,
            Self::Cp950 => tables::CP950,
            Self::EucKr => tables::EUC_KR,
            Self::Uhc => tables::UHC,
        }
    }

    /// Whether a byte starts a pair that is consumed as one, be it right or wrong.
    pub(super) fn is_lead(self, byte: u8) -> bool {
        match self {
            Self::EucJp | Self::Cp51932 => matches!(byte, 0xA1..=0xFE),
            Self::Sjis => matches!(byte, 0x81..=0x9F | 0xE0..=0xEF),
            Self::Cp932 => matches!(byte, 0x81..=0x9F | 0xE0..=0xFC),
            Self::EucCn => matches!(byte, 0xA1..=0xA9 | 0xB0..=0xF7),
            Self::Cp936 | Self::Gb18030 | Self::Cp950 => matches!(byte, 0x81..=0xFE),
            Self::Big5 => matches!(byte, 0xA1..=0xC7 | 0xC9..=0xF9),
            Self::EucKr => matches!(byte, 0xA1..=0xAC | 0xB0..=0xC8 | 0xCA..=0xFD),
            Self::Uhc => matches!(byte, 0x81..=0xC8 | 0xCA..=0xFD),
        }
    }

    /// What a byte from 80 on stands for by itself.
    pub(super) fn single(self, byte: u8) -> Option<u32> {
        match (self, byte) {
            (Self::Cp936, 0x80) => Some(0x20AC),
            (Self::Cp936, 0xFF) => Some(0xF8F5),
            _ => None,
        }
    }

    /// What a pair stands for.
    pub(super) fn pair(self, lead: u8, trail: u8) -> Option<u32> {
        let at = usize::from(lead).checked_sub(0x80)? << 8 | usize::from(trail);
        match self.pairs().get(at) {
            None | Some(&NONE) => None,
            Some(&c) => Some(u32::from(c)),
        }
    }

    /// The pair that stands for a code point, the lowest if there are several.
    pub(super) fn find(self, c: u32) -> Option<[u8; 2]> {
        static BUILT: [OnceLock<Pairs>; 11] = [const { OnceLock::new() }; 11];
        let found = BUILT[self as usize].get_or_init(|| {
            let mut found = vec![NONE; 0x1_0000].into_boxed_slice();
            for (at, &c) in self.pairs().iter().enumerate().rev() {
                let pair = at as u16 | 0x8000;
                // CP932 has NEC's selection of IBM's characters, and those themselves: the latter are preferred.
                let again = self == Self::Cp932 && matches!(pair, 0xED00..=0xEEFF);
                if !again || found[usize::from(c)] == NONE {
                    found[usize::from(c)] = pair;
                }
            }
            // Where there is no character, there is no pair.
            found[usize::from(NONE)] = NONE;
            found
        });
        match found.get(c as usize) {
            None | Some(&NONE) => self.nearest(c),
            Some(pair) => Some(pair.to_be_bytes()),
        }
    }

    /// The pair for a code point that no pair stands for, but one for much the same.
    ///
    /// NOT PORTED: what CP936 takes for the ideographs from U+F900 on.
    fn nearest(self, c: u32) -> Option<[u8; 2]> {
        let same = match (self, c) {
            (Self::EucJp | Self::Sjis, 0xFF5E) => 0x301C,
            (Self::EucJp | Self::Sjis, 0x2225) => 0x2016,
            (Self::EucJp | Self::Sjis, 0xFF0D) => 0x2212,
            (Self::EucJp | Self::Sjis, 0xFFE0) => 0xA2,
            (Self::EucJp | Self::Sjis, 0xFFE1) => 0xA3,
            (Self::EucJp | Self::Sjis, 0xFFE2) => 0xAC,
            (Self::EucJp | Self::Sjis, 0x203E) | (Self::Sjis | Self::Cp932, 0xAF) => 0xFFE3,
            (Self::Sjis, 0xA5) => 0xFFE5,
            (Self::Cp932, 0x301C) => 0xFF5E,
            (Self::Cp932, 0x2016) => 0x2225,
            (Self::Cp932, 0x2212) => 0xFF0D,
            (Self::Cp932, 0xA2) => 0xFFE0,
            (Self::Cp932, 0xA3) => 0xFFE1,
            (Self::Cp932, 0xAC) => 0xFFE2,
            _ => return None,
        };
        self.find(same)
    }

    /// Built when first asked for, in some milliseconds.
    fn pairs(self) -> &'static Pairs {
        static BUILT: [OnceLock<Pairs>; 11] = [const { OnceLock::new() }; 11];
        BUILT[self as usize].get_or_init(|| self.build())
    }

    fn build(self) -> Pairs {
        let source = self.source();
        let mut pairs = vec![NONE; 0x8000].into_boxed_slice();
        for (at, place) in pairs.iter_mut().enumerate() {
            let pair = at as u16 | 0x8000;
            let within = |first: u16, last: u16| (first..=last).contains(&pair);
            let moved = source
                .moved
                .iter()
                .find(|(first, last, _)| within(*first, *last));
            if let Some((first, _, c)) = moved {
                *place = c + (pair - first);
            } else if !source
                .missing
                .iter()
                .any(|(first, last)| within(*first, *last))
            {
                *place = base(source.base, &pair.to_be_bytes()).unwrap_or(NONE);
            }
        }
        pairs
    }
}

/// The single code point of the basic plane that `bytes` stand for.
pub(super) fn base(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> Option<u16> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    let mut chars = text.chars();
    let first = chars.next().filter(|_| chars.next().is_none())?;
    u16::try_from(u32::from(first)).ok()
}

/// The code points of JIS X 0212, row by row of 94 cells.
fn jisx0212_cells() -> &'static Pairs {
    static BUILT: OnceLock<Pairs> = OnceLock::new();
    BUILT.get_or_init(|| {
        (0..94 * 94)
            .map(|at| {
                let bytes = [0x8F, 0xA1 + (at / 94) as u8, 0xA1 + (at % 94) as u8];
                match bytes {
                    // The overline of JIS X 0212 is mbstring's ASCII tilde.
                    [_, 0xA2, 0xB7] => 0x7E,
                    _ => base(encoding_rs::EUC_JP, &bytes).unwrap_or(NONE),
                }
            })
            .collect()
    })
}

/// Row and cell of JIS X 0212, from 21 to 7E.
pub(super) fn jisx0212(row: u8, cell: u8) -> Option<u32> {
    let row = usize::from(row).checked_sub(0x21)?;
    let cell = usize::from(cell)
        .checked_sub(0x21)
        .filter(|&cell| cell < 94)?;
    match jisx0212_cells().get(row * 94 + cell) {
        None | Some(&NONE) => None,
        Some(&c) => Some(u32::from(c)),
    }
}

/// Row and cell of JIS X 0212, from A1 to FE, that stand for a code point.
pub(super) fn find_jisx0212(c: u32) -> Option<[u8; 2]> {
    static BUILT: OnceLock<std::collections::HashMap<u16, u16>> = OnceLock::new();
    let found = BUILT.get_or_init(|| {
        let cells = jisx0212_cells().iter().enumerate().rev();
        cells
            .filter(|(_, c)| **c != NONE)
            .map(|(at, &c)| (c, at as u16))
            .collect()
    });
    let at = *found.get(&u16::try_from(c).ok()?)?;
    Some([0xA1 + (at / 94) as u8, 0xA1 + (at % 94) as u8])
}

/// Row and cell of JIS X 0208, from 21 to 7E.
pub(super) fn jisx0208(row: u8, cell: u8) -> Option<u32> {
    Tables::EucJp.pair(row | 0x80, cell | 0x80)
}
