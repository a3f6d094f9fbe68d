//! Plays a scenario on one program and gathers what came of it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use jiff::civil::DateTime;
use jiff::{Timestamp, tz::TimeZone};
use linkbackd::demo::mariadb::{PASSWORD, USER};
use mysql_async::prelude::Queryable;

use crate::common::linkbackd::Linkbackd;
use crate::common::{Page, wire};
use crate::facts::{Facts, readable};
use crate::scenario::{PATIENCE, Scenario, Send, Step};
use crate::world::{BASE, Pair, Table, World, copy_table};

type Row = Vec<Option<Vec<u8>>>;
/// Rows by primary key, tables by name.
type Snapshot = BTreeMap<String, BTreeMap<Row, Row>>;

/// Caches that WordPress keeps in its options while it answers anything; they say nothing about pings.
const NOISE: &str = "option_name NOT LIKE '\\_transient\\_%' AND \
                     option_name NOT LIKE '\\_site\\_transient\\_%' AND option_name <> 'cron' AND \
                     option_name <> 'category_children'";

/// Plays scenarios on a pair of programs, one after the other.
pub(crate) struct Player<'w> {
    world: &'w World,
    pair: &'w Pair,
    runtime: tokio::runtime::Runtime,
    conn: mysql_async::Conn,
    base: Snapshot,
    wordpress: Side,
    ours: Option<Side>,
}

struct Side {
    database: String,
    address: SocketAddr,
    /// The header that says whom a request comes from.
    client_header: &'static str,
    /// Tables that are not as in the base.
    dirty: BTreeSet<String>,
    /// They have to be made anew.
    altered: bool,
}

impl<'w> Player<'w> {
    pub(crate) fn new(world: &'w World, pair: &'w Pair) -> Result<Self, String> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        let options = mysql_async::OptsBuilder::default()
            .user(Some(USER))
            .pass(Some(PASSWORD))
            .ip_or_hostname("127.0.0.1")
            .tcp_port(world.port())
            .prefer_socket(false)
            .init(vec![
                "SET SESSION sql_mode = '', lock_wait_timeout = 20, time_zone = '+00:00'",
            ]);
        let mut conn = runtime
            .block_on(mysql_async::Conn::new(options))
            .map_err(|error| format!("{}: {error}", world.socket().display()))?;
        let base = runtime.block_on(snapshot(&mut conn, world.tables(), BASE))?;
        let side = |database: &str, address, client_header| Side {
            database: database.to_owned(),
            address,
            client_header,
            dirty: BTreeSet::new(),
            altered: false,
        };
        let wordpress = side(
            &pair.wordpress.database,
            pair.wordpress.address,
            "X-Stage-Client",
        );
        let ours = pair
            .linkbackd
            .as_ref()
            .map(|ours| side(&ours.database, ours.program.address(), "X-Forwarded-For"));
        Ok(Self {
            world,
            pair,
            runtime,
            conn,
            base,
            wordpress,
            ours,
        })
    }

    /// What WordPress did, and what linkbackd did if it plays too.
    pub(crate) fn play(&mut self, scenario: &Scenario) -> Result<(Facts, Option<Facts>), String> {
        let Self {
            world,
            pair,
            runtime,
            conn,
            base,
            wordpress,
            ours,
        } = self;
        // linkbackd believes for a minute what it has read of the columns: who meets other columns is one that has read
        // none, and is gone afterwards.
        let fresh = pair
            .linkbackd
            .as_ref()
            .filter(|_| scenario.alters)
            .map(|ours| Linkbackd::start(&ours.config));
        if let (Some(side), Some(usual)) = (ours.as_mut(), &pair.linkbackd) {
            side.address = fresh.as_ref().unwrap_or(&usual.program).address();
        }
        let played = runtime.block_on(async {
            let left = play(world, pair, conn, base, wordpress, scenario).await?;
            let right = match &mut *ours {
                Some(ours) => Some(play(world, pair, conn, base, ours, scenario).await?),
                None => None,
            };
            Ok((left, right))
        });
        if played.is_err() {
            // What has become of the tables is unknown.
            for side in [Some(wordpress), ours.as_mut()].into_iter().flatten() {
                side.altered = true;
            }
        }
        played
    }
}

