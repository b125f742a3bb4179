//! Final figures of every member of a sweep, all in evaluation mode.

use decay_audit::calibration::calibration_error;
use decay_audit::{Logits, accuracy, logit_scale};
use decay_model::ParameterKind;
use decay_train::{Outcome, Status, TrainConfig};

use super::{Population, ValidationMetric};
use crate::data::Truth;
use crate::error::Error;

/// Final figures of one member.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// The choosing metric on the validation rows.
    pub validation: f64,
    /// The same on the training rows.
    pub train: f64,
    /// On the validation rows, of a classification.
    pub accuracy: Option<f64>,
    /// Expected calibration error, likewise.
    pub ece: Option<f64>,
    /// Root mean square of the centred logits, likewise.
    pub logit_scale: Option<f64>,
    /// Of the decayed parameters.
    pub weight_norm: f64,
}

impl Population {
    /// Figures of each member from its outputs on its validation rows; `None` for those that diverged, be it only there.
    pub(super) fn measured(
        &self,
        metric: ValidationMetric,
        config: &TrainConfig,
        outputs: &[Vec<f32>],
        truths: &[Truth],
        train: &[Option<f64>],
    ) -> Result<Vec<Option<Measured>>, Error> {
        let weights = self.weights(config);
        let member = |index: usize| {
            let (outputs, fold) = (&outputs[index], self.plan.members[index].fold);
            let train = match train[index] {
                Some(train) if train.is_finite() && is_finite(outputs) => train,
                _ => return Ok(None),
            };
            let (accuracy, ece, logit_scale) = match &truths[fold] {
                Truth::Values(_) => (None, None, None),
                Truth::Classes { labels, classes } => {
                    let logits = Logits::from_f32(outputs, labels.len(), *classes)?;
                    (
                        Some(accuracy(&logits, labels)?),
                        Some(calibration_error(&logits, labels)?),
                        Some(logit_scale(&logits)),
                    )
                }
            };
            let scale = self.problem.scales[fold].target;
            let state = &self.trained.outcomes[index].state;
            Ok(Some(Measured {
                validation: metric.of_outputs(outputs, &truths[fold], scale)?,
                train,
                accuracy,
                ece,
                logit_scale,
                weight_norm: state.norm(|parameter| weights[parameter]),
            }))
        };
        (0..outputs.len()).map(member).collect()
    }

    /// The metric on the training rows, from the engine's losses where they tell it; `None` for those that diverged.
    pub(super) fn train_errors(
        &self,
        metric: ValidationMetric,
        truths: impl FnOnce() -> Vec<Truth>,
    ) -> Result<Vec<Option<f64>>, Error> {
        let alive = |outcome: &Outcome| !matches!(outcome.status, Status::Diverged { .. });
        let of_losses =
            |outcome: &Outcome| metric.of_losses(outcome.train.filter(|_| alive(outcome))?);
        let outcomes = &self.trained.outcomes;
        let known: Vec<_> = outcomes.iter().map(of_losses).collect();
        let mut pairs = outcomes.iter().zip(&known);
        if pairs.all(|(outcome, known)| known.is_some() || !alive(outcome)) {
            return Ok(known);
        }
        let (outputs, truths) = (self.outputs(|fold| &fold.train)?, truths());
        let error = |index: usize| {
            let fold = self.plan.members[index].fold;
            if !alive(&outcomes[index]) || !is_finite(&outputs[index]) {
                return Ok(None);
            }
            let scale = self.problem.scales[fold].target;
            metric
                .of_outputs(&outputs[index], &truths[fold], scale)
                .map(Some)
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

fn is_finite(outputs: &[f32]) -> bool {
    outputs.iter().all(|x| x.is_finite())
}
