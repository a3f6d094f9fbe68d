//! linkbackd against what WordPress 7.1 and others did when they were recorded: the scenarios of `parity`, each version's
//! database and facts from `golden/recorded/`, the differences of `parity/differences.toml`. Needs MariaDB alone.
//!
//! `cargo test --test recorded -- TEXT` plays the scenarios whose name contains TEXT, `--show` prints what is recorded,
//! `--log` what linkbackd logged. `RECORDED_WORDPRESS=6.9.7` plays that version alone.

mod common;

// What only the suite `parity` calls is dead here.
#[allow(dead_code)]
#[path = "parity/differences.rs"]
mod differences;
#[allow(dead_code)]
#[path = "parity/entries.rs"]
mod entries;
#[allow(dead_code)]
#[path = "parity/facts.rs"]
mod facts;
#[allow(dead_code)]
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
#[allow(dead_code)]
#[path = "parity/scenario.rs"]
mod scenario;
#[path = "parity/scenarios/mod.rs"]
mod scenarios;
#[allow(dead_code)]
#[path = "parity/world.rs"]
mod world;

use std::process::ExitCode;
use std::time::Instant;

use recording::Recording;
use scenario::Scenario;

/// linkbackd does not sleep as WordPress does: a few at a time keep two processors busy.
const SITES: usize = 4;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool, String> {
    let (flags, only): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|argument| argument.starts_with('-'));
    let has = |flag: &str| flags.iter().any(|own| own == flag);
    let mut all = scenarios::all();
    all.retain(recording::is_recorded);
    let chosen: Vec<Scenario> = all
        .iter()
        .filter(|one| only.is_empty() || only.iter().any(|o| one.id.contains(o)))
        .cloned()
        .collect();
    if has("--list") {
        chosen.iter().for_each(|one| println!("{}: test", one.id));
        return Ok(true);
    }
    let wanted = std::env::var("RECORDED_WORDPRESS").ok();
    let versions: Vec<String> = recording::versions()?
        .into_iter()
        .filter(|version| wanted.as_ref().is_none_or(|wanted| wanted == version))
        .collect();
    if versions.is_empty() {
        return Err("no such version is recorded".to_owned());
    }
    let listed = differences::load()?;
    let mut failed = 0;
    for version in &versions {
        let recording = recording::load_whole(version)?;
        if has("--show") {
            show(&recording, &chosen);
            continue;
        }
        failed += play_version(&recording, &chosen, &listed, has("--log"))?;
        if only.is_empty() {
            failed += strangers(&recording, &all);
        }
    }
    println!(
        "recorded: {} versions, {} scenarios each, {failed} fail",
        versions.len(),
        chosen.len()
    );
    Ok(failed == 0)
}

fn show(recording: &Recording, chosen: &[Scenario]) {
    for scenario in chosen {
        if let Some(recorded) = recording.scenarios.get(&scenario.id) {
            let (id, version) = (&scenario.id, &recording.version);
            println!("== {id}, WordPress {version}\n{}", recorded.facts);
        }
    }
}

/// Recorded scenarios that no longer exist.
fn strangers(recording: &Recording, all: &[Scenario]) -> usize {
    let gone = recording
        .scenarios
        .keys()
        .filter(|id| !all.iter().any(|scenario| scenario.id == **id));
    gone.inspect(|id| {
        println!(
            "FAIL {id} is recorded and is no scenario: {}",
            again(recording)
        )
    })
    .count()
}

/// What to type where the recorded and the present scenarios part.
fn again(recording: &Recording) -> String {
    format!(
        "record afresh with `make record WORDPRESS=/path/to/wordpress-{}`",
        recording.version
    )
}

/// The number of scenarios that fail.
fn play_version(
    recording: &Recording,
    chosen: &[Scenario],
    listed: &differences::Listed,
    log: bool,
) -> Result<usize, String> {
    let began = Instant::now();
    let version = &recording.version;
    if recording.world != recording::world_digest() {
        println!(
            "FAIL WordPress {version} was recorded on another world.sql: {}",
            again(recording)
        );
        return Ok(1);
    }
    let structures = recording.structures.clone();
    let sites = SITES.min(chosen.len());
    let world = world::World::replay(sites, version, &recording.base, structures)?;
    let results = play::play_all(&world, chosen, |player, scenario| {
        player.play_ours(scenario)
    })?;
    let (mut failed, mut equal, mut different) = (0, 0, 0);
    for scenario in chosen {
        let id = &scenario.id;
        let mut fail = |why: &str| {
            failed += 1;
            println!("FAIL {id}, WordPress {version}: {why}");
        };
        let (Some(ours), Some(recorded)) = (results.get(id), recording.scenarios.get(id)) else {
            fail(&format!("not recorded: {}", again(recording)));
            continue;
        };
        if !recorded.is_of(scenario) {
            fail(&format!("was another scenario then: {}", again(recording)));
            continue;
        }
        let found = recorded.facts.differences(ours);
        match listed.judge(id, &found, version) {
            differences::Verdict::Equal => equal += 1,
            differences::Verdict::Listed => different += 1,
            differences::Verdict::Wrong(why) => {
                fail(&why);
                for line in facts::told(&found) {
                    println!("     {line}");
                }
            }
        }
    }
    if log {
        world.logs().iter().for_each(|log| println!("{log}"));
    }
    println!(
        "recorded: WordPress {version}: {} scenarios, {equal} equal, {different} differ as listed, {failed} fail; {:.0} s",
        chosen.len(),
        began.elapsed().as_secs_f32()
    );
    Ok(failed)
}
