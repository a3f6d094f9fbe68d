//! Rows that WordPress made.

use super::*;
use crate::wordpress::http::golden::rows;

#[test]
fn every_golden_row_is_asked_for_as_wordpress_asks() {
    let table = include_str!("../../tests/golden/request_target.tsv");
    let mut seen = 0;
    for row in rows(table) {
        let [Some(rest), expected] = &row[..] else {
            panic!("a row has two columns");
        };
        assert_eq!(
            &request_target(rest),
            expected,
            "{:?}",
            String::from_utf8_lossy(rest)
        );
        seen += 1;
    }
    assert!(seen > 1000);
}
