use serde::{Deserialize, Serialize};

use super::number::or_nan;

/// Which way a metric improves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// As accuracy.
    Higher,
    /// As the negative log-likelihood.
    Lower,
    /// As a coverage: best at its nominal value.
    Target,
}

/// One audited metric with its interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetricRow {
    /// Plain name, the key in `audit.json`: `accuracy`, `nll`, `ood_auroc`.
    pub name: String,
    /// Name for people: `accuracy`, `expected calibration error, 15 bins`.
    pub label: String,
    /// Point estimate.
    #[serde(deserialize_with = "or_nan")]
    pub mean: f64,
    /// Lower end of the interval.
    #[serde(deserialize_with = "or_nan")]
    pub low: f64,
    /// Upper end of the interval.
    #[serde(deserialize_with = "or_nan")]
    pub high: f64,
    /// What the interval is over: rows resampled, or models.
    pub n: usize,
    /// Which way it improves.
    pub direction: Direction,
    /// A remark, such as the kind of interval or the data it was measured on; may be empty.
    pub note: String,
}

/// One bin of a reliability diagram.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    /// Lower edge of the bin's confidences.
    #[serde(deserialize_with = "or_nan")]
    pub low: f64,
    /// Upper edge of the bin's confidences.
    #[serde(deserialize_with = "or_nan")]
    pub high: f64,
    /// Mean confidence of the rows in it; NaN if it is empty.
    #[serde(deserialize_with = "or_nan")]
    pub confidence: f64,
    /// Fraction of them that are right; NaN if it is empty.
    #[serde(deserialize_with = "or_nan")]
    pub accuracy: f64,
    /// Lower end of the Wilson interval of the accuracy.
    #[serde(deserialize_with = "or_nan")]
    pub accuracy_low: f64,
    /// Upper end of the Wilson interval of the accuracy.
    #[serde(deserialize_with = "or_nan")]
    pub accuracy_high: f64,
    /// Rows in the bin.
    pub count: usize,
}

/// A reliability diagram with its title, as `before temperature scaling`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reliability {
    /// What is shown; it becomes the title of the panel.
    pub label: String,
    /// Bins in ascending order of confidence.
    pub bins: Vec<ReliabilityBin>,
}
