//! Odd requests to xmlrpc.php: encodings, types, wrong counts, every form of `?rsd`, multicalls that are none.

use crate::scenario::{HELLO, Scenario, Send, call, linking, xmlrpc};

pub(crate) fn all() -> Vec<Scenario> {
    [rsd(), bodies(), values(), counts(), multicalls()].concat()
}

fn rsd() -> Vec<Scenario> {
    let asked = |id: &str, method: &str, query: &str| {
        Scenario::new(format!("rsd/{id}")).send(Send::new(
            method,
            &format!("/xmlrpc.php{query}"),
            "",
        ))
    };
    let plain = |id: &str| asked(id, "GET", "?rsd");
    vec![
        asked("head", "HEAD", "?rsd"),
        asked("put", "PUT", "?rsd"),
        asked("empty", "GET", "?rsd="),
        asked("array", "GET", "?rsd[]=1"),
        asked("second", "GET", "?a=b&rsd"),
        asked("upper", "GET", "?RSD"),
        asked("dotted", "GET", "?rsd.x"),
        plain("folder")
            .option("home", "http://blog.test/sub")
            .option("siteurl", "http://blog.test/wp"),
        plain("https")
            .option("home", "https://blog.test")
            .option("siteurl", "https://blog.test"),
        plain("https-admin").option("siteurl", "https://blog.test"),
        plain("home-slash").option("home", "http://blog.test/"),
        plain("home-ampersand").option("home", "http://blog.test/?a&b"),
        plain("latin1").option("blog_charset", "ISO-8859-1"),
        plain("charset-empty").option("blog_charset", ""),
        plain("bare").structure("/%year%/%monthnum%/%day%/%postname%"),
    ]
}

/// Encodings, declared and real, and bodies that are no XML at all.
fn bodies() -> Vec<Scenario> {
    let call = "<methodCall><methodName>demo.sayHello</methodName></methodCall>";
    let unknown = "<methodCall><methodName>né</methodName></methodCall>";
    let declared = |encoding: &str, text: &str| {
        format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>{text}").into_bytes()
    };
    let latin1 = |text: &str| -> Vec<u8> { text.chars().map(|char| char as u8).collect() };
    let wide = |text: &str, mark: &[u8], little: bool| -> Vec<u8> {
        let units = text.encode_utf16();
        let bytes = units.flat_map(|unit| {
            if little {
                unit.to_le_bytes()
            } else {
                unit.to_be_bytes()
            }
        });
        mark.iter().copied().chain(bytes).collect()
    };
    let deep = format!(
        "<methodCall><methodName>demo.sayHello</methodName><params><param>{}{}</param></params></methodCall>",
        "<value><array><data>".repeat(60),
        "</data></array></value>".repeat(60)
    );
    let bodies: Vec<(&str, Vec<u8>)> = vec![
        ("utf8", declared("UTF-8", unknown)),
        ("utf8-lower", declared("utf-8", unknown)),
        (
            "latin1",
            [declared("ISO-8859-1", ""), latin1(unknown)].concat(),
        ),
        ("latin1-undeclared", latin1(unknown)),
        (
            "windows-1252",
            [declared("windows-1252", ""), latin1(unknown)].concat(),
        ),
        ("ascii", declared("US-ASCII", call)),
        ("ascii-not", declared("US-ASCII", unknown)),
        ("unknown", declared("x-no-such", call)),
        ("utf16-declared", declared("UTF-16", call)),
        ("utf16-little", wide(call, b"\xff\xfe", true)),
        ("utf16-big", wide(call, b"\xfe\xff", false)),
        ("utf16-unmarked", wide(call, b"", true)),
        (
            "single-quotes",
            format!("<?xml version='1.0' encoding='UTF-8'?>{call}").into(),
        ),
        ("version-2", format!("<?xml version=\"2.0\"?>{call}").into()),
        ("declaration-only", b"<?xml version=\"1.0\"?>".to_vec()),
        ("declaration-open", b"<?xml version=\"1.0\"".to_vec()),
        (
            "doctype-system",
            format!("<!DOCTYPE methodCall SYSTEM \"http://127.0.0.1:1/x.dtd\">{call}").into(),
        ),
        (
            "doctype-entity",
            format!(
                "<!DOCTYPE methodCall [<!ENTITY h \"demo.sayHello\">]>{}",
                call.replace("demo.sayHello", "&h;")
            )
            .into(),
        ),
        (
            "doctype-lower",
            format!("<!doctype methodCall>{call}").into(),
        ),
        ("doctype-html", format!("<!DOCTYPE html>{call}").into()),
        ("instruction", format!("<?php echo 1; ?>{call}").into()),
        (
            "cdata-around",
            call.replace("<methodName>", "<![CDATA[ ]]><methodName>")
                .into(),
        ),
        (
            "namespace",
            call.replace("<methodCall>", "<methodCall xmlns=\"http://x.example/\">")
                .into(),
        ),
        ("prefix", call.replace("methodCall", "x:methodCall").into()),
        ("html", b"<html><body><p>hello</p></body></html>".to_vec()),
        (
            "wrong-nesting",
            b"<methodCall><methodName>demo.sayHello</methodCall></methodName>".to_vec(),
        ),
        ("two-roots", format!("{call}{call}").into()),
        ("less-than", b"<".to_vec()),
        ("deep", deep.into()),
        (
            "long-name",
            call.replace("sayHello", &"x".repeat(5000)).into(),
        ),
        (
            "entities-in-name",
            call.replace("demo", "d&#101;m&#x6f;").into(),
        ),
        ("empty-name", call.replace("demo.sayHello", "").into()),
        (
            "tab-name",
            call.replace("demo.sayHello", "demo.\tsayHello").into(),
        ),
    ];
    let mut all: Vec<Scenario> = bodies
        .into_iter()
        .map(|(id, body)| Scenario::new(format!("body/{id}")).send(xmlrpc(body)))
        .collect();
    for (id, kind) in [
        ("type-form", "application/x-www-form-urlencoded"),
        ("type-json", "application/json"),
        ("type-multipart", "multipart/form-data; boundary=x"),
        ("type-multipart-bare", "multipart/form-data"),
        ("type-none", ""),
    ] {
        let send = xmlrpc(call);
        let send = match kind {
            "" => send.without("Content-Type"),
            kind => send.header("Content-Type", kind),
        };
        all.push(Scenario::new(format!("body/{id}")).send(send));
    }
    all
}

