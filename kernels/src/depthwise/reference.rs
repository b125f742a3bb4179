//! [`depthwise`](crate::depthwise()) as a weighted sum over the taps of a window.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, TensorMetadata};
use burn::tensor::{DType, Shape};

use crate::depthwise::expect_depthwise;
use crate::sizes::dims;
use crate::window::reference::{fold, patches};
use crate::{Activation, Window};

/// `act(sum over the taps of x W, + b)`.
pub fn forward<B: Backend>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: FloatTensor<B>,
    window: Window,
    activation: Activation,
) -> FloatTensor<B> {
    let images = expect_depthwise(&x, &weight, window);
    let format = x.dtype();
    let seen = by_tap::<B>(patches::<B>(single::<B>(x), window), window);
    let sums = B::float_sum_dim(B::float_mul(seen, of_taps::<B>(single::<B>(weight))), 2);
    let [members, rows, _, channels] = dims(&sums);
    let sums = B::float_reshape(sums, Shape::new([members, rows, channels]));
    let bias = B::float_reshape(bias, Shape::new([images.members, 1, channels]));
    let y = activation.apply::<B>(B::float_add(sums, bias));
    B::float_cast(y, format.into())
}

/// `(dx, dW, db)` from the output and its gradient.
pub fn backward<B: Backend>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    y: FloatTensor<B>,
    grad: FloatTensor<B>,
    window: Window,
    activation: Activation,
) -> (FloatTensor<B>, FloatTensor<B>, FloatTensor<B>) {
    expect_depthwise(&x, &weight, window);
    let formats = (x.dtype(), weight.dtype());
    let dz = activation.pull_back::<B>(single::<B>(y), single::<B>(grad));
    let [members, rows, channels] = dims(&dz);
    let db = B::float_reshape(
        B::float_sum_dim(dz.clone(), 1),
        Shape::new([members, channels]),
    );
    let dz = B::float_reshape(dz, Shape::new([members, rows, 1, channels]));
    let seen = by_tap::<B>(patches::<B>(single::<B>(x), window), window);
    let dw = B::float_sum_dim(B::float_mul(seen, dz.clone()), 1);
    let dw = B::float_reshape(dw, Shape::new([members, window.taps(), channels]));
    let parts = B::float_mul(dz, of_taps::<B>(single::<B>(weight)));
    let parts = B::float_reshape(parts, Shape::new([members, rows, window.taps() * channels]));
    (
        B::float_cast(fold::<B>(parts, window), formats.0.into()),
        B::float_cast(dw, formats.1.into()),
        db,
    )
}

/// Sums are always in single precision.
fn single<B: Backend>(x: FloatTensor<B>) -> FloatTensor<B> {
    B::float_cast(x, DType::F32.into())
}

/// `[R, rows, taps * C]` as `[R, rows, taps, C]`.
fn by_tap<B: Backend>(patches: FloatTensor<B>, window: Window) -> FloatTensor<B> {
    let [members, rows, depth] = dims(&patches);
    let taps = window.taps();
    B::float_reshape(patches, Shape::new([members, rows, taps, depth / taps]))
}

/// `[R, taps, C]` as `[R, 1, taps, C]`.
fn of_taps<B: Backend>(weight: FloatTensor<B>) -> FloatTensor<B> {
    let [members, taps, channels] = dims(&weight);
    B::float_reshape(weight, Shape::new([members, 1, taps, channels]))
}
