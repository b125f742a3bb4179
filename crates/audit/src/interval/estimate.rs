//! A figure with its interval.

use serde::{Deserialize, Serialize};

/// A figure, the ends of its interval and the number of samples behind it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The figure itself, on all samples.
    pub mean: f64,
    /// Lower end of the interval; never above `mean`.
    pub low: f64,
    /// Upper end of the interval; never below `mean`.
    pub high: f64,
    /// Number of samples.
    pub n: usize,
}
