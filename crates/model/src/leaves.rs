//! A population's parameters as the layers see them, tracked by autodiff or not.

use burn::tensor::{Gradients, Tensor};

use crate::parameter::ParameterSpec;
use crate::precision::Precision;
use crate::state::State;

/// One parameter at its own rank.
#[derive(Debug, Clone)]
pub(crate) enum Leaf {
    /// `[R, n]`.
    Vector(Tensor<2>),
    /// `[R, inputs, outputs]`.
    Matrix(Tensor<3>),
}

/// All parameters of a population for one forward pass.
///
/// While leaves live they hold the parameters' buffers; drop them before an update, or it has to copy.
#[derive(Debug, Clone)]
pub struct Leaves {
    leaves: Vec<Leaf>,
    precision: Precision,
}

impl Leaves {
    pub(crate) fn new(
        specs: &[ParameterSpec],
        state: &State,
        tracked: bool,
        precision: Precision,
    ) -> Self {
        let leaves = specs.iter().zip(&state.parameters).map(|(spec, value)| {
            let [members, _] = value.dims();
            match spec.shape[..] {
                [_] => Leaf::Vector(track(value.clone(), tracked)),
                [inputs, outputs] => {
                    let matrix = value.clone().reshape([members, inputs, outputs]);
                    Leaf::Matrix(track(matrix, tracked))
                }
                _ => unreachable!("parameter '{}' has rank 1 or 2", spec.name),
            }
        });
        Self {
            leaves: leaves.collect(),
            precision,
        }
    }

    /// The parameter at a place that has one axis, `[R, n]`.
    ///
    /// # Panics
    /// If it is a matrix.
    pub fn vector(&self, index: usize) -> Tensor<2> {
        match &self.leaves[index] {
            Leaf::Vector(value) => value.clone(),
            Leaf::Matrix(_) => unreachable!("parameter {index} is a matrix"),
        }
    }

    /// A parameter in single precision without its axes, `[R, n]`.
    pub(crate) fn flat(&self, index: usize) -> Tensor<2> {
        match &self.leaves[index] {
            Leaf::Vector(value) => value.clone(),
            Leaf::Matrix(value) => {
                let [members, inputs, outputs] = value.dims();
                value.clone().reshape([members, inputs * outputs])
            }
        }
    }

    /// Of the products and activations.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// The parameter at a place that has two axes, `[R, inputs, outputs]`, in the precision of the products; its gradient comes back in
    /// single precision.
    ///
    /// # Panics
    /// If it is a vector.
    pub fn matrix(&self, index: usize) -> Tensor<3> {
        match &self.leaves[index] {
            Leaf::Matrix(value) => self.precision.cast(value.clone()),
            Leaf::Vector(_) => unreachable!("parameter {index} is a vector"),
        }
    }

    /// Takes every parameter's gradient as `[R, n]`, in order; `None` where the loss does not depend on it.
    pub fn into_gradients(self, gradients: &mut Gradients) -> Vec<Option<Tensor<2>>> {
        let take = |leaf| match leaf {
            Leaf::Vector(value) => value.grad_remove(gradients),
            Leaf::Matrix(value) => value.grad_remove(gradients).map(|gradient| {
                let [members, inputs, outputs] = gradient.dims();
                gradient.reshape([members, inputs * outputs])
            }),
        };
        self.leaves.into_iter().map(take).collect()
    }
}

fn track<const D: usize>(value: Tensor<D>, tracked: bool) -> Tensor<D> {
    if tracked {
        Tensor::from_inner(value).require_grad()
    } else {
        value
    }
}
