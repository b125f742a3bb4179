//! How far a prediction is from the typical prediction of any class.

use crate::check::length;
use crate::logits::log_sum_exp;
use crate::{Logits, Result};

/// The smallest divergence of a prediction from a class's mean prediction.
///
/// ```text
/// score(x) = min_k KL(p(x) || d_k)      d_k = mean of p over the fitting rows predicted as k
/// ```
///
/// In nats, at least 0. No labels are needed; a class that no fitting row is predicted as has no `d_k`.
/// Means are taken of exponents, so that no `d_k` rounds to 0 and every score is finite.
///
/// # Source
/// Hendrycks et al. 2022, section 4, <https://arxiv.org/abs/1911.11132>.
#[derive(Debug, Clone, PartialEq)]
pub struct KlMatching {
    /// `ln d_k` of the classes that were predicted, each `[classes]`.
    log_typical: Vec<Vec<f64>>,
    classes: usize,
}

impl KlMatching {
    /// The typical predictions, best on rows that were not trained on.
    pub fn fit(logits: &Logits<'_>) -> Self {
        let classes = logits.classes();
        let mut columns = vec![vec![Vec::new(); classes]; classes];
        let log_probabilities = logits.log_probabilities();
        let rows = log_probabilities.chunks_exact(classes);
        for (row, class) in rows.zip(logits.predictions()) {
            for (column, value) in columns[class].iter_mut().zip(row) {
                column.push(*value);
            }
        }
        let log_mean = |column: &Vec<f64>| log_sum_exp(column) - (column.len() as f64).ln();
        let predicted = columns.iter().filter(|class| !class[0].is_empty());
        Self {
            log_typical: predicted
                .map(|class| class.iter().map(log_mean).collect())
                .collect(),
            classes,
        }
    }

    /// The score of every row, `[rows]`.
    ///
    /// # Errors
    /// Another number of classes than at fitting.
    pub fn score(&self, logits: &Logits<'_>) -> Result<Vec<f64>> {
        length("classes", logits.classes(), self.classes)?;
        let nearest = |row: &[f64]| {
            let divergences = self
                .log_typical
                .iter()
                .map(|typical| divergence(row, typical));
            // Rounding can leave a divergence of 0 a little below it.
            divergences.fold(f64::INFINITY, f64::min).max(0.0)
        };
        let log_probabilities = logits.log_probabilities();
        Ok(log_probabilities
            .chunks_exact(self.classes)
            .map(nearest)
            .collect())
    }
}

/// `Σ_j p_j (ln p_j - ln d_j)`.
fn divergence(log_p: &[f64], log_d: &[f64]) -> f64 {
    log_p
        .iter()
        .zip(log_d)
        .map(|(p, d)| p.exp() * (p - d))
        .sum()
}
