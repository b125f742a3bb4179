//! Whether a figure rises or falls with the rate.

use serde::{Deserialize, Serialize};

use super::curve::Curve;
use crate::check::{at_least_two, constant, level};
use crate::distribution::{normal_upper_tail, student_t_quantile};
use crate::interval::{Bootstrap, covering, mean, mean_interval, percentile_interval};
use crate::significance::spearman;
use crate::{AuditError, Estimate, Result};

/// The outcome of [`monotone_trend`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Monotone {
    /// Mean of the coefficients over replicates with Student's interval, clipped to `[-1, 1]`; judge by this.
    pub mean: Estimate,
    /// The same mean with [`expanded_percentile_interval`].
    pub bootstrap: Estimate,
    /// Each replicate's own coefficient; 0 for a replicate whose curve is constant.
    pub coefficients: Vec<f64>,
    /// The coefficient of the mean curve, which hides how far replicates differ.
    pub of_mean_curve: f64,
}

/// Spearman's correlation of a figure with the rate within each replicate, averaged over replicates.
///
/// ```text
/// ρ_i = spearman(rates, values of replicate i)      mean(ρ) ± t(n - 1, (1 + level) / 2) sd(ρ) / sqrt(n)
/// ```
///
/// Ranks need no logarithm, so rate 0 is a rate like others. A constant curve has no order and counts as 0.
///
/// The coefficients of replicates are independent, so Student's interval fits their mean. Of curves that
/// rise by 0 to 6 standard deviations of normal noise over 5 or 9 rates, 95 % intervals of 5 replicates
/// cover the expected coefficient in 92 to 95 % of cases; percentile intervals in 80 to 85 %, expanded ones
/// in 89 to 93 %. Fisher's z is not used: what it covers is `tanh E[atanh ρ]`, a larger number than `E[ρ]`, and
/// it is infinite at the `±1` that short grids give. Near `±1` with strongly skewed noise every interval over five
/// replicates is too short (80 % and up): the rare replicate that breaks the order is not among them. Replicates
/// that all have one coefficient give an interval without width.
///
/// # Shapes
/// - `rates`: `[rates]`, ascending from 0 on, at least three
/// - `values`: `[rates][replicates]`, at least two replicates
///
/// # Errors
/// Too few rates or replicates, rates that do not ascend, ragged or non-finite values, settings out of range.
///
/// # Source
/// Spearman 1904, <https://doi.org/10.2307/1412159>.
pub fn monotone_trend(
    rates: &[f64],
    values: &[Vec<f64>],
    settings: &Bootstrap,
) -> Result<Monotone> {
    settings.check()?;
    let curve = Curve::new(rates, values)?;
    if rates.len() < 3 {
        return Err(AuditError::OutOfRange {
            what: "rates",
            range: "[3, inf) in number",
            value: rates.len() as f64,
        });
    }
    let n = curve.replicates();
    let coefficients = (0..n)
        .map(|i| order(rates, &curve.of_replicate(i)))
        .collect::<Result<Vec<f64>>>()?;
    let student = mean_interval(&coefficients, settings.level)?;
    let replicates = settings.replicates(n, |drawn| {
        mean(&drawn.iter().map(|&i| coefficients[i]).collect::<Vec<_>>())
    });
    let expanded = expanded_percentile_interval(&replicates, n, settings.level)?;
    Ok(Monotone {
        mean: Estimate {
            low: student.low.max(-1.0),
            high: student.high.min(1.0),
            ..student
        },
        bootstrap: covering(student.mean, expanded, n),
        of_mean_curve: order(rates, &curve.mean())?,
        coefficients,
    })
}

/// Spearman's coefficient, 0 for a constant curve.
fn order(rates: &[f64], curve: &[f64]) -> Result<f64> {
    if constant(curve) {
        return Ok(0.0);
    }
    Ok(spearman(rates, curve)?.coefficient)
}

/// The percentile interval at the level that makes up for few samples.
///
/// ```text
/// tail = Φ(-sqrt(n / (n - 1)) t)      t = t(n - 1, (1 + level) / 2)
/// ```
///
/// A bootstrap's spread is that of a variance over `n`, too small by `sqrt((n - 1) / n)`, and its
/// quantiles are normal where Student's are due. Of a mean of five normal samples a plain 95 % interval
/// covers about 83 %, the expanded one 91 %. No percentile interval leaves the range of the samples,
/// which misses the centre of a symmetric distribution in `2^(1 - n)` of all cases: that is the rest.
///
/// Five samples put the tail at 0.1 %, so ask for a few thousand resamples.
///
/// # Errors
/// As [`percentile_interval`]; fewer than two samples.
///
/// # Source
/// Hesterberg 2014, <https://arxiv.org/abs/1411.5279>; `ExpandProbs` of R's package `resample`.
pub fn expanded_percentile_interval(
    replicates: &[f64],
    samples: usize,
    confidence: f64,
) -> Result<(f64, f64)> {
    level("level", confidence)?;
    at_least_two("samples", samples)?;
    let n = samples as f64;
    let t = student_t_quantile(0.5 + confidence / 2.0, n - 1.0);
    let tail = normal_upper_tail((n / (n - 1.0)).sqrt() * t);
    // Two samples leave no tail that `1 - tail` could tell from 1.
    percentile_interval(replicates, (1.0 - 2.0 * tail).min(1.0 - f64::EPSILON))
}
