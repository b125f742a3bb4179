//! Negative log-likelihood of the labels.

use crate::interval::mean;
use crate::labels::labels_fit;
use crate::probabilities::log_sum_exp;
use crate::{Logits, Result};

/// Mean negative log-likelihood in nats, also called cross-entropy or log loss.
///
/// ```text
/// nll = mean_i (ln Σ_k exp z_ik - z_i,y_i)
/// ```
///
/// Computed from the logits, so a probability that rounds to 0 costs its true, finite price. A label
/// whose logit is `-inf` costs infinity.
///
/// # Errors
/// Labels that do not fit the logits.
pub fn nll(logits: &Logits<'_>, labels: &[usize]) -> Result<f64> {
    Ok(mean(&nll_per_row(logits, labels)?))
}

/// Negative log-likelihood of every row, `[rows]`, in nats.
///
/// # Errors
/// Labels that do not fit the logits.
pub fn nll_per_row(logits: &Logits<'_>, labels: &[usize]) -> Result<Vec<f64>> {
    labels_fit(logits, labels)?;
    Ok(logits
        .iter_rows()
        .zip(labels)
        .map(|(row, &y)| log_sum_exp(row) - row[y])
        .collect())
}
