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
    /// For each target its values in its unit, `[targets]` of `[rows]`.
    Values(Vec<Vec<f64>>),
    /// For each label whether it applies, `[labels]` of `[rows]`.
    Flags(Vec<Vec<bool>>),
}

/// Whether each label of each row applies, as classes 0 and 1, `[rows * labels]`.
pub(crate) fn pooled(flags: &[Vec<bool>]) -> Vec<usize> {
    let rows = 0..flags.first().map_or(0, Vec::len);
    let row = |row: usize| flags.iter().map(move |own| usize::from(own[row]));
    rows.flat_map(row).collect()
}

/// The labels or values of some rows.
pub(crate) fn truth(target: &Target, rows: &[usize]) -> Truth {
    match target {
        Target::Classes { labels, names } => Truth::Classes {
            labels: rows.iter().map(|&row| labels[row] as usize).collect(),
            classes: names.len(),
        },
        Target::Values { values, names } => Truth::Values(columns(values, names.len(), rows)),
        Target::Flags { flags, labels } => Truth::Flags(columns(flags, labels.len(), rows)),
    }
}

/// Columns of `[all rows, width]`.
fn columns<T: Copy>(values: &[T], width: usize, rows: &[usize]) -> Vec<Vec<T>> {
    let column = |place: usize| {
        rows.iter()
            .map(|&row| values[row * width + place])
            .collect()
    };
    (0..width).map(column).collect()
}
