//! Trackbacks: addresses, forms, charsets.

use crate::scenario::{Scenario, Send, Step, encode};

use super::dice::Dice;
use super::targets::Place;
use super::{site, texts, xml};

pub(super) fn play(dice: &mut Dice, scenario: &mut Scenario) {
    let place = if dice.chance(45) {
        Place::any(dice, scenario)
    } else {
        Place::usual(dice)
    };
    site::options(dice, scenario, 2);
    if dice.chance(15) {
        site::comments(dice, scenario);
    }
    if dice.chance(20) {
        site::tables(dice, scenario);
    }
    let mut send = one(dice, &place);
    xml::headers(dice, &mut send);
    scenario.steps.push(Step::Send(send.clone()));
    if dice.chance(15) {
        site::between(dice, scenario);
        if dice.chance(50) {
            send = one(dice, &place);
        }
        scenario.steps.push(Step::Send(send));
    }
}

/// A trackback to some post, with what a trackback has and now and then less or more.
fn one(dice: &mut Dice, place: &Place) -> Send {
    let mut fields: Vec<(String, Vec<u8>)> = vec![
        ("title".into(), words(dice)),
        ("url".into(), url(dice)),
        ("excerpt".into(), words(dice)),
        ("blog_name".into(), words(dice)),
    ];
    match dice.below(24) {
        0 => {
            fields.remove(dice.below(4));
        }
        1 => fields.retain(|_| dice.chance(50)),
        2 => fields[dice.below(4)].1.clear(),
        3 => fields[dice.below(4)].1 = b"0".to_vec(),
        4 => fields[dice.below(4)].1 = b" \t ".to_vec(),
        5 => {
            let at = dice.below(4);
            fields[at].0 += dice.pick(&["[]", "[a]", "[", ".", " ", "[][]"]);
        }
        6 => {
            let again = fields[dice.below(4)].0.clone();
            fields.push((again, words(dice)));
        }
        7 => fields.swap(0, 3),
        8 => {
            let at = dice.below(4);
            fields[at].0 = fields[at].0.to_uppercase();
        }
        9 => {
            // WordPress reads query variables from the body too.
            let name = dice.pick(&[
                "p",
                "name",
                "page_id",
                "s",
                "error",
                "tb",
                "m",
                "year",
                "pagename",
                "paged",
                "cat",
                "attachment",
                "preview",
                "embed",
                "rest_route",
                "post_type",
                "author",
                "page",
                "cpage",
                "tb_id",
                "name[]",
            ]);
            let value = dice.pick(&[
                "1",
                "16",
                "hello-world",
                "404",
                "rss2",
                "x",
                "",
                "2024",
                "999",
                "sample-page",
                "post",
                "/",
            ]);
            fields.push((name.into(), value.into()));
        }
        _ => {}
    }
    charset(dice, &mut fields);
    // Without a charset PHP guesses, sometimes wrongly, and linkbackd does not: a listed difference.
    let named = fields
        .iter()
        .any(|(name, value)| name == "charset" && !value.is_empty() && value != b"auto");
    let is_guess = |value: &[u8]| !value.is_ascii() && std::str::from_utf8(value).is_ok();
    if !named && fields.iter().any(|(_, value)| is_guess(value)) {
        fields.retain(|(name, _)| name != "charset");
        fields.push(("charset".into(), b"UTF-8".to_vec()));
    }
    let (path, id) = place.trackback(dice);
    let path = match address(dice, path.clone(), id) {
        // What is behind the script is PATH_INFO, and whether WordPress is told it is the web server's affair.
        other if place.is_number() && other.starts_with("/wp-trackback.php/") => path,
        other => other,
    };
    match dice.below(16) {
        0 => multipart(dice, &path, &fields),
        // nginx takes 8 kB of a request's first line.
        1 if fields.iter().map(|(_, value)| value.len()).sum::<usize>() < 2000 => {
            let query = urlencoded(dice, &fields);
            let join = if path.contains('?') { '&' } else { '?' };
            Send::new("POST", &format!("{path}{join}{query}"), "")
        }
        _ => {
            let body = urlencoded(dice, &fields);
            let mut send = Send::new("POST", &path, body);
            let kind = if dice.chance(94) {
                "application/x-www-form-urlencoded"
            } else {
                dice.pick(&[
                    "application/x-www-form-urlencoded; charset=ISO-8859-1",
                    "APPLICATION/X-WWW-FORM-URLENCODED",
                    "application/x-www-form-urlencoded,x",
                    "text/plain",
                    "application/x-www-form-urlencodedx",
                    " application/x-www-form-urlencoded",
                ])
            };
            send = send.header("Content-Type", kind);
            if dice.chance(3) {
                send.method = dice.pick(&["PUT", "HEAD", "GET", "DELETE"]).into();
            }
            send
        }
    }
}

