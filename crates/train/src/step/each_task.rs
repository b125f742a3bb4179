//! The gradient of every task by itself, and what they become together.

use burn::tensor::Tensor;
use decay_model::Network;

use super::{Chunk, Context};
use crate::objective::{Combination, Objective};
use crate::regularisers::{Gradients, Now};
use crate::step::agreement::Gram;
use crate::step::backward::{Backward, Reads, differentiated};

impl Chunk {
    /// One pass for each task, and one for penalties, if there are any: their gradients join those of the tasks afterwards.
    pub(super) fn each_task(
        &mut self,
        reads: Reads,
        (own, combination): (&dyn Objective, &dyn Combination),
        now: &Now<'_>,
        context: Context<'_>,
    ) -> Backward {
        // Statistics of a batch are noted once.
        let buffers = self.state.buffers.clone();
        let first = self.forward(reads.clone(), context);
        let (count, penalised, loss) = (first.tasks.len(), !first.penalties.is_empty(), first.loss);
        let mut tasks = vec![differentiated(
            first.leaves,
            first.tasks.into_iter().take(1),
        )];
        let mut again = |task: Option<usize>| {
            self.state.buffers.clone_from(&buffers);
            let mut pass = self.forward(reads.clone(), context);
            match task {
                Some(task) => differentiated(pass.leaves, [pass.tasks.swap_remove(task)]),
                None => differentiated(pass.leaves, pass.penalties),
            }
        };
        tasks.extend((1..count).map(|task| again(Some(task))));
        let penalty = penalised.then(|| again(None));
        let (combined, gram) = combined(tasks, (own, combination), now);
        Backward {
            gradients: [combined].into_iter().chain(penalty).fold(Vec::new(), sum),
            loss,
            gram: Some(gram),
        }
    }
}

/// Shared parameters by the combination, all others summed.
fn combined(
    tasks: Vec<Gradients>,
    (own, combination): (&dyn Objective, &dyn Combination),
    now: &Now<'_>,
) -> (Gradients, Gram) {
    let shared = shared(&tasks, own, now.network);
    let joined: Vec<Tensor<2>> = tasks.iter().map(|own| side_by_side(own, &shared)).collect();
    let gram = Gram::of(&joined);
    let together = combination.combine(&joined, now.at);
    let [members, _] = together.dims();
    let mut gradients = tasks.into_iter().fold(Vec::new(), sum);
    let mut start = 0;
    for &place in &shared {
        let width = now.network.parameters()[place].len();
        let own = together.clone().slice([0..members, start..start + width]);
        gradients[place] = Some(own);
        start += width;
    }
    (gradients, gram)
}

/// Places of the parameters that all tasks share, and that the losses of all reach.
fn shared(tasks: &[Gradients], own: &dyn Objective, network: &Network) -> Vec<usize> {
    let specs = network.parameters().iter().enumerate();
    let reached = |place: usize| tasks.iter().all(|task| task[place].is_some());
    let shared = specs.filter(|(place, spec)| own.shares(&spec.name) && reached(*place));
    shared.map(|(place, _)| place).collect()
}

fn side_by_side(gradients: &Gradients, places: &[usize]) -> Tensor<2> {
    let own = places.iter().filter_map(|&place| gradients[place].clone());
    Tensor::cat(own.collect(), 1)
}

/// The sum by parameter; nothing is the sum so far.
fn sum(so_far: Gradients, more: Gradients) -> Gradients {
    if so_far.is_empty() {
        return more;
    }
    let add = |pair| match pair {
        (Some(a), Some(b)) => Some(a + b),
        (a, b) => a.or(b),
    };
    so_far.into_iter().zip(more).map(add).collect()
}
