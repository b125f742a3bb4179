//! Calibration and errors on the rows of an audit, with intervals.

use std::sync::atomic::AtomicBool;

use decay_audit::calibration::{EqualWidth, reliability_diagram};
use decay_audit::recalibration::{Recalibrated, compare_recalibrations_until};
use decay_audit::{
    AuditConfig, Estimate, Figures, Logits, MemberLogits, MemberPredictions, MetricTask,
    RiskCoverage, TargetPredictions, audit_classification, audit_labels, audit_regression,
    audit_targets,
};
use decay_data::Dataset;
use decay_report::{Alone, Reliability, ReliabilityBin};

use super::auditor::Auditor;
use super::origin::Origin;
use crate::data::{Truth, pooled};
use crate::error::Error;
use crate::said::{Said, values_in, variances_in};
use crate::targets;

/// Folds of the cross-fitting by which recalibrations are compared.
const FOLDS: usize = 5;

/// Figures of the held-out rows, with the diagrams of the report.
pub struct HeldOutFigures {
    /// Every metric; of several targets its mean over them, each in units of its spread ([`Loss::units`](decay_train::Loss::units)).
    pub figures: Figures,
    /// Names of several targets or labels, each with its own metrics in its own unit; none of one.
    pub targets: Vec<(String, Figures)>,
    /// Which of the metrics apply.
    pub task: MetricTask,
    /// Before and after temperature scaling.
    pub reliability: Vec<Reliability>,
    /// Number of rows.
    pub rows: usize,
    /// Where they come from.
    pub origin: Origin,
    /// Whether the losses still fell when training ended, as far as that is known.
    pub unfinished: bool,
    /// Whether rows count as much as their sample weights say.
    pub weighted: bool,
    /// Name and size of the first out-of-distribution data.
    pub outliers: Option<(String, usize)>,
    /// Error rate at each share of rows answered.
    pub selective: Vec<(f64, f64)>,
    /// Recalibrations of what all models say together before any temperature, each judged on rows that it was not fitted on.
    pub recalibrated: Vec<Recalibrated>,
}

impl HeldOutFigures {
    fn new(figures: Figures, task: MetricTask, rows: usize) -> Self {
        Self {
            figures,
            targets: Vec::new(),
            task,
            reliability: Vec::new(),
            rows,
            origin: Origin::HeldOut,
            unfinished: false,
            weighted: false,
            outliers: None,
            selective: Vec::new(),
            recalibrated: Vec::new(),
        }
    }

    /// Adds the diagrams of all models together before their temperature and of their answers.
    fn calibrated(
        &mut self,
        answers: &Logits<'_>,
        labels: &[usize],
        temperature: Option<f64>,
    ) -> Result<(), Error> {
        self.reliability.push(Reliability {
            label: "Before temperature scaling".into(),
            bins: shown(&self.figures.reliability),
        });
        if let Some(temperature) = temperature {
            self.reliability.push(Reliability {
                label: format!("After temperature scaling, T = {temperature:.3}"),
                bins: reliability(&answers.confidences(), &answers.hits(labels)?, 1)?,
            });
        }
        Ok(())
    }

    /// A metric by its name, as `ece`.
    pub fn metric(&self, key: &str) -> Option<Estimate> {
        self.figures.metrics.get(key).copied()
    }

    /// The name under which a metric speaks of the answers: the one after temperature scaling, where there is a temperature.
    pub(crate) fn of_answers(&self, key: &str) -> String {
        let tempered = format!("{key}_tempered");
        let has_it = self.figures.metrics.contains_key(&tempered);
        if has_it { tempered } else { key.to_owned() }
    }

    /// Mean and spread over the networks of what each does alone; `None` of a single network.
    pub(crate) fn alone(figures: &Figures, key: &str) -> Option<Alone> {
        let single = figures.single_network.get(key)?;
        let spread = figures.over_members.get(key);
        (figures.members > 1).then(|| Alone {
            mean: single.mean,
            sd: spread.and_then(|spread| spread.sd),
        })
    }
}

