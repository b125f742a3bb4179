//! A convolution whose output is pooled before the next image is looked at.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::ConvPoolOps;
use crate::activation::cpu::pull_back;
use crate::conv::Convolution;
use crate::conv::cpu::upstream::Upstream;
use crate::conv::cpu::{Forward, all_gradients, image_gradients, parameter_gradients};
use crate::conv_pool::expect_successor;
use crate::cpu::storage::{contiguous, elements, floats};
use crate::pool::cpu::max::pool as pool_image;
use crate::pool::cpu::{Maxima, maxima};
use crate::sizes::expect_shape;
use crate::window::Images;
use crate::{Activation, Window};

impl ConvPoolOps for Flex {
    fn conv2d_max_pool_with_places(
        x: FlexTensor,
        weight: FlexTensor,
        bias: FlexTensor,
        window: Window,
        activation: Activation,
        pool: Window,
    ) -> (FlexTensor, FlexTensor) {
        expect_successor(window, pool);
        let (x, weight, bias) = (contiguous(x), contiguous(weight), contiguous(bias));
        let forward = Forward::new(&x, &weight, &bias, window, activation);
        let Convolution {
            members,
            images,
            outputs,
            ..
        } = forward.convolution;
        let images = Images {
            members,
            count: images,
            channels: outputs,
        };
        let unpooled = pool.inputs() * outputs;
        let write = |room: Maxima| {
            forward.each_image(&|member, image, padded, z: &mut Vec<f32>| {
                z.clear();
                z.reserve(unpooled);
                // SAFETY: the vector has this room, and the output is all of it; each image has its own room for maxima.
                let (y, places) = unsafe {
                    let all = &mut z.spare_capacity_mut()[..unpooled];
                    forward.image(member, image, padded, all);
                    z.set_len(unpooled);
                    room.of(forward.index(member, image))
                };
                pool_image(pool, outputs, z, y, places);
            });
        };
        // SAFETY: every image is pooled.
        unsafe { maxima(images, pool, write) }
    }

    fn conv2d_max_pool_backward(
        x: FlexTensor,
        weight: FlexTensor,
        y: FlexTensor,
        places: FlexTensor,
        grad: FlexTensor,
        window: Window,
        activation: Activation,
        pool: Window,
    ) -> (FlexTensor, FlexTensor, FlexTensor) {
        let convolution = Convolution::of(&x, &weight, window);
        let maxima = AtMaxima::new(&convolution, y, places, grad, activation, pool);
        all_gradients(&convolution, x, weight, &maxima.upstream())
    }

    fn conv2d_max_pool_backward_input(
        weight: FlexTensor,
        y: FlexTensor,
        places: FlexTensor,
        grad: FlexTensor,
        window: Window,
        activation: Activation,
        pool: Window,
    ) -> FlexTensor {
        let convolution = Convolution::from_kernels(&weight, &grad, window, pool.output());
        let maxima = AtMaxima::new(&convolution, y, places, grad, activation, pool);
        image_gradients(&convolution, weight, &maxima.upstream())
    }

    fn conv2d_max_pool_backward_parameters(
        x: FlexTensor,
        y: FlexTensor,
        places: FlexTensor,
        grad: FlexTensor,
        window: Window,
        activation: Activation,
        pool: Window,
    ) -> (FlexTensor, FlexTensor) {
        let convolution = Convolution::from_pooled(&x, &grad, window, pool);
        let maxima = AtMaxima::new(&convolution, y, places, grad, activation, pool);
        parameter_gradients(&convolution, x, &maxima.upstream())
    }
}

/// The gradient before the activation, at the maxima.
struct AtMaxima {
    pool: Window,
    channels: usize,
    places: FlexTensor,
    grad: FlexTensor,
}

impl AtMaxima {
    fn new(
        convolution: &Convolution,
        y: FlexTensor,
        places: FlexTensor,
        grad: FlexTensor,
        activation: Activation,
        pool: Window,
    ) -> Self {
        expect_successor(convolution.window, pool);
        let rows = convolution.images * pool.outputs();
        let shape = [convolution.members, rows, convolution.outputs];
        expect_shape("max pool: output", &y, shape);
        expect_shape("max pool: places", &places, shape);
        expect_shape("max pool: gradient", &grad, shape);
        Self {
            pool,
            channels: convolution.outputs,
            places: contiguous(places),
            grad: pull_back(activation, y, grad),
        }
    }

    fn upstream(&self) -> Upstream<'_> {
        Upstream::Pooled {
            pool: self.pool,
            channels: self.channels,
            places: elements(&self.places),
            grad: floats(&self.grad),
        }
    }
}
