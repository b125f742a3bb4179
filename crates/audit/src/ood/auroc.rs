//! Area under the receiver operating characteristic.

use super::ranking::{Ranking, Tie};
use crate::Result;

/// Probability that an out-of-distribution sample scores above an in-distribution one, ties half.
///
/// ```text
/// auroc = P(s_out > s_in) + ½ P(s_out = s_in)
/// ```
///
/// In `[0, 1]`: 1 separates perfectly, ½ is chance. One sort, `O(n log n)`.
///
/// # Errors
/// An empty side, scores that are not finite.
///
/// # Source
/// Hanley & McNeil 1982, <https://doi.org/10.1148/radiology.143.1.7063747>.
pub fn auroc(scores_in: &[f64], scores_out: &[f64]) -> Result<f64> {
    Ok(area(&Ranking::new(scores_in, scores_out)?.ties()))
}

/// The area from groups by falling score. Sums stay whole or half numbers, exact up to 2^52 pairs.
pub(crate) fn area(ties: &[Tie]) -> f64 {
    let (mut wins, mut above, mut inside) = (0.0, 0.0, 0.0);
    for tie in ties {
        wins += tie.inside * (above + 0.5 * tie.outside);
        above += tie.outside;
        inside += tie.inside;
    }
    wins / (inside * above)
}
