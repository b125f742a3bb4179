//! Everything that metrics need of a member's logits, from one pass over them.

use crate::Logits;
use crate::entropy::plogp;
use crate::exponential::exp_nonpositive;
use crate::logit_scale::centred_square;
use crate::ood::OodScore;
use crate::probabilities::LARGEST_LOG_ODDS;

/// Softmax of every row and what follows from it.
///
/// Exponentials are what a large audit spends its time on; here each is taken once.
pub(crate) struct Softmax {
    pub(crate) classes: usize,
    /// `[rows, classes]`.
    pub(crate) probabilities: Vec<f64>,
    /// `ln Σ exp z`, `[rows]`.
    pub(crate) log_sum: Vec<f64>,
    /// Largest logit, `[rows]`.
    pub(crate) top: Vec<f64>,
    /// Largest probability, `[rows]`.
    pub(crate) confidence: Vec<f64>,
    /// Of the predicted class, limited as everywhere, `[rows]`.
    pub(crate) log_odds: Vec<f64>,
    /// Class of the largest logit, the first of equal ones, `[rows]`.
    pub(crate) prediction: Vec<u32>,
    /// In nats, `[rows]`.
    pub(crate) entropy: Vec<f64>,
}

impl Softmax {
    pub(crate) fn of(logits: &Logits<'_>) -> Self {
        let rows = logits.rows();
        let column = || Vec::with_capacity(rows);
        let mut out = Self {
            classes: logits.classes(),
            probabilities: Vec::with_capacity(logits.values().len()),
            log_sum: column(),
            top: column(),
            confidence: column(),
            log_odds: column(),
            prediction: Vec::with_capacity(rows),
            entropy: column(),
        };
        for row in logits.iter_rows() {
            let (mut best, mut top) = (0, row[0]);
            for (k, z) in row.iter().enumerate() {
                if *z > top {
                    (best, top) = (k, *z);
                }
            }
            out.prediction.push(best as u32);
            out.top.push(top);
            out.probabilities.extend(row.iter().map(|z| z - top));
        }
        // One loop over all rows fills vector registers, one per row would leave remainders.
        for shifted in &mut out.probabilities {
            *shifted = exp_nonpositive(*shifted);
        }
        out.normalise(logits);
        out
    }

    /// Turns weights relative to the largest into probabilities and what follows from them.
    fn normalise(&mut self, logits: &Logits<'_>) {
        let rows = self.probabilities.chunks_exact_mut(self.classes);
        for ((weights, row), (top, best)) in rows
            .zip(logits.iter_rows())
            .zip(self.top.iter().zip(&self.prediction))
        {
            // The largest has weight 1. Left out of the sum, what is left of a sure row keeps its digits.
            weights[*best as usize] = 0.0;
            let others: f64 = weights.iter().sum();
            weights[*best as usize] = 1.0;
            let (sum, log_sum) = (1.0 + others, top + others.ln_1p());
            let mut entropy = 0.0;
            for (p, z) in weights.iter_mut().zip(row) {
                *p /= sum;
                entropy -= plogp(*p, z - log_sum);
            }
            self.log_sum.push(log_sum);
            self.confidence.push(1.0 / sum);
            let log_odds = -others.ln();
            self.log_odds
                .push(log_odds.clamp(-LARGEST_LOG_ODDS, LARGEST_LOG_ODDS));
            self.entropy.push(entropy);
        }
    }

    /// Rows of probabilities.
    pub(crate) fn iter_rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.probabilities.chunks_exact(self.classes)
    }

    /// Whether each row is predicted correctly.
    pub(crate) fn hits(&self, labels: &[usize]) -> Vec<bool> {
        let pairs = self.prediction.iter().zip(labels);
        pairs.map(|(p, y)| *p as usize == *y).collect()
    }

    /// Negative log-likelihood of every row of the logits that this was made of.
    pub(crate) fn nll(&self, logits: &Logits<'_>, labels: &[usize]) -> Vec<f64> {
        let loss = |((row, &label), log_sum): ((&[f64], &usize), &f64)| log_sum - row[label];
        let rows = logits.iter_rows().zip(labels);
        rows.zip(&self.log_sum).map(loss).collect()
    }

    /// An outlier score of every row.
    pub(crate) fn outlier_score(&self, score: OodScore) -> Vec<f64> {
        let minus = |values: &[f64]| values.iter().map(|v| -v).collect();
        match score {
            OodScore::Msp => minus(&self.confidence),
            OodScore::Entropy => self.entropy.clone(),
            OodScore::MaxLogit => minus(&self.top),
            OodScore::Energy => minus(&self.log_sum),
        }
    }
}

/// One member's held-out rows as panels need them.
pub(crate) struct Judged<'a> {
    pub(crate) logits: &'a Logits<'a>,
    pub(crate) labels: &'a [usize],
    pub(crate) softmax: Softmax,
    pub(crate) hits: Vec<bool>,
    /// Row numbers by increasing confidence.
    pub(crate) order: Vec<usize>,
}

impl<'a> Judged<'a> {
    /// Labels must fit the logits.
    pub(crate) fn new(logits: &'a Logits<'a>, labels: &'a [usize]) -> Self {
        let softmax = Softmax::of(logits);
        Self {
            hits: softmax.hits(labels),
            order: crate::calibration::by_confidence(&softmax.confidence),
            logits,
            labels,
            softmax,
        }
    }

    pub(crate) fn rows(&self) -> usize {
        self.labels.len()
    }

    /// Brier score of every row.
    pub(crate) fn brier(&self) -> Vec<f64> {
        let score = |(row, &label): (&[f64], &usize)| {
            let gap = |(k, p): (usize, &f64)| if k == label { (p - 1.0).powi(2) } else { p * p };
            row.iter().enumerate().map(gap).sum()
        };
        self.softmax
            .iter_rows()
            .zip(self.labels)
            .map(score)
            .collect()
    }

    /// Variance over classes of every row of logits.
    pub(crate) fn logit_square(&self) -> Vec<f64> {
        self.logits.iter_rows().map(centred_square).collect()
    }
}
