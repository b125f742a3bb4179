//! The audit of a regression.

use super::classification::{given, same};
use super::resampling::measure;
use super::{AuditConfig, Figures};
use crate::check::{pair, positive_variance};
use crate::metric::{Prepared, Values};
use crate::{AuditError, Result};

/// One refit's predictions on the held-out rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MemberPredictions<'a> {
    /// `[rows]`, in units of the target.
    pub values: &'a [f64],
    /// Noise variance found on rows that are not audited, in squared units of the target, such as the
    /// validation mean squared error. For all members or for none; without it no `nll` is reported.
    pub sigma2: Option<f64>,
}

/// Audits refits of one regression on held-out rows by every metric of [`Metric::ALL`](crate::Metric::ALL).
///
/// A figure is the mean over members. Intervals are percentile bootstraps over rows, resampled jointly for all
/// members, but for the following.
///
/// | metrics | interval |
/// | :-- | :-- |
/// | `r2` | resamples in which all targets are equal do not count; left out if all are |
/// | `pit_ks` | centred bootstrap |
/// | `coverage_50`, `coverage_90` | Wilson |
/// | `conformal_*` | from random halves ([`IntervalFigures`](crate::conformal::IntervalFigures)); left out with fewer than 18 rows, where conformal intervals are infinite |
///
/// Scores of a Gaussian (`nll`, `crps`, `pit_ks`, `coverage_*`) are there if `sigma2` is given.
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
    let found = measure(&mut prepared, targets.len(), 0, &config.bootstrap)?;
    Ok(Figures::new(
        found,
        Vec::new(),
        members.len(),
        &config.bootstrap,
    ))
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
