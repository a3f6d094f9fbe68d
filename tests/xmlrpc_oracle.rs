//! XML-RPC replies against WordPress's own IXR classes: generated and broken requests must get the same bytes.
//!
//! Needs the `php` command line with its xml extension, and a WordPress in `LINKBACKD_WORDPRESS` (default
//! /usr/share/wordpress). `LINKBACKD_ORACLE_SEED` and `LINKBACKD_ORACLE_CASES` choose which requests and how many.

#[path = "xmlrpc_oracle/pieces.rs"]
mod pieces;

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use linkbackd::wordpress::version::Version;
use linkbackd::xmlrpc::{Limits, Methods, Outcome, Server, Stop, Value, parse_request};

use pieces::{JUNK, METHODS, TAGS, TEXTS};

/// SplitMix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    fn pick<'a>(&mut self, from: &[&'a [u8]]) -> &'a [u8] {
        from[self.below(from.len())]
    }
}

fn junk(random: &mut Random, out: &mut Vec<u8>, chances: usize) {
    if random.one_in(chances) {
        out.extend_from_slice(random.pick(JUNK));
    }
}

fn element(
    random: &mut Random,
    out: &mut Vec<u8>,
    tag: &[u8],
    inside: impl FnOnce(&mut Random, &mut Vec<u8>),
) {
    out.push(b'<');
    out.extend_from_slice(tag);
    out.push(b'>');
    inside(random, out);
    out.extend_from_slice(b"</");
    out.extend_from_slice(tag);
    out.push(b'>');
}

fn text(random: &mut Random, out: &mut Vec<u8>) {
    out.extend_from_slice(random.pick(TEXTS));
    junk(random, out, 120);
}

/// A value as clients write it.
fn value(random: &mut Random, out: &mut Vec<u8>, depth: usize) {
    element(random, out, b"value", |random, out| {
        match random.below(if depth == 0 { 9 } else { 13 }) {
            0 => text(random, out),
            1 | 2 => element(random, out, b"string", text),
            3 | 4 => element(random, out, b"int", text),
            5 => element(random, out, b"double", text),
            6 => element(random, out, b"boolean", text),
            7 => element(random, out, b"base64", text),
            8 => element(random, out, b"dateTime.iso8601", text),
            9 | 10 => element(random, out, b"array", |random, out| {
                element(random, out, b"data", |random, out| {
                    for _ in 0..random.below(4) {
                        value(random, out, depth - 1);
                    }
                });
            }),
            _ => element(random, out, b"struct", |random, out| {
                for _ in 0..random.below(4) {
                    member(random, out, depth);
                }
            }),
        }
    });
}

fn member(random: &mut Random, out: &mut Vec<u8>, depth: usize) {
    element(random, out, b"member", |random, out| {
        element(random, out, b"name", text);
        value(random, out, depth - 1);
    });
}

/// A value as `system.multicall` wants it, more or less.
fn calls(random: &mut Random, out: &mut Vec<u8>) {
    element(random, out, b"value", |random, out| {
        element(random, out, b"array", |random, out| {
            element(random, out, b"data", |random, out| {
                for _ in 0..random.below(4) {
                    if random.one_in(12) {
                        value(random, out, 2);
                        continue;
                    }
                    one_call(random, out);
                }
            });
        });
    });
}

fn one_call(random: &mut Random, out: &mut Vec<u8>) {
    element(random, out, b"value", |random, out| {
        element(random, out, b"struct", |random, out| {
            if !random.one_in(15) {
                element(random, out, b"member", |random, out| {
                    out.extend_from_slice(b"<name>methodName</name>");
                    if random.one_in(12) {
                        value(random, out, 1);
                    } else {
                        element(random, out, b"value", |random, out| {
                            element(random, out, b"string", |random, out| {
                                out.extend_from_slice(random.pick(METHODS))
                            });
                        });
                    }
                });
            }
            if !random.one_in(15) {
                element(random, out, b"member", |random, out| {
                    out.extend_from_slice(b"<name>params</name>");
                    if random.one_in(8) {
                        value(random, out, 2);
                        return;
                    }
                    element(random, out, b"value", |random, out| {
                        element(random, out, b"array", |random, out| {
                            element(random, out, b"data", |random, out| {
                                for _ in 0..random.below(4) {
                                    value(random, out, 2);
                                }
                            });
                        });
                    });
                });
            }
        });
    });
}

