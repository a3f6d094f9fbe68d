//! Does a paragraph link to the target, as WordPress sees it.

use memchr::memmem;

/// A link in a paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link<'a> {
    /// All of it, from `<a` to `</a>`: `$context[0]`.
    pub(super) whole: &'a [u8],
    /// Its text, at least one byte and none `>`: `$context[1]`.
    pub(super) text: &'a [u8],
}

/// `|<a[^>]+?TARGET[^>]*>([^>]+?)</a>|`, its leftmost match.
///
/// Between two `>` only the first `<a` counts: whatever matches from a later one matches from there, too. The tag's end
/// and text do not depend on where the match began, so every run between two `>` is looked at once.
///
/// DIFFERS: PHP gives up the whole paragraph after 1,000,000 steps, which takes a tag with thousands of targets in it
/// in front of the link. Here the link is found.
pub(super) fn find_link<'a>(paragraph: &'a [u8], target: &[u8]) -> Option<Link<'a>> {
    let target_gt = memchr::memchr(b'>', target);
    let wanted = memmem::Finder::new(target);
    let mut at = 0;
    loop {
        let start = at + memmem::find(&paragraph[at..], b"<a")?;
        // The run in which the tag began ends at the next `>`; without one nothing matches any more.
        let run_end = start + 2 + memchr::memchr(b'>', &paragraph[start + 2..])?;
        at = run_end + 1;

        // `[^>]+?` takes one byte at least, then the target follows.
        let first = start + 3;
        let target_end = match target_gt {
            None => paragraph
                .get(first..run_end)
                .and_then(|run| wanted.find(run))
                .map(|found| first + found + target.len()),
            // QUIRK: a `>` in the target is the first one after `<a`: `<a href="http://blog.test/?p=1&gt;=>">`.
            Some(offset) => run_end
                .checked_sub(offset)
                .filter(|begin| *begin >= first && paragraph[*begin..].starts_with(target))
                .map(|begin| begin + target.len()),
        };
        let Some(target_end) = target_end else {
            continue;
        };
        let tag_end = target_end + memchr::memchr(b'>', &paragraph[target_end..])?;
        let text = tag_end + 1;
        // The text holds no `>`, so the next one is that of `</a>` or there is no match.
        let end = text + memchr::memchr(b'>', &paragraph[text..])?;
        if let Some(inner) = paragraph[text..=end].strip_suffix(b"</a>")
            && !inner.is_empty()
        {
            return Some(Link {
                whole: &paragraph[start..=end],
                text: inner,
            });
        }
    }
}

/// Longest target, in bytes before `preg_quote()`, whose pattern PCRE compiles.
const MAX_PATTERN: usize = 32_750;

/// Whether a pattern with this target is too large for PCRE to compile.
pub(super) fn too_long(target: &[u8]) -> bool {
    target.len() > MAX_PATTERN
}
