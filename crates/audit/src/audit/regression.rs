//! The audit of a regression.

use super::direct::{MISCOVERAGE, halves};
use super::draw::{Draw, weighted_sum};
use super::panel::{Direct, Metric, Panel, Panels, add_direct, measure};
use super::row_means::RowMeans;
use super::transforms::Transforms;
use super::{Audit, AuditConfig};
use crate::conformal::{Halves, intervals_by_halves};
use crate::predictive::{gaussian_coverage, gaussian_crps_per_row, pit_values};
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

/// Audits refits of one regression on held-out rows.
///
/// Every metric is the mean over members, its interval a percentile bootstrap over rows, resampled
/// jointly for all members, unless said otherwise.
///
/// | metric | meaning |
/// | :-- | :-- |
/// | `mse`, `rmse`, `mae` | means over rows, in (squared) units of the target |
/// | `r2` | left out if all targets are equal; resamples in which they are do not count |
/// | `nll`, `crps` | scores of the Gaussian with variance `sigma2`, if given; `crps` in units of the target |
/// | `pit_ks` | largest distance of its integral transforms from uniform; centred bootstrap |
/// | `coverage_50`, `coverage_90` | share of targets in its central intervals; Wilson intervals |
/// | `conformal_coverage_90`, `conformal_width_90` | 90 % intervals calibrated on random halves ([`IntervalFigures`](crate::conformal::IntervalFigures)); left out with fewer than 18 rows, where they are infinite |
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
    let halves = halves(targets.len(), config)?;
    let (mut panels, mut direct) = (Vec::new(), Vec::new());
    for member in members {
        panels.push(panels_of(member, targets)?);
        direct.push(intervals(member, targets, halves.as_ref(), config)?);
    }
    let mut findings = measure(&mut panels, targets.len(), 0, &config.bootstrap)?;
    add_direct(&mut findings, &direct)?;
    let (metrics, over_members) = findings;
    Ok(Audit {
        metrics,
        over_members,
        reliability: Vec::new(),
        members: members.len(),
        level: config.bootstrap.level,
        resamples: config.bootstrap.resamples,
    })
}

/// Every resampled panel of one member.
fn panels_of(member: &MemberPredictions<'_>, targets: &[f64]) -> Result<Panels> {
    let mut panels: Panels = vec![Box::new(Errors::new(member, targets))];
    if let Some(sigma2) = member.sigma2 {
        let scores = gaussian_crps_per_row(member.values, targets, sigma2)?;
        panels.push(Box::new(RowMeans::of_column("crps", scores)));
        panels.push(Box::new(Transforms::new(pit_values(
            member.values,
            targets,
            sigma2,
        )?)));
    }
    Ok(panels)
}

/// Coverage of Gaussian and of conformal intervals.
fn intervals(
    member: &MemberPredictions<'_>,
    targets: &[f64],
    halves: Option<&Halves>,
    config: &AuditConfig,
) -> Result<Direct> {
    let level = config.bootstrap.level;
    let mut out = Vec::new();
    if let Some(sigma2) = member.sigma2 {
        for (name, nominal) in [("coverage_50", 0.5), ("coverage_90", 0.9)] {
            let found = gaussian_coverage(member.values, targets, sigma2, nominal, level)?;
            out.push((name, found));
        }
    }
    if let Some(halves) = halves {
        let found = intervals_by_halves(member.values, targets, MISCOVERAGE, halves, level)?;
        if found.width.mean.is_finite() {
            out.push(("conformal_coverage_90", found.coverage));
            out.push(("conformal_width_90", found.width));
        }
    }
    Ok(out)
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
