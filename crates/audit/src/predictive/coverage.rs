//! How often central intervals hold the target.

use crate::Result;
use crate::distribution::normal_quantile;
use crate::finite::level;
use crate::interval::{Estimate, ProportionMethod, proportion_interval};
use crate::regression::{pair, positive_variance};

/// Share of targets within the central Gaussian interval of probability `nominal`, with its Wilson interval.
///
/// ```text
/// |f_i - y_i| <= σ Φ⁻¹((1 + nominal) / 2)
/// ```
///
/// # Errors
/// Empty input, different lengths, values that are not finite, `sigma2` not positive, a nominal or
/// confidence level outside `(0, 1)`.
pub fn gaussian_coverage(
    predictions: &[f64],
    targets: &[f64],
    sigma2: f64,
    nominal: f64,
    confidence: f64,
) -> Result<Estimate> {
    pair(predictions, targets)?;
    positive_variance(sigma2)?;
    level("nominal", nominal)?;
    let half = central_half_width(sigma2, nominal);
    let held = |(f, y): &(&f64, &f64)| (*f - *y).abs() <= half;
    let held = predictions.iter().zip(targets).filter(held).count();
    proportion_interval(
        held as u64,
        targets.len() as u64,
        confidence,
        ProportionMethod::Wilson,
    )
}

/// Half the width of the central interval.
fn central_half_width(sigma2: f64, nominal: f64) -> f64 {
    sigma2.sqrt() * normal_quantile(0.5 + nominal / 2.0)
}
