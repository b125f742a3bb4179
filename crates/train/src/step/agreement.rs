//! How the gradients of tasks agree, step by step.

use burn::tensor::Tensor;
use decay_kernels::read;
use serde::{Deserialize, Serialize};

use crate::objective::combination::dot;

/// Two tasks of one member over the steps of an epoch, of an objective whose gradients are taken
/// [apart](crate::Objective::combination).
///
/// ```text
/// cosine = g_i · g_j / (|g_i| |g_j|)        g: gradient of a task's loss on the step's batch along all shared parameters, before they
///                                           are combined and without decay or penalties
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskRecord {
    /// Place of the member in the plan.
    pub member: usize,
    /// Epoch, counted from 1.
    pub epoch: u32,
    /// Places of the two tasks.
    pub tasks: [usize; 2],
    /// Mean cosine of the steps at which neither gradient is zero; `None` if there is none.
    pub cosine: Option<f64>,
    /// Share of these steps whose cosine is below 0.
    pub conflicts: Option<f64>,
    /// Mean lengths of the two gradients.
    pub norms: [f64; 2],
}

/// Inner products of the tasks' gradients at one step, `[R, T (T + 1) / 2]`: of the first with itself and all others, and so on.
pub(crate) struct Gram {
    tasks: usize,
    products: Tensor<2>,
}

impl Gram {
    /// # Shapes
    /// - `tasks`: `[T]` of `[R, n]`
    pub(crate) fn of(tasks: &[Tensor<2>]) -> Self {
        let pairs = pairs(tasks.len()).map(|[i, j]| dot(&tasks[i], &tasks[j]));
        Self {
            tasks: tasks.len(),
            products: Tensor::cat(pairs.collect(), 1),
        }
    }

    /// One read of all steps. `counts` are the samples of each member at each step, which makes none where it has none.
    pub(crate) fn records(
        steps: Vec<Self>,
        counts: &[Vec<u32>],
        places: &[usize],
        epoch: u32,
    ) -> Vec<TaskRecord> {
        let Some(tasks) = steps.first().map(|gram| gram.tasks) else {
            return Vec::new();
        };
        let width = tasks * (tasks + 1) / 2;
        let products = steps.into_iter().map(|gram| gram.products);
        let values = read(Tensor::cat(products.collect(), 0));
        let of_member = |(member, &place): (usize, &usize)| {
            let steps = values.chunks_exact(width * places.len()).zip(counts);
            let steps = steps.filter(|(_, counts)| counts[member] > 0);
            let own: Vec<&[f32]> = steps
                .map(|(step, _)| &step[member * width..][..width])
                .collect();
            let pairs = pairs(tasks).filter(|[i, j]| i < j);
            let records = pairs.map(|pair| record(&own, tasks, pair, (place, epoch)));
            records.collect::<Vec<_>>()
        };
        places.iter().enumerate().flat_map(of_member).collect()
    }
}

fn pairs(tasks: usize) -> impl Iterator<Item = [usize; 2]> {
    (0..tasks).flat_map(move |i| (i..tasks).map(move |j| [i, j]))
}

/// `steps`: the products of each.
fn record(
    steps: &[&[f32]],
    tasks: usize,
    [i, j]: [usize; 2],
    (member, epoch): (usize, u32),
) -> TaskRecord {
    let place = |pair| pairs(tasks).position(|own| own == pair).unwrap_or_default();
    let [first, second, both] = [[i, i], [j, j], [i, j]].map(place);
    let at = |step: &[f32], place: usize| f64::from(step[place]);
    let cosine = |step: &&[f32]| {
        let lengths = (at(step, first) * at(step, second)).sqrt();
        (lengths > 0.0).then(|| at(step, both) / lengths)
    };
    let cosines: Vec<f64> = steps.iter().filter_map(cosine).collect();
    let mean = |of: &dyn Fn(f64) -> f64| {
        let sum: f64 = cosines.iter().map(|&cosine| of(cosine)).sum();
        (!cosines.is_empty()).then(|| sum / cosines.len() as f64)
    };
    let norm = |place: usize| {
        let sum: f64 = steps.iter().map(|step| at(step, place).sqrt()).sum();
        sum / steps.len().max(1) as f64
    };
    TaskRecord {
        member,
        epoch,
        tasks: [i, j],
        cosine: mean(&|cosine| cosine),
        conflicts: mean(&|cosine| f64::from(u8::from(cosine < 0.0))),
        norms: [norm(first), norm(second)],
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::Gram;
    use crate::problem::floats;

    /// Two members and three tasks; the second member sits out the second step.
    #[test]
    fn cosines_are_means_over_the_steps_that_a_member_makes() {
        let device = Device::default();
        let step = |tasks: [[f32; 4]; 3]| {
            Gram::of(&tasks.map(|own| floats(own.to_vec(), [2, 2], &device)))
        };
        let steps = vec![
            step([
                [3.0, 4.0, 1.0, 0.0],
                [4.0, 3.0, 0.0, 2.0],
                [0.0, 0.0, -2.0, 0.0],
            ]),
            step([
                [1.0, 0.0, 0.0, 0.0],
                [-2.0, 0.0, 0.0, 0.0],
                [0.0, 1.0, 0.0, 0.0],
            ]),
        ];
        let records = Gram::records(steps, &[vec![5, 5], vec![2, 0]], &[7, 9], 3);
        let of = |member: usize, tasks: [usize; 2]| {
            let own = records
                .iter()
                .find(|r| r.member == member && r.tasks == tasks);
            own.expect("a record").clone()
        };
        let first = of(7, [0, 1]);
        assert!((first.cosine.unwrap() - (0.96 - 1.0) / 2.0).abs() < 1e-6);
        assert_eq!((first.conflicts, first.epoch), (Some(0.5), 3));
        assert_eq!(first.norms, [3.0, 3.5]);
        // At the first step the third gradient is zero: nothing is said of it.
        assert_eq!(of(7, [0, 2]).cosine, Some(0.0));
        let second = of(9, [0, 2]);
        assert_eq!((second.cosine, second.conflicts), (Some(-1.0), Some(1.0)));
        assert_eq!(of(9, [0, 1]).cosine, Some(0.0));
        assert_eq!(records.len(), 6);
    }
}
