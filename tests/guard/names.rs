//! Names and the addresses they resolve to.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use linkbackd::config::Verify;
use linkbackd::refusal::Refusal;

use super::fetch;
use super::support::{Behaviour, NameServer, SourceServer, page, settings};

#[tokio::test]
async fn every_answer_of_a_name_must_pass() {
    let server = SourceServer::start(Behaviour::Reply(page("x"))).await;
    let names = NameServer::start(|name, v6, asked| {
        let list =
            |texts: &[&str]| -> Vec<IpAddr> { texts.iter().map(|t| t.parse().unwrap()).collect() };
        match (name, v6) {
            ("good.test", false) => list(&["127.0.0.1"]),
            ("inner.test", false) => list(&["10.0.0.1"]),
            ("metadata.test", false) => list(&["169.254.169.254"]),
            ("mixed.test", false) => list(&["127.0.0.1", "10.0.0.1"]),
            ("reversed.test", false) => list(&["192.168.0.1", "127.0.0.1"]),
            ("six.test", false) => list(&["127.0.0.1"]),
            ("six.test", true) => list(&["fd00::1"]),
            ("mapped.test", true) => list(&["::ffff:127.0.0.1"]),
            ("nat.test", true) => list(&["64:ff9b::a00:1"]),
            ("linklocal.test", true) => list(&["fe80::1"]),
            // Good when it is judged, bad when it would be asked again.
            ("rebind.test", false) if asked == 0 => list(&["127.0.0.1"]),
            ("rebind.test", false) => list(&["10.0.0.1"]),
            ("many.test", false) => (0..65).map(|n| IpAddr::from([127, 0, 1, n])).collect(),
            _ => Vec::new(),
        }
    })
    .await;
    let p = server.port();
    let settings = settings(p, &names);
    for (name, refusal) in [
        ("inner.test", Refusal::SourceAddress),
        ("metadata.test", Refusal::SourceAddress),
        ("mixed.test", Refusal::SourceAddress),
        ("reversed.test", Refusal::SourceAddress),
        ("six.test", Refusal::SourceAddress),
        ("mapped.test", Refusal::SourceAddress),
        ("nat.test", Refusal::SourceAddress),
        ("linklocal.test", Refusal::SourceAddress),
        ("many.test", Refusal::SourceUnresolved),
        ("nowhere.test", Refusal::SourceUnresolved),
    ] {
        let got = fetch(&settings, &format!("http://{name}:{p}/"))
            .await
            .map(|f| f.status);
        assert_eq!(got, Err(refusal), "{name}");
    }
    assert_eq!(server.connections(), 0);

    assert!(
        fetch(&settings, &format!("http://good.test:{p}/"))
            .await
            .is_ok()
    );
    assert_eq!(names.asked("good.test"), 1, "one look-up for A");
    // The address that was judged is the one dialled, however the name answers later.
    assert!(
        fetch(&settings, &format!("http://rebind.test:{p}/"))
            .await
            .is_ok()
    );
    assert_eq!(names.asked("rebind.test"), 1);
    let again = fetch(&settings, &format!("http://rebind.test:{p}/"))
        .await
        .map(|f| f.status);
    assert_eq!(again, Err(Refusal::SourceAddress));
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_silent_name_server_is_waited_for_no_longer_than_the_deadline() {
    let names = NameServer::silent().await;
    let settings = Verify {
        deadline: Duration::from_millis(600),
        ..settings(80, &names)
    };
    let began = Instant::now();
    let got = fetch(&settings, "http://slow.test/")
        .await
        .map(|f| f.status);
    assert_eq!(got, Err(Refusal::SourceUnresolved));
    assert!(
        began.elapsed() < Duration::from_millis(1100),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn a_dead_address_does_not_hide_a_live_one() {
    let server = SourceServer::start(Behaviour::Reply(page("x"))).await;
    // Nothing listens on 127.0.0.2.
    let names = NameServer::start(|_, v6, _| {
        if v6 {
            Vec::new()
        } else {
            vec!["127.0.0.2".parse().unwrap(), "127.0.0.1".parse().unwrap()]
        }
    })
    .await;
    let settings = settings(server.port(), &names);
    let fetched = fetch(&settings, &format!("http://two.test:{}/", server.port()))
        .await
        .unwrap();
    assert_eq!(fetched.peer.ip(), IpAddr::from([127, 0, 0, 1]));
}
