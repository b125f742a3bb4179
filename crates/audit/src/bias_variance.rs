//! Squared bias and variance of predictions that differ by their training set.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::check::{at_least_two, finite, length};

/// Parts of the expected squared error, means over rows of sums over outputs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BiasVariance {
    /// Squared distance of the expected prediction from the truth; an unbiased estimate may fall below 0.
    pub squared_bias: f64,
    /// Spread of predictions over training sets.
    pub variance: f64,
}

/// Unbiased estimates of squared bias and variance from models of `m` training sets.
///
/// ```text
/// variance = mean_row Σ_k Σ_s (p_sk - p̄_k)² / (m - 1)
/// bias²    = mean_row Σ_k (p̄_k - t_k)² - variance / m
/// ```
///
/// Where the truth itself is noisy, as labels are, its noise is part of the bias.
///
/// # Shapes
/// - `predictions`: `[m]` of `[rows * outputs]`, at least two
/// - `truth`: `[rows * outputs]`
///
/// # Errors
/// Fewer than two models, lengths that differ or are no multiple of `outputs`, values that are not finite.
///
/// # Source
/// Geman, Bienenstock & Doursat 1992, <https://doi.org/10.1162/neco.1992.4.1.1>.
pub fn bias_variance(
    predictions: &[Vec<f64>],
    truth: &[f64],
    outputs: usize,
) -> Result<BiasVariance> {
    at_least_two("models", predictions.len())?;
    finite("truth", truth)?;
    length("truth of a row", truth.len() % outputs.max(1), 0)?;
    for prediction in predictions {
        length("predictions", prediction.len(), truth.len())?;
        finite("predictions", prediction)?;
    }
    let m = predictions.len() as f64;
    let rows = (truth.len() / outputs.max(1)) as f64;
    let (mut squares, mut spread) = (0.0, 0.0);
    for (k, t) in truth.iter().enumerate() {
        let mean = predictions.iter().map(|p| p[k]).sum::<f64>() / m;
        let deviations = predictions.iter().map(|p| (p[k] - mean).powi(2));
        squares += (mean - t).powi(2);
        spread += deviations.sum::<f64>();
    }
    let variance = spread / (m - 1.0) / rows;
    Ok(BiasVariance {
        squared_bias: squares / rows - variance / m,
        variance,
    })
}

#[cfg(test)]
mod tests {
    use super::bias_variance;
    use crate::interval::SplitMix;

    #[test]
    fn two_models_of_two_rows_by_hand() {
        let parts = bias_variance(&[vec![1.0, 0.0], vec![3.0, 0.0]], &[1.0, 1.0], 1).unwrap();
        // Row 1: variance 2, bias² (2 - 1)² - 2/2. Row 2: variance 0, bias² 1.
        assert_eq!((parts.variance, parts.squared_bias), (1.0, 0.5));
    }

    /// `E (p - t)² = bias² + variance`: predictions that are uniform around 0.3 of a truth of 0, over many draws.
    #[test]
    fn estimates_are_unbiased_whatever_the_number_of_models() {
        for models in [2, 5] {
            let (mut bias, mut variance) = (0.0, 0.0);
            let draws = 4000;
            for draw in 0..draws {
                let generator = SplitMix::new(7, draw);
                let prediction = |m: usize| vec![0.3 + generator.unit(m as u64) - 0.5];
                let predictions: Vec<_> = (0..models).map(prediction).collect();
                let parts = bias_variance(&predictions, &[0.0], 1).unwrap();
                bias += parts.squared_bias / draws as f64;
                variance += parts.variance / draws as f64;
            }
            assert!((bias - 0.09).abs() < 0.01, "{models}: {bias}");
            assert!(
                (variance - 1.0 / 12.0).abs() < 0.005,
                "{models}: {variance}"
            );
        }
    }

    #[test]
    fn one_model_has_no_variance_and_lengths_must_agree() {
        assert!(bias_variance(&[vec![1.0]], &[1.0], 1).is_err());
        assert!(bias_variance(&[vec![1.0], vec![1.0, 2.0]], &[1.0], 1).is_err());
        assert!(bias_variance(&[vec![1.0; 3], vec![1.0; 3]], &[1.0; 3], 2).is_err());
    }
}
