//! Losses on the CPU: one pass over each member's outputs leaves the loss and the gradient.

use std::mem::MaybeUninit;

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::value_cpu::ValueSamples;
use super::{LossOps, ValueLoss};
use crate::cpu::exponential::exp_of_nonpositive;
use crate::cpu::share::{Shared, filled_parts};
use crate::cpu::storage::{contiguous, floats, integers, tensor};
use crate::cpu::vector::widest;
use crate::sizes::{dims, expect_shape};

impl LossOps for Flex {
    fn cross_entropy_with_gradient(
        logits: FlexTensor,
        labels: FlexTensor,
        weights: FlexTensor,
        smoothing: FlexTensor,
    ) -> (FlexTensor, FlexTensor, FlexTensor) {
        let [members, batch, classes] = dims(&logits);
        expect_shape("cross-entropy: labels", &labels, [members, batch]);
        expect_shape("cross-entropy: weights", &weights, [members, batch]);
        expect_shape("cross-entropy: smoothing", &smoothing, [members]);
        let (logits, labels) = (contiguous(logits), contiguous(labels));
        let (weights, smoothing) = (contiguous(weights), contiguous(smoothing));
        let (x, labels) = (floats(&logits), integers(&labels));
        let (w, e) = (floats(&weights), floats(&smoothing));
        expect_labels(labels, batch, classes);
        let size = batch * classes;
        let (mut objective, mut nll) = (vec![0.0; members], vec![0.0; members]);
        let totals = [&mut objective, &mut nll].map(|values| Shared::new(values));
        let member = |r: usize, gradient: &mut [MaybeUninit<f32>]| {
            let samples = Samples {
                logits: &x[r * size..][..size],
                labels: &labels[r * batch..][..batch],
                weights: &w[r * batch..][..batch],
                smoothing: e[r],
                classes,
            };
            let of_member = member_cross_entropy(samples, gradient);
            for (total, value) in totals.iter().zip(of_member) {
                // SAFETY: each member has its own.
                unsafe { total.slice(r, 1)[0] = value };
            }
        };
        // SAFETY: the pass writes the gradient of every sample.
        let gradient = unsafe { filled_parts(members, size, member) };
        (
            tensor(objective, [members]),
            tensor(nll, [members]),
            tensor(gradient, [members, batch, classes]),
        )
    }

    fn squared_error_with_gradient(
        outputs: FlexTensor,
        targets: FlexTensor,
        weights: FlexTensor,
    ) -> (FlexTensor, FlexTensor) {
        let [members, batch, width] = dims(&outputs);
        expect_shape("squared error: targets", &targets, [members, batch, width]);
        expect_shape("squared error: weights", &weights, [members, batch]);
        let (outputs, targets) = (contiguous(outputs), contiguous(targets));
        let weights = contiguous(weights);
        let (x, t, w) = (floats(&outputs), floats(&targets), floats(&weights));
        let mut objective = vec![0.0; members];
        let totals = Shared::new(&mut objective);
        let member = |r: usize, gradient: &mut [MaybeUninit<f32>]| {
            let all = r * batch * width..(r + 1) * batch * width;
            let weights = &w[r * batch..][..batch];
            let total = member_squared_error(&x[all.clone()], &t[all], weights, gradient);
            // SAFETY: each member has its own.
            unsafe { totals.slice(r, 1)[0] = total };
        };
        // SAFETY: the pass writes the gradient of every output.
        let gradient = unsafe { filled_parts(members, batch * width, member) };
        (
            tensor(objective, [members]),
            tensor(gradient, [members, batch, width]),
        )
    }

    fn value_loss_with_gradient(
        outputs: FlexTensor,
        targets: FlexTensor,
        weights: FlexTensor,
        quantile: FlexTensor,
        loss: ValueLoss,
    ) -> (FlexTensor, FlexTensor) {
        let [members, batch, values] = dims(&targets);
        let width = values * loss.outputs();
        expect_shape("loss of values: outputs", &outputs, [members, batch, width]);
        expect_shape("loss of values: weights", &weights, [members, batch]);
        expect_shape("loss of values: quantile", &quantile, [members]);
        let (outputs, targets) = (contiguous(outputs), contiguous(targets));
        let (weights, quantile) = (contiguous(weights), contiguous(quantile));
        let (x, t) = (floats(&outputs), floats(&targets));
        let (w, q) = (floats(&weights), floats(&quantile));
        let mut objective = vec![0.0; members];
        let totals = Shared::new(&mut objective);
        let member = |r: usize, gradient: &mut [MaybeUninit<f32>]| {
            let weights = &w[r * batch..][..batch];
            let samples = ValueSamples {
                outputs: &x[r * batch * width..][..batch * width],
                targets: &t[r * batch * values..][..batch * values],
                weights,
                unit: share_unit(weights),
                quantile: q[r],
            };
            // SAFETY: each member has its own.
            unsafe { totals.slice(r, 1)[0] = samples.measure(loss, gradient) };
        };
        // SAFETY: the pass writes the gradient of every output.
        let gradient = unsafe { filled_parts(members, batch * width, member) };
        (
            tensor(objective, [members]),
            tensor(gradient, [members, batch, width]),
        )
    }
}

