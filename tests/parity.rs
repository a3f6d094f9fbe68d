//! The same requests to WordPress and to linkbackd, on equal databases: what comes back, what is stored and what the
//! source site sees has to be the same, but for the differences that `parity/differences.toml` lists.
//!
//! `cargo test --test parity -- TEXT` plays the scenarios whose name contains TEXT, `--show` prints what WordPress did,
//! `--list` only their names, `--log` what linkbackd logged. `PARITY_WORDPRESS=/path` takes another WordPress than Debian's.
//! `generated/SEED/NUMBER` is a scenario made by chance, `--count=N --seed=S` are N of them; `--shrink` makes those that
//! fail smaller.

mod common;

#[path = "parity/differences.rs"]
mod differences;
#[path = "parity/facts.rs"]
mod facts;
#[path = "parity/generated/mod.rs"]
mod generated;
#[path = "parity/play.rs"]
mod play;
#[path = "parity/scenario.rs"]
mod scenario;
#[path = "parity/scenarios/mod.rs"]
mod scenarios;
#[path = "parity/shrink.rs"]
mod shrink;
#[path = "parity/world.rs"]
mod world;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use facts::Facts;
use scenario::Scenario;

/// This many scenarios are played at a time.
const SITES: usize = 10;

struct Arguments {
    only: Vec<String>,
    show: bool,
    list: bool,
    log: bool,
    shrink: bool,
    /// Seed and number of scenarios made by chance, in place of the written ones.
    made: Option<(u64, u64)>,
}

fn arguments() -> Arguments {
    let (flags, only): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|argument| argument.starts_with('-'));
    let has = |flag: &str| flags.iter().any(|own| own == flag);
    let number = |flag: &str| {
        flags
            .iter()
            .find_map(|own| own.strip_prefix(flag)?.parse().ok())
    };
    let seed = number("--seed=").unwrap_or(generated::SEED);
    Arguments {
        only,
        shrink: has("--shrink"),
        made: number("--count=").map(|count| (seed, count)),
        show: has("--show"),
        list: has("--list"),
        log: has("--log"),
    }
}

fn main() -> ExitCode {
    let arguments = arguments();
    let chosen = chosen(&arguments);
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

fn chosen(arguments: &Arguments) -> Vec<Scenario> {
    if let Some((seed, count)) = arguments.made {
        return generated::some(seed, 0..count);
    }
    let mut all = scenarios::all();
    all.extend(generated::some(generated::SEED, 0..generated::COUNT));
    let only = &arguments.only;
    all.retain(|one| only.is_empty() || only.iter().any(|o| one.id.contains(o)));
    // Other seeds and numbers have to be named whole.
    for name in only {
        let named = generated::named(name).unwrap_or_default();
        for one in named {
            if !all.iter().any(|own| own.id == one.id) {
                all.push(one);
            }
        }
    }
    all
}

fn run(arguments: &Arguments, chosen: &[Scenario]) -> Result<bool, String> {
    let began = Instant::now();
    let listed = differences::load()?;
    let world = world::World::start(SITES.min(chosen.len()), !arguments.show)?;
    let old = ["6.9", "7."]
        .iter()
        .all(|new| !world.version().starts_with(new));
    let mut chosen = chosen.to_vec();
    chosen.retain(|one| !(old && generated::made(one) && generated::needs_checked_fields(one)));
    let chosen = chosen.as_slice();
    println!(
        "WordPress {} and linkbackd, {} scenarios, {} of them made by chance; up after {:.1} s",
        world.version(),
        chosen.len(),
        chosen.iter().filter(|one| generated::made(one)).count(),
        began.elapsed().as_secs_f32()
    );
    let results = play_all(&world, chosen, &listed, arguments.shrink)?;

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
                if generated::made(scenario) {
                    print!("{}", shrink::told(scenario));
                }
            }
        }
    }
    if arguments.log {
        world.logs().iter().for_each(|log| println!("{log}"));
    }
    if arguments.only.is_empty() && arguments.made.is_none() {
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

fn play_all(
    world: &world::World,
    chosen: &[Scenario],
    listed: &differences::Listed,
    shrinks: bool,
) -> Result<Results, String> {
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
                        let told = |error| format!("{}: {error}", scenario.id);
                        let mut result = match player.play(scenario) {
                            Ok(result) => result,
                            // Chance may want what the database refuses; the run goes on, and fails in the end.
                            Err(error) if generated::made(scenario) => {
                                let mut facts = Facts::default();
                                facts.add("not played", error);
                                (facts, Some(Facts::default()))
                            }
                            Err(error) => return Err(told(error)),
                        };
                        if result.1.as_ref() == Some(&result.0) {
                            // Equal is all there is to know, and long runs are to fit into memory.
                            result = (Facts::default(), Some(Facts::default()));
                        } else if shrinks && generated::made(scenario) {
                            let wrong = |(wordpress, ours): &(Facts, Option<Facts>)| {
                                let found = ours.as_ref().map(|ours| wordpress.differences(ours));
                                let verdict = listed.judge(
                                    &scenario.id,
                                    &found.unwrap_or_default(),
                                    world.version(),
                                );
                                matches!(verdict, differences::Verdict::Wrong(_))
                            };
                            if wrong(&result) {
                                let small = shrink::shrink(scenario, |tried| {
                                    Ok(wrong(&player.play(tried)?))
                                })
                                .map_err(told)?;
                                let (wordpress, ours) = player.play(&small).map_err(told)?;
                                let found = wordpress.differences(&ours.unwrap_or_default());
                                let lines = facts::told(&found).join("\n     ");
                                println!(
                                    "SMALL {}\n     {lines}\n{}",
                                    scenario.id,
                                    shrink::told(&small)
                                );
                            }
                        }
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
