//! A covariance as the linear map that makes it the identity.

use super::Features;
use super::eigen::{add, dot};
use super::product::Matrix;
use crate::stop::Stop;
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
    ///
    /// # Errors
    /// [`AuditError::Undefined`] if nothing varies; [`AuditError::Interrupted`] once told to stop.
    pub(crate) fn of_centred(
        rows: &[f64],
        width: usize,
        largest: f64,
        stop: Stop<'_>,
    ) -> Result<Self> {
        let matrix = Matrix::row_major(rows, width);
        let mut covariance = matrix.transposed().times(matrix, stop)?;
        let n = (rows.len() / width) as f64;
        covariance.iter_mut().for_each(|sum| *sum /= n);
        Self::of_covariance(covariance, width, largest * f64::EPSILON, stop)
    }

    fn of_covariance(
        covariance: Vec<f64>,
        width: usize,
        rounding: f64,
        stop: Stop<'_>,
    ) -> Result<Self> {
        let trace: f64 = covariance.iter().step_by(width + 1).sum();
        if trace <= width as f64 * rounding * rounding {
            return Err(constant());
        }
        let ridge = RIDGE * trace / width as f64;
        let (lower, ridge) = match lower_factor(&covariance, width, 0.0, stop)? {
            Some(lower) => (lower, 0.0),
            None => {
                let ridged = lower_factor(&covariance, width, ridge, stop)?;
                (ridged.ok_or_else(constant)?, ridge)
            }
        };
        Ok(Self {
            inverse: inverse(&lower, width, stop)?,
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
    ///
    /// # Errors
    /// [`AuditError::Interrupted`] once told to stop.
    pub(crate) fn map(&self, features: &Features<'_>, centre: &[f64]) -> Result<Vec<f64>> {
        let centred = features.without(centre);
        let inverse = Matrix::row_major(&self.inverse, self.width);
        Matrix::row_major(&centred, self.width).times(inverse.transposed(), features.stop())
    }
}

/// The Cholesky factor `L` of a matrix with `ridge` on its diagonal, unless it fails or a pivot is no more than rounding.
///
/// ```text
/// L_ij = (C_ij - Σ_(k < j) L_ik L_jk) / L_jj      L_ii² = C_ii - Σ_(k < i) L_ik²
/// ```
fn lower_factor(
    covariance: &[f64],
    width: usize,
    ridge: f64,
    stop: Stop<'_>,
) -> Result<Option<Vec<f64>>> {
    let diagonal = covariance.iter().step_by(width + 1);
    let largest = diagonal.fold(0.0f64, |all, &x| all.max(x)) + ridge;
    let rounding = width as f64 * f64::EPSILON * largest;
    let mut lower = vec![0.0; width * width];
    for i in 0..width {
        stop.go_on()?;
        let (above, own) = lower.split_at_mut(i * width);
        let own = &mut own[..width];
        for (j, row) in above.chunks_exact(width).enumerate() {
            own[j] = (covariance[i * width + j] - dot(&own[..j], &row[..j])) / row[j];
        }
        let square = covariance[i * width + i] + ridge - dot(&own[..i], &own[..i]);
        if square.is_nan() || square <= rounding {
            return Ok(None);
        }
        own[i] = square.sqrt();
    }
    Ok(Some(lower))
}

/// `L^-1`, row by row from those before: `(L^-1)_i = (e_i - Σ_(j < i) L_ij (L^-1)_j) / L_ii`.
fn inverse(lower: &[f64], width: usize, stop: Stop<'_>) -> Result<Vec<f64>> {
    let mut inverse = vec![0.0; width * width];
    for i in 0..width {
        stop.go_on()?;
        let (above, own) = inverse.split_at_mut(i * width);
        let own = &mut own[..width];
        let weights = &lower[i * width..][..=i];
        for (j, row) in above.chunks_exact(width).enumerate() {
            add(&mut own[..=j], -weights[j], &row[..=j]);
        }
        own[i] = 1.0;
        own[..=i].iter_mut().for_each(|x| *x /= weights[i]);
    }
    Ok(inverse)
}

fn constant() -> AuditError {
    AuditError::Undefined {
        metric: "a Mahalanobis distance",
        reason: "no feature varies around its mean",
    }
}
