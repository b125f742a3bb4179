//! Depthwise convolution: a unit takes one output forward and one input backward; a cube takes channels of a member for their kernels.

use burn::backend::TensorMetadata;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::ir::ElemType;
use cubecl::prelude::*;

use crate::activation::gpu::{apply_to_one, pull_back_one};
use crate::depthwise::expect_depthwise;
use crate::gpu::columns::{COLUMNS, LANES, over_columns, over_lanes};
use crate::gpu::launch::{
    address, contiguous, empty, empty_of, format, over_members, single, stride,
};
use crate::sizes::expect_shape;
use crate::window::gpu::{Sliding, sliding};
use crate::{Activation, DepthwiseOps, Window};

impl DepthwiseOps for CubeBackend {
    fn depthwise(
        x: CubeTensor,
        weight: CubeTensor,
        bias: CubeTensor,
        window: Window,
        activation: Activation,
    ) -> CubeTensor {
        let images = expect_depthwise(&x, &weight, window);
        expect_shape("depthwise: bias", &bias, [images.members, images.channels]);
        let rows = images.count * window.outputs();
        let y = empty_of(&x, [images.members, rows, images.channels], x.dtype);
        if y.shape().num_elements() > 0 {
            let (count, dim) = over_members(rows * images.channels, images.members);
            let format = format(&x);
            // SAFETY: the shapes were compared.
            unsafe {
                forward::launch_unchecked(
                    &y.client,
                    count,
                    dim,
                    address(&[&x, &y]),
                    contiguous(x).into_buffer_arg(),
                    contiguous(weight).into_buffer_arg(),
                    single(bias).into_buffer_arg(),
                    y.clone().into_buffer_arg(),
                    sliding(images.count, images.channels, window),
                    activation,
                    format,
                );
            }
        }
        y
    }

    fn depthwise_backward(
        x: CubeTensor,
        weight: CubeTensor,
        y: CubeTensor,
        grad: CubeTensor,
        window: Window,
        activation: Activation,
    ) -> (CubeTensor, CubeTensor, CubeTensor) {
        let images = expect_depthwise(&x, &weight, window);
        let (members, channels) = (images.members, images.channels);
        let output = [members, images.count * window.outputs(), channels];
        expect_shape("depthwise: output", &y, output);
        expect_shape("depthwise: gradient", &grad, output);
        let format = format(&x);
        let [x, weight, y, grad] = [x, weight, y, grad].map(contiguous);
        let dx = empty_of(&x, x.shape(), x.dtype);
        let dw = empty_of(&x, weight.shape(), weight.dtype);
        let db = empty(&x, [members, channels]);
        let width = images.count * window.inputs() * channels;
        let address = address(&[&x, &grad]);
        // SAFETY: the shapes were compared; a unit writes its own pixel, or its own channel's sums.
        unsafe {
            if width * members > 0 {
                let (count, dim) = over_members(width, members);
                input_gradient::launch_unchecked(
                    &dx.client,
                    count,
                    dim,
                    address,
                    weight.clone().into_buffer_arg(),
                    y.clone().into_buffer_arg(),
                    grad.clone().into_buffer_arg(),
                    dx.clone().into_buffer_arg(),
                    sliding(images.count, channels, window),
                    activation,
                    format,
                );
            }
            if members * channels > 0 {
                let (count, dim) = over_columns(channels, members);
                kernel_gradient::launch_unchecked(
                    &dw.client,
                    count,
                    dim,
                    address,
                    x.into_buffer_arg(),
                    y.into_buffer_arg(),
                    grad.into_buffer_arg(),
                    dw.clone().into_buffer_arg(),
                    db.clone().into_buffer_arg(),
                    sliding(images.count, channels, window),
                    activation,
                    format,
                );
            }
        }
        (dx, dw, db)
    }
}