/// Values of every type, where demo.addTwoNumbers, unknown methods and pings meet them.
fn values() -> Vec<Scenario> {
    let types = [
        ("boolean", "<boolean>1</boolean>"),
        ("boolean-word", "<boolean>true</boolean>"),
        ("boolean-zero", "<boolean>0</boolean>"),
        ("i8", "<i8>3</i8>"),
        ("int-plus", "<int>+3</int>"),
        ("int-float", "<int>3.9</int>"),
        ("int-empty", "<int></int>"),
        ("int-spaces", "<int> 3 </int>"),
        ("int-words", "<int>three</int>"),
        ("double", "<double>-1.5e3</double>"),
        ("double-words", "<double>x</double>"),
        ("double-tiny", "<double>0.00001</double>"),
        ("double-huge", "<double>1e30</double>"),
        ("string", "<string> 3 </string>"),
        ("string-number", "<string>3</string>"),
        ("untyped", "3"),
        ("base64", "<base64>Mw==</base64>"),
        ("base64-broken", "<base64>*Mw</base64>"),
        (
            "date",
            "<dateTime.iso8601>20240506T10:00:00</dateTime.iso8601>",
        ),
        ("date-broken", "<dateTime.iso8601>x</dateTime.iso8601>"),
        (
            "struct",
            "<struct><member><name>a</name><value>3</value></member></struct>",
        ),
        ("struct-empty", "<struct></struct>"),
        (
            "array",
            "<array><data><value><int>3</int></value></data></array>",
        ),
        ("array-empty", "<array><data></data></array>"),
        ("array-bare", "<array></array>"),
        ("nil", "<nil/>"),
        ("unknown", "<number>3</number>"),
        ("upper", "<INT>3</INT>"),
    ];
    let mut all = Vec::new();
    for (id, value) in types {
        all.push(
            Scenario::new(format!("value/{id}"))
                .send(call("demo.addTwoNumbers", &[value, "<int>4</int>"]))
                .send(call("demo.sayHello", &[value]))
                .send(call("mt.getTrackbackPings", &[value])),
        );
        all.push(
            Scenario::new(format!("value-as-source/{id}"))
                .send(call(
                    "pingback.ping",
                    &[value, &format!("<string>{HELLO}</string>")],
                ))
                .send(call("pingback.extensions.getPingbacks", &[value])),
        );
    }
    all
}

