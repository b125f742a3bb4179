//! Batch normalisation on the CPU: passes over a member's batch, which stays in the cache between them.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::{NORM_EPSILON, NORM_MOMENTUM, NormOps};
use crate::Activation;
use crate::activation::cpu::{apply_all, pull_back};
use crate::cpu::share::{Shared, each};
use crate::cpu::storage::{contiguous, floats, owned, tensor};
use crate::cpu::vector::widest;
use crate::norm::expect_norm;
use crate::sizes::{dims, expect_shape};

impl NormOps for Flex {
    fn batch_norm_with_statistics(
        x: FlexTensor,
        scale: FlexTensor,
        shift: FlexTensor,
        weights: FlexTensor,
        running_mean: FlexTensor,
        running_variance: FlexTensor,
        activation: Activation,
    ) -> (FlexTensor, FlexTensor, FlexTensor, FlexTensor, FlexTensor) {
        let [members, batch, columns] = dims(&x);
        expect_norm(
            &x,
            &weights,
            [&scale, &shift, &running_mean, &running_variance],
        );
        let (scale, shift, weights) = (contiguous(scale), contiguous(shift), contiguous(weights));
        let (scale, shift, weights) = (floats(&scale), floats(&shift), floats(&weights));
        let mut mean = vec![0.0; members * columns];
        let mut inverse = vec![0.0; members * columns];
        let mut running = [running_mean, running_variance].map(|r| floats(&contiguous(r)).to_vec());
        let of_columns = [&mut mean, &mut inverse].map(|v| Shared::new(v));
        let [old_mean, old_variance] = &mut running;
        let of_running = [old_mean, old_variance].map(|v| Shared::new(v));
        // The output takes the input's buffer if nobody else holds it.
        let y = owned(x, |x| {
            let x = Shared::new(x);
            each(members, |r| {
                let columns = r * columns..(r + 1) * columns;
                // SAFETY: each member has its own part of every buffer.
                unsafe {
                    let [mean, inverse] =
                        of_columns.map(|all| all.slice(columns.start, columns.len()));
                    let [running_mean, running_variance] =
                        of_running.map(|all| all.slice(columns.start, columns.len()));
                    let x = x.slice(batch * columns.start, batch * columns.len());
                    let weights = &weights[r * batch..][..batch];
                    let count = moments(x, weights, mean, inverse);
                    move_running(count, mean, inverse, running_mean, running_variance);
                    invert(inverse);
                    normalise(x, mean, inverse, &scale[columns.clone()], &shift[columns]);
                    apply_all(activation, x);
                }
            });
        });
        let [running_mean, running_variance] =
            running.map(|values| tensor(values, [members, columns]));
        let [mean, inverse] = [mean, inverse].map(|values| tensor(values, [members, columns]));
        (y, mean, inverse, running_mean, running_variance)
    }

    fn batch_norm_backward(
        x: FlexTensor,
        scale: FlexTensor,
        weights: FlexTensor,
        mean: FlexTensor,
        inverse: FlexTensor,
        y: FlexTensor,
        grad: FlexTensor,
        activation: Activation,
    ) -> (FlexTensor, FlexTensor, FlexTensor) {
        let [members, batch, columns] = dims(&x);
        expect_norm(&x, &weights, [&scale, &mean, &inverse, &inverse]);
        expect_shape("batch norm: output", &y, [members, batch, columns]);
        let grad = pull_back(activation, y, grad);
        let [x, scale, weights, mean, inverse] = [x, scale, weights, mean, inverse].map(contiguous);
        let (x, scale, weights) = (floats(&x), floats(&scale), floats(&weights));
        let (mean, inverse) = (floats(&mean), floats(&inverse));
        let mut dscale = vec![0.0; members * columns];
        let mut dshift = vec![0.0; members * columns];
        let sums = [&mut dscale, &mut dshift].map(|v| Shared::new(v));
        let dx = owned(grad, |grad| {
            let grad = Shared::new(grad);
            each(members, |r| {
                let columns = r * columns..(r + 1) * columns;
                let rows = batch * columns.start..batch * columns.end;
                // SAFETY: each member has its own part of every buffer.
                let (grad, [dscale, dshift]) = unsafe {
                    (
                        grad.slice(rows.start, rows.len()),
                        sums.map(|all| all.slice(columns.start, columns.len())),
                    )
                };
                let normal = Normal {
                    x: &x[rows],
                    mean: &mean[columns.clone()],
                    inverse: &inverse[columns.clone()],
                };
                gradient_sums(grad, normal, dscale, dshift);
                let weights = &weights[r * batch..][..batch];
                input_gradient(grad, normal, weights, &scale[columns], [dscale, dshift]);
            });
        });
        let [dscale, dshift] = [dscale, dshift].map(|values| tensor(values, [members, columns]));
        (dx, dscale, dshift)
    }
}

