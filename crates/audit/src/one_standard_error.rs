//! The one-standard-error rule: the strongest regularisation that is not clearly worse than the best.

use serde::{Deserialize, Serialize};

use crate::check::{finite, length};
use crate::interval::{mean, sample_variance};
use crate::{AuditError, Result};

/// What the rule saw and chose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OneStandardError {
    /// Mean error of each rate over the folds.
    pub mean: Vec<f64>,
    /// Standard error of each mean, `sd / sqrt(folds)` with `sd` over `folds - 1`.
    pub standard_error: Vec<f64>,
    /// The rate with the smallest mean error; the first where several are equal.
    pub best_index: usize,
    /// `mean[best] + standard_error[best]`.
    pub threshold: f64,
    /// The largest rate whose mean error is at most the threshold.
    pub one_se_index: usize,
}

/// Chooses a rate by the one-standard-error rule of cross-validation.
///
/// # Shapes
/// - `rates`: `[rates]`, in any order
/// - `fold_errors`: `[folds]` of `[rates]`, lower is better
///
/// # Errors
/// No rates, fewer than two folds, a fold of another length, values that are not finite.
///
/// # Source
/// Breiman et al. 1984, section 3.4.3; `lambda.1se` of glmnet.
pub fn one_standard_error_rule(
    rates: &[f64],
    fold_errors: &[Vec<f64>],
) -> Result<OneStandardError> {
    folds_fit(rates, fold_errors)?;
    let of_rate = |k: usize| fold_errors.iter().map(|fold| fold[k]).collect::<Vec<_>>();
    let columns: Vec<Vec<f64>> = (0..rates.len()).map(of_rate).collect();
    let folds = fold_errors.len() as f64;
    let means: Vec<f64> = columns.iter().map(|errors| mean(errors)).collect();
    let standard_error: Vec<f64> = columns
        .iter()
        .map(|errors| (sample_variance(errors) / folds).sqrt())
        .collect();
    let best_index = first_minimum(&means);
    let threshold = means[best_index] + standard_error[best_index];
    let mut one_se_index = best_index;
    for (k, rate) in rates.iter().enumerate() {
        if means[k] <= threshold && *rate > rates[one_se_index] {
            one_se_index = k;
        }
    }
    Ok(OneStandardError {
        mean: means,
        standard_error,
        best_index,
        threshold,
        one_se_index,
    })
}

/// The largest rate that is not clearly worse than the best on the same folds.
///
/// ```text
/// d_f(rate) = error_f(rate) - error_f(best)        mean_f d_f <= sd(d) / sqrt(folds)
/// ```
///
/// What makes a fold hard is hard for all rates: differences within folds vary less than the errors do, so that the rule moves less far than
/// [`one_standard_error_rule`].
///
/// # Shapes
/// As [`one_standard_error_rule`]; returns the index of a rate
///
/// # Errors
/// As [`one_standard_error_rule`].
pub fn paired_rule(rates: &[f64], fold_errors: &[Vec<f64>]) -> Result<usize> {
    let best = one_standard_error_rule(rates, fold_errors)?.best_index;
    let folds = fold_errors.len() as f64;
    let mut chosen = best;
    for (k, rate) in rates.iter().enumerate() {
        let worse = fold_errors.iter().map(|fold| fold[k] - fold[best]);
        let worse: Vec<f64> = worse.collect();
        let allowed = (sample_variance(&worse) / folds).sqrt();
        if mean(&worse) <= allowed && *rate > rates[chosen] {
            chosen = k;
        }
    }
    Ok(chosen)
}

fn folds_fit(rates: &[f64], fold_errors: &[Vec<f64>]) -> Result<()> {
    finite("rates", rates)?;
    if fold_errors.len() < 2 {
        let value = fold_errors.len() as f64;
        return Err(AuditError::OutOfRange {
            what: "folds",
            range: "[2, inf)",
            value,
        });
    }
    for fold in fold_errors {
        finite("fold errors", fold)?;
        length("fold errors", fold.len(), rates.len())?;
    }
    Ok(())
}

/// Index of the smallest of a non-empty slice of finite values, the first where several are equal.
pub(crate) fn first_minimum(values: &[f64]) -> usize {
    let mut best = 0;
    for (k, value) in values.iter().enumerate() {
        if *value < values[best] {
            best = k;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::{one_standard_error_rule, paired_rule};

    /// Folds differ by whole units, rates on a fold by tenths: the means' standard errors are 1, those of the differences small.
    #[test]
    fn hard_folds_excuse_no_rate_that_is_worse_on_each() {
        let rates = [0.1, 1.0, 10.0];
        let folds: Vec<Vec<f64>> = [(0.0, 0.01), (2.0, -0.01), (4.0, 0.03)]
            .map(|(level, noise)| vec![level + 0.1, level + noise + 0.1, level + 0.4])
            .to_vec();
        let plain = one_standard_error_rule(&rates, &folds).unwrap();
        assert_eq!((plain.best_index, plain.one_se_index), (0, 2));
        // The second is worse by 0.01 on average, with a standard error of 0.0115; the third by 0.3 on every fold.
        assert_eq!(paired_rule(&rates, &folds).unwrap(), 1);
        let clear: Vec<Vec<f64>> = [0.0, 2.0, 4.0]
            .map(|level| vec![level, level + 0.1, level + 0.4])
            .to_vec();
        assert_eq!(paired_rule(&rates, &clear).unwrap(), 0);
        assert!(paired_rule(&rates, &folds[..1]).is_err());
    }
}
