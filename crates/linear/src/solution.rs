//! A linear model.

use decay_kernels::DoubleMatrix;

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
    /// `x W + b` of each row.
    ///
    /// # Shapes
    /// - `features`: `[rows, inputs]`; returns: `[rows, outputs]`
    pub fn outputs(&self, features: &[f32]) -> Vec<f64> {
        let outputs = self.bias.len();
        let inputs = self.weights.len() / outputs.max(1);
        let rows = features.len() / inputs.max(1);
        let features: Vec<f64> = features.iter().map(|&value| f64::from(value)).collect();
        let mut all = DoubleMatrix::new(&features, [rows, inputs])
            .times(DoubleMatrix::new(&self.weights, [inputs, outputs]));
        for row in all.chunks_exact_mut(outputs.max(1)) {
            row.iter_mut()
                .zip(&self.bias)
                .for_each(|(own, bias)| *own += bias);
        }
        all
    }

    /// `|W|^2`
    pub fn square_norm(&self) -> f64 {
        self.weights.iter().map(|weight| weight * weight).sum()
    }
}
