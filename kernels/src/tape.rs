//! Operations of our own on Burn's tape.

use std::fmt::Debug;
use std::marker::PhantomData;

use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, NodeGuard, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend};

/// What an operation on `N` tracked inputs keeps of its forward pass, which is all that its gradients need.
pub(crate) trait Pullback<B: Backend, const N: usize>:
    Clone + Debug + Send + 'static
{
    /// The gradients of the inputs, in their order, from the output's; what is not wanted may be missing.
    fn gradients(self, grad: FloatTensor<B>, wanted: [bool; N]) -> [Option<FloatTensor<B>>; N];
}

/// The output of `forward`, on the tape where one of its inputs is.
///
/// `forward` is told whether it is; only then must it keep something, and without that it may compute in place.
pub(crate) fn record<B, C, S, const N: usize>(
    inputs: [NodeGuard; N],
    forward: impl FnOnce(bool) -> (FloatTensor<B>, Option<S>),
) -> FloatTensor<Autodiff<B, C>>
where
    B: Backend,
    C: CheckpointStrategy,
    S: Pullback<B, N>,
{
    let step = Step(PhantomData::<S>);
    match step.prepare::<C>(inputs).compute_bound().stateful() {
        OpsKind::Tracked(prep) => {
            let (y, saved) = forward(true);
            prep.finish(saved.expect("a tracked forward pass keeps something"), y)
        }
        OpsKind::UnTracked(prep) => prep.finish(forward(false).0),
    }
}

/// The backward pass of an operation that keeps an `S`.
#[derive(Debug)]
struct Step<S>(PhantomData<S>);

impl<B: Backend, S: Pullback<B, N>, const N: usize> Backward<B, N> for Step<S> {
    type State = S;

    fn backward(self, ops: Ops<S, N>, grads: &mut Gradients, _: &mut Checkpointer) {
        let grad = grads.consume::<B>(&ops.node);
        let wanted = ops.parents.each_ref().map(Option::is_some);
        let gradients = ops.state.gradients(grad, wanted);
        for (node, gradient) in ops.parents.into_iter().zip(gradients) {
            if let (Some(node), Some(gradient)) = (node, gradient) {
                grads.register::<B>(node.id, gradient);
            }
        }
    }
}
