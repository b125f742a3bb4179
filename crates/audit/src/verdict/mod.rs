//! Figures in sentences for readers who are no statisticians.
//!
//! A sentence never claims what chance explains: each has a test whose false alarms are at most 5 % at any number of rows, and its
//! condition reads the figures that the tables show.

mod confidence;
mod recalibration;
mod selective;
mod sets;
mod wording;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::confidence::{Confidence, confidence_verdict};
pub use self::recalibration::recalibration_verdict;
pub use self::selective::selective_verdict;
pub use self::sets::sets_verdict;
use crate::recalibration::Recalibrated;
use crate::{Chance, Estimate};

/// Level of the tests behind the sentences.
const ALPHA: f64 = 0.05;

/// A finding in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// What was found, in a few words.
    pub headline: String,
    /// The figures behind it and what follows.
    pub detail: String,
}

/// Every sentence that a classifier's figures allow, under the names that an [`Figures`](crate::Figures) give them.
///
/// They speak of the classifier as it answers: of the figures after temperature scaling where there are any.
/// `recalibrated` is a comparison of maps, none of them a temperature found before, on rows that they were not fitted on,
/// if there is one; `unfinished` says that the losses still fell when training ended.
pub fn verdicts(
    metrics: &BTreeMap<String, Estimate>,
    chance: Option<&Chance>,
    recalibrated: &[Recalibrated],
    unfinished: bool,
) -> Vec<Sentence> {
    let metric = |name: &str| metrics.get(name).copied();
    let tempered = |name: &str| metric(&format!("{name}_tempered"));
    let has_temperature = tempered("accuracy").is_some();
    let answered = |name: &str| {
        if has_temperature {
            tempered(name)
        } else {
            metric(name)
        }
    };
    let confidence = || {
        Some(confidence_verdict(&Confidence {
            accuracy: answered("accuracy")?,
            confidence: answered("confidence")?,
            gap: answered("confidence_gap")?,
            calibration_error: answered("ece")?,
            chance: *chance?,
            unfinished,
            temperature: metric("temperature").map(|t| t.mean),
            error_before: tempered("ece").and_then(|_| metric("ece")),
        }))
    };
    let selective = || {
        let area = answered("failure_auroc");
        let area = area.zip(chance?.failure_auroc);
        let (accuracy, surest) = (answered("accuracy")?, answered("accuracy_at_80")?);
        Some(selective_verdict(0.8, accuracy, surest, area))
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
