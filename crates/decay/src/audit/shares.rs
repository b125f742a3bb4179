//! The share of rows that are right, with its interval.

use decay_audit::Estimate;
use decay_audit::interval::share_interval;

use crate::error::Error;

/// Level of the intervals.
const LEVEL: f64 = 0.95;

/// The mean over rows of the share of models that are right on it, and Wilson's interval over the rows.
///
/// A row's share varies less than one model's hit or miss does, so that the interval errs on the wide side.
pub(crate) fn mean_share(by_row: &[f64]) -> Result<Estimate, Error> {
    let mean = by_row.iter().sum::<f64>() / by_row.len() as f64;
    Ok(share_interval(mean, by_row.len(), LEVEL)?)
}

/// Of each row, the share of models for which `right` holds.
pub(crate) fn shares(models: usize, rows: usize, right: impl Fn(usize, usize) -> bool) -> Vec<f64> {
    let share = |row: usize| (0..models).filter(|&model| right(model, row)).count() as f64;
    (0..rows).map(|row| share(row) / models as f64).collect()
}
