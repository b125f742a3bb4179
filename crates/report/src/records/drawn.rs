//! Figures of a section that are more than lines over one axis: matrices, curves with places of their own, clouds, ranked
//! intervals, small images.

use serde::{Deserialize, Serialize};

use super::{all_or_nan, or_nan};
use crate::png;

/// Charts side by side, then images, under one caption.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The charts, in order.
    pub charts: Vec<Drawn>,
    /// Small images with what is said of each.
    #[serde(default)]
    pub images: Vec<Thumbnail>,
    /// What all of them show.
    pub caption: String,
}

/// One chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drawn {
    /// Counts by two classes.
    Matrix(Matrix),
    /// Curves and clouds.
    Curves(Curves),
    /// Intervals of named things.
    Ranked(Ranked),
}

/// Rows by their class and the class that was predicted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matrix {
    /// Unique on the page, of letters, digits and hyphens.
    pub id: String,
    /// Title of the panel.
    pub title: String,
    /// Names of the classes.
    pub classes: Vec<String>,
    /// `[class][predicted]`.
    pub counts: Vec<Vec<usize>>,
}

/// Curves with places of their own over common axes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Curves {
    /// Unique on the page, of letters, digits and hyphens.
    pub id: String,
    /// Title of the panel.
    pub title: String,
    /// Label of the horizontal axis, with its unit.
    pub x_label: String,
    /// Label of the vertical axis, with its unit.
    pub y_label: String,
    /// What stands at 0, 1, 2, ... of the horizontal axis; none where that has numbers.
    pub names: Vec<String>,
    /// Whether the horizontal axis is logarithmic.
    pub log: bool,
    /// Whether the vertical axis is that of a share, from 0 to 1.
    pub share: bool,
    /// The curves, the last on top.
    pub curves: Vec<XyCurve>,
}

/// One curve, or a cloud of dots.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct XyCurve {
    /// Its name in the key; empty to leave it out.
    pub label: String,
    /// Whether it is dashed, as references are.
    pub dashed: bool,
    /// Which of five colours, as of [`Line`](super::Line).
    pub colour: usize,
    /// How it is drawn.
    pub shape: Shape,
    /// Places on the horizontal axis, in the order in which they are joined.
    #[serde(deserialize_with = "all_or_nan")]
    pub xs: Vec<f64>,
    /// Values there.
    #[serde(deserialize_with = "all_or_nan")]
    pub ys: Vec<f64>,
    /// Lower ends of intervals; empty without.
    #[serde(deserialize_with = "all_or_nan")]
    pub low: Vec<f64>,
    /// Upper ends.
    #[serde(deserialize_with = "all_or_nan")]
    pub high: Vec<f64>,
}

/// How an [`XyCurve`] is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// A line without markers.
    #[default]
    Line,
    /// A line with markers and a band.
    Marked,
    /// Small dots that are not joined.
    Dots,
}

/// Named things with an interval each, one below the other.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Ranked {
    /// Unique on the page, of letters, digits and hyphens.
    pub id: String,
    /// Title of the panel.
    pub title: String,
    /// Label of the axis, with its unit.
    pub label: String,
    /// From top to bottom.
    pub rows: Vec<RankedRow>,
}

/// One line of a [`Ranked`] chart.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RankedRow {
    /// What it is of.
    pub name: String,
    /// The value.
    #[serde(deserialize_with = "or_nan")]
    pub mean: f64,
    /// Lower end of its interval.
    #[serde(deserialize_with = "or_nan")]
    pub low: f64,
    /// Upper end of its interval.
    #[serde(deserialize_with = "or_nan")]
    pub high: f64,
}

/// A small image with what is said of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thumbnail {
    /// A `data:` address of a PNG.
    pub source: String,
    /// Set in bold below it.
    pub headline: String,
    /// Set below that.
    pub detail: String,
}

/// Longest side of a thumbnail in pixels; larger images are averaged down.
const MOST_PIXELS: usize = 48;

impl Thumbnail {
    /// Of values in `[0, 1]`.
    ///
    /// # Shapes
    /// - `values`: `[channels, height, width]`; one channel is grey, the first three of more are red, green and blue
    pub fn of_values(values: &[f32], [channels, height, width]: [usize; 3]) -> Self {
        let step = height.max(width).div_ceil(MOST_PIXELS).max(1);
        let (high, wide) = (height.div_ceil(step), width.div_ceil(step));
        let shown = if channels >= 3 { 3 } else { 1 };
        let mut pixels = Vec::with_capacity(high * wide * shown);
        for (row, column) in (0..high).flat_map(|row| (0..wide).map(move |column| (row, column))) {
            for channel in 0..shown {
                let rows = row * step..((row + 1) * step).min(height);
                let columns = column * step..((column + 1) * step).min(width);
                let count = (rows.len() * columns.len()) as f32;
                let start = channel * height * width;
                let all = rows.flat_map(|row| {
                    let line = start + row * width;
                    &values[line + columns.start..line + columns.end]
                });
                let mean = all.sum::<f32>() / count;
                pixels.push((255.0 * mean.clamp(0.0, 1.0)).round() as u8);
            }
        }
        Self {
            source: png::data_address(&pixels, [high, wide, shown]),
            ..Self::default()
        }
    }
}
