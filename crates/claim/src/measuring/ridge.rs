//! Ridge by matrices, in double precision: by Cholesky, by singular vectors, and by gradient descent.

use decay_linear::{Coordinate, Spectrum, least};
use nalgebra::{DMatrix, DVector};

use super::known::{Known, Truth};

type Matrix = DMatrix<f64>;
type Vector = DVector<f64>;

/// `(AᵀA + λ P)⁻¹ Aᵀb` by Cholesky; `None` where that has no inverse.
pub fn normal_equations(a: &Matrix, b: &Vector, rate: f64, penalty: &Matrix) -> Option<Vector> {
    let bound = a.tr_mul(a) + penalty * rate;
    Some(bound.cholesky()?.solve(&a.tr_mul(b)))
}

/// The operator and what was seen in the coordinates of its singular vectors.
pub struct Singular {
    values: Vector,
    v_t: Matrix,
    seen: Vector,
    beyond: f64,
}

impl Singular {
    /// `None` where the decomposition does not converge.
    pub fn new(a: &Matrix, b: &Vector) -> Option<Self> {
        let svd = a.clone().svd(true, true);
        let (seen, v_t) = (svd.u?.tr_mul(b), svd.v_t?);
        let beyond = (b.norm_squared() - seen.norm_squared()).max(0.0);
        Some(Self {
            values: svd.singular_values,
            v_t,
            seen,
            beyond,
        })
    }

    /// Largest and smallest `s²`.
    pub fn gains(&self) -> [f64; 2] {
        [self.values.max(), self.values.min()].map(|s| s * s)
    }

    /// `Σ filter(s²) (u·b / s) v`; a direction that the operator does not let through stays at 0.
    pub fn filtered(&self, filter: impl Fn(f64) -> f64) -> Vector {
        let values = self.values.iter().zip(&self.seen);
        let weight = |(&s, &seen): (&f64, &f64)| {
            if s == 0.0 {
                0.0
            } else {
                filter(s * s) * seen / s
            }
        };
        let weights = Vector::from_iterator(self.seen.len(), values.map(weight));
        self.v_t.tr_mul(&weights)
    }

    /// The ridge by its filter factors `s² / (s² + λ)`.
    pub fn ridge(&self, rate: f64) -> Vector {
        self.filtered(|gain| gain / (gain + rate))
    }

    /// Gradient descent on `1/2 ||A x - b||²` from 0, after some steps: `1 - (1 - lr s²)^t`, of steps that turn nothing round,
    /// `lr s² <= 1`.
    pub fn stopped(&self, lr: f64, steps: f64) -> Vector {
        self.filtered(|gain| learnt(lr * gain, steps))
    }

    /// The least relative distance of a solution from any ridge.
    pub fn from_nearest(&self, x: &Vector) -> f64 {
        let far = |rate: f64| (self.ridge(rate) - x).norm() / x.norm();
        far(least(far))
    }

    /// What rules that choose a rate need; `rows` numbers were seen.
    pub fn known(&self, truth: &Vector, rows: usize) -> Known {
        let truth = &self.v_t * truth;
        let own = |place: usize| {
            let (s, seen, truth) = (self.values[place], self.seen[place], truth[place]);
            let own = Coordinate {
                gain: s * s,
                penalty: 1.0,
                seen: seen * seen,
            };
            let truth = Truth {
                square: truth * truth,
                cross: s * seen * truth,
            };
            (own, truth)
        };
        let (coordinates, truths) = (0..self.seen.len()).map(own).unzip();
        let spectrum = Spectrum {
            coordinates,
            beyond: rows.saturating_sub(self.seen.len()),
            // What no `x` explains.
            unexplained: self.beyond,
        };
        Known { spectrum, truths }
    }
}

/// `1 - (1 - c)^t`, what `t` steps that each learn a share `c` of what is left have learnt.
///
/// A share above 1 counts as 1: rounding makes one of the largest step, `1 / s²`.
pub fn learnt(share: f64, steps: f64) -> f64 {
    -(steps * (-share.min(1.0)).ln_1p()).exp_m1()
}

/// Plain gradient descent on `1/2 ||A x - b||²` from 0, step by step.
pub fn stepped(a: &Matrix, b: &Vector, lr: f64, steps: usize) -> Vector {
    let mut x = Vector::zeros(a.ncols());
    for _ in 0..steps {
        x -= a.tr_mul(&(a * &x - b)) * lr;
    }
    x
}

/// The problem with noise of variance `σ² / rows` on every entry of the operator, as one whose squares are the expected ones:
///
/// ```text
/// E ||(A + E) x - b||² = ||A x - b||² + σ² ||x||²
/// ```
///
/// Every row stands there up and down along each coordinate, points that have this covariance exactly.
///
/// # Shapes
/// - `a`: `[rows, n]`; `b`: `[rows]`
/// - returns: `[rows 2 n, n]` and `[rows 2 n]`
///
/// # Source
/// Bishop 1995, "Training with noise is equivalent to Tikhonov regularization".
pub fn with_noise(a: &Matrix, b: &Vector, variance: f64) -> (Matrix, Vector) {
    let (rows, width) = a.shape();
    let (points, root) = (2 * width, (2.0 * width as f64).sqrt());
    let far = (variance * width as f64 / rows as f64).sqrt();
    let moved = |place: usize, column: usize| {
        let (row, point) = (place / points, place % points);
        let sign = if point % 2 == 0 { 1.0 } else { -1.0 };
        let along = f64::from(u8::from(point / 2 == column));
        (a[(row, column)] + along * sign * far) / root
    };
    (
        Matrix::from_fn(rows * points, width, moved),
        Vector::from_fn(rows * points, |place, _| b[place / points] / root),
    )
}

/// Gradient descent with momentum and decay in the gradient, from 0, with the steps that suit the curvature's bounds:
///
/// ```text
/// v <- β v - lr (Aᵀ(A x - b) + λ x)        x <- x + v
/// ```
pub fn descend(a: &Matrix, b: &Vector, rate: f64, [most, least]: [f64; 2], steps: usize) -> Vector {
    let [most, least] = [most, least].map(|gain| (gain + rate).sqrt());
    let (lr, momentum) = (
        (2.0 / (most + least)).powi(2),
        ((most - least) / (most + least)).powi(2),
    );
    let (square, aim) = (a.tr_mul(a), a.tr_mul(b));
    let mut x = Vector::zeros(aim.len());
    let mut v = x.clone();
    for _ in 0..steps {
        let gradient = &square * &x - &aim + &x * rate;
        v = v * momentum - gradient * lr;
        x += &v;
    }
    x
}

#[cfg(test)]
mod tests;
