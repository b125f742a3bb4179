//! What an interval says of a claim.

use serde::{Deserialize, Serialize};

use crate::Estimate;

/// On which side of a threshold a claim puts a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The figure is larger than the threshold.
    Above,
    /// The figure is smaller than the threshold.
    Below,
}

/// Whether the data bear a claim out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Support {
    /// The whole interval lies on the claimed side.
    Supported,
    /// The interval reaches the threshold; more replicates may decide.
    Undecided,
    /// The whole interval lies on the other side.
    Contradicted,
}

/// Judges the claim that a figure lies on one side of a threshold by the figure's interval.
///
/// An interval that ends on the threshold is undecided, as is any against a threshold of NaN.
///
/// ```
/// use decay_audit::Estimate;
/// use decay_audit::trend::{Side, Support, support};
///
/// let shift = Estimate { mean: 2.0, low: 1.0, high: 3.0, n: 20 };
/// assert_eq!(support(&shift, 0.0, Side::Above), Support::Supported);
/// assert_eq!(support(&shift, 1.0, Side::Above), Support::Undecided);
/// assert_eq!(support(&shift, 0.0, Side::Below), Support::Contradicted);
/// ```
pub fn support(interval: &Estimate, threshold: f64, claimed: Side) -> Support {
    let (above, below) = (interval.low > threshold, interval.high < threshold);
    match (claimed, above, below) {
        (Side::Above, true, _) | (Side::Below, _, true) => Support::Supported,
        (Side::Above, _, true) | (Side::Below, true, _) => Support::Contradicted,
        _ => Support::Undecided,
    }
}
