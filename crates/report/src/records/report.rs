use serde::{Deserialize, Serialize};

use super::{MetricRow, ParameterRow, Reliability, Section, Surface, Sweep, Training};

/// One result in words, with its numbers already in the sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The result in one short sentence.
    pub headline: String,
    /// How sure it is and what it rests on; may be empty.
    pub detail: String,
}

/// Everything on the page `report.html`.
///
/// A part without data is absent from the page, so that the same record serves a sweep with refits and
/// audit, a plain fit (no sweep) and an audit alone.
///
/// | part | section of the page |
/// | :-- | :-- |
/// | `findings` | the sentences at the top |
/// | `sweep` | loss, gap and accuracy against rate; curves and reliability with a slider; norms; table |
/// | `surface` | loss over two hyper-parameters; the lowest value of each row |
/// | `training` | learning curves of several models at one setting |
/// | `audit`, `reliability` | held-out metrics with intervals; held-out reliability diagrams |
/// | `sections` | further parts of the audit: detection, shifts, robustness |
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
    /// Results in words, the most important first.
    pub findings: Vec<Finding>,
    /// The sweep, if there was one; of two hyper-parameters, the row with the choice.
    pub sweep: Option<Sweep>,
    /// All of a sweep of two hyper-parameters.
    pub surface: Option<Surface>,
    /// Models trained at one setting: the seeds of a fit or the refits.
    pub training: Option<Training>,
    /// Held-out metrics.
    pub audit: Vec<MetricRow>,
    /// One sentence on what was audited: rows, models, kind of interval; may be empty.
    pub audit_note: String,
    /// Held-out reliability diagrams, such as before and after temperature scaling.
    pub reliability: Vec<Reliability>,
    /// Further parts of the audit, in order.
    #[serde(default)]
    pub sections: Vec<Section>,
    /// Which parameters decay and why.
    pub decayed: Vec<ParameterRow>,
    /// Keys and values in the order shown; a value of several lines is set as a block.
    pub provenance: Vec<(String, String)>,
}

impl Report {
    /// The page `report.html`: one file with its style, its script and its figures, which needs no
    /// network and shows every figure without the script.
    pub fn to_html(&self) -> String {
        crate::page::render(self)
    }
}
