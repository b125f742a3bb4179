//! Depthwise convolution of a population: every channel has a kernel of its own.

use burn::backend::Dispatch;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, backend_extension};
use burn::tensor::Tensor;

use crate::conv::no_bias;
use crate::{Activation, Window, reference};

/// Depthwise convolution of a population.
///
/// ```text
/// y[r, (i, oh, ow), c] = act(b[r, c] + sum over kh, kw of x[r, (i, oh s + kh - p, ow s + kw - p), c] W[r, (kh, kw), c])
/// ```
///
/// # Shapes
/// - `x`: `[R, images * H * W, C]`, row-major pixels
/// - `weight`: `[R, KH * KW, C]`, `bias`: `[R, C]`
/// - returns: `[R, images * OH * OW, C]`, see [`Window::output`]
pub fn depthwise(
    x: Tensor<3>,
    weight: Tensor<3>,
    bias: Option<Tensor<2>>,
    window: Window,
    activation: Activation,
) -> Tensor<3> {
    let bias = bias.unwrap_or_else(|| no_bias(&weight));
    Tensor::from_dispatch(Dispatch::depthwise(
        x.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        window,
        activation,
    ))
}

/// Forward and backward of [`depthwise`] as backend primitives.
#[backend_extension(
    Flex: cfg(feature = "flex"),
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cube"),
    Autodiff
)]
pub trait DepthwiseOps: Backend {
    /// See [`depthwise`].
    fn depthwise(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        window: Window,
        activation: Activation,
    ) -> FloatTensor<Self> {
        reference::depthwise::forward::<Self>(x, weight, bias, window, activation)
    }

    /// `(dx, dW, db)` from the output `y` and its gradient.
    fn depthwise_backward(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        y: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        window: Window,
        activation: Activation,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        reference::depthwise::backward::<Self>(x, weight, y, grad, window, activation)
    }
}

#[cfg(feature = "ndarray")]
#[allow(deprecated)]
impl DepthwiseOps for burn::backend::NdArray {}

#[derive(Debug)]
struct DepthwiseBackward;

#[derive(Debug, Clone)]
struct Saved<B: Backend> {
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    y: FloatTensor<B>,
    window: Window,
    activation: Activation,
}

impl<B: DepthwiseOps> Backward<B, 3> for DepthwiseBackward {
    type State = Saved<B>;

    fn backward(self, ops: Ops<Saved<B>, 3>, grads: &mut Gradients, _: &mut Checkpointer) {
        let grad = grads.consume::<B>(&ops.node);
        let saved = ops.state;
        let (dx, dw, db) = B::depthwise_backward(
            saved.x,
            saved.weight,
            saved.y,
            grad,
            saved.window,
            saved.activation,
        );
        for (node, gradient) in ops.parents.into_iter().zip([dx, dw, db]) {
            if let Some(node) = node {
                grads.register::<B>(node.id, gradient);
            }
        }
    }
}

impl<B: DepthwiseOps, C: CheckpointStrategy> DepthwiseOps for Autodiff<B, C> {
    fn depthwise(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        window: Window,
        activation: Activation,
    ) -> FloatTensor<Self> {
        let prep = DepthwiseBackward
            .prepare::<C>([x.node(), weight.node(), bias.node()])
            .compute_bound()
            .stateful();
        let (x, weight) = (x.into_primitive(), weight.into_primitive());
        let bias = bias.into_primitive();
        let y = B::depthwise(x.clone(), weight.clone(), bias, window, activation);
        match prep {
            OpsKind::Tracked(prep) => {
                let saved = Saved {
                    x,
                    weight,
                    y: y.clone(),
                    window,
                    activation,
                };
                prep.finish(saved, y)
            }
            OpsKind::UnTracked(prep) => prep.finish(y),
        }
    }
}
