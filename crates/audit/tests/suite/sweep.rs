//! A sweep over rates and short ways to its parts.

use decay_audit::Estimate;
use decay_audit::compare::Better;
use decay_audit::interval::Bootstrap;
use decay_audit::trend::Figure;

/// A sweep with a bowl and the plateau of a ten-class loss.
pub(crate) const RATES: [f64; 8] = [0.0, 1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 0.1, 1.0];
pub(crate) const LOSSES: [[f64; 5]; 8] = [
    [0.71, 0.69, 0.74, 0.70, 0.75],
    [0.69, 0.66, 0.73, 0.71, 0.72],
    [0.61, 0.58, 0.60, 0.66, 0.63],
    [0.52, 0.50, 0.57, 0.49, 0.55],
    [0.48, 0.51, 0.50, 0.45, 0.47],
    [0.50, 0.47, 0.53, 0.49, 0.52],
    [0.93, 0.88, 0.81, 0.97, 0.90],
    [2.30, 2.30, 2.31, 2.30, 2.29],
];

pub(crate) fn table<const N: usize>(rows: &[[f64; N]]) -> Vec<Vec<f64>> {
    rows.iter().map(|row| row.to_vec()).collect()
}

pub(crate) fn map(values: &[Vec<f64>], f: impl Fn(f64) -> f64) -> Vec<Vec<f64>> {
    let row = |row: &Vec<f64>| row.iter().map(|&v| f(v)).collect();
    values.iter().map(row).collect()
}

pub(crate) fn lower(values: &[Vec<f64>]) -> Figure<'_> {
    let better = Better::Lower;
    Figure { values, better }
}

pub(crate) fn higher(values: &[Vec<f64>]) -> Figure<'_> {
    let better = Better::Higher;
    Figure { values, better }
}

pub(crate) fn settings() -> Bootstrap {
    Bootstrap::default()
}

pub(crate) fn close(got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len());
    for (got, want) in got.iter().zip(want) {
        assert!((got - want).abs() < 1e-12, "{got} instead of {want}");
    }
}

pub(crate) fn ends(estimate: &Estimate) -> [f64; 3] {
    [estimate.mean, estimate.low, estimate.high]
}
