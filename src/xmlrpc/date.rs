//! Dates. Port of wp-includes/IXR/class-IXR-date.php.

use super::fault::Fatal;
use crate::php::number::{floatval, is_numeric};
use crate::php::string::{substr, trim_set};

/// `IXR_Date`: the parts of a date as text, cut by position out of whatever was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Date {
    /// Four bytes, or as many digits as a timestamp's year has.
    pub year: Vec<u8>,
    /// Two bytes or less, like all that follow.
    pub month: Vec<u8>,
    /// Day of the month.
    pub day: Vec<u8>,
    /// Hour.
    pub hour: Vec<u8>,
    /// Minute.
    pub minute: Vec<u8>,
    /// Second.
    pub second: Vec<u8>,
    /// All that is left.
    pub timezone: Vec<u8>,
}

impl Date {
    /// Port of the constructor: a number is a Unix time, all else is `YYYYMMDDThh:mm:ss` with no check at all.
    /// Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
    ///
    /// # Errors
    /// [`Fatal`] on a number beyond 64 bits, which `gmdate()` does not take.
    pub fn new(time: &[u8]) -> Result<Self, Fatal> {
        if is_numeric(time) {
            return timestamp(time).map(Self::from_timestamp).ok_or(Fatal);
        }
        let part = |start, length| substr(time, start, length).to_vec();
        Ok(Self {
            year: part(0, Some(4)),
            month: part(4, Some(2)),
            day: part(6, Some(2)),
            hour: part(9, Some(2)),
            minute: part(12, Some(2)),
            second: part(15, Some(2)),
            timezone: part(17, None),
        })
    }

    /// Port of `parseTimestamp()`: seconds since 1970, UTC.
    pub fn from_timestamp(seconds: i64) -> Self {
        let (year, month, day) = civil(seconds.div_euclid(86_400));
        let time = seconds.rem_euclid(86_400);
        let two = |number: i64| format!("{number:02}").into_bytes();
        let sign = if year < 0 { "-" } else { "" };
        Self {
            year: format!("{sign}{:04}", year.abs()).into_bytes(),
            month: two(month),
            day: two(day),
            hour: two(time / 3600),
            minute: two(time / 60 % 60),
            second: two(time % 60),
            timezone: Vec::new(),
        }
    }

    /// Port of `getIso()`. Not escaped.
    pub fn iso(&self) -> Vec<u8> {
        let parts: [&[u8]; 10] = [
            &self.year,
            &self.month,
            &self.day,
            b"T",
            &self.hour,
            b":",
            &self.minute,
            b":",
            &self.second,
            &self.timezone,
        ];
        parts.concat()
    }
}

/// A numeric string as an argument of type int: fractions are cut off, what is beyond 64 bits is refused.
fn timestamp(text: &[u8]) -> Option<i64> {
    let digits = trim_set(text, b" \t\n\r\x0b\x0c");
    if let Some(int) = std::str::from_utf8(digits)
        .ok()
        .and_then(|digits| digits.parse().ok())
    {
        return Some(int);
    }
    let float = floatval(text);
    (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0)
        .contains(&float)
        .then_some(float as i64)
}

/// Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar without end.
fn civil(days: i64) -> (i64, i64, i64) {
    // Years start in March here, so that the leap day comes last; eras are of 400 years.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}
