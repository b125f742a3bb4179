//! One table of metrics: what each is called, which way it improves, how it is computed and how sure it is.
//!
//! A row's function takes predictions, truth and weights. With weights of one it is the plain figure, with the
//! counts of a resample a replicate of the bootstrap. Whatever names, shows, compares or optimises a metric
//! reads its row; a new metric is a function and a row of [`Metric::ALL`].

mod chance;
mod classes;
mod confusion;
mod labels;
mod objectives;
mod prepared;
mod table;
mod values;

use std::borrow::Cow;

use crate::check::{labels_fit, length, pair};
use crate::ood::{DetectionFigures, OodScore};
use crate::{AuditError, Direction, Estimate, Logits, Predictive, Result, Unit};

pub use chance::Chance;
pub(crate) use classes::{Classes, Settings, WeightedClasses};
pub use labels::label_logits;
pub(crate) use labels::{LabelTruth, Labels, WeightedLabels};
pub(crate) use prepared::{Prepared, detection_figures, mean_estimate};
pub(crate) use values::{Values, WeightedValues};

/// A row of the table of metrics.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Its name in files and settings, such as `ece_classwise`.
    pub key: &'static str,
    /// Its name in tables.
    pub label: &'static str,
    /// Its short name, for axes and heads of columns.
    pub symbol: &'static str,
    /// What it is counted in.
    pub unit: Unit,
    /// Which values are good.
    pub direction: Direction,
    /// Where an audit shows it.
    pub shown: Shown,
    /// Whether a population's audit draws it over the swept axis.
    pub drawn: bool,
    /// Whether two models are compared by it. Figures that ask the same question as another are not, nor are
    /// those whose resamples say little, such as a largest gap.
    pub compared: bool,
    /// Whether a setting may be chosen by it.
    pub objective: bool,
    /// It, from a mean training loss and the accuracy beside it, where these tell it.
    pub from_losses: Option<FromLosses>,
    pub(crate) interval: Interval,
    pub(crate) formula: Formula,
}

/// A metric of a mean training loss and, of a classifier, the accuracy.
pub type FromLosses = fn(f64, Option<f64>) -> Option<f64>;

/// Where an audit shows a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shown {
    /// In `audit.json` alone.
    File,
    /// On the page, too.
    Page,
    /// On the page and the terminal.
    Terminal,
}

/// The kind of data that a metric judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricTask {
    /// Logits against labels.
    Classification,
    /// Values against values.
    Regression,
    /// Log-odds of labels against whether each applies.
    Multilabel,
}

/// How a metric's figure becomes an interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Interval {
    /// Quantiles of the replicates.
    Percentile,
    /// Quantiles moved by the bias, within `[0, most]`: for sums of absolute or squared gaps, which resampling
    /// inflates.
    Centred { most: f64 },
    /// The errors of the model that agree with the gaps in its bins, see [`BinnedAnswers`](crate::calibration::BinnedAnswers); of
    /// weighted rows, of several labels in a row, and of a difference, as `Centred` within `[0, 1]`.
    Agreeing(Bins),
    /// Quantiles of the replicates, widened to Wilson's interval of the right answers among this surest share of the rows, since where all
    /// are right so are all resamples; of weighted rows the quantiles alone.
    Share { of: f64 },
    /// Quantiles of the replicates, widened to the gaps that agree with the number of right answers, see
    /// [`Promised`](crate::calibration::Promised); of weighted rows the quantiles alone.
    Gap,
    /// It comes with the figure: from a fit, a count, random halves or the members.
    Own,
}

/// Which bins an error is summed over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Bins {
    /// Of equal width.
    Width,
    /// Of equal mass.
    Mass,
}

