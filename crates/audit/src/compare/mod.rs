//! Two models on the same rows: how much better one is, and whether these rows can tell.
//!
//! Rows that are hard for one model are hard for the other. Differences per row cancel that, so that they
//! are known far better than either figure; everything here is paired.

mod classifiers;
mod difference;
mod flags;
mod mcnemar;
mod paired;
mod regressions;

pub use classifiers::{ComparedLogits, compare_classifiers};
pub use difference::{Better, Comparison, Difference, DifferenceTest, Verdict};
pub use flags::compare_flags;
pub use mcnemar::{McNemar, mcnemar_exact};
pub use regressions::compare_regressions;
