//! The name of the method that a body calls, without holding the body.
//!
//! IXR's parser takes any element called `methodName`, wherever it stands, and the last one wins: only at the end of a
//! body is it known what it calls. [`NameScanner`] reads along in constant memory and knows at any time what the name
//! would be if no other came.
//!
//! It is exact for well-formed documents, and only for those: its tokens are told apart by their ends alone. Nothing else
//! is needed, as PHP calls nothing at all for a document that is not well-formed. What stands before the root element is
//! treated as `IXR_Message::parse()` does, which cuts out an XML declaration even from within a tag.

use super::message;

/// As much of a name as is kept, in bytes as sent. WordPress's longest has 32; one that is longer is known to nobody.
const LONGEST: usize = 4096;
/// Within which an XML declaration is cut out.
const HEAD: usize = 100;
const TAG: &[u8] = b"methodName";

/// Reads a body in pieces.
#[derive(Debug, Default)]
pub struct NameScanner {
    head: Vec<u8>,
    past_head: bool,
    state: State,
    /// The first bytes of a markup, or the last ones where its end is looked for.
    markup: Vec<u8>,
    /// Whether the last byte of the tag so far is a `/`.
    slash: bool,
    /// What has been read since the last tag: `_currentTagContents`, not decoded.
    contents: Contents,
    name: Option<Name>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum State {
    #[default]
    Text,
    /// Behind `<`, kind not known yet.
    Markup,
    Comment,
    Cdata,
    Instruction,
    /// `<!` and anything else. IXR cuts a DOCTYPE off at its first `>`, quotes or not.
    Declaration,
    /// Within a tag; the quote that is open.
    Tag(Option<u8>),
}

#[derive(Debug, Default)]
struct Contents {
    bytes: Vec<u8>,
    too_long: bool,
}

#[derive(Debug)]
enum Name {
    Contents(Vec<u8>),
    TooLong,
}

impl Contents {
    fn clear(&mut self) {
        self.bytes.clear();
        self.too_long = false;
    }

    fn push(&mut self, bytes: &[u8]) {
        if self.bytes.len() + bytes.len() > LONGEST {
            self.too_long = true;
        } else {
            self.bytes.extend_from_slice(bytes);
        }
    }
}

impl NameScanner {
    /// Reads the next piece.
    pub fn feed(&mut self, piece: &[u8]) {
        if self.past_head {
            self.scan(piece);
            return;
        }
        self.head.extend_from_slice(piece);
        if self.head.len() >= HEAD {
            self.leave_head();
        }
    }

    /// The name that the last `methodName` gives, as [`super::Call::method`] has it. `None` if there was none, or none
    /// that anybody could know.
    pub fn name(&self) -> Option<Vec<u8>> {
        match self.name.as_ref()? {
            Name::TooLong => None,
            Name::Contents(raw) => {
                // The real parser takes it apart, out of reach of what it does to the head of a body.
                let mut call = b"<methodCall>".to_vec();
                call.resize(2 * HEAD, b' ');
                for part in [
                    b"<methodName>",
                    raw.as_slice(),
                    b"</methodName></methodCall>",
                ] {
                    call.extend_from_slice(part);
                }
                message::parse_request(&call).ok().map(|call| call.method)
            }
        }
    }

    fn leave_head(&mut self) {
        self.past_head = true;
        let head = message::cut(
            &std::mem::take(&mut self.head),
            HEAD,
            message::xml_declaration,
        );
        self.scan(&head);
    }

    fn scan(&mut self, piece: &[u8]) {
        let mut rest = piece;
        while !rest.is_empty() {
            rest = match self.state {
                State::Text => self.text(rest),
                State::Markup => self.markup(rest),
                State::Comment => self.until(rest, b"-->"),
                State::Cdata => self.until(rest, b"]]>"),
                State::Instruction => self.until(rest, b"?>"),
                State::Declaration => self.until(rest, b">"),
                State::Tag(quote) => self.tag(rest, quote),
            };
        }
    }

    fn text<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let end = memchr::memchr(b'<', bytes);
        let (text, rest) = bytes.split_at(end.unwrap_or(bytes.len()));
        self.contents.push(text);
        if end.is_none() {
            return rest;
        }
        self.state = State::Markup;
        self.markup.clear();
        self.slash = false;
        &rest[1..]
    }

