//! Pooling over the images of a population, channels last.

use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, Backend, Dispatch, backend_extension};
use burn::tensor::Tensor;

use crate::{Window, reference};

/// The largest value that each window sees, channel by channel.
///
/// Padding counts as minus infinity. The gradient goes to the first of equal values in row-major order. NaN is larger than any number.
///
/// # Shapes
/// - `x`: `[R, images * H * W, C]`
/// - returns: `[R, images * OH * OW, C]`, see [`Window::output`]
pub fn max_pool(x: Tensor<3>, window: Window) -> Tensor<3> {
    Tensor::from_dispatch(Dispatch::max_pool(x.into_dispatch(), window))
}

/// The mean of what each window sees, channel by channel; global pooling has the window [`Window::whole`].
///
/// ```text
/// y = sum / (KH KW)  if padding counts, as zeros        y = sum / (pixels of the image that the window sees)  if not
/// ```
///
/// # Shapes
/// - `x`: `[R, images * H * W, C]`
/// - returns: `[R, images * OH * OW, C]`, see [`Window::output`]
pub fn average_pool(x: Tensor<3>, window: Window, count_padding: bool) -> Tensor<3> {
    Tensor::from_dispatch(Dispatch::average_pool(
        x.into_dispatch(),
        window,
        count_padding,
    ))
}

/// Forward and backward of [`max_pool`] and [`average_pool`] as backend primitives.
#[backend_extension(
    Flex: cfg(feature = "flex"),
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cube"),
    Autodiff
)]
pub trait PoolOps: Backend {
    /// `(y, places)`: the maxima and the taps that hold them, integers of the backend's choice.
    fn max_pool_with_places(
        x: FloatTensor<Self>,
        window: Window,
    ) -> (FloatTensor<Self>, IntTensor<Self>) {
        reference::pool::maximum::<Self>(x, window)
    }

    /// `dx` from the places of the maxima.
    fn max_pool_backward(
        places: IntTensor<Self>,
        grad: FloatTensor<Self>,
        window: Window,
    ) -> FloatTensor<Self> {
        reference::pool::maximum_backward::<Self>(places, grad, window)
    }

    /// See [`max_pool`].
    fn max_pool(x: FloatTensor<Self>, window: Window) -> FloatTensor<Self> {
        Self::max_pool_with_places(x, window).0
    }

    /// See [`average_pool`].
    fn average_pool(
        x: FloatTensor<Self>,
        window: Window,
        count_padding: bool,
    ) -> FloatTensor<Self> {
        reference::pool::average::<Self>(x, window, count_padding)
    }

    /// `dx` of [`average_pool`].
    fn average_pool_backward(
        grad: FloatTensor<Self>,
        window: Window,
        count_padding: bool,
    ) -> FloatTensor<Self> {
        reference::pool::average_backward::<Self>(grad, window, count_padding)
    }
}

#[cfg(feature = "ndarray")]
#[allow(deprecated)]
impl PoolOps for burn::backend::NdArray {}

#[derive(Debug)]
struct MaxPoolBackward;

impl<B: PoolOps> Backward<B, 1> for MaxPoolBackward {
    type State = (IntTensor<B>, Window);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let grad = grads.consume::<B>(&ops.node);
        let (places, window) = ops.state;
        if let [Some(node)] = ops.parents {
            grads.register::<B>(node.id, B::max_pool_backward(places, grad, window));
        }
    }
}

#[derive(Debug)]
struct AveragePoolBackward;

impl<B: PoolOps> Backward<B, 1> for AveragePoolBackward {
    type State = (Window, bool);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let grad = grads.consume::<B>(&ops.node);
        let (window, count_padding) = ops.state;
        if let [Some(node)] = ops.parents {
            let dx = B::average_pool_backward(grad, window, count_padding);
            grads.register::<B>(node.id, dx);
        }
    }
}

impl<B: PoolOps, C: CheckpointStrategy> PoolOps for Autodiff<B, C> {
    fn max_pool(x: FloatTensor<Self>, window: Window) -> FloatTensor<Self> {
        let prep = MaxPoolBackward
            .prepare::<C>([x.node()])
            .compute_bound()
            .stateful();
        let x = x.into_primitive();
        match prep {
            OpsKind::Tracked(prep) => {
                let (y, places) = B::max_pool_with_places(x, window);
                prep.finish((places, window), y)
            }
            OpsKind::UnTracked(prep) => prep.finish(B::max_pool(x, window)),
        }
    }

    fn average_pool(
        x: FloatTensor<Self>,
        window: Window,
        count_padding: bool,
    ) -> FloatTensor<Self> {
        let prep = AveragePoolBackward
            .prepare::<C>([x.node()])
            .compute_bound()
            .stateful();
        let y = B::average_pool(x.into_primitive(), window, count_padding);
        match prep {
            OpsKind::Tracked(prep) => prep.finish((window, count_padding), y),
            OpsKind::UnTracked(prep) => prep.finish(y),
        }
    }
}
