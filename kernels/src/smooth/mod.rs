//! Activations whose derivative needs their argument.

use crate::tape::{Pullback, record};
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, backend_extension};
use burn::tensor::Tensor;

#[cfg(feature = "flex")]
mod cpu;
#[cfg(feature = "cube")]
mod gpu;
pub mod reference;

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
        reference::forward::<Self>(z, activation)
    }

    /// `dz = dy (dy/dz)(z)`.
    fn smooth_backward(
        z: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        activation: Smooth,
    ) -> FloatTensor<Self> {
        reference::backward::<Self>(z, grad, activation)
    }
}

#[derive(Debug, Clone)]
struct Saved<B: Backend> {
    z: FloatTensor<B>,
    activation: Smooth,
}

impl<B: SmoothOps> Pullback<B, 1> for Saved<B> {
    fn gradients(self, grad: FloatTensor<B>, _: [bool; 1]) -> [Option<FloatTensor<B>>; 1] {
        [Some(B::smooth_backward(self.z, grad, self.activation))]
    }
}

impl<B: SmoothOps, C: CheckpointStrategy> SmoothOps for Autodiff<B, C> {
    fn smooth(z: FloatTensor<Self>, activation: Smooth) -> FloatTensor<Self> {
        record::<B, C, _, 1>([z.node()], |tracked| {
            let z = z.into_primitive();
            let saved = tracked.then(|| Saved::<B> {
                z: z.clone(),
                activation,
            });
            (B::smooth(z, activation), saved)
        })
    }
}
