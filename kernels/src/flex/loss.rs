//! Losses on the CPU: one pass over each member's outputs leaves the loss and the gradient.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::share::{Shared, each, filled};
use super::storage::{contiguous, dims, floats, integers, tensor};
use super::vector::widest;
use crate::loss::LossOps;

impl LossOps for Flex {
    fn cross_entropy_with_gradient(
        logits: FlexTensor,
        labels: FlexTensor,
        weights: FlexTensor,
        smoothing: FlexTensor,
    ) -> (FlexTensor, FlexTensor, FlexTensor) {
        let (logits, labels) = (contiguous(logits), contiguous(labels));
        let (weights, smoothing) = (contiguous(weights), contiguous(smoothing));
        let [members, batch, classes] = dims(&logits);
        let (x, labels) = (floats(&logits), integers(&labels));
        let (w, e) = (floats(&weights), floats(&smoothing));
        let (mut objective, mut nll) = (vec![0.0; members], vec![0.0; members]);
        let totals = (Shared::new(&mut objective), Shared::new(&mut nll));
        let write = |gradient: Shared| {
            each(members, |r| {
                // SAFETY: each member has its own part of every buffer, and the pass writes all of it.
                unsafe {
                    let gradient = gradient.slice(r * batch * classes, batch * classes);
                    gradient.copy_from_slice(&x[r * batch * classes..][..batch * classes]);
                    let (smoothed, plain) = member_cross_entropy(
                        gradient,
                        &labels[r * batch..][..batch],
                        &w[r * batch..][..batch],
                        e[r],
                        classes,
                    );
                    *totals.0.at(r) = smoothed;
                    *totals.1.at(r) = plain;
                }
            });
        };
        // SAFETY: the pass writes every member.
        let gradient = unsafe { filled(members * batch * classes, write) };
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
        let (outputs, targets) = (contiguous(outputs), contiguous(targets));
        let weights = contiguous(weights);
        let [members, batch, width] = dims(&outputs);
        let (x, t, w) = (floats(&outputs), floats(&targets), floats(&weights));
        let mut gradient = vec![0.0; members * batch * width];
        let mut objective = vec![0.0; members];
        for r in 0..members {
            let w = &w[r * batch..][..batch];
            let unit = share_unit(w);
            let mut sum = 0.0;
            for (b, &w) in w.iter().enumerate() {
                let share = w * unit / width as f32;
                for i in (r * batch + b) * width..(r * batch + b + 1) * width {
                    let difference = x[i] - t[i];
                    // A sample of weight zero must not pass on a NaN.
                    if share > 0.0 {
                        sum += share * difference * difference;
                        gradient[i] = 2.0 * share * difference;
                    }
                }
            }
            objective[r] = sum;
        }
        (
            tensor(objective, [members]),
            tensor(gradient, [members, batch, width]),
        )
    }
}

/// `1 / sum w`, or zero if no sample counts.
fn share_unit(weights: &[f32]) -> f32 {
    let sum: f32 = weights.iter().sum();
    if sum > 0.0 { 1.0 / sum } else { 0.0 }
}

/// Turns one member's logits into the gradient; returns `(objective, nll)`.
fn member_cross_entropy(
    rows: &mut [f32],
    labels: &[i32],
    weights: &[f32],
    smoothing: f32,
    classes: usize,
) -> (f32, f32) {
    let unit = share_unit(weights);
    let (mut objective, mut nll) = (0.0, 0.0);
    for ((row, &label), &weight) in rows.chunks_exact_mut(classes).zip(labels).zip(weights) {
        let share = weight * unit;
        if share == 0.0 {
            row.fill(0.0);
            continue;
        }
        let label = label as usize;
        let at_label = row[label];
        let (maximum, sum_shifted) = shift(row);
        let sum = exponentials(row);
        let log_sum = sum.ln();
        let plain = log_sum - (at_label - maximum);
        let uniform = log_sum - sum_shifted / classes as f32;
        nll += share * plain;
        objective += share * ((1.0 - smoothing) * plain + smoothing * uniform);
        gradient_row(row, share / sum, share * smoothing / classes as f32);
        row[label] -= share * (1.0 - smoothing);
    }
    (objective, nll)
}

widest! {
    /// Subtracts the maximum; returns it and the sum of the shifted values.
    fn shift(row: &mut [f32]) -> (f32, f32) {
        let mut maximum = f32::NEG_INFINITY;
        for &value in row.iter() {
            // Lets NaN through, so that a diverged member shows.
            maximum = if value <= maximum { maximum } else { value };
        }
        let mut sum = 0.0;
        for value in row.iter_mut() {
            *value -= maximum;
            sum += *value;
        }
        (maximum, sum)
    }
}

widest! {
    /// Replaces every value, none above zero, by its exponential; returns the sum.
    fn exponentials(row: &mut [f32]) -> f32 {
        for value in row.iter_mut() {
            *value = exp_of_nonpositive(*value);
        }
        let mut sum = 0.0;
        for &value in row.iter() {
            sum += value;
        }
        sum
    }
}

widest! {
    fn gradient_row(row: &mut [f32], factor: f32, offset: f32) {
        for value in row.iter_mut() {
            *value = *value * factor - offset;
        }
    }
}

/// `exp(x)` for `x <= 0`, branch-free so that it vectorises; within 2 units in the last place.
///
/// ```text
/// x = n ln 2 + r, |r| <= ln 2 / 2        exp(x) = 2^n P(r)
/// ```
///
/// `P` is the degree-6 Taylor polynomial, whose remainder is below `1.2e-7` relative on the interval. Below -87 the result is zero.
#[inline(always)]
fn exp_of_nonpositive(x: f32) -> f32 {
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    // Adding and subtracting 1.5 * 2^23 rounds to the nearest integer.
    const ROUND: f32 = 12_582_912.0;
    let clamped = if x < -87.0 { -87.0 } else { x };
    let n = (clamped * std::f32::consts::LOG2_E + ROUND) - ROUND;
    let r = (clamped - n * LN2_HIGH) - n * LN2_LOW;
    let mut p = 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * r + 1.0;
    p = p * r + 1.0;
    // NaN converts to 0 and p is NaN then, so NaN comes out.
    let scale = f32::from_bits((((n as i32) + 127) << 23) as u32);
    if x < -87.0 { 0.0 } else { p * scale }
}

#[cfg(test)]
mod tests {
    use super::exp_of_nonpositive;

    #[test]
    fn the_exponential_is_accurate_and_passes_nan() {
        for i in 0..=860_000 {
            let x = -(i as f32) * 1e-4;
            let exact = f64::from(x).exp();
            let relative = (f64::from(exp_of_nonpositive(x)) - exact).abs() / exact;
            assert!(relative < 2.5e-7, "{x}: {relative}");
        }
        assert_eq!(exp_of_nonpositive(f32::NEG_INFINITY), 0.0);
        assert_eq!(exp_of_nonpositive(-0.0), 1.0);
        assert!(exp_of_nonpositive(f32::NAN).is_nan());
    }
}
