//! Losses against the number of training rows, and what that says of more.

use serde::{Deserialize, Serialize};

use super::{Metric, or_nan};

/// A figure and its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The figure.
    #[serde(deserialize_with = "or_nan")]
    pub mean: f64,
    /// Lower end.
    #[serde(deserialize_with = "or_nan")]
    pub low: f64,
    /// Upper end.
    #[serde(deserialize_with = "or_nan")]
    pub high: f64,
    /// Folds behind it.
    pub n: usize,
}

/// The chosen setting, trained on a part of each fold's training rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowsPoint {
    /// Which part, as in `1/4`; `all` of the whole.
    pub share: String,
    /// Rows, in the mean over folds.
    pub rows: f64,
    /// The metric that chooses, on the fold's validation rows: the mean over the folds of the means over their seeds.
    pub validation: Interval,
    /// Accuracy on the same rows; classification and labels only.
    pub accuracy: Option<Interval>,
    /// Models whose loss stopped being a number; their folds are in no mean.
    pub diverged: usize,
}

/// What the last step up to all rows gave.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RowsGain {
    /// Rows before it, in the mean over folds.
    pub from: f64,
    /// Rows after it.
    pub to: f64,
    /// By how much the loss fell, or a metric of which more is better rose; paired over folds.
    pub by: Interval,
}

/// What twice the rows would come to if the losses went on as `limit + scale n^(-exponent)`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RowsBeyond {
    /// What endless rows would come to, as a value of the metric.
    pub limit: f64,
    /// Of the distance from there.
    pub scale: f64,
    /// Of the rows.
    pub exponent: f64,
    /// Twice the rows.
    pub rows: f64,
    /// By how much the loss would fall from all rows to there, or the metric rise.
    pub by: Interval,
}

/// The validation metric against the number of training rows, at the chosen setting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LearningCurve {
    /// What the choice was made by.
    pub metric: Metric,
    /// What was trained on, as in `whole groups of each fold's training rows`.
    pub parts: String,
    /// Models per fold.
    pub seeds: usize,
    /// From the fewest rows to all.
    pub points: Vec<RowsPoint>,
    /// Of the last two points; `None` where a model diverged at one of them.
    pub gain: Option<RowsGain>,
    /// `None` where the points do not determine it.
    pub beyond: Option<RowsBeyond>,
}

/// What the gain of the last step says of more rows of the same kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowsVerdict {
    /// The gain is beyond chance, and may be more than a little.
    Help,
    /// The gain is beyond chance, and little at most.
    HelpLittle,
    /// The gain may be chance, and is little at most.
    Enough,
    /// The gain may be chance, and may be more than a little.
    Open,
    /// More rows were worse, beyond chance.
    Worse,
}

/// Share of the metric below which a gain is little: of the loss, or of what the metric lacks to 1 where more is better.
const LITTLE: f64 = 0.05;

impl LearningCurve {
    /// What the gain says; `None` without one.
    ///
    /// ```text
    /// little: the upper end of the gain is at most 5 % of the loss on all rows
    /// ```
    pub fn verdict(&self) -> Option<RowsVerdict> {
        let by = self.gain?.by;
        let all = self.points.last()?.validation.mean;
        let left = if self.metric.higher_is_better {
            1.0 - all
        } else {
            all
        };
        let little = by.high <= LITTLE * left.abs();
        Some(match (by.low > 0.0, by.high < 0.0) {
            (true, _) if little => RowsVerdict::HelpLittle,
            (true, _) => RowsVerdict::Help,
            (_, true) => RowsVerdict::Worse,
            _ if little => RowsVerdict::Enough,
            _ => RowsVerdict::Open,
        })
    }
}

/// A model of the curve, as a row of `learning_curve.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct RowsModel {
    /// Which part of the fold's training rows it saw, as in `1/4`.
    pub share: String,
    /// How many these are.
    pub rows: usize,
    /// Its fold.
    pub fold: usize,
    /// Seed of its starting weights and batches.
    pub seed: u64,
    /// Its own decay rate.
    pub rate: f64,
    /// The metric on the fold's validation rows; `None` of one that diverged.
    pub validation: Option<f64>,
    /// Accuracy there; classification and labels only.
    pub accuracy: Option<f64>,
}
