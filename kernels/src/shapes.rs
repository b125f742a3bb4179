//! Shapes of results, which a lazy backend has to know before it computes them.

use burn::backend::fusion::custom::TensorSpec;
use burn::tensor::{DType, Shape};
use decay_random::At;

use crate::Activation;
use crate::by_rows::{ENTRIES_PER_WORD, KeptMetadata, SparseMetadata};

use crate::Window;
use crate::augment::Transform;

/// `[R, B, F]` from the rows `[R, B]` and a statistic `[S, F]`.
pub(crate) fn batch(rows: &Shape, statistic: &Shape) -> Shape {
    Shape::new([rows[0], rows[1], statistic[1]])
}

/// `[R, B, O]` from `x`, which the members may share, and the weights `[R, I, O]`.
pub(crate) fn output(x: &Shape, weight: &Shape) -> Shape {
    Shape::new([weight[0], x[1], weight[2]])
}

/// `[R, B, I]` from the weights `[R, I, O]` and the gradient `[R, B, O]`.
pub(crate) fn layer_input(weight: &Shape, grad: &Shape) -> Shape {
    Shape::new([weight[0], grad[1], weight[1]])
}

/// `(dx, dW, db)`.
pub(crate) fn gradients(
    x: &TensorSpec,
    weight: &TensorSpec,
    _: &TensorSpec,
    _: &TensorSpec,
    _: &Activation,
) -> (TensorSpec, TensorSpec, TensorSpec) {
    let bias = Shape::new([weight.shape[0], weight.shape[2]]);
    (x.clone(), weight.clone(), TensorSpec::new(bias, DType::F32))
}

/// `(dW, db)`.
pub(crate) fn parameter_gradients(
    x: &TensorSpec,
    _: &TensorSpec,
    grad: &TensorSpec,
    _: &Activation,
) -> (TensorSpec, TensorSpec) {
    let [members, outputs] = [grad.shape[0], grad.shape[2]];
    let weight = Shape::new([members, x.shape[2], outputs]);
    let bias = Shape::new([members, outputs]);
    (
        TensorSpec::new(weight, grad.dtype),
        TensorSpec::new(bias, DType::F32),
    )
}

/// The objective `[R]` and the gradient.
pub(crate) fn squared_error(
    outputs: &TensorSpec,
    _: &TensorSpec,
    _: &TensorSpec,
) -> (TensorSpec, TensorSpec) {
    let objective = Shape::new([outputs.shape[0]]);
    (TensorSpec::new(objective, outputs.dtype), outputs.clone())
}

/// A transformation of each image of a batch `[B, H, W]`.
pub(crate) fn transforms(
    strengths: &TensorSpec,
    _: &TensorSpec,
    batch: &[usize; 3],
    _: &At,
) -> TensorSpec {
    let shape = Shape::new([strengths.shape[0], batch[0], Transform::COUNT]);
    TensorSpec::new(shape, strengths.dtype)
}

/// `[R, images * OH * OW, C]` from images.
pub(crate) fn pooled(x: &Shape, window: Window) -> Shape {
    let images = x[1] / window.inputs();
    Shape::new([x[0], images * window.outputs(), x[2]])
}

/// `[R, images * H * W, C]` from what is left of images.
pub(crate) fn unpooled(grad: &Shape, window: Window) -> Shape {
    let images = grad[1] / window.outputs();
    Shape::new([grad[0], images * window.inputs(), grad[2]])
}

/// `[R, images * OH * OW, KH * KW * C]` from images.
pub(crate) fn patches(x: &Shape, window: Window) -> Shape {
    let pooled = pooled(x, window);
    Shape::new([x[0], pooled[1], x[2] * window.taps()])
}

/// The images of [`patches`].
pub(crate) fn folded(patches: &Shape, window: Window) -> Shape {
    let channels = patches[2] / window.taps();
    unpooled(&Shape::new([patches[0], patches[1], channels]), window)
}

/// The maxima and their places, which GPUs keep as words.
pub(crate) fn maxima(x: &TensorSpec, window: &Window) -> (TensorSpec, TensorSpec) {
    let shape = pooled(&x.shape, *window);
    (
        TensorSpec::new(shape.clone(), x.dtype),
        TensorSpec::new(shape, DType::I32),
    )
}

/// `(dx, dW, db)` of a depthwise convolution.
pub(crate) fn depthwise_gradients(
    x: &TensorSpec,
    weight: &TensorSpec,
    _: &TensorSpec,
    _: &TensorSpec,
    _: &Window,
    _: &Activation,
) -> (TensorSpec, TensorSpec, TensorSpec) {
    let bias = Shape::new([weight.shape[0], weight.shape[2]]);
    (x.clone(), weight.clone(), TensorSpec::new(bias, DType::F32))
}

/// The words of a mask, `[R, ceil(E / 32)]`.
pub(crate) fn kept_entries(
    rate: &TensorSpec,
    _: &TensorSpec,
    entries: &usize,
    _: &At,
) -> TensorSpec {
    let words = entries.div_ceil(ENTRIES_PER_WORD);
    TensorSpec::new(Shape::new([rate.shape[0], words]), DType::I32)
}

/// `[R, rows, F]`.
pub(crate) fn sparse_rows(matrix: &SparseMetadata, x: &Shape) -> Shape {
    Shape::new([x[0], matrix.matrix.offsets.shape[0] - 1, x[2]])
}

/// `(dx, db)`.
pub(crate) fn sparse_gradients(
    matrix: &SparseMetadata,
    _: &TensorSpec,
    grad: &TensorSpec,
    _: &KeptMetadata,
    _: &Activation,
) -> (TensorSpec, TensorSpec) {
    let [members, width] = [grad.shape[0], grad.shape[2]];
    let columns = matrix.transpose.offsets.shape[0] - 1;
    (
        TensorSpec::new(Shape::new([members, columns, width]), grad.dtype),
        TensorSpec::new(Shape::new([members, width]), grad.dtype),
    )
}

/// The output, coefficients of entries, and two scores of nodes.
#[allow(clippy::too_many_arguments)]
pub(crate) fn attention(
    graph: &SparseMetadata,
    h: &TensorSpec,
    _: &TensorSpec,
    _: &TensorSpec,
    _: &KeptMetadata,
    heads: &usize,
    _: &f32,
) -> (TensorSpec, TensorSpec, TensorSpec, TensorSpec) {
    let [members, nodes] = [h.shape[0], h.shape[1]];
    let of = |count| TensorSpec::new(Shape::new([members, *heads, count]), h.dtype);
    let entries = graph.matrix.values.shape[0];
    (h.clone(), of(entries), of(nodes), of(nodes))
}
