//! Entropy of the predicted distribution.

use crate::Logits;
use crate::interval::mean;
use crate::probabilities::log_sum_exp;

/// Mean entropy of the predictions in nats, in `[0, ln classes]`.
pub fn entropy(logits: &Logits<'_>) -> f64 {
    mean(&entropy_per_row(logits))
}

/// Entropy of every row, `[rows]`, in nats.
///
/// ```text
/// H = -Σ_k p_k ln p_k
/// ```
///
/// Computed from log-probabilities, where a vanishing `p` contributes 0 and not `0 * -inf`.
pub fn entropy_per_row(logits: &Logits<'_>) -> Vec<f64> {
    let row_entropy = |row: &[f64]| {
        let log_sum = log_sum_exp(row);
        // `0 -` rather than a unary minus: a saturated row has entropy 0, not -0.
        0.0 - row
            .iter()
            .map(|z| (z - log_sum).exp() * (z - log_sum))
            .sum::<f64>()
    };
    logits.iter_rows().map(row_entropy).collect()
}