/// Tags of any kind in any order, closed properly.
fn soup(random: &mut Random, out: &mut Vec<u8>, depth: usize) {
    for _ in 0..random.below(4) {
        match random.below(6) {
            0 | 1 => text(random, out),
            2 => junk(random, out, 12),
            _ if depth > 0 => {
                let tag = random.pick(TAGS);
                element(random, out, tag, |random, out| soup(random, out, depth - 1));
            }
            _ => {}
        }
    }
}

fn request(random: &mut Random) -> Vec<u8> {
    let mut out = Vec::new();
    if random.one_in(2) {
        out.extend_from_slice(b"<?xml version=\"1.0\"?>\n");
    }
    if random.one_in(15) {
        out.extend_from_slice(random.pick(&[
            b"<!DOCTYPE methodCall>",
            b"<!doctype a [ <!ENTITY b 'c'> ]>",
            b" \n",
            b"\xEF\xBB\xBF",
            b"<!-- a -->",
            b"<?xml version='1.0' encoding='ISO-8859-1' standalone='yes'?>",
            b"<?a?>",
            b"\x00\x0b",
        ]));
    }
    let root: &[u8] = match random.below(30) {
        0 => b"methodResponse",
        1 => b"fault",
        2 => random.pick(&[
            b"methodCall ",
            b"methodCall a='b'",
            b"methodcall",
            b"methodCall\n",
            b"methodCallx",
        ]),
        _ => b"methodCall",
    };
    out.push(b'<');
    out.extend_from_slice(root);
    out.push(b'>');
    junk(random, &mut out, 60);
    let method = random.pick(METHODS);
    element(random, &mut out, b"methodName", |_, out| {
        out.extend_from_slice(method)
    });
    match random.below(6) {
        0 => soup(random, &mut out, 5),
        _ => element(random, &mut out, b"params", |random, out| {
            for _ in 0..random.below(4) {
                element(random, out, b"param", |random, out| {
                    if method == b"system.multicall" && !random.one_in(6) {
                        if random.one_in(6) {
                            one_call(random, out)
                        } else {
                            calls(random, out)
                        }
                    } else if random.one_in(10) {
                        soup(random, out, 3);
                    } else {
                        value(random, out, 3);
                    }
                });
            }
        }),
    }
    junk(random, &mut out, 60);
    out.extend_from_slice(b"</");
    out.extend_from_slice(
        root.split(|byte| byte.is_ascii_whitespace())
            .next()
            .unwrap_or(root),
    );
    out.push(b'>');
    junk(random, &mut out, 40);
    if random.one_in(4) {
        mutate(random, &mut out);
    }
    out
}

/// Breaks bytes somewhere.
fn mutate(random: &mut Random, out: &mut Vec<u8>) {
    for _ in 0..=random.below(3) {
        let at = random.below(out.len());
        match random.below(5) {
            0 => out[at] = random.next() as u8,
            1 => {
                out.remove(at);
            }
            2 => {
                let piece = random.pick(JUNK).to_vec();
                out.splice(at..at, piece);
            }
            3 => {
                let end = (at + random.below(12)).min(out.len());
                let piece = out[at..end].to_vec();
                let to = random.below(out.len());
                out.splice(to..to, piece);
            }
            _ => {
                let end = (at + random.below(8)).min(out.len());
                out.drain(at..end);
            }
        }
        if out.len() < 2 {
            out.extend_from_slice(b"<a>");
        }
    }
}

/// What `dump()` in the PHP script writes.
fn dump(value: &Value) -> String {
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    match value {
        Value::Null => "n;".to_owned(),
        Value::Bool(truth) => format!("b{};", u8::from(*truth)),
        Value::Int(int) => format!("i{int};"),
        Value::Double(double) => format!("d{:016x};", double.to_bits()),
        Value::String(text) => format!("s{};", hex(text)),
        Value::Date(date) => format!("t{};", hex(&date.iso())),
        Value::Base64(_) => unreachable!("requests make no such value"),
        Value::Array(array) => {
            let members = array
                .iter()
                .map(|(key, item)| format!("{}:{}", hex(&key), dump(item)));
            format!("a{{{}}}", members.collect::<String>())
        }
    }
}

