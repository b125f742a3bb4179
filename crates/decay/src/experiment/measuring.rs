//! Final figures of every member of a sweep, all in evaluation mode.

use decay_audit::{Logits, accuracy, logit_scale};
use decay_model::{Network, ParameterKind};
use decay_train::{Evaluation, FoldRows, Outcome, Plan, Problem, Status, Trained};

use super::validation_metric::calibration_error;
use super::{Context, SplitData, Truth, ValidationMetric, truth};
use crate::error::Error;

/// Final figures of one member.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// The choosing metric on the validation rows, lower is better.
    pub validation: f64,
    /// The same on the training rows.
    pub train: f64,
    pub accuracy: Option<f64>,
    pub ece: Option<f64>,
    pub logit_scale: Option<f64>,
    /// Of the decayed parameters.
    pub weight_norm: f64,
}

/// A trained sweep that is being measured.
pub(super) struct Measuring<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) split: &'a SplitData,
    pub(super) network: &'a Network,
    pub(super) problem: &'a Problem,
    pub(super) plan: &'a Plan,
    pub(super) trained: &'a Trained,
    pub(super) metric: ValidationMetric,
}

impl Measuring<'_> {
    /// Raw outputs of each member on the rows that `side` picks of its fold.
    pub(super) fn outputs(&self, side: fn(&FoldRows) -> &[usize]) -> Result<Vec<Vec<f32>>, Error> {
        let members = self.plan.members.iter().zip(&self.trained.outcomes);
        let evaluations: Vec<_> = members
            .map(|(member, outcome)| Evaluation {
                state: &outcome.state,
                fold: member.fold,
                rows: side(&self.problem.folds[member.fold]),
            })
            .collect();
        let resources = &self.context.machine.resources;
        Ok(decay_train::outputs(
            self.network,
            self.problem,
            &evaluations,
            resources,
        )?)
    }

    /// Labels or values of the rows that `side` picks of each fold.
    pub(super) fn truths(&self, side: fn(&FoldRows) -> &[usize]) -> Vec<Truth> {
        let folds = self.problem.folds.iter();
        folds
            .map(|fold| truth(&self.split.data.target, side(fold)))
            .collect()
    }

    /// Figures of each member; `None` for those that diverged, be it only on their validation rows.
    pub(super) fn members(
        &self,
        outputs: &[Vec<f32>],
        truths: &[Truth],
    ) -> Result<Vec<Option<Measured>>, Error> {
        let train = self.train_errors()?;
        let member = |index: usize| match train[index] {
            Some(train) if train.is_finite() && outputs[index].iter().all(|x| x.is_finite()) => {
                let truth = &truths[self.plan.members[index].fold];
                self.member(index, &outputs[index], truth, train).map(Some)
            }
            _ => Ok(None),
        };
        (0..outputs.len()).map(member).collect()
    }

    fn member(
        &self,
        index: usize,
        outputs: &[f32],
        truth: &Truth,
        train: f64,
    ) -> Result<Measured, Error> {
        let scale = self.problem.scales[self.plan.members[index].fold].target;
        let (accuracy, ece, logit_scale) = match truth {
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
        Ok(Measured {
            validation: self.metric.of_outputs(outputs, truth, scale)?,
            train,
            accuracy,
            ece,
            logit_scale,
            weight_norm: self.trained.outcomes[index]
                .state
                .norm(|p| self.is_weight(p)),
        })
    }

    /// The choosing metric on the training rows, from the engine's losses where they tell it.
    fn train_errors(&self) -> Result<Vec<Option<f64>>, Error> {
        let alive = |outcome: &Outcome| !matches!(outcome.status, Status::Diverged { .. });
        let of_losses = |outcome: &Outcome| {
            let losses = outcome.train.filter(|_| alive(outcome))?;
            self.metric.of_losses(losses)
        };
        let outcomes = &self.trained.outcomes;
        let known: Vec<_> = outcomes.iter().map(of_losses).collect();
        if outcomes
            .iter()
            .zip(&known)
            .all(|(outcome, known)| known.is_some() || !alive(outcome))
        {
            return Ok(known);
        }
        let (outputs, truths) = (
            self.outputs(|fold| &fold.train)?,
            self.truths(|fold| &fold.train),
        );
        let error = |index: usize| {
            let fold = self.plan.members[index].fold;
            let finite = outputs[index].iter().all(|x| x.is_finite());
            (alive(&outcomes[index]) && finite)
                .then(|| {
                    let scale = self.problem.scales[fold].target;
                    self.metric
                        .of_outputs(&outputs[index], &truths[fold], scale)
                })
                .transpose()
        };
        (0..outputs.len()).map(error).collect()
    }

    /// Whether a parameter decays; where none does, whether it is a matrix.
    fn is_weight(&self, index: usize) -> bool {
        let parameters = self.network.parameters();
        let train = &self.context.settings.train;
        match parameters.iter().any(|p| train.decays(p)) {
            true => train.decays(&parameters[index]),
            false => parameters[index].kind == ParameterKind::Matrix,
        }
    }
}
