//! A private directory and the processes that live in it, both gone when we are.
//!
//! Dropping a [`Process`] ends it; dropping the last owner of a [`Scratch`] removes the directory. When this program
//! dies without a chance to drop anything (`kill -9`, a test's static, an abort), a small shell, the keeper, notices
//! that the pipe to it has closed, ends the processes that are left and removes the directory. Everything is
//! addressed by process id, and every process has a group of its own, so Ctrl-C in a terminal reaches only us.

use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Error;

/// How long a process may take to end by itself once asked.
const GRACE: Duration = Duration::from_secs(5);

/// Reads `add PID` and `gone PID` until the pipe closes; then ends what is left and removes the directory.
const KEEPER: &str = r#"
trap '' INT TERM HUP
pids=
while read -r word pid; do
    case $word in
    add) pids="$pid $pids" ;;
    gone) left=; for p in $pids; do [ "$p" = "$pid" ] || left="$left $p"; done; pids=$left ;;
    esac
done
for p in $pids; do kill -TERM "$p"; done
tries=0
for p in $pids; do
    while kill -0 "$p" && [ "$tries" -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
    kill -KILL "$p"
done
rm -rf -- "$1"
"#;

/// A private directory under the system's temporary one, mode 0755 so that other users' daemons can reach into it.
#[derive(Clone, Debug)]
pub struct Scratch(Arc<Kept>);

#[derive(Debug)]
struct Kept {
    path: PathBuf,
    keeper: Mutex<Keeper>,
}

#[derive(Debug)]
struct Keeper {
    shell: Child,
    pipe: Option<ChildStdin>,
}

impl Scratch {
    /// Makes a directory whose name begins with `name`.
    ///
    /// # Errors
    /// When the directory or the keeper cannot be made.
    pub fn new(name: &str) -> Result<Self, Error> {
        let path = fresh_directory(name)?;
        let shell = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .arg(&path)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        match shell {
            Ok(mut shell) => {
                let pipe = shell.stdin.take();
                let keeper = Mutex::new(Keeper { shell, pipe });
                Ok(Self(Arc::new(Kept { path, keeper })))
            }
            Err(error) => {
                let _ = fs::remove_dir_all(&path);
                Err(Error::io("cannot start sh", error))
            }
        }
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// A path inside the directory.
    pub fn join(&self, name: &str) -> PathBuf {
        self.0.path.join(name)
    }

    /// Writes a file inside the directory (its parents are made) and returns its path.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> Result<PathBuf, Error> {
        let path = self.join(name);
        let written = path
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&path, content));
        written.map_err(|error| Error::io(format!("cannot write {}", path.display()), error))?;
        Ok(path)
    }

    /// Starts `command` as `name`, its output going to `NAME.log` in the directory.
    ///
    /// # Errors
    /// When the program is missing or cannot be started.
    pub fn spawn(&self, name: &str, mut command: Command) -> Result<Process, Error> {
        let log = self.join(&format!("{name}.log"));
        let file = fs::File::create(&log)
            .and_then(|file| Ok((file.try_clone()?, file)))
            .map_err(|error| Error::io(format!("cannot write {}", log.display()), error))?;
        command
            .stdin(Stdio::null())
            .stdout(file.0)
            .stderr(file.1)
            .process_group(0);
        let child = command
            .spawn()
            .map_err(|error| Error::start(command.get_program(), error))?;
        self.0.tell(&format!("add {}\n", child.id()));
        Ok(Process {
            name: name.to_owned(),
            child,
            log,
            home: self.clone(),
            ended: false,
        })
    }
}

