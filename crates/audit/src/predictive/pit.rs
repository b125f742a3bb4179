//! Probability integral transform: where each target falls in its predictive distribution.

use serde::{Deserialize, Serialize};

use crate::distribution::{kolmogorov_upper_tail, normal_cdf};
use crate::finite::finite;
use crate::interval::ascending;
use crate::regression::{pair, positive_variance};
use crate::{AuditError, Result};

/// `Φ((y_i - f_i) / σ)` of every row, `[rows]`; uniform on `[0, 1]` if the predictions are calibrated.
///
/// A heap in the middle says that intervals are too wide, heaps at both ends that they are too narrow.
///
/// # Errors
/// Empty input, different lengths, values that are not finite, `sigma2` not positive.
///
/// # Source
/// Dawid 1984, <https://doi.org/10.2307/2981683>.
pub fn pit_values(predictions: &[f64], targets: &[f64], sigma2: f64) -> Result<Vec<f64>> {
    pair(predictions, targets)?;
    positive_variance(sigma2)?;
    let sigma = sigma2.sqrt();
    let place = |(f, y): (&f64, &f64)| normal_cdf((y - f) / sigma);
    Ok(predictions.iter().zip(targets).map(place).collect())
}

/// How far values are from uniform, and how likely chance is to be as far.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct UniformityTest {
    /// Kolmogorov's `D`, the largest distance between the two distribution functions.
    pub statistic: f64,
    /// Probability of at least this distance if the values are independent and uniform.
    pub p_value: f64,
}

/// Kolmogorov-Smirnov test that values are uniform on `[0, 1]`.
///
/// ```text
/// D = max_i max(i / n - u_(i), u_(i) - (i - 1) / n)
/// ```
///
/// # Errors
/// Empty input, values outside `[0, 1]`.
///
/// # Source
/// Kolmogorov 1933; the p-value as in [`kolmogorov_upper_tail`].
pub fn uniformity_test(values: &[f64]) -> Result<UniformityTest> {
    finite("values", values)?;
    if let Some(&value) = values.iter().find(|v| !(0.0..=1.0).contains(*v)) {
        return Err(AuditError::OutOfRange {
            what: "values",
            range: "[0, 1]",
            value,
        });
    }
    let sorted = ascending(values);
    let statistic = distance_from_uniform(sorted.iter().map(|&v| (v, 1.0)), values.len());
    Ok(UniformityTest {
        statistic,
        p_value: kolmogorov_upper_tail(statistic, values.len()),
    })
}

/// Kolmogorov's `D` of ascending values with their counts, which sum to `n`.
pub(crate) fn distance_from_uniform(sorted: impl Iterator<Item = (f64, f64)>, n: usize) -> f64 {
    let (mut seen, mut distance) = (0.0, 0.0_f64);
    for (value, count) in sorted.filter(|(_, count)| *count > 0.0) {
        distance = distance.max(value - seen / n as f64);
        seen += count;
        distance = distance.max(seen / n as f64 - value);
    }
    distance
}
