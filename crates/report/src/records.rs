//! The records that the caller fills, with public fields and no behaviour beyond small conversions.
//!
//! Every record is plain serde. JSON has no NaN: a number that is not finite is written as `null` and
//! read back as NaN.

mod audit;
mod report;
mod surface;
mod sweep;
mod training;

use serde::{Deserialize, Deserializer};

pub use audit::{
    Direction, Line, Lines, MetricRow, ParameterRow, PlainTable, Reliability, ReliabilityBin,
    Section,
};
pub use report::{Finding, Report};
pub use surface::{Surface, SurfaceAxis, SurfaceCell};
pub use sweep::{AuditCurve, Candidate, RatePoint, Selection, Sweep, Task};
pub use training::{Curve, Metric, Run, Split, Spread, Training};

/// A number, or NaN where the file says `null`.
fn or_nan<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::<f64>::deserialize(deserializer)?.unwrap_or(f64::NAN))
}

/// Numbers, with NaN for each `null`.
fn all_or_nan<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
    let values = Vec::<Option<f64>>::deserialize(deserializer)?;
    Ok(values.into_iter().map(|v| v.unwrap_or(f64::NAN)).collect())
}
