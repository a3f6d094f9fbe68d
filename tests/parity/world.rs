//! The surroundings of all scenarios: WordPress sites, as many linkbackds, and the database that all are copies of.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use linkbackd::demo::mariadb::{Mariadb, PASSWORD, USER};
use linkbackd::demo::scratch::Scratch;
use linkbackd::demo::stage::{Plan, Site, Stage};
use linkbackd::demo::{output_of, program};

use crate::common::linkbackd::{Linkbackd, plain_config};
use crate::common::{Source, wire};
use crate::languages;

/// The database that is never changed.
pub(crate) const BASE: &str = "base";

/// A copy of it, to be recorded.
const RECORDED: &str = "recorded";

/// Takes out of a copy of the base what another installation of the same WordPress has otherwise.
const SAME_EVERYWHERE: &str = "\
    DELETE FROM wp_options WHERE option_name LIKE '\\_transient\\_%' OR option_name LIKE '\\_site\\_transient\\_%' \
        OR option_name = 'cron'; \
    UPDATE wp_options SET option_value = '0' WHERE option_name = 'admin_email_lifespan'; \
    CREATE TABLE sorted AS SELECT ROW_NUMBER() OVER (ORDER BY option_name) AS option_id, option_name, option_value, autoload \
        FROM wp_options; \
    DELETE FROM wp_options; INSERT INTO wp_options SELECT * FROM sorted; DROP TABLE sorted; \
    ALTER TABLE wp_options AUTO_INCREMENT = 1; \
    UPDATE wp_users SET user_pass = '!', user_registered = '2024-05-01 08:00:00';";

/// The structures that scenarios may ask for.
pub(crate) const STRUCTURES: [&str; 19] = [
    "",
    "/%year%/%monthnum%/%day%/%postname%/",
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
    "/%year%/%postname%/",
    "/%postname%",
    "/%post_id%/",
    "/%year%/%monthnum%/%day%/%hour%/%minute%/%second%/%postname%/",
    "/index.php/%postname%/",
    "/index.php/archives/%post_id%",
    "/%author%/%post_id%-%postname%",
];

/// What of the types in types.php nothing in the database tells.
const TYPES: &str = r#"
[[site.post_types]]
name = "ledger"
public = false

[[site.post_types]]
name = "recipe"
query_var = "dish"

[[site.post_types]]
name = "card"
query_var = false

[[site.post_types]]
name = "relic"
registered = false
"#;

pub(crate) struct World {
    pairs: Vec<Pair>,
    structures: BTreeMap<String, Vec<u8>>,
    tables: Vec<Table>,
    version: String,
    server: Server,
}

/// What runs below the pairs.
enum Server {
    /// All that WordPress needs.
    Stage(Box<Stage>),
    /// A database and nothing else.
    Alone(Mariadb),
}

impl Server {
    fn mariadb(&self) -> &Mariadb {
        match self {
            Self::Stage(stage) => &stage.mariadb,
            Self::Alone(mariadb) => mariadb,
        }
    }
}

/// A WordPress and a linkbackd that play the same scenarios, and the source site that both ask.
pub(crate) struct Pair {
    pub(crate) wordpress: Option<Site>,
    pub(crate) linkbackd: Option<Ours>,
    pub(crate) source: Source,
}

/// A linkbackd, and what it was started with.
pub(crate) struct Ours {
    pub(crate) program: Linkbackd,
    pub(crate) config: String,
    pub(crate) database: String,
    /// The directory that it takes for the site's.
    pub(crate) site: PathBuf,
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
        plan.plugin = include_str!("types.php");
        plan.sites = sites.max(1);
        plan.workers = plan.sites;
        plan.sleeps = false;
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
        let tables = tables(db, &first.database)?;
        copy_database(db, &tables, &first.database, BASE)?;

