//! Weights of portfolios from means and a covariance.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

type Matrix = DMatrix<f64>;
type Vector = DVector<f64>;

/// Fully invested portfolios of one covariance: `w = lowest + tilt / γ`.
///
/// ```text
/// max  μᵀw - γ/2 wᵀΣw   with 1ᵀw = 1        lowest = Σ⁻¹1 / 1ᵀΣ⁻¹1        tilt = Σ⁻¹μ - (1ᵀΣ⁻¹μ) lowest
/// ```
///
/// `lowest` has the least variance and is what an infinite risk aversion `γ` ends at.
#[derive(Debug, Clone)]
pub(crate) struct Frontier {
    /// Minimum variance.
    pub(crate) lowest: Vector,
    /// What a mean adds; its entries sum to 0.
    pub(crate) tilt: Vector,
    /// `Σ⁻¹μ`: what is held without a budget, times `γ`.
    pub(crate) free: Vector,
}

impl Frontier {
    /// `None` if the covariance is singular.
    pub(crate) fn new(mean: &Vector, covariance: &Matrix) -> Option<Self> {
        let factor: Cholesky<f64, Dyn> = covariance.clone().cholesky()?;
        let even = factor.solve(&Vector::repeat(mean.len(), 1.0));
        let lowest = &even / even.sum();
        let free = factor.solve(mean);
        Some(Self {
            tilt: &free - &lowest * free.sum(),
            lowest,
            free,
        })
    }

    /// The portfolio of a risk aversion.
    pub(crate) fn at(&self, aversion: f64) -> Vector {
        &self.lowest + &self.tilt / aversion
    }

    /// How far weights are from those of any risk aversion, relative to their size.
    pub(crate) fn distance(&self, weights: &Vector) -> f64 {
        let along = (weights - &self.lowest).dot(&self.tilt) / self.tilt.norm_squared();
        let nearest = &self.lowest + &self.tilt * along.max(0.0);
        (weights - nearest).norm() / weights.norm()
    }
}

/// The fully invested portfolio whose weights decay, from the conditions of its optimum and not from a shrunk covariance.
///
/// ```text
/// max  μᵀw - γ/2 wᵀΣw - λ/2 wᵀw   with 1ᵀw = 1        [ γΣ + λI  1 ] [ w ]   [ μ ]
///                                                     [    1ᵀ    0 ] [-η ] = [ 1 ]
/// ```
pub(crate) fn penalised(
    mean: &Vector,
    covariance: &Matrix,
    aversion: f64,
    decay: f64,
) -> Option<Vector> {
    let n = mean.len();
    let mut system = Matrix::from_element(n + 1, n + 1, 1.0);
    system[(n, n)] = 0.0;
    let bound = covariance * aversion + Matrix::identity(n, n) * decay;
    system.view_mut((0, 0), (n, n)).copy_from(&bound);
    let right = mean.push(1.0);
    Some(system.lu().solve(&right)?.rows(0, n).into_owned())
}

/// `1/n` of everything.
pub(crate) fn equal(n: usize) -> Vector {
    Vector::repeat(n, 1.0 / n as f64)
}

/// Exposure, `Σ |w|`: 1 without short positions and without debt.
pub(crate) fn gross(weights: &Vector) -> f64 {
    weights.lp_norm(1)
}

/// Herfindahl's index of a fully invested portfolio, `Σ w² / (Σ w)²`: `1/n` of equal weights.
pub(crate) fn herfindahl(weights: &Vector) -> f64 {
    weights.norm_squared() / weights.sum().powi(2)
}

/// Effective number of positions, long or short, `(Σ |w|)² / Σ w²`, from 1 to `n`.
pub(crate) fn positions(weights: &Vector) -> f64 {
    gross(weights).powi(2) / weights.norm_squared()
}
