//! The dense layer of a population: `act(x W + b)` for every member at once.

use burn::backend::Backend;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Dispatch, backend_extension};
use burn::tensor::Tensor;

use crate::Activation;

#[cfg(feature = "flex")]
pub(crate) mod cpu;
#[cfg(feature = "cube")]
pub(crate) mod gpu;
mod layer;
pub mod reference;
mod weighted;

pub(crate) use layer::Layer;
pub(crate) use weighted::{Saved, Weighted, of_sharers, record_layer};

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

/// The plain product, whose gradients need nothing more than every weighted layer's.
#[derive(Debug, Clone)]
struct Dense;

impl<B: LinearOps> Weighted<B> for Dense {
    fn all(self, layer: Saved<B>, grad: FloatTensor<B>) -> [FloatTensor<B>; 3] {
        let (x, weight, y) = (layer.x, layer.weight, layer.y);
        B::linear_backward(x, weight, y, grad, layer.activation).into()
    }

    fn of_input(self, layer: Saved<B>, grad: FloatTensor<B>) -> FloatTensor<B> {
        B::linear_backward_input(layer.weight, layer.y, grad, layer.activation)
    }

    fn of_parameters(self, layer: Saved<B>, grad: FloatTensor<B>) -> [FloatTensor<B>; 2] {
        B::linear_backward_parameters(layer.x, layer.y, grad, layer.activation).into()
    }
}

impl<B: LinearOps, C: CheckpointStrategy> LinearOps for Autodiff<B, C> {
    fn population_linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        record_layer::<B, C, _>([x, weight, bias], activation, |[x, weight, bias], _| {
            let y = B::population_linear(x, weight, bias, activation);
            (y, Some(Dense))
        })
    }
}
