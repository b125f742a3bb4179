//! The unit in which inputs are perturbed, and the models' inputs in it.

use decay_audit::Logits;
use decay_data::{Inputs, Schema};
use decay_model::{InputShape, MemberState};
use decay_robust::attack::{Norm, Population, Rows, Threat, Trial};
use decay_robust::{InputScale, perturbed_logits};
use decay_train::{FoldScales, Samples};
use serde::Serialize;

use super::auditor::{Auditor, Labelled};
use crate::device::Machine;
use crate::error::Error;
use crate::targets::{self, TargetModels};

/// The unit in which inputs are perturbed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Unit {
    /// The range of a pixel; inputs stay within it.
    Pixel { shape: [usize; 3], max: f32 },
    /// The standard deviation of a column, or whatever its scaling has made of it; inputs may be anything.
    Deviation { columns: usize },
}

/// What radii are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RadiusUnit {
    /// The range of a pixel.
    PixelRange,
    /// The standard deviation of a column.
    StandardDeviation,
}

impl RadiusUnit {
    /// To be read after a number.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::PixelRange => "of a pixel's range",
            Self::StandardDeviation => "standard deviations of a column",
        }
    }

    /// To be read after "radii are".
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::PixelRange => "shares of a pixel's range",
            other => other.words(),
        }
    }
}

/// Inputs and models, ready to be attacked.
pub(crate) struct Attacked {
    /// `[rows, inputs]`.
    pub(crate) x: Vec<f32>,
    pub(crate) states: Vec<MemberState>,
    pub(crate) scales: Vec<InputScale>,
    pub(crate) seeds: Vec<u64>,
}

impl Unit {
    /// The unit for models of these inputs; the error is the reason why there is none.
    pub(crate) fn of(schema: &Schema, targets: &TargetModels<'_>) -> Result<Self, &'static str> {
        if targets.network.reads_edges() {
            return Err("a perturbed node would perturb its neighbours");
        }
        if targets.scales.iter().any(|scale| scale.features.per_row) {
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

    /// What radii are counted in.
    pub(super) fn of_radii(&self) -> RadiusUnit {
        match self {
            Self::Pixel { .. } => RadiusUnit::PixelRange,
            Self::Deviation { .. } => RadiusUnit::StandardDeviation,
        }
    }

    /// Whether inputs are images of more than one row and column.
    pub(super) fn is_image(&self) -> bool {
        matches!(self, Self::Pixel { shape: [_, height, width], .. } if *height > 1 && *width > 1)
    }

    /// The box of valid inputs.
    pub(crate) fn bounds(&self) -> Option<(f32, f32)> {
        matches!(self, Self::Pixel { .. }).then_some((0.0, 1.0))
    }

    pub(crate) fn shape(&self) -> InputShape {
        match *self {
            Self::Pixel { shape, .. } => InputShape::Image(shape),
            Self::Deviation { columns } => InputShape::Row(columns),
        }
    }

    /// Rows in the unit, and each model's map from it.
    pub(crate) fn attacked(
        &self,
        targets: &TargetModels<'_>,
        samples: Samples<'_>,
        rows: &[usize],
    ) -> Attacked {
        let models = &targets.models;
        let scales: Vec<_> = targets
            .scales
            .iter()
            .map(|own| self.scale(own, &targets.scales[0]))
            .collect();
        Attacked {
            x: self.rows(&targets.scales[0], samples, rows),
            states: models.iter().map(|model| model.state.clone()).collect(),
            scales: models
                .iter()
                .map(|model| scales[model.fold].clone())
                .collect(),
            seeds: models.iter().map(|model| model.seed).collect(),
        }
    }

    /// Logits of inputs that were moved a step towards what the model is surest of.
    pub(crate) fn odin(
        &self,
        targets: &TargetModels<'_>,
        samples: Samples<'_>,
        rows: &[usize],
        step: f64,
        machine: &Machine,
    ) -> Result<Vec<Logits<'static>>, Error> {
        let attacked = self.attacked(targets, samples, rows);
        let population = attacked.population(self, targets, machine);
        let all = perturbed_logits(
            &population,
            &attacked.x,
            step,
            decay_audit::ood::ODIN_TEMPERATURE,
        )?;
        targets::logits(&all, targets.outputs)
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
    pub(crate) fn population<'a>(
        &'a self,
        unit: &Unit,
        targets: &'a TargetModels<'_>,
        machine: &'a Machine,
    ) -> Population<'a> {
        Population {
            network: targets.network,
            states: &self.states,
            scales: &self.scales,
            seeds: &self.seeds,
            shape: unit.shape(),
            devices: &machine.devices,
            threads: machine.resources.threads,
            stop: targets.stop,
        }
    }
}

/// Models, rows and the box that they lie in.
pub(crate) struct Arena<'a> {
    pub(crate) population: Population<'a>,
    pub(crate) rows: Rows<'a>,
    bounds: Option<(f32, f32)>,
    progress: &'a (dyn Fn(f64) + Sync),
}

impl<'a> Arena<'a> {
    pub(crate) fn new(
        auditor: &'a Auditor<'_>,
        unit: &Unit,
        attacked: &'a Attacked,
        rows: Labelled<'a>,
        progress: &'a (dyn Fn(f64) + Sync),
    ) -> Self {
        Self {
            population: attacked.population(unit, &auditor.targets, auditor.machine),
            rows: Rows {
                x: &attacked.x,
                labels: rows.labels,
            },
            bounds: unit.bounds(),
            progress,
        }
    }

    pub(crate) fn trial(&self, norm: Norm, radius: f64) -> Trial<'a> {
        Trial {
            population: self.population,
            rows: self.rows,
            threat: Threat {
                norm,
                radius,
                bounds: self.bounds,
            },
            starts: None,
            keep_examples: false,
            progress: self.progress,
        }
    }
}
