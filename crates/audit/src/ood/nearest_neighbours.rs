//! Distance to the fitting rows themselves.

use rayon::prelude::*;

use super::Features;
use super::mahalanobis::squared_distance;
use super::product::Matrix;
use crate::check::length;
use crate::stop::Stop;
use crate::{AuditError, Result};

/// The number of neighbours that Sun et al. took for CIFAR-10.
pub const DEFAULT_NEIGHBOURS: usize = 50;

/// Rows scored by one product: their distances to all fitting rows should stay in a core's cache or near it.
const BLOCK: usize = 64;

/// What is compared: directions or the features as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeatureScale {
    /// Every row divided by its length, as the paper does. A row of zeros has no direction and stays 0.
    Unit,
    /// Rows as they are.
    Raw,
}

/// Euclidean distance to the `k`-th nearest fitting row.
///
/// ```text
/// score(x) = |z - z_(k)|      z = x / |x|      z_(1), z_(2), ... the fitting rows by distance
/// ```
///
/// Neighbours are found from `|z|² + |z_i|² - 2 z·z_i`, a product of blocks shared among threads; the
/// distance to the one that counts is then computed from differences, so that a row seen before is at 0.
///
/// # Source
/// Sun et al. 2022, <https://arxiv.org/abs/2204.06507>.
#[derive(Debug, Clone, PartialEq)]
pub struct NearestNeighbours {
    /// `[rows, width]`.
    rows: Vec<f64>,
    /// `|z_i|²`, `[rows]`.
    squares: Vec<f64>,
    width: usize,
    k: usize,
    scale: FeatureScale,
}

impl NearestNeighbours {
    /// Keeps the rows, on unit length, with `k` as [`DEFAULT_NEIGHBOURS`] or the number of rows if that is less.
    pub fn fit(features: &Features<'_>) -> Self {
        Self::keeping(
            features,
            DEFAULT_NEIGHBOURS.min(features.rows()),
            FeatureScale::Unit,
        )
    }

    /// Keeps the rows, scaled as asked, with a `k` of one's own.
    ///
    /// # Errors
    /// `k` outside `[1, rows]`.
    pub fn with(features: &Features<'_>, k: usize, scale: FeatureScale) -> Result<Self> {
        if k == 0 || k > features.rows() {
            return Err(AuditError::OutOfRange {
                what: "k",
                range: "[1, number of fitting rows]",
                value: k as f64,
            });
        }
        Ok(Self::keeping(features, k, scale))
    }

    fn keeping(features: &Features<'_>, k: usize, scale: FeatureScale) -> Self {
        let (rows, width) = (scaled(features, scale), features.width());
        let squares = rows.chunks_exact(width).map(square).collect();
        Self {
            rows,
            squares,
            width,
            k,
            scale,
        }
    }

    /// The neighbour that counts, from 1.
    pub fn k(&self) -> usize {
        self.k
    }

    /// The score of every row, `[rows]`, at least 0; at most 2 on unit length.
    ///
    /// # Errors
    /// Another width than the fitting rows had.
    pub fn score(&self, features: &Features<'_>) -> Result<Vec<f64>> {
        length("features of a row", features.width(), self.width)?;
        let queries = scaled(features, self.scale);
        let blocks = queries.par_chunks(BLOCK * self.width);
        let scores: Vec<Vec<f64>> = blocks
            .map(|block| self.score_block(block, features.stop()))
            .collect::<Result<_>>()?;
        Ok(scores.concat())
    }

    fn score_block(&self, queries: &[f64], stop: Stop<'_>) -> Result<Vec<f64>> {
        let stored = Matrix::row_major(&self.rows, self.width);
        let products = Matrix::row_major(queries, self.width);
        let products = products.times(stored.transposed(), stop)?;
        let mut candidates: Vec<(f64, usize)> = Vec::with_capacity(self.squares.len());
        let mut score = |(query, products): (&[f64], &[f64])| {
            // `|z|²` is the same for all and decides nothing.
            let ranked = self.squares.iter().zip(products).map(|(s, p)| s - 2.0 * p);
            candidates.clear();
            candidates.extend(ranked.zip(0..));
            candidates.select_nth_unstable_by(self.k - 1, |a, b| a.0.total_cmp(&b.0));
            // Rounding may swap near equals; the farthest of the k by differences is the k-th up to that.
            let exact = candidates[..self.k].iter().map(|&(_, row)| {
                let stored = &self.rows[row * self.width..(row + 1) * self.width];
                squared_distance(query, stored)
            });
            exact.fold(0.0, f64::max).sqrt()
        };
        Ok(queries
            .chunks_exact(self.width)
            .zip(products.chunks_exact(self.squares.len()))
            .map(&mut score)
            .collect())
    }
}

fn square(row: &[f64]) -> f64 {
    row.iter().map(|x| x * x).sum()
}

fn scaled(features: &Features<'_>, scale: FeatureScale) -> Vec<f64> {
    let mut values = features.values().to_vec();
    if scale == FeatureScale::Unit {
        for row in values.chunks_exact_mut(features.width()) {
            let norm = square(row).sqrt();
            if norm > 0.0 {
                row.iter_mut().for_each(|x| *x /= norm);
            }
        }
    }
    values
}
