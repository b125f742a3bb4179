//! Convolution over the images of a population, channels last.

use burn::backend::Dispatch;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, backend_extension};
use burn::tensor::Tensor;

use crate::linear::of_sharers;
use crate::{Activation, LinearOps, Window, reference};

/// Convolution (cross-correlation, as in torch) of a population.
///
/// ```text
/// y[r, (i, oh, ow), o] = act(b[r, o] + sum over kh, kw, c of x[r, (i, oh s + kh - p, ow s + kw - p), c] W[r, (kh, kw, c), o])
/// ```
///
/// Pixels are rows, so the output feeds [`batch_norm`](crate::batch_norm()), [`dropout`](crate::dropout) and
/// [`smooth`](crate::smooth()) as it is. What lies outside an image is zero.
///
/// # Shapes
/// - `x`: `[R, images * H * W, C]`, row-major pixels, or `[1, ..]` when all members see the same images
/// - `weight`: `[R, KH * KW * C, O]`, `bias`: `[R, O]`
/// - returns: `[R, images * OH * OW, O]`, see [`Window::output`]
pub fn conv2d(
    x: Tensor<3>,
    weight: Tensor<3>,
    bias: Option<Tensor<2>>,
    window: Window,
    activation: Activation,
) -> Tensor<3> {
    let bias = bias.unwrap_or_else(|| no_bias(&weight));
    Tensor::from_dispatch(Dispatch::population_conv2d(
        x.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        window,
        activation,
    ))
}

/// The zeros `[R, O]` that stand for a missing bias.
pub(crate) fn no_bias(weight: &Tensor<3>) -> Tensor<2> {
    let [members, _, outputs] = weight.dims();
    Tensor::zeros([members, outputs], &weight.device())
}

/// Forward and backward of [`conv2d`] as backend primitives.
#[backend_extension(
    Flex: cfg(feature = "flex"),
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cube"),
    Autodiff
)]
pub trait ConvOps: LinearOps {
    /// What each window sees as a row, zero where that is padding: `[R, images * OH * OW, KH * KW * C]`.
    fn patches(x: FloatTensor<Self>, window: Window) -> FloatTensor<Self> {
        reference::window::patches::<Self>(x, window)
    }

    /// The adjoint of [`patches`](Self::patches): what all windows hold of a pixel, added up, `[R, images * H * W, C]`.
    fn fold(patches: FloatTensor<Self>, window: Window) -> FloatTensor<Self> {
        reference::window::fold::<Self>(patches, window)
    }

    /// See [`conv2d`].
    fn population_conv2d(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        window: Window,
        activation: Activation,
    ) -> FloatTensor<Self> {
        reference::conv::forward::<Self>(x, weight, bias, window, activation)
    }

    /// `(dx, dW, db)` from the output `y` and its gradient; `dx` has the shape of `x`.
    fn conv2d_backward(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        y: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        window: Window,
        activation: Activation,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        reference::conv::backward::<Self>(x, weight, y, grad, window, activation)
    }

    /// `dx` alone, `[R, images * H * W, C]`, for a network whose parameters are given.
    fn conv2d_backward_input(
        weight: FloatTensor<Self>,
        y: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        window: Window,
        activation: Activation,
    ) -> FloatTensor<Self> {
        reference::conv::backward_input::<Self>(weight, y, grad, window, activation)
    }

    /// `(dW, db)` alone, for a layer whose input is data.
    fn conv2d_backward_parameters(
        x: FloatTensor<Self>,
        y: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        window: Window,
        activation: Activation,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        reference::conv::backward_parameters::<Self>(x, y, grad, window, activation)
    }
}

#[cfg(feature = "ndarray")]
#[allow(deprecated)]
impl ConvOps for burn::backend::NdArray {}

#[derive(Debug)]
struct ConvBackward;

#[derive(Debug, Clone)]
struct Saved<B: Backend> {
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    y: FloatTensor<B>,
    window: Window,
    activation: Activation,
}

impl<B: ConvOps> Backward<B, 3> for ConvBackward {
    type State = Saved<B>;

    fn backward(self, ops: Ops<Saved<B>, 3>, grads: &mut Gradients, _: &mut Checkpointer) {
        let grad = grads.consume::<B>(&ops.node);
        let Saved {
            x,
            weight,
            y,
            window,
            activation,
        } = ops.state;
        let [x_node, weight_node, bias_node] = ops.parents;
        let parameters = weight_node.is_some() || bias_node.is_some();
        let (weight_grad, bias_grad) = match x_node {
            Some(node) if !parameters => {
                let dx = B::conv2d_backward_input(weight, y, grad, window, activation);
                grads.register::<B>(node.id, of_sharers::<B>(dx, &x));
                return;
            }
            Some(node) => {
                let (dx, dw, db) = B::conv2d_backward(x, weight, y, grad, window, activation);
                grads.register::<B>(node.id, dx);
                (dw, db)
            }
            None => {
                drop(weight);
                B::conv2d_backward_parameters(x, y, grad, window, activation)
            }
        };
        for (node, gradient) in [(weight_node, weight_grad), (bias_node, bias_grad)] {
            if let Some(node) = node {
                grads.register::<B>(node.id, gradient);
            }
        }
    }
}

impl<B: ConvOps, C: CheckpointStrategy> ConvOps for Autodiff<B, C> {
    fn population_conv2d(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        window: Window,
        activation: Activation,
    ) -> FloatTensor<Self> {
        let prep = ConvBackward
            .prepare::<C>([x.node(), weight.node(), bias.node()])
            .compute_bound()
            .stateful();
        let (x, weight, bias) = (
            x.into_primitive(),
            weight.into_primitive(),
            bias.into_primitive(),
        );
        match prep {
            OpsKind::Tracked(prep) => {
                let y = B::population_conv2d(x.clone(), weight.clone(), bias, window, activation);
                let saved = Saved {
                    x,
                    weight,
                    y: y.clone(),
                    window,
                    activation,
                };
                prep.finish(saved, y)
            }
            OpsKind::UnTracked(prep) => {
                prep.finish(B::population_conv2d(x, weight, bias, window, activation))
            }
        }
    }
}
