//! Out-of-distribution detection by one score.

use super::draw::Draw;
use super::panel::{Metric, Panel};
use crate::ood::{DetectionFigures, OodScore, Ranking, Suspects, Tie, of_ties};
use crate::{Logits, Result};

/// AUROC, both average precisions and the false-positive rate of one score, sorted once.
pub(crate) struct Detection {
    score: &'static str,
    ranking: Ranking,
    ties: Vec<Tie>,
    /// Number of in-distribution rows, the positives of `fpr95`, and of the others.
    sides: Suspects,
}

impl Detection {
    pub(crate) fn new(score: OodScore, inside: &Logits<'_>, outside: &Logits<'_>) -> Result<Self> {
        Self::of_scores(score.name(), &score.of(inside), &score.of(outside))
    }

    /// The panel of stated scores; its metrics are named after `score`.
    pub(crate) fn of_scores(score: &'static str, inside: &[f64], outside: &[f64]) -> Result<Self> {
        Ok(Self {
            score,
            ranking: Ranking::new(inside, outside)?,
            ties: Vec::new(),
            sides: Suspects {
                positive: inside.len() as f64,
                negative: outside.len() as f64,
            },
        })
    }
}

impl Panel for Detection {
    fn metrics(&self) -> Vec<Metric> {
        let n = (self.sides.positive + self.sides.negative) as usize;
        ["auroc", "aupr_in", "aupr_out", "fpr95"]
            .iter()
            .map(|metric| Metric::percentile(format!("{metric}_{}", self.score), n))
            .collect()
    }

    fn evaluate(&mut self, draw: &Draw, values: &mut Vec<f64>) {
        self.ranking.weighted_ties(&draw.counts, &mut self.ties);
        // A resample has as many rows a side as there are, so their number need not be summed up.
        let DetectionFigures {
            auroc,
            aupr_in,
            aupr_out,
            fpr95,
        } = of_ties(&self.ties, self.sides);
        values.extend([auroc, aupr_in, aupr_out, fpr95]);
    }
}
