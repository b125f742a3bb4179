//! Prediction intervals of a regression from the sizes of its errors.

use serde::{Deserialize, Serialize};

use super::halves::{figures, kth_smallest};
use super::{Halves, conformal_rank, conformal_threshold};
use crate::finite::level;
use crate::regression::pair;
use crate::{Estimate, Result};

/// Half the width of intervals that hold a new target with probability at least `1 - miscoverage`.
///
/// ```text
/// prediction ± the ceil((n + 1) (1 - α))-th smallest |f_i - y_i|; infinite with too few rows
/// ```
///
/// # Errors
/// Empty input, different lengths, values that are not finite, a miscoverage outside `(0, 1)`.
///
/// # Source
/// Lei et al. 2018, <https://arxiv.org/abs/1604.04173>, algorithm 2.
pub fn split_conformal_half_width(
    predictions: &[f64],
    targets: &[f64],
    miscoverage: f64,
) -> Result<f64> {
    conformal_threshold(&absolute_errors(predictions, targets)?, miscoverage)
}

/// What conformal intervals achieve over random halves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct IntervalFigures {
    /// Mean coverage of the judged halves; as for [`SetFigures`](super::SetFigures).
    pub coverage: Estimate,
    /// Mean width of the interval, in units of the target; infinite with too few rows.
    pub width: Estimate,
}

/// Coverage and width of conformal intervals over random halves of one set of rows.
///
/// # Errors
/// As [`split_conformal_half_width`]; halves of another number of rows.
pub fn intervals_by_halves(
    predictions: &[f64],
    targets: &[f64],
    miscoverage: f64,
    halves: &Halves,
    confidence: f64,
) -> Result<IntervalFigures> {
    let errors = absolute_errors(predictions, targets)?;
    crate::finite::length("halves", halves.rows(), errors.len())?;
    level("miscoverage", miscoverage)?;
    level("confidence", confidence)?;
    let (mut coverages, mut widths) = (Vec::new(), Vec::new());
    for (fit, judged) in halves.iter() {
        let mut calibrating: Vec<f64> = fit.iter().map(|&row| errors[row as usize]).collect();
        let half = kth_smallest(&mut calibrating, conformal_rank(fit.len(), miscoverage));
        let held = |row: &&u32| errors[**row as usize] <= half;
        coverages.push(judged.iter().filter(held).count() as f64 / judged.len() as f64);
        widths.push(2.0 * half);
    }
    let found = figures(&coverages, &widths, errors.len(), confidence);
    Ok(IntervalFigures {
        coverage: found.coverage,
        width: found.size,
    })
}

fn absolute_errors(predictions: &[f64], targets: &[f64]) -> Result<Vec<f64>> {
    pair(predictions, targets)?;
    let error = |(f, y): (&f64, &f64)| (f - y).abs();
    Ok(predictions.iter().zip(targets).map(error).collect())
}
