//! The gate every array passes: present, finite and of the length its partner asks for.

use crate::{AuditError, Result};

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
