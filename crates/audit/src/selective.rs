//! Selective prediction: what a model errs on when it may leave its least sure cases to others.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::calibration::{by_confidence, predictions_fit};
use crate::ood::{Tie, area};
use crate::{AuditError, Logits, Result};

/// Error rate among the surest rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SelectiveRisk {
    /// Share of rows answered, in `(0, 1]`.
    pub coverage: f64,
    /// Share of wrong answers among them, in `[0, 1]`.
    pub risk: f64,
}

/// Error rates at every coverage, answering the surest rows first.
///
/// ```text
/// risk(s / n) = E[errors among the s surest rows] / s      ties broken at random, in expectation
/// AURC   = 1/n Σ_s risk(s / n)
/// excess = AURC - AURC of the best order, which puts all errors last
/// ```
///
/// # Source
/// El-Yaniv & Wiener 2010; Geifman, Uziel & El-Yaniv 2019, <https://arxiv.org/abs/1805.08206>. There the
/// best AURC is approximated by `e + (1 - e) ln(1 - e)` with error rate `e`; here it is exact.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskCoverage {
    ties: Vec<Tied>,
    rows: f64,
    /// `H_0 .. H_rows`.
    harmonic: Arc<[f64]>,
}

/// Rows of equal confidence.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Tied {
    rows: f64,
    errors: f64,
}

/// Rows from the surest on, with equal confidences in one group.
pub(crate) struct Surest {
    /// Row numbers by falling confidence.
    order: Vec<u32>,
    /// 1 for a wrong answer, in that order.
    wrong: Vec<f64>,
    /// Ends of groups of equal confidence.
    ends: Vec<usize>,
    /// Of all rows, for every resample.
    harmonic: Arc<[f64]>,
}

impl Surest {
    /// `order` is that of [`by_confidence`].
    pub(crate) fn new(order: &[usize], confidence: &[f64], correct: &[bool]) -> Self {
        let falling = || order.iter().rev().copied();
        let order: Vec<usize> = falling().collect();
        let groups = order.chunk_by(|&a, &b| confidence[a] == confidence[b]);
        let mut end = 0;
        let ends = groups.map(|group| {
            end += group.len();
            end
        });
        Self {
            ends: ends.collect(),
            wrong: falling().map(|row| f64::from(!correct[row])).collect(),
            harmonic: harmonic_numbers(order.len()),
            order: falling().map(|row| row as u32).collect(),
        }
    }

    /// The curve with rows counted as often as given; `total` is the sum of the weights, which are whole.
    pub(crate) fn curve(&self, weights: &[f64], total: f64) -> RiskCoverage {
        let mut start = 0;
        let tied = |&end: &usize| {
            let mut tied = Tied::default();
            for place in start..end {
                let weight = weights[self.order[place] as usize];
                tied.rows += weight;
                tied.errors += weight * self.wrong[place];
            }
            start = end;
            tied
        };
        let ties = self.ends.iter().map(tied).collect();
        let harmonic = if total as usize + 1 == self.harmonic.len() {
            Arc::clone(&self.harmonic)
        } else {
            harmonic_numbers(total as usize)
        };
        RiskCoverage {
            ties,
            rows: total,
            harmonic,
        }
    }
}

impl RiskCoverage {
    /// Orders rows by confidence.
    ///
    /// # Shapes
    /// - `confidence`, `correct`: `[rows]`
    ///
    /// # Errors
    /// Empty input, different lengths, a confidence outside `[0, 1]`.
    pub fn new(confidence: &[f64], correct: &[bool]) -> Result<Self> {
        predictions_fit(confidence, correct)?;
        let surest = Surest::new(&by_confidence(confidence), confidence, correct);
        let n = correct.len();
        Ok(surest.curve(&vec![1.0; n], n as f64))
    }

