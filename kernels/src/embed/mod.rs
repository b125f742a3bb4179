//! Categories of a table as learned vectors, before the first layer.

use std::ops::Range;
use std::sync::Arc;

use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, backend_extension};
use burn::tensor::Tensor;

use crate::tape::{Pullback, record};

#[cfg(feature = "flex")]
mod cpu;
pub mod reference;

/// Columns that are the flags of one category, and the length of its vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Category {
    /// The first of them.
    pub start: usize,
    /// How many there are.
    pub levels: usize,
    /// Values of a vector.
    pub width: usize,
}

/// Which columns of the inputs are flags of which category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Categories {
    /// In the order of their columns.
    all: Arc<[Category]>,
    /// All columns that are no flags, in ascending order.
    pub others: Arc<[usize]>,
}

/// Where one category's values are.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    /// Its flags among the inputs.
    pub(crate) columns: Range<usize>,
    /// Its vectors among those of all categories, one after the other.
    pub(crate) table: Range<usize>,
    /// Its vector among the results.
    pub(crate) vector: Range<usize>,
}

impl Categories {
    /// Categories among `count` columns.
    ///
    /// # Panics
    /// If one has no flags or no values, if they overlap, are not in the order of their columns, or reach beyond the last one.
    pub fn new(all: &[Category], count: usize) -> Self {
        let end = |own: &Category| own.start + own.levels;
        assert!(
            all.iter().all(|own| own.levels > 0 && own.width > 0)
                && all.is_sorted_by(|a, b| end(a) <= b.start)
                && all.last().is_none_or(|last| end(last) <= count),
            "categories {all:?} of {count} columns"
        );
        let is_flag = |column| {
            all.iter()
                .any(|own| (own.start..end(own)).contains(&column))
        };
        Self {
            all: all.into(),
            others: (0..count).filter(|&column| !is_flag(column)).collect(),
        }
    }

    /// In the order of their columns.
    pub fn all(&self) -> &[Category] {
        &self.all
    }

    /// All columns of the inputs.
    pub fn count(&self) -> usize {
        self.others.len() + self.all.iter().map(|own| own.levels).sum::<usize>()
    }

    /// Values behind the embedding.
    pub fn width(&self) -> usize {
        self.others.len() + self.all.iter().map(|own| own.width).sum::<usize>()
    }

    /// Values of all vectors of one member.
    pub fn size(&self) -> usize {
        self.all.iter().map(|own| own.levels * own.width).sum()
    }

    /// Where each category's values are, in their order.
    pub(crate) fn places(&self) -> impl Iterator<Item = Places> {
        let mut next = [0, self.others.len()];
        self.all.iter().map(move |own| {
            let [table, vector] = next;
            next = [table + own.levels * own.width, vector + own.width];
            Places {
                columns: own.start..own.start + own.levels,
                table: table..next[0],
                vector: vector..next[1],
            }
        })
    }
}

/// The columns that are no flags, and behind them a vector for each category.
///
/// ```text
/// y[c] = sum over the levels l of c of x[c, l] table[c, l]        a row without a flag, such as one whose label is missing, has y = 0
/// ```
///
/// Where one flag is 1, that is a look-up; mixed rows have mixed vectors.
///
/// # Shapes
/// - `x`: `[R, B, C]`, `C` of [`Categories::count`]
/// - `tables`: `[R, n]`, `n` of [`Categories::size`]: `[levels, width]` of each category, one after the other
/// - returns: `[R, B, W]`, `W` of [`Categories::width`]
///
/// # Source
/// Guo & Berkhahn 2016, "Entity embeddings of categorical variables", <https://arxiv.org/abs/1604.06737>.
pub fn embed(x: Tensor<3>, tables: Tensor<2>, categories: &Categories) -> Tensor<3> {
    Tensor::from_dispatch(Dispatch::embed(
        x.into_dispatch(),
        tables.into_dispatch(),
        categories.clone(),
    ))
}

/// [`embed`] and its gradients as backend primitives.
#[backend_extension(
    Flex: cfg(feature = "flex"),
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cube"),
    Autodiff
)]
pub trait EmbedOps: Backend {
    /// See [`embed`].
    fn embed(
        x: FloatTensor<Self>,
        tables: FloatTensor<Self>,
        categories: Categories,
    ) -> FloatTensor<Self> {
        reference::embed::<Self>(x, tables, categories)
    }

    /// `dx` of [`embed`].
    fn embed_backward_input(
        tables: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        categories: Categories,
    ) -> FloatTensor<Self> {
        reference::embed_backward_input::<Self>(tables, grad, categories)
    }

    /// `d tables` of [`embed`].
    fn embed_backward_tables(
        x: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        categories: Categories,
    ) -> FloatTensor<Self> {
        reference::embed_backward_tables::<Self>(x, grad, categories)
    }
}

#[cfg(feature = "cube")]
impl EmbedOps for burn_cubecl::CubeBackend {}

#[derive(Debug, Clone)]
struct Saved<B: Backend> {
    x: FloatTensor<B>,
    tables: FloatTensor<B>,
    categories: Categories,
}

impl<B: EmbedOps> Pullback<B, 2> for Saved<B> {
    fn gradients(self, grad: FloatTensor<B>, wanted: [bool; 2]) -> [Option<FloatTensor<B>>; 2] {
        let dx = wanted[0]
            .then(|| B::embed_backward_input(self.tables, grad.clone(), self.categories.clone()));
        let dtables = wanted[1].then(|| B::embed_backward_tables(self.x, grad, self.categories));
        [dx, dtables]
    }
}

impl<B: EmbedOps, C: CheckpointStrategy> EmbedOps for Autodiff<B, C> {
    fn embed(
        x: FloatTensor<Self>,
        tables: FloatTensor<Self>,
        categories: Categories,
    ) -> FloatTensor<Self> {
        record::<B, C, _, 2>([x.node(), tables.node()], |tracked| {
            let (x, tables) = (x.into_primitive(), tables.into_primitive());
            let saved = tracked.then(|| Saved::<B> {
                x: x.clone(),
                tables: tables.clone(),
                categories: categories.clone(),
            });
            (B::embed(x, tables, categories), saved)
        })
    }
}
