//! The audit of a classifier.

use rayon::prelude::*;

use super::resampling::measure;
use super::{AuditConfig, Figures};
use crate::calibration::{ReliabilityBin, reliability_diagram};
use crate::check::{labels_possible, length};
use crate::conformal::Halves;
use crate::interval::{Estimate, mean_interval, summarise};
use crate::logits::positive_temperature;
use crate::metric::Prepared;
use crate::{AuditError, Logits, Result};

/// One refit's logits on the held-out rows.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberLogits<'a> {
    /// `[rows, classes]`, the same rows for every member.
    pub logits: Logits<'a>,
    /// The member's temperature, found on rows that are neither trained on nor audited; see
    /// [`optimal_temperature`](crate::calibration::optimal_temperature). For all members or for none.
    pub temperature: Option<f64>,
}

/// Audits refits of one classifier on held-out rows by every metric of [`Metric::ALL`](crate::Metric::ALL).
///
/// A figure is the mean over members of that metric on all rows. Intervals say how well these rows
/// measure the members at hand; how much another seed would change is in `over_members`.
///
/// | interval | metrics |
/// | :-- | :-- |
/// | percentile bootstrap over rows, resampled jointly for all members | all but the following |
/// | the same, centred ([`centred_interval`](crate::interval::centred_interval)), since resampling inflates gaps | calibration errors, parts of the Brier score |
/// | normal, from the information of a fit | `calibration_slope`, `calibration_intercept`, `multinomial_slope` |
/// | from random halves, see [`SetFigures`](crate::conformal::SetFigures) | `conformal_*`, `aps_*` |
/// | Student's over members, on the log scale | `temperature`, the geometric mean over members |
///
/// Figures after division by each member's temperature are there if it is given, detection if `ood` is. Slopes are
/// left out where a member has none (all rows right, or separable), sets with a single row.
///
/// # Shapes
/// - `members`: `[members]` of `[rows, classes]`; `labels`: `[rows]`
/// - `ood`: `[members]` of `[out-of-distribution rows, classes]`, in the order of `members`
///
/// # Errors
/// No members, members of different shapes, temperatures for some members only, labels that do not
/// fit or that a member gives probability exactly 0, settings out of range.
pub fn audit_classification(
    members: &[MemberLogits<'_>],
    labels: &[usize],
    ood: Option<&[Logits<'_>]>,
    config: &AuditConfig,
) -> Result<Figures> {
    config.check()?;
    members_agree(members, ood)?;
    let ood_rows = ood.map_or(0, |ood| ood[0].rows());
    let halves = config.halves(labels.len())?;
    let mut prepared: Vec<Prepared<'_>> = members
        .par_iter()
        .enumerate()
        .map(|(i, member)| {
            let outside = ood.map(|ood| &ood[i]);
            prepare(member, labels, outside, halves.as_ref(), config)
        })
        .collect::<Result<_>>()?;
    let mut found = measure(&mut prepared, labels.len(), ood_rows, &config.bootstrap)?;
    let temperatures: Vec<f64> = members.iter().filter_map(|m| m.temperature).collect();
    if !temperatures.is_empty() {
        let estimate = geometric_mean(&temperatures, config.bootstrap.level)?;
        found.0.insert("temperature".to_owned(), estimate);
        found
            .1
            .insert("temperature".to_owned(), summarise(&temperatures)?);
    }
    let diagram = reliability(members, labels, config)?;
    Ok(Figures::new(
        found,
        diagram,
        members.len(),
        &config.bootstrap,
    ))
}

fn prepare<'a>(
    member: &'a MemberLogits<'_>,
    labels: &'a [usize],
    outside: Option<&Logits<'_>>,
    halves: Option<&'a Halves>,
    config: &AuditConfig,
) -> Result<Prepared<'a>> {
    let logits = &member.logits;
    labels_possible(logits, labels)?;
    let settings = config.settings(halves, member.temperature);
    let prepared = Prepared::classifier(logits.borrowed(), labels, settings)?;
    match outside {
        Some(outside) => prepared.detecting(logits, outside),
        None => Ok(prepared),
    }
}

/// Refuses members that differ in shape or in having a temperature.
fn members_agree(members: &[MemberLogits<'_>], ood: Option<&[Logits<'_>]>) -> Result<()> {
    let first = members
        .first()
        .ok_or(AuditError::Empty { what: "members" })?;
    let shape = |logits: &Logits<'_>| format!("[{}, {}]", logits.rows(), logits.classes());
    for (i, member) in members.iter().enumerate() {
        same("shape", i, &shape(&first.logits), &shape(&member.logits))?;
        let has = |m: &MemberLogits<'_>| given(m.temperature);
        same("temperature", i, has(first), has(member))?;
        member.temperature.map_or(Ok(()), positive_temperature)?;
    }
    if let Some(ood) = ood {
        length("out-of-distribution members", ood.len(), members.len())?;
        for (i, logits) in ood.iter().enumerate() {
            let expected = format!("[{}, {}]", ood[0].rows(), first.logits.classes());
            same("out-of-distribution shape", i, &expected, &shape(logits))?;
        }
    }
    Ok(())
}

/// Whether a setting is there, in words.
pub(super) fn given(setting: Option<f64>) -> &'static str {
    if setting.is_some() { "given" } else { "absent" }
}

/// Refuses a member that differs from the first.
pub(super) fn same(what: &'static str, member: usize, expected: &str, got: &str) -> Result<()> {
    if expected == got {
        return Ok(());
    }
    Err(AuditError::Members {
        what,
        member,
        expected: expected.to_owned(),
        got: got.to_owned(),
    })
}

/// With Student's interval on the log scale.
fn geometric_mean(values: &[f64], level: f64) -> Result<Estimate> {
    let logs: Vec<f64> = values.iter().map(|value| value.ln()).collect();
    let Estimate { mean, low, high, n } = mean_interval(&logs, level)?;
    Ok(Estimate {
        mean: mean.exp(),
        low: low.exp(),
        high: high.exp(),
        n,
    })
}

/// One diagram over all members' predictions; its intervals count every row once.
fn reliability(
    members: &[MemberLogits<'_>],
    labels: &[usize],
    config: &AuditConfig,
) -> Result<Vec<ReliabilityBin>> {
    let (mut confidence, mut hits) = (Vec::new(), Vec::new());
    for member in members {
        confidence.extend(member.logits.confidences());
        hits.extend(member.logits.hits(labels)?);
    }
    reliability_diagram(&confidence, &hits, members.len(), config.width())
}
