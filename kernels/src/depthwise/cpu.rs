//! Depthwise convolution on the CPU: the channels of a pixel side by side in the registers.

use std::mem::MaybeUninit;

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::DepthwiseOps;
use crate::activation::cpu::apply_all;
use crate::conv::cpu::padding::{Padded, crop};
use crate::conv::cpu::upstream::Upstream;
use crate::cpu::share::{Shared, each, filled};
use crate::cpu::storage::{contiguous, floats, tensor};
use crate::cpu::vector::widest;
use crate::depthwise::expect_depthwise;
use crate::linear::cpu::sum_rows;
use crate::pool::cpu::cleared_images;
use crate::sizes::expect_shape;
use crate::window::Images;
use crate::{Activation, Window};

impl DepthwiseOps for Flex {
    fn depthwise(
        x: FlexTensor,
        weight: FlexTensor,
        bias: FlexTensor,
        window: Window,
        activation: Activation,
    ) -> FlexTensor {
        let images = expect_depthwise(&x, &weight, window);
        let Images {
            members,
            count,
            channels,
        } = images;
        expect_shape("depthwise: bias", &bias, [members, channels]);
        let (x, weight, bias) = (contiguous(x), contiguous(weight), contiguous(bias));
        let (x, weight, bias) = (floats(&x), floats(&weight), floats(&bias));
        let (size, of_member) = (window.inputs() * channels, window.taps() * channels);
        cleared_images(images, window.outputs(), |i, y| {
            let r = i / count;
            let mut padded = Padded::new(window.size, window.padding, channels);
            let image = padded.of(&x[i * size..][..size]);
            let bias = &bias[r * channels..][..channels];
            for row in y.chunks_exact_mut(channels) {
                row.copy_from_slice(bias);
            }
            slide(
                window,
                channels,
                image,
                &weight[r * of_member..][..of_member],
                y,
            );
            apply_all(activation, y);
        })
    }

    fn depthwise_backward(
        x: FlexTensor,
        weight: FlexTensor,
        y: FlexTensor,
        grad: FlexTensor,
        window: Window,
        activation: Activation,
    ) -> (FlexTensor, FlexTensor, FlexTensor) {
        let images = expect_depthwise(&x, &weight, window);
        let Images {
            members,
            count,
            channels,
        } = images;
        let output = [members, count * window.outputs(), channels];
        expect_shape("depthwise: output", &y, output);
        expect_shape("depthwise: gradient", &grad, output);
        let (x, weight) = (contiguous(x), contiguous(weight));
        let (y, grad) = (contiguous(y), contiguous(grad));
        let pass = Pass {
            images,
            window,
            x: floats(&x),
            weight: floats(&weight),
            upstream: Upstream::activated(activation, floats(&y), floats(&grad)),
        };
        let (mut dw, mut db) = (Vec::new(), Vec::new());
        let write = |dx: Shared| (dw, db) = pass.gradients(dx);
        // SAFETY: the gradients of all images are written.
        let dx = unsafe { filled(members * count * window.inputs() * channels, write) };
        (
            tensor(dx, [members, count * window.inputs(), channels]),
            tensor(dw, [members, window.taps(), channels]),
            tensor(db, [members, channels]),
        )
    }
}

struct Pass<'a> {
    images: Images,
    window: Window,
    x: &'a [f32],
    weight: &'a [f32],
    upstream: Upstream<'a>,
}

