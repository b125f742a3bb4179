//! What other regularisers do to a linear model, exactly.

use decay_claim::measuring::moments::Moments;
use nalgebra::{DMatrix, DVector, SymmetricEigen};

/// Squared singular values of the inputs over rows, with their directions.
pub(crate) struct Directions {
    /// `s²`, not below 0.
    pub(crate) squares: DVector<f64>,
    vectors: DMatrix<f64>,
    /// What the targets say along each direction.
    told: DMatrix<f64>,
}

impl Directions {
    pub(crate) fn of(moments: &Moments) -> Self {
        let SymmetricEigen {
            eigenvectors,
            eigenvalues,
        } = SymmetricEigen::new(moments.xx.clone());
        Self {
            squares: eigenvalues.map(|square| square.max(0.0)),
            told: eigenvectors.tr_mul(&moments.xy),
            vectors: eigenvectors,
        }
    }

    /// The weights of least squares with each direction multiplied by a factor of its `s²`.
    pub(crate) fn filtered(&self, factor: impl Fn(f64) -> f64) -> DMatrix<f64> {
        let mut along = self.told.clone();
        for (mut row, &square) in along.row_iter_mut().zip(&self.squares) {
            // A direction that the inputs do not have is told nothing.
            row *= if square > 1e-12 {
                factor(square) / square
            } else {
                0.0
            };
        }
        &self.vectors * along
    }

    /// The largest step that gradient descent may take along each direction without turning round.
    pub(crate) fn step(&self) -> f64 {
        1.0 / self.squares.max()
    }
}

/// `1 - (1 - η s²)^t`: what gradient descent from 0 has learnt after `t` steps.
pub(crate) fn stopped(square: f64, step: f64, steps: f64) -> f64 {
    1.0 - (1.0 - step * square).max(0.0).powf(steps)
}

/// `s² / (s² + λ)`: what ridge regression keeps.
pub(crate) fn kept(square: f64, decay: f64) -> f64 {
    square / (square + decay)
}

/// Gradient descent from 0 on half the mean squared error.
pub(crate) fn descended(moments: &Moments, step: f64, steps: usize) -> DMatrix<f64> {
    let mut weights = DMatrix::zeros(moments.xy.nrows(), moments.xy.ncols());
    for _ in 0..steps {
        weights += (&moments.xy - &moments.xx * &weights) * step;
    }
    weights
}

/// Every row with noise of covariance `σ² I`: up and down along each input by `σ √inputs`.
pub(crate) fn noisy(values: &DMatrix<f64>, size: f64) -> DMatrix<f64> {
    let (rows, inputs) = values.shape();
    let each = 2 * inputs;
    DMatrix::from_fn(rows * each, inputs, |place, input| {
        let (row, noise) = (place / each, place % each);
        let sign = if noise % 2 == 0 { 1.0 } else { -1.0 };
        let moved = if noise / 2 == input {
            sign * size * (inputs as f64).sqrt()
        } else {
            0.0
        };
        values[(row, input)] + moved
    })
}

/// Every row as often as [`noisy`] has it.
pub(crate) fn repeated(values: &DMatrix<f64>, inputs: usize) -> DMatrix<f64> {
    let each = 2 * inputs;
    DMatrix::from_fn(values.nrows() * each, values.ncols(), |place, column| {
        values[(place / each, column)]
    })
}

/// Units after a batch norm without a floor: each has mean 0 and variance 1 over the rows.
pub(crate) fn normalised(x: &DMatrix<f64>, weights: &DMatrix<f64>) -> DMatrix<f64> {
    let mut units = x * weights;
    for mut unit in units.column_iter_mut() {
        let mean = unit.mean();
        unit.add_scalar_mut(-mean);
        let size = unit.norm() / (unit.len() as f64).sqrt();
        unit /= size;
    }
    units
}

/// `||a - b|| / ||a||`.
pub(crate) fn apart(a: &DMatrix<f64>, b: &DMatrix<f64>) -> f64 {
    (a - b).norm() / a.norm()
}
