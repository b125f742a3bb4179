//! Leave-one-out cross-validation of a penalised least squares fit without fitting it again.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

type Matrix = DMatrix<f64>;
type Vector = DVector<f64>;

/// `AᵀA`, each of its entries once.
pub fn gram(a: &Matrix) -> Matrix {
    let mut square = Matrix::zeros(a.ncols(), a.ncols());
    for j in 0..a.ncols() {
        for i in 0..=j {
            let entry = a.column(i).dot(&a.column(j));
            square[(i, j)] = entry;
            square[(j, i)] = entry;
        }
    }
    square
}

/// The matrix of the normal equations, `B + λ diag(p)`, factored.
pub struct Normal(Cholesky<f64, Dyn>);

impl Normal {
    /// `None` where rounding leaves it no root.
    ///
    /// # Shapes
    /// - `bound`: `B`, `[n, n]`, symmetric: `AᵀA`, and whatever else is squared beside it
    /// - `penalty`: `p`, `[n]`
    pub fn new(mut bound: Matrix, rate: f64, penalty: &Vector) -> Option<Self> {
        for (place, weight) in penalty.iter().enumerate() {
            bound[(place, place)] += rate * weight;
        }
        bound.cholesky().map(Self)
    }

    /// `(B + λ diag(p))⁻¹ b`.
    pub fn solve(&self, b: &Vector) -> Vector {
        self.0.solve(b)
    }

    /// Sum of the squared errors of every row of `A` by the fit without that row:
    ///
    /// ```text
    /// Σ (r_i / (1 - h_i))²      r = A x - b      h_i = a_i (B + λ diag(p))⁻¹ a_iᵀ
    /// ```
    ///
    /// Exact where the fit is linear in `b`; at the end of Gauss and Newton's steps to first order.
    ///
    /// # Shapes
    /// - `a`: `[rows, n]`; `residual`: `[rows]`
    ///
    /// # Source
    /// Allen 1974, "The relationship between variable selection and data augmentation and a method for prediction".
    ///
    /// # Panics
    /// If shapes do not fit each other.
    pub fn left_out(&self, a: &Matrix, residual: &Vector) -> f64 {
        let mut rows = a.transpose();
        assert!(
            self.0.l_dirty().solve_lower_triangular_mut(&mut rows),
            "a factor of Cholesky has no zeros on its diagonal"
        );
        let leverages = rows.column_iter().map(|row| row.norm_squared());
        let errors = residual.iter().zip(leverages);
        errors.map(|(r, h)| (r / (1.0 - h)).powi(2)).sum()
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::{DMatrix, DVector};

    use super::{Normal, gram};
    use crate::measuring::ridge::normal_equations;

    /// Against every fit without a row, each made anew.
    #[test]
    fn no_row_needs_to_be_left_out_to_know_what_the_others_say_of_it() {
        let a = DMatrix::from_fn(9, 4, |i, j| ((3 * i + 5 * j * j + i * j) as f64).sin());
        let b = DVector::from_fn(9, |i, _| (i as f64 * 1.7).cos());
        let penalty = DVector::from_vec(vec![1.0, 4.0, 0.5, 9.0]);
        let rate = 0.2;
        let normal = Normal::new(gram(&a), rate, &penalty).unwrap();
        let x = normal.solve(&a.tr_mul(&b));
        let diagonal = DMatrix::from_diagonal(&penalty);
        let all = normal_equations(&a, &b, rate, &diagonal).unwrap();
        assert!((&x - all).norm() < 1e-13);
        let without = |row: usize| {
            let others = (a.clone().remove_row(row), b.clone().remove_row(row));
            let x = normal_equations(&others.0, &others.1, rate, &diagonal).unwrap();
            (a.row(row) * x)[0] - b[row]
        };
        let expected: f64 = (0..9).map(|row| without(row).powi(2)).sum();
        let found = normal.left_out(&a, &(&a * &x - &b));
        assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
    }
}
