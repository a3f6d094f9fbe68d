//! What the differential tests against PHP (tests/wp_config.rs) cannot show: what is *not* known, and why.

use super::*;

fn read(source: &str) -> WpConfig {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("wp-load.php"), "").unwrap();
    std::fs::write(dir.path().join("wp-config.php"), source).unwrap();
    WpConfig::read(dir.path()).unwrap()
}

fn why(finding: Finding) -> String {
    match finding {
        Finding::Unknown(why) => format!("{}: {}", why.line, why.what),
        other => panic!("known: {other:?}"),
    }
}

fn text(finding: Finding) -> String {
    match finding {
        Finding::Known(scalar) => String::from_utf8(scalar.text()).unwrap(),
        other => panic!("not known: {other:?}"),
    }
}

#[test]
fn the_environment_is_unknown() {
    let config = read(
        "<?php\ndefine('A', getenv('X'));\ndefine('B', $_ENV['X']);\ndefine('C', $_SERVER['X'] ?? 'd');\n\
         define('D', getenv('X') ?: 'local');\nconst E = 1;\n",
    );
    assert_eq!(why(config.constant("A")), "2: getenv()");
    assert_eq!(why(config.constant("B")), "3: $_ENV");
    assert_eq!(why(config.constant("C")), "4: $_SERVER");
    assert_eq!(why(config.constant("D")), "5: getenv()");
    assert_eq!(config.constant("E"), Finding::Known(Scalar::Int(1)));
    assert_eq!(config.constant("F"), Finding::Absent);
}

#[test]
fn branches_that_agree_are_known_and_those_that_differ_are_not() {
    let config = read(
        "<?php\nif ($_SERVER['HTTP_HOST'] == 'a') { define('A', 1); define('B', 1); define('C', 1); }\n\
         else { define('A', 1); define('B', 2); }\ndefine('C', 1);\ndefine('D', 1);",
    );
    assert_eq!(config.constant("A"), Finding::Known(Scalar::Int(1)));
    assert_eq!(why(config.constant("B")), "2: a condition on $_SERVER");
    assert_eq!(config.constant("C"), Finding::Known(Scalar::Int(1)));
    assert_eq!(config.constant("D"), Finding::Known(Scalar::Int(1)));
}

#[test]
fn a_branch_that_ends_the_program_does_not_count() {
    let config = read(
        "<?php if (isset($_SERVER['X'])) { define('A', 1); } else { die('no'); } define('B', 2);\n\
         getenv('Y') or exit; define('C', 3);",
    );
    for (name, value) in [("A", 1), ("B", 2), ("C", 3)] {
        assert_eq!(
            config.constant(name),
            Finding::Known(Scalar::Int(value)),
            "{name}"
        );
    }
}

#[test]
fn nothing_after_wp_settings_counts() {
    let config =
        read("<?php define('A', 1); require_once ABSPATH . 'wp-settings.php'; define('B', 1);");
    assert_eq!(config.constant("B"), Finding::Absent);
    assert_eq!(config.constant("A"), Finding::Known(Scalar::Int(1)));
}

#[test]
fn what_functions_classes_and_closures_may_define_is_unknown() {
    let config = read(
        "<?php function f() { define('A', 1); define('Z', 1); global $table_prefix; $table_prefix = 'x'; }\n\
         define('B', 1); $table_prefix = 'wp_'; f(); $g = function () { define('C', 1); };\n\
         Config::define('D', 1); class K { function m() { define('E', 1); } } K::m(); define('F', 1);",
    );
    for name in ["A", "C", "D", "E"] {
        assert!(
            matches!(config.constant(name), Finding::Unknown(_)),
            "{name}"
        );
    }
    assert!(matches!(
        config.variable("table_prefix"),
        Finding::Unknown(_)
    ));
    assert_eq!(config.constant("B"), Finding::Known(Scalar::Int(1)));
    assert_eq!(config.constant("F"), Finding::Known(Scalar::Int(1)));
}

#[test]
fn files_that_cannot_be_followed_are_noted_and_later_fallbacks_stay_unknown() {
    let config = read(
        "<?php define('A', 1); require getenv('X') . '.php'; defined('B') || define('B', 2); define('C', 3);",
    );
    assert!(config.wild().is_some());
    assert_eq!(config.constant("A"), Finding::Known(Scalar::Int(1)));
    assert!(matches!(config.constant("B"), Finding::Unknown(_)));
    assert_eq!(config.constant("C"), Finding::Known(Scalar::Int(3)));
}

