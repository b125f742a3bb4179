//! Pooling: a unit takes one output forward, and one input backward.

use burn::tensor::DType;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::ir::ElemType;
use cubecl::prelude::*;

use crate::gpu::launch::{address, contiguous, empty_of, format, is_nan, over_members, stride};
use crate::sizes::{dims, expect_shape};
use crate::window::Images;
use crate::window::gpu::{Sliding, sliding};
use crate::{PoolOps, Window};

impl PoolOps for CubeBackend {
    /// The places are `i32`, since not every device can address less.
    fn max_pool_with_places(x: CubeTensor, window: Window) -> (CubeTensor, CubeTensor) {
        let images = Images::of("max pool: the input", &x, window.size);
        let x = contiguous(x);
        let y = pixels(&x, images, window.outputs(), x.dtype);
        let places = pixels(&x, images, window.outputs(), DType::I32);
        if let Some((count, dim)) = over(images, window.outputs()) {
            // SAFETY: all buffers have these images.
            unsafe {
                largest::launch_unchecked(
                    &y.client,
                    count,
                    dim,
                    address(&[&x, &y]),
                    x.clone().into_buffer_arg(),
                    y.clone().into_buffer_arg(),
                    places.clone().into_buffer_arg(),
                    sliding(images.count, images.channels, window),
                    format(&x),
                );
            }
        }
        (y, places)
    }

    fn max_pool_backward(places: CubeTensor, grad: CubeTensor, window: Window) -> CubeTensor {
        let images = Images::of("max pool: the gradient", &grad, window.output());
        expect_shape("max pool: places", &places, dims::<3>(&grad));
        let grad = contiguous(grad);
        let dx = pixels(&grad, images, window.inputs(), grad.dtype);
        if let Some((count, dim)) = over(images, window.inputs()) {
            // SAFETY: all buffers have these images.
            unsafe {
                largest_backward::launch_unchecked(
                    &dx.client,
                    count,
                    dim,
                    address(&[&grad, &dx]),
                    contiguous(places).into_buffer_arg(),
                    grad.clone().into_buffer_arg(),
                    dx.clone().into_buffer_arg(),
                    sliding(images.count, images.channels, window),
                    format(&grad),
                );
            }
        }
        dx
    }

    fn average_pool(x: CubeTensor, window: Window, count_padding: bool) -> CubeTensor {
        let images = Images::of("average pool: the input", &x, window.size);
        let x = contiguous(x);
        let y = pixels(&x, images, window.outputs(), x.dtype);
        if let Some((count, dim)) = over(images, window.outputs()) {
            // SAFETY: both buffers have these images.
            unsafe {
                mean::launch_unchecked(
                    &y.client,
                    count,
                    dim,
                    address(&[&x, &y]),
                    x.clone().into_buffer_arg(),
                    y.clone().into_buffer_arg(),
                    sliding(images.count, images.channels, window),
                    count_padding,
                    format(&x),
                );
            }
        }
        y
    }

    fn average_pool_backward(grad: CubeTensor, window: Window, count_padding: bool) -> CubeTensor {
        let images = Images::of("average pool: the gradient", &grad, window.output());
        let grad = contiguous(grad);
        let dx = pixels(&grad, images, window.inputs(), grad.dtype);
        if let Some((count, dim)) = over(images, window.inputs()) {
            // SAFETY: both buffers have these images.
            unsafe {
                mean_backward::launch_unchecked(
                    &dx.client,
                    count,
                    dim,
                    address(&[&grad, &dx]),
                    grad.clone().into_buffer_arg(),
                    dx.clone().into_buffer_arg(),
                    sliding(images.count, images.channels, window),
                    count_padding,
                    format(&grad),
                );
            }
        }
        dx
    }
}

/// Room for images of so many pixels.
fn pixels(like: &CubeTensor, images: Images, pixels: usize, dtype: DType) -> CubeTensor {
    let rows = images.count * pixels;
    empty_of(like, [images.members, rows, images.channels], dtype)
}

/// A grid over all values of such images, if there are any.
fn over(images: Images, pixels: usize) -> Option<(CubeCount, CubeDim)> {
    let width = images.count * pixels * images.channels;
    (width * images.members > 0).then(|| over_members(width, images.members))
}

