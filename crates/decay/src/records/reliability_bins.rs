//! Reliability bins of the report.

use decay_audit::calibration::{BinEdge, equal_width_bins};
use decay_audit::interval::{ProportionMethod, proportion_interval};
use decay_report::ReliabilityBin;

use crate::error::Error;

const BINS: usize = 15;
const LEVEL: f64 = 0.95;

/// The diagram of several models' predictions on the same rows.
///
/// Whiskers count every row once, though `repeats` models predicted it: their predictions are not independent.
pub fn reliability(
    confidences: &[f64],
    right: &[bool],
    repeats: usize,
) -> Result<Vec<ReliabilityBin>, Error> {
    let bins = equal_width_bins(confidences, right, BINS, BinEdge::default())?;
    let mut shown = Vec::with_capacity(bins.len());
    for bin in bins {
        let trials = (bin.count as f64 / repeats.max(1) as f64).round();
        let (mut low, mut high) = (0.0, 1.0);
        if let (Some(share), true) = (bin.accuracy, trials >= 1.0) {
            let successes = (share * trials).round() as u64;
            let interval =
                proportion_interval(successes, trials as u64, LEVEL, ProportionMethod::Wilson)?;
            // Rounding the successes must not leave the share outside.
            (low, high) = (interval.low.min(share), interval.high.max(share));
        }
        shown.push(ReliabilityBin {
            low: bin.lower,
            high: bin.upper,
            confidence: bin.confidence.unwrap_or(f64::NAN),
            accuracy: bin.accuracy.unwrap_or(f64::NAN),
            accuracy_low: low,
            accuracy_high: high,
            count: bin.count,
        });
    }
    Ok(shown)
}
