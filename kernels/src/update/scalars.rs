//! A member's numbers of one step.

use super::Direction;

/// The scalars of one member at one step for one group of parameters: a row of the table that `update` reads.
///
/// Everything that torch computes in double precision before it touches a tensor is done so here.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scalars {
    /// Learning rate at this step.
    pub learning_rate: f64,
    /// `c`, the factor of the weight in the gradient: coupled decay.
    pub coupled: f64,
    /// `s`, the share that decay removes apart from the gradient, as `lr λ`.
    pub shrink: f64,
    /// `a`, the threshold of the proximal step, as `lr λ_1`.
    pub threshold: f64,
    /// `b`, the square part of the proximal step, as `lr λ_2`.
    pub ridge: f64,
    /// `b1`, or the momentum.
    pub beta1: f64,
    /// `b2`.
    pub beta2: f64,
    /// Dampening of the momentum.
    pub dampening: f64,
    /// `eps`.
    pub epsilon: f64,
    /// `t`, the member's step counted from 1.
    pub step: u32,
    /// A member that is not active keeps its parameters and moments bit for bit.
    pub active: bool,
}

impl Default for Scalars {
    /// Adam's usual constants, and nothing that decays or moves.
    fn default() -> Self {
        Self {
            learning_rate: 0.0,
            coupled: 0.0,
            shrink: 0.0,
            threshold: 0.0,
            ridge: 0.0,
            beta1: 0.9,
            beta2: 0.999,
            dampening: 0.0,
            epsilon: 1e-8,
            step: 1,
            active: true,
        }
    }
}

impl Scalars {
    /// Values per row.
    pub const COUNT: usize = 13;
    /// Column of the learning rate.
    pub const LEARNING_RATE: usize = 0;
    /// Column of the share that decay removes.
    pub const SHRINK: usize = 2;
    /// Column of `eps`, negative where the member is not active.
    pub const EPSILON: usize = 10;

    /// The row as the kernels read it.
    pub fn row(&self, direction: Direction) -> [f32; Self::COUNT] {
        let taken = match direction {
            Direction::Momentum { .. } if self.step == 1 => 1.0,
            Direction::Momentum { .. } => 1.0 - self.dampening,
            _ => 1.0 - self.beta1,
        };
        let (of_moment, of_gradient) = self.step_sizes(direction);
        let correction = 1.0 - self.beta2.powf(f64::from(self.step));
        [
            self.learning_rate,
            self.coupled,
            self.shrink,
            self.beta1,
            taken,
            self.beta2,
            1.0 - self.beta2,
            of_moment,
            of_gradient,
            1.0 / correction.sqrt(),
            if self.active { self.epsilon } else { -1.0 },
            self.threshold,
            1.0 / (1.0 + self.ridge),
        ]
        .map(|value| value as f32)
    }

    /// Factors of the first moment and of the gradient in what a step subtracts, before the division.
    fn step_sizes(&self, direction: Direction) -> (f64, f64) {
        let (lr, beta) = (self.learning_rate, self.beta1);
        let correction = |steps: u32| 1.0 - beta.powf(f64::from(steps));
        match direction {
            Direction::Momentum { nesterov: true } => (lr * beta, lr),
            Direction::Adam { nesterov: true, .. } => (
                lr * beta / correction(self.step + 1),
                lr * (1.0 - beta) / correction(self.step),
            ),
            Direction::Adam { .. } => (lr / correction(self.step), 0.0),
            _ => (lr, 0.0),
        }
    }
}

/// Columns of [`Scalars::row`].
pub(crate) mod column {
    use super::Scalars;

    pub(crate) const LEARNING_RATE: usize = Scalars::LEARNING_RATE;
    pub(crate) const COUPLED: usize = 1;
    pub(crate) const SHRINK: usize = Scalars::SHRINK;
    pub(crate) const BETA1: usize = 3;
    pub(crate) const TAKEN: usize = 4;
    pub(crate) const BETA2: usize = 5;
    pub(crate) const TAKEN2: usize = 6;
    /// `lr / (1 - b1^t)` of Adam; times `b1` with Nesterov.
    pub(crate) const OF_MOMENT: usize = 7;
    /// Zero without Nesterov.
    pub(crate) const OF_GRADIENT: usize = 8;
    /// `1 / sqrt(1 - b2^t)`.
    pub(crate) const CORRECT2: usize = 9;
    pub(crate) const EPSILON: usize = Scalars::EPSILON;
    pub(crate) const THRESHOLD: usize = 11;
    /// `1 / (1 + lr λ_2)`.
    pub(crate) const KEPT: usize = 12;
}
