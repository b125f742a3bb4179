use serde::{Deserialize, Serialize};

use super::number::all_or_nan;

/// Rows on which a curve was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// Rows that the weights were fitted to.
    Train,
    /// Rows held back to choose the rate.
    Validation,
}

impl Split {
    /// The word in tables, keys and class names.
    pub fn word(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
        }
    }
}

/// The name of a loss and its unit, without the words train or validation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metric {
    /// Short name, as in `NLL` or `MSE`.
    pub name: String,
    /// Unit, as in `nats`; empty if it has none.
    pub unit: String,
}

impl Metric {
    /// `NLL (nats)`, or just the name where there is no unit.
    pub fn label(&self) -> String {
        if self.unit.is_empty() {
            self.name.clone()
        } else {
            format!("{} ({})", self.name, self.unit)
        }
    }
}

/// One learning curve: entry `e` belongs to the end of epoch `e + 1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// Rows it was measured on.
    pub split: Split,
    /// Value, or mean over members.
    #[serde(deserialize_with = "all_or_nan")]
    pub mean: Vec<f64>,
    /// Lower edge of the band; empty for no band.
    #[serde(deserialize_with = "all_or_nan")]
    pub low: Vec<f64>,
    /// Upper edge of the band; empty for no band.
    #[serde(deserialize_with = "all_or_nan")]
    pub high: Vec<f64>,
}

/// The learning curves of one model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// What tells it from its siblings, as in `seed 3`.
    pub label: String,
    /// Its curves, at most one per split.
    pub curves: Vec<Curve>,
}

/// Several models trained at one setting: the seeds of a fit, or the refits after a choice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Training {
    /// One sentence for the caption: how many models, what they share.
    pub note: String,
    /// The loss shown.
    pub metric: Metric,
    /// One entry per model.
    pub runs: Vec<Run>,
}
