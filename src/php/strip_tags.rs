//! `strip_tags()` and its state machine: ext/standard/string.c.

use super::string::is_space;

/// Where the machine is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// In text: bytes go out.
    Text,
    /// In a tag.
    Tag,
    /// In `<?`.
    Php,
    /// In `<!`.
    Declaration,
    /// In `<!--`.
    Comment,
}

/// Port of `php_strip_tags_ex()`, the whole of `strip_tags()`: cuts tags, comments and NUL bytes. `allowed` names tags
/// that stay, verbatim with their attributes, as `a`, not `<a>`.
///
/// Not an HTML parser, and not a way to make text safe: `<` before white space is text, any other `<` opens a tag
/// whose quotes hide `>`, and what is never closed swallows the rest.
pub fn strip_tags(text: &[u8], allowed: &[&[u8]]) -> Vec<u8> {
    let mut set = Vec::new();
    for name in allowed {
        set.push(b'<');
        set.extend(name.to_ascii_lowercase());
        set.push(b'>');
    }
    let keeps = !set.is_empty();

    let mut out = Vec::with_capacity(text.len());
    let mut tag = Vec::new();
    let mut state = State::Text;
    let mut last = 0_u8;
    let mut parens = 0_i64;
    let mut depth = 0_usize;
    let mut quote = 0_u8;
    let mut xml = false;

    for (at, &byte) in text.iter().enumerate() {
        let before = |n: usize| at.checked_sub(n).map_or(0, |at| text[at]);
        let is_before = |n: usize, letter: u8| before(n).eq_ignore_ascii_case(&letter);
        let space_next = text.get(at + 1).is_some_and(|&next| is_space(next));
        // `>` closes what a `<` inside opened first, and is skipped inside quotes; so in every state but Comment.
        if byte == b'>' && state != State::Comment {
            if depth > 0 {
                depth -= 1;
                continue;
            }
            if quote != 0 {
                continue;
            }
        }
        match state {
            State::Text => match byte {
                0 => {}
                b'<' if quote != 0 => {}
                b'<' if space_next => out.push(byte),
                b'<' => {
                    last = b'<';
                    state = State::Tag;
                    if keeps {
                        tag.push(b'<');
                    }
                }
                _ => out.push(byte),
            },
            State::Tag => {
                let mut regular = false;
                match byte {
                    0 => {}
                    b'<' if quote != 0 => {}
                    b'<' if space_next => regular = true,
                    b'<' => depth += 1,
                    b'>' => {
                        last = b'>';
                        if xml && before(1) == b'-' {
                            continue;
                        }
                        quote = 0;
                        xml = false;
                        state = State::Text;
                        if keeps {
                            tag.push(b'>');
                            if is_allowed(&tag, &set) {
                                out.extend_from_slice(&tag);
                            }
                            tag.clear();
                        }
                    }
                    b'"' | b'\'' => {
                        toggle(&mut quote, byte, at);
                        regular = true;
                    }
                    b'!' if before(1) == b'<' => {
                        state = State::Declaration;
                        last = byte;
                    }
                    b'?' if before(1) == b'<' => {
                        parens = 0;
                        state = State::Php;
                    }
                    _ => regular = true,
                }
                if regular && keeps {
                    tag.push(byte);
                }
            }
            State::Php => match byte {
                b'(' if !matches!(last, b'"' | b'\'') => {
                    last = b'(';
                    parens += 1;
                }
                b')' if !matches!(last, b'"' | b'\'') => {
                    last = b')';
                    parens -= 1;
                }
                b'>' if parens == 0 && at >= 1 && last != b'"' && before(1) == b'?' => {
                    quote = 0;
                    state = State::Text;
                    tag.clear();
                }
                b'"' | b'\'' if at >= 1 && before(1) != b'\\' => {
                    if last == byte {
                        last = 0;
                    } else if last != b'\\' {
                        last = byte;
                    }
                    toggle(&mut quote, byte, at);
                }
                // `<?xml` is no PHP.
                b'l' | b'L'
                    if at > 4
                        && is_before(1, b'm')
                        && is_before(2, b'x')
                        && before(3) == b'?'
                        && before(4) == b'<' =>
                {
                    state = State::Tag;
                    xml = true;
                }
                _ => {}
            },
            State::Declaration => match byte {
                b'>' => {
                    quote = 0;
                    state = State::Text;
                    tag.clear();
                }
                b'"' | b'\'' if before(1) != b'\\' => toggle(&mut quote, byte, at),
                b'-' if at >= 2 && before(1) == b'-' && before(2) == b'!' => {
                    state = State::Comment;
                }
                // `<!DOCTYPE` is a tag again.
                b'E' | b'e'
                    if at > 6
                        && b"pytcod"
                            .iter()
                            .enumerate()
                            .all(|(n, &letter)| is_before(n + 1, letter)) =>
                {
                    state = State::Tag;
                }
                _ => {}
            },
            State::Comment => {
                if byte == b'>' && quote == 0 && at >= 2 && before(1) == b'-' && before(2) == b'-' {
                    quote = 0;
                    state = State::Text;
                    tag.clear();
                }
            }
        }
    }
    out
}

/// Opens a quote, or closes it if it is the same; not at the very start.
fn toggle(quote: &mut u8, byte: u8, at: usize) {
    if at == 0 || (*quote != 0 && *quote != byte) {
        return;
    }
    *quote = if *quote == 0 { byte } else { 0 };
}

/// Port of `php_tag_find()`: whether `tag`, cut to its name, is in `set` (`<a><b>`).
fn is_allowed(tag: &[u8], set: &[u8]) -> bool {
    let mut name = Vec::with_capacity(tag.len());
    let mut named = false;
    for (at, byte) in tag.iter().map(u8::to_ascii_lowercase).enumerate() {
        match byte {
            b'<' => name.push(byte),
            b'>' => break,
            _ if is_space(byte) => {
                if named {
                    break;
                }
            }
            _ => {
                named = true;
                let closes = byte == b'/'
                    && (at.checked_sub(1).is_some_and(|at| tag[at] == b'<')
                        || tag.get(at + 1) == Some(&b'>'));
                if !closes {
                    name.push(byte);
                }
            }
        }
    }
    name.push(b'>');
    memchr::memmem::find(set, &name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_comments_and_nul_go() {
        assert_eq!(
            strip_tags(b"a<b>c</b>\0d<!-- > -->e< f <3", &[]),
            b"acde< f "
        );
    }

    #[test]
    fn allowed_tags_stay_verbatim() {
        assert_eq!(
            strip_tags(b"<A HREF='>'>x</A ><b>y</b><br/>", &[b"a"]),
            b"<A HREF=''>x</A >y"
        );
    }
}
