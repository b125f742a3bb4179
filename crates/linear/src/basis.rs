//! The directions in which features vary on their own.

use decay_kernels::DoubleMatrix;
use nalgebra::{DMatrix, SymmetricEigen};

use crate::error::LinearError;
use crate::rows::Rows;
use crate::solution::Solution;

/// Rows of a block, which stays in a core's cache while a pass works on it.
pub(crate) const BLOCK: usize = 512;
/// Share of the largest variance below which a direction is rounding, and no weight lies along it.
const NOTHING: f64 = 1e-12;
/// The same as a share of the features' squares, which their mean leaves behind when it is subtracted.
pub(crate) const ROUNDING: f64 = 1e-28;

/// Rows in the coordinates of their own covariance.
///
/// ```text
/// sum_i w_i (x_i - m)(x_i - m)' = V diag(e) V'        z_i = V' (x_i - m),   sum_i w_i = 1,   m = sum_i w_i x_i
/// ```
///
/// A penalty on `|W|^2` is one on the weights in these coordinates, since `V` is orthonormal; directions in which no row varies have
/// weight 0 at every minimum and are left out. With fewer rows than features `V` comes from the products of the rows instead.
#[derive(Debug, Clone)]
pub struct Basis {
    /// `[rows]`, with sum 1.
    pub(crate) shares: Vec<f64>,
    /// In the order of the rows.
    pub(crate) blocks: Vec<Block>,
    /// `[directions]`, falling.
    pub(crate) variances: Vec<f64>,
    /// `[inputs, directions]`.
    directions: Vec<f64>,
    /// `[inputs]`.
    mean: Vec<f64>,
}

/// Coordinates of some rows, and 1 for the bias: twice, since either product of a pass reads them fastest in its own order.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    /// `[rows, width]`.
    lying: Vec<f64>,
    /// `[width, rows]`.
    standing: Vec<f64>,
    rows: usize,
}

impl Block {
    /// Of coordinates `[rows, directions]`.
    fn new(turned: &[f64], rows: usize) -> Self {
        let kept = turned.len() / rows.max(1);
        let mut lying = Vec::with_capacity(rows * (kept + 1));
        for row in 0..rows {
            lying.extend_from_slice(&turned[row * kept..][..kept]);
            lying.push(1.0);
        }
        let mut standing = Vec::with_capacity(lying.len());
        for place in 0..=kept {
            standing.extend(lying.iter().skip(place).step_by(kept + 1));
        }
        Self {
            lying,
            standing,
            rows,
        }
    }

    /// `A z` of each row.
    ///
    /// # Shapes
    /// - `model`: `[outputs, width]`; returns: `[outputs, rows]`
    pub(crate) fn outputs(&self, model: &[f64]) -> Vec<f64> {
        let width = self.lying.len() / self.rows;
        DoubleMatrix::new(model, [model.len() / width, width])
            .times(DoubleMatrix::new(&self.standing, [width, self.rows]))
    }

    /// `sum_i r_i z_i'`
    ///
    /// # Shapes
    /// - `values`: `[outputs, rows]`; returns: `[outputs, width]`
    pub(crate) fn sums(&self, values: &[f64]) -> Vec<f64> {
        let width = self.lying.len() / self.rows;
        DoubleMatrix::new(values, [values.len() / self.rows, self.rows])
            .times(DoubleMatrix::new(&self.lying, [self.rows, width]))
    }
}

impl Basis {
    /// Turns rows into their basis.
    ///
    /// # Errors
    /// [`LinearError::Length`], [`LinearError::Weight`], [`LinearError::NoRows`], [`LinearError::NotFinite`].
    ///
    /// # Source
    /// Hastie, Tibshirani & Friedman 2009, "The Elements of Statistical Learning", sections 3.4.1 and 18.3.5.
    pub fn new(rows: &Rows<'_>) -> Result<Self, LinearError> {
        let shares = rows.shares()?;
        let (mean, centred) = centred(rows.features, rows.inputs, &shares);
        let squares: f64 = mean.iter().map(|mean| mean * mean).sum();
        let (variances, directions) =
            eigenvectors(&centred, &shares, rows.inputs, ROUNDING * squares);
        let (count, kept) = (rows.count(), variances.len());
        let turned = DoubleMatrix::new(&centred, [count, rows.inputs])
            .times(DoubleMatrix::new(&directions, [rows.inputs, kept]));
        drop(centred);
        let all = shares.chunks(BLOCK).scan(0, |start, shares| {
            let rows = *start..*start + shares.len();
            *start = rows.end;
            Some(Block::new(
                &turned[rows.start * kept..rows.end * kept],
                shares.len(),
            ))
        });
        let blocks = all.collect();
        Ok(Self {
            shares,
            blocks,
            variances,
            directions,
            mean,
        })
    }

