//! Which calls linkbackd hands back, whatever they are dressed in. Nothing but linkbackd itself: where it would tell nginx to
//! run PHP, that is seen.

use std::fmt::Write as _;

use crate::common::database::Database;
use crate::common::linkbackd::{Linkbackd, plain_config};
use crate::common::{Reply, wire};
use crate::world::{PATIENCE, call, multicall};

/// linkbackd before a fresh blog, trusted by nobody but this machine.
struct Door {
    linkbackd: Linkbackd,
    database: Database,
}

impl Door {
    fn new(sections: &str) -> Self {
        Self::trusting("127.0.0.1", sections)
    }

    fn trusting(proxy: &str, sections: &str) -> Self {
        let database = Database::blog();
        let mut config = plain_config(&database.site("7.1"), "");
        // Not "enabled = false": the limits of a multicall are part of what is tested.
        config = config.replace("enabled = false", "enabled = true");
        let proxies = format!("[server]\ntrusted_proxies = [\"{proxy}\"]");
        config = config.replacen("[server]", &proxies, 1);
        let _ = writeln!(config, "{sections}\n[log]\nlevel = \"debug\"");
        Self {
            linkbackd: Linkbackd::start(&config),
            database,
        }
    }

    fn site_path(&self) -> String {
        self.database.site("7.1").display().to_string()
    }

    fn post(&self, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        self.linkbackd.send("POST", "/xmlrpc.php", headers, body)
    }

    #[track_caller]
    fn hands_back(&self, body: &str) {
        let reply = self.post(&[], body.as_bytes());
        assert_eq!(
            (reply.status, reply.header("X-Accel-Redirect")),
            (200, Some("@linkbackd_php")),
            "{body:.300}\n{reply:?}"
        );
        assert!(reply.body.is_empty() && reply.header("Content-Type").is_none());
    }

    #[track_caller]
    fn keeps(&self, body: &[u8]) -> Reply {
        let reply = self.post(&[("Content-Type", "text/xml")], body);
        let shown = String::from_utf8_lossy(body);
        assert_eq!(reply.header("X-Accel-Redirect"), None, "{shown:.300}");
        assert!(!reply.body.is_empty(), "{shown:.300}");
        reply
    }
}

const NGINX: &str = "[handback]\nmode = \"nginx\"";

#[test]
fn methods_that_log_in_are_phps_and_all_others_are_answered_without_it() {
    let door = Door::new(NGINX);
    for name in [
        "wp.getUsersBlogs",
        "metaWeblog.newPost",
        "blogger.getPost",
        "mt.publishPost",
    ] {
        door.hands_back(&call(name, &["1", "admin", "password"]));
        door.hands_back(&call(&format!(" {name}\n"), &[]));
    }
    for (name, params, answer) in [
        ("demo.sayHello", &[][..], "Hello!"),
        ("system.listMethods", &[], "wp.getUsersBlogs"),
        ("mt.supportedMethods", &[], "pingback.ping"),
        (
            "pingback.extensions.getPingbacks",
            &["http://blog.test/?p=1"],
            "<array>",
        ),
        (
            "jetpack.jsonAPI",
            &[],
            "requested method jetpack.jsonAPI does not exist.",
        ),
        ("WP.getUsersBlogs", &[], "-32601"),
        ("", &[], "-32601"),
    ] {
        let reply = door.keeps(call(name, params).as_bytes());
        assert!(reply.text().contains(answer), "{name}: {}", reply.text());
    }
    for body in [
        "",
        "<methodCall>",
        "<methodResponse><methodName>wp.getPosts</methodName></methodResponse>",
    ] {
        door.keeps(body.as_bytes());
    }
    let reply = door.linkbackd.send("GET", "/xmlrpc.php", &[], b"");
    assert_eq!(
        (reply.status, reply.header("X-Accel-Redirect")),
        (405, None)
    );
    let reply = door.linkbackd.send(
        "POST",
        "/xmlrpc.php?rsd",
        &[],
        call("wp.getPosts", &[]).as_bytes(),
    );
    assert!(reply.text().contains("<engineName>WordPress</engineName>"));
}

