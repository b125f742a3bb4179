//! Temperature scaling: one number that repairs over- or under-confidence.

use serde::{Deserialize, Serialize};

use super::sharpness::SharpnessLoss;
use crate::distribution::rising_root;
use crate::labels::labels_possible;
use crate::{Logits, Result, nll};

/// The smallest temperature considered.
pub const SMALLEST_TEMPERATURE: f64 = 1e-3;
/// The largest temperature considered.
pub const LARGEST_TEMPERATURE: f64 = 1e3;

/// The end of the search range at which the likelihood was still rising.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TemperatureBound {
    /// [`SMALLEST_TEMPERATURE`]: the predictions are all correct, so sharper is always better.
    Smallest,
    /// [`LARGEST_TEMPERATURE`]: the logits are no better than chance, so softer is always better.
    Largest,
}

/// The temperature that suits a set of logits best.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Temperature {
    /// The temperature: probabilities are `softmax(z / T)`. netcal reports `1 / T`.
    pub value: f64,
    /// Mean negative log-likelihood at `T = 1`, in nats.
    pub nll_before: f64,
    /// Mean negative log-likelihood at this temperature, in nats.
    pub nll_after: f64,
    /// The bound that was hit, `None` for an optimum inside the range.
    pub bound: Option<TemperatureBound>,
}

/// The temperature in `[1e-3, 1e3]` that minimises the negative log-likelihood.
///
/// ```text
/// T = argmin_T mean_i (ln Σ_k exp(z_ik / T) - z_i,y_i / T)
/// ```
///
/// The objective is convex in `1 / T`, so its only stationary point is found by Halley steps on `ln T`,
/// or where these do not settle by Newton steps kept inside a bisection bracket. If the likelihood still rises at an end of the range, that end is
/// returned and named in `bound`; if it does not depend on `T` at all, `T` is 1.
///
/// The rows must not be those the model was trained on, nor those it is audited on.
///
/// # Errors
/// Labels that do not fit the logits, or of probability exactly 0, which no temperature repairs.
///
/// # Source
/// Guo et al. 2017, section 4.2, <https://arxiv.org/abs/1706.04599>.
pub fn optimal_temperature(logits: &Logits<'_>, labels: &[usize]) -> Result<Temperature> {
    labels_possible(logits, labels)?;
    let loss = SharpnessLoss::new(logits, labels);
    let (value, bound) = match loss.stationary(1.0) {
        Some(found) => (1.0 / found.sharpness, None),
        None => bracketed(&loss),
    };
    Ok(Temperature {
        value,
        nll_before: nll(logits, labels)?,
        nll_after: nll(&logits.tempered(value)?, labels)?,
        bound,
    })
}

/// The root within a bracket, or the bound that the loss falls towards.
fn bracketed(loss: &SharpnessLoss) -> (f64, Option<TemperatureBound>) {
    let (low, high) = (-LARGEST_TEMPERATURE.ln(), -SMALLEST_TEMPERATURE.ln());
    let slope = |s: f64| {
        let at = loss.at(s);
        (at.slope, at.curvature)
    };
    let (at_low, at_high) = (slope(low).0, slope(high).0);
    if at_low == 0.0 && at_high == 0.0 {
        (1.0, None)
    } else if at_low >= 0.0 {
        (LARGEST_TEMPERATURE, Some(TemperatureBound::Largest))
    } else if at_high <= 0.0 {
        (SMALLEST_TEMPERATURE, Some(TemperatureBound::Smallest))
    } else {
        ((-rising_root(slope, low, high, 1e-15)).exp(), None)
    }
}
