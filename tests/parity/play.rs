//! Plays a scenario on one program and gathers what came of it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use linkbackd::demo::mariadb::{PASSWORD, USER};
use mysql_async::prelude::Queryable;

use crate::common::Page;
use crate::common::linkbackd::Linkbackd;
use crate::facts::Facts;
use crate::replies::{fetch_facts, reply_facts};
use crate::rows::{Snapshot, When, count_new, next_comment, number_facts, row_facts, snapshot};
use crate::scenario::{Scenario, Step};
use crate::world::{BASE, Pair, World, copy_table};

/// Plays scenarios on a pair of programs, one after the other.
pub(crate) struct Player<'w> {
    world: &'w World,
    pair: &'w Pair,
    runtime: tokio::runtime::Runtime,
    conn: mysql_async::Conn,
    base: Snapshot,
    wordpress: Option<Side>,
    ours: Option<Side>,
}

/// A program and its database.
pub(crate) struct Side {
    database: String,
    pub(crate) address: SocketAddr,
    /// The header that says whom a request comes from.
    pub(crate) client_header: &'static str,
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
        let wordpress = pair
            .wordpress
            .as_ref()
            .map(|site| side(&site.database, site.address, "X-Stage-Client"));
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
        let (left, right) = self.play_both(scenario)?;
        Ok((left.ok_or("no WordPress plays")?, right))
    }

    /// What linkbackd did.
    pub(crate) fn play_ours(&mut self, scenario: &Scenario) -> Result<Facts, String> {
        let (_, right) = self.play_both(scenario)?;
        right.ok_or_else(|| "no linkbackd plays".to_owned())
    }

    fn play_both(&mut self, scenario: &Scenario) -> Result<(Option<Facts>, Option<Facts>), String> {
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
            let mut both = (None, None);
            if let Some(side) = &mut *wordpress {
                both.0 = Some(play(world, pair, conn, base, side, scenario).await?);
            }
            if let Some(side) = &mut *ours {
                both.1 = Some(play(world, pair, conn, base, side, scenario).await?);
            }
            Ok(both)
        });
        if played.is_err() {
            // What has become of the tables is unknown.
            for side in [wordpress.as_mut(), ours.as_mut()].into_iter().flatten() {
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
    let next = next_comment(conn, &side.database).await?;
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
    let when = When {
        began,
        ended: Timestamp::now(),
        zone: scenario.zone(),
    };
    for (number, request) in pair.source.take().iter().enumerate() {
        fetch_facts(&mut facts, number, request, &source, &plain);
    }
    let after = snapshot(conn, world.tables(), &side.database).await?;
    row_facts(&mut facts, world.tables(), &before, &after, &when, &plain);
    let next_after = next_comment(conn, &side.database).await?;
    let came = count_new(&before, &after, "wp_comments");
    number_facts(&mut facts, next, next_after, came, number as u64);
    side.dirty = world
        .tables()
        .iter()
        .filter(|table| base.get(&table.name) != after.get(&table.name))
        .map(|table| table.name.clone())
        .collect();
    if next_after != next {
        side.dirty.insert("wp_comments".to_owned());
    }
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

/// Has all scenarios played, each by the next player that is free, and gives what `play` gave, by their names.
pub(crate) fn play_all<T: core::marker::Send>(
    world: &World,
    chosen: &[Scenario],
    play: impl Fn(&mut Player<'_>, &Scenario) -> Result<T, String> + Sync,
) -> Result<BTreeMap<String, T>, String> {
    let (next, results) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let (next, results_of, play) = (&next, &results, &play);
    let problems = std::thread::scope(|scope| {
        let players: Vec<_> = world
            .pairs()
            .iter()
            .map(|pair| {
                scope.spawn(move || -> Result<(), String> {
                    let mut player = Player::new(world, pair)?;
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let Some(scenario) = chosen.get(number) else {
                            return Ok(());
                        };
                        let result = play(&mut player, scenario)
                            .map_err(|error| format!("{}: {error}", scenario.id))?;
                        results_of
                            .lock()
                            .map_err(|_| "a player panicked".to_owned())?
                            .insert(scenario.id.clone(), result);
                    }
                })
            })
            .collect();
        players.into_iter().try_for_each(|player| {
            player
                .join()
                .unwrap_or_else(|_| Err("a player panicked".to_owned()))
        })
    });
    problems?;
    results
        .into_inner()
        .map_err(|_| "a player panicked".to_owned())
}
