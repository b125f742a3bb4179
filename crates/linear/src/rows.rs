//! Rows to learn from.

use crate::error::{LinearError, check_length};

/// Features of some rows, and how much each row counts.
///
/// # Shapes
/// - `features`: `[rows, inputs]`, row-major; `weights`: `[rows]`
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// As the model reads them: scaled, and nothing missing.
    pub features: &'a [f32],
    /// Features of a row.
    pub inputs: usize,
    /// All rows count alike where there are none; of others only the ratios matter.
    pub weights: Option<&'a [f64]>,
}

impl Rows<'_> {
    /// Number of rows.
    pub fn count(&self) -> usize {
        self.features.len() / self.inputs.max(1)
    }

    /// Weights with sum 1.
    ///
    /// # Errors
    /// [`LinearError::Length`], [`LinearError::Weight`], [`LinearError::NoRows`], [`LinearError::NotFinite`].
    pub(crate) fn shares(&self) -> Result<Vec<f64>, LinearError> {
        let count = self.count();
        check_length("features", count * self.inputs, self.features.len())?;
        if !self.features.iter().all(|value| value.is_finite()) {
            return Err(LinearError::NotFinite("feature"));
        }
        let weights = self
            .weights
            .map_or_else(|| vec![1.0; count], <[f64]>::to_vec);
        check_length("weights", count, weights.len())?;
        let wrong = |weight: &&f64| !(0.0..f64::INFINITY).contains(*weight);
        if let Some(&weight) = weights.iter().find(wrong) {
            return Err(LinearError::Weight(weight));
        }
        let sum: f64 = weights.iter().sum();
        if sum <= 0.0 {
            return Err(LinearError::NoRows);
        }
        Ok(weights.iter().map(|weight| weight / sum).collect())
    }
}
