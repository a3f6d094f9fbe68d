//! The backslashes WordPress puts before quotes in all that comes in.

use crate::php::string;

/// Port of `wp_slash()` on a string, wp-includes/formatting.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub fn wp_slash(text: &[u8]) -> Vec<u8> {
    string::addslashes(text)
}

/// Port of `wp_unslash()` on a string, wp-includes/formatting.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub fn wp_unslash(text: &[u8]) -> Vec<u8> {
    string::stripslashes(text)
}
