//! Matrix products for scores on features.

use nalgebra::{DMatrix, DMatrixView};

/// A row-major matrix in memory, as it lies or transposed.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a> {
    values: &'a [f64],
    /// Length of a row as it lies.
    columns: usize,
    transposed: bool,
}

impl<'a> Matrix<'a> {
    /// `[values / columns, columns]`, row-major.
    pub(crate) fn row_major(values: &'a [f64], columns: usize) -> Self {
        Self {
            values,
            columns,
            transposed: false,
        }
    }

    /// The same memory with rows and columns exchanged.
    pub(crate) fn transposed(self) -> Self {
        Self {
            transposed: !self.transposed,
            ..self
        }
    }

    /// `self * other` on the calling thread, row-major `[rows of self, columns of other]`.
    pub(crate) fn times(self, other: Matrix<'_>) -> Vec<f64> {
        // nalgebra is column-major: what lies there row-major is the transpose, and `(A B)' = B' A'`.
        let (left, right) = (other.view(), self.view());
        let product: DMatrix<f64> = match (other.transposed, self.transposed) {
            (false, false) => left * right,
            (false, true) => left * right.transpose(),
            (true, false) => left.transpose() * right,
            (true, true) => left.transpose() * right.transpose(),
        };
        product.data.into()
    }

    /// The transpose of the matrix as it lies, column-major.
    fn view(&self) -> DMatrixView<'a, f64> {
        DMatrixView::from_slice(self.values, self.columns, self.values.len() / self.columns)
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