#[cube(launch_unchecked, address_type = "dynamic")]
fn largest<F: Float>(
    x: &[F],
    y: &mut [F],
    places: &mut [i32],
    window: Sliding,
    #[define(F)] _format: ElemType,
) {
    let member = CUBE_POS_Y as usize;
    let (width, inputs) = (window.outputs(), window.inputs());
    let mut element = ABSOLUTE_POS_X as usize;
    while element < width {
        let at = window.output_pixel(element / window.channels);
        let channel = element % window.channels;
        let mut best = 0.0f32;
        let mut place = 0i32;
        let mut seen = 0u32;
        for kh in 0..window.rows.kernel {
            for kw in 0..window.columns.kernel {
                if window.sees(&at, kh, kw) {
                    let input = window.input(&at, kh, kw);
                    let i = member * inputs + input * window.channels + channel;
                    let value = f32::cast_from(x[i]);
                    // By bits, since compilers of shaders may assume that there is no NaN.
                    if seen == 0 || is_nan(value) || (!is_nan(best) && value > best) {
                        best = value;
                        place = (kh * window.columns.kernel + kw) as i32;
                    }
                    seen += 1;
                }
            }
        }
        y[member * width + element] = F::cast_from(best);
        places[member * width + element] = place;
        element += stride();
    }
}

#[cube(launch_unchecked, address_type = "dynamic")]
fn largest_backward<F: Float>(
    places: &[i32],
    grad: &[F],
    dx: &mut [F],
    window: Sliding,
    #[define(F)] _format: ElemType,
) {
    let member = CUBE_POS_Y as usize;
    let (width, outputs) = (window.inputs(), window.outputs());
    let mut element = ABSOLUTE_POS_X as usize;
    while element < width {
        let at = window.input_pixel(element / window.channels);
        let channel = element % window.channels;
        let mut sum = 0.0f32;
        for kh in 0..window.rows.kernel {
            for kw in 0..window.columns.kernel {
                if window.is_seen(&at, kh, kw) {
                    let output = window.output(&at, kh, kw);
                    let i = member * outputs + output * window.channels + channel;
                    if places[i] == (kh * window.columns.kernel + kw) as i32 {
                        sum += f32::cast_from(grad[i]);
                    }
                }
            }
        }
        dx[member * width + element] = F::cast_from(sum);
        element += stride();
    }
}

/// Pixels that the mean at an output pixel is over.
#[cube]
fn divisor(window: &Sliding, row: usize, column: usize, #[comptime] count_padding: bool) -> f32 {
    if comptime!(count_padding) {
        f32::cast_from(window.taps() as u32)
    } else {
        f32::cast_from((window.rows.seen(row) * window.columns.seen(column)) as u32)
    }
}

#[cube(launch_unchecked, address_type = "dynamic")]
fn mean<F: Float>(
    x: &[F],
    y: &mut [F],
    window: Sliding,
    #[comptime] count_padding: bool,
    #[define(F)] _format: ElemType,
) {
    let member = CUBE_POS_Y as usize;
    let (width, inputs) = (window.outputs(), window.inputs());
    let mut element = ABSOLUTE_POS_X as usize;
    while element < width {
        let at = window.output_pixel(element / window.channels);
        let channel = element % window.channels;
        let mut sum = 0.0f32;
        for kh in 0..window.rows.kernel {
            for kw in 0..window.columns.kernel {
                if window.sees(&at, kh, kw) {
                    let input = window.input(&at, kh, kw);
                    let i = member * inputs + input * window.channels + channel;
                    sum += f32::cast_from(x[i]);
                }
            }
        }
        let pixels = divisor(&window, at.row, at.column, count_padding);
        y[member * width + element] = F::cast_from(sum / pixels);
        element += stride();
    }
}

#[cube(launch_unchecked, address_type = "dynamic")]
fn mean_backward<F: Float>(
    grad: &[F],
    dx: &mut [F],
    window: Sliding,
    #[comptime] count_padding: bool,
    #[define(F)] _format: ElemType,
) {
    let member = CUBE_POS_Y as usize;
    let (width, outputs) = (window.inputs(), window.outputs());
    let mut element = ABSOLUTE_POS_X as usize;
    while element < width {
        let at = window.input_pixel(element / window.channels);
        let channel = element % window.channels;
        let mut sum = 0.0f32;
        for kh in 0..window.rows.kernel {
            for kw in 0..window.columns.kernel {
                if window.is_seen(&at, kh, kw) {
                    let row = window.rows.output_of(at.row, kh);
                    let column = window.columns.output_of(at.column, kw);
                    let output = window.output(&at, kh, kw);
                    let i = member * outputs + output * window.channels + channel;
                    let pixels = divisor(&window, row, column, count_padding);
                    sum += f32::cast_from(grad[i]) / pixels;
                }
            }
        }
        dx[member * width + element] = F::cast_from(sum);
        element += stride();
    }
}