/// Writes one member's gradient; returns the objective.
fn member_squared_error(
    outputs: &[f32],
    targets: &[f32],
    weights: &[f32],
    gradient: &mut [MaybeUninit<f32>],
) -> f32 {
    let width = outputs.len() / weights.len().max(1);
    let unit = share_unit(weights);
    let mut sum = 0.0;
    let pairs = outputs.iter().zip(targets);
    for (i, ((&x, &t), gradient)) in pairs.zip(gradient).enumerate() {
        let share = weights[i / width] * unit / width as f32;
        // A sample of weight zero must not pass on a NaN.
        let difference = if share == 0.0 { 0.0 } else { x - t };
        sum += share * difference * difference;
        gradient.write(2.0 * share * difference);
    }
    sum
}

fn expect_labels(labels: &[i32], batch: usize, classes: usize) {
    assert!(classes > 0, "cross-entropy: there are no classes");
    for (i, &label) in labels.iter().enumerate() {
        assert!(
            (0..classes as i64).contains(&i64::from(label)),
            "cross-entropy: sample {} of member {} has label {label}, but there are {classes} classes",
            i % batch,
            i / batch,
        );
    }
}

/// `1 / sum w`, or zero if no sample counts.
fn share_unit(weights: &[f32]) -> f32 {
    let sum: f32 = weights.iter().sum();
    if sum > 0.0 { 1.0 / sum } else { 0.0 }
}

/// One member's batch.
#[derive(Clone, Copy)]
struct Samples<'a> {
    logits: &'a [f32],
    labels: &'a [i32],
    weights: &'a [f32],
    smoothing: f32,
    classes: usize,
}

/// Samples worked on side by side: one per lane of the widest register.
const LANES: usize = 16;
type Lanes = [f32; LANES];

/// Writes one member's gradient; returns objective and likelihood.
fn member_cross_entropy(samples: Samples, gradient: &mut [MaybeUninit<f32>]) -> [f32; 2] {
    let (smoothing, classes) = (samples.smoothing, samples.classes);
    let unit = share_unit(samples.weights);
    let mut columns = vec![[0f32; LANES]; classes];
    let (mut objective, mut nll) = (0.0, 0.0);
    let blocks = samples.logits.chunks(LANES * classes);
    let outputs = gradient.chunks_mut(LANES * classes);
    let truths = samples
        .labels
        .chunks(LANES)
        .zip(samples.weights.chunks(LANES));
    for ((rows, out), (labels, weights)) in blocks.zip(outputs).zip(truths) {
        let mut share = [0f32; LANES];
        for (share, &weight) in share.iter_mut().zip(weights) {
            *share = weight * unit;
        }
        to_columns(rows, &share, &mut columns);
        let softmax = gradient_columns(&mut columns, &share, smoothing);
        for (b, &label) in labels.iter().enumerate() {
            // A sample of weight zero must not pass on a NaN.
            if share[b] != 0.0 {
                let log_sum = softmax.sum[b].ln();
                let plain = log_sum - (rows[b * classes + label as usize] - softmax.maximum[b]);
                let uniform = log_sum - softmax.shifted[b] / classes as f32;
                nll += share[b] * plain;
                objective += share[b] * ((1.0 - smoothing) * plain + smoothing * uniform);
            }
            columns[label as usize][b] -= share[b] * (1.0 - smoothing);
        }
        to_rows(&columns, out);
    }
    [objective, nll]
}

/// Per sample: the largest logit, the sum of the logits less that, and the sum of their exponentials.
struct Softmax {
    maximum: Lanes,
    shifted: Lanes,
    sum: Lanes,
}

widest! {
    /// Logits with one sample per lane; zero where a sample does not count.
    fn to_columns(rows: &[f32], share: &Lanes, columns: &mut [Lanes]) {
        let classes = columns.len();
        for (b, row) in rows.chunks_exact(classes).enumerate() {
            if share[b] == 0.0 {
                columns.iter_mut().for_each(|column| column[b] = 0.0);
            } else {
                for (column, &logit) in columns.iter_mut().zip(row) {
                    column[b] = logit;
                }
            }
        }
    }
}

widest! {
    /// Turns logits into the gradient but for the label's part: `share (p - smoothing / C)`.
    fn gradient_columns(columns: &mut [Lanes], share: &Lanes, smoothing: f32) -> Softmax {
        let classes = columns.len() as f32;
        let mut maximum = [f32::NEG_INFINITY; LANES];
        for column in columns.iter() {
            for (maximum, &logit) in maximum.iter_mut().zip(column) {
                // A NaN is passed over here and comes back through the sum.
                *maximum = if logit > *maximum { logit } else { *maximum };
            }
        }
        let (mut shifted, mut sum) = ([0f32; LANES], [0f32; LANES]);
        for column in columns.iter_mut() {
            for (b, logit) in column.iter_mut().enumerate() {
                let below = *logit - maximum[b];
                shifted[b] += below;
                // Smaller ones would be subnormal once they are multiplied by the share of a sample.
                *logit = if below < -80.0 { 0.0 } else { exp_of_nonpositive(below) };
                sum[b] += *logit;
            }
        }
        let (mut factor, mut offset) = ([0f32; LANES], [0f32; LANES]);
        for b in 0..LANES {
            factor[b] = share[b] / sum[b];
            offset[b] = share[b] * smoothing / classes;
        }
        for column in columns.iter_mut() {
            for (b, value) in column.iter_mut().enumerate() {
                *value = *value * factor[b] - offset[b];
            }
        }
        Softmax { maximum, shifted, sum }
    }
}

widest! {
    fn to_rows(columns: &[Lanes], rows: &mut [MaybeUninit<f32>]) {
        for (b, row) in rows.chunks_exact_mut(columns.len()).enumerate() {
            for (value, column) in row.iter_mut().zip(columns) {
                value.write(column[b]);
            }
        }
    }
}
