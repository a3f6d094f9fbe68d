//! `linkbackd check`: tries everything that serving needs, writes nothing, and says what to type.

use std::collections::BTreeMap;
use std::fmt;

use crate::config::{Mode, Settings};
use crate::sites::{Site, Sites};
use crate::telemetry::escape;
use crate::verify::Verifier;
use crate::wordpress::db::{Conn, DbError};

/// What was found, line by line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report(Vec<(Finding, String)>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Finding {
    Good,
    Note,
    Wrong,
}

impl Report {
    /// Something is as it should be.
    pub fn good(&mut self, line: String) {
        self.0.push((Finding::Good, line));
    }

    /// Something the operator may want to know.
    pub fn note(&mut self, line: String) {
        self.0.push((Finding::Note, line));
    }

    /// Something must be mended.
    pub fn wrong(&mut self, line: String) {
        self.0.push((Finding::Wrong, line));
    }

    /// Whether nothing is wrong.
    pub fn is_good(&self) -> bool {
        self.0.iter().all(|(finding, _)| *finding != Finding::Wrong)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (finding, line) in &self.0 {
            let mark = match finding {
                Finding::Good => "ok   ",
                Finding::Note => "note ",
                Finding::Wrong => "WRONG",
            };
            for (i, line) in line.lines().enumerate() {
                let mark = if i == 0 { mark } else { "     " };
                writeln!(f, "{mark} {line}")?;
            }
        }
        let wrong = self
            .0
            .iter()
            .filter(|(finding, _)| *finding == Finding::Wrong)
            .count();
        match wrong {
            0 => writeln!(f, "All is well."),
            1 => writeln!(f, "1 thing is wrong."),
            n => writeln!(f, "{n} things are wrong."),
        }
    }
}

/// Tries out what `settings` describe.
pub async fn check(settings: &Settings, report: &mut Report) {
    if let Err(error) = Verifier::new(&settings.verify) {
        report.wrong(error.to_string());
    }
    handback(settings, report).await;
    let several = settings.sites.len() > 1;
    let mut homes: BTreeMap<Vec<u8>, String> = BTreeMap::new();
    for (path, opened) in Sites::new(settings).open_all().await {
        let name = path.display().to_string();
        let site = match opened {
            Ok(site) => site,
            Err(error) => {
                report.wrong(format!("{name}: {error}"));
                continue;
            }
        };
        report.good(format!(
            "{name}: WordPress {}, wp-config.php understood",
            site.constants.version
        ));
        for note in &site.notes {
            report.note(format!("{name}: {note}"));
        }
        match database(&name, &site, report).await {
            Ok(Some(home)) if several => {
                if let Some(other) = homes.insert(home.clone(), name.clone()) {
                    let home = escape(&home);
                    report.note(format!(
                        "{name}: has the same home as {other}, {home}: write hosts under both"
                    ));
                }
            }
            Ok(_) => {}
            Err(error) => {
                report.wrong(format!("{name}: {error}; {}", remedy(&error, &site)));
            }
        }
    }
}

/// Where requests go that are PHP's.
async fn handback(settings: &Settings, report: &mut Report) {
    let handback = &settings.handback;
    match handback.mode {
        Mode::Off => report.note(
            "[handback] mode = \"off\": methods that log in do not exist; write \"nginx\" or \"proxy\" to have PHP answer them"
                .to_owned(),
        ),
        // The location is in a configuration that only nginx reads.
        Mode::Nginx => {}
        Mode::Proxy => match crate::http::reach(&handback.upstream).await {
            Ok(()) => report.good(format!("[handback] upstream {}: reached", handback.upstream)),
            Err(error) => report.wrong(format!(
                "[handback] upstream {}: {error}; start the web server that runs PHP there, or write where it is",
                handback.upstream
            )),
        },
    }
}

/// The columns that are read or written, by table.
const COLUMNS: [(&str, &[&str]); 6] = [
    (
        "comments",
        &[
            "comment_ID",
            "comment_post_ID",
            "comment_author",
            "comment_author_email",
            "comment_author_url",
            "comment_author_IP",
            "comment_date",
            "comment_date_gmt",
            "comment_content",
            "comment_karma",
            "comment_approved",
            "comment_agent",
            "comment_type",
            "comment_parent",
            "user_id",
        ],
    ),
    (
        "posts",
        &[
            "ID",
            "post_author",
            "post_date",
            "post_date_gmt",
            "post_title",
            "post_status",
            "ping_status",
            "post_name",
            "post_parent",
            "post_type",
            "comment_count",
        ],
    ),
    ("options", &["option_name", "option_value"]),
    ("postmeta", &["post_id", "meta_key", "meta_value"]),
    ("commentmeta", &["comment_id", "meta_key"]),
    ("users", &["ID", "user_nicename"]),
];