impl Kept {
    fn tell(&self, line: &str) {
        let mut keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pipe) = keeper.pipe.as_mut() {
            // A keeper that somebody killed is no reason to stop: drops still clean up.
            let _ = pipe.write_all(line.as_bytes());
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let keeper = self
            .keeper
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        drop(keeper.pipe.take());
        let _ = keeper.shell.wait();
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// A running process of a [`Scratch`]. Dropping it ends it: SIGTERM, then SIGKILL.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
    home: Scratch,
    ended: bool,
}

impl Process {
    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Where its output goes.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// How it ended, if it has.
    ///
    /// # Errors
    /// When the system will not say.
    pub fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// Waits until `ready` says so.
    ///
    /// # Errors
    /// When the process ends first or `patience` runs out; the error carries the end of its log.
    pub fn wait_until(
        &mut self,
        patience: Duration,
        mut ready: impl FnMut() -> bool,
    ) -> Result<(), Error> {
        let end = Instant::now() + patience;
        loop {
            if ready() {
                return Ok(());
            }
            let why = match self.child.try_wait() {
                Ok(Some(status)) => format!("ended with {status}"),
                _ if Instant::now() >= end => format!("not ready after {} s", patience.as_secs()),
                _ => {
                    std::thread::sleep(Duration::from_millis(20));
                    continue;
                }
            };
            return Err(Error::Failed {
                what: self.name.clone(),
                why,
                said: log_end(&self.log),
            });
        }
    }

    /// Sends a signal by name, such as `TERM` or `HUP`.
    pub fn signal(&self, name: &str) {
        let _ = Command::new("sh")
            .args(["-c", "kill -s \"$1\" \"$2\"", "sh", name])
            .arg(self.child.id().to_string())
            .stderr(Stdio::null())
            .status();
    }

    /// Waits at most `patience` for it to end by itself.
    pub fn wait_end(&mut self, patience: Duration) -> Option<ExitStatus> {
        let end = Instant::now() + patience;
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            if Instant::now() >= end {
                return None;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends it at once, without a chance to tidy up.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        self.finish();
    }

    /// Asks it to end, insists after a while.
    pub fn stop(&mut self) {
        if self.ended {
            return;
        }
        if let Ok(None) = self.child.try_wait() {
            self.signal("TERM");
            if self.wait_end(GRACE).is_none() {
                let _ = self.child.kill();
            }
        }
        self.finish();
    }

    fn finish(&mut self) {
        let _ = self.child.wait();
        if !self.ended {
            self.ended = true;
            self.home.0.tell(&format!("gone {}\n", self.child.id()));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The last lines of a log, for error messages.
fn log_end(path: &Path) -> String {
    let text = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}

fn fresh_directory(name: &str) -> Result<PathBuf, Error> {
    let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
    for _ in 0..100 {
        // Every RandomState has keys of its own, so this is a random number.
        let number = RandomState::new().build_hasher().finish();
        let path = std::env::temp_dir().join(format!("{name}.{number:016x}"));
        // create() fails on anything that is there already, a symbolic link included.
        match fs::DirBuilder::new().mode(0o755).create(&path) {
            Ok(()) => return Ok(path),
            Err(error) => last = error,
        }
    }
    Err(Error::io("cannot make a private directory", last))
}

/// A TCP port on 127.0.0.1 that nobody listens on right now, and that this program was not given before.
///
/// Some seconds pass until somebody listens there. It is therefore not one of those that the system gives to whoever
/// asks for any, outgoing connections included.
///
/// # Errors
/// When none can be had.
pub fn free_port() -> Result<u16, Error> {
    static GIVEN: Mutex<Vec<u16>> = Mutex::new(Vec::new());
    let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut last = io::Error::from(io::ErrorKind::AddrInUse);
    for _ in 0..1000 {
        let number = RandomState::new().build_hasher().finish();
        let port = 10_240 + u16::try_from(number % 22_000).unwrap_or(0);
        if given.contains(&port) {
            continue;
        }
        match std::net::TcpListener::bind(("127.0.0.1", port)) {
            Ok(_) => {
                given.push(port);
                return Ok(port);
            }
            Err(error) => last = error,
        }
    }
    Err(Error::io("cannot find a free port", last))
}
