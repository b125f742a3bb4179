//! Ridge regression for all rates, in closed form.

use crate::basis::Basis;
use crate::error::{LinearError, check_length, check_rates};
use crate::memory::add;
use crate::rows::Rows;
use crate::solution::Solution;

/// Squared errors with a penalty.
///
/// ```text
/// F = sum_i w_i 1/K sum_k (x_i W_k + b_k - y_ik)^2 + rate/2 |W|^2                  sum_i w_i = 1
/// a_jk = c_jk / (e_j + rate K/2)      c = sum_i w_i z_i (y_i - m_y)'              W = V a,  see [`Basis`]
/// ```
///
/// At rate 0 it is the solution of least norm.
///
/// ```
/// use decay_linear::{Ridge, Rows};
///
/// let rows = Rows { features: &[0.0, 1.0, 2.0], inputs: 1, weights: None };
/// let lines = Ridge::new(&rows, &[1.0, 3.0, 5.0], 1)?.path(&[0.0, 1e9])?;
/// assert!((lines[0].weights[0] - 2.0).abs() < 1e-12 && (lines[0].bias[0] - 1.0).abs() < 1e-12);
/// assert!(lines[1].weights[0].abs() < 1e-8 && (lines[1].bias[0] - 3.0).abs() < 1e-8);
/// # Ok::<(), decay_linear::LinearError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Ridge {
    basis: Basis,
    targets: usize,
    /// `c`, and `m_y` behind it, `[targets, directions + 1]`.
    products: Vec<f64>,
}

impl Ridge {
    /// Looks at rows and their answers once.
    ///
    /// # Shapes
    /// - `answers`: `[rows, targets]`, row-major
    ///
    /// # Errors
    /// As [`Basis::new`].
    pub fn new(rows: &Rows<'_>, answers: &[f64], targets: usize) -> Result<Self, LinearError> {
        check_length("answers", rows.count() * targets, answers.len())?;
        if !answers.iter().all(|answer| answer.is_finite()) {
            return Err(LinearError::NotFinite("answer"));
        }
        let basis = Basis::new(rows)?;
        let mut mean = vec![0.0; targets];
        for (answers, share) in answers.chunks_exact(targets).zip(&basis.shares) {
            for (mean, answer) in mean.iter_mut().zip(answers) {
                *mean += share * answer;
            }
        }
        let mut products = vec![0.0; targets * basis.width()];
        // Blocks are of rows, answers of rows and targets.
        let of_rows: Vec<&[f64]> = answers.chunks_exact(targets).collect();
        for (block, shares, answers) in basis.with(&of_rows) {
            let mut weighted = Vec::with_capacity(targets * shares.len());
            for (target, mean) in mean.iter().enumerate() {
                let rows = answers.iter().zip(shares);
                weighted.extend(rows.map(|(answers, share)| share * (answers[target] - mean)));
            }
            add(1.0, &block.sums(&weighted), &mut products);
        }
        for (line, mean) in products.chunks_exact_mut(basis.width()).zip(mean) {
            line[basis.variances.len()] = mean;
        }
        Ok(Self {
            basis,
            targets,
            products,
        })
    }

    /// The model at each rate, in their order.
    ///
    /// # Errors
    /// [`LinearError::Rate`].
    pub fn path(&self, rates: &[f64]) -> Result<Vec<Solution>, LinearError> {
        check_rates(rates)?;
        Ok(rates.iter().map(|&rate| self.at(rate)).collect())
    }

    fn at(&self, rate: f64) -> Solution {
        let half = rate * self.targets as f64 / 2.0;
        let mut turned = self.products.clone();
        for line in turned.chunks_exact_mut(self.basis.width()) {
            for (product, variance) in line.iter_mut().zip(&self.basis.variances) {
                *product /= variance + half;
            }
        }
        self.basis.solution(&turned, self.targets)
    }
}
