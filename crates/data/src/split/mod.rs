//! Folds, held-out rows and splits that come with the data.

pub(crate) mod groups;
mod iterative;
pub(crate) mod nested;
pub(crate) mod per_class;
pub(crate) mod philox;
pub(crate) mod stratified;
pub(crate) mod times;

use crate::{DataError, Result};

/// One way to train on most rows and validate on the rest, each in ascending order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// Rows to train on.
    pub train: Vec<usize>,
    /// Rows to validate on; every row is in one fold's validation set, but for those that [`time_kfold`](crate::time_kfold) only trains on.
    pub validation: Vec<usize>,
}

/// Two sets of rows without overlap, each in ascending order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holdout {
    /// Rows to choose and train on.
    pub train: Vec<usize>,
    /// Rows to audit on, once.
    pub test: Vec<usize>,
}

/// Rows for training, for choosing and for the audit, each in ascending order and none in two of them.
///
/// Rows in no part take part in nothing but, in a graph, message passing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GivenSplit {
    /// Rows to train on.
    pub train: Vec<usize>,
    /// Rows to choose on; may be empty.
    pub validation: Vec<usize>,
    /// Rows to audit on, once.
    pub test: Vec<usize>,
}

/// A part of a [`GivenSplit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SplitPart {
    Train,
    Validation,
    Test,
}

impl SplitPart {
    pub(crate) const ALL: [Self; 3] = [Self::Train, Self::Validation, Self::Test];

    /// How messages name it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}

impl GivenSplit {
    pub(crate) fn part(&self, part: SplitPart) -> &[usize] {
        match part {
            SplitPart::Train => &self.train,
            SplitPart::Validation => &self.validation,
            SplitPart::Test => &self.test,
        }
    }

    /// The split in which row `r` belongs to `parts[r]`.
    pub(crate) fn of_parts(parts: &[Option<SplitPart>]) -> Self {
        let rows_of = |wanted: SplitPart| {
            let rows = parts.iter().enumerate();
            rows.filter(|(_, part)| **part == Some(wanted))
                .map(|(row, _)| row)
                .collect()
        };
        Self {
            train: rows_of(SplitPart::Train),
            validation: rows_of(SplitPart::Validation),
            test: rows_of(SplitPart::Test),
        }
    }
}

/// Purposes of random numbers: splits made with one seed must not share them.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    Holdout = 1,
    KFold = 2,
    PerClass = 3,
    GroupKFold = 4,
    GroupHoldout = 5,
    Nested = 6,
}

/// Refuses rows outside the data, and a row that is listed twice: it could end on both sides of a split.
pub(crate) fn check_rows(rows: &[usize], available: usize) -> Result<()> {
    let mut seen = vec![false; available];
    for &row in rows {
        match seen.get_mut(row) {
            None => {
                return Err(DataError::RowOutOfRange {
                    row,
                    rows: available,
                });
            }
            Some(seen) if *seen => return Err(DataError::RepeatedRow { row }),
            Some(seen) => *seen = true,
        }
    }
    Ok(())
}

/// Refuses fewer than two folds.
pub(crate) fn check_folds(folds: usize) -> Result<()> {
    if folds < 2 {
        return Err(DataError::Folds { folds });
    }
    Ok(())
}

/// Refuses a held-out fraction outside `(0, 1)`.
pub(crate) fn check_fraction(fraction: f64) -> Result<()> {
    if !(fraction > 0.0 && fraction < 1.0) {
        return Err(DataError::Fraction { fraction });
    }
    Ok(())
}
