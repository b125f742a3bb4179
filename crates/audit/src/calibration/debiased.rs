//! Calibration errors freed of what noise adds to them, or of the choice of the number of bins.

use super::{ReliabilityBin, by_confidence, equal_mass_bins};
use crate::finite::length;
use crate::{AuditError, Result};

/// Root mean square calibration error without the part that chance adds, in `[0, 1]`.
///
/// ```text
/// sqrt(max(0, Σ_b w_b ((accuracy_b - confidence_b)² - accuracy_b (1 - accuracy_b) / (n_b - 1))))
/// ```
///
/// Even a perfectly calibrated model has gaps in finite bins; their expected square is subtracted. Bins
/// with a single prediction show no variance and add nothing.
///
/// # Source
/// Kumar, Liang & Ma 2019, <https://arxiv.org/abs/1909.10155>, section 5.
pub fn debiased_calibration_error(bins: &[ReliabilityBin]) -> f64 {
    let cells = bins.iter().filter_map(|bin| {
        let (accuracy, confidence) = (bin.accuracy?, bin.confidence?);
        Some((bin.count as f64, accuracy, confidence - accuracy))
    });
    debiased_root(cells)
}

/// The same from `(count, accuracy, gap)` of each bin.
pub(crate) fn debiased_root(bins: impl Iterator<Item = (f64, f64, f64)>) -> f64 {
    let (mut total, mut square) = (0.0, 0.0);
    for (count, accuracy, gap) in bins {
        total += count;
        if count >= 2.0 {
            square += count * (gap * gap - accuracy * (1.0 - accuracy) / (count - 1.0));
        }
    }
    (square / f64::max(total, 1.0)).max(0.0).sqrt()
}

/// Equal-mass bins, as many as keep the accuracy from falling from any bin to the next.
///
/// The number is raised from 1 until accuracies are no longer monotone; the last number that was is used.
/// [`CalibrationError::of`](super::CalibrationError::of) the bins is the sweep ECE.
///
/// # Shapes
/// - `confidence`, `correct`: `[rows]`
///
/// # Errors
/// Empty input, different lengths, a confidence outside `[0, 1]`.
///
/// # Source
/// Roelofs et al. 2022, <https://arxiv.org/abs/2012.08668>, algorithm 1.
pub fn sweep_bins(confidence: &[f64], correct: &[bool]) -> Result<Vec<ReliabilityBin>> {
    length("correct", correct.len(), confidence.len())?;
    if confidence.is_empty() {
        return Err(AuditError::Empty { what: "confidence" });
    }
    let order = by_confidence(confidence);
    equal_mass_bins(confidence, correct, most_monotone_bins(&order, correct))
}

/// The largest number of equal-mass bins up to which accuracies are monotone, at least 1.
pub(crate) fn most_monotone_bins(order: &[usize], correct: &[bool]) -> usize {
    let mut hits = Vec::with_capacity(order.len() + 1);
    hits.push(0u64);
    let mut total = 0;
    for &row in order {
        total += u64::from(correct[row]);
        hits.push(total);
    }
    let monotone = |&bins: &usize| {
        let mut start = 0;
        let mut before = 0.0;
        super::array_split(order.len(), bins).all(|size| {
            let end = start + size;
            let accuracy = (hits[end] - hits[start]) as f64 / size as f64;
            let rising = accuracy >= before;
            (start, before) = (end, accuracy);
            rising
        })
    };
    (1..=order.len()).take_while(monotone).last().unwrap_or(1)
}
