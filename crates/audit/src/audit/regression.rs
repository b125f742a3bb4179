//! The audit of a regression.

use super::classification::same;
use super::resampling::measure;
use super::{Figures, WeightedAudit};
use crate::check::{length, pair};
use crate::interval::mean;
use crate::metric::{Prepared, Settings, Values};
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
    audit_targets(&[TargetPredictions { members, targets }], config)
}

/// One of several targets: what the models that answer together predict of it, and what it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TargetPredictions<'a> {
    /// `[members]` of `[rows]`.
    pub members: &'a [MemberPredictions<'a>],
    /// `[rows]`.
    pub targets: &'a [f64],
}

/// As [`audit_regression`], of several targets at once: every metric is its mean over the targets, on the same resamples.
///
/// The caller brings predictions and targets to units that can be added, such as each target's standard deviation.
///
/// # Shapes
/// - `all`: `[targets]`, at least one, of the same members and rows
///
/// # Errors
/// As [`audit_regression`], no targets, and targets of other numbers of members or rows.
pub fn audit_targets<'c>(
    all: &[TargetPredictions<'_>],
    config: impl Into<WeightedAudit<'c>>,
) -> Result<Figures> {
    let weighted = config.into();
    let (rows, count) = targets_fit(all)?;
    weighted.check(rows)?;
    let config = weighted.config;
    let halves = config.halves(rows)?;
    let settings = weighted.settings(halves.as_ref(), None);
    let members = (0..count).map(|member| prepared(all, member, settings));
    let mut prepared: Vec<Prepared<'_>> = members.collect();
    let single = measure(&mut prepared, rows, 0, weighted.resampling)?;
    let metrics = if count == 1 {
        single.0.clone()
    } else {
        let together = all.iter().map(|own| Together::of(own.members));
        let together = together.collect::<Result<Vec<_>>>()?;
        let pairs = together.iter().zip(all);
        let own = pairs.map(|(together, own)| {
            let predictive = together.predictive(own.members);
            Values::new(&together.values, own.targets, predictive, settings)
        });
        let all = &mut [Prepared::Regression(own.collect())];
        measure(all, rows, 0, weighted.resampling)?.0
    };
    Ok(Figures::new(
        metrics,
        single,
        Vec::new(),
        count,
        &config.bootstrap,
    ))
}

/// One member on all targets.
pub(crate) fn prepared<'a>(
    all: &[TargetPredictions<'a>],
    member: usize,
    settings: Settings<'a>,
) -> Prepared<'a> {
    let of_target = |own: &TargetPredictions<'a>| {
        let member = own.members[member];
        Values::new(member.values, own.targets, member.predictive, settings)
    };
    Prepared::Regression(all.iter().map(of_target).collect())
}

/// What members say of one target together.
struct Together {
    values: Vec<f64>,
    /// Of the mixture, where rows have variances of their own.
    variances: Option<Vec<f64>>,
}

impl Together {
    fn of(members: &[MemberPredictions<'_>]) -> Result<Self> {
        let values: Vec<_> = members.iter().map(|member| member.values).collect();
        Ok(Self {
            values: mean_values(&values),
            variances: variances_together(members)?,
        })
    }

    fn predictive(&self, members: &[MemberPredictions<'_>]) -> Predictive<'_> {
        match (members[0].predictive, &self.variances) {
            (Predictive::Variances(_), Some(variances)) => Predictive::Variances(variances),
            (Predictive::Variance(_), _) => {
                let own = members
                    .iter()
                    .filter_map(|member| member.predictive.variance(0));
                Predictive::Variance(mean(&own.collect::<Vec<_>>()))
            }
            (Predictive::Quantile(level), _) => Predictive::Quantile(level),
            (Predictive::Poisson, _) => Predictive::Poisson,
            (Predictive::Value | Predictive::Variances(_), _) => Predictive::Value,
        }
    }
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

/// Refuses targets that differ in rows or members, and members that do not fit their targets; returns how many rows and members there are.
pub(crate) fn targets_fit(all: &[TargetPredictions<'_>]) -> Result<(usize, usize)> {
    let first = all.first().ok_or(AuditError::Empty { what: "targets" })?;
    for own in all {
        length("rows of a target", own.targets.len(), first.targets.len())?;
        length(
            "members of a target",
            own.members.len(),
            first.members.len(),
        )?;
        members_fit(own.members, own.targets)?;
    }
    Ok((first.targets.len(), first.members.len()))
}

/// Refuses members that do not fit the targets or say other things of the rows.
fn members_fit(members: &[MemberPredictions<'_>], targets: &[f64]) -> Result<()> {
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
