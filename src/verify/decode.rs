//! Content codings, streamed under caps: what `curl` decodes as it comes in, then what Requests decodes after it.
//!
//! Every layer writes into a buffer that refuses more than its share, so the most that a few bytes can unpack to is
//! known beforehand. The last layer stops at the page's size limit, which is no error: WordPress cuts there, too.
//!
//! DIFFERS: where a coding is broken or unknown, WordPress asks a second time for the page without it. One ping is one
//! GET here, so such a page counts as unreachable. Not decoded: `compress`, which we do not ask for.

use std::io::{self, Read, Write};

use brotli_decompressor::DecompressorWriter;
use flate2::write::{DeflateDecoder, GzDecoder, ZlibDecoder};

use super::zstd::Zstd;
use crate::refusal::Refusal;

/// `limit_response_size` of `pingback_ping()`, in bytes after decoding.
pub(super) const MAX_PAGE: usize = 153_600;

/// Most that a layer below the last may unpack to, in bytes.
const MAX_BETWEEN: usize = 1 << 20;

/// Most gzip members of one layer; what follows them is ignored.
const MAX_MEMBERS: usize = 64;

/// Most codings on one page; curl's limit.
const MAX_LAYERS: usize = 5;

/// A buffer that takes no more than its room.
#[derive(Debug)]
pub(super) struct Capped {
    data: Vec<u8>,
    pub(super) room: usize,
    /// gzip members so far: each costs a decoder, even an empty one.
    members: usize,
}

impl Capped {
    pub(super) const fn new(room: usize) -> Self {
        Self {
            data: Vec::new(),
            room,
            members: 0,
        }
    }
}

impl Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.room);
        if taken == 0 && !bytes.is_empty() {
            return Err(io::Error::other("no room left"));
        }
        self.data.extend_from_slice(&bytes[..taken]);
        self.room -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A decoder in some state of its stream.
enum State {
    Gzip(Box<GzDecoder<Capped>>),
    /// Between two gzip members, with the bytes seen of what may be a second one's header.
    GzipEnd(Vec<u8>, Capped),
    /// `br`, before its first byte.
    BrotliStart(Capped),
    /// `deflate`, before its first two bytes tell zlib from raw.
    Deflate(Vec<u8>, Capped),
    Zlib(Box<ZlibDecoder<Capped>>),
    Raw(Box<DeflateDecoder<Capped>>),
    Brotli(Box<DecompressorWriter<Capped>>),
    Zstd(Zstd),
    /// The stream has ended; what follows is ignored.
    Ended(Capped),
}

/// What one `write` to a decoder came to.
enum Step {
    Took(usize),
    End,
}

impl State {
    fn new(coding: &str, room: usize) -> Option<Self> {
        let sink = Capped::new(room);
        match coding {
            "gzip" | "x-gzip" => Some(Self::Gzip(Box::new(GzDecoder::new(sink)))),
            "deflate" => Some(Self::Deflate(Vec::new(), sink)),
            "br" => Some(Self::BrotliStart(sink)),
            "zstd" => Some(Self::Zstd(Zstd::new(sink))),
            _ => None,
        }
    }

    fn sink(&mut self) -> &mut Capped {
        match self {
            Self::Gzip(decoder) => decoder.get_mut(),
            Self::Zlib(decoder) => decoder.get_mut(),
            Self::Raw(decoder) => decoder.get_mut(),
            Self::Brotli(decoder) => decoder.get_mut(),
            Self::Zstd(decoder) => decoder.get_mut(),
            Self::GzipEnd(_, sink)
            | Self::Deflate(_, sink)
            | Self::BrotliStart(sink)
            | Self::Ended(sink) => sink,
        }
    }

    /// The sink, taken out; nothing is to be written any more.
    fn take_sink(&mut self) -> Capped {
        std::mem::replace(self.sink(), Capped::new(0))
    }

    /// Writes some of `bytes`, which is not empty.
    fn write(&mut self, bytes: &[u8]) -> io::Result<Step> {
        let written = match self {
            Self::Gzip(decoder) => decoder.write(bytes)?,
            Self::Zlib(decoder) => decoder.write(bytes)?,
            Self::Raw(decoder) => decoder.write(bytes)?,
            Self::Brotli(decoder) => decoder.write(bytes)?,
            Self::Zstd(decoder) => decoder.write(bytes)?,
            Self::GzipEnd(..) | Self::Deflate(..) | Self::BrotliStart(_) | Self::Ended(_) => 0,
        };
        Ok(if written == 0 {
            Step::End
        } else {
            Step::Took(written)
        })
    }

