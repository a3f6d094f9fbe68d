//! What is in force, printed for people: TOML that can be read back, but for its masked passwords.

use std::fmt::Write;

use super::keys::{self, KEYS};
use super::{Loaded, Origin};

/// Section by section in the order of [`KEYS`]; sites come last, as TOML wants arrays of tables.
pub(super) fn to_toml(loaded: &Loaded) -> String {
    let mut out = String::new();
    match &loaded.file {
        Some(path) => writeln!(out, "# Read from {}", path.display()),
        None => writeln!(out, "# Read from no file"),
    }
    .ok();
    let Ok(toml::Value::Table(all)) = toml::Value::try_from(&loaded.settings) else {
        return out;
    };
    let mut section = "";
    for key in KEYS {
        let Some((of, name)) = key.name.split_once('.') else {
            continue;
        };
        if of == keys::SITE {
            continue;
        }
        if of != section {
            section = of;
            writeln!(out, "\n[{section}]").ok();
        }
        if let Some(value) = all.get(of).and_then(|table| table.get(name)) {
            line(&mut out, name, value, loaded.origin(key.name));
        }
    }
    let sites = all.get(keys::SITE).and_then(toml::Value::as_array);
    for (i, site) in sites.into_iter().flatten().enumerate() {
        out.push_str("\n[[site]]\n");
        for key in KEYS {
            let Some(name) = key.name.strip_prefix("site.") else {
                continue;
            };
            if let Some(value) = site.get(name) {
                line(
                    &mut out,
                    name,
                    value,
                    loaded.origin(&format!("site.{i}.{name}")),
                );
            }
        }
    }
    out
}

fn line(out: &mut String, name: &str, value: &toml::Value, origin: Origin) {
    let origin = match origin {
        Origin::Default => String::new(),
        other => format!("  # {other}"),
    };
    writeln!(out, "{name} = {value}{origin}").ok();
}
