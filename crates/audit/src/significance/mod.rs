//! Whether a difference is more than chance: paired tests, a correction for many questions, correlation.

mod correlation;
mod delong;
mod mcnemar;
mod t_test;

pub use correlation::{Correlation, average_ranks, pearson, spearman};
pub use delong::{AurocComparison, delong_test};
pub use mcnemar::{McNemar, mcnemar_exact};
pub use t_test::{TTest, corrected_resampled_t_test};

pub(crate) use delong::{Placements, covariance, placements};

/// Holm's adjusted p-values for having asked several questions: controls the chance of a single false finding.
///
/// ```text
/// p'_(i) = max_{j <= i} min(1, (m - j + 1) p_(j))      p_(1) <= p_(2) <= ...
/// ```
///
/// # Source
/// Holm 1979, <https://www.jstor.org/stable/4615733>.
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut adjusted = vec![0.0; p.len()];
    let mut largest = 0.0_f64;
    for (place, index) in ascending_order(p).into_iter().enumerate() {
        largest = largest.max((p.len() - place) as f64 * p[index]).min(1.0);
        adjusted[index] = largest;
    }
    adjusted
}

fn ascending_order(p: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    order
}
