//! Shapes of results, which a lazy backend has to know before it computes them.

use burn::backend::fusion::custom::TensorSpec;
use burn::tensor::{DType, Shape};

use crate::At;
use crate::augment::Transform;

/// `[R, B, F]` from the rows `[R, B]` and a statistic `[S, F]`.
pub(crate) fn batch(rows: &Shape, statistic: &Shape) -> Shape {
    Shape::new([rows[0], rows[1], statistic[1]])
}

/// `[R, B, O]` from `x`, which the members may share, and the weights `[R, I, O]`.
pub(crate) fn output(x: &Shape, weight: &Shape) -> Shape {
    Shape::new([weight[0], x[1], weight[2]])
}

/// `(dx, dW, db)`.
pub(crate) fn gradients(
    x: &TensorSpec,
    weight: &TensorSpec,
    _: &TensorSpec,
    _: &TensorSpec,
    _: &crate::Activation,
) -> (TensorSpec, TensorSpec, TensorSpec) {
    let bias = Shape::new([weight.shape[0], weight.shape[2]]);
    (x.clone(), weight.clone(), TensorSpec::new(bias, DType::F32))
}

/// `(dW, db)`.
pub(crate) fn parameter_gradients(
    x: &TensorSpec,
    _: &TensorSpec,
    grad: &TensorSpec,
    _: &crate::Activation,
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
