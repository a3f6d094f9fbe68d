//! XML to events, accepting exactly what `xml_parse()` accepts.
//!
//! quick-xml splits the text into tags, text, references and the rest, and pairs the tags. What stands in each of them
//! is then held against libxml2 (here 2.9.14), as PHP's xml extension drives it: a push parser in its old,
//! namespace-unaware SAX mode, with a UTF-8 input and no declaration left in front. Wherever the two would end a token
//! differently, as at `<a b=c'>'>`, libxml2 finds an error within it, and so do the checks here. There is never a DTD,
//! since [`super::message`] only lets a known root element through. Any error libxml2 reports makes `xml_parse()`
//! fail, so the first one ends it here. No events are sent for a construct that is itself in error.
//!
//! One pass, no recursion; memory is the names of the open elements and those of the attributes of one tag, in a hash
//! set (libxml2 compares every pair: 100,000 attributes take it eleven seconds).
//!
//! DIFFERS: libxml2's limit of 10 MB on a single text, attribute value or look-ahead is not kept: bodies are smaller.

use std::borrow::Cow;
use std::collections::HashSet;

use quick_xml::Reader;
use quick_xml::events::{BytesPI, BytesStart, Event};

/// Longest name of an element, attribute or processing instruction, in bytes: `XML_MAX_NAME_LENGTH`.
const MAX_NAME: usize = 50_000;

/// What stopped the parser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Halt {
    /// The text is not well-formed, as libxml2 sees it.
    Malformed,
    /// A handler threw.
    Fatal,
}

/// Who takes the events: `xml_set_element_handler()` and `xml_set_character_data_handler()`.
pub(super) trait Handler {
    /// A start tag, or the first half of an empty element.
    fn open(&mut self, tag: &[u8]);
    /// A piece of text. A run of text may come in several pieces.
    fn text(&mut self, text: &[u8]);
    /// An end tag, or the second half of an empty element. Only [`Halt::Fatal`] comes back.
    fn close(&mut self, tag: &[u8]) -> Result<(), Halt>;
}

/// Port of `xml_parse()`, ext/xml over libxml2's `xmlParseChunk()`, on a whole document that starts with `<`.
pub(super) fn parse(text: &[u8], handler: &mut impl Handler) -> Result<(), Halt> {
    let readable = utf8_in_place(text);
    let mut reader = Reader::from_str(&readable);
    let config = reader.config_mut();
    config.allow_dangling_amp = false;
    config.allow_unmatched_ends = false;
    config.check_comments = true;
    config.check_end_names = true;
    config.expand_empty_elements = false;
    config.trim_markup_names_in_closing_tags = true;
    config.trim_text(false);

    let mut depth: usize = 0;
    let mut had_root = false;
    loop {
        // What quick-xml refuses: constructs without an end, end tags that don't match, `--` within a comment, `&`
        // without `;`, `<!` before anything but a comment, a CDATA section or a DTD.
        let event = reader.read_event().map_err(|_| Halt::Malformed)?;
        match event {
            Event::Start(tag) if depth > 0 || !had_root => {
                check_tag(&tag)?;
                handler.open(tag.name().as_ref().as_bytes());
                had_root = true;
                depth += 1;
            }
            Event::Empty(tag) if depth > 0 || !had_root => {
                check_tag(&tag)?;
                handler.open(tag.name().as_ref().as_bytes());
                handler.close(tag.name().as_ref().as_bytes())?;
                had_root = true;
            }
            Event::End(tag) => {
                depth = depth.checked_sub(1).ok_or(Halt::Malformed)?;
                handler.close(tag.name().as_ref().as_bytes())?;
            }
            Event::Text(text) if depth > 0 => char_data(&text, handler)?,
            Event::Text(text) if text.bytes().all(is_blank) => {}
            Event::GeneralRef(name) if depth > 0 => {
                let c = reference(&name)?;
                handler.text(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            Event::CData(cdata) if depth > 0 => {
                let end = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
                let start = end.checked_sub(cdata.len() + b"]]>".len());
                let content = start.and_then(|start| text.get(start..)?.get(..cdata.len()));
                handler.text(check_cdata(content.ok_or(Halt::Malformed)?)?);
            }
            Event::Comment(comment) => check_chars(&comment)?,
            Event::PI(instruction) => check_instruction(&instruction)?,
            Event::Eof if depth == 0 && had_root => return Ok(()),
            _ => return Err(Halt::Malformed),
        }
    }
}

/// `text` as quick-xml takes it, in valid UTF-8, with everything at its old place: NUL stands for each byte that is in
/// no character. XML allows NUL nowhere, so all that this leaves to be known is what a CDATA section held.
fn utf8_in_place(text: &[u8]) -> Cow<'_, str> {
    if let Ok(valid) = std::str::from_utf8(text) {
        return Cow::Borrowed(valid);
    }
    let mut readable = String::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        readable.push_str(chunk.valid());
        readable.extend(std::iter::repeat_n('\0', chunk.invalid().len()));
    }
    Cow::Owned(readable)
}

