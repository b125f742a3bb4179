//! Sizes of a convolution of a population.

use burn::backend::TensorMetadata;

use crate::Window;
use crate::sizes::{dims, expect_shape};
use crate::window::Images;

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
