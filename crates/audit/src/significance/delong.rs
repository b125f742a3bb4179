//! DeLong's test: two scores compared by their areas under the ROC curve on the same samples.

use serde::{Deserialize, Serialize};

use super::average_ranks;
use crate::check::{length, paired};
use crate::distribution::normal_upper_tail;
use crate::interval::mean;
use crate::{AuditError, Result};

/// Two areas under the ROC curve, their covariance and the test of their difference.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AurocComparison {
    /// Area of the first score.
    pub auroc_a: f64,
    /// Area of the second score.
    pub auroc_b: f64,
    /// Covariance matrix of the two areas.
    pub covariance: [[f64; 2]; 2],
    /// `(auroc_b - auroc_a) / standard error`; 0 for equal areas.
    pub z: f64,
    /// Two-sided p-value of the difference.
    pub p_two_sided: f64,
}

/// DeLong's test of two scores of the same samples, ties counting half.
///
/// The covariance comes from the placement values: for each positive the share of negatives below it,
/// for each negative the share of positives above it. Found from ranks in `O(n log n)`.
///
/// # Errors
/// Different lengths, values that are not finite, fewer than two samples on a side.
///
/// # Source
/// DeLong et al. 1988, <https://doi.org/10.2307/2531595>; Sun & Xu 2014 for the ranks.
pub fn delong_test(
    positive: &[bool],
    scores_a: &[f64],
    scores_b: &[f64],
) -> Result<AurocComparison> {
    samples_fit(positive, scores_a, scores_b)?;
    let (a, b) = (
        placements(positive, scores_a),
        placements(positive, scores_b),
    );
    let entry = |p: &Placements, q: &Placements| {
        covariance(&p.positives, &q.positives) + covariance(&p.negatives, &q.negatives)
    };
    let cross = entry(&a, &b);
    let matrix = [[entry(&a, &a), cross], [cross, entry(&b, &b)]];
    let (auroc_a, auroc_b) = (mean(&a.positives), mean(&b.positives));
    let standard_error = (matrix[0][0] + matrix[1][1] - 2.0 * cross).max(0.0).sqrt();
    let difference = auroc_b - auroc_a;
    let z = if difference == 0.0 {
        0.0
    } else {
        difference / standard_error
    };
    let p_two_sided = 2.0 * normal_upper_tail(z.abs());
    Ok(AurocComparison {
        auroc_a,
        auroc_b,
        covariance: matrix,
        z,
        p_two_sided,
    })
}

fn samples_fit(positive: &[bool], scores_a: &[f64], scores_b: &[f64]) -> Result<()> {
    paired(("scores_a", scores_a), ("scores_b", scores_b))?;
    length("positive", positive.len(), scores_a.len())?;
    let positives = positive.iter().filter(|&&p| p).count();
    if positives < 2 || positive.len() - positives < 2 {
        let reason = "it needs two samples on either side";
        return Err(AuditError::Undefined {
            metric: "DeLong's test",
            reason,
        });
    }
    Ok(())
}

/// How each sample lies among the other side's: `P(a negative is below)` of every positive, `P(a positive is
/// above)` of every negative, ties half. Either column's mean is the area under the curve.
pub(crate) struct Placements {
    pub(crate) positives: Vec<f64>,
    pub(crate) negatives: Vec<f64>,
}

/// A sample's rank among all minus its rank on its own side counts the other side's samples below it.
pub(crate) fn placements(positive: &[bool], scores: &[f64]) -> Placements {
    let joint = average_ranks(scores);
    let below_per_side = |side: bool| -> Vec<f64> {
        let rows: Vec<usize> = (0..scores.len()).filter(|&i| positive[i] == side).collect();
        let own = average_ranks(&rows.iter().map(|&i| scores[i]).collect::<Vec<_>>());
        let others = (scores.len() - rows.len()) as f64;
        rows.iter()
            .zip(own)
            .map(|(&i, own)| (joint[i] - own) / others)
            .collect()
    };
    let positives = below_per_side(true);
    let negatives = below_per_side(false)
        .iter()
        .map(|below| 1.0 - below)
        .collect();
    Placements {
        positives,
        negatives,
    }
}

/// Covariance of two means of `n` paired values.
pub(crate) fn covariance(a: &[f64], b: &[f64]) -> f64 {
    let (ca, cb, n) = (mean(a), mean(b), a.len() as f64);
    a.iter()
        .zip(b)
        .map(|(x, y)| (x - ca) * (y - cb))
        .sum::<f64>()
        / (n - 1.0)
        / n
}
