//! The ports against the real thing: every function of the tables in `golden/` runs on generated input both here and
//! in PHP, and the results must be the same bytes.
//!
//! Needs `php` (8.2, with mbstring) and a WordPress: `LINKBACKD_WORDPRESS` names its directory, else
//! `/usr/share/wordpress`. The version is read from there, so the same tables hold for every WordPress promised.
//! `LINKBACKD_SEED` (a number) and `LINKBACKD_INPUTS` (inputs per function) change what is generated;
//! `LINKBACKD_ONLY` runs the functions whose names contain it. Failing input is printed escaped.
//!
//! To add a function write one row in a table of `golden/`; if it takes other arguments than strings, also a row of
//! `$functions` in `golden/php/answer.php`.

mod golden {
    pub(crate) mod comment_text;
    pub(crate) mod formatting;
    pub(crate) mod generate;
    pub(crate) mod judge;
    pub(crate) mod kses;
    pub(crate) mod oracle;
    pub(crate) mod php;
    pub(crate) mod preg;
}

use golden::judge::{self, Charset};

#[test]
fn php_functions() {
    judge::plain(&golden::php::rows());
}

#[test]
fn php_regular_expressions() {
    judge::plain(&golden::preg::rows());
}

#[test]
fn formatting() {
    judge::wordpress(Charset::Utf8, &golden::formatting::rows());
}

#[test]
fn formatting_on_a_latin1_blog() {
    judge::wordpress(Charset::Latin1, &golden::formatting::rows());
}

#[test]
fn kses() {
    judge::wordpress(Charset::Utf8, &golden::kses::rows());
}

#[test]
fn kses_on_a_latin1_blog() {
    judge::wordpress(Charset::Latin1, &golden::kses::rows());
}

#[test]
fn comment_text() {
    judge::wordpress(Charset::Utf8, &golden::comment_text::rows());
}
