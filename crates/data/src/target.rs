//! What is to be predicted: the task, the labels or values, and the scale of values.

use decay_options::names;
use serde::{Deserialize, Serialize};

use crate::{DataError, Result};

/// Classification or regression, with what the model file needs to know of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// One of several classes.
    Classification {
        /// Class names, in the order of the model's outputs.
        classes: Vec<String>,
    },
    /// One number.
    Regression {
        /// Name of the target.
        target: String,
    },
}

names! {
    /// The choice between the two, as a user makes it.
    pub enum TaskKind {
        /// One of several classes.
        Classification = "classification",
        /// One number.
        Regression = "regression",
    }
}

impl Task {
    /// Number of outputs of a model: one per class, or 1.
    pub fn outputs(&self) -> usize {
        match self {
            Self::Classification { classes } => classes.len(),
            Self::Regression { .. } => 1,
        }
    }

    /// The task without its names.
    pub fn kind(&self) -> TaskKind {
        match self {
            Self::Classification { .. } => TaskKind::Classification,
            Self::Regression { .. } => TaskKind::Regression,
        }
    }
}

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

/// Mean and spread of a regression target, learned on training rows: `y' = (y - mean) / sd`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TargetScale {
    /// Mean, in the target's unit.
    pub mean: f64,
    /// Population standard deviation, in the target's unit; 1 if the target is constant.
    pub sd: f64,
}

impl TargetScale {
    /// Fits on `rows` alone; `None` for classes and for no rows.
    pub fn fit(target: &Target, rows: &[usize]) -> Option<Self> {
        let Target::Values { values, .. } = target else {
            return None;
        };
        if rows.is_empty() {
            return None;
        }
        let count = rows.len() as f64;
        let mean = rows.iter().map(|&row| values[row] / count).sum::<f64>();
        let variance = rows
            .iter()
            .map(|&row| (values[row] - mean).powi(2) / count)
            .sum::<f64>();
        let constant = rows.iter().all(|&row| values[row] == values[rows[0]]);
        let sd = if constant || !variance.is_normal() {
            1.0
        } else {
            variance.sqrt()
        };
        Some(Self {
            mean: if constant { values[rows[0]] } else { mean },
            sd,
        })
    }

    /// A target value in units of spread.
    pub fn apply(&self, value: f64) -> f64 {
        (value - self.mean) / self.sd
    }

    /// A prediction in the target's unit.
    pub fn invert(&self, scaled: f64) -> f64 {
        scaled * self.sd + self.mean
    }
}

/// Refuses a class that is not among `names`.
pub(crate) fn check_classes(path: &str, wanted: &[String], mut names: Vec<String>) -> Result<()> {
    let Some(class) = wanted.iter().find(|class| !names.contains(class)) else {
        return Ok(());
    };
    sort_names(&mut names);
    Err(DataError::UnknownClass {
        path: path.to_owned(),
        class: class.clone(),
        classes: names.join(", "),
    })
}

/// A number as a class name: integers without a decimal point.
pub(crate) fn number_name(value: f64) -> String {
    // `-0.0 + 0.0` is `0.0`, so both zeros get one name.
    format!("{}", value + 0.0)
}
