//! What is to be predicted, on the host.

use decay_data::{Target, TaskKind};
use decay_model::RowTargets;

/// The target on the host, for losses in f64.
#[derive(Debug, Clone)]
pub(crate) enum Truth {
    /// A classification.
    Classes {
        /// Index into the names, by row.
        labels: Vec<u32>,
        /// Of the classes.
        names: Vec<String>,
    },
    /// Numbers in each target's unit, or labels as 0 and 1.
    Values(RowValues),
}

/// Numbers of each row.
#[derive(Debug, Clone)]
pub(crate) struct RowValues {
    /// `[rows, width]`.
    values: Vec<f64>,
    /// Targets, or labels.
    pub(crate) width: usize,
    /// Which of them.
    pub(crate) task: TaskKind,
}

impl RowValues {
    /// Number of values.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// Those of each row, `[width]`.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks_exact(self.width)
    }

    /// Those of a row, `[width]`.
    pub(crate) fn of_row(&self, row: usize) -> &[f64] {
        &self.values[row * self.width..][..self.width]
    }
}

impl Truth {
    /// What is to be predicted of some rows.
    pub(super) fn of_rows(&self, rows: &[usize]) -> RowTargets {
        match self {
            Self::Classes { labels, .. } => {
                RowTargets::Classes(rows.iter().map(|&row| labels[row]).collect())
            }
            Self::Values(own) => {
                let of_target = |place: usize| rows.iter().map(move |&row| own.of_row(row)[place]);
                RowTargets::Values((0..own.width).map(|k| of_target(k).collect()).collect())
            }
        }
    }

    /// Number of rows.
    pub(crate) fn rows(&self) -> usize {
        match self {
            Self::Classes { labels, .. } => labels.len(),
            Self::Values(own) => own.rows().count(),
        }
    }
}

impl From<&Target> for Truth {
    fn from(target: &Target) -> Self {
        match target {
            Target::Classes { labels, names } => Self::Classes {
                labels: labels.clone(),
                names: names.clone(),
            },
            Target::Values { values, names } => Self::Values(RowValues {
                values: values.clone(),
                width: names.len(),
                task: TaskKind::Regression,
            }),
            Target::Flags { flags, labels } => Self::Values(RowValues {
                values: flags
                    .iter()
                    .map(|&flag| f64::from(u8::from(flag)))
                    .collect(),
                width: labels.len(),
                task: TaskKind::Multilabel,
            }),
        }
    }
}
