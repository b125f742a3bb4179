//! Sweeps of one and of two hyper-parameters, and the choice made from one as a file.

use serde::{Deserialize, Serialize};

use super::{Curve, Metric, ReliabilityBin, Spread, or_nan};

/// What the models predict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// Probabilities of classes.
    Classification,
    /// Numbers.
    Regression,
    /// Probabilities of labels, each of which applies or does not.
    Multilabel,
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

/// One side of a [`Surface`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SurfaceAxis {
    /// Column name in `surface.csv`, as in `rate`.
    pub key: String,
    /// Name on the axis, as in `decay rate λ`.
    pub label: String,
    /// Its symbol, as in `λ`.
    pub symbol: String,
    /// The values in ascending order.
    pub values: Vec<f64>,
}

/// Everything known of one pair of values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SurfaceCell {
    /// The decay as a half-life in epochs; `None` where decay is not swept, and at rate 0.
    pub half_life_epochs: Option<f64>,
    /// The decay as a time-scale in epochs; as the half-life.
    pub tau_epochs: Option<f64>,
    /// Loss on the validation rows.
    pub validation: Spread,
    /// Members frozen because their loss was not finite; a cell with any is not chosen.
    pub diverged: usize,
}

/// A sweep of two hyper-parameters: the validation loss over both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Surface {
    /// The loss that the choice was made by.
    pub metric: Metric,
    /// Along a row: the decay rate if it is swept.
    pub x: SurfaceAxis,
    /// One value per row.
    pub y: SurfaceAxis,
    /// `[rows][values of x]`.
    pub cells: Vec<Vec<SurfaceCell>>,
    /// Row and column of the chosen cell.
    pub chosen: (usize, usize),
    /// Row and column of the best mean.
    pub best: (usize, usize),
}

impl Surface {
    /// Column of a row's best mean among the cells without diverged members; `None` if there is no such cell.
    pub fn optimum(&self, row: usize) -> Option<usize> {
        let cells = self.cells.get(row)?.iter().enumerate();
        let sound = cells.filter(|(_, cell)| cell.is_sound());
        let loss = |cell: &SurfaceCell| self.metric.loss(cell.validation.mean);
        let best = sound.min_by(|(_, a), (_, b)| loss(a).total_cmp(&loss(b)));
        best.map(|(column, _)| column)
    }

    /// The cell in a row and column.
    pub fn cell(&self, (row, column): (usize, usize)) -> Option<&SurfaceCell> {
        self.cells.get(row)?.get(column)
    }
}

impl SurfaceCell {
    /// Whether no member diverged and there is a mean.
    pub fn is_sound(&self) -> bool {
        self.diverged == 0 && self.validation.mean.is_finite()
    }
}

/// One value that could have been chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Value of the swept axis.
    pub rate: f64,
    /// The rate as a half-life in epochs.
    pub half_life_epochs: Option<f64>,
    /// The rate as a time-scale in epochs.
    pub tau_epochs: Option<f64>,
    /// Validation loss that the choice went by.
    pub validation: Spread,
    /// Members that diverged.
    pub diverged: usize,
}

/// `selection.json`: the choice, the rule that made it and everything it could have chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    /// Name of the swept axis.
    pub axis: String,
    /// Name of the validation loss.
    pub metric: String,
    /// Name of the rule.
    pub rule: String,
    /// Largest mean validation loss that the rule accepts; NaN if it has none.
    #[serde(deserialize_with = "or_nan")]
    pub threshold: f64,
    /// Index of the choice among the candidates.
    pub chosen: usize,
    /// The chosen value; NaN if there are no candidates.
    #[serde(deserialize_with = "or_nan")]
    pub chosen_rate: f64,
    /// Its half-life in epochs.
    pub chosen_half_life_epochs: Option<f64>,
    /// Its time-scale in epochs.
    pub chosen_tau_epochs: Option<f64>,
    /// Index of the lowest mean among the candidates.
    pub best: usize,
    /// The value with the lowest mean; NaN if there are no candidates.
    #[serde(deserialize_with = "or_nan")]
    pub best_rate: f64,
    /// Every value, in the order of the sweep.
    pub candidates: Vec<Candidate>,
}

impl From<&Sweep> for Selection {
    fn from(sweep: &Sweep) -> Self {
        let candidate = |point: &RatePoint| Candidate {
            rate: point.rate,
            half_life_epochs: point.half_life_epochs,
            tau_epochs: point.tau_epochs,
            validation: point.validation,
            diverged: point.diverged,
        };
        let rate = |point: &RatePoint| point.rate;
        let (chosen, best) = (sweep.points.get(sweep.chosen), sweep.points.get(sweep.best));
        Self {
            axis: sweep.axis.clone(),
            metric: format!("validation {}", sweep.metric.name),
            rule: sweep.rule.clone(),
            threshold: sweep.threshold,
            chosen: sweep.chosen,
            chosen_rate: chosen.map_or(f64::NAN, rate),
            chosen_half_life_epochs: chosen.and_then(|point| point.half_life_epochs),
            chosen_tau_epochs: chosen.and_then(|point| point.tau_epochs),
            best: sweep.best,
            best_rate: best.map_or(f64::NAN, rate),
            candidates: sweep.points.iter().map(candidate).collect(),
        }
    }
}
