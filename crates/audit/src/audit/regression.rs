//! The audit of a regression.

use super::classification::same;
use super::resampling::measure;
use super::{Figures, WeightedAudit};
use crate::check::pair;
use crate::interval::mean;
use crate::metric::{Prepared, Values};
use crate::predictive::{Predictive, mixture_variances};
use crate::{AuditError, Result};

/// The predictions of one of the models that answer together, on the held-out rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MemberPredictions<'a> {
    /// `[rows]`, in units of the target.
    pub values: &'a [f64],
    /// What they say of the rows' distributions; of all members the same kind.
    pub predictive: Predictive<'a>,
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
/// Scores of a Gaussian (`nll`, `crps`, `pit_ks`, `coverage_*`) are there if predictions have a variance, `pinball` if they are
/// quantiles, `poisson_deviance` if they are means of counts. The variance of all members together is the mean of theirs, of rows with
/// variances of their own that of their [mixture](mixture_variances).
///
/// # Shapes
/// - `members`: `[members]` of `[rows]`; `targets`: `[rows]`
///
/// # Errors
/// No members, lengths that differ, values that are not finite, variances not positive, members of different kinds, weights that do not
/// fit ([`AuditConfig::weighted`](crate::audit::AuditConfig::weighted)), settings out of range.
pub fn audit_regression<'c>(
    members: &[MemberPredictions<'_>],
    targets: &[f64],
    config: impl Into<WeightedAudit<'c>>,
) -> Result<Figures> {
    let weighted = config.into();
    weighted.check(targets.len())?;
    let config = weighted.config;
    members_fit(members, targets)?;
    let halves = config.halves(targets.len())?;
    let settings = weighted.settings(halves.as_ref(), None);
    let mut prepared: Vec<Prepared<'_>> = members
        .iter()
        .map(|member| Values::new(member.values, targets, member.predictive, settings))
        .map(Prepared::Regression)
        .collect();
    let single = measure(&mut prepared, targets.len(), 0, &config.bootstrap)?;
    let metrics = if members.len() == 1 {
        single.0.clone()
    } else {
        let values: Vec<_> = members.iter().map(|member| member.values).collect();
        let values = mean_values(&values);
        let variances = variances_together(members)?;
        let predictive = match (members[0].predictive, &variances) {
            (Predictive::Variances(_), Some(variances)) => Predictive::Variances(variances),
            (Predictive::Variance(_), _) => {
                let own = members
                    .iter()
                    .filter_map(|member| member.predictive.variance(0));
                Predictive::Variance(mean(&own.collect::<Vec<_>>()))
            }
            (same, _) => same,
        };
        let rows = Values::new(&values, targets, predictive, settings);
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

/// The variances of the mixture, where rows have variances of their own.
fn variances_together(members: &[MemberPredictions<'_>]) -> Result<Option<Vec<f64>>> {
    let own = |member: &MemberPredictions<'_>| match member.predictive {
        Predictive::Variances(own) => Some(own.to_vec()),
        _ => None,
    };
    let variances: Option<Vec<Vec<f64>>> = members.iter().map(own).collect();
    let values = members.iter().map(|member| member.values.to_vec());
    let values: Vec<_> = values.collect();
    variances
        .map(|variances| mixture_variances(&values, &variances))
        .transpose()
}

/// What models of a regression say together: the mean over them of values `[rows]`; nothing of no models.
pub fn mean_values<V: AsRef<[f64]>>(members: &[V]) -> Vec<f64> {
    let rows = 0..members.first().map_or(0, |own| own.as_ref().len());
    let sum = |row: usize| members.iter().map(|own| own.as_ref()[row]).sum::<f64>();
    rows.map(|row| sum(row) / members.len() as f64).collect()
}

/// Refuses members that do not fit the targets or say other things of the rows.
pub(crate) fn members_fit(members: &[MemberPredictions<'_>], targets: &[f64]) -> Result<()> {
    let first = members
        .first()
        .ok_or(AuditError::Empty { what: "members" })?;
    for (member, predictions) in members.iter().enumerate() {
        pair(predictions.values, targets)?;
        same(
            "kind of prediction",
            member,
            first.predictive.name(),
            predictions.predictive.name(),
        )?;
        predictions.predictive.check(targets.len())?;
    }
    Ok(())
}
