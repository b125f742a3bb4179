//! The metric that chooses, on any rows.

use decay_audit::{Logits, Metric, MetricTask};
use decay_data::{TargetScale, TaskKind};
use decay_train::Losses;

use crate::data::Truth;
use crate::error::Error;
use crate::settings::MetricName;

/// A metric of the table that suits the task and may choose a setting.
#[derive(Debug, Clone, Copy)]
pub struct ValidationMetric(&'static Metric);

impl ValidationMetric {
    /// The metric asked for, or the loss that is trained.
    pub fn new(asked: Option<MetricName>, task: TaskKind) -> Result<Self, Error> {
        let task = match task {
            TaskKind::Classification => MetricTask::Classification,
            TaskKind::Regression => MetricTask::Regression,
        };
        let Some(asked) = asked else {
            return Ok(Self(Metric::training_loss(task)));
        };
        let mut fitting = Metric::objectives(task);
        if let Some(metric) = fitting.find(|metric| metric.key == asked.name()) {
            return Ok(Self(metric));
        }
        let names: Vec<_> = Metric::objectives(task).map(|metric| metric.key).collect();
        Err(Error::Setting(format!(
            "sweep.metric must be one of {} for this target, got '{}'",
            names.join(", "),
            asked.name()
        )))
    }

    /// The name in `members.csv`.
    pub fn key(self) -> &'static str {
        self.0.key
    }

    /// The name in the report.
    pub fn shown(self) -> decay_report::Metric {
        decay_report::Metric {
            name: self.0.symbol.into(),
            unit: match self.0.unit {
                decay_audit::Unit::Nats => "nats".into(),
                _ => String::new(),
            },
            higher_is_better: self.0.direction.better() == Some(decay_audit::Better::Higher),
        }
    }

    /// A value as a loss, of which the lowest is chosen; the same turns a loss back into a value. The only place
    /// that knows that more of some metrics is better.
    pub fn loss(self, value: f64) -> f64 {
        match self.0.direction.better() {
            Some(decay_audit::Better::Higher) => -value,
            _ => value,
        }
    }

    /// The value where the engine's losses tell it.
    pub fn of_losses(self, losses: Losses) -> Option<f64> {
        match self.key() {
            "nll" | "mse" => Some(losses.loss),
            "rmse" => Some(losses.loss.sqrt()),
            "accuracy" => losses.accuracy,
            _ => None,
        }
    }

    /// The value of raw outputs.
    pub fn of_outputs(
        self,
        outputs: &[f32],
        truth: &Truth,
        scale: Option<TargetScale>,
    ) -> Result<f64, Error> {
        Ok(match truth {
            Truth::Classes { labels, classes } => {
                let logits = Logits::from_f32(outputs, labels.len(), *classes)?;
                self.0.of_classes(&logits, labels, None)?
            }
            Truth::Values(values) => {
                let predicted = predictions(outputs, scale);
                self.0.of_values(&predicted, values, None)?
            }
        })
    }
}

/// Values in the target's unit.
pub(crate) fn predictions(outputs: &[f32], scale: Option<TargetScale>) -> Vec<f64> {
    let value = |&x: &f32| scale.map_or(f64::from(x), |scale| scale.invert(f64::from(x)));
    outputs.iter().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::{MetricName, TaskKind, Truth, ValidationMetric};
    use decay_audit::{Metric, MetricTask};

    #[test]
    fn metrics_of_the_other_task_are_refused() {
        let refused = ValidationMetric::new(Some(MetricName::Mse), TaskKind::Classification);
        let message = refused.unwrap_err().to_string();
        assert!(
            message.contains("brier") && message.contains("'mse'"),
            "{message}"
        );
        let default = ValidationMetric::new(None, TaskKind::Regression).unwrap();
        assert_eq!(default.key(), "mse");
    }

    /// The setting takes every objective of the table and no other name.
    #[test]
    fn names_of_the_setting_are_the_objectives() {
        let tasks = [MetricTask::Classification, MetricTask::Regression];
        let mut objectives: Vec<_> = tasks
            .into_iter()
            .flat_map(Metric::objectives)
            .map(|metric| metric.key)
            .collect();
        let mut names: Vec<_> = MetricName::NAMES.to_vec();
        objectives.sort_unstable();
        names.sort_unstable();
        assert_eq!(names, objectives);
    }

    #[test]
    fn more_accuracy_is_less_loss() {
        let metric =
            ValidationMetric::new(Some(MetricName::Accuracy), TaskKind::Classification).unwrap();
        let truth = Truth::Classes {
            labels: vec![0, 1, 1, 1],
            classes: 2,
        };
        let outputs = [1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0];
        let accuracy = metric.of_outputs(&outputs, &truth, None).unwrap();
        assert_eq!((accuracy, metric.loss(accuracy)), (0.75, -0.75));
        assert!(metric.shown().higher_is_better);
    }
}
