//! Which site answers to whom, without a database.

use super::*;
use crate::config;
use crate::wordpress::version::Version;

const PLAIN: &str = "<?php define('DB_NAME', 'n'); define('DB_USER', 'u'); define('DB_PASSWORD', 'p'); \
                     define('DB_HOST', '127.0.0.1:1'); $table_prefix = 'wp_';";

fn wordpress(config: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("wp-includes")).unwrap();
    std::fs::write(dir.path().join("wp-load.php"), "").unwrap();
    std::fs::write(
        dir.path().join("wp-includes/version.php"),
        "<?php\n$wp_version = '6.6.7';\n",
    )
    .unwrap();
    std::fs::write(dir.path().join("wp-config.php"), config).unwrap();
    dir
}

fn sites(list: &[(&tempfile::TempDir, &[&str])]) -> Sites {
    let sites = list
        .iter()
        .map(|(dir, hosts)| config::Site {
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
            ..config::Site::at(dir.path())
        })
        .collect();
    Sites::new(&Settings {
        sites,
        ..Settings::default()
    })
}

/// Waits out the pauses of `slot.rs`.
async fn later() {
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
}

#[test]
fn hosts_are_compared_plainly() {
    assert_eq!(plain_host(b"Blog.Example:8080"), b"blog.example");
    assert_eq!(plain_host(b"blog.example."), b"blog.example");
    assert_eq!(plain_host(b"[::1]:80"), b"[::1]");
    assert_eq!(plain_host(b"[::1]"), b"[::1]");
    assert_eq!(
        url_host(b"https://user@Blog.example:8443/wp?x"),
        b"blog.example"
    );
    assert_eq!(url_host(b"blog.example"), b"blog.example");
}

#[tokio::test]
async fn a_site_alone_answers_to_every_name_unless_it_has_its_own() {
    let dir = wordpress(PLAIN);
    let alone = sites(&[(&dir, &[])]);
    assert_eq!(
        alone.find(None, b"anything").await.unwrap().unwrap().path,
        dir.path()
    );
    assert_eq!(
        alone.find(None, b"").await.unwrap().unwrap().path,
        dir.path()
    );
    let named = sites(&[(&dir, &["a.example"])]);
    assert_eq!(
        named
            .find(None, b"A.example:80")
            .await
            .unwrap()
            .unwrap()
            .path,
        dir.path()
    );
    assert!(matches!(named.find(None, b"b.example").await, Ok(None)));
}

#[tokio::test]
async fn several_are_told_apart_by_host_and_by_root() {
    let (a, b) = (wordpress(PLAIN), wordpress(PLAIN));
    let both = sites(&[(&a, &["a.example"]), (&b, &["b.example", "www.b.example"])]);
    assert_eq!(
        both.find(None, b"www.b.example")
            .await
            .unwrap()
            .unwrap()
            .path,
        b.path()
    );
    assert!(matches!(both.find(None, b"c.example").await, Ok(None)));
    let root = a.path().to_str();
    assert_eq!(
        both.find(root, b"b.example").await.unwrap().unwrap().path,
        a.path()
    );
    assert!(matches!(
        both.find(Some("/elsewhere"), b"b.example").await,
        Ok(None)
    ));
}

#[tokio::test]
async fn a_broken_site_hurts_no_other_and_is_tried_again() {
    let (a, b) = (wordpress("<?php '"), wordpress(PLAIN));
    let both = sites(&[(&a, &["a.example"]), (&b, &["b.example"])]);
    assert!(matches!(
        both.find(None, b"a.example").await,
        Err(Closed(_))
    ));
    assert!(both.find(None, b"b.example").await.is_ok());
    std::fs::write(a.path().join("wp-config.php"), PLAIN).unwrap();
    // Within the pause, the old answer stands.
    assert!(both.find(None, b"a.example").await.is_err());
    later().await;
    assert!(both.find(None, b"a.example").await.is_ok());
}

#[tokio::test]
async fn changed_files_open_the_site_anew_and_broken_ones_do_not_close_it() {
    let dir = wordpress(PLAIN);
    let sites = sites(&[(&dir, &[])]);
    let first = sites.find(None, b"").await.unwrap().unwrap();
    later().await;
    assert!(Arc::ptr_eq(
        &first,
        &sites.find(None, b"").await.unwrap().unwrap()
    ));
    std::fs::write(
        dir.path().join("wp-includes/version.php"),
        "<?php\n$wp_version = '7.1-alpha';\n",
    )
    .unwrap();
    later().await;
    let second = sites.find(None, b"").await.unwrap().unwrap();
    assert_eq!(second.constants.version.to_string(), "7.1");
    std::fs::write(dir.path().join("wp-config.php"), "<?php '").unwrap();
    later().await;
    assert!(Arc::ptr_eq(
        &second,
        &sites.find(None, b"").await.unwrap().unwrap()
    ));
}

#[tokio::test]
async fn without_a_version_it_is_the_reference_until_there_is_one() {
    let dir = wordpress(PLAIN);
    let file = dir.path().join("wp-includes/version.php");
    let sites = sites(&[(&dir, &[])]);
    for broken in [None, Some("<?php\n"), Some("<?php\n$wp_version = 'x';\n")] {
        match broken {
            None => std::fs::remove_file(&file).unwrap(),
            Some(text) => std::fs::write(&file, text).unwrap(),
        }
        later().await;
        let site = sites.find(None, b"").await.unwrap().unwrap();
        assert_eq!(site.constants.version, Version::REFERENCE, "{broken:?}");
        assert!(
            site.notes
                .iter()
                .any(|note| note.contains("taken for WordPress 7.1"))
        );
    }
    std::fs::write(&file, "<?php\n$wp_version = '6.6.7';\n").unwrap();
    later().await;
    let site = sites.find(None, b"").await.unwrap().unwrap();
    assert_eq!(site.constants.version, Version::new(6, 6, 7));
}

#[tokio::test]
async fn hosts_that_cannot_be_read_leave_the_answer_open() {
    let (a, b) = (wordpress(PLAIN), wordpress(PLAIN));
    let both = sites(&[(&a, &[]), (&b, &["b.example"])]);
    assert!(both.find(None, b"b.example").await.is_ok());
    // It may be the first's, whose database is away.
    assert!(matches!(
        both.find(None, b"a.example").await,
        Err(Closed(_))
    ));
}
