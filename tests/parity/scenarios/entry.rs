//! xmlrpc.php itself: methods of HTTP, the XML, the dispatch, multicall.

use crate::scenario::{HELLO, Scenario, Send, call, linking, ping, xmlrpc};

pub(crate) fn all() -> Vec<Scenario> {
    let mut all = vec![Scenario::pinged("entry/plain", HELLO)];
    for method in ["GET", "HEAD", "PUT", "DELETE"] {
        all.push(Scenario::new(format!("entry/{method}")).send(Send::new(
            method,
            "/xmlrpc.php",
            "",
        )));
    }
    all.extend([
        Scenario::new("entry/rsd").send(Send::new("GET", "/xmlrpc.php?rsd", "")),
        Scenario::new("entry/rsd-plain")
            .structure("")
            .send(Send::new("GET", "/xmlrpc.php?rsd", "")),
        Scenario::new("entry/rsd-index")
            .structure("/index.php/%year%/%monthnum%/%day%/%postname%/")
            .send(Send::new("GET", "/xmlrpc.php?rsd", "")),
        Scenario::new("entry/rsd-post").send(Send::new(
            "POST",
            "/xmlrpc.php?a=1&rsd=0",
            "<methodCall/>",
        )),
        Scenario::new("entry/charset-option")
            .option("blog_charset", "utf8")
            .send(call("demo.sayHello", &[])),
        Scenario::new("entry/charset-latin1")
            .option("blog_charset", "ISO-8859-1")
            .send(call("demo.sayHello", &[])),
    ]);
    let hello = "<methodCall><methodName>demo.sayHello</methodName></methodCall>";
    let texts: Vec<(&str, Vec<u8>)> = vec![
        ("empty", b"".to_vec()),
        ("space", b" \n\t ".to_vec()),
        ("json", b"{\"method\": \"demo.sayHello\"}".to_vec()),
        ("hello", hello.into()),
        ("bom", format!("\u{feff}{hello}").into()),
        ("comment-first", format!("<!-- x -->{hello}").into()),
        (
            "comment-inside",
            hello.replace("demo", "<!-- x -->demo").into(),
        ),
        (
            "upper-root",
            hello.replace("methodCall", "METHODCALL").into(),
        ),
        ("empty-root", "<methodCall/>".into()),
        (
            "root-attribute",
            hello
                .replacen("<methodCall", "<methodCall a=\"1\"", 1)
                .into(),
        ),
        (
            "doctype",
            format!("<?xml version=\"1.0\"?><!DOCTYPE methodCall>{hello}").into(),
        ),
        (
            "doctype-subset",
            format!("<!DOCTYPE methodCall [<!ENTITY a \"b\">]>{hello}").into(),
        ),
        (
            "late-doctype",
            hello
                .replace("<methodName>", "<!DOCTYPE x><methodName>")
                .into(),
        ),
        (
            "declaration-inside",
            hello
                .replace("<methodName>", "<?xml version=\"1.0\"?><methodName>")
                .into(),
        ),
        (
            "two-declarations",
            format!("<?xml version=\"1.0\"?><?xml version=\"1.0\"?>{hello}").into(),
        ),
        (
            "declared-latin1",
            format!(
                "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>{}",
                hello.replace("demo.sayHello", "é")
            )
            .into(),
        ),
        ("trailing-text", format!("{hello}x").into()),
        ("trailing-comment", format!("{hello}<!-- x -->").into()),
        ("not-closed", hello.replace("</methodCall>", "").into()),
        ("unknown-entity", hello.replace("demo", "&eacute;").into()),
        ("control-reference", hello.replace("demo", "&#1;").into()),
        ("nul", hello.replace("demo", "\0").into()),
        (
            "cdata-name",
            hello
                .replace("demo.sayHello", "<![CDATA[demo.sayHello]]>")
                .into(),
        ),
        (
            "spaced-name",
            hello.replace("demo.sayHello", "\n demo.sayHello ").into(),
        ),
        ("child-in-name", hello.replace("demo.", "demo.<b/>").into()),
        (
            "two-names",
            hello
                .replace(
                    "</methodCall>",
                    "<methodName>demo.addTwoNumbers</methodName></methodCall>",
                )
                .into(),
        ),
        (
            "no-name",
            "<methodCall><params></params></methodCall>".into(),
        ),
        ("name-case", hello.replace("sayHello", "sayhello").into()),
        (
            "name-markup",
            hello.replace("demo.sayHello", "a&lt;b&gt;&amp;\"'é").into(),
        ),
        (
            "response",
            "<methodResponse><params></params></methodResponse>".into(),
        ),
        ("fault-inside", "<methodCall><fault/></methodCall>".into()),
        ("gzip", vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]),
        (
            "bad-utf8",
            [
                hello.replace("demo.sayHello", "").into_bytes(),
                b"\xff".to_vec(),
            ]
            .concat(),
        ),
    ];
    for (name, body) in texts {
        all.push(Scenario::new(format!("entry/xml-{name}")).send(xmlrpc(body)));
    }
    for (name, method, params) in [
        ("list-methods", "system.listMethods", vec![]),
        ("capabilities", "system.getCapabilities", vec![]),
        ("supported-methods", "mt.supportedMethods", vec![]),
        (
            "text-filters",
            "mt.supportedTextFilters",
            vec!["<int>1</int>"],
        ),
        (
            "add",
            "demo.addTwoNumbers",
            vec!["<int>1</int>", "<i4>2</i4>"],
        ),
        (
            "add-strings",
            "demo.addTwoNumbers",
            vec!["<string>1</string>", "<string>2</string>"],
        ),
        (
            "add-overflow",
            "demo.addTwoNumbers",
            vec!["<int>9223372036854775807</int>", "<int>1</int>"],
        ),
        (
            "add-doubles",
            "demo.addTwoNumbers",
            vec!["<double>0.1</double>", "<double>0.2</double>"],
        ),
        (
            "trackback-pings",
            "mt.getTrackbackPings",
            vec!["<int>15</int>"],
        ),
        (
            "trackback-pings-none",
            "mt.getTrackbackPings",
            vec!["<int>1</int>"],
        ),
        (
            "trackback-pings-absent",
            "mt.getTrackbackPings",
            vec!["<int>999</int>"],
        ),
        ("trackback-pings-no-args", "mt.getTrackbackPings", vec![]),
        (
            "trackback-pings-text",
            "mt.getTrackbackPings",
            vec!["<string>15</string>"],
        ),
        (
            "trackback-pings-blank-behind",
            "mt.getTrackbackPings",
            vec!["<base64>MTUg</base64>"],
        ),
        (
            "trackback-pings-letters-behind",
            "mt.getTrackbackPings",
            vec!["<string>15th</string>"],
        ),
        (
            "trackback-pings-float",
            "mt.getTrackbackPings",
            vec!["<double>15.7</double>"],
        ),
        (
            "trackback-pings-true",
            "mt.getTrackbackPings",
            vec!["<boolean>1</boolean>"],
        ),
        (
            "trackback-pings-list",
            "mt.getTrackbackPings",
            vec!["<array><data><value><int>15</int></value></data></array>"],
        ),
        (
            "trackback-pings-two",
            "mt.getTrackbackPings",
            vec!["<int>15</int>", "<int>16</int>"],
        ),
    ] {
        all.push(Scenario::new(format!("method/{name}")).send(call(method, &params)));
    }
    let pingbacks = "pingback.extensions.getPingbacks";
    for (name, params) in [
        (
            "several",
            vec!["<string>http://blog.test/2024/05/16/pinged/</string>"],
        ),
        ("by-id", vec!["<string>http://blog.test/?p=15</string>"]),
        (
            "entity",
            vec!["<string>http://blog.test/?a=1&amp;p=15</string>"],
        ),
        (
            "double-entity",
            vec!["<string>http://blog.test/?a=1&amp;amp;p=15</string>"],
        ),
        (
            "none",
            vec!["<string>http://blog.test/2024/05/17/three/</string>"],
        ),
        ("fragment", vec!["<string>http://blog.test/#15</string>"]),
        ("draft", vec!["<string>http://blog.test/?p=6</string>"]),
        ("absent", vec!["<string>http://blog.test/?p=999</string>"]),
        ("foreign", vec!["<string>http://other.test/?p=15</string>"]),
        (
            "two-params",
            vec!["<string>http://blog.test/?p=15</string>", "<int>1</int>"],
        ),
        ("no-params", vec![]),
        ("int", vec!["<int>15</int>"]),
    ] {
        all.push(Scenario::new(format!("get-pingbacks/{name}")).send(call(pingbacks, &params)));
    }
    all.extend(arguments());
    all.extend(multicalls());
    all
}

