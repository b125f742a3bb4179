//! Image transformations: one launch draws them, one makes every pixel.

use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use decay_random::{At, Purpose};

use super::{AugmentOps, Augmentation, Transform, column, strength};
use crate::augment::expect_transforms;
use crate::gpu::launch::{address, contiguous, empty, over_members, single, stride};
use crate::gpu::philox::{Place, key, philox4x32, place, unit};
use crate::sizes::{dims, expect_shape};

/// Values of a row of strengths.
const STRENGTHS: usize = Augmentation::COUNT;
/// Values of a row of transformations.
const WIDTH: usize = Transform::COUNT;

impl AugmentOps for CubeBackend {
    fn draw_transforms(
        strengths: CubeTensor,
        seed: CubeTensor,
        [batch, height, width]: [usize; 3],
        at: At,
    ) -> CubeTensor {
        let [members, _] = dims(&strengths);
        expect_shape("augment: strengths", &strengths, [members, STRENGTHS]);
        expect_shape("augment: seed", &seed, [members, 2]);
        let transforms = empty(&strengths, [members, batch, WIDTH]);
        if members * batch > 0 {
            let (count, dim) = over_members(batch, members);
            // SAFETY: the buffers hold `[R, 5]`, `[R, 2]` and `[R, batch, 10]` elements.
            unsafe {
                draw::launch_unchecked(
                    &transforms.client,
                    count,
                    dim,
                    address(&[&transforms]),
                    single(strengths).into_buffer_arg(),
                    contiguous(seed).into_buffer_arg(),
                    transforms.clone().into_buffer_arg(),
                    place(Purpose::Augment, at),
                    batch,
                    height as u32,
                    width as u32,
                );
            }
        }
        transforms
    }

    fn transform(
        x: CubeTensor,
        border: CubeTensor,
        transforms: CubeTensor,
        image: [usize; 3],
    ) -> CubeTensor {
        let [members, batch, features] = expect_transforms(&x, &border, &transforms, image);
        let [channels, height, width] = image;
        let y = empty(&x, [members, batch, features]);
        if members * batch > 0 {
            let (count, dim) = over_members(batch * height * width, members);
            // SAFETY: the shapes were compared; pixels are bounded in the kernel.
            unsafe {
                transform::launch_unchecked(
                    &y.client,
                    count,
                    dim,
                    address(&[&x]),
                    single(x).into_buffer_arg(),
                    single(border).into_buffer_arg(),
                    single(transforms).into_buffer_arg(),
                    y.clone().into_buffer_arg(),
                    FrameLaunch::new(height, width),
                    batch,
                    channels,
                );
            }
        }
        y
    }
}

/// A unit draws the transformation of one image.
#[cube(launch_unchecked, address_type = "dynamic")]
fn draw(
    strengths: &[f32],
    seeds: &[i32],
    transforms: &mut [f32],
    place: Place,
    batch: usize,
    height: u32,
    width: u32,
) {
    let member = CUBE_POS_Y as usize;
    let own = member * STRENGTHS;
    let key = key(seeds, member);
    let shift = u32::cast_from(strengths[own + strength::SHIFT]);
    let side = u32::cast_from(strengths[own + strength::CUTOUT]);
    let mut image = ABSOLUTE_POS_X as usize;
    while image < batch {
        let first = philox4x32(2u32 * image as u32, &place, &key);
        let second = philox4x32(2u32 * image as u32 + 1u32, &place, &key);
        let row = (member * batch + image) * WIDTH;
        let mirrored = unit(first.extract(0usize)) < strengths[own + strength::FLIP];
        transforms[row + column::FLIP] = select(mirrored, 1.0f32, 0.0f32);
        let angle = spread(first.extract(1usize)) * strengths[own + strength::ROTATION];
        transforms[row + column::COSINE] = sine_of_degrees(angle + 90.0f32);
        transforms[row + column::SINE] = sine_of_degrees(angle);
        transforms[row + column::DOWN] = moved(first.extract(2usize), shift);
        transforms[row + column::RIGHT] = moved(first.extract(3usize), shift);
        let top =
            i32::cast_from(second.extract(0usize).mul_hi(height)) - i32::cast_from(side / 2u32);
        transforms[row + column::CUT_TOP] = within(top, height);
        transforms[row + column::CUT_BOTTOM] = within(top + i32::cast_from(side), height);
        let left =
            i32::cast_from(second.extract(1usize).mul_hi(width)) - i32::cast_from(side / 2u32);
        transforms[row + column::CUT_LEFT] = within(left, width);
        transforms[row + column::CUT_RIGHT] = within(left + i32::cast_from(side), width);
        transforms[row + column::BRIGHTNESS] =
            spread(second.extract(2usize)) * strengths[own + strength::BRIGHTNESS];
        image += stride();
    }
}

/// A word as a number in `[-1, 1)`.
#[cube]
fn spread(word: u32) -> f32 {
    2.0f32 * unit(word) - 1.0f32
}

/// A word as a whole number within `±shift`.
#[cube]
fn moved(word: u32, shift: u32) -> f32 {
    f32::cast_from(word.mul_hi(2u32 * shift + 1u32)) - f32::cast_from(shift)
}

/// An edge moved into the image.
#[cube]
fn within(edge: i32, length: u32) -> f32 {
    clamp(f32::cast_from(edge), 0.0f32, f32::cast_from(length))
}

