//! Sparse matrices and masks over their entries as backend primitives.

use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, Backend, ExtensionType};

/// Entries of a word of [`Kept::Some`].
pub(crate) const ENTRIES_PER_WORD: usize = 32;

/// The entries of a matrix in the order of its rows.
///
/// # Shapes
/// - `offsets`: `[rows + 1]`, where each row's entries start; all others: `[E]`, one value per entry
#[derive(Debug, Clone, ExtensionType)]
pub struct ByRows<B: Backend> {
    /// Where the entries of each row start, and where those of the last one end.
    pub offsets: IntTensor<B>,
    /// Each entry's row.
    pub rows: IntTensor<B>,
    /// Each entry's column.
    pub columns: IntTensor<B>,
    /// Each entry's value.
    pub values: FloatTensor<B>,
    /// Each entry's number, under which masks have it: a matrix and its transpose give it the same.
    pub numbers: IntTensor<B>,
}

/// A matrix by its rows and by its columns.
#[derive(Debug, Clone, ExtensionType)]
pub struct Sparse<B: Backend> {
    /// The matrix.
    #[extension_type]
    pub matrix: ByRows<B>,
    /// Its transpose.
    #[extension_type]
    pub transpose: ByRows<B>,
}

impl<B: Backend> Sparse<B> {
    /// The transposed matrix.
    pub(crate) fn transposed(self) -> Self {
        Self {
            matrix: self.transpose,
            transpose: self.matrix,
        }
    }
}

/// Which entries take part in a product.
#[derive(Debug, Clone, ExtensionType)]
pub enum Kept<B: Backend> {
    /// All of them.
    All,
    /// A choice per member, whose entries count for `1 / (1 - p)`.
    Some {
        /// `[R, ceil(E / 32)]`, one bit per entry, the lowest first.
        words: IntTensor<B>,
        /// `[R]`, `p`.
        rate: FloatTensor<B>,
    },
}

impl<B: Backend, C: CheckpointStrategy> ByRows<Autodiff<B, C>> {
    fn inner(self) -> ByRows<B> {
        ByRows {
            offsets: self.offsets,
            rows: self.rows,
            columns: self.columns,
            values: self.values.into_primitive(),
            numbers: self.numbers,
        }
    }
}

impl<B: Backend, C: CheckpointStrategy> Sparse<Autodiff<B, C>> {
    /// Without the tape: a matrix gets no gradient.
    pub(crate) fn inner(self) -> Sparse<B> {
        Sparse {
            matrix: self.matrix.inner(),
            transpose: self.transpose.inner(),
        }
    }
}

impl<B: Backend, C: CheckpointStrategy> Kept<Autodiff<B, C>> {
    /// Without the tape.
    pub(crate) fn inner(self) -> Kept<B> {
        match self {
            Self::All => Kept::All,
            Self::Some { words, rate } => Kept::Some {
                words,
                rate: rate.into_primitive(),
            },
        }
    }
}
