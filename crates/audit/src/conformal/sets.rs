//! Prediction sets from a threshold, and what they achieve.

use serde::{Deserialize, Serialize};

use super::{SetScore, conformal_threshold};
use crate::interval::{ProportionMethod, proportion_interval};
use crate::labels::labels_fit;
use crate::{Estimate, Logits, Result};

/// What prediction sets achieve on labelled rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetSummary {
    /// Share of rows whose set holds the label, with its Clopper-Pearson interval.
    pub coverage: Estimate,
    /// Mean number of classes in a set.
    pub size: f64,
    /// Share of sets with a single class.
    pub singletons: f64,
    /// Share of empty sets.
    pub empty: f64,
    /// Coverage of the rows of each class, `[classes]`; `None` for a class without rows.
    pub by_class: Vec<Option<Estimate>>,
}

/// Which classes are in each row's set, `[rows, classes]`: those with a score at or below the threshold.
pub fn prediction_sets(scores: &[f64], threshold: f64) -> Vec<bool> {
    scores.iter().map(|score| *score <= threshold).collect()
}

/// Coverage and sizes of sets.
///
/// # Shapes
/// - `sets`: `[rows, classes]`; `labels`: `[rows]`
///
/// # Errors
/// Lengths that differ, no rows, a label that is no class, a level outside `(0, 1)`.
pub fn summarise_sets(
    sets: &[bool],
    labels: &[usize],
    classes: usize,
    level: f64,
) -> Result<SetSummary> {
    crate::finite::length("sets", sets.len(), labels.len().saturating_mul(classes))?;
    let label_in_range = |&label: &usize| label >= classes;
    if let Some(row) = labels.iter().position(label_in_range) {
        let label = labels[row];
        return Err(crate::AuditError::Label {
            row,
            label,
            classes,
        });
    }
    let (mut rows_of, mut held) = (vec![0u64; classes], vec![0u64; classes]);
    let mut sizes = Vec::with_capacity(labels.len());
    for (set, &label) in sets.chunks_exact(classes).zip(labels) {
        rows_of[label] += 1;
        held[label] += u64::from(set[label]);
        sizes.push(set.iter().filter(|&&inside| inside).count());
    }
    let interval =
        |held, rows| proportion_interval(held, rows, level, ProportionMethod::ClopperPearson);
    let n = labels.len() as f64;
    let share = |size: usize| sizes.iter().filter(|&&s| s == size).count() as f64 / n;
    let of_class = |(&held, &rows): (&u64, &u64)| (rows > 0).then(|| interval(held, rows));
    Ok(SetSummary {
        coverage: interval(held.iter().sum(), labels.len() as u64)?,
        size: sizes.iter().sum::<usize>() as f64 / n,
        singletons: share(1),
        empty: share(0),
        by_class: held
            .iter()
            .zip(&rows_of)
            .map(|pair| of_class(pair).transpose())
            .collect::<Result<_>>()?,
    })
}

/// Sets calibrated on some rows and judged on others: the threshold and what it achieves.
///
/// Calibration and test rows must be exchangeable, and neither may have trained the model.
///
/// # Errors
/// Labels that do not fit, different numbers of classes, a miscoverage outside `(0, 1)`.
pub fn split_conformal(
    calibration: (&Logits<'_>, &[usize]),
    test: (&Logits<'_>, &[usize]),
    score: SetScore,
    miscoverage: f64,
    seed: u64,
) -> Result<(f64, SetSummary)> {
    labels_fit(calibration.0, calibration.1)?;
    labels_fit(test.0, test.1)?;
    let classes = calibration.0.classes();
    crate::finite::length("classes of the test rows", test.0.classes(), classes)?;
    let own: Vec<f64> = score
        .of(calibration.0, seed)?
        .chunks_exact(classes)
        .zip(calibration.1)
        .map(|(row, &label)| row[label])
        .collect();
    let threshold = conformal_threshold(&own, miscoverage)?;
    // Test rows draw their own uniforms.
    let scores = score.of(test.0, seed.wrapping_add(1))?;
    let sets = prediction_sets(&scores, threshold);
    let summary = summarise_sets(&sets, test.1, classes, 0.95)?;
    Ok((threshold, summary))
}
