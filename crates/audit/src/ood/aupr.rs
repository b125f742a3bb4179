//! Area under the precision-recall curve.

use super::ranking::{Positive, Ranking, Suspects, inside_positive, outside_positive};
use crate::Result;

/// Average precision: the step sum under the precision-recall curve, as scikit-learn takes it.
///
/// ```text
/// ap = Σ_t (recall_t - recall_before) precision_t      over distinct scores t
/// ```
///
/// In `[0, 1]`; a useless score gives the share of positives. With in-distribution positives ("AUPR
/// in") the scores are read from below.
///
/// # Errors
/// An empty side, scores that are not finite.
pub fn average_precision(scores_in: &[f64], scores_out: &[f64], positive: Positive) -> Result<f64> {
    let ties = Ranking::new(scores_in, scores_out)?.ties();
    Ok(match positive {
        Positive::OutOfDistribution => step_area(outside_positive(&ties)),
        Positive::InDistribution => step_area(inside_positive(&ties)),
    })
}

/// The trapezoidal area under the precision-recall curve, as pytorch-ood takes it.
///
/// Starts at recall 0 with precision 1. Optimistic with ties: a constant score does not get the share
/// of positives but the mean of that share and 1. Prefer [`average_precision`].
///
/// # Errors
/// As [`average_precision`].
pub fn aupr_trapezoid(scores_in: &[f64], scores_out: &[f64], positive: Positive) -> Result<f64> {
    let ties = Ranking::new(scores_in, scores_out)?.ties();
    Ok(match positive {
        Positive::OutOfDistribution => trapezoid_area(outside_positive(&ties)),
        Positive::InDistribution => trapezoid_area(inside_positive(&ties)),
    })
}

/// Average precision of groups in order of suspicion.
pub(crate) fn step_area(groups: impl Iterator<Item = Suspects>) -> f64 {
    let (mut hits, mut seen, mut area) = (0.0, 0.0, 0.0);
    for group in groups {
        hits += group.positive;
        seen += group.positive + group.negative;
        // Counts are whole: below 1 nothing has been seen yet, and 0 / 1 adds nothing.
        area += group.positive * hits / f64::max(seen, 1.0);
    }
    area / hits
}

fn trapezoid_area(groups: impl Iterator<Item = Suspects>) -> f64 {
    let (mut hits, mut seen, mut area, mut before) = (0.0, 0.0, 0.0, 1.0);
    for group in groups {
        hits += group.positive;
        seen += group.positive + group.negative;
        let precision = hits / seen;
        area += 0.5 * (precision + before) * group.positive;
        before = precision;
    }
    area / hits
}
