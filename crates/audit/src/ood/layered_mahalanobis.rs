//! Mahalanobis distances of several layers in one score.

use super::{Features, Mahalanobis};
use crate::finite::length;
use crate::interval::summarise;
use crate::{AuditError, Result};

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
