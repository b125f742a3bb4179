//! Activations whose derivative needs their argument.

use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, backend_extension};
use burn::tensor::Tensor;

use crate::reference;

/// A smooth activation.
///
/// | variant | `y` | `dy/dz` |
/// | :-- | :-- | :-- |
/// | `Gelu` | `z Phi(z)` | `Phi(z) + z phi(z)` |
/// | `Silu` | `z s(z)` | `s(z) (1 + z (1 - s(z)))` |
/// | `Elu` | `z` if `z > 0`, else `exp(z) - 1` | `1` if `z > 0`, else `exp(z)` |
///
/// `Phi` and `phi` are the normal distribution function and its density, `s` the logistic function.
///
/// # Source
/// Hendrycks & Gimpel 2016, <https://arxiv.org/abs/1606.08415>; Elfwing et al. 2018, <https://arxiv.org/abs/1702.03118>;
/// Clevert et al. 2016, <https://arxiv.org/abs/1511.07289>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Smooth {
    /// `z Phi(z)`, with the exact distribution function.
    Gelu,
    /// `z / (1 + exp(-z))`.
    Silu,
    /// `z` above zero, `exp(z) - 1` below.
    Elu,
}

impl Smooth {
    /// Every variant, for suites that walk the list.
    pub const ALL: [Self; 3] = [Self::Gelu, Self::Silu, Self::Elu];
}

/// [`Smooth`] element by element, with its exact derivative: Burn's own for GELU is an approximation on GPUs.
pub fn smooth<const D: usize>(z: Tensor<D>, activation: Smooth) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::smooth(z.into_dispatch(), activation))
}

/// [`smooth`] and its derivative as backend primitives.
#[backend_extension(
    Flex: cfg(feature = "flex"),
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cube"),
    Autodiff
)]
pub trait SmoothOps: Backend {
    /// See [`smooth`].
    fn smooth(z: FloatTensor<Self>, activation: Smooth) -> FloatTensor<Self> {
        reference::smooth::forward::<Self>(z, activation)
    }

    /// `dz = dy (dy/dz)(z)`.
    fn smooth_backward(
        z: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        activation: Smooth,
    ) -> FloatTensor<Self> {
        reference::smooth::backward::<Self>(z, grad, activation)
    }
}

#[cfg(feature = "ndarray")]
#[allow(deprecated)]
impl SmoothOps for burn::backend::NdArray {}

#[derive(Debug)]
struct SmoothBackward;

impl<B: SmoothOps> Backward<B, 1> for SmoothBackward {
    type State = (FloatTensor<B>, Smooth);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let grad = grads.consume::<B>(&ops.node);
        let (z, activation) = ops.state;
        if let [Some(node)] = ops.parents {
            grads.register::<B>(node.id, B::smooth_backward(z, grad, activation));
        }
    }
}

impl<B: SmoothOps, C: CheckpointStrategy> SmoothOps for Autodiff<B, C> {
    fn smooth(z: FloatTensor<Self>, activation: Smooth) -> FloatTensor<Self> {
        let prep = SmoothBackward
            .prepare::<C>([z.node()])
            .compute_bound()
            .stateful();
        let z = z.into_primitive();
        match prep {
            OpsKind::Tracked(prep) => {
                prep.finish((z.clone(), activation), B::smooth(z, activation))
            }
            OpsKind::UnTracked(prep) => prep.finish(B::smooth(z, activation)),
        }
    }
}
