//! A step up to its gradients.

use burn::tensor::Tensor;
use decay_kernels::mix;
use decay_model::{Input, Mode, Noise};

use super::{Chunk, Context};
use crate::regularisers::{Gradients, Now, Pass};
use crate::step::batches::{Batch, Mixed};
use crate::step::objective::Objective;

impl Chunk {
    /// The gradients of the step's objective, `[R, n]` by parameter, and the loss to report, `[R]`.
    pub(super) fn backward(
        &mut self,
        batch: Batch,
        now: &Now<'_>,
        context: Context<'_>,
    ) -> (Gradients, Tensor<1>) {
        let (network, inputs) = (context.network, &context.resident.inputs);
        let x = inputs.of(network, batch.rows.clone(), self.constants.fold.clone());
        let x = mixed_with(self.constants.augment(x, now.at), batch.mixed.as_ref());
        let all = self.regularisers.iter();
        let x = all.fold(x, |x, regulariser| regulariser.inputs(x, now));
        let noise = Noise {
            dropout: self.constants.dropout.clone(),
            edge_dropout: self.constants.edge_dropout.clone(),
            seeds: now.seeds.clone(),
            weights: batch.weights.clone(),
            at: now.at,
        };
        let mut all = self.regularisers.iter();
        let instead = all.find_map(|regulariser| regulariser.weights(&self.state, now));
        let state = instead.as_ref().unwrap_or(&self.state);
        let leaves = network.leaves(state, true, context.config.precision);
        let kept = self.regularisers.keep_inputs().then(|| x.clone());
        let output = network.forward(&leaves, &mut self.state, x, Mode::Train(&noise));
        let mut pass = Pass {
            network,
            leaves: &leaves,
            state: &mut self.state,
            noise: &noise,
            inputs: kept,
            outputs: &output.values,
            embeddings: output.embeddings.as_ref(),
            data: Some(inputs),
        };
        let all = self.regularisers.iter();
        let penalties: Vec<_> = all
            .filter_map(|regulariser| regulariser.penalty(&mut pass))
            .collect();
        let target = Objective {
            loss: context.problem.loss(context.config),
            targets: &context.resident.targets,
            constants: &self.constants,
            rows: batch.rows,
            weights: batch.weights,
            importance: batch.importance,
        };
        let (objective, loss) = target.of(output.values, batch.mixed);
        let penalised = penalties.into_iter().fold(objective, |sum, own| sum + own);
        // From a vector, Burn starts with ones: the members' losses are summed.
        let mut gradients = penalised.backward();
        (leaves.into_gradients(&mut gradients), loss)
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
