//! McNemar's exact test: two sets of yes and no on the same rows.

use serde::{Deserialize, Serialize};

use crate::check::length;
use crate::distribution::beta_cdf;
use crate::{AuditError, Result};

/// How often only one of two models is right, and whether that could be a coin's doing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct McNemar {
    /// Rows that only the first gets right.
    pub only_a: usize,
    /// Rows that only the second gets right.
    pub only_b: usize,
    /// Two-sided p-value of equal chances; 1 if no row tells them apart.
    pub p: f64,
}

/// McNemar's test by the binomial distribution, exact for any number of rows.
///
/// ```text
/// p = min(1, 2 P(X <= min(only_a, only_b)))      X ~ Binomial(only_a + only_b, ½)
/// ```
///
/// Rows on which the models agree say nothing about which is better and do not count.
///
/// # Shapes
/// - `correct_a`, `correct_b`: `[rows]`
///
/// # Errors
/// No rows, different lengths.
///
/// # Source
/// McNemar 1947, <https://doi.org/10.1007/BF02295996>; Dietterich 1998 for classifiers.
pub fn mcnemar_exact(correct_a: &[bool], correct_b: &[bool]) -> Result<McNemar> {
    if correct_a.is_empty() {
        return Err(AuditError::Empty { what: "correct_a" });
    }
    length("correct_b", correct_b.len(), correct_a.len())?;
    let only = |right: bool| {
        let pairs = correct_a.iter().zip(correct_b);
        pairs.filter(|&(&a, &b)| a != b && a == right).count()
    };
    let (only_a, only_b) = (only(true), only(false));
    let (fewer, all) = (only_a.min(only_b) as f64, (only_a + only_b) as f64);
    // P(X <= k) of n fair trials is the beta distribution's I_½(n - k, k + 1).
    let p = if all == 0.0 {
        1.0
    } else {
        (2.0 * beta_cdf(all - fewer, fewer + 1.0, 0.5)).min(1.0)
    };
    Ok(McNemar { only_a, only_b, p })
}
