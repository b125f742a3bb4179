//! Dropout whose masks are a function of member, layer, step and position.

use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, Backend, Dispatch, backend_extension};
use burn::tensor::{Int, Tensor};
use decay_random::At;

use crate::reference;

/// Inverted dropout with a rate per member.
///
/// ```text
/// y = x keep / (1 - p[r])        keep = 1 if u >= p[r], else 0,   u uniform on [0, 1)
/// ```
///
/// `u` of a member's element `i` is word `i` of the Philox stream of its seed, the layer and the step, so the backward pass
/// draws it again instead of storing it. Rate 0 leaves `x` untouched, rate 1 gives zero.
///
/// # Shapes
/// - `x`: `[R, ...]`; `rate`: `[R]`, in `[0, 1]`
/// - `seed`: `[R, 2]`, low and high half of each member's seed as `i32` bits
///
/// # Source
/// Srivastava et al. 2014, <https://jmlr.org/papers/v15/srivastava14a.html>.
pub fn dropout<const D: usize>(
    x: Tensor<D>,
    rate: Tensor<1>,
    seed: Tensor<2, Int>,
    at: At,
) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::dropout(
        x.into_dispatch(),
        rate.into_dispatch(),
        seed.into_dispatch(),
        at,
    ))
}

/// [`dropout`] as a backend primitive.
#[backend_extension(
    Flex: cfg(feature = "flex"),
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cube"),
    Autodiff
)]
pub trait RandomOps: Backend {
    /// See [`dropout`].
    fn dropout(
        x: FloatTensor<Self>,
        rate: FloatTensor<Self>,
        seed: IntTensor<Self>,
        at: At,
    ) -> FloatTensor<Self> {
        reference::random::dropout::<Self>(x, rate, seed, at)
    }
}

/// `1 / (1 - p)`, or zero where nothing is kept.
pub(crate) fn kept_scale(rate: f32) -> f32 {
    if rate < 1.0 { 1.0 / (1.0 - rate) } else { 0.0 }
}

#[cfg(feature = "ndarray")]
#[allow(deprecated)]
impl RandomOps for burn::backend::NdArray {}

#[derive(Debug)]
struct DropoutBackward;

impl<B: RandomOps> Backward<B, 1> for DropoutBackward {
    type State = (FloatTensor<B>, IntTensor<B>, At);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let grad = grads.consume::<B>(&ops.node);
        let (rate, seed, at) = ops.state;
        if let [Some(node)] = ops.parents {
            grads.register::<B>(node.id, B::dropout(grad, rate, seed, at));
        }
    }
}

impl<B: RandomOps, C: CheckpointStrategy> RandomOps for Autodiff<B, C> {
    fn dropout(
        x: FloatTensor<Self>,
        rate: FloatTensor<Self>,
        seed: IntTensor<Self>,
        at: At,
    ) -> FloatTensor<Self> {
        let prep = DropoutBackward
            .prepare::<C>([x.node()])
            .compute_bound()
            .stateful();
        let (x, rate) = (x.into_primitive(), rate.into_primitive());
        match prep {
            OpsKind::Tracked(prep) => {
                let state = (rate.clone(), seed.clone(), at);
                prep.finish(state, B::dropout(x, rate, seed, at))
            }
            OpsKind::UnTracked(prep) => prep.finish(B::dropout(x, rate, seed, at)),
        }
    }
}
