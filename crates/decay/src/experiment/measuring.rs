//! Final figures of every member of a sweep, all in evaluation mode.

use std::sync::atomic::AtomicBool;

use decay_audit::calibration::calibration_error;
use decay_audit::{Logits, Metric, MetricTask, accuracy, label_logits, logit_scale};
use decay_data::{Dataset, TargetScale};
use decay_model::ParameterKind;
use decay_train::{FoldRows, FoldScales, Outcome, Problem, Status, TrainConfig};

use super::{Judged, Population, Session, ValidationMetric};
use crate::data::{Truth, truth};
use crate::error::Error;
use crate::targets::go_on;

/// Final figures of one member.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// The choosing metric on the validation rows.
    pub validation: f64,
    /// The same on the training rows.
    pub train: f64,
    /// On the validation rows, of a classification; of labels the share that is told right.
    pub accuracy: Option<f64>,
    /// Expected calibration error, likewise.
    pub ece: Option<f64>,
    /// Root mean square of the centred logits, likewise.
    pub logit_scale: Option<f64>,
    /// Of the decayed parameters.
    pub weight_norm: f64,
}

/// What a population does on the validation rows of its folds.
pub(super) struct Validated {
    /// Raw outputs of each member.
    pub(super) outputs: Vec<Vec<f32>>,
    /// `None` for members that diverged.
    pub(super) measured: Vec<Option<Measured>>,
    /// Labels or values of each fold.
    pub(super) truths: Vec<Truth>,
}

/// What is known of one side of a fold.
pub(super) struct Known {
    pub(super) truth: Truth,
    /// Sample weights, if rows have any.
    weights: Option<Vec<f64>>,
    /// Scales in whose units errors of several targets count.
    units: Vec<TargetScale>,
}

impl Known {
    /// Of the rows that `side` picks of each fold; where folds are more than the scales, these begin anew.
    pub(super) fn of(
        data: &Dataset,
        folds: &[FoldRows],
        units: &[FoldScales],
        side: fn(&FoldRows) -> &[usize],
    ) -> Vec<Self> {
        let known = |(fold, units): (&FoldRows, &FoldScales)| Self {
            truth: truth(&data.target, side(fold)),
            weights: data.weights_of(side(fold)),
            units: units.targets.clone(),
        };
        folds.iter().zip(units.iter().cycle()).map(known).collect()
    }
}

impl Population {
    /// What the members do on the validation rows of their folds; errors of several targets count in units of these scales.
    pub(super) fn validated(
        &self,
        session: &Session<'_>,
        metric: ValidationMetric,
        units: &[FoldScales],
    ) -> Result<Validated, Error> {
        let (data, stop) = (&session.data.dataset, session.stop());
        let outputs = self.outputs_until(stop, |fold| &fold.validation)?;
        let train = self.train_errors(metric, data, stop)?;
        let known = Known::of(data, &self.problem.folds, units, |fold| &fold.validation);
        let config = &session.settings.train;
        let measured = self.measured(metric, config, &outputs, &known, &train, stop)?;
        Ok(Validated {
            outputs,
            measured,
            truths: known.into_iter().map(|own| own.truth).collect(),
        })
    }

