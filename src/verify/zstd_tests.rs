//! zstd through the decoder of pages, as other codings are tested in `decode_tests.rs`.

use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::super::decode::{Decoder, MAX_PAGE};
use super::super::testing::Random;
use crate::refusal::Refusal;

/// `zstd -19` of `words`, with a checksum; ruzstd itself writes none.
const REAL: &[u8] = include_bytes!("../../tests/parity/pages/words.zst");

/// 60,000 bytes of words.
fn words() -> Vec<u8> {
    (0..12_000)
        .flat_map(|n| format!("{:04} ", n % 9973 % 1000 * 7).into_bytes())
        .collect()
}

fn encoded(text: &[u8]) -> Vec<u8> {
    compress_to_vec(text, CompressionLevel::Fastest)
}

/// Decodes in pieces of random length.
fn decode(random: &mut Random, mut body: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut decoder = Decoder::new([&b"zstd"[..]].into_iter())?;
    while !body.is_empty() {
        let (piece, rest) = body.split_at(body.len().min(random.below(700) + 1));
        if decoder.push(piece)? {
            break;
        }
        body = rest;
    }
    decoder.finish()
}

/// A frame with a window of `1 << exponent` and these blocks.
fn frame(exponent: u8, blocks: &[u8]) -> Vec<u8> {
    let head = [0x28, 0xB5, 0x2F, 0xFD, 0, (exponent - 10) << 3];
    [&head, blocks].concat()
}

/// A block that is not the last, of one byte so many times.
fn run(byte: u8, times: u32) -> [u8; 4] {
    let [a, b, c, _] = (times << 3 | 1 << 1).to_le_bytes();
    [a, b, c, byte]
}

#[test]
fn what_zstd_itself_writes_is_read() {
    let mut random = Random::new(1);
    assert_eq!(decode(&mut random, REAL), Ok(words()));
}

#[test]
fn pieces_make_no_difference() {
    let mut random = Random::new(2);
    for length in [0, 1, 2, 1000, 40_000, 153_599, 153_600, 153_601, 900_000] {
        let text: Vec<u8> = (0..length)
            .map(|n| b"some words"[n % 10] ^ u8::from(random.below(9) == 0))
            .collect();
        let page = &text[..length.min(MAX_PAGE)];
        assert_eq!(
            decode(&mut random, &encoded(&text)).as_deref(),
            Ok(page),
            "{length}"
        );
    }
}

#[test]
fn frames_follow_each_other() {
    let mut random = Random::new(3);
    let skipped = [&[0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0][..], b"xyz"].concat();
    let body = [
        encoded(b"one "),
        skipped,
        encoded(b"two "),
        REAL[..].to_vec(),
    ]
    .concat();
    let expected = [b"one two ".to_vec(), words()].concat();
    assert_eq!(decode(&mut random, &body), Ok(expected));
}

#[test]
fn a_cut_stream_gives_what_it_has() {
    let mut random = Random::new(4);
    let text: Vec<u8> = (0..150_000).map(|_| random.below(256) as u8).collect();
    let body = encoded(&text);
    let got = decode(&mut random, &body[..body.len() - 1000]).unwrap();
    assert!(got.len() >= 128 << 10, "{}", got.len());
    assert_eq!(got, text[..got.len()]);
}

#[test]
fn a_large_page_is_cut_before_its_window_is_full() {
    let mut random = Random::new(5);
    let noise: Vec<u8> = (0..500_000).map(|_| random.below(256) as u8).collect();
    let mut blocks = Vec::new();
    for part in noise.chunks(100_000) {
        let [a, b, c, _] = ((part.len() as u32) << 3).to_le_bytes();
        blocks.extend([a, b, c]);
        blocks.extend(part);
    }
    let got = decode(&mut random, &frame(23, &blocks));
    assert_eq!(got.as_deref(), Ok(&noise[..MAX_PAGE]));
}

#[test]
fn bombs_and_giant_windows_are_refused_or_cut() {
    let mut random = Random::new(6);
    let bomb: Vec<u8> = (0..90_000).flat_map(|_| run(b'a', 128 << 10)).collect();
    let got = decode(&mut random, &frame(23, &bomb));
    assert_eq!(got.as_deref(), Ok(&[b'a'; MAX_PAGE][..]));
    let giant = decode(&mut random, &frame(27, &run(b'a', 10).repeat(9)));
    assert_eq!(giant, Err(Refusal::SourceUnreachable));
    let wide = [0x28, 0xB5, 0x2F, 0xFD, 0, 0, 0xFF, 0xFF, 0xFF, 0];
    assert_eq!(
        decode(&mut random, &[wide, [0; 10]].concat()),
        Err(Refusal::SourceUnreachable)
    );
}

#[test]
fn broken_bytes_never_panic() {
    let mut random = Random::new(7);
    for round in 0..500 {
        let mut body = if round % 2 == 0 {
            REAL.to_vec()
        } else {
            encoded(&words()[..3000])
        };
        for _ in 0..=random.below(5) {
            let at = random.below(body.len());
            body[at] = random.below(256) as u8;
        }
        body.truncate(random.below(body.len()) + 1);
        let got = decode(&mut random, &body);
        assert!(got.is_err() || got.is_ok_and(|page| page.len() <= MAX_PAGE));
    }
}
