//! Numbers in strings and floats as strings: `_is_numeric_string_ex()`, `zend_strtod()`, `php_gcvt()`.

use super::string::is_space;

/// What a string holds as a number.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Number {
    Int(i64),
    Float(f64),
}

/// Digits of a number that may still be an integer: 19 for 64 bits.
const LONG_DIGITS: usize = 19;
const LONG_MIN_DIGITS: &[u8] = b"9223372036854775808";

/// Port of `intval()` and `(int)` on a string: leading white space, then the number, what follows is ignored. `1e3` is
/// 1000, `10.9` is 10; beyond 64 bits it saturates.
pub fn intval(text: &[u8]) -> i64 {
    match numeric_prefix(text) {
        Some((Number::Int(int), _)) => int,
        Some((Number::Float(float), _)) => float_to_int(float),
        None => 0,
    }
}

/// Port of `floatval()` and `(float)` on a string: leading white space, then the number, what follows is ignored.
pub fn floatval(text: &[u8]) -> f64 {
    let start = text.iter().take_while(|&&byte| is_space(byte)).count();
    float_at_start(&text[start..]).0
}

/// Port of `is_numeric()` on a string: a whole number, with white space around it allowed.
pub fn is_numeric(text: &[u8]) -> bool {
    numeric_prefix(text).is_some_and(|(_, rest)| {
        rest.iter()
            .all(|&byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c))
    })
}

/// Port of `zendi_smart_str_equal()`: `==` on two strings. Equal numbers are equal (`1e1`, `10`, ` 10.0`), all else is
/// compared byte by byte.
#[doc(alias = "==")]
pub fn loose_equal(a: &[u8], b: &[u8]) -> bool {
    let number = |text| {
        let (number, _) = numeric_prefix(text).filter(|_| is_numeric(text))?;
        Some((number, overflow(text, number)))
    };
    let (Some((x, x_over)), Some((y, y_over))) = (number(a), number(b)) else {
        return a == b;
    };
    match (x, y) {
        (Number::Int(x), Number::Int(y)) => x == y,
        (Number::Float(x), Number::Float(y)) => {
            let inexact = x_over != 0 && x_over == y_over && x - y == 0.0;
            if inexact || (x == y && !x.is_finite()) {
                a == b
            } else {
                x == y
            }
        }
        (Number::Int(x), Number::Float(y)) => y_over == 0 && x as f64 == y,
        (Number::Float(x), Number::Int(y)) => x_over == 0 && x == y as f64,
    }
}

/// 1 or -1 if the number is written as an integer that is too big or too small for one.
fn overflow(text: &[u8], number: Number) -> i8 {
    let start = text.iter().take_while(|&&byte| is_space(byte)).count();
    let text = &text[start..];
    let digits = text
        .iter()
        .skip_while(|byte| matches!(byte, b'-' | b'+'))
        .skip_while(|&&byte| byte == b'0')
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let sign = usize::from(matches!(text.first(), Some(b'-' | b'+')));
    let zeros = text[sign..].iter().take_while(|&&b| b == b'0').count();
    let point = matches!(text.get(sign + zeros + digits), Some(b'.' | b'e' | b'E'));
    match number {
        Number::Float(_) if digits > LONG_DIGITS || (digits == LONG_DIGITS && !point) => {
            if text.first() == Some(&b'-') { -1 } else { 1 }
        }
        _ => 0,
    }
}

/// A float as an integer where it came out of a string: out of range saturates, infinite is 0.
pub(crate) fn float_to_int(float: f64) -> i64 {
    if float.is_finite() { float as i64 } else { 0 }
}

/// Port of `_is_numeric_string_ex()` with errors allowed, Zend/zend_operators.c: the number at the start of the string
/// and what follows it.
fn numeric_prefix(text: &[u8]) -> Option<(Number, &[u8])> {
    let start = text.iter().position(|&byte| !is_space(byte))?;
    let text = &text[start..];
    let negative = text[0] == b'-';
    let mut at = usize::from(matches!(text[0], b'-' | b'+'));
    let byte = |at: usize| text.get(at).copied().unwrap_or(0);
    let double = || {
        let (float, rest) = float_at_start(text);
        Some((Number::Float(float), rest))
    };
    if !byte(at).is_ascii_digit() {
        return if byte(at) == b'.' && byte(at + 1).is_ascii_digit() {
            double()
        } else {
            None
        };
    }
    while byte(at) == b'0' {
        at += 1;
    }
    let mut digits = 0;
    let mut value: u64 = 0;
    while digits <= LONG_DIGITS {
        match byte(at) {
            digit @ b'0'..=b'9' => {
                value = value.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            }
            b'.' => return double(),
            b'e' | b'E' => {
                let mut exponent = at + 1;
                if matches!(byte(exponent), b'-' | b'+') {
                    // QUIRK: PHP's pointer stays on the sign, so `9223372036854775809e-` compares one digit off below
                    // and comes out as -9223372036854775807.
                    at = exponent;
                    exponent += 1;
                }
                if byte(exponent).is_ascii_digit() {
                    return double();
                }
                break;
            }
            _ => break,
        }
        digits += 1;
        at += 1;
    }
    if digits > LONG_DIGITS {
        return double();
    }
    if digits == LONG_DIGITS {
        // strcmp(), so what follows the digits takes part.
        let shown = text[at - digits..].split(|&byte| byte == 0).next();
        let order = shown.unwrap_or_default().cmp(LONG_MIN_DIGITS);
        if !(order.is_lt() || (order.is_eq() && negative)) {
            let (float, _) = double()?;
            return Some((float, &text[at..]));
        }
    }
    let value = if negative {
        value.wrapping_neg()
    } else {
        value
    };
    Some((Number::Int(value.cast_signed()), &text[at..]))
}

