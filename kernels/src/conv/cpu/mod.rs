//! Convolution on the CPU: an image at a time, whose windows are multiplied where they lie.

use std::sync::OnceLock;

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use crate::activation::cpu::apply;
use crate::conv::ConvOps;
use crate::conv::Convolution;
use crate::cpu::product::{Finish, Unit};
use crate::cpu::share::{Shared, each, filled, threads};
use crate::cpu::storage::{contiguous, floats, sum_members, tensor};
use crate::linear::LinearOps;
use crate::sizes::{dims, expect_shape};
use crate::{Activation, Window};
use gradient::gradients;
use input_gradient::input_gradients;
use packed::Panels;
use padding::Padded;
use upstream::Upstream;
use windowed::Sliding;

mod gradient;
mod input_gradient;
mod packed;
pub(crate) mod padding;
mod partial;
pub(crate) mod upstream;
mod windowed;

impl ConvOps for Flex {
    fn population_conv2d(
        x: FlexTensor,
        weight: FlexTensor,
        bias: FlexTensor,
        window: Window,
        activation: Activation,
    ) -> FlexTensor {
        if window.is_pointwise() {
            Convolution::of(&x, &weight, window);
            return Self::population_linear(x, weight, bias, activation);
        }
        let (x, weight, bias) = (contiguous(x), contiguous(weight), contiguous(bias));
        let forward = Forward::new(&x, &weight, &bias, window, activation);
        let of_image = window.outputs() * forward.convolution.outputs;
        let write = |y: Shared| {
            forward.each_image(&|member, image, padded, _| {
                let place = forward.index(member, image) * of_image;
                // SAFETY: every image has its own part of the output.
                unsafe { forward.image(member, image, padded, y.room(place, of_image)) };
            });
        };
        let [members, rows, outputs] = forward.convolution.output();
        // SAFETY: the images are the whole output.
        let y = unsafe { filled(members * rows * outputs, write) };
        tensor(y, [members, rows, outputs])
    }

    fn conv2d_backward(
        x: FlexTensor,
        weight: FlexTensor,
        y: FlexTensor,
        grad: FlexTensor,
        window: Window,
        activation: Activation,
    ) -> (FlexTensor, FlexTensor, FlexTensor) {
        let convolution = Convolution::of(&x, &weight, window);
        expect_shape("conv2d: output", &y, convolution.output());
        expect_shape("conv2d: gradient", &grad, convolution.output());
        if window.is_pointwise() {
            return Self::linear_backward(x, weight, y, grad, activation);
        }
        let (y, grad) = (contiguous(y), contiguous(grad));
        let upstream = Upstream::activated(activation, floats(&y), floats(&grad));
        all_gradients(&convolution, x, weight, &upstream)
    }

    fn conv2d_backward_input(
        weight: FlexTensor,
        y: FlexTensor,
        grad: FlexTensor,
        window: Window,
        activation: Activation,
    ) -> FlexTensor {
        let convolution = Convolution::from_kernels(&weight, &grad, window, window.output());
        expect_shape("conv2d: output", &y, convolution.output());
        if window.is_pointwise() {
            return Self::linear_backward_input(weight, y, grad, activation);
        }
        let (y, grad) = (contiguous(y), contiguous(grad));
        let upstream = Upstream::activated(activation, floats(&y), floats(&grad));
        image_gradients(&convolution, weight, &upstream)
    }

    fn conv2d_backward_parameters(
        x: FlexTensor,
        y: FlexTensor,
        grad: FlexTensor,
        window: Window,
        activation: Activation,
    ) -> (FlexTensor, FlexTensor) {
        let convolution = Convolution::from_gradient(&x, &grad, window);
        expect_shape("conv2d: output", &y, convolution.output());
        if window.is_pointwise() {
            return Self::linear_backward_parameters(x, y, grad, activation);
        }
        let (y, grad) = (contiguous(y), contiguous(grad));
        let upstream = Upstream::activated(activation, floats(&y), floats(&grad));
        parameter_gradients(&convolution, x, &upstream)
    }
}

/// `(dx, dW, db)`.
pub(crate) fn all_gradients(
    convolution: &Convolution,
    x: FlexTensor,
    weight: FlexTensor,
    upstream: &Upstream,
) -> (FlexTensor, FlexTensor, FlexTensor) {
    let (x, weight) = (contiguous(x), contiguous(weight));
    let [_, rows, channels] = dims(&x);
    let Convolution { members, .. } = *convolution;
    let mut parameters = None;
    let write = |dx: Shared| {
        let weight = Some((floats(&weight), dx));
        parameters = Some(gradients(convolution, floats(&x), weight, upstream));
    };
    // SAFETY: the gradients of all images are written.
    let dx = unsafe { filled(members * rows * channels, write) };
    let dx = tensor(dx, [members, rows, channels]);
    let dx = if convolution.shared_input && members > 1 {
        sum_members(dx)
    } else {
        dx
    };
    let (dw, db) = shaped(convolution, parameters.unwrap_or_default());
    (dx, dw, db)
}

