//! A WordPress that pings by itself: its own cron sends a pingback and a trackback to a blog that linkbackd serves.

use std::process::Command;
use std::time::{Duration, Instant};

use linkbackd::demo::stage::Plan;

use crate::world::World;

/// Publishes two posts: the text of one links to TARGET, and the other is told to send a trackback to TRACKBACK.
const PUBLISH: &str = r#"<?php
list( , $directory, $target, $trackback ) = $argv;
$_SERVER['HTTP_HOST'] = 'sender.test';
require $directory . '/wp-load.php';
$text = '<p>Some words about <a href="' . $target . '">a post of theirs</a>, and why it matters.</p>';
foreach ( array( 'links' => '', 'tracks' => $trackback ) as $title => $to_ping ) {
	$id = wp_insert_post(
		array( 'post_title' => $title, 'post_content' => $text, 'post_status' => 'publish', 'post_author' => 1, 'to_ping' => $to_ping ),
		true
	);
	if ( is_wp_error( $id ) ) {
		exit( 1 );
	}
	if ( $to_ping ) {
		delete_post_meta( $id, '_pingme' );
	}
	echo get_permalink( $id ), "\n";
}
"#;

#[test]
fn wordpress_pings_by_its_own_cron() {
    let mut plan = Plan::new("Front");
    plan.sites = 2;
    plan.workers = 4;
    let world = World::start(plan, "mode = \"nginx\"");
    let sender = &world.stage.sites[1];
    let script = world
        .stage
        .scratch
        .write("publish.php", PUBLISH)
        .expect("a file");
    let target = format!("{}{}", world.home, world.post());
    let output = Command::new("php")
        .arg(script)
        .arg(&sender.path)
        .args([&target, &format!("{target}trackback/")])
        .output()
        .expect("php");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let sources: Vec<&str> = text.lines().collect();

    let cron = world.send_to(
        sender.address,
        "GET",
        "/wp-cron.php?doing_wp_cron",
        &[("X-Stage-Client", "203.0.113.9")],
        b"",
    );
    assert_eq!(cron.status, 200, "{cron:?}");
    let wanted = [
        format!("pingback {}", sources[0]),
        format!("trackback {}", sources[1]),
    ];
    let end = Instant::now() + Duration::from_secs(60);
    let mut rows = world.rows();
    while rows.len() < 2 && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(200));
        rows = world.rows();
    }
    rows.sort();
    assert_eq!(rows, wanted, "{}", world.log());
    assert_eq!(world.count("registered"), 2, "{}", world.log());
    // It has noted both as sent.
    let end = Instant::now() + Duration::from_secs(30);
    let pinged = || {
        let sql = "SELECT pinged FROM wp_posts WHERE pinged <> '' ORDER BY ID";
        world
            .stage
            .mariadb
            .run_on(&sender.database, sql)
            .expect("rows")
    };
    while pinged().lines().count() < 2 && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(200));
    }
    let pinged = pinged().replace("\\n", "");
    assert_eq!(pinged, format!("{target}\n{target}trackback/\n"));
}
