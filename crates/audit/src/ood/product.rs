//! Matrix products for scores on features.

use nalgebra::{DMatrixView, Dyn};

/// A matrix in memory, as it lies or transposed.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a> {
    values: &'a [f64],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a> Matrix<'a> {
    /// `[values / columns, columns]`, row-major.
    pub(crate) fn row_major(values: &'a [f64], columns: usize) -> Self {
        Self {
            values,
            rows: values.len() / columns,
            columns,
            row_stride: columns,
            column_stride: 1,
        }
    }

    /// The same memory with rows and columns exchanged.
    pub(crate) fn transposed(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }

    /// `self * other` on the calling thread, row-major `[self.rows, other.columns]`.
    pub(crate) fn times(self, other: Matrix<'_>) -> Vec<f64> {
        // Column-major, the transpose of the product lies as the product does row-major.
        (other.transposed().view() * self.transposed().view())
            .data
            .into()
    }

    fn view(self) -> DMatrixView<'a, f64, Dyn, Dyn> {
        let shape = (self.rows, self.columns);
        let strides = (self.row_stride, self.column_stride);
        DMatrixView::from_slice_with_strides(self.values, shape.0, shape.1, strides.0, strides.1)
    }
}

#[cfg(test)]
mod tests {
    use super::Matrix;

    #[test]
    fn products_of_matrices_and_their_transposes() {
        let (a, b) = (
            [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
            [1.0, -1.0, 2.0, 0.5, 0.0, 3.0],
        );
        let (tall, wide) = (Matrix::row_major(&a, 2), Matrix::row_major(&b, 3));
        let expected = [2.0, -1.0, 8.0, 5.0, -3.0, 18.0, 8.0, -5.0, 28.0];
        assert_eq!(tall.times(wide), expected);
        assert_eq!(tall.transposed().times(tall), [35.0, 44.0, 44.0, 56.0]);
        let across = wide.transposed().times(tall.transposed());
        assert_eq!((across[1], across[3]), (expected[3], expected[1]));
    }
}
