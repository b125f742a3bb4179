//! Distance to the nearest class in units of the classes' shared spread.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::Features;
use super::whitening::Whitening;
use crate::check::length;
use crate::interval::summarise;
use crate::{AuditError, Result};

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
        let (largest, stop) = (features.largest(), features.stop());
        let whitening = Whitening::of_centred(&within, width, largest, stop)?;
        let classes = means.len();
        let means: Vec<f64> = means.into_values().flatten().collect();
        let means = whitening.map(&Features::new(means, classes, width)?, &centre)?;
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
        let mapped = self.whitening.map(features, &self.centre)?;
        let nearest = |row: &[f64]| {
            let distances = self
                .means
                .chunks_exact(width)
                .map(|m| squared_distance(row, m));
            distances.fold(f64::INFINITY, f64::min)
        };
        features.stop().go_on()?;
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

/// Distance to the nearest class less the distance to one Gaussian fitted to all rows.
///
/// ```text
/// score(x) = min_k M_k(x) - M_0(x)      M_0(x) = (x - μ)' C_0^-1 (x - μ)
/// ```
///
/// `M_k` as in [`Mahalanobis`]; `μ` and `C_0` are mean and covariance (over `N`) of all fitting rows,
/// whatever their class. Directions in which all classes spread alike cancel.
///
/// # Source
/// Ren et al. 2021, <https://arxiv.org/abs/2106.09022>.
#[derive(Debug, Clone, PartialEq)]
pub struct RelativeMahalanobis {
    classes: Mahalanobis,
    background: Whitening,
    centre: Vec<f64>,
}

impl RelativeMahalanobis {
    /// Both Gaussians from labelled rows.
    ///
    /// # Errors
    /// As [`Mahalanobis::fit`].
    pub fn fit(features: &Features<'_>, labels: &[usize]) -> Result<Self> {
        let (centre, width) = (features.mean_row(), features.width());
        let centred = features.without(&centre);
        Ok(Self {
            classes: Mahalanobis::fit(features, labels)?,
            background: Whitening::of_centred(
                &centred,
                width,
                features.largest(),
                features.stop(),
            )?,
            centre,
        })
    }

    /// The score of every row, `[rows]`, of either sign.
    ///
    /// # Errors
    /// Another width than the fitting rows had.
    pub fn score(&self, features: &Features<'_>) -> Result<Vec<f64>> {
        let nearest = self.classes.score(features)?;
        let mapped = self.background.map(features, &self.centre)?;
        let background = mapped.chunks_exact(features.width());
        Ok(nearest
            .iter()
            .zip(background)
            .map(|(nearest, row)| nearest - row.iter().map(|x| x * x).sum::<f64>())
            .collect())
    }
}

/// The sum over layers of the Mahalanobis score, standardised by the fitting rows' own scores.
///
/// ```text
/// score(x) = Σ_l (M_l(x_l) - mean_l) / sd_l      mean_l, sd_l over the M_l of the fitting rows
/// ```
///
/// Lee et al. weigh the layers by a logistic regression that has seen out-of-distribution rows. That is
/// not offered: a detector tuned on the kind of row it is then tested with measures the tuning.
/// Standardising needs no such rows and keeps a wide layer, whose distances are large, from deciding alone.
///
/// # Source
/// The distances: Lee et al. 2018, section 2.2, <https://arxiv.org/abs/1807.03888>.
#[derive(Debug, Clone, PartialEq)]
pub struct LayeredMahalanobis {
    layers: Vec<Layer>,
}

#[derive(Debug, Clone, PartialEq)]
struct Layer {
    distance: Mahalanobis,
    mean: f64,
    sd: f64,
}

impl LayeredMahalanobis {
    /// One [`Mahalanobis`] per layer, and its scores' mean and standard deviation on the same rows.
    ///
    /// # Shapes
    /// - `layers`: `[layers]` of `[rows, width of the layer]`, `labels`: `[rows]`
    ///
    /// # Errors
    /// No layers, and as [`Mahalanobis::fit`]; fewer than two rows, or rows that are all equally far.
    pub fn fit(layers: &[Features<'_>], labels: &[usize]) -> Result<Self> {
        if layers.is_empty() {
            return Err(AuditError::Empty { what: "layers" });
        }
        let fitted = layers.iter().map(|features| Layer::fit(features, labels));
        Ok(Self {
            layers: fitted.collect::<Result<_>>()?,
        })
    }

    /// The score of every row, `[rows]`; 0 is a row like the average fitting row.
    ///
    /// # Errors
    /// Another number of layers, another width of a layer than at fitting, layers of different rows.
    pub fn score(&self, layers: &[Features<'_>]) -> Result<Vec<f64>> {
        length("layers", layers.len(), self.layers.len())?;
        let mut total = vec![0.0; layers[0].rows()];
        for (layer, features) in self.layers.iter().zip(layers) {
            length("rows of a layer", features.rows(), total.len())?;
            for (total, distance) in total.iter_mut().zip(layer.distance.score(features)?) {
                *total += (distance - layer.mean) / layer.sd;
            }
        }
        Ok(total)
    }
}

impl Layer {
    fn fit(features: &Features<'_>, labels: &[usize]) -> Result<Self> {
        let distance = Mahalanobis::fit(features, labels)?;
        let spread = summarise(&distance.score(features)?)?;
        match spread.sd.filter(|sd| *sd > 0.0) {
            Some(sd) => Ok(Self {
                distance,
                mean: spread.mean,
                sd,
            }),
            None => Err(AuditError::Undefined {
                metric: "a layer's standardised distance",
                reason: "the fitting rows are all equally far from their classes",
            }),
        }
    }
}
