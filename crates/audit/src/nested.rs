//! What the best of many means is worth: the choice repeated without the fold that it is read on.

use serde::{Deserialize, Serialize};

use crate::check::{at_least_two, finite, length};
use crate::interval::mean;
use crate::one_standard_error::first_minimum;
use crate::{AuditError, Result};

/// The lowest of several means beside what choosing it is worth on rows that did not choose.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct NestedChoice {
    /// The lowest mean over the folds.
    pub lowest: f64,
    /// Mean over the folds of the value, there, of the setting that is lowest on the others.
    pub nested: f64,
}

impl NestedChoice {
    /// By how much the lowest mean flatters itself, at least 0.
    pub fn optimism(&self) -> f64 {
        self.nested - self.lowest
    }

    /// The same of a figure of which more is better, from its negative.
    pub fn of_negated(self) -> Self {
        Self {
            lowest: -self.lowest,
            nested: -self.nested,
        }
    }
}

/// The lowest mean of several settings, and what it comes to where each fold is read at the setting that the other folds choose.
///
/// ```text
/// lowest = min_k mean_f v_fk      nested = mean_f v_(f, k*(f))      k*(f) = argmin_k Σ_{g != f} v_gk
/// ```
///
/// The lowest of many means is partly luck, the more so the more settings there are and the less they differ. `nested` is unbiased for
/// a choice by one fold less.
///
/// # Shapes
/// - `values`: `[folds][settings]`, lower is better
///
/// # Errors
/// Fewer than two folds, no settings, ragged or non-finite values.
///
/// # Source
/// Varma & Simon 2006, <https://doi.org/10.1186/1471-2105-7-91>.
pub fn nested_choice(values: &[Vec<f64>]) -> Result<NestedChoice> {
    at_least_two("folds", values.len())?;
    let settings = values[0].len();
    if settings == 0 {
        return Err(AuditError::Empty { what: "settings" });
    }
    for fold in values {
        length("settings of a fold", fold.len(), settings)?;
        finite("validation values", fold)?;
    }
    let total = |k: usize| values.iter().map(|fold| fold[k]).sum::<f64>();
    let totals: Vec<f64> = (0..settings).map(total).collect();
    let unseen = values.iter().map(|fold| {
        let others: Vec<f64> = totals
            .iter()
            .zip(fold)
            .map(|(all, own)| all - own)
            .collect();
        fold[first_minimum(&others)]
    });
    Ok(NestedChoice {
        lowest: totals[first_minimum(&totals)] / values.len() as f64,
        nested: mean(&unseen.collect::<Vec<_>>()),
    })
}
