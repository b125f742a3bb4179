//! Gaussian noise that is a function of member, purpose, step and position.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Dispatch, backend_extension};
use burn::tensor::{Int, Tensor};
use decay_random::{At, Purpose};

#[cfg(feature = "flex")]
mod cpu;
#[cfg(feature = "cube")]
mod gpu;
pub mod reference;

/// Adds Gaussian noise with a standard deviation per member.
///
/// ```text
/// y = x + sd[r] z        z standard normal
/// ```
///
/// `z` of a member's element `i` is draw `i mod 4` of block `i / 4` of its stream, see [`decay_random::normals`]; backends agree on it
/// to rounding. A deviation of 0 leaves `x` untouched, bit for bit. No gradient passes: the derivative is one.
///
/// # Shapes
/// - `x`: `[R, ...]`; `sd`: `[R]`, in `[0, inf)`
/// - `seed`: `[R, 2]`, low and high half of each member's seed as `i32` bits
pub fn perturb<const D: usize>(
    x: Tensor<D>,
    sd: Tensor<1>,
    seed: Tensor<2, Int>,
    purpose: Purpose,
    at: At,
) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::perturb(
        x.into_dispatch(),
        sd.into_dispatch(),
        seed.into_dispatch(),
        purpose,
        at,
    ))
}

/// [`perturb`] as a backend primitive.
#[backend_extension(
    Flex: cfg(feature = "flex"),
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cube")
)]
pub trait PerturbOps: Backend {
    /// See [`perturb`].
    fn perturb(
        x: FloatTensor<Self>,
        sd: FloatTensor<Self>,
        seed: IntTensor<Self>,
        purpose: Purpose,
        at: At,
    ) -> FloatTensor<Self> {
        reference::perturb::<Self>(x, sd, seed, purpose, at)
    }
}