#[test]
fn statements_that_are_not_understood_hide_only_themselves() {
    let config = read(
        "<?php define('A', match(true) { default => 1 }); goto x; x: define('B', 2); \
         $y = new class { public $z = 1; }; define('C', 3);",
    );
    assert!(matches!(config.constant("A"), Finding::Unknown(_)));
    assert_eq!(config.constant("C"), Finding::Known(Scalar::Int(3)));
}

#[test]
fn hostile_files_cost_neither_stack_nor_time() {
    for source in [
        format!("<?php define('A', {}1);", "(".repeat(100_000)),
        format!("<?php define('A', {}1);", "!".repeat(100_000)),
        format!("<?php define('A', 1{});", ".1".repeat(100_000)),
        format!("<?php {}", "if(1){".repeat(100_000)),
        format!("<?php {}", "if($_GET){}else ".repeat(50_000)),
        format!("<?php {}", "while($x){".repeat(60)),
        format!("<?php $a='x'; {}", "$a.=$a;".repeat(100)),
        format!("<?php $a=[1]; {}", "$a=[$a,$a];".repeat(100)),
        format!("<?php $a = \"{}", "{$x[\"".repeat(50_000)),
        format!("<?php {}", "include __FILE__;".repeat(1000)),
        format!("<?php $x{};", "[1]".repeat(50_000)),
        "<?php /*".to_owned(),
        "<?php '".to_owned(),
    ] {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("wp-load.php"), "").unwrap();
        std::fs::write(dir.path().join("wp-config.php"), &source).unwrap();
        let start = std::time::Instant::now();
        let known = WpConfig::read(dir.path()).is_ok();
        assert!(
            start.elapsed().as_secs() < 10,
            "{} ({known})",
            source.get(..60).unwrap_or(&source)
        );
    }
}

#[test]
fn one_level_up_counts_unless_a_wordpress_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let inner = dir.path().join("wp");
    assert!(matches!(
        WpConfig::read(&inner),
        Err(ReadError::NoDirectory(_))
    ));
    std::fs::create_dir(&inner).unwrap();
    std::fs::write(inner.join("wp-load.php"), "").unwrap();
    assert!(matches!(
        WpConfig::read(&inner),
        Err(ReadError::NoConfig(_))
    ));
    std::fs::write(
        dir.path().join("wp-config.php"),
        "<?php define('A', 'up' . basename(ABSPATH));",
    )
    .unwrap();
    assert_eq!(text(WpConfig::read(&inner).unwrap().constant("A")), "upwp");
    std::fs::write(dir.path().join("wp-settings.php"), "").unwrap();
    assert!(matches!(
        WpConfig::read(&inner),
        Err(ReadError::NoConfig(_))
    ));
    std::fs::write(inner.join("wp-config.php"), "<?php define('A', 'in');").unwrap();
    assert_eq!(text(WpConfig::read(&inner).unwrap().constant("A")), "in");
}

#[cfg(unix)]
#[test]
fn a_linked_configuration_is_read_where_it_really_is() {
    let dir = tempfile::tempdir().unwrap();
    let (real, site) = (dir.path().join("real"), dir.path().join("site"));
    std::fs::create_dir_all(&real).unwrap();
    std::fs::create_dir_all(&site).unwrap();
    std::fs::write(site.join("wp-load.php"), "").unwrap();
    std::fs::write(real.join("secret.php"), "<?php define('A', 'secret');").unwrap();
    std::fs::write(
        real.join("config.php"),
        "<?php require __DIR__ . '/secret.php';",
    )
    .unwrap();
    std::os::unix::fs::symlink(real.join("config.php"), site.join("wp-config.php")).unwrap();
    let config = WpConfig::read(&site).unwrap();
    assert_eq!(text(config.constant("A")), "secret");
    assert_eq!(config.files.len(), 2);
}

#[test]
fn values_are_in_no_debug_output() {
    let config =
        read("<?php define('DB_PASSWORD', 'sesame'); $x = 'sesame'; define('L', ['sesame']);");
    let shown = format!("{config:?} {:?}", config.constant("DB_PASSWORD"));
    assert!(!shown.contains("sesame"), "{shown}");
}
