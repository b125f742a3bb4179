//! Where the growth of steps and decay balance: norm and angle of weights whose size a normalisation takes out.

mod settled;

pub use settled::Told;

use decay_train::LayerRecord;

use crate::measurements::Measurements;
use crate::population::Population;

/// What stochastic gradient descent with decay does to weights `w` that a normalisation follows, whose gradient `g` is at right
/// angles to them:
///
/// ```text
/// w' = (1 - η λ) w - η g        ||w'||² = (1 - η λ)² ||w||² + η² ||g||²        sin(angle) = η ||g|| / ||w'||
///                               ||w'|| / ||w|| = (1 - η λ) / cos(angle)
/// ```
///
/// Where the norm has settled the mean of `ln ||w'|| - ln ||w||` is 0, and so that of `ln cos(angle)` is `ln(1 - η λ)`: to first
/// order it is the mean *square* of the angle that is `2 η λ`, however the gradients are spread. The mean angle is smaller where
/// they come in bursts.
///
/// # Source
/// van Laarhoven 2017, <https://arxiv.org/abs/1706.05350>; Li, Lyu & Arora 2020, <https://arxiv.org/abs/2010.02916>;
/// Wan et al. 2021, <https://arxiv.org/abs/2006.08419>; Kosson et al. 2024, <https://arxiv.org/abs/2305.17212>.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Balance {
    /// Learning rate `η`.
    pub lr: f64,
    /// Decay rate `λ`.
    pub rate: f64,
}

impl Balance {
    /// `η / (2 λ) E||g̃||²`, the fourth power of the norm at which decay takes what steps add, to first order in `η λ`;
    /// `g̃ = g ||w||` is the gradient at weights of norm 1.
    pub fn fourth_power(&self, unit_gradient_squares: f64) -> f64 {
        self.lr / (2.0 * self.rate) * unit_gradient_squares
    }

    /// `sqrt(2 η λ)`, the angle between the weights before and after a step once both balance, to first order.
    pub fn angle(&self) -> f64 {
        (2.0 * self.lr * self.rate).sqrt()
    }

    /// `||g̃||²` of a step, from the norm of the weights after it and that of the gradient.
    pub fn unit_gradient_squares(&self, after: f64, gradient: f64) -> f64 {
        let kept = 1.0 - self.lr * self.rate;
        let before = (after.powi(2) - (self.lr * gradient).powi(2)) / (kept * kept);
        before * gradient * gradient
    }

    /// `|sin(angle) ||w'|| / (η ||g||) - 1|`, which is 0 of a gradient at right angles to the weights.
    pub fn slant(&self, after: f64, gradient: f64, angle: f64) -> f64 {
        (angle.sin() * after / (self.lr * gradient) - 1.0).abs()
    }
}

/// The mean fourth power of the norm.
pub const FOURTH_POWER: &str = "fourth power of the norm";
/// See [`Balance::fourth_power`].
pub const BALANCED: &str = "balanced fourth power";
/// The mean, in radians.
pub const ANGLE: &str = "angle";
/// The mean square, in squared radians.
pub const SQUARED_ANGLE: &str = "squared angle";
/// See [`Balance::slant`].
pub const SLANT: &str = "slant";

