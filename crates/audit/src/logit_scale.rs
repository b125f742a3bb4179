//! How large the logits are, whatever their offset.

use crate::Logits;
use crate::interval::mean;

/// Root mean square of the centred logits, the part of them the softmax sees.
///
/// ```text
/// scale = sqrt(mean_i mean_k (z_ik - mean_k z_ik)²)
/// ```
///
/// It is 0 for a model that always answers uniformly, and grows in proportion to the logits. Classes
/// of probability 0 (`-inf`) are left out of their rows.
pub fn logit_scale(logits: &Logits<'_>) -> f64 {
    let squares: Vec<f64> = logits.iter_rows().map(centred_square).collect();
    mean(&squares).sqrt()
}

/// Variance over the possible classes of one row of logits.
pub(crate) fn centred_square(row: &[f64]) -> f64 {
    let sum: f64 = row.iter().sum();
    if sum > f64::NEG_INFINITY {
        let centre = sum / row.len() as f64;
        return row.iter().map(|z| (z - centre).powi(2)).sum::<f64>() / row.len() as f64;
    }
    let possible: Vec<f64> = row
        .iter()
        .copied()
        .filter(|z| *z > f64::NEG_INFINITY)
        .collect();
    centred_square(&possible)
}
