//! Matrix products for scores on features.

use nalgebra::{DMatrix, DMatrixView};

use crate::Result;
use crate::stop::Stop;

/// Multiplications between two looks at the flag: a part of a second.
const AT_ONCE: usize = 1 << 28;
/// Of the inner axis at once, so that what is read again and again stays in a core's cache.
const INNER: usize = 64;

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
    ///
    /// # Errors
    /// [`AuditError::Interrupted`](crate::AuditError::Interrupted) once told to stop.
    pub(crate) fn times(self, other: Matrix<'_>, stop: Stop<'_>) -> Result<Vec<f64>> {
        // nalgebra is column-major: what lies there row-major is the transpose, and `(A B)' = B' A'`.
        let left = match other.transposed {
            false => other.view().into_owned(),
            true => other.view().transpose(),
        };
        let (inner, rows) = (left.ncols(), self.values.len() / left.ncols().max(1));
        let panel = (AT_ONCE / (left.nrows() * INNER).max(1)).max(1);
        let mut product = Vec::with_capacity(rows * left.nrows());
        for start in (0..rows).step_by(panel) {
            let right = self.panel(start, panel.min(rows - start));
            let mut sums = DMatrix::<f64>::zeros(left.nrows(), right.ncols());
            for k in (0..inner).step_by(INNER) {
                stop.go_on()?;
                let count = INNER.min(inner - k);
                sums.gemm(1.0, &left.columns(k, count), &right.rows(k, count), 1.0);
            }
            product.extend_from_slice(sums.as_slice());
        }
        Ok(product)
    }

    /// Some rows, transposed.
    fn panel(self, start: usize, count: usize) -> DMatrix<f64> {
        match self.transposed {
            false => self.view().columns(start, count).into_owned(),
            true => self.view().rows(start, count).transpose(),
        }
    }

    /// The transpose of the matrix as it lies, column-major.
    fn view(&self) -> DMatrixView<'a, f64> {
        DMatrixView::from_slice(self.values, self.columns, self.values.len() / self.columns)
    }
}

#[cfg(test)]
mod tests {
    use super::{Matrix, Stop};

    fn times(a: Matrix<'_>, b: Matrix<'_>) -> Vec<f64> {
        a.times(b, Stop::never()).unwrap()
    }

    #[test]
    fn products_of_matrices_and_their_transposes() {
        let (a, b) = (
            [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
            [1.0, -1.0, 2.0, 0.5, 0.0, 3.0],
        );
        let (tall, wide) = (Matrix::row_major(&a, 2), Matrix::row_major(&b, 3));
        let expected = [2.0, -1.0, 8.0, 5.0, -3.0, 18.0, 8.0, -5.0, 28.0];
        assert_eq!(times(tall, wide), expected);
        assert_eq!(times(tall.transposed(), tall), [35.0, 44.0, 44.0, 56.0]);
        let across = times(wide.transposed(), tall.transposed());
        assert_eq!((across[1], across[3]), (expected[3], expected[1]));
    }
}
