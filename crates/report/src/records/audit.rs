//! What the page shows of an audit and of the parameters.

use serde::{Deserialize, Serialize};

use super::{Figure, all_or_nan, or_nan};

/// Which way a metric improves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// As accuracy.
    Higher,
    /// As the negative log-likelihood.
    Lower,
    /// As a coverage: best at its nominal value.
    Target,
}

/// What one of several networks that answer together does alone.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Alone {
    /// Mean over the networks.
    #[serde(deserialize_with = "or_nan")]
    pub mean: f64,
    /// Standard deviation over them; none of a single one.
    pub sd: Option<f64>,
}

/// One audited metric with its interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetricRow {
    /// Plain name, the key in `audit.json`: `accuracy`, `nll`, `auroc_msp`.
    pub name: String,
    /// Name for people: `accuracy`, `expected calibration error`.
    pub label: String,
    /// Point estimate.
    #[serde(deserialize_with = "or_nan")]
    pub mean: f64,
    /// Lower end of the interval.
    #[serde(deserialize_with = "or_nan")]
    pub low: f64,
    /// Upper end of the interval.
    #[serde(deserialize_with = "or_nan")]
    pub high: f64,
    /// What the interval is over: rows resampled, or models.
    pub n: usize,
    /// The same of one network, where the estimate is of several together.
    #[serde(default)]
    pub alone: Option<Alone>,
    /// Which way it improves.
    pub direction: Direction,
    /// A remark, such as the kind of interval or the data it was measured on; may be empty.
    pub note: String,
}

/// One bin of a reliability diagram.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    /// Lower edge of the bin's confidences.
    #[serde(rename = "low", deserialize_with = "or_nan")]
    pub lower: f64,
    /// Upper edge of the bin's confidences.
    #[serde(rename = "high", deserialize_with = "or_nan")]
    pub upper: f64,
    /// Mean confidence of the rows in it; NaN if it is empty.
    #[serde(deserialize_with = "or_nan")]
    pub confidence: f64,
    /// Fraction of them that are right; NaN if it is empty.
    #[serde(deserialize_with = "or_nan")]
    pub accuracy: f64,
    /// Lower end of the Wilson interval of the accuracy.
    #[serde(deserialize_with = "or_nan")]
    pub accuracy_low: f64,
    /// Upper end of the Wilson interval of the accuracy.
    #[serde(deserialize_with = "or_nan")]
    pub accuracy_high: f64,
    /// Rows in the bin.
    pub count: usize,
}

/// A reliability diagram with its title, as `before temperature scaling`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reliability {
    /// What is shown; it becomes the title of the panel.
    pub label: String,
    /// Bins in ascending order of confidence.
    pub bins: Vec<ReliabilityBin>,
}

/// One line of a [`Lines`] figure, with a band around it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Its name in the key.
    pub label: String,
    /// Whether it is dashed, as bounds are.
    pub dashed: bool,
    /// Which of five colours; lines that belong together share one.
    pub colour: usize,
    /// Values at the positions of the figure; NaN where there is none.
    #[serde(deserialize_with = "all_or_nan")]
    pub mean: Vec<f64>,
    /// Lower ends of the intervals; empty without a band.
    #[serde(deserialize_with = "all_or_nan")]
    pub low: Vec<f64>,
    /// Upper ends.
    #[serde(deserialize_with = "all_or_nan")]
    pub high: Vec<f64>,
}

/// Quantities over a common linear axis, such as robust accuracy over the radius.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Lines {
    /// Unique on the page, of letters, digits and hyphens.
    pub id: String,
    /// Title of the panel.
    pub title: String,
    /// Label of the horizontal axis, with its unit.
    pub x_label: String,
    /// Label of the vertical axis, with its unit.
    pub y_label: String,
    /// Positions, ascending.
    pub xs: Vec<f64>,
    /// The lines, at most five colours among them.
    pub lines: Vec<Line>,
    /// Whether the vertical axis is that of a share, from 0 to 1.
    pub share: bool,
}

/// A table of ready texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlainTable {
    /// What it shows.
    pub caption: String,
    /// Heads of the columns.
    pub heads: Vec<String>,
    /// How many columns at the left hold names; the others are numbers.
    pub names: usize,
    /// Cells by row.
    pub rows: Vec<Vec<String>>,
}

/// A section of an audit: figures, then tables.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// What was done, in a sentence or two; may be empty.
    pub note: String,
    /// Panels of one figure.
    pub panels: Vec<Lines>,
    /// Caption of the figure.
    pub caption: String,
    /// Further figures, each with a caption of its own.
    #[serde(default)]
    pub figures: Vec<Figure>,
    /// Tables.
    pub tables: Vec<PlainTable>,
}

/// One parameter of the model, and whether weight decay acted on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterRow {
    /// Name in the model file, as in `layers.0.weight`.
    pub name: String,
    /// Shape of one member's parameter.
    pub shape: Vec<usize>,
    /// Kind that the mask goes by, as in `matrix`, `bias`, `norm`.
    pub kind: String,
    /// Whether it decays.
    pub decayed: bool,
    /// The reason in words.
    pub why: String,
}
