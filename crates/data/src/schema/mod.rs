//! How columns become features, kept in the model file.

pub(crate) mod column_features;
pub(crate) mod encode;
pub(crate) mod fit;
pub(crate) mod labels;
mod no_target;
mod targets;

use std::ops::Range;

use decay_options::names;
use serde::{Deserialize, Serialize};

use crate::target::one_or_many;
use crate::{Options, Reading, Task};

/// Everything that must be known to encode a new file as the training file was.
///
/// It is fitted on the rows handed to [`Schema::fit`]. What depends on values beyond column types,
/// labels and a shift against rounding is in [`Preprocess`](crate::Preprocess), which a fold fits on
/// its own training rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// Columns or pixels.
    pub inputs: Inputs,
    /// Names of the target columns.
    #[serde(rename = "target", with = "one_or_many")]
    pub targets: Vec<String>,
    /// Name of the column of sample weights, if there is one; predictions do without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<String>,
    /// What the targets are taken for.
    pub task: Task,
    /// How the inputs are scaled unless the user says otherwise.
    pub scaling: Scaling,
    /// The side of the squares that images become, if their own sizes differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resize: Option<usize>,
    /// What a user should know about the columns, one sentence each.
    pub notes: Vec<String>,
    /// How the file was read, of a table or the nodes of a graph.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
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
    /// The nodes of a graph.
    Graph {
        /// What the features of a node are.
        nodes: NodeFeatures,
        /// Whether edges have a direction.
        directed: bool,
        /// Whether edges have weights other than 1.
        weighted: bool,
    },
}

/// What the features of a node are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeFeatures {
    /// Columns of a table, in the order of the features.
    Columns(Vec<ColumnSchema>),
    /// So many features that are mostly zero.
    Sparse {
        /// Number of features.
        columns: usize,
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
    /// A sparse feature, where zero must stay zero.
    Entry,
}

names! {
    /// How numbers are brought to a common scale.
    #[derive(Default)]
    pub enum Scaling {
        /// What the loader of the data set chose: see [`Dataset::default_scaling`](crate::Dataset::default_scaling).
        #[default]
        Auto = "auto",
        /// Mean 0 and standard deviation 1 of each feature. Default of tables and of the digits.
        Standard = "standard",
        /// One mean and one standard deviation for all features. Default of grey images, where the spread of a
        /// pixel that is hardly ever set would blow up its few values.
        Global = "global",
        /// Mean 0 and standard deviation 1 of each channel over all its pixels. Default of colour images.
        Channel = "channel",
        /// Median 0 and distance 1 between the quartiles of each number, which outliers do not move; pixels as under `global`
        /// (Holzmueller et al. 2024, <https://arxiv.org/abs/2407.04491>).
        Robust = "robust",
        /// Smallest value 0, largest 1: of each number, or of all pixels together.
        UnitRange = "unit_range",
        /// Each row divided by the sum of its absolute values; nothing is learned from other rows. For sparse features,
        /// and their default.
        Row = "row",
        /// The values of the file.
        None = "none",
    }
}

impl Schema {
    /// Role of each feature, in order.
    pub fn roles(&self) -> Vec<Role> {
        match &self.inputs {
            Inputs::Pixels { shape, .. } => vec![Role::Pixel; shape.iter().product()],
            Inputs::Graph {
                nodes: NodeFeatures::Sparse { columns },
                ..
            } => vec![Role::Entry; *columns],
            Inputs::Columns(_) | Inputs::Graph { .. } => self
                .columns()
                .iter()
                .flat_map(ColumnSchema::roles)
                .collect(),
        }
    }

    /// Places of the features that are numbers of a table, in order.
    pub fn numbers(&self) -> Vec<usize> {
        let roles = self.roles().into_iter().enumerate();
        let numbers = roles.filter(|(_, role)| matches!(role, Role::Number { .. }));
        numbers.map(|(place, _)| place).collect()
    }