        let mut pairs = Vec::new();
        for (number, site) in stage.sites.iter().enumerate() {
            languages::link(&spoken, &site.path)?;
            if number > 0 {
                copy_database(db, &tables, BASE, &site.database)?;
            }
            let source = source()?;
            let linkbackd = with_linkbackd
                .then(|| ours(db, &tables, &stage.version, number, &source))
                .transpose()?;
            if let Some(ours) = &linkbackd {
                languages::link(&spoken, &ours.site)?;
            }
            pairs.push(Pair {
                wordpress: Some(site.clone()),
                linkbackd,
                source,
            });
        }
        Ok(Self {
            pairs,
            structures,
            tables,
            version: stage.version.clone(),
            server: Server::Stage(Box::new(stage)),
        })
    }

    /// linkbackd alone, on a database that was recorded: its dump, and the rewrite rules of the permalink structures.
    pub(crate) fn replay(
        sites: usize,
        version: &str,
        dump: &str,
        structures: BTreeMap<String, Vec<u8>>,
    ) -> Result<Self, String> {
        let text = |error: linkbackd::demo::Error| error.to_string();
        let scratch = Scratch::new("linkbackd-recorded").map_err(text)?;
        let db = Mariadb::start(&scratch).map_err(text)?;
        db.run(&format!("CREATE DATABASE {BASE} CHARACTER SET utf8mb4"))
            .map_err(text)?;
        db.run_on(BASE, dump).map_err(text)?;
        let tables = tables(&db, BASE)?;
        let mut pairs = Vec::new();
        for number in 0..sites.max(1) {
            let source = source()?;
            let linkbackd = Some(ours(&db, &tables, version, number, &source)?);
            pairs.push(Pair {
                wordpress: None,
                linkbackd,
                source,
            });
        }
        Ok(Self {
            pairs,
            structures,
            tables,
            version: version.to_owned(),
            server: Server::Alone(db),
        })
    }

    /// The base as SQL, one statement a line but for tables, without what differs from one installation to the next.
    pub(crate) fn dump(&self) -> Result<String, String> {
        let text = |error: linkbackd::demo::Error| error.to_string();
        let db = self.server.mariadb();
        copy_database(db, &self.tables, BASE, RECORDED)?;
        db.run_on(RECORDED, SAME_EVERYWHERE).map_err(text)?;
        let mut command = Command::new(program("mariadb-dump", "mariadb-client").map_err(text)?);
        command.args([
            "--no-defaults",
            "--user=root",
            "--compact",
            "--skip-extended-insert",
        ]);
        command.args(["--order-by-primary", "--default-character-set=utf8mb4"]);
        command.arg(format!("--socket={}", db.socket().display()));
        command.arg(RECORDED);
        let dump = output_of(command, "mariadb-dump").map_err(text)?;
        let dump = String::from_utf8(dump).map_err(|error| error.to_string())?;
        // Settings of the client, and marks of one release of MariaDB.
        let lines = dump.lines().filter(|line| !line.starts_with("/*"));
        let mut sql = "SET NAMES utf8mb4;\nSET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';\n".to_owned();
        lines.for_each(|line| sql.extend([line, "\n"]));
        Ok(sql)
    }

    /// All permalink structures, with their rewrite rules as WordPress stores them.
    pub(crate) fn structures(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.structures
    }

    /// Which PHP and MariaDB play.
    pub(crate) fn programs(&self) -> Result<String, String> {
        let text = |error: linkbackd::demo::Error| error.to_string();
        let mut command = Command::new(program("php", "php-cli").map_err(text)?);
        command.args(["-r", "echo PHP_VERSION;"]);
        let php = output_of(command, "php").map_err(text)?;
        let mariadb = self
            .server
            .mariadb()
            .run("SELECT VERSION()")
            .map_err(text)?;
        Ok(format!(
            "PHP {}, MariaDB {}",
            String::from_utf8_lossy(&php).trim(),
            mariadb.trim().split('-').next().unwrap_or_default()
        ))
    }

    pub(crate) fn version(&self) -> &str {
        &self.version
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
        self.server.mariadb().socket()
    }

    pub(crate) fn port(&self) -> u16 {
        self.server.mariadb().port()
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

fn tables(db: &Mariadb, database: &str) -> Result<Vec<Table>, String> {
    let ask = |sql: &str| db.run(sql).map_err(|error| error.to_string());
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

fn copy_database(db: &Mariadb, tables: &[Table], from: &str, to: &str) -> Result<(), String> {
    let mut sql = format!("CREATE DATABASE IF NOT EXISTS {to} CHARACTER SET utf8mb4; ");
    for table in tables {
        sql.push_str(&copy_table(&table.name, from, to));
    }
    db.run(&sql).map(drop).map_err(|error| error.to_string())
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

/// A source site whose address is always as long, since texts are cut by length.
fn source() -> Result<Source, String> {
    // The system hands out ports of five digits unless it was told otherwise.
    let sources = (0..100).map(|_| Source::start().map_err(|error| error.to_string()));
    let mut long =
        sources.filter(|source| !matches!(source, Ok(source) if source.address().port() < 10_000));
    long.next()
        .unwrap_or_else(|| Err("no port of five digits can be had".to_owned()))
}

/// A linkbackd with a copy of the base.
fn ours(
    db: &Mariadb,
    tables: &[Table],
    version: &str,
    number: usize,
    source: &Source,
) -> Result<Ours, String> {
    let database = format!("ours_{number}");
    copy_database(db, tables, BASE, &database)?;
    let path = our_site(db, version, &database)?;
    let ports = format!("ports = [80, 443, 8080, {}]", source.address().port());
    let config = plain_config(&path, &ports) + TYPES;
    Ok(Ours {
        program: Linkbackd::start(&config),
        config,
        database,
        site: path,
    })
}

/// A site directory with our own database in its wp-config.php.
fn our_site(db: &Mariadb, version: &str, database: &str) -> Result<PathBuf, String> {
    let place = format!("linkbackd-{database}");
    let config = format!(
        "<?php\ndefine( 'DB_NAME', '{database}' );\ndefine( 'DB_USER', '{USER}' );\n\
         define( 'DB_PASSWORD', '{PASSWORD}' );\ndefine( 'DB_HOST', '127.0.0.1:{}' );\n\
         define( 'DB_CHARSET', 'utf8mb4' );\ndefine( 'DB_COLLATE', '' );\n$table_prefix = 'wp_';\n",
        db.port()
    );
    let version = format!("<?php\n$wp_version = '{version}';\n");
    let scratch = db.scratch();
    scratch
        .write(&format!("{place}/wp-config.php"), config)
        .and_then(|_| scratch.write(&format!("{place}/wp-includes/version.php"), version))
        .and_then(|_| scratch.write(&format!("{place}/wp-load.php"), "<?php\n"))
        .map_err(|error| error.to_string())?;
    Ok(scratch.join(&place))
}
