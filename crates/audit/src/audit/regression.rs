//! The audit of a regression.

use super::classification::{given, same};
use super::resampling::measure;
use super::{AuditConfig, Figures};
use crate::check::{pair, positive_variance};
use crate::interval::mean;
use crate::metric::{Prepared, Values};
use crate::{AuditError, Result};

/// The predictions of one of the models that answer together, on the held-out rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MemberPredictions<'a> {
    /// `[rows]`, in units of the target.
    pub values: &'a [f64],
    /// Noise variance found on rows that are not audited, in squared units of the target, such as the
    /// validation mean squared error. For all members or for none; without it no `nll` is reported.
    pub sigma2: Option<f64>,
}

/// Audits models that answer together on held-out rows by every metric of [`Metric::ALL`](crate::Metric::ALL).
///
/// `metrics` are those of the mean of the members' values, `single_network` the means over members of each one's own.
/// Intervals are percentile bootstraps over rows, the same resamples for all, but for the following.
///
/// | metrics | interval |
/// | :-- | :-- |
/// | `r2` | resamples in which all targets are equal do not count; left out if all are |
/// | `pit_ks` | centred bootstrap |
/// | `coverage_50`, `coverage_90` | Wilson |
/// | `conformal_*` | from random halves ([`IntervalFigures`](crate::conformal::IntervalFigures)); left out with fewer than 18 rows, where conformal intervals are infinite |
///
/// Scores of a Gaussian (`nll`, `crps`, `pit_ks`, `coverage_*`) are there if `sigma2` is given; of all members together
/// with the mean of their variances.
///
/// # Shapes
/// - `members`: `[members]` of `[rows]`; `targets`: `[rows]`
///
/// # Errors
/// No members, lengths that differ, values that are not finite, `sigma2` not positive or given for
/// some members only, settings out of range.
pub fn audit_regression(
    members: &[MemberPredictions<'_>],
    targets: &[f64],
    config: &AuditConfig,
) -> Result<Figures> {
    config.check()?;
    members_fit(members, targets)?;
    let halves = config.halves(targets.len())?;
    let settings = config.settings(halves.as_ref(), None);
    let mut prepared: Vec<Prepared<'_>> = members
        .iter()
        .map(|member| Values::new(member.values, targets, member.sigma2, settings))
        .map(Prepared::Regression)
        .collect();
    let single = measure(&mut prepared, targets.len(), 0, &config.bootstrap)?;
    let metrics = if members.len() == 1 {
        single.0.clone()
    } else {
        let values: Vec<_> = members.iter().map(|member| member.values).collect();
        let values = mean_values(&values);
        let variances: Option<Vec<f64>> = members.iter().map(|member| member.sigma2).collect();
        let sigma2 = variances.map(|variances| mean(&variances));
        let rows = Values::new(&values, targets, sigma2, settings);
        let all = &mut [Prepared::Regression(rows)];
        measure(all, targets.len(), 0, &config.bootstrap)?.0
    };
    let count = members.len();
    Ok(Figures::new(
        metrics,
        single,
        Vec::new(),
        count,
        &config.bootstrap,
    ))
}

/// What models of a regression say together: the mean over them of values `[rows]`; nothing of no models.
pub fn mean_values<V: AsRef<[f64]>>(members: &[V]) -> Vec<f64> {
    let rows = 0..members.first().map_or(0, |own| own.as_ref().len());
    let sum = |row: usize| members.iter().map(|own| own.as_ref()[row]).sum::<f64>();
    rows.map(|row| sum(row) / members.len() as f64).collect()
}

/// Refuses members that do not fit the targets or differ in having a variance.
pub(crate) fn members_fit(members: &[MemberPredictions<'_>], targets: &[f64]) -> Result<()> {
    let first = members
        .first()
        .ok_or(AuditError::Empty { what: "members" })?;
    for (member, predictions) in members.iter().enumerate() {
        pair(predictions.values, targets)?;
        same(
            "sigma2",
            member,
            given(first.sigma2),
            given(predictions.sigma2),
        )?;
        predictions.sigma2.map_or(Ok(()), positive_variance)?;
    }
    Ok(())
}
