//! A family of comparisons between two arms that share their replicates.

use serde::{Deserialize, Serialize};

use crate::interval::{mean, sample_variance};
use crate::significance::{TTest, corrected_resampled_t_test, holm};
use crate::{AuditError, Estimate, Result};

/// Two arms of the same replicates.
#[derive(Debug, Clone, Copy)]
pub struct Contrast<'a> {
    /// What is compared.
    pub name: &'a str,
    /// One figure a replicate.
    pub a: &'a [f64],
    /// Its partners, in the same order.
    pub b: &'a [f64],
}

/// One contrast of a family.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairedDifference {
    /// What is compared.
    pub name: String,
    /// Mean of `a - b` with Student's interval, for this contrast alone; `n` replicates.
    pub difference: Estimate,
    /// Cohen's `d_z = mean(d) / sd(d)`; `None` if the differences do not vary.
    pub effect_size: Option<f64>,
    /// Probability of a mean at least as far from 0 if there is no difference.
    pub p_two_sided: f64,
    /// Small if `a` is larger.
    pub p_greater: f64,
    /// Small if `a` is smaller.
    pub p_less: f64,
    /// `p_two_sided` after Holm's correction for the family.
    pub p_two_sided_adjusted: f64,
    /// `p_greater` after Holm's correction, for a family that asks all its questions this way.
    pub p_greater_adjusted: f64,
    /// `p_less` after Holm's correction, for a family that asks all its questions this way.
    pub p_less_adjusted: f64,
}

/// Paired t tests of `a - b` for every contrast, adjusted for having asked them all.
///
/// ```text
/// t = mean(d) / sqrt((1/n + test_per_train) var(d))      d = a - b
/// ```
///
/// `test_per_train` is 0 for independent replicates and `1 / (k - 1)` for `k` folds, whose training rows overlap.
///
/// # Errors
/// No contrasts; arms of different lengths or fewer than two replicates, values that are not finite;
/// `test_per_train` or `level` out of range.
///
/// # Source
/// Nadeau & Bengio 2003, <https://doi.org/10.1023/A:1024068626366>; Lakens 2013,
/// <https://doi.org/10.3389/fpsyg.2013.00863>.
pub fn paired_differences(
    contrasts: &[Contrast<'_>],
    test_per_train: f64,
    level: f64,
) -> Result<Vec<PairedDifference>> {
    if contrasts.is_empty() {
        return Err(AuditError::Empty { what: "contrasts" });
    }
    let tests = contrasts
        .iter()
        .map(|contrast| corrected_resampled_t_test(contrast.a, contrast.b, test_per_train))
        .collect::<Result<Vec<TTest>>>()?;
    let adjusted = |p: fn(&TTest) -> f64| holm(&tests.iter().map(p).collect::<Vec<_>>());
    let two_sided = adjusted(|test| test.p_two_sided);
    let greater = adjusted(|test| test.p_greater);
    let less = adjusted(|test| test.p_less);
    let one = |(k, (contrast, test)): (usize, (&Contrast<'_>, &TTest))| {
        let (low, high) = test.interval(level)?;
        Ok(PairedDifference {
            name: contrast.name.to_owned(),
            difference: Estimate {
                mean: test.mean_difference,
                low,
                high,
                n: contrast.a.len(),
            },
            effect_size: effect_size(contrast),
            p_two_sided: test.p_two_sided,
            p_greater: test.p_greater,
            p_less: test.p_less,
            p_two_sided_adjusted: two_sided[k],
            p_greater_adjusted: greater[k],
            p_less_adjusted: less[k],
        })
    };
    contrasts.iter().zip(&tests).enumerate().map(one).collect()
}

fn effect_size(contrast: &Contrast<'_>) -> Option<f64> {
    let pairs = contrast.a.iter().zip(contrast.b);
    let differences: Vec<f64> = pairs.map(|(a, b)| a - b).collect();
    let sd = sample_variance(&differences).sqrt();
    (sd > 0.0).then(|| mean(&differences) / sd)
}
