//! Pooling over the images of a population, channels last.

use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, Backend, Dispatch, backend_extension};
use burn::tensor::Tensor;

use crate::Window;
use crate::tape::{Pullback, record};

#[cfg(feature = "flex")]
pub(crate) mod cpu;
#[cfg(feature = "cube")]
mod gpu;
pub mod reference;

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
        reference::maximum::<Self>(x, window)
    }

    /// `dx` from the places of the maxima.
    fn max_pool_backward(
        places: IntTensor<Self>,
        grad: FloatTensor<Self>,
        window: Window,
    ) -> FloatTensor<Self> {
        reference::maximum_backward::<Self>(places, grad, window)
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
        reference::average::<Self>(x, window, count_padding)
    }

    /// `dx` of [`average_pool`].
    fn average_pool_backward(
        grad: FloatTensor<Self>,
        window: Window,
        count_padding: bool,
    ) -> FloatTensor<Self> {
        reference::average_backward::<Self>(grad, window, count_padding)
    }
}

#[derive(Debug, Clone)]
struct Maximum<B: Backend> {
    places: IntTensor<B>,
    window: Window,
}

impl<B: PoolOps> Pullback<B, 1> for Maximum<B> {
    fn gradients(self, grad: FloatTensor<B>, _: [bool; 1]) -> [Option<FloatTensor<B>>; 1] {
        [Some(B::max_pool_backward(self.places, grad, self.window))]
    }
}

#[derive(Debug, Clone)]
struct Average {
    window: Window,
    count_padding: bool,
}

impl<B: PoolOps> Pullback<B, 1> for Average {
    fn gradients(self, grad: FloatTensor<B>, _: [bool; 1]) -> [Option<FloatTensor<B>>; 1] {
        let dx = B::average_pool_backward(grad, self.window, self.count_padding);
        [Some(dx)]
    }
}

impl<B: PoolOps, C: CheckpointStrategy> PoolOps for Autodiff<B, C> {
    fn max_pool(x: FloatTensor<Self>, window: Window) -> FloatTensor<Self> {
        record::<B, C, _, 1>([x.node()], |tracked| {
            let x = x.into_primitive();
            if tracked {
                let (y, places) = B::max_pool_with_places(x, window);
                (y, Some(Maximum::<B> { places, window }))
            } else {
                (B::max_pool(x, window), None)
            }
        })
    }

    fn average_pool(
        x: FloatTensor<Self>,
        window: Window,
        count_padding: bool,
    ) -> FloatTensor<Self> {
        record::<B, C, _, 1>([x.node()], |_| {
            let y = B::average_pool(x.into_primitive(), window, count_padding);
            let saved = Average {
                window,
                count_padding,
            };
            (y, Some(saved))
        })
    }
}
