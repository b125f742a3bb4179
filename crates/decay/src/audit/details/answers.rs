//! What the final models say together of some rows, and how wrong that is row by row.

use decay_audit::Logits;
use decay_train::Samples;

use crate::audit::auditor::Auditor;
use crate::data::{Truth, pooled};
use crate::error::Error;
use crate::said::Said;
use crate::targets;

/// What all models together say of rows, as `predict` says it.
pub(super) enum Answers {
    /// Whose softmax is the mean probability.
    Classes(Logits<'static>),
    /// Values of each target.
    Values(Said),
    /// No and yes for every label of every row.
    Labels(Logits<'static>),
}

impl Auditor<'_> {
    /// The answers to some rows.
    pub(super) fn answers(&self, samples: Samples<'_>, rows: &[usize]) -> Result<Answers, Error> {
        let targets = &self.targets;
        let outputs = targets.outputs(samples, rows, self.machine)?;
        let task = &self.schema.task;
        Ok(match task {
            decay_data::Task::Classification { classes } => {
                let logits = targets::logits(&outputs, classes.len())?;
                Answers::Classes(targets::together(&logits, targets.temperature)?)
            }
            decay_data::Task::Multilabel { labels } => {
                let logits = targets::logits_of_labels(&outputs, labels.len())?;
                Answers::Labels(targets::together(&logits, targets.temperature)?)
            }
            decay_data::Task::Regression { .. } => {
                let models = outputs.iter().zip(&targets.models);
                let said = models.map(|(outputs, model)| {
                    let scales = &targets.scales[model.fold].targets;
                    Said::by(targets.loss, outputs, scales)
                });
                Answers::Values(Said::together(&said.collect::<Vec<_>>())?)
            }
        })
    }
}

impl Answers {
    /// Of classes.
    pub(super) fn logits(&self) -> Option<&Logits<'static>> {
        match self {
            Self::Classes(logits) => Some(logits),
            Self::Values(_) | Self::Labels(_) => None,
        }
    }

    /// How wrong the answer to each row is: its negative log-likelihood, of labels the mean over them; of values the squared error,
    /// mean over targets, each divided by `spread`.
    pub(super) fn losses(&self, truth: &Truth, spread: &[f64]) -> Vec<f64> {
        match (self, truth) {
            (Self::Classes(logits), Truth::Classes { labels, .. }) => nll(logits, labels),
            (Self::Labels(logits), Truth::Flags(flags)) => {
                let all = nll(logits, &pooled(flags));
                let rows = all.chunks(flags.len());
                rows.map(|row| row.iter().sum::<f64>() / row.len() as f64)
                    .collect()
            }
            (Self::Values(said), Truth::Values(values)) => {
                let rows = values.first().map_or(0, Vec::len);
                let error = |row: usize, target: usize| {
                    (said.values(target)[row] - values[target][row]).powi(2) / spread[target]
                };
                let row = |row| {
                    (0..values.len())
                        .map(|target| error(row, target))
                        .sum::<f64>()
                };
                (0..rows).map(|at| row(at) / values.len() as f64).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The variance of each target on the rows, 1 where it has none; nothing of classes.
pub(super) fn variances(truth: &Truth) -> Vec<f64> {
    let Truth::Values(values) = truth else {
        return Vec::new();
    };
    let variance = |own: &Vec<f64>| {
        let mean = own.iter().sum::<f64>() / own.len() as f64;
        let square = own.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
        let variance = square / own.len() as f64;
        if variance > 0.0 { variance } else { 1.0 }
    };
    values.iter().map(variance).collect()
}

fn nll(logits: &Logits<'_>, labels: &[usize]) -> Vec<f64> {
    let log_p = logits.log_probabilities();
    let rows = log_p.chunks(logits.classes()).zip(labels);
    rows.map(|(row, &label)| -row[label]).collect()
}
