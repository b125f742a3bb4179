//! Numbers, tables and errors as a terminal shows them, and fields of CSV files.

mod table;

use std::borrow::Cow;
use std::error::Error;

use crate::format::trim_zeros;

pub use table::Table;

/// A number in four significant digits, as short as that allows.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return if value == f64::INFINITY {
            "inf".into()
        } else {
            "-".into()
        };
    }
    let size = value.abs();
    if value == 0.0 {
        "0".into()
    } else if (1e-3..1e5).contains(&size) {
        let decimals = (3.0 - size.log10().floor()).clamp(0.0, 6.0) as usize;
        format!("{value:.decimals$}")
    } else {
        format!("{value:.3e}")
    }
}

/// The same without trailing zeros, for a sentence.
pub fn short(value: f64) -> String {
    let text = number(value);
    let (digits, power) = match text.split_once('e') {
        Some((digits, power)) => (digits, format!("e{power}")),
        None => (text.as_str(), String::new()),
    };
    format!("{}{power}", trim_zeros(digits))
}

/// `0.0953 ± 0.0021`, with two digits of the error.
pub fn plus_minus(mean: f64, se: f64) -> String {
    if !(se.is_finite() && se > 0.0) {
        return number(mean);
    }
    if !(1e-5..1e6).contains(&se) {
        return format!("{} ± {se:.1e}", number(mean));
    }
    let decimals = (1.0 - se.log10().floor()).clamp(0.0, 6.0) as usize;
    format!("{mean:.decimals$} ± {se:.decimals$}")
}

/// An error in one line: its message and those causes that it does not mention itself.
pub fn sentence(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let reason = error.to_string();
        if !text.contains(&reason) {
            text = format!("{text}: {reason}");
        }
        cause = error.source();
    }
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

/// With its first letter large.
pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// `1 fold`, `5 folds`.
pub fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// A field of a CSV file, quoted only where RFC 4180 asks for it.
pub fn csv_field(text: &str) -> String {
    quoted(text).into_owned()
}

/// The same without a copy where nothing is to be quoted.
pub(crate) fn quoted(text: &str) -> Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{number, plus_minus, short};

    #[test]
    fn numbers_keep_four_digits_and_the_error_sets_the_decimals() {
        for (value, text) in [
            (0.0, "0"),
            (0.0123456, "0.01235"),
            (123.456, "123.5"),
            (1e-4, "1.000e-4"),
            (f64::NAN, "-"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(number(value), text);
        }
        for (value, text) in [
            (0.5, "0.5"),
            (120.0, "120"),
            (1e-4, "1e-4"),
            (0.0215, "0.0215"),
        ] {
            assert_eq!(short(value), text);
        }
        assert_eq!(plus_minus(0.095312, 0.00213), "0.0953 ± 0.0021");
        assert_eq!(plus_minus(3.0, f64::NAN), "3.000");
    }
}