async fn play(
    world: &World,
    pair: &Pair,
    conn: &mut mysql_async::Conn,
    base: &Snapshot,
    side: &mut Side,
    scenario: &Scenario,
) -> Result<Facts, String> {
    let source = pair.source.url("");
    let told = |bytes: &[u8]| replace(bytes, b"{source}", source.as_bytes());
    prepare(world, conn, side, scenario, &told).await?;
    pair.source.clear();
    for (path, page) in &scenario.pages {
        let body = told(&page.body);
        let page = Page {
            body,
            ..page.clone()
        };
        pair.source.page(path, page);
    }

    let mut facts = Facts::default();
    let plain = |text: String| text.replace(&source, "{source}");
    let before = snapshot(conn, world.tables(), &side.database).await?;
    let began = Timestamp::now();
    let mut number = 0;
    for step in &scenario.steps {
        match step {
            Step::Sql(sql) => execute(conn, &told(sql.as_bytes())).await?,
            Step::Send(send) => {
                reply_facts(&mut facts, number, side, send, &told, &plain);
                number += 1;
            }
        }
    }
    let ended = Timestamp::now();
    for (number, request) in pair.source.take().iter().enumerate() {
        let header = |name| request.header(name).unwrap_or("(absent)").to_owned();
        let agent = header("User-Agent");
        // Without the product's own name and version.
        let agent = agent
            .split_once("; ")
            .map_or("", |(_, rest)| rest)
            .to_owned();
        for (name, value) in [
            ("request", format!("{} {}", request.method, request.path)),
            ("host", header("Host")),
            ("agent", agent),
            ("forwarded-for", header("X-Pingback-Forwarded-For")),
        ] {
            let host = source.trim_start_matches("http://");
            let value = plain(value).replace(host, "{source}");
            facts.add(format!("fetch.{number}.{name}"), value);
        }
    }
    let after = snapshot(conn, world.tables(), &side.database).await?;
    row_facts(
        &mut facts,
        world.tables(),
        &before,
        &after,
        began,
        ended,
        &plain,
    );
    side.dirty = world
        .tables()
        .iter()
        .filter(|table| base.get(&table.name) != after.get(&table.name))
        .map(|table| table.name.clone())
        .collect();
    side.altered = scenario.alters;
    Ok(facts)
}

/// Puts a database to the scenario's state.
async fn prepare(
    world: &World,
    conn: &mut mysql_async::Conn,
    side: &mut Side,
    scenario: &Scenario,
    told: &impl Fn(&[u8]) -> Vec<u8>,
) -> Result<(), String> {
    let database = &side.database;
    execute(conn, format!("USE {database}").as_bytes()).await?;
    let mut sql = String::new();
    for table in world.tables() {
        let name = &table.name;
        if side.altered {
            sql.push_str(&copy_table(name, BASE, database));
        } else if side.dirty.contains(name) {
            sql.push_str(&format!(
                "DELETE FROM {name}; INSERT INTO {name} SELECT * FROM {BASE}.{name}; "
            ));
        }
        if let Some(next) = table
            .next_id
            .filter(|_| side.altered || side.dirty.contains(name))
        {
            sql.push_str(&format!("ALTER TABLE {name} AUTO_INCREMENT = {next}; "));
        }
    }
    execute(conn, sql.as_bytes()).await?;
    let mut options: Vec<(String, Vec<u8>)> = Vec::new();
    if let Some(structure) = scenario.structure {
        let rules = world.structure(structure)?;
        options.push(("permalink_structure".into(), structure.into()));
        options.push(("rewrite_rules".into(), rules.to_vec()));
    }
    for (name, value) in &scenario.options {
        options.push((name.clone(), told(value.as_bytes())));
    }
    for (name, value) in options {
        // A prepared statement stays with the database it was prepared for, so that is named.
        conn.exec_drop(
            format!(
                "INSERT INTO {database}.wp_options (option_name, option_value, autoload) VALUES (?, ?, 'yes') \
                 ON DUPLICATE KEY UPDATE option_value = VALUES(option_value)"
            ),
            (name, value),
        )
        .await
        .map_err(|error| error.to_string())?;
    }
    for sql in &scenario.sql {
        execute(conn, &told(sql.as_bytes())).await?;
    }
    Ok(())
}