#[test]
fn a_pingback_reaches_php_in_no_disguise() {
    let door = Door::new("[handback]\nmode = \"nginx\"\n[xmlrpc]\nplugins = [\"*\"]");
    let refused = "<int>0</int>";
    for name in [
        "pingback.ping",
        "pingb&#97;ck.ping",
        "pingb&#x0061;ck.ping",
        "<![CDATA[pingback]]>.ping",
        "ping<!-- -->back.ping",
        "ping<?php ?>back.ping",
        "wp.getUsersBlogs<x/>pingback.ping",
        " \n pingback.ping\t",
        "wp.getPosts</methodName><methodName>pingback.ping",
    ] {
        let reply = door.keeps(call(name, &["http://a.invalid/", "http://b.invalid/"]).as_bytes());
        assert!(reply.text().contains(refused), "{name}: {}", reply.text());
    }
    // Names behind the parameters, in them, and in a head that IXR cuts.
    let wp = "<methodName>wp.getPosts</methodName>";
    let ping = "<methodName>pingback.ping</methodName>";
    for body in [
        format!("<methodCall>{wp}<params/>{ping}</methodCall>"),
        format!(
            "<methodCall>{wp}<params><param><value><x>{ping}</x></value></param></params></methodCall>"
        ),
        "<methodCall><method<?xml ?>Name>pingback.ping</methodName></methodCall>".to_owned(),
        format!("<!DOCTYPE methodCall><methodCall>{wp}{ping}</methodCall>"),
        format!("<?xml version='1.0' encoding='UTF-7'?><methodCall>{wp}{ping}</methodCall>"),
    ] {
        let reply = door.keeps(body.as_bytes());
        assert!(!reply.text().contains("-32700"), "{body}: {}", reply.text());
    }
    // What WordPress cannot read it does not run, and neither is it handed on: other charsets, codings and entities.
    let utf16: Vec<u8> = call("wp.getPosts", &[])
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    let entity = "<!DOCTYPE methodCall [<!ENTITY a \"pingback.ping\">]><methodCall><methodName>&a;</methodName></methodCall>";
    for body in [
        &utf16[..],
        &[b"\xfe\xff", &utf16[..]].concat(),
        b"\xef\xbb\xbf<methodCall><methodName>wp.getPosts</methodName></methodCall>",
        b"+ADw-methodCall+AD4-",
        entity.as_bytes(),
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
    ] {
        assert!(door.keeps(body).text().contains("-32700"));
    }
    let form = [
        ("Content-Type", "multipart/form-data; boundary=x"),
        ("Content-Encoding", "gzip"),
    ];
    let reply = door.post(&form, call("wp.getPosts", &[]).as_bytes());
    assert!(reply.text().contains("-32700"), "{}", reply.text());
}

#[test]
fn a_multicall_is_looked_into() {
    let door = Door::new(NGINX);
    door.hands_back(&multicall(&[
        ("wp.getPosts", &["1", "a", "b"]),
        ("demo.sayHello", &[]),
    ]));
    let reply = door.keeps(multicall(&[("demo.sayHello", &[]), ("x.y", &[])]).as_bytes());
    assert!(reply.text().contains("Hello!") && reply.text().contains("-32601"));

    let ping: (&str, &[&str]) = ("pingback.ping", &["http://a.invalid/", "http://b.invalid/"]);
    for hidden in [
        "pingback.ping",
        "ping&#98;ack.ping",
        "</value><value><base64>cGluZ2JhY2sucGluZw==</base64>",
    ] {
        let calls = [("wp.getUsersBlogs", &["admin", "x"][..]), (hidden, ping.1)];
        let reply = door.keeps(multicall(&calls).as_bytes());
        // The login is not tried.
        assert!(reply.text().contains("<int>403</int>"), "{}", reply.text());
        assert!(reply.text().contains("<int>0</int>"), "{}", reply.text());
    }
    door.keeps(multicall(&[("wp.getPosts", &[]), ("x.y", &[])]).as_bytes());
}

