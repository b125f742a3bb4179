//! Labels, each of which applies or does not, beside the truth: every label of every row is a choice of two.

use super::{Classes, Formula, Interval, Metric, Settings, WeightedClasses, counted};
use crate::check::{labels_fit, length};
use crate::ood::Tie;
use crate::{AuditError, Logits, Result};

/// What is true of labels.
pub(crate) struct LabelTruth {
    /// `[rows * labels]`, the labels of a row side by side: 1 where one applies, else 0.
    pub(crate) pooled: Vec<usize>,
    /// `[labels]` of `[rows]`.
    by_label: Vec<Vec<usize>>,
    rows: usize,
}

impl LabelTruth {
    /// # Shapes
    /// - `flags`: `[labels]` of `[rows]`
    ///
    /// # Errors
    /// No labels, no rows, labels of other numbers of rows.
    pub(crate) fn new(flags: &[Vec<bool>]) -> Result<Self> {
        let rows = flags.first().map_or(0, Vec::len);
        if rows == 0 {
            return Err(AuditError::Empty { what: "labels" });
        }
        for own in flags {
            length("rows of a label", own.len(), rows)?;
        }
        let class = |flag: &bool| usize::from(*flag);
        let row = |row: usize| flags.iter().map(move |own| class(&own[row]));
        Ok(Self {
            pooled: (0..rows).flat_map(row).collect(),
            by_label: flags
                .iter()
                .map(|own| own.iter().map(class).collect())
                .collect(),
            rows,
        })
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }
}

/// Predictions and truth of the labels of the same rows.
pub(crate) struct Labels<'a> {
    /// Every label of every row, `[rows * labels]` choices of no and yes.
    pooled: Classes<'a>,
    /// The rows of each label.
    by_label: Vec<Classes<'a>>,
    /// Whether all labels of a row are told right.
    exact: Vec<bool>,
    /// Sample weights of the rows.
    weights: Option<&'a [f64]>,
}

impl<'a> Labels<'a> {
    /// `logits`: `[rows * labels]` of no and yes, which must fit the truth.
    pub(crate) fn new(
        logits: Logits<'a>,
        truth: &'a LabelTruth,
        settings: Settings<'a>,
    ) -> Result<Self> {
        let weights = settings.weights;
        let settings = Settings {
            weights: None,
            ..settings
        };
        let labels = truth.by_label.len();
        let by_label = truth.by_label.iter().enumerate().map(|(label, own)| {
            let rows = logits.iter_rows().skip(label).step_by(labels);
            let values: Vec<f64> = rows.flatten().copied().collect();
            let logits = Logits::new(values, own.len(), 2)?;
            Ok(Classes::new(logits, own, settings))
        });
        let by_label = by_label.collect::<Result<_>>()?;
        let hits = logits.hits(&truth.pooled)?;
        let exact = hits.chunks_exact(labels);
        Ok(Self {
            exact: exact.map(|row| row.iter().all(|&hit| hit)).collect(),
            pooled: Classes::new(logits, &truth.pooled, settings),
            by_label,
            weights,
        })
    }

    pub(crate) fn rows(&self) -> usize {
        self.exact.len()
    }

    pub(crate) fn weights(&self) -> Option<&'a [f64]> {
        self.weights
    }

    /// As of [`Classes`]; of several labels in a row, which depend on each other, `None`.
    pub(super) fn agreeing(&self, interval: Interval, level: f64) -> Option<(f64, f64)> {
        let alone = self.by_label.len() == 1 && self.weights.is_none();
        self.pooled.agreeing(interval, level).filter(|_| alone)
    }

    /// Weights of rows as those of each of their labels, `[rows * labels]`.
    pub(crate) fn expanded(&self, weights: &[f64]) -> Vec<f64> {
        let labels = self.by_label.len();
        let each = weights
            .iter()
            .flat_map(|&weight| std::iter::repeat_n(weight, labels));
        each.collect()
    }
}

/// Labels whose rows count as often as their weight says.
pub(crate) struct WeightedLabels<'r> {
    rows: &'r Labels<'r>,
    pooled: WeightedClasses<'r>,
    weights: (&'r [f64], f64),
}

