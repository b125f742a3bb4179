//! Temperature scaling: one number that repairs over- or under-confidence.

use serde::{Deserialize, Serialize};

use super::sharpness::SharpnessLoss;
use crate::check::labels_possible;
use crate::distribution::rising_root;
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

/// Logits at temperatures that none of their own labels took part in fitting.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossFitted {
    /// `[rows, classes]`, the first half of the rows at the temperature of the second and the other way round.
    pub tempered: Logits<'static>,
    /// The geometric mean of both temperatures.
    pub temperature: f64,
}

/// Tempers each half of the rows with the temperature that suits the other half best.
///
/// ```text
/// z_i / T(second half)  for i < rows / 2      z_i / T(first half)  else      temperature = sqrt(T(first half) T(second half))
/// ```
///
/// The rows should be in random order. What is then measured on `tempered` is honest on all rows, though no others were there to fit
/// with.
///
/// # Shapes
/// - `logits`: `[rows, classes]`; `labels`: `[rows]`
///
/// # Errors
/// As [`optimal_temperature`] of either half.
pub fn cross_fitted_temperature(logits: &Logits<'_>, labels: &[usize]) -> Result<CrossFitted> {
    labels_possible(logits, labels)?;
    let (classes, middle) = (logits.classes(), labels.len() / 2);
    let (first, second) = logits.values().split_at(middle * classes);
    let first = Logits::new(first, middle, classes)?;
    let second = Logits::new(second, labels.len() - middle, classes)?;
    let of_first = optimal_temperature(&first, &labels[..middle])?.value;
    let of_second = optimal_temperature(&second, &labels[middle..])?.value;
    let mut values = first.tempered(of_second)?.values().to_vec();
    values.extend_from_slice(second.tempered(of_first)?.values());
    Ok(CrossFitted {
        tempered: Logits::new(values, labels.len(), classes)?,
        temperature: (of_first * of_second).sqrt(),
    })
}

#[cfg(test)]
mod tests {
    use super::{cross_fitted_temperature, optimal_temperature};
    use crate::Logits;

    /// Logits `±size`, of which every fourth is wrong: the temperature is `2 size / ln 3`.
    fn half(size: f64, rows: usize) -> (Vec<f64>, Vec<usize>) {
        let logits = (0..rows).flat_map(|_| [size, -size]).collect();
        (
            logits,
            (0..rows).map(|row| usize::from(row % 4 == 3)).collect(),
        )
    }

    #[test]
    fn each_half_gets_the_temperature_of_the_other() {
        let ((mut values, mut truth), (second, labels)) = (half(2.0, 40), half(6.0, 40));
        values.extend(second);
        truth.extend(labels);
        let logits = Logits::new(values, 80, 2).unwrap();
        let found = cross_fitted_temperature(&logits, &truth).unwrap();
        let fitted = |size: f64| 2.0 * size / 3.0f64.ln();
        assert!((found.tempered.values()[0] - 2.0 / fitted(6.0)).abs() < 1e-6);
        assert!((found.tempered.values()[159] + 6.0 / fitted(2.0)).abs() < 1e-6);
        assert!((found.temperature - (fitted(2.0) * fitted(6.0)).sqrt()).abs() < 1e-6);
        let all = optimal_temperature(&logits, &truth).unwrap().value;
        assert!(
            (found.temperature - all).abs() > 0.01,
            "one temperature for all rows is another"
        );
    }

    #[test]
    fn labels_of_other_rows_are_refused() {
        let logits = Logits::new(vec![0.0; 8], 4, 2).unwrap();
        assert!(cross_fitted_temperature(&logits, &[0, 1, 0]).is_err());
        assert!(cross_fitted_temperature(&logits, &[0]).is_err());
        assert!(cross_fitted_temperature(&logits, &[0; 20]).is_err());
    }
}
