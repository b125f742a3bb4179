//! Numbers as people read them: sensible digits, real minus signs, `–` for what is not a number.

/// Stands for a number that is missing, NaN or infinite.
pub(crate) const MISSING: &str = "–";

/// A number with the given count of significant digits, trailing zeros kept.
///
/// Magnitudes in `[0.001, 10000)` are written as decimals, others as `2.15×10⁻⁴`.
pub(crate) fn significant(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return MISSING.to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    // Rounding first, so that 9.9996 is seen as 10.00 and not as 10.0.
    let scientific = format!("{value:.*e}", digits.saturating_sub(1));
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-3..4).contains(&exponent) {
        let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
        fixed(value, decimals)
    } else {
        format!("{}×{}", minus(mantissa), power_of_ten(exponent))
    }
}

/// Three significant digits without trailing zeros: a rate, a half-life, a tick.
pub(crate) fn short(value: f64) -> String {
    trimmed(value, 3)
}

/// At most the given count of significant digits, without trailing zeros.
pub(crate) fn trimmed(value: f64, digits: usize) -> String {
    let text = significant(value, digits);
    match text.split_once('×') {
        Some((mantissa, power)) => match trim_zeros(mantissa) {
            "1" => power.to_owned(),
            "−1" => format!("−{power}"),
            mantissa => format!("{mantissa}×{power}"),
        },
        None => trim_zeros(&text).to_owned(),
    }
}

/// A half-life in epochs; at rate 0 nothing ever halves.
pub(crate) fn half_life(rate: f64, epochs: Option<f64>) -> String {
    match epochs {
        Some(epochs) if epochs.is_finite() => significant(epochs, 3),
        _ if rate == 0.0 => "∞".to_owned(),
        _ => MISSING.to_owned(),
    }
}

/// A fixed count of decimals.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return MISSING.to_owned();
    }
    let text = format!("{value:.decimals$}");
    // A tiny negative number must not become minus zero.
    if text.bytes().all(|b| matches!(b, b'-' | b'0' | b'.')) {
        return text.trim_start_matches('-').to_owned();
    }
    minus(&text)
}

/// Decimals that show two significant digits of a standard error, at most 6.
pub(crate) fn decimals_for_error(se: f64) -> Option<usize> {
    (se.is_finite() && se > 0.0).then(|| (1.0 - se.log10().floor()).clamp(0.0, 6.0) as usize)
}

/// `0.0953 ± 0.0021`, with two significant digits of the error.
pub(crate) fn plus_minus(mean: f64, se: f64) -> String {
    match decimals_for_error(se) {
        Some(decimals) if mean.abs() < 1e6 && se >= 1e-5 => {
            format!("{} ± {}", fixed(mean, decimals), fixed(se, decimals))
        }
        Some(_) => format!("{} ± {}", significant(mean, 3), significant(se, 2)),
        None => significant(mean, 4),
    }
}

/// `10⁻⁴`
pub(crate) fn power_of_ten(exponent: i32) -> String {
    let superscript = exponent.to_string();
    let digits = superscript.chars().map(|c| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '0' => '⁰',
        digit => char::from_u32('⁰' as u32 + digit as u32 - '0' as u32).unwrap_or(digit),
    });
    format!("10{}", digits.collect::<String>())
}

fn minus(text: &str) -> String {
    text.replace('-', "−")
}

/// A decimal without zeros at its end.
pub(crate) fn trim_zeros(text: &str) -> &str {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn significant_digits_keep_decimals_between_a_thousandth_and_ten_thousand() {
        for (value, text) in [
            (0.0, "0"),
            (0.001, "0.00100"),
            (0.000215443, "2.15×10⁻⁴"),
            (9.9996, "10.0"),
            (12345.6, "1.23×10⁴"),
            (-0.5, "−0.500"),
            (1.5e12, "1.50×10¹²"),
            (f64::NAN, "–"),
            (f64::INFINITY, "–"),
        ] {
            assert_eq!(significant(value, 3), text, "{value}");
        }
    }

    #[test]
    fn short_numbers_drop_trailing_zeros_but_not_digits() {
        for (value, text) in [
            (0.1, "0.1"),
            (100.0, "100"),
            (1e-4, "10⁻⁴"),
            (-1e-4, "−10⁻⁴"),
            (2e-5, "2×10⁻⁵"),
            (1234.0, "1234"),
            (0.0215443, "0.0215"),
        ] {
            assert_eq!(short(value), text, "{value}");
        }
    }

    #[test]
    fn the_error_sets_the_decimals_of_the_mean() {
        assert_eq!(plus_minus(0.095312, 0.00213), "0.0953 ± 0.0021");
        assert_eq!(plus_minus(123.456, 7.8), "123.5 ± 7.8");
        assert_eq!(plus_minus(0.5, f64::NAN), "0.5000");
        assert_eq!(plus_minus(f64::NAN, 0.1), "– ± 0.10");
        assert_eq!(plus_minus(1.2e-9, 3.4e-10), "1.20×10⁻⁹ ± 3.4×10⁻¹⁰");
    }

    #[test]
    fn superscripts_cover_every_digit() {
        assert_eq!(power_of_ten(-1_234_567_890), "10⁻¹²³⁴⁵⁶⁷⁸⁹⁰");
    }

    #[test]
    fn nothing_rounds_to_minus_zero() {
        assert_eq!(fixed(-0.00001, 3), "0.000");
        assert_eq!(fixed(-0.01, 2), "−0.01");
    }
}
