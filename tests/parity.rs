//! The same requests to WordPress and to linkbackd, on equal databases: what comes back, what is stored and what the
//! source site sees has to be the same, but for the differences that `parity/differences.toml` lists.
//!
//! `cargo test --test parity -- TEXT` plays the scenarios whose name contains TEXT, `--show` prints what WordPress did,
//! `--list` only their names, `--log` what linkbackd logged. `PARITY_WORDPRESS=/path` takes another WordPress than Debian's.

mod common;

#[path = "parity/differences.rs"]
mod differences;
#[path = "parity/entries.rs"]
mod entries;
#[path = "parity/facts.rs"]
mod facts;
#[path = "parity/play.rs"]
mod play;
#[path = "parity/scenario.rs"]
mod scenario;
#[path = "parity/scenarios/mod.rs"]
mod scenarios;
#[path = "parity/world.rs"]
mod world;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use facts::Facts;
use scenario::Scenario;

/// WordPress sleeps a second in every ping it takes: this many scenarios are played at a time.
const SITES: usize = 10;

struct Arguments {
    only: Vec<String>,
    show: bool,
    list: bool,
    log: bool,
}

fn arguments() -> Arguments {
    let (flags, only): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|argument| argument.starts_with('-'));
    let has = |flag: &str| flags.iter().any(|own| own == flag);
    Arguments {
        only,
        show: has("--show"),
        list: has("--list"),
        log: has("--log"),
    }
}

fn main() -> ExitCode {
    let arguments = arguments();
    let chosen: Vec<Scenario> = scenarios::all()
        .into_iter()
        .filter(|one| {
            arguments.only.is_empty() || arguments.only.iter().any(|o| one.id.contains(o))
        })
        .collect();
    if arguments.list {
        chosen.iter().for_each(|one| println!("{}: test", one.id));
        return ExitCode::SUCCESS;
    }
    match run(&arguments, &chosen) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments, chosen: &[Scenario]) -> Result<bool, String> {
    let began = Instant::now();
    let listed = differences::load()?;
    let world = world::World::start(SITES.min(chosen.len()), !arguments.show)?;
    println!(
        "WordPress {} and linkbackd, {} scenarios; up after {:.1} s",
        world.version(),
        chosen.len(),
        began.elapsed().as_secs_f32()
    );
    let results = play_all(&world, chosen)?;

    let (mut failed, mut different) = (0, 0);
    for scenario in chosen {
        let Some((wordpress, ours)) = results.get(&scenario.id) else {
            return Err(format!("{} was not played", scenario.id));
        };
        let Some(ours) = ours else {
            println!("== {}\n{wordpress}", scenario.id);
            continue;
        };
        let found = wordpress.differences(ours);
        match listed.judge(&scenario.id, &found, world.version()) {
            differences::Verdict::Equal => {}
            differences::Verdict::Listed => different += 1,
            differences::Verdict::Wrong(why) => {
                failed += 1;
                println!("FAIL {} {why}", scenario.id);
                for line in facts::told(&found) {
                    println!("     {line}");
                }
            }
        }
    }
    if arguments.log {
        world.logs().iter().for_each(|log| println!("{log}"));
    }
    if arguments.only.is_empty() {
        for id in listed.unknown(chosen) {
            failed += 1;
            println!("FAIL differences.toml lists {id}, which is no scenario");
        }
    }
    println!(
        "parity: {} scenarios, {} equal, {different} differ as listed, {failed} fail; WordPress {}; {:.0} s",
        chosen.len(),
        chosen.len() - different - failed.min(chosen.len() - different),
        world.version(),
        began.elapsed().as_secs_f32()
    );
    Ok(failed == 0)
}

type Results = BTreeMap<String, (Facts, Option<Facts>)>;

fn play_all(world: &world::World, chosen: &[Scenario]) -> Result<Results, String> {
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Results::new()));
    let problems = std::thread::scope(|scope| {
        let players: Vec<_> = world
            .pairs()
            .iter()
            .map(|pair| {
                scope.spawn(|| -> Result<(), String> {
                    let mut player = play::Player::new(world, pair)?;
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let Some(scenario) = chosen.get(number) else {
                            return Ok(());
                        };
                        let result = player
                            .play(scenario)
                            .map_err(|error| format!("{}: {error}", scenario.id))?;
                        results
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
