//! Calibration and errors on the held-out rows, with intervals.

use decay_audit::calibration::EqualWidth;
use decay_audit::recalibration::{Recalibrated, compare_recalibrations};
use decay_audit::{
    Audit, AuditConfig, Logits, MemberLogits, MemberPredictions, MetricTask, RiskCoverage,
    audit_classification, audit_regression,
};
use decay_report::Reliability;
use decay_train::Samples;

use super::target::TargetModels;
use crate::data::{Outliers, Truth};
use crate::device::Machine;
use crate::error::Error;
use crate::experiment::validation_metric::predictions;
use crate::records::reliability;

/// Folds of the cross-fitting by which recalibrations are compared.
const FOLDS: usize = 5;

/// What the audit found, with the diagrams of the report.
pub struct HeldOutAudit {
    /// Every metric with its interval.
    pub audit: Audit,
    /// What is predicted.
    pub task: MetricTask,
    /// Diagrams before and after the temperature.
    pub reliability: Vec<Reliability>,
    /// Rows that were measured on.
    pub rows: usize,
    /// Name and size of the first out-of-distribution data.
    pub outliers: Option<(String, usize)>,
    /// Error rate at each share of rows answered, of the first model.
    pub selective: Vec<(f64, f64)>,
    /// Recalibrations of the first model, each judged on rows that it was not fitted on.
    pub recalibrated: Vec<Recalibrated>,
}

/// Audits models on labelled rows, and on the outliers by their logits.
pub(crate) fn audit_members(
    targets: &TargetModels<'_>,
    (samples, rows): (Samples<'_>, &[usize]),
    truth: &Truth,
    outliers: Option<&Outliers>,
    machine: &Machine,
) -> Result<HeldOutAudit, Error> {
    let outputs = targets.outputs(samples, rows, machine)?;
    let mut found = match truth {
        Truth::Values(values) => regression(targets, &outputs, values)?,
        Truth::Classes { labels, classes } => {
            let logits = |outputs: &Vec<f32>| {
                let rows = outputs.len() / classes;
                Ok(Logits::from_f32(outputs, rows, *classes)?)
            };
            let members = outputs
                .iter()
                .map(logits)
                .collect::<Result<Vec<_>, Error>>()?;
            let ood = match outliers {
                Some(outliers) => {
                    let all: Vec<usize> = (0..outliers.rows).collect();
                    let outputs = targets.outputs(outliers.samples(), &all, machine)?;
                    Some(
                        outputs
                            .iter()
                            .map(logits)
                            .collect::<Result<Vec<_>, Error>>()?,
                    )
                }
                None => None,
            };
            classification(members, labels, targets.temperature, ood.as_deref())?
        }
    };
    found.outliers = outliers
        .filter(|_| matches!(truth, Truth::Classes { .. }))
        .map(|outliers| (outliers.name.clone(), outliers.rows));
    Ok(found)
}

fn regression(
    targets: &TargetModels<'_>,
    outputs: &[Vec<f32>],
    values: &[f64],
) -> Result<HeldOutAudit, Error> {
    let models = outputs.iter().zip(&targets.models);
    let predicted: Vec<_> = models
        .map(|(outputs, model)| predictions(outputs, targets.scales[model.fold].target))
        .collect();
    let members: Vec<_> = predicted
        .iter()
        .map(|values| MemberPredictions {
            values,
            sigma2: targets.sigma2,
        })
        .collect();
    Ok(HeldOutAudit {
        audit: audit_regression(&members, values, &AuditConfig::default())?,
        task: MetricTask::Regression,
        reliability: Vec::new(),
        rows: values.len(),
        outliers: None,
        selective: Vec::new(),
        recalibrated: Vec::new(),
    })
}

/// Audits the logits of one or several models on the same rows.
pub(crate) fn classification(
    logits: Vec<Logits<'static>>,
    labels: &[usize],
    temperature: Option<f64>,
    ood: Option<&[Logits<'static>]>,
) -> Result<HeldOutAudit, Error> {
    let members: Vec<_> = logits
        .into_iter()
        .map(|logits| MemberLogits {
            logits,
            temperature,
        })
        .collect();
    let audit = audit_classification(&members, labels, ood, &AuditConfig::default())?;
    let mut diagrams = vec![diagram(
        "Before temperature scaling",
        &members,
        labels,
        1.0,
    )?];
    if let Some(temperature) = temperature {
        let label = format!("After temperature scaling, T = {temperature:.3}");
        diagrams.push(diagram(&label, &members, labels, temperature)?);
    }
    let (mut selective, mut recalibrated) = (Vec::new(), Vec::new());
    if let Some(first) = members.first() {
        let curve = RiskCoverage::of_logits(&first.logits, labels)?.curve();
        selective = curve.iter().map(|at| (at.coverage, at.risk)).collect();
        if labels.len() >= 2 * FOLDS {
            let bins = EqualWidth::default();
            recalibrated = compare_recalibrations(&first.logits, labels, FOLDS, 0, bins)?;
        }
    }
    Ok(HeldOutAudit {
        audit,
        task: MetricTask::Classification,
        reliability: diagrams,
        rows: labels.len(),
        outliers: None,
        selective,
        recalibrated,
    })
}

fn diagram(
    label: &str,
    members: &[MemberLogits<'_>],
    labels: &[usize],
    temperature: f64,
) -> Result<Reliability, Error> {
    let (mut confidences, mut right) = (Vec::new(), Vec::new());
    for member in members {
        confidences.extend(member.logits.tempered(temperature)?.confidences());
        right.extend(member.logits.hits(labels)?);
    }
    Ok(Reliability {
        label: label.to_owned(),
        bins: reliability(&confidences, &right, members.len())?,
    })
}
