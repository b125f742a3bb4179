//! Which class is taken for which.

use serde::Serialize;

use crate::check::length;
use crate::{AuditError, Result};

/// Rows by their class and the class that was predicted, `counts[class][predicted]`.
///
/// # Source
/// As scikit-learn's `confusion_matrix`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ConfusionMatrix {
    counts: Vec<Vec<usize>>,
}

/// How one class is found.
///
/// ```text
/// precision = found / predicted      recall = found / support      f1 = 2 found / (predicted + support)
/// ```
///
/// What would divide by 0 is `None`, where scikit-learn says 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ClassFigures {
    /// Rows of the class.
    pub support: usize,
    /// Rows that are predicted as it.
    pub predicted: usize,
    /// Share of `predicted` that are of the class.
    pub precision: Option<f64>,
    /// Share of `support` that are predicted as the class.
    pub recall: Option<f64>,
    /// Harmonic mean of both.
    pub f1: Option<f64>,
}

/// Rows of one class that were taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Confused {
    /// What they are.
    pub class: usize,
    /// What they were taken for.
    pub predicted: usize,
    /// How many.
    pub rows: usize,
}

impl ConfusionMatrix {
    /// Counts the rows.
    ///
    /// # Shapes
    /// - `labels`, `predictions`: `[rows]`, each below `classes`
    ///
    /// # Errors
    /// No rows, different lengths, a label or prediction that is no class.
    pub fn of(labels: &[usize], predictions: &[usize], classes: usize) -> Result<Self> {
        if labels.is_empty() {
            return Err(AuditError::Empty { what: "labels" });
        }
        length("predictions", predictions.len(), labels.len())?;
        let mut counts = vec![vec![0; classes]; classes];
        for (row, (&label, &prediction)) in labels.iter().zip(predictions).enumerate() {
            let highest = label.max(prediction);
            if highest >= classes {
                return Err(AuditError::Label {
                    row,
                    label: highest,
                    classes,
                });
            }
            counts[label][prediction] += 1;
        }
        Ok(Self { counts })
    }

    /// `[classes][predicted classes]`.
    pub fn counts(&self) -> &[Vec<usize>] {
        &self.counts
    }

    /// How each class is found, `[classes]`.
    pub fn by_class(&self) -> Vec<ClassFigures> {
        let classes = self.counts.iter().enumerate();
        classes
            .map(|(class, row)| {
                let (support, found) = (row.iter().sum(), row[class]);
                let predicted = self.counts.iter().map(|row| row[class]).sum();
                let share = |part: usize, all: usize| (all > 0).then(|| part as f64 / all as f64);
                ClassFigures {
                    support,
                    predicted,
                    precision: share(found, predicted),
                    recall: share(found, support),
                    f1: share(2 * found, predicted + support),
                }
            })
            .collect()
    }

    /// The largest numbers of rows of one class that were taken for another, the largest first, at most `most`.
    pub fn largest_confusions(&self, most: usize) -> Vec<Confused> {
        let mut all: Vec<Confused> = Vec::new();
        for (class, row) in self.counts.iter().enumerate() {
            let others = row.iter().enumerate();
            let others = others.filter(|&(predicted, &rows)| predicted != class && rows > 0);
            all.extend(others.map(|(predicted, &rows)| Confused {
                class,
                predicted,
                rows,
            }));
        }
        all.sort_by_key(|one| std::cmp::Reverse(one.rows));
        all.truncate(most);
        all
    }
}
