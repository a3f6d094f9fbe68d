//! What comes to xmlrpc.php: pings in every shape, other methods, broken XML, odd headers.

use crate::scenario::{HELLO, Scenario, Send, Step, encode, xmlrpc};

use super::dice::Dice;
use super::{pages, site, texts};

/// A text as XML has it.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks(3)
        .flat_map(|part| {
            let byte = |at: usize| usize::from(part.get(at).copied().unwrap_or(0));
            let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
            (0..4).map(move |at| match at > part.len() {
                true => '=',
                false => char::from(LETTERS[bits >> (18 - 6 * at) & 63]),
            })
        })
        .collect()
}

/// A parameter that still says this text, most often.
fn shaped(dice: &mut Dice, text: &str) -> String {
    let plain = escape(text);
    match dice.below(24) {
        0 => plain,
        1 => format!(" {plain} "),
        2 => format!("<string>\n {plain}\t</string>"),
        3 => format!("<string><![CDATA[{text}]]></string>"),
        // The port of the source site is known later only.
        4 if !text.contains("{source}") => format!("<base64>{}</base64>", base64(text.as_bytes())),
        5 if !text.contains("{source}") => {
            format!("<base64>\n {} \n</base64>", base64(text.as_bytes()))
        }
        6 => format!("x<string>{plain}</string>"),
        7 => format!("<string>{plain}</string>x"),
        8 => format!(
            "<string>{}<!-- c -->{}</string>",
            &plain[..plain.len() / 2],
            &plain[plain.len() / 2..]
        ),
        9 => format!("<string a=\"b\">{plain}</string>"),
        10 => format!("<array><data><value>{plain}</value></data></array>"),
        11 => format!("<struct><member><name>a</name><value>{plain}</value></member></struct>"),
        12 => format!("<string>{}</string>", plain.replace('/', "&#47;")),
        13 => format!("<string>{}</string>", plain.replace(':', "&#x3a;")),
        14 => format!("<name>{plain}</name><string>{plain}</string>"),
        15 => format!("<string>{plain}</string><int>5</int>"),
        16 => "<int>5</int>".into(),
        17 => dice
            .pick(&[
                "<nil/>",
                "",
                "<string/>",
                "<boolean>1</boolean>",
                "<double>1.5</double>",
                "<dateTime.iso8601>20240101T00:00:00</dateTime.iso8601>",
                "<i8>3</i8>",
                "<array><data></data></array>",
                "<struct></struct>",
                "<base64>!!</base64>",
                "<array/>",
                "<string>0</string>",
                "<boolean>0</boolean>",
            ])
            .into(),
        18 => format!("<string>{plain}\0</string>"),
        _ => format!("<string>{plain}</string>"),
    }
}

/// A call of `pingback.ping` in some shape.
pub(super) fn ping(dice: &mut Dice, source: &str, target: &str) -> Send {
    let mut params = vec![shaped(dice, source), shaped(dice, target)];
    match dice.below(12) {
        0 => params.push("<string>more</string>".into()),
        1 => params.insert(0, dice.pick(&["", "<nil/>", " ", "<i8>1</i8>"]).into()),
        2 => params.truncate(1),
        3 => {
            let items: String = params
                .iter()
                .map(|value| format!("<value>{value}</value>"))
                .collect();
            params = vec![format!("<array><data>{items}</data></array>")];
        }
        4 => {
            let names = [("source", 0), ("target", 1)].map(|(name, at)| {
                format!(
                    "<member><name>{}</name><value>{}</value></member>",
                    if dice.chance(50) {
                        name.to_owned()
                    } else {
                        at.to_string()
                    },
                    params[at]
                )
            });
            params = vec![format!("<struct>{}</struct>", names.concat())];
        }
        5 => params.swap(0, 1),
        _ => {}
    }
    let params: String = params
        .iter()
        .map(|value| match dice.below(20) {
            0 => format!("<param>{value}</param>"),
            1 => format!("<value>{value}</value>"),
            2 => format!("<param>\n<value>{value}</value>\n</param>\n"),
            _ => format!("<param><value>{value}</value></param>"),
        })
        .collect();
    let name = if dice.chance(96) {
        "pingback.ping"
    } else {
        dice.pick(&[
            " pingback.ping\n",
            "Pingback.ping",
            "pingback.ping\u{a0}",
            "<![CDATA[pingback.ping]]>",
        ])
    };
    let (open, close) = if dice.chance(95) {
        ("<params>", "</params>")
    } else {
        ("", "")
    };
    let body = format!(
        "{}<methodCall><methodName>{name}</methodName>{open}{params}{close}</methodCall>",
        declaration(dice)
    );
    xmlrpc(body)
}

