//! Losses of values on the CPU: one pass over each member's outputs leaves the loss and the gradient.

use std::f32::consts::TAU;
use std::mem::MaybeUninit;

use super::{LEAST_VARIANCE, ValueLoss};

/// One member's batch.
#[derive(Clone, Copy)]
pub(super) struct ValueSamples<'a> {
    /// `[batch, width]`, of a Gaussian `[batch, 2 width]`.
    pub(super) outputs: &'a [f32],
    /// `[batch, width]`.
    pub(super) targets: &'a [f32],
    /// `[batch]`.
    pub(super) weights: &'a [f32],
    /// What turns a weight into a share of the whole.
    pub(super) unit: f32,
    pub(super) quantile: f32,
}

impl ValueSamples<'_> {
    /// Writes the gradient; returns the objective.
    pub(super) fn measure(self, loss: ValueLoss, gradient: &mut [MaybeUninit<f32>]) -> f32 {
        match loss {
            ValueLoss::Absolute => self.each(gradient, absolute),
            ValueLoss::Quantile => self.each(gradient, |x, t| pinball(x, t, self.quantile)),
            ValueLoss::Poisson => self.each(gradient, poisson),
            ValueLoss::Bernoulli => self.each(gradient, bernoulli),
            ValueLoss::Gaussian => self.each_pair(gradient),
        }
    }

    fn width(&self) -> usize {
        self.targets.len() / self.weights.len().max(1)
    }

    /// The share of a value of this sample in the objective.
    fn share(&self, sample: usize) -> f32 {
        self.weights[sample] * self.unit / self.width() as f32
    }

    /// Of losses of one output: `of` gives loss and slope.
    fn each(self, gradient: &mut [MaybeUninit<f32>], of: impl Fn(f32, f32) -> (f32, f32)) -> f32 {
        let (width, mut sum) = (self.width(), 0.0);
        let pairs = self.outputs.iter().zip(self.targets);
        for (i, ((&x, &t), gradient)) in pairs.zip(gradient).enumerate() {
            let share = self.share(i / width);
            // A sample of weight zero must not pass on a NaN.
            let (loss, slope) = if share == 0.0 { (0.0, 0.0) } else { of(x, t) };
            sum += share * loss;
            gradient.write(share * slope);
        }
        sum
    }

    /// Of the Gaussian: means of a sample, then what its variances come from.
    fn each_pair(self, gradient: &mut [MaybeUninit<f32>]) -> f32 {
        let (width, mut sum) = (self.width(), 0.0);
        for (i, &t) in self.targets.iter().enumerate() {
            let (sample, k) = (i / width, i % width);
            let (mean, spread) = (2 * sample * width + k, 2 * sample * width + width + k);
            let share = self.share(sample);
            let (loss, slopes) = if share == 0.0 {
                (0.0, [0.0; 2])
            } else {
                gaussian(self.outputs[mean], self.outputs[spread], t)
            };
            sum += share * loss;
            gradient[mean].write(share * slopes[0]);
            gradient[spread].write(share * slopes[1]);
        }
        sum
    }
}

fn absolute(x: f32, t: f32) -> (f32, f32) {
    let difference = x - t;
    (difference.abs(), sign(difference))
}

fn pinball(x: f32, t: f32, quantile: f32) -> (f32, f32) {
    let over = x - t;
    let weight = if over > 0.0 { 1.0 - quantile } else { quantile };
    (over.abs() * weight, sign(over) * weight)
}

/// Zero at zero, where `signum` is not.
fn sign(x: f32) -> f32 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

fn poisson(x: f32, t: f32) -> (f32, f32) {
    let slope = x.exp() - t;
    let log = if t > 0.0 { t.ln() } else { 0.0 };
    (slope + t * (log - x), slope)
}

fn bernoulli(x: f32, t: f32) -> (f32, f32) {
    // ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|), which does not overflow.
    let tail = (-x.abs()).exp();
    let loss = x.max(0.0) - t * x + tail.ln_1p();
    let yes = if x > 0.0 { 1.0 } else { tail } / (1.0 + tail);
    (loss, yes - t)
}

fn gaussian(x: f32, s: f32, t: f32) -> (f32, [f32; 2]) {
    let variance = s.max(0.0) + (-s.abs()).exp().ln_1p() + LEAST_VARIANCE;
    let slope = (x - t) / variance;
    let square = (x - t) * slope;
    let loss = 0.5 * ((TAU * variance).ln() + square);
    let logistic = 1.0 / ((-s).exp() + 1.0);
    (loss, [slope, 0.5 * (1.0 - square) / variance * logistic])
}
