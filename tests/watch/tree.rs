//! A WordPress as `digest.php` sees it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// The pieces of a WordPress: file, name, digest.
pub(crate) struct Tree {
    /// `$wp_version`
    pub(crate) version: String,
    pieces: BTreeMap<(String, String), String>,
    by_name: BTreeMap<String, Vec<String>>,
}

impl Tree {
    /// Reads the WordPress at `path`: these files of it, all if none is named.
    pub(crate) fn read(path: &Path, files: &[&str]) -> Result<Self, String> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/watch/digest.php");
        let output = Command::new("php")
            .args(["-d", "display_errors=stderr"])
            .arg(script)
            .arg(path)
            .args(files)
            .output()
            .map_err(|error| format!("php does not start ({error}): install php-cli"))?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        let text = String::from_utf8(output.stdout).map_err(|error| error.to_string())?;
        let mut lines = text.lines();
        let version = lines
            .next()
            .and_then(|line| line.strip_prefix("version\t"))
            .ok_or("digest.php names no version")?
            .to_owned();
        let pieces = lines.map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            fields
                .try_into()
                .map(|[file, name, digest]: [&str; 3]| (file, name, digest))
                .map_err(|_| format!("digest.php says {line:?}"))
        });
        let pieces: Vec<_> = pieces.collect::<Result<_, _>>()?;
        Ok(Self::of(&version, &pieces))
    }

    /// A tree of these pieces: file, name, digest.
    pub(crate) fn of(version: &str, pieces: &[(&str, &str, &str)]) -> Self {
        let mut tree = Self {
            version: version.to_owned(),
            pieces: BTreeMap::new(),
            by_name: BTreeMap::new(),
        };
        for &(file, name, digest) in pieces {
            let files = tree.by_name.entry(name.to_owned()).or_default();
            files.push(file.to_owned());
            tree.pieces
                .insert((file.to_owned(), name.to_owned()), digest.to_owned());
        }
        tree
    }

    /// Whether this is a function, or a method with its class, that WordPress itself brings: not one that stands in for
    /// what an old PHP lacks.
    pub(crate) fn has_function(&self, name: &str) -> bool {
        let stand_in = |file: &String| file.contains("compat") || file.ends_with("noop.php");
        self.by_name
            .get(name)
            .is_some_and(|files| !files.iter().all(stand_in))
    }

    /// The digest of a piece. `None` if that file has none of this name.
    pub(crate) fn digest(&self, file: &str, name: &str) -> Option<&str> {
        let key = (file.to_owned(), name.to_owned());
        self.pieces.get(&key).map(String::as_str)
    }

    /// The files that have a function or class of this name.
    pub(crate) fn files_with(&self, name: &str) -> &[String] {
        match name {
            // Every file has code of its own.
            "{}" => &[],
            name => self.by_name.get(name).map_or(&[], Vec::as_slice),
        }
    }
}