fn declaration(dice: &mut Dice) -> String {
    match dice.below(24) {
        0 => String::new(),
        1 => "<?xml version='1.0' encoding='ISO-8859-1'?>".into(),
        2 => "\n  <?xml version=\"1.0\"?>\n".into(),
        3 => "<?xml version=\"1.0\"?><!DOCTYPE methodCall>".into(),
        4 => "<?xml version=\"1.0\" encoding=\"utf-16\" standalone=\"yes\"?>".into(),
        5 => "\u{feff}<?xml version=\"1.0\"?>".into(),
        6 => "<?xml version=\"1.1\"?>".into(),
        7 => "<?XML version=\"1.0\"?>".into(),
        8 => format!(
            "<?xml version=\"1.0\"{}?>",
            " ".repeat(dice.between(70, 90))
        ),
        9 => "<?xml version=\"1.0\"?><?pi x?>".into(),
        10 => "<?xml version=\"1.0\"?><!-- c -->".into(),
        11 => "<?xml version=\"1.0\"?><!doctype methodCall SYSTEM \"x\">\n".into(),
        12 => "<?xml?>".into(),
        _ => "<?xml version=\"1.0\"?>".into(),
    }
}

/// A value of any type, however deep.
fn value(dice: &mut Dice, depth: usize) -> String {
    let inner = match dice.below(if depth > 0 { 18 } else { 13 }) {
        0 => "<int>3</int>".into(),
        1 => format!(
            "<i4>{}</i4>",
            dice.pick(&[
                "-7",
                "+4",
                " 12 ",
                "4x",
                "0x1A",
                "1e3",
                "9223372036854775807",
                "9223372036854775808",
                "",
                "-0",
                "1.9",
                "007"
            ])
        ),
        2 => format!(
            "<double>{}</double>",
            dice.pick(&[
                "0.1",
                "1e308",
                "-1.5e-7",
                "abc",
                "1,5",
                ".5",
                "1e400",
                "100000000000000000000",
                "0.30000000000000004",
                "-0"
            ])
        ),
        3 => format!(
            "<boolean>{}</boolean>",
            dice.pick(&["1", "0", "true", "false", "", " 1", "2"])
        ),
        4 => format!(
            "<base64>{}</base64>",
            dice.pick(&[
                "aGVsbG8=", "aGVs bG8", "!!!", "6eg=", "AAEC", "PGI+Jic=", "a", ""
            ])
        ),
        5 => format!(
            "<dateTime.iso8601>{}</dateTime.iso8601>",
            dice.pick(&[
                "20240101T00:00:00",
                "2024-01-01T00:00:00Z",
                "x",
                "",
                "20240101T00:00",
                "20241301T99:99:99+01:00"
            ])
        ),
        6 => dice
            .pick(&["<nil/>", "<i8>5</i8>", "<string/>", "", " ", "<ex:nil/>"])
            .into(),
        7 => "<string>http://blog.test/?p=15</string>".into(),
        8 => "<string>15</string>".into(),
        9..12 => {
            let text = String::from_utf8_lossy(&texts::text(dice, 3, 40)).into_owned();
            format!(
                "<string>{}</string>",
                escape(&text).replace(|char: char| char.is_control(), " ")
            )
        }
        12 => escape(dice.pick(&["plain", " spaced ", "é", "0", "it's \"q\""])),
        13..16 => {
            let items: String = (0..dice.below(4)).map(|_| value(dice, depth - 1)).collect();
            format!("<array><data>{items}</data></array>")
        }
        _ => {
            let members: String = (0..dice.below(4))
                .map(|_| {
                    let name = dice.pick(&[
                        "a",
                        "0",
                        "1",
                        "methodName",
                        "params",
                        "",
                        "é&lt;",
                        "a b",
                        "-1",
                        "01",
                    ]);
                    format!(
                        "<member><name>{name}</name>{}</member>",
                        value(dice, depth - 1)
                    )
                })
                .collect();
            format!("<struct>{members}</struct>")
        }
    };
    format!("<value>{inner}</value>")
}

