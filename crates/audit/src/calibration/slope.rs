//! Calibration as a straight line: the slope and intercept that confidences should have had.

use serde::{Deserialize, Serialize};

use super::logistic::logistic_loss;
use super::sharpness::SharpnessLoss;
use crate::accuracy::correct;
use crate::labels::labels_possible;
use crate::newton::{inverse, minimise};
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
    let target: Vec<f64> = hits.iter().map(|&hit| f64::from(hit)).collect();
    let at = minimise(vec![1.0, 0.0], |at| logistic_loss(x, &target, at))
        .filter(|(at, _)| at[0].abs() < STEEPEST);
    let (at, local) = at.ok_or(separated.clone())?;
    let covariance = inverse(&local.hessian, 2).ok_or(separated)?;
    Ok(CalibrationSlope {
        slope: at[0],
        intercept: at[1],
        slope_se: covariance[0].sqrt(),
        intercept_se: covariance[3].sqrt(),
    })
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
