//! How strange a class would be as the label of a row.

use serde::{Deserialize, Serialize};

use crate::interval::SplitMix;
use crate::{AuditError, Logits, Result};

/// A conformal score of every class; sets hold the classes whose score is low enough.
///
/// | score | formula, classes by falling probability | sets |
/// | :-- | :-- | :-- |
/// | `lac` | `1 - p_k` | smallest on average; may be empty; uneven over hard and easy rows |
/// | `aps` | `Σ_{j before k} p_j + p_k`, or `+ u p_k` randomised | adapt to the row |
/// | `raps` | `aps + penalty max(0, rank_k - free)` | as `aps` without its long tails |
///
/// Equal probabilities rank in order of their class. `u` is uniform, one draw per row, a function of the
/// row's number and a seed.
///
/// # Source
/// LAC: Sadinle, Lei & Wasserman 2019, <https://arxiv.org/abs/1609.00451>; APS: Romano, Sesia & Candès
/// 2020, <https://arxiv.org/abs/2006.02544>; RAPS: Angelopoulos et al. 2021,
/// <https://arxiv.org/abs/2009.14193>.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetScore {
    /// Least ambiguous set-valued classifier.
    Lac,
    /// Adaptive prediction sets.
    Aps {
        /// Whether the last class enters at random, which makes coverage exact instead of too high.
        randomised: bool,
    },
    /// Regularised adaptive prediction sets.
    Raps {
        /// As for `aps`.
        randomised: bool,
        /// Cost of every class beyond the free ones, in `[0, inf)`.
        penalty: f64,
        /// Number of classes that cost nothing.
        free: usize,
    },
}

impl SetScore {
    /// The score of every class in every row, `[rows, classes]`.
    ///
    /// # Errors
    /// [`AuditError::OutOfRange`] for a penalty that is negative or not finite.
    pub fn of(self, logits: &Logits<'_>, seed: u64) -> Result<Vec<f64>> {
        if let Self::Raps { penalty, .. } = self
            && !(0.0..f64::INFINITY).contains(&penalty)
        {
            return Err(AuditError::OutOfRange {
                what: "penalty",
                range: "[0, inf)",
                value: penalty,
            });
        }
        Ok(self.of_probabilities(&logits.probabilities(), logits.classes(), seed))
    }

    /// The same from probabilities `[rows, classes]`.
    pub(crate) fn of_probabilities(self, p: &[f64], classes: usize, seed: u64) -> Vec<f64> {
        let (randomised, penalty, free) = match self {
            Self::Lac => return p.iter().map(|p| 1.0 - p).collect(),
            Self::Aps { randomised } => (randomised, 0.0, classes),
            Self::Raps {
                randomised,
                penalty,
                free,
            } => (randomised, penalty, free),
        };
        let draws = SplitMix::new(seed, 0);
        let mut scores = vec![0.0; p.len()];
        let mut order: Vec<(f64, usize)> = Vec::with_capacity(classes);
        for (row, (p, scores)) in p
            .chunks_exact(classes)
            .zip(scores.chunks_exact_mut(classes))
            .enumerate()
        {
            let share = if randomised {
                draws.unit(row as u64)
            } else {
                1.0
            };
            by_falling_probability(p, &mut order);
            let mut before = 0.0;
            for (rank, &(p, class)) in order.iter().enumerate() {
                let beyond = (rank + 1).saturating_sub(free) as f64;
                scores[class] = before + share * p + penalty * beyond;
                before += p;
            }
        }
        scores
    }
}

/// Insertion sort, stable and quick for the few classes of a row.
fn by_falling_probability(p: &[f64], order: &mut Vec<(f64, usize)>) {
    order.clear();
    order.extend(p.iter().copied().zip(0..));
    if order.len() > 32 {
        order.sort_by(|a, b| b.0.total_cmp(&a.0));
        return;
    }
    for i in 1..order.len() {
        let entry = order[i];
        let mut j = i;
        while j > 0 && order[j - 1].0 < entry.0 {
            order[j] = order[j - 1];
            j -= 1;
        }
        order[j] = entry;
    }
}
