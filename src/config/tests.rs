//! Layers, mistakes and the shipped file.

#![expect(
    clippy::result_large_err,
    reason = "a jail's closures return figment's own error"
)]

use figment::Jail;

use super::*;

fn loaded(layers: Vec<Layer>) -> Loaded {
    from_layers(layers, None).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(layers: Vec<Layer>) -> String {
    from_layers(layers, None)
        .map(|loaded| loaded.settings)
        .unwrap_err()
        .to_string()
}

fn set(key: &str, value: &str) -> Layer {
    Layer::flag("--set", key, value)
}

/// Settings with every optional value present.
fn full() -> Settings {
    let mut settings = Settings::default();
    settings.verify.ca_file = Some("/etc/ssl/own.pem".into());
    settings.sites.push(Site {
        database: Some(DatabaseUrl::try_from("mysql://u:p@h/n".to_owned()).unwrap()),
        table_prefix: Some("wp_".to_owned()),
        hosts: vec!["blog.example".to_owned()],
        version: Some("7.1".to_owned()),
        home: Some("http://blog.example".to_owned()),
        siteurl: Some("http://blog.example".to_owned()),
        empty_trash_days: Some(30),
        environment: Some("production".to_owned()),
        post_types: vec![PostType::default()],
        languages: Some("/srv/blog/wp-content/languages".into()),
        ..Site::at("/srv/blog")
    });
    settings
}

#[test]
fn the_table_of_keys_is_the_settings() {
    let toml::Value::Table(all) = toml::Value::try_from(full()).unwrap() else {
        unreachable!()
    };
    let mut present = Vec::new();
    for (section, value) in &all {
        let table = match value {
            toml::Value::Array(sites) => sites[0].as_table().unwrap(),
            other => other.as_table().unwrap(),
        };
        present.extend(table.keys().map(|key| format!("{section}.{key}")));
    }
    let mut known: Vec<String> = keys::KEYS.iter().map(|key| key.name.to_owned()).collect();
    present.sort();
    known.sort();
    assert_eq!(present, known);
}

#[test]
fn defaults_pass_their_own_checks() {
    assert_eq!(loaded(Vec::new()).settings, Settings::default());
}

#[test]
fn flags_beat_environment_beats_file_beats_defaults() {
    Jail::expect_with(|jail| {
        jail.clear_env();
        jail.create_file(
            "c.toml",
            "[verify]\ndeadline = \"3s\"\nstrict = false\nports = [80]\n[limits]\nin_flight = 7\n",
        )?;
        jail.set_env("LINKBACKD_VERIFY__DEADLINE", "4s");
        jail.set_env("LINKBACKD_VERIFY__PORTS", "443, 8443");
        jail.set_env("LINKBACKD_WORDPRESS", "/not/ours/to/judge");
        let loaded = load(
            Some(Path::new("c.toml")),
            vec![set("verify.deadline", "5s")],
        )
        .unwrap();
        let verify = &loaded.settings.verify;
        assert_eq!(verify.deadline, Duration::from_secs(5));
        assert_eq!(verify.ports, [443, 8443]);
        assert!(!verify.strict);
        assert_eq!(loaded.settings.limits.in_flight, 7);
        assert_eq!(loaded.settings.limits.multicall_pingbacks, 8);
        assert_eq!(
            loaded.origin("verify.deadline"),
            Origin::Flag("--set".to_owned())
        );
        assert_eq!(
            loaded.origin("verify.ports"),
            Origin::Environment("LINKBACKD_VERIFY__PORTS".to_owned())
        );
        assert!(
            matches!(loaded.origin("verify.strict"), Origin::File(path) if path.ends_with("c.toml"))
        );
        assert_eq!(loaded.origin("limits.multicall_pingbacks"), Origin::Default);
        Ok(())
    });
}

#[test]
fn the_environment_names_the_file_and_describes_one_site() {
    Jail::expect_with(|jail| {
        jail.clear_env();
        jail.create_file("other.toml", "[log]\nformat = \"json\"\n")?;
        jail.set_env("LINKBACKD_CONFIG", "other.toml");
        jail.set_env("LINKBACKD_SITE__PATH", "/srv/blog");
        jail.set_env("LINKBACKD_SITE__VERSION", "6.10");
        jail.set_env("LINKBACKD_SITE__HOSTS", "a.example,b.example");
        jail.set_env("LINKBACKD_SITE__TABLE_PREFIX", "7");
        let settings = load(None, Vec::new()).unwrap().settings;
        assert_eq!(settings.log.format, Format::Json);
        assert_eq!(settings.sites.len(), 1);
        let site = &settings.sites[0];
        assert_eq!(site.path, Path::new("/srv/blog"));
        assert_eq!(site.version.as_deref(), Some("6.10"));
        assert_eq!(site.hosts, ["a.example", "b.example"]);
        assert_eq!(site.table_prefix.as_deref(), Some("7"));
        Ok(())
    });
}

#[test]
fn a_variable_with_one_underscore_is_a_slip() {
    let error =
        Layer::environment([("LINKBACKD_LOG_LEVEL".to_owned(), "debug".to_owned())]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "LINKBACKD_LOG_LEVEL: two underscores follow the section: write LINKBACKD_LOG__LEVEL"
    );
}

#[test]
fn unknown_keys_refuse_to_start_and_name_file_and_likely_key() {
    Jail::expect_with(|jail| {
        jail.clear_env();
        jail.create_file(
            "c.toml",
            "colour = 1\n[server]\nlisen = [\"127.0.0.1:1\"]\n[[site]]\npath = \"/a\"\nhome_url = \"x\"\n",
        )?;
        jail.set_env("LINKBACKD_LIMITS__IN_FLITE", "3");
        let error = load(Some(Path::new("c.toml")), Vec::new())
            .unwrap_err()
            .to_string();
        let lines: Vec<&str> = error.lines().collect();
        assert_eq!(lines.len(), 4, "{error}");
        assert!(lines.iter().any(|l| {
            l.ends_with("c.toml: server.lisen: no such key; did you mean server.listen?")
        }));
        assert!(
            lines
                .iter()
                .any(|l| l.contains("c.toml: colour: no such key"))
        );
        assert!(
            lines
                .iter()
                .any(|l| l.contains("site.0.home_url: no such key"))
        );
        let flite = "LINKBACKD_LIMITS__IN_FLITE: limits.in_flite: no such key; did you mean limits.in_flight?";
        assert!(lines.contains(&flite));
        Ok(())
    });
}

#[test]
fn a_wrong_value_is_told_with_what_to_write() {
    for (key, value, advice) in [
        ("server.listen", "localhost", "expected an address and port"),
        ("server.max_body", "1m", "expected a size with its unit"),
        (
            "server.workers",
            "many",
            "expected a whole number up to 256",
        ),
        ("server.workers", "-1", "expected a whole number up to 256"),
        (
            "server.trusted_proxies",
            "10.0.0.1/8",
            "expected a list of address ranges",
        ),
        ("verify.deadline", "10", "expected a length of time"),
        ("verify.deadline", "0s", "from 10ms to 10m"),
        ("verify.ports", "80,http", "expected a list of ports"),
        ("verify.ports", "70000", "expected a list of ports"),
        ("verify.resolver", "9.9.9.9", "expected \"system\""),
        ("verify.strict", "yes", "expected true or false"),
        (
            "trackback.proof",
            "maybe",
            "expected \"reject\", \"spam\", \"hold\" or \"off\"",
        ),
        ("limits.in_flight", "0", "from 1 to 10000"),
        ("database.lock_wait", "1500ms", "expected whole seconds"),
        ("log.level", "loud", "expected \"error\", \"warn\""),
        ("handback.mode", "apache", "expected \"off\", \"nginx\" or"),
        (
            "handback.location",
            "/php",
            "expected the name of a location",
        ),
        (
            "handback.location",
            "@a b",
            "expected the name of a location",
        ),
        ("handback.upstream", "127.0.0.1:8080", "expected http://"),
        ("handback.max_body", "10kB", "from [server] max_body to"),
        ("handback.timeout", "1h", "from 10ms to 10m"),
        ("handback.pages", "post", "expected \"off\", \"get\" or"),
        ("xmlrpc.allow", "wp.\u{e4}", "* stands for any text"),
        (
            "xmlrpc.deny",
            "pingback.*",
            "answered by linkbackd and never by PHP",
        ),
        ("xmlrpc.max_multicall", "100B", "from 1kB to 64MiB"),
        ("site.path", "srv/blog", "expected the absolute path"),
    ] {
        let error = refused(vec![set(key, value)]);
        assert!(error.starts_with("--set: "), "{error}");
        assert!(error.contains(advice), "{key} = {value}: {error}");
        let last = key.rsplit('.').next().unwrap();
        assert!(error.contains(last), "{error}");
        let written = value.split(',').next_back().unwrap();
        assert!(error.contains(written), "{error}");
    }
}

#[test]
fn requests_handed_back_cannot_come_round() {
    let proxy = || set("handback.mode", "proxy");
    for (listen, upstream) in [
        ("127.0.0.1:9880", "http://127.0.0.1:9880"),
        ("0.0.0.0:9880", "http://127.0.0.1:9880/"),
        ("unix:/run/a.sock", "unix:/run/a.sock"),
    ] {
        let own = || {
            vec![
                set("server.listen", listen),
                set("handback.upstream", upstream),
            ]
        };
        let error = refused([own(), vec![proxy()]].concat());
        assert!(
            error.contains("handback.upstream") && error.contains("go round"),
            "{error}"
        );
        // Nobody is asked there in another mode.
        loaded(own());
    }
    loaded(vec![
        proxy(),
        set("handback.upstream", "http://127.0.0.2:9880"),
    ]);
    loaded(vec![
        set("xmlrpc.deny", "*"),
        set("xmlrpc.plugins", "a.*,b.c"),
    ]);
}

#[test]
fn a_site_needs_its_path() {
    let error = refused(vec![set("site.version", "7.1")]);
    assert!(
        error.contains("site.0.path: is missing; write the absolute path"),
        "{error}"
    );
}

#[test]
fn two_sites_cannot_be_the_same() {
    Jail::expect_with(|jail| {
        jail.clear_env();
        jail.create_file(
            "c.toml",
            "[[site]]\npath = \"/a\"\nhosts = [\"x.example\"]\n[[site]]\npath = \"/a\"\nhosts = [\"X.example\"]\n",
        )?;
        let error = load(Some(Path::new("c.toml")), Vec::new()).unwrap_err();
        assert_eq!(error.0.len(), 2, "{error}");
        Ok(())
    });
}

#[test]
fn passwords_are_in_no_message_and_no_print() {
    Jail::expect_with(|jail| {
        jail.clear_env();
        jail.create_file(
            "bad.toml",
            "[[site]]\npath = \"/a\"\ndatabase = \"mysql://u:sesame@h\"\n",
        )?;
        jail.create_file(
            "worse.toml",
            "[[site]]\ndatabase = \"mysql://u:sesame@h/n\n",
        )?;
        jail.create_file(
            "type.toml",
            "[[site]]\npath = \"/a\"\ndatabase = [\"sesame\"]\n",
        )?;
        jail.create_file(
            "good.toml",
            "[[site]]\npath = \"/a\"\ndatabase = \"mysql://u:sesame@h/n\"\n",
        )?;
        for name in ["bad.toml", "worse.toml", "type.toml"] {
            let error = load(Some(Path::new(name)), Vec::new()).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("sesame"), "{error}");
        }
        let loaded = load(Some(Path::new("good.toml")), Vec::new()).unwrap();
        let printed = loaded.to_toml();
        assert!(
            printed.contains("database = \"mysql://u:***@h/n\""),
            "{printed}"
        );
        assert!(!format!("{printed} {loaded:?}").contains("sesame"));
        Ok(())
    });
}

