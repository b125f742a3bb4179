//! False-positive rate at a required true-positive rate.

use serde::{Deserialize, Serialize};

use super::ranking::{Positive, Ranking, Suspects, inside_positive, outside_positive, totals};
use crate::Result;
use crate::finite::level;

/// What a threshold on the score costs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OperatingPoint {
    /// Share of negatives taken for positives, in `[0, 1]`.
    pub false_positive_rate: f64,
    /// The score at the threshold; a sample on it counts as positive.
    pub threshold: f64,
}

/// False-positive rate at the strictest threshold that finds a share `tpr` of the positives.
///
/// - [`Positive::OutOfDistribution`]: share of in-distribution samples flagged at the highest threshold
///   that flags `tpr` of the others.
/// - [`Positive::InDistribution`]: share of out-of-distribution samples accepted at the lowest threshold
///   that accepts `tpr` of the others. With 0.95 this is the "FPR95" of most papers.
///
/// Every distinct score is a candidate. scikit-learn's `roc_curve` drops collinear points by default,
/// which can skip the right one.
///
/// # Errors
/// An empty side, scores that are not finite, `tpr` outside `(0, 1)`.
pub fn fpr_at_tpr(
    scores_in: &[f64],
    scores_out: &[f64],
    tpr: f64,
    positive: Positive,
) -> Result<OperatingPoint> {
    level("tpr", tpr)?;
    let ranking = Ranking::new(scores_in, scores_out)?;
    let ties = ranking.ties();
    let (crossing, group) = match positive {
        Positive::OutOfDistribution => {
            let crossing = crossing(
                outside_positive(&ties),
                totals(outside_positive(&ties)),
                tpr,
            );
            (crossing, crossing.group)
        }
        Positive::InDistribution => {
            let crossing = crossing(inside_positive(&ties), totals(inside_positive(&ties)), tpr);
            (crossing, ties.len() - 1 - crossing.group)
        }
    };
    let threshold = ranking.score(group);
    Ok(OperatingPoint {
        false_positive_rate: crossing.false_positive_rate,
        threshold,
    })
}

/// Where a required share of the positives is reached.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crossing {
    pub(crate) false_positive_rate: f64,
    /// Place of the group among those walked through.
    group: usize,
}

/// Walks through groups in order of suspicion until a share `tpr` of all positives is found.
pub(crate) fn crossing(
    groups: impl Iterator<Item = Suspects>,
    all: Suspects,
    tpr: f64,
) -> Crossing {
    let (mut hits, mut alarms, mut reached) = (0.0, 0.0, 0);
    for (place, group) in groups.enumerate() {
        hits += group.positive;
        alarms += group.negative;
        reached = place;
        if hits / all.positive >= tpr {
            break;
        }
    }
    Crossing {
        false_positive_rate: alarms / all.negative,
        group: reached,
    }
}
