//! Calibration of every class's probability, not of the largest one only.

use super::{BinEdge, CalibrationError, equal_width_bins};
use crate::labels::labels_fit;
use crate::{Logits, Result};

/// Expected calibration error of each class's probability against that class's frequency.
///
/// ```text
/// ece_k = Σ_b w_b |share of label k in bin b - mean p_k in bin b|      bins over p_k
/// ```
///
/// # Shapes
/// - `labels`: `[rows]`
/// - returns: `[classes]`; their mean is the classwise ECE
///
/// # Errors
/// Labels that do not fit the logits, no bins.
///
/// # Source
/// Nixon et al. 2019, <https://arxiv.org/abs/1904.01685>.
pub fn classwise_calibration_error(
    logits: &Logits<'_>,
    labels: &[usize],
    bins: usize,
    edge: BinEdge,
) -> Result<Vec<f64>> {
    labels_fit(logits, labels)?;
    let probabilities = logits.probabilities();
    let of_class = |class: usize| {
        let p: Vec<f64> = probabilities
            .chunks_exact(logits.classes())
            .map(|row| row[class])
            .collect();
        let hit: Vec<bool> = labels.iter().map(|&label| label == class).collect();
        Ok(CalibrationError::of(&equal_width_bins(&p, &hit, bins, edge)?).l1)
    };
    (0..logits.classes()).map(of_class).collect()
}
