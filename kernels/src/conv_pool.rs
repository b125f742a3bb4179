//! A convolution and the pooling of its output in one operation, which keeps no unpooled activation.

use burn::backend::Dispatch;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, Backend, backend_extension};
use burn::tensor::Tensor;

use crate::conv::no_bias;
use crate::linear::of_sharers;
use crate::{Activation, ConvOps, PoolOps, Window, reference};

/// [`max_pool`](crate::max_pool) of [`conv2d`](crate::conv2d()), with the same values and gradients.
///
/// Where a maximum was is all that the backward pass needs to know of the large activation, so that is not kept; on a CPU it never
/// leaves the cache.
///
/// # Shapes
/// - `x`, `weight`, `bias`: as for [`conv2d`](crate::conv2d()); `pool` is over images of `window.output()`
/// - returns: `[R, images * PH * PW, O]` with `[PH, PW] = pool.output()`
pub fn conv2d_max_pool(
    x: Tensor<3>,
    weight: Tensor<3>,
    bias: Option<Tensor<2>>,
    window: Window,
    activation: Activation,
    pool: Window,
) -> Tensor<3> {
    let bias = bias.unwrap_or_else(|| no_bias(&weight));
    Tensor::from_dispatch(Dispatch::conv2d_max_pool(
        x.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        window,
        activation,
        pool,
    ))
}

/// Forward and backward of [`conv2d_max_pool`] as backend primitives.
#[backend_extension(
    Flex: cfg(feature = "flex"),
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cube"),
    Autodiff
)]
#[allow(
    clippy::too_many_arguments,
    reason = "the macro that dispatches them wants tensors as arguments of their own"
)]
pub trait ConvPoolOps: ConvOps + PoolOps {
    /// `(y, places)`: the pooled output and the taps of the pool's windows that it comes from.
    fn conv2d_max_pool_with_places(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        window: Window,
        activation: Activation,
        pool: Window,
    ) -> (FloatTensor<Self>, IntTensor<Self>) {
        reference::conv_pool::forward::<Self>(x, weight, bias, window, activation, pool)
    }

    /// `(dx, dW, db)` from the pooled output `y`, the places and the gradient.
    fn conv2d_max_pool_backward(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        y: FloatTensor<Self>,
        places: IntTensor<Self>,
        grad: FloatTensor<Self>,
        window: Window,
        activation: Activation,
        pool: Window,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let dz = reference::conv_pool::unpooled::<Self>(y, places, grad, activation, pool);
        Self::conv2d_backward(x, weight, dz.clone(), dz, window, Activation::Identity)
    }

    /// `dx` alone, `[R, images * H * W, C]`, for a network whose parameters are given.
    fn conv2d_max_pool_backward_input(
        weight: FloatTensor<Self>,
        y: FloatTensor<Self>,
        places: IntTensor<Self>,
        grad: FloatTensor<Self>,
        window: Window,
        activation: Activation,
        pool: Window,
    ) -> FloatTensor<Self> {
        let dz = reference::conv_pool::unpooled::<Self>(y, places, grad, activation, pool);
        Self::conv2d_backward_input(weight, dz.clone(), dz, window, Activation::Identity)
    }

    /// `(dW, db)` alone, for a layer whose input is data.
    fn conv2d_max_pool_backward_parameters(
        x: FloatTensor<Self>,
        y: FloatTensor<Self>,
        places: IntTensor<Self>,
        grad: FloatTensor<Self>,
        window: Window,
        activation: Activation,
        pool: Window,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let dz = reference::conv_pool::unpooled::<Self>(y, places, grad, activation, pool);
        Self::conv2d_backward_parameters(x, dz.clone(), dz, window, Activation::Identity)
    }

    /// See [`conv2d_max_pool`].
    fn conv2d_max_pool(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        window: Window,
        activation: Activation,
        pool: Window,
    ) -> FloatTensor<Self> {
        Self::conv2d_max_pool_with_places(x, weight, bias, window, activation, pool).0
    }
}

#[cfg(feature = "ndarray")]
#[allow(deprecated)]
impl ConvPoolOps for burn::backend::NdArray {}

#[derive(Debug)]
struct ConvPoolBackward;

#[derive(Debug, Clone)]
struct Saved<B: Backend> {
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    y: FloatTensor<B>,
    places: IntTensor<B>,
    window: Window,
    activation: Activation,
    pool: Window,
}

impl<B: ConvPoolOps> Saved<B> {
    fn all(self, grad: FloatTensor<B>) -> (FloatTensor<B>, FloatTensor<B>, FloatTensor<B>) {
        B::conv2d_max_pool_backward(
            self.x,
            self.weight,
            self.y,
            self.places,
            grad,
            self.window,
            self.activation,
            self.pool,
        )
    }

    fn of_input(self, grad: FloatTensor<B>) -> FloatTensor<B> {
        let dx = B::conv2d_max_pool_backward_input(
            self.weight,
            self.y,
            self.places,
            grad,
            self.window,
            self.activation,
            self.pool,
        );
        of_sharers::<B>(dx, &self.x)
    }

    fn of_parameters(self, grad: FloatTensor<B>) -> (FloatTensor<B>, FloatTensor<B>) {
        drop(self.weight);
        B::conv2d_max_pool_backward_parameters(
            self.x,
            self.y,
            self.places,
            grad,
            self.window,
            self.activation,
            self.pool,
        )
    }
}

impl<B: ConvPoolOps> Backward<B, 3> for ConvPoolBackward {
    type State = Saved<B>;

    fn backward(self, ops: Ops<Saved<B>, 3>, grads: &mut Gradients, _: &mut Checkpointer) {
        let grad = grads.consume::<B>(&ops.node);
        let [x_node, weight_node, bias_node] = ops.parents;
        let parameters = weight_node.is_some() || bias_node.is_some();
        let (weight_grad, bias_grad) = match x_node {
            Some(node) if !parameters => {
                grads.register::<B>(node.id, ops.state.of_input(grad));
                return;
            }
            Some(node) => {
                let (dx, dw, db) = ops.state.all(grad);
                grads.register::<B>(node.id, dx);
                (dw, db)
            }
            None => ops.state.of_parameters(grad),
        };
        for (node, gradient) in [(weight_node, weight_grad), (bias_node, bias_grad)] {
            if let Some(node) = node {
                grads.register::<B>(node.id, gradient);
            }
        }
    }
}

impl<B: ConvPoolOps, C: CheckpointStrategy> ConvPoolOps for Autodiff<B, C> {
    fn conv2d_max_pool(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        window: Window,
        activation: Activation,
        pool: Window,
    ) -> FloatTensor<Self> {
        let prep = ConvPoolBackward
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
                let (y, places) = B::conv2d_max_pool_with_places(
                    x.clone(),
                    weight.clone(),
                    bias,
                    window,
                    activation,
                    pool,
                );
                let saved = Saved {
                    x,
                    weight,
                    y: y.clone(),
                    places,
                    window,
                    activation,
                    pool,
                };
                prep.finish(saved, y)
            }
            OpsKind::UnTracked(prep) => {
                let y = B::conv2d_max_pool(x, weight, bias, window, activation, pool);
                prep.finish(y)
            }
        }
    }
}