fn words(dice: &mut Dice) -> Vec<u8> {
    match dice.below(8) {
        0 => b"A title".to_vec(),
        1 => texts::long(dice),
        2 => texts::text(dice, 4, 0),
        3 => {
            let mut text = texts::text(dice, 3, 30);
            text.extend(texts::long(dice));
            text
        }
        _ => texts::text(dice, 8, 45),
    }
}

fn url(dice: &mut Dice) -> Vec<u8> {
    if dice.chance(65) {
        return format!("http://t.example/page{}", dice.below(3)).into_bytes();
    }
    match dice.below(30) {
        0 => b"http://t.example/?a=1&b=2&amp;c=3".to_vec(),
        1 => b"http://t.example/a b c".to_vec(),
        2 => b"  http://t.example/a ".to_vec(),
        3 => b"http://t.example/it's\"quoted\"\\".to_vec(),
        4 => b"t.example/page".to_vec(),
        5 => b"/page".to_vec(),
        6 => b"javascript:alert(1)".to_vec(),
        7 => b"HTTP://T.EXAMPLE/Page".to_vec(),
        8 => "http://t.example/é?ü#日".into(),
        9 => b"http://t.example/a[1]?b[2]".to_vec(),
        10 => b"http://t.example/<b>x</b>".to_vec(),
        11 => b"http://t.example/a%0ab\nc%0d%250a".to_vec(),
        12 => b"http;//t.example/".to_vec(),
        13 => format!("http://t.example/{}", "a".repeat(dice.between(175, 190))).into_bytes(),
        14 => format!("http://t.example/?{}", "&".repeat(dice.between(30, 50))).into_bytes(),
        15 => b"mailto:a@b.example?subject=x y".to_vec(),
        16 => b"//t.example/x".to_vec(),
        17 => b"?a=b".to_vec(),
        18 => b"#x".to_vec(),
        19 => b"http://http://t.example/".to_vec(),
        20 => b"http://t.example/?u=http://x&#038;y=&#39;&#x41;&bogus;".to_vec(),
        21 => b"feed:http://t.example/".to_vec(),
        22 => b"h\x01ttp://t.example/\x00\x7f".to_vec(),
        23 => b"http://t.example/\xe9\xff".to_vec(),
        24 => b"index.php".to_vec(),
        25 => b"http://[::1]:80/[x]".to_vec(),
        26 => b"http://u:p@t.example:8080/;x=y,z!$*()".to_vec(),
        27 => b"data:text/html,<b>".to_vec(),
        28 => b"http://t.example/%e9%C3%A9%zz%".to_vec(),
        _ => [b"http://t.example/".to_vec(), texts::text(dice, 3, 60)].concat(),
    }
}

/// Names a charset, and perhaps writes the texts in it.
fn charset(dice: &mut Dice, fields: &mut Vec<(String, Vec<u8>)>) {
    if dice.chance(70) {
        return;
    }
    let (name, coding) = match dice.below(24) {
        0..6 => ("UTF-8", None),
        6 => ("utf-8 ", None),
        7 | 8 => ("ISO-8859-1", Some(encoding_rs::WINDOWS_1252)),
        9 => ("Windows-1251", Some(encoding_rs::WINDOWS_1251)),
        10 => ("EUC-JP", Some(encoding_rs::EUC_JP)),
        11 => ("SJIS", Some(encoding_rs::SHIFT_JIS)),
        12 => ("iso-8859-15", Some(encoding_rs::ISO_8859_15)),
        13 => ("KOI8-R", Some(encoding_rs::KOI8_R)),
        14 => ("ASCII", None),
        15 => ("UTF-16", None),
        16 => ("HTML-ENTITIES", None),
        17 => ("JIS", Some(encoding_rs::ISO_2022_JP)),
        18 => ("auto", None),
        19 => ("pass", None),
        20 => ("", None),
        21 => ("7bit", None),
        22 => ("UTF-7", None),
        _ => ("Windows-1252", Some(encoding_rs::WINDOWS_1252)),
    };
    if let Some(coding) = coding {
        for (field, value) in fields.iter_mut() {
            if field != "url" && dice.chance(80) {
                let text = String::from_utf8_lossy(value).into_owned();
                *value = coding.encode(&text).0.into_owned();
            }
        }
    }
    if dice.chance(90) {
        fields.push(("charset".into(), name.into()));
    }
}