/// Port of `xmlParseStartTag()`, on what is between the `<` and the `>` or `/>`.
///
/// quick-xml's own attributes wouldn't do: in `<a b='c'd='e'>` they don't tell that a blank is missing.
fn check_tag(tag: &BytesStart<'_>) -> Result<(), Halt> {
    check_name(tag.name().as_ref())?;
    let mut seen: HashSet<&str> = HashSet::new();
    let mut rest = tag.attributes_raw();
    loop {
        let attribute = skip_blanks(rest);
        if attribute.is_empty() {
            return Ok(());
        }
        if attribute.len() == rest.len() {
            return Err(Halt::Malformed);
        }
        let (name, after) = split_name(attribute)?;
        let after = skip_blanks(after).strip_prefix('=');
        let value = skip_blanks(after.ok_or(Halt::Malformed)?);
        let quoted = match value.strip_prefix('"') {
            Some(value) => value.split_once('"'),
            None => value
                .strip_prefix('\'')
                .and_then(|value| value.split_once('\'')),
        };
        let (value, after) = quoted.ok_or(Halt::Malformed)?;
        check_attribute_value(value)?;
        if !seen.insert(name) {
            return Err(Halt::Malformed);
        }
        rest = after;
    }
}

/// Port of `xmlParseAttValue()`: nobody looks at the value, only at its form.
fn check_attribute_value(value: &str) -> Result<(), Halt> {
    check_chars(value)?;
    if memchr::memchr(b'<', value.as_bytes()).is_some() {
        return Err(Halt::Malformed);
    }
    let mut rest = value;
    while let Some((_, after)) = rest.split_once('&') {
        let (name, after) = after.split_once(';').ok_or(Halt::Malformed)?;
        reference(name)?;
        rest = after;
    }
    Ok(())
}

/// Port of `xmlParseCharData()`: up to the next markup or reference, with every line end as LF.
fn char_data(text: &str, handler: &mut impl Handler) -> Result<(), Halt> {
    check_chars(text)?;
    let text = text.as_bytes();
    if memchr::memmem::find(text, b"]]>").is_some() {
        return Err(Halt::Malformed);
    }
    for (at, line) in text.split(|&byte| byte == b'\r').enumerate() {
        if at == 0 {
            handler.text(line);
        } else {
            handler.text(b"\n");
            handler.text(line.strip_prefix(b"\n").unwrap_or(line));
        }
    }
    Ok(())
}

/// A CDATA section as the push parser takes it, `xmlParseTryOrFinish()` and `xmlCheckCdataPush()`.
///
/// QUIRK: line ends stay as they are, and overlong UTF-8 is taken: `<![CDATA[\xC1\x81]]>` is two bytes of text. So
/// these are the bytes of the document, not the text that quick-xml read.
fn check_cdata(content: &[u8]) -> Result<&[u8], Halt> {
    let mut at = 0;
    while at < content.len() {
        at += lax_char_length(&content[at..])?;
    }
    Ok(content)
}

