//! Maps of one class's probability or score: logistic, isotonic, by bins.

use serde::{Deserialize, Serialize};

use crate::calibration::{BinEdge, EqualWidth, logistic_loss};
use crate::check::{finite, length};
use crate::newton::minimise;
use crate::{AuditError, Result};

/// `p = 1 / (1 + exp(-(slope s + intercept)))`. scikit-learn and Platt write both with the other sign.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sigmoid {
    /// Factor on the score.
    pub slope: f64,
    /// Offset.
    pub intercept: f64,
}

impl Sigmoid {
    /// The most likely sigmoid for Platt's smoothed targets.
    ///
    /// ```text
    /// target = (n₊ + 1) / (n₊ + 2) for a positive, 1 / (n₋ + 2) for a negative
    /// ```
    ///
    /// The targets are what a uniform prior makes of the counts; they keep the fit finite where scores
    /// separate the sides. Scores that do not vary get slope 0.
    ///
    /// # Errors
    /// Empty input, different lengths, scores that are not finite.
    ///
    /// # Source
    /// Platt 1999; computed as Lin, Lin & Weng 2007, <https://doi.org/10.1007/s10994-007-5018-6>.
    pub fn fit(scores: &[f64], positive: &[bool]) -> Result<Self> {
        finite("scores", scores)?;
        length("positive", positive.len(), scores.len())?;
        let hits = positive.iter().filter(|&&hit| hit).count() as f64;
        let misses = positive.len() as f64 - hits;
        let (high, low) = ((hits + 1.0) / (hits + 2.0), 1.0 / (misses + 2.0));
        let start = ((hits + 1.0) / (misses + 1.0)).ln();
        let target: Vec<f64> = positive
            .iter()
            .map(|&hit| if hit { high } else { low })
            .collect();
        let loss = |at: &[f64]| logistic_loss(scores, &target, at);
        let varying = scores.iter().any(|s| *s != scores[0]);
        let found = if varying {
            minimise(vec![0.0, start], loss).map(|(at, _)| at)
        } else {
            let share = (hits * high + misses * low) / positive.len() as f64;
            Some(vec![0.0, (share / (1.0 - share)).ln()])
        };
        // Targets within (0, 1) give the loss a minimum; without convergence the frequency remains.
        let at = found.unwrap_or_else(|| vec![0.0, start]);
        Ok(Self {
            slope: at[0],
            intercept: at[1],
        })
    }

    /// The probability at a score.
    pub fn at(&self, score: f64) -> f64 {
        1.0 / (1.0 + (-(self.slope * score + self.intercept)).exp())
    }
}

/// The rising sequence closest to weighted values in squares, `[n]`.
///
/// ```text
/// argmin_{g_1 <= ... <= g_n} Σ_i w_i (g_i - v_i)²
/// ```
///
/// Pool adjacent violators, `O(n)`: a value that falls below the block before it joins that block.
///
/// # Errors
/// Empty input, different lengths, values or weights that are not finite, weights that are not positive.
///
/// # Source
/// Ayer et al. 1955; Best & Chakravarti 1990, <https://doi.org/10.1007/BF01580873>.
pub fn isotonic_regression(values: &[f64], weights: &[f64]) -> Result<Vec<f64>> {
    finite("values", values)?;
    length("weights", weights.len(), values.len())?;
    finite("weights", weights)?;
    if let Some(&value) = weights.iter().find(|w| **w <= 0.0) {
        return Err(AuditError::OutOfRange {
            what: "weights",
            range: "(0, inf)",
            value,
        });
    }
    // Blocks of (weighted mean, weight, length).
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    for (value, weight) in values.iter().zip(weights) {
        let mut block = (*value, *weight, 1);
        while let Some(&(mean, mass, rows)) = blocks.last() {
            if mean < block.0 {
                break;
            }
            let total = mass + block.1;
            block = (
                (mean * mass + block.0 * block.1) / total,
                total,
                rows + block.2,
            );
            blocks.pop();
        }
        blocks.push(block);
    }
    Ok(blocks
        .into_iter()
        .flat_map(|(mean, _, rows)| std::iter::repeat_n(mean, rows))
        .collect())
}

