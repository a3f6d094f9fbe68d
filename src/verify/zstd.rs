//! zstd (RFC 8878), under caps: blocks are decoded one at a time, and only until the sink is full.
//!
//! A block unpacks to 128 KiB at most, and what lies behind the window is let out after each. So the most that is held is a
//! window, of 8 MiB at most as RFC 9659 has it for HTTP, and a block. What the window itself keeps comes out at the end of a
//! frame, of the bytes, or of [`MAX_HELD`].

use std::io::{self, Write};

use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::decode::Capped;

/// Largest window of a page that is sent by HTTP: RFC 9659.
const MAX_WINDOW: u64 = 8 << 20;

/// Coded bytes after which a frame is ended for its window to come out: what they unpack to is more than a page.
const MAX_HELD: usize = 384 << 10;

/// Most frames; what follows them is ignored.
const MAX_FRAMES: usize = 64;

/// A frame's header is no longer than this.
const MAX_HEADER: usize = 18;

/// A last block without content, and four bytes where a checksum is expected: they end any frame.
const END: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

/// A decoder that is written to.
pub(super) struct Zstd {
    sink: Capped,
    /// Of the frame that has begun.
    frame: Option<Box<FrameDecoder>>,
    frames: usize,
    /// Bytes of a header or block that is not whole yet.
    pending: Vec<u8>,
    /// Bytes of a frame to be skipped.
    skipped: usize,
    /// Coded bytes of this frame.
    held: usize,
}

impl Zstd {
    pub(super) const fn new(sink: Capped) -> Self {
        Self {
            sink,
            frame: None,
            frames: 0,
            pending: Vec::new(),
            skipped: 0,
            held: 0,
        }
    }

    pub(super) const fn get_mut(&mut self) -> &mut Capped {
        &mut self.sink
    }

    /// Takes all of `bytes`, or 0 of them once nothing more is wanted.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.frames >= MAX_FRAMES {
            return Ok(0);
        }
        self.pending.extend_from_slice(bytes);
        self.held += bytes.len();
        while self.step(false)? {}
        if self.held > MAX_HELD {
            self.close()?;
        }
        Ok(bytes.len())
    }

    /// Lets out what the window keeps. A stream that was cut short gives what it has.
    pub(super) fn close(&mut self) -> io::Result<()> {
        while self.step(true)? {}
        if let Some(frame) = self.frame.as_mut() {
            let ended = frame.decode_blocks(END.as_slice(), BlockDecodingStrategy::All);
            ended.map_err(io::Error::other)?;
        }
        let out = self.let_out();
        self.frame = None;
        self.frames = MAX_FRAMES;
        out
    }

    /// Decodes one header or block of what is pending; `false` if it is not whole. At the end a header may be short.
    fn step(&mut self, end: bool) -> io::Result<bool> {
        let skipped = self.skipped.min(self.pending.len());
        self.pending.drain(..skipped);
        self.skipped -= skipped;
        if self.pending.is_empty() || self.frames >= MAX_FRAMES {
            return Ok(false);
        }
        let Some(frame) = self.frame.as_mut() else {
            return if end || self.pending.len() >= MAX_HEADER {
                self.begin()
            } else {
                Ok(false)
            };
        };
        let [a, b, c, ..] = self.pending[..] else {
            return Ok(false);
        };
        let header = u32::from_le_bytes([a, b, c, 0]);
        let (last, kind, size) = (header & 1 == 1, header >> 1 & 3, (header >> 3) as usize);
        // One byte is repeated `size` times.
        let body = if kind == 1 { 1 } else { size };
        if size > 128 << 10 {
            return Err(io::Error::other("too large a block"));
        }
        let mut whole = 3 + body;
        if last && self.pending.len() < whole + 4 && !end {
            // A checksum may follow, or the next frame, or nothing at all.
            return Ok(false);
        }
        if self.pending.len() < whole {
            return Ok(false);
        }
        let before = frame.bytes_read_from_source();
        let mut block = self.pending[..whole].to_vec();
        if last {
            block.extend(self.pending[whole..].iter().take(4));
            // Without the checksum's bytes, if they are missing, the text is whole all the same.
            block.resize(whole + 4, 0);
        }
        let ended = frame
            .decode_blocks(block.as_slice(), BlockDecodingStrategy::UptoBlocks(1))
            .map_err(io::Error::other)?;
        if ended {
            let read = frame.bytes_read_from_source() - before;
            whole = usize::try_from(read)
                .unwrap_or(whole)
                .min(self.pending.len());
        }
        self.pending.drain(..whole);
        self.let_out()?;
        if ended {
            self.frame = None;
            self.frames += 1;
            self.held = self.pending.len();
        }
        Ok(true)
    }

    /// Reads a frame's header.
    fn begin(&mut self) -> io::Result<bool> {
        // A frame of something else: its length follows the magic number.
        if let [0x50..=0x5F, 0x2A, 0x4D, 0x18, a, b, c, d, ..] = self.pending[..] {
            self.skipped = 8 + u32::from_le_bytes([a, b, c, d]) as usize;
            self.frames += 1;
            return Ok(true);
        }
        let mut frame = Box::new(FrameDecoder::new());
        frame.set_max_window_size(MAX_WINDOW);
        frame
            .init(self.pending.as_slice())
            .map_err(io::Error::other)?;
        let read = usize::try_from(frame.bytes_read_from_source()).unwrap_or(usize::MAX);
        self.pending.drain(..read.min(self.pending.len()));
        self.frame = Some(frame);
        Ok(true)
    }

    fn let_out(&mut self) -> io::Result<()> {
        let Some(frame) = self.frame.as_mut() else {
            return Ok(());
        };
        let Some(text) = frame.collect() else {
            return Ok(());
        };
        // More than there is room for: the caller sees that there is none left.
        match self.sink.write(&text)? {
            taken if taken < text.len() => Err(io::Error::other("no room left")),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
#[path = "zstd_tests.rs"]
mod tests;
