//! The surroundings of all scenarios: WordPress sites, as many linkbackds, and the database that all are copies of.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use linkbackd::demo::mariadb::{PASSWORD, USER};
use linkbackd::demo::stage::{Plan, Site, Stage};
use linkbackd::demo::{output_of, program};

use crate::common::linkbackd::{Linkbackd, plain_config};
use crate::common::{Source, wire};
use crate::languages;

/// The database that is never changed.
pub(crate) const BASE: &str = "base";

/// The structures that scenarios may ask for.
const STRUCTURES: [&str; 11] = [
    "",
    "/%year%/%monthnum%/%day%/%postname%",
    "/%year%/%monthnum%/%postname%/",
    "/%postname%/",
    "/archives/%post_id%",
    "/%category%/%postname%/",
    "/%author%/%postname%/",
    "/blog/%postname%/",
    "/%post_id%/%postname%/",
    "/%postname%.html",
    "/index.php/%year%/%monthnum%/%day%/%postname%/",
];

pub(crate) struct World {
    pairs: Vec<Pair>,
    structures: BTreeMap<String, Vec<u8>>,
    tables: Vec<Table>,
    stage: Stage,
}

/// A WordPress and a linkbackd that play the same scenarios, and the source site that both ask.
pub(crate) struct Pair {
    pub(crate) wordpress: Site,
    pub(crate) linkbackd: Option<Ours>,
    pub(crate) source: Source,
}

/// A linkbackd, and what it was started with.
pub(crate) struct Ours {
    pub(crate) program: Linkbackd,
    pub(crate) config: String,
    pub(crate) database: String,
}

/// A table of the base.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) next_id: Option<u64>,
    /// Columns of the primary key, by position.
    pub(crate) key: Vec<usize>,
    pub(crate) columns: Vec<String>,
}

impl World {
    pub(crate) fn start(sites: usize, with_linkbackd: bool) -> Result<Self, String> {
        let text = |error: linkbackd::demo::Error| error.to_string();
        let mut plan = Plan::new("Blog & \"Friends\"");
        if let Some(path) = std::env::var_os("PARITY_WORDPRESS") {
            plan.wordpress = PathBuf::from(path);
        }
        plan.home = Some("http://blog.test".to_owned());
        plan.sites = sites.max(1);
        plan.workers = plan.sites;
        let stage = Stage::start(&plan).map_err(text)?;
        let first = &stage.sites[0];
        let db = &stage.mariadb;
        db.run_on(&first.database, include_str!("world.sql"))
            .map_err(text)?;
        // First requests leave traces of their own in the options.
        for path in ["/", "/2024/05/06/hello-world/"] {
            get(first, path)?;
        }
        let structures = structures(&stage)?;
        let spoken = languages::lay_out(&stage.scratch, &plan.wordpress)?;
        let tables = tables(&stage)?;
        copy_database(&stage, &tables, &first.database, BASE)?;

        let mut pairs = Vec::new();
        for (number, site) in stage.sites.iter().enumerate() {
            languages::link(&spoken, &site.path)?;
            if number > 0 {
                copy_database(&stage, &tables, BASE, &site.database)?;
            }
            let source = Source::start().map_err(text)?;
            let linkbackd = if with_linkbackd {
                let database = format!("ours_{number}");
                copy_database(&stage, &tables, BASE, &database)?;
                let path = our_site(&stage, &database)?;
                languages::link(&spoken, &path)?;
                let ports = format!("ports = [80, 443, 8080, {}]", source.address().port());
                let config = plain_config(&path, &ports);
                Some(Ours {
                    program: Linkbackd::start(&config),
                    config,
                    database,
                })
            } else {
                None
            };
            pairs.push(Pair {
                wordpress: site.clone(),
                linkbackd,
                source,
            });
        }
        Ok(Self {
            pairs,
            structures,
            tables,
            stage,
        })
    }

    pub(crate) fn version(&self) -> &str {
        &self.stage.version
    }

    pub(crate) fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// What each linkbackd has logged.
    pub(crate) fn logs(&self) -> Vec<String> {
        let programs = self.pairs.iter().filter_map(|pair| pair.linkbackd.as_ref());
        programs.map(|ours| ours.program.log()).collect()
    }

    pub(crate) fn tables(&self) -> &[Table] {
        &self.tables
    }

    pub(crate) fn socket(&self) -> &std::path::Path {
        self.stage.mariadb.socket()
    }

    pub(crate) fn port(&self) -> u16 {
        self.stage.mariadb.port()
    }

    /// The options of a permalink structure.
    pub(crate) fn structure(&self, structure: &str) -> Result<&[u8], String> {
        let rules = self.structures.get(structure);
        let rules = rules.ok_or_else(|| format!("{structure} is not in STRUCTURES"))?;
        Ok(rules)
    }
}