/// How the two arguments of pingback.ping may come.
fn arguments() -> Vec<Scenario> {
    let (source, target) = ("{source}/page", HELLO);
    let typed = |kind: &str, text: &str| format!("<{kind}>{text}</{kind}>");
    let string = |text: &str| typed("string", text);
    let base64 = |text: &str| typed("base64", text);
    let encoded_target = "aHR0cDovL2Jsb2cudGVzdC8yMDI0LzA1LzA2L2hlbGxvLXdvcmxkLw==";
    let lists: Vec<(&str, Vec<String>)> = vec![
        ("untyped", vec![source.into(), target.into()]),
        ("untyped-spaces", vec![format!(" {source} "), target.into()]),
        (
            "typed-spaces",
            vec![
                string(&format!("\n{source} ")),
                string(&format!(" {target}")),
            ],
        ),
        ("base64", vec![string(source), base64(encoded_target)]),
        (
            "cdata",
            vec![string(&format!("<![CDATA[{source}]]>")), string(target)],
        ),
        (
            "array",
            vec![format!(
                "<array><data><value>{source}</value><value>{target}</value></data></array>"
            )],
        ),
        (
            "three",
            vec![string(source), string(target), string("more")],
        ),
        ("one", vec![string(source)]),
        ("none", vec![]),
        ("empty-source", vec![string(""), string(target)]),
        (
            "empty-untyped-shifts",
            vec![String::new(), string(source), string(target)],
        ),
        (
            "nil-vanishes",
            vec!["<nil/>".into(), string(source), string(target)],
        ),
        ("int-source", vec!["<int>5</int>".into(), string(target)]),
        ("int-target", vec![string(source), "<int>5</int>".into()]),
        (
            "array-source",
            vec![
                format!("<array><data><value>{source}</value></data></array>"),
                string(target),
            ],
        ),
        (
            "array-target",
            vec![
                string(source),
                format!("<array><data><value>{target}</value></data></array>"),
            ],
        ),
        (
            "date-target",
            vec![
                string(source),
                "<dateTime.iso8601>20240101T00:00:00</dateTime.iso8601>".into(),
            ],
        ),
    ];
    lists
        .into_iter()
        .map(|(name, params)| {
            let params: Vec<&str> = params.iter().map(String::as_str).collect();
            Scenario::new(format!("arguments/{name}"))
                .page("/page", linking(target))
                .send(call("pingback.ping", &params))
        })
        .collect()
}

