//! Probabilities and everything that metrics need of them, from one pass over the logits.

use crate::check::labels_fit;
use crate::exponential::exp_nonpositive;
use crate::interval::mean;
use crate::logits::{LARGEST_LOG_ODDS, first_maximum};
use crate::{Logits, Result};

/// Softmax of every row and what follows from it.
///
/// Exponentials are what a large audit spends its time on; here each is taken once.
pub(crate) struct Softmax {
    pub(crate) classes: usize,
    /// `[rows, classes]`.
    pub(crate) probabilities: Vec<f64>,
    /// `ln Σ exp z`, `[rows]`.
    pub(crate) log_sum: Vec<f64>,
    /// Largest probability, `[rows]`.
    pub(crate) confidence: Vec<f64>,
    /// Of the predicted class, limited as everywhere, `[rows]`.
    pub(crate) log_odds: Vec<f64>,
}

impl Softmax {
    pub(crate) fn of(logits: &Logits<'_>) -> Self {
        let rows = logits.rows();
        let mut out = Self {
            classes: logits.classes(),
            probabilities: Vec::with_capacity(logits.values().len()),
            log_sum: Vec::with_capacity(rows),
            confidence: Vec::with_capacity(rows),
            log_odds: Vec::with_capacity(rows),
        };
        let mut best = Vec::with_capacity(rows);
        for row in logits.iter_rows() {
            let top = first_maximum(row);
            best.push(top);
            out.probabilities.extend(row.iter().map(|z| z - row[top]));
        }
        // One loop over all rows fills vector registers, one per row would leave remainders.
        for shifted in &mut out.probabilities {
            *shifted = exp_nonpositive(*shifted);
        }
        out.normalise(logits, &best);
        out
    }

    /// Turns weights relative to the largest into probabilities and what follows from them.
    fn normalise(&mut self, logits: &Logits<'_>, best: &[usize]) {
        let rows = self.probabilities.chunks_exact_mut(self.classes);
        for ((weights, row), &best) in rows.zip(logits.iter_rows()).zip(best) {
            let sum: f64 = weights.iter().sum();
            // The largest has weight 1. Left out, what is left of a sure row keeps its digits.
            weights[best] = 0.0;
            let others: f64 = weights.iter().sum();
            weights[best] = 1.0;
            weights.iter_mut().for_each(|p| *p /= sum);
            self.log_sum.push(row[best] + sum.ln());
            self.confidence.push(1.0 / sum);
            let log_odds = -others.ln();
            self.log_odds
                .push(log_odds.clamp(-LARGEST_LOG_ODDS, LARGEST_LOG_ODDS));
        }
    }

    fn iter_rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.probabilities.chunks_exact(self.classes)
    }

    /// Negative log-likelihood of every row of the logits that this was made of.
    pub(crate) fn nll(&self, logits: &Logits<'_>, labels: &[usize]) -> Vec<f64> {
        let loss = |((row, &label), log_sum): ((&[f64], &usize), &f64)| log_sum - row[label];
        let rows = logits.iter_rows().zip(labels);
        rows.zip(&self.log_sum).map(loss).collect()
    }

    /// Brier score of every row.
    pub(crate) fn brier(&self, labels: &[usize]) -> Vec<f64> {
        let score = |(row, &label): (&[f64], &usize)| {
            let gap = |(k, p): (usize, &f64)| if k == label { (p - 1.0).powi(2) } else { p * p };
            row.iter().enumerate().map(gap).sum()
        };
        self.iter_rows().zip(labels).map(score).collect()
    }

    /// Entropy of every row in nats, from log-probabilities: a vanishing `p` adds 0 and not `0 * -inf`.
    pub(crate) fn entropy(&self, logits: &Logits<'_>) -> Vec<f64> {
        let of_row = |((p, row), log_sum): ((&[f64], &[f64]), &f64)| {
            let term = |(p, z): (&f64, &f64)| if *p == 0.0 { 0.0 } else { p * (z - log_sum) };
            // `0 -` rather than a unary minus: a saturated row has entropy 0, not -0.
            0.0 - p.iter().zip(row).map(term).sum::<f64>()
        };
        let rows = self.iter_rows().zip(logits.iter_rows());
        rows.zip(&self.log_sum).map(of_row).collect()
    }
}

/// Share of rows whose largest logit belongs to the label, in `[0, 1]`.
///
/// # Errors
/// Labels that do not fit the logits.
pub fn accuracy(logits: &Logits<'_>, labels: &[usize]) -> Result<f64> {
    let hits = logits.hits(labels)?;
    Ok(hits.iter().filter(|&&hit| hit).count() as f64 / hits.len() as f64)
}

/// Mean negative log-likelihood in nats, also called cross-entropy or log loss.
///
/// ```text
/// nll = mean_i (ln Σ_k exp z_ik - z_i,y_i)
/// ```
///
/// Computed from the logits, so a probability that rounds to 0 costs its true, finite price. A label
/// whose logit is `-inf` costs infinity.
///
/// # Errors
/// Labels that do not fit the logits.
pub fn nll(logits: &Logits<'_>, labels: &[usize]) -> Result<f64> {
    labels_fit(logits, labels)?;
    Ok(mean(&Softmax::of(logits).nll(logits, labels)))
}

/// Mean Brier score, summed over classes as Brier 1950 did, in `[0, 2]`.
///
/// ```text
/// brier = mean_i Σ_k (p_ik - [y_i = k])²
/// ```
///
/// The other common form divides by the number of classes; scikit-learn halves the value for two
/// classes unless told otherwise.
///
/// # Errors
/// Labels that do not fit the logits.
pub fn brier(logits: &Logits<'_>, labels: &[usize]) -> Result<f64> {
    labels_fit(logits, labels)?;
    Ok(mean(&Softmax::of(logits).brier(labels)))
}

/// Root mean square of the centred logits, the part of them the softmax sees.
///
/// ```text
/// scale = sqrt(mean_i mean_k (z_ik - mean_k z_ik)²)
/// ```
///
/// It is 0 for a model that always answers uniformly, and grows in proportion to the logits. Classes
/// of probability 0 (`-inf`) are left out of their rows.
pub fn logit_scale(logits: &Logits<'_>) -> f64 {
    let squares: Vec<f64> = logits.iter_rows().map(centred_square).collect();
    mean(&squares).sqrt()
}

/// Variance over the possible classes of one row of logits.
pub(crate) fn centred_square(row: &[f64]) -> f64 {
    let sum: f64 = row.iter().sum();
    if sum > f64::NEG_INFINITY {
        let centre = sum / row.len() as f64;
        return row.iter().map(|z| (z - centre).powi(2)).sum::<f64>() / row.len() as f64;
    }
    let possible: Vec<f64> = row
        .iter()
        .copied()
        .filter(|z| *z > f64::NEG_INFINITY)
        .collect();
    centred_square(&possible)
}
