//! The same requests to WordPress and to linkbackd, on equal databases: what comes back, what is stored and what the
//! source site sees has to be the same, but for the differences that `parity/differences.toml` lists.
//!
//! `cargo test --test parity -- TEXT` plays the scenarios whose name contains TEXT, `--show` prints what WordPress did,
//! `--list` only their names, `--log` what linkbackd logged. `PARITY_WORDPRESS=/path` takes another WordPress than Debian's.
//! `generated/SEED/NUMBER` is a scenario made by chance, `--count=N --seed=S` are N of them; `--shrink` makes those that
//! fail smaller.
//!
//! `--record` has WordPress alone play the written ones, and writes what it did to `golden/recorded/`, which the suite
//! `recorded` holds linkbackd to; `--record-check` says in which scenarios the file and this WordPress differ.

mod common;

// What only the suite `recorded` calls is dead here.
#[path = "parity/differences.rs"]
mod differences;
#[path = "parity/entries.rs"]
mod entries;
#[path = "parity/facts.rs"]
mod facts;
#[path = "parity/generated/mod.rs"]
mod generated;
#[path = "parity/languages.rs"]
mod languages;
#[allow(dead_code)]
#[path = "parity/play.rs"]
mod play;
#[allow(dead_code)]
#[path = "parity/recording.rs"]
mod recording;
#[path = "parity/replies.rs"]
mod replies;
#[path = "parity/rows.rs"]
mod rows;
#[path = "parity/scenario.rs"]
mod scenario;
#[path = "parity/scenarios/mod.rs"]
mod scenarios;
#[path = "parity/shrink.rs"]
mod shrink;
#[allow(dead_code)]
#[path = "parity/world.rs"]
mod world;

use std::process::ExitCode;
use std::time::Instant;

use facts::Facts;
use recording::{REFERENCE, Recorded, Recording};
use scenario::Scenario;

/// This many scenarios are played at a time.
const SITES: usize = 10;

struct Arguments {
    only: Vec<String>,
    show: bool,
    list: bool,
    log: bool,
    record: bool,
    record_check: bool,
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
        record: has("--record"),
        record_check: has("--record-check"),
    }
}

fn main() -> ExitCode {
    let arguments = arguments();
    let mut chosen = chosen(&arguments);
    if arguments.list {
        chosen.iter().for_each(|one| println!("{}: test", one.id));
        return ExitCode::SUCCESS;
    }
    let outcome = if arguments.record || arguments.record_check {
        chosen.retain(|one| !generated::made(one) && recording::is_recorded(one));
        record(&arguments, &chosen)
    } else {
        run(&arguments, &chosen)
    };
    match outcome {
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
    let version = world.version();
    let results = play::play_all(&world, chosen, |player, scenario| {
        judged(player, scenario, &listed, version, arguments.shrink)
    })?;

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

/// What the two did in a scenario. With `shrinks` a failing one that was made by chance is made smaller and told.
fn judged(
    player: &mut play::Player<'_>,
    scenario: &Scenario,
    listed: &differences::Listed,
    version: &str,
    shrinks: bool,
) -> Result<(Facts, Option<Facts>), String> {
    let result = match player.play(scenario) {
        Ok(result) => result,
        // Chance may want what the database refuses; the run goes on, and fails in the end.
        Err(error) if generated::made(scenario) => {
            let mut facts = Facts::default();
            facts.add("not played", error);
            (facts, Some(Facts::default()))
        }
        Err(error) => return Err(error),
    };
    if result.1.as_ref() == Some(&result.0) {
        // Equal is all there is to know, and long runs are to fit into memory.
        return Ok((Facts::default(), Some(Facts::default())));
    }
    let wrong = |(wordpress, ours): &(Facts, Option<Facts>)| {
        let found = ours.as_ref().map(|ours| wordpress.differences(ours));
        let verdict = listed.judge(&scenario.id, &found.unwrap_or_default(), version);
        matches!(verdict, differences::Verdict::Wrong(_))
    };
    if shrinks && generated::made(scenario) && wrong(&result) {
        let small = shrink::shrink(scenario, |tried| Ok(wrong(&player.play(tried)?)))?;
        let (wordpress, ours) = player.play(&small)?;
        let found = wordpress.differences(&ours.unwrap_or_default());
        let lines = facts::told(&found).join("\n     ");
        println!(
            "SMALL {}\n     {lines}\n{}",
            scenario.id,
            shrink::told(&small)
        );
    }
    Ok(result)
}

/// WordPress alone plays all scenarios, for the file of its version.
fn record(arguments: &Arguments, chosen: &[Scenario]) -> Result<bool, String> {
    if !arguments.only.is_empty() && !arguments.record_check {
        return Err("all scenarios are recorded, or none".to_owned());
    }
    let world = world::World::start(SITES.min(chosen.len()), false)?;
    let (version, count) = (world.version(), chosen.len());
    let path = recording::file(version);
    let place = path.display();
    println!("WordPress {version}, {count} scenarios, for {place}");
    let mut played = play::play_all(&world, chosen, |player, scenario| {
        let (facts, _) = player.play(scenario)?;
        Ok(Recorded::of(scenario, facts))
    })?;
    let mut fresh = Recording {
        version: version.to_owned(),
        with: world.programs()?,
        world: recording::world_digest(),
        base: world.dump()?,
        structures: world.structures().clone(),
        scenarios: std::mem::take(&mut played),
    };
    if arguments.record_check {
        let mut known = recording::load_whole(version)?;
        if !arguments.only.is_empty() {
            known
                .scenarios
                .retain(|id, _| fresh.scenarios.contains_key(id));
        }
        let found = known.differences(&fresh);
        found.iter().for_each(|what| println!("DIFFERS {what}"));
        println!(
            "recorded: {count} scenarios played by WordPress {version} ({}), {} differ from {place}",
            fresh.with,
            found.len()
        );
        return Ok(found.is_empty());
    }
    if version != REFERENCE {
        fresh = fresh.less(&recording::load(REFERENCE)?);
    }
    let text = fresh.text()?;
    let written = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    written
        .and_then(|()| std::fs::write(&path, &text))
        .map_err(|error| format!("cannot write {place}: {error}"))?;
    println!(
        "recorded: {count} scenarios, {} of them written, {} bytes",
        fresh.scenarios.len(),
        text.len()
    );
    Ok(true)
}
