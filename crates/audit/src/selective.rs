//! Selective prediction: what a model errs on when it may leave its least sure cases to others.

use serde::{Deserialize, Serialize};

use crate::accuracy::correct;
use crate::calibration::by_confidence;
use crate::finite::length;
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
    rows: usize,
}

/// Rows of equal confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tied {
    pub(crate) rows: f64,
    pub(crate) errors: f64,
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
        length("correct", correct.len(), confidence.len())?;
        if confidence.is_empty() {
            return Err(AuditError::Empty { what: "confidence" });
        }
        if let Some(&value) = confidence.iter().find(|c| !(0.0..=1.0).contains(*c)) {
            return Err(AuditError::OutOfRange {
                what: "confidence",
                range: "[0, 1]",
                value,
            });
        }
        let mut order = by_confidence(confidence);
        order.reverse();
        let tied = |rows: &[usize]| Tied {
            rows: rows.len() as f64,
            errors: rows.iter().filter(|&&row| !correct[row]).count() as f64,
        };
        let ties = order.chunk_by(|&a, &b| confidence[a] == confidence[b]);
        Ok(Self {
            ties: ties.map(tied).collect(),
            rows: order.len(),
        })
    }

    /// Orders the rows of a classifier by the probability of the predicted class.
    ///
    /// # Errors
    /// Labels that do not fit the logits.
    pub fn of_logits(logits: &Logits<'_>, labels: &[usize]) -> Result<Self> {
        Self::new(&logits.confidences(), &correct(logits, labels)?)
    }

    /// The curve after each distinct confidence, by rising coverage.
    pub fn curve(&self) -> Vec<SelectiveRisk> {
        let (mut rows, mut errors) = (0.0, 0.0);
        let after = |tied: &Tied| {
            rows += tied.rows;
            errors += tied.errors;
            SelectiveRisk {
                coverage: rows / self.rows as f64,
                risk: errors / rows,
            }
        };
        self.ties.iter().map(after).collect()
    }

    /// Area under the risk-coverage curve, in `[0, 1]`; low is good.
    pub fn aurc(&self) -> f64 {
        area_under(self.ties.iter().copied(), &harmonic_numbers(self.rows)) / self.rows as f64
    }

    /// AURC beyond that of the best order of the same errors, in `[0, 1]`; 0 if all errors come last.
    pub fn excess_aurc(&self) -> f64 {
        let errors = self.ties.iter().map(|tied| tied.errors).sum();
        let least = least_area(errors, &harmonic_numbers(self.rows));
        // The difference of two sums may round to just below 0.
        (self.aurc() - least / self.rows as f64).max(0.0)
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
        Ok(1.0 - risk_of(self.ties.iter().copied(), answered(coverage, self.rows)))
    }
}

/// Whole rows that a share of `n` covers: rounded up, but for rounding of the product.
pub(crate) fn answered(coverage: f64, n: usize) -> f64 {
    (coverage * n as f64 - 1e-9).ceil().max(1.0)
}

/// `H_0 .. H_n`.
pub(crate) fn harmonic_numbers(n: usize) -> Vec<f64> {
    let mut sum = 0.0;
    let next = |i: usize| {
        sum += if i == 0 { 0.0 } else { 1.0 / i as f64 };
        sum
    };
    (0..=n).map(next).collect()
}

/// `Σ_s risk_s` over whole rows, surest first.
///
/// Among `m` tied rows with `e` errors after `a` errors in `s` rows the expected risk of the j-th is
/// `(a + e j / m) / (s + j)`, and the sum over `j` is `e + (a - e s / m) (H_{s+m} - H_s)`.
pub(crate) fn area_under(ties: impl Iterator<Item = Tied>, harmonic: &[f64]) -> f64 {
    let (mut rows, mut errors, mut area) = (0.0, 0.0, 0.0);
    for tied in ties.filter(|tied| tied.rows > 0.0) {
        if tied.rows == 1.0 {
            area += (errors + tied.errors) / (rows + 1.0);
        } else {
            let span = harmonic[(rows + tied.rows) as usize] - harmonic[rows as usize];
            area += tied.errors + (errors - tied.errors * rows / tied.rows) * span;
        }
        rows += tied.rows;
        errors += tied.errors;
    }
    area
}

/// The smallest [`area_under`] of as many rows as there are harmonic numbers past the first.
pub(crate) fn least_area(errors: f64, harmonic: &[f64]) -> f64 {
    let right = (harmonic.len() - 1) as f64 - errors;
    errors - right * (harmonic[harmonic.len() - 1] - harmonic[right as usize])
}

/// Expected error rate among the first `answered` rows.
pub(crate) fn risk_of(ties: impl Iterator<Item = Tied>, answered: f64) -> f64 {
    let (mut room, mut errors) = (answered, 0.0);
    for tied in ties.filter(|tied| tied.rows > 0.0) {
        let taken = f64::min(room, tied.rows);
        errors += tied.errors * taken / tied.rows;
        room -= taken;
        if room <= 0.0 {
            break;
        }
    }
    errors / answered
}