async fn execute(conn: &mut mysql_async::Conn, sql: &[u8]) -> Result<(), String> {
    if sql.is_empty() {
        return Ok(());
    }
    // Several statements in one, so their results have to be read to the end.
    let result = conn.query_iter(sql).await;
    let result = match result {
        Ok(result) => result.drop_result().await,
        Err(error) => Err(error),
    };
    result.map_err(|error| {
        format!(
            "{error}: {}",
            String::from_utf8_lossy(&sql[..sql.len().min(300)])
        )
    })
}

async fn snapshot(
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

fn reply_facts(
    facts: &mut Facts,
    number: usize,
    side: &Side,
    send: &Send,
    told: &impl Fn(&[u8]) -> Vec<u8>,
    plain: &impl Fn(String) -> String,
) {
    let mut headers: Vec<(&str, &str)> = send
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    if send.client != "127.0.0.1" {
        headers.push((side.client_header, &send.client));
    }
    let path = String::from_utf8_lossy(&told(send.path.as_bytes())).into_owned();
    let body = told(&send.body);
    let mut request = wire::request(&send.method, &path, &headers, &body);
    request.truncate(request.len() - body.len());
    let request = [raw_bytes(&request), body].concat();
    match wire::send(side.address, &request, PATIENCE) {
        Ok(reply) => {
            facts.add(format!("reply.{number}.status"), reply.status.to_string());
            for name in ["content-type", "allow", "location"] {
                if let Some(value) = reply.header(name) {
                    facts.add(format!("reply.{number}.{name}"), plain(value.to_owned()));
                }
            }
            let body = plain(readable(&reply.body));
            facts.add(format!("reply.{number}.body"), body);
        }
        Err(error) => facts.add(format!("reply.{number}.error"), error.to_string()),
    }
}

/// The head of a request, `\u{f780}` to `\u{f7ff}` as the bytes that they stand for.
fn raw_bytes(head: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(head.len());
    for char in String::from_utf8_lossy(head).chars() {
        match u32::from(char) {
            code @ 0xf780..=0xf7ff => bytes.push(code.to_le_bytes()[0]),
            _ => bytes.extend(char.to_string().bytes()),
        }
    }
    bytes
}

fn row_facts(
    facts: &mut Facts,
    tables: &[Table],
    before: &Snapshot,
    after: &Snapshot,
    began: Timestamp,
    ended: Timestamp,
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
            let times = Times::of(table, row, began, ended);
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

/// The two times of a comment in words: when the scenario ran, and how far local time is from it.
struct Times {
    gmt: Option<String>,
    local: Option<String>,
}

impl Times {
    fn of(table: &Table, row: &Row, began: Timestamp, ended: Timestamp) -> Self {
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
        Self {
            gmt: Some(format!("<{word}>")),
            local: Some(format!("<{word}{shift:+}>")),
        }
    }
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(bytes.len());
    let mut done = 0;
    for at in memchr::memmem::find_iter(bytes, from) {
        result.extend(&bytes[done..at]);
        result.extend(to);
        done = at + from.len();
    }
    result.extend(&bytes[done..]);
    result
}