impl<'r> WeightedLabels<'r> {
    /// `weights`: `[rows]`, with their sum; `expanded`: those of [`Labels::expanded`].
    pub(crate) fn new(
        rows: &'r Labels<'r>,
        weights: (&'r [f64], f64),
        expanded: &'r [f64],
    ) -> Self {
        let total = weights.1 * rows.by_label.len() as f64;
        Self {
            pooled: WeightedClasses::new(&rows.pooled, (expanded, total), None),
            rows,
            weights,
        }
    }

    /// The mean binary cross-entropy of a label.
    pub(crate) fn nll(&self) -> f64 {
        self.pooled.nll()
    }

    /// The mean square of a label's probability less 1 or 0; that over both of its classes is twice as much.
    pub(crate) fn brier(&self) -> f64 {
        self.pooled.brier() / 2.0
    }

    /// The expected calibration error of all answers, yes or no.
    pub(crate) fn ece(&self) -> f64 {
        self.pooled.top().l1
    }

    /// The share of all labels of all rows that are told right.
    pub(crate) fn hamming_accuracy(&self) -> f64 {
        self.pooled.accuracy()
    }

    /// The share of rows of which all labels are told right.
    pub(crate) fn exact_match(&self) -> f64 {
        let pairs = self.rows.exact.iter().zip(self.weights.0);
        let hits = pairs.map(|(&hit, weight)| f64::from(u8::from(hit)) * weight);
        hits.sum::<f64>() / self.weights.1
    }

    /// F1 of yes, mean over the labels that apply or are told to somewhere.
    pub(crate) fn f1_macro(&self) -> f64 {
        self.mean(|label| label.confusion().f1_of(1))
    }

    /// A figure of how each label is found by its probability, mean over the labels that apply to some rows and not to others.
    pub(crate) fn ranking(&self, figure: fn(&[Tie]) -> f64) -> f64 {
        self.mean(|label| label.one_vs_rest(figure))
    }

    /// Over the labels that have a value; NaN without one.
    fn mean(&self, figure: impl Fn(&WeightedClasses<'_>) -> f64) -> f64 {
        let labels = self.rows.by_label.iter();
        let figures = labels.map(|rows| figure(&WeightedClasses::new(rows, self.weights, None)));
        let defined: Vec<f64> = figures.filter(|figure| figure.is_finite()).collect();
        defined.iter().sum::<f64>() / defined.len() as f64
    }
}

/// Log-odds of labels as logits of no and yes, so that every label of every row is a choice of two.
///
/// ```text
/// softmax(0, x) = (1 - p, p)      p = 1 / (1 + e^-x)
/// ```
///
/// # Shapes
/// - `log_odds`: `[rows, labels]`
/// - returns: `[rows * labels]` of two classes
///
/// # Errors
/// As [`Logits::new`]; values that are no whole number of rows.
pub fn label_logits(log_odds: &[f32], labels: usize) -> Result<Logits<'static>> {
    length("log-odds of a row", log_odds.len() % labels.max(1), 0)?;
    let pairs = log_odds.iter().flat_map(|&x| [0.0, f64::from(x)]);
    Logits::new(pairs.collect::<Vec<_>>(), log_odds.len(), 2)
}

impl Metric {
    /// The figure of the predictions of labels; as [`of_classes`](Self::of_classes).
    ///
    /// ```
    /// use decay_audit::{Metric, MetricTask, label_logits};
    ///
    /// // Log-odds of two labels in two rows: the first row is told right, of the second the last label is not.
    /// let logits = label_logits(&[2.0, -1.0, -3.0, 0.5], 2)?;
    /// let flags = [vec![true, false], vec![false, false]];
    /// let of = |key| Metric::of_kind(MetricTask::Multilabel, key).unwrap().of_labels(&logits, &flags, None);
    /// assert_eq!((of("hamming_accuracy")?, of("exact_match")?), (0.75, 0.5));
    /// # Ok::<(), decay_audit::AuditError>(())
    /// ```
    ///
    /// # Shapes
    /// - `logits`: `[rows * labels]` of no and yes, as [`label_logits`](crate::label_logits) makes them
    /// - `flags`: `[labels]` of `[rows]`; `weights`: `[rows]`
    ///
    /// # Errors
    /// As [`of_classes`](Self::of_classes).
    pub fn of_labels(
        &self,
        logits: &Logits<'_>,
        flags: &[Vec<bool>],
        weights: Option<&[f64]>,
    ) -> Result<f64> {
        let truth = LabelTruth::new(flags)?;
        labels_fit(logits, &truth.pooled)?;
        let Formula::Labels(formula) = self.formula else {
            return Err(self.undefined("it is no figure of the predictions of labels"));
        };
        let rows = Labels::new(logits.borrowed(), &truth, Settings::default())?;
        let (weights, total) = counted(weights, truth.rows())?;
        let expanded = rows.expanded(&weights);
        self.defined(formula(&WeightedLabels::new(
            &rows,
            (&weights, total),
            &expanded,
        )))
    }
}
