//! The dense layer of a population: `act(x W + b)` for every member at once.

use burn::backend::Backend;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Dispatch, TensorMetadata, backend_extension};
use burn::tensor::Tensor;

use crate::Activation;
use crate::tape::{Pullback, record};

#[cfg(feature = "flex")]
pub(crate) mod cpu;
#[cfg(feature = "cube")]
pub(crate) mod gpu;
mod layer;
pub mod reference;

pub(crate) use layer::Layer;

/// Dense layer of a population.
///
/// ```text
/// y[r] = act(x[r] W[r] + b[r])
/// ```
///
/// # Shapes
/// - `x`: `[R, B, I]`, or `[1, B, I]` when all members see the same input
/// - `weight`: `[R, I, O]`, `bias`: `[R, O]`
/// - returns: `[R, B, O]`
pub fn linear(
    x: Tensor<3>,
    weight: Tensor<3>,
    bias: Tensor<2>,
    activation: Activation,
) -> Tensor<3> {
    Tensor::from_dispatch(Dispatch::population_linear(
        x.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        activation,
    ))
}

/// Forward and backward of [`linear`] as backend primitives.
#[backend_extension(
    Flex: cfg(feature = "flex"),
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cube"),
    Autodiff
)]
pub trait LinearOps: Backend {
    /// See [`linear`].
    fn population_linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        reference::forward::<Self>(x, weight, bias, activation)
    }

    /// `(dx, dW, db)` from the output `y` and its gradient; `dx` has the shape of `x`.
    fn linear_backward(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        y: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        activation: Activation,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        reference::backward::<Self>(x, weight, y, grad, activation)
    }

    /// `dx` alone, `[R, B, I]`, for a network whose input is asked about and whose parameters are given.
    fn linear_backward_input(
        weight: FloatTensor<Self>,
        y: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        reference::backward_input::<Self>(weight, y, grad, activation)
    }

    /// `(dW, db)` alone, for a layer whose input is data.
    fn linear_backward_parameters(
        x: FloatTensor<Self>,
        y: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        activation: Activation,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        reference::backward_parameters::<Self>(x, y, grad, activation)
    }
}

#[cfg(feature = "ndarray")]
#[allow(deprecated)]
impl LinearOps for burn::backend::NdArray {}

#[derive(Debug, Clone)]
struct Saved<B: Backend> {
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    y: FloatTensor<B>,
    activation: Activation,
}

impl<B: LinearOps> Pullback<B, 3> for Saved<B> {
    fn gradients(
        self,
        grad: FloatTensor<B>,
        [of_x, of_weight, of_bias]: [bool; 3],
    ) -> [Option<FloatTensor<B>>; 3] {
        let Self {
            x,
            weight,
            y,
            activation,
        } = self;
        if !of_x {
            drop(weight);
            let (dw, db) = B::linear_backward_parameters(x, y, grad, activation);
            [None, Some(dw), Some(db)]
        } else if of_weight || of_bias {
            let (dx, dw, db) = B::linear_backward(x, weight, y, grad, activation);
            [dx, dw, db].map(Some)
        } else {
            let dx = B::linear_backward_input(weight, y, grad, activation);
            [Some(of_sharers::<B>(dx, &x)), None, None]
        }
    }
}

/// The members' gradients of an input, added up where they share it.
pub(crate) fn of_sharers<B: Backend>(dx: FloatTensor<B>, x: &FloatTensor<B>) -> FloatTensor<B> {
    if x.shape()[0] < dx.shape()[0] {
        B::float_sum_dim(dx, 0)
    } else {
        dx
    }
}

impl<B: LinearOps, C: CheckpointStrategy> LinearOps for Autodiff<B, C> {
    fn population_linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        record::<B, C, _, 3>([x.node(), weight.node(), bias.node()], |tracked| {
            let [x, weight, bias] = [x, weight, bias].map(|input| input.into_primitive());
            let kept = tracked.then(|| (x.clone(), weight.clone()));
            let y = B::population_linear(x, weight, bias, activation);
            let saved = kept.map(|(x, weight)| Saved {
                x,
                weight,
                y: y.clone(),
                activation,
            });
            (y, saved)
        })
    }
}