fn counts() -> Vec<Scenario> {
    let one = "<int>1</int>";
    let list = "<array><data><value><int>1</int></value><value><int>2</int></value></data></array>";
    let structure = "<struct><member><name>a</name><value><int>1</int></value></member>\
                     <member><name>b</name><value><int>2</int></value></member></struct>";
    [
        ("add-none", "demo.addTwoNumbers", vec![]),
        ("add-one", "demo.addTwoNumbers", vec![one]),
        ("add-three", "demo.addTwoNumbers", vec![one, one, one]),
        ("add-list", "demo.addTwoNumbers", vec![list]),
        ("add-struct", "demo.addTwoNumbers", vec![structure]),
        ("hello-list", "demo.sayHello", vec![list]),
        ("list-methods", "system.listMethods", vec![one]),
        ("capabilities", "system.getCapabilities", vec![one, list]),
        ("multicall-two", "system.multicall", vec![list, one]),
        ("multicall-struct", "system.multicall", vec![structure]),
        ("signature", "system.methodSignature", vec![one]),
        ("help", "system.methodHelp", vec![one]),
        ("supported-methods", "mt.supportedMethods", vec![one]),
        ("text-filters", "mt.supportedTextFilters", vec![]),
        (
            "trackback-pings",
            "mt.getTrackbackPings",
            vec!["<int>15</int>", one],
        ),
        (
            "trackback-pings-list",
            "mt.getTrackbackPings",
            vec!["<array><data><value><int>15</int></value></data></array>"],
        ),
        ("ping-struct", "pingback.ping", vec![structure]),
        (
            "ping-list-of-one",
            "pingback.ping",
            vec!["<array><data><value>x</value></data></array>"],
        ),
        (
            "get-pingbacks-list",
            "pingback.extensions.getPingbacks",
            vec!["<array><data><value>http://blog.test/?p=15</value></data></array>"],
        ),
        ("unknown", "no.such", vec![one]),
        ("name-like-function", "phpinfo", vec![]),
        ("name-this", "this:sayHello", vec![]),
    ]
    .into_iter()
    .map(|(id, method, params)| Scenario::new(format!("count/{id}")).send(call(method, &params)))
    .collect()
}

fn multicalls() -> Vec<Scenario> {
    let member = |name: &str, value: &str| {
        format!("<member><name>{name}</name><value>{value}</value></member>")
    };
    let item = |members: &[String]| format!("<value><struct>{}</struct></value>", members.concat());
    let list = |items: &[String]| format!("<array><data>{}</data></array>", items.concat());
    let params = |values: &str| member("params", &format!("<array><data>{values}</data></array>"));
    let hello = item(&[member("methodName", "demo.sayHello"), params("")]);
    let ping = |source: &str| {
        item(&[
            member("methodName", "pingback.ping"),
            params(&format!(
                "<value>{{source}}{source}</value><value>{HELLO}</value>"
            )),
        ])
    };
    let lists: Vec<(&str, String)> = vec![
        ("no-name", list(&[item(&[params("")])])),
        (
            "no-params",
            list(&[item(&[member("methodName", "demo.sayHello")])]),
        ),
        (
            "string-params",
            list(&[item(&[
                member("methodName", "demo.sayHello"),
                member("params", "x"),
            ])]),
        ),
        (
            "struct-params",
            list(&[item(&[
                member("methodName", "demo.addTwoNumbers"),
                member(
                    "params",
                    "<struct><member><name>a</name><value><int>1</int></value></member></struct>",
                ),
            ])]),
        ),
        (
            "params-first",
            list(&[item(&[params(""), member("methodName", "demo.sayHello")])]),
        ),
        (
            "int-name",
            list(&[item(&[member("methodName", "<int>5</int>"), params("")])]),
        ),
        (
            "array-name",
            list(&[item(&[
                member("methodName", "<array><data></data></array>"),
                params(""),
            ])]),
        ),
        ("string-item", list(&["<value>x</value>".into()])),
        (
            "list-item",
            list(&[
                "<value><array><data></data></array></value>".into(),
                hello.clone(),
            ]),
        ),
        ("twelve-hellos", list(&vec![hello.clone(); 12])),
        (
            "one-param",
            list(&[item(&[
                member("methodName", "mt.getTrackbackPings"),
                params("<value><int>15</int></value>"),
            ])]),
        ),
        (
            "wrong-count",
            list(&[item(&[
                member("methodName", "demo.addTwoNumbers"),
                params("<value><int>1</int></value>"),
            ])]),
        ),
        (
            "same-ping-twice",
            list(&[ping("/page"), ping("/page"), hello.clone()]),
        ),
        (
            "duplicate-text",
            list(&[ping("/page"), ping("/other"), hello.clone()]),
        ),
        (
            "struct-itself",
            item(&[member("methodName", "demo.sayHello"), params("")])
                .replace("<value>", "")
                .replace("</value>", ""),
        ),
    ];
    lists
        .into_iter()
        .map(|(id, param)| {
            Scenario::new(format!("multicall-odd/{id}"))
                .page("/page", linking(HELLO))
                .page("/other", linking(HELLO))
                .send(call("system.multicall", &[&param]))
        })
        .collect()
}
