//! `multipart/form-data` as PHP reads it into `$_POST`.
//!
//! Port of rfc1867_post_handler() and its helpers, main/rfc1867.c, PHP 8.2: only what ends in `$_POST`. Parts with a
//! file name go to `$_FILES` there, so they are passed over here.
//!
//! NOT PORTED: `mbstring.encoding_translation`, which is off by default.

use memchr::memmem;

/// The most parts PHP takes: `max_input_vars` and `max_file_uploads` at their defaults.
const MAX_PARTS: usize = 1000 + 20;

/// Header lines read per part; PHP has no bound but the body's own.
const MAX_HEADERS: usize = 64;

/// The names and values of the body's form fields in order, raw: names are not yet taken apart at brackets.
/// Empty where the content type has no boundary, as PHP then reads nothing.
pub fn fields(content_type: &[u8], body: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = Vec::new();
    let Some(boundary) = boundary(content_type) else {
        return found;
    };
    let mut opening = b"--".to_vec();
    opening.extend(&boundary);
    let mut next = b"\n".to_vec();
    next.extend(&opening);

    let Some(mut rest) = after_boundary_line(body, &opening) else {
        return found;
    };
    for _ in 0..MAX_PARTS {
        let Some((disposition, content)) = headers(rest) else {
            break;
        };
        let end = memmem::find(content, &next);
        let value = match end {
            Some(at) => content[..at].strip_suffix(b"\r").unwrap_or(&content[..at]),
            None => content,
        };
        if let Some((name, false)) = disposition.and_then(|line| name_of(&line)) {
            found.push((name, value.to_vec()));
        }
        let Some(at) = end else { break };
        let tail = &content[at + next.len()..];
        if tail.starts_with(b"--") {
            break;
        }
        match memchr::memchr(b'\n', tail) {
            Some(line_end) => rest = &tail[line_end + 1..],
            None => break,
        }
    }
    found
}

/// Whether PHP can read a body of this type, which then leaves `php://input` empty.
pub fn is_readable(content_type: &[u8]) -> bool {
    boundary(content_type).is_some()
}

/// The boundary of the content type: quoted, or up to a comma or semicolon.
fn boundary(content_type: &[u8]) -> Option<Vec<u8>> {
    let lower = content_type.to_ascii_lowercase();
    let at = memmem::find(&lower, b"boundary")?;
    let equals = at + memchr::memchr(b'=', &content_type[at..])? + 1;
    let value = &content_type[equals..];
    let boundary = match value.strip_prefix(b"\"") {
        Some(quoted) => &quoted[..memchr::memchr(b'"', quoted)?],
        None => {
            let end = value
                .iter()
                .position(|b| matches!(b, b',' | b';'))
                .unwrap_or(value.len());
            &value[..end]
        }
    };
    // PHP refuses no boundary, but one that is empty would split between any two lines.
    (!boundary.is_empty() && boundary.len() <= 5116).then(|| boundary.to_vec())
}

/// What follows the first line that is the opening boundary.
fn after_boundary_line<'a>(body: &'a [u8], opening: &[u8]) -> Option<&'a [u8]> {
    let mut rest = body;
    loop {
        let end = memchr::memchr(b'\n', rest)?;
        let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
        rest = &rest[end + 1..];
        if line == opening {
            return Some(rest);
        }
    }
}

/// A part's `Content-Disposition` value and its content. `None` when the headers do not end.
fn headers(part: &[u8]) -> Option<(Option<Vec<u8>>, &[u8])> {
    let mut rest = part;
    let mut lines: Vec<Vec<u8>> = Vec::new();
    for _ in 0..MAX_HEADERS {
        let end = memchr::memchr(b'\n', rest)?;
        let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
        rest = &rest[end + 1..];
        if line.is_empty() {
            let disposition = lines.into_iter().find_map(|line| {
                let colon = memchr::memchr(b':', &line)?;
                line[..colon]
                    .eq_ignore_ascii_case(b"Content-Disposition")
                    .then(|| line[colon + 1..].trim_ascii_start().to_vec())
            });
            return Some((disposition, rest));
        }
        let folded = line[0] == b' ' || line[0] == b'\t' || !line.contains(&b':');
        match lines.last_mut() {
            Some(last) if folded => last.extend(line),
            _ => lines.push(line.to_vec()),
        }
    }
    None
}

/// The field's name, and whether a file name stands beside it.
fn name_of(disposition: &[u8]) -> Option<(Vec<u8>, bool)> {
    let mut name = None;
    let mut is_file = false;
    let mut rest = disposition;
    while !rest.is_empty() {
        let (pair, tail) = next_pair(rest);
        rest = tail;
        let Some(equals) = memchr::memchr(b'=', pair) else {
            continue;
        };
        let key = pair[..equals].trim_ascii();
        let value = word(pair[equals + 1..].trim_ascii_start());
        if key.eq_ignore_ascii_case(b"name") {
            name = Some(value);
        } else if key.eq_ignore_ascii_case(b"filename") {
            is_file = true;
        }
    }
    name.map(|name| (name, is_file))
}

/// Up to the next `;` outside quotes, and what follows it.
fn next_pair(text: &[u8]) -> (&[u8], &[u8]) {
    let mut quote = None;
    let mut at = 0;
    while at < text.len() {
        match (text[at], quote) {
            (b'\\', Some(_)) => at += 1,
            (b, Some(q)) if b == q => quote = None,
            (b'"' | b'\'', None) => quote = Some(text[at]),
            (b';', None) => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
        at += 1;
    }
    (text, b"")
}

/// A parameter's value: quoted with backslashes undone, or up to white space.
fn word(text: &[u8]) -> Vec<u8> {
    let Some(&quote) = text.first().filter(|b| matches!(b, b'"' | b'\'')) else {
        return text
            .iter()
            .copied()
            .take_while(|b| !b.is_ascii_whitespace())
            .collect();
    };
    let mut value = Vec::new();
    let mut bytes = text[1..].iter().copied().peekable();
    while let Some(b) = bytes.next() {
        match b {
            b'\\' => match bytes.peek() {
                Some(&next) if next == b'\\' || next == quote => {
                    value.push(next);
                    bytes.next();
                }
                _ => value.push(b),
            },
            b if b == quote => break,
            b => value.push(b),
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_and_files_passed_over() {
        let body = b"--xx\r\nContent-Disposition: form-data; name=\"a b\"\r\n\r\none\r\ntwo\r\n--xx\r\n\
            Content-Disposition: form-data; name=\"f\"; filename=\"f.txt\"\r\n\r\nfile\r\n--xx--\r\n";
        let found = fields(b"multipart/form-data; boundary=xx", body);
        assert_eq!(found, vec![(b"a b".to_vec(), b"one\r\ntwo".to_vec())]);
    }

    #[test]
    fn a_body_without_its_boundary_holds_nothing() {
        assert!(fields(b"multipart/form-data", b"--\r\n\r\n").is_empty());
        assert!(fields(b"multipart/form-data; boundary=xx", b"--yy\r\n\r\na").is_empty());
    }
}