#[test]
fn what_is_printed_is_read_back() {
    let first = loaded(vec![
        set("verify.deadline", "3s"),
        set("site.path", "/srv/blog"),
    ]);
    Jail::expect_with(|jail| {
        jail.clear_env();
        jail.create_file("printed.toml", &first.to_toml())?;
        let second = load(Some(Path::new("printed.toml")), Vec::new()).unwrap();
        assert_eq!(second.settings, first.settings);
        Ok(())
    });
}

#[test]
fn a_missing_file_is_told_only_if_it_was_named() {
    Jail::expect_with(|jail| {
        jail.clear_env();
        let error = load(Some(Path::new("/nonexistent/x.toml")), Vec::new()).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("/nonexistent/x.toml: cannot be read"),
            "{error}"
        );
        Ok(())
    });
}

/// The commented-out keys of the shipped file, uncommented.
fn shipped() -> String {
    let text = include_str!("../../conf/linkbackd.toml");
    text.lines()
        .map(|line| match line.strip_prefix('#') {
            // Prose has a space behind its mark, keys and sections have none.
            Some(rest) if !rest.starts_with(' ') && !rest.is_empty() => rest,
            _ => line,
        })
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_shipped_file_changes_nothing() {
    Jail::expect_with(|jail| {
        jail.clear_env();
        jail.create_file("asis.toml", include_str!("../../conf/linkbackd.toml"))?;
        assert_eq!(
            load(Some(Path::new("asis.toml")), Vec::new())
                .unwrap()
                .settings,
            Settings::default()
        );
        Ok(())
    });
}

#[test]
fn the_shipped_file_lists_every_key_with_its_default() {
    Jail::expect_with(|jail| {
        jail.clear_env();
        jail.create_file("all.toml", &shipped())?;
        let loaded = load(Some(Path::new("all.toml")), Vec::new()).unwrap();
        let listed: Vec<String> = loaded.origins.iter().map(|(key, _)| plain(key)).collect();
        for key in keys::KEYS {
            assert!(
                listed.iter().any(|name| name == key.name),
                "{} is not in conf/linkbackd.toml",
                key.name
            );
        }
        // What has no default is shown as an example.
        let mut settings = loaded.settings;
        settings.sites.clear();
        settings.verify.ca_file = None;
        assert_eq!(settings, Settings::default());
        Ok(())
    });
}

#[test]
fn post_types_are_told_in_tables_of_their_own() {
    Jail::expect_with(|jail| {
        jail.clear_env();
        jail.create_file(
            "good.toml",
            "[[site]]\npath = \"/a\"\n[[site.post_types]]\nname = \"ledger\"\npublic = false\n\
             [[site.post_types]]\nname = \"recipe\"\nquery_var = \"dish\"\n\
             [[site.post_types]]\nname = \"card\"\nquery_var = false\n",
        )?;
        let first = load(Some(Path::new("good.toml")), Vec::new()).unwrap();
        let types = &first.settings.sites[0].post_types;
        assert_eq!(
            (types[0].name.as_str(), types[0].public),
            ("ledger", Some(false))
        );
        assert_eq!(types[1].query_var, Some(QueryVar::Name("dish".to_owned())));
        assert_eq!(types[2].query_var, Some(QueryVar::Switch(false)));
        jail.create_file("again.toml", &first.to_toml())?;
        let second = load(Some(Path::new("again.toml")), Vec::new()).unwrap();
        assert_eq!(second.settings, first.settings);
        Ok(())
    });
}

#[test]
fn mistaken_post_types_are_told_with_key_file_and_value() {
    let cases = [
        (
            "name = \"Book\"",
            "site.0.post_types.0.name = \"Book\": expected the name",
        ),
        (
            "name = \"page\"",
            "site.0.post_types.0.name = \"page\": expected the name",
        ),
        (
            "name = \"a\"\nquery_var = \"A b\"",
            "site.0.post_types.0.query_var = \"A b\": expected a query",
        ),
        (
            "name = \"a\"\nquery_var = 7",
            "site.0.post_types.0.query_var = 7: expected a query",
        ),
        (
            "name = \"a\"\npublic = \"no\"",
            "site.0.post_types.0.public = \"no\": expected [[site.post_types]]",
        ),
        (
            "name = \"a\"\npubic = true",
            "site.0.post_types.0.pubic = true: expected [[site.post_types]]",
        ),
        ("public = true", "site.0.post_types.0.name: is missing"),
        (
            "name = \"a\"\nregistered = false\npublic = true",
            "site.0.post_types.0.registered = false: a type",
        ),
        (
            "name = \"a\"\n[[site.post_types]]\nname = \"a\"",
            "site.0.post_types.1.name = \"a\": another",
        ),
    ];
    for (lines, expected) in cases {
        Jail::expect_with(|jail| {
            jail.clear_env();
            jail.create_file(
                "bad.toml",
                &format!("[[site]]\npath = \"/a\"\n[[site.post_types]]\n{lines}\n"),
            )?;
            let error = load(Some(Path::new("bad.toml")), Vec::new())
                .map(|loaded| loaded.settings)
                .unwrap_err()
                .to_string();
            assert!(error.contains("bad.toml: "), "{error}");
            assert!(error.contains(expected), "{expected}\n{error}");
            Ok(())
        });
    }
}