fn get(site: &Site, path: &str) -> Result<(), String> {
    let request = wire::request("GET", path, &[("Host", "blog.test")], b"");
    let reply = wire::send(site.address, &request, Duration::from_secs(60))
        .map_err(|error| format!("WordPress does not answer: {error}"))?;
    match reply.status {
        200 => Ok(()),
        status => Err(format!("WordPress answers {path} with {status}")),
    }
}

fn structures(stage: &Stage) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let script = stage
        .scratch
        .write("structures.php", include_str!("structures.php"))
        .map_err(|error| error.to_string())?;
    let php = program("php", "php-cli").map_err(|error| error.to_string())?;
    let mut command = Command::new(php);
    command.args(["-d", "display_errors=stderr"]).arg(script);
    command.arg(&stage.sites[0].path).args(STRUCTURES);
    let output = output_of(command, "structures.php").map_err(|error| error.to_string())?;
    let output = String::from_utf8_lossy(&output).into_owned();
    let pairs: Option<BTreeMap<_, _>> = output
        .lines()
        .map(|line| {
            let (structure, rules) = line.split_once(' ')?;
            let structure = String::from_utf8(bytes_of_hex(structure)?).ok()?;
            Some((structure, bytes_of_hex(rules)?))
        })
        .collect();
    pairs
        .filter(|pairs| pairs.len() == STRUCTURES.len())
        .ok_or_else(|| format!("structures.php printed {output:.500}"))
}

fn bytes_of_hex(text: &str) -> Option<Vec<u8>> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}

fn tables(stage: &Stage) -> Result<Vec<Table>, String> {
    let database = &stage.sites[0].database;
    let ask = |sql: &str| stage.mariadb.run(sql).map_err(|error| error.to_string());
    let mut tables = Vec::new();
    for line in ask(&format!(
        "SELECT table_name, auto_increment FROM information_schema.tables \
         WHERE table_schema = '{database}' ORDER BY table_name"
    ))?
    .lines()
    {
        let Some((name, next_id)) = line.split_once('\t') else {
            return Err(format!("an odd table: {line}"));
        };
        let (mut key, mut columns) = (Vec::new(), Vec::new());
        for line in ask(&format!(
            "SELECT column_name, column_key FROM information_schema.columns \
             WHERE table_schema = '{database}' AND table_name = '{name}' ORDER BY ordinal_position"
        ))?
        .lines()
        {
            let (column, kind) = line.split_once('\t').unwrap_or((line, ""));
            if kind == "PRI" {
                key.push(columns.len());
            }
            columns.push(column.to_owned());
        }
        tables.push(Table {
            name: name.to_owned(),
            next_id: next_id.parse().ok(),
            key,
            columns,
        });
    }
    Ok(tables)
}

fn copy_database(stage: &Stage, tables: &[Table], from: &str, to: &str) -> Result<(), String> {
    let mut sql = format!("CREATE DATABASE IF NOT EXISTS {to} CHARACTER SET utf8mb4; ");
    for table in tables {
        sql.push_str(&copy_table(&table.name, from, to));
    }
    stage
        .mariadb
        .run(&sql)
        .map(drop)
        .map_err(|error| error.to_string())
}

/// SQL that makes a table anew as a copy.
pub(crate) fn copy_table(name: &str, from: &str, to: &str) -> String {
    let mut sql = String::new();
    let _ = write!(
        sql,
        "DROP TABLE IF EXISTS {to}.{name}; CREATE TABLE {to}.{name} LIKE {from}.{name}; \
         INSERT INTO {to}.{name} SELECT * FROM {from}.{name}; "
    );
    sql
}

/// A site directory with our own database in its wp-config.php.
fn our_site(stage: &Stage, database: &str) -> Result<PathBuf, String> {
    let place = format!("linkbackd-{database}");
    let config = format!(
        "<?php\ndefine( 'DB_NAME', '{database}' );\ndefine( 'DB_USER', '{USER}' );\n\
         define( 'DB_PASSWORD', '{PASSWORD}' );\ndefine( 'DB_HOST', '127.0.0.1:{}' );\n\
         define( 'DB_CHARSET', 'utf8mb4' );\ndefine( 'DB_COLLATE', '' );\n$table_prefix = 'wp_';\n",
        stage.mariadb.port()
    );
    let version = format!("<?php\n$wp_version = '{}';\n", stage.version);
    let scratch = &stage.scratch;
    scratch
        .write(&format!("{place}/wp-config.php"), config)
        .and_then(|_| scratch.write(&format!("{place}/wp-includes/version.php"), version))
        .and_then(|_| scratch.write(&format!("{place}/wp-load.php"), "<?php\n"))
        .map_err(|error| error.to_string())?;
    Ok(scratch.join(&place))
}
