//! `gather` on the CPU: one pass from the stored rows to the batch.

use std::mem::MaybeUninit;

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::GatherOps;
use crate::cpu::share::filled_parts;
use crate::cpu::storage::{contiguous, elements, floats, integers, tensor};
use crate::cpu::vector::widest;
use crate::sizes::{dims, expect_shape};

impl GatherOps for Flex {
    fn gather_floats(
        values: FlexTensor,
        rows: FlexTensor,
        fold: FlexTensor,
        center: FlexTensor,
        scale: FlexTensor,
        fill: FlexTensor,
    ) -> FlexTensor {
        let (values, fill) = (contiguous(values), contiguous(fill));
        expect_shape("gather: fill", &fill, dims::<2>(&center));
        let plan = Plan::new(&values, rows, fold, center, scale);
        let (features, values, fill) = (plan.features, floats(&values), floats(&fill));
        plan.write(|out, row, fold, center, scale| {
            let fill = &fill[fold * features..][..features];
            standardise_floats(
                out,
                &values[row * features..][..features],
                center,
                scale,
                fill,
            );
        })
    }

    fn gather_bytes(
        values: FlexTensor,
        rows: FlexTensor,
        fold: FlexTensor,
        center: FlexTensor,
        scale: FlexTensor,
    ) -> FlexTensor {
        let values = contiguous(values);
        let plan = Plan::new(&values, rows, fold, center, scale);
        let (features, values) = (plan.features, elements::<u8>(&values));
        plan.write(|out, row, _, center, scale| {
            standardise_bytes(out, &values[row * features..][..features], center, scale);
        })
    }
}

/// Who gets which row with which statistics; every number in it is checked.
struct Plan {
    members: usize,
    batch: usize,
    features: usize,
    rows: FlexTensor,
    fold: FlexTensor,
    center: FlexTensor,
    scale: FlexTensor,
}

impl Plan {
    fn new(
        values: &FlexTensor,
        rows: FlexTensor,
        fold: FlexTensor,
        center: FlexTensor,
        scale: FlexTensor,
    ) -> Self {
        let [stored, features] = dims(values);
        let [members, batch] = dims(&rows);
        let [folds, _] = dims(&center);
        expect_shape("gather: fold", &fold, [members]);
        expect_shape("gather: center", &center, [folds, features]);
        expect_shape("gather: scale", &scale, [folds, features]);
        let plan = Self {
            members,
            batch,
            features,
            rows: contiguous(rows),
            fold: contiguous(fold),
            center: contiguous(center),
            scale: contiguous(scale),
        };
        for (i, &row) in integers(&plan.rows).iter().enumerate() {
            assert!(
                (0..stored as i64).contains(&i64::from(row)),
                "gather: sample {} of member {} is row {row}, but the data has {stored} rows",
                i % batch,
                i / batch,
            );
        }
        for (r, &fold) in integers(&plan.fold).iter().enumerate() {
            assert!(
                (0..folds as i64).contains(&i64::from(fold)),
                "gather: member {r} uses fold {fold}, but there are statistics of {folds} folds",
            );
        }
        plan
    }

    /// Runs `write(out, row, fold, center, scale)` for every sample of every member; `write` must fill `out`.
    fn write(
        self,
        write: impl Fn(&mut [MaybeUninit<f32>], usize, usize, &[f32], &[f32]) + Send + Sync,
    ) -> FlexTensor {
        let Self {
            members,
            batch,
            features,
            ..
        } = self;
        let (rows, fold) = (integers(&self.rows), integers(&self.fold));
        let (center, scale) = (floats(&self.center), floats(&self.scale));
        let member = |r: usize, out: &mut [MaybeUninit<f32>]| {
            let fold = fold[r] as usize;
            let center = &center[fold * features..][..features];
            let scale = &scale[fold * features..][..features];
            let rows = &rows[r * batch..][..batch];
            for (out, &row) in out.chunks_exact_mut(features).zip(rows) {
                write(out, row as usize, fold, center, scale);
            }
        };
        // SAFETY: the two bodies below write as many values as all their slices have, which is `features`.
        let inputs = unsafe { filled_parts(members, batch * features, member) };
        tensor(inputs, [members, batch, features])
    }
}

widest! {
    fn standardise_floats(
        out: &mut [MaybeUninit<f32>],
        values: &[f32],
        center: &[f32],
        scale: &[f32],
        fill: &[f32],
    ) {
        let statistics = center.iter().zip(scale).zip(fill);
        for ((out, &value), ((&center, &scale), &fill)) in out.iter_mut().zip(values).zip(statistics) {
            out.write(if value.is_nan() { fill } else { (value - center) * scale });
        }
    }
}

widest! {
    fn standardise_bytes(
        out: &mut [MaybeUninit<f32>],
        values: &[u8],
        center: &[f32],
        scale: &[f32],
    ) {
        let statistics = center.iter().zip(scale);
        for ((out, &value), (&center, &scale)) in out.iter_mut().zip(values).zip(statistics) {
            out.write((f32::from(value) - center) * scale);
        }
    }
}
