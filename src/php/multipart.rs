//! `multipart/form-data` as PHP reads it into `$_POST`.
//!
//! Port of rfc1867_post_handler() and its helpers, main/rfc1867.c, PHP 8.2: only what ends in `$_POST`. Parts with a
//! file name go to `$_FILES` there, so they are passed over here.
//!
//! PHP sees the body through a window of 5,120 bytes. Where a line is longer, or a boundary lies across its end, that
//! shows, so the window is ported too.
//!
//! NOT PORTED: `mbstring.encoding_translation`, which is off by default, and `upload_max_filesize`, behind which PHP
//! looks for the next boundary by lines.

use super::string::is_space;

/// The most fields PHP takes: `max_input_vars`.
const MAX_FIELDS: usize = 1000;

/// `max_file_uploads`
const MAX_FILES: usize = 20;

/// The most parts PHP takes: `max_input_vars` and `max_file_uploads` at their defaults.
const MAX_PARTS: usize = MAX_FIELDS + MAX_FILES;

/// `FILLUNIT`
const WINDOW: usize = 1024 * 5;

/// The names and values of the body's form fields in order, raw: names are not yet taken apart at brackets.
/// Empty where the content type has no boundary, as PHP then reads nothing.
pub fn fields(content_type: &[u8], body: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = Vec::new();
    let Some(boundary) = boundary(content_type) else {
        return found;
    };
    let mut buffer = Buffer::new(body, &boundary);
    let (mut parts, mut files) = (0, 0);
    while !buffer.is_empty() {
        let Some(headers) = buffer.headers() else {
            break;
        };
        let Some(disposition) = headers.disposition else {
            continue;
        };
        parts += 1;
        if parts > MAX_PARTS {
            break;
        }
        match named(&disposition) {
            (Some(name), false) => {
                let value = buffer.body();
                if found.len() < MAX_FIELDS {
                    found.push((name, value));
                }
            }
            // "File Upload Mime headers garbled"
            (None, false) => break,
            (name, true) => {
                // A file that is not taken is not read either: its lines are searched for the next boundary.
                if files < MAX_FILES && name.is_none_or(|name| has_paired_brackets(&name)) {
                    files += usize::from(!buffer.body().is_empty());
                }
            }
        }
    }
    found
}

/// Whether PHP can read a body of this type, which then leaves `php://input` empty.
pub fn is_readable(content_type: &[u8]) -> bool {
    boundary(content_type).is_some()
}

/// The boundary the content type names: what follows the first `=` behind the first `boundary`.
fn boundary(content_type: &[u8]) -> Option<Vec<u8>> {
    let content_type = until_nul(content_type);
    let find = |text: &[u8]| memchr::memmem::find(text, b"boundary");
    let at = find(content_type).or_else(|| find(&content_type.to_ascii_lowercase()))?;
    let rest = &content_type[at..];
    let value = &rest[memchr::memchr(b'=', rest)? + 1..];
    let boundary = match value.strip_prefix(b"\"") {
        Some(quoted) => &quoted[..memchr::memchr(b'"', quoted)?],
        None => {
            let end = memchr::memchr2(b',', b';', value);
            &value[..end.unwrap_or(value.len())]
        }
    };
    (boundary.len() <= WINDOW - b"\r\n--".len()).then(|| boundary.to_vec())
}

/// A part's headers, as far as they are asked for.
struct Headers {
    /// The first `Content-Disposition`.
    disposition: Option<Vec<u8>>,
}

/// `multipart_buffer`: a window on the body.
struct Buffer<'a> {
    body: &'a [u8],
    /// What is in the window: `body[begin..end]`.
    begin: usize,
    end: usize,
    size: usize,
    /// `--` and the boundary.
    boundary: Vec<u8>,
    /// The same behind a line feed.
    boundary_next: Vec<u8>,
}

impl<'a> Buffer<'a> {
    fn new(body: &'a [u8], boundary: &[u8]) -> Self {
        Self {
            body,
            begin: 0,
            end: 0,
            size: WINDOW.max(boundary.len() + 6),
            boundary: [b"--", boundary].concat(),
            boundary_next: [b"\n--", boundary].concat(),
        }
    }

    /// `fill_buffer()`
    fn fill(&mut self) {
        self.end = self.body.len().min(self.begin + self.size);
    }

    /// `multipart_buffer_eof()`
    fn is_empty(&mut self) -> bool {
        if self.begin == self.end {
            self.fill();
        }
        self.begin == self.end
    }

