//! Golden values: `golden/scikit-learn.json` (scikit-learn, scipy) and the example of the deflated Sharpe ratio's paper.

use std::path::Path;

use decay_claim::measuring::covariance::{
    decayed, ledoit_wolf_share, mean_and_covariance, mean_variance, shrunk,
};
use nalgebra::DMatrix;
use serde_json::Value;

use crate::sharpe::{luck, moments, probability_above};
use crate::weights::{Frontier, penalised};

fn read() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/scikit-learn.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().unwrap();
    list.iter().map(|x| x.as_f64().unwrap()).collect()
}

/// The returns of `make_scikit_learn.py`.
fn returns(rows: usize, columns: usize) -> DMatrix<f64> {
    let mut state = (2024 + rows + columns) as u64;
    let mut draw = || {
        let mut one = || {
            state = (1_664_525 * state + 1_013_904_223) % (1 << 32);
            state as f64 / 4_294_967_296.0 - 0.5
        };
        (0..4).map(|_| one()).sum::<f64>()
    };
    let mut values = DMatrix::zeros(rows, columns);
    for row in 0..rows {
        let factor = draw();
        for column in 0..columns {
            let size = 0.01 * (1.0 + 0.1 * column as f64);
            values[(row, column)] = size * (factor + draw() + 0.1);
        }
    }
    values
}

fn cases() -> Vec<(DMatrix<f64>, Value)> {
    let all = read()["cases"].as_array().unwrap().clone();
    let size = |case: &Value, side: &str| case[side].as_u64().unwrap() as usize;
    let one = |case: Value| (returns(size(&case, "rows"), size(&case, "columns")), case);
    all.into_iter().map(one).collect()
}

fn near(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    let size = expected.iter().fold(0f64, |size, x| size.max(x.abs()));
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() <= tolerance * size, "{a} {b}");
    }
}

#[test]
fn the_share_and_the_covariance_are_those_of_scikit_learn() {
    for (returns, case) in cases() {
        let share = ledoit_wolf_share(&returns);
        near(&[share], &[case["share"].as_f64().unwrap()], 1e-10);
        let (_, covariance) = mean_and_covariance(&returns);
        let first: Vec<f64> = shrunk(&covariance, share).row(0).iter().copied().collect();
        near(&first, &numbers(&case["covariance"]), 1e-10);
    }
}

/// Both ways to decayed weights against an optimiser that knows neither.
#[test]
fn decayed_weights_are_those_of_a_constrained_optimiser() {
    let aversion = read()["gamma"].as_f64().unwrap();
    for (returns, case) in cases() {
        let (mean, covariance) = mean_and_covariance(&returns);
        for portfolio in case["portfolios"].as_array().unwrap() {
            let rate = portfolio["rate"].as_f64().unwrap();
            let expected = numbers(&portfolio["weights"]);
            let frontier = Frontier::new(&mean, &decayed(&covariance, rate)).unwrap();
            near(frontier.at(aversion).as_slice(), &expected, 1e-5);
            let decay = aversion * rate * mean_variance(&covariance);
            let direct = penalised(&mean, &covariance, aversion, decay).unwrap();
            near(direct.as_slice(), &expected, 1e-5);
        }
    }
}

#[test]
fn skewness_and_kurtosis_are_those_of_scipy() {
    for (returns, case) in cases() {
        let [.., skewness, kurtosis] = moments(returns.column(0).as_slice());
        let expected = ["skewness", "kurtosis"].map(|name| case[name].as_f64().unwrap());
        near(&[skewness, kurtosis], &expected, 1e-10);
    }
}

/// Bailey & López de Prado 2014, numerical example: 100 tries whose annual Sharpe ratios have variance 1/2, the best 2.5 in five years
/// of 250 days with skewness -3 and kurtosis 10. They give 0.1132 and 0.9004.
#[test]
fn the_deflated_sharpe_ratio_is_that_of_the_paper() {
    let threshold = luck(0.5 / 250.0, 100);
    assert!((threshold - 0.1132).abs() < 5e-5, "{threshold}");
    let ratio = 2.5 / 250f64.sqrt();
    let deflated = probability_above(ratio, threshold, 1250.0, [-3.0, 10.0]);
    assert!((deflated - 0.9004).abs() < 5e-5, "{deflated}");
    assert_eq!(luck(0.5, 1), 0.0);
}