impl Auditor<'_> {
    /// Audits the models on labelled rows, and on the first of the outliers by their logits.
    pub(super) fn held_out(
        &self,
        data: &Dataset,
        rows: &[usize],
        truth: &Truth,
    ) -> Result<HeldOutFigures, Error> {
        let outputs = self.targets.outputs(data.into(), rows, self.machine)?;
        let weights = data.weights_of(rows);
        let weights = weights.as_deref();
        let (labels, classes) = match truth {
            Truth::Values(values) => return self.regression(&outputs, values, weights),
            Truth::Classes { labels, classes } => (labels, *classes),
            Truth::Flags(flags) => return self.labels(&outputs, flags, weights),
        };
        let members = targets::logits(&outputs, classes)?;
        let Some(other) = self.outliers.first() else {
            let (temperature, stop) = (self.targets.temperature, self.targets.stop);
            return classification(members, (labels, weights), temperature, None, stop);
        };
        let outside = self.targets.all_outputs(other.samples(), self.machine)?;
        let outside = targets::logits(&outside, classes)?;
        Ok(HeldOutFigures {
            outliers: Some((other.name.clone(), other.rows)),
            ..classification(
                members,
                (labels, weights),
                self.targets.temperature,
                Some(&outside),
                self.targets.stop,
            )?
        })
    }

    fn regression(
        &self,
        outputs: &[Vec<f32>],
        values: &[Vec<f64>],
        weights: Option<&[f64]>,
    ) -> Result<HeldOutFigures, Error> {
        let targets = &self.targets;
        let models = outputs.iter().zip(&targets.models);
        let said: Vec<Said> = models
            .map(|(outputs, model)| {
                Said::by(targets.loss, outputs, &targets.scales[model.fold].targets)
            })
            .collect();
        let config = AuditConfig::default();
        let units = targets.loss.units(&targets.scales[0].targets);
        let converted: Vec<Said> = said.iter().map(|said| said.in_units(&units)).collect();
        let truths = values_in(&units, values);
        let sigma2 = variances_in(&units, &targets.sigma2);
        let members = self.predictions(&converted, &sigma2);
        let all = members.iter().zip(&truths);
        let all = all.map(|(members, targets)| TargetPredictions { members, targets });
        let all: Vec<_> = all.collect();
        let config = config.weighted(weights).stopped_by(targets.stop);
        let figures = audit_targets(&all, config)?;
        let mut found = HeldOutFigures::new(figures, MetricTask::Regression, truths[0].len());
        found.weighted = weights.is_some();
        if values.len() > 1 {
            let members = self.predictions(&said, &targets.sigma2);
            let names = self.schema.targets.iter();
            for (name, (members, values)) in names.zip(members.iter().zip(values)) {
                let own = audit_regression(members, values, config)?;
                found.targets.push((name.clone(), own));
            }
        }
        Ok(found)
    }

    fn labels(
        &self,
        outputs: &[Vec<f32>],
        flags: &[Vec<bool>],
        weights: Option<&[f64]>,
    ) -> Result<HeldOutFigures, Error> {
        let (temperature, config) = (self.targets.temperature, AuditConfig::default());
        let logits = targets::logits_of_labels(outputs, flags.len())?;
        let answers = targets::together(&logits, temperature)?;
        let all = with_temperature(logits, temperature);
        let config = config.weighted(weights).stopped_by(self.targets.stop);
        let figures = audit_labels(&all, flags, config)?;
        let mut found = HeldOutFigures::new(figures, MetricTask::Multilabel, flags[0].len());
        found.weighted = weights.is_some();
        found.calibrated(&answers, &pooled(flags), temperature)?;
        let several = self.schema.targets.iter().filter(|_| flags.len() > 1);
        for (place, (name, own)) in several.zip(flags).enumerate() {
            let column = |all: &Vec<f32>| {
                all.iter()
                    .skip(place)
                    .step_by(flags.len())
                    .copied()
                    .collect()
            };
            let outputs: Vec<Vec<f32>> = outputs.iter().map(column).collect();
            let logits = with_temperature(targets::logits_of_labels(&outputs, 1)?, temperature);
            let own = audit_labels(&logits, std::slice::from_ref(own), config)?;
            found.targets.push((name.clone(), own));
        }
        Ok(found)
    }

    /// What each model says of each target, `[targets]` of `[models]`.
    fn predictions<'s>(&self, said: &'s [Said], sigma2: &[f64]) -> Vec<Vec<MemberPredictions<'s>>> {
        let kind = (self.targets.loss, self.targets.quantile);
        let of_target = |target: usize| {
            let own = said.iter();
            own.map(|own| own.predictions(target, kind, sigma2))
                .collect()
        };
        (0..self.schema.targets.len()).map(of_target).collect()
    }
}

/// Models that are divided by one temperature.
fn with_temperature(
    logits: Vec<Logits<'static>>,
    temperature: Option<f64>,
) -> Vec<MemberLogits<'static>> {
    let all = logits.into_iter();
    all.map(|logits| MemberLogits {
        logits,
        temperature,
    })
    .collect()
}

/// Audits the logits of one model, or of several that answer together, on the same rows with their weights, if they have any.
pub(super) fn classification(
    logits: Vec<Logits<'static>>,
    (labels, weights): (&[usize], Option<&[f64]>),
    temperature: Option<f64>,
    ood: Option<&[Logits<'static>]>,
    stop: &AtomicBool,
) -> Result<HeldOutFigures, Error> {
    let before = targets::together(&logits, None)?;
    let answers = targets::together(&logits, temperature)?;
    let members = with_temperature(logits, temperature);
    let config = AuditConfig::default();
    let config = config.weighted(weights).stopped_by(stop);
    let figures = audit_classification(&members, labels, ood, config)?;
    let mut found = HeldOutFigures::new(figures, MetricTask::Classification, labels.len());
    found.weighted = weights.is_some();
    found.calibrated(&answers, labels, temperature)?;
    let curve = RiskCoverage::of_logits(&answers, labels)?.curve();
    found.selective = curve.iter().map(|at| (at.coverage, at.risk)).collect();
    if labels.len() >= 2 * FOLDS {
        let bins = EqualWidth::default();
        found.recalibrated = compare_recalibrations_until(stop, &before, labels, FOLDS, 0, bins)?;
    }
    Ok(found)
}

/// The diagram of `models` models' predictions on the same rows, the bins and intervals of `audit.json`.
pub(crate) fn reliability(
    confidences: &[f64],
    right: &[bool],
    models: usize,
) -> Result<Vec<ReliabilityBin>, Error> {
    let bins = reliability_diagram(confidences, right, models, EqualWidth::default())?;
    Ok(shown(&bins))
}

/// As the report has them.
fn shown(bins: &[decay_audit::calibration::ReliabilityBin]) -> Vec<ReliabilityBin> {
    let bins = bins.iter().map(|bin| ReliabilityBin {
        lower: bin.lower,
        upper: bin.upper,
        confidence: bin.confidence.unwrap_or(f64::NAN),
        accuracy: bin.accuracy.unwrap_or(f64::NAN),
        accuracy_low: bin.low,
        accuracy_high: bin.high,
        count: bin.count,
    });
    bins.collect()
}
