//! What is to be predicted: the task, the classes, numbers or labels, and the scale of numbers.

use decay_options::names;
use serde::{Deserialize, Serialize};

use crate::{DataError, Result};

/// What is predicted, with what the model file needs to know of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// One of several classes.
    Classification {
        /// Class names, in the order of the model's outputs.
        classes: Vec<String>,
    },
    /// One number, or several at once.
    Regression {
        /// Names of the targets, in the order of the model's outputs.
        #[serde(rename = "target", with = "one_or_many")]
        targets: Vec<String>,
    },
    /// Of several labels, whether each applies.
    Multilabel {
        /// In the order of the model's outputs.
        labels: Vec<Label>,
    },
}

/// A column of two values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Name of the column.
    pub name: String,
    /// What stands for no and for yes, in numeric order if both are numbers, else in alphabetical order: `0` and `1`, `no` and `yes`,
    /// `false` and `true`.
    pub values: [String; 2],
}

names! {
    /// The choice between them, as a user makes it.
    pub enum TaskKind {
        /// One of several classes.
        Classification = "classification",
        /// One number, or several at once.
        Regression = "regression",
        /// Of several labels, whether each applies.
        Multilabel = "multilabel",
    }
}

impl Task {
    /// Number of outputs of a model: one for each class, number or label.
    pub fn outputs(&self) -> usize {
        match self {
            Self::Classification { classes } => classes.len(),
            Self::Regression { targets } => targets.len(),
            Self::Multilabel { labels } => labels.len(),
        }
    }

    /// The task without its names.
    pub fn kind(&self) -> TaskKind {
        match self {
            Self::Classification { .. } => TaskKind::Classification,
            Self::Regression { .. } => TaskKind::Regression,
            Self::Multilabel { .. } => TaskKind::Multilabel,
        }
    }
}

/// What is to be predicted of each row.
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
        /// `[rows, targets]` row-major, each target in the file's unit.
        values: Vec<f64>,
        /// Names of the targets.
        names: Vec<String>,
    },
    /// Labels, each of which applies or does not.
    Flags {
        /// `[rows, labels]` row-major.
        flags: Vec<bool>,
        /// The labels.
        labels: Vec<Label>,
    },
}

impl Target {
    /// One number to predict.
    pub fn value(name: impl Into<String>, values: Vec<f64>) -> Self {
        Self::Values {
            values,
            names: vec![name.into()],
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Classes { labels, .. } => labels.len(),
            Self::Values { values, names } => values.len() / names.len(),
            Self::Flags { flags, labels } => flags.len() / labels.len(),
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
            Self::Values { names, .. } => Task::Regression {
                targets: names.clone(),
            },
            Self::Flags { labels, .. } => Task::Multilabel {
                labels: labels.clone(),
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

/// Mean and spread of a target of numbers, learned on training rows: `y' = (y - mean) / sd`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TargetScale {
    /// Mean, in the target's unit.
    pub mean: f64,
    /// Population standard deviation, in the target's unit; 1 if the target is constant.
    pub sd: f64,
}

impl TargetScale {
    /// What leaves a value as it is.
    pub const IDENTITY: Self = Self { mean: 0.0, sd: 1.0 };

    /// Fits each target on `rows` alone; labels, and targets without rows, are left as they are.
    ///
    /// # Shapes
    /// - returns: `[targets]`, or `[labels]`; nothing of classes
    pub fn fit(target: &Target, rows: &[usize]) -> Vec<Self> {
        match target {
            Target::Classes { .. } => Vec::new(),
            Target::Flags { labels, .. } => vec![Self::IDENTITY; labels.len()],
            Target::Values { values, names } => {
                let width = names.len();
                let of_target = |place: usize| {
                    let own = rows.iter().map(|&row| values[row * width + place]);
                    Self::of(&own.collect::<Vec<_>>())
                };
                (0..width).map(of_target).collect()
            }
        }
    }

    /// Of the values themselves.
    fn of(values: &[f64]) -> Self {
        let Some(&first) = values.first() else {
            return Self::IDENTITY;
        };
        let count = values.len() as f64;
        let mean = values.iter().map(|value| value / count).sum::<f64>();
        let squares = values.iter().map(|value| (value - mean).powi(2) / count);
        let variance = squares.sum::<f64>();
        if values.iter().all(|&value| value == first) {
            return Self {
                mean: first,
                sd: 1.0,
            };
        }
        Self {
            mean,
            sd: if variance.is_normal() {
                variance.sqrt()
            } else {
                1.0
            },
        }
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

/// What there is one of for each target, in files: nothing as null, one as itself, several as a list.
pub mod one_or_many {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany<T> {
        One(T),
        Many(Vec<T>),
    }

    /// Writes a list.
    ///
    /// # Errors
    /// Those of the format.
    pub fn serialize<T: Serialize, S: Serializer>(all: &[T], to: S) -> Result<S::Ok, S::Error> {
        match all {
            [] => to.serialize_none(),
            [one] => one.serialize(to),
            several => several.serialize(to),
        }
    }

    /// Reads a list.
    ///
    /// # Errors
    /// Those of the format.
    pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<T>, D::Error> {
        Ok(match Option::deserialize(from)? {
            None => Vec::new(),
            Some(OneOrMany::One(one)) => vec![one],
            Some(OneOrMany::Many(many)) => many,
        })
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
