//! Brier score: squared distance between the probabilities and the label.

use crate::interval::mean;
use crate::labels::labels_fit;
use crate::{Logits, Result};

/// Mean Brier score, summed over classes as Brier 1950 did, in `[0, 2]`.
///
/// ```text
/// brier = mean_i Σ_k (p_ik - [y_i = k])²
/// ```
///
/// The other common form divides by the number of classes; scikit-learn halves the value for two
/// classes unless told otherwise.
///
/// # Errors
/// Labels that do not fit the logits.
pub fn brier(logits: &Logits<'_>, labels: &[usize]) -> Result<f64> {
    Ok(mean(&brier_per_row(logits, labels)?))
}

/// Brier score of every row, `[rows]`, summed over classes.
///
/// # Errors
/// Labels that do not fit the logits.
pub fn brier_per_row(logits: &Logits<'_>, labels: &[usize]) -> Result<Vec<f64>> {
    labels_fit(logits, labels)?;
    let probabilities = logits.probabilities();
    let score = |(row, &label): (&[f64], &usize)| {
        let gap = |(k, p): (usize, &f64)| if k == label { (p - 1.0).powi(2) } else { p * p };
        row.iter().enumerate().map(gap).sum()
    };
    Ok(probabilities
        .chunks_exact(logits.classes())
        .zip(labels)
        .map(score)
        .collect())
}
