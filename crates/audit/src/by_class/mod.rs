//! A classifier class by class: which classes it takes for each other, and how well each is told from the rest.

mod areas;
mod curves;
mod matrix;

pub use areas::{CurveAreas, areas};
pub use curves::{ClassCurves, class_scores, curves, macro_curves, one_vs_rest_curves};
pub use matrix::{ClassFigures, Confused, ConfusionMatrix};
