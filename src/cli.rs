//! The command line: `serve`, `check`, `config`, `explain`, `demo`, and what each ends with.
//!
//! The doc comments of the flags are their help, and the only text on them.

use std::path::{Path, PathBuf};
use std::process::{ExitCode, Termination};
use std::sync::Arc;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::{self, Layer, Loaded};
use crate::service::Service;
use crate::{check, demo, explain, http, telemetry};

/// What the program ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// All went well.
    Success = 0,
    /// `check` found something wrong, `explain` a ping that would be refused, `demo` a proof that does not hold.
    Wrong = 1,
    /// The command line is wrong.
    Usage = 2,
    /// The configuration is wrong.
    Configuration = 3,
    /// It could not start, or ended by an error.
    Failed = 4,
}

impl Termination for Status {
    fn report(self) -> ExitCode {
        ExitCode::from(self as u8)
    }
}

const STATUSES: &str = "Exit status:
  0  all went well
  1  check found something wrong, explain a ping that would be refused, demo a proof that fails
  2  the command line is wrong
  3  the configuration is wrong
  4  it could not start, or ended by an error";

/// Receives WordPress pingbacks and trackbacks in PHP's place.
#[derive(Debug, Parser)]
#[command(name = "linkbackd", version, after_help = STATUSES, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    settings: SettingFlags,
}

/// Flags of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Configuration")]
struct SettingFlags {
    /// The configuration file [default: $LINKBACKD_CONFIG, else /etc/linkbackd/linkbackd.toml if it is there]
    #[arg(long, short, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Sets one key, such as verify.deadline=5s; wins over file and environment; lists take commas
    #[arg(long, global = true, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// The least important log lines to write [log.level]
    #[arg(long, global = true, value_name = "LEVEL")]
    log_level: Option<LogLevel>,
    /// Log lines for people or for programs [log.format]
    #[arg(long, global = true, value_name = "FORMAT")]
    log_format: Option<LogFormat>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer pings until SIGTERM or SIGINT
    Serve {
        /// Where to listen: address:port or unix:/path; may be given several times [server.listen]
        #[arg(long, value_name = "ADDRESS")]
        listen: Vec<String>,
        /// Serve the one WordPress in this directory, instead of those of the configuration
        #[arg(long, value_name = "DIRECTORY")]
        site: Option<PathBuf>,
    },
    /// Try out the configuration, each site's files, its database, tables and privileges; writes nothing
    Check {
        /// Check the one WordPress in this directory, instead of those of the configuration
        #[arg(long, value_name = "DIRECTORY")]
        site: Option<PathBuf>,
    },
    /// Print the configuration in force as TOML, passwords masked, and where each value was set
    Config,
    /// Go through a pingback step by step, the fetch included, without storing anything
    Explain {
        /// The page that links
        source: String,
        /// The post it links to
        target: String,
    },
    /// Bring up a private WordPress with linkbackd in front, and show pings arrive
    Demo {
        /// End after the proof, instead of running until Ctrl-C
        #[arg(long)]
        once: bool,
    },
}

/// Does what `arguments` (the program's name first) ask for.
pub fn run<I, T>(arguments: I) -> Status
where
    I: IntoIterator<Item = T>,
    T: Into<std::ffi::OsString> + Clone,
{
    let Cli { command, settings } = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors; clap knows which stream is whose.
            let wrong = error.use_stderr();
            let _ = error.print();
            return if wrong {
                Status::Usage
            } else {
                Status::Success
            };
        }
    };
    if let Command::Demo { once } = command {
        return match demo::run(once) {
            Ok(true) => Status::Success,
            Ok(false) => Status::Wrong,
            Err(error) => failed(&error),
        };
    }
    let mut layers = match settings.layers() {
        Ok(layers) => layers,
        Err(problem) => {
            eprintln!("linkbackd: {problem}");
            return Status::Usage;
        }
    };
    layers.extend(command.layers());
    let loaded = match config::load(settings.config.as_deref(), layers) {
        Ok(loaded) => loaded,
        Err(error) => {
            for mistake in &error.0 {
                eprintln!("linkbackd: {mistake}");
            }
            // What `check` is there to find, it has found.
            return if let Command::Check { .. } = command {
                Status::Wrong
            } else {
                Status::Configuration
            };
        }
    };
    match command {
        Command::Serve { .. } => serve(loaded),
        Command::Check { .. } => check(&loaded),
        Command::Config => {
            print!("{}", loaded.to_toml());
            Status::Success
        }
        Command::Explain { source, target } => explained(loaded, &source, &target),
        // Done above: it has a configuration of its own.
        Command::Demo { .. } => Status::Success,
    }
}

