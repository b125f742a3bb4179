//! Mahalanobis distance less what any row of the data would have.

use super::whitening::Whitening;
use super::{Features, Mahalanobis};
use crate::Result;

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
            background: Whitening::of_centred(&centred, width, features.largest())?,
            centre,
        })
    }

    /// The score of every row, `[rows]`, of either sign.
    ///
    /// # Errors
    /// Another width than the fitting rows had.
    pub fn score(&self, features: &Features<'_>) -> Result<Vec<f64>> {
        let nearest = self.classes.score(features)?;
        let mapped = self.background.map(features, &self.centre);
        let background = mapped.chunks_exact(features.width());
        Ok(nearest
            .iter()
            .zip(background)
            .map(|(nearest, row)| nearest - row.iter().map(|x| x * x).sum::<f64>())
            .collect())
    }

    /// What was added to the diagonals of the classes' and of the background covariance; 0 unless singular.
    pub fn ridges(&self) -> [f64; 2] {
        [self.classes.ridge(), self.background.ridge()]
    }
}
