//! Lasso and elastic net, for whole paths of penalties.

use decay_kernels::DoubleMatrix;

use crate::active_set::{ActiveSet, Bounds};
use crate::basis::{ROUNDING, centred};
use crate::error::{LinearError, check_answers, check_rates};
use crate::rows::Rows;
use crate::solution::Solution;

/// Penalties of a model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Penalties {
    /// Of the sum of the weights' sizes.
    pub l1: f64,
    /// Of half the sum of their squares.
    pub rate: f64,
}

/// Squared errors with a penalty that makes weights exactly 0.
///
/// ```text
/// F = sum_i w_i 1/K sum_k (x_i W_k + b_k - y_ik)^2 + l1 |W|_1 + rate/2 |W|^2       sum_i w_i = 1
/// ```
///
/// Of scikit-learn's `alpha` and `l1_ratio` on one target, `l1 = 2 alpha l1_ratio` and `rate = 2 alpha (1 - l1_ratio)`.
///
/// ```
/// use decay_linear::{ElasticNet, Penalties, Rows};
///
/// // Of standardised columns that are at right angles each weight is the product with the answers, less l1/2.
/// let rows = Rows { features: &[1.0, 1.0, 1.0, -1.0, -1.0, 1.0, -1.0, -1.0], inputs: 2, weights: None };
/// let answers = [3.5, 2.5, -2.5, -3.5];
/// let found = ElasticNet::new(&rows, &answers, 1)?.path(&[Penalties { l1: 1.2, rate: 0.0 }], &|| false)?;
/// assert!((found[0].weights[0] - 2.4).abs() < 1e-12 && found[0].weights[1] == 0.0);
/// # Ok::<(), decay_linear::LinearError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ElasticNet {
    rows: usize,
    targets: usize,
    /// `sqrt(w_i) (x_ij - m_j)`, `[inputs, rows]`.
    columns: Vec<f64>,
    /// `sqrt(w_i) (y_ik - m_k)`, `[targets, rows]`.
    answers: Vec<f64>,
    /// `m_j`, `[inputs]`.
    mean: Vec<f64>,
    /// `m_k`, `[targets]`.
    level: Vec<f64>,
}

impl ElasticNet {
    /// Looks at rows and their answers once.
    ///
    /// # Shapes
    /// - `answers`: `[rows, targets]`, row-major
    ///
    /// # Errors
    /// As [`Basis::new`](crate::Basis::new).
    pub fn new(rows: &Rows<'_>, answers: &[f64], targets: usize) -> Result<Self, LinearError> {
        check_answers(answers, rows.count(), targets)?;
        let shares = rows.shares()?;
        let (mean, around) = centred(rows.features, rows.inputs, &shares);
        let mut columns = transposed(&around, &shares, rows.inputs);
        for (column, mean) in columns.chunks_exact_mut(shares.len()).zip(&mean) {
            let squares: f64 = column.iter().map(|value| value * value).sum();
            // Of a column that does not vary rounding is left.
            if squares <= ROUNDING * mean * mean {
                column.fill(0.0);
            }
        }
        let (level, own) = centred(answers, targets, &shares);
        Ok(Self {
            rows: shares.len(),
            targets,
            columns,
            answers: transposed(&own, &shares, targets),
            mean,
            level,
        })
    }

    /// The least `l1` at which every weight is 0: `2/K max_jk |sum_i w_i (x_ij - m_j) (y_ik - m_k)|`.
    pub fn largest(&self) -> f64 {
        let products = self.products(&self.answers);
        let largest = products
            .iter()
            .fold(0.0f64, |most, own| most.max(own.abs()));
        2.0 * largest / self.targets as f64
    }

    /// The model at each of the penalties, in their order.
    ///
    /// Models of one rate start from each other, from the largest `l1` on. A working set is guessed by the sequential strong rule;
    /// within it coordinates descend in turns until their signs stay, and then one system of equations has the rest. What was left out
    /// is looked at again, so that nothing is missed.
    ///
    /// # Errors
    /// [`LinearError::Rate`]; [`LinearError::Stopped`] once `stop` is true.
    ///
    /// # Source
    /// Friedman, Hastie & Tibshirani 2010, "Regularization Paths for Generalized Linear Models via Coordinate Descent"; Tibshirani et
    /// al. 2012, "Strong rules for discarding predictors in lasso-type problems", eq. 11.
    pub fn path(
        &self,
        penalties: &[Penalties],
        stop: &dyn Fn() -> bool,
    ) -> Result<Vec<Solution>, LinearError> {
        for own in penalties {
            check_rates(&[own.l1, own.rate])?;
        }
        let mut order: Vec<usize> = (0..penalties.len()).collect();
        order.sort_by(|&a, &b| {
            let (a, b) = (penalties[a], penalties[b]);
            a.rate.total_cmp(&b.rate).then(b.l1.total_cmp(&a.l1))
        });
        let inputs = self.mean.len();
        let mut found = vec![self.nothing(); penalties.len()];
        for target in 0..self.targets {
            let answers = &self.answers[target * self.rows..][..self.rows];
            let mut model = ActiveSet::new(&self.columns, answers, inputs);
            for &place in &order {
                let Penalties { l1, rate } = penalties[place];
                let bounds = Bounds {
                    size: self.targets as f64 * l1 / 2.0,
                    square: self.targets as f64 * rate / 2.0,
                };
                let passes = model.solve(bounds, stop)?;
                let own = &mut found[place];
                own.passes += passes;
                own.gradient = own.gradient.max(model.violation(bounds));
                for (input, weight) in model.weights() {
                    own.weights[input * self.targets + target] = weight;
                    own.bias[target] -= self.mean[input] * weight;
                }
            }
        }
        Ok(found)
    }

    fn nothing(&self) -> Solution {
        Solution {
            weights: vec![0.0; self.mean.len() * self.targets],
            bias: self.level.clone(),
            passes: 0,
            gradient: 0.0,
        }
    }

    /// Products of values with every column, `[targets, inputs]`.
    fn products(&self, values: &[f64]) -> Vec<f64> {
        let columns = DoubleMatrix::new(&self.columns, [self.mean.len(), self.rows]);
        DoubleMatrix::new(values, [self.targets, self.rows]).times(columns.transposed())
    }
}

/// Values `[rows, width]` as `[width, rows]`, each row times the root of its share.
fn transposed(values: &[f64], shares: &[f64], width: usize) -> Vec<f64> {
    let roots: Vec<f64> = shares.iter().map(|share| share.sqrt()).collect();
    let column = |place: usize| values.iter().skip(place).step_by(width.max(1));
    (0..width)
        .flat_map(|place| column(place).zip(&roots).map(|(value, root)| value * root))
        .collect()
}
