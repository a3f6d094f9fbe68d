//! `sprintf()` with strings as its arguments, which is all that translated sentences have.

use super::number::{floatval, intval};

/// PHP throws: a ValueError or an ArgumentCountError.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("PHP's sprintf() throws here")]
pub struct Thrown;

/// Widths beyond this are refused, as PHP's own memory limit would.
const WIDEST: usize = 1 << 16;

/// Most digits behind the point that PHP prints.
const MOST_DIGITS: usize = 53;

/// Port of `php_formatted_print()`, ext/standard/formatted_print.c of PHP 8.2, for `sprintf( $format, ...$arguments )`.
///
/// # Errors
/// [`Thrown`] where PHP throws: an unknown specifier, one that is missing at the end, too few arguments, argument 0.
pub fn sprintf(format: &[u8], arguments: &[&[u8]]) -> Result<Vec<u8>, Thrown> {
    let mut out = Vec::with_capacity(format.len() + 64);
    let mut rest = format;
    let mut next = 0;
    let mut missing = false;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        if let Some(tail) = rest.strip_prefix(b"%") {
            out.push(b'%');
            rest = tail;
            continue;
        }
        let (spec, kind, tail) = Spec::read(rest)?;
        rest = tail;
        let number = spec.argument.unwrap_or_else(|| {
            next += 1;
            next - 1
        });
        match arguments.get(number) {
            Some(argument) => spec.print(kind, argument, &mut out)?,
            // Told at the end, after anything else that is wrong.
            None => missing = true,
        }
    }
    if missing { Err(Thrown) } else { Ok(out) }
}

/// What stands between `%` and the letter.
struct Spec {
    argument: Option<usize>,
    padding: u8,
    left: bool,
    sign: bool,
    width: usize,
    precision: Option<usize>,
}

impl Spec {
    /// The specification at the start of `text`, its letter, and what follows.
    fn read(text: &[u8]) -> Result<(Self, u8, &[u8]), Thrown> {
        let mut spec = Self {
            argument: None,
            padding: b' ',
            left: false,
            sign: false,
            width: 0,
            precision: None,
        };
        let mut rest = text;
        if !rest.first().is_some_and(u8::is_ascii_alphabetic) {
            let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            if rest.get(digits) == Some(&b'$') {
                let (number, tail) = number(rest)?;
                spec.argument = Some(number.checked_sub(1).ok_or(Thrown)?);
                rest = tail.get(1..).unwrap_or_default();
            }
            loop {
                match rest {
                    [b' ' | b'0', ..] => spec.padding = rest[0],
                    [b'-', ..] => spec.left = true,
                    [b'+', ..] => spec.sign = true,
                    [b'\'', padding, ..] => {
                        spec.padding = *padding;
                        rest = &rest[1..];
                    }
                    [b'\''] => return Err(Thrown),
                    _ => break,
                }
                rest = &rest[1..];
            }
            match rest.first() {
                // A width out of the arguments has to be an integer, and they are strings.
                Some(b'*') => return Err(Thrown),
                Some(b'0'..=b'9') => (spec.width, rest) = number(rest)?,
                _ => {}
            }
            if let Some(tail) = rest.strip_prefix(b".") {
                rest = tail;
                match rest.first() {
                    Some(b'*') => return Err(Thrown),
                    Some(b'0'..=b'9') => {
                        let (digits, tail) = number(rest)?;
                        spec.precision = Some(digits);
                        rest = tail;
                    }
                    // A point alone says nothing.
                    _ => {}
                }
            }
        }
        rest = rest.strip_prefix(b"l").unwrap_or(rest);
        if spec.width > WIDEST {
            return Err(Thrown);
        }
        let (kind, rest) = rest.split_first().ok_or(Thrown)?;
        Ok((spec, *kind, rest))
    }

    fn print(&self, kind: u8, argument: &[u8], out: &mut Vec<u8>) -> Result<(), Thrown> {
        match kind {
            // QUIRK: with anything in between, `%5%` takes an argument, and does not show it.
            b'%' => out.push(b'%'),
            b's' => {
                let length = self.precision.unwrap_or(usize::MAX).min(argument.len());
                self.pad(&argument[..length], false, out);
            }
            b'd' => self.integer(intval(argument).to_string().as_bytes(), out),
            // PHP prints the bits of a negative number.
            b'u' => self.pad((intval(argument) as u64).to_string().as_bytes(), false, out),
            b'o' => self.bits(format!("{:o}", intval(argument)), out),
            b'x' => self.bits(format!("{:x}", intval(argument)), out),
            b'X' => self.bits(format!("{:X}", intval(argument)), out),
            b'b' => self.bits(format!("{:b}", intval(argument)), out),
            b'c' => out.push(intval(argument) as u8),
            b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'h' | b'H' => {
                self.integer(self.float(kind, floatval(argument)).as_bytes(), out);
            }
            _ => return Err(Thrown),
        }
        Ok(())
    }

