//! Dropout whose masks are a function of member, layer, step and position.

use crate::tape::{Pullback, record};
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, Backend, Dispatch, backend_extension};
use burn::tensor::{Int, Tensor};
use decay_random::At;

#[cfg(feature = "flex")]
mod cpu;
#[cfg(feature = "cube")]
pub(crate) mod gpu;
pub mod reference;

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
pub trait DropoutOps: Backend {
    /// See [`dropout`].
    fn dropout(
        x: FloatTensor<Self>,
        rate: FloatTensor<Self>,
        seed: IntTensor<Self>,
        at: At,
    ) -> FloatTensor<Self> {
        reference::dropout::<Self>(x, rate, seed, at)
    }
}

/// `1 / (1 - p)`, or zero where nothing is kept.
pub(crate) fn kept_scale(rate: f32) -> f32 {
    if rate < 1.0 { 1.0 / (1.0 - rate) } else { 0.0 }
}

#[derive(Debug, Clone)]
struct Saved<B: Backend> {
    rate: FloatTensor<B>,
    seed: IntTensor<B>,
    at: At,
}

impl<B: DropoutOps> Pullback<B, 1> for Saved<B> {
    fn gradients(self, grad: FloatTensor<B>, _: [bool; 1]) -> [Option<FloatTensor<B>>; 1] {
        [Some(B::dropout(grad, self.rate, self.seed, self.at))]
    }
}

impl<B: DropoutOps, C: CheckpointStrategy> DropoutOps for Autodiff<B, C> {
    fn dropout(
        x: FloatTensor<Self>,
        rate: FloatTensor<Self>,
        seed: IntTensor<Self>,
        at: At,
    ) -> FloatTensor<Self> {
        record::<B, C, _, 1>([x.node()], |_| {
            let (x, rate) = (x.into_primitive(), rate.into_primitive());
            let y = B::dropout(x, rate.clone(), seed.clone(), at);
            (y, Some(Saved { rate, seed, at }))
        })
    }
}