/// The database of one site. Gives its home.
async fn database(
    name: &str,
    site: &Site,
    report: &mut Report,
) -> Result<Option<Vec<u8>>, DbError> {
    let mut conn = site.db.conn().await?;
    let version: Option<(Vec<u8>, Vec<u8>)> = conn
        .query("SELECT VERSION(), CURRENT_USER()")
        .await?
        .into_iter()
        .next();
    let (version, user) = version.unwrap_or_default();
    let address = &site.constants.database;
    report.good(format!(
        "{name}: database {} on {}, {}",
        address.name,
        place(site),
        escape(&version)
    ));

    let present = tables(name, site, &mut conn, report).await?;
    if !present {
        return Ok(None);
    }
    privileges(name, site, &user, &mut conn, report).await?;
    let locked: Result<Vec<Option<i64>>, DbError> =
        conn.query("SELECT GET_LOCK('linkbackd_check', 0)").await;
    match locked {
        Ok(_) => {
            report.good(format!("{name}: GET_LOCK works"));
            conn.query_drop("DO RELEASE_LOCK('linkbackd_check')").await?;
        }
        Err(error) => report.note(format!(
            "{name}: no GET_LOCK ({error}): several linkbackd at once may fetch the same source twice, but store once"
        )),
    }

    let snapshot = site
        .db
        .snapshot(&mut conn, std::time::Duration::ZERO, false)
        .await?;
    let home = snapshot.blog.home.clone();
    if home.is_empty() {
        report.wrong(format!(
            "{name}: option home is empty: is table_prefix {} right?",
            site.constants.table_prefix
        ));
        return Ok(None);
    }
    let permalinks = match snapshot.options.text("permalink_structure") {
        b"" => "plain".to_owned(),
        structure => escape(structure),
    };
    report.good(format!(
        "{name}: home {}, permalinks {permalinks}",
        escape(&home)
    ));
    if snapshot.options.text("default_ping_status") != b"open" {
        report.note(format!(
            "{name}: new posts take no pings (Settings, Discussion)"
        ));
    }
    if !site.constants.production {
        report.note(format!("{name}: WP_ENVIRONMENT_TYPE is not production: WordPress 7.1 and newer refuse pings then"));
    }
    Ok(Some(home))
}

fn place(site: &Site) -> String {
    let address = &site.constants.database;
    match (&address.socket, address.port) {
        (Some(socket), _) => socket.clone(),
        (None, Some(port)) => format!("{}:{port}", address.host),
        (None, None) => address.host.clone(),
    }
}

/// Whether all tables are there with their columns.
async fn tables(
    name: &str,
    site: &Site,
    conn: &mut Conn,
    report: &mut Report,
) -> Result<bool, DbError> {
    let prefix = &site.constants.table_prefix;
    let mut complete = true;
    let mut engines: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (table, columns) in COLUMNS {
        let full = match (&site.constants.custom_user_table, table) {
            (Some(custom), "users") => custom.clone(),
            _ => format!("{prefix}{table}"),
        };
        let engine: Option<(Option<Vec<u8>>,)> = conn
            .exec_first(
                "SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?",
                (full.as_str(),),
            )
            .await?;
        let Some((engine,)) = engine else {
            complete = false;
            report.wrong(format!(
                "{name}: no table {full} that this user can see: is table_prefix {prefix} right, and has WordPress been installed?"
            ));
            continue;
        };
        let engine = engine.map_or_else(|| "a view".to_owned(), |engine| escape(&engine));
        engines.entry(engine).or_default().push(full.clone());
        let found: Vec<(Vec<u8>,)> = conn
            .exec(
                "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?",
                (full.as_str(),),
            )
            .await?;
        let missing: Vec<&str> = columns
            .iter()
            .filter(|column| {
                !found
                    .iter()
                    .any(|(found,)| found.eq_ignore_ascii_case(column.as_bytes()))
            })
            .copied()
            .collect();
        if !missing.is_empty() {
            complete = false;
            report.wrong(format!(
                "{name}: table {full} lacks {} (or this user may not see it): open wp-admin/upgrade.php once",
                missing.join(", ")
            ));
        }
    }
    if complete {
        report.good(format!("{name}: all tables and columns are there"));
    }
    for (engine, tables) in engines {
        if engine.eq_ignore_ascii_case("InnoDB") {
            report.good(format!(
                "{name}: {} on InnoDB: {}",
                tables.len(),
                tables.join(", ")
            ));
        } else {
            report.note(format!(
                "{name}: {} on {engine}, which has no transactions: a crash at the wrong moment can leave comment_count \
                 one behind; ALTER TABLE ... ENGINE=InnoDB mends that",
                tables.join(", ")
            ));
        }
    }
    Ok(complete)
}

