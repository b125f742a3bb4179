//! Platt scaling: a logistic function of a score.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::calibration::logistic_loss;
use crate::finite::{finite, length};
use crate::newton::minimise;

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
