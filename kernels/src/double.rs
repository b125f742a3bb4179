//! Matrix products in double precision, on the host.

use std::ops::Range;

/// A row-major matrix in double precision, read as it lies or transposed.
///
/// ```
/// use decay_kernels::DoubleMatrix;
///
/// let a = DoubleMatrix::new(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [2, 3]);
/// assert_eq!(a.times(a.transposed()), [14.0, 32.0, 32.0, 77.0]);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct DoubleMatrix<'a> {
    values: &'a [f64],
    shape: [usize; 2],
    strides: [isize; 2],
}

impl<'a> DoubleMatrix<'a> {
    /// `values` of shape `[rows, columns]`.
    ///
    /// # Panics
    /// Unless there are `rows * columns` values.
    pub fn new(values: &'a [f64], [rows, columns]: [usize; 2]) -> Self {
        assert_eq!(values.len(), rows * columns, "a matrix has all its values");
        Self {
            values,
            shape: [rows, columns],
            strides: [columns as isize, 1],
        }
    }

    /// Rows for columns.
    pub fn transposed(self) -> Self {
        let ([rows, columns], [row, column]) = (self.shape, self.strides);
        Self {
            shape: [columns, rows],
            strides: [column, row],
            ..self
        }
    }

    /// Some of the rows.
    ///
    /// # Panics
    /// Unless it has them.
    pub fn rows(self, range: Range<usize>) -> Self {
        let ([rows, columns], [row, _]) = (self.shape, self.strides);
        assert!(
            range.start <= range.end && range.end <= rows,
            "a matrix has these rows"
        );
        // Without rows or columns there may be nothing at the place of the first.
        let start = range.start.saturating_mul(row as usize);
        Self {
            values: self.values.get(start..).unwrap_or_default(),
            shape: [range.len(), columns],
            ..self
        }
    }

    /// `self other`, row-major.
    ///
    /// # Panics
    /// Unless `other` has as many rows as `self` has columns.
    pub fn times(self, other: Self) -> Vec<f64> {
        let ([rows, inner], [other_inner, columns]) = (self.shape, other.shape);
        assert_eq!(inner, other_inner, "inner sizes agree");
        let mut product = vec![0.0; rows * columns];
        // SAFETY: `new` and `rows` have seen that shape and strides stay within the values, and `product` is row-major and all its own.
        unsafe {
            gemm::gemm(
                rows,
                columns,
                inner,
                product.as_mut_ptr(),
                1,
                columns as isize,
                false,
                self.values.as_ptr(),
                self.strides[1],
                self.strides[0],
                other.values.as_ptr(),
                other.strides[1],
                other.strides[0],
                0.0,
                1.0,
                false,
                false,
                false,
                gemm::Parallelism::None,
            );
        }
        product
    }
}

#[cfg(test)]
mod tests {
    use super::DoubleMatrix;

    #[test]
    fn products_are_sums_over_the_inner_axis() {
        let a = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let b = [7.0, 8.0, 9.0, 10.0, 11.0, 12.0];
        let (wide, tall) = (DoubleMatrix::new(&a, [2, 3]), DoubleMatrix::new(&b, [3, 2]));
        assert_eq!(wide.times(tall), [58.0, 64.0, 139.0, 154.0]);
        let other = DoubleMatrix::new(&b, [2, 3]).transposed();
        assert_eq!(wide.times(other), [50.0, 68.0, 122.0, 167.0]);
    }
}
