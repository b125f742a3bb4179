//! The gates that inputs pass: arrays are present, finite and as long as their partners, labels name a class.

use crate::{AuditError, Logits, Result};

/// Refuses an empty array and the first NaN or infinity in it.
pub(crate) fn finite(what: &'static str, values: &[f64]) -> Result<()> {
    if values.is_empty() {
        return Err(AuditError::Empty { what });
    }
    match values.iter().position(|v| !v.is_finite()) {
        Some(index) => Err(AuditError::NotFinite {
            what,
            index,
            value: values[index],
        }),
        None => Ok(()),
    }
}

/// Refuses an array whose length is not `expected`.
pub(crate) fn length(what: &'static str, got: usize, expected: usize) -> Result<()> {
    if got == expected {
        Ok(())
    } else {
        Err(AuditError::Length {
            what,
            expected,
            got,
        })
    }
}

/// Refuses the first value outside `[0, 1]`.
pub(crate) fn unit_interval(what: &'static str, values: &[f64]) -> Result<()> {
    match values.iter().find(|v| !(0.0..=1.0).contains(*v)) {
        Some(&value) => Err(AuditError::OutOfRange {
            what,
            range: "[0, 1]",
            value,
        }),
        None => Ok(()),
    }
}

/// Refuses a level (of confidence, of significance, of detection) outside the open unit interval.
pub(crate) fn level(what: &'static str, value: f64) -> Result<()> {
    if value > 0.0 && value < 1.0 {
        Ok(())
    } else {
        Err(AuditError::OutOfRange {
            what,
            range: "(0, 1)",
            value,
        })
    }
}

/// Two samples of the same non-zero length, all finite.
pub(crate) fn paired(first: (&'static str, &[f64]), second: (&'static str, &[f64])) -> Result<()> {
    finite(first.0, first.1)?;
    length(second.0, second.1.len(), first.1.len())?;
    finite(second.0, second.1)
}

/// Refuses fewer than two values, which have no spread.
pub(crate) fn at_least_two(what: &'static str, n: usize) -> Result<()> {
    if n < 2 {
        return Err(AuditError::OutOfRange {
            what,
            range: "[2, inf) in number",
            value: n as f64,
        });
    }
    Ok(())
}

/// Refuses fewer than two rates, rates that are not finite and the first that does not exceed the one before.
pub(crate) fn ascending_rates(rates: &[f64]) -> Result<()> {
    finite("rates", rates)?;
    at_least_two("rates", rates.len())?;
    match rates.windows(2).find(|pair| pair[0] >= pair[1]) {
        Some(pair) => Err(AuditError::OutOfRange {
            what: "rates",
            range: "ascending order",
            value: pair[1],
        }),
        None => Ok(()),
    }
}
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

/// Refuses a variance that is not positive and finite.
pub(crate) fn positive_variance(sigma2: f64) -> Result<()> {
    if sigma2 > 0.0 && sigma2.is_finite() {
        Ok(())
    } else {
        Err(AuditError::OutOfRange {
            what: "sigma2",
            range: "(0, inf)",
            value: sigma2,
        })
    }
}

/// Whether every entry equals the first, by value: a variance may miss it through rounding.
pub(crate) fn constant(values: &[f64]) -> bool {
    values.iter().all(|v| *v == values[0])
}

/// Predictions and targets of the same rows, all finite.
pub(crate) fn pair(predictions: &[f64], targets: &[f64]) -> Result<()> {
    paired(("predictions", predictions), ("targets", targets))
}
