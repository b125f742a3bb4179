//! A split that comes with the data.

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
pub(crate) enum Part {
    Train,
    Validation,
    Test,
}

impl Part {
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
    pub(crate) fn part(&self, part: Part) -> &[usize] {
        match part {
            Part::Train => &self.train,
            Part::Validation => &self.validation,
            Part::Test => &self.test,
        }
    }

    /// The split in which row `r` belongs to `parts[r]`.
    pub(crate) fn of_parts(parts: &[Option<Part>]) -> Self {
        let rows_of = |wanted: Part| {
            let rows = parts.iter().enumerate();
            rows.filter(|(_, part)| **part == Some(wanted))
                .map(|(row, _)| row)
                .collect()
        };
        Self {
            train: rows_of(Part::Train),
            validation: rows_of(Part::Validation),
            test: rows_of(Part::Test),
        }
    }
}
