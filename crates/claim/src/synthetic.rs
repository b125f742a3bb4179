//! Made-up data, for claims that need to know the truth.

use std::f64::consts::PI;
use std::sync::Arc;

use decay::data::{Reader, Rows};
use decay_data::Dataset;
use decay_random::{At, Purpose, Stream};

use crate::failure::Result;
use crate::lab::Lab;

/// A table of numbers that no file holds, as in `made_up(&columns, |rows| rows.values(&y))`.
///
/// # Shapes
/// - `columns`: `[features]` of `[rows]`, at least one
///
/// # Errors
/// Of [`Reader::load`], for a single class or columns of different lengths.
pub fn made_up(columns: &[Vec<f64>], target: impl FnOnce(Rows) -> Reader) -> Result<Dataset> {
    let rows = columns.first().map_or(0, Vec::len);
    let row = |row: usize| {
        columns
            .iter()
            .filter_map(move |column| column.get(row).copied())
    };
    let values: Vec<f64> = (0..rows).flat_map(row).collect();
    let data = target(decay::rows(&values, columns.len()));
    Ok(Arc::unwrap_or_clone(data.holdout(0.0).load()?.dataset))
}

/// Friedman's first function, of ten inputs or as many as are asked for, of which the first five matter: the data with noise of a
/// standard deviation, and the function without. Its own standard deviation is 4.9.
///
/// ```text
/// 10 sin(π x1 x2) + 20 (x3 - 1/2)² + 10 x4 + 5 x5 + noise        x uniform in [0, 1)
/// ```
///
/// # Errors
/// As [`made_up`].
///
/// # Panics
/// With fewer than five inputs.
///
/// # Source
/// Friedman 1991, <https://doi.org/10.1214/aos/1176347963>.
pub fn friedman(lab: &Lab, rows: usize, inputs: u32, noise: f64) -> Result<(Dataset, Vec<f64>)> {
    const SITE: u32 = 1 << 16;
    let column = |site: u32| {
        let mut x = vec![0.0f32; rows];
        lab.stream(SITE + site).fill_uniform(&mut x);
        x.into_iter().map(f64::from).collect()
    };
    let x: Vec<Vec<f64>> = (1..=inputs).map(column).collect();
    let function = |row: usize| {
        10.0 * (PI * x[0][row] * x[1][row]).sin()
            + 20.0 * (x[2][row] - 0.5).powi(2)
            + 10.0 * x[3][row]
            + 5.0 * x[4][row]
    };
    let truth: Vec<f64> = (0..rows).map(function).collect();
    let errors = lab.normal(SITE, rows).into_iter();
    let pairs = truth.iter().zip(errors);
    let seen: Vec<f64> = pairs.map(|(t, e)| t + noise * e).collect();
    Ok((made_up(&x, |rows| rows.values(&seen))?, truth))
}

impl Lab {
    /// The draws of one purpose of an experiment.
    pub fn stream(&self, site: u32) -> Stream {
        let at = At {
            site,
            ..At::default()
        };
        Stream::new(self.seed, Purpose::Experiment, at)
    }

    /// Standard normal draws.
    pub fn normal(&self, site: u32, count: usize) -> Vec<f64> {
        let mut values = vec![0.0f32; count];
        self.stream(site).fill_normal(&mut values);
        values.into_iter().map(f64::from).collect()
    }

    /// Some of the rows, in random order.
    pub fn sample(&self, site: u32, rows: &[usize], count: usize) -> Vec<usize> {
        let mut rows = rows.to_vec();
        self.stream(site).shuffle(&mut rows);
        rows.truncate(count);
        rows
    }
}
