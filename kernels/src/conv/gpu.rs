//! Patches and their adjoint; the products between them are Burn's tuned ones.

use burn::backend::TensorMetadata;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::ir::ElemType;
use cubecl::prelude::*;

use crate::gpu::launch::{
    address, contiguous, empty_of, format, over_members, stride, vector_size,
};
use crate::sizes::dims;
use crate::window::Images;
use crate::window::gpu::{Axis, axis, pixel};
use crate::{ConvOps, ConvPoolOps, Window};

impl ConvPoolOps for CubeBackend {}

impl ConvOps for CubeBackend {
    fn patches(x: CubeTensor, window: Window) -> CubeTensor {
        let images = Images::of("patches: the input", &x, window.size);
        let x = contiguous(x);
        let depth = window.taps() * images.channels;
        let rows = images.count * window.outputs();
        let patches = empty_of(&x, [images.members, rows, depth], x.dtype);
        if patches.shape().num_elements() > 0 {
            let vector = vector_size(images.channels);
            let (count, dim) = over_members(rows * depth / vector, images.members);
            // SAFETY: both buffers have the sizes just computed.
            unsafe {
                unfold::launch_unchecked(
                    &patches.client,
                    count,
                    dim,
                    address(&[&x, &patches]),
                    vector,
                    x.clone().into_buffer_arg(),
                    patches.clone().into_buffer_arg(),
                    images.count,
                    images.channels / vector,
                    axis(window, 0),
                    axis(window, 1),
                    format(&x),
                );
            }
        }
        patches
    }

    fn fold(patches: CubeTensor, window: Window) -> CubeTensor {
        let [_, _, depth] = dims(&patches);
        let images = Images::of("fold: the patches", &patches, window.output());
        let patches = contiguous(patches);
        let channels = depth / window.taps();
        let rows = images.count * window.inputs();
        let x = empty_of(&patches, [images.members, rows, channels], patches.dtype);
        if x.shape().num_elements() > 0 {
            let vector = vector_size(channels);
            let (count, dim) = over_members(rows * channels / vector, images.members);
            // SAFETY: both buffers have the sizes just computed.
            unsafe {
                fold::launch_unchecked(
                    &x.client,
                    count,
                    dim,
                    address(&[&x, &patches]),
                    vector,
                    patches.clone().into_buffer_arg(),
                    x.clone().into_buffer_arg(),
                    images.count,
                    channels / vector,
                    axis(window, 0),
                    axis(window, 1),
                    format(&x),
                );
            }
        }
        x
    }
}

/// A unit takes a vector of channels of one tap.
#[cube(launch_unchecked, address_type = "dynamic")]
fn unfold<F: Float, N: Size>(
    x: &[Vector<F, N>],
    patches: &mut [Vector<F, N>],
    images: usize,
    channels: usize,
    rows: Axis,
    columns: Axis,
    #[define(F)] _format: ElemType,
) {
    let member = CUBE_POS_Y as usize;
    let taps = rows.kernel * columns.kernel;
    let width = images * rows.output * columns.output * taps * channels;
    let inputs = images * rows.size * columns.size * channels;
    let mut place = ABSOLUTE_POS_X as usize;
    while place < width {
        let channel = place % channels;
        let tap = place / channels % taps;
        let at = pixel(place / channels / taps, rows.output, columns.output);
        let kh = tap / columns.kernel;
        let kw = tap % columns.kernel;
        let mut value = Vector::<F, N>::cast_from(Vector::<f32, N>::new(0.0f32));
        if rows.sees(at.row, kh) && columns.sees(at.column, kw) {
            let row = at.image * rows.size + rows.input(at.row, kh);
            let column = columns.input(at.column, kw);
            value = x[member * inputs + (row * columns.size + column) * channels + channel];
        }
        patches[member * width + place] = value;
        place += stride();
    }
}

/// A unit gathers what all windows hold of its pixel, so that nothing has to be added atomically.
#[cube(launch_unchecked, address_type = "dynamic")]
fn fold<F: Float, N: Size>(
    patches: &[Vector<F, N>],
    x: &mut [Vector<F, N>],
    images: usize,
    channels: usize,
    rows: Axis,
    columns: Axis,
    #[define(F)] _format: ElemType,
) {
    let member = CUBE_POS_Y as usize;
    let width = images * rows.size * columns.size * channels;
    let held = images * rows.output * columns.output * rows.kernel * columns.kernel * channels;
    let mut place = ABSOLUTE_POS_X as usize;
    while place < width {
        let channel = place % channels;
        let at = pixel(place / channels, rows.size, columns.size);
        let mut sum = Vector::<f32, N>::new(0.0f32);
        for kh in 0..rows.kernel {
            if rows.is_seen(at.row, kh) {
                let row = at.image * rows.output + rows.output_of(at.row, kh);
                for kw in 0..columns.kernel {
                    if columns.is_seen(at.column, kw) {
                        let output = row * columns.output + columns.output_of(at.column, kw);
                        let tap = output * rows.kernel * columns.kernel + kh * columns.kernel + kw;
                        let i = member * held + tap * channels + channel;
                        sum += Vector::<f32, N>::cast_from(patches[i]);
                    }
                }
            }
        }
        x[member * width + place] = Vector::cast_from(sum);
        place += stride();
    }
}