/// Port of `zend_strtod()`: the number at the very start, 0 if there is none, and what follows it.
fn float_at_start(text: &[u8]) -> (f64, &[u8]) {
    let (number, rest) = text.split_at(float_length(text));
    let float = std::str::from_utf8(number)
        .ok()
        .and_then(|number| number.parse().ok());
    (float.unwrap_or(0.0), rest)
}

/// How many bytes `zend_strtod()` takes: sign, digits, point, exponent.
fn float_length(text: &[u8]) -> usize {
    let digits = |at: usize| {
        text.get(at..).map_or(0, |rest| {
            rest.iter().take_while(|b| b.is_ascii_digit()).count()
        })
    };
    let mut end = usize::from(matches!(text.first(), Some(b'-' | b'+')));
    end += digits(end);
    if text.get(end) == Some(&b'.') {
        end += 1 + digits(end + 1);
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(end + 1), Some(b'-' | b'+')));
        let exponent = digits(end + 1 + sign);
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    end
}

/// Port of `(string)` on a float, with `precision` 14: `0.1`, `1.0E+25`, `-0`, `INF`, `NAN`.
pub fn float_to_string(float: f64) -> Vec<u8> {
    const PRECISION: i32 = 14;
    if float.is_nan() {
        return b"NAN".to_vec();
    }
    if float.is_infinite() {
        return if float > 0.0 { "INF" } else { "-INF" }.into();
    }
    if float == 0.0 {
        return if float.is_sign_negative() { "-0" } else { "0" }.into();
    }
    let shown = format!("{:.*e}", (PRECISION - 1) as usize, float.abs());
    // `{:e}` always shows an exponent; the fallback is never used (invariant of the format above).
    let (mantissa, exponent) = shown.split_once('e').unwrap_or((&shown, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let mut digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    digits.truncate(digits.trim_end_matches('0').len().max(1));
    let point = exponent + 1;
    let mut out = String::new();
    if float < 0.0 {
        out.push('-');
    }
    if !(-3..=PRECISION).contains(&point) {
        let (first, rest) = digits.split_at(1);
        out.push_str(first);
        out.push('.');
        out.push_str(if rest.is_empty() { "0" } else { rest });
        out.push_str(if exponent < 0 { "E-" } else { "E+" });
        out.push_str(&exponent.abs().to_string());
    } else if point <= 0 {
        out.push_str("0.");
        out.extend(std::iter::repeat_n('0', point.unsigned_abs() as usize));
        out.push_str(&digits);
    } else {
        let whole = point.unsigned_abs() as usize;
        if digits.len() <= whole {
            out.push_str(&digits);
            out.extend(std::iter::repeat_n('0', whole - digits.len()));
        } else {
            out.push_str(&digits[..whole]);
            out.push('.');
            out.push_str(&digits[whole..]);
        }
    }
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_read_as_php_casts_them() {
        for (text, value) in [
            ("", 0),
            ("10abc", 10),
            (" 1e1", 10),
            ("10.9", 10),
            ("+10", 10),
            ("-", 0),
            ("9223372036854775808", i64::MAX),
            ("-9e30", i64::MIN),
            ("1e1000", 0),
        ] {
            assert_eq!(intval(text.as_bytes()), value, "{text}");
        }
    }

    #[test]
    fn floats_show_fourteen_digits() {
        for (float, shown) in [
            (0.1, "0.1"),
            (1e13, "10000000000000"),
            (1e14, "1.0E+14"),
            (0.0001, "0.0001"),
            (0.00001, "1.0E-5"),
            (123456789012345678.0, "1.2345678901235E+17"),
            (-0.0, "-0"),
        ] {
            assert_eq!(float_to_string(float), shown.as_bytes());
        }
    }
}
