//! Codings; the caps are in tests/guard.rs, with a server behind them.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

use super::super::testing::Random;
use super::*;

/// `text` as stored blocks and compressed ones, in one of the forms.
fn encoded(form: &str, text: &[u8]) -> Vec<u8> {
    let level = Compression::default();
    match form {
        "gzip" => {
            let mut encoder = GzEncoder::new(Vec::new(), level);
            encoder.write_all(text).unwrap();
            encoder.finish().unwrap()
        }
        "zlib" => {
            let mut encoder = ZlibEncoder::new(Vec::new(), level);
            encoder.write_all(text).unwrap();
            encoder.finish().unwrap()
        }
        _ => {
            let mut encoder = DeflateEncoder::new(Vec::new(), level);
            encoder.write_all(text).unwrap();
            encoder.finish().unwrap()
        }
    }
}

/// Decodes in pieces of random length.
fn decode(random: &mut Random, coding: &str, mut body: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut decoder = Decoder::new([coding.as_bytes()].into_iter())?;
    while !body.is_empty() {
        let (piece, rest) = body.split_at(body.len().min(random.below(700) + 1));
        if decoder.push(piece)? {
            break;
        }
        body = rest;
    }
    decoder.finish()
}

#[test]
fn pieces_make_no_difference() {
    let mut random = Random::new(4);
    for length in [
        0, 1, 2, 10, 1000, 40_000, 153_599, 153_600, 153_601, 300_000,
    ] {
        let text: Vec<u8> = (0..length)
            .map(|n| b"some words"[n % 10] ^ (random.below(40) == 0) as u8)
            .collect();
        let page = &text[..length.min(MAX_PAGE)];
        for (coding, form) in [
            ("gzip", "gzip"),
            ("deflate", "zlib"),
            ("deflate", "raw"),
            (" GZIP ", "gzip"),
        ] {
            let body = encoded(form, &text);
            assert_eq!(
                decode(&mut random, coding, &body).unwrap(),
                page,
                "{coding} {form} {length}"
            );
        }
        let twice = encoded("gzip", &encoded("raw", &text));
        assert_eq!(
            decode(&mut random, "deflate, gzip", &twice).unwrap(),
            page,
            "{length}"
        );
    }
}

/// Made by Node's `zlib.brotliCompressSync()`: a short text three times over, and 8 MiB of `z`.
const BROTLI: [&[u8]; 2] = [
    &[
        27, 167, 0, 168, 28, 169, 83, 159, 187, 209, 8, 149, 222, 32, 47, 104, 116, 90, 129, 133,
        237, 77, 241, 148, 129, 67, 14, 216, 191, 29, 36, 14, 196, 18, 161, 202, 228, 107, 4, 99,
        83, 98, 58, 29, 104, 77, 36, 162, 208, 43, 22,
    ],
    &[
        155, 255, 255, 127, 248, 37, 244, 226, 177, 64, 32, 247, 254, 15,
    ],
];

/// The short text with a window of 30 bits, which HTTP does not know.
const BROTLI_LARGE_WINDOW: &[u8] = &[
    17, 94, 156, 2, 160, 114, 164, 78, 125, 238, 70, 35, 84, 122, 131, 188, 160, 209, 105, 5, 22,
    182, 55, 197, 83, 6, 14, 57, 96, 255, 118, 144, 56, 16, 75, 132, 42, 19, 62, 26, 1, 131, 13,
    37, 152, 78, 7, 90, 19, 137, 40, 244, 138, 5,
];

#[test]
fn brotli_is_undone() {
    let text = "<title>t</title> hello hello hello hello, said the page\n"
        .repeat(3)
        .into_bytes();
    let mut random = Random::new(5);
    assert_eq!(decode(&mut random, "br", BROTLI[0]).unwrap(), text);
    assert_eq!(
        decode(&mut random, "br", BROTLI[1]).unwrap(),
        vec![b'z'; MAX_PAGE]
    );
    assert_eq!(
        decode(&mut random, "br", BROTLI_LARGE_WINDOW),
        Err(Refusal::SourceUnreachable)
    );
    let mut cut = BROTLI[0].to_vec();
    cut.truncate(40);
    assert!(text.starts_with(&decode(&mut random, "br", &cut).unwrap()));
    let trailing = [BROTLI[0], b"junk"].concat();
    assert_eq!(decode(&mut random, "br", &trailing).unwrap(), text);
}

#[test]
fn what_requests_unpacks_again_is_what_is_whole() {
    let text = b"<title>inner</title>".repeat(10);
    for form in ["gzip", "zlib"] {
        let inner = encoded(form, &text);
        assert_eq!(decompress(inner.clone()), text, "{form}");
        let mut cut = inner.clone();
        cut.truncate(inner.len() / 2);
        assert_eq!(decompress(cut.clone()), cut, "{form}");
    }
    // A wrong checksum fails gzdecode(), and the raw stream behind the header is read.
    let mut wrong = encoded("gzip", &text);
    let crc = wrong.len() - 8;
    wrong[crc] ^= 1;
    assert_eq!(decompress(wrong), text);
    // Raw deflate has no marker.
    let raw = encoded("raw", &text);
    assert_eq!(decompress(raw.clone()), raw);
    assert_eq!(
        decompress(b"\x78\x9Cnot really".to_vec()),
        b"\x78\x9Cnot really"
    );
    assert_eq!(decompress(Vec::new()), b"");
}

#[test]
fn noise_is_no_panic() {
    let mut random = Random::new(6);
    for _ in 0..3000 {
        let coding = *random.pick(&[&"gzip", &"deflate", &"br", &"gzip, br", &"deflate, gzip"]);
        let mut body = if random.below(2) == 0 {
            encoded("gzip", b"some text that is coded")
        } else {
            Vec::new()
        };
        let noise = random.bytes(60);
        let at = random.below(body.len() + 1);
        body.splice(at..at, noise);
        let decoded = decode(&mut random, coding, &body);
        assert!(decoded.is_ok_and(|page| page.len() <= MAX_PAGE) || !body.is_empty());
    }
}
