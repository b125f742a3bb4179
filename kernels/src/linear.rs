//! The dense layer of a population: `act(x W + b)` for every member at once.

use burn::backend::Backend;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Dispatch, TensorMetadata, backend_extension};
use burn::tensor::Tensor;

use crate::{Activation, reference};

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
        reference::linear::forward::<Self>(x, weight, bias, activation)
    }

    /// `(dx, dW, db)` from the output `y` and its gradient; `dx` has the shape of `x`.
    fn linear_backward(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        y: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        activation: Activation,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        reference::linear::backward::<Self>(x, weight, y, grad, activation)
    }

    /// `dx` alone, `[R, B, I]`, for a network whose input is asked about and whose parameters are given.
    fn linear_backward_input(
        weight: FloatTensor<Self>,
        y: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        reference::linear::backward_input::<Self>(weight, y, grad, activation)
    }

    /// `(dW, db)` alone, for a layer whose input is data.
    fn linear_backward_parameters(
        x: FloatTensor<Self>,
        y: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        activation: Activation,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        reference::linear::backward_parameters::<Self>(x, y, grad, activation)
    }
}

#[cfg(feature = "ndarray")]
#[allow(deprecated)]
impl LinearOps for burn::backend::NdArray {}

#[derive(Debug)]
struct LinearBackward;

#[derive(Debug, Clone)]
struct Saved<B: Backend> {
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    y: FloatTensor<B>,
    activation: Activation,
}

impl<B: LinearOps> Backward<B, 3> for LinearBackward {
    type State = Saved<B>;

    fn backward(self, ops: Ops<Saved<B>, 3>, grads: &mut Gradients, _: &mut Checkpointer) {
        let grad = grads.consume::<B>(&ops.node);
        let Saved {
            x,
            weight,
            y,
            activation,
        } = ops.state;
        let [x_node, weight_node, bias_node] = ops.parents;
        let parameters = weight_node.is_some() || bias_node.is_some();
        let (weight_grad, bias_grad) = match x_node {
            Some(node) if !parameters => {
                let dx = B::linear_backward_input(weight, y, grad, activation);
                grads.register::<B>(node.id, of_sharers::<B>(dx, &x));
                return;
            }
            Some(node) => {
                let (dx, dw, db) = B::linear_backward(x, weight, y, grad, activation);
                grads.register::<B>(node.id, dx);
                (dw, db)
            }
            None => {
                drop(weight);
                B::linear_backward_parameters(x, y, grad, activation)
            }
        };
        if let Some(node) = weight_node {
            grads.register::<B>(node.id, weight_grad);
        }
        if let Some(node) = bias_node {
            grads.register::<B>(node.id, bias_grad);
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
        let nodes = [x.node(), weight.node(), bias.node()];
        let (x, weight, bias) = (
            x.into_primitive(),
            weight.into_primitive(),
            bias.into_primitive(),
        );
        match LinearBackward
            .prepare::<C>(nodes)
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(prep) => {
                let y = B::population_linear(x.clone(), weight.clone(), bias, activation);
                let saved = Saved {
                    x,
                    weight,
                    y: y.clone(),
                    activation,
                };
                prep.finish(saved, y)
            }
            OpsKind::UnTracked(prep) => {
                prep.finish(B::population_linear(x, weight, bias, activation))
            }
        }
    }
}
