//! A score's figures with their intervals.

use serde::{Deserialize, Serialize};

use super::auroc_interval_of_members;
use crate::audit::{DetectionPanel, Panels, measure};
use crate::interval::Bootstrap;
use crate::{AuditError, Estimate, Result};

/// How well a score tells two sets of rows apart, with intervals.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    /// [`auroc`](super::auroc), interval as in [`auroc_interval`](super::auroc_interval).
    pub auroc: Estimate,
    /// [`average_precision`](super::average_precision) with in-distribution rows as positives, bootstrap.
    pub aupr_in: Estimate,
    /// The same with the other rows as positives.
    pub aupr_out: Estimate,
    /// Share of the other rows accepted where 95 % of the in-distribution rows are, bootstrap.
    pub fpr95: Estimate,
}

/// Measures one score of two sets of rows.
///
/// The bootstrap draws rows of each side with replacement, so that no side is ever empty, and takes
/// percentiles. Without intervals, [`figures`](super::figures) is several hundred times faster.
///
/// # Errors
/// An empty side, scores that are not finite, settings out of range.
pub fn detection(inside: &[f64], outside: &[f64], config: &Bootstrap) -> Result<Detection> {
    detection_of_members(&[(inside, outside)], config)
}

/// Measures the scores of several members on the same rows: means over members, rows drawn jointly.
///
/// # Shapes
/// - `members`: `[members]` of in-distribution and other scores, of the same rows for every member
///
/// # Errors
/// No members, members of different numbers of rows, and as [`detection`].
pub fn detection_of_members(members: &[(&[f64], &[f64])], config: &Bootstrap) -> Result<Detection> {
    config.check()?;
    let auroc = auroc_interval_of_members(members, config.level)?;
    let mut panels: Vec<Panels> = Vec::with_capacity(members.len());
    for (inside, outside) in members {
        let panel = DetectionPanel::of_scores("score", inside, outside)?;
        panels.push(vec![Box::new(panel)]);
    }
    let (inside, outside) = members[0];
    let (estimates, _) = measure(&mut panels, inside.len(), outside.len(), config)?;
    let estimate = |name: &str| {
        estimates.get(name).copied().ok_or(AuditError::Undefined {
            metric: "detection",
            reason: "a metric of the panel is missing",
        })
    };
    Ok(Detection {
        auroc,
        aupr_in: estimate("aupr_in_score")?,
        aupr_out: estimate("aupr_out_score")?,
        fpr95: estimate("fpr95_score")?,
    })
}
