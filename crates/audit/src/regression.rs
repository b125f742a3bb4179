//! Errors of real-valued predictions.

use crate::finite::paired;
use crate::interval::mean;
use crate::{AuditError, Result};

/// Mean squared error, `mean_i (f_i - y_i)²`, in squared units of the target.
///
/// # Errors
/// Empty input, different lengths, values that are not finite.
pub fn mse(predictions: &[f64], targets: &[f64]) -> Result<f64> {
    Ok(mean(&squared_errors(predictions, targets)?))
}

/// Root mean squared error, `sqrt(mse)`, in units of the target.
///
/// # Errors
/// As [`mse`].
pub fn rmse(predictions: &[f64], targets: &[f64]) -> Result<f64> {
    mse(predictions, targets).map(f64::sqrt)
}

/// Mean absolute error, `mean_i |f_i - y_i|`, in units of the target.
///
/// # Errors
/// As [`mse`].
pub fn mae(predictions: &[f64], targets: &[f64]) -> Result<f64> {
    pair(predictions, targets)?;
    let absolute: Vec<f64> = predictions
        .iter()
        .zip(targets)
        .map(|(f, y)| (f - y).abs())
        .collect();
    Ok(mean(&absolute))
}

/// Coefficient of determination, in `(-inf, 1]`; 0 is as good as the mean of these targets.
///
/// ```text
/// R² = 1 - Σ (f_i - y_i)² / Σ (y_i - mean y)²
/// ```
///
/// # Errors
/// As [`mse`], and [`AuditError::Undefined`] if all targets are equal.
pub fn r2(predictions: &[f64], targets: &[f64]) -> Result<f64> {
    let residual: f64 = squared_errors(predictions, targets)?.iter().sum();
    let centre = mean(targets);
    let total: f64 = targets.iter().map(|y| (y - centre).powi(2)).sum();
    if constant(targets) {
        return Err(AuditError::Undefined {
            metric: "r2",
            reason: "all targets are equal",
        });
    }
    Ok(1.0 - residual / total)
}

/// Mean negative log-likelihood of a Gaussian with one variance for all rows, in nats.
///
/// ```text
/// nll = ½ ln(2π σ²) + mse / (2 σ²)
/// ```
///
/// # Errors
/// As [`mse`], and [`AuditError::OutOfRange`] unless `0 < sigma2 < inf`.
pub fn gaussian_nll(predictions: &[f64], targets: &[f64], sigma2: f64) -> Result<f64> {
    let mse = mse(predictions, targets)?;
    positive_variance(sigma2)?;
    Ok(gaussian_nll_of_mse(mse, sigma2))
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

pub(crate) fn gaussian_nll_of_mse(mse: f64, sigma2: f64) -> f64 {
    0.5 * (std::f64::consts::TAU * sigma2).ln() + mse / (2.0 * sigma2)
}

/// Whether every entry equals the first, by value: a variance may miss it through rounding.
pub(crate) fn constant(values: &[f64]) -> bool {
    values.iter().all(|v| *v == values[0])
}

pub(crate) fn pair(predictions: &[f64], targets: &[f64]) -> Result<()> {
    paired(("predictions", predictions), ("targets", targets))
}

fn squared_errors(predictions: &[f64], targets: &[f64]) -> Result<Vec<f64>> {
    pair(predictions, targets)?;
    Ok(predictions
        .iter()
        .zip(targets)
        .map(|(f, y)| (f - y).powi(2))
        .collect())
}
