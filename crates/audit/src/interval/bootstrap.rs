//! Bootstrap: the spread of a statistic under resampling of the samples.

use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use super::spread::mean;
use super::{Estimate, SplitMix};
use crate::check::{finite, level};
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
    /// The same, which ends with [`AuditError::Interrupted`] before the next resample once the flag is set.
    pub fn stopped_by<'a>(&'a self, stop: &'a AtomicBool) -> Resampling<'a> {
        Resampling {
            settings: self,
            stop: Some(stop),
        }
    }

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
    pub fn replicates(&self, n: usize, statistic: impl FnMut(&[usize]) -> f64) -> Vec<f64> {
        self.block_replicates(n, 1, statistic)
    }

    /// The same for rows in order of time that depend on their neighbours: `block` rows that follow each other are drawn together, and
    /// the first row follows the last.
    ///
    /// # Panics
    /// If `block` is 0.
    ///
    /// # Source
    /// The circular block bootstrap of Politis & Romano 1992.
    pub fn block_replicates(
        &self,
        n: usize,
        block: usize,
        mut statistic: impl FnMut(&[usize]) -> f64,
    ) -> Vec<f64> {
        let mut rows = vec![0; n];
        let one = |resample: usize| {
            let generator = SplitMix::new(self.seed, resample as u64);
            for (i, row) in rows.iter_mut().enumerate() {
                *row = (generator.below((i / block) as u64, n) + i % block) % n;
            }
            statistic(&rows)
        };
        (0..self.resamples).map(one).collect()
    }
}

/// A bootstrap that can be stopped; see [`Bootstrap::stopped_by`].
#[derive(Debug, Clone, Copy)]
pub struct Resampling<'a> {
    pub(crate) settings: &'a Bootstrap,
    stop: Option<&'a AtomicBool>,
}

impl<'a> From<&'a Bootstrap> for Resampling<'a> {
    fn from(settings: &'a Bootstrap) -> Self {
        Self {
            settings,
            stop: None,
        }
    }
}

impl Resampling<'_> {
    /// # Errors
    /// [`AuditError::Interrupted`] once the flag is set.
    pub(crate) fn go_on(self) -> Result<()> {
        match self.stop {
            Some(stop) if stop.load(Ordering::Relaxed) => Err(AuditError::Interrupted),
            _ => Ok(()),
        }
    }
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

/// A sorted copy.
fn ascending(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// The `p`-quantile of ascending values, linear between order statistics (numpy's default, R's type 7).
fn sorted_quantile(sorted: &[f64], p: f64) -> f64 {
    let last = sorted.len() - 1;
    let position = p * last as f64;
    let below = (position as usize).min(last);
    let above = (below + 1).min(last);
    sorted[below] + (sorted[above] - sorted[below]) * (position - below as f64)
}

#[cfg(test)]
mod tests {
    use super::{Bootstrap, SplitMix};

    /// Of a moving average of ten rows the mean has nearly ten times the variance that rows drawn one by one show.
    #[test]
    fn blocks_keep_the_dependence_of_neighbours() {
        let noise = SplitMix::new(5, 0);
        let moving = |row: u64| (row..row + 10).map(|i| noise.unit(i)).sum();
        let rows: Vec<f64> = (0..1000).map(moving).collect();
        let bootstrap = Bootstrap::default();
        let spread = |block: usize| {
            let mean = |drawn: &[usize]| drawn.iter().map(|&row| rows[row]).sum::<f64>() / 1000.0;
            let means = bootstrap.block_replicates(1000, block, mean);
            let middle = means.iter().sum::<f64>() / means.len() as f64;
            means
                .iter()
                .map(|mean| (mean - middle).powi(2))
                .sum::<f64>()
        };
        let ratio = spread(100) / spread(1);
        assert!((5.0..20.0).contains(&ratio), "{ratio}");
    }

    #[test]
    fn a_block_is_a_run_of_rows_that_goes_round() {
        let mut seen = [false; 7];
        let _ = Bootstrap::default().block_replicates(7, 3, |rows| {
            for run in rows.chunks(3) {
                let follows = run.windows(2).all(|pair| pair[1] == (pair[0] + 1) % 7);
                assert!(follows, "{rows:?}");
                seen[run[0]] = true;
            }
            0.0
        });
        assert_eq!(seen, [true; 7]);
    }
}