#[cube(launch_unchecked, address_type = "dynamic")]
fn forward<F: Float>(
    x: &[F],
    weight: &[F],
    bias: &[f32],
    y: &mut [F],
    window: Sliding,
    #[comptime] activation: Activation,
    #[define(F)] _format: ElemType,
) {
    let member = CUBE_POS_Y as usize;
    let channels = window.channels;
    let (width, inputs) = (window.outputs(), window.inputs());
    let mut element = ABSOLUTE_POS_X as usize;
    while element < width {
        let channel = element % channels;
        let at = window.output_pixel(element / channels);
        let mut sum = 0.0f32;
        for kh in 0..window.rows.kernel {
            for kw in 0..window.columns.kernel {
                if window.sees(&at, kh, kw) {
                    let input = window.input(&at, kh, kw);
                    let value = f32::cast_from(x[member * inputs + input * channels + channel]);
                    let tap = member * window.taps() + kh * window.columns.kernel + kw;
                    sum += value * f32::cast_from(weight[tap * channels + channel]);
                }
            }
        }
        let z = sum + bias[member * channels + channel];
        y[member * width + element] = F::cast_from(apply_to_one(z, activation));
        element += stride();
    }
}

#[cube(launch_unchecked, address_type = "dynamic")]
fn input_gradient<F: Float>(
    weight: &[F],
    y: &[F],
    grad: &[F],
    dx: &mut [F],
    window: Sliding,
    #[comptime] activation: Activation,
    #[define(F)] _format: ElemType,
) {
    let member = CUBE_POS_Y as usize;
    let channels = window.channels;
    let (width, outputs) = (window.inputs(), window.outputs());
    let mut element = ABSOLUTE_POS_X as usize;
    while element < width {
        let channel = element % channels;
        let at = window.input_pixel(element / channels);
        let mut sum = 0.0f32;
        for kh in 0..window.rows.kernel {
            for kw in 0..window.columns.kernel {
                if window.is_seen(&at, kh, kw) {
                    let output = window.output(&at, kh, kw);
                    let i = member * outputs + output * channels + channel;
                    let dz =
                        pull_back_one(f32::cast_from(y[i]), f32::cast_from(grad[i]), activation);
                    let tap = member * window.taps() + kh * window.columns.kernel + kw;
                    sum += dz * f32::cast_from(weight[tap * channels + channel]);
                }
            }
        }
        dx[member * width + element] = F::cast_from(sum);
        element += stride();
    }
}

/// The tap behind the last one is the bias.
#[cube(launch_unchecked, address_type = "dynamic")]
fn kernel_gradient<F: Float>(
    x: &[F],
    y: &[F],
    grad: &[F],
    dw: &mut [F],
    db: &mut [f32],
    window: Sliding,
    #[comptime] activation: Activation,
    #[define(F)] _format: ElemType,
) {
    let member = CUBE_POS_Y as usize;
    let lane = UNIT_POS_Y as usize;
    let channel = CUBE_POS_X as usize * COLUMNS + UNIT_POS_X as usize;
    let channels = window.channels;
    let inside = channel < channels;
    let taps = window.taps();
    let outputs = window.outputs() / channels;
    let inputs = window.inputs();
    let samples = if inside { outputs } else { 0usize.runtime() };
    for tap in 0..taps + 1 {
        let kh = tap / window.columns.kernel;
        let kw = tap % window.columns.kernel;
        let mut own = 0.0f32;
        let mut output = lane;
        while output < samples {
            let i = (member * outputs + output) * channels + channel;
            let dz = pull_back_one(f32::cast_from(y[i]), f32::cast_from(grad[i]), activation);
            let at = window.output_pixel(output);
            if tap == taps {
                own += dz;
            } else if window.sees(&at, kh, kw) {
                let input = window.input(&at, kh, kw);
                own += dz * f32::cast_from(x[member * inputs + input * channels + channel]);
            }
            output += LANES;
        }
        let total = over_lanes(own);
        if lane == 0 && inside {
            if tap == taps {
                db[member * channels + channel] = total;
            } else {
                dw[(member * taps + tap) * channels + channel] = F::cast_from(total);
            }
        }
    }
}
