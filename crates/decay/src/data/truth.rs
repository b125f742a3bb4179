//! What outputs are compared with.

use decay_data::Target;

/// What the outputs are compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Truth {
    /// Labels in `0..classes`.
    Classes {
        /// One for each row.
        labels: Vec<usize>,
        /// How many classes there are.
        classes: usize,
    },
    /// Values in the target's unit.
    Values(Vec<f64>),
}

/// The labels or values of some rows.
pub(crate) fn truth(target: &Target, rows: &[usize]) -> Truth {
    match target {
        Target::Classes { labels, names } => Truth::Classes {
            labels: rows.iter().map(|&row| labels[row] as usize).collect(),
            classes: names.len(),
        },
        Target::Values { values, .. } => {
            Truth::Values(rows.iter().map(|&row| values[row]).collect())
        }
    }
}