fn multicalls() -> Vec<Scenario> {
    let item = |method: &str, params: &str| {
        format!(
            "<value><struct><member><name>methodName</name><value>{method}</value></member><member><name>params</name>\
             <value><array><data>{params}</data></array></value></member></struct></value>"
        )
    };
    let list = |items: &str| format!("<array><data>{items}</data></array>");
    let pinging = |source: &str, target: &str| {
        item(
            "pingback.ping",
            &format!("<value>{{source}}{source}</value><value>{target}</value>"),
        )
    };
    let hello = item("demo.sayHello", "");
    let second = "http://blog.test/2024/05/17/three/";
    let lists: Vec<(&str, String)> = vec![
        ("empty", list("")),
        ("hello", list(&hello)),
        (
            "mixed",
            list(
                &(hello.clone()
                    + &item(
                        "demo.addTwoNumbers",
                        "<value><int>1</int></value><value><int>2</int></value>",
                    )
                    + &item("no.such", "")),
            ),
        ),
        ("nested", list(&item("system.multicall", ""))),
        ("not-a-list", "<string>x</string>".into()),
        ("markup-in-name", list(&item("a&lt;b'", ""))),
        ("ping", list(&pinging("/page", HELLO))),
        ("ping-and-hello", list(&(pinging("/page", HELLO) + &hello))),
        ("bad-ping", list(&(pinging("/none", HELLO) + &hello))),
        (
            "two-pings-flood",
            list(&(hello + &pinging("/page", HELLO) + &pinging("/other", second))),
        ),
    ];
    lists
        .into_iter()
        .map(|(name, param)| {
            Scenario::new(format!("multicall/{name}"))
                .page("/page", linking(HELLO))
                .page("/other", linking(second))
                .send(call("system.multicall", &[&param]))
        })
        .chain([Scenario::new("multicall/no-argument").send(call("system.multicall", &[]))])
        .chain([
            Scenario::pinged("multicall/plain-beside", HELLO).send(ping("{source}/page", HELLO))
        ])
        .collect()
}
