//! Bootstrap: the spread of a statistic under resampling of the samples.

use serde::{Deserialize, Serialize};

use super::quantile::{ascending, sorted_quantile};
use super::spread::mean;
use super::{Estimate, SplitMix};
use crate::distribution::{normal_cdf, normal_quantile};
use crate::finite::{finite, level};
use crate::{AuditError, Result};

/// Settings of a bootstrap.
///
/// | key | default | range | meaning |
/// | :-- | :-- | :-- | :-- |
/// | `resamples` | `1000` | `[2, inf)` | how often the samples are drawn anew |
/// | `level` | `0.95` | `(0, 1)` | confidence level of the interval |
/// | `seed` | `0` | any | resample `r` is stream `r` of [`SplitMix`], whatever the machine |
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bootstrap {
    /// Number of resamples.
    pub resamples: usize,
    /// Confidence level.
    pub level: f64,
    /// Seed of the resamples.
    pub seed: u64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self {
            resamples: 1000,
            level: 0.95,
            seed: 0,
        }
    }
}

impl Bootstrap {
    /// Refuses fewer than two resamples and a level outside `(0, 1)`.
    ///
    /// # Errors
    /// [`AuditError::OutOfRange`] naming the setting.
    pub fn check(&self) -> Result<()> {
        level("level", self.level)?;
        if self.resamples < 2 {
            let value = self.resamples as f64;
            return Err(AuditError::OutOfRange {
                what: "resamples",
                range: "[2, inf)",
                value,
            });
        }
        Ok(())
    }

    /// The statistic on every resample; it is given the drawn row numbers, `n` of them.
    pub fn replicates(&self, n: usize, mut statistic: impl FnMut(&[usize]) -> f64) -> Vec<f64> {
        let mut rows = vec![0; n];
        let one = |resample: usize| {
            let generator = SplitMix::new(self.seed, resample as u64);
            for (i, row) in rows.iter_mut().enumerate() {
                *row = generator.below(i as u64, n);
            }
            statistic(&rows)
        };
        (0..self.resamples).map(one).collect()
    }
}

/// Estimate and percentile interval of a statistic of independent samples.
///
/// The interval is widened to the estimate where a biased statistic leaves it outside.
///
/// # Errors
/// No samples, samples or replicates that are not finite, settings out of range.
pub fn bootstrap(
    values: &[f64],
    settings: &Bootstrap,
    mut statistic: impl FnMut(&[f64]) -> f64,
) -> Result<Estimate> {
    settings.check()?;
    finite("values", values)?;
    let mut drawn = Vec::with_capacity(values.len());
    let replicates = settings.replicates(values.len(), |rows| {
        drawn.clear();
        drawn.extend(rows.iter().map(|&row| values[row]));
        statistic(&drawn)
    });
    let estimate = statistic(values);
    finite("estimate", &[estimate])?;
    let interval = percentile_interval(&replicates, settings.level)?;
    Ok(covering(estimate, interval, values.len()))
}

/// An estimate with an interval that contains it.
pub(crate) fn covering(mean: f64, (low, high): (f64, f64), n: usize) -> Estimate {
    Estimate {
        mean,
        low: low.min(mean),
        high: high.max(mean),
        n,
    }
}

/// The quantiles of the replicates at `(1 ∓ level) / 2`.
///
/// # Errors
/// No replicates, replicates that are not finite, a level outside `(0, 1)`.
///
/// # Source
/// Efron & Tibshirani 1993, chapter 13.
pub fn percentile_interval(replicates: &[f64], confidence: f64) -> Result<(f64, f64)> {
    level("level", confidence)?;
    finite("replicates", replicates)?;
    let sorted = ascending(replicates);
    let tail = 0.5 - confidence / 2.0;
    Ok((
        sorted_quantile(&sorted, tail),
        sorted_quantile(&sorted, 1.0 - tail),
    ))
}

/// The percentile interval mirrored at the estimate: `[2θ - q_high, 2θ - q_low]`.
///
/// # Errors
/// As [`percentile_interval`].
pub fn basic_interval(estimate: f64, replicates: &[f64], confidence: f64) -> Result<(f64, f64)> {
    let (low, high) = percentile_interval(replicates, confidence)?;
    Ok((2.0 * estimate - high, 2.0 * estimate - low))
}

/// The percentile interval moved by the bootstrap's bias: `q - (mean of replicates - θ)`.
///
/// Calibration errors are sums of absolute values, which noise can only raise: a resample is noisier
/// than the sample, so its replicates lie above the estimate and may leave it outside the percentile
/// interval altogether. Moved back, the interval keeps its width and sits at the estimate.
///
/// # Errors
/// As [`percentile_interval`].
pub fn centred_interval(estimate: f64, replicates: &[f64], confidence: f64) -> Result<(f64, f64)> {
    let (low, high) = percentile_interval(replicates, confidence)?;
    let bias = mean(replicates) - estimate;
    Ok((low - bias, high - bias))
}

/// Bias-corrected and accelerated interval.
///
/// ```text
/// z0 = Φ⁻¹(share of replicates below θ, ties half)
/// a  = Σ d³ / (6 (Σ d²)^1.5)      d_i = mean of jackknife - jackknife_i
/// levels Φ(z0 + (z0 + z) / (1 - a (z0 + z)))      z = Φ⁻¹((1 ∓ level) / 2)
/// ```
///
/// `jackknife[i]` is the statistic without sample `i`.
///
/// # Errors
/// As [`percentile_interval`]; [`AuditError::Undefined`] if all replicates lie on one side of the
/// estimate, which leaves `z0` infinite.
///
/// # Source
/// Efron 1987, <https://doi.org/10.1080/01621459.1987.10478410>.
pub fn bca_interval(
    estimate: f64,
    replicates: &[f64],
    jackknife: &[f64],
    confidence: f64,
) -> Result<(f64, f64)> {
    level("level", confidence)?;
    finite("replicates", replicates)?;
    finite("jackknife", jackknife)?;
    let twice_below: usize = replicates
        .iter()
        .map(|r| usize::from(*r < estimate) + usize::from(*r <= estimate))
        .sum();
    let z0 = normal_quantile(twice_below as f64 / (2 * replicates.len()) as f64);
    if z0.is_infinite() {
        let reason = "every replicate lies on one side of the estimate";
        return Err(AuditError::Undefined {
            metric: "BCa interval",
            reason,
        });
    }
    let acceleration = acceleration(jackknife);
    let sorted = ascending(replicates);
    let end = |p: f64| {
        let shifted = z0 + normal_quantile(p);
        sorted_quantile(
            &sorted,
            normal_cdf(z0 + shifted / (1.0 - acceleration * shifted)),
        )
    };
    let tail = 0.5 - confidence / 2.0;
    Ok((end(tail), end(1.0 - tail)))
}

fn acceleration(jackknife: &[f64]) -> f64 {
    let centre = mean(jackknife);
    let (mut square, mut cube) = (0.0, 0.0);
    for value in jackknife {
        let d = centre - value;
        square += d * d;
        cube += d * d * d;
    }
    // A statistic that no single sample moves has no skewness to correct.
    if square == 0.0 {
        0.0
    } else {
        cube / (6.0 * square.powf(1.5))
    }
}
