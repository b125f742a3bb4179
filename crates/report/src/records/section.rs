use serde::{Deserialize, Serialize};

use super::number::all_or_nan;

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

/// A part of an audit: figures, then tables.
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
    /// Tables.
    pub tables: Vec<PlainTable>,
}
