//! Gaussian noise on the inputs and the weights of a step.

use decay_kernels::{At, Purpose, perturb};
use decay_model::{GraphFeatures, GraphInput, Input, Network, ParameterKind, State};

use crate::step::constants::Constants;

impl Constants {
    /// A batch's inputs with each member's noise; fresh in every step.
    pub(crate) fn noisy_inputs(&self, x: Input, at: At) -> Input {
        let Some(sd) = &self.strengths.input_noise else {
            return x;
        };
        self.moved(x, |x| {
            perturb(x, sd.clone(), self.seeds.clone(), Purpose::InputNoise, at)
        })
    }

    /// Inputs of which the dense values are changed.
    pub(crate) fn moved(
        &self,
        x: Input,
        change: impl FnOnce(burn::tensor::Tensor<3>) -> burn::tensor::Tensor<3>,
    ) -> Input {
        match x {
            Input::Rows(x) => Input::Rows(change(x)),
            Input::Graph(GraphInput {
                features: GraphFeatures::Dense(x),
                operator,
            }) => Input::Graph(GraphInput {
                features: GraphFeatures::Dense(change(x)),
                operator,
            }),
            // A job refuses noise on sparse features.
            Input::Graph(sparse) => Input::Graph(sparse),
        }
    }

    /// The parameters with each member's noise on its weight matrices, for one step's passes; `None` where no member wants any.
    pub(crate) fn noisy_weights(&self, network: &Network, state: &State, at: At) -> Option<State> {
        let sd = self.strengths.weight_noise.as_ref()?;
        let parameters = network.parameters().iter().zip(&state.parameters);
        let noisy = (0u32..).zip(parameters).map(|(site, (spec, value))| {
            if spec.kind != ParameterKind::Matrix {
                return value.clone();
            }
            let at = At { site, ..at };
            perturb(
                value.clone(),
                sd.clone(),
                self.seeds.clone(),
                Purpose::WeightNoise,
                at,
            )
        });
        Some(State {
            parameters: noisy.collect(),
            buffers: Vec::new(),
        })
    }
}