    /// A signed number: with `+` if that was asked for.
    fn integer(&self, digits: &[u8], out: &mut Vec<u8>) {
        if self.sign && !digits.starts_with(b"-") {
            self.pad(&[b"+", digits].concat(), true, out);
        } else {
            self.pad(digits, digits.starts_with(b"-"), out);
        }
    }

    /// QUIRK: a precision, of which there is none here, leaves no digit.
    fn bits(&self, digits: String, out: &mut Vec<u8>) {
        let digits = if self.precision.is_some() {
            ""
        } else {
            &digits
        };
        self.pad(digits.as_bytes(), false, out);
    }

    /// Port of `php_sprintf_appendstring()`. Zeros go behind the sign.
    fn pad(&self, text: &[u8], signed: bool, out: &mut Vec<u8>) {
        let missing = self.width.saturating_sub(text.len());
        let padding = std::iter::repeat_n(self.padding, missing);
        if self.left {
            out.extend_from_slice(text);
            out.extend(padding);
        } else if signed && self.padding == b'0' {
            out.extend_from_slice(&text[..1]);
            out.extend(padding);
            out.extend_from_slice(&text[1..]);
        } else {
            out.extend(padding);
            out.extend_from_slice(text);
        }
    }

    /// Port of `php_sprintf_appenddouble()`, as far as a double's own digits go.
    fn float(&self, kind: u8, number: f64) -> String {
        if number.is_nan() {
            return "NaN".to_owned();
        }
        if number.is_infinite() {
            return if number > 0.0 { "Inf" } else { "-Inf" }.to_owned();
        }
        let digits = self.precision.unwrap_or(6).min(MOST_DIGITS);
        let text = match kind {
            b'f' | b'F' => format!("{number:.digits$}"),
            b'e' | b'E' => exponential(&format!("{number:.digits$e}")),
            _ => general(number, digits.max(1)),
        };
        if matches!(kind, b'E' | b'G' | b'H') {
            text.to_ascii_uppercase()
        } else {
            text
        }
    }
}

/// Rust's `1.5e0` as PHP's `1.5e+0`.
fn exponential(text: &str) -> String {
    if text.contains("e-") {
        text.to_owned()
    } else {
        text.replacen('e', "e+", 1)
    }
}

/// `%g`: whichever is shorter, without zeros at the end.
fn general(number: f64, precision: usize) -> String {
    let text = format!("{number:.*e}", precision - 1);
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return text;
    };
    let power: i32 = exponent.parse().unwrap_or(0);
    if power < -4 || power >= i32::try_from(precision).unwrap_or(i32::MAX) {
        let mantissa = match mantissa.contains('.') {
            true => mantissa.trim_end_matches('0').trim_end_matches('.'),
            false => mantissa,
        };
        // PHP writes a lone digit with a zero behind the point.
        let point = if mantissa.contains('.') { "" } else { ".0" };
        return exponential(&format!("{mantissa}{point}e{exponent}"));
    }
    let behind = usize::try_from(i32::try_from(precision).unwrap_or(1) - 1 - power).unwrap_or(0);
    let fixed = format!("{number:.behind$}");
    if fixed.contains('.') {
        fixed.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        fixed
    }
}

/// A whole number up to PHP's `INT_MAX`, exclusive, and what follows.
fn number(text: &[u8]) -> Result<(usize, &[u8]), Thrown> {
    let length = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(length);
    let number = std::str::from_utf8(digits)
        .ok()
        .and_then(|digits| digits.parse::<i32>().ok())
        .filter(|number| *number < i32::MAX)
        .and_then(|number| usize::try_from(number).ok());
    number.map(|number| (number, rest)).ok_or(Thrown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(format: &str) -> Option<String> {
        let said = sprintf(format.as_bytes(), &[b"http://a.example/", b"b"]).ok()?;
        String::from_utf8(said).ok()
    }

    #[test]
    fn arguments_come_in_any_order() {
        assert_eq!(said("%2$s: %1$s").unwrap(), "b: http://a.example/");
        assert_eq!(said("%s, %s, 100%%").unwrap(), "http://a.example/, b, 100%");
        assert_eq!(said("%2$'*5s|%2$-3s|%1$.4s").unwrap(), "****b|b  |http");
        assert_eq!(said("%1$d %2$05d %1$x").unwrap(), "0 00000 0");
    }

    #[test]
    fn what_php_throws_at_is_an_error() {
        for format in [
            "%3$s",
            "%s %s %s",
            "%1 $s",
            "%0$s",
            "%",
            "%1$",
            "%y",
            "%'",
            "%*s",
            "% 1$s",
            "%1$2000000000s",
        ] {
            assert_eq!(said(format), None, "{format}");
        }
    }
}
