//! Values of a swept axis as a user writes them.

use decay_options::{Kind, Spacing};
use serde::{Deserialize, Serialize};

/// `1e-4..10:16`, `0, 1e-3..1:7`, or a list of numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Grid {
    /// Numbers and ranges separated by commas; a range `a..b:n` has `n` evenly spaced values.
    Text(String),
    /// The values themselves.
    List(Vec<f64>),
}

impl From<Vec<f64>> for Grid {
    fn from(values: Vec<f64>) -> Self {
        Self::List(values)
    }
}

impl<const N: usize> From<[f64; N]> for Grid {
    fn from(values: [f64; N]) -> Self {
        Self::List(values.into())
    }
}

impl From<&str> for Grid {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

/// `count` values in equal ratios from `low` to `high`, both positive.
///
/// ```
/// assert_eq!(decay::log_range(0.01, 1.0, 3), [0.01, 0.1, 1.0]);
/// ```
pub fn log_range(low: f64, high: f64, count: usize) -> Vec<f64> {
    spaced(low, high, count, true)
}

/// `count` evenly spaced values from `low` to `high`.
///
/// ```
/// assert_eq!(decay::range(0.0, 0.5, 6), [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]);
/// ```
pub fn range(low: f64, high: f64, count: usize) -> Vec<f64> {
    spaced(low, high, count, false)
}

impl Grid {
    /// The values in the order given.
    ///
    /// ```text
    /// a..b:n -> a (b/a)^(i / (n-1))       logarithmic, where both ends are positive
    ///           a + (b - a) i / (n-1)     otherwise          i = 0 .. n-1
    /// ```
    pub fn values(&self, spacing: Spacing) -> Result<Vec<f64>, String> {
        let values = match self {
            Self::List(values) => values.clone(),
            Self::Text(text) => {
                let mut values = Vec::new();
                for part in text.split(',').map(str::trim) {
                    values.extend(parse(part, spacing)?);
                }
                values
            }
        };
        if values.is_empty() {
            return Err("needs at least one value".into());
        }
        Ok(values)
    }

    /// Whether a text is meant as more than one number.
    pub fn is_meant(text: &str) -> bool {
        text.contains(',') || text.contains("..")
    }
}

impl decay_options::Value for Grid {
    const KIND: Kind = Kind::Grid;

    fn shown(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::List(values) => values.shown(),
        }
    }
}

fn parse(part: &str, spacing: Spacing) -> Result<Vec<f64>, String> {
    let number = |text: &str| {
        let text = text.trim();
        text.parse::<f64>()
            .map_err(|_| format!("must be numbers or ranges such as 1e-4..10:16, got '{text}'"))
    };
    let Some((low, rest)) = part.split_once("..") else {
        return Ok(vec![number(part)?]);
    };
    let Some((high, count)) = rest.split_once(':') else {
        return Err(format!(
            "range '{part}' needs a number of values, as in {part}:16"
        ));
    };
    let (low, high) = (number(low)?, number(high)?);
    let count: usize = count
        .trim()
        .parse()
        .map_err(|_| format!("range '{part}': '{count}' is not a number of values"))?;
    for end in [low, high] {
        if !end.is_finite() {
            return Err(format!(
                "must be finite at both ends of a range, got {end} in '{part}'"
            ));
        }
    }
    if !(1..=100_000).contains(&count) || (count == 1 && low != high) {
        return Err(format!(
            "range '{part}' needs 2 to 100000 values, got {count}"
        ));
    }
    let logarithmic = spacing == Spacing::Logarithmic && low > 0.0 && high > 0.0;
    Ok(spaced(low, high, count, logarithmic))
}

fn spaced(low: f64, high: f64, count: usize, logarithmic: bool) -> Vec<f64> {
    let last = count.saturating_sub(1).max(1);
    let at = |i: usize| match i {
        0 => low,
        // Exactly the end given, whatever the rounding.
        i if i == last => high,
        i if logarithmic => low * (high / low).powf(i as f64 / last as f64),
        // Multiples of a decimal step come out as written: 0.3, not 0.30000000000000004.
        i => (low * (last - i) as f64 + high * i as f64) / last as f64,
    };
    (0..count).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::Grid;
    use decay_train::Spacing;

    fn values(text: &str) -> Result<Vec<f64>, String> {
        Grid::Text(text.into()).values(Spacing::Logarithmic)
    }

    #[test]
    fn ranges_are_log_spaced_with_exact_ends() {
        let rates = values("1e-4..10:16").unwrap();
        assert_eq!((rates.len(), rates[0], rates[15]), (16, 1e-4, 10.0));
        let ratio = rates[1] / rates[0];
        for pair in rates.windows(2) {
            assert!((pair[1] / pair[0] / ratio - 1.0).abs() < 1e-12);
        }
        assert_eq!(values("0, 1e-2..1:3").unwrap(), [0.0, 0.01, 0.1, 1.0]);
        assert_eq!(values("200..0.5:2").unwrap(), [200.0, 0.5]);
    }

    #[test]
    fn linear_ranges_hit_their_decimals_and_serve_where_a_ratio_cannot() {
        let linear = |text: &str| Grid::Text(text.into()).values(Spacing::Linear);
        assert_eq!(linear("0..0.5:6").unwrap(), [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]);
        assert_eq!(linear("4..0:3").unwrap(), [4.0, 2.0, 0.0]);
        assert_eq!(linear("0.1..0.9:3, 1").unwrap(), [0.1, 0.5, 0.9, 1.0]);
        assert_eq!(values("0..2:3").unwrap(), [0.0, 1.0, 2.0]);
        assert_eq!(values("-1..1:2").unwrap(), [-1.0, 1.0]);
    }

    #[test]
    fn what_is_no_grid_is_said() {
        for (text, part) in [
            ("", "got ''"),
            ("a", "got 'a'"),
            ("1..2", "number of values"),
            ("1..inf:3", "got inf in"),
            ("1..nan:3", "got NaN in"),
            ("1..2:1", "2 to 100000"),
            ("1..2:x", "'x'"),
        ] {
            let message = values(text).unwrap_err();
            assert!(message.contains(part), "{text}: {message}");
        }
    }
}
