//! Ridge regression for all rates, in closed form.

use crate::basis::{BLOCK, Basis, centred};
use crate::error::{LinearError, check_answers, check_rates};
use crate::memory::add;
use crate::rows::Rows;
use crate::solution::Solution;
use crate::spectrum::{Coordinate, Spectrum};

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
    /// `y - m_y`, `[rows, targets]`.
    centred: Vec<f64>,
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
        check_answers(answers, rows.count(), targets)?;
        let basis = Basis::new(rows)?;
        let (level, centred) = centred(answers, targets, &basis.shares);
        let mut products = vec![0.0; targets * basis.width()];
        // Blocks are of rows, answers of rows and targets.
        let of_rows: Vec<&[f64]> = centred.chunks_exact(targets).collect();
        for (block, shares, own) in basis.with(&of_rows) {
            let mut weighted = Vec::with_capacity(targets * shares.len());
            for target in 0..targets {
                let rows = own.iter().zip(shares);
                weighted.extend(rows.map(|(own, share)| share * own[target]));
            }
            add(1.0, &block.sums(&weighted), &mut products);
        }
        for (line, level) in products.chunks_exact_mut(basis.width()).zip(level) {
            line[basis.variances.len()] = level;
        }
        Ok(Self {
            basis,
            targets,
            centred,
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

    /// How strong a rate is beside a sum of squares, `alpha` of scikit-learn: `n rate K / 2`.
    pub fn strength(&self, rate: f64) -> f64 {
        self.basis.rows() as f64 * self.half(rate)
    }

    /// The rate of a strength.
    pub fn rate(&self, strength: f64) -> f64 {
        2.0 * strength / (self.basis.rows() * self.targets) as f64
    }

    /// The error of each row's answer by the model of all other rows, whose penalty has the same strength beside their sum of squares:
    ///
    /// ```text
    /// (y_i - m(x_i)) / (1 - h_i)        h_i = w_i (1 + sum_j z_ij^2 / (e_j + rate K/2))
    /// ```
    ///
    /// Not a number or infinite where a row alone decides its own answer, as at rate 0 with as many features as rows.
    ///
    /// # Shapes
    /// - returns: `[rows, targets]`
    ///
    /// # Errors
    /// [`LinearError::Rate`].
    ///
    /// # Source
    /// Allen 1974, "The relationship between variable selection and data augmentation and a method for prediction".
    pub fn left_out(&self, rate: f64) -> Result<Vec<f64>, LinearError> {
        check_rates(&[rate])?;
        let (half, mut turned) = (self.half(rate), self.turned(rate));
        // Answers are without their mean here.
        for line in turned.chunks_exact_mut(self.basis.width()) {
            line[self.basis.variances.len()] = 0.0;
        }
        let inverse: Vec<f64> = self
            .basis
            .variances
            .iter()
            .map(|e| 1.0 / (e + half))
            .collect();
        let free: Vec<f64> = self
            .basis
            .leverages(&inverse)
            .map(|own| 1.0 - own)
            .collect();
        let mut errors = Vec::with_capacity(self.centred.len());
        let rows: Vec<&[f64]> = self.centred.chunks_exact(self.targets).collect();
        for ((block, shares, own), free) in self.basis.with(&rows).zip(free.chunks(BLOCK)) {
            let fitted = block.outputs(&turned);
            for (row, (own, free)) in own.iter().zip(free).enumerate() {
                let fitted = fitted.iter().skip(row).step_by(shares.len());
                errors.extend(
                    own.iter()
                        .zip(fitted)
                        .map(|(own, fitted)| (own - fitted) / free),
                );
            }
        }
        Ok(errors)
    }

    /// What rules that choose a strength need to know of a target: the directions in which the rows vary, less their mean.
    ///
    /// # Panics
    /// If there is no such target.
    pub fn spectrum(&self, target: usize) -> Spectrum {
        let count = self.basis.rows();
        let products = &self.products[target * self.basis.width()..][..self.basis.variances.len()];
        let own = |(variance, product): (&f64, &f64)| Coordinate {
            gain: count as f64 * variance,
            penalty: 1.0,
            seen: count as f64 * product * product / variance,
        };
        let coordinates: Vec<Coordinate> =
            self.basis.variances.iter().zip(products).map(own).collect();
        let own = self.centred.iter().skip(target).step_by(self.targets);
        let squares = own.zip(&self.basis.shares);
        let squares: f64 = squares.map(|(own, share)| share * own * own).sum();
        let explained: f64 = coordinates.iter().map(|own| own.seen).sum();
        Spectrum {
            beyond: (count - 1).saturating_sub(coordinates.len()),
            unexplained: (count as f64 * squares - explained).max(0.0),
            coordinates,
        }
    }

    fn at(&self, rate: f64) -> Solution {
        self.basis.solution(&self.turned(rate), self.targets)
    }

    /// `rate K/2`
    fn half(&self, rate: f64) -> f64 {
        rate * self.targets as f64 / 2.0
    }

    /// `a`, and `m_y` behind it, `[targets, directions + 1]`.
    fn turned(&self, rate: f64) -> Vec<f64> {
        let (half, mut turned) = (self.half(rate), self.products.clone());
        for line in turned.chunks_exact_mut(self.basis.width()) {
            for (product, variance) in line.iter_mut().zip(&self.basis.variances) {
                *product /= variance + half;
            }
        }
        turned
    }
}
