//! A convolution and the pooling of its output in one operation, which keeps no unpooled activation.

use burn::backend::Dispatch;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, Backend, backend_extension};
use burn::tensor::Tensor;

use crate::conv::no_bias;
use crate::linear::{Saved, Weighted, record_layer};
use crate::{Activation, ConvOps, PoolOps, Window};

#[cfg(feature = "flex")]
mod cpu;
pub mod reference;

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
        reference::forward::<Self>(x, weight, bias, window, activation, pool)
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
        let dz = reference::unpooled::<Self>(y, places, grad, activation, pool);
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
        let dz = reference::unpooled::<Self>(y, places, grad, activation, pool);
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
        let dz = reference::unpooled::<Self>(y, places, grad, activation, pool);
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

/// Panics with a sentence unless one window looks at what the other one writes.
pub(crate) fn expect_successor(window: Window, pool: Window) {
    assert!(
        pool.size == window.output(),
        "max pool: the window is over images of {:?}, the convolution writes {:?}",
        pool.size,
        window.output()
    );
}

/// A convolution under its window, and where the maxima of its output are.
#[derive(Debug, Clone)]
struct Pooled<B: Backend> {
    places: IntTensor<B>,
    window: Window,
    pool: Window,
}

impl<B: ConvPoolOps> Weighted<B> for Pooled<B> {
    fn all(self, layer: Saved<B>, grad: FloatTensor<B>) -> [FloatTensor<B>; 3] {
        B::conv2d_max_pool_backward(
            layer.x,
            layer.weight,
            layer.y,
            self.places,
            grad,
            self.window,
            layer.activation,
            self.pool,
        )
        .into()
    }

    fn of_input(self, layer: Saved<B>, grad: FloatTensor<B>) -> FloatTensor<B> {
        B::conv2d_max_pool_backward_input(
            layer.weight,
            layer.y,
            self.places,
            grad,
            self.window,
            layer.activation,
            self.pool,
        )
    }

    fn of_parameters(self, layer: Saved<B>, grad: FloatTensor<B>) -> [FloatTensor<B>; 2] {
        B::conv2d_max_pool_backward_parameters(
            layer.x,
            layer.y,
            self.places,
            grad,
            self.window,
            layer.activation,
            self.pool,
        )
        .into()
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
        record_layer::<B, C, _>(
            [x, weight, bias],
            activation,
            |[x, weight, bias], tracked| {
                if !tracked {
                    let y = B::conv2d_max_pool(x, weight, bias, window, activation, pool);
                    return (y, None);
                }
                let (y, places) =
                    B::conv2d_max_pool_with_places(x, weight, bias, window, activation, pool);
                let kind = Pooled {
                    places,
                    window,
                    pool,
                };
                (y, Some(kind))
            },
        )
    }
}
