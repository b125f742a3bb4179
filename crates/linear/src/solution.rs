//! A linear model.

/// A model at the minimum of its objective.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// `[inputs, outputs]`, row-major.
    pub weights: Vec<f64>,
    /// `[outputs]`.
    pub bias: Vec<f64>,
    /// Passes over the rows that it took beside those of the models before it on the path; 0 of a closed form.
    pub passes: usize,
    /// Norm of the objective's gradient, relative to that without weights; 0 of a closed form.
    pub gradient: f64,
}

impl Solution {
    /// `|W|^2`
    pub fn square_norm(&self) -> f64 {
        self.weights.iter().map(|weight| weight * weight).sum()
    }
}
