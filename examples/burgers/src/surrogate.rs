//! Surrogates in the Fourier basis: ridge, and least squares that know the equation, too.

use decay_claim::measuring::left_out::{Normal, gram};
use nalgebra::{DMatrix, DVector};

use crate::basis::{Derivative, VALUE, matrix};
use crate::equation::VISCOSITY;
use crate::task::Samples;

/// Relative length of a step of Gauss and Newton after which there are no more.
const CLOSE: f64 = 1e-6;

/// What was seen of a field, in the basis; rows are over the root of their number, so that squares are means.
pub(crate) struct Seen {
    pub(crate) a: DMatrix<f64>,
    pub(crate) b: DVector<f64>,
    square: DMatrix<f64>,
}

/// A fitted surrogate.
#[derive(Debug, Clone)]
pub(crate) struct Fit {
    pub(crate) coefficients: DVector<f64>,
    /// Mean squared error of each row by the fit without it.
    pub(crate) left_out: f64,
}

impl Seen {
    pub(crate) fn new(samples: &Samples<'_>) -> Self {
        let Samples { points, values } = samples;
        let root = (points.len() as f64).sqrt();
        let a = matrix(points, VALUE) / root;
        Self {
            square: gram(&a),
            b: DVector::from_column_slice(values) / root,
            a,
        }
    }

    /// The least of `||A c - b||² + λ Σ p c²`; `None` where rounding leaves it none.
    pub(crate) fn ridge(&self, rate: f64, penalty: &DVector<f64>) -> Option<Fit> {
        let normal = Normal::new(self.square.clone(), rate, penalty)?;
        let coefficients = normal.solve(&self.a.tr_mul(&self.b));
        Some(self.fitted(&normal, coefficients))
    }

    fn fitted(&self, normal: &Normal, coefficients: DVector<f64>) -> Fit {
        let residual = &self.a * &coefficients - &self.b;
        Fit {
            left_out: normal.left_out(&self.a, &residual),
            coefficients,
        }
    }
}

/// The equation at collocation points.
pub(crate) struct Equation {
    value: DMatrix<f64>,
    slope: DMatrix<f64>,
    /// `u_t - ν u_xx`.
    linear: DMatrix<f64>,
}

impl Equation {
    pub(crate) fn new(points: &[[f64; 2]]) -> Self {
        let root = (points.len() as f64).sqrt();
        let of = |x, t| matrix(points, Derivative { x, t });
        Self {
            value: of(0, 0),
            slope: of(1, 0),
            // Rows over the root of their number here and of the product below, so that squares are means.
            linear: (of(0, 1) - of(2, 0) * VISCOSITY) / root,
        }
    }

    /// `u_t + u u_x - ν u_xx` at every point over the root of their number.
    pub(crate) fn residual(&self, c: &DVector<f64>) -> DVector<f64> {
        let root = (self.value.nrows() as f64).sqrt();
        &self.linear * c + (&self.value * c).component_mul(&(&self.slope * c)) / root
    }

    /// The residual's slopes along the coefficients.
    pub(crate) fn slopes(&self, c: &DVector<f64>) -> DMatrix<f64> {
        let root = (self.value.nrows() as f64).sqrt();
        let (u, u_x) = (&self.value * c / root, &self.slope * c / root);
        let mut slopes = self.linear.clone();
        for (place, mut column) in slopes.column_iter_mut().enumerate() {
            column += self.slope.column(place).component_mul(&u);
            column += self.value.column(place).component_mul(&u_x);
        }
        slopes
    }

    /// The least of `||A c - b||² + w ||residual||² + λ Σ p c²` near a start, by steps of Gauss and Newton that are halved until
    /// they descend; strengths are `[λ, w]`.
    pub(crate) fn fit(
        &self,
        seen: &Seen,
        [rate, weight]: [f64; 2],
        penalty: &DVector<f64>,
        start: &DVector<f64>,
        steps: usize,
    ) -> Option<Fit> {
        let cost = |c: &DVector<f64>| {
            (&seen.a * c - &seen.b).norm_squared()
                + weight * self.residual(c).norm_squared()
                + rate * c.component_mul(penalty).dot(c)
        };
        let mut c = start.clone();
        let mut now = cost(&c);
        for _ in 0..steps {
            let slopes = self.slopes(&c);
            let normal = Normal::new(&seen.square + gram(&slopes) * weight, rate, penalty)?;
            let downhill = seen.a.tr_mul(&(&seen.b - &seen.a * &c))
                - slopes.tr_mul(&self.residual(&c)) * weight
                - c.component_mul(penalty) * rate;
            let step = normal.solve(&downhill);
            let halved = (0..20).map(|times| &c + &step * 0.5f64.powi(times));
            let better = halved.map(|next| (cost(&next), next)).find(|n| n.0 < now);
            let near = step.norm() < CLOSE * c.norm();
            match better {
                Some((lower, next)) if !near => (now, c) = (lower, next),
                _ => return Some(seen.fitted(&normal, c)),
            }
        }
        let bound = &seen.square + gram(&self.slopes(&c)) * weight;
        Some(seen.fitted(&Normal::new(bound, rate, penalty)?, c))
    }
}