#[test]
fn what_is_denied_is_disabled_and_what_plugins_have_is_passed_on() {
    let door = Door::new(
        "[handback]\nmode = \"nginx\"\n\
         [xmlrpc]\nallow = [\"wp.*\"]\ndeny = [\"wp.delete*\", \"jetpack.evil\"]\nplugins = [\"jetpack.*\"]",
    );
    door.hands_back(&call("wp.getPosts", &[]));
    door.hands_back(&call("jetpack.jsonAPI", &[]));
    let jetpack = door.linkbackd.send(
        "POST",
        "/xmlrpc.php?for=jetpack&token=a",
        &[],
        call("jetpack.x", &[]).as_bytes(),
    );
    assert_eq!(jetpack.header("X-Accel-Redirect"), Some("@linkbackd_php"));
    // A query is no way round.
    let ping = call("pingback.ping", &["http://a.invalid/", "http://b.invalid/"]);
    let jetpack = door
        .linkbackd
        .send("POST", "/xmlrpc.php?for=jetpack", &[], ping.as_bytes());
    assert_eq!(jetpack.header("X-Accel-Redirect"), None);
    for name in ["wp.deletePost", "metaWeblog.newPost"] {
        let reply = door.keeps(call(name, &[]).as_bytes()).text();
        assert!(reply.contains("<int>405</int>"), "{reply}");
        assert!(
            reply.contains("XML-RPC services are disabled on this site."),
            "{reply}"
        );
        let reply = door.keeps(multicall(&[("wp.getPosts", &[]), (name, &[])]).as_bytes());
        assert!(reply.text().contains("<int>405</int>"));
    }
    for name in ["jetpack.evil", "wpx.y"] {
        assert!(
            door.keeps(call(name, &[]).as_bytes())
                .text()
                .contains("-32601")
        );
    }
}

#[test]
fn a_long_body_is_looked_through_to_its_end() {
    let door = Door::new(
        "[handback]\nmode = \"nginx\"\nmax_body = \"8MB\"\n[xmlrpc]\nmax_multicall = \"2MB\"",
    );
    let bits = |size: usize| "QUJD".repeat(size / 4);
    let upload = |name: &str, size: usize, after: &str| {
        format!(
            "<?xml version=\"1.0\"?><methodCall><methodName>{name}</methodName><params><param><value><base64>{}</base64></value>\
             </param></params>{after}</methodCall>",
            bits(size)
        )
    };
    door.hands_back(&upload("metaWeblog.newMediaObject", 3_000_000, ""));
    door.hands_back(&upload(
        "metaWeblog.newMediaObject",
        3_000_000,
        "<!-- <methodName>pingback.ping</methodName> -->",
    ));
    for (name, size, after) in [
        ("pingback.ping", 3_000_000, ""),
        ("pingb&#97;ck.ping", 3_000_000, ""),
        ("no.such", 3_000_000, ""),
        ("system.multicall", 3_000_000, ""),
        ("metaWeblog.newMediaObject", 9_000_000, ""),
        (
            "metaWeblog.newMediaObject",
            3_000_000,
            "<methodName>pingback.ping</methodName>",
        ),
        (
            "metaWeblog.newMediaObject",
            3_000_000,
            "<methodName>system.multicall</methodName>",
        ),
        ("metaWeblog.newMediaObject", 3_000_000, "<methodName/>"),
    ] {
        let reply = door.keeps(upload(name, size, after).as_bytes());
        assert_eq!(reply.status, 413, "{name} {after}");
    }
    // Longer than max_body, but a multicall may be.
    let padded = multicall(&[("demo.sayHello", &[&bits(1_500_000)])]);
    let reply = door.keeps(padded.as_bytes());
    assert!(reply.text().contains("Hello!"), "{}", reply.status);
    let padded = multicall(&[("wp.getPosts", &[&bits(1_500_000)])]);
    door.hands_back(&padded);
    // Chunks instead of a length.
    let body = upload("wp.uploadFile", 2_000_000, "");
    let mut chunked = String::new();
    for piece in body.as_bytes().chunks(100_000) {
        let _ = write!(
            chunked,
            "{:x}\r\n{}\r\n",
            piece.len(),
            String::from_utf8_lossy(piece)
        );
    }
    chunked.push_str("0\r\n\r\n");
    let reply = door.post(&[("Transfer-Encoding", "chunked")], chunked.as_bytes());
    assert_eq!(
        reply.header("X-Accel-Redirect"),
        Some("@linkbackd_php"),
        "{reply:?}"
    );
    // A trackback is never that long.
    let reply = door.linkbackd.send(
        "POST",
        "/?p=1&tb=1",
        &[],
        upload("wp.uploadFile", 2_000_000, "").as_bytes(),
    );
    assert_eq!(reply.status, 413);
}

