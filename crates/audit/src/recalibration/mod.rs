//! Maps that repair probabilities, fitted on rows that neither trained the model nor audit it.

mod comparison;
mod map;
mod one_vs_rest;
mod vector;

pub use comparison::{Gain, Recalibrated, compare_recalibrations, compare_recalibrations_until};
pub use map::{Method, Recalibration};
pub use one_vs_rest::{HistogramBins, IsotonicSteps, Sigmoid, isotonic_regression};
pub use vector::{VECTOR_RIDGE, VectorScaling};

/// One-vs-rest probabilities made to sum to 1 in every row; a row of zeros becomes uniform.
fn normalise(probabilities: &mut [f64], classes: usize) {
    for row in probabilities.chunks_exact_mut(classes) {
        let sum: f64 = row.iter().sum();
        let uniform = 1.0 / classes as f64;
        for p in row {
            *p = if sum > 0.0 { *p / sum } else { uniform };
        }
    }
}

/// The probabilities of one class, `[rows]`.
fn column(probabilities: &[f64], class: usize, classes: usize) -> Vec<f64> {
    probabilities
        .iter()
        .skip(class)
        .step_by(classes)
        .copied()
        .collect()
}
