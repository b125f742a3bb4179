//! Batch normalisation: a cube takes columns of one member, and keeps them for all passes over the batch.

use burn::backend::TensorMetadata;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::{NORM_EPSILON, NORM_MOMENTUM};
use crate::activation::gpu::{apply_to_one, pull_back_one};
use crate::gpu::columns::{COLUMNS, LANES, over_columns, over_lanes};
use crate::gpu::launch::{Output, address, empty, single};
use crate::norm::expect_norm;
use crate::sizes::{dims, expect_shape};
use crate::{Activation, NormOps};

impl NormOps for CubeBackend {
    fn batch_norm_with_statistics(
        x: CubeTensor,
        scale: CubeTensor,
        shift: CubeTensor,
        weights: CubeTensor,
        running_mean: CubeTensor,
        running_variance: CubeTensor,
        activation: Activation,
    ) -> (CubeTensor, CubeTensor, CubeTensor, CubeTensor, CubeTensor) {
        let [members, batch, columns] = dims(&x);
        expect_norm(
            &x,
            &weights,
            [&scale, &shift, &running_mean, &running_variance],
        );
        let x = single(x);
        let y = empty(&x, x.shape());
        let [mean, inverse, new_mean, new_variance] =
            [(); 4].map(|()| empty(&x, [members, columns]));
        if members * columns > 0 {
            let (count, dim) = over_columns(columns, members);
            // SAFETY: the shapes were compared; a unit writes its own column.
            unsafe {
                forward::launch_unchecked(
                    &y.client,
                    count,
                    dim,
                    address(&[&x]),
                    x.into_buffer_arg(),
                    single(scale).into_buffer_arg(),
                    single(shift).into_buffer_arg(),
                    single(weights).into_buffer_arg(),
                    single(running_mean).into_buffer_arg(),
                    single(running_variance).into_buffer_arg(),
                    y.clone().into_buffer_arg(),
                    mean.clone().into_buffer_arg(),
                    inverse.clone().into_buffer_arg(),
                    new_mean.clone().into_buffer_arg(),
                    new_variance.clone().into_buffer_arg(),
                    batch,
                    columns,
                    activation,
                );
            }
        }
        (y, mean, inverse, new_mean, new_variance)
    }

    fn batch_norm_backward(
        x: CubeTensor,
        scale: CubeTensor,
        weights: CubeTensor,
        mean: CubeTensor,
        inverse: CubeTensor,
        y: CubeTensor,
        grad: CubeTensor,
        activation: Activation,
    ) -> (CubeTensor, CubeTensor, CubeTensor) {
        let [members, batch, columns] = dims(&x);
        expect_norm(&x, &weights, [&scale, &mean, &inverse, &inverse]);
        expect_shape("batch norm: output", &y, [members, batch, columns]);
        let grad = single(grad);
        let dx = Output::over(&grad);
        let [dscale, dshift] = [(); 2].map(|()| empty(&grad, [members, columns]));
        if members * columns > 0 {
            let (count, dim) = over_columns(columns, members);
            // SAFETY: as above.
            unsafe {
                backward::launch_unchecked(
                    &dscale.client,
                    count,
                    dim,
                    address(&[&grad]),
                    grad.into_buffer_arg(),
                    dx.argument(0),
                    single(x).into_buffer_arg(),
                    single(scale).into_buffer_arg(),
                    single(weights).into_buffer_arg(),
                    single(mean).into_buffer_arg(),
                    single(inverse).into_buffer_arg(),
                    single(y).into_buffer_arg(),
                    dscale.clone().into_buffer_arg(),
                    dshift.clone().into_buffer_arg(),
                    batch,
                    columns,
                    activation,
                );
            }
        }
        (dx.tensor, dscale, dshift)
    }
}

