//! Matrix products for scores on features.

use gemm::{Parallelism, gemm};

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
        assert!(columns > 0 && values.len().is_multiple_of(columns));
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
        assert_eq!(self.columns, other.rows);
        let mut product = vec![0.0; self.rows * other.columns];
        // SAFETY: every stride is that of a whole row-major matrix or its transpose, whose length
        // `row_major` checked; the inner sizes agree and the destination is a fresh row-major matrix.
        unsafe {
            gemm(
                self.rows,
                other.columns,
                self.columns,
                product.as_mut_ptr(),
                1,
                other.columns as isize,
                false,
                self.values.as_ptr(),
                self.column_stride as isize,
                self.row_stride as isize,
                other.values.as_ptr(),
                other.column_stride as isize,
                other.row_stride as isize,
                0.0,
                1.0,
                false,
                false,
                false,
                Parallelism::None,
            );
        }
        product
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
