//! The database as it was and as it is: what came, changed or went.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jiff::{Timestamp, tz::TimeZone};
use mysql_async::prelude::Queryable;

use crate::facts::{Facts, readable};
use crate::world::Table;

pub(crate) type Row = Vec<Option<Vec<u8>>>;
/// Rows by primary key, tables by name.
pub(crate) type Snapshot = BTreeMap<String, BTreeMap<Row, Row>>;

/// The one thing that answering a request at all leaves in the options, `GET /` as well as a ping: since 6.4 the list of
/// the theme's pattern files, whose name depends on where WordPress is installed. No ping leaves more there.
pub(crate) const NOISE: &str =
    "option_name NOT LIKE '\\_site\\_transient\\_%wp\\_theme\\_files\\_patterns-%'";

pub(crate) async fn snapshot(
    conn: &mut mysql_async::Conn,
    tables: &[Table],
    database: &str,
) -> Result<Snapshot, String> {
    let mut all = Snapshot::new();
    for table in tables {
        let name = &table.name;
        let filter = if name == "wp_options" { NOISE } else { "1" };
        let sql = format!("SELECT * FROM {database}.{name} WHERE {filter}");
        let rows: Vec<mysql_async::Row> =
            conn.query(sql).await.map_err(|error| error.to_string())?;
        let mut kept = BTreeMap::new();
        for row in rows {
            let row: Row = (0..row.len())
                .map(|at| row.get::<Option<Vec<u8>>, _>(at).flatten())
                .collect();
            let key = table
                .key
                .iter()
                .map(|&at| row.get(at).cloned().flatten().map(sortable))
                .collect();
            kept.insert(key, row);
        }
        all.insert(name.clone(), kept);
    }
    Ok(all)
}

/// How many rows of a table are new.
pub(crate) fn count_new(before: &Snapshot, after: &Snapshot, table: &str) -> u64 {
    let empty = BTreeMap::new();
    let old = before.get(table).unwrap_or(&empty);
    let new = after.get(table).unwrap_or(&empty);
    new.keys().filter(|key| !old.contains_key(*key)).count() as u64
}

/// The number that the next comment will get.
pub(crate) async fn next_comment(
    conn: &mut mysql_async::Conn,
    database: &str,
) -> Result<u64, String> {
    let sql = format!(
        "SELECT auto_increment FROM information_schema.tables \
         WHERE table_schema = '{database}' AND table_name = 'wp_comments'"
    );
    let next: Option<Option<u64>> = conn
        .query_first(sql)
        .await
        .map_err(|error| error.to_string())?;
    next.flatten()
        .ok_or_else(|| format!("{database}.wp_comments counts nothing"))
}

/// How far the numbers of comments went on: with every row that came, and at most one more for each request, since a
/// row that is refused or rolled back may leave a gap.
pub(crate) fn number_facts(facts: &mut Facts, before: u64, after: u64, rows: u64, requests: u64) {
    let gap = after.wrapping_sub(before).wrapping_sub(rows);
    let told = if gap <= requests {
        "as the rows, or with a gap for a request".to_owned()
    } else {
        format!("{before} → {after}, with {rows} rows")
    };
    facts.add("comments.next-id", told);
}

/// Numbers in their own order.
fn sortable(key: Vec<u8>) -> Vec<u8> {
    let digits = !key.is_empty() && key.iter().all(u8::is_ascii_digit);
    let zeros = if digits {
        20_usize.saturating_sub(key.len())
    } else {
        0
    };
    [vec![b'0'; zeros], key].concat()
}

pub(crate) fn row_facts(
    facts: &mut Facts,
    tables: &[Table],
    before: &Snapshot,
    after: &Snapshot,
    when: &When<'_>,
    plain: &impl Fn(String) -> String,
) {
    let empty = BTreeMap::new();
    for table in tables {
        let name = table.name.trim_start_matches("wp_");
        let old = before.get(&table.name).unwrap_or(&empty);
        let new = after.get(&table.name).unwrap_or(&empty);
        let show =
            |value: &Option<Vec<u8>>| plain(value.as_deref().map_or("NULL".to_owned(), readable));
        let added = new.iter().filter(|(key, _)| !old.contains_key(*key));
        for (number, (_, row)) in added.enumerate() {
            let times = Times::of(table, row, when);
            for (column, value) in table.columns.iter().zip(row) {
                let value = match column.as_str() {
                    "comment_date_gmt" => times.gmt.clone(),
                    "comment_date" => times.local.clone(),
                    _ => None,
                }
                .unwrap_or_else(|| show(value));
                facts.add(format!("{name}.new{number}.{column}"), value);
            }
        }
        for (key, row) in old {
            let id: Vec<String> = table.key.iter().map(|&at| show(&row[at])).collect();
            let id = id.join("-");
            let Some(now) = new.get(key) else {
                facts.add(format!("{name}.{id}"), "gone");
                continue;
            };
            for ((column, was), is) in table.columns.iter().zip(row).zip(now) {
                // Scenarios age comments themselves.
                let aged = column.starts_with("comment_date");
                if was != is && !aged {
                    let value = format!("{} → {}", show(was), show(is));
                    facts.add(format!("{name}.{id}.{column}"), value);
                }
            }
        }
    }
}

/// When a scenario was played.
#[derive(Clone, Copy)]
pub(crate) struct When<'a> {
    pub(crate) began: Timestamp,
    pub(crate) ended: Timestamp,
    /// The zone that the site's time is told in, if it is set by name.
    pub(crate) zone: Option<&'a str>,
}

/// The two times of a comment in words: when the scenario ran, and how far local time is from it.
struct Times {
    gmt: Option<String>,
    local: Option<String>,
}

impl Times {
    fn of(table: &Table, row: &Row, when: &When<'_>) -> Self {
        let When { began, ended, zone } = *when;
        let nothing = Self {
            gmt: None,
            local: None,
        };
        let moment = |column: &str| -> Option<i64> {
            let at = table.columns.iter().position(|own| own == column)?;
            let text = String::from_utf8(row.get(at)?.clone()?).ok()?;
            let time: DateTime = text.parse().ok()?;
            let zoned = time.to_zoned(TimeZone::UTC).ok()?;
            Some(zoned.timestamp().as_second())
        };
        let (Some(gmt), Some(local)) = (moment("comment_date_gmt"), moment("comment_date")) else {
            return nothing;
        };
        let window = began.as_second() - 2..=ended.as_second() + 2;
        // Scenarios may have made it some hours older.
        let Some(hours) = (0..4).find(|hours| window.contains(&(gmt + hours * 3600))) else {
            return nothing;
        };
        let word = if hours > 0 {
            format!("now-{hours}h")
        } else {
            "now".to_owned()
        };
        // The two may fall on either side of a second.
        let shift = (local - gmt + 450).div_euclid(900) * 900;
        // Zones have other offsets in summer.
        let summer = zone.filter(|zone| offset_in(zone, ended) == Some(shift));
        let away = summer.map_or_else(|| format!("{shift:+}"), |zone| format!(" in {zone}"));
        Self {
            gmt: Some(format!("<{word}>")),
            local: Some(format!("<{word}{away}>")),
        }
    }
}

/// Seconds that a zone is ahead of UTC at a time.
fn offset_in(zone: &str, at: Timestamp) -> Option<i64> {
    let zone = TimeZone::get(zone).ok()?;
    Some(zone.to_offset(at).seconds().into())
}
