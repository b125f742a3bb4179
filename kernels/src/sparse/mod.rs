//! Products with a sparse matrix that all members of a population share.

use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, Backend, Dispatch, backend_extension};
use burn::tensor::{Int, Tensor};
use decay_random::At;

use crate::Activation;
use crate::tape::{Pullback, record};

pub(crate) mod by_rows;
#[cfg(feature = "flex")]
pub(crate) mod cpu;
mod csr;
#[cfg(feature = "cube")]
pub(crate) mod gpu;
pub mod reference;

pub use by_rows::{ByRows, Kept, Sparse};
pub use csr::Csr;

/// Dropout of a matrix's stored entries, with a rate per member.
///
/// Entry `e` of a member stays if word `e` of the Philox stream of its seed, the place and the time says so, as an element does
/// under [`dropout`](crate::dropout); whether it is met row by row or column by column does not matter.
#[derive(Debug, Clone)]
pub struct EntryDropout {
    /// `[R]`, in `[0, 1]`.
    pub rate: Tensor<1>,
    /// `[R, 2]`, low and high half of each member's seed as `i32` bits.
    pub seeds: Tensor<2, Int>,
    /// Layer and time.
    pub at: At,
}

impl EntryDropout {
    /// The mask of `entries` entries of every member, as primitives of Burn's dispatcher.
    pub(crate) fn keep(self, entries: usize) -> Kept<Dispatch> {
        let rate = self.rate.into_dispatch();
        let seeds = self.seeds.into_dispatch();
        Kept::Some {
            words: Dispatch::kept_entries(rate.clone(), seeds, entries, self.at),
            rate,
        }
    }
}

/// Sparse layer of a population.
///
/// ```text
/// y[r] = act((A o keep[r] / (1 - p[r])) x[r] + b[r])
/// ```
///
/// `A` may hold data (then `x` is a weight matrix) or say who is whose neighbour (then `x` are the nodes' features); it gets no gradient.
///
/// # Shapes
/// - `matrix`: `rows x columns`; `x`: `[R, columns, F]`; `bias`: `[R, F]`
/// - returns: `[R, rows, F]`
pub fn sparse_linear(
    matrix: &Csr,
    x: Tensor<3>,
    bias: Option<Tensor<2>>,
    activation: Activation,
    dropout: Option<EntryDropout>,
) -> Tensor<3> {
    let kept = dropout.map_or(Kept::All, |dropout| dropout.keep(matrix.entries()));
    let [members, _, width] = x.dims();
    let bias = match (bias, activation) {
        (None, Activation::Identity) => {
            let y = Dispatch::sparse_product(matrix.to_dispatch(), x.into_dispatch(), kept);
            return Tensor::from_dispatch(y);
        }
        (None, _) => Tensor::zeros([members, width], &x.device()),
        (Some(bias), _) => bias,
    };
    Tensor::from_dispatch(Dispatch::sparse_linear(
        matrix.to_dispatch(),
        x.into_dispatch(),
        bias.into_dispatch(),
        kept,
        activation,
    ))
}

/// [`sparse_linear`] and its parts as backend primitives.
#[backend_extension(
    Flex: cfg(feature = "flex"),
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cube"),
    Autodiff
)]
pub trait SparseOps: Backend {
    /// The words of [`Kept::Some`]; bits after the last entry are drawn as well.
    fn kept_entries(
        rate: FloatTensor<Self>,
        seed: IntTensor<Self>,
        entries: usize,
        at: At,
    ) -> IntTensor<Self> {
        reference::kept_entries::<Self>(rate, seed, entries, at)
    }

    /// `(A o keep / (1 - p)) x`.
    fn sparse_product(
        #[extension_type] matrix: Sparse<Self>,
        x: FloatTensor<Self>,
        #[extension_type] kept: Kept<Self>,
    ) -> FloatTensor<Self> {
        reference::product::<Self>(matrix.matrix, x, kept)
    }

    /// See [`sparse_linear`].
    fn sparse_linear(
        #[extension_type] matrix: Sparse<Self>,
        x: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        #[extension_type] kept: Kept<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        reference::forward::<Self>(matrix.matrix, x, bias, kept, activation)
    }

    /// `(dx, db)` from the output `y` and its gradient; the product is with the transpose.
    fn sparse_linear_backward(
        #[extension_type] matrix: Sparse<Self>,
        y: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        #[extension_type] kept: Kept<Self>,
        activation: Activation,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        reference::backward::<Self>(matrix.transpose, y, grad, kept, activation)
    }
}

#[derive(Debug, Clone)]
struct Product<B: Backend> {
    matrix: Sparse<B>,
    kept: Kept<B>,
}

impl<B: SparseOps> Pullback<B, 1> for Product<B> {
    fn gradients(self, grad: FloatTensor<B>, _: [bool; 1]) -> [Option<FloatTensor<B>>; 1] {
        let dx = B::sparse_product(self.matrix.transposed(), grad, self.kept);
        [Some(dx)]
    }
}

#[derive(Debug, Clone)]
struct Layer<B: Backend> {
    matrix: Sparse<B>,
    y: FloatTensor<B>,
    kept: Kept<B>,
    activation: Activation,
}

impl<B: SparseOps> Pullback<B, 2> for Layer<B> {
    fn gradients(self, grad: FloatTensor<B>, _: [bool; 2]) -> [Option<FloatTensor<B>>; 2] {
        let Self {
            matrix,
            y,
            kept,
            activation,
        } = self;
        let (dx, db) = B::sparse_linear_backward(matrix, y, grad, kept, activation);
        [dx, db].map(Some)
    }
}

impl<B: SparseOps, C: CheckpointStrategy> SparseOps for Autodiff<B, C> {
    fn kept_entries(
        rate: FloatTensor<Self>,
        seed: IntTensor<Self>,
        entries: usize,
        at: At,
    ) -> IntTensor<Self> {
        B::kept_entries(rate.into_primitive(), seed, entries, at)
    }

    fn sparse_product(
        matrix: Sparse<Self>,
        x: FloatTensor<Self>,
        kept: Kept<Self>,
    ) -> FloatTensor<Self> {
        record::<B, C, _, 1>([x.node()], |_| {
            let (matrix, kept) = (matrix.inner(), kept.inner());
            let y = B::sparse_product(matrix.clone(), x.into_primitive(), kept.clone());
            (y, Some(Product { matrix, kept }))
        })
    }

    fn sparse_linear(
        matrix: Sparse<Self>,
        x: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        kept: Kept<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        record::<B, C, _, 2>([x.node(), bias.node()], |_| {
            let (matrix, kept) = (matrix.inner(), kept.inner());
            let [x, bias] = [x, bias].map(|input| input.into_primitive());
            let y = B::sparse_linear(matrix.clone(), x, bias, kept.clone(), activation);
            let saved = Layer {
                matrix,
                y: y.clone(),
                kept,
                activation,
            };
            (y, Some(saved))
        })
    }
}
