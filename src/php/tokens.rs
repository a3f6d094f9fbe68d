//! PHP source to tokens: what the language's scanner does, as far as configuration files go.
//!
//! Strings come out with their escapes resolved and their interpolations as tokens of their own. Source that PHP itself
//! would not scan (an unclosed comment or string) is an error; everything else becomes tokens, known or not.

use std::fmt;

/// One token and the line it starts on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) line: u32,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// `$name`, without the sign.
    Variable(Vec<u8>),
    /// A name or keyword, with its namespace's backslashes.
    Name(Vec<u8>),
    /// A whole number.
    Int(i64),
    /// Any other number. NaN for those that nobody writes: huge ones that are not decimal.
    Float(f64),
    /// A string, escapes resolved.
    Text(Vec<Part>),
    /// `` `command` ``
    Shell,
    /// `(int)` and the like, by their first letter.
    Cast(u8),
    /// Punctuation.
    Op(&'static str),
    /// Text outside of `<?php ?>`.
    Html,
    /// Behind the last token.
    End,
}

/// A piece of a string.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    /// Bytes as they are.
    Bytes(Vec<u8>),
    /// An interpolated expression.
    Tokens(Vec<Token>),
}

/// Why source has no tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ScanError {
    pub(crate) line: u32,
    pub(crate) what: &'static str,
}

impl fmt::Display for ScanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// Longest first, so that the first match is the right one.
const OPERATORS: &[&str] = &[
    "<<=", ">>=", "**=", "...", "<=>", "===", "!==", "??=", "?->", "+=", "-=", "*=", "/=", ".=",
    "%=", "&=", "|=", "^=", "++", "--", "=>", "->", "::", "==", "!=", "<>", "<=", ">=", "&&", "||",
    "??", "<<", ">>", "**", "#[", ";", ",", ".", "(", ")", "[", "]", "{", "}", "=", "<", ">", "+",
    "-", "*", "/", "%", "!", "?", ":", "&", "|", "^", "~", "@", "$",
];

/// How deep interpolations may nest.
const DEEPEST: usize = 16;

/// The tokens of a whole file, ended by [`Kind::End`].
pub(crate) fn scan(source: &[u8]) -> Result<Vec<Token>, ScanError> {
    let mut scanner = Scanner {
        source,
        at: 0,
        line: 1,
        depth: 0,
        tokens: Vec::new(),
    };
    scanner.html();
    while scanner.at < source.len() {
        scanner.php()?;
    }
    scanner.push(Kind::End);
    Ok(scanner.tokens)
}

struct Scanner<'s> {
    source: &'s [u8],
    at: usize,
    line: u32,
    depth: usize,
    tokens: Vec<Token>,
}

