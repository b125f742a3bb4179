//! A made-up market, whose true moments are known.

use decay_random::{At, Purpose, Stream};
use nalgebra::{DMatrix, DVector};

use crate::sharpe::YEAR;

/// Of the market in a year: mean and standard deviation.
const FACTOR: [f64; 2] = [0.08, 0.16];
/// Least and largest exposure to it.
const EXPOSURE: [f64; 2] = [0.5, 1.5];
/// Least and largest standard deviation of a stock beside it.
const OWN: [f64; 2] = [0.1, 0.3];

/// Stocks whose daily returns follow one factor.
///
/// ```text
/// r_i = β_i f + e_i        f ~ N(0.08, 0.16²), e_i ~ N(0, σ_i²) a year, σ_i uniform in [0.1, 0.3], β_i evenly in [0.5, 1.5]
/// ```
///
/// # Source
/// DeMiguel, Garlappi & Uppal 2009, section 5, <https://doi.org/10.1093/rfs/hhm075>, there by month.
#[derive(Debug, Clone)]
pub(crate) struct Market {
    /// Of a day.
    pub(crate) mean: DVector<f64>,
    /// Of a day.
    pub(crate) covariance: DMatrix<f64>,
    /// `[days, stocks]`.
    pub(crate) returns: DMatrix<f64>,
}

impl Market {
    /// Another market for every replicate.
    pub(crate) fn draw(seed: u64, replicate: usize, days: usize, stocks: usize) -> Self {
        let stream = |purpose: u32| {
            let at = At {
                site: 3 * replicate as u32 + purpose,
                ..At::default()
            };
            Stream::new(seed, Purpose::Experiment, at)
        };
        let normal = |purpose: u32, count: usize| {
            let mut values = vec![0.0f32; count];
            stream(purpose).fill_normal(&mut values);
            values.into_iter().map(f64::from).collect()
        };
        let mut shares = vec![0.0f32; stocks];
        stream(0).fill_uniform(&mut shares);
        let between = |[low, high]: [f64; 2], share: f64| low + (high - low) * share;
        let place = |stock: usize| stock as f64 / (stocks - 1) as f64;
        let exposure = DVector::from_fn(stocks, |stock, _| between(EXPOSURE, place(stock)));
        let own = DVector::from_fn(stocks, |stock, _| {
            between(OWN, f64::from(shares[stock])) / YEAR.sqrt()
        });
        let [mean, sd] = [FACTOR[0] / YEAR, FACTOR[1] / YEAR.sqrt()];
        let factor = DVector::from_vec(normal(1, days)) * sd;
        let noise = DMatrix::from_vec(days, stocks, normal(2, days * stocks));
        let returns = DMatrix::from_fn(days, stocks, |day, stock| {
            exposure[stock] * (mean + factor[day]) + own[stock] * noise[(day, stock)]
        });
        let covariance = &exposure * exposure.transpose() * (sd * sd)
            + DMatrix::from_diagonal(&own.map(|sd| sd * sd));
        Self {
            mean: exposure * mean,
            covariance,
            returns,
        }
    }
}
