use serde::{Deserialize, Serialize};

use super::audit::ReliabilityBin;
use super::number::or_nan;
use super::spread::Spread;
use super::training::{Curve, Metric};

/// What the models predict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// Probabilities of classes.
    Classification,
    /// A number.
    Regression,
}

/// Everything measured at one value of the swept axis, averaged over folds and seeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RatePoint {
    /// Value of the swept axis, `>= 0`.
    pub rate: f64,
    /// The rate as a half-life in epochs; `None` at rate 0 or where it has no meaning.
    pub half_life_epochs: Option<f64>,
    /// The rate as a time-scale `1 / (lr λ steps_per_epoch)` in epochs; `None` as the half-life.
    pub tau_epochs: Option<f64>,
    /// Loss on the training rows.
    pub train: Spread,
    /// Loss on the validation rows.
    pub validation: Spread,
    /// Validation minus train, paired within each member.
    pub gap: Spread,
    /// Validation accuracy in `[0, 1]`; classification only.
    pub accuracy: Option<Spread>,
    /// Expected calibration error on the validation rows, in `[0, 1]`; classification only.
    pub ece: Option<Spread>,
    /// Euclidean norm of the decayed weights.
    pub weight_norm: Spread,
    /// Root mean square of the logits on the validation rows.
    pub logit_scale: Option<Spread>,
    /// Members frozen because their loss was not finite; they are not in the spreads.
    pub diverged: usize,
    /// Learning curves, at most one per split.
    pub curves: Vec<Curve>,
    /// Reliability on the pooled validation rows; empty for regression.
    pub reliability: Vec<ReliabilityBin>,
}

/// An audit metric of the whole population, at every value of the swept axis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditCurve {
    /// Plain name, as in `ece`.
    pub name: String,
    /// Title, as in `expected calibration error`.
    pub label: String,
    /// Label of the axis, short, as in `ECE`.
    pub axis: String,
    /// Spread over members at each point; absent where none has the metric.
    pub spreads: Vec<Option<Spread>>,
}

/// A sweep of one hyper-parameter and the choice made from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sweep {
    /// Name of the swept axis, as in `decay rate λ`.
    pub axis: String,
    /// Its symbol, as in `λ`.
    pub symbol: String,
    /// What else was fixed, as in `at dropout = 0.1`; may be empty.
    #[serde(default)]
    pub at: String,
    /// Whether equal differences of the values are equal lengths on the axis, whatever they span.
    #[serde(default)]
    pub linear: bool,
    /// The loss that the choice was made by.
    pub metric: Metric,
    /// What the models predict.
    pub task: Task,
    /// One entry per value, in ascending order.
    pub points: Vec<RatePoint>,
    /// Audit metrics of the population on rows that no choice has seen; may be empty.
    #[serde(default)]
    pub audited: Vec<AuditCurve>,
    /// Index of the chosen value.
    pub chosen: usize,
    /// Index of the lowest mean validation loss.
    pub best: usize,
    /// Name of the rule that chose, as in `one standard error`.
    pub rule: String,
    /// Largest mean validation loss that the rule accepts: the lowest mean plus its standard error.
    /// NaN if the rule has none, and then no line is drawn.
    #[serde(deserialize_with = "or_nan")]
    pub threshold: f64,
}