impl<'s> Scanner<'s> {
    fn rest(&self) -> &'s [u8] {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.source.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, kind: Kind) {
        self.tokens.push(Token {
            kind,
            line: self.line,
        });
    }

    fn skip(&mut self, count: usize) -> &'s [u8] {
        let taken = self.rest().get(..count).unwrap_or_else(|| self.rest());
        self.at += taken.len();
        self.line += lines(taken);
        taken
    }

    fn error(&self, what: &'static str) -> ScanError {
        ScanError {
            line: self.line,
            what,
        }
    }

    /// Up to and past the next opening tag.
    fn html(&mut self) {
        let rest = self.rest();
        let mut from = 0;
        loop {
            let Some(open) = find(rest.get(from..).unwrap_or_default(), b"<?").map(|i| i + from)
            else {
                self.text(rest.len());
                return;
            };
            let tag = rest.get(open..).unwrap_or_default();
            let long = tag
                .get(2..5)
                .is_some_and(|name| name.eq_ignore_ascii_case(b"php"))
                && tag.get(5).is_none_or(u8::is_ascii_whitespace);
            if long || tag.starts_with(b"<?=") {
                self.text(open);
                // The opening tag takes one white character with it, which is white space to us anyhow.
                self.skip(if long { 5 } else { 3 });
                if !long {
                    self.push(Kind::Name(b"echo".to_vec()));
                }
                return;
            }
            if !tag
                .get(2..5)
                .is_some_and(|name| name.eq_ignore_ascii_case(b"xml"))
            {
                // A short tag: whoever uses it has short_open_tag on.
                self.text(open);
                self.skip(2);
                return;
            }
            from = open + 2;
        }
    }

    fn text(&mut self, count: usize) {
        if count > 0 {
            self.push(Kind::Html);
            self.skip(count);
        }
    }

    /// One token, or white space, or a comment.
    fn php(&mut self) -> Result<(), ScanError> {
        let rest = self.rest();
        let first = self.peek(0);
        match first {
            b' ' | b'\t' | b'\r' | b'\n' => {
                self.skip(1);
            }
            b'#' if self.peek(1) != b'[' => self.line_comment(),
            b'/' if self.peek(1) == b'/' => self.line_comment(),
            b'/' if self.peek(1) == b'*' => {
                let end = find(rest.get(2..).unwrap_or_default(), b"*/")
                    .ok_or_else(|| self.error("a comment is not closed"))?;
                self.skip(end + 4);
            }
            b'?' if self.peek(1) == b'>' => {
                self.push(Kind::Op(";"));
                self.skip(2);
                match (self.peek(0), self.peek(1)) {
                    (b'\r', b'\n') => drop(self.skip(2)),
                    (b'\n' | b'\r', _) => drop(self.skip(1)),
                    _ => {}
                }
                self.html();
            }
            b'\'' => self.single()?,
            b'"' => self.double()?,
            b'`' => {
                let end = closing(rest.get(1..).unwrap_or_default(), b'`')
                    .ok_or_else(|| self.error("a backtick is not closed"))?;
                self.push(Kind::Shell);
                self.skip(end + 2);
            }
            b'$' if is_name_start(self.peek(1)) => {
                let length = name_length(rest.get(1..).unwrap_or_default());
                let name = rest.get(1..=length).unwrap_or_default().to_vec();
                self.push(Kind::Variable(name));
                self.skip(length + 1);
            }
            b'0'..=b'9' => self.number(),
            b'.' if self.peek(1).is_ascii_digit() => self.number(),
            b'<' if rest.starts_with(b"<<<") && self.heredoc()? => {}
            b'(' if self.cast() => {}
            _ if is_name_start(first) || (first == b'\\' && is_name_start(self.peek(1))) => {
                let length = rest
                    .iter()
                    .take_while(|b| is_name(**b) || **b == b'\\')
                    .count();
                let name = self.rest().get(..length).unwrap_or_default().to_vec();
                self.push(Kind::Name(name));
                self.skip(length);
            }
            _ => {
                let op = OPERATORS
                    .iter()
                    .find(|op| rest.starts_with(op.as_bytes()))
                    .ok_or_else(|| self.error("a character that PHP does not know"))?;
                self.push(Kind::Op(op));
                self.skip(op.len());
            }
        }
        Ok(())
    }

    /// Up to the line's end or a closing tag, whichever is first.
    fn line_comment(&mut self) {
        let rest = self.rest();
        let length = rest
            .iter()
            .zip(rest.iter().skip(1).chain([&0]))
            .take_while(|(b, next)| !matches!((b, next), (b'\n' | b'\r', _) | (b'?', b'>')))
            .count();
        self.skip(length);
    }

    fn single(&mut self) -> Result<(), ScanError> {
        let body = self.rest().get(1..).unwrap_or_default();
        let end = closing(body, b'\'').ok_or_else(|| self.error("a string is not closed"))?;
        let raw = body.get(..end).unwrap_or_default();
        let mut text = Vec::with_capacity(end);
        let mut rest = raw;
        while let [byte, tail @ ..] = rest {
            rest = tail;
            match (byte, tail) {
                (b'\\', [escaped @ (b'\\' | b'\''), after @ ..]) => {
                    text.push(*escaped);
                    rest = after;
                }
                _ => text.push(*byte),
            }
        }
        self.push(Kind::Text(vec![Part::Bytes(text)]));
        self.skip(end + 2);
        Ok(())
    }

    fn double(&mut self) -> Result<(), ScanError> {
        let line = self.line;
        self.skip(1);
        let (parts, used) = self.interpolated(self.rest(), Some(b'"'))?;
        self.tokens.push(Token {
            kind: Kind::Text(parts),
            line,
        });
        self.skip(used + 1);
        Ok(())
    }

    /// `<<<NAME`, `<<<"NAME"`, `<<<'NAME'`. False if it is none.
    fn heredoc(&mut self) -> Result<bool, ScanError> {
        let rest = self.rest();
        let mut at = 3 + rest
            .iter()
            .skip(3)
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        let quote = rest.get(at).copied().filter(|b| matches!(b, b'\'' | b'"'));
        at += usize::from(quote.is_some());
        let name = rest
            .get(at..)
            .map(|tail| tail.get(..name_length(tail)).unwrap_or_default());
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            return Ok(false);
        };
        at += name.len();
        if quote.is_some() {
            if rest.get(at).copied() != quote {
                return Ok(false);
            }
            at += 1;
        }
        match rest.get(at..).unwrap_or_default() {
            [b'\r', b'\n', ..] => at += 2,
            [b'\n' | b'\r', ..] => at += 1,
            _ => return Ok(false),
        }

        let line = self.line;
        let body = rest.get(at..).unwrap_or_default();
        let (raw, indent, used) =
            heredoc_body(body, name).ok_or_else(|| self.error("a heredoc is not closed"))?;
        let text =
            unindented(raw, indent).ok_or_else(|| self.error("a heredoc is indented unevenly"))?;
        let parts = if quote == Some(b'\'') {
            vec![Part::Bytes(text)]
        } else {
            self.interpolated(&text, None)?.0
        };
        self.tokens.push(Token {
            kind: Kind::Text(parts),
            line,
        });
        self.skip(at + used);
        Ok(true)
    }

    /// `( int )`: a type's name, alone between parentheses.
    fn cast(&mut self) -> bool {
        let rest = self.rest();
        let blank = |b: &&u8| matches!(**b, b' ' | b'\t');
        let start = 1 + rest.iter().skip(1).take_while(blank).count();
        let length = name_length(rest.get(start..).unwrap_or_default());
        let end = start + length;
        let close = end + rest.iter().skip(end).take_while(blank).count();
        let name = rest
            .get(start..end)
            .unwrap_or_default()
            .to_ascii_lowercase();
        let letter = match name.as_slice() {
            b"int" | b"integer" => b'i',
            b"bool" | b"boolean" => b'b',
            b"string" | b"binary" => b's',
            b"float" | b"double" | b"real" => b'f',
            b"array" => b'a',
            b"object" => b'o',
            b"unset" => b'u',
            _ => return false,
        };
        if rest.get(close) != Some(&b')') {
            return false;
        }
        self.push(Kind::Cast(letter));
        self.skip(close + 1);
        true
    }

    fn number(&mut self) {
        let rest = self.rest();
        let radix = match rest {
            [b'0', b'x' | b'X', ..] => 16,
            [b'0', b'b' | b'B', ..] => 2,
            [b'0', b'o' | b'O', ..] => 8,
            _ => 10,
        };
        let prefix = if radix == 10 { 0 } else { 2 };
        let digits = |b: &u8| char::from(*b).is_digit(radix) || *b == b'_';
        let mut length = prefix + rest.iter().skip(prefix).take_while(|b| digits(b)).count();
        let mut float = false;
        if radix == 10 {
            let fraction = rest.get(length) == Some(&b'.');
            if fraction {
                float = true;
                length += 1 + rest
                    .iter()
                    .skip(length + 1)
                    .take_while(|b| digits(b))
                    .count();
            }
            if let Some(b'e' | b'E') = rest.get(length) {
                let sign = usize::from(matches!(rest.get(length + 1), Some(b'+' | b'-')));
                let count = rest
                    .iter()
                    .skip(length + 1 + sign)
                    .take_while(|b| digits(b))
                    .count();
                if count > 0 {
                    float = true;
                    length += 1 + sign + count;
                }
            }
        }
        let text: String = rest
            .get(prefix..length)
            .unwrap_or_default()
            .iter()
            .filter(|b| **b != b'_')
            .map(|b| char::from(*b))
            .collect();
        let octal = radix == 10 && text.len() > 1 && text.starts_with('0');
        let kind = if float {
            Kind::Float(text.parse().unwrap_or(f64::NAN))
        } else {
            let radix = if octal { 8 } else { radix };
            // Too large for an integer, which is told in decimal only; or `09`, which PHP does not read.
            let other = || match radix {
                10 => text.parse().unwrap_or(f64::NAN),
                _ => f64::NAN,
            };
            i64::from_str_radix(&text, radix).map_or_else(|_| Kind::Float(other()), Kind::Int)
        };
        self.push(kind);
        self.skip(length);
    }

    /// The parts of `text` up to an unescaped `quote` (a heredoc's text ends with itself), and how many bytes they take.
    fn interpolated(
        &self,
        text: &[u8],
        quote: Option<u8>,
    ) -> Result<(Vec<Part>, usize), ScanError> {
        if self.depth >= DEEPEST {
            return Err(self.error("strings in strings in strings"));
        }
        let mut parts = Vec::new();
        let mut bytes = Vec::new();
        let mut at = 0;
        let tail = |at: usize| text.get(at..).unwrap_or_default();
        loop {
            let used = match tail(at) {
                [] if quote.is_some() => return Err(self.error("a string is not closed")),
                [] => break,
                [first, ..] if Some(*first) == quote => break,
                [b'\\', ..] => escape(tail(at), quote, &mut bytes),
                [b'{', b'$', ..] => {
                    let (tokens, used) = self.inner(tail(at), 1)?;
                    parts.push(Part::Bytes(std::mem::take(&mut bytes)));
                    parts.push(Part::Tokens(tokens));
                    used
                }
                [b'$', b'{', ..] => {
                    let (mut tokens, used) = self.inner(tail(at), 2)?;
                    // `${name}` is `$name`; anything else in there is not worth knowing.
                    if let [Token { kind, .. }] = tokens.as_mut_slice()
                        && let Kind::Name(name) = kind
                    {
                        *kind = Kind::Variable(std::mem::take(name));
                    } else {
                        tokens = vec![Token {
                            kind: Kind::Shell,
                            line: self.line,
                        }];
                    }
                    parts.push(Part::Bytes(std::mem::take(&mut bytes)));
                    parts.push(Part::Tokens(tokens));
                    used
                }
                [b'$', next, ..] if is_name_start(*next) => {
                    let (tokens, used) = self.simple(tail(at));
                    parts.push(Part::Bytes(std::mem::take(&mut bytes)));
                    parts.push(Part::Tokens(tokens));
                    used
                }
                [other, ..] => {
                    bytes.push(*other);
                    1
                }
            };
            at += used;
        }
        if !bytes.is_empty() || parts.is_empty() {
            parts.push(Part::Bytes(bytes));
        }
        Ok((parts, at))
    }

    /// The tokens between `{` and its `}`, `skip` bytes into `text`.
    fn inner(&self, text: &[u8], skip: usize) -> Result<(Vec<Token>, usize), ScanError> {
        let mut scanner = Scanner {
            source: text,
            at: skip,
            line: self.line,
            depth: self.depth + 1,
            tokens: Vec::new(),
        };
        let mut open = 1_usize;
        while open > 0 {
            if scanner.at >= text.len() {
                return Err(self.error("a brace in a string is not closed"));
            }
            let before = scanner.tokens.len();
            scanner.php()?;
            for token in scanner.tokens.iter().skip(before) {
                match token.kind {
                    Kind::Op("{") => open += 1,
                    Kind::Op("}") => open = open.saturating_sub(1),
                    _ => {}
                }
            }
        }
        scanner.tokens.pop();
        Ok((scanner.tokens, scanner.at))
    }

    /// `$name`, `$name[key]`, `$name->property` within a string.
    fn simple(&self, text: &[u8]) -> (Vec<Token>, usize) {
        let token = |kind| Token {
            kind,
            line: self.line,
        };
        let length = name_length(text.get(1..).unwrap_or_default());
        let mut tokens = vec![token(Kind::Variable(
            text.get(1..=length).unwrap_or_default().to_vec(),
        ))];
        let mut used = length + 1;
        let tail = text.get(used..).unwrap_or_default();
        match tail {
            [b'[', inner @ ..] => {
                let Some(end) = inner.iter().position(|b| *b == b']') else {
                    return (tokens, used);
                };
                let key = inner.get(..end).unwrap_or_default();
                // Keys stand without quotes here, and names are strings, not constants.
                let kind = match key {
                    [b'$', name @ ..] => Kind::Variable(name.to_vec()),
                    _ => std::str::from_utf8(key)
                        .ok()
                        .and_then(|key| key.parse().ok().filter(|n: &i64| n.to_string() == key))
                        .map_or_else(|| Kind::Text(vec![Part::Bytes(key.to_vec())]), Kind::Int),
                };
                tokens.extend([token(Kind::Op("[")), token(kind), token(Kind::Op("]"))]);
                used += end + 2;
            }
            [b'-', b'>', next, ..] if is_name_start(*next) => {
                let length = name_length(tail.get(2..).unwrap_or_default());
                tokens = vec![token(Kind::Shell)];
                used += 2 + length;
            }
            _ => {}
        }
        (tokens, used)
    }
}

