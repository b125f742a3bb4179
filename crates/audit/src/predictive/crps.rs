//! Continuous ranked probability score.

use crate::Result;
use crate::distribution::normal_cdf;
use crate::interval::mean;
use crate::regression::{pair, positive_variance};

/// Mean continuous ranked probability score of Gaussian predictions, in units of the target.
///
/// ```text
/// crps = mean_i ∫ (F_i(t) - [t >= y_i])² dt
///      = mean_i σ (z (2 Φ(z) - 1) + 2 φ(z) - 1 / sqrt(π))      z = (y_i - f_i) / σ
/// ```
///
/// A proper score that, unlike the likelihood, grows only linearly with an error; as σ falls to 0 it
/// becomes the mean absolute error.
///
/// # Errors
/// Empty input, different lengths, values that are not finite, `sigma2` not positive.
///
/// # Source
/// Gneiting & Raftery 2007, <https://doi.org/10.1198/016214506000001437>, eq. 21.
pub fn gaussian_crps(predictions: &[f64], targets: &[f64], sigma2: f64) -> Result<f64> {
    Ok(mean(&gaussian_crps_per_row(predictions, targets, sigma2)?))
}

/// The score of every row, `[rows]`.
///
/// # Errors
/// As [`gaussian_crps`].
pub fn gaussian_crps_per_row(
    predictions: &[f64],
    targets: &[f64],
    sigma2: f64,
) -> Result<Vec<f64>> {
    pair(predictions, targets)?;
    positive_variance(sigma2)?;
    let sigma = sigma2.sqrt();
    let score = |(f, y): (&f64, &f64)| crps_of_error(y - f, sigma);
    Ok(predictions.iter().zip(targets).map(score).collect())
}

fn crps_of_error(error: f64, sigma: f64) -> f64 {
    let z = error / sigma;
    let density = (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt();
    let centre = 1.0 / std::f64::consts::PI.sqrt();
    sigma * (z * (2.0 * normal_cdf(z) - 1.0) + 2.0 * density - centre)
}