    /// `get_line()`: up to a line feed, which is taken, with one carriage return before it. `None` when there is none.
    fn line(&mut self) -> Option<&'a [u8]> {
        self.line_in_window().or_else(|| {
            self.fill();
            self.line_in_window()
        })
    }

    fn line_in_window(&mut self) -> Option<&'a [u8]> {
        let window = &self.body[self.begin..self.end];
        match memchr::memchr(b'\n', window) {
            Some(at) => {
                self.begin += at + 1;
                let line = &window[..at];
                Some(until_nul(line.strip_suffix(b"\r").unwrap_or(line)))
            }
            // As much as there is, if that fills the window.
            None if window.len() >= self.size => {
                self.begin = self.end;
                Some(until_nul(window))
            }
            None => None,
        }
    }

    /// `multipart_buffer_headers()`: behind the next line that is the boundary. `None` when there is no such line.
    fn headers(&mut self) -> Option<Headers> {
        while self.line()? != self.boundary {}
        let mut disposition = None;
        let mut entry: Option<(&[u8], Vec<u8>)> = None;
        while let Some(line) = self.line().filter(|line| !line.is_empty()) {
            let colon = memchr::memchr(b':', line).filter(|_| !is_space(line[0]));
            match (colon, &mut entry) {
                (Some(colon), _) => {
                    let blanks = line[colon + 1..].iter().take_while(|byte| is_space(**byte));
                    let value = line[colon + 1 + blanks.count()..].to_vec();
                    keep(&mut disposition, entry.replace((&line[..colon], value)));
                }
                // A line that goes on. QUIRK: with its white space, but not its line break.
                (None, Some((_, value))) => value.extend_from_slice(line),
                (None, None) => {}
            }
        }
        keep(&mut disposition, entry);
        Some(Headers { disposition })
    }

    /// `multipart_buffer_read_body()`
    fn body(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        loop {
            let read = self.read();
            if read.is_empty() {
                return all;
            }
            all.extend_from_slice(read);
        }
    }

    /// `multipart_buffer_read()`: up to the boundary, or what may be the start of it, and no more than the window.
    fn read(&mut self) -> &'a [u8] {
        if self.end - self.begin < WINDOW {
            self.fill();
        }
        let window = &self.body[self.begin..self.end];
        let bound = find_partly(window, &self.boundary_next);
        let length = bound.unwrap_or(window.len()).min(WINDOW - 1);
        let mut read = &window[..length];
        if bound.is_some() {
            read = read.strip_suffix(b"\r").unwrap_or(read);
        }
        self.begin += read.len();
        read
    }
}

/// Keeps the first `Content-Disposition`.
fn keep(disposition: &mut Option<Vec<u8>>, entry: Option<(&[u8], Vec<u8>)>) {
    if let Some((key, value)) = entry
        && disposition.is_none()
        && key.eq_ignore_ascii_case(b"Content-Disposition")
    {
        *disposition = Some(value);
    }
}

/// `php_ap_memstr()`, partial: where `needle` is, or where `text` ends in the start of it.
fn find_partly(text: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memchr_iter(needle[0], text).find(|at| {
        let rest = &text[*at..];
        rest.starts_with(needle) || needle.starts_with(rest)
    })
}

/// The field's name, and whether a file name stands beside it.
fn named(disposition: &[u8]) -> (Option<Vec<u8>>, bool) {
    let blanks = |text: &[u8]| text.iter().take_while(|byte| is_space(**byte)).count();
    let (mut name, mut is_file) = (None, false);
    let mut rest = &disposition[blanks(disposition)..];
    while !rest.is_empty() {
        let pair;
        (pair, rest) = word(rest, b';');
        rest = &rest[blanks(rest)..];
        if !pair.contains(&b'=') {
            continue;
        }
        let (key, value) = word(pair, b'=');
        if key.eq_ignore_ascii_case(b"name") {
            name = Some(parameter(value));
        } else if key.eq_ignore_ascii_case(b"filename") {
            is_file = true;
        }
    }
    (name, is_file)
}

/// `php_ap_getword()`: up to the next `stop` outside quotes, and what follows all of them.
fn word(text: &[u8], stop: u8) -> (&[u8], &[u8]) {
    let mut at = 0;
    while let Some(&byte) = text.get(at).filter(|byte| **byte != stop) {
        at += 1;
        if byte != b'"' && byte != b'\'' {
            continue;
        }
        while let Some(&inner) = text.get(at).filter(|inner| **inner != byte) {
            let escaped = inner == b'\\' && text.get(at + 1) == Some(&byte);
            at += if escaped { 2 } else { 1 };
        }
        at = (at + 1).min(text.len());
    }
    let stops = text[at..].iter().take_while(|byte| **byte == stop).count();
    (&text[..at], &text[at + stops..])
}

/// `php_ap_getword_conf()`: a value, in quotes or up to white space, its backslashes undone.
fn parameter(text: &[u8]) -> Vec<u8> {
    let text = &text[text.iter().take_while(|byte| is_space(**byte)).count()..];
    let quote = text
        .first()
        .copied()
        .filter(|byte| matches!(byte, b'"' | b'\''));
    let text = match quote {
        Some(_) => &text[1..],
        None => {
            let end = text.iter().position(|byte| is_space(*byte));
            &text[..end.unwrap_or(text.len())]
        }
    };
    let mut value = Vec::new();
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if Some(byte) == quote {
            break;
        }
        let escaped = |next: &u8| byte == b'\\' && (*next == b'\\' || Some(*next) == quote);
        value.push(bytes.next_if(escaped).unwrap_or(byte));
    }
    value
}

/// Whether PHP stores a file under this name: all its brackets are closed, and nothing stands between them.
fn has_paired_brackets(name: &[u8]) -> bool {
    let mut open = 0_i32;
    for (at, byte) in name.iter().enumerate() {
        match byte {
            b'[' => open += 1,
            b']' => {
                open -= 1;
                if name.get(at + 1).is_some_and(|next| *next != b'[') {
                    return false;
                }
            }
            _ => {}
        }
        if open < 0 {
            return false;
        }
    }
    open == 0
}

/// A string of C.
fn until_nul(text: &[u8]) -> &[u8] {
    &text[..memchr::memchr(0, text).unwrap_or(text.len())]
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
