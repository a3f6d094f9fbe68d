//! A private WordPress, for `linkbackd demo` and for the tests.
//!
//! Everything is made of Debian's packages, lives in one private directory, runs as child processes of ours and is gone
//! afterwards. No database, web server or configuration of the machine is touched or even read.

pub mod mariadb;
pub mod scratch;
pub mod source;
pub mod stage;
mod tour;
pub mod wire;

pub use tour::run;

use std::ffi::OsStr;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Why the private WordPress, or a part of it, does not come up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A program is not installed. Says what to type.
    #[error("{program} is missing: apt-get install --no-install-recommends {package}")]
    Missing {
        /// What was looked for.
        program: String,
        /// The Debian package that has it.
        package: String,
    },
    /// A program ran and failed.
    #[error("{what}: {why}\n{said}")]
    Failed {
        /// Which program or step.
        what: String,
        /// How it failed.
        why: String,
        /// What it had to say.
        said: String,
    },
    /// The system refused something.
    #[error("{what}: {error}")]
    Io {
        /// What we were about.
        what: String,
        /// What the system said.
        error: io::Error,
    },
}

impl Error {
    pub(crate) fn io(what: impl Into<String>, error: io::Error) -> Self {
        let what = what.into();
        Self::Io { what, error }
    }

    pub(crate) fn start(program: &OsStr, error: io::Error) -> Self {
        Self::io(format!("cannot start {}", program.display()), error)
    }
}

/// Finds a program in `PATH` or where daemons are, which a plain user's `PATH` may lack.
///
/// # Errors
/// [`Error::Missing`], naming the package to install.
pub fn program(name: &str, package: &str) -> Result<PathBuf, Error> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/bin", "/sbin", "/bin"].map(PathBuf::from))
        .map(|directory| directory.join(name))
        .find(|file| file.is_file())
        .ok_or_else(|| Error::Missing {
            program: name.to_owned(),
            package: package.to_owned(),
        })
}

/// Whether we run as root, and so have to hand rights down to the daemons.
pub fn am_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// Runs a program to its end and returns what it printed.
///
/// # Errors
/// When it cannot be started or fails; the error carries the end of what it printed.
pub fn output_of(mut command: Command, what: &str) -> Result<Vec<u8>, Error> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Error::start(command.get_program(), error))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let mut said = output.stdout;
    said.extend(output.stderr);
    Err(Error::Failed {
        what: what.to_owned(),
        why: format!("ended with {}", output.status),
        said: String::from_utf8_lossy(&said).trim().to_owned(),
    })
}
