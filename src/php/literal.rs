//! PHP files that do nothing but return a constant, read as data and never run: `<?php return [ 'a' => 'b' ];`.
//!
//! What is understood: one `return`, in front of it `declare( strict_types=1 )`; arrays in both spellings, strings with
//! their escapes, `.` between them, numbers, `true`, `false`, `null`, parentheses. Anything else (a variable, a call, a
//! constant's name) makes the file one that nobody knows without running it. What stands behind the `return` is never
//! reached and not looked at, but has to be source that PHP can scan.

use super::array::{PhpArray, PhpValue};
use super::tokens::{self, Kind, Part, Token};

/// How deep arrays and parentheses may nest.
const DEEPEST: usize = 64;

/// What a file gives to `include`. `None` if that takes running it, or PHP could not read it either.
///
/// Time and memory are bounded by a multiple of the source's length, which the caller bounds.
pub fn returned(source: &[u8]) -> Option<PhpValue> {
    let tokens = tokens::scan(source).ok()?;
    let mut reader = Reader {
        tokens: &tokens,
        depth: 0,
    };
    if reader.takes_name("declare") {
        for expected in ["(", "strict_types", "=", "1", ")", ";"] {
            let found = match &reader.next()?.kind {
                Kind::Op(op) => *op == expected,
                Kind::Name(name) => name.eq_ignore_ascii_case(expected.as_bytes()),
                Kind::Int(1) => expected == "1",
                _ => false,
            };
            found.then_some(())?;
        }
    }
    reader.takes_name("return").then_some(())?;
    let value = reader.value()?;
    // A file may end without the semicolon only behind a closing tag, which is one.
    reader.takes(";").then_some(value)
}

struct Reader<'t> {
    tokens: &'t [Token],
    depth: usize,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Option<&'t Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    fn is(&self, op: &str) -> bool {
        matches!(self.tokens.first(), Some(Token { kind: Kind::Op(own), .. }) if *own == op)
    }

    fn takes(&mut self, op: &str) -> bool {
        let found = self.is(op);
        if found {
            self.next();
        }
        found
    }

    fn takes_name(&mut self, word: &str) -> bool {
        let found = matches!(
            self.tokens.first(),
            Some(Token { kind: Kind::Name(name), .. }) if name.eq_ignore_ascii_case(word.as_bytes())
        );
        if found {
            self.next();
        }
        found
    }

    /// Values joined by `.`, or one alone.
    fn value(&mut self) -> Option<PhpValue> {
        let first = self.operand()?;
        if !self.is(".") {
            return Some(first);
        }
        let mut text = joinable(&first)?;
        while self.takes(".") {
            let next = self.operand()?;
            text.extend(joinable(&next)?);
        }
        Some(PhpValue::Str(text))
    }

    fn operand(&mut self) -> Option<PhpValue> {
        match &self.next()?.kind {
            Kind::Text(parts) => text(parts).map(PhpValue::Str),
            Kind::Int(number) => Some(PhpValue::Int(*number)),
            Kind::Float(number) if !number.is_nan() => Some(PhpValue::Float(*number)),
            Kind::Op("-") => match &self.next()?.kind {
                Kind::Int(number) => number.checked_neg().map(PhpValue::Int),
                Kind::Float(number) if !number.is_nan() => Some(PhpValue::Float(-number)),
                _ => None,
            },
            Kind::Op("[") => self.nested(|reader| reader.array("]")),
            Kind::Op("(") => self.nested(|reader| {
                let value = reader.value()?;
                reader.takes(")").then_some(value)
            }),
            Kind::Name(name) => match name.to_ascii_lowercase().as_slice() {
                b"array" if self.takes("(") => self.nested(|reader| reader.array(")")),
                b"true" => Some(PhpValue::Bool(true)),
                b"false" => Some(PhpValue::Bool(false)),
                b"null" => Some(PhpValue::Null),
                _ => None,
            },
            _ => None,
        }
    }

    fn nested(&mut self, inner: impl FnOnce(&mut Self) -> Option<PhpValue>) -> Option<PhpValue> {
        if self.depth == DEEPEST {
            return None;
        }
        self.depth += 1;
        let value = inner(self);
        self.depth -= 1;
        value
    }

    /// An array's items up to `close`, its opening bracket taken.
    fn array(&mut self, close: &str) -> Option<PhpValue> {
        let mut array = PhpArray::new();
        while !self.takes(close) {
            let first = self.value()?;
            if self.takes("=>") {
                let value = self.value()?;
                match first {
                    PhpValue::Str(key) => array.insert(key.as_slice(), value),
                    PhpValue::Int(key) => array.insert(key, value),
                    // Floats, truth and null as keys: PHP has rules for them, translations and settings have not.
                    _ => return None,
                }
            } else {
                array.push(first)?;
            }
            if !self.takes(",") && !self.is(close) {
                return None;
            }
        }
        Some(PhpValue::Array(array))
    }
}

