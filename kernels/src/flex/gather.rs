//! `gather` on the CPU: one pass from the stored rows to the batch.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::share::{Shared, each, filled};
use super::storage::{contiguous, dims, elements, floats, integers, tensor};
use super::vector::widest;
use crate::gather::GatherOps;

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
        let (values, fill) = (floats(&values), floats(&fill));
        batch(
            rows,
            fold,
            center,
            scale,
            |out, row, fold, center, scale| {
                let features = out.len();
                let fill = &fill[fold * features..][..features];
                standardise_floats(
                    out,
                    &values[row * features..][..features],
                    center,
                    scale,
                    fill,
                );
            },
        )
    }

    fn gather_bytes(
        values: FlexTensor,
        rows: FlexTensor,
        fold: FlexTensor,
        center: FlexTensor,
        scale: FlexTensor,
    ) -> FlexTensor {
        let values = contiguous(values);
        let values = elements::<u8>(&values);
        batch(rows, fold, center, scale, |out, row, _, center, scale| {
            let features = out.len();
            standardise_bytes(out, &values[row * features..][..features], center, scale);
        })
    }
}

/// Runs `write(out, row, fold, center, scale)` for every sample of every member.
fn batch(
    rows: FlexTensor,
    fold: FlexTensor,
    center: FlexTensor,
    scale: FlexTensor,
    write: impl Fn(&mut [f32], usize, usize, &[f32], &[f32]) + Send + Sync,
) -> FlexTensor {
    let (rows, fold) = (contiguous(rows), contiguous(fold));
    let (center, scale) = (contiguous(center), contiguous(scale));
    let [members, batch] = dims(&rows);
    let [_, features] = dims(&center);
    let (rows, fold) = (integers(&rows), integers(&fold));
    let (center, scale) = (floats(&center), floats(&scale));
    let fill = |out: Shared| {
        each(members, |r| {
            let fold = fold[r] as usize;
            let center = &center[fold * features..][..features];
            let scale = &scale[fold * features..][..features];
            for (b, &row) in rows[r * batch..][..batch].iter().enumerate() {
                // SAFETY: each sample has its own row of the output.
                let out = unsafe { out.slice((r * batch + b) * features, features) };
                write(out, row as usize, fold, center, scale);
            }
        });
    };
    // SAFETY: `write` fills every row.
    let inputs = unsafe { filled(members * batch * features, fill) };
    tensor(inputs, [members, batch, features])
}

widest! {
    fn standardise_floats(
        out: &mut [f32],
        values: &[f32],
        center: &[f32],
        scale: &[f32],
        fill: &[f32],
    ) {
        let statistics = center.iter().zip(scale).zip(fill);
        for ((out, &value), ((&center, &scale), &fill)) in out.iter_mut().zip(values).zip(statistics) {
            *out = if value.is_nan() { fill } else { (value - center) * scale };
        }
    }
}

widest! {
    fn standardise_bytes(out: &mut [f32], values: &[u8], center: &[f32], scale: &[f32]) {
        let statistics = center.iter().zip(scale);
        for ((out, &value), (&center, &scale)) in out.iter_mut().zip(values).zip(statistics) {
            *out = (f32::from(value) - center) * scale;
        }
    }
}
