//! The audit of a whole population: every figure of every member, without resampling.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::WeightedAudit;
use crate::check::{labels_fit, labels_possible, length};
use crate::conformal::Halves;
use crate::interval::Draw;
use crate::metric::{Prepared, detection_figures};
use crate::{Logits, Result};

/// One member's outputs as a model returns them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PopulationMember<'a> {
    /// Logits of the held-out rows, `[rows, classes]`.
    pub logits: &'a [f32],
    /// Logits of out-of-distribution rows, `[out-of-distribution rows, classes]`; their number may differ.
    pub ood: Option<&'a [f32]>,
    /// The member's temperature, found on other rows.
    pub temperature: Option<f64>,
}

/// Figures by name, the names of [`audit_classification`](crate::audit_classification).
pub type MemberFigures = BTreeMap<String, f64>;

/// Every figure of [`audit_classification`](crate::audit_classification) for each of many members, in parallel.
///
/// No intervals: a population shows how figures move over its settings, and a member's own error bars are
/// for the few that one refits. What is undefined for a member is missing from its figures; a member that
/// cannot be audited, such as a diverged one, is an error among the results and leaves the others alone.
///
/// # Shapes
/// - `labels`: `[rows]`
/// - returns: `[members]`
///
/// # Errors
/// Settings out of range, labels of no rows or without a class. For a member: a length that does not fit,
/// logits that are no numbers, a label of probability exactly 0, a temperature that is not positive. Once told to stop,
/// [`AuditError::Interrupted`](crate::AuditError::Interrupted).
pub fn audit_population<'c>(
    members: &[PopulationMember<'_>],
    labels: &[usize],
    classes: usize,
    config: impl Into<WeightedAudit<'c>>,
) -> Result<Vec<Result<MemberFigures>>> {
    let config = config.into();
    config.check(labels.len())?;
    labels_fit(
        &Logits::new(vec![0.0; labels.len() * classes], labels.len(), classes)?,
        labels,
    )?;
    let halves = config.config.halves(labels.len())?;
    let of_member = |member| {
        config.resampling.go_on()?;
        Ok(figures(member, labels, classes, halves.as_ref(), config))
    };
    members.par_iter().map(of_member).collect()
}

fn figures(
    member: &PopulationMember<'_>,
    labels: &[usize],
    classes: usize,
    halves: Option<&Halves>,
    config: WeightedAudit<'_>,
) -> Result<MemberFigures> {
    let logits = Logits::from_f32(member.logits, labels.len(), classes)?;
    labels_possible(&logits, labels)?;
    let settings = config.settings(halves, member.temperature);
    let tempered = member.temperature.map(|t| logits.tempered(t));
    let mut prepared =
        Prepared::classifier(logits.borrowed(), tempered.transpose()?, labels, settings);
    let mut found = prepared.resampled(&Draw::all(labels.len(), 0));
    let estimates = prepared.estimates()?.into_iter();
    found.extend(estimates.map(|(metric, estimate)| (metric, estimate.mean)));
    if let (Some(ood), Prepared::Classifier { rows, .. }) = (member.ood, &prepared) {
        length("out-of-distribution logits", ood.len() % classes, 0)?;
        let outside = Logits::from_f32(ood, ood.len() / classes, classes)?;
        found.extend(detection_figures((rows.softmax(), &logits), &outside)?);
    }
    let found = found.into_iter();
    let mut out: MemberFigures = found
        .map(|(metric, value)| (metric.key.to_owned(), value))
        .collect();
    if let Some(temperature) = member.temperature {
        out.insert("temperature".to_owned(), temperature);
    }
    Ok(out)
}
