//! The metric that chooses, on any rows.

use decay_audit::{Logits, Metric, MetricTask};
use decay_data::{TargetScale, TaskKind};
use decay_train::Losses;

use crate::data::Truth;
use crate::error::Error;
use crate::settings::MetricName;
use crate::targets::predictions;

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
        let Some(asked) = asked.map(MetricName::name) else {
            return Ok(Self(Metric::training_loss(task)));
        };
        let mut fitting = Metric::objectives(task);
        if let Some(metric) = fitting.find(|metric| metric.key == asked) {
            return Ok(Self(metric));
        }
        let names: Vec<_> = Metric::objectives(task).map(|metric| metric.key).collect();
        Err(Error::Setting(format!(
            "sweep.metric must be one of {} for this target, got '{asked}'",
            names.join(", ")
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
        self.0.from_losses?(losses.loss, losses.accuracy)
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

#[cfg(test)]
mod tests {
    use super::{MetricName, TaskKind, Truth, ValidationMetric};

    fn named(name: &str) -> MetricName {
        name.parse().unwrap()
    }

    #[test]
    fn metrics_of_the_other_task_are_refused() {
        let refused = ValidationMetric::new(Some(named("mse")), TaskKind::Classification);
        let message = refused.unwrap_err().to_string();
        assert!(
            message.contains("brier") && message.contains("'mse'"),
            "{message}"
        );
        let default = ValidationMetric::new(None, TaskKind::Regression).unwrap();
        assert_eq!(default.key(), "mse");
    }

    #[test]
    fn more_accuracy_is_less_loss() {
        let metric =
            ValidationMetric::new(Some(named("accuracy")), TaskKind::Classification).unwrap();
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