    /// Orders the rows of a classifier by the probability of the predicted class.
    ///
    /// # Errors
    /// Labels that do not fit the logits.
    pub fn of_logits(logits: &Logits<'_>, labels: &[usize]) -> Result<Self> {
        Self::new(&logits.confidences(), &logits.hits(labels)?)
    }

    /// The curve after each distinct confidence, by rising coverage.
    pub fn curve(&self) -> Vec<SelectiveRisk> {
        let (mut rows, mut errors) = (0.0, 0.0);
        let after = |tied: &Tied| {
            rows += tied.rows;
            errors += tied.errors;
            SelectiveRisk {
                coverage: rows / self.rows,
                risk: errors / rows,
            }
        };
        self.filled().map(after).collect()
    }

    fn filled(&self) -> impl Iterator<Item = &Tied> {
        self.ties.iter().filter(|tied| tied.rows > 0.0)
    }

    /// Area under the risk-coverage curve, in `[0, 1]`; low is good.
    ///
    /// Among `m` tied rows with `e` errors after `a` errors in `s` rows the expected risk of the j-th is
    /// `(a + e j / m) / (s + j)`, and the sum over `j` is `e + (a - e s / m) (H_{s+m} - H_s)`.
    pub fn aurc(&self) -> f64 {
        let (mut rows, mut errors, mut area) = (0.0, 0.0, 0.0);
        for tied in self.filled() {
            if tied.rows == 1.0 {
                area += (errors + tied.errors) / (rows + 1.0);
            } else {
                let span = self.harmonic(rows + tied.rows) - self.harmonic(rows);
                area += tied.errors + (errors - tied.errors * rows / tied.rows) * span;
            }
            rows += tied.rows;
            errors += tied.errors;
        }
        area / self.rows
    }

    /// AURC beyond that of the best order of the same errors, in `[0, 1]`; 0 if all errors come last.
    pub fn excess_aurc(&self) -> f64 {
        let errors: f64 = self.ties.iter().map(|tied| tied.errors).sum();
        let right = self.rows - errors;
        let least = errors - right * (self.harmonic(self.rows) - self.harmonic(right));
        // The difference of two sums may round to just below 0.
        (self.aurc() - least / self.rows).max(0.0)
    }

    fn harmonic(&self, n: f64) -> f64 {
        self.harmonic[n as usize]
    }

    /// Probability that a right answer is surer than a wrong one, ties half; NaN if all are right or all wrong.
    pub fn failure_auroc(&self) -> f64 {
        let ties = self.ties.iter().map(|tied| Tie {
            outside: tied.rows - tied.errors,
            inside: tied.errors,
        });
        area(&ties.collect::<Vec<_>>())
    }

    /// Accuracy on the share `coverage` of surest rows, rounded up to whole rows.
    ///
    /// # Errors
    /// [`AuditError::OutOfRange`] unless `0 < coverage <= 1`.
    pub fn accuracy_at(&self, coverage: f64) -> Result<f64> {
        let in_range = coverage > 0.0 && coverage <= 1.0;
        if !in_range {
            return Err(AuditError::OutOfRange {
                what: "coverage",
                range: "(0, 1]",
                value: coverage,
            });
        }
        Ok(self.accuracy_of_share(coverage))
    }

    pub(crate) fn accuracy_of_share(&self, coverage: f64) -> f64 {
        // Rounded up to whole rows, but for rounding of the product.
        let answered = (coverage * self.rows - 1e-9).ceil().max(1.0);
        let (mut room, mut errors) = (answered, 0.0);
        for tied in self.filled() {
            let taken = f64::min(room, tied.rows);
            errors += tied.errors * taken / tied.rows;
            room -= taken;
            if room <= 0.0 {
                break;
            }
        }
        1.0 - errors / answered
    }
}

/// `H_0 .. H_n`.
fn harmonic_numbers(n: usize) -> Arc<[f64]> {
    let mut sum = 0.0;
    let next = |i: usize| {
        sum += if i == 0 { 0.0 } else { 1.0 / i as f64 };
        sum
    };
    (0..=n).map(next).collect()
}