struct Dump;

impl Methods for Dump {
    async fn call(&mut self, _: &[u8], args: Value) -> Result<Value, Stop> {
        Ok(Value::string(dump(&args)))
    }
}

fn ours(request: &[u8], version: Version) -> Vec<u8> {
    let many = usize::MAX;
    let english = linkbackd::wordpress::l10n::Translations::english();
    let server = Server {
        l10n: &english,
        version,
        production: true,
        limits: Limits {
            calls: many,
            pings: many,
            lookups: many,
        },
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let outcome = match parse_request(request) {
        Ok(call) => runtime.block_on(server.serve(call, &mut Dump)),
        Err(stop) => server.stopped(stop),
    };
    match outcome {
        Outcome::Fatal(_) => b"fatal".to_vec(),
        outcome => outcome.body(b"UTF-8"),
    }
}

fn theirs(wordpress: &str, requests: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/golden/php/xmlrpc_oracle.php"
    );
    let mut php = Command::new("php")
        .args([script, wordpress])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("the php command line is needed: {error}"));
    let mut input = php.stdin.take().expect("piped");
    let framed: Vec<u8> = requests
        .iter()
        .flat_map(|request| [&(request.len() as u32).to_le_bytes()[..], request].concat())
        .collect();
    let writer = std::thread::spawn(move || input.write_all(&framed));
    let mut output = Vec::new();
    php.stdout
        .take()
        .expect("piped")
        .read_to_end(&mut output)
        .expect("replies");
    writer
        .join()
        .expect("writer")
        .expect("php reads all requests");
    assert!(php.wait().expect("php ends").success());
    let mut replies = Vec::new();
    let mut rest = output.as_slice();
    while let Some((head, tail)) = rest.split_first_chunk::<4>() {
        let (reply, tail) = tail.split_at(u32::from_le_bytes(*head) as usize);
        replies.push(reply.to_vec());
        rest = tail;
    }
    replies
}