#[test]
fn only_trusted_proxies_name_directory_and_script_and_only_configured_ones() {
    let door = Door::new(NGINX);
    let here = door.site_path();
    let body = call("wp.getPosts", &[]);
    let send = |headers: &[(&str, &str)], path: &str| {
        door.linkbackd.send("POST", path, headers, body.as_bytes())
    };
    let root = ("X-Linkbackd-Root", here.as_str());
    let script = ("X-Linkbackd-Script", "/xmlrpc.php");
    assert!(
        send(&[root, script], "/anything")
            .header("X-Accel-Redirect")
            .is_some()
    );
    // The script counts, not the path.
    let index = ("X-Linkbackd-Script", "/index.php");
    assert!(
        send(&[root, index], "/xmlrpc.php")
            .header("X-Accel-Redirect")
            .is_none()
    );
    // Without a script, the path in any spelling.
    for path in [
        "/%78mlrpc.php",
        "/xmlrpc.php/trackback/",
        "//xmlrpc.php",
        "/a/../xmlrpc.php",
    ] {
        assert!(
            send(&[root], path).header("X-Accel-Redirect").is_some(),
            "{path}"
        );
    }
    for wrong in ["/", "/etc", "/etc/../etc", &format!("{here}/wp-includes")] {
        assert_eq!(
            send(&[("X-Linkbackd-Root", wrong), script], "/xmlrpc.php").status,
            404,
            "{wrong}"
        );
    }
    assert!(
        door.linkbackd.log().contains("outcome=\"unknown_root\""),
        "{}",
        door.linkbackd.log()
    );
    assert!(
        send(
            &[(
                "X-Linkbackd-Root",
                &format!("{here}/../{}", here.rsplit('/').next().unwrap())
            )],
            "/xmlrpc.php"
        )
        .status
            == 200
    );
    for twice in [
        &[root, root][..],
        &[root, script, index],
        &[("X-Linkbackd-Root", "relative")],
    ] {
        assert_eq!(send(twice, "/xmlrpc.php").status, 400, "{twice:?}");
    }
    // Other names, as CGI would read them, say nothing.
    assert!(
        send(&[("X_Linkbackd_Root", "/etc")], "/xmlrpc.php")
            .header("X-Accel-Redirect")
            .is_some()
    );
    let both = [("Transfer-Encoding", "chunked"), ("Content-Length", "3")];
    assert_eq!(door.post(&both, b"0\r\n\r\n").status, 400);
    assert_eq!(door.post(&[("Host", "other.test")], b"").status, 400);
    let absolute = wire::request(
        "POST",
        "http://other.test/xmlrpc.php",
        &[("Host", "blog.test")],
        body.as_bytes(),
    );
    let reply = wire::send(door.linkbackd.address(), &absolute, PATIENCE).expect("a reply");
    assert!(reply.header("X-Accel-Redirect").is_some());

    let strangers = Door::trusting("192.0.2.1", NGINX);
    let reply = strangers.post(
        &[
            ("X-Linkbackd-Root", "/etc"),
            ("X-Linkbackd-Script", "/index.php"),
        ],
        body.as_bytes(),
    );
    assert!(
        reply.header("X-Accel-Redirect").is_none() && reply.text().contains("-32601"),
        "{reply:?}"
    );
}

#[test]
fn pages_at_trackback_addresses_are_phps_if_wanted() {
    let outcome = |pages: &str, method: &str, path: &str| {
        let door = Door::new(&format!(
            "[handback]\nmode = \"nginx\"\npages = \"{pages}\""
        ));
        let reply = door.linkbackd.send(method, path, &[], b"");
        (reply.status, reply.header("X-Accel-Redirect").is_some())
    };
    assert_eq!(outcome("get", "GET", "/no/such/trackback/"), (200, true));
    assert_eq!(outcome("get", "POST", "/no/such/trackback/"), (404, false));
    assert_eq!(outcome("get", "HEAD", "/no/such/trackback/"), (404, false));
    assert_eq!(outcome("all", "POST", "/no/such/trackback/"), (200, true));
    assert_eq!(outcome("off", "GET", "/no/such/trackback/"), (404, false));
    let post = "/2024/05/06/hello-world/trackback/";
    assert_eq!(outcome("all", "GET", post), (302, false));
}
