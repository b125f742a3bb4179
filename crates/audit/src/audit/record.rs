//! What an audit found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calibration::ReliabilityBin;
use crate::{Estimate, Spread};

/// What an audit found, serialised with every metric under its plain name at the top level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Audit {
    /// Metrics by name: the mean over members of each on all rows, its interval from resampled rows.
    #[serde(flatten)]
    pub metrics: BTreeMap<String, Estimate>,
    /// The same metrics' spread over members (refits with other seeds), which resampling rows misses.
    pub over_members: BTreeMap<String, Spread>,
    /// The reliability diagram over the predictions of all members; empty for a regression.
    pub reliability: Vec<ReliabilityBin>,
    /// Number of members.
    pub members: usize,
    /// Confidence level of the intervals.
    pub level: f64,
    /// Number of resamples behind each interval.
    pub resamples: usize,
}
