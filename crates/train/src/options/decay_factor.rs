//! Rates of their own for some parameters.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A factor of the penalties on the parameters whose names fit, written `NAMES=FACTOR` as in `layers.0.*=0.1`.
///
/// `*` stands for any text; the factor is a finite number of at least 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DecayFactor {
    /// Names, `*` for any text.
    pub names: String,
    /// Multiplies decay rate, `l1`, `l2` and `group_lasso`.
    pub factor: f64,
}

impl FromStr for DecayFactor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || {
            format!(
                "must be NAMES=FACTOR with a factor in [0, inf), as in layers.0.*=0.1, got '{text}'"
            )
        };
        let (names, factor) = text.split_once('=').ok_or_else(wrong)?;
        let factor: f64 = factor.trim().parse().map_err(|_| wrong())?;
        let named = !names.trim().is_empty();
        match named && (0.0..f64::INFINITY).contains(&factor) {
            true => Ok(Self {
                names: names.trim().to_owned(),
                factor,
            }),
            false => Err(wrong()),
        }
    }
}

impl TryFrom<String> for DecayFactor {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<DecayFactor> for String {
    fn from(factor: DecayFactor) -> Self {
        factor.to_string()
    }
}

impl fmt::Display for DecayFactor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}={}", self.names, self.factor)
    }
}

#[cfg(test)]
mod tests {
    use super::DecayFactor;

    #[test]
    fn a_factor_is_read_and_written() {
        let factor: DecayFactor = "layers.0.* = 0.25".parse().unwrap();
        assert_eq!((factor.names.as_str(), factor.factor), ("layers.0.*", 0.25));
        assert_eq!(factor.to_string().parse::<DecayFactor>().unwrap(), factor);
    }

    #[test]
    fn what_is_no_factor_is_refused() {
        for text in ["", "layers.0", "=1", "a=", "a=-1", "a=nan", "a=inf", "a=b"] {
            assert!(text.parse::<DecayFactor>().is_err(), "{text}");
        }
    }
}
