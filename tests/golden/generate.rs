//! Input: words of a format put together, mutated, mixed with random and hostile bytes.

/// What inputs of a kind are made of.
pub(crate) type Words = &'static [&'static [u8]];

/// SplitMix64: small, and the same on every machine.
pub(crate) struct Rng(u64);

impl Rng {
    /// Each function, and each part of its inputs, has its own sequence, so that rows can come and go.
    pub(crate) fn new(seed: u64, name: &str, part: u64) -> Self {
        let name = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
        let mut rng = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ name);
        rng.0 = rng.next() ^ part.wrapping_mul(0xd6e8_feb8_6659_fd93);
        rng
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// Less than `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn byte(&mut self) -> u8 {
        (self.next() & 0xff) as u8
    }

    /// One of these.
    pub(crate) fn one<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }

    /// A text of these words: fresh, or an earlier one mutated.
    pub(crate) fn text(&mut self, words: &Words, earlier: &mut Pool) -> Vec<u8> {
        let old = !earlier.0.is_empty() && self.below(10) < 3;
        let mut text = if old {
            earlier.0[self.below(earlier.0.len())].clone()
        } else {
            self.fresh(words)
        };
        if old || self.below(4) == 0 {
            self.mutate(&mut text, earlier);
        }
        if self.below(4) == 0 {
            earlier.keep(self, &text);
        }
        text
    }

    /// Mostly words, sometimes bytes at random, rarely long.
    fn fresh(&mut self, words: &Words) -> Vec<u8> {
        let count = match self.below(200) {
            0 => 200,
            1..16 => 30,
            16..80 => 12,
            _ => 6,
        };
        let count = self.below(count + 1);
        let mut text = Vec::new();
        for _ in 0..count {
            match self.below(12) {
                0 => text.push(self.byte()),
                1 => text.extend_from_slice(self.one(COMMON)),
                2 if !text.is_empty() => {
                    // The same again: pairs, nesting, duplicates.
                    let from = self.below(text.len());
                    let piece = text[from..].to_vec();
                    text.extend(piece.into_iter().take(40));
                }
                _ => text.extend_from_slice(self.one(words)),
            }
        }
        text
    }

    fn mutate(&mut self, text: &mut Vec<u8>, earlier: &Pool) {
        for _ in 0..=self.below(3) {
            if text.is_empty() {
                return;
            }
            let at = self.below(text.len());
            let end = at + self.below((text.len() - at).min(40) + 1);
            match self.below(14) {
                0 => text[at] = self.byte(),
                1 => text[at] ^= 0x20,
                2 => text[at] ^= 1 << self.below(8),
                3 => {
                    text.remove(at);
                }
                4 => drop(text.drain(at..end)),
                5 => text.insert(at, self.byte()),
                6 => insert(text, at, self.one(COMMON)),
                7 => text.truncate(at),
                8 => {
                    // Cut inside of a character.
                    let next = text[at..].iter().position(|byte| *byte >= 0xc0);
                    text.truncate(next.map_or(at, |next| at + next + 1));
                }
                9 => {
                    let other = self.below(text.len());
                    text.swap(at, other);
                }
                10 => {
                    let piece = text[at..end].to_vec();
                    insert(text, at, &piece);
                }
                11 => {
                    let piece = text[at..end].repeat(self.below(20));
                    insert(text, at, &piece);
                }
                _ if !earlier.0.is_empty() => {
                    // The start of one, the end of another.
                    let other = &earlier.0[self.below(earlier.0.len())];
                    text.truncate(at);
                    text.extend_from_slice(&other[self.below(other.len() + 1)..]);
                }
                _ => {}
            }
            text.truncate(LONGEST);
        }
    }
}

/// What mutations make longer ends here, in bytes.
const LONGEST: usize = 4000;

fn insert(text: &mut Vec<u8>, at: usize, piece: &[u8]) {
    text.splice(at..at, piece.iter().copied());
}

/// Inputs to mutate.
#[derive(Default)]
pub(crate) struct Pool(Vec<Vec<u8>>);

impl Pool {
    fn keep(&mut self, rng: &mut Rng, text: &[u8]) {
        const KEPT: usize = 200;
        if self.0.len() < KEPT {
            self.0.push(text.to_vec());
        } else {
            let place = rng.below(KEPT);
            self.0[place] = text.to_vec();
        }
    }
}

/// What breaks things everywhere.
const COMMON: Words = &[
    b" ",
    b"\n",
    b"\r\n",
    b"\t",
    b"\x0b",
    b"\x0c",
    b"\0",
    b"\\",
    b"\\\\",
    b"'",
    b"\"",
    b"<",
    b">",
    b"&",
    b";",
    b"%",
    b"\xc3\xa9",
    b"\xe2\x82\xac",
    b"\xf0\x9f\x98\x80",
    b"\xff",
    b"\xc0\xaf",
    b"\xed\xa0\x80",
    b"\xe2\x82",
    b"\xf0\x9f",
    b"\xf4\x90\x80\x80",
    b"\xc2\xa0",
    b"\xef\xbf\xbd",
    b"\xef\xbb\xbf",
    b"\x80",
    b"\x7f",
    b"0",
    b"-",
    b"=",
];

