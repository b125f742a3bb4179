//! What the rows are to be predicted as.

use crate::Task;

/// One label or value per row.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// Classification.
    Classes {
        /// Index into `names`, per row.
        labels: Vec<u32>,
        /// Class names, in numeric order if all are numbers, else in alphabetical order.
        names: Vec<String>,
    },
    /// Regression.
    Values {
        /// Value per row, in the file's unit.
        values: Vec<f64>,
        /// Name of the target.
        name: String,
    },
}

impl Target {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Classes { labels, .. } => labels.len(),
            Self::Values { values, .. } => values.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The task of predicting this.
    pub fn task(&self) -> Task {
        match self {
            Self::Classes { names, .. } => Task::Classification {
                classes: names.clone(),
            },
            Self::Values { name, .. } => Task::Regression {
                target: name.clone(),
            },
        }
    }
}

/// Numeric order if all are numbers, else alphabetical.
pub(crate) fn sort_names(names: &mut [String]) {
    let number = |name: &String| name.parse::<f64>().ok().filter(|value| !value.is_nan());
    if names.iter().all(|name| number(name).is_some()) {
        // Both are numbers here; the text breaks ties such as `1` and `1.0`.
        names.sort_by(|a, b| {
            let values = number(a)
                .unwrap_or_default()
                .total_cmp(&number(b).unwrap_or_default());
            values.then_with(|| a.cmp(b))
        });
    } else {
        names.sort_unstable();
    }
}
