//! Sample quantiles.

use crate::AuditError;
use crate::Result;
use crate::finite::finite;

/// The `p`-quantile of the values, linear between order statistics (numpy's default, R's type 7).
///
/// # Errors
/// Empty input, values that are not finite, `p` outside `[0, 1]`.
pub fn quantile(values: &[f64], p: f64) -> Result<f64> {
    finite("values", values)?;
    if !(0.0..=1.0).contains(&p) {
        return Err(AuditError::OutOfRange {
            what: "p",
            range: "[0, 1]",
            value: p,
        });
    }
    Ok(sorted_quantile(&ascending(values), p))
}

/// A sorted copy.
pub(crate) fn ascending(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// [`quantile`] of values that are ascending, finite and not empty, for `p` in `[0, 1]`.
pub(crate) fn sorted_quantile(sorted: &[f64], p: f64) -> f64 {
    let last = sorted.len() - 1;
    let position = p * last as f64;
    let below = (position as usize).min(last);
    let above = (below + 1).min(last);
    sorted[below] + (sorted[above] - sorted[below]) * (position - below as f64)
}
