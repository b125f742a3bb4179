//! Grows one column while a file is read, and finds out its type on the way.

use std::collections::HashMap;

use crate::{Cells, MISSING};

/// Why a field cannot be stored; the reader adds file and column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Refusal {
    NotUtf8,
    TooManyLevels { found: usize },
}

/// Values of a column so far.
#[derive(Debug)]
pub(crate) enum Builder {
    /// Ignored on request, or complete since the first pass.
    Skipped,
    /// Only numbers so far.
    Numbers {
        values: Vec<f64>,
        present: bool,
        infinite: Option<u64>,
    },
    /// At least one label.
    Labels {
        codes: Vec<u32>,
        dictionary: HashMap<Box<str>, u32>,
        limit: usize,
    },
    /// A label came after numbers, whose text is gone: the column needs a second pass.
    TextNeeded,
}

impl Builder {
    pub(crate) fn numbers() -> Self {
        Self::Numbers {
            values: Vec::new(),
            present: false,
            infinite: None,
        }
    }

    pub(crate) fn labels(limit: usize) -> Self {
        Self::Labels {
            codes: Vec::new(),
            dictionary: HashMap::new(),
            limit,
        }
    }

    /// Appends a field found on `line`. `limit` is the most levels allowed, should it be a label.
    pub(crate) fn push(&mut self, field: &[u8], line: u64, limit: usize) -> Result<(), Refusal> {
        match self {
            Self::Skipped | Self::TextNeeded => Ok(()),
            Self::Numbers {
                values,
                present,
                infinite,
            } => match parse_field(field.trim_ascii()) {
                Field::Missing => {
                    values.push(f64::NAN);
                    Ok(())
                }
                Field::Number(value) => {
                    if value.is_infinite() {
                        infinite.get_or_insert(line);
                    }
                    *present = true;
                    values.push(value);
                    Ok(())
                }
                Field::Label => self.turn_into_labels(field, line, limit),
            },
            Self::Labels {
                codes,
                dictionary,
                limit,
            } => {
                codes.push(code_of(field.trim_ascii(), dictionary, *limit)?);
                Ok(())
            }
        }
    }

    fn turn_into_labels(&mut self, field: &[u8], line: u64, limit: usize) -> Result<(), Refusal> {
        let Self::Numbers {
            values, present, ..
        } = self
        else {
            return Ok(());
        };
        if *present {
            *self = Self::TextNeeded;
            return Ok(());
        }
        let codes = vec![MISSING; values.len()];
        *self = Self::Labels {
            codes,
            dictionary: HashMap::new(),
            limit,
        };
        self.push(field, line, limit)
    }

    /// Moves the row that was pushed last to the front.
    pub(crate) fn last_to_front(&mut self) {
        match self {
            Self::Numbers { values, .. } => values.rotate_right(1),
            Self::Labels { codes, .. } => codes.rotate_right(1),
            Self::Skipped | Self::TextNeeded => {}
        }
    }

    /// The finished column, `None` if it is skipped or incomplete.
    pub(crate) fn cells(self) -> Option<Cells> {
        match self {
            Self::Numbers { values, .. } => Some(Cells::Numbers(values)),
            Self::Labels {
                codes, dictionary, ..
            } => {
                let mut levels = vec![String::new(); dictionary.len()];
                for (label, code) in dictionary {
                    levels[code as usize] = label.into();
                }
                Some(Cells::Labels { codes, levels })
            }
            Self::Skipped | Self::TextNeeded => None,
        }
    }
}

fn code_of(
    label: &[u8],
    dictionary: &mut HashMap<Box<str>, u32>,
    limit: usize,
) -> Result<u32, Refusal> {
    if parse_field(label) == Field::Missing {
        return Ok(MISSING);
    }
    let label = std::str::from_utf8(label).map_err(|_| Refusal::NotUtf8)?;
    if let Some(&code) = dictionary.get(label) {
        return Ok(code);
    }
    if dictionary.len() >= limit {
        return Err(Refusal::TooManyLevels {
            found: dictionary.len() + 1,
        });
    }
    let code = dictionary.len() as u32;
    dictionary.insert(label.into(), code);
    Ok(code)
}

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