/// Port of `xmlParsePI()`. A colon in the target is a namespace error, and that counts even in this mode.
fn check_instruction(instruction: &BytesPI<'_>) -> Result<(), Halt> {
    let target = instruction.target();
    check_name(target)?;
    if target.eq_ignore_ascii_case("xml") || target.contains(':') {
        return Err(Halt::Malformed);
    }
    check_chars(instruction.content())
}

/// Port of `xmlParseReference()`: what the reference stands for, of which `name` is all between `&` and `;`.
fn reference(name: &str) -> Result<char, Halt> {
    match name {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => char_reference(name.strip_prefix('#').ok_or(Halt::Malformed)?),
    }
}

/// Port of `xmlParseCharRef()`.
///
/// QUIRK: the counter that was to limit its loop stops the letters of every eleventh hex digit:
/// `&#x0000000000a;` is an error, `&#x000000000a;` and `&#x00000000000a;` are not.
fn char_reference(number: &str) -> Result<char, Halt> {
    let (radix, digits) = match number.strip_prefix('x') {
        Some(digits) => (16, digits),
        None => (10, number),
    };
    let mut value: u32 = 0;
    let mut count = 0;
    for byte in digits.bytes() {
        let reset = count > 20;
        count += 1;
        if reset {
            count = 0;
        }
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' if radix == 16 && count < 20 => byte - b'a' + 10,
            b'A'..=b'F' if radix == 16 && count < 20 => byte - b'A' + 10,
            _ => return Err(Halt::Malformed),
        };
        value = (value * radix + u32::from(digit)).min(0x11_0000);
        count += 1;
    }
    char::from_u32(value)
        .filter(|&c| is_char(c))
        .ok_or(Halt::Malformed)
}

/// Port of `xmlParseName()`: the name at the start of `text`, and what follows it.
fn split_name(text: &str) -> Result<(&str, &str), Halt> {
    let mut chars = text.char_indices();
    let end = chars.find(|&(at, c)| !is_name_char(c, at == 0));
    let end = end.map_or(text.len(), |(at, _)| at);
    if end == 0 || end > MAX_NAME {
        return Err(Halt::Malformed);
    }
    Ok(text.split_at(end))
}

/// As [`split_name`], where nothing may follow.
fn check_name(text: &str) -> Result<(), Halt> {
    match split_name(text)? {
        (_, "") => Ok(()),
        _ => Err(Halt::Malformed),
    }
}

fn check_chars(text: &str) -> Result<(), Halt> {
    if text.chars().all(is_char) {
        Ok(())
    } else {
        Err(Halt::Malformed)
    }
}

fn skip_blanks(text: &str) -> &str {
    let blanks = text.bytes().take_while(|&byte| is_blank(byte)).count();
    &text[blanks..]
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// `IS_CHAR`: production 2 of XML 1.0.
const fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Productions 4 and 4a of XML 1.0, fifth edition.
const fn is_name_char(c: char, first: bool) -> bool {
    matches!(c,
        'A'..='Z' | 'a'..='z' | '_' | ':'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}'
        | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}'
        | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
        || (!first
            && matches!(c,
                '0'..='9' | '-' | '.' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}'))
}

/// Length in bytes of the XML character at the start of `text`, by `xmlCheckCdataPush()`: overlong sequences count as
/// the character they spell.
fn lax_char_length(text: &[u8]) -> Result<usize, Halt> {
    let lead = u32::from(text[0]);
    let (length, bits) = match text[0] {
        0x00..0x80 => (1, lead),
        0xC0..0xE0 => (2, lead & 0x1F),
        0xE0..0xF0 => (3, lead & 0x0F),
        0xF0..0xF8 => (4, lead & 0x07),
        _ => return Err(Halt::Malformed),
    };
    let tail = text.get(1..length).ok_or(Halt::Malformed)?;
    let mut value = bits;
    for &byte in tail {
        if byte & 0xC0 != 0x80 {
            return Err(Halt::Malformed);
        }
        value = value << 6 | u32::from(byte & 0x3F);
    }
    char::from_u32(value)
        .filter(|&c| is_char(c))
        .map(|_| length)
        .ok_or(Halt::Malformed)
}