/// A rising function given at knots, straight between them and constant beyond.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IsotonicSteps {
    /// Knots, rising strictly.
    pub probability: Vec<f64>,
    /// Values at the knots, not falling.
    pub repaired: Vec<f64>,
}

impl IsotonicSteps {
    /// Isotonic regression of what occurred on the probability given for it.
    ///
    /// Rows of equal probability share their mean first, and knots within a flat piece are left out, both as
    /// in scikit-learn.
    ///
    /// # Errors
    /// Empty input, different lengths, probabilities that are not finite.
    pub fn fit(probability: &[f64], occurs: &[bool]) -> Result<Self> {
        finite("probability", probability)?;
        length("occurs", occurs.len(), probability.len())?;
        let mut order: Vec<usize> = (0..probability.len()).collect();
        order.sort_unstable_by(|&a, &b| probability[a].total_cmp(&probability[b]));
        let (mut knots, mut shares, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for tied in order.chunk_by(|&a, &b| probability[a] == probability[b]) {
            let hits = tied.iter().filter(|&&row| occurs[row]).count() as f64;
            knots.push(probability[tied[0]]);
            shares.push(hits / tied.len() as f64);
            weights.push(tied.len() as f64);
        }
        let fitted = isotonic_regression(&shares, &weights)?;
        let last = fitted.len() - 1;
        let bends = |&i: &usize| {
            i == 0 || i == last || fitted[i] != fitted[i - 1] || fitted[i] != fitted[i + 1]
        };
        let kept: Vec<usize> = (0..=last).filter(bends).collect();
        Ok(Self {
            probability: kept.iter().map(|&i| knots[i]).collect(),
            repaired: kept.iter().map(|&i| fitted[i]).collect(),
        })
    }

    /// The repaired probability.
    pub fn at(&self, probability: f64) -> f64 {
        let above = self.probability.partition_point(|knot| *knot < probability);
        let last = self.probability.len() - 1;
        if above == 0 || above > last {
            return self.repaired[above.min(last)];
        }
        let (x0, x1) = (self.probability[above - 1], self.probability[above]);
        let (y0, y1) = (self.repaired[above - 1], self.repaired[above]);
        y0 + (y1 - y0) * (probability - x0) / (x1 - x0)
    }
}

/// The share of occurrences within each of `n` bins of equal width.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HistogramBins {
    /// `[bins]`, by rising probability.
    pub repaired: Vec<f64>,
}

impl HistogramBins {
    /// Counts what occurred, bins closed on the right. A bin without rows keeps the probability of its centre.
    ///
    /// # Errors
    /// No bins, empty input, different lengths, a probability outside `[0, 1]`.
    ///
    /// # Source
    /// Zadrozny & Elkan 2001; bins of equal width as in Guo et al. 2017, section 4.1.
    pub fn fit(probability: &[f64], occurs: &[bool], bins: usize) -> Result<Self> {
        finite("probability", probability)?;
        length("occurs", occurs.len(), probability.len())?;
        let outside = probability.iter().find(|p| !(0.0..=1.0).contains(*p));
        let refused = match outside {
            _ if bins == 0 => Some(("bins", "[1, inf)", 0.0)),
            Some(&p) => Some(("probability", "[0, 1]", p)),
            None => None,
        };
        if let Some((what, range, value)) = refused {
            return Err(AuditError::OutOfRange { what, range, value });
        }
        let width = right_closed(bins);
        let mut counts = vec![(0.0, 0.0); bins];
        for (p, occurs) in probability.iter().zip(occurs) {
            let (rows, hits) = &mut counts[width.bin(*p)];
            *rows += 1.0;
            *hits += f64::from(*occurs);
        }
        let share = |(bin, (rows, hits)): (usize, &(f64, f64))| match *rows {
            0.0 => (bin as f64 + 0.5) / bins as f64,
            rows => hits / rows,
        };
        Ok(Self {
            repaired: counts.iter().enumerate().map(share).collect(),
        })
    }

    /// The repaired probability.
    pub fn at(&self, probability: f64) -> f64 {
        let width = right_closed(self.repaired.len());
        self.repaired[width.bin(probability)]
    }
}

fn right_closed(bins: usize) -> EqualWidth {
    EqualWidth {
        bins,
        edge: BinEdge::RightClosed,
    }
}
