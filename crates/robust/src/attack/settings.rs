//! Checks of what users set.

use crate::RobustError;

/// # Errors
/// [`RobustError::OutOfRange`] for zero.
pub(crate) fn at_least_one(what: &'static str, value: usize) -> Result<(), RobustError> {
    if value > 0 {
        return Ok(());
    }
    Err(RobustError::OutOfRange {
        what,
        range: "[1, inf)",
        value: 0.0,
    })
}

/// # Errors
/// [`RobustError::OutOfRange`] unless `0 < value <= most` and finite.
pub(crate) fn positive(what: &'static str, value: f64, most: f64) -> Result<(), RobustError> {
    if value > 0.0 && value <= most && value.is_finite() {
        return Ok(());
    }
    Err(RobustError::OutOfRange {
        what,
        range: if most.is_finite() {
            "(0, 1]"
        } else {
            "(0, inf)"
        },
        value,
    })
}
