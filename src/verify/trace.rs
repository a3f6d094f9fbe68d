//! What happened, step by step, for who asks to have a ping explained.

use crate::refusal::Refusal;

/// Longest outcome that is kept, in bytes.
const MAX_OUTCOME: usize = 512;

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// `gate`, `resolve`, `fetch`, `read`, or the caller's own.
    pub name: &'static str,
    /// What came of it; may hold text of strangers, control characters escaped.
    pub outcome: String,
    /// Why it was refused, if it was.
    pub refusal: Option<Refusal>,
}

/// Steps in their order, or nothing if nobody asked.
#[derive(Debug, Default)]
pub struct Trace {
    steps: Option<Vec<Step>>,
}

impl Trace {
    /// Records nothing.
    pub const fn off() -> Self {
        Self { steps: None }
    }

    /// Records every step.
    pub const fn on() -> Self {
        Self {
            steps: Some(Vec::new()),
        }
    }

    /// Records a step. `outcome` is only called if someone asked.
    pub fn step<T>(
        &mut self,
        name: &'static str,
        result: &Result<T, Refusal>,
        outcome: impl FnOnce(&T) -> String,
    ) {
        let Some(steps) = &mut self.steps else {
            return;
        };
        let (outcome, refusal) = match result {
            Ok(value) => (outcome(value), None),
            Err(refusal) => (refusal.text().to_owned(), Some(*refusal)),
        };
        let outcome = cleaned(&outcome);
        steps.push(Step {
            name,
            outcome,
            refusal,
        });
    }

    /// Records a step that is no question. `outcome` is only called if someone asked.
    pub fn tell(&mut self, name: &'static str, outcome: impl FnOnce() -> String) {
        if let Some(steps) = &mut self.steps {
            let outcome = cleaned(&outcome());
            steps.push(Step {
                name,
                outcome,
                refusal: None,
            });
        }
    }

    /// The steps so far.
    pub fn steps(&self) -> &[Step] {
        self.steps.as_deref().unwrap_or_default()
    }
}

/// The text without control characters, and not longer than [`MAX_OUTCOME`].
fn cleaned(outcome: &str) -> String {
    let mut clean = String::with_capacity(outcome.len().min(MAX_OUTCOME));
    for character in outcome.chars() {
        if clean.len() >= MAX_OUTCOME {
            break;
        }
        if character.is_control() {
            clean.extend(character.escape_default());
        } else {
            clean.push(character);
        }
    }
    clean
}
