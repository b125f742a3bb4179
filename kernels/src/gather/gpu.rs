//! Batches in one pass over the rows they name.

use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::BYTES_PER_WORD;
use crate::GatherOps;
use crate::gpu::launch::{NAN, address, contiguous, empty, is_nan, over_members, stride};
use crate::sizes::{dims, expect_shape};

impl GatherOps for CubeBackend {
    fn gather_floats(
        values: CubeTensor,
        rows: CubeTensor,
        fold: CubeTensor,
        center: CubeTensor,
        scale: CubeTensor,
        fill: CubeTensor,
    ) -> CubeTensor {
        let [folds, features] = dims(&center);
        expect_shape("gather: center", &center, [folds, dims::<2>(&values)[1]]);
        expect_shape("gather: fill", &fill, [folds, features]);
        batch(values, rows, fold, [center, scale, fill], false)
    }

    /// `values` are words of four bytes, `[N, ceil(F / 4)]`, as [`Features::bytes`](crate::Features::bytes) packs them.
    fn gather_bytes(
        values: CubeTensor,
        rows: CubeTensor,
        fold: CubeTensor,
        center: CubeTensor,
        scale: CubeTensor,
    ) -> CubeTensor {
        let [stored, _] = dims(&values);
        let words = dims::<2>(&center)[1].div_ceil(BYTES_PER_WORD);
        expect_shape("gather: words of the data", &values, [stored, words]);
        // A kernel wants all its buffers, also those that it does not read.
        let fill = empty(&center, [1]);
        batch(values, rows, fold, [center, scale, fill], true)
    }
}

/// The batch of all members from `values`, which are floats or words of bytes.
fn batch(
    values: CubeTensor,
    rows: CubeTensor,
    fold: CubeTensor,
    [center, scale, fill]: [CubeTensor; 3],
    bytes: bool,
) -> CubeTensor {
    let [stored, _] = dims(&values);
    let [members, batch] = dims(&rows);
    let [folds, features] = dims(&center);
    expect_shape("gather: fold", &fold, [members]);
    expect_shape("gather: scale", &scale, [folds, features]);
    let x = empty(&center, [members, batch, features]);
    if members * batch * features > 0 {
        let (count, dim) = over_members(batch * features, members);
        // SAFETY: the shapes were compared; rows and folds are bounded in the kernel.
        unsafe {
            gather::launch_unchecked(
                &x.client,
                count,
                dim,
                address(&[&values, &x]),
                contiguous(values).into_buffer_arg(),
                contiguous(rows).into_buffer_arg(),
                contiguous(fold).into_buffer_arg(),
                contiguous(center).into_buffer_arg(),
                contiguous(scale).into_buffer_arg(),
                contiguous(fill).into_buffer_arg(),
                x.clone().into_buffer_arg(),
                LimitsLaunch::new(stored, folds),
                batch,
                features,
                bytes,
            );
        }
    }
    x
}

/// How many there are: a number beyond makes the batch NaN, where a host would refuse it.
#[derive(CubeType, CubeLaunch, Clone, Copy)]
struct Limits {
    rows: usize,
    folds: usize,
}

/// A unit makes one value from a word that is a float's bits, or has its byte.
#[cube(launch_unchecked, address_type = "dynamic")]
fn gather(
    words: &[u32],
    rows: &[i32],
    fold: &[i32],
    center: &[f32],
    scale: &[f32],
    fill: &[f32],
    x: &mut [f32],
    limits: Limits,
    batch: usize,
    features: usize,
    #[comptime] bytes: bool,
) {
    let member = CUBE_POS_Y as usize;
    let words_of_row = features.div_ceil(BYTES_PER_WORD);
    let mut element = ABSOLUTE_POS_X as usize;
    while element < batch * features {
        let feature = element % features;
        let row = rows[member * batch + element / features] as usize;
        let of_member = fold[member] as usize;
        let mut result = f32::reinterpret(NAN);
        if row < limits.rows && of_member < limits.folds {
            let of_fold = of_member * features + feature;
            if bytes {
                let word = words[row * words_of_row + feature / BYTES_PER_WORD];
                let byte = (word >> (8 * (feature % BYTES_PER_WORD) as u32)) & 255u32;
                result = (f32::cast_from(byte) - center[of_fold]) * scale[of_fold];
            } else {
                let value = f32::reinterpret(words[row * features + feature]);
                let scaled = (value - center[of_fold]) * scale[of_fold];
                result = select(is_nan(value), fill[of_fold], scaled);
            }
        }
        x[member * batch * features + element] = result;
        element += stride();
    }
}
