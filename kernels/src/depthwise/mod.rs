//! Depthwise convolution of a population: every channel has a kernel of its own.

use burn::backend::Dispatch;
use burn::backend::TensorMetadata;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, backend_extension};
use burn::tensor::Tensor;

use crate::conv::no_bias;
use crate::sizes::expect_shape;
use crate::tape::{Pullback, record};
use crate::window::Images;
use crate::{Activation, Window};

#[cfg(feature = "flex")]
mod cpu;
#[cfg(feature = "cube")]
mod gpu;
pub mod reference;

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
        reference::forward::<Self>(x, weight, bias, window, activation)
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
        reference::backward::<Self>(x, weight, y, grad, window, activation)
    }
}

/// Panics with a sentence if a depthwise convolution's operands do not fit each other.
pub(crate) fn expect_depthwise<T: TensorMetadata>(x: &T, weight: &T, window: Window) -> Images {
    let images = Images::of("depthwise: the input", x, window.size);
    let expected = [images.members, window.taps(), images.channels];
    expect_shape("depthwise: weight", weight, expected);
    images
}

#[derive(Debug, Clone)]
struct Saved<B: Backend> {
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    y: FloatTensor<B>,
    window: Window,
    activation: Activation,
}

impl<B: DepthwiseOps> Pullback<B, 3> for Saved<B> {
    fn gradients(self, grad: FloatTensor<B>, _: [bool; 3]) -> [Option<FloatTensor<B>>; 3] {
        let Self {
            x,
            weight,
            y,
            window,
            activation,
        } = self;
        let (dx, dw, db) = B::depthwise_backward(x, weight, y, grad, window, activation);
        [dx, dw, db].map(Some)
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
        record::<B, C, _, 3>([x.node(), weight.node(), bias.node()], |_| {
            let [x, weight, bias] = [x, weight, bias].map(|input| input.into_primitive());
            let y = B::depthwise(x.clone(), weight.clone(), bias, window, activation);
            let saved = Saved {
                x,
                weight,
                y: y.clone(),
                window,
                activation,
            };
            (y, Some(saved))
        })
    }
}
