//! Predictive distributions of a regression: are they as wide as its errors?
//!
//! A prediction with a noise variance stands for a Gaussian.

use crate::check::positive_variance;
use crate::distribution::normal_cdf;
use crate::{AuditError, Result};

/// What a prediction says of a row's distribution.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Predictive<'a> {
    /// Nothing but a value.
    #[default]
    Value,
    /// A Gaussian with this noise variance around every value, found on rows that are not audited, in squared units of the target,
    /// such as the validation mean squared error.
    Variance(f64),
    /// A Gaussian around each value with a variance of its own, `[rows]`.
    Variances(&'a [f64]),
    /// The value is this quantile.
    Quantile(f64),
    /// The value is the mean of a Poisson distribution.
    Poisson,
}

impl Predictive<'_> {
    /// What it is, in words.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Value => "no sigma2",
            Self::Variance(_) => "a sigma2",
            Self::Variances(_) => "a sigma2 of each row",
            Self::Quantile(_) => "a quantile",
            Self::Poisson => "a Poisson distribution",
        }
    }

    /// Refuses variances that are not positive and finite, or not as many as rows, and quantiles outside `(0, 1)`.
    pub(crate) fn check(self, rows: usize) -> Result<()> {
        match self {
            Self::Value | Self::Poisson => Ok(()),
            Self::Variance(sigma2) => positive_variance(sigma2),
            Self::Variances(own) => {
                crate::check::length("sigma2", own.len(), rows)?;
                own.iter().try_for_each(|&sigma2| positive_variance(sigma2))
            }
            Self::Quantile(level) => crate::check::level("quantile", level),
        }
    }

    /// Variance of the Gaussian of a row, if there is one.
    pub(crate) fn variance(self, row: usize) -> Option<f64> {
        match self {
            Self::Variance(sigma2) => Some(sigma2),
            Self::Variances(own) => Some(own[row]),
            Self::Value | Self::Quantile(_) | Self::Poisson => None,
        }
    }
}

/// Variances of what several Gaussians say together: the mean of their variances and the variance of their means.
///
/// ```text
/// v(x) = mean_k v_k(x) + mean_k (f_k(x) - mean_j f_j(x))^2
/// ```
///
/// # Shapes
/// - `values`, `variances`: `[members]` of `[rows]`
/// - returns: `[rows]`
///
/// # Errors
/// [`AuditError::Empty`] without members; lengths that differ.
///
/// # Source
/// Lakshminarayanan et al. 2017, section 2.4, <https://arxiv.org/abs/1612.01474>.
pub fn mixture_variances<V: AsRef<[f64]>>(values: &[V], variances: &[V]) -> Result<Vec<f64>> {
    let first = values
        .first()
        .ok_or(AuditError::Empty { what: "members" })?;
    crate::check::length("members with a variance", variances.len(), values.len())?;
    let rows = first.as_ref().len();
    for own in values.iter().chain(variances) {
        crate::check::length("values or variances", own.as_ref().len(), rows)?;
    }
    let members = values.len() as f64;
    let of_row = |row: usize| {
        let mean = values.iter().map(|own| own.as_ref()[row]).sum::<f64>() / members;
        let own = variances.iter().map(|own| own.as_ref()[row]).sum::<f64>();
        let apart = values.iter().map(|own| (own.as_ref()[row] - mean).powi(2));
        (own + apart.sum::<f64>()) / members
    };
    Ok((0..rows).map(of_row).collect())
}

/// The pinball loss of a prediction, `q max(e, 0) + (1 - q) max(-e, 0)` with `error = y - f`; least on average at the quantile `q`.
///
/// # Source
/// Koenker & Bassett 1978, <https://doi.org/10.2307/1913643>.
pub fn pinball_loss(error: f64, quantile: f64) -> f64 {
    (quantile * error).max((quantile - 1.0) * error)
}

/// The deviance of a Poisson distribution with this mean at a target, `2 (f - y + y ln(y / f))`; NaN where either is negative.
///
/// # Source
/// McCullagh & Nelder 1989, "Generalized linear models", section 2.3.
pub fn poisson_deviance(mean: f64, target: f64) -> f64 {
    if mean < 0.0 || target < 0.0 {
        return f64::NAN;
    }
    let told = if target > 0.0 {
        target * (target / mean).ln()
    } else {
        0.0
    };
    2.0 * (mean - target + told)
}

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