/// Methods that need no login.
fn method(dice: &mut Dice) -> &'static str {
    dice.pick(&[
        "demo.sayHello",
        "demo.addTwoNumbers",
        "demo.addTwoNumbers",
        "system.listMethods",
        "system.getCapabilities",
        "mt.supportedMethods",
        "mt.supportedTextFilters",
        "mt.getTrackbackPings",
        "mt.getTrackbackPings",
        "pingback.extensions.getPingbacks",
        "pingback.extensions.getPingbacks",
        "pingback.ping",
        "system.multicall",
        "no.such",
        "system.methodHelp",
        "system.describeMethods",
        "",
        "demo.sayhello",
        "a&lt;b&gt;'\"&amp;é",
        "0",
        "this:x",
        "blogger.getTemplate",
    ])
}

fn item(dice: &mut Dice, source: &str) -> String {
    let params: String = match dice.below(4) {
        0 => format!("<value><string>{source}</string></value><value>{HELLO}</value>"),
        _ => (0..dice.below(3)).map(|_| value(dice, 1)).collect(),
    };
    let name = match dice.below(4) {
        0 => "pingback.ping",
        _ => method(dice),
    };
    let (mut name, mut params) = (
        format!("<member><name>methodName</name><value><string>{name}</string></value></member>"),
        format!(
            "<member><name>params</name><value><array><data>{params}</data></array></value></member>"
        ),
    );
    match dice.below(30) {
        0 => name = format!("<member><name>methodName</name>{}</member>", value(dice, 1)),
        1 => params = format!("<member><name>params</name>{}</member>", value(dice, 1)),
        2 => name.clear(),
        3 => params.clear(),
        4 => return value(dice, 2),
        5 => std::mem::swap(&mut name, &mut params),
        _ => {}
    }
    format!("<value><struct>{name}{params}</struct></value>")
}

