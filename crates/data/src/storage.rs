//! Feature values in memory.

use crate::SparseRows;

/// Feature values, row-major `[rows, features]`.
#[derive(Debug, Clone, PartialEq)]
pub enum Storage {
    /// Encoded columns; a missing number is NaN.
    F32(Vec<f32>),
    /// Pixels, as they are in the file.
    U8(Vec<u8>),
    /// Features that are mostly zero.
    Sparse(SparseRows),
}

impl Storage {
    /// Number of values, the zeros of sparse rows included.
    pub fn len(&self) -> usize {
        match self {
            Self::F32(values) => values.len(),
            Self::U8(values) => values.len(),
            Self::Sparse(rows) => rows.rows() * rows.columns,
        }
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Size in bytes.
    pub fn bytes(&self) -> usize {
        match self {
            Self::F32(values) => size_of_val(values.as_slice()),
            Self::U8(values) => values.len(),
            Self::Sparse(rows) => 4 * (rows.offsets.len() + 2 * rows.stored()),
        }
    }

    /// The value at a flat index.
    pub fn get(&self, index: usize) -> f32 {
        match self {
            Self::F32(values) => values[index],
            Self::U8(values) => f32::from(values[index]),
            Self::Sparse(rows) => rows.get(index / rows.columns, index % rows.columns),
        }
    }
}
