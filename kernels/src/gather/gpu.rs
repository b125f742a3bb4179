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
        let batch = Batch::of(&values, features, &rows, &fold);
        expect_shape("gather: center", &center, [folds, dims::<2>(&values)[1]]);
        expect_shape("gather: scale", &scale, [folds, features]);
        expect_shape("gather: fill", &fill, [folds, features]);
        let x = batch.room(&center);
        if let Some((count, dim)) = batch.launch() {
            // SAFETY: the shapes were compared; rows and folds are bounded in the kernel.
            unsafe {
                gather_floats::launch_unchecked(
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
                    batch.limits(folds),
                    batch.rows,
                    features,
                );
            }
        }
        x
    }

    /// `values` are words of four bytes, `[N, ceil(F / 4)]`, as [`Features::bytes`](crate::Features::bytes) packs them.
    fn gather_bytes(
        values: CubeTensor,
        rows: CubeTensor,
        fold: CubeTensor,
        center: CubeTensor,
        scale: CubeTensor,
    ) -> CubeTensor {
        let [folds, features] = dims(&center);
        let batch = Batch::of(&values, features, &rows, &fold);
        let words = features.div_ceil(BYTES_PER_WORD);
        expect_shape("gather: words of the data", &values, [batch.stored, words]);
        expect_shape("gather: scale", &scale, [folds, features]);
        let x = batch.room(&center);
        if let Some((count, dim)) = batch.launch() {
            // SAFETY: the shapes were compared; rows and folds are bounded in the kernel.
            unsafe {
                gather_bytes::launch_unchecked(
                    &x.client,
                    count,
                    dim,
                    address(&[&values, &x]),
                    contiguous(values).into_buffer_arg(),
                    contiguous(rows).into_buffer_arg(),
                    contiguous(fold).into_buffer_arg(),
                    contiguous(center).into_buffer_arg(),
                    contiguous(scale).into_buffer_arg(),
                    x.clone().into_buffer_arg(),
                    batch.limits(folds),
                    batch.rows,
                    features,
                );
            }
        }
        x
    }
}

/// Sizes of one batch of all members.
struct Batch {
    stored: usize,
    members: usize,
    rows: usize,
    features: usize,
}

impl Batch {
    fn of(values: &CubeTensor, features: usize, rows: &CubeTensor, fold: &CubeTensor) -> Self {
        let [stored, _] = dims(values);
        let [members, rows] = dims(rows);
        expect_shape("gather: fold", fold, [members]);
        Self {
            stored,
            members,
            rows,
            features,
        }
    }

    fn room(&self, like: &CubeTensor) -> CubeTensor {
        empty(like, [self.members, self.rows, self.features])
    }

    fn limits(&self, folds: usize) -> LimitsLaunch {
        LimitsLaunch::new(self.stored, folds)
    }

    fn launch(&self) -> Option<(CubeCount, CubeDim)> {
        let width = self.rows * self.features;
        (width * self.members > 0).then(|| over_members(width, self.members))
    }
}

/// How many there are: a number beyond makes the batch NaN, where a host would refuse it.
#[derive(CubeType, CubeLaunch, Clone, Copy)]
struct Limits {
    rows: usize,
    folds: usize,
}

#[cube(launch_unchecked, address_type = "dynamic")]
fn gather_floats(
    values: &[f32],
    rows: &[i32],
    fold: &[i32],
    center: &[f32],
    scale: &[f32],
    fill: &[f32],
    x: &mut [f32],
    limits: Limits,
    batch: usize,
    features: usize,
) {
    let member = CUBE_POS_Y as usize;
    let mut element = ABSOLUTE_POS_X as usize;
    while element < batch * features {
        let feature = element % features;
        let row = rows[member * batch + element / features] as usize;
        let of_member = fold[member] as usize;
        let mut result = f32::reinterpret(NAN);
        if row < limits.rows && of_member < limits.folds {
            let value = values[row * features + feature];
            let of_fold = of_member * features + feature;
            let scaled = (value - center[of_fold]) * scale[of_fold];
            result = select(is_nan(value), fill[of_fold], scaled);
        }
        x[member * batch * features + element] = result;
        element += stride();
    }
}

#[cube(launch_unchecked, address_type = "dynamic")]
fn gather_bytes(
    values: &[i32],
    rows: &[i32],
    fold: &[i32],
    center: &[f32],
    scale: &[f32],
    x: &mut [f32],
    limits: Limits,
    batch: usize,
    features: usize,
) {
    let member = CUBE_POS_Y as usize;
    let words = features.div_ceil(BYTES_PER_WORD);
    let mut element = ABSOLUTE_POS_X as usize;
    while element < batch * features {
        let feature = element % features;
        let row = rows[member * batch + element / features] as usize;
        let of_member = fold[member] as usize;
        let mut result = f32::reinterpret(NAN);
        if row < limits.rows && of_member < limits.folds {
            let word = u32::reinterpret(values[row * words + feature / BYTES_PER_WORD]);
            let byte = (word >> (8 * (feature % BYTES_PER_WORD) as u32)) & 255u32;
            let of_fold = of_member * features + feature;
            result = (f32::cast_from(byte) - center[of_fold]) * scale[of_fold];
        }
        x[member * batch * features + element] = result;
        element += stride();
    }
}
