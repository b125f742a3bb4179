//! Attention of a graph's nodes over their neighbours.

use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, backend_extension};
use burn::tensor::Tensor;

use crate::sizes::{dims, expect_shape};
use crate::sparse::{Kept, Sparse};
use crate::tape::{Pullback, record};
use crate::{Csr, EntryDropout};

#[cfg(feature = "flex")]
mod cpu;
#[cfg(feature = "cube")]
mod gpu;
pub mod reference;

/// Graph attention over the entries of a square matrix, whose values do not matter.
///
/// ```text
/// e(i, j) = leaky(a_source . h[j] + a_target . h[i])       leaky(z) = z if z > 0, else slope z
/// alpha(i, .) = softmax of e(i, .) over the entries of row i
/// y[i] = sum over the entries of row i of alpha(i, j) keep(i, j) / (1 - p) h[j]
/// ```
///
/// for every head on its own. A node attends to itself if it has an entry on the diagonal; one without entries gets zero. Dropout
/// acts on the coefficients: that of entry `e` under head `k` is element `k E + e` of the mask.
///
/// # Shapes
/// - `graph`: `N x N`, row: target, column: source; `h`: `[R, N, heads F]`, head by head
/// - `att_source`, `att_target`: `[R, heads F]`
/// - returns: `[R, N, heads F]`
///
/// # Source
/// Velickovic et al. 2018, eq. 1 to 4, <https://arxiv.org/abs/1710.10903>, with the vector `a` cut into its two halves.
pub fn graph_attention(
    graph: &Csr,
    h: Tensor<3>,
    att_source: Tensor<2>,
    att_target: Tensor<2>,
    heads: usize,
    slope: f32,
    dropout: Option<EntryDropout>,
) -> Tensor<3> {
    let kept = dropout.map_or(Kept::All, |dropout| dropout.keep(heads * graph.entries()));
    Tensor::from_dispatch(Dispatch::graph_attention(
        graph.to_dispatch(),
        h.into_dispatch(),
        att_source.into_dispatch(),
        att_target.into_dispatch(),
        kept,
        heads,
        slope,
    ))
}

/// Sizes of an attention over a graph.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AttentionSizes {
    pub(crate) members: usize,
    pub(crate) nodes: usize,
    pub(crate) entries: usize,
    pub(crate) heads: usize,
    /// Features of a head.
    pub(crate) width: usize,
}

impl AttentionSizes {
    /// Panics with a sentence if the operands do not fit each other.
    pub(crate) fn of<B: Backend>(
        graph: &Sparse<B>,
        h: &FloatTensor<B>,
        vectors: [&FloatTensor<B>; 2],
        heads: usize,
    ) -> Self {
        let [members, nodes, row] = dims(h);
        let [entries] = dims(&graph.matrix.values);
        expect_shape("attention: rows", &graph.matrix.offsets, [nodes + 1]);
        expect_shape("attention: columns", &graph.transpose.offsets, [nodes + 1]);
        for vector in vectors {
            expect_shape("attention: vectors", vector, [members, row]);
        }
        assert!(
            heads > 0 && row.is_multiple_of(heads),
            "attention: {row} features cannot be shared by {heads} heads"
        );
        Self {
            members,
            nodes,
            entries,
            heads,
            width: row / heads,
        }
    }

    /// Features of all heads.
    pub(crate) fn row(&self) -> usize {
        self.heads * self.width
    }

    /// `[R, heads, E]`.
    pub(crate) fn of_entries(&self) -> [usize; 3] {
        [self.members, self.heads, self.entries]
    }

    /// `[R, heads, N]`.
    pub(crate) fn of_nodes(&self) -> [usize; 3] {
        [self.members, self.heads, self.nodes]
    }
}