/// A member's inputs and what makes them normal: `(x - mean) inverse`.
#[derive(Clone, Copy)]
struct Normal<'a> {
    x: &'a [f32],
    mean: &'a [f32],
    inverse: &'a [f32],
}

/// Divisor of the sums over a member's samples.
fn divisor(weights: &[f32]) -> f32 {
    weights.iter().sum::<f32>().max(1.0)
}

/// Leaves the mean and the variance of each column; returns the number of samples that count.
fn moments(x: &[f32], weights: &[f32], mean: &mut [f32], variance: &mut [f32]) -> f32 {
    let unit = 1.0 / divisor(weights);
    for (row, &weight) in x.chunks_exact(mean.len()).zip(weights) {
        add(mean, row, weight * unit);
    }
    for (row, &weight) in x.chunks_exact(mean.len()).zip(weights) {
        add_squares(variance, row, mean, weight * unit);
    }
    weights.iter().sum()
}

/// Moves the running statistics toward those of the batch; not at all where no sample counts.
fn move_running(
    count: f32,
    mean: &[f32],
    variance: &[f32],
    running_mean: &mut [f32],
    running_variance: &mut [f32],
) {
    let step = count.min(1.0) * NORM_MOMENTUM;
    let bessel = count / (count - 1.0).max(1.0);
    for (old, &new) in running_mean.iter_mut().zip(mean) {
        *old += (new - *old) * step;
    }
    for (old, &new) in running_variance.iter_mut().zip(variance) {
        *old += (new * bessel - *old) * step;
    }
}

/// `1 / sqrt(var + eps)` in place.
fn invert(variance: &mut [f32]) {
    for value in variance {
        *value = 1.0 / (*value + NORM_EPSILON).sqrt();
    }
}

widest! {
    fn add(sum: &mut [f32], row: &[f32], weight: f32) {
        for (sum, &x) in sum.iter_mut().zip(row) {
            *sum += x * weight;
        }
    }
}

widest! {
    fn add_squares(sum: &mut [f32], row: &[f32], mean: &[f32], weight: f32) {
        for ((sum, &x), &mean) in sum.iter_mut().zip(row).zip(mean) {
            *sum += (x - mean) * (x - mean) * weight;
        }
    }
}

widest! {
    fn normalise(x: &mut [f32], mean: &[f32], inverse: &[f32], scale: &[f32], shift: &[f32]) {
        for row in x.chunks_exact_mut(mean.len()) {
            for (c, x) in row.iter_mut().enumerate() {
                *x = (*x - mean[c]) * (inverse[c] * scale[c]) + shift[c];
            }
        }
    }
}

widest! {
    fn gradient_sums(grad: &[f32], normal: Normal<'_>, dscale: &mut [f32], dshift: &mut [f32]) {
        let width = dscale.len();
        for (row, x) in grad.chunks_exact(width).zip(normal.x.chunks_exact(width)) {
            for (c, (&g, &x)) in row.iter().zip(x).enumerate() {
                dshift[c] += g;
                dscale[c] += g * (x - normal.mean[c]) * normal.inverse[c];
            }
        }
    }
}

widest! {
    fn input_gradient(grad: &mut [f32], normal: Normal<'_>, weights: &[f32], scale: &[f32], sums: [&mut [f32]; 2]) {
        let [dscale, dshift] = sums;
        let width = scale.len();
        let unit = 1.0 / divisor(weights);
        let rows = grad.chunks_exact_mut(width).zip(normal.x.chunks_exact(width));
        for ((row, x), &weight) in rows.zip(weights) {
            let share = weight * unit;
            for (c, (g, &x)) in row.iter_mut().zip(x).enumerate() {
                let centred = (x - normal.mean[c]) * normal.inverse[c];
                *g = (*g - share * (dshift[c] + centred * dscale[c])) * (normal.inverse[c] * scale[c]);
            }
        }
    }
}
