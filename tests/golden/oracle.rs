//! A PHP process that answers calls.

use std::io::{BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;

/// The arguments of one call.
pub(crate) type Call = Vec<Vec<u8>>;

/// How many calls go in one write.
pub(crate) const BATCH: usize = 250;

/// `php tests/golden/php/answer.php`, ended on drop.
pub(crate) struct Oracle {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Oracle {
    /// Starts PHP, with the WordPress at `wordpress` booted if there is one. `options` is a JSON object.
    pub(crate) fn start(wordpress: Option<&Path>, options: &str) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/php/answer.php");
        let mut command = Command::new("php");
        command
            .args(["-d", "display_errors=0", "-d", "log_errors=0"])
            .arg(script)
            .env_remove("LINKBACKD_WORDPRESS")
            .env("LINKBACKD_OPTIONS", options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        if let Some(wordpress) = wordpress {
            command.env("LINKBACKD_WORDPRESS", wordpress);
        }
        let mut child = command.spawn().unwrap_or_else(|error| {
            panic!("php does not start ({error}): install php8.2-cli and php8.2-mbstring")
        });
        Self {
            input: child.stdin.take(),
            output: BufReader::new(child.stdout.take().expect("invariant: piped")),
            child,
        }
    }

    /// Calls `function` with each list of arguments. `each` gets the answers in order, as `canonical()` in answer.php
    /// writes them, a batch at a time; PHP goes on with the next batches meanwhile.
    pub(crate) fn call(
        &mut self,
        function: &str,
        calls: &[Call],
        mut each: impl FnMut(&[Call], &mut dyn FnMut() -> Vec<Vec<u8>>),
    ) {
        let mut input = self.input.take().expect("invariant: given back below");
        let output = &mut self.output;
        thread::scope(|scope| {
            let writer = scope.spawn(move || {
                for batch in calls.chunks(BATCH) {
                    input
                        .write_all(&request(function, batch))
                        .expect("php takes requests");
                }
                input
            });
            for batch in calls.chunks(BATCH) {
                each(batch, &mut || answers(output, batch.len()));
            }
            self.input = writer.join().ok();
        });
    }

    /// As [`Self::call`], all at once.
    pub(crate) fn ask(&mut self, function: &str, calls: &[Call]) -> Vec<Vec<u8>> {
        let mut all = Vec::with_capacity(calls.len());
        self.call(function, calls, |_, answers| all.extend(answers()));
        all
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // Without input it ends by itself.
        self.input = None;
        let _ = self.child.wait();
    }
}

/// A length, the function, how many calls, and each call's count of arguments and arguments.
fn request(function: &str, calls: &[Call]) -> Vec<u8> {
    let mut request = vec![0; 4];
    field(&mut request, function.as_bytes());
    request.extend(number(calls.len()));
    for arguments in calls {
        request.extend(number(arguments.len()));
        for argument in arguments {
            field(&mut request, argument);
        }
    }
    let length = number(request.len() - 4);
    request[..4].copy_from_slice(&length);
    request
}

pub(crate) fn field(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend(number(bytes.len()));
    out.extend_from_slice(bytes);
}

pub(crate) fn number(length: usize) -> [u8; 4] {
    u32::try_from(length)
        .expect("fields are short")
        .to_le_bytes()
}

/// A length, and `count` answers, each after its length.
fn answers(output: &mut impl Read, count: usize) -> Vec<Vec<u8>> {
    let mut length = [0; 4];
    output
        .read_exact(&mut length)
        .expect("php answers: is WordPress's directory complete, and mbstring installed?");
    let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
    output.read_exact(&mut bytes).expect("php answers in full");
    let mut rest = bytes.as_slice();
    let answers: Vec<Vec<u8>> = (0..count)
        .map(|_| {
            let (length, after) = rest.split_first_chunk().expect("a length has four bytes");
            let (answer, after) = after.split_at(u32::from_le_bytes(*length) as usize);
            rest = after;
            answer.to_vec()
        })
        .collect();
    assert!(rest.is_empty(), "as many answers as calls");
    answers
}
