//! The records that the caller fills, with public fields and no behaviour beyond small conversions.
//!
//! Every record is plain serde. JSON has no NaN: a number that is not finite is written as `null` and
//! read back as NaN.

mod audit;
mod number;
mod parameter;
mod report;
mod section;
mod selection;
mod spread;
mod surface;
mod sweep;
mod training;

pub use audit::{Direction, MetricRow, Reliability, ReliabilityBin};
pub use parameter::ParameterRow;
pub use report::{Finding, Report};
pub use section::{Line, Lines, PlainTable, Section};
pub use selection::{Candidate, Selection};
pub use spread::Spread;
pub use surface::{Surface, SurfaceAxis, SurfaceCell};
pub use sweep::{AuditCurve, RatePoint, Sweep, Task};
pub use training::{Curve, Metric, Run, Split, Training};