impl SettingFlags {
    fn layers(&self) -> Result<Vec<Layer>, String> {
        let mut layers = Vec::new();
        for pair in &self.set {
            let (key, value) = pair.split_once('=').ok_or_else(|| {
                format!("--set {pair}: write --set KEY=VALUE, such as --set verify.deadline=5s")
            })?;
            layers.push(Layer::flag("--set", key.trim(), value.trim()));
        }
        let mut add = |flag: &str, key: &str, value: Option<clap::builder::PossibleValue>| {
            if let Some(value) = value {
                layers.push(Layer::flag(flag, key, value.get_name()));
            }
        };
        add(
            "--log-level",
            "log.level",
            self.log_level.and_then(|level| level.to_possible_value()),
        );
        add(
            "--log-format",
            "log.format",
            self.log_format
                .and_then(|format| format.to_possible_value()),
        );
        Ok(layers)
    }
}

impl Command {
    fn layers(&self) -> Vec<Layer> {
        let site = |site: &Option<PathBuf>| {
            site.as_deref().map(|site| {
                let path = std::path::absolute(site).unwrap_or_else(|_| site.to_path_buf());
                Layer::flag("--site", "site.path", &path.to_string_lossy())
            })
        };
        match self {
            Self::Serve {
                listen,
                site: directory,
            } => {
                let listen = (!listen.is_empty())
                    .then(|| Layer::flag("--listen", "server.listen", &listen.join(",")));
                listen.into_iter().chain(site(directory)).collect()
            }
            Self::Check { site: directory } => site(directory).into_iter().collect(),
            Self::Config | Self::Explain { .. } | Self::Demo { .. } => Vec::new(),
        }
    }
}

fn failed(error: &dyn std::fmt::Display) -> Status {
    eprintln!("linkbackd: {error}");
    Status::Failed
}

/// A configuration without sites serves nobody.
fn no_site(loaded: &Loaded) -> Option<String> {
    let file = loaded
        .file
        .as_deref()
        .unwrap_or(Path::new(config::DEFAULT_FILE));
    loaded.settings.sites.is_empty().then(|| {
        format!(
            "no site: write [[site]] and path = \"/srv/blog\" into {}, or say --site DIRECTORY",
            file.display()
        )
    })
}

fn runtime(loaded: &Loaded) -> std::io::Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if loaded.settings.server.workers > 0 {
        builder.worker_threads(loaded.settings.server.workers);
    }
    builder.enable_all().build()
}

fn serve(loaded: Loaded) -> Status {
    if let Some(problem) = no_site(&loaded) {
        eprintln!("linkbackd: {problem}");
        return Status::Configuration;
    }
    let settings = loaded.settings.clone();
    telemetry::start(&settings.log);
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        file = loaded
            .file
            .as_deref()
            .map(|file| file.display().to_string()),
        sites = settings.sites.len(),
        "starting"
    );
    let runtime = match runtime(&loaded) {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    let service = match runtime.block_on(async { Service::new(loaded.settings) }) {
        Ok(service) => Arc::new(service),
        Err(error) => return failed(&error),
    };
    // A site that cannot be opened yet is said at once, and tried again when it is asked for.
    runtime.block_on(service.sites.open_all());
    match http::serve(&settings, service, runtime.handle()) {
        Ok(()) => Status::Success,
        Err(error) => failed(&error),
    }
}

fn check(loaded: &Loaded) -> Status {
    let runtime = match runtime(loaded) {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    let mut report = check::Report::default();
    match &loaded.file {
        Some(file) => report.good(format!("configuration read from {}", file.display())),
        None => report.good("configuration: built-in defaults, environment and flags".to_owned()),
    }
    match no_site(loaded) {
        Some(problem) => report.wrong(problem),
        None => runtime.block_on(check::check(&loaded.settings, &mut report)),
    }
    print!("{report}");
    if report.is_good() {
        Status::Success
    } else {
        Status::Wrong
    }
}

fn explained(loaded: Loaded, source: &str, target: &str) -> Status {
    if let Some(problem) = no_site(&loaded) {
        eprintln!("linkbackd: {problem}");
        return Status::Configuration;
    }
    let runtime = match runtime(&loaded) {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    let told = runtime.block_on(async {
        let service = Service::new(loaded.settings)?;
        Ok::<_, crate::verify::StartError>(
            explain::explain(&service, source.as_bytes(), target.as_bytes()).await,
        )
    });
    let told = match told {
        Ok(told) => told,
        Err(error) => return failed(&error),
    };
    for step in told.story.steps() {
        println!("{:<12} {}", step.name, step.outcome);
    }
    println!("{:<12} {}", "verdict", told.verdict);
    if told.accepted {
        Status::Success
    } else {
        Status::Wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }

    #[test]
    fn help_tells_every_status() {
        for status in [
            Status::Success,
            Status::Wrong,
            Status::Usage,
            Status::Configuration,
            Status::Failed,
        ] {
            assert!(STATUSES.contains(&format!("\n  {}  ", status as u8)));
        }
    }
}