/// Another spelling of a trackback's address.
fn address(dice: &mut Dice, path: String, id: u32) -> String {
    if dice.chance(72) || path.starts_with("/index.php") {
        return path;
    }
    let bare = path.trim_end_matches('/').to_owned();
    match dice.below(26) {
        0 => bare,
        1 => format!("{path}?a=1&b=2"),
        2 => format!("/wp-trackback.php?p={id}"),
        3 => format!("/wp-trackback.php/{id}"),
        4 => format!("/wp-trackback.php/{id}/"),
        5 => format!("/wp-trackback.php?page_id={id}"),
        6 => format!("/?p={id}&tb=1"),
        7 => format!("/wp-trackback.php?tb_id={id}"),
        8 => format!("/wp-trackback.php?attachment_id={id}"),
        9 => format!("{path}?p={id}"),
        10 => format!("{path}?tb=1"),
        11 => path.replacen("05", "5", 1),
        12 => path.replacen("2024", "2023", 1),
        13 => path.replacen('e', "%65", 1),
        14 => path.replace("/trackback", "/2/trackback"),
        15 => path.replace("hello-world", "hello-worl"),
        16 => path.to_uppercase().replace("TRACKBACK", "trackback"),
        17 => format!("{path}?x=/{id}"),
        18 => format!("/wp-trackback.php?p={id}abc"),
        19 => format!("/wp-trackback.php?name=three&p={id}"),
        20 => format!("/wp-trackback.php/x/{id}?a"),
        21 => "/?name=hello-world&tb=1".to_owned(),
        22 => format!("/?pagename=sample-page&tb=1&a=/{id}"),
        23 => format!("/index.php?p={id}&tb=1"),
        24 => path.replace("hello-world", "older"),
        _ => format!("/wp-trackback.php?p[]={id}"),
    }
}

fn urlencoded(dice: &mut Dice, fields: &[(String, Vec<u8>)]) -> String {
    let spaces = dice.chance(50);
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| {
            let value = encode(value);
            format!(
                "{}={}",
                name.replace(' ', "+"),
                if spaces {
                    value.replace("%20", "+")
                } else {
                    value
                }
            )
        })
        .collect();
    let text = pairs.join("&");
    match dice.below(40) {
        0 => text + "&",
        1 => format!("&&{text}"),
        2 => text.replace('&', "&amp;"),
        3 => text + "&=x&y&%00=z&[]=a&a[b=c",
        4 => text + "%",
        _ => text,
    }
}

fn multipart(dice: &mut Dice, path: &str, fields: &[(String, Vec<u8>)]) -> Send {
    let boundary = dice.pick(&["x", "----WebKitFormBoundaryabc", "a b", "=_'()+,-./:=?"]);
    let end = dice.or(90, "\r\n", "\n");
    let mut body = Vec::new();
    for (name, value) in fields {
        let name = match dice.below(12) {
            0 => format!("name={name}"),
            1 => format!("name='{name}'"),
            2 => format!("NAME=\"{name}\""),
            3 => format!("filename=\"x.txt\"; name=\"{name}\""),
            4 => format!("name=\"{name}\"; x=y"),
            _ => format!("name=\"{name}\""),
        };
        let more = dice.pick(&[
            "",
            "",
            "",
            "\r\nContent-Type: text/plain; charset=ISO-8859-1",
            "\r\nContent-Transfer-Encoding: base64",
            "\r\nX: y\r\n z",
        ]);
        body.extend(
            format!("--{boundary}{end}Content-Disposition: form-data; {name}{more}{end}{end}")
                .bytes(),
        );
        body.extend(value);
        body.extend(end.bytes());
    }
    let last = dice.pick(&["--\r\n", "--", "", "--\r\nepilogue"]);
    body.extend(format!("--{boundary}{last}").bytes());
    if dice.chance(8) {
        xml::bend(dice, &mut body);
    }
    let quoted = format!("multipart/form-data; boundary=\"{boundary}\"");
    let kind = match boundary {
        "x" | "----WebKitFormBoundaryabc" => format!(
            "multipart/form-data; {}boundary={boundary}",
            dice.or(80, "", "charset=utf-8; ")
        ),
        _ => quoted,
    };
    Send::new("POST", path, body).header("Content-Type", &kind)
}
