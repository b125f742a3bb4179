//! Weights as a linear function of features of the stocks, found by regression.
//!
//! A stock and one of its features are a portfolio of their own that holds the feature's value of the stock. A policy weighs these, and
//! the policy with the best trade of mean against second moment is least squares of a constant on their returns without an intercept
//! (Britten-Jones 1999); decay makes that a ridge.

use decay_claim::measuring::covariance::{decayed, mean_and_covariance, mean_variance};
use decay_claim::measuring::ridge::normal_equations;
use nalgebra::{DMatrix, DVector};

type Matrix = DMatrix<f64>;
type Vector = DVector<f64>;

/// Days that the slowest feature looks back.
pub(crate) const SLOWEST: usize = 126;
/// A month and a week.
const MONTH: usize = 21;
const WEEK: usize = 5;
/// Features of a stock: a constant, three trends, and whether it has become restless.
pub(crate) const FEATURES: usize = 5;
/// Farthest that a feature goes.
const FARTHEST: f64 = 3.0;

/// Features of a stock after some of its daily returns: 1; the sum of the last 5, 21 and 126 returns in units of their expected spread
/// `sd sqrt(days)`; the logarithm of the standard deviation of the last 21 over that of the last 126.
///
/// # Shapes
/// - `past`: at least 126 returns, the newest last
fn features(past: &[f64]) -> [f64; FEATURES] {
    let last = |days: usize| &past[past.len() - days..];
    let spread = |days: usize| {
        let squares: f64 = last(days).iter().map(|r| r * r).sum();
        (squares / days as f64).sqrt()
    };
    let slow = spread(SLOWEST);
    let trend = |days: usize| last(days).iter().sum::<f64>() / (slow * (days as f64).sqrt());
    let restless = (spread(MONTH) / slow).ln();
    let all = [1.0, trend(WEEK), trend(MONTH), trend(SLOWEST), restless];
    // A stock that did not move says nothing.
    all.map(|x| {
        let x = if x.is_finite() { x } else { 0.0 };
        x.clamp(-FARTHEST, FARTHEST)
    })
}

/// Returns of the portfolios of single features, and what these hold after the last day.
#[derive(Debug, Clone)]
pub(crate) struct Managed {
    /// `[samples, stocks * features]`, over `hold` days that begin on every day of the history.
    pub(crate) returns: Matrix,
    /// `[features, stocks]`.
    now: Matrix,
}

impl Managed {
    /// # Shapes
    /// - `history`: `[days, stocks]`, more than 126 + `hold` days
    pub(crate) fn of(history: &Matrix, hold: usize) -> Self {
        let (days, stocks) = history.shape();
        let at = |day: usize, stock: usize| {
            let column = history.column(stock);
            features(&column.as_slice()[..day])
        };
        let row = |day: usize| {
            (0..stocks).flat_map(move |stock| {
                let gain: f64 = history.view((day, stock), (hold, 1)).sum();
                at(day, stock).map(|x| x * gain)
            })
        };
        let all: Vec<f64> = (SLOWEST..=days - hold).flat_map(row).collect();
        let now = (0..stocks).flat_map(|stock| at(days, stock));
        Self {
            returns: Matrix::from_row_slice(days - hold - SLOWEST + 1, stocks * FEATURES, &all),
            now: Matrix::from_iterator(FEATURES, stocks, now),
        }
    }

    /// Only the portfolios of the first stocks, in units of their mean square.
    pub(crate) fn scaled(&self, stocks: usize) -> Matrix {
        let own = self.returns.columns(0, stocks * FEATURES).into_owned();
        let size = own.norm() / (own.len() as f64).sqrt();
        own / size
    }

    /// The weights of the stocks today under a policy.
    pub(crate) fn weights(&self, policy: &Vector) -> Vector {
        let stocks = self
            .now
            .column_iter()
            .zip(policy.as_slice().chunks(FEATURES));
        let weight = stocks.map(|(now, own)| now.iter().zip(own).map(|(x, w)| x * w).sum());
        Vector::from_iterator(self.now.ncols(), weight)
    }

    /// The same at a standard deviation of the returns of this history.
    pub(crate) fn weights_at_risk(&self, policy: &Vector, risk: f64) -> Vector {
        let past = &self.returns * policy;
        self.weights(policy) * (risk / past.variance().sqrt())
    }
}

/// The ridge of a constant 1 on returns: least mean of `(1 - θᵀx)² + λ m θᵀθ`, where `m` is the mean square of `x`.
pub(crate) fn ridge_of_one(x: &Matrix, rate: f64) -> Option<Vector> {
    let (rows, inputs) = x.shape();
    let ones = Vector::repeat(rows, 1.0);
    // Of a sum over rows.
    let decay = rate * x.norm_squared() / inputs as f64;
    normal_equations(x, &ones, decay, &Matrix::identity(inputs, inputs))
}

/// The same from means and a covariance with decay, as a portfolio: `S⁻¹μ / (1 + μᵀS⁻¹μ)`, `S = Σ + λ m I`.
pub(crate) fn mean_variance_policy(x: &Matrix, rate: f64) -> Option<Vector> {
    let (mean, covariance) = mean_and_covariance(x);
    // `m` is of squares and not of squares less those of the mean.
    let squares = x.norm_squared() / x.len() as f64;
    let bound = decayed(&covariance, rate * squares / mean_variance(&covariance));
    let free = bound.cholesky()?.solve(&mean);
    let own = mean.dot(&free);
    Some(free / (1.0 + own))
}
