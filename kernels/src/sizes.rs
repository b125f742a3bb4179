//! Sizes of what a kernel is given, and the sentences that refuse what does not fit together.
//!
//! The bodies index and write without further checks.

use burn::backend::TensorMetadata;

use crate::augment::Transform;
use crate::update::{Rule, Scalars};

/// The dimensions as an array.
pub(crate) fn dims<const D: usize>(tensor: &impl TensorMetadata) -> [usize; D] {
    let shape = tensor.shape();
    assert_eq!(
        shape.num_dims(),
        D,
        "a kernel wants rank {D}, got {shape:?}"
    );
    shape.dims()
}

/// Panics with a sentence unless the tensor has this shape.
pub(crate) fn expect_shape<const D: usize>(
    name: &str,
    tensor: &impl TensorMetadata,
    expected: [usize; D],
) {
    let shape = tensor.shape();
    assert!(
        shape[..] == expected,
        "{name} has shape {:?}, expected {expected:?}",
        &shape[..]
    );
}

/// Sizes of a dense layer of a population.
pub(crate) struct Layer {
    pub(crate) members: usize,
    pub(crate) batch: usize,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    /// All members see the same input.
    pub(crate) shared_input: bool,
}

impl Layer {
    /// From the two operands of the product.
    pub(crate) fn of(x: &impl TensorMetadata, weight: &impl TensorMetadata) -> Self {
        let [x_members, batch, inputs] = dims(x);
        let [members, _, outputs] = dims(weight);
        expect_shape("linear: weight", weight, [members, inputs, outputs]);
        Self::new(x_members, members, batch, inputs, outputs)
    }

    /// From the input and the gradient of the output.
    pub(crate) fn from_gradient(x: &impl TensorMetadata, grad: &impl TensorMetadata) -> Self {
        let [x_members, batch, inputs] = dims(x);
        let [members, _, outputs] = dims(grad);
        expect_shape("linear: gradient", grad, [members, batch, outputs]);
        Self::new(x_members, members, batch, inputs, outputs)
    }

    fn new(x_members: usize, members: usize, batch: usize, inputs: usize, outputs: usize) -> Self {
        assert!(
            x_members == members || x_members == 1,
            "linear: the input has {x_members} members, expected {members} or one that all share"
        );
        Self {
            members,
            batch,
            inputs,
            outputs,
            shared_input: x_members == 1,
        }
    }

    /// `[R, B, O]`.
    pub(crate) fn output(&self) -> [usize; 3] {
        [self.members, self.batch, self.outputs]
    }
}

/// Panics with a sentence if the operands of a batch norm, `[R, C]` but for `x` and `weights`, do not fit each other.
pub(crate) fn expect_norm<T: TensorMetadata>(x: &T, weights: &T, columns: [&T; 4]) {
    let [members, batch, width] = dims(x);
    expect_shape("batch norm: weights", weights, [members, batch]);
    for values in columns {
        expect_shape("batch norm: parameters", values, [members, width]);
    }
}

/// Panics with a sentence if the operands of an update do not fit each other.
pub(crate) fn expect_update<T: TensorMetadata>(
    parameter: &T,
    gradient: &T,
    moments: &T,
    scalars: &T,
    rule: Rule,
) {
    let (shape, other, kept) = (parameter.shape(), gradient.shape(), moments.shape());
    let (shape, other, kept) = (&shape[..], &other[..], &kept[..]);
    assert!(
        other == shape,
        "update: the gradient has shape {other:?}, the parameter {shape:?}"
    );
    let expected = rule.direction.moments().max(1);
    assert!(
        kept[0] >= expected && kept[1..] == *shape,
        "update: the moments have shape {kept:?}, expected [{expected}] followed by {shape:?}"
    );
    expect_shape("update: scalars", scalars, [shape[0], Scalars::COUNT]);
}

/// Panics with a sentence if the operands of an image transformation do not fit each other; the dimensions of `x` otherwise.
pub(crate) fn expect_transforms<T: TensorMetadata>(
    x: &T,
    border: &T,
    transforms: &T,
    image: [usize; 3],
) -> [usize; 3] {
    let [members, batch, features] = dims(x);
    let [channels, height, width] = image;
    assert!(
        features > 0 && channels * height * width == features,
        "augment: an image of {channels} x {height} x {width} does not have {features} values"
    );
    expect_shape("augment: border", border, [members, channels]);
    let expected = [members, batch, Transform::COUNT];
    expect_shape("augment: transformations", transforms, expected);
    [members, batch, features]
}
