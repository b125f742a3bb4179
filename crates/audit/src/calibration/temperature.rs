//! Temperature scaling: one number that repairs over- or under-confidence.

use serde::{Deserialize, Serialize};

use crate::distribution::rising_root;
use crate::labels::labels_possible;
use crate::probabilities::maximum;
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
/// The objective is convex in `1 / T`, so its only stationary point is found by Newton steps on `ln T`,
/// kept inside a bisection bracket. If the likelihood still rises at an end of the range, that end is
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
    let (low, high) = (-LARGEST_TEMPERATURE.ln(), -SMALLEST_TEMPERATURE.ln());
    let (at_low, at_high) = (slope(logits, labels, low).0, slope(logits, labels, high).0);
    let (value, bound) = if at_low == 0.0 && at_high == 0.0 {
        (1.0, None)
    } else if at_low >= 0.0 {
        (LARGEST_TEMPERATURE, Some(TemperatureBound::Largest))
    } else if at_high <= 0.0 {
        (SMALLEST_TEMPERATURE, Some(TemperatureBound::Smallest))
    } else {
        let sharpness = rising_root(|s| slope(logits, labels, s), low, high, 1e-15);
        ((-sharpness).exp(), None)
    };
    Ok(Temperature {
        value,
        nll_before: nll(logits, labels)?,
        nll_after: nll(&logits.tempered(value)?, labels)?,
        bound,
    })
}

/// Derivative of the mean NLL by the sharpness `β = 1 / T`, and that derivative's own by `s = ln β`:
/// `g = mean(E_p[z] - z_y)` and `dg/ds = β mean(Var_p[z])`.
fn slope(logits: &Logits<'_>, labels: &[usize], s: f64) -> (f64, f64) {
    let sharpness = s.exp();
    let (mut first, mut second) = (0.0, 0.0);
    for (row, &label) in logits.iter_rows().zip(labels) {
        let top = maximum(row);
        let (mut sum, mut moment, mut square) = (0.0, 0.0, 0.0);
        for z in row.iter().filter(|z| **z > f64::NEG_INFINITY) {
            // Relative to the top logit, so that a saturated row loses no digits.
            let (weight, shifted) = ((sharpness * (z - top)).exp(), z - top);
            sum += weight;
            moment += weight * shifted;
            square += weight * shifted * shifted;
        }
        let centre = moment / sum;
        first += centre - (row[label] - top);
        second += (square / sum - centre * centre).max(0.0);
    }
    let n = labels.len() as f64;
    (first / n, sharpness * second / n)
}
