//! A step up to its gradients.

use burn::tensor::{Int, Tensor};
use decay_kernels::mix;
use decay_model::{Input, Leaves, Mode, Noise, State};

use super::{Chunk, Context};
use crate::regularisers::{Gradients, Now, Pass};
use crate::step::agreement::Gram;
use crate::step::batches::{Batch, Mixed};
use crate::step::objective::StepTargets;

/// What a step's passes read; a copy shares its tensors.
#[derive(Clone)]
pub(super) struct Reads {
    x: Input,
    noise: Noise,
    /// The parameters, where they are not the weights themselves.
    instead: Option<State>,
    rows: Tensor<2, Int>,
    weights: Tensor<2>,
    importance: Option<Tensor<2>>,
    mixed: Option<Mixed>,
}

/// A pass before it is differentiated.
pub(super) struct Forward {
    pub(super) leaves: Leaves,
    /// The loss of every task, `[R]` each.
    pub(super) tasks: Vec<Tensor<1>>,
    /// What regularisers add, `[R]` each.
    pub(super) penalties: Vec<Tensor<1>>,
    /// The loss to report, `[R]`.
    pub(super) loss: Tensor<1>,
}

/// What a step differentiates to.
pub(super) struct Backward {
    /// Of the step's objective, `[R, n]` by parameter.
    pub(super) gradients: Gradients,
    /// The loss to report, `[R]`.
    pub(super) loss: Tensor<1>,
    /// How the gradients of tasks agree, if they were taken apart.
    pub(super) gram: Option<Gram>,
}

impl Chunk {
    /// The gradients of the step's objective, and the loss to report.
    pub(super) fn backward(
        &mut self,
        batch: Batch,
        now: &Now<'_>,
        context: Context<'_>,
    ) -> Backward {
        let reads = self.reads(batch, now, context);
        let own = context.problem.objective.as_deref();
        if let Some((own, combination)) = own.and_then(|own| Some((own, own.combination()?))) {
            return self.each_task(reads, (own, combination), now, context);
        }
        let pass = self.forward(reads, context);
        let terms = pass.tasks.into_iter().chain(pass.penalties);
        Backward {
            gradients: differentiated(pass.leaves, terms),
            loss: pass.loss,
            gram: None,
        }
    }

    fn reads(&self, batch: Batch, now: &Now<'_>, context: Context<'_>) -> Reads {
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
        Reads {
            x,
            noise,
            instead: all.find_map(|regulariser| regulariser.weights(&self.state, now)),
            rows: batch.rows,
            weights: batch.weights,
            importance: batch.importance,
            mixed: batch.mixed,
        }
    }

    pub(super) fn forward(&mut self, reads: Reads, context: Context<'_>) -> Forward {
        let (network, x) = (context.network, reads.x);
        let state = reads.instead.as_ref().unwrap_or(&self.state);
        let leaves = network.leaves(state, true, context.config.precision);
        let kept = self.regularisers.keep_inputs().then(|| x.clone());
        let mode = Mode::Train(&reads.noise);
        let output = network.forward(&leaves, &mut self.state, x, mode);
        let mut pass = Pass {
            network,
            leaves: &leaves,
            state: &mut self.state,
            noise: &reads.noise,
            inputs: kept,
            outputs: &output.values,
            embeddings: output.embeddings.as_ref(),
            data: Some(&context.resident.inputs),
        };
        let all = self.regularisers.iter();
        let penalties: Vec<_> = all
            .filter_map(|regulariser| regulariser.penalty(&mut pass))
            .collect();
        let target = StepTargets {
            loss: context.problem.loss(context.config),
            own: context.problem.objective.as_deref(),
            targets: &context.resident.targets,
            constants: &self.constants,
            rows: reads.rows,
            weights: reads.weights,
            importance: reads.importance,
        };
        let (tasks, loss) = target.of(output.values, reads.mixed);
        Forward {
            leaves,
            tasks,
            penalties,
            loss,
        }
    }
}

/// Gradients of the sum of some terms, `[R]` each and at least one.
pub(crate) fn differentiated(
    leaves: Leaves,
    terms: impl IntoIterator<Item = Tensor<1>>,
) -> Gradients {
    let sum = terms.into_iter().reduce(|sum, own| sum + own);
    let sum = sum.unwrap_or_else(|| unreachable!("an objective has a task"));
    // From a vector, Burn starts with ones: the members' losses are summed.
    let mut gradients = sum.backward();
    leaves.into_gradients(&mut gradients)
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
