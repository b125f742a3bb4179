//! The quantile that makes sets cover.

use crate::Result;
use crate::finite::{finite, level};
use crate::interval::ascending;

/// The smallest threshold below which a new score falls with probability at least `1 - miscoverage`.
///
/// ```text
/// the ceil((n + 1) (1 - α))-th smallest of n scores; infinite if that exceeds n
/// ```
///
/// With exchangeable scores without ties, sets of all candidates at or below it hold the truth with a
/// probability between `1 - α` and `1 - α + 1 / (n + 1)`.
///
/// # Errors
/// No scores, scores that are not finite, a miscoverage outside `(0, 1)`.
///
/// # Source
/// Vovk, Gammerman & Shafer 2005; Lei et al. 2018, <https://arxiv.org/abs/1604.04173>, theorem 2.2.
pub fn conformal_threshold(scores: &[f64], miscoverage: f64) -> Result<f64> {
    finite("conformal scores", scores)?;
    level("miscoverage", miscoverage)?;
    let sorted = ascending(scores);
    let rank = conformal_rank(scores.len(), miscoverage);
    Ok(sorted.get(rank - 1).copied().unwrap_or(f64::INFINITY))
}

/// `ceil((n + 1) (1 - α))`, counted from 1, which may be `n + 1`.
pub(crate) fn conformal_rank(n: usize, miscoverage: f64) -> usize {
    let exact = (n + 1) as f64 * (1.0 - miscoverage);
    // 10 * (1 - 0.1) is a little above 9 in floating point; the tolerance keeps it there.
    ((exact - 1e-9).ceil() as usize).clamp(1, n + 1)
}
