//! Learning curves, and what all means and losses have: a spread, a name, a unit.

use serde::{Deserialize, Serialize};

use super::{all_or_nan, or_nan};

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

/// The name of a metric and its unit, without the words train or validation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metric {
    /// Short name, as in `NLL` or `MSE`.
    pub name: String,
    /// Unit, as in `nats`; empty if it has none.
    pub unit: String,
    /// Whether more of it is better, as of an accuracy.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub higher_is_better: bool,
}

impl Metric {
    /// What its best value is.
    pub fn best(&self) -> &'static str {
        if self.higher_is_better {
            "highest"
        } else {
            "lowest"
        }
    }

    /// A value as a loss, or a loss as a value: the lowest loss is the best value.
    pub fn loss(&self, value: f64) -> f64 {
        if self.higher_is_better { -value } else { value }
    }

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

/// A mean with its spread over members (folds x seeds).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Arithmetic mean; NaN if there is nothing to average.
    #[serde(deserialize_with = "or_nan")]
    pub mean: f64,
    /// Sample standard deviation, with `n - 1`; NaN if `n < 2`.
    #[serde(deserialize_with = "or_nan")]
    pub sd: f64,
    /// Standard error of the mean, as the caller defines it (usually `sd / sqrt(n)`).
    #[serde(deserialize_with = "or_nan")]
    pub se: f64,
    /// Members averaged.
    pub n: usize,
}

impl Spread {
    /// Mean, sample standard deviation and `sd / sqrt(n)` of the given values.
    ///
    /// ```text
    /// sd = sqrt(Σ (v - mean)² / (n - 1))
    /// ```
    ///
    /// Of no values the mean is NaN; of fewer than two, `sd` and `se` are.
    pub fn of(values: &[f64]) -> Self {
        let n = values.len();
        let mean = values.iter().sum::<f64>() / n as f64;
        let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
        let sd = if n < 2 {
            f64::NAN
        } else {
            (squares / (n - 1) as f64).sqrt()
        };
        Self {
            mean,
            sd,
            se: sd / (n as f64).sqrt(),
            n,
        }
    }

    /// Of the means of groups, such as the seeds of each fold; a group without values does not count.
    pub fn of_means(groups: impl IntoIterator<Item = Vec<f64>>) -> Self {
        let groups = groups.into_iter().filter(|values| !values.is_empty());
        let means = groups.map(|values| values.iter().sum::<f64>() / values.len() as f64);
        Self::of(&means.collect::<Vec<_>>())
    }

    /// `mean - se`, or the mean where the standard error is unknown.
    pub fn low(&self) -> f64 {
        self.mean - self.half_width()
    }

    /// `mean + se`, or the mean where the standard error is unknown.
    pub fn high(&self) -> f64 {
        self.mean + self.half_width()
    }

    fn half_width(&self) -> f64 {
        if self.se.is_finite() { self.se } else { 0.0 }
    }
}
