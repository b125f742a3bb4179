//! What decay of weights is: the same portfolios by other ways, and by the library's training.

use decay_claim::measuring::covariance::{decayed, mean_variance, shrunk};
use decay_claim::{
    Lab, MeasurementKey, Measurements, Population, Result, Study, full_descent, made_up, unchanged,
};
use decay_model::Mlp;
use decay_train::FoldRows;
use nalgebra::{DMatrix, DVector};

use crate::experiment::{MOMENTS, POLICY};
use crate::policy::{Managed, mean_variance_policy, ridge_of_one};
use crate::walk::recent;
use crate::weights::{Frontier, penalised};
use crate::{AVERSION, IDENTITIES, RATES, TRAINED};

/// Rates that the library trains at, from the same start.
const LIBRARY: [f64; 4] = [0.03, 0.3, 3.0, 30.0];

pub(crate) fn measure(lab: &Lab, stretches: &[DMatrix<f64>], out: &mut Measurements) -> Result<()> {
    let stocks = stretches.iter().map(DMatrix::ncols).min().unwrap_or(0);
    let mut policies = Vec::new();
    for (replicate, stretch) in stretches.iter().enumerate() {
        let history = stretch.rows(0, POLICY.lookback).into_owned();
        let (mean, covariance) = recent(&history, MOMENTS.lookback);
        let managed = Managed::of(&history, POLICY.hold);
        for rate in RATES.into_iter().filter(|rate| *rate > 0.0) {
            let key = MeasurementKey::of(IDENTITIES.0, "", rate, replicate);
            if let Some(far) = by_moments(&mean, &covariance, rate) {
                out.add(key, far);
            }
            if let Some(far) = by_regression(&managed.returns, rate) {
                out.add(key, [(IDENTITIES.1[1], far)]);
            }
        }
        policies.push(managed.scaled(stocks));
    }
    library(lab, &policies, out)
}

fn relative(found: &DVector<f64>, expected: &DVector<f64>) -> f64 {
    (found - expected).norm() / expected.norm()
}

/// Decayed weights against those of a shrunk covariance and a larger risk aversion, and against those of any risk aversion alone.
pub(crate) fn by_moments(
    mean: &DVector<f64>,
    covariance: &DMatrix<f64>,
    rate: f64,
) -> Option<[(&'static str, f64); 2]> {
    let decay = AVERSION * rate * mean_variance(covariance);
    let weights = penalised(mean, covariance, AVERSION, decay)?;
    let other = Frontier::new(mean, &shrunk(covariance, rate / (1.0 + rate)))?;
    let plain = Frontier::new(mean, &decayed(covariance, 0.0))?;
    Some([
        (
            IDENTITIES.1[0],
            relative(&other.at(AVERSION * (1.0 + rate)), &weights),
        ),
        (IDENTITIES.1[2], plain.distance(&weights)),
    ])
}

pub(crate) fn by_regression(returns: &DMatrix<f64>, rate: f64) -> Option<f64> {
    let portfolio = mean_variance_policy(returns, rate)?;
    Some(relative(&portfolio, &ridge_of_one(returns, rate)?))
}

/// The library's linear models of every stretch as one population.
///
/// Every row is there twice, as `(x, 1)` and as `(-x, -1)`: that leaves the ridge as it is and the bias at 0.
fn library(lab: &Lab, policies: &[DMatrix<f64>], out: &mut Measurements) -> Result<()> {
    let inputs = policies.first().map_or(0, DMatrix::ncols);
    let column = |input: usize| -> Vec<f64> {
        let own = policies.iter().map(|x| x.column(input));
        own.flat_map(|x| x.iter().flat_map(|&x| [x, -x]).collect::<Vec<_>>())
            .collect()
    };
    let columns: Vec<Vec<f64>> = (0..inputs).map(column).collect();
    let rows = policies.first().map_or(0, DMatrix::nrows);
    let values = [1.0, -1.0].repeat(rows * policies.len());
    let data = made_up(&columns, |rows| rows.values(&values))?;
    let own = |replicate: usize| (2 * rows * replicate..2 * rows * (replicate + 1)).collect();
    let replicates = (0..policies.len()).map(|replicate| FoldRows {
        train: own(replicate),
        validation: own(replicate),
    });
    // Its loss is the mean of squares without a half.
    let rates = LIBRARY.map(|rate| 2.0 * rate).to_vec();
    let study = Study::of_decay(
        TRAINED,
        &data,
        replicates.collect(),
        Mlp::hidden([]),
        full_descent(3000),
        rates,
    );
    let population = lab.train_scaled(study, vec![unchanged(inputs); policies.len()])?;
    note_distances(&population, policies, out);
    Ok(())
}

fn note_distances(population: &Population, policies: &[DMatrix<f64>], out: &mut Measurements) {
    for member in 0..population.len() {
        let key = population.key(member);
        let rate = key.rate / 2.0;
        let trained = population.linear(member).weights;
        let expected = ridge_of_one(&policies[key.replicate], rate);
        let far = expected.map_or(f64::NAN, |expected| {
            relative(&DVector::from_vec(trained), &expected)
        });
        let key = MeasurementKey::of(IDENTITIES.0, TRAINED, rate, key.replicate);
        out.add(key, [("distance", far)]);
    }
}
