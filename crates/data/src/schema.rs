//! How columns become features, kept in the model file.

use serde::{Deserialize, Serialize};

use crate::{Options, Scaling, Task};

/// Everything that must be known to encode a new file as the training file was.
///
/// It is fitted on the rows handed to [`Schema::fit`]. What depends on values beyond column types,
/// labels and a shift against rounding is in [`Preprocess`](crate::Preprocess), which a fold fits on
/// its own training rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// Columns or pixels.
    pub inputs: Inputs,
    /// Name of the target column.
    pub target: String,
    /// Classes, or the name of the value.
    pub task: Task,
    /// How the inputs are scaled unless the user says otherwise.
    pub scaling: Scaling,
    /// What a user should know about the columns, one sentence each.
    pub notes: Vec<String>,
}

/// What the features of a row are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inputs {
    /// Columns of a table, in the order of the features.
    Columns(Vec<ColumnSchema>),
    /// One feature per pixel value.
    Pixels {
        /// `[channels, height, width]`.
        shape: Vec<usize>,
        /// Value of full intensity.
        max: f32,
    },
}

/// One column and the features made of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnSchema {
    /// Header of the column.
    pub name: String,
    /// Number or label.
    pub kind: ColumnKind,
    /// Whether a 0/1 feature, after the others, says that the value is missing.
    pub missing_indicator: bool,
}

/// The two kinds of columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// One feature, stored as `(x - offset) / unit`, NaN if missing.
    Numeric {
        /// Near the mean if the values are far from 0 for their spread (a unix time), else 0.
        offset: f64,
        /// A power of two if the values would overflow or vanish in single precision, else 1.
        unit: f64,
    },
    /// One 0/1 feature per label; none is set for a missing or unseen label.
    Categorical {
        /// Labels, in numeric order if all are numbers, else in alphabetical order.
        levels: Vec<String>,
    },
}

/// What one feature is, which decides how it may be scaled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Role {
    /// A number, stored as `(x - offset) / unit`.
    Number {
        /// Subtracted before storage.
        offset: f64,
        /// Divided by before storage.
        unit: f64,
    },
    /// 0 or 1: a label of a categorical column, or whether a value is missing.
    Flag,
    /// A value of an image.
    Pixel,
}

impl Schema {
    /// Role of each feature, in order.
    pub fn roles(&self) -> Vec<Role> {
        match &self.inputs {
            Inputs::Pixels { shape, .. } => vec![Role::Pixel; shape.iter().product()],
            Inputs::Columns(columns) => columns.iter().flat_map(ColumnSchema::roles).collect(),
        }
    }

    /// Name of each feature: `age`, `colour=red`, `age is missing`, `pixel 12`.
    pub fn feature_names(&self) -> Vec<String> {
        match &self.inputs {
            Inputs::Pixels { shape, .. } => (0..shape.iter().product())
                .map(|pixel: usize| format!("pixel {pixel}"))
                .collect(),
            Inputs::Columns(columns) => columns
                .iter()
                .flat_map(ColumnSchema::feature_names)
                .collect(),
        }
    }

    /// Number of features of a row.
    pub fn features(&self) -> usize {
        self.shape().iter().product()
    }

    /// Shape of one row.
    pub fn shape(&self) -> Vec<usize> {
        match &self.inputs {
            Inputs::Pixels { shape, .. } => shape.clone(),
            Inputs::Columns(columns) => vec![columns.iter().map(ColumnSchema::width).sum()],
        }
    }

    /// Options that read of a new file what this schema needs, with the types that it expects.
    pub fn options(&self) -> Options {
        let Inputs::Columns(columns) = &self.inputs else {
            return Options {
                target: Some(self.target.clone()),
                ..Options::default()
            };
        };
        let categorical =
            |column: &&ColumnSchema| matches!(column.kind, ColumnKind::Categorical { .. });
        Options {
            target: Some(self.target.clone()),
            keep: Some(
                columns
                    .iter()
                    .map(|c| c.name.clone())
                    .chain([self.target.clone()])
                    .collect(),
            ),
            categorical: columns
                .iter()
                .filter(categorical)
                .map(|c| c.name.clone())
                .collect(),
            // A new file may hold any number of labels that were never seen.
            max_levels: usize::MAX,
            ..Options::default()
        }
    }
}

impl ColumnSchema {
    /// Number of features made of the column.
    pub fn width(&self) -> usize {
        let values = match &self.kind {
            ColumnKind::Numeric { .. } => 1,
            ColumnKind::Categorical { levels } => levels.len(),
        };
        values + usize::from(self.missing_indicator)
    }

    fn roles(&self) -> Vec<Role> {
        let mut roles = match self.kind {
            ColumnKind::Numeric { offset, unit } => vec![Role::Number { offset, unit }],
            ColumnKind::Categorical { .. } => Vec::new(),
        };
        roles.resize(self.width(), Role::Flag);
        roles
    }

    fn feature_names(&self) -> Vec<String> {
        let mut names = match &self.kind {
            ColumnKind::Numeric { .. } => vec![self.name.clone()],
            ColumnKind::Categorical { levels } => levels
                .iter()
                .map(|level| format!("{}={level}", self.name))
                .collect(),
        };
        if self.missing_indicator {
            names.push(format!("{} is missing", self.name));
        }
        names
    }
}
