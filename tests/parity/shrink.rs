//! Makes a scenario that shows a difference as small as it gets, and tells it.

use std::fmt::Write as _;

use crate::facts::readable;
use crate::scenario::{Scenario, Step};

/// Plays in the search for a smaller scenario, at most.
const PLAYS: usize = 160;

/// The smallest scenario found of which `shows` is true.
pub(crate) fn shrink(
    scenario: &Scenario,
    mut shows: impl FnMut(&Scenario) -> Result<bool, String>,
) -> Result<Scenario, String> {
    let mut best = scenario.clone();
    let mut left = PLAYS;
    let mut accept = |best: &mut Scenario, tried: Scenario| -> Result<bool, String> {
        if left == 0 {
            return Ok(false);
        }
        left -= 1;
        let shown = shows(&tried)?;
        if shown {
            *best = tried;
        }
        Ok(shown)
    };
    for _ in 0..2 {
        let mut changed = false;
        for part in [
            Part::Steps,
            Part::Sql,
            Part::Options,
            Part::Pages,
            Part::Structure,
        ] {
            let mut at = 0;
            while let Some(tried) = part.without(&best, at) {
                if accept(&mut best, tried)? {
                    changed = true;
                } else {
                    at += 1;
                }
            }
        }
        let mut at = 0;
        while let Some((tried, more)) = without_header(&best, at) {
            if !more {
                break;
            }
            if !accept(&mut best, tried)? {
                at += 1;
            }
        }
        for text in 0..best.pages.len() + best.steps.len() {
            let mut size = bytes_of(&mut best, text).map_or(0, |bytes| bytes.len() / 2);
            while size > 0 {
                let mut from = 0;
                while bytes_of(&mut best, text).is_some_and(|bytes| from < bytes.len()) {
                    let mut tried = best.clone();
                    if let Some(bytes) = bytes_of(&mut tried, text) {
                        let end = (from + size).min(bytes.len());
                        bytes.drain(from..end);
                    }
                    if accept(&mut best, tried)? {
                        changed = true;
                    } else {
                        from += size;
                    }
                }
                size /= 2;
            }
        }
        if !changed {
            break;
        }
    }
    Ok(best)
}

enum Part {
    Steps,
    Sql,
    Options,
    Pages,
    Structure,
}

impl Part {
    /// The scenario without its part number `at`, or `None` where there is none.
    fn without(&self, scenario: &Scenario, at: usize) -> Option<Scenario> {
        let mut tried = scenario.clone();
        let length = match self {
            Self::Steps => tried.steps.len(),
            Self::Sql => tried.sql.len(),
            Self::Options => tried.options.len(),
            Self::Pages => tried.pages.len(),
            Self::Structure => usize::from(tried.structure.is_some()),
        };
        if at >= length {
            return None;
        }
        match self {
            Self::Steps => drop(tried.steps.remove(at)),
            Self::Sql => drop(tried.sql.remove(at)),
            Self::Options => drop(tried.options.remove(at)),
            Self::Pages => drop(tried.pages.remove(at)),
            Self::Structure => tried.structure = None,
        }
        Some(tried)
    }
}

/// Without one header of the requests; all but the host may go. `false`: there are not so many.
fn without_header(scenario: &Scenario, at: usize) -> Option<(Scenario, bool)> {
    let mut tried = scenario.clone();
    let mut left = at;
    for step in &mut tried.steps {
        if let Step::Send(send) = step {
            for number in 0..send.headers.len() {
                if send.headers[number].0 == "Host" {
                    continue;
                }
                if left == 0 {
                    send.headers.remove(number);
                    return Some((tried, true));
                }
                left -= 1;
            }
        }
    }
    None
}

/// The body of a page, or behind these the body of a request.
fn bytes_of(scenario: &mut Scenario, number: usize) -> Option<&mut Vec<u8>> {
    let pages = scenario.pages.len();
    if number < pages {
        return Some(&mut scenario.pages[number].1.body);
    }
    match scenario.steps.get_mut(number - pages)? {
        Step::Send(send) => Some(&mut send.body),
        Step::Sql(_) => None,
    }
}

/// A scenario in words.
pub(crate) fn told(scenario: &Scenario) -> String {
    let mut text = String::new();
    let cut = |bytes: &[u8]| {
        let text = readable(bytes);
        match text.char_indices().nth(3000) {
            Some((at, _)) => format!("{}… ({} bytes)", &text[..at], bytes.len()),
            None => text,
        }
    };
    if let Some(structure) = scenario.structure {
        let _ = writeln!(text, "     structure {structure:?}");
    }
    for (name, value) in &scenario.options {
        let _ = writeln!(text, "     option {name} = {value:?}");
    }
    for sql in scenario
        .sql
        .iter()
        .filter(|sql| !sql.contains("TRIGGER aged"))
    {
        let _ = writeln!(text, "     sql {sql}");
    }
    for (path, page) in &scenario.pages {
        let kind = if page.raw {
            "raw".to_owned()
        } else {
            format!("{} {:?}", page.status, page.headers)
        };
        let _ = writeln!(
            text,
            "     page {path} {kind}\n          {}",
            cut(&page.body)
        );
    }
    for step in &scenario.steps {
        let _ = match step {
            Step::Sql(sql) => writeln!(text, "     then sql {sql}"),
            Step::Send(send) => writeln!(
                text,
                "     send {} {} from {} {:?}\n          {}",
                send.method,
                send.path,
                send.client,
                send.headers,
                cut(&send.body)
            ),
        };
    }
    text
}
