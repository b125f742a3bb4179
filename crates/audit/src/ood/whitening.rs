//! A covariance as the linear map that makes it the identity.

use nalgebra::{Cholesky, DMatrix};

use super::Features;
use super::product::Matrix;
use crate::{AuditError, Result};

/// Added to the diagonal of a singular covariance, as a share of the mean variance.
const RIDGE: f64 = 1e-6;

/// `L^-1` with `L L' = C`: lengths after it are Mahalanobis distances, `|L^-1 x|² = x' C^-1 x`.
///
/// A covariance is singular where features never vary (a unit that is always off) or depend on each
/// other (fewer rows than features). Only then is `C + ridge I` taken, with
///
/// ```text
/// ridge = 1e-6 trace(C) / width
/// ```
///
/// so that a step along a direction the fitting rows never took counts as large, and not as infinite. "Singular" is a
/// factorisation that fails or has a squared pivot of at most `width * 2^-52` times the largest variance:
/// such a pivot is rounding, and dividing by it would make up distances.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Whitening {
    /// `[width, width]`, row-major.
    inverse: Vec<f64>,
    width: usize,
    ridge: f64,
}

impl Whitening {
    /// From centred rows, `[rows, width]`: their covariance over the number of rows.
    ///
    /// `largest` is the largest magnitude before centring; rows that vary by no more than its rounding do not vary.
    pub(crate) fn of_centred(rows: &[f64], width: usize, largest: f64) -> Result<Self> {
        let matrix = Matrix::row_major(rows, width);
        let mut covariance = matrix.transposed().times(matrix);
        let n = (rows.len() / width) as f64;
        covariance.iter_mut().for_each(|sum| *sum /= n);
        Self::of_covariance(covariance, width, largest * f64::EPSILON)
    }

    fn of_covariance(covariance: Vec<f64>, width: usize, rounding: f64) -> Result<Self> {
        let covariance = DMatrix::from_row_slice(width, width, &covariance);
        let ridge = RIDGE * covariance.trace() / width as f64;
        if covariance.trace() <= width as f64 * rounding * rounding {
            return Err(constant());
        }
        let plain = lower_factor(covariance.clone()).map(|lower| (lower, 0.0));
        let ridged = || {
            let shifted = covariance + DMatrix::identity(width, width) * ridge;
            lower_factor(shifted).map(|lower| (lower, ridge))
        };
        let inverted = plain.or_else(ridged).and_then(|(lower, ridge)| {
            let inverse = lower.solve_lower_triangular(&DMatrix::identity(width, width))?;
            Some((inverse.transpose().as_slice().to_vec(), ridge))
        });
        let (inverse, ridge) = inverted.ok_or_else(constant)?;
        Ok(Self {
            inverse,
            width,
            ridge,
        })
    }

    /// What was added to the diagonal; 0 for a regular covariance.
    pub(crate) fn ridge(&self) -> f64 {
        self.ridge
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Every row less `centre`, after the map, `[rows, width]`.
    pub(crate) fn map(&self, features: &Features<'_>, centre: &[f64]) -> Vec<f64> {
        let centred = features.without(centre);
        let inverse = Matrix::row_major(&self.inverse, self.width);
        Matrix::row_major(&centred, self.width).times(inverse.transposed())
    }
}

/// The Cholesky factor, unless it fails or a pivot is no more than rounding.
fn lower_factor(covariance: DMatrix<f64>) -> Option<DMatrix<f64>> {
    let width = covariance.nrows();
    let rounding = width as f64 * f64::EPSILON * covariance.diagonal().max();
    let lower = Cholesky::new(covariance)?.unpack();
    let smallest = lower.diagonal().min();
    (smallest * smallest > rounding).then_some(lower)
}

fn constant() -> AuditError {
    AuditError::Undefined {
        metric: "a Mahalanobis distance",
        reason: "no feature varies around its mean",
    }
}
