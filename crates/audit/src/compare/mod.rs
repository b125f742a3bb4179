//! Two models on the same rows: how much better one is, and whether these rows can tell.
//!
//! Rows that are hard for one model are hard for the other. Differences per row cancel that, so that they
//! are known far better than either figure; everything here is paired.

mod difference;
mod models;

pub use crate::direction::Better;
pub use difference::{Comparison, Difference, DifferenceTest, Verdict};
pub use models::{
    ComparedLogits, compare_classifiers, compare_labels, compare_regressions, compare_targets,
};