/// Resolves one escape at the start of `text`; how many bytes it takes.
fn escape(text: &[u8], quote: Option<u8>, out: &mut Vec<u8>) -> usize {
    let Some(letter) = text.get(1).copied() else {
        out.push(b'\\');
        return 1;
    };
    let simple = match letter {
        b'n' => Some(b'\n'),
        b't' => Some(b'\t'),
        b'r' => Some(b'\r'),
        b'v' => Some(0x0b),
        b'e' => Some(0x1b),
        b'f' => Some(0x0c),
        b'\\' | b'$' => Some(letter),
        // QUIRK: in a heredoc, `\"` stays as it is.
        _ if Some(letter) == quote => Some(letter),
        _ => None,
    };
    if let Some(byte) = simple {
        out.push(byte);
        return 2;
    }
    let digits = |from: usize, radix: u32, most: usize| -> (usize, u32) {
        text.iter()
            .skip(from)
            .take(most)
            .map_while(|b| char::from(*b).to_digit(radix))
            .fold((0, 0), |(count, value), digit| {
                (count + 1, value.wrapping_mul(radix).wrapping_add(digit))
            })
    };
    let (octal, value) = digits(1, 8, 3);
    if octal > 0 {
        // QUIRK: `\777` is the byte 0xff.
        out.push(u8::try_from(value & 0xff).unwrap_or(0));
        return 1 + octal;
    }
    if letter == b'x' {
        let (hex, value) = digits(2, 16, 2);
        if hex > 0 {
            out.push(u8::try_from(value).unwrap_or(0));
            return 2 + hex;
        }
    }
    if letter == b'u' && text.get(2) == Some(&b'{') {
        let (hex, value) = digits(3, 16, 8);
        if hex > 0
            && text.get(3 + hex) == Some(&b'}')
            && let Some(letter) = char::from_u32(value)
        {
            out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            return 4 + hex;
        }
    }
    // The byte after it begins no interpolation either: `\{$x` is `\{` and a variable.
    out.extend([b'\\', letter]);
    2
}

