//! Share of rows whose label is predicted.

use crate::labels::labels_fit;
use crate::{Logits, Result};

/// Share of rows whose largest logit belongs to the label, in `[0, 1]`.
///
/// # Errors
/// Labels that do not fit the logits.
pub fn accuracy(logits: &Logits<'_>, labels: &[usize]) -> Result<f64> {
    let hits = correct(logits, labels)?.iter().filter(|&&hit| hit).count();
    Ok(hits as f64 / labels.len() as f64)
}

/// Whether each row is predicted correctly, `[rows]`.
pub(crate) fn correct(logits: &Logits<'_>, labels: &[usize]) -> Result<Vec<bool>> {
    labels_fit(logits, labels)?;
    Ok(logits
        .predictions()
        .iter()
        .zip(labels)
        .map(|(p, y)| p == y)
        .collect())
}
