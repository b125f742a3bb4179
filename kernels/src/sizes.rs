//! Sizes of what a kernel is given, and the sentences that refuse what does not fit together.
//!
//! The bodies index and write without further checks.

use burn::backend::TensorMetadata;

use crate::Window;
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

    /// From the weights and the gradient of the output.
    pub(crate) fn from_weight(weight: &impl TensorMetadata, grad: &impl TensorMetadata) -> Self {
        let [members, inputs, outputs] = dims(weight);
        let [_, batch, _] = dims(grad);
        expect_shape("linear: gradient", grad, [members, batch, outputs]);
        Self::new(members, members, batch, inputs, outputs)
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
    slots: &T,
    scalars: &T,
    group: usize,
    rule: Rule,
) {
    let (shape, other, kept) = (parameter.shape(), gradient.shape(), slots.shape());
    let (shape, other, kept) = (&shape[..], &other[..], &kept[..]);
    assert!(
        other == shape,
        "update: the gradient has shape {other:?}, the parameter {shape:?}"
    );
    let expected = rule.slots();
    assert!(
        kept[0] >= expected && kept[1..] == *shape,
        "update: the slots have shape {kept:?}, expected [{expected}] followed by {shape:?}"
    );
    let [groups, ..] = dims::<3>(scalars);
    expect_shape(
        "update: scalars",
        scalars,
        [groups, shape[0], Scalars::COUNT],
    );
    assert!(
        group < groups,
        "update: group {group} of a table of {groups}"
    );
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

/// Images of a population under a window: rows of `[R, images * H * W, C]`.
#[derive(Clone, Copy)]
pub(crate) struct Images {
    pub(crate) members: usize,
    pub(crate) count: usize,
    pub(crate) channels: usize,
}

impl Images {
    /// From a tensor whose rows are the `pixels` of whole images.
    pub(crate) fn of(name: &str, x: &impl TensorMetadata, [height, width]: [usize; 2]) -> Self {
        let [members, rows, channels] = dims(x);
        assert!(
            rows.is_multiple_of(height * width),
            "{name} has {rows} rows, which are no images of {height} x {width} pixels"
        );
        Self {
            members,
            count: rows / (height * width),
            channels,
        }
    }
}

/// Sizes of a convolution of a population.
#[derive(Clone, Copy)]
pub(crate) struct Convolution {
    pub(crate) members: usize,
    /// Images of a member.
    pub(crate) images: usize,
    pub(crate) channels: usize,
    pub(crate) outputs: usize,
    pub(crate) window: Window,
    /// All members see the same images.
    pub(crate) shared_input: bool,
}

impl Convolution {
    /// From the images and the kernels.
    pub(crate) fn of(
        x: &impl TensorMetadata,
        weight: &impl TensorMetadata,
        window: Window,
    ) -> Self {
        let [members, _, outputs] = dims(weight);
        let convolution = Self::new(x, members, outputs, window);
        let expected = [members, convolution.depth(), outputs];
        expect_shape("conv2d: weight", weight, expected);
        convolution
    }

    /// From the images and the gradient of the output.
    pub(crate) fn from_gradient(
        x: &impl TensorMetadata,
        grad: &impl TensorMetadata,
        window: Window,
    ) -> Self {
        let [members, _, outputs] = dims(grad);
        let convolution = Self::new(x, members, outputs, window);
        expect_shape("conv2d: gradient", grad, convolution.output());
        convolution
    }

    /// From the images and the gradient of the pooled output.
    pub(crate) fn from_pooled(
        x: &impl TensorMetadata,
        grad: &impl TensorMetadata,
        window: Window,
        pool: Window,
    ) -> Self {
        let [members, _, outputs] = dims(grad);
        let convolution = Self::new(x, members, outputs, window);
        let expected = convolution.images * pool.outputs();
        expect_shape("max pool: gradient", grad, [members, expected, outputs]);
        convolution
    }

    /// From the kernels and a gradient of which each image has `pixels`.
    pub(crate) fn from_kernels(
        weight: &impl TensorMetadata,
        grad: &impl TensorMetadata,
        window: Window,
        pixels: [usize; 2],
    ) -> Self {
        let [members, depth, outputs] = dims(weight);
        let images = Images::of("conv2d: gradient", grad, pixels);
        let convolution = Self {
            members,
            images: images.count,
            channels: depth / window.taps(),
            outputs,
            window,
            shared_input: false,
        };
        let rows = images.count * pixels[0] * pixels[1];
        expect_shape("conv2d: gradient", grad, [members, rows, outputs]);
        let expected = [members, convolution.depth(), outputs];
        expect_shape("conv2d: weight", weight, expected);
        convolution
    }

    fn new(x: &impl TensorMetadata, members: usize, outputs: usize, window: Window) -> Self {
        let images = Images::of("conv2d: the input", x, window.size);
        assert!(
            images.members == members || images.members == 1,
            "conv2d: the input has {} members, expected {members} or one that all share",
            images.members
        );
        Self {
            members,
            images: images.count,
            channels: images.channels,
            outputs,
            window,
            shared_input: images.members == 1,
        }
    }

    /// Rows of the weight: what one output pixel is a sum over.
    pub(crate) fn depth(&self) -> usize {
        self.window.taps() * self.channels
    }

    /// `[R, images * OH * OW, O]`.
    pub(crate) fn output(&self) -> [usize; 3] {
        let rows = self.images * self.window.outputs();
        [self.members, rows, self.outputs]
    }

    /// Where the image `i` of member `r` starts in the input.
    pub(crate) fn input_offset(&self, r: usize, i: usize) -> usize {
        let member = if self.shared_input { 0 } else { r };
        (member * self.images + i) * self.window.inputs() * self.channels
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

/// Panics with a sentence if a depthwise convolution's operands do not fit each other.
pub(crate) fn expect_depthwise<T: TensorMetadata>(x: &T, weight: &T, window: Window) -> Images {
    let images = Images::of("depthwise: the input", x, window.size);
    let expected = [images.members, window.taps(), images.channels];
    expect_shape("depthwise: weight", weight, expected);
    images
}
