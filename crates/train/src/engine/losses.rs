//! The losses that selection uses.

use serde::{Deserialize, Deserializer, Serialize};

use crate::problem::{Problem, Truth};

/// Losses of one member on some rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Losses {
    /// Negative log-likelihood per row, or mean squared error in the target's unit.
    #[serde(deserialize_with = "null_as_nan")]
    pub loss: f64,
    /// Share of rows whose largest output is the label's; `None` for regression.
    pub accuracy: Option<f64>,
}

/// JSON has no NaN: a loss that is not finite is written as null.
fn null_as_nan<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    Option::deserialize(from).map(|value| value.unwrap_or(f64::NAN))
}

/// Losses from raw outputs, in f64.
///
/// ```text
/// nll = mean(log sum_c exp(x_c) - x_label)          mse = mean((sd x + mean - t)^2)
/// ```
pub(crate) fn losses(problem: &Problem, fold: usize, rows: &[usize], outputs: &[f32]) -> Losses {
    let count = rows.len() as f64;
    match &problem.truth {
        Truth::Classes(labels) => {
            let (mut nll, mut hits) = (0.0, 0.0);
            for (x, &row) in outputs.chunks_exact(problem.outputs).zip(rows) {
                let label = labels[row] as usize;
                let (log_sum, best) = log_sum_exp(x);
                nll += log_sum - f64::from(x[label]);
                hits += f64::from(u8::from(best == label));
            }
            Losses {
                loss: nll / count,
                accuracy: Some(hits / count),
            }
        }
        Truth::Values(values) => {
            let scale = problem.scales[fold].target;
            let squares = outputs.iter().zip(rows).map(|(&x, &row)| {
                let value = scale.map_or(f64::from(x), |s| s.invert(f64::from(x)));
                (value - values[row]).powi(2)
            });
            Losses {
                loss: squares.sum::<f64>() / count,
                accuracy: None,
            }
        }
    }
}

/// `log sum exp` and the first place of the maximum.
fn log_sum_exp(x: &[f32]) -> (f64, usize) {
    let mut best = 0;
    for (i, value) in x.iter().enumerate() {
        if *value > x[best] {
            best = i;
        }
    }
    let maximum = f64::from(x[best]);
    let sum: f64 = x.iter().map(|&v| (f64::from(v) - maximum).exp()).sum();
    (maximum + sum.ln(), best)
}
