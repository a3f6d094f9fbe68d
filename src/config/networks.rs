//! Address ranges in the configuration: `"10.0.0.0/8"`, or a bare address for that one alone.
//!
//! For fields: `#[serde(with = "crate::config::networks")]`.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, Serializer, de};

/// What to write, for error messages.
pub const EXPECTED: &str = "a list of address ranges, such as [\"10.0.0.0/8\", \"fd00::/8\"]";

/// Reads a range, or a bare address as the range of it alone. Bits behind the prefix must be 0, since `10.1.2.3/8` may
/// mean either of two things.
pub fn parse(text: &str) -> Option<IpNet> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address.into());
    }
    text.parse::<IpNet>()
        .ok()
        .filter(|range| range.trunc() == *range)
}

/// Writes each range as `address/prefix`.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<S: Serializer>(ranges: &[IpNet], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(ranges)
}

/// Reads a list of what [`parse`] reads.
///
/// # Errors
/// For anything else.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    Vec::<String>::deserialize(deserializer)?
        .iter()
        .map(|text| {
            parse(text).ok_or_else(|| {
                de::Error::custom(format!("{text:?} is no address range; expected {EXPECTED}"))
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_bare_addresses_are_read() {
        assert_eq!(parse("127.0.0.1").unwrap().to_string(), "127.0.0.1/32");
        assert_eq!(parse("::1").unwrap().to_string(), "::1/128");
        assert_eq!(parse("10.0.0.0/8").unwrap().to_string(), "10.0.0.0/8");
    }

    #[test]
    fn a_range_that_is_written_as_an_address_inside_it_is_refused() {
        assert_eq!(parse("10.1.2.3/8"), None);
        assert_eq!(parse("10.0.0/8"), None);
        assert_eq!(parse("localhost"), None);
    }
}
