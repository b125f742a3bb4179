//! A penalty on how fast the outputs move with the inputs.
//!
//! ```text
//! mu mean_b |J_b|_F^2        J_b = d outputs / d inputs at sample b
//! ```
//!
//! `|J|_F^2` is the mean of `|J v|^2` over standard normal directions `v` (Hutchinson 1990). Every step draws one direction for each
//! sample and takes the slope along it from a second pass with the same dropout masks and weights:
//!
//! ```text
//! |J v|^2 ~ |f(x + h v) - f(x)|^2 / h^2
//! ```
//!
//! Both passes are ordinary nodes of the graph, so that one backward pass differentiates the penalty; Burn has no second one. `h` is
//! `2^-10`, near the root of single precision's rounding: slopes are wrong by a thousandth of their curvature and by rounding of
//! `2^-24 |f| / h`, a ten thousandth of the outputs. A linear map is exact up to rounding, and the penalty then is ridge.
//!
//! With batch normalisation a sample's output depends on the other samples' inputs, and the second pass would move the running
//! statistics once more; in bf16 rounding is larger than the slope. Both are refused.
//!
//! Source: Hoffman et al. 2019, <https://arxiv.org/abs/1908.02729>, who project the outputs instead of the inputs; both estimates have the
//! same mean.

use burn::tensor::Tensor;
use decay_kernels::{At, Purpose, perturb};
use decay_model::{Input, Leaves, Mode, Network, Noise, State};

use crate::confidence::{mean, negative_entropy};
use crate::constants::Constants;
use crate::strengths::Slope;

/// Length `h` of the step along a direction.
pub(crate) const STEP: f64 = 1.0 / 1024.0;

/// The pass whose outputs are penalised.
pub(crate) struct Pass<'a> {
    pub(crate) network: &'a Network,
    pub(crate) leaves: &'a Leaves,
    pub(crate) state: &'a mut State,
    pub(crate) noise: &'a Noise,
}

impl Constants {
    /// What the penalties will need of a pass's inputs; nothing where no member has the Jacobian penalty.
    pub(crate) fn kept_inputs(&self, x: &Input) -> Option<Input> {
        self.strengths.jacobian.as_ref().map(|_| x.clone())
    }

    /// The penalties on a pass's outputs, `[R]`; `None` where no member has any.
    pub(crate) fn penalty(
        &self,
        pass: Pass<'_>,
        inputs: Option<Input>,
        outputs: &Tensor<3>,
    ) -> Option<Tensor<1>> {
        let confidence = self.strengths.confidence.as_ref().map(|strength| {
            negative_entropy(outputs.clone(), pass.noise.weights.clone()) * strength.clone()
        });
        let slope = self.strengths.jacobian.as_ref().zip(inputs);
        let slope = slope.map(|(slope, x)| self.squared_slope(pass, slope, x, outputs.clone()));
        match (confidence, slope) {
            (Some(confidence), Some(slope)) => Some(confidence + slope),
            (one, other) => one.or(other),
        }
    }

    /// `mu mean_b |f(x_b + h v_b) - f(x_b)|^2 / h^2`; zero where a member's step is.
    fn squared_slope(
        &self,
        pass: Pass<'_>,
        slope: &Slope,
        x: Input,
        outputs: Tensor<3>,
    ) -> Tensor<1> {
        let (seeds, at) = (self.seeds.clone(), pass.noise.at);
        let at = At { site: 0, ..at };
        let moved = self.moved(x, |x| {
            perturb(x, slope.step.clone(), seeds, Purpose::Direction, at)
        });
        let mode = Mode::Train(pass.noise);
        let moved = pass.network.forward(pass.leaves, pass.state, moved, mode);
        let difference = (moved.values - outputs) / STEP as f32;
        let squares = (difference.clone() * difference).sum_dim(2);
        let squares = squares.squeeze_dim::<2>(2);
        mean(squares, pass.noise.weights.clone()) * slope.strength.clone()
    }
}
