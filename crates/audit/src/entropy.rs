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
        let total = |sum, z: &f64| sum + plogp((z - log_sum).exp(), z - log_sum);
        // `0 -` rather than a unary minus: a saturated row has entropy 0, not -0.
        0.0 - row.iter().fold(0.0, total)
    };
    logits.iter_rows().map(row_entropy).collect()
}

/// `p ln p`, and its limit 0 for a class of probability 0.
pub(crate) fn plogp(p: f64, log_p: f64) -> f64 {
    if p == 0.0 { 0.0 } else { p * log_p }
}
