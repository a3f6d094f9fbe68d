//! The words around the link.

use memchr::memmem;

use super::link::Link;
use crate::php::string::{replace, trim};
use crate::php::strip_tags::strip_tags;

/// PHP's `pcre.backtrack_limit`.
const MATCH_LIMIT: usize = 1_000_000;

/// Bytes kept on either side of the link, and of its text.
const WINDOW: usize = 100;

/// `$excerpt` of pingback_ping(), before `esc_html()`.
pub(super) fn excerpt(paragraph: &[u8], link: &Link<'_>) -> Vec<u8> {
    let excerpt = remove_markers(paragraph);

    // QUIRK: 100 bytes, which may cut a letter in two; `esc_html()` then empties the excerpt.
    let mut text = link.text.to_vec();
    if text.len() > WINDOW {
        text.truncate(WINDOW);
        text.extend(b"&#8230;");
    }
    let marker = [b"<wpcontext>", &text[..], b"</wpcontext>"].concat();

    let excerpt = replace(&excerpt, link.whole, &marker);
    let excerpt = strip_tags(&excerpt, &[b"wpcontext"]);
    let excerpt = trim(&excerpt);
    match window(excerpt, &marker) {
        Window::Cut(part) => strip_tags(part, &[]),
        Window::Whole => strip_tags(excerpt, &[]),
        Window::Failed => Vec::new(),
    }
}

/// `|\</?wpcontext\>|` to nothing.
fn remove_markers(paragraph: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(paragraph.len());
    let mut rest = paragraph;
    while let Some(at) = memchr::memchr(b'<', rest) {
        let (before, tag) = rest.split_at(at);
        kept.extend_from_slice(before);
        rest = if let Some(after) = tag
            .strip_prefix(b"<wpcontext>")
            .or_else(|| tag.strip_prefix(b"</wpcontext>"))
        {
            after
        } else {
            kept.push(b'<');
            &tag[1..]
        };
    }
    kept.extend_from_slice(rest);
    kept
}

/// What the pattern makes of an excerpt.
#[derive(Debug, PartialEq, Eq)]
enum Window<'a> {
    /// It matched: its group.
    Cut(&'a [u8]),
    /// It did not: the excerpt stays as it is.
    Whole,
    /// PCRE gave up.
    Failed,
}

/// `|.*?\s(.{0,100}MARKER.{0,100})\s.*|s` to `$1`.
///
/// The pattern begins with `.*?` in dotall mode, so it is tried at the very beginning only. PCRE then takes, for the
/// first whitespace and the following ones, up to 100 bytes and gives them back one by one until the marker follows;
/// after it likewise until whitespace follows. `steps` counts as PCRE does (one per way it tries), since at
/// 1,000,000 it gives up and the excerpt becomes empty.
fn window<'a>(excerpt: &'a [u8], marker: &[u8]) -> Window<'a> {
    let markers: Vec<usize> = memmem::find_iter(excerpt, marker).collect();
    let mut next = 0;
    let mut steps = 0;
    for (at, byte) in excerpt.iter().enumerate() {
        steps += STEPS_PER_BYTE;
        if steps >= MATCH_LIMIT {
            return Window::Failed;
        }
        if !is_space(*byte) {
            continue;
        }
        let first = at + 1;
        let reach = WINDOW.min(excerpt.len() - first);
        while markers.get(next).is_some_and(|marker| *marker < first) {
            next += 1;
        }
        let mut tried = reach;
        let within = markers[next..]
            .iter()
            .take_while(|m| **m <= first + reach)
            .count();
        for found in markers[next..next + within].iter().rev() {
            // Given back byte by byte down to this marker.
            steps += tried - (found - first);
            tried = found - first;
            let after = found + marker.len();
            let tail = &excerpt[after..];
            let tail = &tail[..tail.len().min(WINDOW + 1)];
            let kept = tail.iter().rposition(|b| is_space(*b));
            let behind = (excerpt.len() - after).min(WINDOW);
            match kept {
                Some(kept) => {
                    steps += behind - kept.min(behind) + STEPS_OF_MATCH;
                    if steps >= MATCH_LIMIT {
                        return Window::Failed;
                    }
                    return Window::Cut(&excerpt[first..after + kept]);
                }
                None => steps += behind + 1,
            }
        }
        steps += tried + STEPS_PER_SPACE;
        if steps >= MATCH_LIMIT {
            return Window::Failed;
        }
    }
    Window::Whole
}

/// One for each byte that `.*?` takes.
const STEPS_PER_BYTE: usize = 1;

/// Beyond the bytes given back: the try with none left.
const STEPS_PER_SPACE: usize = 1;

/// Behind the whitespace after the marker: the last `.*`.
const STEPS_OF_MATCH: usize = 2;

/// `\s` outside of Unicode mode.
const fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | 0x0B | 0x0C | b'\r' | b' ')
}
