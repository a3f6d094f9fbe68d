//! `linkbackd demo --once`, as a newcomer runs it.

mod common;

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use common::linkbackd::PROGRAM;

#[test]
fn the_demo_proves_itself_and_leaves_nothing() {
    let place = tempfile::tempdir().expect("a directory");
    // Run by root, the daemons are other users and have to get in.
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(place.path(), open).expect("rights");
    let output = Command::new(PROGRAM)
        .args(["demo", "--once"])
        .env("TMPDIR", place.path())
        .output()
        .expect("the program");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{errors}");
    assert!(text.contains("WordPress shows both on the post"), "{text}");
    assert!(!text.contains("FAIL"), "{text}");
    let left: Vec<_> = std::fs::read_dir(place.path())
        .expect("a listing")
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
