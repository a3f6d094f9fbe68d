//! Rows that WordPress made.

use super::golden::rows;
use super::*;

#[test]
fn every_golden_row_is_valid_where_wordpress_says_so() {
    let table = include_str!("../../tests/golden/wp_http_validate_url.tsv");
    let versions =
        ["6.1.9", "6.6.7", "6.9.7", "7.1"].map(|version| Version::parse(version).unwrap());
    let mut valid = 0;
    for row in rows(table) {
        let [Some(url), expected @ ..] = &row[..] else {
            panic!("a row begins with a URL");
        };
        assert_eq!(expected.len(), versions.len());
        for (version, expected) in versions.iter().zip(expected) {
            let ours =
                wp_http_validate_url(*version, b"http://Blog.test:8081/x", &[80, 443, 8080], url);
            let ours = ours.map(|valid| valid.url);
            assert_eq!(
                &ours,
                expected,
                "{version}: {:?}",
                String::from_utf8_lossy(url)
            );
            valid += usize::from(ours.is_some());
        }
    }
    assert!(valid > 500, "{valid}");
}

#[test]
fn the_own_host_is_told_ignoring_case() {
    let valid = |home: &[u8], url: &[u8]| {
        wp_http_validate_url(Version::REFERENCE, home, &[80], url).unwrap()
    };
    assert!(valid(b"http://Blog.test", b"http://bLOG.test/").same_host);
    assert!(!valid(b"http://www.blog.test", b"http://blog.test/").same_host);
    assert!(!valid(b"nonsense", b"http://blog.test/").same_host);
}

#[test]
fn ipv6_literals_pass_though_wordpress_refuses_them() {
    let valid =
        |url: &[u8]| wp_http_validate_url(Version::REFERENCE, b"http://blog.test", &[80], url);
    assert_eq!(
        valid(b"http://[2001:db8::1]:80/").unwrap().host,
        b"[2001:db8::1]"
    );
    for url in [
        "http://[::1]]/",
        "http://[[::1]/",
        "http://::1/",
        "http://[::1]x/",
    ] {
        assert_eq!(valid(url.as_bytes()), None, "{url}");
    }
}
