//! The metric that chooses, on any rows, lower is better.

use decay_audit::calibration::{BinEdge, CalibrationError, equal_width_bins};
use decay_audit::{Logits, accuracy, brier, mae, mse, nll};
use decay_data::{TargetScale, TaskKind};
use decay_report::Metric;
use decay_train::Losses;

use crate::error::Error;
use crate::settings::MetricName;

/// Bins of the calibration error.
pub const BINS: usize = 15;

/// What the outputs are compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Truth {
    Classes { labels: Vec<usize>, classes: usize },
    Values(Vec<f64>),
}

/// A metric that suits the task, as an error: lower is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValidationMetric(MetricName);

impl ValidationMetric {
    /// The metric asked for, or the loss that is trained.
    pub fn new(asked: Option<MetricName>, task: TaskKind) -> Result<Self, Error> {
        use MetricName::{Accuracy, Brier, Ece, Mae, Mse, Nll, Rmse};
        let (fitting, names): (&[MetricName], _) = match task {
            TaskKind::Classification => (&[Nll, Accuracy, Brier, Ece], "nll, accuracy, brier, ece"),
            TaskKind::Regression => (&[Mse, Rmse, Mae], "mse, rmse, mae"),
        };
        let name = asked.unwrap_or(fitting[0]);
        match fitting.contains(&name) {
            true => Ok(Self(name)),
            false => Err(Error::Setting(format!(
                "sweep.metric must be one of {names} for this target, got '{}'",
                Self(name).key()
            ))),
        }
    }

    /// The name in `members.csv`; of accuracy the complement is an error.
    pub fn key(self) -> &'static str {
        match self.0 {
            MetricName::Nll => "nll",
            MetricName::Accuracy => "error_rate",
            MetricName::Brier => "brier",
            MetricName::Ece => "ece",
            MetricName::Mse => "mse",
            MetricName::Rmse => "rmse",
            MetricName::Mae => "mae",
        }
    }

    /// The name in the report.
    pub fn shown(self) -> Metric {
        let (name, unit) = match self.0 {
            MetricName::Nll => ("NLL", "nats"),
            MetricName::Accuracy => ("error rate", ""),
            MetricName::Brier => ("Brier score", ""),
            MetricName::Ece => ("ECE", ""),
            MetricName::Mse => ("MSE", ""),
            MetricName::Rmse => ("RMSE", ""),
            MetricName::Mae => ("MAE", ""),
        };
        Metric {
            name: name.into(),
            unit: unit.into(),
        }
    }

    /// The error where the engine's losses tell it.
    pub fn of_losses(self, losses: Losses) -> Option<f64> {
        match self.0 {
            MetricName::Nll | MetricName::Mse => Some(losses.loss),
            MetricName::Rmse => Some(losses.loss.sqrt()),
            MetricName::Accuracy => losses.accuracy.map(|share| 1.0 - share),
            MetricName::Brier | MetricName::Ece | MetricName::Mae => None,
        }
    }

    /// The error of raw outputs.
    pub fn of_outputs(
        self,
        outputs: &[f32],
        truth: &Truth,
        scale: Option<TargetScale>,
    ) -> Result<f64, Error> {
        match truth {
            Truth::Classes { labels, classes } => {
                let logits = Logits::from_f32(outputs, labels.len(), *classes)?;
                Ok(match self.0 {
                    MetricName::Accuracy => 1.0 - accuracy(&logits, labels)?,
                    MetricName::Brier => brier(&logits, labels)?,
                    MetricName::Ece => calibration_error(&logits, labels)?,
                    _ => nll(&logits, labels)?,
                })
            }
            Truth::Values(values) => {
                let predicted = predictions(outputs, scale);
                Ok(match self.0 {
                    MetricName::Mae => mae(&predicted, values)?,
                    MetricName::Rmse => mse(&predicted, values)?.sqrt(),
                    _ => mse(&predicted, values)?,
                })
            }
        }
    }
}

/// Values in the target's unit.
pub fn predictions(outputs: &[f32], scale: Option<TargetScale>) -> Vec<f64> {
    let value = |&x: &f32| scale.map_or(f64::from(x), |scale| scale.invert(f64::from(x)));
    outputs.iter().map(value).collect()
}

/// Whether each row is predicted right.
pub fn hits(logits: &Logits<'_>, labels: &[usize]) -> Vec<bool> {
    logits
        .predictions()
        .iter()
        .zip(labels)
        .map(|(p, y)| p == y)
        .collect()
}

/// Expected calibration error over bins of equal width.
pub fn calibration_error(logits: &Logits<'_>, labels: &[usize]) -> Result<f64, Error> {
    let bins = equal_width_bins(
        &logits.confidences(),
        &hits(logits, labels),
        BINS,
        BinEdge::default(),
    )?;
    Ok(CalibrationError::of(&bins).l1)
}

#[cfg(test)]
mod tests {
    use super::{MetricName, TaskKind, Truth, ValidationMetric};

    #[test]
    fn metrics_of_the_other_task_are_refused() {
        let refused = ValidationMetric::new(Some(MetricName::Mse), TaskKind::Classification);
        let message = refused.unwrap_err().to_string();
        assert!(
            message.contains("brier") && message.contains("'mse'"),
            "{message}"
        );
        assert_eq!(
            ValidationMetric::new(None, TaskKind::Regression)
                .unwrap()
                .key(),
            "mse"
        );
    }

    #[test]
    fn accuracy_turns_into_an_error() {
        let metric =
            ValidationMetric::new(Some(MetricName::Accuracy), TaskKind::Classification).unwrap();
        let truth = Truth::Classes {
            labels: vec![0, 1, 1, 1],
            classes: 2,
        };
        let outputs = [1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0];
        assert_eq!(metric.of_outputs(&outputs, &truth, None).unwrap(), 0.25);
    }
}
