//! Decoded text, in the pieces that mbstring hands from the source charset to the target.

use super::BAD;

/// mbstring's buffer between two charsets, in code points.
const CHUNK: usize = 128;

/// Code points, [`BAD`] for what is none, and where mbstring's buffer was full.
///
/// QUIRK: some targets look ahead only to the end of the buffer, so its borders show: see
/// [`encode`](super::encode::encode).
#[derive(Default)]
pub(super) struct Points {
    points: Vec<u32>,
    /// Where each chunk but the last ends.
    ends: Vec<usize>,
}

impl Points {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self {
            points: Vec::with_capacity(capacity),
            ends: Vec::new(),
        }
    }

    /// A decoder is about to write up to `count` code points: if there is no room, the chunk ends here. To be asked at
    /// least before each single one.
    pub(super) fn room(&mut self, count: usize) {
        let start = self.ends.last().copied().unwrap_or(0);
        if self.points.len() - start + count > CHUNK {
            self.ends.push(self.points.len());
        }
    }

    pub(super) fn push(&mut self, point: u32) {
        self.points.push(point);
    }

    /// One code point, if there is one, and room for it.
    pub(super) fn put(&mut self, point: Option<u32>) {
        self.room(1);
        self.push(point.unwrap_or(BAD));
    }

    pub(super) fn all(&self) -> &[u32] {
        &self.points
    }

    /// Each chunk, and whether it is the last.
    pub(super) fn chunks(&self) -> impl Iterator<Item = (&[u32], bool)> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let ends = self.ends.iter().copied().chain([self.points.len()]);
        starts
            .zip(ends)
            .map(|(start, end)| (&self.points[start..end], end))
            .enumerate()
            .map(|(at, (chunk, _))| (chunk, at == self.ends.len()))
    }
}

impl Extend<u32> for Points {
    fn extend<T: IntoIterator<Item = u32>>(&mut self, points: T) {
        for point in points {
            self.put(Some(point));
        }
    }
}