impl Pass<'_> {
    /// `(dW, db)`; writes `dx`. Every image has sums of its own, which a member adds up in order.
    fn gradients(&self, dx: Shared) -> (Vec<f32>, Vec<f32>) {
        let Images {
            members,
            count,
            channels,
        } = self.images;
        let taps = self.window.taps();
        let one = (taps + 1) * channels;
        let mut sums = vec![0.0; members * count * one];
        let of_images = Shared::new(&mut sums);
        each(members * count, |i| {
            let size = self.window.inputs() * channels;
            // SAFETY: each image has its own sums and its own part of the gradient, all of which is written.
            let (sums, dx) = unsafe { (of_images.slice(i * one, one), dx.room(i * size, size)) };
            self.image(i, sums, dx);
        });
        let (mut dw, mut db) = (Vec::new(), Vec::new());
        for of_member in sums.chunks((count * one).max(1)).take(members) {
            let mut total = vec![0.0; one];
            sum_rows(&mut total, of_member);
            dw.extend_from_slice(&total[..taps * channels]);
            db.extend_from_slice(&total[taps * channels..]);
        }
        dw.resize(members * taps * channels, 0.0);
        db.resize(members * channels, 0.0);
        (dw, db)
    }

    /// `sums` are those of the taps, then that of the bias.
    fn image(&self, i: usize, sums: &mut [f32], dx: &mut [MaybeUninit<f32>]) {
        let (count, channels) = (self.images.count, self.images.channels);
        let window = self.window;
        let size = window.inputs() * channels;
        let of_member = window.taps() * channels;
        let mut room = vec![0.0; window.outputs() * channels];
        let dz = self.upstream.image(i, &mut room);
        let mut padded = Padded::new(window.size, window.padding, channels);
        let image = padded.of(&self.x[i * size..][..size]);
        let (dw, db) = sums.split_at_mut(of_member);
        sum_rows(db, dz);
        weigh(window, channels, image, dz, dw);
        let weight = &self.weight[i / count * of_member..][..of_member];
        let [height, width] = window.padded();
        let mut padded_dx = vec![0.0; height * width * channels];
        slide_back(window, channels, dz, weight, &mut padded_dx);
        crop(window, channels, &padded_dx, dx);
    }
}

/// The offsets of every tap's pixels. A macro, since a closure that is not inlined is compiled for the baseline.
macro_rules! over_taps {
    ($window:ident, $channels:ident, |$tap:ident, $input:ident, $output:ident| $body:block) => {
        let [height, width] = $window.output();
        let padded_row = $window.padded()[1];
        for oh in 0..height {
            for tap in 0..$window.taps() {
                let (kh, kw) = (tap / $window.kernel[1], tap % $window.kernel[1]);
                let row = (oh * $window.stride[0] + kh) * padded_row + kw;
                let $tap = tap * $channels;
                for ow in 0..width {
                    let $input = (row + ow * $window.stride[1]) * $channels;
                    let $output = (oh * width + ow) * $channels;
                    $body
                }
            }
        }
    };
}

widest! {
    /// `y += sum over the taps of x W`.
    fn slide(window: Window, channels: usize, x: &[f32], weight: &[f32], y: &mut [f32]) {
        over_taps!(window, channels, |tap, input, output| {
            let (x, w) = (&x[input..input + channels], &weight[tap..tap + channels]);
            for ((y, &x), &w) in y[output..output + channels].iter_mut().zip(x).zip(w) {
                *y += x * w;
            }
        });
    }
}

widest! {
    /// `dx += dz W` at every tap.
    fn slide_back(window: Window, channels: usize, dz: &[f32], weight: &[f32], dx: &mut [f32]) {
        over_taps!(window, channels, |tap, input, output| {
            let (dz, w) = (&dz[output..output + channels], &weight[tap..tap + channels]);
            for ((dx, &dz), &w) in dx[input..input + channels].iter_mut().zip(dz).zip(w) {
                *dx += dz * w;
            }
        });
    }
}

widest! {
    /// `dW += x dz` of every tap.
    fn weigh(window: Window, channels: usize, x: &[f32], dz: &[f32], dw: &mut [f32]) {
        over_taps!(window, channels, |tap, input, output| {
            let (x, dz) = (&x[input..input + channels], &dz[output..output + channels]);
            for ((dw, &x), &dz) in dw[tap..tap + channels].iter_mut().zip(x).zip(dz) {
                *dw += x * dz;
            }
        });
    }
}
