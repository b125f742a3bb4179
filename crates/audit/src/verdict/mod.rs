//! Figures in sentences for readers who are no statisticians.
//!
//! A sentence never claims what its interval does not exclude: a gap whose interval holds 0 is not called
//! over-confidence, and a difference within noise is not called better.

mod confidence;
mod recalibration;
mod selective;
mod sets;
mod wording;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Estimate;
use crate::recalibration::Recalibrated;

pub use confidence::{Confidence, confidence_verdict};
pub use recalibration::recalibration_verdict;
pub use selective::selective_verdict;
pub use sets::sets_verdict;

/// A finding in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// What was found, in a few words.
    pub headline: String,
    /// The figures behind it and what follows.
    pub detail: String,
}

/// Every sentence that a classifier's figures allow, under the names that an [`Audit`](crate::Audit) gives them.
///
/// `recalibrated` is a comparison of maps on rows that they were not fitted on, if there is one.
pub fn verdicts(
    metrics: &BTreeMap<String, Estimate>,
    recalibrated: &[Recalibrated],
) -> Vec<Sentence> {
    let metric = |name: &str| metrics.get(name).copied();
    let confidence = || {
        Some(confidence_verdict(&Confidence {
            accuracy: metric("accuracy")?,
            confidence: metric("confidence")?,
            gap: metric("confidence_gap")?,
            calibration_error: metric("smooth_ece")?,
            temperature: metric("temperature").map(|t| t.mean),
            error_after: metric("smooth_ece_tempered"),
        }))
    };
    let selective = || {
        Some(selective_verdict(
            0.8,
            metric("accuracy")?,
            metric("accuracy_at_80")?,
        ))
    };
    let sets = || {
        let (coverage, size) = (
            metric("conformal_coverage_90")?,
            metric("conformal_size_90")?,
        );
        Some(sets_verdict(0.9, coverage, size))
    };
    [
        confidence(),
        recalibration_verdict(recalibrated),
        selective(),
        sets(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