    /// Places of the flags of each categorical column, in order; an indicator of missing values is none of them.
    pub fn categories(&self) -> Vec<Range<usize>> {
        let mut next = 0;
        let places = self.columns().iter().filter_map(|column| {
            let start = next;
            next += column.width();
            match &column.kind {
                ColumnKind::Numeric { .. } => None,
                ColumnKind::Categorical { levels } => Some(start..start + levels.len()),
            }
        });
        places.collect()
    }

    /// Name of each feature: `age`, `colour=red`, `age is missing`, `pixel 12`, `feature 7`.
    pub fn feature_names(&self) -> Vec<String> {
        let numbered = |what: &str| {
            (0..self.features())
                .map(|n| format!("{what} {n}"))
                .collect()
        };
        match &self.inputs {
            Inputs::Pixels { .. } => numbered("pixel"),
            Inputs::Graph {
                nodes: NodeFeatures::Sparse { .. },
                ..
            } => numbered("feature"),
            Inputs::Columns(_) | Inputs::Graph { .. } => {
                let columns = self.columns().iter();
                columns.flat_map(ColumnSchema::feature_names).collect()
            }
        }
    }

    /// The columns that the features are made of; none if they are pixels or sparse.
    pub fn columns(&self) -> &[ColumnSchema] {
        match &self.inputs {
            Inputs::Columns(columns)
            | Inputs::Graph {
                nodes: NodeFeatures::Columns(columns),
                ..
            } => columns,
            Inputs::Pixels { .. } | Inputs::Graph { .. } => &[],
        }
    }

    /// The column of the file that one of [`Schema::columns`] is made of: of a part of a date that of the dates, else itself.
    pub fn source_of<'s>(&'s self, column: &'s ColumnSchema) -> &'s str {
        let reading = self.reading.as_ref();
        let dates = reading.and_then(|reading| reading.source_of(&column.name));
        dates.unwrap_or(&column.name)
    }

    /// What is predicted, in words: the names of the targets.
    pub fn target(&self) -> String {
        self.targets.join(", ")
    }

    /// What the model of this schema was trained on, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self.inputs {
            Inputs::Columns(_) => "a table",
            Inputs::Pixels { .. } => "images",
            Inputs::Graph { .. } => "a graph",
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
            Inputs::Graph {
                nodes: NodeFeatures::Sparse { columns },
                ..
            } => vec![*columns],
            Inputs::Columns(_) | Inputs::Graph { .. } => {
                vec![self.columns().iter().map(ColumnSchema::width).sum()]
            }
        }
    }

    /// Options that read of a new file what this schema needs, with the types that it expects.
    pub fn options(&self) -> Options {
        let directed = matches!(self.inputs, Inputs::Graph { directed: true, .. });
        let columns = self.columns();
        let read = self
            .reading
            .as_ref()
            .map_or_else(Options::default, |reading| {
                let numbers = columns
                    .iter()
                    .filter(|column| matches!(column.kind, ColumnKind::Numeric { .. }));
                let own = numbers.filter(|column| reading.source_of(&column.name).is_none());
                reading.options(own.map(|column| column.name.clone()), &self.task)
            });
        let read_alike = Options {
            targets: self.targets.clone(),
            weight: self.weight.clone(),
            resize: self.resize,
            directed,
            ..read
        };
        if columns.is_empty() {
            return read_alike;
        }
        let sources = columns
            .iter()
            .map(|column| self.source_of(column).to_owned());
        let mut names: Vec<String> = sources.collect();
        names.extend(self.targets.iter().cloned());
        // The parts of a date lie side by side.
        names.dedup();
        let labels = columns
            .iter()
            .filter(|column| matches!(column.kind, ColumnKind::Categorical { .. }));
        Options {
            keep: Some(names),
            categorical: labels.map(|column| column.name.clone()).collect(),
            // A new file may hold any number of labels that were never seen.
            max_levels: usize::MAX,
            ..read_alike
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