/// The sine to rounding: shaders promise their own to three digits only.
///
/// Taylor's series about the nearest multiple of 90 degrees, where `|r| <= pi / 4`.
#[cube]
fn sine_of_degrees(angle: f32) -> f32 {
    let quarters = angle * (1.0f32 / 90.0f32);
    let nearest = (quarters + 0.5f32).floor();
    let r = (quarters - nearest) * 1.570_796_4f32;
    let s = r * r;
    let odd = r
        * (1.0f32
            + s * (-0.166_666_67f32
                + s * (0.008_333_334f32 + s * (-0.000_198_412_7f32 + s * 0.000_002_755_731_9f32))));
    let even = 1.0f32
        + s * (-0.5f32
            + s * (0.041_666_668f32
                + s * (-0.001_388_888_9f32
                    + s * (0.000_024_801_588f32 - s * 0.000_000_275_573_2f32))));
    let turn = nearest - 4.0f32 * (nearest * 0.25f32).floor();
    let size = select(turn == 1.0f32 || turn == 3.0f32, even, odd);
    select(turn >= 2.0f32, -size, size)
}

/// Rows and columns of an image.
#[derive(CubeType, CubeLaunch, Clone, Copy)]
struct Frame {
    height: usize,
    width: usize,
}

/// A unit makes one pixel of all channels.
#[cube(launch_unchecked, address_type = "dynamic")]
fn transform(
    x: &[f32],
    border: &[f32],
    transforms: &[f32],
    y: &mut [f32],
    frame: Frame,
    batch: usize,
    channels: usize,
) {
    let member = CUBE_POS_Y as usize;
    let pixels = frame.height * frame.width;
    let mut element = ABSOLUTE_POS_X as usize;
    while element < batch * pixels {
        let image = member * batch + element / pixels;
        let pixel = element % pixels;
        let own = image * WIDTH;
        let row = f32::cast_from(pixel / frame.width);
        let column = f32::cast_from(pixel % frame.width);
        let cut = is_cut(row, column, transforms, own);
        let row = row - transforms[own + column::DOWN];
        let column = column - transforms[own + column::RIGHT];
        let seen = holds(row, column, &frame) && !cut;
        let flip = transforms[own + column::FLIP];
        let upright =
            transforms[own + column::COSINE] == 1.0f32 && transforms[own + column::SINE] == 0.0f32;
        let added = transforms[own + column::BRIGHTNESS];
        for channel in 0..channels {
            let empty = border[member * channels + channel];
            let plane = (image * channels + channel) * pixels;
            let mut value = empty;
            if seen {
                if upright {
                    value = tap(x, plane, row, column, flip, empty, &frame);
                } else {
                    value = turned(x, transforms, own, plane, row, column, empty, &frame);
                }
            }
            if added != 0.0f32 {
                value += added;
            }
            y[plane + pixel] = value;
        }
        element += stride();
    }
}

/// Whether a pixel lies in the emptied square.
#[cube]
fn is_cut(row: f32, column: f32, transforms: &[f32], own: usize) -> bool {
    row >= transforms[own + column::CUT_TOP]
        && row < transforms[own + column::CUT_BOTTOM]
        && column >= transforms[own + column::CUT_LEFT]
        && column < transforms[own + column::CUT_RIGHT]
}

#[cube]
fn holds(row: f32, column: f32, frame: &Frame) -> bool {
    row >= 0.0f32
        && row < f32::cast_from(frame.height)
        && column >= 0.0f32
        && column < f32::cast_from(frame.width)
}

/// What a rotation brings to a pixel of a plane.
#[cube]
fn turned(
    x: &[f32],
    transforms: &[f32],
    own: usize,
    plane: usize,
    row: f32,
    column: f32,
    border: f32,
    frame: &Frame,
) -> f32 {
    let cosine = transforms[own + column::COSINE];
    let sine = transforms[own + column::SINE];
    let flip = transforms[own + column::FLIP];
    let middle_row = (f32::cast_from(frame.height) - 1.0f32) * 0.5f32;
    let middle_column = (f32::cast_from(frame.width) - 1.0f32) * 0.5f32;
    let up = row - middle_row;
    let across = column - middle_column;
    let row = sine * across + cosine * up + middle_row;
    let column = cosine * across - sine * up + middle_column;
    let top = row.floor();
    let left = column.floor();
    let a = tap(x, plane, top, left, flip, border, frame);
    let b = tap(x, plane, top, left + 1.0f32, flip, border, frame);
    let c = tap(x, plane, top + 1.0f32, left, flip, border, frame);
    let d = tap(x, plane, top + 1.0f32, left + 1.0f32, flip, border, frame);
    let upper = a + (column - left) * (b - a);
    let lower = c + (column - left) * (d - c);
    upper + (row - top) * (lower - upper)
}

/// A pixel of the mirrored plane, the border where there is none.
#[cube]
fn tap(
    x: &[f32],
    plane: usize,
    row: f32,
    column: f32,
    flip: f32,
    border: f32,
    frame: &Frame,
) -> f32 {
    let mut value = border;
    if holds(row, column, frame) {
        let last = f32::cast_from(frame.width) - 1.0f32;
        let column = select(flip == 0.0f32, column, last - column);
        value = x[plane + usize::cast_from(row) * frame.width + usize::cast_from(column)];
    }
    value
}
