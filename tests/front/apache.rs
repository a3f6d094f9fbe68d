//! Real apache2 with the shipped files: the site, linkbackd as a proxy behind it, and PHP behind that.

use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use linkbackd::demo::scratch::{Process, free_port};
use linkbackd::demo::stage::Plan;
use linkbackd::demo::{am_root, program};

use crate::nginx::{md5, python_client, told};
use crate::world::{PATIENCE, World, call};

const MODULES: &str = "mpm_event authz_core alias env headers rewrite setenvif remoteip proxy proxy_http proxy_fcgi dir";

/// Both virtual hosts, the shipped files in them but for their ports.
fn conf(world: &World, front: u16, php: u16) -> String {
    let modules: String = MODULES
        .split(' ')
        .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
        .collect();
    let user = if am_root() {
        "User www-data\nGroup www-data\n"
    } else {
        ""
    };
    let place = world.stage.scratch.path().display();
    let root = world.site().path.display();
    let site = format!(
        "DocumentRoot {root}\n<Directory {root}>\nRequire all granted\nOptions FollowSymLinks\nAllowOverride None\n\
         FallbackResource /index.php\n</Directory>\nDirectoryIndex index.php\n\
         <FilesMatch \\.php$>\nSetHandler \"proxy:unix:{place}/php.sock|fcgi://localhost\"\n</FilesMatch>\n"
    );
    let shipped = include_str!("../../conf/apache/linkbackd.conf");
    let shipped = shipped.replace("127.0.0.1:9880", &format!("127.0.0.1:{}", world.port));
    let shipped_php = include_str!("../../conf/apache/linkbackd-php.conf");
    format!(
        "{modules}{user}ServerRoot {place}\nPidFile {place}/apache.pid\nDefaultRuntimeDir {place}\nErrorLog {place}/apache.errors\n\
         ServerName localhost\nListen 127.0.0.1:{front}\nListen 127.0.0.1:{php}\n\
         <VirtualHost 127.0.0.1:{front}>\nRemoteIPHeader X-Stage-Client\nRemoteIPInternalProxy 127.0.0.1\n{site}{shipped}</VirtualHost>\n\
         <VirtualHost 127.0.0.1:{php}>\n{site}{shipped_php}</VirtualHost>\n"
    )
}

fn start(world: &World, conf: &Path, port: u16) -> Process {
    let mut command =
        Command::new(program("apache2", "apache2-bin").unwrap_or_else(|error| panic!("{error}")));
    command.args(["-DFOREGROUND", "-f"]).arg(conf);
    let mut process = world
        .stage
        .scratch
        .spawn("apache", command)
        .unwrap_or_else(|error| panic!("{error}"));
    process
        .wait_until(PATIENCE, || TcpStream::connect(("127.0.0.1", port)).is_ok())
        .unwrap_or_else(|error| panic!("{error}"));
    process
}

#[test]
fn linkbackd_before_apache() {
    let (front, php) = (free_port().expect("a port"), free_port().expect("a port"));
    let mut world = World::start(
        Plan::new("Front"),
        &format!(
            "mode = \"proxy\"\nupstream = \"http://127.0.0.1:{php}\"\n[xmlrpc]\nplugins = [\"test.*\"]"
        ),
    );
    let conf = conf(&world, front, php);
    let conf = world
        .stage
        .scratch
        .write("apache.conf", conf)
        .expect("a file");
    let _apache = start(&world, &conf, front);
    world.home = format!("http://127.0.0.1:{front}");
    world.stage.sites[0].address = format!("127.0.0.1:{front}").parse().expect("an address");
    let home = world.home.clone();
    world.sql(&format!(
        "UPDATE wp_options SET option_value = '{home}' WHERE option_name IN ('home', 'siteurl')"
    ));

    assert!(
        world.ping("/ping").text().contains("Keep the web talking!"),
        "{}",
        world.log()
    );
    let post = world.post();
    for (at, address) in [
        format!("{post}trackback/"),
        "/?p=1&tb=1".into(),
        "/wp-trackback.php/1".into(),
        "/index.php?p=1&tb=1".into(),
    ]
    .iter()
    .enumerate()
    {
        let reply = world.trackback(address, &format!("/trackback-{at}"));
        assert!(
            reply.text().contains("<error>0</error>"),
            "{address}: {reply:?}\n{}",
            world.log()
        );
    }
    assert_eq!(world.count("registered"), 5, "{}", world.log());
    python_client(&world, &format!("{home}/xmlrpc.php"));

    let body = call("test.echo", &["\u{fc} & <x>"]) + "\r\n";
    let headers = [
        ("Content-Type", "text/xml; charset=latin1"),
        ("X-Odd", "a, b"),
        ("X-Stage-Client", "198.51.100.7"),
        ("Proxy", "http://192.0.2.1/"),
        ("X-Linkbackd-Root", "/etc"),
        ("X-Linkbackd-Script", "/index.php"),
        ("X-Linkbackd-Handed-Back", "1"),
        ("X-Forwarded-For", "192.0.2.77"),
    ];
    let uri = "/xmlrpc.php?a=%7e&b[]=%2F..&c";
    let text = world.send("POST", uri, &headers, body.as_bytes()).text();
    for (name, value) in [
        ("length", body.len().to_string()),
        ("md5", md5(body.as_bytes())),
        ("REQUEST_URI", uri.into()),
        ("SCRIPT_NAME", "/xmlrpc.php".into()),
        ("HTTP_HOST", world.site().address.to_string()),
        ("REMOTE_ADDR", "198.51.100.7".into()),
        ("CONTENT_TYPE", "text/xml; charset=latin1".into()),
        ("HTTP_X_ODD", "a, b".into()),
        ("HTTP_PROXY", String::new()),
        ("HTTP_ACCEPT", String::new()),
        ("HTTP_X_LINKBACKD_ROOT", String::new()),
    ] {
        assert_eq!(told(&text, name), value, "{name}");
    }
    let (source, target) = world.linking_page("/spelled");
    let ping = call("pingback.ping", &[&source, &target]);
    for path in [
        "/%78mlrpc.php",
        "/xmlrpc.php/wp-trackback.php",
        "/x/../xmlrpc.php?tb=1",
        "//xmlrpc.php",
    ] {
        let reply = world.send("POST", path, &headers[2..], ping.as_bytes());
        let known = reply.text().contains("registered") || reply.text().contains("<int>48</int>");
        assert!(
            known && reply.header("X-Made-By").is_none(),
            "{path}: {reply:?}"
        );
    }
    let get = |path: &str| world.send("GET", path, &[], b"");
    assert!(get(&post).text().contains("<section class=\"comments\""));
    assert_eq!(get("/wp-includes/css/dashicons.min.css?tb=1").status, 200);
    assert!(get("/wp-login.php?tb=1").text().contains("loginform"));
    let page = get("/no/such/trackback/");
    assert!(
        page.status == 404 && page.text().contains("<html"),
        "{page:?}"
    );
    world.down();
    assert_eq!(world.call("demo.sayHello", &[]).status, 503);
}
