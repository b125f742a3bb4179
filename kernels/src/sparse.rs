//! Products with a sparse matrix that all members of a population share.

use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, Backend, Dispatch, backend_extension};
use burn::tensor::{Int, Tensor};
use decay_random::At;

use crate::by_rows::{Kept, Sparse};
use crate::{Activation, Csr, reference};

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
        reference::sparse::kept_entries::<Self>(rate, seed, entries, at)
    }

    /// `(A o keep / (1 - p)) x`.
    fn sparse_product(
        #[extension_type] matrix: Sparse<Self>,
        x: FloatTensor<Self>,
        #[extension_type] kept: Kept<Self>,
    ) -> FloatTensor<Self> {
        reference::sparse::product::<Self>(matrix.matrix, x, kept)
    }

    /// See [`sparse_linear`].
    fn sparse_linear(
        #[extension_type] matrix: Sparse<Self>,
        x: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        #[extension_type] kept: Kept<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        reference::sparse::forward::<Self>(matrix.matrix, x, bias, kept, activation)
    }

    /// `(dx, db)` from the output `y` and its gradient; the product is with the transpose.
    fn sparse_linear_backward(
        #[extension_type] matrix: Sparse<Self>,
        y: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        #[extension_type] kept: Kept<Self>,
        activation: Activation,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        reference::sparse::backward::<Self>(matrix.transpose, y, grad, kept, activation)
    }
}

#[cfg(feature = "ndarray")]
#[allow(deprecated)]
impl SparseOps for burn::backend::NdArray {}

#[derive(Debug)]
struct ProductBackward;

impl<B: SparseOps> Backward<B, 1> for ProductBackward {
    type State = (Sparse<B>, Kept<B>);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let grad = grads.consume::<B>(&ops.node);
        let (matrix, kept) = ops.state;
        if let [Some(node)] = ops.parents {
            grads.register::<B>(node.id, B::sparse_product(matrix.transposed(), grad, kept));
        }
    }
}

#[derive(Debug)]
struct LinearBackward;

impl<B: SparseOps> Backward<B, 2> for LinearBackward {
    type State = (Sparse<B>, FloatTensor<B>, Kept<B>, Activation);

    fn backward(self, ops: Ops<Self::State, 2>, grads: &mut Gradients, _: &mut Checkpointer) {
        let grad = grads.consume::<B>(&ops.node);
        let (matrix, y, kept, activation) = ops.state;
        let (dx, db) = B::sparse_linear_backward(matrix, y, grad, kept, activation);
        for (node, gradient) in ops.parents.into_iter().zip([dx, db]) {
            if let Some(node) = node {
                grads.register::<B>(node.id, gradient);
            }
        }
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
        let prep = ProductBackward
            .prepare::<C>([x.node()])
            .compute_bound()
            .stateful();
        let (matrix, x, kept) = (matrix.inner(), x.into_primitive(), kept.inner());
        match prep {
            OpsKind::Tracked(prep) => {
                let state = (matrix.clone(), kept.clone());
                prep.finish(state, B::sparse_product(matrix, x, kept))
            }
            OpsKind::UnTracked(prep) => prep.finish(B::sparse_product(matrix, x, kept)),
        }
    }

    fn sparse_linear(
        matrix: Sparse<Self>,
        x: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        kept: Kept<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        let prep = LinearBackward
            .prepare::<C>([x.node(), bias.node()])
            .compute_bound()
            .stateful();
        let (matrix, kept) = (matrix.inner(), kept.inner());
        let (x, bias) = (x.into_primitive(), bias.into_primitive());
        let y = B::sparse_linear(matrix.clone(), x, bias, kept.clone(), activation);
        match prep {
            OpsKind::Tracked(prep) => prep.finish((matrix, y.clone(), kept, activation), y),
            OpsKind::UnTracked(prep) => prep.finish(y),
        }
    }
}
