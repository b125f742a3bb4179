//! A figure with its interval; spread over seeds, folds or refits.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::check::{finite, level};
use crate::distribution::student_t_quantile;

/// A figure, the ends of its interval and the number of samples behind it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The figure itself, on all samples.
    pub mean: f64,
    /// Lower end of the interval; never above `mean`.
    pub low: f64,
    /// Upper end of the interval; never below `mean`.
    pub high: f64,
    /// Number of samples.
    pub n: usize,
}

/// Mean and spread of a figure over seeds, folds or refits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Mean.
    pub mean: f64,
    /// Standard deviation over `n - 1`; `None` for a single value.
    pub sd: Option<f64>,
    /// Standard error of the mean, `sd / sqrt(n)`; `None` for a single value.
    pub se: Option<f64>,
    /// Number of values.
    pub n: usize,
}

/// Mean, standard deviation and standard error of values over seeds, folds or refits.
///
/// # Errors
/// No values, values that are not finite.
pub fn summarise(values: &[f64]) -> Result<Spread> {
    finite("values", values)?;
    let n = values.len();
    // The mean of equal values may differ from them in its last digit, which is no spread.
    let equal = values.iter().all(|value| *value == values[0]);
    let sd = (n > 1).then(|| {
        if equal {
            0.0
        } else {
            sample_variance(values).sqrt()
        }
    });
    Ok(Spread {
        mean: if equal { values[0] } else { mean(values) },
        sd,
        se: sd.map(|sd| sd / (n as f64).sqrt()),
        n,
    })
}

/// Student's interval for the mean of independent values, such as one figure per seed.
///
/// ```text
/// mean ± t(n - 1, (1 + level) / 2) * sd / sqrt(n)
/// ```
///
/// A single value has no spread: its interval is the value itself.
///
/// # Errors
/// No values, values that are not finite, a level outside `(0, 1)`.
pub fn mean_interval(values: &[f64], confidence: f64) -> Result<Estimate> {
    level("level", confidence)?;
    let Spread { mean, se, n, .. } = summarise(values)?;
    let half = se.map_or(0.0, |se| {
        se * student_t_quantile(0.5 + confidence / 2.0, (n - 1) as f64)
    });
    Ok(Estimate {
        mean,
        low: mean - half,
        high: mean + half,
        n,
    })
}

/// Arithmetic mean of a non-empty slice.
pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Variance over `n - 1` of at least two values.
pub(crate) fn sample_variance(values: &[f64]) -> f64 {
    let centre = mean(values);
    values.iter().map(|v| (v - centre).powi(2)).sum::<f64>() / (values.len() - 1) as f64
}
