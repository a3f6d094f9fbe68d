//! The gate by itself; tests/guard.rs has the tricks, with listeners behind them.

use super::*;

const SITE: Site<'static> = Site {
    version: Version::REFERENCE,
    home: b"http://blog.test:8081",
    network_hosts: &[],
};

fn strict(source: &str) -> Result<Source, Refusal> {
    gate(&SITE, &[80, 443, 8080], true, source.as_bytes())
}

fn loose(source: &[u8]) -> Result<Source, Refusal> {
    gate(&SITE, &[80, 443, 8080], false, source)
}

#[test]
fn what_is_checked_is_what_is_asked_and_what_is_stored() {
    let source = strict("HTTPS://Example.ORG:443/a%2fb/../c?x=%41#frag").unwrap();
    assert_eq!(
        source.text(),
        b"https://Example.ORG:443/a%2fb/../c?x=%41#frag"
    );
    assert_eq!(source.request().as_str(), "https://example.org/c?x=A");
    assert_eq!(
        (source.host(), source.port()),
        (&Host::Name("example.org".into()), 443)
    );
    assert!(!source.is_own_site());
}

#[test]
fn hosts_are_names_or_addresses() {
    for (url, host) in [
        ("http://8.8.8.8/", "8.8.8.8"),
        ("http://[2606:4700::1111]/", "[2606:4700::1111]"),
        ("http://bücher.example/", "xn--bcher-kva.example"),
        ("http://BÜCHER.example/", "xn--bcher-kva.example"),
        ("http://xn--bcher-kva.example/", "xn--bcher-kva.example"),
        ("http://a_b.-c-.r3---sn.example/", "a_b.-c-.r3---sn.example"),
        ("http://1.2.3.4.example/", "1.2.3.4.example"),
        ("http://例え.テスト/", "xn--r8jz45g.xn--zckzah"),
    ] {
        assert_eq!(
            strict(url).map(|source| source.host().to_string()),
            Ok(host.to_owned()),
            "{url}"
        );
    }
}

#[test]
fn the_own_site_may_be_called_what_it_calls_itself() {
    let site = Site {
        version: Version::REFERENCE,
        home: b"http://localhost:8081",
        network_hosts: &[b"shop".to_vec()],
    };
    let gate = |source: &str| gate(&site, &[80, 443, 8080], true, source.as_bytes());
    assert!(gate("http://localhost/?p=1").unwrap().is_own_site());
    assert!(gate("http://localhost:8081/?p=1").unwrap().is_own_site());
    assert!(gate("http://shop/").unwrap().is_own_site());
    assert_eq!(gate("http://shop:8081/").unwrap_err(), Refusal::SourcePort);
    assert_eq!(gate("http://inner/").unwrap_err(), Refusal::SourceHostName);
    // Another spelling is another host.
    assert_eq!(
        gate("http://localhost./").unwrap_err(),
        Refusal::SourceHostSpelling
    );
}

#[test]
fn strictness_refuses_what_only_wordpress_would_ask_for() {
    for source in [
        "http://a.test/a b",
        "http://a.test/\\",
        "http://a.test/\u{85}",
        "http://a.test/\u{A0}",
        "http://a.test/\t",
    ] {
        assert_eq!(
            strict(source).unwrap_err(),
            Refusal::SourceInvalid,
            "{source:?}"
        );
        assert!(loose(source.as_bytes()).is_ok(), "{source:?}");
    }
    assert_eq!(
        strict(&format!("http://a.test/{}", "x".repeat(2035))).unwrap_err(),
        Refusal::SourceInvalid
    );
    assert!(strict(&format!("http://a.test/{}", "x".repeat(2034))).is_ok());
    assert!(loose(b"http://a.test/\xFF").is_ok());
    assert_eq!(
        loose(b"http://a.test/\x01").unwrap_err(),
        Refusal::SourceInvalid
    );
    assert_eq!(
        loose(b"http://a\xFF.test/").unwrap_err(),
        Refusal::SourceHostSpelling
    );
    assert_eq!(
        loose(&[b"http://a.test/", &b"x".repeat(20_000)[..]].concat()).unwrap_err(),
        Refusal::SourceInvalid
    );
}

#[test]
fn nothing_that_passes_disagrees_with_a_browser_s_parser() {
    let mut random = super::super::testing::Random::new(3);
    let bits = [
        "http://",
        "https://",
        "a",
        "b.test",
        "127.0.0.1",
        "[::1]",
        "@",
        ":",
        ":80",
        ":8080",
        "/",
        "\\",
        "?",
        "#",
        "%",
        "%2e",
        ".",
        "..",
        "。",
        "ü",
        "1",
        "0x7f",
        "é.test",
        " ",
        "\t",
        "\n",
        "xn--",
        "xn--bcher-kva",
        "localhost",
        "-",
        "_",
        "①",
        "ß",
        "[",
        "]",
        "//",
        "example.org",
        "\u{200D}",
        "&",
        "=",
    ];
    let mut passed = 0;
    for _ in 0..60_000 {
        let mut text = String::from(if random.below(2) == 0 {
            "http://"
        } else {
            "https://"
        });
        for _ in 0..random.below(7) {
            text.push_str(random.pick(&bits));
        }
        for source in [strict(&text), loose(text.as_bytes())]
            .into_iter()
            .flatten()
        {
            passed += 1;
            let parsed = url::Url::parse(&text).unwrap();
            assert_eq!(parsed.host_str(), source.request().host_str(), "{text:?}");
            assert_eq!(
                parsed.port_or_known_default(),
                Some(source.port()),
                "{text:?}"
            );
            assert!(
                parsed.username().is_empty() && parsed.password().is_none(),
                "{text:?}"
            );
        }
    }
    assert!(passed > 1000, "{passed}");
}