/// Whether the user may do what serving does. Statements are explained, not run, so nothing is written.
async fn privileges(
    name: &str,
    site: &Site,
    user: &[u8],
    conn: &mut Conn,
    report: &mut Report,
) -> Result<(), DbError> {
    let tables = site.db.tables();
    let trials = [
        (
            "SELECT",
            &tables.options,
            format!(
                "EXPLAIN SELECT option_value FROM {} LIMIT 1",
                tables.options
            ),
        ),
        (
            "SELECT",
            &tables.posts,
            format!("EXPLAIN SELECT ID FROM {} LIMIT 1", tables.posts),
        ),
        (
            "SELECT",
            &tables.postmeta,
            format!("EXPLAIN SELECT post_id FROM {} LIMIT 1", tables.postmeta),
        ),
        (
            "SELECT",
            &tables.comments,
            format!("EXPLAIN SELECT comment_ID FROM {} LIMIT 1", tables.comments),
        ),
        (
            "SELECT",
            &tables.users,
            format!("EXPLAIN SELECT ID FROM {} LIMIT 1", tables.users),
        ),
        (
            "INSERT",
            &tables.comments,
            format!(
                "EXPLAIN INSERT INTO {} (comment_post_ID, comment_author, comment_content) VALUES (0, '', '')",
                tables.comments
            ),
        ),
        (
            "UPDATE",
            &tables.posts,
            format!(
                "EXPLAIN UPDATE {} SET comment_count = comment_count WHERE ID = 0",
                tables.posts
            ),
        ),
    ];
    let mut missing: Vec<String> = Vec::new();
    for (privilege, table, sql) in trials {
        match conn.query_drop(&sql).await {
            Ok(()) => {}
            // 1142: denied on the table; 1143: on a column; 1044: on the database.
            Err(error) if matches!(error.code(), Some(1044 | 1142 | 1143)) => {
                missing.push(format!("{privilege} on {table}"));
            }
            // 1235 and 1064: a server that does not explain such statements; serving will tell.
            Err(error) if matches!(error.code(), Some(1064 | 1235)) => {
                report.note(format!("{name}: whether the user has {privilege} on {table} cannot be asked without trying"));
            }
            Err(error) => return Err(error),
        }
    }
    if missing.is_empty() {
        report.good(format!(
            "{name}: user {} may read, insert and update what is needed",
            escape(user)
        ));
    } else {
        report.wrong(format!(
            "{name}: user {} lacks {}: as the database's administrator, type\n{}",
            escape(user),
            missing.join(", "),
            grant(site, user)
        ));
    }
    Ok(())
}

fn grant(site: &Site, user: &[u8]) -> String {
    let account = escape(user);
    let account = account.rsplit_once('@').map_or_else(
        || format!("'{account}'"),
        |(user, host)| format!("'{user}'@'{host}'"),
    );
    format!(
        "GRANT SELECT, INSERT, UPDATE ON `{}`.* TO {account};",
        site.constants.database.name
    )
}

/// What to do about a database that gives no answer.
fn remedy(error: &DbError, site: &Site) -> String {
    let address = &site.constants.database;
    match error.code() {
        Some(1045) => format!(
            "user or password is wrong: try mysql -u {} -p {}, then mend wp-config.php or this site's database setting",
            address.user, address.name
        ),
        Some(1044) => format!(
            "type as administrator: {}",
            grant(site, address.user.as_bytes())
        ),
        Some(1049) => format!("there is no database {}: mend DB_NAME", address.name),
        _ if error.is_unreachable() => {
            format!(
                "is a server running on {}? try mysql -u {} -p {}",
                place(site),
                address.user,
                address.name
            )
        }
        _ => "see the server's log".to_owned(),
    }
}