/// HTML and what looks like it.
pub(crate) const HTML: Words = &[
    b"a",
    b"text ",
    b"<a>",
    b"<a href=\"",
    b"<a href='x'>",
    b"</a>",
    b"<b>",
    b"</b>",
    b"<br/>",
    b"<br />",
    b"<p",
    b">",
    b"<",
    b"<<",
    b"< ",
    b"<3",
    b"</",
    b"/>",
    b"<!",
    b"<!--",
    b"-->",
    b"--",
    b"<!DOCTYPE html>",
    b"<!doctype",
    b"<?",
    b"?>",
    b"<?xml",
    b"<?php echo('",
    b"(",
    b")",
    b"\"",
    b"'",
    b"\\'",
    b"<script>",
    b"</script>",
    b"<SCRIPT src=x>",
    b"</Script>",
    b"<style>",
    b"</style>",
    b"<stylex>",
    b"<![CDATA[",
    b"]]>",
    b"&amp;",
    b"&lt;",
    b"&#60;",
    b"&",
    b"%3Cb%3E",
    b"%41",
    b"%%4141",
    b"\n",
    b"<\n",
    b"e",
    b"E",
    b"l",
    b"L",
    b"<A HREF=x>",
    b"<a/>",
    b"<a\n>",
    b"<ab>",
];

/// References to characters.
pub(crate) const ENTITIES: Words = &[
    b"&",
    b"&amp;",
    b"&amp;amp;",
    b"&lt;",
    b"&gt;",
    b"&quot;",
    b"&apos;",
    b"&#039;",
    b"&#39;",
    b"&#x27;",
    b"&#X27;",
    b"&#x0x41;",
    b"&#0;",
    b"&#00;",
    b"&#1;",
    b"&#9;",
    b"&#13;",
    b"&#127;",
    b"&#128;",
    b"&#133;",
    b"&#141;",
    b"&#159;",
    b"&#160;",
    b"&#55296;",
    b"&#65534;",
    b"&#65535;",
    b"&#x10FFFF;",
    b"&#x110000;",
    b"&#99999999999999999999;",
    b"&eacute;",
    b"&Eacute;",
    b"&euro;",
    b"&hearts;",
    b"&bogus;",
    b"&nbsp;",
    b"&nbsp",
    b"&there4;",
    b"&sup1;",
    b"&#;",
    b"&#x;",
    b"&#xg;",
    b"&;",
    b"a",
    b"b ",
    b"<",
    b">",
    b"'",
    b"\"",
    b"#",
    b"x",
    b";",
    b"&#",
    b"&#x",
    b"1",
    b"&#12",
    b"f",
];

/// URLs, good and bad.
pub(crate) const URLS: Words = &[
    b"http://",
    b"https://",
    b"HTTP://",
    b"ftp://",
    b"mailto:",
    b"javascript:",
    b"java%0ascript:",
    b"data:",
    b"file:///",
    b"//",
    b"/",
    b"///",
    b"://",
    b":",
    b";//",
    b"@",
    b"user:pass@",
    b"host.example",
    b"a.b",
    b"[::1]",
    b"[",
    b"]",
    b":80",
    b":0",
    b":+1",
    b":-1",
    b": 8",
    b":65535",
    b":65536",
    b":123456",
    b":080",
    b"?",
    b"?a=b&c=d",
    b"?a[]=1",
    b"#",
    b"#frag",
    b"path/",
    b"index.php",
    b"x.php",
    b"%20",
    b"%0d",
    b"%0A",
    b"%%0d0a",
    b"%0%0dd",
    b"&amp;",
    b"&#038;",
    b"&",
    b"'",
    b"\"",
    b"<",
    b" ",
    b"\\",
    b"|",
    b"*",
    b"(",
    b")",
    b"{",
    b"}",
    b"^",
    b"`",
    b"~",
    b"$",
    b"c:",
    b"..",
    b"feed:",
    b"&#58;",
    b"tel:1",
    b"x:y",
];

