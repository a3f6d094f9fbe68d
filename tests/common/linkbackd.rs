//! linkbackd itself, the program, as its users run it.

use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use linkbackd::demo::scratch::{Process, Scratch, free_port};
use linkbackd::demo::wire::{self, Reply};

/// The built program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_linkbackd");

/// What suites start from: strictness and our own limits off, loopback allowed, options always read afresh.
/// Takes the site's directory and what to add to `[verify]`, such as `ports = [8080]`.
pub fn plain_config(site: &Path, verify: &str) -> String {
    format!(
        "[server]\nlisten = [\"{{listen}}\"]\n\
         [[site]]\npath = \"{}\"\n\
         [options]\nmax_age = \"0s\"\n\
         [verify]\nstrict = false\nexcept_networks = [\"127.0.0.0/8\"]\n{verify}\n\
         [trackback]\nproof = \"off\"\n\
         [limits]\nenabled = false\n",
        site.display()
    )
}

/// A running linkbackd. Dropping it ends it.
#[derive(Debug)]
pub struct Linkbackd {
    process: Process,
    scratch: Scratch,
    address: SocketAddr,
}

impl Linkbackd {
    /// Starts it with a configuration in which `{listen}` stands for the address to listen on.
    ///
    /// # Panics
    /// When it does not come up; the message carries the end of its log.
    pub fn start(config: &str) -> Self {
        let scratch = Scratch::new("linkbackd-test").unwrap_or_else(|error| panic!("{error}"));
        let address = SocketAddr::from(([127, 0, 0, 1], free_port().expect("a port")));
        let config = config.replace("{listen}", &address.to_string());
        let path = scratch.write("linkbackd.toml", config).expect("a file");
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "--config"]).arg(path);
        let mut process = scratch
            .spawn("linkbackd", command)
            .unwrap_or_else(|error| panic!("{error}"));
        process
            .wait_until(Duration::from_secs(30), || {
                TcpStream::connect(address).is_ok()
            })
            .unwrap_or_else(|error| panic!("{error}"));
        Self {
            process,
            scratch,
            address,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process, for tests that signal or kill it.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        let bytes = std::fs::read(self.process.log()).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Sends one request for the host `blog.test` and reads the reply.
    ///
    /// # Panics
    /// When there is no reply within 30 seconds.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let mut all = vec![("Host", "blog.test")];
        all.extend(headers);
        let request = wire::request(method, path, &all, body);
        wire::send(self.address, &request, Duration::from_secs(30)).expect("a reply")
    }

    /// Sends `pingback.ping(source, target)`.
    ///
    /// # Panics
    /// When there is no reply within 30 seconds.
    pub fn pingback(&self, source: &str, target: &str) -> Reply {
        let headers = [("Content-Type", "text/xml"), ("User-Agent", "test")];
        self.send(
            "POST",
            "/xmlrpc.php",
            &headers,
            pingback(source, target).as_bytes(),
        )
    }
}

/// The text of a `pingback.ping` call.
pub fn pingback(source: &str, target: &str) -> String {
    let param = |text: &str| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        format!("<param><value><string>{text}</string></value></param>")
    };
    format!(
        "<?xml version=\"1.0\"?>\n<methodCall><methodName>pingback.ping</methodName><params>{}{}</params></methodCall>",
        param(source),
        param(target)
    )
}