/// [`graph_attention`] and its gradients as backend primitives.
///
/// The entries of `graph` are numbered row by row, as those of a [`Csr`] are.
#[backend_extension(
    Flex: cfg(feature = "flex"),
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cube"),
    Autodiff
)]
// The macro that dispatches the methods wants results as plain tuples of tensors.
#[allow(clippy::too_many_arguments, clippy::type_complexity)]
pub trait AttentionOps: Backend {
    /// `(y, alpha, a_source . h, a_target . h)`, the last three `[R, heads, E]` and `[R, heads, N]` twice.
    fn graph_attention_with_coefficients(
        #[extension_type] graph: Sparse<Self>,
        h: FloatTensor<Self>,
        att_source: FloatTensor<Self>,
        att_target: FloatTensor<Self>,
        #[extension_type] kept: Kept<Self>,
        heads: usize,
        slope: f32,
    ) -> (
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
    ) {
        reference::forward::<Self>(graph, h, att_source, att_target, kept, heads, slope)
    }

    /// `(dh, d att_source, d att_target)` from what the forward pass left.
    fn graph_attention_backward(
        #[extension_type] graph: Sparse<Self>,
        h: FloatTensor<Self>,
        att_source: FloatTensor<Self>,
        att_target: FloatTensor<Self>,
        alpha: FloatTensor<Self>,
        source: FloatTensor<Self>,
        target: FloatTensor<Self>,
        #[extension_type] kept: Kept<Self>,
        grad: FloatTensor<Self>,
        slope: f32,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        reference::backward::<Self>(
            graph, h, att_source, att_target, alpha, source, target, kept, grad, slope,
        )
    }

    /// See [`graph_attention`].
    fn graph_attention(
        #[extension_type] graph: Sparse<Self>,
        h: FloatTensor<Self>,
        att_source: FloatTensor<Self>,
        att_target: FloatTensor<Self>,
        #[extension_type] kept: Kept<Self>,
        heads: usize,
        slope: f32,
    ) -> FloatTensor<Self> {
        let (y, ..) = Self::graph_attention_with_coefficients(
            graph, h, att_source, att_target, kept, heads, slope,
        );
        y
    }
}

#[derive(Debug, Clone)]
struct Saved<B: Backend> {
    graph: Sparse<B>,
    h: FloatTensor<B>,
    att_source: FloatTensor<B>,
    att_target: FloatTensor<B>,
    alpha: FloatTensor<B>,
    source: FloatTensor<B>,
    target: FloatTensor<B>,
    kept: Kept<B>,
    slope: f32,
}

impl<B: AttentionOps> Pullback<B, 3> for Saved<B> {
    fn gradients(self, grad: FloatTensor<B>, _: [bool; 3]) -> [Option<FloatTensor<B>>; 3] {
        let (dh, dsource, dtarget) = B::graph_attention_backward(
            self.graph,
            self.h,
            self.att_source,
            self.att_target,
            self.alpha,
            self.source,
            self.target,
            self.kept,
            grad,
            self.slope,
        );
        [dh, dsource, dtarget].map(Some)
    }
}

impl<B: AttentionOps, C: CheckpointStrategy> AttentionOps for Autodiff<B, C> {
    fn graph_attention(
        graph: Sparse<Self>,
        h: FloatTensor<Self>,
        att_source: FloatTensor<Self>,
        att_target: FloatTensor<Self>,
        kept: Kept<Self>,
        heads: usize,
        slope: f32,
    ) -> FloatTensor<Self> {
        record::<B, C, _, 3>([h.node(), att_source.node(), att_target.node()], |_| {
            let (graph, kept) = (graph.inner(), kept.inner());
            let [h, att_source, att_target] =
                [h, att_source, att_target].map(|input| input.into_primitive());
            let (y, alpha, source, target) = B::graph_attention_with_coefficients(
                graph.clone(),
                h.clone(),
                att_source.clone(),
                att_target.clone(),
                kept.clone(),
                heads,
                slope,
            );
            let saved = Saved {
                graph,
                h,
                att_source,
                att_target,
                alpha,
                source,
                target,
                kept,
                slope,
            };
            (y, Some(saved))
        })
    }
}
