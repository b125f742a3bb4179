//! Convolution over the images of a population, channels last.

use burn::backend::Dispatch;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, backend_extension};
use burn::tensor::Tensor;

use crate::linear::{Saved, Weighted, record_layer};
use crate::{Activation, LinearOps, Window};

mod convolution;
#[cfg(feature = "flex")]
pub(crate) mod cpu;
#[cfg(feature = "cube")]
mod gpu;
pub mod reference;

pub(crate) use convolution::Convolution;

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
        crate::window::reference::patches::<Self>(x, window)
    }

    /// The adjoint of [`patches`](Self::patches): what all windows hold of a pixel, added up, `[R, images * H * W, C]`.
    fn fold(patches: FloatTensor<Self>, window: Window) -> FloatTensor<Self> {
        crate::window::reference::fold::<Self>(patches, window)
    }

    /// See [`conv2d`].
    fn population_conv2d(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        window: Window,
        activation: Activation,
    ) -> FloatTensor<Self> {
        reference::forward::<Self>(x, weight, bias, window, activation)
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
        reference::backward::<Self>(x, weight, y, grad, window, activation)
    }

    /// `dx` alone, `[R, images * H * W, C]`, for a network whose parameters are given.
    fn conv2d_backward_input(
        weight: FloatTensor<Self>,
        y: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        window: Window,
        activation: Activation,
    ) -> FloatTensor<Self> {
        reference::backward_input::<Self>(weight, y, grad, window, activation)
    }

    /// `(dW, db)` alone, for a layer whose input is data.
    fn conv2d_backward_parameters(
        x: FloatTensor<Self>,
        y: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        window: Window,
        activation: Activation,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        reference::backward_parameters::<Self>(x, y, grad, window, activation)
    }
}

/// A convolution under its window.
#[derive(Debug, Clone)]
struct Under(Window);

impl<B: ConvOps> Weighted<B> for Under {
    fn all(self, layer: Saved<B>, grad: FloatTensor<B>) -> [FloatTensor<B>; 3] {
        let (x, weight, y) = (layer.x, layer.weight, layer.y);
        B::conv2d_backward(x, weight, y, grad, self.0, layer.activation).into()
    }

    fn of_input(self, layer: Saved<B>, grad: FloatTensor<B>) -> FloatTensor<B> {
        B::conv2d_backward_input(layer.weight, layer.y, grad, self.0, layer.activation)
    }

    fn of_parameters(self, layer: Saved<B>, grad: FloatTensor<B>) -> [FloatTensor<B>; 2] {
        B::conv2d_backward_parameters(layer.x, layer.y, grad, self.0, layer.activation).into()
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
        record_layer::<B, C, _>([x, weight, bias], activation, |[x, weight, bias], _| {
            let y = B::population_conv2d(x, weight, bias, window, activation);
            (y, Some(Under(window)))
        })
    }
}
