//! Scores of rows that a model had not seen, kept so that sets and intervals of any coverage can be made later.

use serde::{Deserialize, Serialize};

use crate::conformal::conformal_rank;

/// Most scores that are kept; of more, evenly spaced order statistics stand for all.
const KEPT: usize = 999;

/// Scores in rising order: residuals of a regression, or `1 - p` of the true class.
///
/// ```text
/// at_most(level) = the k-th smallest of n    k = ceil((n + 1) level)
/// ```
///
/// Of more than 999 scores the j-th kept one is the `ceil(j (n + 1) / 1000)`-th smallest, so that a quantile is never below the exact one
/// and above it by no more than a thousandth of the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CalibrationScores {
    /// How many there were.
    pub rows: usize,
    kept: Vec<f32>,
}

impl CalibrationScores {
    /// Keeps what is needed of these.
    pub fn of(mut scores: Vec<f64>) -> Self {
        scores.sort_by(f64::total_cmp);
        let n = scores.len();
        let place = |j: usize| (j * (n + 1)).div_ceil(KEPT + 1).min(n) - 1;
        let kept: Vec<f64> = match n > KEPT {
            true => (1..=KEPT).map(|j| scores[place(j)]).collect(),
            false => scores,
        };
        Self {
            rows: n,
            kept: kept.into_iter().map(|score| score as f32).collect(),
        }
    }

    /// What a share `level` of new scores are at most; `None` where there are too few scores to say.
    pub fn at_most(&self, level: f64) -> Option<f64> {
        let rank = conformal_rank(self.kept.len(), 1.0 - level);
        self.kept.get(rank - 1).map(|&score| score.into())
    }

    /// Between what a share `level` of new scores lie, each tail by its own quantile; `None` where there are too few scores to say.
    pub fn between(&self, level: f64) -> Option<[f64; 2]> {
        let n = self.kept.len();
        let rank = conformal_rank(n, (1.0 - level) / 2.0);
        let high = self.kept.get(rank - 1)?;
        Some([self.kept[n - rank].into(), (*high).into()])
    }

    /// The largest coverage that these scores can tell of: `tails` is 1 of sets, 2 of intervals.
    pub fn most(&self, tails: usize) -> f64 {
        let n = self.kept.len() as f64;
        1.0 - tails as f64 / (n + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::CalibrationScores;

    #[test]
    fn quantiles_are_those_of_the_scores() {
        let scores = CalibrationScores::of((1..=99).rev().map(f64::from).collect());
        assert_eq!(scores.at_most(0.9), Some(90.0));
        assert_eq!(scores.at_most(0.99), Some(99.0));
        assert_eq!(scores.at_most(0.995), None);
        assert_eq!(scores.between(0.9), Some([5.0, 95.0]));
        assert_eq!(scores.between(0.98), Some([1.0, 99.0]));
        assert_eq!(scores.between(0.99), None);
        assert!((scores.most(1) - 0.99).abs() < 1e-12 && (scores.most(2) - 0.98).abs() < 1e-12);
    }

    /// Of many a thousandth is kept, and errs to the safe side.
    #[test]
    fn many_scores_are_thinned_without_promising_too_much() {
        let scores = CalibrationScores::of((1..=20_000).map(f64::from).collect());
        assert_eq!(scores.kept.len(), 999);
        for level in [0.5, 0.8, 0.9, 0.95, 0.99] {
            let own = scores.at_most(level).unwrap();
            let exact = level * 20_001.0;
            assert!(own >= exact - 1e-9 && own <= exact + 21.0, "{level}: {own}");
        }
    }

    #[test]
    fn without_scores_nothing_is_said() {
        let none = CalibrationScores::of(Vec::new());
        assert_eq!((none.at_most(0.5), none.between(0.5)), (None, None));
    }
}
