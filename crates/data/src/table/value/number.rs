//! Numbers as people and programs write them.

use decay_options::names;

names! {
    /// The sign between the whole part of a number and its fraction; the other one may group thousands.
    #[derive(Default, PartialOrd, Ord)]
    pub enum Decimal {
        /// `1,234.5`
        #[default]
        Point = "point",
        /// `1.234,5`
        Comma = "comma",
    }
}

impl Decimal {
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Point => Self::Comma,
            Self::Comma => Self::Point,
        }
    }

    fn sign(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }
}

/// What is written beside a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    Percent,
    /// A sign such as `$`, or the first letter of a code such as `EUR`.
    Currency(char),
}

/// A number and what stood beside it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Number {
    /// May be infinite: the caller refuses it, with its line.
    pub(crate) value: f64,
    pub(crate) unit: Option<Unit>,
}

const CURRENCIES: [char; 12] = ['$', '€', '£', '¥', '₹', '₽', '₩', '₺', '₴', '₫', '₪', '฿'];
const CODES: [&str; 12] = [
    "USD", "EUR", "GBP", "CHF", "JPY", "CNY", "INR", "CAD", "AUD", "SEK", "NOK", "DKK",
];

/// A trimmed cell as a number.
///
/// ```text
/// [(] [sign] [currency] digits, perhaps in groups [decimal sign digits] [e or d exponent] [%] [currency] [)]
/// ```
///
/// Groups of three (or of two before the last, as in India) are separated by the other decimal sign, a blank, a narrow or no-break space, or an
/// apostrophe, always by the same. Parentheses are a minus. A share of a hundred stays as it is written: `12.5%` is 12.5.
pub(crate) fn number(cell: &str, decimal: Decimal) -> Option<Number> {
    if let Ok(value) = cell.parse::<f64>()
        && (decimal == Decimal::Point || !cell.contains('.'))
    {
        return (!value.is_nan()).then_some(Number { value, unit: None });
    }
    // A year of dates, an address, a name: nothing without a digit is a number.
    if !cell.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (cell, within) = match cell
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
    {
        Some(inner) => (inner.trim(), true),
        None => (cell, false),
    };
    let (cell, minus) = without_sign(cell);
    let (cell, before) = without_currency(cell);
    let (cell, second) = match before {
        Some(_) => without_sign(cell),
        None => (cell, None),
    };
    let (cell, percent) = match cell.strip_suffix('%') {
        Some(rest) => (rest.trim_end(), Some(Unit::Percent)),
        None => (cell, None),
    };
    let (cell, after) = without_trailing_currency(cell);
    if (minus.is_some() || within) && second.is_some() || within && minus.is_some() {
        return None;
    }
    let negative = within || minus == Some(true) || second == Some(true);
    let magnitude = magnitude(cell, decimal)?;
    Some(Number {
        value: if negative { -magnitude } else { magnitude },
        unit: percent.or(before).or(after),
    })
}

/// Whether the cell has a sign, and whether that is a minus.
fn without_sign(cell: &str) -> (&str, Option<bool>) {
    let sign = cell.chars().next().and_then(|letter| match letter {
        '-' | '\u{2212}' | '\u{2013}' | '\u{ff0d}' => Some(true),
        '+' => Some(false),
        _ => None,
    });
    let rest = &cell[sign.map_or(0, |_| cell.chars().next().map_or(0, char::len_utf8))..];
    (
        if sign.is_some() {
            rest.trim_start()
        } else {
            rest
        },
        sign,
    )
}

fn without_currency(cell: &str) -> (&str, Option<Unit>) {
    let cell = cell
        .strip_prefix("US")
        .filter(|rest| rest.starts_with('$'))
        .unwrap_or(cell);
    if let Some(sign) = cell.chars().next().filter(|sign| CURRENCIES.contains(sign)) {
        return (
            cell[sign.len_utf8()..].trim_start(),
            Some(Unit::Currency(sign)),
        );
    }
    match CODES
        .into_iter()
        .find_map(|code| Some((code, cell.strip_prefix(code)?)))
    {
        Some((code, rest)) => (rest.trim_start(), code.chars().next().map(Unit::Currency)),
        None => (cell, None),
    }
}

fn without_trailing_currency(cell: &str) -> (&str, Option<Unit>) {
    if let Some(sign) = cell
        .chars()
        .next_back()
        .filter(|sign| CURRENCIES.contains(sign))
    {
        let rest = &cell[..cell.len() - sign.len_utf8()];
        return (rest.trim_end(), Some(Unit::Currency(sign)));
    }
    match CODES
        .into_iter()
        .find_map(|code| Some((code, cell.strip_suffix(code)?)))
    {
        Some((code, rest)) => (rest.trim_end(), code.chars().next().map(Unit::Currency)),
        None => (cell, None),
    }
}

/// Digits with groups, fraction and exponent.
fn magnitude(cell: &str, decimal: Decimal) -> Option<f64> {
    let (digits, exponent) = match cell.find(['e', 'E', 'd', 'D']) {
        Some(place) => (&cell[..place], &cell[place + 1..]),
        None => (cell, ""),
    };
    if !cell.ends_with(|last: char| last.is_ascii_digit() || last == decimal.sign()) {
        return None;
    }
    let (whole, fraction) = match digits.split_once(decimal.sign()) {
        Some((whole, fraction)) => (whole, fraction),
        None => (digits, ""),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let power = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if !all_digits(fraction) || !all_digits(power) || digits.len() < cell.len() && power.is_empty()
    {
        return None;
    }
    let whole = ungrouped(whole, decimal)?;
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let exponent = if exponent.is_empty() { "0" } else { exponent };
    format!("{whole}.{fraction}e{exponent}").parse().ok()
}

/// The digits of a whole part, if they stand together or in proper groups.
fn ungrouped(whole: &str, decimal: Decimal) -> Option<String> {
    let mut separators = whole.chars().filter(|letter| !letter.is_ascii_digit());
    let Some(separator) = separators.next() else {
        return Some(whole.to_owned());
    };
    let groups_by = |letter: char| {
        letter == decimal.other().sign()
            || matches!(
                letter,
                ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '\u{2019}'
            )
    };
    if !groups_by(separator) || separators.any(|other| other != separator) {
        return None;
    }
    let groups: Vec<&str> = whole.split(separator).collect();
    let (first, last) = (groups.first()?, groups.last()?);
    let between = &groups[1..groups.len() - 1];
    let threes = between.iter().all(|group| group.len() == 3) && first.len() <= 3;
    let lakhs =
        separator == ',' && first.len() <= 2 && between.iter().all(|group| group.len() == 2);
    let proper = last.len() == 3 && !first.is_empty() && !first.starts_with('0');
    (proper && (threes || lakhs)).then(|| groups.concat())
}

/// Whether a text that is no number begins like one, as `12 kg`, `<5`, `~3` or `3-4`.
pub(crate) fn looks_numeric(text: &str) -> bool {
    let marks = |letter: char| "+-~<>=≤≥ ".contains(letter) || CURRENCIES.contains(&letter);
    text.trim_start_matches(marks)
        .starts_with(|letter: char| letter.is_ascii_digit())
}

/// `[-]digits[.digits]` of at most 15 digits, several times faster than the general parser.
///
/// Exact: an integer below 10^15 and a power of ten up to 10^15 are both exact in `f64`, so their
/// quotient is rounded once (Clinger 1990).
pub(crate) fn short_decimal(text: &[u8]) -> Option<f64> {
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
mod tests;
