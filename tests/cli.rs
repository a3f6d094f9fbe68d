//! The program as its users run it: help, configuration, check, exit statuses.

mod common;

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

use common::database::{Database, server};
use common::linkbackd::{Linkbackd, PROGRAM};
use common::wire;

/// Runs it with nothing of ours in its environment.
fn linkbackd(arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(PROGRAM);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("LINKBACKD_") {
            command.env_remove(name);
        }
    }
    let Output {
        status,
        stdout,
        stderr,
    } = command.args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

fn file(directory: &Path, name: &str, text: &str) -> String {
    let path = directory.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn help_names_commands_flags_and_statuses() {
    let (status, out, _) = linkbackd(&["--help"]);
    assert_eq!(status, 0);
    for word in [
        "serve",
        "check",
        "config",
        "explain",
        "demo",
        "--set",
        "--config",
        "Exit status:",
        "\n  4  ",
    ] {
        assert!(out.contains(word), "{word}: {out}");
    }
    for command in ["serve", "check", "config", "explain", "demo"] {
        assert_eq!(linkbackd(&[command, "--help"]).0, 0, "{command}");
    }
    assert!(linkbackd(&["--version"]).1.starts_with("linkbackd "));
}

#[test]
fn a_wrong_command_line_is_status_2() {
    for arguments in [
        &[][..],
        &["sevre"],
        &["serve", "--no-such-flag"],
        &["config", "--set", "verify.strict"],
        &["explain", "x"],
    ] {
        let (status, out, err) = linkbackd(arguments);
        assert_eq!(status, 2, "{arguments:?}: {err}");
        assert!(out.is_empty() && !err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_wrong_configuration_is_status_3_and_says_how_to_mend_it() {
    let dir = tempfile::tempdir().unwrap();
    let bad = file(dir.path(), "bad.toml", "[server]\nlisen = []\n");
    for command in ["config", "serve"] {
        let (status, _, err) = linkbackd(&[command, "--config", &bad]);
        assert_eq!(status, 3);
        assert_eq!(
            err,
            format!("linkbackd: {bad}: server.lisen: no such key; did you mean server.listen?\n")
        );
    }
    let (status, _, err) = linkbackd(&["check", "--config", &bad]);
    assert_eq!((status, err.contains("did you mean")), (1, true));

    let none = file(dir.path(), "none.toml", "");
    for arguments in [
        &["serve", "--config", &none][..],
        &["explain", "a", "b", "--config", &none],
    ] {
        let (status, _, err) = linkbackd(arguments);
        assert_eq!(status, 3);
        assert!(
            err.contains("write [[site]]") && err.contains(&none),
            "{err}"
        );
    }
    let (status, _, err) = linkbackd(&["config", "--config", "/nonexistent.toml"]);
    assert_eq!(status, 3);
    assert!(
        err.starts_with("linkbackd: /nonexistent.toml: cannot be read"),
        "{err}"
    );
}

#[test]
fn config_prints_what_is_in_force_and_no_password() {
    let dir = tempfile::tempdir().unwrap();
    let text = "[verify]\ndeadline = \"7s\"\n[[site]]\npath = \"/srv/blog\"\ndatabase = \"mysql://u:sesame@h/n\"\n";
    let path = file(dir.path(), "c.toml", text);
    let (status, out, err) = linkbackd(&[
        "config",
        "--config",
        &path,
        "--set",
        "limits.in_flight=9",
        "--log-level",
        "debug",
    ]);
    assert_eq!((status, err.as_str()), (0, ""));
    for line in [
        format!("deadline = \"7s\"  # {path}"),
        "in_flight = 9  # --set".to_owned(),
        "level = \"debug\"  # --log-level".to_owned(),
        "multicall_pingbacks = 8".to_owned(),
        format!("database = \"mysql://u:***@h/n\"  # {path}"),
    ] {
        assert!(out.lines().any(|found| found == line), "{line}\n{out}");
    }
    assert!(!out.contains("sesame"));
}

#[test]
fn the_shipped_configuration_is_good() {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/conf/linkbackd.toml");
    assert_eq!(linkbackd(&["config", "--config", shipped]).0, 0);
}

#[test]
fn check_passes_a_good_site_and_writes_nothing() {
    let database = Database::blog();
    let site = database.site("7.1");
    let dir = tempfile::tempdir().unwrap();
    let path = file(
        dir.path(),
        "c.toml",
        &format!("[[site]]\npath = \"{}\"\n", site.display()),
    );
    let sums = || {
        server()
            .run_on(
                database.name(),
                "CHECKSUM TABLE wp_comments, wp_posts, wp_options",
            )
            .unwrap()
    };
    let before = sums();
    let (status, out, err) = linkbackd(&["check", "--config", &path]);
    assert_eq!(status, 0, "{out}{err}");
    for part in [
        "WordPress 7.1",
        "all tables and columns",
        "InnoDB",
        "GET_LOCK works",
        "may read, insert and update",
        "home http://blog.test",
        "All is well.",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
    assert_eq!(sums(), before);

    // The same by a flag alone.
    let empty = file(dir.path(), "empty.toml", "");
    assert_eq!(
        linkbackd(&[
            "check",
            "--config",
            &empty,
            "--site",
            site.to_str().unwrap()
        ])
        .0,
        0
    );

    database.run("ALTER TABLE wp_comments ENGINE=MyISAM; ALTER TABLE wp_posts ENGINE=MyISAM");
    let (status, out, _) = linkbackd(&["check", "--config", &path]);
    assert_eq!(status, 0, "{out}");
    assert!(
        out.contains("on MyISAM, which has no transactions"),
        "{out}"
    );
}

#[test]
fn check_says_what_is_wrong_and_what_to_type() {
    let database = Database::blog();
    let site = database.site("7.1").display().to_string();
    let dir = tempfile::tempdir().unwrap();
    let port = server().port();
    let sql = format!(
        "CREATE USER reader@'%' IDENTIFIED BY 'x'; GRANT SELECT ON {}.* TO reader@'%'",
        database.name()
    );
    server().run(&sql).unwrap();
    let name = database.name();
    let url = database.url();
    for (keys, parts) in [
        (
            format!("database = \"mysql://nobody:sesame@127.0.0.1:{port}/{name}\""),
            vec!["user or password is wrong", "mysql -u nobody"],
        ),
        (
            format!("database = \"mysql://reader:x@127.0.0.1:{port}/{name}\""),
            vec![
                "lacks INSERT on `wp_comments`, UPDATE on `wp_posts`",
                "GRANT SELECT, INSERT, UPDATE ON",
            ],
        ),
        (
            format!("database = \"mysql://u:sesame@127.0.0.1:1/{name}\""),
            vec!["is a server running on 127.0.0.1:1?"],
        ),
        (
            format!("database = \"{url}\"\ntable_prefix = \"other_\""),
            vec!["no table other_comments", "is table_prefix other_ right"],
        ),
    ] {
        let path = file(
            dir.path(),
            "c.toml",
            &format!("[[site]]\npath = \"{site}\"\n{keys}\n"),
        );
        let (status, out, err) = linkbackd(&["check", "--config", &path]);
        assert_eq!(status, 1, "{out}{err}");
        for part in parts {
            assert!(out.contains(part), "{part}: {out}");
        }
        assert!(out.contains("WRONG"), "{out}");
        assert!(
            !out.contains("sesame") && !err.contains("sesame"),
            "{out}{err}"
        );
    }
}

#[test]
fn check_names_the_key_for_what_only_php_knows() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("wp-includes")).unwrap();
    file(
        dir.path(),
        "wp-includes/version.php",
        "<?php $wp_version = '6.9.7';",
    );
    file(
        dir.path(),
        "wp-config.php",
        "<?php define('DB_NAME', getenv('N')); define('DB_USER', 'u'); define('DB_PASSWORD', 'p'); define('DB_HOST', 'h'); $table_prefix = 'wp_';",
    );
    let (status, out, _) = linkbackd(&[
        "check",
        "--config",
        "/dev/null",
        "--site",
        dir.path().to_str().unwrap(),
    ]);
    assert_eq!(status, 1);
    assert!(
        out.contains("DB_NAME is only known when PHP runs") && out.contains("set database = "),
        "{out}"
    );
}

#[test]
fn an_address_in_use_is_status_4() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let dir = tempfile::tempdir().unwrap();
    let site = dir.path().to_str().unwrap();
    let (status, _, err) = linkbackd(&[
        "serve",
        "--config",
        "/dev/null",
        "--site",
        site,
        "--listen",
        &address,
        "--log-level",
        "error",
    ]);
    assert_eq!(status, 4, "{err}");
    assert!(
        err.contains(&format!("cannot listen on {address}")),
        "{err}"
    );
}

#[test]
fn several_sites_are_told_apart_by_the_hosts_in_their_databases() {
    let (first, second) = (Database::blog(), Database::blog());
    second.run(
        "UPDATE wp_options SET option_value = 'http://Second.test:8080/blog' WHERE option_name IN ('home', 'siteurl')",
    );
    let config = format!(
        "[server]\nlisten = [\"{{listen}}\"]\n[[site]]\npath = \"{}\"\n[[site]]\npath = \"{}\"\n",
        first.site("7.1").display(),
        second.site("6.6.7").display()
    );
    let linkbackd = Linkbackd::start(&config);
    let status = |host: &str| {
        let request = wire::request("GET", "/xmlrpc.php", &[("Host", host)], b"");
        wire::send(
            linkbackd.address(),
            &request,
            std::time::Duration::from_secs(10),
        )
        .unwrap()
        .status
    };
    assert_eq!(status("blog.test"), 405);
    assert_eq!(status("second.test"), 405);
    assert_eq!(status("second.test:8080"), 405);
    assert_eq!(status("third.test"), 404);
}

#[test]
fn the_readme_s_configuration_is_one() {
    let readme = include_str!("../README.md");
    let mut blocks = 0;
    for block in readme.split("```toml\n").skip(1) {
        let text = block.split("```").next().unwrap_or_default();
        // A block that stands in a list has its lines indented.
        let text: String = text
            .lines()
            .map(|line| format!("{}\n", line.trim_start()))
            .collect();
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("linkbackd.toml");
        std::fs::write(&path, &text).expect("a file");
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_linkbackd"));
        let output = command
            .arg("config")
            .arg("--config")
            .arg(&path)
            .output()
            .expect("it runs");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        for (key, _) in text.lines().filter_map(|line| line.split_once(" = ")) {
            // Post types stand on one line.
            let set = |line: &str| {
                line.contains(&format!("{key} = ")) && line.ends_with("linkbackd.toml")
            };
            assert!(printed.lines().any(set), "{key}: {printed}");
        }
        blocks += 1;
    }
    assert_eq!(blocks, 4, "every block of the README is tried");
}
