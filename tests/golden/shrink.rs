//! Makes a failing input small.

use super::judge::{Argument, Row, World};
use super::oracle::Call;
use super::run::{Process, equal};

/// Cuts pieces out of the arguments that are texts, halves first, bytes last, for as long as PHP still differs.
pub(crate) fn shrink(row: &Row, world: &World, process: &mut Process, mut call: Call) -> Call {
    const ROUNDS: usize = 300;
    let mut rounds = 0;
    loop {
        let before = call.clone();
        for argument in 0..call.len() {
            if !matches!(row.arguments[argument], Argument::Text(_)) {
                continue;
            }
            let mut size = call[argument].len();
            while size > 0 {
                rounds += 1;
                if rounds > ROUNDS {
                    return call;
                }
                let smaller = without_pieces(&call, argument, size);
                let answers = process.ask(row.function, &smaller);
                let failing = smaller
                    .into_iter()
                    .zip(answers)
                    .find(|(call, php)| !equal(&row.ours(world, call), php));
                match failing {
                    Some((smaller, _)) => {
                        call = smaller;
                        size = size.min(call[argument].len());
                    }
                    None => size /= 2,
                }
            }
        }
        if call == before {
            return call;
        }
    }
}

/// The call without each piece of `size` bytes of one argument, at most a few hundred of them.
fn without_pieces(call: &Call, argument: usize, size: usize) -> Vec<Call> {
    let length = call[argument].len();
    let step = (size / 2).max(1).max(length / 400);
    (0..=length.saturating_sub(size))
        .step_by(step)
        .map(|at| {
            let mut smaller = call.clone();
            smaller[argument].drain(at..at + size);
            smaller
        })
        .collect()
}
