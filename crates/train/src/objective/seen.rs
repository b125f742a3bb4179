//! What an objective reads.

use std::ops::Range;

use burn::tensor::{Device, Int, IntDType, Tensor};
use decay_data::TargetScale;

use crate::problem::floats;

/// Outputs and targets of some rows of every member.
#[derive(Debug, Clone)]
pub struct Seen {
    /// `[R, B, outputs]`, what the network says.
    pub outputs: Tensor<3>,
    /// `[R, B, K]`: numbers in units of their spread among the fold's training rows, `(t - mean) / sd`; labels as 0 and 1; the class of
    /// a classification as its number, with `K = 1`.
    pub targets: Tensor<3>,
    /// `[R, B]`: how much each row counts, 0 of padding.
    pub weights: Tensor<2>,
    pub(crate) units: Units,
}

/// Of every target in every member's fold, `[R, 1, K]` each.
#[derive(Debug, Clone)]
pub(crate) struct Units {
    mean: Tensor<3>,
    sd: Tensor<3>,
}

impl Units {
    /// `scales` are those of each member's targets; none of classes, whose numbers are as they are.
    pub(crate) fn new(scales: &[&[TargetScale]], device: &Device) -> Self {
        let column = |value: fn(&TargetScale) -> f64| {
            let of_member = |own: &&[TargetScale]| match own {
                [] => vec![value(&TargetScale::IDENTITY) as f32],
                own => own.iter().map(|scale| value(scale) as f32).collect(),
            };
            let values: Vec<f32> = scales.iter().flat_map(of_member).collect();
            let width = values.len() / scales.len();
            floats(values, [scales.len(), 1, width], device)
        };
        Self {
            mean: column(|scale| scale.mean),
            sd: column(|scale| scale.sd),
        }
    }
}

impl Seen {
    /// Some columns of the outputs, `[R, B, columns]`.
    pub fn output(&self, columns: Range<usize>) -> Tensor<3> {
        let [members, rows, width] = self.outputs.dims();
        if columns == (0..width) {
            return self.outputs.clone();
        }
        self.outputs.clone().slice([0..members, 0..rows, columns])
    }

    /// One target in units of its spread, `[R, B, 1]`.
    pub fn target(&self, target: usize) -> Tensor<3> {
        of_column(&self.targets, target)
    }

    /// One target in its own unit, `[R, B, 1]`.
    pub fn in_unit(&self, target: usize) -> Tensor<3> {
        let [mean, sd] = [&self.units.mean, &self.units.sd].map(|own| of_column(own, target));
        self.target(target) * sd + mean
    }

    /// One target that numbers classes from 0, `[R, B]`: of a classification, or of a column of whole numbers.
    pub fn classes(&self, target: usize) -> Tensor<2, Int> {
        let numbers: Tensor<2> = self.in_unit(target).squeeze_dim(2);
        // Scaling to units of spread and back rounds; kernels read labels of 32 bits.
        numbers.round().cast(IntDType::I32)
    }

    /// Each member's mean over its rows by their weights, 0 where none counts.
    ///
    /// # Shapes
    /// - `losses`: `[R, B]`
    /// - returns: `[R]`
    pub fn mean(&self, losses: Tensor<2>) -> Tensor<1> {
        let total = self.weights.clone().sum_dim(1);
        let none = total.clone().equal_elem(0.0);
        let sum = (losses * self.weights.clone()).sum_dim(1);
        (sum / total.mask_fill(none, 1.0)).squeeze_dim(1)
    }
}

fn of_column(all: &Tensor<3>, column: usize) -> Tensor<3> {
    let [members, rows, width] = all.dims();
    if width == 1 && column == 0 {
        return all.clone();
    }
    all.clone().slice([0..members, 0..rows, column..column + 1])
}
