use serde::{Deserialize, Serialize};

use super::number::or_nan;

/// A mean with its spread over members (folds x seeds).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Arithmetic mean; NaN if there is nothing to average.
    #[serde(deserialize_with = "or_nan")]
    pub mean: f64,
    /// Sample standard deviation, with `n - 1`; NaN if `n < 2`.
    #[serde(deserialize_with = "or_nan")]
    pub sd: f64,
    /// Standard error of the mean, as the caller defines it (usually `sd / sqrt(n)`).
    #[serde(deserialize_with = "or_nan")]
    pub se: f64,
    /// Members averaged.
    pub n: usize,
}

impl Spread {
    /// Mean, sample standard deviation and `sd / sqrt(n)` of the given values.
    ///
    /// ```text
    /// sd = sqrt(Σ (v - mean)² / (n - 1))
    /// ```
    ///
    /// Of no values the mean is NaN; of fewer than two, `sd` and `se` are.
    pub fn of(values: &[f64]) -> Self {
        let n = values.len();
        let mean = values.iter().sum::<f64>() / n as f64;
        let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
        let sd = match n {
            0 | 1 => f64::NAN,
            _ => (squares / (n - 1) as f64).sqrt(),
        };
        Self {
            mean,
            sd,
            se: sd / (n as f64).sqrt(),
            n,
        }
    }

    /// `mean - se`, or the mean where the standard error is unknown.
    pub fn low(&self) -> f64 {
        self.mean - self.half_width()
    }

    /// `mean + se`, or the mean where the standard error is unknown.
    pub fn high(&self) -> f64 {
        self.mean + self.half_width()
    }

    fn half_width(&self) -> f64 {
        if self.se.is_finite() { self.se } else { 0.0 }
    }
}
