//! Calibration errors: the gaps of a reliability diagram in one number.

use serde::{Deserialize, Serialize};

use super::ReliabilityBin;

/// The gaps between confidence and accuracy over the bins, each in `[0, 1]`.
///
/// ```text
/// gap_b = |accuracy_b - confidence_b|      w_b = count_b / Σ count
/// l1  = Σ w_b gap_b              expected calibration error (ECE)
/// l2  = sqrt(Σ w_b gap_b²)       root mean square calibration error
/// max = max_b gap_b              maximum calibration error (MCE), over bins that are not empty
/// ```
///
/// From [`equal_width_bins`](super::equal_width_bins) these are the usual ECE and MCE, from
/// [`equal_mass_bins`](super::equal_mass_bins) their equal-mass forms. All are 0 without predictions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CalibrationError {
    /// Expected calibration error.
    pub l1: f64,
    /// Root mean square calibration error.
    pub l2: f64,
    /// Maximum calibration error.
    pub max: f64,
}

impl CalibrationError {
    /// Sums up the bins of one reliability diagram.
    pub fn of(bins: &[ReliabilityBin]) -> Self {
        let total = bins.iter().map(|bin| bin.count).sum::<usize>().max(1) as f64;
        let (mut l1, mut square, mut max) = (0.0, 0.0, 0.0_f64);
        for bin in bins {
            let (Some(accuracy), Some(confidence)) = (bin.accuracy, bin.confidence) else {
                continue;
            };
            let (gap, weight) = ((accuracy - confidence).abs(), bin.count as f64 / total);
            l1 += weight * gap;
            square += weight * gap * gap;
            max = max.max(gap);
        }
        Self {
            l1,
            l2: square.sqrt(),
            max,
        }
    }
}