    /// Feeds `bytes`, changing state where the stream does.
    fn push(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match self {
                Self::Ended(_) => return Ok(()),
                Self::GzipEnd(seen, _) => {
                    seen.push(bytes[0]);
                    bytes = &bytes[1..];
                    if seen.len() == 2 {
                        let magic = seen[..] == [0x1F, 0x8B];
                        let mut sink = self.take_sink();
                        sink.members += 1;
                        let another = magic && sink.members < MAX_MEMBERS;
                        *self = if another {
                            Self::Gzip(Box::new(GzDecoder::new(sink)))
                        } else {
                            Self::Ended(sink)
                        };
                        if another {
                            self.push(&[0x1F, 0x8B])?;
                        }
                    }
                }
                Self::BrotliStart(_) => {
                    // "Large window": up to a gigabyte, and no coding that HTTP knows (RFC 7932 ends at 16 MB).
                    if bytes[0] & 0x7F == 0x11 {
                        return Err(io::Error::other("large-window brotli"));
                    }
                    let sink = self.take_sink();
                    *self = Self::Brotli(Box::new(DecompressorWriter::new(sink, 4096)));
                }
                Self::Deflate(seen, _) => {
                    seen.push(bytes[0]);
                    bytes = &bytes[1..];
                    if let [method, flags] = seen[..] {
                        // RFC 1950: method 8, and the two bytes are a multiple of 31.
                        let zlib = method & 0x0F == 8
                            && (u16::from(method) << 8 | u16::from(flags)).is_multiple_of(31);
                        let sink = self.take_sink();
                        *self = if zlib {
                            Self::Zlib(Box::new(ZlibDecoder::new(sink)))
                        } else {
                            Self::Raw(Box::new(DeflateDecoder::new(sink)))
                        };
                        self.push(&[method, flags])?;
                    }
                }
                _ => match self.write(bytes)? {
                    Step::Took(taken) => bytes = bytes.get(taken..).unwrap_or_default(),
                    Step::End => {
                        let gzip = match self {
                            Self::Gzip(decoder) => {
                                decoder.try_finish()?;
                                true
                            }
                            _ => {
                                self.settle();
                                false
                            }
                        };
                        let sink = self.take_sink();
                        *self = if gzip {
                            Self::GzipEnd(Vec::with_capacity(2), sink)
                        } else {
                            Self::Ended(sink)
                        };
                    }
                },
            }
        }
        Ok(())
    }

    /// Lets out what the decoder holds back. A stream that was cut short gives what it has, as in curl.
    fn settle(&mut self) {
        // An error says that the stream is incomplete, or that there is no room left; neither matters at the end.
        let _: io::Result<()> = match self {
            Self::Gzip(decoder) => decoder.try_finish(),
            Self::Zlib(decoder) => decoder.try_finish(),
            Self::Raw(decoder) => decoder.try_finish(),
            Self::Brotli(decoder) => decoder.close(),
            Self::Zstd(decoder) => decoder.close(),
            Self::GzipEnd(..) | Self::Deflate(..) | Self::BrotliStart(_) | Self::Ended(_) => Ok(()),
        };
    }
}

/// Decodes a body as it arrives.
pub(super) struct Decoder {
    /// Outermost coding first; empty if the body is as it is.
    layers: Vec<State>,
    plain: Capped,
    /// The reply names a coding, whichever: then Requests looks for another one inside.
    coded: bool,
}

