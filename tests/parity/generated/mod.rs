//! Scenarios made by chance: from a seed and a number always the same one, replayed as `generated/SEED/NUMBER`.
//!
//! Most get far, since an early refusal hides all that comes behind it: targets are posts, pages do link, forms are
//! complete. Then one thing or another about them is odd.

mod dice;
mod mutate;
mod pages;
mod paths;
mod site;
mod targets;
mod texts;
mod trackbacks;
mod xml;

use crate::scenario::{Scenario, Send, Step, ping, xmlrpc};
use dice::Dice;

/// The seed of the scenarios that every run of the suite plays.
pub(crate) const SEED: u64 = 20_261_122;
/// How many of them.
pub(crate) const COUNT: u64 = 250;

/// The prefix of their names.
const PREFIX: &str = "generated/";

/// Scenarios of a seed, by number.
pub(crate) fn some(seed: u64, numbers: impl IntoIterator<Item = u64>) -> Vec<Scenario> {
    let written = crate::scenarios::all();
    numbers
        .into_iter()
        .map(|number| scenario(seed, number, &written))
        .collect()
}

/// The scenarios that a name asks for: `generated/SEED/NUMBER` or `generated/SEED/FIRST-LAST`.
pub(crate) fn named(name: &str) -> Option<Vec<Scenario>> {
    let (seed, numbers) = name.strip_prefix(PREFIX)?.split_once('/')?;
    let (first, last) = numbers.split_once('-').unwrap_or((numbers, numbers));
    Some(some(
        seed.parse().ok()?,
        first.parse().ok()?..=last.parse().ok()?,
    ))
}

/// Whether a scenario is one of these.
pub(crate) fn made(scenario: &Scenario) -> bool {
    scenario.id.starts_with(PREFIX)
}

/// Whether a trackback has an array for a field or names a charset: before 6.9 WordPress may die of these and linkbackd does
/// not, as `differences.toml` lists.
pub(crate) fn needs_checked_fields(scenario: &Scenario) -> bool {
    let has = |bytes: &[u8], word: &[u8]| memchr::memmem::find(bytes, word).is_some();
    scenario.steps.iter().any(|step| match step {
        Step::Send(send) if !send.path.contains("xmlrpc.php") => {
            let form = [send.path.as_bytes(), &send.body].concat();
            let charset = has(&form, b"charset") && !has(&form, b"charset=UTF-8");
            charset || has(&form, b"[") || has(&form, b"%5B]")
        }
        _ => false,
    })
}

fn scenario(seed: u64, number: u64, written: &[Scenario]) -> Scenario {
    let mut dice = Dice::new(seed, number);
    let dice = &mut dice;
    let mut scenario = Scenario::new(format!("{PREFIX}{seed}/{number}"));
    match dice.below(100) {
        0..22 => many_targets(dice, &mut scenario),
        22..40 => many_pages(dice, &mut scenario),
        40..52 => one_ping(dice, &mut scenario),
        52..76 => trackbacks::play(dice, &mut scenario),
        76..84 => xml::play(dice, &mut scenario),
        _ => mutate::play(dice, &mut scenario, written),
    }
    scenario
}

/// A `system.multicall` of pings, each with a page of its own. The agent keeps them from being a flood: see
/// [`site::age_comments`].
fn multicall(calls: &[(String, String)]) -> Send {
    let items: String = calls
        .iter()
        .map(|(source, target)| {
            format!(
                "<value><struct><member><name>methodName</name><value>pingback.ping</value></member><member><name>params</name>\
                 <value><array><data><value><string>{}</string></value><value><string>{}</string></value></data></array></value>\
                 </member></struct></value>",
                xml::escape(source),
                xml::escape(target)
            )
        })
        .collect();
    xmlrpc(format!(
        "<?xml version=\"1.0\"?><methodCall><methodName>system.multicall</methodName><params><param><value><array><data>{items}\
         </data></array></value></param></params></methodCall>"
    ))
    .header("User-Agent", site::AGED)
}

/// Plain pages that link to targets of all forms.
fn many_targets(dice: &mut Dice, scenario: &mut Scenario) {
    let place = targets::Place::any(dice, scenario);
    if dice.chance(15) {
        site::options(dice, scenario, 2);
    }
    if dice.chance(30) {
        site::tables(dice, scenario);
    }
    let calls = dice.between(2, 7);
    let calls: Vec<(String, String)> = (0..calls)
        .map(|number| {
            let target = place.target(dice);
            let path = format!("/page{number}");
            let page = pages::plain(&target, &format!("Page {number}"));
            scenario.pages.push((path.clone(), page));
            (format!("{{source}}{path}"), target)
        })
        .collect();
    finish(dice, scenario, &calls);
}

/// Odd pages, odd sources, sound targets.
fn many_pages(dice: &mut Dice, scenario: &mut Scenario) {
    let place = targets::Place::usual(dice);
    site::options(dice, scenario, 3);
    if dice.chance(30) {
        site::tables(dice, scenario);
    }
    let calls = dice.between(2, 7);
    let calls: Vec<(String, String)> = (0..calls)
        .map(|number| {
            let target = place.sound(dice);
            let source = pages::add(dice, scenario, &target, number);
            (source, target)
        })
        .collect();
    finish(dice, scenario, &calls);
}

fn finish(dice: &mut Dice, scenario: &mut Scenario, calls: &[(String, String)]) {
    site::age_comments(scenario);
    if dice.chance(25) {
        for (source, target) in calls {
            let send = ping(source, target).header("User-Agent", site::AGED);
            scenario.steps.push(Step::Send(send));
        }
    } else {
        scenario.steps.push(Step::Send(multicall(calls)));
    }
}

/// One ping with everything odd about it at once, perhaps again.
fn one_ping(dice: &mut Dice, scenario: &mut Scenario) {
    let place = match dice.below(2) {
        0 => targets::Place::any(dice, scenario),
        _ => targets::Place::usual(dice),
    };
    let target = match dice.below(3) {
        0 => place.target(dice),
        _ => place.sound(dice),
    };
    let source = pages::add(dice, scenario, &target, 0);
    site::options(dice, scenario, 4);
    if dice.chance(50) {
        site::comments(dice, scenario);
    }
    if dice.chance(40) {
        site::tables(dice, scenario);
    }
    let mut send = match dice.below(3) {
        0 => xml::ping(dice, &source, &target),
        _ => ping(&source, &target),
    };
    xml::headers(dice, &mut send);
    scenario.steps.push(Step::Send(send.clone()));
    if dice.chance(30) {
        site::between(dice, scenario);
        if dice.chance(50) {
            let target = place.sound(dice);
            let source = pages::add(dice, scenario, &target, 1);
            send = ping(&source, &target);
        }
        scenario.steps.push(Step::Send(send));
    }
}
