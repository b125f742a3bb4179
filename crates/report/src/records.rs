//! The records that the caller fills, with public fields and no behaviour beyond small conversions.
//!
//! Every record is plain serde. JSON has no NaN: a number that is not finite is written as `null` and
//! read back as NaN.

mod audit;
mod drawn;
mod learning_curve;
mod sweep;
mod training;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

pub use audit::{
    Alone, Direction, Line, Lines, MetricRow, ParameterRow, PlainTable, Reliability,
    ReliabilityBin, Section,
};
pub use drawn::{Curves, Drawn, Figure, Matrix, Ranked, RankedRow, Shape, Thumbnail, XyCurve};
pub use learning_curve::{
    Interval, LearningCurve, RowsBeyond, RowsGain, RowsModel, RowsPoint, RowsVerdict,
};
pub use sweep::{
    AuditCurve, Candidate, RatePoint, Selection, Surface, SurfaceAxis, SurfaceCell, Sweep, Task,
};
pub use training::{Curve, Metric, Run, Split, Spread, Training};

/// One result in words, with its numbers already in the sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The result in one short sentence.
    pub headline: String,
    /// How sure it is and what it rests on; may be empty.
    pub detail: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.headline, self.detail)
    }
}

/// Everything on the page `report.html`.
///
/// What has no data is absent from the page, so that the same record serves a sweep with refits and
/// audit, a plain fit (no sweep) and an audit alone.
///
/// | field | section of the page |
/// | :-- | :-- |
/// | `answer` | the first lines: how good, what was chosen, what next |
/// | `findings` | the sentences below them |
/// | `sweep` | loss, gap and accuracy against rate; curves and reliability with a slider; norms; table |
/// | `surface` | loss over two hyper-parameters; the lowest value of each row |
/// | `learning_curve` | the metric over the number of training rows |
/// | `training` | learning curves of several models at one setting |
/// | `audit`, `reliability` | held-out metrics with intervals; held-out reliability diagrams |
/// | `sections` | the rest of the audit: detection, shifts, robustness |
/// | `decayed` | which parameters decay and why |
/// | `provenance` | data, seed, version, device, configuration |
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Title of the page.
    pub title: String,
    /// A line below the title: the data, the model, the size of the population; may be empty.
    pub subtitle: String,
    /// The command line that made it; may be empty.
    pub command: String,
    /// The first questions and their answers.
    #[serde(default)]
    pub answer: Vec<Finding>,
    /// Results in words, the most important first.
    pub findings: Vec<Finding>,
    /// The sweep, if there was one; of two hyper-parameters, the row with the choice.
    pub sweep: Option<Sweep>,
    /// All of a sweep of two hyper-parameters.
    pub surface: Option<Surface>,
    /// The chosen setting on parts of the training rows, if that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learning_curve: Option<LearningCurve>,
    /// Models trained at one setting: the seeds of a fit or the refits.
    pub training: Option<Training>,
    /// Held-out metrics.
    pub audit: Vec<MetricRow>,
    /// One sentence on what was audited: rows, models, kind of interval; may be empty.
    pub audit_note: String,
    /// Held-out reliability diagrams, such as before and after temperature scaling.
    pub reliability: Vec<Reliability>,
    /// The rest of the audit, in order.
    #[serde(default)]
    pub sections: Vec<Section>,
    /// Which parameters decay and why.
    pub decayed: Vec<ParameterRow>,
    /// Keys and values in the order shown; a value of several lines is set as a block.
    pub provenance: Vec<(String, String)>,
}

/// A number, or NaN where the file says `null`.
fn or_nan<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::<f64>::deserialize(deserializer)?.unwrap_or(f64::NAN))
}

/// Numbers, with NaN for each `null`.
fn all_or_nan<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
    let values = Vec::<Option<f64>>::deserialize(deserializer)?;
    Ok(values.into_iter().map(|v| v.unwrap_or(f64::NAN)).collect())
}
