//! Sizes in the configuration: `"64KiB"`, `"1MB"`, `"4096B"`.
//!
//! For fields: `#[serde(with = "crate::config::size")]`. `kB` and `MB` are powers of 1000, `KiB` and `MiB` of 1024.

use serde::{Deserialize, Deserializer, Serializer, de};

/// What to write, for error messages.
pub const EXPECTED: &str = "a size with its unit, such as \"64KiB\" or \"1MB\"";

const UNITS: [(&str, usize); 6] = [
    ("MiB", 1 << 20),
    ("MB", 1_000_000),
    ("KiB", 1 << 10),
    ("kB", 1_000),
    ("KB", 1_000),
    ("B", 1),
];

/// Reads a whole number and its unit, as bytes. `None` for anything else.
pub fn parse(text: &str) -> Option<usize> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: usize = number.parse().ok()?;
    let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit.trim_start())?;
    number.checked_mul(*factor)
}

/// The shortest spelling [`parse`] reads back.
pub fn display(bytes: usize) -> String {
    UNITS
        .iter()
        .find(|(_, factor)| bytes > 0 && bytes.is_multiple_of(*factor))
        .map_or_else(
            || "0B".to_owned(),
            |(name, factor)| format!("{}{name}", bytes / factor),
        )
}

/// Writes the spelling of [`display`].
///
/// # Errors
/// Those of the serializer.
pub fn serialize<S: Serializer>(bytes: &usize, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&display(*bytes))
}

/// Reads what [`parse`] reads.
///
/// # Errors
/// For anything else.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text).ok_or_else(|| de::Error::custom(format!("expected {EXPECTED}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_read_back() {
        for text in ["0B", "1B", "1kB", "64KiB", "1MB", "2MiB", "1500B"] {
            assert_eq!(parse(&display(parse(text).unwrap())), parse(text), "{text}");
        }
        assert_eq!(display(1_000_000), "1MB");
        assert_eq!(display(1 << 20), "1MiB");
    }

    #[test]
    fn what_could_be_misread_is_refused() {
        for text in [
            "",
            "1",
            "1m",
            "MB",
            "-1MB",
            "1.5MB",
            "18446744073709551615MiB",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
