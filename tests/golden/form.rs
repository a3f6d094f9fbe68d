//! `$_GET` and `$_POST` as PHP fills them: a php-fpm of our own, asked by FastCGI.

use std::fs::read_dir;
use std::io::{BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use linkbackd::demo::am_root;
use linkbackd::demo::scratch::{Process, Scratch};

use super::oracle::{BATCH, Call};

/// A php-fpm with one child, and a connection to it. Ends with its directory on drop.
pub(crate) struct Form {
    stream: BufReader<UnixStream>,
    script: PathBuf,
    _fpm: Process,
    _scratch: Scratch,
}

impl Form {
    pub(crate) fn start() -> Self {
        let scratch = Scratch::new("linkbackd-form").expect("a directory");
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/php");
        for name in ["canonical.php", "form.php"] {
            // php-fpm's user may not reach into our sources.
            let text = std::fs::read(sources.join(name)).expect("a script");
            scratch.write(name, text).expect("a copy");
        }
        let socket = scratch.join("php.sock");
        let user = if am_root() {
            "user = www-data\ngroup = www-data\n"
        } else {
            ""
        };
        let conf = format!(
            "[global]\ndaemonize = no\nerror_log = {log}\n[form]\n{user}listen = {socket}\nlisten.mode = 0666\n\
             pm = static\npm.max_children = 1\n",
            log = scratch.join("errors").display(),
            socket = socket.display(),
        );
        let conf = scratch.write("php-fpm.conf", conf).expect("a file");
        let mut command = Command::new(program());
        command.arg("--nodaemonize").arg("--fpm-config").arg(conf);
        let fpm = scratch.spawn("php-fpm", command).expect("php-fpm starts");
        Self {
            stream: BufReader::new(connect(&socket)),
            script: scratch.join("form.php"),
            _fpm: fpm,
            _scratch: scratch,
        }
    }

    /// As `Oracle::call`. `get` takes a query string, any other function a content type and a body.
    pub(crate) fn call(
        &mut self,
        function: &str,
        calls: &[Call],
        mut each: impl FnMut(&[Call], &mut dyn FnMut() -> Vec<Vec<u8>>),
    ) {
        for batch in calls.chunks(BATCH) {
            let answers: Vec<_> = batch
                .iter()
                .map(|call| match (function, call.as_slice()) {
                    ("get", [query]) => self.ask(query, b"", b""),
                    (_, [kind, body]) => self.ask(b"", kind, body),
                    _ => panic!("{function} has other arguments"),
                })
                .collect();
            each(batch, &mut || answers.clone());
        }
    }

    fn ask(&mut self, query: &[u8], content_type: &[u8], body: &[u8]) -> Vec<u8> {
        let length = body.len().to_string();
        let script = self.script.as_os_str().as_encoded_bytes();
        let mut params = Vec::new();
        for (name, value) in [
            ("SCRIPT_FILENAME", script),
            ("REQUEST_METHOD", &b"POST"[..]),
            ("QUERY_STRING", query),
            ("CONTENT_TYPE", content_type),
            ("CONTENT_LENGTH", length.as_bytes()),
        ] {
            for length in [name.len(), value.len()] {
                let length = u32::try_from(length).expect("short") | 0x8000_0000;
                params.extend(length.to_be_bytes());
            }
            params.extend(name.bytes());
            params.extend(value);
        }
        let mut request = Vec::new();
        // FCGI_BEGIN_REQUEST: a responder, and the connection stays.
        record(&mut request, 1, &[0, 1, 1, 0, 0, 0, 0, 0]);
        stream(&mut request, 4, &params);
        stream(&mut request, 5, body);
        self.stream
            .get_mut()
            .write_all(&request)
            .expect("php-fpm takes requests");
        self.answer()
    }

    fn answer(&mut self) -> Vec<u8> {
        let mut output = Vec::new();
        loop {
            let mut head = [0; 8];
            self.stream.read_exact(&mut head).expect("php-fpm answers");
            let length = usize::from(u16::from_be_bytes([head[4], head[5]]));
            let mut content = vec![0; length + usize::from(head[6])];
            self.stream
                .read_exact(&mut content)
                .expect("php-fpm answers in full");
            match head[1] {
                6 => output.extend_from_slice(&content[..length]),
                3 => break,
                _ => {}
            }
        }
        let end = output
            .windows(4)
            .position(|end| end == b"\r\n\r\n")
            .expect("an empty line behind the headers");
        output.split_off(end + 4)
    }
}

/// A stream of FastCGI: its records, and an empty one.
fn stream(out: &mut Vec<u8>, kind: u8, content: &[u8]) {
    for piece in content.chunks(0xfff8) {
        record(out, kind, piece);
    }
    record(out, kind, b"");
}

fn record(out: &mut Vec<u8>, kind: u8, content: &[u8]) {
    let length = u16::try_from(content.len()).expect("cut into pieces");
    out.extend([1, kind, 0, 1]);
    out.extend(length.to_be_bytes());
    out.extend([0, 0]);
    out.extend(content);
}

fn connect(socket: &Path) -> UnixStream {
    let began = Instant::now();
    loop {
        match UnixStream::connect(socket) {
            Ok(stream) => return stream,
            Err(error) if began.elapsed() > Duration::from_secs(30) => {
                panic!("php-fpm does not come up: {error}")
            }
            Err(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

fn program() -> PathBuf {
    ["/usr/sbin", "/usr/local/sbin"]
        .iter()
        .filter_map(|directory| read_dir(directory).ok())
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("php-fpm")
        })
        .max()
        .expect("php-fpm: apt-get install php-fpm")
}
