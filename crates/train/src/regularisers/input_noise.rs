//! Gaussian noise on the inputs of a step.

use burn::tensor::Tensor;
use decay_kernels::{Purpose, perturb};
use decay_model::Input;

use super::{Now, Regulariser, Strengths, moved};

/// Standard deviations, `[R]`; the noise is fresh in every step.
pub(crate) struct InputNoise(Tensor<1>);

impl Regulariser for InputNoise {
    fn new(members: &Strengths<'_>) -> Self {
        Self(members.plain())
    }

    fn inputs(&self, x: Input, now: &Now<'_>) -> Input {
        let (sd, seeds) = (self.0.clone(), now.seeds.clone());
        moved(x, |x| perturb(x, sd, seeds, Purpose::InputNoise, now.at))
    }
}
