//! Members of one replicate beside the rows that they have not seen, as attacks, slopes and certificates take them.

use std::sync::atomic::AtomicBool;

use decay_data::{Inputs, Preprocess};
use decay_model::{InputShape, MemberState};
use decay_robust::{InputScale, attack};

use crate::lab::labels;
use crate::population::Population;

/// Claims run to their end.
static NEVER: AtomicBool = AtomicBool::new(false);

/// The members of one replicate and the rows that they have not seen, pixels in the unit of their range.
#[derive(Debug, Clone)]
pub struct HeldOut {
    /// In the order of the settings.
    pub members: Vec<usize>,
    /// Values that exist: pixels have a range.
    pub domain: Option<[f64; 2]>,
    /// From that unit to what the networks read.
    pub scale: InputScale,
    /// `[rows, inputs]`, flat.
    pub x: Vec<f32>,
    /// `[rows]`.
    pub labels: Vec<usize>,
}

impl Population<'_> {
    /// The members and held-out rows of a replicate.
    ///
    /// # Panics
    /// If the data are no classification.
    pub fn held_out(&self, replicate: usize) -> HeldOut {
        let problem = &self.models.problem;
        let (range, domain) = self.range();
        let rows = &problem.folds[replicate].validation;
        HeldOut {
            members: self.members_of(replicate),
            domain,
            scale: scale(&problem.scales[replicate].features, range),
            x: self.inputs_of(rows),
            labels: labels(self.study.data, rows),
        }
    }

    /// The members of a replicate, in the order of the settings.
    pub fn members_of(&self, replicate: usize) -> Vec<usize> {
        let own = |&member: &usize| self.replicate(member) == replicate;
        (0..self.len()).filter(own).collect()
    }

    /// The largest pixel, and the values that exist in its unit; of a table its own unit.
    fn range(&self) -> (f32, Option<[f64; 2]>) {
        match &self.study.data.schema.inputs {
            Inputs::Pixels { max, .. } => (*max, Some([0.0, 1.0])),
            _ => (1.0, None),
        }
    }

    /// Inputs of some rows, `[rows, inputs]`, pixels in the unit of their range.
    pub(crate) fn inputs_of(&self, rows: &[usize]) -> Vec<f32> {
        let (inputs, range) = (self.models.problem.inputs, self.range().0);
        let values = rows.iter().flat_map(|row| row * inputs..(row + 1) * inputs);
        values
            .map(|at| self.study.data.features.get(at) / range)
            .collect()
    }

    /// The seeds of some members.
    pub(crate) fn seeds(&self, members: &[usize]) -> Vec<u64> {
        let all = &self.models.plan.members;
        members.iter().map(|&member| all[member].seed).collect()
    }

    /// Members as attacks and slopes see them.
    pub(crate) fn targets<'t>(
        &'t self,
        states: &'t [MemberState],
        scales: &'t [InputScale],
        seeds: &'t [u64],
    ) -> attack::Population<'t> {
        let row = InputShape::Row(self.models.problem.inputs);
        attack::Population {
            network: &self.models.network,
            states,
            scales,
            seeds,
            shape: self.models.problem.image.map_or(row, InputShape::Image),
            devices: &self.models.machine.devices,
            threads: self.models.machine.resources.threads,
            stop: &NEVER,
        }
    }
}

/// `z = (range x - center) scale`.
fn scale(own: &Preprocess, range: f32) -> InputScale {
    InputScale {
        center: own.center.iter().map(|center| center / range).collect(),
        factor: own.scale.iter().map(|scale| scale * range).collect(),
    }
}
