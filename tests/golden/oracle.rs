//! A PHP process that answers calls.

use std::io::{BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;

use linkbackd::php::array::{PhpArray, PhpKey, PhpValue};

/// What a call gives.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    Value(PhpValue),
    /// The function threw, or gave what is no data.
    Thrown(String),
}

/// `php tests/golden/php/answer.php`, ended on drop.
pub(crate) struct Oracle {
    child: Child,
    input: Option<ChildStdin>,
    output: Option<BufReader<ChildStdout>>,
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
            output: child.stdout.take().map(BufReader::new),
            child,
        }
    }

    /// Calls `function` with each list of arguments. All are sent while the answers come in.
    pub(crate) fn call(&mut self, function: &str, calls: &[Vec<Vec<u8>>]) -> Vec<Answer> {
        let mut input = self
            .input
            .take()
            .expect("invariant: taken for one call only");
        let output = self.output.as_mut().expect("invariant: piped on start");
        thread::scope(|scope| {
            let writer = scope.spawn(move || {
                for arguments in calls {
                    let mut request = number(arguments.len() + 1).to_vec();
                    let fields = arguments.iter().map(Vec::as_slice);
                    for field in std::iter::once(function.as_bytes()).chain(fields) {
                        request.extend_from_slice(&number(field.len()));
                        request.extend_from_slice(field);
                    }
                    input.write_all(&request).expect("php takes requests");
                }
                input.flush().expect("php takes requests");
                input
            });
            let answers = calls.iter().map(|_| answer(output)).collect();
            self.input = writer.join().ok();
            answers
        })
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // Without input it ends by itself.
        self.input = None;
        let _ = self.child.wait();
    }
}

fn number(length: usize) -> [u8; 4] {
    u32::try_from(length)
        .expect("fields are short")
        .to_le_bytes()
}

fn answer(output: &mut impl Read) -> Answer {
    let mut length = [0; 4];
    output
        .read_exact(&mut length)
        .expect("php answers: is WordPress's directory complete, and mbstring installed?");
    let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
    output.read_exact(&mut bytes).expect("php answers in full");
    if let [b'!', message @ ..] = bytes.as_slice() {
        return Answer::Thrown(String::from_utf8_lossy(message).into_owned());
    }
    let (value, rest) = value(&bytes);
    assert!(rest.is_empty(), "an answer is one value");
    Answer::Value(value)
}

/// Reads what `canonical()` in answer.php writes.
fn value(bytes: &[u8]) -> (PhpValue, &[u8]) {
    let (&kind, rest) = bytes.split_first().expect("a value has a type");
    let length = |rest: &[u8]| {
        let (length, _) = rest.split_first_chunk().expect("a length has four bytes");
        u32::from_le_bytes(*length) as usize
    };
    match kind {
        b's' => {
            let (text, after) = rest[4..].split_at(length(rest));
            (PhpValue::Str(text.to_vec()), after)
        }
        b'b' => (PhpValue::Bool(rest[0] == b'1'), &rest[1..]),
        b'i' => {
            let (int, after) = rest
                .split_first_chunk()
                .expect("an integer has eight bytes");
            (PhpValue::Int(i64::from_le_bytes(*int)), after)
        }
        b'd' => {
            let (float, after) = rest.split_first_chunk().expect("a float has eight bytes");
            (PhpValue::Float(f64::from_le_bytes(*float)), after)
        }
        b'n' => (PhpValue::Null, rest),
        b'a' => {
            let mut array = PhpArray::new();
            let mut after = &rest[4..];
            for _ in 0..length(rest) {
                let (key, next) = value(after);
                let (item, next) = value(next);
                after = next;
                let key = match key {
                    PhpValue::Int(int) => PhpKey::Int(int),
                    key => PhpKey::Str(key.to_bytes()),
                };
                array.insert(key, item);
            }
            (PhpValue::Array(array), after)
        }
        kind => panic!("unknown type {kind}"),
    }
}
