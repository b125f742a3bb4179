//! Squared bias and variance of predictions that differ by their training set.

/// Mean squared bias and variance over rows, each summed over outputs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Decomposition {
    pub(crate) squared_bias: f64,
    pub(crate) variance: f64,
}

/// Unbiased estimates from `m` training sets.
///
/// ```text
/// variance = mean_row Σ_k Σ_s (p_sk - p̄_k)² / (m - 1)
/// bias²    = mean_row Σ_k (p̄_k - t_k)² - variance / m
/// ```
///
/// # Shapes
/// - `predictions`: `[m]` of `[rows * outputs]`, at least two
/// - `truth`: `[rows * outputs]`; labels count as the truth, so that the noise in them is part of the bias
///
/// # Source
/// Geman, Bienenstock & Doursat 1992, <https://doi.org/10.1162/neco.1992.4.1.1>.
pub(crate) fn decompose(predictions: &[Vec<f64>], truth: &[f64], outputs: usize) -> Decomposition {
    let m = predictions.len() as f64;
    let rows = (truth.len() / outputs) as f64;
    let (mut squares, mut spread) = (0.0, 0.0);
    for (k, t) in truth.iter().enumerate() {
        let mean = predictions.iter().map(|p| p[k]).sum::<f64>() / m;
        squares += (mean - t).powi(2);
        spread += predictions.iter().map(|p| (p[k] - mean).powi(2)).sum::<f64>();
    }
    let variance = spread / (m - 1.0) / rows;
    Decomposition {
        squared_bias: squares / rows - variance / m,
        variance,
    }
}
