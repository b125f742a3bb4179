//! Calibration as a straight line: the slope and intercept that confidences should have had.

use crate::exponential::exp_nonpositive;
use crate::newton::{Local, inverse, minimise};
use crate::{AuditError, Result};

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
#[derive(Debug, Clone, Copy)]
pub(crate) struct CalibrationSlope {
    /// The slope.
    pub(crate) slope: f64,
    /// The intercept.
    pub(crate) intercept: f64,
    /// Standard error of the slope, from the observed information.
    pub(crate) slope_se: f64,
    /// Standard error of the intercept.
    pub(crate) intercept_se: f64,
}

/// The regression of being right on `x`, the log-odds of the confidence.
///
/// Log-odds are limited to ±50: a confidence closer to 1 than 2e-22 says no more.
///
/// # Errors
/// [`AuditError::Undefined`] if all rows are right or all wrong, if all confidences are equal, or if a confidence
/// separates right from wrong: no finite line fits best then.
///
/// # Source
/// Cox 1958, <https://doi.org/10.1093/biomet/45.3-4.562>; Van Calster et al. 2019,
/// <https://doi.org/10.1186/s12916-019-1466-7>.
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

/// Rows computed side by side.
const LANES: usize = 8;

/// Total negative log-likelihood of `target_i ~ σ(a x_i + b)` at `[a, b]`; targets may be fractions.
pub(crate) fn logistic_loss(x: &[f64], target: &[f64], at: &[f64]) -> Local {
    let mut sums = LogisticSums::default();
    let (x8, x_rest) = x.as_chunks::<LANES>();
    let (target8, target_rest) = target.as_chunks::<LANES>();
    for (block, (x, target)) in x8.iter().zip(target8).enumerate() {
        sums.add(x, target, &[1.0; LANES], at);
        // 64 factors of at most 2 in each lane, far from overflow.
        if block % 64 == 63 {
            sums.close_products();
        }
    }
    let (mut x, mut target, mut counted) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    x[..x_rest.len()].copy_from_slice(x_rest);
    target[..x_rest.len()].copy_from_slice(target_rest);
    counted[..x_rest.len()].fill(1.0);
    sums.add(&x, &target, &counted, at);
    sums.close_products();
    let total = |lanes: [f64; LANES]| lanes.iter().sum::<f64>();
    let [haa, hab, hbb] = sums.hessian.map(total);
    Local {
        value: sums.closed + total(sums.value),
        gradient: sums.gradient.map(total).to_vec(),
        hessian: vec![haa, hab, hab, hbb],
    }
}

/// Sums over rows, a lane for every eighth.
struct LogisticSums {
    value: [f64; LANES],
    /// `Π (1 + e^-|z|)`, whose logarithm is due.
    product: [f64; LANES],
    closed: f64,
    gradient: [[f64; LANES]; 2],
    hessian: [[f64; LANES]; 3],
}

impl Default for LogisticSums {
    fn default() -> Self {
        Self {
            value: [0.0; LANES],
            product: [1.0; LANES],
            closed: 0.0,
            gradient: [[0.0; LANES]; 2],
            hessian: [[0.0; LANES]; 3],
        }
    }
}

impl LogisticSums {
    #[inline(always)]
    fn add(&mut self, x: &[f64; LANES], target: &[f64; LANES], counted: &[f64; LANES], at: &[f64]) {
        let (slope, intercept) = (at[0], at[1]);
        for lane in 0..LANES {
            let z = slope * x[lane] + intercept;
            let small = exp_nonpositive(-z.abs());
            let rest = 1.0 / (1.0 + small);
            let p = if z >= 0.0 { rest } else { small * rest };
            // ln(1 + e^z) - t z, neither term of which overflows.
            self.value[lane] += counted[lane] * (z.max(0.0) - target[lane] * z);
            self.product[lane] *= 1.0 + counted[lane] * small;
            let error = counted[lane] * (p - target[lane]);
            let weight = counted[lane] * small * rest * rest;
            self.gradient[0][lane] += error * x[lane];
            self.gradient[1][lane] += error;
            self.hessian[0][lane] += weight * x[lane] * x[lane];
            self.hessian[1][lane] += weight * x[lane];
            self.hessian[2][lane] += weight;
        }
    }

    fn close_products(&mut self) {
        for product in &mut self.product {
            self.closed += product.ln();
            *product = 1.0;
        }
    }
}
