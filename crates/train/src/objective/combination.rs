//! How the gradients of several tasks become one.

use std::fmt;

use burn::tensor::Tensor;
use decay_kernels::At;
use decay_random::{Purpose, Stream};

/// How the tasks' gradients become the one that optimiser and decay are given.
///
/// Combined are gradients along the [shared](super::Objective::shares) parameters; along all others they are summed.
pub trait Combination: fmt::Debug + Send + Sync {
    /// One gradient of the shared parameters; no operation may reduce over the first axis.
    ///
    /// # Shapes
    /// - `tasks`: `[T]` of `[R, n]`, all shared parameters side by side
    /// - returns: `[R, n]`
    fn combine(&self, tasks: &[Tensor<2>], at: At) -> Tensor<2>;
}

/// The sum, as without taking gradients apart: for those who only want to be told how they agree.
#[derive(Debug, Clone, Copy)]
pub struct Sum;

impl Combination for Sum {
    fn combine(&self, tasks: &[Tensor<2>], _: At) -> Tensor<2> {
        total(tasks)
    }
}

/// Each gradient loses what points against another task's, then they are summed.
///
/// ```text
/// g_i <- g_i - min(0, g_i · g_j) / |g_j|^2 g_j        for all j but i, in random order; g_j as it was
/// ```
///
/// The order is the same for all members of a step; of two tasks there is none.
///
/// # Source
/// Yu et al. 2020, algorithm 1, <https://arxiv.org/abs/2001.06782>.
#[derive(Debug, Clone, Copy)]
pub struct PcGrad;

impl Combination for PcGrad {
    fn combine(&self, tasks: &[Tensor<2>], at: At) -> Tensor<2> {
        let mut order: Vec<usize> = (0..tasks.len()).collect();
        Stream::new(0, Purpose::Conflict, at).shuffle(&mut order);
        let calm = |i: usize| {
            let others = order.iter().filter(|&&j| j != i);
            others.fold(tasks[i].clone(), |own, &j| {
                without_conflict(own, tasks[j].clone())
            })
        };
        total(&(0..tasks.len()).map(calm).collect::<Vec<_>>())
    }
}

fn without_conflict(own: Tensor<2>, other: Tensor<2>) -> Tensor<2> {
    let against = dot(&own, &other).clamp_max(0.0);
    // A gradient of zero is in nobody's way.
    let square = dot(&other, &other).clamp_min(f32::MIN_POSITIVE);
    own - other * (against / square)
}

fn total(tasks: &[Tensor<2>]) -> Tensor<2> {
    let all = tasks.iter().cloned().reduce(|sum, own| sum + own);
    all.unwrap_or_else(|| unreachable!("an objective has a task"))
}

/// `[R, 1]`.
pub(crate) fn dot(a: &Tensor<2>, b: &Tensor<2>) -> Tensor<2> {
    (a.clone() * b.clone()).sum_dim(1)
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor};
    use decay_kernels::{At, read};

    use super::{Combination, PcGrad, Sum};
    use crate::problem::floats;

    fn combined(combination: &dyn Combination, tasks: &[[f32; 4]]) -> Vec<f32> {
        let device = Device::default();
        let tensor = |values: &[f32; 4]| floats(values.to_vec(), [2, 2], &device);
        let tasks: Vec<Tensor<2>> = tasks.iter().map(tensor).collect();
        read(combination.combine(&tasks, At::default()))
    }

    /// The first member's gradients are in conflict, the second's are not.
    #[test]
    fn projection_leaves_nothing_that_points_against_another_task_and_no_peace_is_touched() {
        let tasks = [[1.0, 0.0, 1.0, 2.0], [-1.0, 1.0, 2.0, 1.0]];
        // (1, 0) - (-1 / 2) (-1, 1) = (0.5, 0.5); (-1, 1) - (-1 / 1) (1, 0) = (0, 1).
        assert_eq!(combined(&PcGrad, &tasks), [0.5, 1.5, 3.0, 3.0]);
        assert_eq!(combined(&Sum, &tasks), [0.0, 1.0, 3.0, 3.0]);
        let silent = [[1.0, 0.0, 1.0, 2.0], [0.0; 4]];
        assert_eq!(combined(&PcGrad, &silent), [1.0, 0.0, 1.0, 2.0]);
    }
}
