//! The audit of a whole population: every figure of every member, without resampling.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::AuditConfig;
use super::classification::calibration_panels;
use super::direct::{direct_figures, halves};
use super::draw::Draw;
use super::panel::{Panels, evaluate};
use super::softmax::{Judged, Softmax};
use crate::conformal::Halves;
use crate::finite::length;
use crate::labels::{labels_fit, labels_possible};
use crate::ood::{OodScore, figures as figures_of_scores};
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
pub type Figures = BTreeMap<String, f64>;

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
/// logits that are no numbers, a label of probability exactly 0, a temperature that is not positive.
pub fn audit_population(
    members: &[PopulationMember<'_>],
    labels: &[usize],
    classes: usize,
    config: &AuditConfig,
) -> Result<Vec<Result<Figures>>> {
    config.check()?;
    labels_fit(
        &Logits::new(vec![0.0; labels.len() * classes], labels.len(), classes)?,
        labels,
    )?;
    let halves = halves(labels.len(), config)?;
    Ok(members
        .par_iter()
        .map(|member| figures(member, labels, classes, halves.as_ref(), config))
        .collect())
}

fn figures(
    member: &PopulationMember<'_>,
    labels: &[usize],
    classes: usize,
    halves: Option<&Halves>,
    config: &AuditConfig,
) -> Result<Figures> {
    let logits = Logits::from_f32(member.logits, labels.len(), classes)?;
    labels_possible(&logits, labels)?;
    let judged = Judged::new(&logits, labels);
    let panels = calibration_panels(&judged, member.temperature, config)?;
    let mut out = evaluated(panels, labels.len());
    let level = config.bootstrap.level;
    let direct = direct_figures(&judged, member.temperature, halves, level)?;
    out.extend(
        direct
            .iter()
            .map(|(name, found)| ((*name).to_owned(), found.mean)),
    );
    if let Some(ood) = member.ood {
        length("out-of-distribution logits", ood.len() % classes, 0)?;
        let outside = Logits::from_f32(ood, ood.len() / classes, classes)?;
        add_detection(&mut out, &judged.softmax, &Softmax::of(&outside))?;
    }
    if let Some(temperature) = member.temperature {
        out.insert("temperature".to_owned(), temperature);
    }
    Ok(out)
}

fn evaluated(mut panels: Panels, rows: usize) -> Figures {
    let names: Vec<String> = panels
        .iter()
        .flat_map(|panel| panel.metrics())
        .map(|metric| metric.name)
        .collect();
    let values = evaluate(&mut panels, &Draw::all(rows, 0));
    names.into_iter().zip(values).collect()
}

fn add_detection(out: &mut Figures, inside: &Softmax, outside: &Softmax) -> Result<()> {
    for score in OodScore::ALL {
        let found = figures_of_scores(&inside.outlier_score(score), &outside.outlier_score(score))?;
        let figures = [
            ("auroc", found.auroc),
            ("aupr_in", found.aupr_in),
            ("aupr_out", found.aupr_out),
            ("fpr95", found.fpr95),
        ];
        for (metric, value) in figures {
            out.insert(format!("{metric}_{}", score.name()), value);
        }
    }
    Ok(())
}
