//! What bytes stand for in the charsets with more than 256 characters: `tables.bin`, which `tables.php` measures.

use std::collections::HashMap;
use std::sync::OnceLock;

/// The first value in a decoding table that is no code point but a sequence of them.
const SEQUENCE: u32 = 0x20_0000;

static FILE: &[u8] = include_bytes!("tables.bin");

/// Key and value.
type Entry = (u32, u32);

/// A table: sorted by key.
pub(super) struct Map(Vec<Entry>);

impl Map {
    pub(super) fn get(&self, key: u32) -> Option<u32> {
        let at = self.0.binary_search_by_key(&key, |entry| entry.0).ok()?;
        Some(self.0[at].1)
    }

    fn from_unsorted(mut entries: Vec<Entry>) -> Self {
        entries.sort_unstable();
        // The first of those with the same key, which is the one with the lowest value.
        entries.dedup_by_key(|entry| entry.0);
        Self(entries)
    }
}

/// Two code points to the bytes they are encoded as together.
pub(super) type Pairs = HashMap<(u32, u32), u32>;

/// What bytes stand for, in a decoding table.
pub(super) enum Character {
    Point(u32),
    Points(&'static [u32]),
}

/// A value of a decoding table.
pub(super) fn character(value: u32) -> Character {
    match value.checked_sub(SEQUENCE) {
        None => Character::Point(value),
        Some(at) => Character::Points(&file().sequences[at as usize]),
    }
}

/// From bytes, as a big-endian number, to a value for [`character()`].
pub(super) fn decoding(charset: &str) -> &'static Map {
    map("D:", charset)
}

/// From a code point to bytes, as a big-endian number.
pub(super) fn encoding(charset: &str) -> &'static Map {
    map("E:", charset)
}

/// Two code points that are encoded together.
pub(super) fn pairs(charset: &str) -> Pairs {
    map("P:", charset)
        .0
        .iter()
        .filter_map(|&(code, value)| match character(value) {
            Character::Points(&[first, second]) => Some(((first, second), code)),
            _ => None,
        })
        .collect()
}

struct File {
    sequences: Vec<Vec<u32>>,
    tables: Vec<Table>,
}

struct Table {
    name: &'static [u8],
    body: &'static [u8],
    /// Built when first asked for, in some milliseconds.
    map: OnceLock<Map>,
}

fn map(kind: &str, charset: &str) -> &'static Map {
    static NONE: Map = Map(Vec::new());
    let tables = &file().tables;
    let is = |name: &[u8]| name.strip_prefix(kind.as_bytes()) == Some(charset.as_bytes());
    let found = tables.iter().position(|table| is(table.name));
    debug_assert!(found.is_some(), "no table {kind}{charset}");
    found.map_or(&NONE, built)
}

fn file() -> &'static File {
    static READ: OnceLock<File> = OnceLock::new();
    READ.get_or_init(|| {
        let mut rest = Reader(FILE);
        let sequences = (0..rest.number())
            .map(|_| (0..rest.number()).map(|_| rest.number()).collect())
            .collect();
        let mut tables = Vec::new();
        while !rest.0.is_empty() {
            tables.push(Table {
                name: rest.counted(),
                body: rest.counted(),
                map: OnceLock::new(),
            });
        }
        File { sequences, tables }
    })
}

/// What our own build put into the program is well-formed: the numbers in it are what `tables.php` wrote.
struct Reader(&'static [u8]);

impl Reader {
    fn number(&mut self) -> u32 {
        let mut value = 0;
        let mut shift = 0;
        while let Some((&byte, rest)) = self.0.split_first() {
            self.0 = rest;
            value |= u32::from(byte & 0x7F) << shift;
            shift += 7;
            if byte < 0x80 {
                break;
            }
        }
        value
    }

    fn counted(&mut self) -> &'static [u8] {
        let length = self.number() as usize;
        let (head, rest) = self.0.split_at(length);
        self.0 = rest;
        head
    }

    fn runs(&mut self, mut each: impl FnMut(u32, &mut Self)) {
        let mut key = 0;
        for _ in 0..self.number() {
            key += self.number();
            for _ in 0..self.number() {
                each(key, self);
                key += 1;
            }
        }
    }
}

/// The table of a number: its base, without what is gone, with what is new. A base stands before what is built on it.
fn built(number: usize) -> &'static Map {
    let table = &file().tables[number];
    table.map.get_or_init(|| {
        let mut body = Reader(table.body);
        let kind = body.number();
        let of = body.number() as usize;
        let base = |from: fn(&Entry) -> Option<Entry>| -> Vec<Entry> {
            built(of).0.iter().filter_map(from).collect()
        };
        let base = match kind {
            1 => base(|&entry| Some(entry)),
            2 => base(|&(key, value)| Some((shift_jis(key)?, value))),
            3 => {
                let mut inverse = base(|&(key, value)| (value < SEQUENCE).then_some((value, key)));
                inverse.extend((0..0x80).map(|byte| (byte, byte)));
                inverse
            }
            _ => Vec::new(),
        };
        // The inverse has ASCII last, and it is the lowest of all keys.
        let base = Map::from_unsorted(base);
        let mut changed = Vec::new();
        let mut gone = Vec::new();
        body.runs(|key, _| gone.push(key));
        let mut last = 0_u32;
        body.runs(|key, body| {
            let step = body.number();
            let step = match step & 1 {
                0 => step >> 1,
                _ => (step >> 1).wrapping_add(1).wrapping_neg(),
            };
            last = last.wrapping_add(1).wrapping_add(step);
            changed.push((key, last));
        });
        gone.extend(changed.iter().map(|entry| entry.0));
        gone.sort_unstable();
        let kept = |entry: &&(u32, u32)| gone.binary_search(&entry.0).is_err();
        let mut entries: Vec<_> = base.0.iter().filter(kept).copied().collect();
        entries.extend(changed);
        Map::from_unsorted(entries)
    })
}

/// Rows and cells with the high bits set, as in EUC, moved to Shift_JIS.
fn shift_jis(euc: u32) -> Option<u32> {
    let (row, cell) = (
        (euc >> 8).checked_sub(0xA1)?,
        (euc & 0xFF).checked_sub(0xA1)?,
    );
    if row >= 94 || cell >= 94 {
        return None;
    }
    let lead = 0x81 + (row >> 1) + if row >= 62 { 0x40 } else { 0 };
    let at = cell + if row & 1 == 1 { 94 } else { 0 };
    Some(lead << 8 | (0x40 + at + u32::from(at >= 63)))
}
