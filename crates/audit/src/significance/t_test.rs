//! Student's paired t test, over overlapping training sets or independent ones.

use serde::{Deserialize, Serialize};

use crate::check::{at_least_two, level, paired};
use crate::distribution::{student_t_quantile, student_t_upper_tail};
use crate::interval::{mean, sample_variance};
use crate::{AuditError, Result};

/// A t test of `mean(a) - mean(b)` against 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TTest {
    /// `mean(a) - mean(b)`.
    pub mean_difference: f64,
    /// Standard error of the difference.
    pub standard_error: f64,
    /// The statistic, `mean_difference / standard_error`. Differences that do not vary at all give an
    /// infinite one, or 0 where they are all 0.
    pub t: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// Probability of a statistic at least as far from 0.
    pub p_two_sided: f64,
    /// Probability of a statistic at most this; small if `mean(a) < mean(b)`.
    pub p_less: f64,
    /// Probability of a statistic at least this; small if `mean(a) > mean(b)`.
    pub p_greater: f64,
}

impl TTest {
    fn new(mean_difference: f64, standard_error: f64, df: f64) -> Self {
        // 0 / 0 is no evidence against equality, not a NaN.
        let t = if mean_difference == 0.0 {
            0.0
        } else {
            mean_difference / standard_error
        };
        Self {
            mean_difference,
            standard_error,
            t,
            df,
            p_two_sided: 2.0 * student_t_upper_tail(t.abs(), df),
            p_less: student_t_upper_tail(-t, df),
            p_greater: student_t_upper_tail(t, df),
        }
    }

    /// Interval of the difference, `mean_difference ± t(df, (1 + level) / 2) * standard_error`.
    ///
    /// # Errors
    /// A level outside `(0, 1)`.
    pub fn interval(&self, confidence: f64) -> Result<(f64, f64)> {
        level("level", confidence)?;
        let half = student_t_quantile(0.5 + confidence / 2.0, self.df) * self.standard_error;
        Ok((self.mean_difference - half, self.mean_difference + half))
    }
}

/// Paired t test of figures from cross-validation folds, whose training sets overlap.
///
/// ```text
/// t = mean(d) / sqrt((1/n + n_test/n_train) var(d))
/// ```
///
/// Folds share most of their training rows, so their figures are not independent and the plain test
/// finds too much. `test_per_train` is `n_test / n_train`, `1 / (k - 1)` for `k` folds; 0 gives the plain test.
///
/// # Errors
/// Different lengths, fewer than two pairs, values that are not finite; `test_per_train` negative or not finite.
///
/// # Source
/// Nadeau & Bengio 2003, <https://doi.org/10.1023/A:1024068626366>.
pub fn corrected_resampled_t_test(a: &[f64], b: &[f64], test_per_train: f64) -> Result<TTest> {
    paired(("a", a), ("b", b))?;
    at_least_two("pairs", a.len())?;
    if !(0.0..f64::INFINITY).contains(&test_per_train) {
        let (what, range) = ("test_per_train", "[0, inf)");
        return Err(AuditError::OutOfRange {
            what,
            range,
            value: test_per_train,
        });
    }
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    let n = differences.len() as f64;
    let variance = (1.0 / n + test_per_train) * sample_variance(&differences);
    Ok(TTest::new(mean(&differences), variance.sqrt(), n - 1.0))
}
