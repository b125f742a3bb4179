//! A trained population, and what its members make of rows.

use decay::experiment;
use decay_audit::Logits;
use decay_data::Target;
use decay_model::MemberState;
use decay_train::{FoldRows, Hyper, Loss, Outcome, Split, half_life};

use crate::failure::Result;
use crate::lab::Lab;
use crate::measurements::{MeasurementKey, Measurements};
use crate::study::Study;

/// The trained members of a study.
#[derive(Debug)]
pub struct Population<'a> {
    /// What was to be trained.
    pub study: Study<'a>,
    /// Network, data, members and their values; the folds are the replicates.
    pub models: experiment::Population,
    pub(crate) lab: &'a Lab,
}

impl<'a> Population<'a> {
    /// Number of members.
    pub fn len(&self) -> usize {
        self.models.plan.members.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How a member ended.
    pub fn outcome(&self, member: usize) -> &Outcome {
        &self.models.trained.outcomes[member]
    }

    /// A member's values.
    pub fn state(&self, member: usize) -> &MemberState {
        &self.models.trained.outcomes[member].state
    }

    /// The replicate that a member belongs to.
    pub fn replicate(&self, member: usize) -> usize {
        self.models.plan.members[member].fold
    }

    /// The rows of a member's replicate.
    pub fn rows(&self, member: usize) -> &FoldRows {
        &self.models.problem.folds[self.replicate(member)]
    }

    /// What measurements of a member go under.
    pub fn key(&self, member: usize) -> MeasurementKey<'a> {
        let value = self.models.plan.axes[0].values[self.models.plan.setting_of(member)];
        let rows = self.rows(member).train.len();
        let steps = f64::from(self.study.config.steps_per_epoch(rows));
        MeasurementKey {
            study: self.study.name,
            series: self.study.series,
            rate: value,
            half_life: match self.study.hyper {
                Hyper::Decay => rounded(half_life(value, self.study.config.lr, steps)),
                _ => f64::NAN,
            },
            replicate: self.replicate(member),
        }
    }

    /// Notes one figure of every member at a place on the second axis.
    pub fn note_at(&self, at: f64, metric: &str, values: &[f64], out: &mut Measurements) {
        for (member, &value) in values.iter().enumerate() {
            out.add_at(self.key(member), at, metric, value);
        }
    }

    /// The losses of every member by epoch; without validation in between those of validation are few.
    ///
    /// # Shapes
    /// - returns: `[members]` of `[epochs]`
    pub fn learning_curves(&self, split: Split) -> Vec<Vec<f64>> {
        let mut curves = vec![Vec::new(); self.len()];
        for record in self
            .models
            .trained
            .history
            .iter()
            .filter(|record| record.split == split)
        {
            curves[record.member].push(record.losses.loss);
        }
        curves
    }

    /// Probabilities, or values in the target's unit, of every member on its replicate's validation rows.
    ///
    /// # Errors
    /// If the device fails or an output is not finite.
    pub fn validation_predictions(&self) -> Result<Vec<Vec<f64>>> {
        let problem = &self.models.problem;
        let of = |(member, outputs): (usize, Vec<f32>)| match &self.study.data.target {
            Target::Classes { names, .. } => {
                let rows = outputs.len() / names.len();
                let logits = Logits::from_f32(&outputs, rows, names.len())?;
                Ok(logits.probabilities())
            }
            Target::Values { .. } | Target::Flags { .. } => {
                let scales = &problem.scales[self.replicate(member)].targets;
                Ok(Loss::Auto.values(&outputs, scales))
            }
        };
        let outputs = self.models.outputs(|rows| &rows.validation)?;
        outputs.into_iter().enumerate().map(of).collect()
    }
}

/// Five significant digits: a half-life is for an axis, not for arithmetic.
fn rounded(epochs: f64) -> f64 {
    format!("{epochs:.4e}").parse().unwrap_or(epochs)
}
