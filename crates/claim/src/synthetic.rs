//! Made-up data, for claims that need to know the truth.

use std::f64::consts::PI;

use decay_data::{Cells, Column, Dataset, Options, Provenance, Table, TaskKind};
use decay_random::{At, Purpose, Stream};

use crate::failure::Result;
use crate::lab::Lab;

/// What made-up rows are to be predicted as.
#[derive(Debug, Clone, PartialEq)]
pub enum MadeUp {
    /// A regression.
    Values(Vec<f64>),
    /// Classes `0..n`.
    Labels(Vec<usize>),
}

/// A table of numbers that no file holds.
///
/// # Shapes
/// - `columns`: `[features]` of `[rows]`, at least one
///
/// # Errors
/// As [`Dataset::from_table`], for a single class or columns of different lengths.
pub fn made_up(name: &str, columns: Vec<Vec<f64>>, target: MadeUp) -> Result<Dataset> {
    const TARGET: &str = "target";
    let (task, target) = match target {
        MadeUp::Values(values) => (TaskKind::Regression, values),
        MadeUp::Labels(labels) => (
            TaskKind::Classification,
            labels.into_iter().map(|label| label as f64).collect(),
        ),
    };
    let rows = target.len();
    let named = (0..columns.len()).map(|place| format!("x{place}"));
    let names: Vec<String> = named.chain([TARGET.to_owned()]).collect();
    let cells = columns.into_iter().chain([target]).map(Cells::Numbers);
    let columns = names.iter().cloned().zip(cells);
    let table = Table {
        path: name.to_owned(),
        columns: columns
            .map(|(name, cells)| Column { name, cells })
            .collect(),
        names,
        lines: (1..=rows as u64).collect(),
        provenance: Provenance {
            source: "made up".to_owned(),
            rows,
            ..Provenance::default()
        },
    };
    let options = Options {
        target: Some(TARGET.to_owned()),
        task: Some(task),
        ..Options::default()
    };
    Ok(Dataset::from_table(&table, &options)?)
}

/// Friedman's first function of ten variables, five of which do not matter: the data with noise of a standard deviation, and the
/// function without. Its own standard deviation is 4.9.
///
/// ```text
/// 10 sin(π x1 x2) + 20 (x3 - 1/2)² + 10 x4 + 5 x5 + noise        x uniform in [0, 1)
/// ```
///
/// # Errors
/// As [`made_up`].
///
/// # Source
/// Friedman 1991, <https://doi.org/10.1214/aos/1176347963>.
pub fn friedman(lab: &Lab, rows: usize, noise: f64) -> Result<(Dataset, Vec<f64>)> {
    const SITE: u32 = 1 << 16;
    let column = |site: u32| {
        let mut x = vec![0.0f32; rows];
        lab.stream(SITE + site).fill_uniform(&mut x);
        x.into_iter().map(f64::from).collect()
    };
    let x: Vec<Vec<f64>> = (1..=10).map(column).collect();
    let function = |row: usize| {
        10.0 * (PI * x[0][row] * x[1][row]).sin()
            + 20.0 * (x[2][row] - 0.5).powi(2)
            + 10.0 * x[3][row]
            + 5.0 * x[4][row]
    };
    let truth: Vec<f64> = (0..rows).map(function).collect();
    let errors = lab.normal(SITE, rows).into_iter();
    let seen = truth
        .iter()
        .zip(errors)
        .map(|(t, e)| t + noise * e)
        .collect();
    Ok((made_up("friedman", x, MadeUp::Values(seen))?, truth))
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
