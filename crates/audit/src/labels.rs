//! The gate class labels pass: one per row, each naming a column of the logits.

use crate::finite::length;
use crate::{AuditError, Logits, Result};

/// Refuses labels of another length than the logits have rows, and labels without a column.
pub(crate) fn labels_fit(logits: &Logits<'_>, labels: &[usize]) -> Result<()> {
    length("labels", labels.len(), logits.rows())?;
    let classes = logits.classes();
    match labels.iter().position(|&label| label >= classes) {
        Some(row) => Err(AuditError::Label {
            row,
            label: labels[row],
            classes,
        }),
        None => Ok(()),
    }
}

/// As [`labels_fit`], and refuses labels of probability exactly 0, which have no finite likelihood.
pub(crate) fn labels_possible(logits: &Logits<'_>, labels: &[usize]) -> Result<()> {
    labels_fit(logits, labels)?;
    let impossible = |(row, &label): (&[f64], &usize)| row[label] == f64::NEG_INFINITY;
    match logits.iter_rows().zip(labels).position(impossible) {
        Some(row) => Err(AuditError::ImpossibleLabel {
            row,
            label: labels[row],
        }),
        None => Ok(()),
    }
}
