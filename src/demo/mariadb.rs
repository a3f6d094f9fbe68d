//! A MariaDB server of our own: fresh, private, fast and forgetful.
//!
//! It listens on a unix socket and on a free port of 127.0.0.1, and never reads the machine's configuration. Nothing it
//! stores is meant to survive, so it does not wait for disks.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::scratch::{Process, Scratch, free_port};
use super::{Error, am_root, program};

/// The user that programs under test connect as.
pub const USER: &str = "wordpress";
/// Its password.
pub const PASSWORD: &str = "secret";

/// A running server; dropping it ends it.
#[derive(Debug)]
pub struct Mariadb {
    process: Process,
    scratch: Scratch,
    socket: PathBuf,
    port: u16,
}

impl Mariadb {
    /// Starts a server with its files in `mariadb/` of the private directory.
    ///
    /// # Errors
    /// When MariaDB is not installed, or does not start.
    pub fn start(scratch: &Scratch) -> Result<Self, Error> {
        let install = program("mariadb-install-db", "mariadb-server")?;
        let home = scratch.join("mariadb");
        let data = home.join("data");
        for place in [&data, &home.join("tmp")] {
            fs::create_dir_all(place)
                .map_err(|error| Error::io(format!("cannot make {}", place.display()), error))?;
        }
        if am_root() {
            own(&home, "mysql")?;
        }
        let mut command = Command::new(install);
        command.args(["--no-defaults", "--auth-root-authentication-method=normal"]);
        command.args(["--skip-test-db", "--innodb-flush-log-at-trx-commit=0"]);
        if am_root() {
            command.arg("--user=mysql");
        }
        command.arg(format!("--datadir={}", data.display()));
        // Ours may be closed to the user that MariaDB runs as.
        command.env("TMPDIR", home.join("tmp"));
        super::output_of(command, "mariadb-install-db")?;

        // Somebody else may take the port between our asking and MariaDB's: try another.
        let mut last = None;
        for _ in 0..3 {
            match Self::launch(scratch, &home, free_port()?) {
                Ok(server) => {
                    server.run(&format!(
                        "CREATE USER '{USER}'@'localhost' IDENTIFIED BY '{PASSWORD}', \
                         '{USER}'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'; \
                         GRANT ALL ON *.* TO '{USER}'@'localhost', '{USER}'@'127.0.0.1'"
                    ))?;
                    return Ok(server);
                }
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or(Error::Missing {
            program: "mariadbd".to_owned(),
            package: "mariadb-server".to_owned(),
        }))
    }

    fn launch(scratch: &Scratch, home: &Path, port: u16) -> Result<Self, Error> {
        let socket = home.join("mysql.sock");
        let mut command = Command::new(program("mariadbd", "mariadb-server")?);
        command.args([
            "--no-defaults",
            "--bind-address=127.0.0.1",
            "--skip-name-resolve",
            "--character-set-server=utf8mb4",
            "--max-connections=300",
            "--performance-schema=OFF",
            "--innodb-buffer-pool-size=48M",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-doublewrite=0",
            "--innodb-use-native-aio=0",
            "--skip-log-bin",
        ]);
        if am_root() {
            command.arg("--user=mysql");
        }
        command.arg(format!("--port={port}"));
        for (name, path) in [
            ("datadir", home.join("data")),
            ("tmpdir", home.join("tmp")),
            ("socket", socket.clone()),
            ("pid-file", home.join("mysql.pid")),
        ] {
            command.arg(format!("--{name}={}", path.display()));
        }
        let mut server = Self {
            process: scratch.spawn("mariadbd", command)?,
            scratch: scratch.clone(),
            socket: socket.clone(),
            port,
        };
        server.process.wait_until(Duration::from_secs(60), || {
            std::os::unix::net::UnixStream::connect(&socket).is_ok()
        })?;
        Ok(server)
    }

    /// The unix socket.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The private directory it lives in.
    pub fn scratch(&self) -> &Scratch {
        &self.scratch
    }

    /// Its process, for tests that stop or kill it.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Runs statements as root, on no database. The answer is the client's tab-separated text, without headings.
    ///
    /// # Errors
    /// When a statement fails; the error carries what the server said.
    pub fn run(&self, sql: &str) -> Result<String, Error> {
        self.client(None, sql.as_bytes())
    }

    /// Runs statements as root on one database.
    ///
    /// # Errors
    /// When a statement fails; the error carries what the server said.
    pub fn run_on(&self, database: &str, sql: impl AsRef<[u8]>) -> Result<String, Error> {
        self.client(Some(database), sql.as_ref())
    }

    fn client(&self, database: Option<&str>, sql: &[u8]) -> Result<String, Error> {
        let mut command = Command::new(program("mariadb", "mariadb-client")?);
        command.args([
            "--no-defaults",
            "--batch",
            "--skip-column-names",
            "--user=root",
        ]);
        command.arg("--default-character-set=utf8mb4");
        command.arg(format!("--socket={}", self.socket.display()));
        command.args(database);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .map_err(|error| Error::start(command.get_program(), error))?;
        let pipe = child.stdin.take();
        let output = std::thread::scope(|scope| {
            // Fed from a thread of its own: a client that is full of answers stops reading.
            scope.spawn(move || pipe.map(|mut pipe| pipe.write_all(sql)));
            child.wait_with_output()
        })
        .map_err(|error| Error::io("cannot talk to the mariadb client", error))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(Error::Failed {
            what: "a statement on the private MariaDB".to_owned(),
            why: "was refused".to_owned(),
            said: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        })
    }
}

/// Gives a directory to another user.
fn own(path: &Path, user: &str) -> Result<(), Error> {
    let mut command = Command::new("chown");
    command.args(["-R", user]).arg(path);
    super::output_of(command, "chown")?;
    Ok(())
}
