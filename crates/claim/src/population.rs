//! A trained population, and what its members make of rows.

use decay_audit::Logits;
use decay_data::Target;
use decay_model::{MemberState, Network};
use decay_train::{
    Evaluation, FoldRows, Hyper, Outcome, Plan, Problem, Representations, Samples, Split, Trained,
    half_life, outputs, representations,
};

use crate::failure::Result;
use crate::lab::Lab;
use crate::measurements::{MeasurementKey, Measurements};
use crate::study::Study;

/// A trained population.
#[derive(Debug)]
pub struct Population<'a> {
    /// What was to be trained.
    pub study: Study<'a>,
    /// The architecture.
    pub network: Network,
    /// Data, replicates and their scales.
    pub problem: Problem,
    /// The members.
    pub plan: Plan,
    /// Their values and losses.
    pub trained: Trained,
    pub(crate) lab: &'a Lab,
}

impl<'a> Population<'a> {
    /// Number of members.
    pub fn len(&self) -> usize {
        self.plan.members.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How a member ended.
    pub fn outcome(&self, member: usize) -> &Outcome {
        &self.trained.outcomes[member]
    }

    /// A member's values.
    pub fn state(&self, member: usize) -> &MemberState {
        &self.trained.outcomes[member].state
    }

    /// The replicate that a member belongs to.
    pub fn replicate(&self, member: usize) -> usize {
        self.plan.members[member].fold
    }

    /// The rows of a member's replicate.
    pub fn rows(&self, member: usize) -> &FoldRows {
        &self.problem.folds[self.replicate(member)]
    }

    /// What measurements of a member go under.
    pub fn key(&self, member: usize) -> MeasurementKey<'a> {
        let value = self.plan.axes[0].values[self.plan.setting_of(member)];
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
            .trained
            .history
            .iter()
            .filter(|record| record.split == split)
        {
            curves[record.member].push(record.losses.loss);
        }
        curves
    }

    /// Raw outputs of every member on its replicate's validation rows, `[rows, outputs]` each.
    ///
    /// # Errors
    /// If the device fails.
    pub fn validation_outputs(&self) -> Result<Vec<Vec<f32>>> {
        let rows = |member: usize| self.rows(member).validation.as_slice();
        self.outputs_of(&self.problem, rows)
    }

    /// Probabilities, or values in the target's unit, of every member on its replicate's validation rows.
    ///
    /// # Errors
    /// If the device fails or an output is not finite.
    pub fn validation_predictions(&self) -> Result<Vec<Vec<f64>>> {
        let classes = self.problem.outputs;
        let of = |(member, outputs): (usize, Vec<f32>)| match &self.study.data.target {
            Target::Classes { .. } => {
                let logits = Logits::from_f32(&outputs, outputs.len() / classes, classes)?;
                Ok(logits.probabilities())
            }
            Target::Values { .. } => {
                let scale = self.problem.scales[self.replicate(member)].target;
                let value = |x: f32| match scale {
                    Some(scale) => scale.invert(f64::from(x)),
                    None => f64::from(x),
                };
                Ok(outputs.into_iter().map(value).collect())
            }
        };
        let outputs = self.validation_outputs()?;
        outputs.into_iter().enumerate().map(of).collect()
    }

    /// Raw outputs of every member on other samples, scaled as its training rows were.
    ///
    /// # Errors
    /// If the device fails.
    pub fn outputs_on(&self, samples: Samples<'_>) -> Result<Vec<Vec<f32>>> {
        let all: Vec<usize> = (0..samples.rows).collect();
        self.outputs_of(&self.elsewhere(samples)?, |_| &all)
    }

    /// Layers of every member on its replicate's rows: the training rows, or else the validation rows.
    ///
    /// # Errors
    /// If the device fails.
    pub fn representations(&self, training: bool) -> Result<Representations> {
        let rows = |member: usize| {
            let own = self.rows(member);
            if training {
                own.train.as_slice()
            } else {
                own.validation.as_slice()
            }
        };
        self.layers_of(&self.problem, rows)
    }

    /// Layers of every member on other samples.
    ///
    /// # Errors
    /// If the device fails.
    pub fn representations_on(&self, samples: Samples<'_>) -> Result<Representations> {
        let all: Vec<usize> = (0..samples.rows).collect();
        self.layers_of(&self.elsewhere(samples)?, |_| &all)
    }

    fn elsewhere(&self, samples: Samples<'_>) -> Result<Problem> {
        let (scales, outputs) = (self.problem.scales.clone(), self.problem.outputs);
        let devices = &self.lab.devices;
        Ok(Problem::unlabelled(samples, scales, outputs, devices)?)
    }

    fn outputs_of<'r>(
        &'r self,
        problem: &Problem,
        rows: impl Fn(usize) -> &'r [usize],
    ) -> Result<Vec<Vec<f32>>> {
        let members = self.evaluations(rows);
        Ok(outputs(
            &self.network,
            problem,
            &members,
            &self.lab.resources,
        )?)
    }

    fn layers_of<'r>(
        &'r self,
        problem: &Problem,
        rows: impl Fn(usize) -> &'r [usize],
    ) -> Result<Representations> {
        let members = self.evaluations(rows);
        Ok(representations(
            &self.network,
            problem,
            &members,
            &self.lab.resources,
        )?)
    }

    fn evaluations<'r>(&'r self, rows: impl Fn(usize) -> &'r [usize]) -> Vec<Evaluation<'r>> {
        let member = |member: usize| Evaluation {
            state: self.state(member),
            fold: self.replicate(member),
            rows: rows(member),
        };
        (0..self.len()).map(member).collect()
    }
}

/// Five significant digits: a half-life is for an axis, not for arithmetic.
fn rounded(epochs: f64) -> f64 {
    format!("{epochs:.4e}").parse().unwrap_or(epochs)
}
