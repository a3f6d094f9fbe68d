//! Which WordPress a site runs, and every fork in behaviour, named.
//!
//! The rest of the code never compares version numbers: it asks a named question that is answered here.

use std::fmt;

/// A WordPress version, as `$wp_version` in wp-includes/version.php spells it, without suffixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    major: u16,
    minor: u16,
    patch: u16,
}

impl Version {
    /// The reference: assumed where nothing is known.
    pub const REFERENCE: Self = Self::new(7, 1, 0);

    /// The version `major.minor.patch`.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self {
            major,
            minor,
            patch,
        }
    }

    /// Reads `6.1.9`, `7.1`, `7.2-beta1`. `None` if there is no `N.N` at the start.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text
            .split(|c: char| !(c.is_ascii_digit() || c == '.'))
            .next()?;
        let mut parts = digits.split('.');
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next()?.parse().ok()?;
        let patch = match parts.next() {
            None | Some("") => 0,
            Some(patch) => patch.parse().ok()?,
        };
        Some(Self::new(major, minor, patch))
    }

    const fn since(self, major: u16, minor: u16) -> bool {
        self.major > major || (self.major == major && self.minor >= minor)
    }
}

impl fmt::Display for Version {
    /// As WordPress prints it: no `.0` at the end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        if self.patch > 0 {
            write!(f, ".{}", self.patch)?;
        }
        Ok(())
    }
}
