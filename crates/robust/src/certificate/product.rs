//! Matrix products in double precision.

/// A row-major matrix that is read as it lies or transposed.
#[derive(Clone, Copy)]
pub(super) struct Matrix<'a> {
    values: &'a [f64],
    shape: [usize; 2],
    strides: [isize; 2],
}

impl<'a> Matrix<'a> {
    /// `values` of shape `[rows, columns]`.
    pub(super) fn new(values: &'a [f64], [rows, columns]: [usize; 2]) -> Self {
        assert_eq!(values.len(), rows * columns, "a matrix has all its values");
        Self {
            values,
            shape: [rows, columns],
            strides: [columns as isize, 1],
        }
    }

    /// Rows for columns.
    pub(super) fn transposed(self) -> Self {
        let ([rows, columns], [row, column]) = (self.shape, self.strides);
        Self {
            shape: [columns, rows],
            strides: [column, row],
            ..self
        }
    }

    /// `self other`, row-major.
    pub(super) fn times(self, other: Self) -> Vec<f64> {
        let ([rows, inner], [other_inner, columns]) = (self.shape, other.shape);
        assert_eq!(inner, other_inner, "inner sizes agree");
        let mut product = vec![0.0; rows * columns];
        // SAFETY: `new` has seen that shape and strides stay within the values, and `product` is row-major and all its own.
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
    use super::Matrix;

    #[test]
    fn products_are_sums_over_the_inner_axis() {
        let a = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let b = [7.0, 8.0, 9.0, 10.0, 11.0, 12.0];
        let (wide, tall) = (Matrix::new(&a, [2, 3]), Matrix::new(&b, [3, 2]));
        assert_eq!(wide.times(tall), [58.0, 64.0, 139.0, 154.0]);
        let other = Matrix::new(&b, [2, 3]).transposed();
        assert_eq!(wide.times(other), [50.0, 68.0, 122.0, 167.0]);
    }
}