/// `dx` of each member.
pub(crate) fn image_gradients(
    convolution: &Convolution,
    weight: FlexTensor,
    upstream: &Upstream,
) -> FlexTensor {
    let weight = contiguous(weight);
    let &Convolution {
        members,
        images,
        channels,
        window,
        ..
    } = convolution;
    let rows = images * window.inputs();
    let write = |dx: Shared| input_gradients(convolution, floats(&weight), dx, upstream);
    // SAFETY: the gradients of all images are written.
    let dx = unsafe { filled(members * rows * channels, write) };
    tensor(dx, [members, rows, channels])
}

/// `(dW, db)`.
pub(crate) fn parameter_gradients(
    convolution: &Convolution,
    x: FlexTensor,
    upstream: &Upstream,
) -> (FlexTensor, FlexTensor) {
    let x = contiguous(x);
    let parameters = gradients(convolution, floats(&x), None, upstream);
    shaped(convolution, parameters)
}

fn shaped(convolution: &Convolution, (dw, db): (Vec<f32>, Vec<f32>)) -> (FlexTensor, FlexTensor) {
    let (members, outputs) = (convolution.members, convolution.outputs);
    (
        tensor(dw, [members, convolution.depth(), outputs]),
        tensor(db, [members, outputs]),
    )
}

/// What the forward pass of every image needs.
pub(crate) struct Forward<'a> {
    pub(crate) convolution: Convolution,
    unit: Unit,
    sliding: Sliding,
    x: &'a [f32],
    weight: &'a [f32],
    bias: &'a [f32],
    activation: Activation,
    /// The kernels of each member, packed when its first image is reached.
    panels: Vec<OnceLock<Panels>>,
}

impl<'a> Forward<'a> {
    pub(crate) fn new(
        x: &'a FlexTensor,
        weight: &'a FlexTensor,
        bias: &'a FlexTensor,
        window: Window,
        activation: Activation,
    ) -> Self {
        let convolution = Convolution::of(x, weight, window);
        expect_shape(
            "conv2d: bias",
            bias,
            [convolution.members, convolution.outputs],
        );
        Self {
            convolution,
            unit: Unit::detect(),
            sliding: Sliding::of(window, convolution.channels),
            x: floats(x),
            weight: floats(weight),
            bias: floats(bias),
            activation,
            panels: (0..convolution.members).map(|_| OnceLock::new()).collect(),
        }
    }

    /// Position of an image among those of all members.
    pub(crate) fn index(&self, member: usize, image: usize) -> usize {
        member * self.convolution.images + image
    }

    /// Runs `work` for the images of all members, with room for one padded image and whatever else is asked for.
    pub(crate) fn each_image(
        &self,
        work: &(impl Fn(usize, usize, &mut Padded, &mut Vec<f32>) + Sync),
    ) {
        let Convolution {
            members,
            images,
            channels,
            window,
            ..
        } = self.convolution;
        // An image is computed alone, so how they are spread changes no bit.
        let blocks = self.blocks();
        each(members * blocks, |item| {
            let (member, block) = (item / blocks, item % blocks);
            let mut padded = Padded::new(window.size, window.padding, channels);
            let mut scratch = Vec::new();
            for image in images * block / blocks..images * (block + 1) / blocks {
                work(member, image, &mut padded, &mut scratch);
            }
        });
    }

    /// Into how many runs of images a member's are cut.
    fn blocks(&self) -> usize {
        /// Multiply-adds that are worth waking a thread.
        const WORTH_WAKING: usize = 1_000_000;
        let (members, images) = (self.convolution.members, self.convolution.images);
        if members >= threads() {
            return 1;
        }
        let [_, rows, outputs] = self.convolution.output();
        let worth = rows * outputs * self.convolution.depth() / WORTH_WAKING;
        let wanted = (4 * threads()).div_ceil(members);
        wanted.min(worth).min(images).max(1)
    }

    /// Writes the activated output of one image.
    ///
    /// # Safety
    /// `y` has room for the output of one image.
    pub(crate) unsafe fn image(
        &self,
        member: usize,
        image: usize,
        padded: &mut Padded,
        y: &mut [std::mem::MaybeUninit<f32>],
    ) {
        let (channels, outputs) = (self.convolution.channels, self.convolution.outputs);
        let depth = self.convolution.depth();
        let panels = self.panels[member].get_or_init(|| {
            let weight = &self.weight[member * depth * outputs..][..depth * outputs];
            let mut panels = Panels::new(self.unit);
            panels.pack(depth, outputs, |i| &weight[i * outputs..]);
            panels
        });
        let size = self.convolution.window.inputs() * channels;
        let start = self.convolution.input_offset(member, image);
        let pixels = padded.of(&self.x[start..start + size]);
        let finish = Finish {
            bias: Some(&self.bias[member * outputs..][..outputs]),
            relu: self.activation == Activation::Relu,
        };
        let room = Shared::of_room(y);
        // SAFETY: the unit was detected, the padded image is what the window slides over, and the output has room; all of it is written.
        let y = unsafe {
            self.sliding
                .forward(self.unit, pixels, panels, outputs, finish, room);
            y.assume_init_mut()
        };
        apply(self.activation, y);
    }
}
