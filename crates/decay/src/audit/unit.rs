//! The unit in which inputs are perturbed, and the models' inputs in it.

use decay_audit::Logits;
use decay_data::{Inputs, Schema};
use decay_model::{InputShape, MemberState};
use decay_robust::{InputScale, attack::Population, perturbed_logits};
use decay_train::{FoldScales, Samples};

use super::subject::Subject;
use crate::device::Machine;
use crate::error::Error;

/// The unit in which inputs are perturbed.
#[derive(Debug, Clone, PartialEq)]
pub enum Unit {
    /// The range of a pixel; inputs stay within it.
    Pixel { shape: [usize; 3], max: f32 },
    /// The standard deviation of a column, or whatever its scaling has made of it; inputs may be anything.
    Deviation { columns: usize },
}

/// Inputs and models, ready to be attacked.
pub struct Attacked {
    /// `[rows, inputs]`.
    pub x: Vec<f32>,
    pub states: Vec<MemberState>,
    pub scales: Vec<InputScale>,
    pub seeds: Vec<u64>,
}

impl Unit {
    /// The unit for models of these inputs; the error is the reason why there is none.
    pub fn of(schema: &Schema, subject: &Subject<'_>) -> Result<Self, &'static str> {
        if subject.network.reads_edges() {
            return Err("a perturbed node would perturb its neighbours");
        }
        if subject.scales.iter().any(|scale| scale.features.per_row) {
            return Err("rows are scaled by their own sums, which a perturbation changes");
        }
        match &schema.inputs {
            Inputs::Pixels { shape, max } => match shape.as_slice() {
                &[channels, height, width] => Ok(Self::Pixel {
                    shape: [channels, height, width],
                    max: *max,
                }),
                shape => Ok(Self::Pixel {
                    shape: [1, 1, shape.iter().product()],
                    max: *max,
                }),
            },
            Inputs::Columns(_) => Ok(Self::Deviation {
                columns: schema.features(),
            }),
            Inputs::Graph { .. } => Err("a perturbed node would perturb its neighbours"),
        }
    }

    /// The unit in words, to be read after a number.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Pixel { .. } => "of a pixel's range",
            Self::Deviation { .. } => "standard deviations of a column",
        }
    }

    /// What radii are, to be read after "radii are".
    pub fn plural(&self) -> &'static str {
        match self {
            Self::Pixel { .. } => "shares of a pixel's range",
            Self::Deviation { .. } => "standard deviations of a column",
        }
    }

    /// The box of valid inputs.
    pub fn bounds(&self) -> Option<(f32, f32)> {
        matches!(self, Self::Pixel { .. }).then_some((0.0, 1.0))
    }

    pub fn shape(&self) -> InputShape {
        match *self {
            Self::Pixel { shape, .. } => InputShape::Image(shape),
            Self::Deviation { columns } => InputShape::Row(columns),
        }
    }

    /// Rows in the unit, and each model's map from it.
    pub fn attacked(
        &self,
        subject: &Subject<'_>,
        samples: Samples<'_>,
        rows: &[usize],
    ) -> Attacked {
        let models = &subject.models;
        let scales: Vec<_> = subject
            .scales
            .iter()
            .map(|own| self.scale(own, &subject.scales[0]))
            .collect();
        Attacked {
            x: self.rows(&subject.scales[0], samples, rows),
            states: models.iter().map(|model| model.state.clone()).collect(),
            scales: models
                .iter()
                .map(|model| scales[model.fold].clone())
                .collect(),
            seeds: models.iter().map(|model| model.seed).collect(),
        }
    }

    /// Logits of inputs that were moved a step towards what the model is surest of.
    pub fn odin(
        &self,
        subject: &Subject<'_>,
        samples: Samples<'_>,
        rows: &[usize],
        step: f64,
        machine: &Machine,
    ) -> Result<Vec<Logits<'static>>, Error> {
        let attacked = self.attacked(subject, samples, rows);
        let population = attacked.population(self, subject, machine);
        let all = perturbed_logits(
            &population,
            &attacked.x,
            step,
            decay_audit::ood::ODIN_TEMPERATURE,
        )?;
        let logits = all
            .iter()
            .map(|values| Logits::from_f32(values, rows.len(), subject.outputs));
        Ok(logits.collect::<Result<_, _>>()?)
    }

    fn rows(&self, first: &FoldScales, samples: Samples<'_>, rows: &[usize]) -> Vec<f32> {
        match self {
            Self::Pixel { max, .. } => rows
                .iter()
                .flat_map(|&row| row * samples.inputs..(row + 1) * samples.inputs)
                .map(|index| (samples.features.get(index) / max).clamp(0.0, 1.0))
                .collect(),
            Self::Deviation { .. } => first.features.apply_to(samples.features, rows),
        }
    }

    /// ```text
    /// pixel:      z = (max x - center) scale
    /// deviation:  z = (x / scale_0 + center_0 - center) scale
    /// ```
    fn scale(&self, own: &FoldScales, first: &FoldScales) -> InputScale {
        let (own, first) = (&own.features, &first.features);
        let pairs = own.center.iter().zip(&own.scale);
        match self {
            Self::Pixel { max, .. } => InputScale {
                center: own.center.iter().map(|center| center / max).collect(),
                factor: own.scale.iter().map(|scale| scale * max).collect(),
            },
            Self::Deviation { .. } => {
                let firsts = first.center.iter().zip(&first.scale);
                let both = pairs
                    .zip(firsts)
                    .map(|((center, scale), (center_0, scale_0))| match *scale_0 {
                        // The column is constant in the first fold, and then its input is 0.
                        0.0 => (0.0, 0.0),
                        scale_0 => ((center - center_0) * scale_0, scale / scale_0),
                    });
                let (center, factor) = both.unzip();
                InputScale { center, factor }
            }
        }
    }
}

impl Attacked {
    /// As attacks take it.
    pub fn population<'a>(
        &'a self,
        unit: &Unit,
        subject: &'a Subject<'_>,
        machine: &'a Machine,
    ) -> Population<'a> {
        Population {
            network: subject.network,
            states: &self.states,
            scales: &self.scales,
            seeds: &self.seeds,
            shape: unit.shape(),
            devices: &machine.devices,
            threads: machine.resources.threads,
        }
    }
}