pub(super) fn play(dice: &mut Dice, scenario: &mut Scenario) {
    let source = pages::add(dice, scenario, HELLO, 0);
    let source = escape(&source);
    let params: String = match dice.below(4) {
        0 => {
            let items: String = (0..dice.between(1, 6))
                .map(|_| item(dice, &source))
                .collect();
            format!(
                "<params><param><value><array><data>{items}</data></array></value></param></params>"
            )
        }
        _ => {
            let params: String = (0..dice.below(4))
                .map(|_| format!("<param>{}</param>", value(dice, 2)))
                .collect();
            format!("<params>{params}</params>")
        }
    };
    let name = if params.contains("methodName") && dice.chance(85) {
        "system.multicall"
    } else {
        method(dice)
    };
    let mut body = format!(
        "{}<methodCall><methodName>{name}</methodName>{params}</methodCall>",
        declaration(dice)
    )
    .into_bytes();
    if dice.chance(25) {
        for _ in 0..dice.between(1, 2) {
            bend(dice, &mut body);
        }
    }
    let mut send = xmlrpc(body);
    if dice.chance(10) {
        send.path = dice
            .pick(&[
                "/xmlrpc.php?rsd",
                "/xmlrpc.php?rsd=1&a=b",
                "/xmlrpc.php?RSD",
                "/xmlrpc.php?a[rsd]=1",
                "/xmlrpc.php?rsd[]=x",
                "/xmlrpc.php?a=rsd",
                "/xmlrpc.php?rsd.x=1",
                "/xmlrpc.php?%72sd",
                "/xmlrpc.php?x&rsd",
                "/xmlrpc.php?+rsd",
            ])
            .into();
    }
    if dice.chance(6) {
        send.method = dice
            .pick(&["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
            .into();
    }
    headers(dice, &mut send);
    send = send.header("User-Agent", site::AGED);
    if dice.chance(20) {
        site::options(dice, scenario, 2);
    }
    site::age_comments(scenario);
    scenario.steps.push(Step::Send(send));
}

/// Changes a few bytes.
pub(super) fn bend(dice: &mut Dice, body: &mut Vec<u8>) {
    let at = dice.below(body.len());
    match dice.below(8) {
        0 => {
            let end = (at + dice.between(1, 12)).min(body.len());
            body.drain(at..end);
        }
        1 | 2 => {
            let more = texts::any(dice);
            body.splice(at..at, more);
        }
        3 => body.truncate(at),
        4 => {
            let end = (at + dice.between(1, 40)).min(body.len());
            let again = body[at..end].to_vec();
            body.splice(at..at, again);
        }
        5 => {
            let tag = dice.pick(&[
                "<!-- x -->",
                "<b/>",
                "<value/>",
                "<![CDATA[]]>",
                "<?x y?>",
                "</value>",
                "<params>",
                "<fault/>",
                "&#32;",
                "&lt;",
                "]]>",
                "<a:b xmlns:a=\"c\"/>",
                "<data>",
                "</struct>",
                "<methodResponse/>",
            ]);
            // Between two elements, most often.
            let at = memchr::memchr_iter(b'<', body)
                .nth(dice.below(24))
                .unwrap_or(at);
            body.splice(at..at, tag.bytes());
        }
        6 => {
            if let Some(byte) = body.get_mut(at) {
                *byte = u8::try_from(dice.below(256)).unwrap_or(0);
            }
        }
        _ => body.extend(texts::any(dice)),
    }
}

/// Odd headers, now and then.
pub(super) fn headers(dice: &mut Dice, send: &mut Send) {
    if dice.chance(15) {
        *send = send.clone().header("User-Agent", &site::agent(dice));
    }
    if dice.chance(20) {
        let accept = dice.pick(&[
            "application/json",
            "text/html, application/json",
            "application/json;q=0",
            "text/xml",
            "application/xml",
            "application/rss+xml",
            "*/*",
            "text/javascript",
            "application/ld+json",
            "APPLICATION/JSON",
            "application/xhtml+xml",
            "application/jsonp",
            "json",
            "application/javascript",
            "",
        ]);
        *send = send.clone().header("Accept", accept);
    }
    if dice.chance(8) {
        let kind = dice.pick(&[
            "application/json",
            "text/xml; charset=utf-16",
            "application/x-www-form-urlencoded",
            "text/plain",
            "application/activity+json",
            "application/json; charset=x",
            "multipart/form-data; boundary=x",
        ]);
        *send = send.clone().header("Content-Type", kind);
    }
    if dice.chance(10) {
        send.client = dice
            .pick(&[
                "198.51.100.7",
                "2001:db8::7",
                "203.0.113.255",
                "2001:db8::1",
            ])
            .into();
    }
    if dice.chance(8) {
        let (name, value) = match dice.below(9) {
            0 => ("Referer", "http://blog.test/"),
            1 => ("X-Forwarded-Host", "evil.example"),
            2 => ("Cookie", "wordpress_logged_in_x=y; a=b"),
            3 => ("X-HTTP-Method-Override", "PUT"),
            4 => ("Origin", "http://evil.example"),
            5 => ("Accept-Language", "de"),
            6 => ("X-Real-IP", "10.0.0.1"),
            7 => ("Client-IP", "10.0.0.1"),
            _ => ("If-None-Match", "*"),
        };
        *send = send.clone().header(name, value);
    }
    if dice.chance(4) {
        let word = encode(&texts::text(dice, 1, 0)).replace(['%', '.'], "-");
        let word: String = word.chars().take(100).collect();
        *send = send.clone().header(&format!("X-{word}"), "y");
    }
}