#[cube(launch_unchecked, address_type = "dynamic")]
fn forward(
    x: &[f32],
    scale: &[f32],
    shift: &[f32],
    weights: &[f32],
    running_mean: &[f32],
    running_variance: &[f32],
    y: &mut [f32],
    means: &mut [f32],
    inverses: &mut [f32],
    new_mean: &mut [f32],
    new_variance: &mut [f32],
    batch: usize,
    columns: usize,
    #[comptime] activation: Activation,
) {
    let member = CUBE_POS_Y as usize;
    let lane = UNIT_POS_Y as usize;
    let column = CUBE_POS_X as usize * COLUMNS + UNIT_POS_X as usize;
    let inside = column < columns;
    let start = member * batch * columns + column;
    let samples = if inside { batch } else { 0usize.runtime() };

    let mut own_count = 0.0f32;
    let mut own_sum = 0.0f32;
    let mut b = lane;
    while b < samples {
        let weight = weights[member * batch + b];
        own_count += weight;
        own_sum += x[start + b * columns] * weight;
        b += LANES;
    }
    let count = over_lanes(own_count);
    let divisor = max(count, 1.0f32);
    let mean = over_lanes(own_sum) / divisor;

    let mut own_squares = 0.0f32;
    b = lane;
    while b < samples {
        let centred = x[start + b * columns] - mean;
        own_squares += centred * centred * weights[member * batch + b];
        b += LANES;
    }
    let variance = over_lanes(own_squares) / divisor;
    let inverse = 1.0f32 / (variance + NORM_EPSILON).sqrt();

    if inside {
        let of_member = member * columns + column;
        let factor = inverse * scale[of_member];
        let offset = shift[of_member];
        b = lane;
        while b < samples {
            let i = start + b * columns;
            y[i] = apply_to_one((x[i] - mean) * factor + offset, activation);
            b += LANES;
        }
        if lane == 0 {
            means[of_member] = mean;
            inverses[of_member] = inverse;
            let unbiased = variance * count / max(count - 1.0f32, 1.0f32);
            // No step where no sample counts.
            let step = min(count, 1.0f32) * NORM_MOMENTUM;
            let old_mean = running_mean[of_member];
            let old_variance = running_variance[of_member];
            new_mean[of_member] = old_mean + (mean - old_mean) * step;
            new_variance[of_member] = old_variance + (unbiased - old_variance) * step;
        }
    }
}

#[cube(launch_unchecked, address_type = "dynamic")]
fn backward(
    grad: &[f32],
    dx: &mut [f32],
    x: &[f32],
    scale: &[f32],
    weights: &[f32],
    means: &[f32],
    inverses: &[f32],
    y: &[f32],
    dscale: &mut [f32],
    dshift: &mut [f32],
    batch: usize,
    columns: usize,
    #[comptime] activation: Activation,
) {
    let member = CUBE_POS_Y as usize;
    let lane = UNIT_POS_Y as usize;
    let column = CUBE_POS_X as usize * COLUMNS + UNIT_POS_X as usize;
    let inside = column < columns;
    let start = member * batch * columns + column;
    let samples = if inside { batch } else { 0usize.runtime() };
    let of_member = member * columns + if inside { column } else { 0usize.runtime() };
    let mean = means[of_member];
    let inverse = inverses[of_member];

    let mut own_count = 0.0f32;
    let mut own_shift = 0.0f32;
    let mut own_scale = 0.0f32;
    let mut b = lane;
    while b < samples {
        let i = start + b * columns;
        own_count += weights[member * batch + b];
        let g = pull_back_one(y[i], grad[i], activation);
        own_shift += g;
        own_scale += g * (x[i] - mean) * inverse;
        b += LANES;
    }
    let divisor = max(over_lanes(own_count), 1.0f32);
    let sum_shift = over_lanes(own_shift);
    let sum_scale = over_lanes(own_scale);

    if inside {
        let factor = inverse * scale[of_member];
        b = lane;
        while b < samples {
            let i = start + b * columns;
            let normal = (x[i] - mean) * inverse;
            let share = weights[member * batch + b] / divisor;
            let g = pull_back_one(y[i], grad[i], activation);
            dx[i] = (g - share * (sum_shift + normal * sum_scale)) * factor;
            b += LANES;
        }
        if lane == 0 {
            dscale[of_member] = sum_scale;
            dshift[of_member] = sum_shift;
        }
    }
}