fn compare(requests: &[Vec<u8>]) {
    let wordpress =
        std::env::var("LINKBACKD_WORDPRESS").unwrap_or_else(|_| "/usr/share/wordpress".to_owned());
    let text = std::fs::read_to_string(format!("{wordpress}/wp-includes/version.php"))
        .unwrap_or_else(|error| {
            panic!("LINKBACKD_WORDPRESS names no WordPress, {wordpress}: {error}")
        });
    let version = text
        .split("$wp_version = '")
        .nth(1)
        .and_then(|rest| Version::parse(rest.split('\'').next()?))
        .expect("a version");
    let replies = theirs(&wordpress, requests);
    assert_eq!(replies.len(), requests.len());
    let mut counts = [0; 3];
    let mut differences = 0;
    for (request, reply) in requests.iter().zip(&replies) {
        let kind = match reply.as_slice() {
            b"fatal" => 0,
            reply if reply.windows(6).any(|window| window == b"-32700") => 1,
            _ => 2,
        };
        counts[kind] += 1;
        let own = ours(request, version);
        if own != *reply {
            differences += 1;
            if differences <= 10 {
                eprintln!(
                    "request: {}\nWordPress: {}\nours: {}\n",
                    request.escape_ascii(),
                    reply.escape_ascii(),
                    own.escape_ascii()
                );
            }
        }
    }
    eprintln!(
        "{version}: {} fatal, {} malformed, {} answered",
        counts[0], counts[1], counts[2]
    );
    assert_eq!(differences, 0, "of {} requests", requests.len());
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

#[test]
fn generated_requests_get_the_same_bytes() {
    let mut random = Random(setting("LINKBACKD_ORACLE_SEED", 1));
    let cases = setting("LINKBACKD_ORACLE_CASES", 5_000);
    let requests: Vec<_> = (0..cases).map(|_| request(&mut random)).collect();
    compare(&requests);
}

/// Every piece of syntax in text, in an attribute's place, before the root, after it.
#[test]
fn every_oddity_gets_the_same_bytes_everywhere() {
    let mut requests = Vec::new();
    for piece in JUNK.iter().chain(TEXTS) {
        for (before, after) in [
            (
                "<methodCall><methodName>demo.sayHello</methodName>",
                "</methodCall>",
            ),
            (
                "<methodCall><methodName>demo.sayHello",
                "</methodName></methodCall>",
            ),
            (
                "<methodCall><methodName>pingback.ping</methodName><params><param><value>a",
                "b</value></param></params></methodCall>",
            ),
            (
                "<methodCall><methodName>pingback.ping</methodName><params><param><value>",
                "</value></param></params></methodCall>",
            ),
            (
                "<methodCall><methodName>pingback.ping</methodName><value><string>é",
                "</string></value></methodCall>",
            ),
            (
                "<methodCall><methodName>pingback.ping</methodName><value><base64>QUJD",
                "</base64></value></methodCall>",
            ),
            (
                "<methodCall><methodName>pingback.ping</methodName><value><int>",
                "</int></value></methodCall>",
            ),
            (
                "<methodCall><methodName>pingback.ping</methodName><value><double>",
                "</double></value></methodCall>",
            ),
            (
                "<methodCall><methodName>pingback.ping</methodName><value><boolean>",
                "</boolean></value></methodCall>",
            ),
            (
                "<methodCall><methodName>pingback.ping</methodName><dateTime.iso8601>",
                "</dateTime.iso8601></methodCall>",
            ),
            (
                "<methodCall a='",
                "'><methodName>demo.sayHello</methodName></methodCall>",
            ),
            (
                "<methodCall ",
                "><methodName>demo.sayHello</methodName></methodCall>",
            ),
            (
                "<methodCall><!--",
                "--><methodName>demo.sayHello</methodName></methodCall>",
            ),
            (
                "<methodCall><!--é",
                "--><methodName>demo.sayHello</methodName></methodCall>",
            ),
            (
                "<methodCall><?p ",
                "?><methodName>demo.sayHello</methodName></methodCall>",
            ),
            (
                "<methodCall><![CDATA[",
                "]]><methodName>demo.sayHello</methodName></methodCall>",
            ),
            (
                "<methodCall><methodName>demo.sayHello</methodName></methodCall>",
                "",
            ),
            (
                "",
                "<methodCall><methodName>demo.sayHello</methodName></methodCall>",
            ),
            ("<fault><value>", "</value></fault>"),
            (
                "<methodCall><methodName>demo.addTwoNumbers</methodName><value><int>1</int></value><value><string>",
                "</string></value></methodCall>",
            ),
        ] {
            requests.push([before.as_bytes(), piece, after.as_bytes()].concat());
        }
    }
    compare(&requests);
}

/// What only shows in long requests: names, depth, numbers of tags, lengths around PHP's reading in 256 KiB pieces.
#[test]
fn long_requests_get_the_same_bytes() {
    let call = |inside: &str| {
        format!("<methodCall><methodName>pingback.ping</methodName>{inside}</methodCall>")
            .into_bytes()
    };
    let mut requests = Vec::new();
    for length in [49_998, 49_999, 50_000, 50_001] {
        let name = "n".repeat(length);
        requests.push(call(&format!("<{name}></{name}>")));
        requests.push(call(&format!("<a {name}=''/>")));
        requests.push(call(&format!("<?{name}?>")));
    }
    for tags in [29_996, 29_997, 29_998, 29_999] {
        requests.push(call(&"<a></a>".repeat(tags)));
    }
    for depth in [255, 256, 257, 1_100] {
        requests.push(call(
            &[
                "<value><array><data>".repeat(depth),
                "</data></array></value>".repeat(depth),
            ]
            .concat(),
        ));
    }
    for before in 262_060..262_160 {
        let padding = "x".repeat(before - 60);
        requests.push(call(&format!(
            "<value>{padding}</value><!-- c --><?p q?><a b='>'/><value>&amp;é\r\ny<![CDATA[\r\n€]]></value>"
        )));
    }
    compare(&requests);
}
