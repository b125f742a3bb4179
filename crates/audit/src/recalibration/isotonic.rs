//! Isotonic regression: the best rising function.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::finite::{finite, length};

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
        return Err(crate::AuditError::OutOfRange {
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
