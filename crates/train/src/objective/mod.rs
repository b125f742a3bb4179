//! Objectives from code: several heads of one network, or any loss of one's own.

pub(crate) mod combination;
mod heads;
mod seen;

use std::fmt;

use burn::tensor::Tensor;

pub use combination::{Combination, PcGrad, Sum};
pub use heads::{HeadLoss, Heads};
pub use seen::Seen;
pub(crate) use seen::Units;

/// What a population minimises instead of the loss of its target, in Burn's operations.
///
/// ```text
/// objective[r] = sum_k loss_k[r]        loss_k: of task k, differentiable
/// ```
///
/// Batches, noise, regularisers, optimiser, decay and everything else are as with a [`Loss`](crate::Loss); losses that are told, in
/// training and validation, are the sum, in the unit of the objective. [`Heads`] is the one for several heads.
///
/// No operation may reduce over the first axis, or members would see each other. Each loss has to be a mean over rows by their
/// [weights](Seen::weights), as [`Seen::mean`] is, so that padding counts for nothing and mixed samples count by their shares.
///
/// ```
/// use std::sync::Arc;
///
/// use burn::tensor::{Device, Tensor};
/// use decay_data::{Embedded, Scaling};
/// use decay_train::{FoldRows, Objective, Problem, Seen};
///
/// /// Huber's loss of one number, quadratic up to one standard deviation of the target.
/// #[derive(Debug)]
/// struct Huber;
///
/// impl Objective for Huber {
///     fn name(&self) -> &str {
///         "huber"
///     }
///
///     fn outputs(&self) -> usize {
///         1
///     }
///
///     fn losses(&self, seen: &Seen) -> Vec<Tensor<1>> {
///         let off = (seen.outputs.clone() - seen.targets.clone()).abs();
///         let near = off.clone().clamp_max(1.0);
///         let loss = near.clone() * (off - near * 0.5);
///         vec![seen.mean(loss.squeeze_dim(2))]
///     }
/// }
///
/// let data = Embedded::Diabetes.load()?;
/// let all = FoldRows { train: (0..300).collect(), validation: (300..data.rows).collect() };
/// let problem = Problem::new(&data, vec![all], Scaling::Auto, &[Device::default()])?;
/// let problem = problem.minimising(Arc::new(Huber)); // what a `Job` then trains on
/// # Ok::<(), decay_train::TrainError>(())
/// ```
pub trait Objective: fmt::Debug + Send + Sync {
    /// What messages call it.
    fn name(&self) -> &str;

    /// Outputs that a network must have.
    fn outputs(&self) -> usize;

    /// The loss of every task, each `[R]`; there are as many for every batch, and at least one.
    fn losses(&self, seen: &Seen) -> Vec<Tensor<1>>;

    /// Whether the tasks share the parameter of this name: their gradients are combined, and held against each other, along these alone, and
    /// summed along all others. By default all are shared, also columns of a last layer that only one of them reads, which leaves inner
    /// products alone but adds to lengths.
    fn shares(&self, parameter: &str) -> bool {
        let _ = parameter;
        true
    }

    /// How the tasks' gradients become one, where each is to be taken apart: `None` differentiates their sum in one pass.
    ///
    /// Taken apart, every task costs a forward and a backward pass, since Burn keeps no graph for a second one; and
    /// [`Trained::tasks`](crate::Trained::tasks) then tells how the gradients of each epoch agreed.
    fn combination(&self) -> Option<&dyn Combination> {
        None
    }
}
