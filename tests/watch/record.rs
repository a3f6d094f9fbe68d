//! Adding a version's column to the table.

use crate::table::{GONE, Run, Table, order};
use crate::tree::Tree;

/// Adds what `tree` is made of, or corrects the column that is there.
pub(crate) fn add(table: &mut Table, tree: &Tree) -> Result<(), String> {
    if !tree
        .version
        .bytes()
        .all(|b| b.is_ascii_digit() || b == b'.')
    {
        return Err(format!("{} is no release", tree.version));
    }
    let before = table.versions.clone();
    if !before.contains(&tree.version) {
        table.versions.push(tree.version.clone());
        table.versions.sort_by_key(|version| order(version));
    }
    for ((file, name), piece) in &mut table.pieces {
        let mut runs: Vec<Run> = Vec::new();
        for version in &table.versions {
            let digest = if *version == tree.version {
                Some(tree.digest(file, name).unwrap_or(GONE))
            } else {
                piece.digest_in(version)
            };
            // A row that is new knows nothing of older versions until they are recorded.
            let Some(digest) = digest else { continue };
            if runs.last().is_none_or(|run| run.digest != digest) {
                runs.push(Run {
                    since: version.clone(),
                    digest: digest.to_owned(),
                    verdict: String::new(),
                });
            }
        }
        // A verdict is on a change: from one digest to another.
        for number in 1..runs.len() {
            let (from, to) = (&runs[number - 1].digest, &runs[number].digest);
            let same = piece
                .runs
                .windows(2)
                .find(|pair| pair[0].digest == *from && pair[1].digest == *to)
                .or_else(|| piece.runs.windows(2).find(|pair| pair[1].digest == *to));
            if let Some(pair) = same {
                let verdict = pair[1].verdict.clone();
                runs[number].verdict = verdict;
            }
        }
        piece.runs = runs;
    }
    Ok(())
}
