//! The audit: what the models do on rows that took no part in anything.

use decay_audit::{
    Audit, AuditConfig, Logits, MemberLogits, MemberPredictions, audit_classification,
    audit_regression,
};
use decay_data::TargetScale;
use decay_model::{MemberState, Network};
use decay_report::Reliability;
use decay_train::{Evaluation, FoldScales, Problem, Samples};

use super::validation_metric::{hits, predictions};
use super::{Context, Outliers, Refits, SplitData, Truth, truth};
use crate::device::Machine;
use crate::failure::Failure;
use crate::records::reliability;

/// Models to be audited.
pub(crate) struct AuditedModel<'a> {
    pub(crate) network: &'a Network,
    pub(crate) states: Vec<&'a MemberState>,
    pub(crate) scales: FoldScales,
    pub(crate) outputs: usize,
    pub(crate) temperature: Option<f64>,
    pub(crate) sigma2: Option<f64>,
}

impl AuditedModel<'_> {
    /// Raw outputs of each model on the given rows.
    pub(crate) fn outputs(
        &self,
        samples: Samples<'_>,
        rows: &[usize],
        machine: &Machine,
    ) -> Result<Vec<Vec<f32>>, Failure> {
        // Other networks read the nodes of a graph as rows.
        let samples = Samples {
            graph: samples.graph.filter(|_| self.network.reads_edges()),
            ..samples
        };
        let scales = vec![self.scales.clone()];
        let devices = &machine.devices;
        let problem = Problem::unlabelled(samples, scales, self.outputs, devices)?;
        let evaluations: Vec<_> = self
            .states
            .iter()
            .map(|state| Evaluation {
                state,
                fold: 0,
                rows,
            })
            .collect();
        Ok(decay_train::outputs(
            self.network,
            &problem,
            &evaluations,
            &machine.resources,
        )?)
    }
}

/// What the audit found, with the diagrams of the report.
pub(crate) struct HeldOutAudit {
    pub(crate) audit: Audit,
    pub(crate) reliability: Vec<Reliability>,
    pub(crate) rows: usize,
    /// Name and size of the out-of-distribution data.
    pub(crate) outliers: Option<(String, usize)>,
}

/// Audits the refits on the held-out rows, if there are any.
pub(crate) fn audit_refits(
    context: &Context<'_>,
    split: &SplitData,
    network: &Network,
    refits: &Refits,
    (temperature, sigma2): (Option<f64>, Option<f64>),
    outliers: Option<&Outliers>,
) -> Result<Option<HeldOutAudit>, Failure> {
    let Some(held_out) = &split.held_out else {
        return Ok(None);
    };
    let data = split.held_out_data(held_out);
    let model = AuditedModel {
        network,
        states: refits.states(),
        scales: refits.scales.clone(),
        outputs: split.data.task().outputs(),
        temperature,
        sigma2,
    };
    let truth = truth(&data.target, &held_out.rows);
    let rows = (data.into(), held_out.rows.as_slice());
    audit_members(&model, rows, &truth, outliers, context.machine).map(Some)
}

/// Audits models on labelled rows.
pub(crate) fn audit_members(
    model: &AuditedModel<'_>,
    (samples, rows): (Samples<'_>, &[usize]),
    truth: &Truth,
    outliers: Option<&Outliers>,
    machine: &Machine,
) -> Result<HeldOutAudit, Failure> {
    let outputs = model.outputs(samples, rows, machine)?;
    let (audit, diagrams) = match truth {
        Truth::Values(values) => (regression(model, &outputs, values)?, Vec::new()),
        Truth::Classes { labels, classes } => {
            let ood = match outliers {
                Some(outliers) => {
                    let all: Vec<usize> = (0..outliers.rows).collect();
                    Some(model.outputs(outliers.samples(), &all, machine)?)
                }
                None => None,
            };
            classification(model, &outputs, labels, *classes, ood.as_deref())?
        }
    };
    Ok(HeldOutAudit {
        audit,
        reliability: diagrams,
        rows: rows.len(),
        outliers: outliers.map(|outliers| (outliers.name.clone(), outliers.rows)),
    })
}

fn regression(
    model: &AuditedModel<'_>,
    outputs: &[Vec<f32>],
    values: &[f64],
) -> Result<Audit, Failure> {
    let scale: Option<TargetScale> = model.scales.target;
    let predicted: Vec<_> = outputs
        .iter()
        .map(|outputs| predictions(outputs, scale))
        .collect();
    let members: Vec<_> = predicted
        .iter()
        .map(|values| MemberPredictions {
            values,
            sigma2: model.sigma2,
        })
        .collect();
    Ok(audit_regression(&members, values, &AuditConfig::default())?)
}

fn classification(
    model: &AuditedModel<'_>,
    outputs: &[Vec<f32>],
    labels: &[usize],
    classes: usize,
    ood: Option<&[Vec<f32>]>,
) -> Result<(Audit, Vec<Reliability>), Failure> {
    let logits = |outputs: &Vec<f32>| Logits::from_f32(outputs, outputs.len() / classes, classes);
    let members: Vec<_> = outputs
        .iter()
        .map(|outputs| {
            let logits = logits(outputs)?;
            Ok(MemberLogits {
                logits,
                temperature: model.temperature,
            })
        })
        .collect::<Result<_, decay_audit::AuditError>>()?;
    let ood: Option<Vec<_>> = ood
        .map(|ood| ood.iter().map(logits).collect::<Result<_, _>>())
        .transpose()?;
    let audit = audit_classification(&members, labels, ood.as_deref(), &AuditConfig::default())?;
    let mut diagrams = vec![diagram(
        "Before temperature scaling",
        &members,
        labels,
        1.0,
    )?];
    if let Some(temperature) = model.temperature {
        let label = format!("After temperature scaling, T = {temperature:.3}");
        diagrams.push(diagram(&label, &members, labels, temperature)?);
    }
    Ok((audit, diagrams))
}

fn diagram(
    label: &str,
    members: &[MemberLogits<'_>],
    labels: &[usize],
    temperature: f64,
) -> Result<Reliability, Failure> {
    let (mut confidences, mut right) = (Vec::new(), Vec::new());
    for member in members {
        confidences.extend(member.logits.tempered(temperature)?.confidences());
        right.extend(hits(&member.logits, labels));
    }
    Ok(Reliability {
        label: label.to_owned(),
        bins: reliability(&confidences, &right, members.len())?,
    })
}
