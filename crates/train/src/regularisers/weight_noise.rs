//! Gaussian noise on the weights of a step.

use burn::tensor::Tensor;
use decay_kernels::{At, Purpose, perturb};
use decay_model::{ParameterKind, State};

use super::{Cost, Now, Regulariser, Strengths};

/// Standard deviations, `[R]`, on weight matrices; the passes see the noise, the update does not.
pub(crate) struct WeightNoise(Tensor<1>);

impl Regulariser for WeightNoise {
    fn new(members: &Strengths<'_>) -> Self {
        Self(members.plain())
    }

    fn cost() -> Cost {
        Cost {
            copies: 1,
            ..Cost::default()
        }
    }

    fn weights(&self, state: &State, now: &Now<'_>) -> Option<State> {
        let parameters = now.network.parameters().iter().zip(&state.parameters);
        let noisy = (0u32..).zip(parameters).map(|(site, (spec, value))| {
            if spec.kind != ParameterKind::Matrix {
                return value.clone();
            }
            let (sd, seeds) = (self.0.clone(), now.seeds.clone());
            let at = At { site, ..now.at };
            perturb(value.clone(), sd, seeds, Purpose::WeightNoise, at)
        });
        Some(State {
            parameters: noisy.collect(),
            buffers: Vec::new(),
        })
    }
}
