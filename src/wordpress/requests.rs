//! Port of the Requests library, as far as it shapes the request line: how a URL that is no URI becomes one.

/// The path and query that `WpOrg\Requests\Iri` makes of `rest`, which is what follows host and port: path, query and
/// fragment as written, whitespace at its end included.
///
/// Port of Iri::parse_iri(), set_path(), set_query() and to_uri(), wp-includes/Requests/src/Iri.php (6.1:
/// wp-includes/Requests/IRI.php). Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// The result is ASCII, begins with `/`, has no fragment. `None` where Requests gives up: a line break in the fragment.
pub fn request_target(rest: &[u8]) -> Option<Vec<u8>> {
    let (rest, fragment) = cut(trim_end(rest), b'#');
    if fragment.is_some_and(|fragment| fragment.contains(&b'\n')) {
        return None;
    }
    let (path, query) = cut(rest, b'?');

    let mut target = remove_dot_segments(&percent_encode(path, b"!$&'()*+,;=@:/"));
    if target.is_empty() || target == b"0" {
        target = b"/".to_vec();
    }
    if let Some(query) = query {
        target.push(b'?');
        target.extend(percent_encode(query, b"!$&'()*+,;=:@/?"));
    }
    Some(target)
}

/// The fragment that `WpOrg\Requests\Iri` makes of `rest`, as [`request_target`] takes it; `None` if there is none. It is
/// never sent in a request line, but before 6.2 the `Referer` has it.
///
/// Port of Iri::set_fragment(), as above.
pub fn request_fragment(rest: &[u8]) -> Option<Vec<u8>> {
    let (_, fragment) = cut(trim_end(rest), b'#');
    fragment.map(|fragment| percent_encode(fragment, b"!$&'()*+,;=:@/?"))
}

/// `text` without the whitespace at its end that parse_iri() trims.
fn trim_end(text: &[u8]) -> &[u8] {
    let end = text
        .iter()
        .rposition(|b| !b"\x20\x09\x0A\x0C\x0D".contains(b))
        .map_or(0, |last| last + 1);
    &text[..end]
}

/// `text` before the first `at`, and what follows it.
fn cut(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    match memchr::memchr(at, text) {
        Some(found) => (&text[..found], Some(&text[found + 1..])),
        None => (text, None),
    }
}

/// Port of Iri::replace_invalid_with_pct_encoding() followed by to_uri(): `%xx` of an unreserved ASCII character is
/// decoded (but `_`), other `%xx` get upper-case digits, a `%` alone becomes `%25`, and every byte that is neither
/// unreserved, `%` nor in `extra` is encoded. In the original, valid UTF-8 is first decoded and later encoded again.
fn percent_encode(text: &[u8], extra: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        match (first, tail) {
            (b'%', [high, low, after @ ..])
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                let value = (hex(*high) << 4) | hex(*low);
                if value.is_ascii_alphanumeric() || b"-.~".contains(&value) {
                    decoded.push(value);
                } else {
                    decoded.extend([b'%', high.to_ascii_uppercase(), low.to_ascii_uppercase()]);
                }
                rest = after;
            }
            (byte, _) => {
                decoded.push(*byte);
                rest = tail;
            }
        }
    }
    let decoded = escape_lone_percents(&decoded);

    let mut encoded = Vec::with_capacity(decoded.len());
    for (at, &byte) in decoded.iter().enumerate() {
        let length = match byte {
            0xC0..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF7 => 4,
            _ => 1,
        };
        if at + length > decoded.len() {
            // QUIRK: a UTF-8 sequence cut off by the end takes all that follows with it: `/\xE2a` is `/%E2%61`.
            decoded[at..]
                .iter()
                .for_each(|byte| push_encoded(&mut encoded, *byte));
            break;
        }
        if byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte) || extra.contains(&byte) {
            encoded.push(byte);
        } else {
            push_encoded(&mut encoded, byte);
        }
    }
    encoded
}

/// `preg_replace( '/%(?![A-Fa-f0-9]{2})/', '%25' )`. QUIRK: what was decoded before counts: `%2%41` is `%2A`.
fn escape_lone_percents(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for (at, byte) in text.iter().enumerate() {
        out.push(*byte);
        let digits = text.get(at + 1..at + 3);
        if *byte == b'%' && !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
            out.extend(b"25");
        }
    }
    out
}

fn push_encoded(into: &mut Vec<u8>, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    into.extend([
        b'%',
        DIGITS[usize::from(byte >> 4)],
        DIGITS[usize::from(byte & 15)],
    ]);
}

/// The value of a hex digit; 0 for anything else.
fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        b'A'..=b'F' => digit - b'A' + 10,
        _ => 0,
    }
}

/// Port of Iri::remove_dot_segments() for a path that is empty or begins with `/`, in one pass.
fn remove_dot_segments(path: &[u8]) -> Vec<u8> {
    let mut output: Vec<u8> = Vec::with_capacity(path.len());
    let Some(path) = path.strip_prefix(b"/") else {
        return path.to_vec();
    };
    let mut segments = path.split(|b| *b == b'/').peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            b"." | b".." => {
                if segment.len() == 2 {
                    let parent = output.iter().rposition(|b| *b == b'/').unwrap_or(0);
                    output.truncate(parent);
                }
                if last {
                    output.push(b'/');
                }
            }
            _ => {
                output.push(b'/');
                output.extend_from_slice(segment);
            }
        }
    }
    output
}

#[cfg(test)]
#[path = "requests_tests.rs"]
mod tests;
