//! Spellings of URLs.

use linkbackd::config::Verify;
use linkbackd::refusal::Refusal;

use super::fetch;
use super::support::{Behaviour, NameServer, SourceServer, page, settings};

#[tokio::test]
async fn no_spelling_of_loopback_is_dialled() {
    let server = SourceServer::start(Behaviour::Reply(page("x"))).await;
    // A name server that takes every name for loopback: what is not refused by its spelling connects.
    let names = NameServer::start(|_, _, _| vec!["127.0.0.1".parse().unwrap()]).await;
    let port = server.port();
    let settings = settings(port, &names);
    let p = port;
    let rows: Vec<(String, Refusal)> = [
        // One address, many numbers (libc's inet_aton).
        (
            format!("http://2130706433:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (
            format!("http://0x7f000001:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (format!("http://0x7f.1:{p}/"), Refusal::SourceHostSpelling),
        (
            format!("http://0177.0.0.1:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (
            format!("http://017700000001:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (format!("http://127.1:{p}/"), Refusal::SourceHostSpelling),
        (format!("http://127.0.1:{p}/"), Refusal::SourceHostSpelling),
        (format!("http://0:{p}/"), Refusal::SourceInvalid),
        (
            format!("http://127.0.0.01:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (
            format!("http://127.0.0.0x1:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (format!("http://0x:{p}/"), Refusal::SourceHostSpelling),
        (
            format!("http://127.0.0.256:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (
            format!("http://127.0.0.1.1:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (
            format!("http://4294967297:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        // Digits and dots that become ASCII.
        (
            format!("http://１２７.0.0.1:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (
            format!("http://①②⑦.⓪.⓪.①:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (
            format!("http://127。0。0。1:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (
            format!("http://127．0．0．1:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (
            format!("http://127.0.0.1。:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (
            format!("http://ｌocalhost:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (
            format!("http://ⓔⓧⓐⓜⓟⓛⓔ.test:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (
            format!("http://good\u{AD}.test:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (
            format!("http://good\u{200B}.test:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        // Punycode of what is ASCII, or broken.
        (
            format!("http://xn--localhost-.test:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (
            format!("http://xn--.test:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (
            format!("http://xn--a.test:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        // Dots.
        (
            format!("http://127.0.0.1.:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (
            format!("http://good.test.:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (
            format!("http://good.test..:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (
            format!("http://.good.test:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (
            format!("http://good..test:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        // Percent-encoded hosts.
        (
            format!("http://%31%32%37.0.0.1:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (
            format!("http://good%2etest:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (
            format!("http://good.test%00.other.test:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        // Userinfo, in every form.
        (
            format!("http://user@good.test:{p}/"),
            Refusal::SourceUserinfo,
        ),
        (
            format!("http://user:pass@good.test:{p}/"),
            Refusal::SourceUserinfo,
        ),
        (format!("http://@good.test:{p}/"), Refusal::SourceUserinfo),
        (
            format!("http://good.test:80@127.0.0.1:{p}/"),
            Refusal::SourceUserinfo,
        ),
        (
            format!("http://a@b@good.test:{p}/"),
            Refusal::SourceUserinfo,
        ),
        // IPv6 spellings of IPv4 and of oneself; unbracketed; with zones.
        (format!("http://[::1]:{p}/"), Refusal::SourceAddress),
        (format!("http://[::]:{p}/"), Refusal::SourceAddress),
        (
            format!("http://[::ffff:127.0.0.1]:{p}/"),
            Refusal::SourceAddress,
        ),
        (
            format!("http://[::ffff:7f00:1]:{p}/"),
            Refusal::SourceAddress,
        ),
        (
            format!("http://[0:0:0:0:0:ffff:127.0.0.1]:{p}/"),
            Refusal::SourceAddress,
        ),
        (format!("http://[::127.0.0.1]:{p}/"), Refusal::SourceAddress),
        (
            format!("http://[::ffff:0:127.0.0.1]:{p}/"),
            Refusal::SourceAddress,
        ),
        (
            format!("http://[2002:7f00:1::]:{p}/"),
            Refusal::SourceAddress,
        ),
        (
            format!("http://[64:ff9b:1::127.0.0.1]:{p}/"),
            Refusal::SourceAddress,
        ),
        (
            format!("http://[64:ff9b::10.0.0.1]:{p}/"),
            Refusal::SourceAddress,
        ),
        (format!("http://[2001:0:1::1]:{p}/"), Refusal::SourceAddress),
        (format!("http://[fe80::1]:{p}/"), Refusal::SourceAddress),
        (
            format!("http://[fd00:ec2::254]:{p}/"),
            Refusal::SourceAddress,
        ),
        (
            format!("http://[fe80::1%25lo]:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (format!("http://[::1%lo]:{p}/"), Refusal::SourceHostSpelling),
        (format!("http://[::1:{p}/"), Refusal::SourceHostSpelling),
        (
            format!("http://[127.0.0.1]:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        (
            format!("http://[::1].good.test:{p}/"),
            Refusal::SourceHostSpelling,
        ),
        // Names that are never public.
        (format!("http://localhost:{p}/"), Refusal::SourceHostName),
        (format!("http://LOCALHOST:{p}/"), Refusal::SourceHostName),
        (format!("http://a.localhost:{p}/"), Refusal::SourceHostName),
        (
            format!("http://localhost.localdomain:{p}/"),
            Refusal::SourceHostName,
        ),
        (
            format!("http://ip6-localhost:{p}/"),
            Refusal::SourceHostName,
        ),
        (format!("http://intranet:{p}/"), Refusal::SourceHostName),
        (
            format!("http://printer.local:{p}/"),
            Refusal::SourceHostName,
        ),
        (
            format!("http://metadata.google.internal:{p}/"),
            Refusal::SourceHostName,
        ),
        (
            format!("http://kubernetes.default.svc:{p}/"),
            Refusal::SourceHostName,
        ),
        (
            format!("http://router.home.arpa:{p}/"),
            Refusal::SourceHostName,
        ),
        (format!("http://x.onion:{p}/"), Refusal::SourceHostName),
        // Ports and schemes.
        ("http://good.test:22/".to_owned(), Refusal::SourcePort),
        ("http://good.test:0/".to_owned(), Refusal::SourcePort),
        ("http://good.test:65616/".to_owned(), Refusal::SourcePort),
        (format!("http://good.test:{p}x/"), Refusal::SourcePort),
        (format!("http://good.test:+{p}/"), Refusal::SourcePort),
        (format!("http://good.test::{p}/"), Refusal::SourcePort),
        (format!("ftp://good.test:{p}/"), Refusal::SourceInvalid),
        (format!("//good.test:{p}/"), Refusal::SourceInvalid),
        (format!("http:good.test:{p}/"), Refusal::SourceInvalid),
        (format!("http:/good.test:{p}/"), Refusal::SourceInvalid),
        (format!("http:\\\\good.test:{p}/"), Refusal::SourceInvalid),
        (format!("file://good.test:{p}/"), Refusal::SourceInvalid),
        (format!("gopher://good.test:{p}/"), Refusal::SourceInvalid),
        (
            format!("feed:http://good.test:{p}/"),
            Refusal::SourceInvalid,
        ),
        (
            format!("java\0script://good.test:{p}/"),
            Refusal::SourceInvalid,
        ),
        ("http://".to_owned(), Refusal::SourceInvalid),
        (format!("http:///good.test:{p}/"), Refusal::SourceInvalid),
        (String::new(), Refusal::SourceInvalid),
        ("127.0.0.1".to_owned(), Refusal::SourceInvalid),
        // Line breaks that would add a header, or a host.
        (
            format!("http://good.test:{p}/ HTTP/1.1\r\nHost: other.test"),
            Refusal::SourceInvalid,
        ),
        (format!("http://good.test:{p}/\t"), Refusal::SourceInvalid),
        (
            format!("http://good.test\\@other.test:{p}/"),
            Refusal::SourceInvalid,
        ),
        (format!(" http://good.test:{p}/"), Refusal::SourceInvalid),
        (
            format!("http://good.test:{p}/\u{2028}"),
            Refusal::SourceInvalid,
        ),
        (
            format!("http://good.test:{p}/{}", "a".repeat(2048)),
            Refusal::SourceInvalid,
        ),
    ]
    .into();
    for (source, refusal) in rows {
        let got = fetch(&settings, &source)
            .await
            .map(|fetched| fetched.status);
        assert_eq!(got, Err(refusal), "{source:?}");
    }
    assert_eq!(server.connections(), 0);

    // The same, spelt as it should be.
    for source in [
        format!("http://127.0.0.1:{p}/"),
        format!("HTTP://GOOD.test:{p}/x?y#z"),
        format!("http://bücher.test:{p}/"),
    ] {
        assert_eq!(
            fetch(&settings, &source)
                .await
                .map(|fetched| fetched.status),
            Ok(200),
            "{source:?}"
        );
    }
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn without_strictness_oddities_of_the_host_are_still_refused() {
    let server = SourceServer::start(Behaviour::Reply(page("x"))).await;
    let names = NameServer::start(|_, _, _| vec!["127.0.0.1".parse().unwrap()]).await;
    let p = server.port();
    let settings = Verify {
        strict: false,
        ..settings(p, &names)
    };
    for source in [
        format!("http://good.test\\@other.test:{p}/"),
        format!("http://good.test\\.other.test:{p}/"),
        format!("http://good.test\t:{p}/"),
        format!("http://good .test:{p}/"),
        format!("http://good.test\n:{p}/"),
        format!("http://good.test:{p}\r\n/"),
        format!("http://0x7f.1:{p}/"),
    ] {
        let got = fetch(&settings, &source)
            .await
            .map(|fetched| fetched.status);
        assert!(got.is_err(), "{source:?} gave {got:?}");
    }
    assert_eq!(server.connections(), 0);
    // What WordPress fetches, it fetches as WordPress does.
    for (path, asked) in [
        ("/a b", "/a%20b"),
        ("/it\\'s", "/it%5C's"),
        ("/a/../b/./c", "/b/c"),
        ("/\u{fc}?q=\u{fc} x", "/%C3%BC?q=%C3%BC%20x"),
        ("/a\r\nb", "/a%0D%0Ab"),
        ("/%7e%41%2f#frag", "/~A%2F"),
        ("?x", "/?x"),
    ] {
        let fetched = fetch(&settings, &format!("http://good.test:{p}{path}")).await;
        assert!(fetched.is_ok(), "{path:?}: {fetched:?}");
        let request = server.last_request();
        assert_eq!(
            request.lines().next(),
            Some(&format!("GET {asked} HTTP/1.1")[..])
        );
    }
}
