//! Whether a difference is more than chance: paired and unpaired tests, corrections, correlation.

mod correlation;
mod delong;
mod multiple_testing;
mod ranks;
mod t_test;
mod wilcoxon;

pub use correlation::{Correlation, kendall_tau_b, pearson, spearman};
pub use delong::{AurocComparison, delong_test};
pub use multiple_testing::{benjamini_hochberg, bonferroni, holm};
pub use ranks::average_ranks;
pub use t_test::{TTest, corrected_resampled_t_test, paired_t_test, welch_t_test};
pub use wilcoxon::{SignedRank, wilcoxon_signed_rank};

pub(crate) use delong::{Placements, covariance, placements};
