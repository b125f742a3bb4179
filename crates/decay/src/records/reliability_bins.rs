//! Reliability bins of the report.

use decay_audit::calibration::{EqualWidth, reliability_diagram};
use decay_report::ReliabilityBin;

use crate::error::Error;

/// The diagram of `models` models' predictions on the same rows, the bins and intervals of `audit.json`.
pub(crate) fn reliability(
    confidences: &[f64],
    right: &[bool],
    models: usize,
) -> Result<Vec<ReliabilityBin>, Error> {
    let bins = reliability_diagram(confidences, right, models, EqualWidth::default())?;
    let shown = bins.into_iter().map(|bin| ReliabilityBin {
        lower: bin.lower,
        upper: bin.upper,
        confidence: bin.confidence.unwrap_or(f64::NAN),
        accuracy: bin.accuracy.unwrap_or(f64::NAN),
        accuracy_low: bin.low,
        accuracy_high: bin.high,
        count: bin.count,
    });
    Ok(shown.collect())
}
