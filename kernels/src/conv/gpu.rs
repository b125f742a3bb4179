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
use crate::window::gpu::{Sliding, sliding};
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
                    sliding(images.count, images.channels / vector, window),
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
                    sliding(images.count, channels / vector, window),
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
    window: Sliding,
    #[define(F)] _format: ElemType,
) {
    let member = CUBE_POS_Y as usize;
    let (channels, taps) = (window.channels, window.taps());
    let width = window.outputs() * taps;
    let inputs = window.inputs();
    let mut place = ABSOLUTE_POS_X as usize;
    while place < width {
        let channel = place % channels;
        let tap = place / channels % taps;
        let at = window.output_pixel(place / channels / taps);
        let kh = tap / window.columns.kernel;
        let kw = tap % window.columns.kernel;
        let mut value = Vector::<F, N>::cast_from(Vector::<f32, N>::new(0.0f32));
        if window.sees(&at, kh, kw) {
            value = x[member * inputs + window.input(&at, kh, kw) * channels + channel];
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
    window: Sliding,
    #[define(F)] _format: ElemType,
) {
    let member = CUBE_POS_Y as usize;
    let (channels, taps) = (window.channels, window.taps());
    let (width, held) = (window.inputs(), window.outputs() * taps);
    let mut place = ABSOLUTE_POS_X as usize;
    while place < width {
        let channel = place % channels;
        let at = window.input_pixel(place / channels);
        let mut sum = Vector::<f32, N>::new(0.0f32);
        for kh in 0..window.rows.kernel {
            for kw in 0..window.columns.kernel {
                if window.is_seen(&at, kh, kw) {
                    let output = window.output(&at, kh, kw);
                    let tap = output * taps + kh * window.columns.kernel + kw;
                    let i = member * held + tap * channels + channel;
                    sum += Vector::<f32, N>::cast_from(patches[i]);
                }
            }
        }
        x[member * width + place] = Vector::cast_from(sum);
        place += stride();
    }
}
