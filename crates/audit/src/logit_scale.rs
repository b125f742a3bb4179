//! How large the logits are, whatever their offset.

use crate::Logits;
use crate::interval::mean;

/// Root mean square of the centred logits, the part of them the softmax sees.
///
/// ```text
/// scale = sqrt(mean_i mean_k (z_ik - mean_k z_ik)²)
/// ```
///
/// It is 0 for a model that always answers uniformly, and grows in proportion to the logits.
pub fn logit_scale(logits: &Logits<'_>) -> f64 {
    mean(&centred_square_per_row(logits)).sqrt()
}

/// Variance over classes of every row of logits, `[rows]`.
pub(crate) fn centred_square_per_row(logits: &Logits<'_>) -> Vec<f64> {
    let variance = |row: &[f64]| {
        let centre = mean(row);
        row.iter().map(|z| (z - centre).powi(2)).sum::<f64>() / row.len() as f64
    };
    logits.iter_rows().map(variance).collect()
}