/// The text of a heredoc, its indentation, and how many bytes it takes with its closing name.
fn heredoc_body<'b>(body: &'b [u8], name: &[u8]) -> Option<(&'b [u8], usize, usize)> {
    let mut start = 0;
    loop {
        let line = body.get(start..)?;
        let indent = line
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        let after = line.get(indent..).and_then(|text| text.strip_prefix(name));
        if after.is_some_and(|after| !after.first().is_some_and(|b| is_name(*b))) {
            let text = body.get(..start)?;
            let text = text.strip_suffix(b"\n").unwrap_or(text);
            let text = text.strip_suffix(b"\r").unwrap_or(text);
            return Some((text, indent, start + indent + name.len()));
        }
        start += line.iter().position(|b| *b == b'\n')? + 1;
    }
}

/// Every line without its first `indent` blanks. `None` if a line has fewer.
fn unindented(text: &[u8], indent: usize) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    for (i, line) in text.split(|b| *b == b'\n').enumerate() {
        if i > 0 {
            out.push(b'\n');
        }
        let blanks = line
            .iter()
            .take(indent)
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        if blanks < indent && !matches!(line.get(blanks..), Some([] | [b'\r'])) {
            return None;
        }
        out.extend_from_slice(line.get(blanks..)?);
    }
    Some(out)
}

/// Where the unescaped `quote` is.
fn closing(text: &[u8], quote: u8) -> Option<usize> {
    let mut escaped = false;
    text.iter().position(|b| {
        let found = !escaped && *b == quote;
        escaped = !escaped && *b == b'\\';
        found
    })
}

fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, needle)
}

fn lines(text: &[u8]) -> u32 {
    u32::try_from(memchr::memchr_iter(b'\n', text).count()).unwrap_or(u32::MAX)
}

/// A byte a PHP name may begin with: every one above ASCII counts as a letter.
const fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

const fn is_name(byte: u8) -> bool {
    is_name_start(byte) || byte.is_ascii_digit()
}

fn name_length(text: &[u8]) -> usize {
    if text.first().is_some_and(|b| is_name_start(*b)) {
        text.iter().take_while(|b| is_name(**b)).count()
    } else {
        0
    }
}
