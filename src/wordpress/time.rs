//! The site's clock: `wp_timezone()`, `current_time()` (wp-includes/functions.php).

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use super::options::Options;

/// The zone a site writes its local dates in.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteZone(TimeZone);

impl SiteZone {
    /// Port of `wp_timezone_string()` and `wp_timezone()`, wp-includes/functions.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
    ///
    /// DIFFERS: a `timezone_string` that PHP does not know is a fatal error there, after all checks and before the
    /// row. Here `gmt_offset` is used then, which is what the site's owner sees when the name is empty.
    pub fn of(options: &Options) -> Self {
        let named = std::str::from_utf8(options.text("timezone_string"))
            .ok()
            .filter(|name| !name.is_empty())
            .and_then(zone);
        Self(named.unwrap_or_else(|| offset(options.float("gmt_offset"))))
    }

    /// `current_time( 'mysql' )` at that moment: site time as `Y-m-d H:i:s`.
    pub fn mysql(&self, at: Timestamp) -> String {
        at.to_zoned(self.0.clone())
            .strftime("%Y-%m-%d %H:%M:%S")
            .to_string()
    }
}

/// `current_time( 'mysql', 1 )` at that moment: UTC as `Y-m-d H:i:s`.
pub fn mysql_gmt(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A MySQL datetime as seconds since 1970 UTC, as PHP's `strtotime()` reads it under WordPress's UTC default. Days and
/// months beyond their end roll over, as in PHP. `None` for what has another shape.
pub fn unix_time(datetime: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(datetime).ok()?;
    let (date, time) = text.split_once(' ')?;
    let mut date = date.splitn(3, '-').map(str::parse::<i64>);
    let mut time = time.splitn(3, ':').map(str::parse::<i64>);
    let part = |parts: &mut dyn Iterator<Item = Result<i64, _>>| parts.next()?.ok();
    let (year, month, day) = (part(&mut date)?, part(&mut date)?, part(&mut date)?);
    let (hour, minute, second) = (part(&mut time)?, part(&mut time)?, part(&mut time)?);
    if !(0..=9999).contains(&year) || !(0..=99).contains(&month) || !(0..=99).contains(&day) {
        return None;
    }
    let days = days_from_civil(year, month) + day - 1;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

/// Days from 1970-01-01 to the first of that month; months outside 1 to 12 count on.
fn days_from_civil(year: i64, month: i64) -> i64 {
    let months = year * 12 + month - 1;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    // The calendar's year starts in March here, so that leap days come last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719_468
}

/// A zone by name, or by the offset form that PHP takes too (`+02:00`).
fn zone(name: &str) -> Option<TimeZone> {
    if name.starts_with(['+', '-']) {
        let (sign, rest) = name.split_at(1);
        let (hours, minutes) = rest.split_once(':')?;
        let hours: i32 = hours.parse().ok()?;
        let minutes: i32 = minutes.parse().ok()?;
        let seconds = (hours * 60 + minutes) * 60;
        let seconds = if sign == "-" { -seconds } else { seconds };
        return Offset::from_seconds(seconds).ok().map(TimeZone::fixed);
    }
    TimeZone::get(name).ok()
}

/// `gmt_offset` as `wp_timezone_string()` renders it: sign, whole hours, whole minutes.
fn offset(hours: f64) -> TimeZone {
    let whole = hours.trunc();
    let minutes = ((hours - whole) * 60.0).abs().trunc();
    let seconds = whole.abs() * 3600.0 + minutes * 60.0;
    let seconds = if hours < 0.0 { -seconds } else { seconds };
    // A float beyond the range saturates, which from_seconds then refuses.
    Offset::from_seconds(seconds as i32).map_or(TimeZone::UTC, TimeZone::fixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(zone: &str, gmt_offset: &str) -> String {
        let options = Options::new([
            ("timezone_string".to_owned(), zone.as_bytes().to_vec()),
            ("gmt_offset".to_owned(), gmt_offset.as_bytes().to_vec()),
        ]);
        let moment = Timestamp::from_second(1_717_243_200).expect("a moment in June 2024");
        SiteZone::of(&options).mysql(moment)
    }

    #[test]
    fn names_beat_offsets_and_offsets_may_be_crooked() {
        assert_eq!(at("Europe/Berlin", "-3"), "2024-06-01 14:00:00");
        assert_eq!(at("", "5.75"), "2024-06-01 17:45:00");
        assert_eq!(at("", "-3.5"), "2024-06-01 08:30:00");
        assert_eq!(at("", ""), "2024-06-01 12:00:00");
        assert_eq!(at("+02:00", ""), "2024-06-01 14:00:00");
        assert_eq!(at("No/Where", "1"), "2024-06-01 13:00:00");
    }

    #[test]
    fn datetimes_count_seconds() {
        assert_eq!(unix_time(b"1970-01-01 00:00:00"), Some(0));
        assert_eq!(unix_time(b"2024-06-01 12:00:00"), Some(1_717_243_200));
        assert_eq!(
            unix_time(b"2024-02-30 00:00:00"),
            unix_time(b"2024-03-01 00:00:00")
        );
        assert_eq!(
            unix_time(b"2024-00-10 00:00:00"),
            unix_time(b"2023-12-10 00:00:00")
        );
        assert_eq!(unix_time(b"nonsense"), None);
    }
}
