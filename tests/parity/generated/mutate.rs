//! Scenarios that somebody wrote, with one or two things changed.

use crate::scenario::{Scenario, Send, Step};
use crate::world::STRUCTURES;

use super::dice::Dice;
use super::{site, texts, xml};

pub(super) fn play(dice: &mut Dice, scenario: &mut Scenario, written: &[Scenario]) {
    let id = std::mem::take(&mut scenario.id);
    let chosen = some(dice, written);
    *scenario = Scenario {
        id,
        ..chosen.clone()
    };
    for _ in 0..dice.between(1, 3) {
        one(dice, scenario, written);
    }
}

/// One of them, but for those that differ on purpose and would go on to do so.
fn some<'w>(dice: &mut Dice, written: &'w [Scenario]) -> &'w Scenario {
    let deliberate = [
        "found/answer-bare-lf",
        "found/no-rules",
        "charset/unknown",
        "zone/unknown",
        "zone/space",
        "languages/",
    ];
    let chosen = &written[dice.below(written.len())];
    if deliberate.iter().any(|start| chosen.id.starts_with(start)) {
        &written[0]
    } else {
        chosen
    }
}

fn one(dice: &mut Dice, scenario: &mut Scenario, written: &[Scenario]) {
    match dice.below(12) {
        0 | 1 => site::options(dice, scenario, 2),
        2 => site::tables(dice, scenario),
        3 => site::comments(dice, scenario),
        4 if scenario.structure.is_none() => scenario.structure = Some(dice.pick(&STRUCTURES)),
        5 | 6 => pages(dice, scenario),
        7 => {
            let other = some(dice, written);
            scenario.options.extend(other.options.clone());
            if !other.alters {
                scenario.sql.extend(other.sql.clone());
            }
        }
        8 => {
            let again = scenario.steps.clone();
            site::between(dice, scenario);
            scenario.steps.extend(again);
        }
        _ => {
            let count = scenario.steps.len();
            if let Some(Step::Send(send)) = scenario.steps.get_mut(dice.below(count)) {
                request(dice, send);
            }
        }
    }
}

/// Changes what the source site says.
fn pages(dice: &mut Dice, scenario: &mut Scenario) {
    let count = scenario.pages.len();
    if let Some((_, page)) = scenario
        .pages
        .get_mut(dice.below(count))
        .filter(|(_, page)| !page.raw)
    {
        for _ in 0..dice.between(1, 3) {
            let at = dice.below(page.body.len() + 1);
            if dice.chance(25) {
                let end = (at + dice.between(1, 20)).min(page.body.len());
                page.body.drain(at..end);
            } else {
                let more = texts::any(dice);
                page.body.splice(at..at, more);
            }
        }
    }
}

fn request(dice: &mut Dice, send: &mut Send) {
    match dice.below(5) {
        0 => xml::headers(dice, send),
        1 => {
            let (_, value) = (
                &send.method,
                dice.pick(&[
                    "?a=b",
                    "?p=1",
                    "?name=three",
                    "?x=/16",
                    "?rsd",
                    "?s=x",
                    "?page_id=2",
                ]),
            );
            if !send.path.contains('?') {
                send.path.push_str(value);
            }
        }
        _ if !send.body.is_empty() => xml::bend(dice, &mut send.body),
        _ => {}
    }
}