/// How a metric is computed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Formula {
    /// From a classifier's weighted predictions.
    Classes(fn(&WeightedClasses<'_>) -> f64),
    /// The same at the model's own temperature.
    Tempered(fn(&WeightedClasses<'_>) -> f64),
    /// From a classifier's predictions, with an interval of its own; `None` where these rows leave it undefined.
    ClassesEstimate(fn(&Classes<'_>) -> Result<Option<Estimate>>),
    /// From weighted predictions of labels.
    Labels(fn(&WeightedLabels<'_>) -> f64),
    /// The same at the model's own temperature.
    TemperedLabels(fn(&WeightedLabels<'_>) -> f64),
    /// From a score of the held-out and of other rows.
    Detection(OodScore, fn(&DetectionFigures) -> f64),
    /// From a regression's weighted predictions.
    Values(fn(&WeightedValues<'_>) -> f64),
    /// From a regression's predictions, with an interval of its own.
    ValuesEstimate(fn(&Values<'_>) -> Result<Option<Estimate>>),
    /// By whoever trains or attacks; the row is there for its words.
    Elsewhere,
}

impl Metric {
    /// The metric of a name, a classifier's first.
    pub fn named(key: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|metric| metric.key == key)
    }

    /// A metric's name for people; of a name that the table lacks the name itself, spaced.
    pub fn label_of(key: &str) -> String {
        Self::named(key).map_or_else(|| key.replace('_', " "), |metric| metric.label.to_owned())
    }

    /// Its short name with its unit, for an axis: `NLL (nats)`.
    pub fn axis(&self) -> String {
        match self.unit {
            Unit::Nats => format!("{} (nats)", self.symbol),
            Unit::None | Unit::Points => self.symbol.to_owned(),
        }
    }

    /// The metrics of a kind of data, in the order of the table.
    pub fn of_task(task: MetricTask) -> impl Iterator<Item = &'static Self> {
        Self::ALL
            .iter()
            .filter(move |metric| metric.task() == Some(task))
    }

    /// The metrics that may choose a setting, in the order of the table.
    pub fn objectives(task: MetricTask) -> impl Iterator<Item = &'static Self> {
        Self::of_task(task).filter(|metric| metric.objective)
    }

    /// Names of the metrics that may choose a setting, in the order of the table.
    pub const OBJECTIVES: &'static [&'static str] = &objectives::OBJECTIVES;

    /// The metric of a name among those of a kind of data.
    pub fn of_kind(task: MetricTask, key: &str) -> Option<&'static Self> {
        Self::of_task(task).find(|metric| metric.key == key)
    }

    /// The figure of a classifier's logits; without `weights` every row counts once.
    ///
    /// ```
    /// use decay_audit::{Logits, Metric};
    ///
    /// let logits = Logits::new(vec![2.0, 0.0, 0.0, 1.0, 0.0, 3.0], 3, 2)?;
    /// let accuracy = Metric::named("accuracy").unwrap();
    /// assert_eq!(accuracy.of_classes(&logits, &[0, 1, 0], None)?, 2.0 / 3.0);
    /// // The last row three times.
    /// assert_eq!(accuracy.of_classes(&logits, &[0, 1, 0], Some(&[1.0, 1.0, 3.0]))?, 0.4);
    /// # Ok::<(), decay_audit::AuditError>(())
    /// ```
    ///
    /// # Shapes
    /// - `labels`, `weights`: `[rows]`; how much each row counts, or how often: figures of an order of the rows (`aurc`, equal-mass
    ///   bins) want whole numbers
    ///
    /// # Errors
    /// Labels or weights that do not fit; [`AuditError::Undefined`] if the metric judges other data, or if these
    /// rows leave it without a value.
    pub fn of_classes(
        &self,
        logits: &Logits<'_>,
        labels: &[usize],
        weights: Option<&[f64]>,
    ) -> Result<f64> {
        labels_fit(logits, labels)?;
        let Formula::Classes(formula) = self.formula else {
            return Err(self.undefined("it is no figure of a classifier's logits and labels"));
        };
        let rows = Classes::new(logits.borrowed(), labels, Settings::default());
        let (weights, total) = counted(weights, labels.len())?;
        let weighted = (weights.as_ref(), total);
        let whole = weights.iter().all(|weight| weight.fract() == 0.0);
        let counts = whole.then_some(weighted);
        self.defined(formula(&WeightedClasses::new(&rows, weighted, counts)))
    }

    /// The figure of a regression's predictions; as [`of_classes`](Self::of_classes).
    ///
    /// # Shapes
    /// - `predictions`, `targets`, `weights`: `[rows]`
    ///
    /// # Errors
    /// Lengths that differ, values that are not finite; [`AuditError::Undefined`] as for classifiers.
    pub fn of_values(
        &self,
        predictions: &[f64],
        targets: &[f64],
        weights: Option<&[f64]>,
    ) -> Result<f64> {
        self.of_predictive(predictions, Predictive::Value, targets, weights)
    }

    /// The figure of a regression's predictions that say more than a value; as [`of_values`](Self::of_values).
    ///
    /// ```
    /// use decay_audit::{Metric, MetricTask, Predictive};
    ///
    /// let pinball = Metric::of_kind(MetricTask::Regression, "pinball").unwrap();
    /// // One value is 1 above the truth, one 2 below it.
    /// let loss = pinball.of_predictive(&[1.0, 0.0], Predictive::Quantile(0.9), &[0.0, 2.0], None)?;
    /// assert!((loss - (0.1 + 1.8) / 2.0).abs() < 1e-12);
    /// # Ok::<(), decay_audit::AuditError>(())
    /// ```
    ///
    /// # Errors
    /// As [`of_values`](Self::of_values); variances that are not positive.
    pub fn of_predictive(
        &self,
        predictions: &[f64],
        predictive: Predictive<'_>,
        targets: &[f64],
        weights: Option<&[f64]>,
    ) -> Result<f64> {
        pair(predictions, targets)?;
        predictive.check(targets.len())?;
        let Formula::Values(formula) = self.formula else {
            return Err(self.undefined("it is no figure of a regression's predictions"));
        };
        let rows = Values::new(predictions, targets, predictive, Settings::default());
        let (weights, total) = counted(weights, targets.len())?;
        self.defined(formula(&WeightedValues::new(&rows, &weights, total)))
    }

    fn defined(&self, value: f64) -> Result<f64> {
        if value.is_nan() {
            return Err(self.undefined("these rows leave it without a value"));
        }
        Ok(value)
    }

    fn undefined(&self, reason: &'static str) -> AuditError {
        let metric = self.key;
        AuditError::Undefined { metric, reason }
    }

    /// Whether its interval is of the figure, chance included, and not of what the model would show on rows without end; `plain` where
    /// rows are not weighted and have one answer each.
    pub fn counts_chance(&self, plain: bool) -> bool {
        match self.interval {
            Interval::Centred { .. } => true,
            Interval::Agreeing(_) => !plain,
            Interval::Percentile | Interval::Share { .. } | Interval::Gap | Interval::Own => false,
        }
    }

    /// Whether it is measured after division by the models' temperature.
    pub fn is_tempered(&self) -> bool {
        matches!(
            self.formula,
            Formula::Tempered(_) | Formula::TemperedLabels(_)
        )
    }

    /// The score of logits whose detection of other rows it measures.
    pub fn outlier_score(&self) -> Option<OodScore> {
        match self.formula {
            Formula::Detection(score, _) => Some(score),
            _ => None,
        }
    }

    /// The kind of data that it judges; `None` if it is made elsewhere.
    pub fn task(&self) -> Option<MetricTask> {
        match self.formula {
            Formula::Values(_) | Formula::ValuesEstimate(_) => Some(MetricTask::Regression),
            Formula::Labels(_) | Formula::TemperedLabels(_) => Some(MetricTask::Multilabel),
            Formula::Elsewhere => None,
            _ => Some(MetricTask::Classification),
        }
    }
}

/// The weights and their sum, which is not 0; ones for none.
fn counted(weights: Option<&[f64]>, rows: usize) -> Result<(Cow<'_, [f64]>, f64)> {
    let Some(weights) = weights else {
        return Ok((Cow::Owned(vec![1.0; rows]), rows as f64));
    };
    length("weights", weights.len(), rows)?;
    let total: f64 = weights.iter().sum();
    let refused = weights
        .iter()
        .copied()
        .find(|w| !(0.0..f64::INFINITY).contains(w));
    match refused.or((total == 0.0).then_some(0.0)) {
        Some(value) => Err(AuditError::OutOfRange {
            what: "weights",
            range: "[0, inf), not all 0",
            value,
        }),
        None => Ok((Cow::Borrowed(weights), total)),
    }
}

/// Mean squared error, `mean_i (f_i - y_i)²`, in squared units of the target.
///
/// # Errors
/// Empty input, different lengths, values that are not finite.
pub fn mse(predictions: &[f64], targets: &[f64]) -> Result<f64> {
    table::MSE.of_values(predictions, targets, None)
}
