//! PHP's own functions, byte for byte.
//!
//! A PHP string is a sequence of bytes: `&[u8]` in, `Vec<u8>` out. The PHP matched is 8.2.
