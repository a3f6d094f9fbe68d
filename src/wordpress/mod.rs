//! What WordPress would do; file names follow wp-includes.

pub mod blog;
pub mod constants;
pub mod tables;
pub mod version;