    /// Number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.shares.len()
    }

    /// `w_i (1 + sum_j z_ij^2 scale_j)` of each row, the share of its answer in its own prediction.
    pub(crate) fn leverages<'a>(&'a self, scale: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        let of_row = move |row: &[f64]| -> f64 {
            let along = row.iter().zip(scale);
            1.0 + along.map(|(z, scale)| z * z * scale).sum::<f64>()
        };
        let rows = self
            .blocks
            .iter()
            .flat_map(|block| block.lying.chunks_exact(self.width()));
        rows.zip(&self.shares)
            .map(move |(row, share)| share * of_row(row))
    }

    /// Blocks of rows with their shares and what belongs to each row.
    pub(crate) fn with<'a, T>(
        &'a self,
        of_rows: &'a [T],
    ) -> impl Iterator<Item = (&'a Block, &'a [f64], &'a [T])> {
        let parts = self.shares.chunks(BLOCK).zip(of_rows.chunks(BLOCK));
        self.blocks
            .iter()
            .zip(parts)
            .map(|(block, (shares, own))| (block, shares, own))
    }

    /// Coordinates of a row, the bias among them.
    pub(crate) fn width(&self) -> usize {
        self.variances.len() + 1
    }

    /// Turns weights back into those of the features as they came.
    ///
    /// # Shapes
    /// - `turned`: `[outputs, width]`, the bias last
    pub(crate) fn solution(&self, turned: &[f64], outputs: usize) -> Solution {
        let (inputs, kept) = (self.mean.len(), self.variances.len());
        let lines = || {
            turned
                .chunks_exact(kept + 1)
                .map(|line| line.split_at(kept))
        };
        let along: Vec<f64> = lines().flat_map(|(along, _)| along).copied().collect();
        let mut bias: Vec<f64> = lines().flat_map(|(_, bias)| bias).copied().collect();
        let weights = DoubleMatrix::new(&self.directions, [inputs, kept])
            .times(DoubleMatrix::new(&along, [outputs, kept]).transposed());
        for (mean, weights) in self.mean.iter().zip(weights.chunks_exact(outputs)) {
            for (bias, weight) in bias.iter_mut().zip(weights) {
                *bias -= mean * weight;
            }
        }
        Solution {
            weights,
            bias,
            passes: 0,
            gradient: 0.0,
        }
    }
}

/// The weighted mean of rows `[rows, width]`, and the rows less their mean.
pub(crate) fn centred<T: Copy + Into<f64>>(
    values: &[T],
    width: usize,
    shares: &[f64],
) -> (Vec<f64>, Vec<f64>) {
    let mut mean = vec![0.0; width];
    let rows = || values.chunks_exact(width.max(1));
    for (row, share) in rows().zip(shares) {
        for (mean, &value) in mean.iter_mut().zip(row) {
            *mean += share * value.into();
        }
    }
    let mut around = Vec::with_capacity(values.len());
    for row in rows() {
        let own = row.iter().zip(&mean);
        around.extend(own.map(|(&value, mean)| value.into() - mean));
    }
    (mean, around)
}

/// Variances, falling, and their directions `[inputs, kept]`; what is at most `least` is none.
fn eigenvectors(
    centred: &[f64],
    shares: &[f64],
    inputs: usize,
    least: f64,
) -> (Vec<f64>, Vec<f64>) {
    let rows = shares.len();
    let mut weighted = centred.to_vec();
    for (row, share) in weighted.chunks_exact_mut(inputs.max(1)).zip(shares) {
        row.iter_mut().for_each(|value| *value *= share.sqrt());
    }
    let weighted = DoubleMatrix::new(&weighted, [rows, inputs]);
    let wide = rows < inputs;
    let (size, product) = match wide {
        true => (rows, weighted.times(weighted.transposed())),
        false => (inputs, weighted.transposed().times(weighted)),
    };
    let eigen = SymmetricEigen::new(DMatrix::from_vec(size, size, product));
    let mut order: Vec<usize> = (0..size).collect();
    order.sort_by(|&a, &b| eigen.eigenvalues[b].total_cmp(&eigen.eigenvalues[a]));
    let largest = order.first().map_or(0.0, |&place| eigen.eigenvalues[place]);
    order.retain(|&place| eigen.eigenvalues[place] > least.max(NOTHING * largest));
    let variances: Vec<f64> = order
        .iter()
        .map(|&place| eigen.eigenvalues[place])
        .collect();
    let mut vectors = Vec::with_capacity(size * order.len());
    for line in 0..size {
        vectors.extend(order.iter().map(|&place| eigen.eigenvectors[(line, place)]));
    }
    if wide {
        vectors = of_features(weighted, &vectors, &variances);
    }
    (variances, vectors)
}

/// Directions of features from those of rows: `A' u / sqrt(e)`.
fn of_features(weighted: DoubleMatrix<'_>, of_rows: &[f64], variances: &[f64]) -> Vec<f64> {
    let kept = variances.len();
    let rows = of_rows.len() / kept.max(1);
    if kept == 0 {
        return Vec::new();
    }
    let mut directions = weighted
        .transposed()
        .times(DoubleMatrix::new(of_rows, [rows, kept]));
    for line in directions.chunks_exact_mut(kept) {
        for (value, variance) in line.iter_mut().zip(variances) {
            *value /= variance.sqrt();
        }
    }
    directions
}
