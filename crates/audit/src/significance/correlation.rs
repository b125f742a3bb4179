//! Correlation of two figures over the same units.

use serde::{Deserialize, Serialize};

use super::average_ranks;
use crate::distribution::student_t_upper_tail;
use crate::finite::paired;
use crate::interval::mean;
use crate::regression::constant;
use crate::{AuditError, Result};

/// A correlation coefficient and its test against 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Correlation {
    /// The coefficient, in `[-1, 1]`.
    pub coefficient: f64,
    /// Two-sided p-value from the t distribution with `n - 2` degrees of freedom.
    pub p_two_sided: f64,
}

/// Pearson's correlation: how linear the relation is.
///
/// # Errors
/// Different lengths, fewer than three pairs, values that are not finite, a side without variation.
pub fn pearson(x: &[f64], y: &[f64]) -> Result<Correlation> {
    varying("Pearson's correlation", x, y)?;
    let (cx, cy) = (mean(x), mean(y));
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (a, b) in x.iter().zip(y) {
        let (dx, dy) = (a - cx, b - cy);
        xy += dx * dy;
        xx += dx * dx;
        yy += dy * dy;
    }
    let coefficient = (xy / (xx.sqrt() * yy.sqrt())).clamp(-1.0, 1.0);
    let df = (x.len() - 2) as f64;
    let t = coefficient.abs() * (df / ((1.0 - coefficient) * (1.0 + coefficient))).sqrt();
    Ok(Correlation {
        coefficient,
        p_two_sided: 2.0 * student_t_upper_tail(t, df),
    })
}

/// Spearman's correlation: Pearson's of the average ranks, so how monotone the relation is.
///
/// # Errors
/// As [`pearson`].
pub fn spearman(x: &[f64], y: &[f64]) -> Result<Correlation> {
    varying("Spearman's correlation", x, y)?;
    pearson(&average_ranks(x), &average_ranks(y))
}

/// Kendall's tau-b: concordant minus discordant pairs, corrected for ties. Takes `O(n²)` time.
///
/// ```text
/// τ_b = (C - D) / sqrt((n0 - ties in x) (n0 - ties in y))      n0 = n (n - 1) / 2
/// ```
///
/// # Errors
/// As [`pearson`].
pub fn kendall_tau_b(x: &[f64], y: &[f64]) -> Result<f64> {
    varying("Kendall's tau", x, y)?;
    let (mut balance, mut untied_x, mut untied_y) = (0.0, 0.0, 0.0);
    for i in 0..x.len() {
        for j in 0..i {
            let (sx, sy) = (sign(x[i] - x[j]), sign(y[i] - y[j]));
            balance += sx * sy;
            untied_x += sx * sx;
            untied_y += sy * sy;
        }
    }
    Ok(balance / (untied_x.sqrt() * untied_y.sqrt()))
}

/// -1, 0 or 1; `f64::signum` has no 0.
fn sign(v: f64) -> f64 {
    if v == 0.0 { 0.0 } else { v.signum() }
}

fn varying(metric: &'static str, x: &[f64], y: &[f64]) -> Result<()> {
    paired(("x", x), ("y", y))?;
    if x.len() < 3 {
        return Err(AuditError::Undefined {
            metric,
            reason: "fewer than three pairs",
        });
    }
    if constant(x) || constant(y) {
        return Err(AuditError::Undefined {
            metric,
            reason: "one side does not vary",
        });
    }
    Ok(())
}
