//! Where a row stands in its file.

use std::fmt;

/// What rows are counted by in messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Counted {
    /// Lines of a text.
    #[default]
    Lines,
    /// Rows of a file without lines.
    Rows,
}

impl Counted {
    /// The place of this number.
    pub(crate) fn at(self, number: u64) -> Place {
        match self {
            Self::Lines => Place::Line(number),
            Self::Rows => Place::Row(number),
        }
    }
}

/// Where a row stands, as messages name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A line of a text, from 1.
    Line(u64),
    /// A row of a file without lines, from 1.
    Row(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number) => write!(f, "line {number}"),
            Self::Row(number) => write!(f, "row {number}"),
        }
    }
}