impl Population<'_> {
    /// Notes what the last steps of epochs do to the first weight matrix, as means over `blocks` runs of epochs, at the step with
    /// which each ends; and the largest slant of all.
    ///
    /// | metric | meaning |
    /// | :-- | :-- |
    /// | [`FOURTH_POWER`] | the mean `||w'||⁴` |
    /// | [`BALANCED`] | [`Balance::fourth_power`] of the mean `||g̃||²` |
    /// | [`ANGLE`], [`SQUARED_ANGLE`] | the mean angle of a step, and the mean of its square |
    /// | [`SLANT`] | the largest [`Balance::slant`] |
    ///
    /// Members are trained by [`Sgd`](decay_train::Optimizer::Sgd) at a constant learning rate with `diagnostics`, and decay at
    /// positive rates.
    pub fn note_balance(&self, blocks: usize, out: &mut Measurements) {
        let config = &self.study.config;
        for member in 0..self.len() {
            let key = self.key(member);
            let steps = f64::from(config.steps_per_epoch(self.rows(member).train.len()));
            let all = self.models.trained.layers.iter();
            let own = all.filter(|record| record.member == member && record.parameter == 0);
            let records: Vec<&LayerRecord> = own.collect();
            let balance = Balance {
                lr: config.lr,
                rate: key.rate,
            };
            for block in records.chunks(records.len().div_ceil(blocks).max(1)) {
                let at = block
                    .last()
                    .map_or(0.0, |last| steps * f64::from(last.epoch));
                let mean = |of: &dyn Fn(&LayerRecord) -> f64| {
                    block.iter().map(|record| of(record)).sum::<f64>() / block.len() as f64
                };
                let unit = mean(&|r| balance.unit_gradient_squares(r.weight_norm, r.gradient_norm));
                for (metric, value) in [
                    (FOURTH_POWER, mean(&|r| r.weight_norm.powi(4))),
                    (BALANCED, balance.fourth_power(unit)),
                    (ANGLE, mean(&|r| r.angle)),
                    (SQUARED_ANGLE, mean(&|r| r.angle * r.angle)),
                ] {
                    out.add_at(key, at, metric, value);
                }
            }
            let slant = |r: &&LayerRecord| balance.slant(r.weight_norm, r.gradient_norm, r.angle);
            out.add(
                key,
                [(SLANT, records.iter().map(slant).fold(0.0, f64::max))],
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use decay_random::{At, Purpose, Stream};

    use super::Balance;

    fn norm(values: &[f64]) -> f64 {
        values.iter().map(|value| value * value).sum::<f64>().sqrt()
    }

    /// A gradient of length `3 / ||w||` at right angles to the weights, and anywhere else.
    fn gradient(w: &[f64], step: u32) -> Vec<f64> {
        let mut g = vec![0.0f32; w.len()];
        let at = At {
            step,
            ..At::default()
        };
        Stream::new(3, Purpose::Experiment, at).fill_normal(&mut g);
        let size = norm(w);
        let along = w.iter().zip(&g).map(|(w, &g)| w * f64::from(g));
        let share = along.sum::<f64>() / (size * size);
        let across = w.iter().zip(&g).map(|(w, &g)| f64::from(g) - share * w);
        let across: Vec<f64> = across.collect();
        let long = 3.0 / size / norm(&across);
        across.into_iter().map(|g| g * long).collect()
    }

    /// A walk in 200 dimensions, from far above and far below the equilibrium.
    #[test]
    fn random_steps_come_to_the_norm_and_the_angle_from_anywhere() {
        let balance = Balance {
            lr: 0.1,
            rate: 0.05,
        };
        let kept = 1.0 - balance.lr * balance.rate;
        for start in [0.1, 50.0] {
            let mut w = vec![start / 200f64.sqrt(); 200];
            let (mut fourth, mut angles) = (0.0, 0.0);
            for step in 0..2000 {
                let (before, g) = (w.clone(), gradient(&w, step));
                let moved = w.iter().zip(&g).map(|(w, g)| kept * w - balance.lr * g);
                w = moved.collect();
                let dot: f64 = w.iter().zip(&before).map(|(a, b)| a * b).sum();
                let angle = (dot / norm(&before) / norm(&w)).min(1.0).acos();
                let unit = balance.unit_gradient_squares(norm(&w), norm(&g));
                assert!((unit / 9.0 - 1.0).abs() < 1e-9, "{unit}");
                assert!(balance.slant(norm(&w), norm(&g), angle) < 1e-4);
                if step >= 1000 {
                    fourth += norm(&w).powi(4) / 1000.0;
                    angles += angle / 1000.0;
                }
            }
            assert!((fourth / balance.fourth_power(9.0) - 1.0).abs() < 0.02);
            assert!((angles / balance.angle() - 1.0).abs() < 0.01, "{angles}");
        }
    }

    /// Steps that are nearly nothing but for every tenth keep the mean square of the angle and not its mean.
    #[test]
    fn bursts_lower_the_mean_angle_and_not_that_of_its_square() {
        let balance = Balance {
            lr: 0.1,
            rate: 0.01,
        };
        let kept = 1.0 - balance.lr * balance.rate;
        let (mut size, mut angles, mut squares) = (1.0f64, 0.0, 0.0);
        for step in 0..20_000 {
            let gradient = if step % 10 == 0 { 1.0 } else { 0.01 } / size;
            let after = (kept * size).hypot(balance.lr * gradient);
            if step >= 10_000 {
                let angle = (balance.lr * gradient / after).asin();
                angles += angle / 10_000.0;
                squares += angle * angle / 10_000.0;
            }
            size = after;
        }
        assert!((squares.sqrt() / balance.angle() - 1.0).abs() < 0.01);
        assert!(angles / balance.angle() < 0.5);
    }

    /// A gradient that has a part along the weights.
    #[test]
    fn a_slant_shows() {
        let balance = Balance { lr: 0.5, rate: 0.0 };
        // w = (2, 0), g = (1, 1), w' = (1.5, -0.5).
        let angle = 0.5f64.atan2(1.5);
        let slant = balance.slant(2.5f64.sqrt(), 2f64.sqrt(), angle);
        assert!((slant - (1.0 - 0.5f64.sqrt())).abs() < 1e-12, "{slant}");
    }
}
