//! Mixup: training on weighted means of pairs of samples.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Dispatch, backend_extension};
use burn::tensor::{Int, Tensor};
use decay_random::{At, Purpose, Stream};

#[cfg(feature = "flex")]
mod cpu;
#[cfg(feature = "cube")]
mod gpu;
pub mod reference;

/// Who is mixed with whom in one member's batch, drawn on the host: a row of the tables that [`mix`] takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Mixture {
    /// `[B]`, the place of each sample's partner in the batch.
    pub partner: Vec<i32>,
    /// `[B]`, each sample's own share `λ`; 1 where nothing is mixed in.
    pub share: Vec<f32>,
}

impl Mixture {
    /// The mixture that changes nothing.
    pub fn none(batch: usize) -> Self {
        Self {
            partner: (0..batch as i32).collect(),
            share: vec![1.0; batch],
        }
    }

    /// Draws a mixture of the first `samples` of a batch of `batch` rows; the padding after them is nobody's partner.
    ///
    /// ```text
    /// λ ~ Beta(alpha, alpha), one for the batch          partners: a uniform permutation of the samples
    /// ```
    ///
    /// A function of the member's `seed`, epoch and step; `site` is ignored. `alpha` is positive, or 0 for none. As in the
    /// authors' code a sample may be its own partner.
    ///
    /// # Source
    /// Zhang et al. 2018, <https://arxiv.org/abs/1710.09412>.
    pub fn draw(alpha: f64, seed: u64, at: At, samples: usize, batch: usize) -> Self {
        assert!(
            samples <= batch,
            "mixup: {samples} samples in a batch of {batch}"
        );
        let mut mixture = Self::none(batch);
        if alpha > 0.0 {
            let stream = |site| Stream::new(seed, Purpose::Mixup, At { site, ..at });
            stream(ORDER).shuffle(&mut mixture.partner[..samples]);
            let share = stream(SHARE).symmetric_beta(alpha, 0) as f32;
            mixture.share[..samples].fill(share);
        }
        mixture
    }
}

/// Site of the draws that make the permutation.
const ORDER: u32 = 0;
/// Site of the draw that makes `λ`.
const SHARE: u32 = 1;

/// The weighted mean of each sample and its partner; share 1 leaves a sample untouched, bit for bit.
///
/// ```text
/// y[b] = λ[b] x[b] + (1 - λ[b]) x[partner[b]]
/// ```
///
/// The labels belong mixed alike: the loss is `λ loss(label) + (1 - λ) loss(label of the partner)`. No gradient passes.
///
/// # Shapes
/// - `x`: `[R, B, F]`; `partner`, `share`: `[R, B]`, a [`Mixture`] of each member
/// - returns: `[R, B, F]`
pub fn mix(x: Tensor<3>, partner: Tensor<2, Int>, share: Tensor<2>) -> Tensor<3> {
    Tensor::from_dispatch(Dispatch::mix(
        x.into_dispatch(),
        partner.into_dispatch(),
        share.into_dispatch(),
    ))
}

/// [`mix`] as a backend primitive.
#[backend_extension(
    Flex: cfg(feature = "flex"),
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cube")
)]
pub trait MixupOps: Backend {
    /// See [`mix`].
    fn mix(
        x: FloatTensor<Self>,
        partner: IntTensor<Self>,
        share: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        reference::mix::<Self>(x, partner, share)
    }
}
