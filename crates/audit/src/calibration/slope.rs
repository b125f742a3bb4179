//! Calibration as a straight line: the slope and intercept that confidences should have had.

use serde::{Deserialize, Serialize};

use super::sharpness::SharpnessLoss;
use crate::accuracy::correct;
use crate::exponential::exp_nonpositive;
use crate::labels::labels_possible;
use crate::newton::{Local, inverse, minimise};
use crate::probabilities::log_odds;
use crate::{AuditError, Logits, Result};

/// Slopes beyond this belong to data that separate: their likelihood has no maximum.
const STEEPEST: f64 = 1e4;

/// Logistic regression of being right on the logit of the confidence.
///
/// ```text
/// P(right) = 1 / (1 + exp(-(intercept + slope logit(confidence))))
/// ```
///
/// Slope 1 and intercept 0 are perfect. A slope below 1 says that confidences are too extreme
/// (over-fitting), one above 1 that they are too timid; the intercept is the bias left after that.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CalibrationSlope {
    /// The slope.
    pub slope: f64,
    /// The intercept.
    pub intercept: f64,
    /// Standard error of the slope, from the observed information.
    pub slope_se: f64,
    /// Standard error of the intercept.
    pub intercept_se: f64,
}

/// Calibration slope and intercept of the predicted class.
///
/// Logits of confidences are limited to ±50: a confidence closer to 1 than 2e-22 says no more.
///
/// # Errors
/// Labels that do not fit; [`AuditError::Undefined`] if all rows are right or all wrong, if all
/// confidences are equal, or if a confidence separates right from wrong: no finite line fits best then.
///
/// # Source
/// Cox 1958, <https://doi.org/10.1093/biomet/45.3-4.562>; Van Calster et al. 2019,
/// <https://doi.org/10.1186/s12916-019-1466-7>.
pub fn calibration_slope(logits: &Logits<'_>, labels: &[usize]) -> Result<CalibrationSlope> {
    let hits = correct(logits, labels)?;
    let top = |(row, k): (&[f64], usize)| log_odds(row, k);
    let x: Vec<f64> = logits
        .iter_rows()
        .zip(logits.predictions())
        .map(top)
        .collect();
    slope_of(&x, &hits)
}

/// The regression of `hits` on `x`.
pub(crate) fn slope_of(x: &[f64], hits: &[bool]) -> Result<CalibrationSlope> {
    let undefined = |reason| AuditError::Undefined {
        metric: "calibration slope",
        reason,
    };
    if hits.iter().all(|&hit| hit == hits[0]) {
        return Err(undefined("all rows are right, or all are wrong"));
    }
    if x.iter().all(|&v| v == x[0]) {
        return Err(undefined("all confidences are equal"));
    }
    let separated = undefined("a confidence separates what is right from what is wrong");
    let objective = |at: &[f64]| logistic_loss(x, |row| f64::from(hits[row]), at);
    let at = minimise(vec![1.0, 0.0], objective).filter(|(at, _)| at[0].abs() < STEEPEST);
    let (at, local) = at.ok_or(separated.clone())?;
    let covariance = inverse(&local.hessian, 2).ok_or(separated)?;
    Ok(CalibrationSlope {
        slope: at[0],
        intercept: at[1],
        slope_se: covariance[0].sqrt(),
        intercept_se: covariance[3].sqrt(),
    })
}

/// Total negative log-likelihood of `target_i ~ σ(a x_i + b)` at `[a, b]`; targets may be fractions.
pub(crate) fn logistic_loss(x: &[f64], target: impl Fn(usize) -> f64, at: &[f64]) -> Local {
    let (mut value, mut ga, mut gb, mut haa, mut hab, mut hbb) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    // ln(1 + e^-|z|) summed as the logarithm of a product, which 512 factors of at most 2 cannot overflow.
    let mut product = 1.0;
    for (row, x) in x.iter().enumerate() {
        let (z, target) = (at[0] * x + at[1], target(row));
        let small = exp_nonpositive(-z.abs());
        let p = if z >= 0.0 { 1.0 } else { small } / (1.0 + small);
        if row % 512 == 511 {
            value += f64::ln(product);
            product = 1.0;
        }
        product *= 1.0 + small;
        // ln(1 + e^z) - t z, neither term of which overflows.
        value += z.max(0.0) - target * z;
        let (error, weight) = (p - target, small / ((1.0 + small) * (1.0 + small)));
        ga += error * x;
        gb += error;
        haa += weight * x * x;
        hab += weight * x;
        hbb += weight;
    }
    Local {
        value: value + product.ln(),
        gradient: vec![ga, gb],
        hessian: vec![haa, hab, hab, hbb],
    }
}

/// The factor on all logits that fits the labels best, `1 / T` of the optimal temperature.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MultinomialSlope {
    /// `1 / T`: below 1 for over-confident logits.
    pub value: f64,
    /// Its standard error, `1 / sqrt(Σ_i Var_p[z_i])`.
    pub se: f64,
}

/// Standard error of a multinomial slope `1 / temperature` found on other rows or on these.
///
/// # Errors
/// Labels that do not fit or are impossible, a temperature that is not positive, logits that do not vary.
pub fn multinomial_slope(
    logits: &Logits<'_>,
    labels: &[usize],
    temperature: f64,
) -> Result<MultinomialSlope> {
    labels_possible(logits, labels)?;
    crate::probabilities::positive_temperature(temperature)?;
    let value = 1.0 / temperature;
    let information = SharpnessLoss::new(logits, labels).information(value);
    if information == 0.0 {
        return Err(AuditError::Undefined {
            metric: "multinomial slope",
            reason: "the likelihood does not depend on the temperature",
        });
    }
    Ok(MultinomialSlope {
        value,
        se: 1.0 / information.sqrt(),
    })
}
