//! Out-of-distribution detection by one score.

use super::draw::Draw;
use super::panel::{Metric, Panel};
use crate::ood::{DetectionFigures, OodScore, Ranking, Suspects, Tie, of_ties};
use crate::{Logits, Result};

/// AUROC, both average precisions and the false-positive rate of one score, sorted once.
pub(crate) struct Detection {
    score: OodScore,
    ranking: Ranking,
    ties: Vec<Tie>,
    /// Number of in-distribution rows, the positives of `fpr95`, and of the others.
    sides: Suspects,
}

impl Detection {
    pub(crate) fn new(score: OodScore, inside: &Logits<'_>, outside: &Logits<'_>) -> Result<Self> {
        let ranking = Ranking::new(&score.of(inside), &score.of(outside))?;
        let sides = Suspects {
            positive: inside.rows() as f64,
            negative: outside.rows() as f64,
        };
        Ok(Self {
            score,
            ranking,
            ties: Vec::new(),
            sides,
        })
    }
}

impl Panel for Detection {
    fn metrics(&self) -> Vec<Metric> {
        let n = (self.sides.positive + self.sides.negative) as usize;
        ["auroc", "aupr_in", "aupr_out", "fpr95"]
            .iter()
            .map(|metric| Metric::percentile(format!("{metric}_{}", self.score.name()), n))
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
