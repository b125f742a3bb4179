//! A step up to its gradients.

use burn::tensor::{Int, Tensor};
use decay_kernels::{At, mix};
use decay_model::{Input, Leaves, Mode, Noise};

use super::{Chunk, Setting};
use crate::regularisers::gradients::Gradients;
use crate::regularisers::jacobian::Pass;
use crate::step::batches::Mixed;
use crate::step::objective::Objective;

/// The samples of a step.
pub(super) struct Samples {
    /// `[R, B]`.
    pub(super) rows: Tensor<2, Int>,
    /// `[R, B]`.
    pub(super) weights: Tensor<2>,
    pub(super) mixed: Option<Mixed>,
}

impl Chunk {
    /// The gradients of the step's objective, `[R, n]` by parameter, and the loss to report, `[R]`.
    pub(super) fn backward(
        &mut self,
        samples: Samples,
        at: At,
        setting: Setting<'_>,
    ) -> (Gradients, Tensor<1>) {
        let (network, inputs) = (setting.network, &setting.resident.inputs);
        let x = inputs.of(network, samples.rows.clone(), self.constants.fold.clone());
        let x = mixed_with(self.constants.augment(x, at), samples.mixed.as_ref());
        let x = self.constants.noisy_inputs(x, at);
        let noise = self.noise(samples.weights, at);
        let leaves = self.leaves(at, setting);
        let kept = self.constants.kept_inputs(&x);
        let output = network.forward(&leaves, &mut self.state, x, Mode::Train(&noise));
        let pass = Pass {
            network,
            leaves: &leaves,
            state: &mut self.state,
            noise: &noise,
        };
        let penalty = self.constants.penalty(pass, kept, &output.values);
        let target = Objective {
            targets: &setting.resident.targets,
            constants: &self.constants,
            rows: samples.rows,
            weights: noise.weights,
        };
        let (mut objective, loss) = target.of(output.values, samples.mixed);
        if let (Some(strength), Some(h)) = (&self.constants.laplacian, output.embeddings) {
            objective = objective + inputs.roughness(h) * strength.clone();
        }
        if let Some(penalty) = penalty {
            objective = objective + penalty;
        }
        // From a vector, Burn starts with ones: the members' losses are summed.
        let mut gradients = objective.backward();
        (leaves.into_gradients(&mut gradients), loss)
    }

    fn noise(&self, weights: Tensor<2>, at: At) -> Noise {
        Noise {
            dropout: self.constants.dropout.clone(),
            edge_dropout: self.constants.edge_dropout.clone(),
            seeds: self.constants.seeds.clone(),
            weights,
            at,
        }
    }

    /// The parameters of the step's passes.
    fn leaves(&self, at: At, setting: Setting<'_>) -> Leaves {
        let (network, precision) = (setting.network, setting.config.precision);
        let noisy = self.constants.noisy_weights(network, &self.state, at);
        network.leaves(noisy.as_ref().unwrap_or(&self.state), true, precision)
    }
}

/// Every sample mixed with its partner.
fn mixed_with(x: Input, mixed: Option<&Mixed>) -> Input {
    match (x, mixed) {
        (Input::Rows(x), Some(mixed)) => {
            Input::Rows(mix(x, mixed.partner.clone(), mixed.share.clone()))
        }
        (x, _) => x,
    }
}
