//! [`conv2d`](crate::conv2d()) as patches times a matrix, with patches and products of the backend.

use burn::backend::tensor::FloatTensor;

use crate::conv::Convolution;
use crate::{Activation, ConvOps, Window};

/// `act(patches(x) W + b)`.
pub fn forward<B: ConvOps>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: FloatTensor<B>,
    window: Window,
    activation: Activation,
) -> FloatTensor<B> {
    Convolution::of(&x, &weight, window);
    B::population_linear(patches::<B>(x, window), weight, bias, activation)
}

/// `(dx, dW, db)` from the output and its gradient.
pub fn backward<B: ConvOps>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    y: FloatTensor<B>,
    grad: FloatTensor<B>,
    window: Window,
    activation: Activation,
) -> (FloatTensor<B>, FloatTensor<B>, FloatTensor<B>) {
    Convolution::of(&x, &weight, window);
    let patches = patches::<B>(x, window);
    let (dpatches, dw, db) = B::linear_backward(patches, weight, y, grad, activation);
    let dx = if window.is_pointwise() {
        dpatches
    } else {
        B::fold(dpatches, window)
    };
    (dx, dw, db)
}

/// `dx` alone, of each member.
pub fn backward_input<B: ConvOps>(
    weight: FloatTensor<B>,
    y: FloatTensor<B>,
    grad: FloatTensor<B>,
    window: Window,
    activation: Activation,
) -> FloatTensor<B> {
    Convolution::from_kernels(&weight, &grad, window, window.output());
    let dpatches = B::linear_backward_input(weight, y, grad, activation);
    if window.is_pointwise() {
        dpatches
    } else {
        B::fold(dpatches, window)
    }
}

/// `(dW, db)` alone.
pub fn backward_parameters<B: ConvOps>(
    x: FloatTensor<B>,
    y: FloatTensor<B>,
    grad: FloatTensor<B>,
    window: Window,
    activation: Activation,
) -> (FloatTensor<B>, FloatTensor<B>) {
    Convolution::from_gradient(&x, &grad, window);
    B::linear_backward_parameters(patches::<B>(x, window), y, grad, activation)
}

fn patches<B: ConvOps>(x: FloatTensor<B>, window: Window) -> FloatTensor<B> {
    if window.is_pointwise() {
        x
    } else {
        B::patches(x, window)
    }
}
