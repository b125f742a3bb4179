//! The audit of a regression.

use super::draw::{Draw, weighted_sum};
use super::panel::{Metric, Panel, Panels, measure};
use super::{Audit, AuditConfig};
use crate::regression::{constant, gaussian_nll_of_mse, pair, positive_variance};
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

/// Audits refits of one regression on held-out rows: `mse`, `rmse`, `mae`, `r2` and, given `sigma2`, `nll`.
///
/// Every metric is the mean over members, its interval a percentile bootstrap over rows, resampled
/// jointly for all members. `r2` is left out if all targets are equal, and resamples in which they
/// are do not count towards its interval.
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
) -> Result<Audit> {
    config.check()?;
    members_fit(members, targets)?;
    let panels_of = |member| -> Panels { vec![Box::new(Errors::new(member, targets))] };
    let mut panels: Vec<Panels> = members.iter().map(panels_of).collect();
    let (metrics, over_members) = measure(&mut panels, targets.len(), 0, &config.bootstrap)?;
    Ok(Audit {
        metrics,
        over_members,
        reliability: Vec::new(),
        members: members.len(),
        level: config.bootstrap.level,
        resamples: config.bootstrap.resamples,
    })
}

/// Refuses members that do not fit the targets or differ in having a variance.
pub(crate) fn members_fit(members: &[MemberPredictions<'_>], targets: &[f64]) -> Result<()> {
    let first = members
        .first()
        .ok_or(AuditError::Empty { what: "members" })?;
    let has = |m: &MemberPredictions<'_>| {
        if m.sigma2.is_some() {
            "given"
        } else {
            "absent"
        }
    };
    for (member, predictions) in members.iter().enumerate() {
        pair(predictions.values, targets)?;
        if has(predictions) != has(first) {
            let (expected, got) = (has(first).to_owned(), has(predictions).to_owned());
            return Err(AuditError::Members {
                what: "sigma2",
                member,
                expected,
                got,
            });
        }
        predictions.sigma2.map_or(Ok(()), positive_variance)?;
    }
    Ok(())
}

/// Sums per row that every regression metric is made of.
pub(crate) struct Errors {
    squared: Vec<f64>,
    absolute: Vec<f64>,
    /// Targets from their mean: a variance taken from raw squares would lose its digits.
    centred: Vec<f64>,
    centred_squared: Vec<f64>,
    varying: bool,
    sigma2: Option<f64>,
}

impl Errors {
    pub(crate) fn new(member: &MemberPredictions<'_>, targets: &[f64]) -> Self {
        let errors = || member.values.iter().zip(targets).map(|(f, y)| f - y);
        let centre = crate::interval::mean(targets);
        let centred: Vec<f64> = targets.iter().map(|y| y - centre).collect();
        Self {
            squared: errors().map(|e| e * e).collect(),
            absolute: errors().map(f64::abs).collect(),
            centred_squared: centred.iter().map(|d| d * d).collect(),
            centred,
            varying: !constant(targets),
            sigma2: member.sigma2,
        }
    }

    /// `1 - residual / total` on the drawn rows; NaN if their targets are all equal.
    fn r2(&self, counts: &[f64], n: f64, mse: f64) -> f64 {
        let offset = weighted_sum(&self.centred, counts) / n;
        let variance = weighted_sum(&self.centred_squared, counts) / n - offset * offset;
        let scale = self.centred_squared.iter().copied().fold(0.0, f64::max);
        if variance <= scale * f64::EPSILON {
            f64::NAN
        } else {
            1.0 - mse / variance
        }
    }
}

impl Panel for Errors {
    fn metrics(&self) -> Vec<Metric> {
        let optional = [("r2", self.varying), ("nll", self.sigma2.is_some())];
        let wanted = optional
            .iter()
            .filter(|(_, wanted)| *wanted)
            .map(|(name, _)| *name);
        let names = ["mse", "rmse", "mae"].into_iter().chain(wanted);
        names
            .map(|name| Metric::percentile(name, self.squared.len()))
            .collect()
    }

    fn evaluate(&mut self, draw: &Draw, values: &mut Vec<f64>) {
        let n = self.squared.len() as f64;
        let mse = weighted_sum(&self.squared, draw.rows()) / n;
        values.extend([
            mse,
            mse.sqrt(),
            weighted_sum(&self.absolute, draw.rows()) / n,
        ]);
        if self.varying {
            values.push(self.r2(draw.rows(), n, mse));
        }
        if let Some(sigma2) = self.sigma2 {
            values.push(gaussian_nll_of_mse(mse, sigma2));
        }
    }
}