    /// Takes a byte at a time until it is clear what begins here.
    fn markup<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        const COMMENT: &[u8] = b"!--";
        const CDATA: &[u8] = b"![CDATA[";
        self.markup.push(bytes[0]);
        let rest = &bytes[1..];
        match self.markup.as_slice() {
            COMMENT => self.state = State::Comment,
            CDATA => {
                self.contents.push(b"<![CDATA[");
                self.state = State::Cdata;
            }
            b"?" => self.state = State::Instruction,
            begun if COMMENT.starts_with(begun) || CDATA.starts_with(begun) => return rest,
            [b'!', ..] => {
                self.markup.clear();
                self.state = State::Declaration;
                return self.until(bytes, b">");
            }
            _ => {
                self.markup.clear();
                self.state = State::Tag(None);
                return bytes;
            }
        }
        self.markup.clear();
        rest
    }

    /// Skips to `end`. The contents of a CDATA section are text.
    fn until<'a>(&mut self, bytes: &'a [u8], end: &[u8]) -> &'a [u8] {
        let stop = memchr::memchr(b'>', bytes);
        let (body, rest) = bytes.split_at(stop.map_or(bytes.len(), |at| at + 1));
        if self.state == State::Cdata {
            self.contents.push(body);
        }
        // The last bytes are enough to see the end, which may come in two pieces.
        let tail = body.len().saturating_sub(end.len());
        self.markup.extend_from_slice(&body[tail..]);
        if self.markup.ends_with(end) {
            self.state = State::Text;
            self.markup.clear();
        } else {
            let surplus = self.markup.len().saturating_sub(end.len());
            self.markup.drain(..surplus);
        }
        rest
    }

    fn tag<'a>(&mut self, bytes: &'a [u8], quote: Option<u8>) -> &'a [u8] {
        let stop = match quote {
            Some(quote) => memchr::memchr(quote, bytes),
            None => memchr::memchr3(b'>', b'"', b'\'', bytes),
        };
        let (inside, rest) = bytes.split_at(stop.unwrap_or(bytes.len()));
        // `/`, the name and one byte more tell whether it is ours.
        let room = (TAG.len() + 2).saturating_sub(self.markup.len());
        self.markup
            .extend_from_slice(&inside[..inside.len().min(room)]);
        if let Some(last) = inside.last() {
            self.slash = *last == b'/';
        }
        let Some((end, rest)) = rest.split_first() else {
            return rest;
        };
        match (quote, end) {
            (None, b'>') => self.tag_ends(),
            (None, opened) => self.state = State::Tag(Some(*opened)),
            (Some(_), _) => {
                self.slash = false;
                self.state = State::Tag(None);
            }
        }
        rest
    }

    fn tag_ends(&mut self) {
        let name_ends = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'/');
        let (closing, inner) = match self.markup.strip_prefix(b"/") {
            Some(inner) => (true, inner),
            None => (false, self.markup.as_slice()),
        };
        if inner.split(name_ends).next() == Some(TAG) {
            if closing && self.contents.too_long {
                self.name = Some(Name::TooLong);
            } else if closing {
                self.name = Some(Name::Contents(self.contents.bytes.clone()));
            } else if self.slash {
                self.name = Some(Name::Contents(Vec::new()));
            }
        }
        self.contents.clear();
        self.markup.clear();
        self.state = State::Text;
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_request;
    use super::*;

    /// Fed whole, a byte at a time, and in pieces of seven.
    fn scanned(body: &[u8]) -> Option<Vec<u8>> {
        let names = [body.len().max(1), 1, 7].map(|size| {
            let mut scanner = NameScanner::default();
            for piece in body.chunks(size) {
                scanner.feed(piece);
            }
            scanner.name()
        });
        assert_eq!(names[0], names[1], "{}", String::from_utf8_lossy(body));
        assert_eq!(names[0], names[2], "{}", String::from_utf8_lossy(body));
        names.into_iter().next().flatten()
    }

    /// Long enough to be past its head.
    fn padded(inner: &str) -> Vec<u8> {
        let padding = "x".repeat(HEAD);
        format!("<methodCall>{inner}<params><param><value>{padding}</value></param></params></methodCall>").into_bytes()
    }

    #[test]
    fn the_last_name_counts_in_whatever_dress() {
        for (inner, name) in [
            ("<methodName>wp.getPosts</methodName>", "wp.getPosts"),
            ("<methodName>a</methodName><methodName>b</methodName>", "b"),
            (
                "<methodName> pingb&#97;ck.ping\n</methodName>",
                "pingback.ping",
            ),
            (
                "<methodName>pi<![CDATA[ngback]]>.ping</methodName >",
                "pingback.ping",
            ),
            (
                "<methodName>pi<!-- > </methodName> -->ngback.ping</methodName>",
                "pingback.ping",
            ),
            (
                "<methodName>pi<?x </methodName>?>ngback.ping</methodName>",
                "pingback.ping",
            ),
            ("<methodName>a<b/>c</methodName>", "c"),
            ("<methodName a='>' b=\"/>\">a</methodName>", "a"),
            ("<methodName>a</methodName><methodName/>", ""),
            ("<methodName>a</methodName><methodName b='c' />", ""),
            (
                "<methodName>a</methodName><x a='<methodName>b</methodName>'/>",
                "a",
            ),
            (
                "<methodName>a</methodName><x><![CDATA[<methodName>b</methodName>]]></x>",
                "a",
            ),
            (
                "<methodNames>a</methodNames><methodName>b</methodName><Methodname>c</Methodname>",
                "b",
            ),
        ] {
            let body = padded(inner);
            assert_eq!(scanned(&body), Some(name.into()), "{inner}");
            // An attribute value with a `<` in it is the only case here that the real parser refuses.
            if let Ok(call) = parse_request(&body) {
                assert_eq!(call.method, name.as_bytes(), "{inner}");
            }
        }
    }

    #[test]
    fn what_stands_before_the_root_is_cut_as_ixr_cuts_it() {
        for (before, after) in [
            ("<?xml version='1.0' encoding='UTF-7'?>", ""),
            ("  <?xml version='1.0'?><!DOCTYPE methodCall \">", "<a/>"),
        ] {
            let body = [
                before.as_bytes(),
                &padded(&format!("<methodName>a</methodName>{after}")),
            ]
            .concat();
            assert_eq!(scanned(&body), Some(b"a".to_vec()));
            assert_eq!(parse_request(&body).unwrap().method, b"a");
        }
        let hidden = padded("<method<?xml ?>Name>pingback.ping</methodName>");
        assert_eq!(parse_request(&hidden).unwrap().method, b"pingback.ping");
        assert_eq!(scanned(&hidden), Some(b"pingback.ping".to_vec()));
    }

    #[test]
    fn a_name_that_nobody_can_know_is_none() {
        assert_eq!(scanned(&padded("")), None);
        let long = format!(
            "<methodName>{}pingback.ping</methodName>",
            " ".repeat(LONGEST)
        );
        assert_eq!(scanned(&padded(&long)), None);
        // An honest name before it is not what counts.
        let both = format!("<methodName>a</methodName>{long}");
        assert_eq!(scanned(&padded(&both)), None);
    }

    /// Bodies put together from pieces at random: whenever the real parser takes one, both have the same name.
    #[test]
    fn it_agrees_with_the_parser_on_whatever_that_takes() {
        const PIECES: [&str; 26] = [
            "<methodName>",
            "</methodName>",
            "<methodName/>",
            "<methodName a='\">'>",
            "</methodName\n>",
            "pingback.ping",
            "wp.x",
            "&#112;",
            "&amp;",
            "<![CDATA[",
            "]]>",
            "<!--",
            "-->",
            "<?p ",
            "?>",
            "<value>",
            "</value>",
            "<a b=\"'\">",
            "</a>",
            " ",
            "\r\n",
            "<?xml ?>",
            "<?xml",
            "'",
            "\"",
            "-",
        ];
        let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = move |below: usize| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            usize::try_from(seed % below as u64).unwrap()
        };
        let (mut taken, mut named) = (0, 0);
        for _ in 0..20_000 {
            let mut inner = String::new();
            // Elements are closed again half of the time, or hardly anything would be well-formed.
            let mut open: Vec<&str> = Vec::new();
            for _ in 0..random(14) {
                match (random(2), open.pop()) {
                    (0, Some(close)) => inner.push_str(close),
                    (_, was) => {
                        open.extend(was);
                        let piece = PIECES[random(PIECES.len())];
                        inner.push_str(piece);
                        open.extend(match piece {
                            "<methodName>" | "<methodName a='\">'>" => Some("</methodName>"),
                            "<value>" => Some("</value>"),
                            "<a b=\"'\">" => Some("</a>"),
                            "<![CDATA[" => Some("]]>"),
                            "<!--" => Some("-->"),
                            "<?p " | "<?xml" => Some("?>"),
                            _ => None,
                        });
                    }
                }
            }
            inner.extend(open.into_iter().rev());
            let body = padded(&inner);
            if let Ok(call) = parse_request(&body) {
                taken += 1;
                named += usize::from(!call.method.is_empty());
                assert_eq!(scanned(&body).unwrap_or_default(), call.method, "{inner}");
            }
        }
        assert!(taken > 2_000 && named > 200, "{taken} taken, {named} named");
    }
}