/// A string without interpolations.
fn text(parts: &[Part]) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    for part in parts {
        match part {
            Part::Bytes(bytes) => text.extend_from_slice(bytes),
            Part::Tokens(_) => return None,
        }
    }
    Some(text)
}

/// What `.` takes: an array would only be a warning to PHP, but is never meant.
fn joinable(value: &PhpValue) -> Option<Vec<u8>> {
    (!matches!(value, PhpValue::Array(_))).then(|| value.to_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(source: &str, key: &str) -> Option<Vec<u8>> {
        let value = returned(source.as_bytes())?;
        value.as_array()?.get(key).map(PhpValue::to_bytes)
    }

    #[test]
    fn arrays_of_strings_are_read() {
        let source =
            "<?php\n// A comment.\nreturn ['a'=>'b\\'','c'=>'d' . \"\\0\" . 'e','n'=>-7,];\nrun();";
        assert_eq!(at(source, "a").as_deref(), Some(&b"b'"[..]));
        assert_eq!(at(source, "c").as_deref(), Some(&b"d\0e"[..]));
        assert_eq!(at(source, "n").as_deref(), Some(&b"-7"[..]));
        let long = "<?php declare(strict_types=1);\nreturn array( 'x' => array( 1, 'y' ) ) ?>";
        let value = returned(long.as_bytes()).unwrap();
        let inner = value.as_array().unwrap().get("x").unwrap();
        assert_eq!(inner.as_array().unwrap().len(), 2);
    }

    #[test]
    fn the_last_of_two_equal_keys_counts() {
        assert_eq!(
            at("<?php return ['a'=>1,'a'=>2];", "a"),
            Some(b"2".to_vec())
        );
    }

    #[test]
    fn what_would_have_to_run_is_nothing() {
        for source in [
            "<?php return ['a'=>$b];",
            "<?php return ['a'=>\"x$b\"];",
            "<?php return ['a'=>f()];",
            "<?php return ['a'=>PHP_EOL];",
            "<?php $x = 1; return [];",
            "<?php return ['a' 'b'];",
            "<?php return ['a'",
            "<?php return []",
            "<?php return [1=>];",
            "<?php return -'a';",
            "return [];",
            "",
        ] {
            assert_eq!(returned(source.as_bytes()), None, "{source}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = |n: usize| format!("<?php return {}{};", "[".repeat(n), "]".repeat(n));
        assert!(returned(deep(DEEPEST).as_bytes()).is_some());
        assert!(returned(deep(DEEPEST + 1).as_bytes()).is_none());
        assert!(returned(deep(200_000).as_bytes()).is_none());
    }

    /// Whatever is cut off or changed, there is an answer.
    #[test]
    fn broken_source_never_panics() {
        let whole = b"<?php\nreturn ['domain'=>'default','messages'=>['a'=>'b' . \"\\0\" . 'c','d'=>\"e\\x41{\"]];\n";
        assert!(returned(whole).is_some());
        for end in 0..whole.len() {
            let _ = returned(&whole[..end]);
            for byte in [0, b'\'', b'"', b'[', b'$', b'{', b'\\', 0xff] {
                let mut changed = whole.to_vec();
                changed[end] = byte;
                let _ = returned(&changed);
            }
        }
    }
}