/// Query strings.
pub(crate) const QUERIES: Words = &[
    b"a",
    b"b",
    b"c",
    b"=",
    b"=",
    b"&",
    b"&",
    b"[",
    b"]",
    b"[]",
    b"[b]",
    b"[0]",
    b"[5]",
    b"[-3]",
    b"[ ]",
    b"[ x]",
    b".",
    b" ",
    b"+",
    b"%5B",
    b"%5D",
    b"%00",
    b"%2e",
    b"%20",
    b"a[b][c]=d&",
    b"a[]=1&",
    b"a[b=1&",
    b"a[b]x[c]=2&",
    b"__Host-",
    b"_.Host-",
    b"__Secure-",
    b"9223372036854775807",
    b"[9223372036854775807]",
    b"[-9223372036854775808]",
    b"01",
    b"1",
    b"a.b=1&",
    b"[[",
    b"]]",
    b"a[][]=x&",
    b"==",
    b"&&",
    b"%",
    b"%4",
    b"%zz",
];

/// Numbers and what looks like them.
pub(crate) const NUMBERS: Words = &[
    b"0",
    b"1",
    b"9",
    b"10",
    b"007",
    b"-",
    b"+",
    b".",
    b"e",
    b"E",
    b"e5",
    b"e-5",
    b"e+",
    b"e400",
    b"e-400",
    b" ",
    b"\n",
    b"9223372036854775807",
    b"9223372036854775808",
    b"9223372036854775809",
    b"18446744073709551616",
    b"1.5",
    b"0.1",
    b".5",
    b"5.",
    b"0x1A",
    b"abc",
    b"INF",
    b"NAN",
    b"12345678901234567890",
    b"0.00001",
    b"1e14",
    b"99999999999999.5",
    b"000000000000000000000",
    b"123456789",
    b"2.5e-5",
];

/// Titles, slugs, percent pairs.
pub(crate) const TITLES: Words = &[
    b"Hello",
    b" ",
    b"World",
    b"-",
    b"--",
    b"---",
    b"---ab---",
    b"%",
    b"%41",
    b"%c3%a9",
    b"%C3%A9",
    b"%zz",
    b".",
    b"_",
    b"/",
    b"&amp;",
    b"&",
    b";",
    b"&#8211;",
    b"\xc3\x89",
    b"\xc3\xa9",
    b"\xce\xa3",
    b"\xc4\xb0",
    b"\xe6\x97\xa5",
    b"\xf0\x9f\x98\x80",
    b"\xc7\x85",
    b"\xef\xac\x80",
    b"\xe1\xba\x9e",
    b"<b>",
    b"</b>",
    b"2024",
    b"A very long title ",
    b"\xe2\x80\x94",
    b"?",
    b"!",
    b"\n",
    b"\xf8\x88\x80\x80\x80",
    b"\xfc\x84\x80\x80\x80\x80",
    b"\xc1\x81",
    b"\xd0\x9f",
];

/// Serialized values.
pub(crate) const SERIALIZED: Words = &[
    b"i:5;",
    b"i:-5;",
    b"i:0;",
    b"b:1;",
    b"b:0;",
    b"b:2;",
    b"N;",
    b"d:0.5;",
    b"d:1.0E+25;",
    b"d:-INF;",
    b"d:NAN;",
    b"s:1:\"a\";",
    b"s:0:\"\";",
    b"s:2:\"a\";",
    b"s:3:\"a\"b\";",
    b"a:0:{}",
    b"a:1:{i:0;s:1:\"x\";}",
    b"a:2:{s:1:\"k\";i:1;s:1:\"7\";b:1;}",
    b"a:1:{",
    b"a:2:{",
    b"}",
    b"i:0;",
    b"s:1:\"a\";",
    b"i:+7;",
    b"i:;",
    b"i:99999;",
    b"i:9223372036854775808;",
    b"i:-9223372036854775809;",
    b"s:18446744073709551617:\"a\";",
    b"a:18446744073709551617:{i:0;i:1;}",
    b"d:.5;",
    b"d:5.;",
    b"d:5;",
    b"d:1e5;",
    b"a:1:{i:0;a:1:{i:0;a:0:{}}}",
];

/// Plain text with slashes and quotes.
pub(crate) const SLASHED: Words = &[
    b"\\", b"\\\\", b"\\'", b"\\\"", b"\\0", b"\0", b"'", b"\"", b"a", b"0", b"text",
];

/// Base64 and what is none.
pub(crate) const BASE64: Words = &[
    b"QUJD", b"YQ==", b"=", b"==", b"+/", b"-_", b"A", b"z", b"9", b"\n", b" ", b"!", b"////",
    b"++++",
];

/// Subjects for patterns.
pub(crate) const SUBJECTS: Words = &[
    b"a",
    b"aa",
    b"ab",
    b"b",
    b"c",
    b"1",
    b"22",
    b"<a>",
    b"<b>x</b>",
    b" ",
    b"\n",
    b"\r\n",
    b"x=y",
    b"[",
    b"]",
    b"&amp;",
    b"\xc3\xa9",
    b"\xe2\x82\xac",
    b"A",
    b"B",
    b".",
    b"http://x/",
    b"abcabc",
    b"\x0b",
];