    /// Figures of each member from its outputs on its validation rows; `None` for those that diverged, be it only there.
    pub(super) fn measured(
        &self,
        metric: ValidationMetric,
        config: &TrainConfig,
        outputs: &[Vec<f32>],
        known: &[Known],
        train: &[Option<f64>],
        stop: &AtomicBool,
    ) -> Result<Vec<Option<Measured>>, Error> {
        let weights = self.weights(config);
        let member = |index: usize| {
            go_on(stop)?;
            let (outputs, fold) = (&outputs[index], self.plan.members[index].fold);
            let train = match train[index] {
                Some(train) if train.is_finite() && is_finite(outputs) => train,
                _ => return Ok(None),
            };
            let judged = self.judged(index, &known[fold]);
            let (accuracy, ece, logit_scale) = match judged.truth {
                Truth::Values(_) => (None, None, None),
                Truth::Flags(flags) => {
                    let logits = label_logits(outputs, flags.len())?;
                    let figure = |key: &str| {
                        let metric = Metric::of_kind(MetricTask::Multilabel, key);
                        let figure =
                            metric.map(|metric| metric.of_labels(&logits, flags, judged.weights));
                        figure.transpose()
                    };
                    let scale = logit_scale(&logits);
                    (figure("hamming_accuracy")?, figure("ece")?, Some(scale))
                }
                Truth::Classes { labels, classes } => {
                    let logits = Logits::from_f32(outputs, labels.len(), *classes)?;
                    let (accuracy, ece) = sureness(&logits, labels, judged.weights)?;
                    (accuracy, ece, Some(logit_scale(&logits)))
                }
            };
            let state = &self.trained.outcomes[index].state;
            Ok(Some(Measured {
                validation: metric.of_outputs(outputs, judged)?,
                train,
                accuracy,
                ece,
                logit_scale,
                weight_norm: state.norm(|parameter| weights[parameter]),
            }))
        };
        (0..outputs.len()).map(member).collect()
    }

    /// What a member's outputs on the rows of its fold are judged by.
    fn judged<'a>(&'a self, index: usize, known: &'a Known) -> Judged<'a> {
        let member = &self.plan.members[index];
        Judged {
            truth: &known.truth,
            weights: known.weights.as_deref(),
            scales: &self.problem.scales[member.fold].targets,
            units: &known.units,
            quantile: member.quantile,
        }
    }

    /// The metric on the training rows, from the engine's losses where they tell it; `None` for those that diverged.
    pub(super) fn train_errors(
        &self,
        metric: ValidationMetric,
        data: &Dataset,
        stop: &AtomicBool,
    ) -> Result<Vec<Option<f64>>, Error> {
        let alive = |outcome: &Outcome| !matches!(outcome.status, Status::Diverged { .. });
        let task = data.task();
        let of_losses =
            |outcome: &Outcome| metric.of_losses(outcome.train.filter(|_| alive(outcome))?, &task);
        let outcomes = &self.trained.outcomes;
        let known: Vec<_> = outcomes.iter().map(of_losses).collect();
        let mut pairs = outcomes.iter().zip(&known);
        if pairs.all(|(outcome, known)| known.is_some() || !alive(outcome)) {
            return Ok(known);
        }
        let outputs = self.outputs_until(stop, |fold| &fold.train)?;
        let Problem { folds, scales, .. } = &self.problem;
        let known = Known::of(data, folds, scales, |fold| &fold.train);
        let error = |index: usize| {
            go_on(stop)?;
            let fold = self.plan.members[index].fold;
            if !alive(&outcomes[index]) || !is_finite(&outputs[index]) {
                return Ok(None);
            }
            let judged = self.judged(index, &known[fold]);
            metric.of_outputs(&outputs[index], judged).map(Some)
        };
        (0..outputs.len()).map(error).collect()
    }

    /// Whether each parameter decays; where none does, whether it is a matrix.
    fn weights(&self, config: &TrainConfig) -> Vec<bool> {
        let parameters = self.network.parameters();
        let decayed: Vec<bool> = parameters.iter().map(|p| config.decays(p)).collect();
        if decayed.contains(&true) {
            return decayed;
        }
        let kinds = parameters.iter().map(|parameter| parameter.kind);
        kinds.map(|kind| kind == ParameterKind::Matrix).collect()
    }
}

/// Accuracy and expected calibration error.
fn sureness(
    logits: &Logits<'_>,
    labels: &[usize],
    weights: Option<&[f64]>,
) -> Result<(Option<f64>, Option<f64>), Error> {
    if weights.is_none() {
        let ece = calibration_error(logits, labels)?;
        return Ok((Some(accuracy(logits, labels)?), Some(ece)));
    }
    let figure = |key: &str| {
        let metric = Metric::of_kind(MetricTask::Classification, key);
        let figure = metric.map(|metric| metric.of_classes(logits, labels, weights));
        figure.transpose()
    };
    Ok((figure("accuracy")?, figure("ece")?))
}

fn is_finite(outputs: &[f32]) -> bool {
    outputs.iter().all(|x| x.is_finite())
}
