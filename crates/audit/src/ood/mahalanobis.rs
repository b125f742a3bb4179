//! Distance to the nearest class in units of the classes' shared spread.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::Features;
use super::whitening::Whitening;
use crate::Result;
use crate::finite::length;

/// The smallest squared Mahalanobis distance to a class mean, with one covariance for all classes.
///
/// ```text
/// score(x) = min_k (x - μ_k)' C^-1 (x - μ_k)      C = 1/N Σ_i (x_i - μ_{y_i}) (x_i - μ_{y_i})'
/// ```
///
/// A singular `C` gets a ridge of `1e-6 trace(C) / width`, and only then; see [`ridge`](Self::ridge).
///
/// pytorch-ood leaves out the division by `N` and halves the square: about `score / (2 N)`, the same order.
///
/// # Source
/// Lee et al. 2018, eq. 1 and 2, <https://arxiv.org/abs/1807.03888>.
#[derive(Debug, Clone, PartialEq)]
pub struct Mahalanobis {
    whitening: Whitening,
    /// Mean of all rows. Distances do not depend on it; taking it off first saves their digits.
    centre: Vec<f64>,
    /// Class means after whitening, `[classes, width]`.
    means: Vec<f64>,
}

impl Mahalanobis {
    /// Means and covariance of labelled rows; a class without rows has no mean and is nobody's nearest.
    ///
    /// # Shapes
    /// - `features`: `[rows, width]`, `labels`: `[rows]`
    ///
    /// # Errors
    /// A number of labels other than of rows; every row equal to its class mean.
    pub fn fit(features: &Features<'_>, labels: &[usize]) -> Result<Self> {
        length("labels", labels.len(), features.rows())?;
        let (centre, width) = (features.mean_row(), features.width());
        let means = class_means(features, labels);
        let within: Vec<f64> = features
            .iter_rows()
            .zip(labels)
            .flat_map(|(row, label)| row.iter().zip(&means[label]).map(|(x, m)| x - m))
            .collect();
        let whitening = Whitening::of_centred(&within, width, features.largest())?;
        let classes = means.len();
        let means: Vec<f64> = means.into_values().flatten().collect();
        let means = whitening.map(&Features::new(means, classes, width)?, &centre);
        Ok(Self {
            whitening,
            centre,
            means,
        })
    }

    /// The score of every row, `[rows]`, at least 0.
    ///
    /// # Errors
    /// Another width than the fitting rows had.
    pub fn score(&self, features: &Features<'_>) -> Result<Vec<f64>> {
        let width = self.whitening.width();
        features.of_width(width)?;
        let mapped = self.whitening.map(features, &self.centre);
        let nearest = |row: &[f64]| {
            let distances = self
                .means
                .chunks_exact(width)
                .map(|m| squared_distance(row, m));
            distances.fold(f64::INFINITY, f64::min)
        };
        Ok(mapped.par_chunks_exact(width).map(nearest).collect())
    }

    /// What was added to the covariance's diagonal; 0 unless it was singular.
    pub fn ridge(&self) -> f64 {
        self.whitening.ridge()
    }
}

/// `|a - b|²`.
pub(crate) fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum()
}

fn class_means(features: &Features<'_>, labels: &[usize]) -> BTreeMap<usize, Vec<f64>> {
    let mut sums: BTreeMap<usize, (f64, Vec<f64>)> = BTreeMap::new();
    for (row, &label) in features.iter_rows().zip(labels) {
        let (count, sum) = sums
            .entry(label)
            .or_insert_with(|| (0.0, vec![0.0; features.width()]));
        *count += 1.0;
        for (sum, x) in sum.iter_mut().zip(row) {
            *sum += x;
        }
    }
    sums.into_iter()
        .map(|(label, (count, sum))| (label, sum.iter().map(|s| s / count).collect()))
        .collect()
}
