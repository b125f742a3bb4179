//! Predictive distributions of a regression: are they as wide as its errors?
//!
//! A prediction with one noise variance for all rows stands for a Gaussian.

use crate::distribution::normal_cdf;

/// Continuous ranked probability score of a Gaussian around a prediction, in units of the target.
///
/// ```text
/// crps = ∫ (F(t) - [t >= y])² dt
///      = σ (z (2 Φ(z) - 1) + 2 φ(z) - 1 / sqrt(π))      z = (y - f) / σ, error = y - f
/// ```
///
/// A proper score that, unlike the likelihood, grows only linearly with an error; as `sigma > 0` falls to 0 it
/// becomes the absolute error.
///
/// # Source
/// Gneiting & Raftery 2007, <https://doi.org/10.1198/016214506000001437>, eq. 21.
pub fn gaussian_crps(error: f64, sigma: f64) -> f64 {
    let z = error / sigma;
    let density = (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt();
    let centre = 1.0 / std::f64::consts::PI.sqrt();
    sigma * (z * (2.0 * normal_cdf(z) - 1.0) + 2.0 * density - centre)
}

/// Probability integral transform, `Φ((y - f) / σ)` with `error = y - f`; uniform on `[0, 1]` over rows if the
/// predictions are calibrated.
///
/// A heap in the middle says that intervals are too wide, heaps at both ends that they are too narrow.
///
/// # Source
/// Dawid 1984, <https://doi.org/10.2307/2981683>.
pub fn integral_transform(error: f64, sigma: f64) -> f64 {
    normal_cdf(error / sigma)
}

/// Kolmogorov's `D`, the largest distance of a distribution from uniform, from ascending values with their counts,
/// which sum to `n`.
///
/// ```text
/// D = max_i max(i / n - u_(i), u_(i) - (i - 1) / n)
/// ```
pub(crate) fn distance_from_uniform(sorted: impl Iterator<Item = (f64, f64)>, n: f64) -> f64 {
    let (mut seen, mut distance) = (0.0, 0.0_f64);
    for (value, count) in sorted.filter(|(_, count)| *count > 0.0) {
        distance = distance.max(value - seen / n);
        seen += count;
        distance = distance.max(seen / n - value);
    }
    distance
}
