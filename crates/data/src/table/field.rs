//! One field of a delimited file: missing, a number or a label.

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Field {
    Missing,
    /// May be infinite: the caller refuses it, with its line.
    Number(f64),
    Label,
}

/// Reads a field that is already trimmed.
pub(crate) fn parse_field(text: &[u8]) -> Field {
    if is_missing(text) {
        return Field::Missing;
    }
    if let Some(value) = parse_short_decimal(text) {
        return Field::Number(value);
    }
    match std::str::from_utf8(text)
        .ok()
        .and_then(|text| text.parse::<f64>().ok())
    {
        Some(value) if value.is_nan() => Field::Missing,
        Some(value) => Field::Number(value),
        None => Field::Label,
    }
}

fn is_missing(text: &[u8]) -> bool {
    match text.len() {
        0 => true,
        1 => text == b"?",
        2 => text.eq_ignore_ascii_case(b"na"),
        3 => text.eq_ignore_ascii_case(b"nan") || text.eq_ignore_ascii_case(b"n/a"),
        4 => text.eq_ignore_ascii_case(b"null") || text.eq_ignore_ascii_case(b"none"),
        _ => false,
    }
}

/// `[-]digits[.digits]` of at most 15 digits, several times faster than the general parser.
///
/// Exact: an integer below 10^15 and a power of ten up to 10^15 are both exact in `f64`, so their
/// quotient is rounded once (Clinger 1990).
fn parse_short_decimal(text: &[u8]) -> Option<f64> {
    const POWERS: [f64; 16] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ];
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    if digits.len() > 16 {
        return None;
    }
    let (mut mantissa, mut count, mut point) = (0_u64, 0_usize, None);
    for &byte in digits {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa * 10 + u64::from(byte - b'0');
                count += 1;
            }
            b'.' if point.is_none() => point = Some(count),
            _ => return None,
        }
    }
    if count == 0 || count > 15 {
        return None;
    }
    let magnitude = mantissa as f64 / POWERS[count - point.unwrap_or(count)];
    Some(if negative { -magnitude } else { magnitude })
}

/// A number as a class name: integers without a decimal point.
pub(crate) fn number_name(value: f64) -> String {
    // `-0.0 + 0.0` is `0.0`, so both zeros get one name.
    format!("{}", value + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_decimals_equal_the_general_parser() {
        for text in [
            "0",
            "-0",
            "1.5",
            "-12.25",
            ".5",
            "5.",
            "123456789012345",
            "0.1",
            "9.99999999999999",
        ] {
            let Field::Number(value) = parse_field(text.as_bytes()) else {
                panic!("{text}")
            };
            let expected: f64 = text.parse().unwrap();
            assert_eq!(value.to_bits(), expected.to_bits(), "{text}");
        }
    }

    #[test]
    fn missing_numbers_and_labels_are_told_apart() {
        for text in ["", "NA", "n/a", "NaN", "NULL", "?", "none", "-nan"] {
            assert_eq!(parse_field(text.as_bytes()), Field::Missing, "{text}");
        }
        for text in ["abc", "-", ".", "1-2", "1.2.3", "12a", "--1", "1,5"] {
            assert_eq!(parse_field(text.as_bytes()), Field::Label, "{text}");
        }
        assert_eq!(parse_field(b"1e3"), Field::Number(1000.0));
        assert_eq!(parse_field(b"-inf"), Field::Number(f64::NEG_INFINITY));
        assert_eq!(parse_field(b"1e999"), Field::Number(f64::INFINITY));
    }
}
