//! Waves around the circle times cosines in time: orthonormal over the whole field, so that sizes and slopes are sums of squares.
//!
//! ```text
//! u(x, t) = Σ c_mk w_k(x) v_m(t)      w = √2 cos kx, √2 sin kx      v = 1, √2 cos(π m t / END)
//! mean u² = Σ c²        mean u_x² = Σ k² c²
//! ```
//!
//! There is no wave 0: the equation keeps the mean, and that is 0.

use std::f64::consts::{FRAC_PI_2, PI, SQRT_2};

use nalgebra::{DMatrix, DVector};

use crate::equation::END;

/// Wave numbers from 1, and cosines in time.
pub(crate) const WAVES: usize = 20;
const COSINES: usize = 8;
/// Coefficients.
pub(crate) const SIZE: usize = 2 * WAVES * COSINES;

/// How often a field is derived.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Derivative {
    pub(crate) x: i32,
    pub(crate) t: i32,
}

pub(crate) const VALUE: Derivative = Derivative { x: 0, t: 0 };

/// What decay is on: `Σ p c²`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Penalty {
    /// `Σ |c_k|²`, plain decay.
    Size,
    /// `Σ k² |c_k|²`.
    Slope,
}

impl Penalty {
    /// `p` of every coefficient.
    pub(crate) fn weights(self) -> DVector<f64> {
        let of = |place: usize| match self {
            Self::Size => 1.0,
            Self::Slope => number(place).powi(2),
        };
        DVector::from_fn(SIZE, |place, _| of(place))
    }
}

/// Wave number of a coefficient; sines follow their cosines.
fn number(place: usize) -> f64 {
    (place % (2 * WAVES) / 2 + 1) as f64
}

/// Every function of the basis, derived, at every point: `[points, SIZE]`.
pub(crate) fn matrix(points: &[[f64; 2]], by: Derivative) -> DMatrix<f64> {
    // Each derivative turns a cosine by a quarter; a sine is one turned back.
    let turned = |rate: f64, at: f64, by: i32, back: f64| {
        rate.powi(by) * (rate * at + FRAC_PI_2 * (f64::from(by) - back)).cos()
    };
    let value = |row: usize, place: usize| {
        let [x, t] = points[row];
        let cosine = place / (2 * WAVES);
        let wave = SQRT_2 * turned(number(place), x, by.x, (place % 2) as f64);
        let size = if cosine == 0 { 1.0 } else { SQRT_2 };
        wave * size * turned(PI * cosine as f64 / END, t, by.t, 0.0)
    };
    DMatrix::from_fn(points.len(), SIZE, value)
}
