//! PHP's own functions, byte for byte.
//!
//! A PHP string is a sequence of bytes with no charset: `&[u8]` in, `Vec<u8>` (or a sub-slice) out. The PHP matched is
//! 8.2 with its shipped settings (`precision` 14, `default_charset` UTF-8, `pcre.backtrack_limit` 1000000,
//! `pcre.jit` on, `max_input_vars` 1000, `max_input_nesting_level` 64) in the C locale, as WordPress runs it.
//! This room knows no WordPress.
//!
//! | PHP | here |
//! |---|---|
//! | `trim`, `intval`, `floatval`, `addslashes`, `str_replace`, `strtr`, … | [`string`] |
//! | numbers in strings, floats as strings | [`number`] |
//! | `strip_tags` | [`strip_tags`] |
//! | `parse_url`, `urlencode`, `urldecode`, … | [`url`] |
//! | `parse_str`, `$_GET`, `$_POST` | [`input`], re-exported by [`url`] |
//! | `htmlspecialchars`, `html_entity_decode`, … | [`html`] |
//! | arrays, values | [`array`](mod@array) |
//! | `unserialize` | [`serialize`] |
//! | `base64_decode` | [`base64`] |
//! | `mb_strtolower` | [`mb_case`] |
//! | `sprintf` | [`sprintf`](mod@sprintf) |
//! | source that only returns a constant, as data | [`literal`], from what [`tokens`] scans |
//! | `preg_*` | [`preg`] |
//! | `mb_*` | [`mb`] |

pub mod array;
pub mod base64;
pub mod html;
mod html_tables;
pub mod input;
pub mod literal;
pub mod mb;
pub mod mb_case;
pub mod multipart;
pub mod number;
pub mod preg;
pub mod serialize;
pub mod sprintf;
pub mod string;
pub mod strip_tags;
pub(crate) mod tokens;
pub mod url;