impl Decoder {
    /// A decoder for a reply's `Content-Encoding` values, in their order.
    ///
    /// # Errors
    /// [`Refusal::SourceUnreachable`] for a coding that we did not ask for, [`Refusal::SourceOversize`] for too many.
    pub(super) fn new<'a>(values: impl Iterator<Item = &'a [u8]>) -> Result<Self, Refusal> {
        let mut codings = Vec::new();
        let mut coded = false;
        for value in values {
            coded = true;
            for coding in String::from_utf8_lossy(value).split(',') {
                let coding = coding.trim().to_ascii_lowercase();
                if coding.is_empty() || coding == "identity" || coding == "none" {
                    continue;
                }
                codings.push(coding);
            }
        }
        if codings.len() > MAX_LAYERS {
            return Err(Refusal::SourceOversize);
        }
        // The last coding was put on last, so it comes off first.
        let layers = codings
            .iter()
            .enumerate()
            .rev()
            .map(|(at, coding)| State::new(coding, if at == 0 { MAX_PAGE } else { MAX_BETWEEN }))
            .collect::<Option<Vec<_>>>()
            .ok_or(Refusal::SourceUnreachable)?;
        Ok(Self {
            layers,
            plain: Capped::new(MAX_PAGE),
            coded,
        })
    }

    /// Takes the next piece of the body. `true` once the page is as long as it may be: read no further.
    ///
    /// # Errors
    /// [`Refusal::SourceUnreachable`] where a coding is broken, [`Refusal::SourceOversize`] where one between unpacks
    /// to too much.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<bool, Refusal> {
        if self.layers.is_empty() {
            let _ = self.plain.write(bytes).is_ok();
            return Ok(self.plain.room == 0);
        }
        // Small pieces keep what one step can unpack small.
        for piece in bytes.chunks(4096) {
            if self.push_from(0, piece)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn push_from(&mut self, first: usize, bytes: &[u8]) -> Result<bool, Refusal> {
        let mut bytes = bytes.to_vec();
        let last = self.layers.len() - 1;
        for (at, layer) in self.layers.iter_mut().enumerate().skip(first) {
            let pushed = layer.push(&bytes);
            let sink = layer.sink();
            match pushed {
                _ if sink.room == 0 && at == last => return Ok(true),
                _ if sink.room == 0 => return Err(Refusal::SourceOversize),
                Err(_) => return Err(Refusal::SourceUnreachable),
                Ok(()) if at == last => {}
                Ok(()) => bytes = std::mem::take(&mut sink.data),
            }
        }
        Ok(false)
    }

    /// The page, at most [`MAX_PAGE`] bytes.
    ///
    /// # Errors
    /// As for [`Self::push`].
    pub(super) fn finish(mut self) -> Result<Vec<u8>, Refusal> {
        for at in 0..self.layers.len() {
            self.layers[at].settle();
            if at + 1 < self.layers.len() {
                let rest = std::mem::take(&mut self.layers[at].sink().data);
                self.push_from(at + 1, &rest)?;
            }
        }
        let page = match self.layers.last_mut() {
            Some(layer) => layer.take_sink().data,
            None => self.plain.data,
        };
        Ok(if self.coded { decompress(page) } else { page })
    }
}

/// Port of Requests::decompress(), wp-includes/Requests/src/Requests.php (6.1: class-requests.php). Checked: 6.1.9,
/// 6.6.7, 6.9.7, 7.1.
///
/// Runs on replies with any `Content-Encoding` although curl has decoded them, so gzip inside gzip is unpacked once
/// more. What does not unpack completely stays as it is.
///
/// DIFFERS: the result is cut at [`MAX_PAGE`]; WordPress has no limit here.
fn decompress(data: Vec<u8>) -> Vec<u8> {
    let unpacked = match data.get(..2) {
        Some([0x1F, 0x8B]) => gzdecode(&data).or_else(|| {
            let body = data.get(gzip_header(&data)?..)?;
            gzinflate(body).or_else(|| gzinflate(body.get(2..)?))
        }),
        Some([0x78, 0x01 | 0x5E | 0x9C | 0xDA]) => None,
        _ => return data,
    };
    unpacked
        .or_else(|| gzinflate(&data))
        .or_else(|| gzinflate(data.get(2..)?))
        .unwrap_or(data)
}

/// `gzdecode()`: the first member, which must be whole and right.
fn gzdecode(data: &[u8]) -> Option<Vec<u8>> {
    read_capped(flate2::bufread::GzDecoder::new(data))
}

/// `gzinflate()`: raw deflate, which must be whole.
fn gzinflate(data: &[u8]) -> Option<Vec<u8>> {
    let mut decoder = flate2::bufread::DeflateDecoder::new(data);
    read_capped(&mut decoder)
}

fn read_capped(decoder: impl Read) -> Option<Vec<u8>> {
    let mut unpacked = Vec::new();
    // At least one byte more than fits, so that a stream that ends right there is read to its end.
    decoder
        .take(MAX_PAGE as u64 + 1)
        .read_to_end(&mut unpacked)
        .ok()?;
    unpacked.truncate(MAX_PAGE);
    Some(unpacked)
}

/// Length of a gzip header, as compatible_gzinflate() counts it.
fn gzip_header(data: &[u8]) -> Option<usize> {
    let [0x1F, 0x8B, 8, flags, ..] = data else {
        return None;
    };
    let mut at = 10;
    if flags & 4 != 0 {
        let extra = data.get(at..at + 2)?;
        at += 2 + usize::from(u16::from_le_bytes([extra[0], extra[1]]));
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            at += memchr::memchr(0, data.get(at..)?)? + 1;
        }
    }
    if flags & 2 != 0 {
        at += 2;
    }
    Some(at)
}

#[cfg(test)]
#[path = "decode_tests.rs"]
mod tests;
