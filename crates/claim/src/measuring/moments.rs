//! Ridge regression in double precision, from moments: what a linear model of any rows, however many, is told of them.

use nalgebra::{DMatrix, DVector};

/// Means and centred second moments of inputs and targets: all that squared loss and an intercept see of them.
#[derive(Debug, Clone)]
pub struct Moments {
    mean_x: DVector<f64>,
    mean_y: DVector<f64>,
    /// `mean (x - x̄)(x - x̄)ᵀ`, to which a penalty `wᵀ P w` adds `P`.
    pub xx: DMatrix<f64>,
    /// `mean (x - x̄)(y - ȳ)ᵀ`.
    pub xy: DMatrix<f64>,
}

impl Moments {
    /// Those of rows.
    ///
    /// # Shapes
    /// - `x`: `[rows, inputs]`
    /// - `y`: `[rows, outputs]`
    pub fn of(x: &DMatrix<f64>, y: &DMatrix<f64>) -> Self {
        let ((mean_x, far_x), (mean_y, far_y)) = (centred(x), centred(y));
        let rows = x.nrows() as f64;
        Self {
            mean_x,
            mean_y,
            xx: far_x.tr_mul(&far_x) / rows,
            xy: far_x.tr_mul(&far_y) / rows,
        }
    }

    /// The weights that minimise `mean ||y - b - Wᵀ x||² + λ ||W||²`; `None` if there is no unique minimum.
    ///
    /// # Shapes
    /// - returns: `[inputs, outputs]`
    pub fn ridge(&self, decay: f64) -> Option<DMatrix<f64>> {
        let inputs = self.xx.nrows();
        let system = &self.xx + DMatrix::identity(inputs, inputs) * decay;
        Some(system.cholesky()?.solve(&self.xy))
    }

    /// What such weights and the best intercepts say of rows, row after row.
    ///
    /// # Shapes
    /// - `x`: `[rows, inputs]`
    /// - returns: `[rows * outputs]`
    pub fn predicted(&self, weights: &DMatrix<f64>, x: &DMatrix<f64>) -> Vec<f64> {
        let bias = &self.mean_y - weights.tr_mul(&self.mean_x);
        let all = weights.tr_mul(&x.transpose());
        let rows = all.column_iter();
        rows.flat_map(|row| (row + &bias).iter().copied().collect::<Vec<_>>())
            .collect()
    }
}

/// Means of columns, and what is left of the values without them.
fn centred(values: &DMatrix<f64>) -> (DVector<f64>, DMatrix<f64>) {
    let mean = values.row_mean();
    let far = DMatrix::from_fn(values.nrows(), values.ncols(), |row, column| {
        values[(row, column)] - mean[column]
    });
    (mean.transpose(), far)
}

#[cfg(test)]
mod tests {
    use nalgebra::DMatrix;

    use super::Moments;

    /// Any small change of the weights or of the intercepts loses.
    #[test]
    fn the_ridge_is_the_minimum_of_its_objective() {
        let noise = |row: usize, column: usize| {
            ((row * 67 + column * 31 + row * row * column) % 23) as f64 / 23.0
        };
        let x = DMatrix::from_fn(20, 30, noise);
        let y = DMatrix::from_fn(20, 3, |row, class| f64::from(u8::from(row % 3 == class)));
        let (moments, decay) = (Moments::of(&x, &y), 0.05);
        let ridge = moments.ridge(decay).unwrap();
        let loss = |weights: &DMatrix<f64>, offset: f64| {
            let predicted = moments.predicted(weights, &x).into_iter();
            let truth: Vec<f64> = y.transpose().iter().copied().collect();
            let squares = predicted.zip(truth).map(|(p, t)| (p + offset - t).powi(2));
            squares.sum::<f64>() / 20.0 + decay * weights.norm_squared()
        };
        let least = loss(&ridge, 0.0);
        for place in [0, 5, 40, 89] {
            for step in [1e-3, -1e-3] {
                let mut other = ridge.clone();
                other[place] += step;
                assert!(loss(&other, 0.0) > least, "{place} {step}");
                assert!(loss(&ridge, step) > least);
            }
        }
    }

    /// Fewer rows than inputs leave directions that nothing decides.
    #[test]
    fn without_decay_there_may_be_no_unique_minimum() {
        let moments = Moments::of(&DMatrix::zeros(4, 2), &DMatrix::from_element(4, 1, 1.0));
        assert!(moments.ridge(0.0).is_none());
        assert_eq!(
            moments.predicted(&moments.ridge(0.1).unwrap(), &DMatrix::zeros(1, 2)),
            [1.0]
        );
    }
}
