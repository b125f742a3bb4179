//! Standardisation of a regression target.

use serde::{Deserialize, Serialize};

use crate::Target;

/// Mean and spread of a regression target, learned on training rows: `y' = (y - mean) / sd`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TargetScale {
    /// Mean, in the target's unit.
    pub mean: f64,
    /// Population standard deviation, in the target's unit; 1 if the target is constant.
    pub sd: f64,
}

impl TargetScale {
    /// Fits on `rows` alone; `None` for classes and for no rows.
    pub fn fit(target: &Target, rows: &[usize]) -> Option<Self> {
        let Target::Values { values, .. } = target else {
            return None;
        };
        if rows.is_empty() {
            return None;
        }
        let count = rows.len() as f64;
        let mean = rows.iter().map(|&row| values[row] / count).sum::<f64>();
        let variance = rows
            .iter()
            .map(|&row| (values[row] - mean).powi(2) / count)
            .sum::<f64>();
        let constant = rows.iter().all(|&row| values[row] == values[rows[0]]);
        let sd = if constant || !variance.is_normal() {
            1.0
        } else {
            variance.sqrt()
        };
        Some(Self {
            mean: if constant { values[rows[0]] } else { mean },
            sd,
        })
    }

    /// A target value in units of spread.
    pub fn apply(&self, value: f64) -> f64 {
        (value - self.mean) / self.sd
    }

    /// A prediction in the target's unit.
    pub fn invert(&self, scaled: f64) -> f64 {
        scaled * self.sd + self.mean
    }
}
