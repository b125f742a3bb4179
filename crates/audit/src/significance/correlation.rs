//! Correlation of two figures over the same units.

use serde::{Deserialize, Serialize};

use crate::check::{constant, paired};
use crate::distribution::student_t_upper_tail;
use crate::interval::mean;
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

/// Ranks from 1, equal values sharing the mean of their ranks. The values must be finite.
pub fn average_ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut below = 0;
    // By value, so that -0 and 0 tie although `total_cmp` tells them apart.
    for tied in order.chunk_by(|&a, &b| values[a] == values[b]) {
        for &i in tied {
            ranks[i] = below as f64 + (tied.len() + 1) as f64 / 2.0;
        }
        below += tied.len();
    }
    ranks
}
